/* notice_write — the team writes a notice, says for whom and from when,
 * withdraws it. */
#include <inttypes.h>

#include "html_notices.h"
#include "web/member.h"
#include "web/notice.h"
#include "web/pattern.h"
#include "web/share.h"
#include "web/words.h"

enum {
	F_TITLE_FR,
	F_BODY_FR,
	F_TITLE_EN,
	F_BODY_EN,
	F_BY,
	F_SIGN, /* these two until it is published */
	F_EACH
};

static const struct field_option signs[] = {
    {"sign", N_("to sign")},
    {"read", N_("to read")},
    {0},
};

static const struct field_option eaches[] = {
    {"one", N_("one adult who decides is enough for each child")},
    {"each", N_("each adult who decides")},
    {0},
};

#define TITLE(name, label)                                                 \
	{                                                                  \
		name, label, NULL, FIELD_LINE, false, 2, NOTICE_TITLE_MAX, \
		    NULL, NULL                                             \
	}
#define BODY(name, label)                                                 \
	{                                                                 \
		name, label, NULL, FIELD_TEXT, false, 2, NOTICE_BODY_MAX, \
		    NULL, NULL                                            \
	}
#define WORDS                                                                  \
	[F_TITLE_FR] = TITLE("title_fr", N_("Title, in French")),              \
	[F_BODY_FR] = BODY("body_fr", N_("Text, in French")),                  \
	[F_TITLE_EN] = TITLE("title_en", N_("Title, in English")),             \
	[F_BODY_EN] = BODY("body_en", N_("Text, in English")),                 \
	[F_BY] = {"by", N_("Last day to answer"), NULL, FIELD_DAY, true, 0, 0, \
	    NULL, NULL}

static const struct field fields[] = {
    WORDS,
    [F_SIGN] = {"sign", N_("This notice is"), NULL, FIELD_CHOICE, true, 0, 0,
	NULL, signs},
    [F_EACH] = {"each", N_("Who answers"), NULL, FIELD_CHOICE, true, 0, 0, NULL,
	eaches},
    {0},
};

static const struct field published_fields[] = {WORDS, {0}};

/* ---- the words ---- */

static void
read_words(const struct form *f, struct notice_words *ret)
{
	ret->title[LANG_FR] = f->value[F_TITLE_FR];
	ret->body[LANG_FR] = f->value[F_BODY_FR];
	ret->title[LANG_EN] = f->value[F_TITLE_EN];
	ret->body[LANG_EN] = f->value[F_BODY_EN];
}

/* Both or neither of a language, and one of them. */
static void
check_words(struct form *f)
{
	static const struct {
		int title, body;
	} of[LANGS] = {[LANG_FR] = {F_TITLE_FR, F_BODY_FR},
	    [LANG_EN] = {F_TITLE_EN, F_BODY_EN}};
	bool some = false;

	for (int l = 0; l < LANGS; l++) {
		bool title = f->value[of[l].title].n > 0;
		bool body = f->value[of[l].body].n > 0;

		some |= title || body;
		if (title && !body)
			form_fault(f, of[l].body, N_("The text is missing."));
		if (body && !title)
			form_fault(f, of[l].title, N_("The title is missing."));
	}
	if (!some)
		form_fault(f, F_TITLE_FR,
		    N_("Write it in one of the two languages at least."));
}

static void
check_day(const struct request *r, struct form *f)
{
	if (f->fault[F_BY] != NULL)
		return;
	if (f->number[F_BY] < r->today)
		form_fault(f, F_BY, N_("This day is past."));
	else if (f->number[F_BY] > r->today + NOTICE_FAR_DAYS)
		form_fault(f, F_BY, N_("This is more than a year."));
}

static bool
read_text(struct request *r, const struct field *table, struct form *f,
    struct notice_new *ret)
{
	(void)form_read(r, table, f);
	check_words(f);
	check_day(r, f);
	*ret = (struct notice_new){.by_on = f->number[F_BY]};
	read_words(f, &ret->words);
	if (table == fields) {
		ret->sign = str_eq(f->value[F_SIGN], S("sign"));
		ret->each = str_eq(f->value[F_EACH], S("each"));
	}
	return !f->bad;
}

static void
fill_text(struct request *r, const struct notice *n, struct form *f)
{
	const struct notice_words *w = &n->is.words;

	f->value[F_TITLE_FR] = w->title[LANG_FR];
	f->value[F_BODY_FR] = w->body[LANG_FR];
	f->value[F_TITLE_EN] = w->title[LANG_EN];
	f->value[F_BODY_EN] = w->body[LANG_EN];
	f->value[F_BY] = iso_day(&r->view, n->is.by_on);
	f->value[F_SIGN] = n->is.sign ? S("sign") : S("read");
	f->value[F_EACH] = n->is.each ? S("each") : S("one");
}

static bool
see(struct request *r, struct response *out, int64_t id, const char *end)
{
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/notice/%" PRId64 "%s", id, end));
}

#define KIND S("notice") /* of its templates */

static bool
new_page(struct request *r, const struct form *f, struct err *e)
{
	struct notice_text_page page = {.form = f};
	struct deed d = share_deed(r);

	if (!pattern_list(&d, KIND, &page.patterns, e))
		return false;
	html_notice_text(&r->view, &page);
	return true;
}

static bool
new_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(fields, &f);
	f.value[F_BY] = iso_day(&r->view, r->today + 7);
	return pattern_begin(r, KIND, &f, e) && new_page(r, &f, e) &&
	       respond_page(r, out, 200);
}

static bool
new_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct notice_new n;
	struct form f;
	int64_t id;

	if (!read_text(r, fields, &f, &n))
		return new_page(r, &f, e) && member_again(r, out);
	return notice_create(&d, &n, &id, e) && see(r, out, id, "/send");
}

static const struct field *
table_of(const struct notice *n)
{
	return n->state == POST_DRAFT ? fields : published_fields;
}

static bool
text_page(struct request *r, const struct notice *n, const struct form *f)
{
	const struct notice_text_page page = {
	    .form = f, .id = n->id, .published = n->state != POST_DRAFT};

	html_notice_text(&r->view, &page);
	return true;
}

static bool
text_show(struct request *r, struct response *out, struct err *e)
{
	const struct grant *g;
	struct notice n;
	struct form f;

	if (!notice_of(r, PERMIT_NOTICE_EDIT, &g, &n, e))
		return false;
	form_start(table_of(&n), &f);
	fill_text(r, &n, &f);
	return text_page(r, &n, &f) && respond_page(r, out, 200);
}

static bool
text_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct notice_new is;
	struct notice n;
	struct form f;

	if (!notice_of(r, PERMIT_NOTICE_EDIT, &g, &n, e))
		return false;
	if (!read_text(r, table_of(&n), &f, &is))
		return text_page(r, &n, &f) && member_again(r, out);
	if (!notice_change(&d, g, &is, e))
		return false;
	respond_notice(r, out, N_("Saved."));
	return see(r, out, n.id, n.state == POST_DRAFT ? "/send" : "");
}

/* ---- for whom, and when ---- */

static bool
hour_of(struct request *r, struct words_send_page *ret, struct err *e)
{
	const struct grant *g;
	struct notice n;

	if (!notice_of(r, PERMIT_NOTICE_EDIT, &g, &n, e))
		return false;
	*ret = (struct words_send_page){.id = n.id,
	    .title = notice_title(&r->view, &n),
	    .publish = notice_publish,
	    .done = N_("The notice is published.")};
	return true;
}

static bool
hour_show(struct request *r, struct response *out, struct err *e)
{
	struct words_send_page page;

	return hour_of(r, &page, e) && words_send_show(r, out, &page, e);
}

static bool
hour_do(struct request *r, struct response *out, struct err *e)
{
	struct words_send_page page;

	return hour_of(r, &page, e) && words_send_do(r, out, &page, e);
}

/* ---- and no more ---- */

static bool
take_back(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;

	if (!share_post(r, r->id[0], PERMIT_NOTICE_EDIT, &g, e) ||
	    !notice_withdraw(&d, g, e))
		return false;
	respond_notice(
	    r, out, N_("Withdrawn: no family sees this notice any more."));
	return see(r, out, r->id[0], "");
}

static bool
throw_away(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;

	if (!share_post(r, r->id[0], PERMIT_NOTICE_EDIT, &g, e) ||
	    !notice_discard(&d, g, e))
		return false;
	respond_notice(r, out, N_("The draft is gone."));
	return respond_see_other(r, out, S("/notices"));
}

static bool
remind(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;

	if (!share_post(r, r->id[0], PERMIT_NOTICE_EDIT, &g, e) ||
	    !notice_remind(&d, g, e))
		return false;
	respond_notice(r, out,
	    N_("Who has not answered finds it on the first page, as a "
	       "reminder, for a week at least."));
	return see(r, out, r->id[0], "/asked");
}

static bool
keep(struct request *r, struct response *out, struct err *e)
{
	struct pattern_fields l;
	const struct grant *g;
	struct notice n;
	struct form f;

	if (!notice_of(r, PERMIT_NOTICE_EDIT, &g, &n, e))
		return false;
	form_start(fields, &f);
	fill_text(r, &n, &f);
	return pattern_of_form(r, &f, &l, e) &&
	       pattern_save(r, out, KIND, &l, e) && see(r, out, n.id, "");
}

const struct route notice_write_routes[] = {
    {HTTP_GET, "/notices/new", new_show, NEED_STAFF},
    {HTTP_POST, "/notices/new", new_do, NEED_STAFF},
    {HTTP_GET, "/notice/:id/text", text_show, NEED_STAFF},
    {HTTP_POST, "/notice/:id/text", text_do, NEED_STAFF},
    {HTTP_GET, "/notice/:id/send", hour_show, NEED_STAFF},
    {HTTP_POST, "/notice/:id/send", hour_do, NEED_STAFF},
    {HTTP_POST, "/notice/:id/withdraw", take_back, NEED_STAFF},
    {HTTP_POST, "/notice/:id/discard", throw_away, NEED_STAFF},
    {HTTP_POST, "/notice/:id/remind", remind, NEED_STAFF},
    {HTTP_POST, "/notice/:id/pattern", keep, NEED_STAFF},
    {0},
};
