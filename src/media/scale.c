#include "media/scale.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/scale_row.h"

#define LOBES 3.0
#define ONE (1 << SCALE_WEIGHT_BITS)

/* For each of n outputs: where it begins to read and its taps weights. */
struct taps {
	uint32_t n;
	unsigned width;
	uint32_t *start;
	int16_t *weight;
};

struct scale {
	const struct scale_row_ops *ops;
	struct taps x, y;
	uint32_t rows_in, rows_out; /* pushed; emitted */
	uint32_t src_rows;
	bool upside_down;
	struct plane *to;
	uint8_t *ring; /* y.width rows of stride bytes */
	size_t stride, src_width;
	int16_t *blended;
	const uint8_t **row; /* y.width pointers for one blend */
};

#define STEPS 1024 /* of the table, per sample */

/* The kernel on one side; a picture needs thousands of weights. */
static const float *
lanczos_table(void)
{
	static float table[(int)LOBES * STEPS + 2];

	for (int i = 1; table[0] < 1 && i < (int)LOBES * STEPS; i++) {
		double a = M_PI * i / STEPS;

		table[i] = (float)(LOBES * sin(a) * sin(a / LOBES) / (a * a));
	}
	table[0] = 1;
	return table;
}

static double
lanczos(const float *table, double x)
{
	double at = fabs(x) * STEPS;
	int i = (int)fmin(at, LOBES * STEPS);

	return table[i] + (at - i) * (table[i + 1] - table[i]);
}

static void
taps_done(struct taps *t)
{
	free(t->start);
	free(t->weight);
}

/* Rounding must not change the brightness: what the weights lack to their sum
 * goes to the largest. */
static void
round_weights(const double *w, unsigned width, int16_t *ret)
{
	double sum = 0;
	int left = ONE;
	unsigned most = 0;

	for (unsigned k = 0; k < width; k++)
		sum += w[k];
	for (unsigned k = 0; k < width; k++) {
		long v = lrint(w[k] / sum * ONE);

		ret[k] = (int16_t)v;
		left -= (int)v;
		if (w[k] > w[most])
			most = k;
	}
	ret[most] = (int16_t)(ret[most] + left);
}

/* What would be read beyond the ends is read at the ends. */
static void
fill_one(const struct taps *t, uint32_t j, struct scale_axis a, double reach,
    double *w)
{
	double middle = a.first + j * a.step;
	double shrink = reach / LOBES;
	const float *table = lanczos_table();
	long lo = (long)ceil(middle - reach), hi = (long)floor(middle + reach);
	long last = (long)a.n - 1, start = lo;

	start = start + (long)t->width > (long)a.n ? (long)a.n - (long)t->width
						   : start;
	start = start < 0 ? 0 : start;
	memset(w, 0, t->width * sizeof(*w));
	for (long i = lo; i <= hi; i++) {
		long at = i < 0 ? 0 : i > last ? last : i;

		assert(at >= start && at - start < (long)t->width);
		w[at - start] += lanczos(table, ((double)i - middle) / shrink);
	}
	t->start[j] = (uint32_t)start;
	round_weights(w, t->width, t->weight + (size_t)j * t->width);
}

static bool
taps_init(struct taps *t, struct scale_axis a, uint32_t n, unsigned step,
    struct err *e)
{
	double shrink = fmax(fabs(a.step), 1), reach = LOBES * shrink;
	unsigned width = (unsigned)ceil(2 * reach) + 1;
	double *w;

	/* A centre that lies on a sample has weight 0 at both ends. */
	if (width % step != 0)
		width += step - width % step;
	*t = (struct taps){.n = n, .width = width};
	w = calloc(width, sizeof(*w));
	t->start = calloc(n, sizeof(*t->start));
	t->weight = calloc((size_t)n * width, sizeof(*t->weight));
	if (w == NULL || t->start == NULL || t->weight == NULL) {
		free(w);
		return err_set(e, ERR_LIMIT, "no memory for %u weights", n);
	}
	for (uint32_t j = 0; j < n; j++)
		fill_one(t, j, a, reach, w);
	free(w);
	return true;
}

void
scale_free(struct scale *s)
{
	if (s == NULL)
		return;
	taps_done(&s->x);
	taps_done(&s->y);
	free(s->ring);
	free(s->blended);
	free(s->row);
	free(s);
}

struct scale *
scale_new(
    struct scale_axis x, struct scale_axis y, struct plane *to, struct err *e)
{
	OWNED(scale) s = calloc(1, sizeof(*s));

	if (s == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory to scale");
		return NULL;
	}
	s->ops = scale_row_best();
	s->src_width = x.n;
	s->src_rows = y.n;
	s->upside_down = y.step < 0;
	s->to = to;
	if (!taps_init(&s->x, x, to->width, SCALE_TAP_STEP, e) ||
	    !taps_init(&s->y, y, to->height, 2, e))
		return NULL;
	/* Zero weights may stand behind the end of a row. */
	s->stride = (s->src_width + s->x.width + SCALE_ROW_STEP) /
		    SCALE_ROW_STEP * SCALE_ROW_STEP;
	s->ring = calloc(s->y.width, s->stride);
	s->blended = calloc(s->stride, sizeof(*s->blended));
	s->row = calloc(s->y.width, sizeof(*s->row));
	if (s->ring == NULL || s->blended == NULL || s->row == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory to scale");
		return NULL;
	}
	return TAKE(s);
}

static void
emit(struct scale *s, uint32_t j)
{
	const struct taps *y = &s->y;

	for (unsigned k = 0; k < y->width; k++) {
		uint32_t i = y->start[j] + k;

		i = i < s->src_rows ? i : s->src_rows - 1;
		s->row[k] = s->ring + (i % y->width) * s->stride;
	}
	s->ops->blend(s->row, y->weight + (size_t)j * y->width, y->width,
	    s->blended,
	    (s->src_width + SCALE_ROW_STEP - 1) / SCALE_ROW_STEP *
		SCALE_ROW_STEP);
	s->ops->reduce(s->blended, s->x.start, s->x.weight, s->x.width,
	    s->to->p + j * s->to->stride, s->to->width);
}

void
scale_push(struct scale *s, const uint8_t *row)
{
	if (s->rows_in >= s->src_rows)
		return;
	memcpy(
	    s->ring + (s->rows_in % s->y.width) * s->stride, row, s->src_width);
	s->rows_in++;
	while (s->rows_out < s->y.n) {
		uint32_t j =
		    s->upside_down ? s->y.n - 1 - s->rows_out : s->rows_out;
		uint32_t end = s->y.start[j] + s->y.width;

		if ((end < s->src_rows ? end : s->src_rows) > s->rows_in)
			return;
		emit(s, j);
		s->rows_out++;
	}
}
