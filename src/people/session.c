#include "people/session.h"

#include <arpa/inet.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "sql_session.h"

#define TOKEN_BYTES 32
#define MINUTE 60
#define HOUR 3600
#define DAY 86400
#define SEEN_EVERY_S MINUTE
#define AGENT_MAX 200

static str
token_digest(const struct house *h, struct arena *a, const uint8_t *token)
{
	return key_digest(a, &h->login, "session.token",
	    (str){(const char *)token, TOKEN_BYTES});
}

static bool
idle_too_long(const struct house *h, int64_t seen_at, int64_t now)
{
	return now - seen_at > h->conf->staff_lock_min * MINUTE;
}

/* That this fails (a full disk, a busy import) must not keep anybody out. */
static void
touch(struct house *h, const struct sql_session_by_token_row *row, int64_t now)
{
	struct err ignored;
	int64_t rows;

	if (now - row->seen_at >= SEEN_EVERY_S || now < row->seen_at)
		if (!sql_session_seen(h->db, now, row->id, &rows, &ignored))
			return;
}

bool
session_find(struct house *h, struct arena *a, str token, int64_t now,
    struct session_found *ret, struct err *e)
{
	struct sql_session_by_token_row row;
	uint8_t raw[TOKEN_BYTES];
	bool found;

	*ret = (struct session_found){0};
	if (token.n != SESSION_TOKEN_CHARS || !num_hex(token, raw, sizeof(raw)))
		return true;
	if (!sql_session_by_token(
		h->db, a, token_digest(h, a, raw), &found, &row, e))
		return err_wrap(e, "session");
	if (!found || row.expires_at <= now)
		return true;
	ret->info = (struct session_info){
	    .id = row.id, .account = row.account, .factor = (int)row.factor};
	ret->organisation = row.organisation;
	ret->staff = str_eq(row.kind, S("staff"));
	if (!lang_of_code(row.lang, &ret->lang))
		return err_set(e, ERR_CORRUPT, "language of an account");
	ret->info.locked =
	    row.locked_at != DB_NULL || (ret->staff && row.factor == 2 &&
					    idle_too_long(h, row.seen_at, now));
	if (!ret->info.locked)
		touch(h, &row, now);
	return true;
}

static bool
token_new(const struct deed *d, str *ret_token, str *ret_digest, struct err *e)
{
	uint8_t raw[TOKEN_BYTES];
	CLEANUP(buf_done) struct buf hex = BUF_MAX(SESSION_TOKEN_CHARS);

	rand_bytes(raw, sizeof(raw));
	buf_hex(&hex, raw, sizeof(raw));
	*ret_digest = token_digest(d->house, d->arena, raw);
	if (!arena_str(d->arena, hex.p, hex.n, ret_token) || ret_digest->n == 0)
		return err_set(e, ERR_LIMIT, "no room for a token");
	return true;
}

/* How long a session with all its factors lasts. */
static int64_t
lasts(const struct house *h, bool staff)
{
	return staff ? h->conf->staff_session_hours * HOUR
		     : h->conf->session_days * DAY;
}

static str
address_text(struct arena *a, const uint8_t *address, uint16_t port)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	char text[INET6_ADDRSTRLEN];
	bool four = memcmp(address, mapped, sizeof(mapped)) == 0;

	if (inet_ntop(four ? AF_INET : AF_INET6, four ? address + 12 : address,
		text, sizeof(text)) == NULL)
		return S("?");
	return port == 0 ? arena_fmt(a, "%s", text)
			 : arena_fmt(a, "%s port %u", text, port);
}

static bool
seal_origin(const struct deed *d, const struct session_origin *o,
    str *ret_agent, str *ret_address, struct err *e)
{
	str agent, head = str_sub(o->agent, 0, AGENT_MAX);

	if (!utf8_clean(d->arena, head, AGENT_MAX, false, &agent) ||
	    agent.n == 0)
		agent = S("?");
	return deed_seal(d, "session.agent_enc", agent, ret_agent, e) &&
	       deed_seal(d, "session.address_enc",
		   address_text(d->arena, o->address, o->port), ret_address, e);
}

bool
session_create(const struct deed *d, int64_t account, bool staff, int factor,
    const struct session_origin *o, struct session_new *ret, struct err *e)
{
	struct sql_session_insert_row row;
	struct session_new new = {.max_age_s = lasts(d->house, staff)};
	int64_t left_s =
	    factor == 2 ? new.max_age_s : SESSION_FIRST_MIN *MINUTE;
	str digest, agent, address;

	if (!token_new(d, &new.token, &digest, e) ||
	    !seal_origin(d, o, &agent, &address, e) ||
	    !sql_session_insert(d->house->db, d->arena, account, digest, factor,
		d->now, d->now + left_s, agent, address, &row, e))
		return err_wrap(e, "new session");
	new.id = row.id;
	*ret = new;
	return true;
}

bool
session_upgrade(const struct deed *d, int64_t id, bool staff,
    struct session_new *ret, struct err *e)
{
	struct session_new new = {
	    .id = id, .max_age_s = lasts(d->house, staff)};
	int64_t rows;
	str digest;

	if (!token_new(d, &new.token, &digest, e) ||
	    !sql_session_upgrade(d->house->db, digest, d->now,
		d->now + new.max_age_s, id, &rows, e))
		return err_wrap(e, "session with its second factor");
	if (rows != 1)
		return err_set(e, ERR_CONFLICT, "the session ended meanwhile");
	*ret = new;
	return true;
}

bool
session_lock(const struct deed *d, int64_t id, struct err *e)
{
	int64_t rows;

	return sql_session_lock(d->house->db, d->now, id, &rows, e);
}

bool
session_unlock(const struct deed *d, int64_t id, struct err *e)
{
	int64_t rows;

	return sql_session_unlock(d->house->db, d->now, id, &rows, e);
}

bool
session_end(const struct deed *d, int64_t account, int64_t id, struct err *e)
{
	int64_t rows;

	return sql_session_revoke(
		   d->house->db, d->now, id, account, &rows, e) &&
	       (rows == 0 || deed_note_account(d, AUDIT_SIGN_OUT, account, e));
}

bool
session_revoke(const struct deed *d, int64_t account, int64_t id, struct err *e)
{
	struct deed_about about = {.kind = "session", .id = id};
	int64_t rows;

	if (!sql_session_revoke(d->house->db, d->now, id, account, &rows, e))
		return err_wrap(e, "session");
	if (rows == 0)
		return err_set(e, ERR_NOT_FOUND, "no such session");
	return deed_note(d, AUDIT_SESSION_REVOKED, &about, e);
}

bool
session_revoke_all(
    const struct deed *d, int64_t account, int64_t except, struct err *e)
{
	int64_t rows;

	if (!sql_session_revoke_all(
		d->house->db, d->now, account, except, &rows, e))
		return err_wrap(e, "sessions of an account");
	return rows == 0 ||
	       deed_note_account(d, AUDIT_SESSION_REVOKED, account, e);
}

bool
session_list(const struct deed *d, int64_t account, struct session_lines *ret,
    struct err *e)
{
	struct sql_session_list_rows rows;
	struct session_line *v;

	if (!sql_session_list(
		d->house->db, d->arena, account, d->now, &rows, e))
		return err_wrap(e, "sessions of an account");
	v = NEW_N(d->arena, struct session_line, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the sessions");
	for (size_t i = 0; i < rows.n; i++) {
		v[i].id = rows.v[i].id;
		v[i].created_at = rows.v[i].created_at;
		v[i].seen_at = rows.v[i].seen_at;
		v[i].agent = house_text(
		    d->arena, d->org, "session.agent_enc", rows.v[i].agent_enc);
		v[i].address = house_text(d->arena, d->org,
		    "session.address_enc", rows.v[i].address_enc);
	}
	*ret = (struct session_lines){v, rows.n};
	return true;
}

bool
session_past(const struct deed *d, int64_t account, struct session_lines *ret,
    struct err *e)
{
	struct sql_session_past_rows rows;
	struct session_line *v;

	if (!sql_session_past(d->house->db, d->arena, account, &rows, e))
		return err_wrap(e, "sign-ins of an account");
	v = NEW_N(d->arena, struct session_line, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the sign-ins");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct session_line){.created_at = rows.v[i].created_at,
		    .agent = house_text(d->arena, d->org, "session.agent_enc",
			rows.v[i].agent_enc),
		    .address = house_text(d->arena, d->org,
			"session.address_enc", rows.v[i].address_enc)};
	*ret = (struct session_lines){v, rows.n};
	return true;
}
