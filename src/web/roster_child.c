/* roster_child — what a director changes about one child. */
#include "ends/certificate.h"
#include "erasure/erasure.h"
#include "html_roster.h"
#include "people/enrolment.h"
#include "sql_authority.h"
#include "sql_claim.h"
#include "sql_enrolment.h"
#include "web/member.h"
#include "web/roster.h"

enum {
	F_NAME,
	F_KIND,
	F_LANG,
	F_EMAIL,
	F_PHONE,
	F_UNTIL,
	F_DOCUMENT,
	F_SEE,
	F_DOWNLOAD,
	F_LOOKED,
	F_TELL
};

static const struct field_option kinds[] = {
    {"relative", N_("relative, with the rights ticked below")},
    {"parental", N_("parent")},
    {"tutor", N_("tutor")},
    {"no_contact", N_("no contact: never sees anything of this child")},
    {0},
};

static const struct field_option langs[] = {
    {"fr", N_("French")},
    {"en", N_("English")},
    {0},
};

const struct field roster_adult_fields[] = {
    [F_NAME] = {"name", N_("First name and name"), NULL, FIELD_LINE, true, 2,
	120, NULL, NULL},
    [F_KIND] = {"kind", N_("Stands to the child as"), NULL, FIELD_CHOICE, true,
	0, 0, NULL, kinds},
    [F_LANG] = {"lang", N_("Language of the letter"), NULL, FIELD_CHOICE, true,
	0, 0, NULL, langs},
    [F_EMAIL] = {"email", N_("E-mail address"), NULL, FIELD_EMAIL, false, 0,
	120, NULL, NULL},
    [F_PHONE] = {"phone", N_("Telephone"), NULL, FIELD_PHONE, false, 0, 40,
	NULL, NULL},
    [F_UNTIL] = {"until", N_("Until"), N_("Leave it empty if there is no end."),
	FIELD_DAY, false, 0, 0, NULL, NULL},
    [F_DOCUMENT] = {"document", N_("Rests on"),
	N_("A court order with its date, a letter of the parents …"),
	FIELD_LINE, false, 0, 200, NULL, NULL},
    [F_SEE] = {"see", N_("Sees the photos"), NULL, FIELD_CHECK, false, 0, 0,
	NULL, NULL},
    [F_DOWNLOAD] = {"download", N_("May download them"), NULL, FIELD_CHECK,
	false, 0, 0, NULL, NULL},
    [F_LOOKED] = {"looked", N_("May read who of the team looked"), NULL,
	FIELD_CHECK, false, 0, 0, NULL, NULL},
    [F_TELL] = {"tell", N_("May tell an absence"), NULL, FIELD_CHECK, false, 0,
	0, NULL, NULL},
    {0},
};

static bool
back(struct request *r, struct response *out, const char *notice)
{
	respond_notice(r, out, notice);
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/roster/child/%lld", (long long)r->id[0]));
}

static int64_t
ticked_rights(const struct form *f)
{
	return (f->number[F_SEE] || f->number[F_DOWNLOAD] ? AUTHORITY_SEE : 0) |
	       (f->number[F_DOWNLOAD] ? AUTHORITY_DOWNLOAD : 0) |
	       (f->number[F_LOOKED] ? AUTHORITY_WHO_LOOKED : 0) |
	       (f->number[F_TELL] ? AUTHORITY_TELL : 0);
}

bool
adult_add(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct authority t = {
	    .child = r->id[0], .from_on = r->today, .until_on = DB_NULL};
	struct person_new p = {0};
	struct child_page page;
	struct form f;
	int64_t id;

	if (!roster_child_page(r, r->id[0], &page, e))
		return false;
	if (form_read(r, roster_adult_fields, &f) && f.value[F_UNTIL].n > 0 &&
	    f.number[F_UNTIL] < r->today)
		form_fault(&f, F_UNTIL, N_("This day is past."));
	if (f.bad)
		return roster_child_answer(r, out, r->id[0], &f, e);
	if (!authority_of_word(f.value[F_KIND], &t.kind) ||
	    !lang_of_code(f.value[F_LANG], &p.lang))
		return err_set(e, ERR_INPUT, "kind or language");
	p.name = f.value[F_NAME];
	p.email = f.value[F_EMAIL];
	p.phone = f.value[F_PHONE];
	t.document = f.value[F_DOCUMENT];
	if (f.value[F_UNTIL].n > 0)
		t.until_on = f.number[F_UNTIL];
	t.rights = t.kind == AUTHORITY_RELATIVE
		       ? ticked_rights(&f)
		       : authority_usual_rights(t.kind);
	return authority_person(&d, &p, &t.guardian, e) &&
	       authority_add(&d, &t, &id, e) &&
	       back(r, out, N_("The adult is noted."));
}

/* The row of the path, of the child of the path. */
static bool
adult_row(struct request *r, struct sql_authority_by_id_row *ret, struct err *e)
{
	if (!sql_authority_by_id(
		r->house->db, r->arena, r->id[1], r->org->id, ret, e))
		return false;
	return ret->child == r->id[0] ||
	       err_set(e, ERR_NOT_FOUND, "adult of another child");
}

bool
adult_end(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct sql_authority_by_id_row row;

	return adult_row(r, &row, e) && authority_end(&d, row.id, e) &&
	       back(r, out, N_("This is ended as of now."));
}

bool
adult_no_contact(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct sql_authority_by_id_row row;
	struct authority t;
	int64_t id;

	if (!adult_row(r, &row, e) || !authority_end(&d, row.id, e))
		return false;
	t = (struct authority){.guardian = row.guardian,
	    .child = row.child,
	    .kind = AUTHORITY_NO_CONTACT,
	    .from_on = r->today,
	    .until_on = DB_NULL};
	return authority_add(&d, &t, &id, e) &&
	       back(r, out,
		   N_("The order of no contact is in force as of now: nothing "
		      "of this child is shown to that person any more."));
}

bool
enrolment_move(struct request *r, struct response *out, struct err *e)
{
	static const struct field fields[] = {
	    {"until", N_("Last day"), NULL, FIELD_DAY, true, 0, 0, NULL, NULL},
	    {0},
	};
	struct deed d = member_deed(r);
	struct sql_enrolment_by_id_row row;
	struct form f;

	if (!sql_enrolment_by_id(
		r->house->db, r->arena, r->id[1], r->org->id, &row, e))
		return false;
	if (row.child != r->id[0])
		return err_set(e, ERR_NOT_FOUND, "enrolment of another child");
	if (!form_read(r, fields, &f) || f.number[0] < row.from_on)
		return roster_child_wrong_day(r, out, r->id[0], row.id, e);
	return enrolment_until(&d, row.id, f.number[0], e) &&
	       back(r, out, N_("The last day is changed."));
}

/* ---- erasing ---- */

static const struct field erase_fields[] = {
    {"sure", N_("Yes, erase everything about this child for good"), NULL,
	FIELD_CHECK, true, 0, 0, NULL, NULL},
    {0},
};

static bool
erase_page(struct request *r, struct response *out, struct form *f, bool again,
    struct err *e)
{
	struct child_page page;

	if (!roster_child_page(r, r->id[0], &page, e))
		return false;
	html_roster_erase(&r->view, &page, f);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

bool
erase_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(erase_fields, &f);
	return erase_page(r, out, &f, false, e);
}

static bool
erase(struct request *r, int64_t child, int64_t *ret_held, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {
	    .kind = "child", .id = child, .child = child};

	return deed_note(&d, AUDIT_CHILD_ERASED, &about, e) &&
	       erasure_child(r->house, r->arena, child, r->now, ret_held, e);
}

/* Of what is gone by now, and for whoever asked for it. */
static bool
certify(struct request *r, int64_t child, int64_t *ret_id, struct err *e)
{
	struct deed d = member_deed(r);
	struct sql_claim_erasing_row claim;
	bool asked;

	return sql_claim_erasing(r->house->db, r->arena, child, r->org->id,
		   &asked, &claim, e) &&
	       certificate_make(&d, CERTIFICATE_CHILD, child,
		   asked ? claim.id : DB_NULL, ret_id, e);
}

static bool
files_go(struct request *r, const void *what, struct err *e)
{
	(void)what;
	return erasure_child_files(r->house, r->arena, r->id[0], e);
}

bool
erase_do(struct request *r, struct response *out, struct err *e)
{
	struct child_page page;
	struct form f;
	int64_t held = 0, certificate;
	bool ordered;

	if (!erasure_child_held(r->house, r->arena, r->id[0], &ordered, e))
		return false;
	if (form_read(r, erase_fields, &f) && ordered)
		form_fault(&f, 0,
		    N_("A hold is in force: nothing of this child ends before "
		       "two people have released it."));
	if (f.bad)
		return erase_page(r, out, &f, true, e);
	if (!roster_child_page(r, r->id[0], &page, e) ||
	    !erase(r, page.id, &held, e) ||
	    !certify(r, page.id, &certificate, e))
		return false;
	out->after = files_go;
	respond_notice(r, out,
	    held == 0
		? N_("Everything about this child is erased for good.")
		: N_("Everything about this child is erased for good, but for "
		     "what the law keeps in place. Nobody sees that, and it "
		     "goes when its time has come."));
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/certificates/%lld", (long long)certificate));
}
