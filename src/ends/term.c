#include "ends/term.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "sql_ends.h"

#define DAY ((int64_t)86400)

static bool
begun_at(const struct deed *d, int64_t *ret, struct err *e)
{
	struct sql_ends_begun_row row;
	bool found;

	if (!sql_ends_begun(
		d->house->db, d->arena, d->org->id, &found, &row, e))
		return err_wrap(e, "rules of retention");
	*ret = found ? row.begun_at : d->now;
	return true;
}

/* Newest first: a shorter duration does not count until it was known for long
 * enough, so what counts is the longest of those that are too young and of the
 * first that is not. */
static bool
read_term(const struct deed *d, enum ends_rule rule, struct ends_term *io,
    struct err *e)
{
	const struct ends_row *row = &ends_rows[rule];
	const int usual = ends_span_of(d->org->profile, rule).usual;
	struct sql_ends_choices_rows v;
	size_t i;

	if (!sql_ends_choices(
		d->house->db, d->arena, d->org->id, str_c(row->word), &v, e))
		return err_wrap(e, "duration of %s", row->word);
	io->days = io->chosen = v.n > 0 ? v.v[0].days : usual;
	io->chosen_at = v.n > 0 ? v.v[0].chosen_at : DB_NULL;
	io->reason = v.n > 0 ? house_text(d->arena, d->org,
				   "ends_choice.reason_enc", v.v[0].reason_enc)
			     : S("");
	for (i = 0;
	     i < v.n && v.v[i].chosen_at + ENDS_NOTICE_DAYS * DAY > d->now;
	     i++) {
		int64_t before = i + 1 < v.n ? v.v[i + 1].days : usual;

		if (before > io->days)
			io->days = before;
	}
	io->counts_from = io->days == io->chosen
			      ? DB_NULL
			      : io->chosen_at + ENDS_NOTICE_DAYS * DAY;
	return true;
}

bool
ends_terms(
    const struct deed *d, struct ends_term ret[ENDS_RULES], struct err *e)
{
	int64_t begun;

	if (!begun_at(d, &begun, e))
		return false;
	for (int i = 0; i < ENDS_RULES; i++) {
		ret[i] = (struct ends_term){0};
		if (!read_term(d, (enum ends_rule)i, &ret[i], e))
			return false;
		if (ends_rows[i].gentle)
			ret[i].not_before = begun + ENDS_FIRST_DAYS * DAY;
	}
	return true;
}

bool
ends_choose(const struct deed *d, enum ends_rule rule, int64_t days, str reason,
    struct err *e)
{
	const struct ends_row *row = &ends_rows[rule];
	const struct ends_span span = ends_span_of(d->org->profile, rule);
	struct deed_about about = {
	    .kind = "organisation", .id = d->org->id, .detail = {0}};
	size_t n = utf8_length(reason);
	int64_t changed;
	str sealed;

	if (days < span.least || days > span.most || n < ENDS_REASON_MIN ||
	    n > ENDS_REASON_MAX)
		return err_set(e, ERR_INPUT, "duration of %s", row->word);
	about.detail = arena_fmt(d->arena, "%s %" PRId64, row->word, days);
	return (deed_seal(d, "ends_choice.reason_enc", reason, &sealed, e) &&
		   sql_ends_choose(d->house->db, d->org->id, str_c(row->word),
		       days, sealed, d->actor, d->now, &changed, e) &&
		   deed_note(d, AUDIT_ENDS_CHOSEN, &about, e)) ||
	       err_wrap(e, "duration of %s", row->word);
}

bool
ends_begin(const struct deed *d, struct err *e)
{
	struct sql_ends_begun_row row;
	int64_t changed;
	bool found;

	if (!sql_ends_begun(
		d->house->db, d->arena, d->org->id, &found, &row, e))
		return err_wrap(e, "rules of retention");
	return found ||
	       sql_ends_begin(d->house->db, d->org->id, d->now, &changed, e);
}

int64_t
ends_term_last(
    const struct ends_term *t, const struct organisation *org, int64_t event_on)
{
	int64_t last = event_on + t->days;
	int64_t first =
	    t->not_before == 0 ? last : day_of(org->zone, t->not_before);

	return last < first ? first : last;
}

bool
ends_season_last(const struct deed *d, int64_t season_until_on, int64_t *ret_on,
    struct err *e)
{
	struct ends_term t = {0};
	int64_t begun;

	if (!begun_at(d, &begun, e) || !read_term(d, ENDS_PHOTOS, &t, e))
		return false;
	t.not_before = begun + ENDS_FIRST_DAYS * DAY;
	*ret_on = ends_term_last(&t, d->org, season_until_on);
	return true;
}
