/* handlers — the register of those who handle reports: read, written, taken as
 * a sheet or on paper. */
#include "web/handlers.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_handlers.h"
#include "web/member.h"
#include "web/printer.h"

#define SHEET_MAX ((size_t)1 << 20)

enum {
	F_PAID,
	F_BEGINS,
	F_ENDS,
	F_CHECK,
	F_SELECTED,
	F_TRAINED,
	F_TRAINED_UNTIL,
	F_TRAINING,
	F_CLEARANCE,
	F_WELLBEING
};

static const struct field_option paids[] = {
    {"0", N_("as a volunteer")},
    {"1", N_("as part of paid work")},
    {0},
};

static const struct field fields[] = {
    [F_PAID] = {"paid", N_("Does this"), NULL, FIELD_CHOICE, true, 0, 0, NULL,
	paids},
    [F_BEGINS] = {"begins", N_("From"), NULL, FIELD_DAY, true, 0, 0, NULL,
	NULL},
    [F_ENDS] = {"ends", N_("Last day, if it is known"), NULL, FIELD_DAY, false,
	0, 0, NULL, NULL},
    [F_CHECK] = {"check", N_("The check of honorability holds until"),
	N_("Only the day: the certificate itself is not kept here."), FIELD_DAY,
	false, 0, 0, NULL, NULL},
    [F_SELECTED] = {"selected", N_("How this person was chosen, and by whom"),
	NULL, FIELD_TEXT, true, 3, ROLL_TEXT_MAX, NULL, NULL},
    [F_TRAINED] = {"trained", N_("Day of the training"), NULL, FIELD_DAY, false,
	0, 0, NULL, NULL},
    [F_TRAINED_UNTIL] = {"trained-until", N_("The training holds until"),
	N_("Empty: it does not run out. Otherwise the right to handle reports "
	   "ends with that day."),
	FIELD_DAY, false, 0, 0, NULL, NULL},
    [F_TRAINING] = {"training", N_("Which training"), NULL, FIELD_LINE, false,
	0, ROLL_TEXT_MAX, NULL, NULL},
    [F_CLEARANCE] = {"clearance", N_("What this person may deal with"),
	N_("For instance: reports in words only."), FIELD_LINE, false, 0,
	ROLL_TEXT_MAX, NULL, NULL},
    [F_WELLBEING] = {"wellbeing", N_("Whom to call when it weighs on them"),
	N_("A person of trust or a service, with the number; as this person "
	   "wishes."),
	FIELD_LINE, false, 0, ROLL_TEXT_MAX, NULL, NULL},
    {0},
};

const char *
roll_role_label(const struct roll_line *l)
{
	if (str_eq(l->standing, S("outside")))
		return N_("from outside");
	if (str_eq(l->standing, S("independent")))
		return N_("independent");
	if (str_eq(l->role, S("director")))
		return N_("directs: stands in");
	return str_eq(l->role, S("safeguarding")) ? N_("safeguarding lead")
						  : N_("named by a director");
}

const char *
roll_end_label(enum roll_end by)
{
	static const char *const labels[] = {
	    [ROLL_OPEN] = N_("no last day"),
	    [ROLL_BY_CHECK] = N_("until %1: the check ends"),
	    [ROLL_BY_TRAINING] = N_("until %1: the training runs out"),
	    [ROLL_BY_END] = N_("until %1"),
	};

	return labels[by];
}

/* ---- the list ---- */

static bool
load(struct request *r, struct handlers_page *p, struct err *e)
{
	struct deed d = member_deed(r);

	*p = (struct handlers_page){
	    .rule = care_rule_of(r->org->profile), .today = r->today};
	return roll_list(&d, &p->roll, e) &&
	       glance_minutes(&d, &p->roll, &p->minutes, e);
}

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	struct handlers_page p;

	if (!load(r, &p, e))
		return false;
	html_handlers_list(&r->view, &p);
	return respond_page(r, out, 200);
}

/* ---- one ---- */

static str
day_value(struct request *r, int64_t day)
{
	return day == DB_NULL ? S("") : iso_day(&r->view, day);
}

static void
fill_form(struct request *r, const struct roll_line *l, struct form *f)
{
	const struct roll_facts *x = &l->facts;

	form_start(fields, f);
	f->value[F_PAID] = x->paid ? S("1") : S("0");
	f->value[F_BEGINS] = day_value(r, l->written ? x->begins_on : r->today);
	f->value[F_ENDS] = day_value(r, x->ends_on);
	f->value[F_CHECK] = day_value(r, x->checked_until_on);
	f->value[F_SELECTED] = x->selected;
	f->value[F_TRAINED] = day_value(r, x->trained_on);
	f->value[F_TRAINED_UNTIL] = day_value(r, x->trained_until_on);
	f->value[F_TRAINING] = x->training;
	f->value[F_CLEARANCE] = x->clearance;
	f->value[F_WELLBEING] = x->wellbeing;
}

static int64_t
day_of_field(const struct form *f, int field)
{
	return f->value[field].n == 0 ? DB_NULL : f->number[field];
}

static struct roll_facts
facts_of(const struct form *f)
{
	return (struct roll_facts){.paid = str_eq(f->value[F_PAID], S("1")),
	    .begins_on = f->number[F_BEGINS],
	    .ends_on = day_of_field(f, F_ENDS),
	    .checked_until_on = day_of_field(f, F_CHECK),
	    .trained_on = day_of_field(f, F_TRAINED),
	    .trained_until_on = day_of_field(f, F_TRAINED_UNTIL),
	    .selected = f->value[F_SELECTED],
	    .training = f->value[F_TRAINING],
	    .clearance = f->value[F_CLEARANCE],
	    .wellbeing = f->value[F_WELLBEING]};
}

static void
check_days(const struct request *r, struct form *f, const struct roll_facts *x)
{
	const struct care_rule *rule = care_rule_of(r->org->profile);

	if (x->ends_on != DB_NULL && x->ends_on < x->begins_on)
		form_fault(f, F_ENDS, N_("This day is before the first one."));
	if (x->trained_until_on != DB_NULL &&
	    (x->trained_on == DB_NULL || x->trained_until_on < x->trained_on))
		form_fault(f, F_TRAINED,
		    N_("Say the day of the training, before it runs out."));
	if (rule->training && x->trained_until_on == DB_NULL)
		form_fault(f, F_TRAINED_UNTIL,
		    N_("The rules of this country ask for a training."));
}

static bool
show(struct request *r, struct response *out, const struct roll_line *l,
    const struct form *f)
{
	struct handler_page p = {l, care_rule_of(r->org->profile), f};

	html_handlers_one(&r->view, &p);
	return f->bad ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
one_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct roll_line l;
	struct form f;

	if (!roll_get(&d, r->id[0], &l, e))
		return false;
	fill_form(r, &l, &f);
	return show(r, out, &l, &f);
}

static bool
one_write(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct roll_facts facts;
	struct roll_line l;
	struct form f;

	if (!roll_get(&d, r->id[0], &l, e))
		return false;
	(void)form_read(r, fields, &f);
	facts = facts_of(&f);
	if (!f.bad)
		check_days(r, &f, &facts);
	if (f.bad)
		return show(r, out, &l, &f);
	if (!roll_write(&d, r->id[0], &facts, e))
		return false;
	respond_notice(r, out, N_("Written down."));
	return respond_see_other(r, out, S("/handlers"));
}

/* ---- to take along ---- */

/* What a line says, in the order of the heads. */
#define CELLS 14

static const char *const heads[CELLS] = {
    N_("Name"),
    N_("Part"),
    N_("Volunteer or paid"),
    N_("From"),
    N_("Right ends"),
    N_("How chosen, and by whom"),
    N_("Check holds until"),
    N_("Training"),
    N_("Day of the training"),
    N_("The training holds until"),
    N_("May deal with"),
    N_("Call for this person"),
    N_("Minutes in 30 days, of what you may read"),
    N_("Last written"),
};

static str
say(struct request *r, const char *key)
{
	return lang_text(r->view.lang, key);
}

static void
fill_cells(struct request *r, const struct handlers_page *p,
    const struct roll_line *l, str ret[CELLS])
{
	const struct roll_facts *x = &l->facts;
	const str cells[CELLS] = {l->name, say(r, roll_role_label(l)),
	    say(r, paids[x->paid].label), day_value(r, x->begins_on),
	    day_value(r, l->last_on), x->selected,
	    day_value(r, l->checked_until_on), x->training,
	    day_value(r, x->trained_on), day_value(r, x->trained_until_on),
	    x->clearance, x->wellbeing, arena_i64(r->arena, roll_minutes(p, l)),
	    l->written ? iso_day(&r->view, day_of(r->org->zone, l->written_at))
		       : S("")};

	memcpy(ret, cells, sizeof(cells));
}

/* RFC 4180.  A cell that a spreadsheet would take for a formula is a text. */
static void
put_cell(struct buf *b, str cell)
{
	buf_byte(b, '"');
	if (cell.n > 0 && memchr("=+-@\t\r", cell.p[0], 6) != NULL)
		buf_byte(b, '\'');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_byte(b, '"');
		buf_byte(b, cell.p[i]);
	}
	buf_byte(b, '"');
}

static void
put_row(struct buf *b, const str cell[CELLS])
{
	for (size_t i = 0; i < CELLS; i++) {
		if (i > 0)
			buf_byte(b, ';');
		put_cell(b, cell[i]);
	}
	buf_str(b, S("\r\n"));
}

static bool
answer(struct request *r, struct response *out, const char *type,
    const char *ending, const struct buf *b, struct err *e)
{
	str bytes;

	if (b->full || !arena_str(r->arena, b->p, b->n, &bytes))
		return err_set(e, ERR_LIMIT, "too large a register");
	respond_header(r, out, "Content-Disposition",
	    arena_fmt(
		r->arena, "attachment; filename=\"handlers.%s\"", ending));
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return respond_bytes(r, out, str_c(type), bytes);
}

static bool
sheet_take(struct request *r, struct response *out, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(SHEET_MAX);
	struct handlers_page p;
	str cell[CELLS];

	if (!load(r, &p, e))
		return false;
	buf_str(&b, S("\xef\xbb\xbf"));
	for (size_t i = 0; i < CELLS; i++)
		cell[i] = say(r, heads[i]);
	put_row(&b, cell);
	for (size_t i = 0; i < p.roll.n; i++) {
		fill_cells(r, &p, &p.roll.v[i], cell);
		put_row(&b, cell);
	}
	return answer(r, out, "text/csv; charset=utf-8", "csv", &b, e);
}

static void
put_block(struct buf *b, enum print_block_kind kind, str text)
{
	const struct print_block k = {.kind = kind, .text = text};

	print_block_write(b, &k);
}

static void
write_document(struct request *r, const struct handlers_page *p, struct buf *b)
{
	const struct print_head head = {str_c(lang_codes[r->view.lang]),
	    say(r, N_("Register of those who handle reports")), r->org->name};
	str cell[CELLS];

	print_head_write(b, &head);
	put_block(b, PRINT_TITLE, head.title);
	put_block(b, PRINT_SUBTITLE, r->org->name);
	put_block(b, PRINT_NOTE, say_date(&r->view, r->today));
	for (size_t i = 0; i < p->roll.n; i++) {
		fill_cells(r, p, &p->roll.v[i], cell);
		put_block(b, PRINT_HEADING, cell[0]);
		for (size_t k = 1; k < CELLS; k++)
			if (cell[k].n > 0)
				put_block(b, PRINT_TEXT,
				    arena_fmt(r->arena, STR_FMT ": " STR_FMT,
					STR_ARG(say(r, heads[k])),
					STR_ARG(cell[k])));
	}
}

static bool
paper_take(struct request *r, struct response *out, struct err *e)
{
	CLEANUP(buf_done) struct buf document = BUF_MAX(PRINT_DOCUMENT_MAX);
	CLEANUP(buf_done) struct buf pdf = BUF_MAX(PRINT_PDF_MAX);
	CLEANUP(printed_done) struct printed printed = {0};
	struct handlers_page p;

	if (!load(r, &p, e))
		return false;
	write_document(r, &p, &document);
	if (document.full)
		return err_set(e, ERR_LIMIT, "too large a register");
	if (!printer_print(r, buf_view(&document), &printed, e))
		return false;
	buf_str(&pdf, printed.pdf.text);
	return answer(r, out, "application/pdf", "pdf", &pdf, e);
}

const struct route handlers_routes[] = {
    {HTTP_GET, "/handlers", list_show, NEED_DIRECTOR},
    {HTTP_GET, "/handlers/:id", one_show, NEED_DIRECTOR},
    {HTTP_POST, "/handlers/:id", one_write, NEED_DIRECTOR},
    {HTTP_GET, "/handlers/take/csv", sheet_take, NEED_DIRECTOR},
    {HTTP_GET, "/handlers/take/pdf", paper_take, NEED_DIRECTOR},
    {0},
};
