/* attack — what happens to a picture on its way out, for the trial of marks. */
#ifndef BENCH_MARK_ATTACK_H
#define BENCH_MARK_ATTACK_H

#include "picture.h"

/* Random numbers that a trial can repeat. */
struct dice {
	uint64_t s;
};
double dice_between(struct dice *, double low, double high);
unsigned dice_below(struct dice *, unsigned n);

#define COPIES_MAX 3

struct attack {
	const char *name;
	unsigned accounts; /* 1 to COPIES_MAX */
	/* How the copies become one; NULL: there is one. */
	void (*join)(struct dice *, const struct picture *,
	    uint8_t *const bits[], unsigned n, struct luma *ret);
	struct luma (*spoil)(struct dice *, const struct luma *);
};

extern const struct attack attacks[];
extern const unsigned n_attacks;

/* The copy of one account. */
void copy_of(const struct picture *, const uint8_t *bits, struct luma *ret);

#endif
