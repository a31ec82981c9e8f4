#include "mark/accuse.h"

#include <math.h>
#include <string.h>

#define KEPT 2       /* channels of each attack that are kept */
#define UNSURE 0.03f /* of each reading that it says nothing at all */
#define UNEVEN 0.25  /* of what is left of the mark, from place to place */
#define LEVELS_MAX 4

/* What the copy shows of a segment, given a bit of the guilty one: one of
 * some levels from -1 (A) to 1 (B), and how likely each is. */
struct levels {
	int n;
	double at[LEVELS_MAX], chance[LEVELS_MAX];
};

/* Several accounts: each segment is from one of them, by chance. */
static void
mixed(int c, double p, int bit, struct levels *ret)
{
	double b = bit / (double)c + (1 - 1.0 / c) * p;

	*ret = (struct levels){2, {-1, 1}, {1 - b, b}};
}

/* Each segment is what most of three have. */
static void
majority(int c, double p, int bit, struct levels *ret)
{
	double b = bit ? 1 - (1 - p) * (1 - p) : p * p;

	(void)c;
	*ret = (struct levels){2, {-1, 1}, {1 - b, b}};
}

/* The mean of c copies: the others' bits add up by chance. */
static void
averaged(int c, double p, int bit, struct levels *ret)
{
	double q = 1 - p;
	double two[] = {q, p}, three[] = {q * q, 2 * p * q, p * p};

	*ret = (struct levels){.n = c};
	for (int k = 0; k < c; k++) {
		ret->at[k] = 2.0 * (k + bit) / c - 1;
		ret->chance[k] = c == 2 ? two[k] : three[k];
	}
}

static const struct attack {
	void (*levels)(int, double, int, struct levels *);
	int accounts;
	double prior;
} attacks[] = {{mixed, 1, 0.2}, {mixed, 2, 0.2}, {mixed, 3, 0.2},
    {mixed, 5, 0.1}, {majority, 3, 0.1}, {averaged, 2, 0.1},
    {averaged, 3, 0.1}};
#define ATTACKS (sizeof(attacks) / sizeof(attacks[0]))

/* What the copy went through: how much of the mark is left, how much noisier
 * it is than what was measured. */
struct channel {
	double gain, noise;
	double evidence; /* logarithm, of the reading alone */
};
static const double gains[] = {
    0.1, 0.16, 0.24, 0.33, 0.43, 0.54, 0.66, 0.8, 0.95, 1.1};
static const double noises[] = {0.5, 0.7, 0.85, 1, 1.2, 1.5, 2};
#define GAINS (sizeof(gains) / sizeof(gains[0]))
#define NOISES (sizeof(noises) / sizeof(noises[0]))

struct model {
	double weight; /* logarithm */
	float *factor; /* of bit 0 and of bit 1, logarithms, per segment */
};

struct mark_judge {
	size_t n;
	unsigned models;
	struct model model[ATTACKS * KEPT];
};

/* A strong reading is as uncertain as how much of the mark is left there. */
static double
deviation(const struct channel *c, float full)
{
	return hypot(c->noise, UNEVEN * c->gain * full);
}

/* Likelihood of a reading, for one attack, bias and bit. */
static double
likelihood(
    const struct levels *l, const struct channel *c, float value, float full)
{
	double sum = 0, sd = deviation(c, full);

	for (int i = 0; i < l->n; i++) {
		double d = (value - l->at[i] * c->gain * full) / sd;

		sum += l->chance[i] * exp(-d * d / 2);
	}
	return sum / sd;
}

/* f0 and f1 of one segment; the same thing is added to both so that no reading
 * says more than it can. */
static void
both(const struct levels l[2], const struct channel *c, double p, float value,
    float full, double f[2])
{
	double wide = 3 * deviation(c, full), d = value / wide, any;

	f[0] = likelihood(&l[0], c, value, full);
	f[1] = likelihood(&l[1], c, value, full);
	any = (1 - p) * f[0] + p * f[1] + exp(-d * d / 2) / wide + 1e-30;
	f[0] = (1 - (double)UNSURE) * f[0] + (double)UNSURE * any;
	f[1] = (1 - (double)UNSURE) * f[1] + (double)UNSURE * any;
}

static void
levels_of(const struct attack *t, struct levels ret[MARK_BIASES][2])
{
	for (int b = 0; b < MARK_BIASES; b++)
		for (int bit = 0; bit < 2; bit++)
			t->levels(
			    t->accounts, mark_code_bias[b], bit, &ret[b][bit]);
}

static double
evidence(const struct attack *t, const struct channel *c,
    const struct mark_reading *r, const uint8_t *bias)
{
	struct levels l[MARK_BIASES][2];
	double sum = 0, product = 1;

	levels_of(t, l);
	for (size_t i = 0; i < r->n; i++) {
		double p = mark_code_bias[bias[i]], f[2];

		if (r->full[i] <= 0)
			continue;
		both(l[bias[i]], c, p, r->value[i], r->full[i], f);
		product *= (1 - p) * f[0] + p * f[1];
		if (product < 1e-200 || product > 1e200) {
			sum += log(product);
			product = 1;
		}
	}
	return sum + log(product);
}

/* The channels that explain the reading best under this attack. */
static void
best_channels(const struct attack *t, const struct mark_reading *r,
    const uint8_t *bias, struct channel best[KEPT])
{
	for (int i = 0; i < KEPT; i++)
		best[i].evidence = -INFINITY;
	for (size_t i = 0; i < GAINS * NOISES; i++) {
		struct channel c = {gains[i / NOISES], noises[i % NOISES], 0};
		int at = KEPT;

		c.evidence = evidence(t, &c, r, bias);
		for (; at > 0 && best[at - 1].evidence < c.evidence; at--)
			if (at < KEPT)
				best[at] = best[at - 1];
		if (at < KEPT)
			best[at] = c;
	}
}

static bool
fill(struct arena *a, struct model *m, const struct attack *t,
    const struct channel *c, const struct mark_reading *r, const uint8_t *bias,
    struct err *e)
{
	struct levels l[MARK_BIASES][2];

	m->factor = NEW_N(a, float, 2 * r->n);
	if (m->factor == NULL)
		return err_set(e, ERR_LIMIT, "no room to judge");
	m->weight = log(t->prior / KEPT);
	levels_of(t, l);
	for (size_t i = 0; i < r->n; i++) {
		double p = mark_code_bias[bias[i]], f[2], mean;

		if (r->full[i] <= 0)
			continue;
		both(l[bias[i]], c, p, r->value[i], r->full[i], f);
		mean = (1 - p) * f[0] + p * f[1];
		m->factor[2 * i] = (float)log(f[0] / mean);
		m->factor[2 * i + 1] = (float)log(f[1] / mean);
	}
	return true;
}

/* The logarithm of the sum of exponentials of the weights and what is added to
 * them, without overflow. */
static double
sum_of(const struct mark_judge *j, const double *added)
{
	double most = -INFINITY, sum = 0;

	for (unsigned i = 0; i < j->models; i++)
		most = fmax(most, j->model[i].weight + added[i]);
	if (!isfinite(most))
		return most;
	for (unsigned i = 0; i < j->models; i++)
		sum += exp(j->model[i].weight + added[i] - most);
	return most + log(sum);
}

/* Attacks weigh by their priors alone: which of them explains the reading best
 * would lean on how well the noise is known. */
static bool
fill_all(struct arena *a, struct mark_judge *j, const struct mark_reading *r,
    const uint8_t *bias, struct err *e)
{
	j->n = r->n;
	for (size_t i = 0; i < ATTACKS; i++) {
		struct channel best[KEPT];

		best_channels(&attacks[i], r, bias, best);
		for (int k = 0; k < KEPT; k++)
			if (!fill(a, &j->model[j->models++], &attacks[i],
				&best[k], r, bias, e))
				return false;
	}
	return true;
}

struct mark_judge *
mark_judge_new(struct arena *a, const struct mark_code *c,
    const struct mark_reading *r, struct err *e)
{
	struct mark_judge *j = NEW(a, struct mark_judge);
	uint8_t *bias = NEW_N(a, uint8_t, r->n);

	if (j == NULL || bias == NULL) {
		(void)err_set(e, ERR_LIMIT, "no room to judge");
		return NULL;
	}
	mark_code_biases(c, r->n, bias);
	return fill_all(a, j, r, bias, e) ? j : NULL;
}

double
mark_judge_score(const struct mark_judge *j, const uint8_t *bits)
{
	double sums[ATTACKS * KEPT];

	for (unsigned m = 0; m < j->models; m++) {
		const float *f = j->model[m].factor;
		double sum = 0;

		for (size_t i = 0; i < j->n; i++)
			sum += (double)f[2 * i + bits[i]];
		sums[m] = sum;
	}
	return sum_of(j, sums);
}

double
mark_judge_wrong(double score, size_t accounts, size_t readings)
{
	double wrong = (double)accounts * (double)readings * exp(-score);

	return wrong < 1 ? wrong : 1;
}
