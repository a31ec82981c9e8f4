/* Whom a report reaches, and whom it never does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/care.h"
#include "report/route.h"

static struct arena *arena;
static struct err e;

enum {
	DIRECTOR = 1,
	SECOND_DIRECTOR,
	LEAD,
	SECOND_LEAD, /* independent */
	OUTSIDE,
	ANIMATEUR,
	COLLEAGUE, /* of the same group, named as a handler */
	HANDLER,   /* of another group */
	MOTHER,
	FATHER,
	PEOPLE
};
enum { SQUIRRELS = 1, FOXES };
enum { LEA = 1, TOM };

static const struct route_person people[] = {
    {DIRECTOR, ROUTE_DIRECTOR, false, true},
    {SECOND_DIRECTOR, ROUTE_DIRECTOR, false, true},
    {LEAD, ROUTE_LEAD, false, true},
    {SECOND_LEAD, ROUTE_LEAD, true, true},
    {OUTSIDE, ROUTE_OUTSIDE, true, true},
    {ANIMATEUR, ROUTE_TEAM, false, false},
    {COLLEAGUE, ROUTE_TEAM, false, true},
    {HANDLER, ROUTE_TEAM, false, true},
    {MOTHER, ROUTE_FAMILY, false, false},
    {FATHER, ROUTE_FAMILY, false, false},
};
static const struct route_tie ties[] = {
    {ROUTE_GROUP, ANIMATEUR, SQUIRRELS},
    {ROUTE_GROUP, COLLEAGUE, SQUIRRELS},
    {ROUTE_GROUP, HANDLER, FOXES},
    {ROUTE_CHILD, MOTHER, LEA},
    {ROUTE_CHILD, FATHER, LEA},
    {ROUTE_CHILD, HANDLER, TOM},
};
#define N(v) (sizeof(v) / sizeof((v)[0]))
static const struct route_house house = {people, N(people), ties, N(ties)};

static void
assert_path(const struct route_house *h, const struct route_matter *m,
    const int64_t *want, size_t n)
{
	struct route r;

	assert_true(route_of(arena, h, m, &r, &e));
	assert_int_equal(r.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(r.account[i], want[i]);
}
#define PATH(h, m, ...)                                                   \
	do {                                                              \
		const int64_t want_[] = {__VA_ARGS__};                    \
		assert_path(h, m, want_, sizeof(want_) / sizeof(*want_)); \
	} while (0)

static void
one_of_the_team_is_reported_to_the_leads(void **state)
{
	const int64_t about[] = {ANIMATEUR};
	const struct route_matter m = {
	    .reporter = MOTHER, .about = about, .n_about = 1};

	(void)state;
	PATH(&house, &m, LEAD, SECOND_LEAD, HANDLER);
	assert_int_equal(route_why(&house, &m, COLLEAGUE), ROUTE_BESIDE);
	assert_int_equal(route_why(&house, &m, ANIMATEUR), ROUTE_NO_HANDLER);
	assert_int_equal(route_why(&house, &m, MOTHER), ROUTE_NO_HANDLER);
	assert_int_equal(route_why(&house, &m, DIRECTOR), ROUTE_MAY);
}

static void
a_director_is_reported_to_who_answers_to_no_director(void **state)
{
	const int64_t about[] = {DIRECTOR};
	const struct route_matter m = {
	    .reporter = ANIMATEUR, .about = about, .n_about = 1};

	(void)state;
	PATH(&house, &m, SECOND_LEAD, OUTSIDE);
	assert_int_equal(route_why(&house, &m, LEAD), ROUTE_BELOW);
	assert_int_equal(route_why(&house, &m, HANDLER), ROUTE_BELOW);
	assert_int_equal(route_why(&house, &m, SECOND_DIRECTOR), ROUTE_BESIDE);
}

static void
a_lead_is_reported_to_the_second_lead_and_the_directors(void **state)
{
	const int64_t about[] = {LEAD};
	const struct route_matter m = {.about = about, .n_about = 1};

	(void)state;
	PATH(&house, &m, SECOND_LEAD, DIRECTOR, SECOND_DIRECTOR);
	assert_int_equal(route_why(&house, &m, COLLEAGUE), ROUTE_BELOW);
}

static void
the_second_lead_is_reported_to_the_directors(void **state)
{
	const int64_t about[] = {SECOND_LEAD};
	const struct route_matter m = {.about = about, .n_about = 1};

	(void)state;
	PATH(&house, &m, DIRECTOR, SECOND_DIRECTOR);
	assert_int_equal(route_why(&house, &m, LEAD), ROUTE_BESIDE);
}

static void
the_contact_outside_is_over_nobody(void **state)
{
	const int64_t about[] = {OUTSIDE};
	const struct route_matter m = {.about = about, .n_about = 1};

	(void)state;
	PATH(&house, &m, LEAD, SECOND_LEAD, COLLEAGUE, HANDLER);
}

static void
adults_of_a_child_stand_beside_each_other(void **state)
{
	const int64_t about[] = {FATHER};
	const struct route_tie place[] = {{ROUTE_CHILD, 0, TOM}};
	struct route_matter m = {.about = about, .n_about = 1};

	(void)state;
	assert_int_equal(route_why(&house, &m, HANDLER), ROUTE_MAY);
	m.place = place;
	m.n_place = 1;
	assert_int_equal(route_why(&house, &m, HANDLER), ROUTE_BESIDE);
}

static void
a_group_that_it_is_about_keeps_those_away_who_work_with_it(void **state)
{
	const struct route_tie place[] = {{ROUTE_GROUP, 0, SQUIRRELS}};
	const struct route_matter m = {.place = place, .n_place = 1};

	(void)state;
	PATH(&house, &m, LEAD, SECOND_LEAD, HANDLER);
}

static void
who_reports_does_not_judge(void **state)
{
	const struct route_matter m = {.reporter = LEAD};

	(void)state;
	PATH(&house, &m, SECOND_LEAD, COLLEAGUE, HANDLER);
	assert_int_equal(route_why(&house, &m, LEAD), ROUTE_REPORTER);
}

static void
who_was_barred_once_stays_so(void **state)
{
	const int64_t about[] = {ANIMATEUR}, barred[] = {HANDLER};
	const struct route_matter m = {
	    .about = about, .n_about = 1, .barred = barred, .n_barred = 1};

	(void)state;
	PATH(&house, &m, LEAD, SECOND_LEAD);
}

static void
nobody_left_is_an_empty_path(void **state)
{
	const int64_t about[] = {DIRECTOR};
	const struct route_matter m = {.about = about, .n_about = 1};
	const struct route_house small = {people, 3, ties, N(ties)};

	(void)state;
	assert_path(&small, &m, NULL, 0);
}

/* ---- the law, on houses that nobody thought of ---- */

#define CASES 20000
#define MOST 12

struct drawn {
	struct route_person person[MOST];
	struct route_tie tie[2 * MOST], place[3];
	int64_t about[4], barred[2];
	struct route_house house;
	struct route_matter matter;
};

static uint64_t seed;

static unsigned
draw(unsigned below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

static enum route_tie_kind
draw_kind(void)
{
	return draw(2) == 0 ? ROUTE_GROUP : ROUTE_CHILD;
}

static void
draw_one(struct drawn *d)
{
	size_t n = 1 + draw(MOST), ties_n = draw(2 * MOST + 1);

	for (size_t i = 0; i < n; i++) {
		enum route_rank rank = (enum route_rank)draw(ROUTE_OUTSIDE + 1);

		d->person[i] = (struct route_person){(int64_t)i + 1, rank,
		    rank == ROUTE_OUTSIDE ||
			(rank == ROUTE_LEAD && draw(2) == 0),
		    draw(4) > 0};
	}
	for (size_t i = 0; i < ties_n; i++)
		d->tie[i] = (struct route_tie){
		    draw_kind(), 1 + (int64_t)draw((unsigned)n), 1 + draw(5)};
	d->house = (struct route_house){d->person, n, d->tie, ties_n};
	d->matter = (struct route_matter){.reporter = draw((unsigned)n + 1),
	    .about = d->about,
	    .n_about = draw(5),
	    .barred = d->barred,
	    .n_barred = draw(3),
	    .place = d->place,
	    .n_place = draw(4)};
	for (size_t i = 0; i < 4; i++)
		d->about[i] = 1 + (int64_t)draw(MOST);
	for (size_t i = 0; i < 2; i++)
		d->barred[i] = 1 + (int64_t)draw(MOST);
	for (size_t i = 0; i < 3; i++)
		d->place[i] = (struct route_tie){draw_kind(), 0, 1 + draw(5)};
}

/* The law once more, in other words: who holds what over whom as a table of
 * ranks, ties as sets of bits. */
static uint32_t
bits_of(const struct drawn *d, int64_t account)
{
	uint32_t set = 0;

	for (size_t i = 0; i < d->house.n_tie; i++)
		if (d->tie[i].account == account)
			set |= UINT32_C(1)
			       << (d->tie[i].kind * 8 + (uint32_t)d->tie[i].id);
	return set;
}

static bool
is_kept_from(const struct drawn *d, const struct route_person *p, int64_t other)
{
	/* Rows: who would read; columns: whom it is about; the independent lead
	 * has a place of her own behind the lead. */
	static const char table[6][6] = {
	    /*             fam  team lead second dir  out */
	    /* family */ {'x', 'x', 'x', 'x', 'x', 'x'},
	    /* team   */ {'.', '.', 'x', 'x', 'x', '.'},
	    /* lead   */ {'.', '.', 'x', 'x', 'x', '.'},
	    /* second */ {'.', '.', '.', 'x', '.', '.'},
	    /* direct */ {'.', '.', '.', '.', 'x', '.'},
	    /* outs   */ {'.', '.', '.', '.', '.', 'x'},
	};
	static const unsigned row[] = {0, 1, 2, 4, 5};
	const struct route_person *o =
	    other <= (int64_t)d->house.n_person ? &d->person[other - 1] : NULL;
	unsigned r = row[p->rank] + (p->rank == ROUTE_LEAD && p->independent);

	if (p->account == other ||
	    (bits_of(d, p->account) & bits_of(d, other)) != 0)
		return true;
	return o != NULL && table[r][row[o->rank] + (o->rank == ROUTE_LEAD &&
							o->independent)] == 'x';
}

static bool
is_kept_away(const struct drawn *d, const struct route_person *p)
{
	uint32_t place = 0;
	bool kept = p->rank == ROUTE_FAMILY || !p->handles ||
		    p->account == d->matter.reporter;

	for (size_t i = 0; i < d->matter.n_about; i++)
		kept |= is_kept_from(d, p, d->about[i]);
	for (size_t i = 0; i < d->matter.n_barred; i++)
		kept |= d->barred[i] == p->account;
	for (size_t i = 0; i < d->matter.n_place; i++)
		place |= UINT32_C(1)
			 << (d->place[i].kind * 8 + (uint32_t)d->place[i].id);
	return kept || (bits_of(d, p->account) & place) != 0;
}

/* Whoever is told, or counted what waits, is in the path; somebody is, whoever
 * would rather not; and who would rather not is only when nobody else is left.
 */
static void
check_asked(const struct drawn *d, const struct route *r)
{
	int64_t aside[3];
	size_t n = 0, asked = 0, others = 0, pushed = 0;

	for (size_t i = 0; i < 3; i++)
		aside[n++] = 1 + (int64_t)draw((unsigned)d->house.n_person);
	for (size_t i = 0; i < d->house.n_person; i++) {
		int64_t account = d->person[i].account;
		bool is = route_asks(r, aside, n, account), not = false;

		for (size_t k = 0; k < n; k++)
			not |= aside[k] == account;
		if (is && is_kept_away(d, &d->person[i]))
			fail_msg("case of seed %llu: %lld is told",
			    (unsigned long long)seed, (long long)account);
		asked += is;
		pushed += is && not ;
		others += route_has(r, account) && !not ;
	}
	assert_int_equal(asked > 0, r->n > 0);
	assert_int_equal(asked, others > 0 ? others : r->n);
	assert_true(pushed == 0 || others == 0);
}

/* Minutes of a person are those of the cases that lead to who reads them: what
 * she reads is the same whether or not there are any others. */
static void
check_minutes(const struct drawn *d, const struct route *r)
{
	static const int64_t none[1];
	struct care_shown v[8];

	for (size_t i = 0; i < 8; i++)
		v[i] = i % 2 == 0
			   ? (struct care_shown){1, 100 * (int64_t)i,
				 r->account, r->n}
			   : (struct care_shown){1, 100 * (int64_t)i, none, 0};
	for (size_t i = 0; i < d->house.n_person; i++) {
		const struct route_person *p = &d->person[i];
		int64_t s = care_counted(v, 8, 1, p->account);

		if (p->account == 1)
			assert_int_equal(s, 8 * CARE_SHOWN_S);
		else
			assert_int_equal(
			    s, route_has(r, p->account) ? 4 * CARE_SHOWN_S : 0);
		if (s > 0 && p->account != 1 && is_kept_away(d, p))
			fail_msg("minutes of seed %llu: %lld counts them",
			    (unsigned long long)seed, (long long)p->account);
	}
}

static void
check_path(const struct drawn *d, const struct route *r)
{
	size_t able = 0, seen = 0;

	for (size_t i = 0; i < d->house.n_person; i++) {
		const struct route_person *p = &d->person[i];
		bool kept = is_kept_away(d, p);

		able += !kept;
		seen += route_has(r, p->account);
		if (kept && route_has(r, p->account))
			fail_msg("case of seed %llu: %lld is reached",
			    (unsigned long long)seed, (long long)p->account);
		assert_int_equal(
		    route_why(&d->house, &d->matter, p->account) == ROUTE_MAY,
		    !kept);
	}
	assert_int_equal(seen, r->n);
	check_asked(d, r);
	check_minutes(d, r);
	/* As many as there should be, if there are so many. */
	assert_true(r->n >= (able < ROUTE_ENOUGH ? able : ROUTE_ENOUGH));
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(r->account[i], r->account[k]);
}

static void
no_report_reaches_whom_it_is_about(void **state)
{
	size_t reached = 0, empty = 0, kept = 0;

	(void)state;
	seed = 20261129;
	for (int i = 0; i < CASES; i++) {
		struct drawn d;
		struct route r;

		draw_one(&d);
		arena_reset(arena);
		assert_true(route_of(arena, &d.house, &d.matter, &r, &e));
		check_path(&d, &r);
		reached += r.n > 0;
		empty += r.n == 0;
		for (size_t k = 0; k < d.matter.n_about; k++)
			kept += d.about[k] <= (int64_t)d.house.n_person;
	}
	/* The draw must have drawn something of everything. */
	assert_true(reached > CASES / 5);
	assert_true(empty > CASES / 100);
	assert_true(kept > CASES);
}

static int
begin(void **state)
{
	(void)state;
	arena = arena_new(1 << 16);
	return arena == NULL;
}

static int
end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_of_the_team_is_reported_to_the_leads),
	    cmocka_unit_test(
		a_director_is_reported_to_who_answers_to_no_director),
	    cmocka_unit_test(
		a_lead_is_reported_to_the_second_lead_and_the_directors),
	    cmocka_unit_test(the_second_lead_is_reported_to_the_directors),
	    cmocka_unit_test(the_contact_outside_is_over_nobody),
	    cmocka_unit_test(adults_of_a_child_stand_beside_each_other),
	    cmocka_unit_test(
		a_group_that_it_is_about_keeps_those_away_who_work_with_it),
	    cmocka_unit_test(who_reports_does_not_judge),
	    cmocka_unit_test(who_was_barred_once_stays_so),
	    cmocka_unit_test(nobody_left_is_an_empty_path),
	    cmocka_unit_test(no_report_reaches_whom_it_is_about),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
