/* seals — what is sealed, for those to whom its case leads: never with a
 * picture, and nothing of it can be looked at. */
#include "web/seals.h"

#include <inttypes.h>

#include "erasure/erasure.h"
#include "html_seals.h"
#include "report/casefile.h"
#include "sql_seal.h"
#include "web/member.h"

/* ---- words ---- */

const char *
seal_state_label(enum custody_state s)
{
	static const char *const labels[] = {
	    [CUSTODY_WANTED] = N_("hidden, being sealed"),
	    [CUSTODY_SEALED] = N_("sealed"),
	    [CUSTODY_RELEASED] = N_("sealed, may be destroyed"),
	    [CUSTODY_DESTROYED] = N_("destroyed"),
	};

	return labels[s];
}

const char *
seal_state_tag(enum custody_state s)
{
	return s == CUSTODY_WANTED      ? "wait"
	       : s == CUSTODY_DESTROYED ? "plain"
					: "ok";
}

const char *
seal_waits_label(str word)
{
	if (str_eq(word, S("custodians")))
		return N_("It is hidden from everybody already, and waits for "
			  "two custodians who have set their passphrase and "
			  "whom the case is not about.");
	if (str_eq(word, S("room")))
		return N_("It is hidden from everybody already, and waits for "
			  "room on the disk.");
	return str_eq(word, S("damaged"))
		   ? N_("It is hidden from everybody already. Its file is "
			"damaged: call whoever looks after the server.")
		   : NULL;
}

/* ---- a case's, or what was stopped ---- */

static const struct field reason_fields[] = {
    {"reason", N_("Why it is sealed"), NULL, FIELD_TEXT, true, 2,
	SEAL_REASON_MAX, NULL, NULL},
    {0},
};

static bool
load_place(struct request *r, struct seal_place *io, struct err *e)
{
	struct sql_seal_stopped_row confirmed;
	struct deed d = member_deed(r);
	struct custodians c;
	struct case_head head;

	if (!(io->stopped ? custody_of_stopping(&d, io->id, &io->seals, e)
			  : custody_of_case(&d, io->id, &io->seals, e)) ||
	    !custodian_list(r->house, r->arena, r->org, &c, e))
		return false;
	io->custodians = c.ready;
	io->may = io->seals.n == 0;
	if (io->stopped)
		return !io->may ||
		       sql_seal_stopped(r->house->db, r->arena, io->id,
			   r->org->id, &io->may, &confirmed, e);
	if (!case_enter(&d, io->id, &head, e))
		return false;
	io->may = head.subject_kind == REPORT_POST ||
		  (io->may && head.subject_kind == REPORT_MEDIUM);
	return true;
}

static bool
place_page(struct request *r, struct response *out, bool stopped,
    const struct form *f, struct err *e)
{
	struct seal_place p = {.stopped = stopped, .id = r->id[0], .form = f};

	if (!load_place(r, &p, e))
		return false;
	html_seals_place(&r->view, &p);
	return f->bad ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
case_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(reason_fields, &f);
	return place_page(r, out, false, &f, e);
}

static bool
stopped_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(reason_fields, &f);
	return place_page(r, out, true, &f, e);
}

static bool
sealed(struct request *r, struct response *out, const char *place)
{
	respond_notice(
	    r, out, N_("Nobody sees it any more. It is being sealed."));
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/%s/%" PRId64 "/seal", place, r->id[0]));
}

static bool
case_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct form f;
	int64_t n;

	if (!form_read(r, reason_fields, &f))
		return place_page(r, out, false, &f, e);
	if (!custody_seal_case(&d, r->id[0], f.value[0], &n, e))
		return false;
	return n > 0 ? sealed(r, out, "cases")
		     : err_set(e, ERR_CONFLICT, "nothing to seal");
}

static bool
stopped_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct form f;

	if (!form_read(r, reason_fields, &f))
		return place_page(r, out, true, &f, e);
	return custody_seal_stopped(&d, r->id[0], f.value[0], e) &&
	       sealed(r, out, "stopped");
}

/* ---- one ---- */

static bool
seal_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct custody c;
	struct seal_page p = {.seal = &c};

	if (!custody_load(&d, r->id[0], &c, e) ||
	    !seal_record_read(&r->view, c.record, &p.record, e) ||
	    !custody_record_check(
		&d, c.case_file, c.id, c.record, &p.chained, &p.same, e) ||
	    !ceremony_able(&d, c.id, &p.able, e) ||
	    !ceremony_handed(&d, &c, &p.handed, e))
		return false;
	custody_record_digest(c.record, p.digest);
	html_seals_one(&r->view, &p);
	return respond_page(r, out, 200);
}

static bool
certificate_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct custody c;
	str file;

	if (!custody_load(&d, r->id[0], &c, e))
		return false;
	file = ceremony_certificate(&d, &c);
	if (file.p == NULL)
		return err_set(e, ERR_NOT_FOUND, "there is no certificate");
	respond_header(r, out, "Content-Disposition",
	    arena_fmt(r->arena,
		"attachment; filename=\"certificate-seal-%" PRId64 ".txt\"",
		c.id));
	return respond_bytes(r, out, S("text/plain; charset=utf-8"), file);
}

/* ---- an authority's word ---- */

enum { R_AUTHORITY, R_REFERENCE, R_ON };

static const struct field release_fields[] = {
    [R_AUTHORITY] = {"authority", N_("Which authority"),
	N_("Prosecutor, judge, police or gendarmerie unit"), FIELD_LINE, true,
	2, CEREMONY_TEXT_MAX, NULL, NULL},
    [R_REFERENCE] = {"reference", N_("Reference of the written release"), NULL,
	FIELD_LINE, true, 1, CEREMONY_TEXT_MAX, NULL, NULL},
    [R_ON] = {"on", N_("Its date"), NULL, FIELD_DAY, true, 0, 0, NULL, NULL},
    {0},
};

static bool
release_page(struct request *r, struct response *out, const struct form *f,
    struct err *e)
{
	struct deed d = member_deed(r);
	struct custody c;
	struct seal_form_page p = {.seal = &c, .form = f};

	if (!custody_load(&d, r->id[0], &c, e))
		return false;
	html_seals_release(&r->view, &p);
	return f->bad ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
release_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(release_fields, &f);
	return release_page(r, out, &f, e);
}

static bool
release_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct custody c;
	struct form f;

	if (form_read(r, release_fields, &f) && f.number[R_ON] > r->today)
		form_fault(&f, R_ON, N_("This day is still to come."));
	if (f.bad)
		return release_page(r, out, &f, e);
	if (!custody_load(&d, r->id[0], &c, e) ||
	    !ceremony_release(&d, &c, f.value[R_AUTHORITY],
		f.value[R_REFERENCE], f.number[R_ON], e))
		return false;
	respond_notice(r, out, N_("It is noted."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/seals/%" PRId64, r->id[0]));
}

const struct route seals_routes[] = {
    {HTTP_GET, "/cases/:id/seal", case_show, NEED_STAFF},
    {HTTP_POST, "/cases/:id/seal", case_do, NEED_STAFF},
    {HTTP_GET, "/stopped/:id/seal", stopped_show, NEED_STAFF},
    {HTTP_POST, "/stopped/:id/seal", stopped_do, NEED_STAFF},
    {HTTP_GET, "/seals/:id", seal_show, NEED_STAFF},
    {HTTP_GET, "/seals/:id/certificate", certificate_show, NEED_STAFF},
    {HTTP_GET, "/seals/:id/release", release_show, NEED_STAFF},
    {HTTP_POST, "/seals/:id/release", release_do, NEED_STAFF},
    {0},
};
