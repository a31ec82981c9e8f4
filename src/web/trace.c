/* trace — a copy that was found outside: asked by one, allowed by another. */
#include "web/trace.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_trace.h"
#include "sharing/permit.h"
#include "sql_trace.h"
#include "web/member.h"

#define ALBUMS_MAX 200

/* ---- words ---- */

/* clang-format off */
static const struct {
	const char *few, *all;
} answers[TRACE_ANSWERS] = {
	[TRACE_NAMED] = { N_("an account is named"),
	    N_("The mark in this copy is the one of the account below.") },
	[TRACE_UNREADABLE] = { N_("cannot tell: no picture"),
	    N_("The file is no picture that can be opened here, or its end is missing. JPEG, PNG, WebP and HEIC can be traced, up to 50 million points.") },
	[TRACE_UNKNOWN] = { N_("cannot tell: no photo of ours"),
	    N_("None of the photos that look like this copy is shown by it. It may be from somewhere else, or of a photo that was deleted; or it shows only a small part of one. If you know the album, ask again and say which.") },
	[TRACE_SMALL] = { N_("cannot tell: too small"),
	    N_("The copy is too small: so few points hold too little of the mark. Try to find a larger one.") },
	[TRACE_SMOOTH] = { N_("cannot tell: too smooth"),
	    N_("The picture is too smooth (sky, snow, a plain drawing), or the copy was changed too much: it holds too little of the mark.") },
	[TRACE_UNMARKED] = { N_("cannot tell: no mark"),
	    N_("The copy shows a photo of ours and could hold a mark, but none is there: it may be the original, which only the team gets, a photo that somebody else took, or the mark was removed.") },
	[TRACE_WEAK] = { N_("cannot tell: too little of the mark"),
	    N_("A mark is there, but too little of it is left to name an account without a risk of accusing somebody wrongly. That happens when a copy was changed a lot, or when several people put their copies together.") },
};

static const struct {
	const char *deed, *text;
} deeds[] = {
	{ "asked", N_("%1 asked, with the reason above.") },
	{ "allowed", N_("%1 allowed it.") },
	{ "refused", N_("%1 did not allow it. The copy is destroyed.") },
	{ "told", N_("The comparison ended.") },
	{ "closed", N_("%1 closed it. The copy is destroyed.") },
	{ "ended", N_("The time was over. The copy is destroyed.") },
};

static const struct {
	const char *kind, *text;
} kinds[] = {
	{ "director", N_("direction") },
	{ "animateur", N_("team") },
	{ "safeguarding", N_("safeguarding lead") },
	{ "guardian", N_("guardian") },
	{ "relative", N_("relative") },
	{ "child", N_("child") },
};
/* clang-format on */

const char *
trace_answer_short(enum trace_answer t)
{
	return answers[t].few;
}

const char *
trace_answer_long(enum trace_answer t)
{
	return answers[t].all;
}

const char *
trace_line_text(const struct trace_line *l)
{
	if (l->state == TRACE_TOLD)
		return trace_answer_short(l->answer);
	if (l->state == TRACE_REFUSED)
		return N_("not allowed");
	if (l->closed)
		return N_("closed");
	return l->state == TRACE_ASKED ? N_("waits for a second person")
				       : N_("is being compared");
}

const char *
trace_line_kind(const struct trace_line *l)
{
	if (l->closed || l->state == TRACE_REFUSED)
		return "plain";
	if (l->state != TRACE_TOLD)
		return "wait";
	return l->answer == TRACE_NAMED ? "stop" : "plain";
}

const char *
trace_deed_text(str deed)
{
	for (size_t i = 0; i < sizeof(deeds) / sizeof(*deeds); i++)
		if (str_eq(deed, str_c(deeds[i].deed)))
			return deeds[i].text;
	return deeds[0].text;
}

const char *
trace_kind_text(str kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_eq(kind, str_c(kinds[i].kind)))
			return kinds[i].text;
	return kinds[0].text;
}

const char *
trace_wrong_text(const struct trace_suspect *s)
{
	if (s->one_in >= INT64_C(1000000000000))
		return N_("less than one chance in a thousand billion");
	return N_("less than one chance in a billion");
}

str
trace_figure(struct view *v, int64_t n)
{
	const char *gap = v->lang == LANG_FR ? "\u202f" : ",";
	str s = arena_i64(v->arena, n), ret = {0};

	for (size_t at = 0; at < s.n;) {
		size_t take = (s.n - at) % 3 == 0 ? 3 : (s.n - at) % 3;

		ret = arena_fmt(v->arena, STR_FMT "%s" STR_FMT, STR_ARG(ret),
		    at == 0 ? "" : gap, STR_ARG(str_sub(s, at, take)));
		at += take;
	}
	return ret;
}

/* ---- all of them ---- */

enum { F_REASON, F_ALBUM, F_FILE };

static const struct field ask_fields[] = {
    [F_REASON] = {"reason", N_("Why"),
	N_("Where the copy was found and what it did. Another person reads "
	   "this before anything is compared, and it stays in the record."),
	FIELD_TEXT, true, TRACE_REASON_MIN, TRACE_REASON_MAX, NULL, NULL},
    [F_ALBUM] = {"album", N_("The album it is from, if you know it"),
	N_("A copy that shows only part of a photo is found more easily."),
	FIELD_CHOICE, false, 0, 0, NULL, NULL},
    [F_FILE] = {"copy", N_("The copy"),
	N_("The file as it was found, or a picture of the screen that shows "
	   "it. At most 40 MB. It is kept encrypted, and destroyed when the "
	   "trace is closed, at the latest after 90 days."),
	FIELD_FILE, true, 0, 0, NULL, NULL},
    {0},
};
_Static_assert(TRACE_KEPT_DAYS == 90, "as the words say");

/* The table with the albums of this organisation. */
static bool
fields_with_albums(struct request *r, struct field ret[4], struct err *e)
{
	struct sql_trace_albums_rows rows;
	struct field_option *o;

	if (!sql_trace_albums(
		r->house->db, r->arena, r->org->id, ALBUMS_MAX, &rows, e))
		return false;
	o = NEW_N(r->arena, struct field_option, rows.n + 2);
	if (o == NULL)
		return err_set(e, ERR_LIMIT, "too many albums");
	o[0] = (struct field_option){"", N_("I do not know")};
	for (size_t i = 0; i < rows.n; i++) {
		str title = house_text(
		    r->arena, r->org, "post.title_enc", rows.v[i].title_enc);
		str day = say_date(&r->view, rows.v[i].day_on);

		o[i + 1] =
		    (struct field_option){arena_i64(r->arena, rows.v[i].id).p,
			arena_fmt(r->arena, STR_FMT " · " STR_FMT,
			    STR_ARG(title), STR_ARG(day))
			    .p};
	}
	memcpy(ret, ask_fields, sizeof(ask_fields));
	ret[F_ALBUM].options = o;
	return true;
}

static bool
is_alone(const struct request *r, const struct circle *c)
{
	return c->n == 1 && circle_has(c, r->viewer->account);
}

static bool
list_page(struct request *r, struct response *out, const struct form *f,
    struct err *e)
{
	struct deed d = member_deed(r);
	struct trace_list_page page = {.form = f};

	if (!trace_list(&d, &page.lines, e) ||
	    !trace_circle(r->house, r->arena, r->org, &page.circle, e))
		return false;
	page.alone = is_alone(r, &page.circle);
	html_trace_list(&r->view, &page);
	return respond_page(r, out, 200);
}

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	struct field fields[4];
	struct form f;

	if (!fields_with_albums(r, fields, e))
		return false;
	form_start(fields, &f);
	return list_page(r, out, &f, e);
}

/* ---- asking ---- */

static bool
copy_open(struct request *r, struct http_file_go *ret, int *ret_fd,
    struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	str name = r->http->n_file > 0 ? r->http->file[0].name : (str){0};

	(void)out;
	return trace_receive(&d, name, ret, ret_fd, e);
}

static const char *
file_fault(const struct http_request *h)
{
	if (h->n_file == 0 || h->file[0].bytes == 0)
		return N_("Choose the file.");
	switch ((enum http_file_state)h->file[0].state) {
	case HTTP_FILE_WHOLE:
		return NULL;
	case HTTP_FILE_TOO_BIG:
		return N_("This file is larger than 40 MB.");
	case HTTP_FILE_CUT:
	case HTTP_FILE_PART:
	case HTTP_FILE_WRONG:
	case HTTP_FILE_DAMAGED:
		return N_("The file did not arrive whole. Send it again.");
	case HTTP_FILE_FAILED:
	case HTTP_FILE_STATES:
		break;
	}
	return N_("The file could not be kept: our storage did not answer.");
}

/* What came and is not asked about leaves nothing. */
static bool
drop_files(struct request *r, const struct deed *d, size_t from, struct err *e)
{
	for (size_t i = from; i < r->http->n_file; i++)
		if (!trace_drop(d, (int64_t)r->http->file[i].handle, e))
			return false;
	return true;
}

static bool
ask(struct request *r, const struct deed *d, const struct form *f,
    struct err *e)
{
	const struct http_file *file = &r->http->file[0];
	int64_t post = 0;

	if (f->value[F_ALBUM].n > 0 &&
	    !num_i64(f->value[F_ALBUM], 1, INT64_MAX, &post))
		return err_set(e, ERR_INPUT, "no number of an album");
	return trace_ask(d, (int64_t)file->handle, file->bytes, post,
		   f->value[F_REASON], e) &&
	       drop_files(r, d, 1, e);
}

static bool
ask_again(struct request *r, struct response *out, const struct deed *d,
    const struct form *f, struct err *e)
{
	if (!db_begin(r->house->db, e) ||
	    !member_settle(r, drop_files(r, d, 0, e), e) ||
	    !list_page(r, out, f, e))
		return false;
	return member_again(r, out);
}

static bool
ask_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct field fields[4];
	const char *fault;
	struct form f;
	bool fine;

	if (!fields_with_albums(r, fields, e))
		return false;
	fine = form_read(r, fields, &f);
	fault = file_fault(r->http);
	if (fault != NULL)
		form_fault(&f, F_FILE, fault);
	if (!fine || fault != NULL)
		return ask_again(r, out, &d, &f, e);
	if (!request_begin(r, e) || !member_settle(r, ask(r, &d, &f, e), e))
		return false;
	respond_notice(r, out,
	    N_("Asked. Nothing is compared before a second person has "
	       "allowed it."));
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/traces/%" PRIu64, r->http->file[0].handle));
}

/* ---- one of them ---- */

static const struct field note_fields[] = {
    {"why", N_("Your reason"),
	N_("In your own words. It stays in the record, for whoever looks "
	   "later."),
	FIELD_TEXT, true, TRACE_REASON_MIN, TRACE_REASON_MAX, NULL, NULL},
    {0},
};

static bool
may_open(struct request *r, const struct trace_shown *t)
{
	const struct grant *g;
	struct err ignored;

	return t->photos.n > 0 && t->photos.v[0].shown &&
	       permit_medium_page(r->house, r->arena, r->viewer,
		   t->photos.v[0].medium, 1024, r->now, r->today, &g, &ignored);
}

static bool
page_with(struct request *r, struct response *out, const struct form *f,
    struct err *e)
{
	struct deed d = member_deed(r);
	struct trace_page page;
	struct form empty;

	if (!trace_load(&d, r->id[0], &page.shown, e))
		return false;
	form_start(note_fields, &empty);
	page.form = f == NULL ? &empty : f;
	page.others = member_others(r, &page.shown.circle, page.shown.asked_by);
	page.linked = may_open(r, &page.shown);
	html_trace_page(&r->view, &page);
	return f == NULL ? respond_page(r, out, 200) : member_again(r, out);
}

static bool
page_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct trace_shown t;

	return trace_load(&d, r->id[0], &t, e) && db_begin(r->house->db, e) &&
	       member_settle(r, trace_opened(&d, r->id[0], e), e) &&
	       page_with(r, out, NULL, e);
}

/* clang-format off */
static const struct answer_kind {
	const char *word;
	bool (*run)(const struct deed *, int64_t, str, struct err *);
	const char *notice;
	bool gone; /* the copy's file goes after the commit */
} decisions[] = {
	{ "allow", trace_allow, N_("Allowed. The comparison takes some minutes; you can leave this page."), false },
	{ "refuse", trace_refuse, N_("Not allowed. The copy is destroyed."), true },
	{ "close", trace_close, N_("Closed. The copy is destroyed."), true },
};
/* clang-format on */

static const struct answer_kind *
decision_of(str word)
{
	for (size_t i = 0; i < sizeof(decisions) / sizeof(*decisions); i++)
		if (str_eq(word, str_c(decisions[i].word)))
			return &decisions[i];
	return NULL;
}

/* What nobody may do alone, or has been done meanwhile, is said in words. */
static bool
say_why_not(struct request *r, struct response *out, const struct err *e)
{
	if (e->kind == ERR_DENIED)
		respond_notice(
		    r, out, N_("Nothing was done: this needs another person."));
	else if (e->kind == ERR_CONFLICT)
		respond_notice(r, out,
		    N_("Nothing was done: somebody has decided meanwhile."));
	else
		return false;
	out->rollback = true;
	return true;
}

static bool
copy_goes(struct request *r, const void *what, struct err *e)
{
	(void)what;
	return trace_file_gone(r->house, r->arena, r->org->id, r->id[0], e);
}

static bool
decide_do(struct request *r, struct response *out, struct err *e)
{
	const struct answer_kind *k = decision_of(request_field(r, "do"));
	struct deed d = member_deed(r);
	struct form f;

	if (k == NULL)
		return err_set(e, ERR_INPUT, "no such answer");
	if (!form_read(r, note_fields, &f))
		return page_with(r, out, &f, e);
	out->after = k->gone ? copy_goes : NULL;
	if (k->run(&d, r->id[0], f.value[0], e))
		respond_notice(r, out, k->notice);
	else if (!say_why_not(r, out, e))
		return false;
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/traces/%" PRId64, r->id[0]));
}

const struct route trace_routes[] = {
    {HTTP_GET, "/traces", list_show, NEED_STAFF, 0, NULL},
    {HTTP_POST, "/traces/ask", ask_do, NEED_STAFF, ROUTE_SPENDS, copy_open},
    {HTTP_GET, "/traces/:id", page_show, NEED_STAFF, 0, NULL},
    {HTTP_POST, "/traces/:id", decide_do, NEED_STAFF, 0, NULL},
    {0},
};
