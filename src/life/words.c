#include "life/words.h"

#include <inttypes.h>

#include "sharing/publish.h"
#include "sql_notice.h"
#include "sql_post.h"
#include "sql_post_audience.h"

#define DAY ((int64_t)86400)

enum post_state
words_state(str word)
{
	if (str_eq(word, S("published")))
		return POST_PUBLISHED;
	return str_eq(word, S("draft")) ? POST_DRAFT : POST_WITHDRAWN;
}

bool
words_may_change(const struct grant *g, struct err *e)
{
	if (grant_want(g) == PERMIT_NOTICE_EDIT && grant_facts(g)->notice)
		return true;
	return err_set(e, ERR_NOT_FOUND, "no leave to change");
}

bool
words_post(const struct deed *d, int64_t *ret_id, struct err *e)
{
	struct sql_notice_post_row row;
	str title, body; /* the post's own: none */

	if (!text_seal(
		d->arena, &d->org->key, "post.title_enc", S(""), &title, e) ||
	    !text_seal(
		d->arena, &d->org->key, "post.body_enc", S(""), &body, e) ||
	    !sql_notice_post(d->house->db, d->arena, d->org->id, d->actor,
		title, body, d->today, d->now, &row, e))
		return false;
	*ret_id = row.id;
	return true;
}

static enum words_hour
check_hour(
    const struct deed *d, const struct grant *g, int64_t at, int64_t last_on)
{
	if (grant_facts(g)->n_audience == 0)
		return WORDS_NO_AUDIENCE;
	if (at < d->now || at > d->now + PUBLISH_FAR_DAYS * DAY)
		return WORDS_PAST;
	return day_of(d->org->zone, at) > last_on ? WORDS_LATE : WORDS_DONE;
}

bool
words_publish(const struct deed *d, const struct grant *g, int64_t at,
    int64_t last_on, enum words_hour *ret, struct err *e)
{
	int64_t rows;

	if (!words_may_change(g, e))
		return false;
	*ret = check_hour(d, g, at, last_on);
	return *ret != WORDS_DONE || sql_post_publish(d->house->db, at, d->now,
					 grant_post(g), &rows, e);
}

bool
words_withdraw(const struct deed *d, const struct grant *g, struct err *e)
{
	int64_t rows, id = grant_post(g);

	if (!words_may_change(g, e) ||
	    !sql_post_withdraw(d->house->db, d->now, id, &rows, e))
		return false;
	return rows > 0 || err_set(e, ERR_CONFLICT,
			       "post %" PRId64 " is not published", id);
}

bool
words_is_draft(const struct grant *g, struct err *e)
{
	return words_may_change(g, e) &&
	       (grant_facts(g)->state == POST_DRAFT ||
		   err_set(e, ERR_CONFLICT, "post %" PRId64 " is no draft",
		       grant_post(g)));
}

bool
words_drop(const struct deed *d, const struct grant *g, struct err *e)
{
	int64_t rows, id = grant_post(g);

	return sql_audience_clear(d->house->db, id, &rows, e) &&
	       sql_notice_drop_post(d->house->db, id, &rows, e);
}
