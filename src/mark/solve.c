#include "mark/solve.h"

#include <math.h>

static bool
decompose(struct mark_normal *s)
{
	for (int j = 0; j < s->n; j++) {
		double d = s->a[j][j];

		for (int k = 0; k < j; k++)
			d -= s->a[j][k] * s->a[j][k];
		if (!(d > 1e-12 * s->a[j][j]) || !isfinite(d))
			return false;
		s->a[j][j] = sqrt(d);
		for (int i = j + 1; i < s->n; i++) {
			for (int k = 0; k < j; k++)
				s->a[i][j] -= s->a[i][k] * s->a[j][k];
			s->a[i][j] /= s->a[j][j];
		}
	}
	return true;
}

bool
mark_normal_solve(struct mark_normal *s, double ridge, double *ret)
{
	for (int i = 0; i < s->n; i++)
		s->a[i][i] += s->a[i][i] * ridge + 1e-9;
	if (!decompose(s))
		return false;
	for (int i = 0; i < s->n; i++) {
		ret[i] = s->b[i];
		for (int k = 0; k < i; k++)
			ret[i] -= s->a[i][k] * ret[k];
		ret[i] /= s->a[i][i];
	}
	for (int i = s->n - 1; i >= 0; i--) {
		for (int k = i + 1; k < s->n; k++)
			ret[i] -= s->a[k][i] * ret[k];
		ret[i] /= s->a[i][i];
	}
	return true;
}
