/*
 * filing — papers for the authorities: what this case asks for, one paper
 * filled in, checked and sent.  By those in the path of the case alone.
 */
#include "web/filing.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/num.h"
#include "ends/case_hold.h"
#include "html_filings.h"
#include "people/child.h"
#include "sharing/viewer.h"
#include "sql_filing.h"
#include "web/asset.h"
#include "web/member.h"

#define PRINT_SIGNS 16 /* of the digest, in hexadecimal */

/* ---- the book ---- */

/* It lives as long as the process. */
static struct filing_book book;

const struct filing_book *
filing_book(void)
{
	const struct asset *own = asset_named("filings.json");
	struct arena *a;
	struct err e;

	if (book.n_paper > 0 || own == NULL)
		return &book;
	a = arena_new(16 * FILING_BYTES_MAX);
	if (a == NULL || !filing_book_read(a, own->bytes, &book, &e)) {
		log_warn("the papers for authorities cannot be read");
		arena_free(a);
	}
	return &book;
}

/* ---- words ---- */

static const struct field_option route_options[] = {
    {"email", N_("by e-mail")},
    {"telephone", N_("by telephone")},
    {"post", N_("by post")},
    {"webform", N_("by a form on the web")},
    {"onthespot", N_("on the spot, by hand")},
    {NULL, NULL},
};

static const struct field sending_fields[] = {
    [FILING_F_ROUTE] = {"route", N_("By which route"), NULL, FIELD_CHOICE, true,
	0, 0, NULL, route_options},
    [FILING_F_DAY] = {"day", N_("Day"), NULL, FIELD_DAY, true, 0, 0, NULL,
	NULL},
    [FILING_F_TIME] = {"time", N_("Time"), NULL, FIELD_TIME, true, 0, 0, NULL,
	NULL},
    [FILING_F_RECEIPT] = {"receipt", N_("Number of the receipt"), NULL,
	FIELD_LINE, false, 0, FILING_RECEIPT_MAX, NULL, NULL},
    [FILING_F_ANSWERED] = {"answered", N_("Name of the person who answered"),
	NULL, FIELD_LINE, false, 0, FILING_ANSWERED_MAX, NULL, NULL},
    {0},
};

static const struct field word_fields[] = {
    {"words", N_("Say it in a few words"), NULL, FIELD_LINE, true, 3, 500, NULL,
	NULL},
    {0},
};

str
filing_name(str kind, enum lang lang)
{
	const struct filing_paper *p = filing_paper(filing_book(), kind);

	return p == NULL ? kind : p->name.in[lang];
}

const char *
filing_route_label(str word)
{
	const struct filing_route *r = filing_route(word);

	return r == NULL ? N_("by another route") : r->label;
}

const char *
filing_label(
    enum filing_stage stage, int64_t next_at, bool dropped, int64_t now)
{
	if (dropped)
		return N_("not to be sent");
	if (stage == FILING_KEPT)
		return N_("sent, data are kept");
	if (stage == FILING_OVER)
		return N_("the time to keep data is over");
	if (stage == FILING_CLOSED)
		return N_("sent");
	return next_at != DB_NULL && next_at < now ? N_("past its time")
						   : N_("to be sent");
}

const char *
filing_tag(enum filing_stage stage, int64_t next_at, int64_t now)
{
	if (stage == FILING_CLOSED)
		return "ok";
	if (stage == FILING_KEPT)
		return "plain";
	return stage == FILING_OVER || (next_at != DB_NULL && next_at < now)
		   ? "stop"
		   : "wait";
}

const char *
filing_next_label(const struct filing_next *n, int64_t now)
{
	if (!n->any)
		return NULL;
	if (n->stage == FILING_OPEN)
		return n->next_at != DB_NULL && n->next_at < now
			   ? N_("official paper late")
			   : N_("official paper due");
	return n->stage == FILING_OVER ? N_("the time to keep data is over")
				       : N_("data are kept");
}

/* ---- the list ---- */

static bool
is_of_profile(const struct filing_paper *p, const struct organisation *o)
{
	return filing_has(p->profiles, o->profile);
}

static bool
fill_offers(struct request *r, struct filing_list *io, struct err *e)
{
	const struct filing_book *b = filing_book();
	struct filing_offer *v =
	    NEW_N(r->arena, struct filing_offer, b->n_paper + 1);

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many papers");
	io->offers.v = v;
	/* What the category asks for stands first. */
	for (int applies = 1; applies >= 0; applies--)
		for (size_t i = 0; i < b->n_paper; i++) {
			const struct filing_paper *p = &b->paper[i];

			if (is_of_profile(p, r->org) &&
			    filing_has(p->categories,
				io->head->category->word) == (applies == 1))
				v[io->offers.n++] = (struct filing_offer){p,
				    filing_due(p, io->head->opened_at),
				    applies == 1};
		}
	return true;
}

static bool
fill_children(struct request *r, int64_t case_file, struct filing_children *ret,
    struct err *e)
{
	struct sql_filing_children_rows rows;
	struct filing_children l = {0};

	if (!sql_filing_children(r->house->db, r->arena, case_file, &rows, e))
		return false;
	l.v = NEW_N(r->arena, struct filing_child, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < rows.n; i++) {
		const struct child_sealed c = {rows.v[i].id,
		    rows.v[i].key_wrapped, rows.v[i].first_enc,
		    rows.v[i].last_enc, rows.v[i].born_enc};
		struct child_name n = child_open(r->arena, r->org, &c);

		l.v[l.n++] = (struct filing_child){
		    rows.v[i].id, child_full_name(r->arena, &n)};
	}
	*ret = l;
	return true;
}

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct case_head c;
	struct filing_list l = {.head = &c, .book = filing_book()};

	if (!case_enter(&d, r->id[0], &c, e) ||
	    !filing_of_case(&d, r->id[0], &l.all, e) ||
	    !fill_offers(r, &l, e) ||
	    !fill_children(r, r->id[0], &l.children, e))
		return false;
	html_filings_list(&r->view, &l);
	return respond_page(r, out, 200);
}

static bool
see(struct request *r, struct response *out, int64_t id)
{
	return respond_see_other(r, out,
	    arena_fmt(
		r->arena, "/cases/%" PRId64 "/filings/%" PRId64, r->id[0], id));
}

static bool
list_do(struct request *r, struct response *out, struct err *e)
{
	const struct filing_paper *p =
	    filing_paper(filing_book(), request_field(r, "kind"));
	int64_t child = DB_NULL, id;
	struct deed d = member_deed(r);

	if (p == NULL || !is_of_profile(p, r->org))
		return err_set(e, ERR_INPUT, "no such paper");
	if (!num_i64(request_field(r, "child"), 1, INT64_MAX, &child))
		child = DB_NULL;
	return filing_begin(&d, r->id[0], p, child, &id, e) && see(r, out, id);
}

/* ---- one ---- */

/* All that its page shows; who reads is written down. */
struct opened {
	struct case_page page;
	struct filings all;
	struct filing_page view;
};

static bool
load(struct request *r, struct opened *io, struct err *e)
{
	struct deed d = member_deed(r);

	if (!case_read(&d, r->id[0], &io->page, e) ||
	    !filing_of_case(&d, r->id[0], &io->all, e))
		return false;
	io->view.head = &io->page.head;
	io->view.is = filing_find(&io->all, r->id[1]);
	if (io->view.is == NULL)
		return err_set(e, ERR_NOT_FOUND, "no such paper");
	io->view.paper = filing_paper(filing_book(), io->view.is->kind);
	if (io->view.is->n_version > 0)
		io->view.newest =
		    &io->view.is->version[io->view.is->n_version - 1];
	return true;
}

static bool
open_paper(struct request *r, struct opened *io, struct err *e)
{
	*io = (struct opened){0};
	return db_begin(r->house->db, e) && member_settle(r, load(r, io, e), e);
}

static bool
name_child(struct request *r, struct opened *io, struct err *e)
{
	struct filing_children l;

	if (!fill_children(r, r->id[0], &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].id == io->view.is->child)
			io->view.child = l.v[i].name;
	return true;
}

static bool
page(struct request *r, struct response *out, struct opened *o,
    const struct filing_form *form, const struct form *sending,
    const struct form *word, struct err *e)
{
	if (!name_child(r, o, e))
		return false;
	o->view.form = form;
	o->view.sending = sending;
	o->view.word = word;
	html_filing_page(&r->view, &o->view);
	return (form != NULL && form->bad) || sending->bad || word->bad
		   ? member_again(r, out)
		   : respond_page(r, out, 200);
}

/* Now, and the route that the paper names first. */
static void
start_sending(struct request *r, const struct filing_paper *p, struct form *f)
{
	struct civil c = zone_local(r->org->zone, r->now);
	str rest, route = {0};

	form_start(sending_fields, f);
	f->value[FILING_F_DAY] = iso_day(&r->view, r->today);
	f->value[FILING_F_TIME] =
	    arena_fmt(r->arena, "%02d:%02d", c.hour, c.minute);
	if (p == NULL)
		return;
	rest = p->routes;
	(void)str_cut(&rest, ' ', &route);
	f->value[FILING_F_ROUTE] = route;
}

/* It is filled in while there is nothing checked, or when somebody corrects. */
static bool
start_form(struct request *r, const struct opened *o, struct filing_form *ret,
    bool *ret_any, struct err *e)
{
	const struct filing_page *v = &o->view;

	*ret_any = v->paper != NULL && v->is->dropped_at == DB_NULL &&
		   (v->newest == NULL || request_query(r, "correct").n > 0);
	if (!*ret_any)
		return true;
	if (v->newest == NULL)
		return filing_fill(r, &o->page, v->paper, v->is->child, ret, e);
	filing_refill(v->paper, &v->newest->lines, ret);
	return true;
}

static bool
paper_show(struct request *r, struct response *out, struct err *e)
{
	struct filing_form form;
	struct form sending, word;
	struct opened o;
	bool any;

	if (!open_paper(r, &o, e) || !start_form(r, &o, &form, &any, e))
		return false;
	start_sending(r, o.view.paper, &sending);
	form_start(word_fields, &word);
	return page(r, out, &o, any ? &form : NULL, &sending, &word, e);
}

static bool
done(struct request *r, struct response *out, const char *notice)
{
	respond_notice(r, out, notice);
	return see(r, out, r->id[1]);
}

static bool
check_do(struct request *r, struct response *out, struct err *e)
{
	struct filing_form form;
	struct deed d = member_deed(r);
	struct filing_lines lines;
	struct form sending, word;
	struct opened o;

	if (!open_paper(r, &o, e))
		return false;
	if (o.view.paper == NULL)
		return err_set(e, ERR_CONFLICT, "the paper is no more");
	form_start(word_fields, &word);
	start_sending(r, o.view.paper, &sending);
	if (!filing_read(r, o.view.paper, &form))
		return page(r, out, &o, &form, &sending, &word, e);
	return filing_lines_of(
		   r, o.view.paper, &o.page.head, &form, &lines, e) &&
	       request_begin(r, e) &&
	       member_settle(r,
		   filing_check(
		       &d, r->id[0], r->id[1], r->org->lang, &lines, e),
		   e) &&
	       done(r, out, N_("It is checked, and stays as it is."));
}

static bool
read_sending(struct request *r, const struct filing_page *p, struct form *f,
    struct filing_sending *ret)
{
	struct civil c;
	int64_t version;

	if (!form_read(r, sending_fields, f))
		return false;
	if (p->paper->receipt && f->value[FILING_F_RECEIPT].n == 0 &&
	    f->value[FILING_F_ANSWERED].n == 0)
		form_fault(f, FILING_F_RECEIPT,
		    N_("A receipt is expected: write its number, or the name "
		       "of who answered."));
	c = day_to_civil(f->number[FILING_F_DAY]);
	c.hour = (uint8_t)(f->number[FILING_F_TIME] / 60);
	c.minute = (uint8_t)(f->number[FILING_F_TIME] % 60);
	if (!num_i64(request_field(r, "version"), 1, INT64_MAX, &version) ||
	    version != p->newest->id)
		form_fault(f, FILING_F_ROUTE,
		    N_("It was corrected meanwhile: read the new version "
		       "first."));
	*ret = (struct filing_sending){p->newest->id, zone_utc(r->org->zone, c),
	    f->value[FILING_F_ROUTE], f->value[FILING_F_RECEIPT],
	    f->value[FILING_F_ANSWERED]};
	if (ret->sent_at > r->now || ret->sent_at < p->head->opened_at - 86400)
		form_fault(f, FILING_F_DAY,
		    N_("Since the case was opened, and not later than now."));
	return !f->bad;
}

/* What the law has kept for a time is held for that long. */
static bool
send_it(struct request *r, const struct filing_page *p,
    const struct filing_sending *s, struct err *e)
{
	struct deed d = member_deed(r);
	const str arg[] = {p->paper->name.in[r->org->lang]};
	int64_t keep_on;

	if (!filing_send(&d, r->id[0], r->id[1], p->paper, s, &keep_on, e))
		return false;
	if (keep_on == DB_NULL || keep_on < r->today)
		return true;
	return case_hold_place(&d, r->id[0],
	    lang_fill(r->arena,
		lang_text(
		    r->org->lang, N_("Kept by law since this was sent: %1")),
		arg, 1),
	    keep_on, e);
}

static bool
send_do(struct request *r, struct response *out, struct err *e)
{
	struct filing_sending s;
	struct form sending, word;
	struct opened o;

	if (!open_paper(r, &o, e))
		return false;
	if (o.view.paper == NULL || o.view.newest == NULL)
		return err_set(e, ERR_CONFLICT, "it is not checked");
	form_start(word_fields, &word);
	if (!read_sending(r, &o.view, &sending, &s))
		return page(r, out, &o, NULL, &sending, &word, e);
	return request_begin(r, e) &&
	       member_settle(r, send_it(r, &o.view, &s, e), e) &&
	       done(r, out, N_("It is noted."));
}

static bool
word_do(struct request *r, struct response *out, bool drops, struct err *e)
{
	struct deed d = member_deed(r);
	struct filing_form form;
	struct form sending, word;
	struct opened o;
	bool any;

	if (!open_paper(r, &o, e))
		return false;
	start_sending(r, o.view.paper, &sending);
	if (!form_read(r, word_fields, &word))
		return start_form(r, &o, &form, &any, e) &&
		       page(r, out, &o, any ? &form : NULL, &sending, &word, e);
	return request_begin(r, e) &&
	       member_settle(r,
		   drops ? filing_drop(&d, r->id[0], r->id[1], word.value[0], e)
			 : filing_finish(
			       &d, r->id[0], r->id[1], word.value[0], e),
		   e) &&
	       done(r, out, N_("It is noted."));
}

static bool
paper_do(struct request *r, struct response *out, struct err *e)
{
	str what = request_field(r, "what");

	if (str_eq(what, S("check")))
		return check_do(r, out, e);
	if (str_eq(what, S("send")))
		return send_do(r, out, e);
	if (str_eq(what, S("drop")) || str_eq(what, S("finish")))
		return word_do(r, out, str_eq(what, S("drop")), e);
	return err_set(e, ERR_INPUT, "nothing to do");
}

/* ---- on paper ---- */

/* « 9f86 d081 884c 7d65 », on one line. */
static str
print_of(struct arena *a, const struct filing_version *w)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(2 * PRINT_SIGNS);
	str s = {0};

	for (size_t i = 0; i < PRINT_SIGNS / 2; i += 2) {
		if (i > 0)
			buf_str(&b, S("\xc2\xa0"));
		buf_hex(&b, w->digest + i, 2);
	}
	return arena_str(a, b.p, b.n, &s) ? s : S("");
}

static bool
find_sheet(struct request *r, struct opened *o, struct filing_sheet *ret,
    struct err *e)
{
	if (!open_paper(r, o, e))
		return false;
	for (size_t i = 0; i < o->view.is->n_version; i++) {
		const struct filing_version *w = &o->view.is->version[i];

		if (w->id != r->id[2] || w->lines.n == 0)
			continue;
		*ret = (struct filing_sheet){o->view.is, w, o->page.head.number,
		    r->id[0], print_of(r->arena, w)};
		return true;
	}
	return err_set(e, ERR_NOT_FOUND, "no such version");
}

static bool
sheet_show(struct request *r, struct response *out, struct err *e)
{
	struct filing_sheet s;
	struct opened o;

	if (!find_sheet(r, &o, &s, e))
		return false;
	html_filing_sheet(&r->view, &s);
	return respond_page(r, out, 200);
}

static bool
sheet_pdf(struct request *r, struct response *out, struct err *e)
{
	struct filing_sheet s;
	struct opened o;

	if (!find_sheet(r, &o, &s, e) || !filing_pdf(r, &s, e))
		return false;
	respond_header(r, out, "Content-Disposition",
	    arena_fmt(r->arena,
		"attachment; filename=\"" STR_FMT "-" STR_FMT "-%" PRId64
		".pdf\"",
		STR_ARG(s.number), STR_ARG(s.is->kind), s.version->number));
	return respond_bytes(
	    r, out, S("application/pdf"), buf_view(r->view.out));
}

const struct route filing_routes[] = {
    {HTTP_GET, "/cases/:id/filings", list_show, NEED_STAFF},
    {HTTP_POST, "/cases/:id/filings", list_do, NEED_STAFF},
    {HTTP_GET, "/cases/:id/filings/:id", paper_show, NEED_STAFF},
    {HTTP_POST, "/cases/:id/filings/:id", paper_do, NEED_STAFF, ROUTE_SPENDS},
    {HTTP_GET, "/cases/:id/filings/:id/version/:id", sheet_show, NEED_STAFF},
    {HTTP_GET, "/cases/:id/filings/:id/version/:id/pdf", sheet_pdf, NEED_STAFF},
    {0},
};
