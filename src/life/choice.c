#include "life/choice.h"

#include <inttypes.h>

#include "life/asked.h"
#include "sql_item.h"

/* ---- reading ---- */

static struct choice_of_line *
line_of(struct choice_sum *s, int64_t line)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].line->id == line)
			return &s->v[i];
	return NULL;
}

/* The first child for whom this viewer is asked. */
static bool
who_is_asked(const struct deed *d, const struct viewer *v,
    const struct grant *g, struct choice_sum *io, struct err *e)
{
	if (!asked_guardian(d, v, &io->guardian, e))
		return false;
	for (size_t i = 0; io->guardian != 0 && i < v->n_child; i++)
		if (asked_of(grant_facts(g), &v->child[i])) {
			io->child = v->child[i].id;
			io->asked = true;
			return true;
		}
	return true;
}

static bool
has(const int64_t *v, size_t n, int64_t x)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == x)
			return true;
	return false;
}

struct family {
	int64_t *v;
	size_t n;
};

static bool
add_family(
    const struct deed *d, int64_t child, struct family *io, struct err *e)
{
	struct sql_item_family_of_rows rows;
	int64_t *v;

	if (!sql_item_family_of(d->house->db, d->arena, child, &rows, e))
		return false;
	v = NEW_N(d->arena, int64_t, io->n + rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many adults");
	if (io->n > 0)
		memcpy(v, io->v, io->n * sizeof(*v));
	for (size_t i = 0; i < rows.n; i++)
		v[io->n++] = rows.v[i].guardian;
	io->v = v;
	return true;
}

/* Whose word counts as this one's: of a poll that a family answers once. */
static bool
read_family(const struct deed *d, const struct viewer *v, const struct grant *g,
    const struct item *i, struct family *ret, struct err *e)
{
	*ret = (struct family){0};
	if (i->is.kind != ITEM_POLL || i->is.each)
		return true;
	for (size_t k = 0; k < v->n_child; k++)
		if (asked_of(grant_facts(g), &v->child[k]) &&
		    !add_family(d, v->child[k].id, ret, e))
			return false;
	return true;
}

static void
count(const struct sql_item_answers_rows *rows, const struct family *family,
    struct choice_sum *io)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct choice_of_line *l = line_of(io, rows->v[i].line);

		if (l == NULL)
			continue;
		l->count += rows->v[i].n;
		if (rows->v[i].guardian == io->guardian)
			l->mine += rows->v[i].n;
		else
			l->family |=
			    has(family->v, family->n, rows->v[i].guardian);
		io->answered |= l->mine > 0 || l->family;
	}
}

/* What others chose is for families where the author says so; what is left of
 * a bring-list always is. */
static void
hide_counts(const struct viewer *v, const struct item *i, struct choice_sum *io)
{
	if (!viewer_is_family(v) || i->is.kind != ITEM_POLL || i->is.shown)
		return;
	for (size_t k = 0; k < io->n; k++)
		io->v[k].count = 0;
}

bool
choice_sum(const struct deed *d, const struct viewer *v, const struct grant *g,
    const struct item *i, struct choice_sum *ret, struct err *e)
{
	struct choice_sum s = {
	    NEW_N(d->arena, struct choice_of_line, i->is.n_line + 1),
	    i->is.n_line, 0, 0, false, false, false};
	struct sql_item_answers_rows rows;
	struct family family;

	if (s.v == NULL)
		return err_set(e, ERR_LIMIT, "too many lines");
	for (size_t k = 0; k < s.n; k++)
		s.v[k].line = &i->is.line[k];
	if (!who_is_asked(d, v, g, &s, e) ||
	    !read_family(d, v, g, i, &family, e) ||
	    !sql_item_answers(d->house->db, d->arena, i->id, &rows, e))
		return err_wrap(e, "answers to %" PRId64, i->id);
	count(&rows, &family, &s);
	hide_counts(v, i, &s);
	s.open = i->state == POST_PUBLISHED && d->today <= i->is.until_on;
	*ret = s;
	return true;
}

/* ---- answering ---- */

static enum choice_answer
check(const struct item *i, const struct choice_sum *s, const int64_t *n)
{
	int64_t chosen = 0;

	if (!s->open)
		return CHOICE_OVER;
	for (size_t k = 0; k < s->n; k++) {
		const struct choice_of_line *l = &s->v[k];
		bool bring = i->is.kind == ITEM_BRING;

		if (n[k] < 0 || n[k] > (bring ? ITEM_WANTED_MAX : 1))
			return CHOICE_NONE;
		if (bring && l->count - l->mine + n[k] > l->line->wanted)
			return CHOICE_FULL;
		chosen += n[k];
	}
	if (i->is.kind == ITEM_BRING)
		return CHOICE_DONE;
	return chosen == 0 || (chosen > 1 && !i->is.many) ? CHOICE_NONE
							  : CHOICE_DONE;
}

/* What this adult said before goes, and of a family's poll what the others
 * did. */
static bool
drop_before(const struct deed *d, const struct viewer *v, const struct grant *g,
    const struct item *i, int64_t guardian, struct err *e)
{
	int64_t rows;

	if (!sql_item_answers_drop(d->house->db, i->id, guardian, &rows, e))
		return false;
	if (i->is.kind != ITEM_POLL || i->is.each)
		return true;
	for (size_t k = 0; k < v->n_child; k++)
		if (asked_of(grant_facts(g), &v->child[k]) &&
		    !sql_item_answers_drop_of_child(
			d->house->db, i->id, v->child[k].id, &rows, e))
			return false;
	return true;
}

static bool
write_answers(const struct deed *d, const struct item *i,
    const struct choice_sum *s, const int64_t *n, struct err *e)
{
	int64_t rows;

	for (size_t k = 0; k < s->n; k++)
		if (n[k] > 0 &&
		    !sql_item_answer_add(d->house->db, i->id, s->v[k].line->id,
			s->guardian, s->child, n[k], d->now, &rows, e))
			return false;
	return true;
}

bool
choice_say(const struct deed *d, const struct viewer *v, const struct grant *g,
    const struct item *i, const int64_t *n, enum choice_answer *ret,
    struct err *e)
{
	struct deed_about about = {
	    .kind = "item", .id = i->id, .detail = item_word(i->is.kind)};
	struct choice_sum s;

	if (i->is.kind != ITEM_POLL && i->is.kind != ITEM_BRING)
		return err_set(e, ERR_NOT_FOUND, "nothing is asked");
	if (!choice_sum(d, v, g, i, &s, e))
		return false;
	if (!s.asked)
		return err_set(e, ERR_NOT_FOUND, "not asked");
	about.child = s.child;
	*ret = check(i, &s, n);
	if (*ret != CHOICE_DONE)
		return true;
	return (drop_before(d, v, g, i, s.guardian, e) &&
		   write_answers(d, i, &s, n, e) &&
		   deed_note(d, AUDIT_ITEM_ANSWERED, &about, e)) ||
	       err_wrap(e, "item %" PRId64, i->id);
}

/* ---- what waits ---- */

static bool
concerns(const struct viewer *v, const struct grant *g, int64_t child)
{
	for (size_t i = 0; i < v->n_child; i++)
		if ((child == 0 || v->child[i].id == child) &&
		    asked_of(grant_facts(g), &v->child[i]))
			return true;
	return false;
}

static bool
add_waits(const struct deed *d, const struct viewer *v, int64_t child,
    enum lang lang, const struct items *l, struct choice_waits *io,
    struct err *e)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct item *it = &l->v[i].item;
		struct choice_sum s;

		if (!choice_sum(d, v, l->v[i].grant, it, &s, e))
			return false;
		if (s.asked && s.open && !s.answered &&
		    concerns(v, l->v[i].grant, child))
			io->v[io->n++] =
			    (struct choice_wait){it->id, it->is.until_on,
				it->is.kind, item_part(it, lang, ITEM_TITLE)};
	}
	return true;
}

bool
choice_waits(const struct deed *d, const struct viewer *v, int64_t child,
    enum lang lang, struct choice_waits *ret, struct err *e)
{
	struct choice_waits w = {0};
	struct items polls, lists;

	if (!items_between(d, v, ITEM_POLL, d->today, d->today + ITEM_FAR_DAYS,
		PERMIT_NOTICE, &polls, e) ||
	    !items_between(d, v, ITEM_BRING, d->today, d->today + ITEM_FAR_DAYS,
		PERMIT_NOTICE, &lists, e))
		return false;
	w.v = NEW_N(d->arena, struct choice_wait, polls.n + lists.n + 1);
	if (w.v == NULL)
		return err_set(e, ERR_LIMIT, "too many polls");
	if (!add_waits(d, v, child, lang, &polls, &w, e) ||
	    !add_waits(d, v, child, lang, &lists, &w, e))
		return false;
	w.later = words_sooner(polls.later, lists.later);
	*ret = w;
	return true;
}

/* ---- the team ---- */

bool
choice_whos(const struct deed *d, const struct item *i, struct choice_whos *ret,
    struct err *e)
{
	struct sql_item_answers_rows rows;
	struct choice_whos w = {0};

	if (!sql_item_answers(d->house->db, d->arena, i->id, &rows, e))
		return err_wrap(e, "answers to %" PRId64, i->id);
	w.v = NEW_N(d->arena, struct choice_who, rows.n + 1);
	if (w.v == NULL)
		return err_set(e, ERR_LIMIT, "too many answers");
	for (size_t k = 0; k < rows.n; k++)
		for (size_t l = 0; l < i->is.n_line; l++)
			if (i->is.line[l].id == rows.v[k].line)
				w.v[w.n++] = (struct choice_who){&i->is.line[l],
				    house_text(d->arena, d->org,
					"guardian.name_enc",
					rows.v[k].name_enc),
				    rows.v[k].n};
	*ret = w;
	return true;
}
