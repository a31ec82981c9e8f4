/* solve — small systems of normal equations, by Cholesky's decomposition. */
#ifndef MARK_SOLVE_H
#define MARK_SOLVE_H

#include <stdbool.h>

#define MARK_UNKNOWNS_MAX 10

struct mark_normal {
	int n;
	double a[MARK_UNKNOWNS_MAX][MARK_UNKNOWNS_MAX]; /* lower half */
	double b[MARK_UNKNOWNS_MAX];
};

/* Equations are gathered in binary32, a row of pixels at a time, and then
 * added.  An equation is the unknowns' factors, the value, and zeros. */
#define MARK_EQUATION 12

struct mark_gather {
	float sum[MARK_UNKNOWNS_MAX][MARK_EQUATION];
};

static inline void
mark_gather_add(
    struct mark_gather *g, int n, const float row[MARK_EQUATION], float weight)
{
	for (int i = 0; i < n; i++) {
		float w = row[i] * weight;

		for (int k = 0; k < MARK_EQUATION; k++)
			g->sum[i][k] += w * row[k];
	}
}

static inline void
mark_normal_add(struct mark_normal *s, const struct mark_gather *g)
{
	for (int i = 0; i < s->n; i++) {
		for (int k = 0; k <= i; k++)
			s->a[i][k] += (double)g->sum[i][k];
		s->b[i] += (double)g->sum[i][s->n];
	}
}

/* ridge: a share of each diagonal that is added to it.  False when the
 * equations do not determine the unknowns.  Destroys s. */
bool mark_normal_solve(struct mark_normal *s, double ridge, double *ret);

#endif
