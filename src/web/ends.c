/*
 * ends — how long things are kept: said to everybody beforehand, with what has
 * ended since; chosen by a director within the limits of the law's rule.
 */
#include "web/ends.h"

#include <inttypes.h>

#include "html_ends.h"
#include "life/farewell.h"
#include "sql_season.h"
#include "web/member.h"

#define YEAR 365
#define SHOWN_SEASON_DAYS 400

str
ends_say_days(struct view *v, int64_t days)
{
	int64_t years = days / YEAR, n = days;
	str text;

	/* Leap days are in it: 1826 are five years. */
	if (years > 0 && days - years * YEAR <= 5) {
		n = years;
		text = lang_plural(v->lang, N_P("%1 year", "%1 years"), n);
	} else
		text = lang_plural(v->lang, N_P("%1 day", "%1 days"), n);
	return lang_fill(v->arena, text, (str[]){arena_i64(v->arena, n)}, 1);
}

str
ends_say_limits(struct view *v, const struct ends_line *l)
{
	str of[2] = {
	    ends_say_days(v, l->span.least), ends_say_days(v, l->span.most)};

	return lang_fill(
	    v->arena, lang_text(v->lang, N_("between %1 and %2")), of, 2);
}

/* ---- what is shown ---- */

static bool
load_lines(struct request *r, struct ends_page *p, struct err *e)
{
	struct deed d = member_deed(r);
	struct ends_term *term = NEW_N(r->arena, struct ends_term, ENDS_RULES);
	struct ends_line *v = NEW_N(r->arena, struct ends_line, ENDS_RULES);
	struct ends_done done;

	if (term == NULL || v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the rules");
	if (!ends_terms(&d, term, e) ||
	    !ends_done_since(&d, r->today - YEAR, &done, e))
		return false;
	p->law = ends_law_of(r->org->profile);
	if (!day_parse(str_c(p->law->read_on), &p->read_on))
		return err_set(e, ERR_CORRUPT, "a law's day");
	for (int i = 0; i < ENDS_RULES; i++)
		v[i] = (struct ends_line){&ends_rows[i], &term[i],
		    ends_span_of(r->org->profile, (enum ends_rule)i),
		    ends_rows[i].source[p->law->source], done.n[i],
		    done.last_on[i]};
	p->lines = (struct ends_line_list){v, ENDS_RULES};
	return true;
}

static bool
load_seasons(struct request *r, struct ends_page *p, struct err *e)
{
	struct deed d = member_deed(r);
	struct sql_season_list_rows rows;

	if (!sql_season_list(r->house->db, r->arena, r->org->id, &rows, e))
		return false;
	p->seasons.v = NEW_N(r->arena, struct ends_season, rows.n + 1);
	if (p->seasons.v == NULL)
		return err_set(e, ERR_LIMIT, "too many seasons");
	for (size_t i = 0; i < rows.n; i++) {
		struct ends_season s = {.name = rows.v[i].name,
		    .until_on = rows.v[i].until_on,
		    .untold = rows.v[i].untold};

		if (!ends_season_last(&d, s.until_on, &s.last_on, e))
			return false;
		s.waits_on = s.last_on + FAREWELL_WAITS_DAYS;
		if (s.last_on >= r->today ||
		    (s.untold > 0 && s.waits_on >= r->today))
			p->seasons.v[p->seasons.n++] = s;
	}
	return true;
}

bool
ends_photos_last(struct request *r, int64_t day_on, int64_t *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct sql_season_list_rows rows;
	int64_t until = 0;

	if (!sql_season_list(r->house->db, r->arena, r->org->id, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].from_on <= day_on &&
		    rows.v[i].until_on >= day_on && rows.v[i].until_on > until)
			until = rows.v[i].until_on;
	return ends_season_last(&d, until == 0 ? day_on + YEAR : until, ret, e);
}

static bool
how_long_show(struct request *r, struct response *out, struct err *e)
{
	struct ends_page p = {0};

	if (r->org == NULL)
		return err_set(e, ERR_NOT_FOUND, "no organisation yet");
	if (!load_lines(r, &p, e) || !load_seasons(r, &p, e))
		return false;
	html_ends_public(&r->view, &p);
	return respond_page(r, out, 200);
}

static bool
ends_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct ends_page p = {0};
	struct holds holds;

	if (!load_lines(r, &p, e) || !load_seasons(r, &p, e) ||
	    !hold_list(&d, &holds, e) || !claim_open(&d, &p.claims, e))
		return false;
	for (size_t i = 0; i < holds.n; i++)
		p.holds += holds.v[i].released_at == DB_NULL;
	html_ends_director(&r->view, &p);
	return respond_page(r, out, 200);
}

/* ---- choosing ---- */

enum { F_DAYS, F_REASON };

static const struct field choice_fields[] = {
    [F_DAYS] = {"days", N_("Days"), NULL, FIELD_NUMBER, true, 1, 5000, NULL,
	NULL},
    [F_REASON] = {"reason", N_("Why"),
	N_("It is written down, with your name."), FIELD_TEXT, true,
	ENDS_REASON_MIN, ENDS_REASON_MAX, NULL, NULL},
    {0},
};

static bool
load_line(struct request *r, enum ends_rule *ret_rule, struct ends_page *p,
    struct err *e)
{
	if (!ends_rule_of(r->word[0], ret_rule) ||
	    ends_rows[*ret_rule].least == ends_rows[*ret_rule].most)
		return err_set(e, ERR_NOT_FOUND, "no such rule to choose");
	return load_lines(r, p, e);
}

static bool
choice_show(struct request *r, struct response *out, struct err *e)
{
	struct ends_page p = {0};
	enum ends_rule rule;
	struct form f;

	if (!load_line(r, &rule, &p, e))
		return false;
	form_start(choice_fields, &f);
	f.value[F_DAYS] = arena_i64(r->arena, p.lines.v[rule].term->chosen);
	html_ends_choice(&r->view, &p.lines.v[rule], &f);
	return respond_page(r, out, 200);
}

static bool
choice_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct ends_page p = {0};
	enum ends_rule rule;
	struct form f;

	if (!load_line(r, &rule, &p, e))
		return false;
	if (form_read(r, choice_fields, &f) &&
	    (f.number[F_DAYS] < p.lines.v[rule].span.least ||
		f.number[F_DAYS] > p.lines.v[rule].span.most))
		form_fault(&f, F_DAYS, N_("This is outside of the limits."));
	if (f.bad) {
		html_ends_choice(&r->view, &p.lines.v[rule], &f);
		return member_again(r, out);
	}
	if (!ends_choose(&d, rule, f.number[F_DAYS], f.value[F_REASON], e))
		return false;
	respond_notice(r, out,
	    f.number[F_DAYS] < p.lines.v[rule].term->days
		? N_("The new duration counts in a month: it is shown to "
		     "everybody from now on.")
		: N_("The new duration counts from now on."));
	return respond_see_other(r, out, S("/structure/ends"));
}

const struct route ends_routes[] = {
    {HTTP_GET, "/how-long", how_long_show, NEED_NOBODY},
    {HTTP_GET, "/structure/ends", ends_show, NEED_DIRECTOR},
    {HTTP_GET, "/structure/ends/:word", choice_show, NEED_DIRECTOR},
    {HTTP_POST, "/structure/ends/:word", choice_do, NEED_DIRECTOR},
    {0},
};
