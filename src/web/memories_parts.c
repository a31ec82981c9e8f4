/* The box in parts: the pictures of each season, and of each year those of the
 * days between seasons. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/num.h"
#include "sql_memories.h"
#include "sql_season.h"
#include "web/memories.h"
#include "zip/name.h"

#define NAME_MAX_POINTS 80
#define PART_MAX ((size_t)64 << 20) /* what one of them is weighed in */
#define YEARS_MAX 150
#define YEAR_FIRST 1800
#define YEAR_LAST 2400

/* Where a day belongs: a season, or a year (season 0). */
struct shelf {
	int64_t season;
	int year;
};

struct sorter {
	struct request *r;
	int64_t child;
	struct sql_season_list_rows seasons;
	struct memories_part *v;
	size_t n, cap;
};

static struct shelf
shelf_of(const struct sorter *s, int64_t day)
{
	for (size_t i = 0; i < s->seasons.n; i++)
		if (s->seasons.v[i].from_on <= day &&
		    s->seasons.v[i].until_on >= day)
			return (struct shelf){s->seasons.v[i].id, 0};
	return (struct shelf){0, (int)day_to_civil(day).year};
}

static bool
same_shelf(struct shelf a, struct shelf b)
{
	return a.season == b.season && a.year == b.year;
}

static str
key_of(struct arena *a, struct shelf p)
{
	return p.season != 0 ? arena_fmt(a, "s%" PRId64, p.season)
			     : arena_fmt(a, "y%d", p.year);
}

static void
describe(const struct sorter *s, struct shelf p, struct memories_part *ret)
{
	struct arena *a = s->r->arena;

	*ret = (struct memories_part){.key = key_of(a, p)};
	for (size_t i = 0; i < s->seasons.n; i++)
		if (s->seasons.v[i].id == p.season) {
			ret->from = s->seasons.v[i].from_on;
			ret->name = zip_name_part(
			    a, s->seasons.v[i].name, NAME_MAX_POINTS);
		}
	if (p.season == 0)
		ret->from = day_from_civil(p.year, 1, 1);
	if (ret->name.n == 0)
		ret->name =
		    arena_fmt(a, "%d", (int)day_to_civil(ret->from).year);
}

/* ---- the days of a part ---- */

/* Of those that belong there, a picture of another season stays out. */
static bool
add_span(const struct sorter *s, struct arena *a, struct shelf p,
    const struct memories_span *span, struct memories *io, struct err *e)
{
	struct request *r = s->r;
	struct memories l;
	struct memory *v;

	if (!memories_list(r->house, a, r->org, r->viewer, s->child, span,
		r->now, r->today, &l, e))
		return false;
	v = NEW_N(a, struct memory, io->n + l.n + 1);
	if (v == NULL || io->n + l.n > MEMORIES_MAX)
		return err_set(e, ERR_LIMIT, "too many pictures at once");
	if (io->n > 0)
		memcpy(v, io->v, io->n * sizeof(*v));
	io->v = v;
	for (size_t i = 0; i < l.n; i++)
		if (same_shelf(shelf_of(s, l.v[i].day), p))
			v[io->n++] = l.v[i];
	io->waiting += l.waiting;
	io->videos += l.videos;
	return true;
}

/* The last day, from this one on, that is in no season; the one before: it is
 * in one. */
static int64_t
gap_end(const struct sorter *s, int64_t day, int64_t last)
{
	for (size_t i = 0; i < s->seasons.n; i++) {
		int64_t from = s->seasons.v[i].from_on;

		if (s->seasons.v[i].until_on >= day && from - 1 < last)
			last = from - 1;
	}
	return last < day ? day - 1 : last;
}

static int64_t
season_end(const struct sorter *s, int64_t day)
{
	for (size_t i = 0; i < s->seasons.n; i++)
		if (s->seasons.v[i].from_on <= day &&
		    s->seasons.v[i].until_on >= day)
			return s->seasons.v[i].until_on;
	return day;
}

static bool
list_year(const struct sorter *s, struct arena *a, struct shelf p,
    struct memories *ret, struct err *e)
{
	int64_t day = day_from_civil(p.year, 1, 1);
	int64_t last = day_from_civil(p.year, 12, 31);

	while (day <= last) {
		struct memories_span gap = {day, gap_end(s, day, last)};

		if (gap.until_on < day)
			day = season_end(s, day) + 1;
		else if (!add_span(s, a, p, &gap, ret, e))
			return false;
		else
			day = gap.until_on + 1;
	}
	return true;
}

static bool
list_shelf(const struct sorter *s, struct arena *a, struct shelf p,
    struct memories *ret, struct err *e)
{
	*ret = (struct memories){0};
	if (p.season == 0)
		return list_year(s, a, p, ret, e);
	for (size_t i = 0; i < s->seasons.n; i++)
		if (s->seasons.v[i].id == p.season) {
			const struct memories_span span = {
			    s->seasons.v[i].from_on, s->seasons.v[i].until_on};

			return add_span(s, a, p, &span, ret, e);
		}
	return err_set(e, ERR_NOT_FOUND, "no such season");
}

static bool
begin(struct request *r, int64_t child, struct sorter *ret, struct err *e)
{
	*ret = (struct sorter){.r = r, .child = child};
	return sql_season_list(
	    r->house->db, r->arena, r->org->id, &ret->seasons, e);
}

/* ---- all of them ---- */

static bool
weigh(struct sorter *s, struct memories_box *box, struct memories_part *io,
    struct err *e)
{
	for (size_t i = 0; i < box->list.n; i++)
		io->bytes += (int64_t)box->list.v[i].bytes;
	io->photos = (int64_t)box->list.n;
	io->first = box->list.n > 0 ? box->list.v[0].day : io->from;
	return memories_version(s->r, box, &io->version, e);
}

/* By itself: what was listed before is forgotten. */
static bool
add_shelf(struct sorter *s, str first, struct shelf p,
    struct memories_parts *total, struct err *e)
{
	OWNED(arena) a = arena_new(PART_MAX);
	struct memories_box box = {.child = s->child, .first = first};
	struct memories_part *part = &s->v[s->n];

	describe(s, p, part);
	if (a == NULL)
		return err_set(e, ERR_LIMIT, "no room for a season");
	e->kind = ERR_NONE;
	part->many = !list_shelf(s, a, p, &box.list, e);
	if (part->many && e->kind != ERR_LIMIT)
		return false;
	part->first = part->from;
	if (!part->many && !weigh(s, &box, part, e))
		return false;
	s->n += part->many || part->photos > 0;
	total->waiting += box.list.waiting;
	total->videos += box.list.videos;
	return true;
}

static bool
find_years(struct sorter *s, int *ret_from, int *ret_until, struct err *e)
{
	struct sql_memories_ends_row row;
	const struct organisation *org = s->r->org;
	int64_t first, last;

	if (!sql_memories_ends(s->r->house->db, s->r->arena, s->child, &row, e))
		return false;
	*ret_from = 0;
	*ret_until = -1;
	if (row.first_on == DB_NULL)
		return true;
	first = row.first_on;
	last = row.last_on;
	if (row.first_at != DB_NULL && day_of(org->zone, row.first_at) < first)
		first = day_of(org->zone, row.first_at);
	if (row.last_at != DB_NULL && day_of(org->zone, row.last_at) > last)
		last = day_of(org->zone, row.last_at);
	*ret_from = (int)day_to_civil(first).year;
	*ret_until = (int)day_to_civil(last).year;
	if (*ret_until - *ret_from > YEARS_MAX)
		*ret_from = *ret_until - YEARS_MAX;
	return true;
}

static int
by_first(const void *a, const void *b)
{
	const struct memories_part *x = a, *y = b;

	return x->first != y->first ? (x->first < y->first ? -1 : 1) : 0;
}

static bool
part_each(
    struct sorter *s, str first, struct memories_parts *ret, struct err *e)
{
	int from, until;

	if (!find_years(s, &from, &until, e))
		return false;
	s->cap = s->seasons.n + (size_t)(until - from + 1) + 1;
	s->v = NEW_N(s->r->arena, struct memories_part, s->cap);
	if (s->v == NULL)
		return err_set(e, ERR_LIMIT, "too many seasons");
	for (size_t i = 0; i < s->seasons.n; i++)
		if (!add_shelf(s, first, (struct shelf){s->seasons.v[i].id, 0},
			ret, e))
			return false;
	for (int year = from; year <= until; year++)
		if (!add_shelf(s, first, (struct shelf){0, year}, ret, e))
			return false;
	return true;
}

/* Of a box that is listed already. */
static bool
cut(struct sorter *s, const struct memories_box *whole, struct err *e)
{
	const struct memories *l = &whole->list;
	bool *done = NEW_N(s->r->arena, bool, l->n + 1);

	s->v = NEW_N(s->r->arena, struct memories_part, l->n + 1);
	if (s->v == NULL || done == NULL)
		return err_set(e, ERR_LIMIT, "too many seasons");
	memset(done, 0, (l->n + 1) * sizeof(*done));
	for (size_t i = 0; i < l->n; i++) {
		struct memories_box box = *whole;
		struct shelf p = shelf_of(s, l->v[i].day);

		if (done[i])
			continue;
		box.list.n = 0;
		box.list.v = NEW_N(s->r->arena, struct memory, l->n - i);
		if (box.list.v == NULL)
			return err_set(e, ERR_LIMIT, "too many seasons");
		for (size_t k = i; k < l->n; k++)
			if (same_shelf(shelf_of(s, l->v[k].day), p)) {
				box.list.v[box.list.n++] = l->v[k];
				done[k] = true;
			}
		describe(s, p, &s->v[s->n]);
		if (!weigh(s, &box, &s->v[s->n++], e))
			return false;
	}
	return true;
}

bool
memories_parts(struct request *r, const struct memories_box *box, bool many,
    struct memories_parts *ret, struct err *e)
{
	struct memories_parts parts = {0};
	struct sorter s;

	if (!begin(r, box->child, &s, e) ||
	    !(many ? part_each(&s, box->first, &parts, e) : cut(&s, box, e)))
		return false;
	parts.v = s.v;
	parts.n = s.n;
	if (parts.n > 1)
		qsort(parts.v, parts.n, sizeof(*parts.v), by_first);
	*ret = parts;
	return true;
}

/* ---- one of them ---- */

/* What the address says: a season of ours, or a year. */
static bool
shelf_named(const struct sorter *s, str key, struct shelf *ret)
{
	bool year = key.n > 0 && key.p[0] == 'y';
	str rest = {key.p + 1, key.n > 0 ? key.n - 1 : 0};
	int64_t n;

	if (key.n == 0 || (!year && key.p[0] != 's') ||
	    !num_i64(rest, 1, INT32_MAX, &n))
		return false;
	*ret = year ? (struct shelf){0, (int)n} : (struct shelf){n, 0};
	for (size_t i = 0; !year && i < s->seasons.n; i++)
		if (s->seasons.v[i].id == n)
			return true;
	return year && n >= YEAR_FIRST && n <= YEAR_LAST;
}

/* Whose book begins with that day, in its address. */
static bool
shelf_of_book(const struct sorter *s, str day, struct shelf *ret)
{
	str rest = day, year;
	int64_t n;

	for (size_t i = 0; i < s->seasons.n; i++)
		if (str_eq(
			iso_day(&s->r->view, s->seasons.v[i].from_on), day)) {
			*ret = (struct shelf){s->seasons.v[i].id, 0};
			return true;
		}
	if (!str_cut(&rest, '-', &year) || !str_eq(rest, S("01-01")) ||
	    !num_i64(year, YEAR_FIRST, YEAR_LAST, &n))
		return false;
	*ret = (struct shelf){0, (int)n};
	return true;
}

bool
memories_part_box(struct request *r, const struct memories_box *head, str key,
    bool book, struct memories_box *ret, str *ret_name, struct err *e)
{
	struct memories_box box = *head;
	struct memories_part part;
	struct sorter s;
	struct shelf p;

	if (!begin(r, head->child, &s, e))
		return false;
	if (!(book ? shelf_of_book : shelf_named)(&s, key, &p))
		return err_set(e, ERR_NOT_FOUND, "no such season");
	if (!list_shelf(&s, r->arena, p, &box.list, e) ||
	    !memories_version(r, &box, &box.version, e))
		return false;
	describe(&s, p, &part);
	*ret = box;
	*ret_name = part.name;
	return true;
}
