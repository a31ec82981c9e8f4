/*
 * roster_import — a list is sent, looked at, and only then taken over.
 *
 * Between the two the sheet waits among the incoming blobs, encrypted under a
 * key of its own that only this organisation and this account can make again;
 * what is not confirmed is swept away with the other left-overs.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/num.h"
#include "html_roster.h"
#include "people/csv.h"
#include "sql_season.h"
#include "web/member.h"
#include "web/roster.h"

#define SHOWN_MAX 200

enum { F_SEASON, F_SHEET };
enum { F_KEPT, F_MARK, F_KEPT_SEASON };

static const struct field import_fields[] = {
    [F_SEASON] = {"season", N_("For which season"), NULL, FIELD_CHOICE, true, 0,
	0, NULL, NULL},
    [F_SHEET] = {"sheet", N_("The list, as a CSV file"),
	N_("In your spreadsheet: Save as, then CSV. At most 4 MB and 10,000 "
	   "lines."),
	FIELD_FILE, true, 0, 0, NULL, NULL},
    {0},
};

/* ---- words ---- */

str
roster_note_text(struct view *v, const struct roster_note *n)
{
	return lang_fill(v->arena, lang_text(v->lang, n->text), n->arg, 2);
}

str
roster_rights_text(struct view *v, int64_t rights)
{
	if (rights & AUTHORITY_DOWNLOAD)
		return lang_text(v->lang, N_("sees and downloads the photos"));
	if (rights & AUTHORITY_SEE)
		return lang_text(v->lang, N_("sees the photos"));
	return lang_text(v->lang, N_("sees nothing"));
}

static int
most_children_first(const void *pa, const void *pb)
{
	const struct family_line *a = pa, *b = pb;

	if (a->by_name != b->by_name)
		return a->by_name ? -1 : 1;
	return (a->children < b->children) - (a->children > b->children);
}

struct family_line_list
roster_families(struct view *v, const struct roster_plan *p)
{
	struct family_line *f =
	    NEW_N(v->arena, struct family_line, p->n_person + 1);
	size_t n = 0;

	for (size_t i = 0; f != NULL && i < p->n_person; i++)
		if (p->person[i].children > 1)
			f[n++] = (struct family_line){p->person[i].name,
			    p->person[i].children, p->person[i].by_name};
	if (f != NULL)
		qsort(f, n, sizeof(*f), most_children_first);
	return (struct family_line_list){f, n > SHOWN_MAX ? SHOWN_MAX : n};
}

struct child_name_list
roster_new_children(struct view *v, const struct roster_plan *p)
{
	str *name = NEW_N(v->arena, str, SHOWN_MAX);
	size_t n = 0;

	for (size_t i = 0; name != NULL && i < p->n_child && n < SHOWN_MAX; i++)
		if (p->child[i].deed == ROSTER_NEW)
			name[n++] = p->child[i].full_name;
	return (struct child_name_list){name, n};
}

struct child_name_list
roster_new_groups(struct view *v, const struct roster_plan *p)
{
	str *name = NEW_N(v->arena, str, SHOWN_MAX);
	size_t n = 0;

	for (size_t i = 0; name != NULL && i < p->n_group && n < SHOWN_MAX; i++)
		if (p->group[i].id == 0)
			name[n++] = p->group[i].name;
	return (struct child_name_list){name, n};
}

/* ---- the sheet that waits ---- */

static bool
sheet_key(struct request *r, str name, struct key *ret, struct err *e)
{
	str context = arena_fmt(r->arena, "roster sheet %" PRId64 " " STR_FMT,
	    r->session.account, STR_ARG(name));

	if (context.n == 0)
		return err_set(e, ERR_LIMIT, "no room for a sheet");
	key_derive(&r->org->key, context.p, ret);
	return true;
}

static bool
sheet_keep(struct request *r, str bytes, str *ret_name, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	char name[BLOB_NAME_MAX];
	OWNED_FD fd = -1;
	int64_t written;

	if (!blob_create(r->house->blobs, name, &fd, e))
		return false;
	if (!arena_str(r->arena, name, strlen(name), ret_name))
		return err_set(e, ERR_LIMIT, "no room for a sheet");
	if (!sheet_key(r, *ret_name, &k, e))
		return false;
	OWNED(blob_writer) w = blob_writer_new(fd, &k, e);

	return w != NULL && blob_write(w, bytes.p, bytes.n, e) &&
	       blob_finish(w, &written, e);
}

static bool
sheet_take(
    struct request *r, str name, struct arena *a, str *ret, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	char *z = arena_cstr(a, name), *p;
	uint8_t digits[16];
	OWNED_FD fd = -1;
	size_t n;

	if (z == NULL || name.n != 2 * sizeof(digits) ||
	    !num_hex(name, digits, sizeof(digits)))
		return err_set(e, ERR_NOT_FOUND, "sheet");
	if (!sheet_key(r, name, &k, e) ||
	    !blob_open_incoming(r->house->blobs, z, false, &fd, e))
		return false;
	OWNED(blob_reader) b = blob_reader_new(fd, &k, e);

	if (b == NULL)
		return false;
	if (blob_bytes(b) > (int64_t)CSV_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "sheet");
	p = NEW_N(a, char, (size_t)blob_bytes(b) + 1);
	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no room for the sheet");
	for (*ret = (str){p, 0};; ret->n += n) {
		if (!blob_read(b, (int64_t)ret->n, p + ret->n,
			(size_t)blob_bytes(b) - ret->n, &n, e))
			return false;
		if (n == 0)
			return true;
	}
}

/* What stays behind is swept away later. */
static void
sheet_forget(struct request *r, str name)
{
	const char *z = arena_cstr(r->arena, name);
	struct err ignored;

	if (z != NULL && !blob_remove(r->house->blobs, z, &ignored))
		return;
}

/* ---- the pages ---- */

static bool
fields_with_seasons(
    struct request *r, const struct field **ret, bool *ret_any, struct err *e)
{
	struct sql_season_list_rows rows;
	struct field_option *o;
	struct field *fields;
	size_t n = 0;

	if (!sql_season_list(r->house->db, r->arena, r->org->id, &rows, e))
		return false;
	o = NEW_N(r->arena, struct field_option, rows.n + 1);
	fields = arena_alloc(r->arena, 1, sizeof(import_fields));
	if (o == NULL || fields == NULL)
		return err_set(e, ERR_LIMIT, "no room for the seasons");
	for (size_t i = 0; i < rows.n; i++) {
		if (rows.v[i].until_on < r->today)
			continue;
		o[n].value = arena_i64(r->arena, rows.v[i].id).p;
		o[n].label = arena_cstr(r->arena, rows.v[i].name);
		if (o[n].value == NULL || o[n].label == NULL)
			return err_set(e, ERR_LIMIT, "no room for the seasons");
		n++;
	}
	memcpy(fields, import_fields, sizeof(import_fields));
	fields[F_SEASON].options = o;
	*ret = fields;
	*ret_any = n > 0;
	return true;
}

static bool
import_page(struct request *r, struct response *out, struct form *f, bool any,
    bool again)
{
	html_roster_import(&r->view, f, any);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

bool
import_show(struct request *r, struct response *out, struct err *e)
{
	const struct field *fields;
	struct form f;
	bool any;

	if (!fields_with_seasons(r, &fields, &any, e))
		return false;
	form_start(fields, &f);
	return import_page(r, out, &f, any, false);
}

static struct deed
big_deed(struct request *r, struct arena *a)
{
	struct deed d = member_deed(r);

	d.arena = a;
	return d;
}

static bool
preview(struct request *r, struct response *out, const struct deed *d,
    const struct roster_plan *plan, str kept, bool changed, struct err *e)
{
	struct import_page page = {.plan = plan,
	    .sheet = kept,
	    .season = plan->season,
	    .changed_meanwhile = changed};
	CLEANUP(buf_done) struct buf hex = BUF_MAX(128);
	struct sql_season_by_id_row season;
	str mark = roster_mark(d, plan);

	if (!sql_season_by_id(
		r->house->db, r->arena, plan->season, r->org->id, &season, e))
		return false;
	page.season_name = season.name;
	buf_hex(&hex, mark.p, mark.n);
	if (!arena_str(r->arena, hex.p, hex.n, &page.mark))
		return err_set(e, ERR_LIMIT, "no room for the preview");
	html_roster_preview(&r->view, &page);
	return plan->errors > 0 || changed ? member_again(r, out)
					   : respond_page(r, out, 200);
}

bool
import_preview(struct request *r, struct response *out, struct err *e)
{
	OWNED(arena) big = arena_new(ROSTER_ARENA_BYTES);
	struct deed d = big_deed(r, big);
	const struct field *fields;
	struct roster_plan plan;
	int64_t season;
	struct form f;
	str kept = S("");
	bool any;

	if (!fields_with_seasons(r, &fields, &any, e))
		return false;
	if (form_read(r, fields, &f) && r->sheet.n == 0)
		form_fault(&f, F_SHEET, N_("Choose a file that is not empty."));
	if (f.bad)
		return import_page(r, out, &f, any, true);
	if (!num_i64(f.value[F_SEASON], 1, INT64_MAX, &season))
		return err_set(e, ERR_INPUT, "no season");
	if (!roster_plan(&d, season, r->sheet, &plan, e))
		return false;
	if (plan.errors == 0 && !roster_is_empty(&plan) &&
	    !sheet_keep(r, r->sheet, &kept, e))
		return false;
	return preview(r, out, &d, &plan, kept, false, e);
}

static bool
same_mark(const struct deed *d, const struct roster_plan *plan, str hex)
{
	uint8_t raw[KEY_DIGEST_BYTES];
	str mark = roster_mark(d, plan);

	return hex.n == 2 * sizeof(raw) && num_hex(hex, raw, sizeof(raw)) &&
	       key_equal(mark, (str){(const char *)raw, sizeof(raw)});
}

bool
import_confirm(struct request *r, struct response *out, struct err *e)
{
	static const struct field fields[] = {
	    [F_KEPT] = {"sheet", N_("Sheet"), NULL, FIELD_LINE, true, 32, 32,
		NULL, NULL},
	    [F_MARK] = {"mark", N_("Mark"), NULL, FIELD_LINE, true, 64, 64,
		NULL, NULL},
	    [F_KEPT_SEASON] = {"season", N_("Season"), NULL, FIELD_NUMBER, true,
		1, INT64_MAX, NULL, NULL},
	    {0},
	};
	OWNED(arena) big = arena_new(ROSTER_ARENA_BYTES);
	struct deed d = big_deed(r, big);
	struct roster_plan plan;
	struct form f;
	str sheet;

	if (!form_read(r, fields, &f))
		return err_set(e, ERR_INPUT, "confirmation of a roster");
	if (!sheet_take(r, f.value[F_KEPT], big, &sheet, e) ||
	    !roster_plan(&d, f.number[F_KEPT_SEASON], sheet, &plan, e))
		return false;
	if (plan.errors > 0 || !same_mark(&d, &plan, f.value[F_MARK]))
		return preview(r, out, &d, &plan, f.value[F_KEPT], true, e);
	if (!roster_apply(&d, &plan, e))
		return false;
	sheet_forget(r, f.value[F_KEPT]);
	respond_notice(r, out, N_("The list is taken over."));
	return respond_see_other(r, out, S("/roster"));
}
