/* line — the director's switch for the visible line under photos. */
#include "html_line.h"
#include "sql_organisation.h"
#include "web/form.h"
#include "web/member.h"

/* clang-format off */
static const struct field_option ways[] = {
	{ "off", N_("No") },
	{ "on", N_("Yes") },
	{ 0 },
};

static const struct field line_fields[] = {
	{ "line", N_("Write the name of whoever looks under each photo"), NULL,
	    FIELD_CHOICE, .required = true, .options = ways },
	{ 0 },
};
/* clang-format on */

static const char *
way(bool lined)
{
	return ways[lined].value;
}

static bool
line_show(struct request *r, struct response *out, struct err *e)
{
	struct sql_organisation_lined_row row;
	struct form f;

	if (!sql_organisation_lined(
		r->house->db, r->arena, r->org->id, &row, e))
		return false;
	form_start(line_fields, &f);
	f.value[0] = str_c(way(row.lined != 0));
	html_line_page(&r->view, &f);
	return respond_page(r, out, 200);
}

static bool
set(struct request *r, bool lined, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {.kind = "organisation", .id = r->org->id};
	int64_t rows;

	return sql_organisation_lined_set(
		   r->house->db, lined, r->org->id, &rows, e) &&
	       deed_note(&d, lined ? AUDIT_LINE_ON : AUDIT_LINE_OFF, &about, e);
}

static bool
line_set(struct request *r, struct response *out, struct err *e)
{
	struct sql_organisation_lined_row was;
	struct form f;
	bool lined;

	if (!form_read(r, line_fields, &f)) {
		html_line_page(&r->view, &f);
		return member_again(r, out);
	}
	lined = str_eq(f.value[0], str_c(way(true)));
	if (!sql_organisation_lined(
		r->house->db, r->arena, r->org->id, &was, e) ||
	    (lined != (was.lined != 0) && !set(r, lined, e)))
		return false;
	respond_notice(r, out,
	    lined ? N_("From now on each photo carries the name of whoever "
		       "looks at it.")
		  : N_("Photos carry no name."));
	return respond_see_other(r, out, S("/structure/line"));
}

/* clang-format off */
const struct route line_routes[] = {
	{ HTTP_GET, "/structure/line", line_show, NEED_DIRECTOR },
	{ HTTP_POST, "/structure/line", line_set, NEED_DIRECTOR },
	{ 0 },
};
/* clang-format on */
