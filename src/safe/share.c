#include "safe/safe.h"

#include <inttypes.h>

#include "report/casefile.h"
#include "report/story.h"
#include "safe/share.h"
#include "sql_safe.h"

#define DAY ((int64_t)86400)

bool
safe_shares(
    const struct deed *d, int64_t safe, struct safe_shares *ret, struct err *e)
{
	struct sql_safe_shares_rows rows;
	struct safe_shares l = {0};

	if (!sql_safe_shares(d->house->db, d->arena, safe, &rows, e))
		return err_wrap(e, "safe %" PRId64, safe);
	l.v = NEW_N(d->arena, struct safe_share, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many shares");
	for (size_t i = 0; i < rows.n; i++)
		l.v[l.n++] = (struct safe_share){rows.v[i].id,
		    rows.v[i].case_file, rows.v[i].since, rows.v[i].number};
	*ret = l;
	return true;
}

/* Said by who reported, who is nobody in the story of a case. */
static bool
tell(const struct deed *d, int64_t case_file, const char *text, struct err *e)
{
	struct deed nobody = *d;

	nobody.actor = -1;
	return story_add(&nobody, case_file, STORY_ANSWERED, STORY_INSIDE,
	    S("safe"), lang_text(d->org->lang, text), e);
}

bool
safe_show(const struct deed *d, int64_t safe, int64_t case_file, str number,
    struct err *e)
{
	int64_t rows;

	if (!sql_safe_share_add(
		d->house->db, safe, case_file, d->now, &rows, e))
		return err_wrap(e, "safe %" PRId64, safe);
	return rows == 0 ||
	       (tell(
		    d, case_file, N_("I opened my evidence safe to you."), e) &&
		   safe_note_share(d, safe, SAFE_SHOWN, number, e));
}

bool
safe_close(const struct deed *d, int64_t safe, int64_t share, struct err *e)
{
	struct safe_shares all;
	int64_t rows;

	if (!safe_shares(d, safe, &all, e))
		return false;
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].id == share)
			return sql_safe_share_end(d->house->db, d->now, share,
				   safe, &rows, e) &&
			       tell(d, all.v[i].case_file,
				   N_("I closed my evidence safe again."), e) &&
			       safe_note_share(
				   d, safe, SAFE_CLOSED, all.v[i].number, e);
	return err_set(e, ERR_NOT_FOUND, "not open to such a case");
}

/* ---- who looked ---- */

static bool
note_once(const struct deed *d, int64_t case_file, enum story_deed deed,
    str detail, struct err *e)
{
	struct sql_safe_read_since_row row;
	bool found;

	if (!sql_safe_read_since(d->house->db, d->arena, case_file, d->actor,
		story_word(deed), detail, d->now - DAY, &found, &row, e))
		return false;
	return found ||
	       story_add(d, case_file, deed, STORY_INSIDE, detail, (str){0}, e);
}

bool
safe_was_read(const struct deed *d, int64_t case_file, struct err *e)
{
	struct case_head c;

	return case_enter(d, case_file, &c, e) &&
	       note_once(d, case_file, STORY_SAFE_READ, S(""), e);
}

bool
safe_was_seen(const struct deed *d, int64_t medium, struct err *e)
{
	struct sql_safe_cases_of_medium_rows rows;
	struct case_head c;

	if (!sql_safe_cases_of_medium(d->house->db, d->arena, medium, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		if (case_enter(d, rows.v[i].case_file, &c, e))
			return note_once(d, rows.v[i].case_file,
			    STORY_SAFE_SEEN, arena_i64(d->arena, medium), e);
		if (e->kind != ERR_NOT_FOUND)
			return false;
	}
	return err_set(e, ERR_NOT_FOUND, "open to no case of this person");
}

bool
safe_of_case(const struct deed *d, int64_t case_file, int64_t *ret, size_t max,
    size_t *ret_n, struct err *e)
{
	struct sql_safe_of_case_rows rows;

	if (!sql_safe_of_case(d->house->db, d->arena, case_file, &rows, e))
		return err_wrap(e, "safes of case %" PRId64, case_file);
	*ret_n = rows.n < max ? rows.n : max;
	for (size_t i = 0; i < *ret_n; i++)
		ret[i] = rows.v[i].safe;
	return true;
}
