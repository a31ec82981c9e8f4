/* safe — the evidence safe of a family, on its own page. */
#include "web/safe.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/num.h"
#include "ends/term.h"
#include "erasure/safe.h"
#include "html_safe.h"
#include "ipc/bundle.h"
#include "parcel/seal.h"
#include "report/report.h"
#include "sql_report.h"
#include "web/evidence.h"
#include "web/medium.h"
#include "web/member.h"
#include "web/publish.h"
#include "web/share.h"

#define SOON_DAYS 31

static const struct field fields[] = {
    [SAFE_F_SEEN] = {"seen", N_("When you saw it, if you know"),
	N_("A day and an hour, as well as you remember."), FIELD_LINE, false, 0,
	SAFE_LINE_MAX, NULL, NULL},
    [SAFE_F_WHO] = {"who", N_("Who wrote or said it, if you know"), NULL,
	FIELD_LINE, false, 0, SAFE_LINE_MAX, NULL, NULL},
    [SAFE_F_PLACE] = {"where", N_("Where: an application, a group, a place"),
	NULL, FIELD_LINE, false, 0, SAFE_LINE_MAX, NULL, NULL},
    [SAFE_F_LINK] = {"link", N_("Address of the page, if there is one"),
	N_("It is kept as words. Nobody here opens it."), FIELD_LINE, false, 0,
	SAFE_LINK_MAX, NULL, NULL},
    [SAFE_F_WORDS] = {"words", N_("What was written or said"),
	N_("The same words, if you can."), FIELD_TEXT, false, 0, SAFE_WORDS_MAX,
	NULL, NULL},
    {0},
};

static bool
see_safe(struct request *r, struct response *out)
{
	return respond_see_other(r, out, S("/safe"));
}

/* ---- words ---- */

str
safe_title(struct view *v, const struct safe_entry *e)
{
	str one = e->words;

	if (e->of != 0)
		one = arena_i64(v->arena, e->of);
	return lang_fill(
	    v->arena, lang_text(v->lang, safe_sentence(e->kind)), &one, 1);
}

const char *
safe_reason(const struct safe_entry *e)
{
	if (e->destroyed)
		return N_("Its bytes were destroyed for good.");
	if (e->state == SAFE_COMING)
		return N_("It is being looked at by the machines. Open this "
			  "page again in a moment.");
	if (e->state == SAFE_STOPPED)
		return N_("It was stopped before anybody saw it, and cannot be "
			  "kept here: it looks like a picture that must not be "
			  "held by anybody. Two people whose duty it is look "
			  "into it. Call one of the numbers above: they help, "
			  "and do not judge you.");
	return str_eq(e->reason, S("unknown"))
		   ? N_("This is no picture that can be read here. Save it as "
			"JPEG or PNG.")
		   : publish_reason(e->reason);
}

/* ---- the page ---- */

static bool
fill_reports(struct request *r, struct safe_page *io, struct err *e)
{
	struct sql_report_mine_rows rows;

	if (!sql_report_mine(
		r->house->db, r->arena, r->viewer->account, &rows, e))
		return false;
	io->report = NEW_N(r->arena, struct safe_report, rows.n + 1);
	if (io->report == NULL)
		return err_set(e, ERR_LIMIT, "too many reports");
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].outcome.p == NULL)
			io->report[io->n_report++] = (struct safe_report){
			    rows.v[i].id, rows.v[i].number};
	return true;
}

static bool
fill_end(struct request *r, const struct deed *d, struct safe_page *io,
    struct err *e)
{
	struct ends_term term[ENDS_RULES];

	if (!ends_terms(d, term, e))
		return false;
	io->until =
	    day_of(r->org->zone, io->safe.last_at) + term[ENDS_SAFES].days;
	io->soon = io->safe.n > 0 && io->until < r->today + SOON_DAYS;
	return true;
}

static bool
fill_open(struct request *r, const struct deed *d, struct safe_page *io,
    struct err *e)
{
	CLEANUP(buf_done) struct buf hex = BUF_MAX(128);
	struct seal_keys keys;

	seal_keys(&r->org->key, &keys);
	buf_hex(&hex, keys.sign, sizeof(keys.sign));
	seal_keys_done(&keys);
	io->full = io->safe.n >= SAFE_ENTRIES_MAX ||
		   io->safe.pictures >= SAFE_PICTURES_MAX;
	return (arena_str(r->arena, hex.p, hex.n, &io->key) ||
		   err_set(e, ERR_LIMIT, "no room for a key")) &&
	       safe_shares(d, io->safe.id, &io->shares, e) &&
	       safe_needed(d, io->safe.id, &io->needed, e) &&
	       fill_reports(r, io, e) && fill_end(r, d, io, e);
}

static bool
show(struct request *r, struct response *out, const struct form *f,
    struct err *e)
{
	struct deed d = member_deed(r);
	struct safe_page page = {
	    .form = f, .lines = helplines(r->house->conf, r->org->profile)};

	if (!safe_load(&d, &page.safe, e) ||
	    (page.safe.id != 0 && !fill_open(r, &d, &page, e)))
		return false;
	html_safe_page(&r->view, &page);
	return f->bad ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
safe_page_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(fields, &f);
	return show(r, out, &f, e);
}

static bool
open_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct safe s;

	return safe_open(&d, &s, e) && see_safe(r, out);
}

/* ---- adding ---- */

static bool
own(struct request *r, const struct deed *d, struct safe *ret, struct err *e)
{
	if (!safe_load(d, ret, e))
		return false;
	(void)r;
	return ret->id != 0 || err_set(e, ERR_NOT_FOUND, "no safe yet");
}

static struct safe_new
new_of(const struct form *f, enum safe_kind kind)
{
	return (struct safe_new){.kind = kind,
	    .seen = f->value[SAFE_F_SEEN],
	    .who = f->value[SAFE_F_WHO],
	    .place = f->value[SAFE_F_PLACE],
	    .link = f->value[SAFE_F_LINK],
	    .words = f->value[SAFE_F_WORDS]};
}

static bool
words_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct safe_new n;
	struct safe s;
	struct form f;

	if (form_read(r, fields, &f) && f.value[SAFE_F_WORDS].n == 0 &&
	    f.value[SAFE_F_LINK].n == 0) {
		f.summary = N_("Write what was said, or the address of the "
			       "page.");
		f.bad = true;
	}
	if (f.bad)
		return show(r, out, &f, e);
	n = new_of(&f, f.value[SAFE_F_LINK].n > 0 ? SAFE_LINK : SAFE_WORDS);
	if (!own(r, &d, &s, e) || !safe_add(&d, s.id, &n, e))
		return false;
	respond_notice(r, out, N_("It is in the safe."));
	return see_safe(r, out);
}

static bool
pictures_open(struct request *r, struct http_file_go *ret, int *ret_fd,
    struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct safe s;

	(void)out;
	if (!own(r, &d, &s, e))
		return false;
	if (s.pictures >= SAFE_PICTURES_MAX || s.n >= SAFE_ENTRIES_MAX)
		return err_set(e, ERR_LIMIT, "the safe is full");
	if (!share_file_open(r, PERMIT_SAFE_EDIT, ret, ret_fd, e))
		return false;
	ret->max_bytes = SAFE_BYTES_MAX;
	return true;
}

static bool
take_in(struct request *r, const struct deed *d, const struct safe *s,
    const struct http_file *file, const struct form *f, enum upload_fate *ret,
    struct err *e)
{
	struct safe_new n = new_of(f, SAFE_PICTURE);
	const struct grant *g;

	if (!share_post(r, s->post, PERMIT_SAFE_EDIT, &g, e) ||
	    !upload_end(d, g, file, ret, e))
		return false;
	n.medium = (int64_t)file->handle;
	n.file = file;
	return *ret != UPLOAD_QUEUED || safe_add(d, s->id, &n, e);
}

static const char *
said(enum upload_fate fate)
{
	static const char *const texts[UPLOAD_FATES] = {
	    [UPLOAD_QUEUED] = N_("The picture has arrived. Open this page "
				 "again in a moment to see it."),
	    [UPLOAD_TWICE] = N_("This picture is here already."),
	    [UPLOAD_TOO_BIG] = N_("A file is larger than 10 MB and was left "
				  "out."),
	    [UPLOAD_CUT] = N_("A file did not arrive whole. Send it again."),
	    [UPLOAD_FAILED] = N_("A file could not be kept: our storage did "
				 "not answer."),
	};

	return texts[fate];
}

static bool
pictures_do(struct request *r, struct response *out, struct err *e)
{
	enum upload_fate fate = UPLOAD_QUEUED;
	struct deed d = member_deed(r);
	struct safe s;
	struct form f;

	(void)form_read(r, fields, &f);
	if (!own(r, &d, &s, e) || s.post != r->id[0])
		return err_set(e, ERR_NOT_FOUND, "no such safe");
	if (s.pictures + r->http->n_file > SAFE_PICTURES_MAX)
		return err_set(e, ERR_LIMIT, "the safe is full");
	for (size_t i = 0; i < r->http->n_file; i++)
		if (!take_in(r, &d, &s, &r->http->file[i], &f, &fate, e))
			return false;
	respond_notice(r, out,
	    r->http->n_file == 0 ? N_("Choose at least one picture.")
				 : said(fate));
	return see_safe(r, out);
}

/* ---- withdrawing and destroying ---- */

static bool
files_go(struct request *r, const void *what, struct err *e)
{
	return erasure_safe_files(
	    r->house, r->arena, *(const int64_t *)what, e);
}

/* Done, or said why it cannot be. */
static bool
settle(struct request *r, struct response *out, const struct safe *s, bool done,
    const char *text, struct err *e)
{
	int64_t *id = NEW(r->arena, int64_t);

	if (id == NULL)
		return err_set(e, ERR_LIMIT, "no room for a number");
	*id = s->id;
	if (!done && e->kind != ERR_CONFLICT)
		return false;
	if (done) {
		out->after = files_go;
		out->what = id;
	} else {
		out->rollback = true;
		text = N_("Not now: a report to which the safe is open is "
			  "being looked into, or the law holds it. Close it to "
			  "them first.");
	}
	respond_notice(r, out, text);
	return see_safe(r, out);
}

static bool
entry_do(struct request *r, struct response *out, struct err *e)
{
	bool destroy = str_eq(request_field(r, "what"), S("destroy")), done;
	struct deed d = member_deed(r);
	struct safe s;

	if (!own(r, &d, &s, e))
		return false;
	done = destroy ? safe_destroy(&d, &s, r->id[0], e)
		       : safe_withdraw(&d, &s, r->id[0], e);
	return settle(r, out, &s, done,
	    destroy ? N_("The picture is gone for good.")
		    : N_("The entry is withdrawn."),
	    e);
}

static bool
empty_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct safe s;

	if (!own(r, &d, &s, e))
		return false;
	if (request_field(r, "sure").n == 0) {
		respond_notice(
		    r, out, N_("Tick the box first: nothing was erased."));
		return see_safe(r, out);
	}
	return settle(r, out, &s, safe_empty(&d, s.id, e),
	    N_("The safe is empty for good: its key is destroyed."), e);
}

/* ---- open to a case ---- */

/* A report of this person's own. */
static bool
show_to_known(struct request *r, const struct deed *d, int64_t safe,
    int64_t report, struct err *e)
{
	struct sql_case_by_id_row c;
	struct report_seen seen;
	bool found;

	return report_by_reporter(
		   r->house, r->arena, r->org, d->actor, report, &seen, e) &&
	       sql_case_by_id(r->house->db, r->arena, seen.case_file,
		   r->org->id, &found, &c, e) &&
	       safe_show(d, safe, seen.case_file, c.number, e);
}

static bool
show_to_new(struct request *r, const struct deed *d, int64_t safe, str words,
    struct err *e)
{
	const struct category *c = category_of(request_field(r, "category"));
	struct report_made made;
	struct report_new n = {
	    .category = c != NULL ? c : category_of(S("mean")),
	    .who = r->viewer->kind == VIEWER_RELATIVE ? S("relative")
						      : S("guardian"),
	    .reporter = d->actor,
	    .lang = r->view.lang,
	    .words = words,
	    .functions =
		(request_field(r, "director").n > 0 ? REPORT_OF_DIRECTOR : 0u) |
		(request_field(r, "lead").n > 0 ? REPORT_OF_LEAD : 0u)};

	return report_make(d, &n, &made, e) &&
	       safe_show(d, safe, made.case_file, made.number, e);
}

static bool
share_do(struct request *r, struct response *out, struct err *e)
{
	static const struct field table[] = {
	    {"say", NULL, NULL, FIELD_TEXT, false, 0, REPORT_WORDS_MAX, NULL,
		NULL},
	    {0},
	};
	struct deed d = member_deed(r);
	int64_t report = 0;
	struct safe s;
	struct form f;

	(void)form_read(r, table, &f);
	if (!own(r, &d, &s, e))
		return false;
	if (num_i64(request_field(r, "report"), 1, INT64_MAX, &report)
		? !show_to_known(r, &d, s.id, report, e)
		: !show_to_new(r, &d, s.id, f.value[0], e))
		return false;
	respond_notice(r, out,
	    N_("The safe is open to those who handle this report, and to "
	       "nobody else."));
	return see_safe(r, out);
}

static bool
close_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct safe s;

	if (!own(r, &d, &s, e) || !safe_close(&d, s.id, r->id[0], e))
		return false;
	respond_notice(r, out, N_("The safe is closed to them again."));
	return see_safe(r, out);
}

/* ---- bytes ---- */

static bool
picture_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	const struct grant *g;

	if (r->id[1] != 320 && r->id[1] != 1024 && r->id[1] != 2048)
		return err_set(e, ERR_NOT_FOUND, "no such size");
	if (!share_medium(r, r->id[0], (int)r->id[1], PERMIT_SAFE, &g, e))
		return false;
	if (viewer_is_staff(r->viewer) &&
	    (!db_begin(r->house->db, e) ||
		!member_settle(r, safe_was_seen(&d, r->id[0], e), e)))
		return false;
	return medium_picture(r, out, g, e);
}

/* A picture when its turn in the ZIP comes. */
static bool
copy_show(struct request *r, struct response *out, const struct safe *s,
    struct err *e)
{
	int64_t medium = (int64_t)r->http->part.copy;
	uint8_t mark[BUNDLE_MARK];
	const struct grant *g;

	for (size_t i = 0; i < s->n; i++) {
		const struct safe_entry *v = &s->v[i];

		if (v->medium != medium || !safe_has_picture(v))
			continue;
		safe_mark(v, mark);
		if (memcmp(mark, r->http->part.mark, sizeof(mark)) != 0)
			break;
		return share_medium(r, medium, 0, PERMIT_ORIGINAL, &g, e) &&
		       medium_answer(r, out, g, e);
	}
	return err_set(e, ERR_CONFLICT, "it has changed since");
}

static bool
bundle_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct safe s;

	if (!own(r, &d, &s, e))
		return false;
	if (r->http->part.copy != 0)
		return copy_show(r, out, &s, e);
	if (!safe_bundle(r, &s, &out->fd, &out->http.total, e))
		return false;
	return evidence_answer(r, out, S("preuves"));
}

/* clang-format off */
const struct route safe_routes[] = {
	{ HTTP_GET, "/safe", safe_page_show, NEED_FAMILY },
	{ HTTP_POST, "/safe/open", open_do, NEED_FAMILY },
	{ HTTP_POST, "/safe/words", words_do, NEED_FAMILY },
	{ HTTP_POST, "/safe/:id/pictures", pictures_do, NEED_FAMILY,
	    ROUTE_REPEATABLE, pictures_open },
	{ HTTP_POST, "/safe/entry/:id", entry_do, NEED_FAMILY },
	{ HTTP_POST, "/safe/share", share_do, NEED_FAMILY },
	{ HTTP_POST, "/safe/close/:id", close_do, NEED_FAMILY },
	{ HTTP_POST, "/safe/empty", empty_do, NEED_FAMILY },
	{ HTTP_GET, "/safe/picture/:id/:id", picture_show, NEED_MEMBER,
	    ROUTE_QUIET },
	{ HTTP_GET, "/safe/evidence.zip", bundle_show, NEED_FAMILY,
	    ROUTE_QUIET },
	{ 0 },
};
/* clang-format on */
