#include "life/absence.h"

#include <inttypes.h>

#include "people/child.h"
#include "sql_absence.h"
#include "sql_child.h"

static const char *const words[ABSENCE_KINDS] = {"none", "absent", "late"};

str
absence_word(enum absence_kind k)
{
	return str_c(words[k]);
}

bool
absence_of_word(str word, enum absence_kind *ret)
{
	for (int i = 0; i < ABSENCE_KINDS; i++)
		if (str_eq(word, str_c(words[i]))) {
			*ret = (enum absence_kind)i;
			return true;
		}
	return false;
}

/* A word that we do not know is one that nobody said. */
static enum absence_kind
kind_of(str word)
{
	enum absence_kind k = ABSENCE_NONE;

	return absence_of_word(word, &k) ? k : ABSENCE_NONE;
}

/* ---- telling ---- */

static bool
may_tell(const struct viewer *v, const struct absence_told *t, struct err *e)
{
	if (viewer_is_staff(v) ? permit_day(v, t->group)
			       : permit_tell(v, t->child))
		return true;
	return err_set(e, ERR_NOT_FOUND, "no such child for this viewer");
}

bool
absence_callers(const struct deed *d, int64_t child,
    struct absence_callers *ret, struct err *e)
{
	struct sql_absence_callers_rows rows;
	struct absence_callers l = {0};

	if (!sql_absence_callers(
		d->house->db, d->arena, child, d->org->id, d->today, &rows, e))
		return err_wrap(e, "who may tell of child %" PRId64, child);
	l.v = NEW_N(d->arena, struct absence_caller, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many adults");
	for (size_t i = 0; i < rows.n; i++)
		l.v[l.n++] = (struct absence_caller){
		    rows.v[i].id, house_text(d->arena, d->org,
				      "guardian.name_enc", rows.v[i].name_enc)};
	*ret = l;
	return true;
}

static bool
check_caller(const struct deed *d, const struct viewer *v,
    const struct absence_told *t, enum absence_answer *io, struct err *e)
{
	struct absence_callers l;

	if (!viewer_is_staff(v))
		return true;
	if (!absence_callers(d, t->child, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].guardian == t->caller)
			return true;
	*io = ABSENCE_CALLER;
	return true;
}

static enum absence_answer
check_days(const struct deed *d, const struct absence_told *t)
{
	if (t->from_on < d->today || t->until_on < t->from_on)
		return ABSENCE_PAST;
	return t->until_on > d->today + ABSENCE_AHEAD_DAYS ? ABSENCE_FAR
							   : ABSENCE_DONE;
}

static bool
is_in(const struct sql_absence_days_rows *rows, int64_t group)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i].activity_group == group)
			return true;
	return false;
}

static bool
is_enrolled(
    const struct sql_absence_days_rows *rows, int64_t group, int64_t day)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct sql_absence_days_row *r = &rows->v[i];

		if ((group == 0 || r->activity_group == group) &&
		    r->from_on <= day && day <= r->until_on)
			return true;
	}
	return false;
}

static bool
seal_reason(
    const struct deed *d, const struct absence_told *t, str *ret, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct sql_child_by_id_row child;

	*ret = (str){0};
	if (t->reason.n == 0)
		return true;
	return sql_child_by_id(
		   d->house->db, d->arena, t->child, d->org->id, &child, e) &&
	       child_key(
		   d->arena, d->org, child.id, child.key_wrapped, &k, e) &&
	       text_seal(d->arena, &k, "absence.reason_enc", t->reason, ret, e);
}

static bool
write_days(const struct deed *d, const struct absence_told *t,
    const struct sql_absence_days_rows *rows, int64_t *ret_days, struct err *e)
{
	str reason;
	int64_t changed;

	*ret_days = 0;
	if (!seal_reason(d, t, &reason, e))
		return false;
	for (int64_t day = t->from_on; day <= t->until_on; day++) {
		if (!is_enrolled(rows, t->group, day))
			continue;
		if (!sql_absence_set(d->house->db, d->org->id, t->child, day,
			absence_word(t->kind), reason, d->actor,
			t->caller == 0 ? DB_NULL : t->caller, d->now, &changed,
			e))
			return err_wrap(e, "absence of %" PRId64, t->child);
		++*ret_days;
	}
	return true;
}

static str
iso(struct arena *a, int64_t day)
{
	struct civil c = day_to_civil(day);

	return arena_fmt(
	    a, "%04d-%02d-%02d", (int)c.year, (int)c.month, (int)c.day);
}

static bool
note_told(const struct deed *d, const struct absence_told *t, struct err *e)
{
	str from = iso(d->arena, t->from_on),
	    until = iso(d->arena, t->until_on);
	struct deed_about about = {.kind = "child",
	    .id = t->child,
	    .child = t->child,
	    .group = t->group};

	about.detail = t->from_on == t->until_on
			   ? arena_fmt(d->arena, "%s " STR_FMT, words[t->kind],
				 STR_ARG(from))
			   : arena_fmt(d->arena, "%s " STR_FMT "/" STR_FMT,
				 words[t->kind], STR_ARG(from), STR_ARG(until));
	return deed_note(d, AUDIT_ABSENCE_TOLD, &about, e);
}

bool
absence_tell(const struct deed *d, const struct viewer *v,
    const struct absence_told *t, enum absence_answer *ret, struct err *e)
{
	enum absence_answer answer = check_days(d, t);
	struct sql_absence_days_rows rows;
	int64_t days;

	if (!may_tell(v, t, e) || !check_caller(d, v, t, &answer, e) ||
	    !sql_absence_days(d->house->db, d->arena, t->child, d->org->id,
		t->until_on, t->from_on, &rows, e))
		return err_wrap(e, "absence of child %" PRId64, t->child);
	/* Of another group, for the team, is as good as nobody. */
	if (viewer_is_staff(v) && !is_in(&rows, t->group))
		return err_set(e, ERR_NOT_FOUND, "nobody of this group");
	*ret = answer;
	if (answer != ABSENCE_DONE)
		return true;
	if (!write_days(d, t, &rows, &days, e))
		return false;
	if (days == 0) {
		*ret = ABSENCE_NO_DAY;
		return true;
	}
	return note_told(d, t, e);
}

/* ---- for a family ---- */

static const struct viewer_child *
child_of(const struct viewer *v, int64_t child)
{
	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].id == child)
			return &v->child[i];
	return NULL;
}

static str
open_reason(const struct deed *d, int64_t child, str key_wrapped, str sealed)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct err ignored = {0};
	str text = S("");

	if (sealed.p == NULL ||
	    !child_key(d->arena, d->org, child, key_wrapped, &k, &ignored) ||
	    !text_open(
		d->arena, &k, "absence.reason_enc", sealed, &text, &ignored))
		return S("");
	return text;
}

/* Who said it or rang, if that person may still tell it. */
static str
teller_name(const struct deed *d, const struct sql_absence_callers_rows *known,
    const struct sql_absence_of_child_row *r)
{
	for (size_t i = 0; i < known->n; i++)
		if (known->v[i].account == r->told_by ||
		    known->v[i].id == r->caller)
			return house_text(d->arena, d->org, "guardian.name_enc",
			    known->v[i].name_enc);
	return S("");
}

bool
absence_of_family(const struct deed *d, const struct viewer *v, int64_t child,
    struct absence_lines *ret, struct err *e)
{
	const struct viewer_child *c = child_of(v, child);
	struct sql_absence_callers_rows known;
	struct sql_absence_of_child_rows rows;
	struct absence_lines l = {0};

	if (!permit_tell(v, child) || c == NULL)
		return err_set(e, ERR_NOT_FOUND, "no child of this family");
	if (!sql_absence_of_child(
		d->house->db, d->arena, child, d->today, &rows, e) ||
	    !sql_absence_callers(
		d->house->db, d->arena, child, d->org->id, d->today, &known, e))
		return err_wrap(e, "absences of child %" PRId64, child);
	l.v = NEW_N(d->arena, struct absence_line, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many absences");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_absence_of_child_row *r = &rows.v[i];

		l.v[l.n++] = (struct absence_line){r->day_on, r->told_at,
		    kind_of(r->kind),
		    open_reason(d, child, c->sealed.key_wrapped, r->reason_enc),
		    str_eq(r->teller, S("staff")), teller_name(d, &known, r)};
	}
	*ret = l;
	return true;
}

/* ---- for the team ---- */

bool
absence_of_day(const struct deed *d, const struct viewer *v, int64_t group,
    int64_t day, struct absence_rows *ret, struct err *e)
{
	struct sql_absence_of_group_rows rows;
	struct absence_rows l = {0};

	if (!permit_day(v, group))
		return err_set(e, ERR_NOT_FOUND, "no group of this viewer");
	if (!sql_absence_of_group(
		d->house->db, d->arena, day, group, d->org->id, &rows, e))
		return err_wrap(e, "absences of group %" PRId64, group);
	l.v = NEW_N(d->arena, struct absence_row, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many absences");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_absence_of_group_row *r = &rows.v[i];

		l.v[l.n++] =
		    (struct absence_row){r->child, r->told_at, kind_of(r->kind),
			open_reason(d, r->child, r->key_wrapped, r->reason_enc),
			house_text(d->arena, d->org, "account.name_enc",
			    r->teller_name_enc),
			house_text(d->arena, d->org, "guardian.name_enc",
			    r->caller_name_enc)};
	}
	*ret = l;
	return true;
}

bool
absence_today(const struct deed *d, struct absence_counts *ret, struct err *e)
{
	struct sql_absence_counts_rows rows;
	struct absence_counts l = {0};

	if (!sql_absence_counts(
		d->house->db, d->arena, d->org->id, d->today, &rows, e))
		return err_wrap(e, "absences of today");
	l.v = NEW_N(d->arena, struct absence_count, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many groups");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_absence_counts_row *r = &rows.v[i];

		if (l.n == 0 || l.v[l.n - 1].group != r->activity_group)
			l.v[l.n++] =
			    (struct absence_count){.group = r->activity_group};
		if (kind_of(r->kind) == ABSENCE_LATE)
			l.v[l.n - 1].late += r->n;
		else
			l.v[l.n - 1].absent += r->n;
	}
	*ret = l;
	return true;
}

bool
absence_sweep(struct house *h, int64_t organisation, int64_t before_on,
    int64_t most, int64_t *ret_n, struct err *e)
{
	return sql_absence_purge(
		   h->db, organisation, before_on, most, ret_n, e) ||
	       err_wrap(e, "absences of old");
}
