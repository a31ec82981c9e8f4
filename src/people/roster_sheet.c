#include "people/roster_sheet.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"
#include "people/csv.h"
#include "people/fold.h"
#include "people/roster_columns.h"

#define REF_MAX 64
#define GROUP_MAX 80
#define ADULT_NAME_MAX 120
#define CONTACT_MAX 120
#define DOCUMENT_MAX 200
#define OLDEST_YEAR 1900

/* What the reading of one sheet works with. */
struct reading {
	const struct deed *d;
	struct roster_plan *plan;
	size_t at[COLUMNS]; /* cell of each column, plus one; 0: absent */
	str head[COLUMNS];  /* as the sheet calls it */
};

struct roster_note *
roster_note(struct roster_plan *p, bool error, int64_t line, str column,
    const char *text)
{
	static struct roster_note past_the_end;
	struct roster_note *n = &past_the_end;

	if (error)
		p->errors++;
	else
		p->warnings++;
	if (p->n_note < ROSTER_NOTES_MAX)
		n = &p->note[p->n_note++];
	*n = (struct roster_note){error, line, column, text, {{0}, {0}}};
	return n;
}

static void
fault(struct reading *r, struct sheet_line *l, size_t column, const char *text,
    str arg)
{
	struct roster_note *n =
	    roster_note(r->plan, true, l->line, r->head[column], text);

	n->arg[0] = arg;
	l->bad = true;
}

static void
name_absent(struct reading *r)
{
	for (size_t i = 0; i < CHILD_COLUMNS; i++)
		r->head[i] = str_c(roster_child_columns[i].said);
	for (size_t k = 0; k < ROSTER_ADULTS; k++)
		for (size_t i = 0; i < ADULT_COLUMNS; i++)
			r->head[CHILD_COLUMNS + k * ADULT_COLUMNS + i] =
			    arena_fmt(r->d->arena, "adulte%zu_%s", k + 1,
				roster_adult_columns[i].said);
}

static void
read_head(struct reading *r, size_t cell, str head, int64_t line)
{
	str word, shown;
	size_t c;

	if (!utf8_clean(r->d->arena, head, 80, false, &shown)) {
		roster_note(r->plan, true, line, S(""),
		    N_("The name of a column cannot be read."));
		return;
	}
	word = fold_word(r->d->arena, shown);
	if (word.n == 0)
		return;
	c = roster_column(word);
	if (c == COLUMNS) {
		roster_note(r->plan, false, line, shown,
		    N_("This column is not known and is left out."));
		return;
	}
	if (r->at[c] != 0) {
		roster_note(r->plan, true, line, shown,
		    N_("This column is there twice."));
		return;
	}
	r->at[c] = cell + 1;
	r->head[c] = shown;
}

static bool
read_heads(struct reading *r, const struct csv_row *row)
{
	size_t before = r->plan->errors;

	name_absent(r);
	for (size_t i = 0; i < row->n && i < CSV_COLUMNS_MAX; i++)
		read_head(r, i, row->cell[i], row->line);
	for (size_t i = 0; i < CHILD_COLUMNS; i++)
		if (roster_child_columns[i].required && r->at[i] == 0)
			roster_note(r->plan, true, row->line, r->head[i],
			    N_("This column is missing."));
	return r->plan->errors == before;
}

/* ---- the cells ---- */

static str
cell(const struct reading *r, const struct csv_row *row, size_t column)
{
	size_t at = r->at[column];

	return at == 0 || at > row->n ? S("") : row->cell[at - 1];
}

static str
text_cell(struct reading *r, struct sheet_line *l, const struct csv_row *row,
    size_t column, size_t max, bool required)
{
	str raw = cell(r, row, column), ret;

	if (!utf8_clean(r->d->arena, raw, max, false, &ret)) {
		fault(r, l, column,
		    utf8_valid(raw) ? N_("This is too long.")
				    : N_("This text cannot be read."),
		    S(""));
		return S("");
	}
	if (required && ret.n == 0)
		fault(r, l, column, N_("Nothing is written here."), S(""));
	return ret;
}

static bool
day_of_parts(int64_t year, int64_t month, int64_t day, int64_t *ret)
{
	char iso[16];
	int n = snprintf(iso, sizeof(iso),
	    "%04" PRId64 "-%02" PRId64 "-%02" PRId64, year, month, day);

	return n == 10 && day_parse((str){iso, 10}, ret);
}

/* 2026-11-21, 21/11/2026, 21.11.2026, 21-11-2026. */
static bool
read_day(str s, int64_t *ret)
{
	char sign = memchr(s.p, '/', s.n) != NULL   ? '/'
		    : memchr(s.p, '.', s.n) != NULL ? '.'
						    : '-';
	str day, month;
	int64_t d, m, y;

	if (day_parse(s, ret))
		return true;
	return str_cut(&s, sign, &day) && str_cut(&s, sign, &month) &&
	       s.n == 4 && num_i64(day, 1, 31, &d) &&
	       num_i64(month, 1, 12, &m) && num_i64(s, OLDEST_YEAR, 2199, &y) &&
	       day_of_parts(y, m, d, ret);
}

static int64_t
day_cell(struct reading *r, struct sheet_line *l, const struct csv_row *row,
    size_t column, bool required)
{
	str s = text_cell(r, l, row, column, 40, required);
	int64_t ret;

	if (s.n == 0)
		return DB_NULL;
	if (read_day(s, &ret))
		return ret;
	fault(r, l, column,
	    N_("“%1” is not a day. Write it like 21/11/2026 or 2026-11-21."),
	    s);
	return DB_NULL;
}

/* One word of a closed list; *ret stays as it is when the cell is empty. */
static bool
word_cell(struct reading *r, struct sheet_line *l, const struct csv_row *row,
    size_t column, const struct roster_word *words, const char *text,
    int64_t *ret)
{
	str s = text_cell(r, l, row, column, 80, false);

	if (s.n == 0)
		return false;
	if (roster_word(words, fold_word(r->d->arena, s), ret))
		return true;
	fault(r, l, column, text, s);
	return false;
}

static void
read_rights(struct reading *r, struct sheet_line *l, const struct csv_row *row,
    size_t column, struct sheet_adult *a)
{
	str rest = text_cell(r, l, row, column, 120, false), one;
	int64_t sum = 0;
	bool more = rest.n > 0;

	if (!more)
		return;
	if (a->kind != AUTHORITY_RELATIVE) {
		fault(r, l, column,
		    N_("Rights are chosen for relatives only; leave this "
		       "empty."),
		    S(""));
		return;
	}
	while (more) {
		int64_t bits;

		more = str_cut(&rest, '+', &one);
		if (!roster_word(
			roster_rights, fold_word(r->d->arena, one), &bits)) {
			fault(r, l, column,
			    N_("“%1” is not a right. Write voir, télécharger "
			       "or consultations, with + between them."),
			    one);
			return;
		}
		sum |= bits;
	}
	a->rights = sum;
}

static bool
looks_like_email(str s)
{
	str user;

	return str_cut(&s, '@', &user) && user.n > 0 && s.n > 2 &&
	       memchr(s.p, '.', s.n) != NULL && memchr(s.p, '@', s.n) == NULL &&
	       memchr(s.p, ' ', s.n) == NULL &&
	       memchr(user.p, ' ', user.n) == NULL;
}

static str
small_letters(struct arena *a, str s)
{
	char *p = NEW_N(a, char, s.n + 1);

	for (size_t i = 0; p != NULL && i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z'
			   ? (char)(s.p[i] - 'A' + 'a')
			   : s.p[i];
	return (str){p, p == NULL ? 0 : s.n};
}

static void
read_contact(struct reading *r, struct sheet_line *l, const struct csv_row *row,
    size_t first, struct sheet_adult *a)
{
	a->email =
	    text_cell(r, l, row, first + ADULT_EMAIL, CONTACT_MAX, false);
	a->phone =
	    text_cell(r, l, row, first + ADULT_PHONE, CONTACT_MAX, false);
	a->email_key = small_letters(r->d->arena, a->email);
	a->phone_key = fold_phone(r->d->arena, a->phone);
	if (a->email.n > 0 && !looks_like_email(a->email))
		fault(r, l, first + ADULT_EMAIL,
		    N_("“%1” does not look like an e-mail address."), a->email);
	if (a->phone.n > 0 && (a->phone_key.n < 6 || a->phone_key.n > 15))
		fault(r, l, first + ADULT_PHONE,
		    N_("“%1” does not look like a telephone number."),
		    a->phone);
}

static void
read_span(struct reading *r, struct sheet_line *l, const struct csv_row *row,
    size_t from, size_t until, int64_t *ret_from, int64_t *ret_until)
{
	*ret_from = day_cell(r, l, row, from, false);
	*ret_until = day_cell(r, l, row, until, false);
	if (*ret_from != DB_NULL && *ret_until != DB_NULL &&
	    *ret_until < *ret_from)
		fault(r, l, until, N_("This ends before it begins."), S(""));
}

static bool
any_cell(const struct reading *r, const struct csv_row *row, size_t first)
{
	for (size_t i = 0; i < ADULT_COLUMNS; i++)
		if (str_trim(cell(r, row, first + i)).n > 0)
			return true;
	return false;
}

static void
read_adult(struct reading *r, struct sheet_line *l, const struct csv_row *row,
    size_t k)
{
	size_t first = CHILD_COLUMNS + k * ADULT_COLUMNS;
	struct sheet_adult *a = &l->adult[k];
	int64_t word = 0;

	a->rights = -1;
	if (!any_cell(r, row, first))
		return;
	a->name =
	    text_cell(r, l, row, first + ADULT_NAME, ADULT_NAME_MAX, true);
	a->name_key = fold_name(r->d->arena, a->name);
	if (a->name.n > 0 && a->name_key.n == 0)
		fault(r, l, first + ADULT_NAME, N_("“%1” has no letter."),
		    a->name);
	if (word_cell(r, l, row, first + ADULT_LINK, roster_links,
		N_("“%1” is not known here. Write parent, tuteur, proche or "
		   "interdit."),
		&word))
		a->kind = (enum authority_kind)word;
	else if (str_trim(cell(r, row, first + ADULT_LINK)).n == 0)
		fault(r, l, first + ADULT_LINK,
		    N_("Say how this adult stands to the child: parent, "
		       "tuteur, proche or interdit."),
		    S(""));
	a->has_lang = word_cell(r, l, row, first + ADULT_LANG, roster_langs,
	    N_("“%1” is not a language that we have. Write fr or en."), &word);
	a->lang = a->has_lang ? (enum lang)word : r->d->org->lang;
	a->ref = text_cell(r, l, row, first + ADULT_REF, REF_MAX, false);
	a->document =
	    text_cell(r, l, row, first + ADULT_DOCUMENT, DOCUMENT_MAX, false);
	read_contact(r, l, row, first, a);
	read_span(r, l, row, first + ADULT_FROM, first + ADULT_UNTIL,
	    &a->from_on, &a->until_on);
	read_rights(r, l, row, first + ADULT_RIGHTS, a);
}

/* ---- what is compared ---- */

str
roster_child_key(struct arena *a, const struct child_name *n)
{
	str first = fold_name(a, n->first), last = fold_name(a, n->last);

	return arena_fmt(a, STR_FMT "|" STR_FMT "|%" PRId64, STR_ARG(first),
	    STR_ARG(last), n->born_on);
}

static int
compare_str(const void *pa, const void *pb)
{
	const str *a = pa, *b = pb;
	size_t n = a->n < b->n ? a->n : b->n;
	int order = n == 0 ? 0 : memcmp(a->p, b->p, n);

	return order != 0 ? order : (a->n > b->n) - (a->n < b->n);
}

str
roster_household_key(struct arena *a, str last_name, str *keys, size_t n)
{
	str ret = fold_name(a, last_name);

	qsort(keys, n, sizeof(*keys), compare_str);
	for (size_t i = 0; i < n; i++)
		ret = arena_fmt(
		    a, STR_FMT "|" STR_FMT, STR_ARG(ret), STR_ARG(keys[i]));
	return ret;
}

static void
compare_keys(struct reading *r, struct sheet_line *l)
{
	struct arena *a = r->d->arena;
	str key[ROSTER_ADULTS];
	size_t n = 0;

	l->name_key = roster_child_key(a, &l->name);
	l->group_key = fold_name(a, l->group);
	for (int k = 0; k < ROSTER_ADULTS; k++)
		if (l->adult[k].name.n > 0 &&
		    l->adult[k].kind != AUTHORITY_NO_CONTACT)
			key[n++] = l->adult[k].name_key;
	l->household = roster_household_key(a, l->name.last, key, n);
}

static void
read_child(struct reading *r, struct sheet_line *l, const struct csv_row *row)
{
	l->ref = text_cell(r, l, row, CHILD_REF, REF_MAX, false);
	l->name.first = text_cell(r, l, row, CHILD_FIRST, CHILD_NAME_MAX, true);
	l->name.last = text_cell(r, l, row, CHILD_LAST, CHILD_NAME_MAX, true);
	l->group = text_cell(r, l, row, CHILD_GROUP, GROUP_MAX, true);
	l->name.born_on = day_cell(r, l, row, CHILD_BORN, true);
	read_span(
	    r, l, row, CHILD_FROM, CHILD_UNTIL, &l->from_on, &l->until_on);
	if (l->name.first.n > 0 && fold_name(r->d->arena, l->name.first).n == 0)
		fault(r, l, CHILD_FIRST, N_("“%1” has no letter."),
		    l->name.first);
	if (l->group.n > 0 && fold_name(r->d->arena, l->group).n == 0)
		fault(r, l, CHILD_GROUP, N_("“%1” has no letter."), l->group);
	if (l->name.born_on != DB_NULL && l->name.born_on > r->d->today)
		fault(r, l, CHILD_BORN, N_("This birth date is still to come."),
		    S(""));
}

static bool
is_blank(const struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (str_trim(row->cell[i]).n > 0)
			return false;
	return true;
}

static void
read_line(struct reading *r, struct sheet_line *l, const struct csv_row *row)
{
	*l = (struct sheet_line){.line = row->line};
	read_child(r, l, row);
	for (size_t k = 0; k < ROSTER_ADULTS; k++)
		read_adult(r, l, row, k);
	compare_keys(r, l);
}

static bool
read_lines(
    struct reading *r, const struct csv *csv, struct sheet *ret, struct err *e)
{
	ret->v = NEW_N(r->d->arena, struct sheet_line, csv->n + 1);
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the roster");
	for (size_t i = 1; i < csv->n; i++) {
		if (is_blank(&csv->v[i]))
			continue;
		if (ret->n == ROSTER_LINES_MAX) {
			roster_note(r->plan, true, csv->v[i].line, S(""),
			    N_("A sheet may have 10,000 lines; send the rest "
			       "in another one."));
			break;
		}
		read_line(r, &ret->v[ret->n++], &csv->v[i]);
	}
	if (ret->n == 0)
		roster_note(r->plan, true, 0, S(""),
		    N_("There is no child in this sheet."));
	return true;
}

bool
sheet_read(const struct deed *d, struct roster_plan *plan, str bytes,
    struct sheet *ret, struct err *e)
{
	struct reading r = {.d = d, .plan = plan};
	struct csv csv;

	*ret = (struct sheet){0};
	if (!csv_read(d->arena, bytes, &csv, e))
		return err_wrap(e, "roster");
	if (csv.fault.text != NULL) {
		roster_note(plan, true, csv.fault.line,
		    csv.fault.column == 0
			? S("")
			: arena_fmt(d->arena, "%d", csv.fault.column),
		    csv.fault.text);
		ret->bad = true;
		return true;
	}
	if (csv.n == 0) {
		roster_note(plan, true, 0, S(""), N_("This sheet is empty."));
		ret->bad = true;
		return true;
	}
	if (!read_heads(&r, &csv.v[0])) {
		ret->bad = true;
		return true;
	}
	return read_lines(&r, &csv, ret, e);
}
