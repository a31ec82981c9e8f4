#include "tell/bounce.h"

#include <inttypes.h>
#include <strings.h>

#include "base/buf.h"
#include "base/num.h"
#include "crypto/key.h"
#include "mail/address.h"
#include "sql_message.h"
#include "sql_tell.h"
#include "tell/ending.h"

#define TAG_BYTES 8

static str
tag_of(struct arena *a, const struct organisation *o, int64_t message)
{
	CLEANUP(buf_done) struct buf hex = BUF_MAX(2 * TAG_BYTES);
	str ret = {0}, digest;

	digest =
	    key_digest(a, &o->digest, "message.bounce", arena_i64(a, message));
	if (digest.p == NULL)
		return ret;
	buf_hex(&hex, digest.p, TAG_BYTES);
	return arena_str(a, hex.p, hex.n, &ret) ? ret : (str){0};
}

str
bounce_sender(struct arena *a, const struct house *h,
    const struct organisation *o, int64_t message)
{
	str at = str_c(h->conf->mail_bounce), local, tag;

	if (at.n == 0)
		return str_c(h->conf->mail_from);
	tag = tag_of(a, o, message);
	(void)str_cut(&at, '@', &local);
	if (tag.p == NULL)
		return (str){0};
	return arena_fmt(a, STR_FMT "+%" PRId64 "-" STR_FMT "@" STR_FMT,
	    STR_ARG(local), message, STR_ARG(tag), STR_ARG(at));
}

/* « local+number-tag@domain »: the number. */
static bool
read_number(str to, int64_t *ret)
{
	str local, number;

	(void)str_cut(&to, '@', &local);
	return str_cut(&local, '+', &number) && str_cut(&local, '-', &number) &&
	       num_i64(number, 1, INT64_MAX, ret);
}

static bool
same_letters(str a, str b)
{
	return a.n == b.n && a.n > 0 && strncasecmp(a.p, b.p, a.n) == 0;
}

static bool
find(struct house *h, struct arena *a, str to, int64_t *ret_id,
    struct sql_message_account_of_row *ret, struct err *e)
{
	const struct organisation *o;
	bool found = false;

	if (h->conf->mail_bounce[0] == '\0')
		return err_set(e, ERR_NOT_FOUND, "no mail_bounce is set");
	if (!read_number(to, ret_id))
		return err_set(e, ERR_NOT_FOUND, "no sender of ours");
	if (!sql_message_account_of(h->db, a, *ret_id, &found, ret, e) ||
	    (found && !house_org(h, ret->organisation, &o, e)))
		return false;
	return (found && same_letters(bounce_sender(a, h, o, *ret_id), to)) ||
	       err_set(e, ERR_NOT_FOUND, "no sender of ours, or too old");
}

static bool
give_up(struct house *h, struct arena *a, int64_t id,
    const struct sql_message_account_of_row *m, const struct mail_report *r,
    int64_t now, enum bounce_fate *ret, struct err *e)
{
	bool none = mail_report_no_address(r);
	int64_t rows;

	if (!sql_message_bounced(
		h->db, none ? S("bounced") : S("returned"), now, id, &rows, e))
		return false;
	*ret = rows == 0 ? BOUNCE_NOTHING : BOUNCE_NOTED;
	if (rows == 0)
		return true;
	if (!ending_undone(h, a, m, now, e))
		return false;
	return !none || sql_tell_bounced(h->db, S("bounced"), m->account,
			    m->made_at, &rows, e);
}

static bool
note(struct house *h, struct arena *a, str to, const struct mail_report *r,
    int64_t now, enum bounce_fate *ret, struct err *e)
{
	struct sql_message_account_of_row m;
	int64_t id;

	if (!find(h, a, to, &id, &m, e))
		return false;
	*ret = BOUNCE_NOTHING;
	return r->action != MAIL_REPORT_FAILED ||
	       give_up(h, a, id, &m, r, now, ret, e);
}

bool
bounce_note(struct house *h, struct arena *a, str to,
    const struct mail_report *r, int64_t now, enum bounce_fate *ret,
    struct err *e)
{
	if (!db_begin(h->db, e))
		return false;
	if (note(h, a, to, r, now, ret, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "bounce");
}
