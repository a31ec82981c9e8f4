#include "safe/safe.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/rand.h"
#include "crypto/mac.h"
#include "erasure/erasure.h"
#include "erasure/safe.h"
#include "safe/line.h"
#include "safe/share.h"
#include "sql_safe.h"

#define COLUMN "safe_entry.line_enc"
#define TOKEN 16
#define TEXT_ROOM ((size_t)64 << 10)

const char *
safe_sentence(enum safe_kind k)
{
	static const char *const of[SAFE_KINDS] = {
	    [SAFE_PICTURE] = N_("A picture"),
	    [SAFE_LINK] = N_("A link"),
	    [SAFE_WORDS] = N_("What was seen or said"),
	    [SAFE_WITHDRAWN] = N_("Entry %1 was withdrawn"),
	    [SAFE_DESTROYED] = N_("The picture of entry %1 was destroyed"),
	    [SAFE_SHOWN] = N_("Opened to those who handle the report %1"),
	    [SAFE_CLOSED] = N_("Closed again to those who handle the report "
			       "%1"),
	    [SAFE_EMPTIED] = N_("Emptied for good"),
	};

	return of[k];
}

/* ---- its key ---- */

static str
key_context(struct arena *a, str token)
{
	char hex[2 * TOKEN + 1] = "";

	if (token.n == TOKEN)
		(void)sodium_bin2hex(
		    hex, sizeof(hex), (const uint8_t *)token.p, token.n);
	return arena_fmt(a, "safe %s", hex);
}

/* Of the row; wiped by who asks. */
static bool
open_key(const struct deed *d, const struct sql_safe_by_id_row *r,
    struct key *ret, struct err *e)
{
	if (r->key_wrapped.p == NULL)
		return err_set(
		    e, ERR_NOT_FOUND, "safe %" PRId64 " was emptied", r->id);
	return key_unwrap(&d->org->key, r->key_wrapped,
		   key_context(d->arena, r->token), ret, e) ||
	       err_wrap(e, "safe %" PRId64, r->id);
}

static bool
by_id(const struct deed *d, int64_t id, struct sql_safe_by_id_row *ret,
    struct err *e)
{
	bool found;

	if (!sql_safe_by_id(
		d->house->db, d->arena, id, d->org->id, &found, ret, e))
		return err_wrap(e, "safe %" PRId64, id);
	return found || err_set(e, ERR_NOT_FOUND, "no such safe");
}

/* ---- the chain ---- */

struct link {
	int64_t safe, n, at, of, medium;
	str kind, digest;
};

static void
link_hash(const struct key *k, const uint8_t before[KEY_DIGEST_BYTES],
    const struct link *l, uint8_t ret[KEY_DIGEST_BYTES])
{
	struct mac m;

	mac_begin(&m, k, "preau safe 1");
	mac_put(&m, before, KEY_DIGEST_BYTES);
	mac_i64(&m, l->safe);
	mac_i64(&m, l->n);
	mac_i64(&m, l->at);
	mac_i64(&m, l->of);
	mac_i64(&m, l->medium);
	mac_str(&m, l->kind);
	mac_str(&m, l->digest);
	mac_end(&m, ret);
}

struct last {
	int64_t n;
	uint8_t digest[EVIDENCE_DIGEST], hash[KEY_DIGEST_BYTES];
};

static bool
last_of(const struct deed *d, int64_t safe, struct last *ret, struct err *e)
{
	struct sql_safe_entry_last_row r;
	bool found;

	memset(ret, 0, sizeof(*ret));
	if (!sql_safe_entry_last(d->house->db, d->arena, safe, &found, &r, e))
		return false;
	if (!found)
		return true;
	if (r.digest.n != sizeof(ret->digest) || r.hash.n != sizeof(ret->hash))
		return err_set(e, ERR_CORRUPT, "entry of safe %" PRId64, safe);
	ret->n = r.n;
	memcpy(ret->digest, r.digest.p, r.digest.n);
	memcpy(ret->hash, r.hash.p, r.hash.n);
	return true;
}

static int64_t
null_if_0(int64_t id)
{
	return id == 0 ? DB_NULL : id;
}

static bool
insert(const struct deed *d, const struct link *l, const struct last *last,
    str sealed, struct err *e)
{
	uint8_t hash[KEY_DIGEST_BYTES];
	int64_t rows;

	link_hash(&d->org->chain, last->hash, l, hash);
	return sql_safe_entry_add(d->house->db, l->safe, l->n, l->at, l->kind,
		   null_if_0(l->of), null_if_0(l->medium), sealed, l->digest,
		   (str){(const char *)hash, sizeof(hash)}, &rows, e) &&
	       sql_safe_touch(d->house->db, l->at, l->safe, &rows, e);
}

/* To open it has room left when it is full, to close it always. */
static int64_t
room_of(enum safe_kind kind)
{
	if (kind <= SAFE_WORDS)
		return SAFE_ENTRIES_MAX;
	return kind == SAFE_SHOWN ? 2 * SAFE_ENTRIES_MAX : INT64_MAX;
}

static bool
append(const struct deed *d, int64_t safe, enum safe_kind kind, int64_t of,
    const struct safe_new *text, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TEXT_ROOM);
	CLEANUP(key_done) struct key key = {{0}};
	uint8_t digest[EVIDENCE_DIGEST];
	struct sql_safe_by_id_row row;
	struct last last;
	struct link l = {.safe = safe,
	    .at = d->now,
	    .of = of,
	    .medium = text == NULL ? 0 : text->medium,
	    .kind = str_c(safe_words[kind]),
	    .digest = {(const char *)digest, sizeof(digest)}};
	str sealed;

	if (!by_id(d, safe, &row, e) || !open_key(d, &row, &key, e) ||
	    !last_of(d, safe, &last, e))
		return false;
	if (last.n >= room_of(kind))
		return err_set(e, ERR_LIMIT, "the safe is full");
	l.n = last.n + 1;
	safe_line_write(
	    &(struct safe_line){l.n, l.at, of, kind, text, last.digest}, &b);
	if (b.full)
		return err_set(e, ERR_LIMIT, "too long an entry");
	evidence_digest(buf_view(&b), digest);
	return text_seal(d->arena, &key, COLUMN, buf_view(&b), &sealed, e) &&
	       insert(d, &l, &last, sealed, e);
}

/* ---- reading ---- */

static enum safe_picture
state_of(str word)
{
	static const struct {
		const char *word;
		enum safe_picture state;
	} table[] = {
	    {"ready", SAFE_READY},
	    {"receiving", SAFE_COMING},
	    {"queued", SAFE_COMING},
	    {"refused", SAFE_REFUSED},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (str_eq(word, str_c(table[i].word)))
			return table[i].state;
	return SAFE_STOPPED;
}

static bool
fill(const struct deed *d, const struct key *key,
    const struct sql_safe_entries_row *r, struct safe_entry *to, struct err *e)
{
	struct err ignored;

	*to = (struct safe_entry){.n = r->n,
	    .at = r->at,
	    .of = r->of_n == DB_NULL ? 0 : r->of_n,
	    .medium = r->medium == DB_NULL ? 0 : r->medium,
	    .reason = r->reason,
	    .type = r->type};
	if (!safe_kind_of(r->kind, &to->kind))
		return err_set(e, ERR_CORRUPT, "entry %" PRId64, r->id);
	if (to->medium != 0)
		to->state = state_of(r->state);
	if (key != NULL && r->line_enc.p != NULL &&
	    !text_open(d->arena, key, COLUMN, r->line_enc, &to->line, &ignored))
		to->line = S("");
	safe_line_read(d->arena, to);
	return true;
}

/* Its own link, and its line what the digest says. */
static bool
is_whole(const struct deed *d, int64_t safe,
    const struct sql_safe_entries_row *r, const struct safe_entry *v,
    uint8_t io[KEY_DIGEST_BYTES])
{
	const struct link l = {
	    safe, r->n, r->at, v->of, v->medium, r->kind, r->digest};
	uint8_t digest[EVIDENCE_DIGEST];

	link_hash(&d->org->chain, io, &l, io);
	if (!key_equal((str){(const char *)io, KEY_DIGEST_BYTES}, r->hash))
		return false;
	if (r->line_enc.p == NULL)
		return true;
	evidence_digest(v->line, digest);
	return key_equal(
	    (str){(const char *)digest, sizeof(digest)}, r->digest);
}

static void
mark(struct safe *s, const struct safe_entry *v)
{
	if (v->of < 1 || (size_t)v->of > s->n)
		return;
	s->v[v->of - 1].withdrawn |= v->kind == SAFE_WITHDRAWN;
	s->v[v->of - 1].destroyed |= v->kind == SAFE_DESTROYED;
}

static bool
load(const struct deed *d, const struct sql_safe_by_id_row *row,
    struct safe *ret, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	bool has_key = row->key_wrapped.p != NULL;
	uint8_t hash[KEY_DIGEST_BYTES] = {0};
	struct sql_safe_entries_rows rows;
	struct safe s = {.id = row->id,
	    .account = row->account,
	    .post = row->post,
	    .opened_at = row->opened_at,
	    .last_at = row->last_at,
	    .left_at = row->left_at == DB_NULL ? 0 : row->left_at};

	if ((has_key && !open_key(d, row, &key, e)) ||
	    !sql_safe_entries(d->house->db, d->arena, row->id, &rows, e))
		return false;
	s.v = NEW_N(d->arena, struct safe_entry, rows.n + 1);
	if (s.v == NULL)
		return err_set(e, ERR_LIMIT, "too full a safe");
	for (size_t i = 0; i < rows.n; i++) {
		struct safe_entry *to = &s.v[s.n++];

		if (!fill(d, has_key ? &key : NULL, &rows.v[i], to, e))
			return false;
		mark(&s, to);
		s.pictures += to->kind == SAFE_PICTURE;
		if ((!is_whole(d, s.id, &rows.v[i], to, hash) ||
			to->n != (int64_t)s.n) &&
		    s.broken == 0)
			s.broken = to->n;
	}
	*ret = s;
	return true;
}

bool
safe_load_one(const struct deed *d, int64_t id, struct safe *ret, struct err *e)
{
	struct sql_safe_by_id_row row;

	return by_id(d, id, &row, e) && load(d, &row, ret, e);
}

bool
safe_load(const struct deed *d, struct safe *ret, struct err *e)
{
	struct sql_safe_of_account_row row;
	bool found;

	if (!sql_safe_of_account(
		d->house->db, d->arena, d->actor, &found, &row, e))
		return err_wrap(e, "safe of account %" PRId64, d->actor);
	*ret = (struct safe){.id = 0};
	return !found || safe_load_one(d, row.id, ret, e);
}

/* ---- a new one ---- */

/* Seen where a case is about one of its pictures. */
static bool
make_post(const struct deed *d, int64_t safe, struct err *e)
{
	struct sql_safe_post_row row;
	str title, body;

	return text_seal(d->arena, &d->org->key, "post.title_enc",
		   lang_text(d->org->lang, N_("The evidence safe of a family")),
		   &title, e) &&
	       text_seal(
		   d->arena, &d->org->key, "post.body_enc", S(""), &body, e) &&
	       sql_safe_post(d->house->db, d->arena, d->org->id, d->actor,
		   title, body, d->today, d->now, safe, &row, e);
}

static bool
make(const struct deed *d, int64_t *ret, struct err *e)
{
	CLEANUP(key_done) struct key key;
	uint8_t token[TOKEN];
	str named = {(const char *)token, sizeof(token)}, wrapped;
	struct sql_safe_insert_row row;

	key_random(&key);
	rand_bytes(token, sizeof(token));
	if (!key_wrap(d->arena, &d->org->key, &key,
		key_context(d->arena, named), &wrapped, e) ||
	    !sql_safe_insert(d->house->db, d->arena, d->org->id, d->actor,
		named, wrapped, d->now, &row, e) ||
	    !make_post(d, row.id, e))
		return err_wrap(e, "a safe");
	*ret = row.id;
	return true;
}

bool
safe_open(const struct deed *d, struct safe *ret, struct err *e)
{
	int64_t id;

	if (!safe_load(d, ret, e))
		return false;
	return ret->id != 0 ||
	       (make(d, &id, e) && safe_load_one(d, id, ret, e));
}

/* ---- what is added ---- */

bool
safe_add(
    const struct deed *d, int64_t safe, const struct safe_new *n, struct err *e)
{
	return append(d, safe, n->kind, 0, n, e) ||
	       err_wrap(e, "safe %" PRId64, safe);
}

static bool
entry_of(const struct safe *s, int64_t n, const struct safe_entry **ret,
    struct err *e)
{
	if (n < 1 || (size_t)n > s->n || s->v[n - 1].kind > SAFE_WORDS)
		return err_set(e, ERR_NOT_FOUND, "no such entry");
	*ret = &s->v[n - 1];
	return true;
}

bool
safe_withdraw(
    const struct deed *d, const struct safe *s, int64_t n, struct err *e)
{
	const struct safe_entry *v;

	if (!entry_of(s, n, &v, e))
		return false;
	if (v->withdrawn)
		return err_set(e, ERR_CONFLICT, "it was withdrawn before");
	return append(d, s->id, SAFE_WITHDRAWN, n, NULL, e);
}

bool
safe_needed(const struct deed *d, int64_t safe, bool *ret, struct err *e)
{
	struct sql_safe_needed_row row;

	return sql_safe_needed(d->house->db, d->arena, safe, ret, &row, e) ||
	       err_wrap(e, "safe %" PRId64, safe);
}

static bool
check_free(const struct deed *d, int64_t safe, struct err *e)
{
	bool needed;

	if (!safe_needed(d, safe, &needed, e))
		return false;
	return !needed || err_set(e, ERR_CONFLICT, "a case needs the safe");
}

bool
safe_destroy(
    const struct deed *d, const struct safe *s, int64_t n, struct err *e)
{
	const struct safe_entry *v;

	if (!entry_of(s, n, &v, e) || !check_free(d, s->id, e))
		return false;
	if (v->kind != SAFE_PICTURE || v->destroyed)
		return err_set(e, ERR_CONFLICT, "there is no picture");
	return erasure_medium(d->house, d->arena, v->medium, d->now, e) &&
	       append(d, s->id, SAFE_DESTROYED, n, NULL, e);
}

bool
safe_empty(const struct deed *d, int64_t safe, struct err *e)
{
	return check_free(d, safe, e) &&
	       append(d, safe, SAFE_EMPTIED, 0, NULL, e) &&
	       erasure_safe(d->house, d->arena, safe, d->now, e);
}

bool
safe_note_share(const struct deed *d, int64_t safe, enum safe_kind kind,
    str number, struct err *e)
{
	const struct safe_new n = {.kind = kind, .words = number};

	return append(d, safe, kind, 0, &n, e);
}
