/* The box in parts: the pictures of each season, and of each year those of the
 * days between seasons. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/num.h"
#include "sql_memories.h"
#include "sql_season.h"
#include "web/family.h"
#include "web/memories.h"
#include "zip/name.h"

#define NAME_MAX_POINTS 80
#define PART_MAX ((size_t)64 << 20) /* what one of them is weighed in */
#define YEARS_MAX 150
#define YEAR_FIRST 1800
#define YEAR_LAST 2400

struct sorter {
	struct request *r;
	int64_t child;
	struct sql_season_list_rows seasons;
	struct memories_part *v;
	size_t n;
};

/* ---- shelves ---- */

struct memories_shelf
memories_shelf_of(const struct sql_season_list_rows *l, int64_t day)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].from_on <= day && l->v[i].until_on >= day)
			return (struct memories_shelf){l->v[i].id, 0};
	return (struct memories_shelf){0, (int)day_to_civil(day).year};
}

bool
memories_shelf_same(struct memories_shelf a, struct memories_shelf b)
{
	return a.season == b.season && a.year == b.year;
}

str
memories_shelf_key(struct arena *a, struct memories_shelf p)
{
	return p.season != 0 ? arena_fmt(a, "s%" PRId64, p.season)
			     : arena_fmt(a, "y%d", p.year);
}

str
memories_shelf_name(struct arena *a, const struct sql_season_list_rows *l,
    struct memories_shelf p)
{
	int year = p.year;
	str name = {0};

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == p.season) {
			name = zip_name_part(a, l->v[i].name, NAME_MAX_POINTS);
			year = (int)day_to_civil(l->v[i].from_on).year;
		}
	return name.n > 0 ? name : arena_fmt(a, "%d", year);
}

str
memories_called(struct view *v, str name, bool between)
{
	return between ? view_fill(v, N_("%1, between seasons"), name) : name;
}

static struct memories_part
part_of(const struct sorter *s, struct memories_shelf p)
{
	return (struct memories_part){.key = memories_shelf_key(s->r->arena, p),
	    .name = memories_shelf_name(s->r->arena, &s->seasons, p),
	    .between = p.season == 0};
}

/* All days that may stand there; false: it is none of ours. */
static bool
days_of(
    const struct sorter *s, struct memories_shelf p, struct memories_span *ret)
{
	if (p.season == 0)
		*ret = (struct memories_span){day_from_civil(p.year, 1, 1),
		    day_from_civil(p.year, 12, 31)};
	for (size_t i = 0; i < s->seasons.n; i++)
		if (s->seasons.v[i].id == p.season) {
			*ret = (struct memories_span){
			    s->seasons.v[i].from_on, s->seasons.v[i].until_on};
			return true;
		}
	return p.season == 0;
}

/* ---- the days of a part ---- */

static bool
add_span(const struct sorter *s, struct arena *a,
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
	if (l.n > 0)
		memcpy(v + io->n, l.v, l.n * sizeof(*v));
	io->v = v;
	io->n += l.n;
	io->waiting += l.waiting;
	io->videos += l.videos;
	return true;
}

/* The last day, from this one on, before a season begins or ends: they stand
 * on one shelf. */
static int64_t
run_end(const struct sorter *s, int64_t day, int64_t last)
{
	for (size_t i = 0; i < s->seasons.n; i++) {
		int64_t from = s->seasons.v[i].from_on;
		int64_t until = s->seasons.v[i].until_on;

		if (from > day && from <= last)
			last = from - 1;
		if (until >= day && until < last)
			last = until;
	}
	return last;
}

/* Of its days those alone that stand there: a season may lie within another. */
static bool
list_shelf(const struct sorter *s, struct arena *a, struct memories_shelf p,
    struct memories *ret, struct err *e)
{
	struct memories_span all;

	*ret = (struct memories){0};
	if (!days_of(s, p, &all))
		return err_set(e, ERR_NOT_FOUND, "no such season");
	for (int64_t day = all.from_on; day <= all.until_on;) {
		struct memories_span run = {day, run_end(s, day, all.until_on)};

		if (memories_shelf_same(
			memories_shelf_of(&s->seasons, day), p) &&
		    !add_span(s, a, &run, ret, e))
			return false;
		day = run.until_on + 1;
	}
	return true;
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
	if (box->list.n > 0)
		io->first = box->list.v[0].day;
	return memories_version(s->r, box, &io->version, e);
}

/* By itself: what was listed before is forgotten. */
static bool
add_shelf(struct sorter *s, str first, struct memories_shelf p,
    struct memories_parts *total, struct err *e)
{
	OWNED(arena) a = arena_new(PART_MAX);
	struct memories_box box = {.child = s->child, .first = first};
	struct memories_part *part = &s->v[s->n];
	struct memories_span all = {0};

	*part = part_of(s, p);
	e->kind = ERR_NONE;
	part->many = !list_shelf(s, a, p, &box.list, e);
	if (part->many && e->kind != ERR_LIMIT)
		return false;
	if (part->many && days_of(s, p, &all))
		part->first = all.from_on;
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
	s->v = NEW_N(s->r->arena, struct memories_part,
	    s->seasons.n + (size_t)(until - from + 1) + 1);
	if (s->v == NULL)
		return err_set(e, ERR_LIMIT, "too many seasons");
	for (size_t i = 0; i < s->seasons.n; i++)
		if (!add_shelf(s, first,
			(struct memories_shelf){s->seasons.v[i].id, 0}, ret, e))
			return false;
	for (int year = from; year <= until; year++)
		if (!add_shelf(
			s, first, (struct memories_shelf){0, year}, ret, e))
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
		struct memories_shelf p =
		    memories_shelf_of(&s->seasons, l->v[i].day);

		if (done[i])
			continue;
		box.list.n = 0;
		box.list.v = NEW_N(s->r->arena, struct memory, l->n - i);
		if (box.list.v == NULL)
			return err_set(e, ERR_LIMIT, "too many seasons");
		for (size_t k = i; k < l->n; k++)
			if (memories_shelf_same(
				memories_shelf_of(&s->seasons, l->v[k].day),
				p)) {
				box.list.v[box.list.n++] = l->v[k];
				done[k] = true;
			}
		s->v[s->n] = part_of(s, p);
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
shelf_named(const struct sorter *s, str key, struct memories_shelf *ret)
{
	bool year = key.n > 0 && key.p[0] == 'y';
	str rest = {key.p + 1, key.n > 0 ? key.n - 1 : 0};
	int64_t n;

	if (key.n == 0 || (!year && key.p[0] != 's') ||
	    !num_i64(rest, 1, INT32_MAX, &n))
		return false;
	*ret = year ? (struct memories_shelf){0, (int)n}
		    : (struct memories_shelf){n, 0};
	for (size_t i = 0; !year && i < s->seasons.n; i++)
		if (s->seasons.v[i].id == n)
			return true;
	return year && n >= YEAR_FIRST && n <= YEAR_LAST;
}

bool
memories_part_box(struct request *r, const struct memories_box *head, str key,
    struct memories_box *ret, str *ret_name, struct err *e)
{
	struct memories_box box = *head;
	struct memories_shelf p;
	struct sorter s;

	if (!begin(r, head->child, &s, e))
		return false;
	if (!shelf_named(&s, key, &p))
		return err_set(e, ERR_NOT_FOUND, "no such season");
	if (!list_shelf(&s, r->arena, p, &box.list, e) ||
	    !memories_version(r, &box, &box.version, e))
		return false;
	*ret = box;
	*ret_name = memories_shelf_name(r->arena, &s.seasons, p);
	return true;
}
