/*
 * report_child — the page on which a child tells that something is wrong: a
 * picture is touched, then « send ».  Words, who it is and a first name may be
 * added.  It asks for no account, so it passes by no guardian.
 */
#include "web/report_child.h"

#include "html_report_child.h"
#include "lang/lang.h"
#include "people/code.h"
#include "report/report.h"
#include "tell/handlers.h"
#include "web/member.h"
#include "web/report.h"

#define NAME_MAX_POINTS 60
/* A child who has told does not wait over a weekend for an answer. */
#define CHILD_HOURS 24

static const struct field fields[] = {
    [CHILD_F_WORDS] = {"words", N_("Tell more, if you like"),
	N_("What happened? When? Two words are enough."), FIELD_TEXT, false, 0,
	REPORT_WORDS_MAX, NULL, NULL},
    [CHILD_F_NAME] = {"name", N_("Your first name, if you like"),
	N_("Then somebody can come and talk to you."), FIELD_LINE, false, 0,
	NAME_MAX_POINTS, NULL, NULL},
    {0},
};

/* clang-format off */
static const struct child_tile matters[] = {
	{ S("mean"), N_("Somebody is mean to me"),
	  "M17 44a11 11 0 1 0 0-22 11 11 0 0 0 0 22zM13 31v.1M21 31v.1M12.500 39q4.500-5 9 0M30 4l3 5 6-3v6l6 2-4 4 3 6-6-1-3 6-4-5-5 2 1-6-5-3 6-2-1-6z", 0 },
	{ S("adult"), N_("A grown-up scares me, or wants a secret"),
	  "M17 13a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM17 13v17M8 20h18M17 30l-6 15M17 30l6 15M37 28a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM37 28v9M32 32h10M37 37l-4 8M37 37l4 8M37 6v7M37 16.500v.1", 0 },
	{ S("picture"), N_("A picture of me is not nice"),
	  "M5 8h38v32H5zM24 25a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM14 40q0-11 10-11t10 11M3 45L45 3", 0 },
	{ S("shock"), N_("I saw something that is not for children"),
	  "M3 24q21-25 42 0-21 25-42 0zM24 30a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM8 43L40 5", 0 },
	{ S("worry"), N_("I am hurt, scared or very sad"),
	  "M24 44a20 20 0 1 0 0-40 20 20 0 0 0 0 40zM13 20q3 3 6 0M29 20q3 3 6 0M17 35q7-7 14 0M15 26v5M33 26v5", 0 },
	{ S("other"), N_("Something else"),
	  "M5 7h38v27H24l-9 9v-9H5zM15 20.500v.1M24 20.500v.1M33 20.500v.1", 0 },
};
static const struct child_tile whom[] = {
	{ S("child"), N_("A child"),
	  "M24 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM24 18v14M15 24h18M24 32l-6 12M24 32l6 12", 0 },
	{ S("team"), N_("A grown-up who works here"),
	  "M24 13a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM24 13v17M13 21h22M24 30l-6 15M24 30l6 15M28 17l6-4v8z", REPORT_OF_TEAM },
	{ S("director"), N_("The one who runs the place"),
	  "M22 16a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM22 16v15M11 23h22M22 31l-6 14M22 31l6 14M37 3l2 4 4 .600-3 3 1 4-4-2-4 2 1-4-3-3 4-.600z", REPORT_OF_DIRECTOR },
	{ S("family"), N_("A grown-up of my family"),
	  "M4 24L24 6l20 18M10 20v24h28V20M24 38q-9-7-5-11 3-2 5 2 2-4 5-2 4 4-5 11z", 0 },
	{ S("online"), N_("Somebody on a screen"),
	  "M14 3h20v42H14zM22 39h4", 0 },
	{ S("unknown"), N_("I do not know"),
	  "M16 16q0-9 8-9t8 8q0 5-8 9v6M24 38v.1", 0 },
};
/* clang-format on */

struct child_tiles
child_matters(void)
{
	return (struct child_tiles){
	    matters, sizeof(matters) / sizeof(matters[0])};
}

struct child_tiles
child_whom(void)
{
	return (struct child_tiles){whom, sizeof(whom) / sizeof(whom[0])};
}

static const struct child_tile *
tile_of(struct child_tiles all, str word)
{
	for (size_t i = 0; i < all.n; i++)
		if (str_eq(all.v[i].word, word))
			return &all.v[i];
	return NULL;
}

static struct report_child_page
page_of(const struct request *r)
{
	return (struct report_child_page){
	    .organisation = r->org == NULL ? S("Préau") : r->org->name,
	    .lines = helplines(
		r->house->conf, r->org == NULL ? S("fr") : r->org->profile)};
}

static bool
child_show(struct request *r, struct response *out, struct err *e)
{
	struct report_child_page page = page_of(r);
	struct form f;

	(void)e;
	page.matter = tile_of(child_matters(), request_query(r, "what"));
	if (page.matter == NULL) {
		html_report_child(&r->view, &page);
		return respond_page(r, out, 200);
	}
	form_start(fields, &f);
	page.form = &f;
	html_report_child_send(&r->view, &page);
	return respond_page(r, out, 200);
}

/* What was touched is kept in words, before those that were typed. */
static str
words_of(struct request *r, const struct report_child_page *page)
{
	const struct child_tile *t = tile_of(child_whom(), page->whom);
	str typed = page->form->value[CHILD_F_WORDS];
	str what = lang_text(r->view.lang, page->matter->label);
	str who = t == NULL ? (str){0} : lang_text(r->view.lang, t->label);

	return arena_fmt(r->arena, "%.*s.%s%.*s%s%s%.*s", STR_ARG(what),
	    who.n > 0 ? " " : "", STR_ARG(who), who.n > 0 ? "." : "",
	    typed.n > 0 ? "\n" : "", STR_ARG(typed));
}

static struct report_new
new_of(struct request *r, const struct report_child_page *page)
{
	const struct child_tile *t = tile_of(child_whom(), page->whom);

	return (struct report_new){.category = category_of(page->matter->word),
	    .who = S("child"),
	    .lang = r->view.lang,
	    .words = words_of(r, page),
	    .contact = page->form->value[CHILD_F_NAME],
	    /* Whose telephone it was may be whom it is about. */
	    .unsaid = r->viewer == NULL ? 0 : r->viewer->account,
	    .hours_max = CHILD_HOURS,
	    .functions = t == NULL ? 0 : t->functions};
}

static bool
again(struct request *r, struct response *out,
    const struct report_child_page *page)
{
	html_report_child_send(&r->view, page);
	return member_again(r, out);
}

static bool
child_send(struct request *r, struct response *out, struct err *e)
{
	struct report_child_page page = page_of(r);
	struct deed d = member_deed(r);
	struct report_made made;
	struct report_new n;
	struct form f;

	(void)form_read(r, fields, &f);
	page.form = &f;
	page.whom = request_field(r, "who");
	page.matter = tile_of(child_matters(), request_field(r, "what"));
	if (page.matter == NULL)
		return err_set(e, ERR_INPUT, "nothing was chosen");
	if (f.bad)
		return again(r, out, &page);
	if (!report_may_send(r, THROTTLE_CHILD, &page.wait_s, e))
		return false;
	if (page.wait_s > 0)
		return again(r, out, &page);
	n = new_of(r, &page);
	if (!report_make(&d, &n, &made, e) ||
	    !handlers_tell(&d, made.case_file, n.category->grave, e))
		return false;
	html_report_child_made(&r->view, &page,
	    code_grouped(r->arena, made.receipt, 4), made.nobody);
	return respond_page(r, out, 200);
}

static bool
poster_show(struct request *r, struct response *out, struct err *e)
{
	struct report_child_page page = page_of(r);

	page.place =
	    arena_fmt(r->arena, "%s/report/child", r->house->conf->url);
	if (!qr_make(r->arena, page.place, &page.qr, e))
		return false;
	html_report_poster(&r->view, &page);
	return respond_page(r, out, 200);
}

const struct route report_child_routes[] = {
    {HTTP_GET, "/report/child", child_show, NEED_NOBODY},
    {HTTP_POST, "/report/child", child_send, NEED_NOBODY},
    {HTTP_GET, "/report/poster", poster_show, NEED_STAFF},
    {0},
};
