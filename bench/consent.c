/*
 * consent — what it costs to know whom to mask.
 *
 *	bench_consent
 *
 * 200 children with two parents each and both answers to three purposes.  A
 * feed of 200 photos with 8 regions each is asked for again and again: the
 * first time of a process, as usual, and right after a withdrawal (the child
 * stands on 20,000 photos, of which none is looked at).  Microseconds for the
 * whole feed, the median of many.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../tests/unit/consent/home.h"

#define CHILDREN 200
#define PHOTOS 200
#define REGIONS 8
#define ROUNDS 201

static struct home h;
static int64_t child[CHILDREN], mother[CHILDREN], father[CHILDREN];

static double
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
fill(void)
{
	for (int i = 0; i < CHILDREN; i++) {
		child[i] = home_child(&h, "Enfant", 4 + i % 10, h.group);
		mother[i] = home_guardian(&h, "Mère");
		father[i] = home_guardian(&h, "Père");
		(void)home_parent(&h, mother[i], child[i]);
		(void)home_parent(&h, father[i], child[i]);
		for (int r = CONSENT_FAMILY; r <= CONSENT_EVERYBODY; r++) {
			(void)home_says(&h, child[i], mother[i],
			    (enum consent_reach)r, CONSENT_GRANT);
			(void)home_says(&h, child[i], father[i],
			    (enum consent_reach)r, CONSENT_GRANT);
		}
	}
}

/* How many faces are masked in the whole feed. */
static int
feed(const struct consent_viewer *v, struct arena *a)
{
	struct consent_audience audience = {
	    .reach = CONSENT_GROUP, .group = &h.group, .n_group = 1};
	struct consent_look l;
	int masked = 0;

	DONE(&h.p, consent_look_begin(&h.p.house, a, h.p.d.org, v, h.p.d.now,
		       h.p.d.today, &l, &h.p.e));
	for (int p = 0; p < PHOTOS; p++) {
		bool out[REGIONS];
		int64_t on[REGIONS];

		for (int r = 0; r < REGIONS; r++)
			on[r] = child[(p * 37 + r * 11) % CHILDREN];
		DONE(&h.p, consent_for_audience(
			       &l, &audience, on, REGIONS, out, &h.p.e));
		for (int r = 0; r < REGIONS; r++)
			masked += out[r];
	}
	return masked;
}

static int
less(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
measure(const char *what, void (*before)(int), int rounds)
{
	static double took[ROUNDS];
	const struct consent_viewer v = {child, 2, NULL, 0};
	int masked = 0;

	for (int i = 0; i < rounds; i++) {
		OWNED(arena) a = arena_new((size_t)64 << 20);
		double from;

		if (before != NULL)
			before(i);
		from = now_us();
		masked = feed(&v, a);
		took[i] = now_us() - from;
	}
	qsort(took, (size_t)rounds, sizeof(*took), less);
	printf("%s\t%.1f us\tworst %.1f us\t%d masked\n", what,
	    took[rounds / 2], took[rounds - 1], masked);
}

static void
forget(int i)
{
	(void)i;
	h.p.house.consent_free(h.p.house.consent);
	h.p.house.consent = NULL;
	h.p.house.consent_free = NULL;
}

static void
withdraw(int i)
{
	(void)home_says(&h, child[i % CHILDREN], mother[i % CHILDREN],
	    CONSENT_GROUP,
	    i / CHILDREN % 2 == 0 ? CONSENT_REFUSE : CONSENT_GRANT);
}

/* Anything else that is committed. */
static void
other(int i)
{
	(void)i;
	(void)place_number(&h.p,
	    "UPDATE organisation SET evening_min = evening_min RETURNING id");
}

int
main(void)
{
	home_open(&h);
	fill();
	(void)feed(&(struct consent_viewer){0}, h.p.arena);
	printf("%d photos, %d regions each, %d children\n", PHOTOS, REGIONS,
	    CHILDREN);
	measure("as usual", NULL, ROUNDS);
	measure("after an unrelated commit", other, ROUNDS);
	measure("after a withdrawal", withdraw, ROUNDS);
	measure("first of a process", forget, 201);
	home_close(&h);
	return 0;
}
