/*
 * phash_lanes — the body of phash_ops.  Included once by each kind, which
 * defines before:
 *
 *	LANES, dvec             doubles done side by side
 *	multiply_add            of dvec, rounded once or twice
 *	exactly                 the weighed sum of one row
 *	nearly                  weighed sums of PHASH_TOGETHER rows, and what
 *they leave out at least and at most, with half a byte bytes_of bytes of these,
 *and which are unsure down_eight              eight columns of an output row,
 *with half a byte turn_quickly            bytes of as many outputs as it likes,
 *as rows grey_quickly            greys of as many pixels as it likes
 *	around_quickly          one sum of 7 x 7, or false
 */
#define AROUND 3 /* of 7 x 7 that are added */

typedef int64_t lvec __attribute__((vector_size(LANES * sizeof(double))));
typedef int32_t svec __attribute__((vector_size(LANES * sizeof(int32_t))));

#include "hash/cosine_lanes.h"

static void
grey(const uint8_t *rgb, uint32_t n, uint32_t there, int16_t *ret)
{
	for (uint32_t x = grey_quickly(rgb, n, there, ret); x < n; x++) {
		const uint8_t *p = rgb + (size_t)3 * x;

		ret[phash_place(x)] = (int16_t)((19595u * p[0] + 38470u * p[1] +
						    7471u * p[2] + 32768) >>
						16);
	}
}

static inline dvec
each(double d)
{
	dvec v;

	for (int i = 0; i < LANES; i++)
		v[i] = d;
	return v;
}

/* sinc(t) sinc(t / 3) with an error under 1e-13: sin 3x = 3 sin x - 4 sin^3 x
 * makes it u^2 (3 - 4 u^2 z) / 3, where z is the square of x = pi t / 3 and u
 * the series of sin x / x. */
static inline dvec
bell(dvec t)
{
	static const double series[] = {1, -1 / 6.0, 1 / 120.0, -1 / 5040.0,
	    1 / 362880.0, -1 / 39916800.0, 1 / 6227020800.0,
	    -1 / 1307674368000.0, 1 / 355687428096000.0,
	    -1 / 121645100408832000.0, 1 / 51090942171709440000.0};
	dvec z = t * t * each(M_PI * M_PI / 9), u = each(series[10]);

	for (int i = 9; i >= 0; i--)
		u = multiply_add(u, z, each(series[i]));
	u *= u;
	return u * (each(3) - each(4) * u * z) * each(1.0 / 3);
}

/* Four chains of operations side by side. */
#define CHAINS 4
#define WIDE (CHAINS * LANES)

static inline dvec
window(dvec sample, double centre, double fine)
{
	dvec t = (sample - each(centre) + each(0.5)) * each(fine);

	return (dvec)((lvec)bell(t) & (t >= each(-LANCZOS_LOBES)) &
		      (t < each(LANCZOS_LOBES)));
}

/* The window at the samples of output i, zeroes behind them.  Returns its sum.
 */
static double
open_window(const struct lanczos *l, uint32_t i, double *v)
{
	uint32_t n = l->n[i];
	dvec step, sum = {0};
	double total = 0;

	for (int k = 0; k < LANES; k++)
		step[k] = (double)k + l->first[i];
	for (uint32_t k = 0; k < n; k += WIDE) {
		dvec w[CHAINS];

		for (int c = 0; c < CHAINS; c++)
			w[c] = window(step + each(k + (uint32_t)c * LANES),
			    l->centre[i], l->fine);
		memcpy(v + k, w, sizeof(w));
	}
	memset(v + n, 0, WIDE * sizeof(*v));
	for (uint32_t k = 0; k < n; k += LANES) {
		memcpy(&step, v + k, sizeof(step));
		sum += step;
	}
	for (int k = 0; k < LANES; k++)
		total += sum[k];
	return total;
}

#define UNSURE 1e-5 /* so near to a half that the series may be wrong */

static bool
weigh(const struct lanczos *l, uint32_t i, double *v, int32_t *ret)
{
	const dvec shift = each(0x1.8p52); /* leaves no room for a fraction */
	double scale = (1 << LANCZOS_BITS) / open_window(l, i, v);
	lvec sure = {0};
	bool all = true;

	sure = ~sure;
	for (uint32_t k = 0; k < l->n[i]; k += LANES) {
		dvec w, whole;
		svec weight;

		memcpy(&w, v + k, sizeof(w));
		w *= each(scale);
		whole = w + shift - shift;
		w -= whole;
		sure &= (w < each(0.5 - UNSURE)) & (w > each(UNSURE - 0.5));
		weight = __builtin_convertvector(whole, svec);
		memcpy(ret + k, &weight, sizeof(weight));
	}
	for (int k = 0; k < LANES; k++)
		all = all && sure[k] != 0;
	return all;
}

static void
split(const int32_t *w, uint32_t n, unsigned shift, int16_t *upper,
    int16_t *lower, int32_t *ret_less, int32_t *ret_more)
{
	int32_t less = 0, more = 0;

	for (uint32_t k = 0; k < n; k++) {
		int32_t top = (w[k] + ((1 << shift) >> 1)) >> shift;
		int32_t rest = w[k] - top * (1 << shift);

		upper[k] = (int16_t)top;
		lower[k] = (int16_t)rest;
		less += rest < 0 ? rest : 0;
		more += rest > 0 ? rest : 0;
	}
	*ret_less = less;
	*ret_more = more;
}

/* Output i of some groups of rows; returns bits of those that are unsure. */
static inline __attribute__((always_inline)) uint32_t
across_one(const struct phash_across *a, uint32_t i,
    const int16_t *const grey[PHASH_GROUPS], uint8_t *ret)
{
	int32_t sum[PHASH_TOGETHER], least, most;

	nearly(a, i, grey, sum, &least, &most);
	return bytes_of(sum, least, most, ret);
}

/* Where what the sums left out may change the byte, all weights are asked. */
static inline __attribute__((always_inline)) void
ask_all(const struct phash_across *a, uint32_t i, uint32_t unsure,
    const int16_t *const grey[PHASH_GROUPS], uint8_t *ret)
{
	size_t first = phash_place(a->begin[i]);

	for (; unsure != 0; unsure &= unsure - 1) {
		unsigned r = (unsigned)__builtin_ctz(unsure);
		const int16_t *row = grey[r / PHASH_ROWS] + first +
				     (size_t)(r % PHASH_ROWS) * PHASH_STEP;

		ret[r] =
		    phash_byte((1 << (LANCZOS_BITS - 1)) + exactly(a, i, row));
	}
}

/* First all outputs, then the unsure ones: a branch between that depends on
 * each sum would keep the next from beginning. */
static void
across_all(const struct phash_across *a,
    const int16_t *const grey[PHASH_GROUPS], uint8_t *ret)
{
	struct {
		uint32_t i, rows;
	} unsure[LANCZOS_OUT_MAX] __attribute__((uninitialized));
	uint32_t n = 0;

	for (uint32_t i = 0; i < a->l.out; i++) {
		unsure[n].i = i;
		unsure[n].rows =
		    across_one(a, i, grey, ret + i * PHASH_TOGETHER);
		n += unsure[n].rows != 0;
	}
	for (uint32_t k = 0; k < n; k++)
		ask_all(a, unsure[k].i, unsure[k].rows, grey,
		    ret + unsure[k].i * PHASH_TOGETHER);
}

static void
across(const struct phash_across *a, const int16_t *const grey[PHASH_GROUPS],
    uint32_t rows, uint8_t *ret)
{
	/* Written before it is read: zeroing it took a twentieth of all. */
	uint8_t byte[LANCZOS_OUT_MAX * PHASH_TOGETHER]
	    __attribute__((uninitialized));
	uint32_t out = a->l.out;

	if (a->l.in != out)
		across_all(a, grey, byte);
	for (uint32_t i = 0; a->l.in == out && i < out; i++)
		for (size_t r = 0; r < PHASH_TOGETHER; r++)
			byte[i * PHASH_TOGETHER + r] = (uint8_t)
			    grey[r / PHASH_ROWS]
				[phash_place(i) + r % PHASH_ROWS * PHASH_STEP];
	for (uint32_t i = turn_quickly(byte, out, rows, ret); i < out; i++)
		for (uint32_t r = 0; r < rows; r++)
			ret[r * out + i] = byte[i * PHASH_TOGETHER + r];
}

static void
down(const struct lanczos *l, const int32_t *weight, size_t stride,
    const uint8_t *rows, uint32_t columns, uint8_t *ret)
{
	for (uint32_t i = 0; i < l->out; i++, ret += columns) {
		const uint8_t *row = rows + (size_t)l->first[i] * columns;

		if (l->in == l->out) {
			memcpy(ret, rows + (size_t)i * columns, columns);
			continue;
		}
		for (uint32_t x = 0; x < columns; x += 8) {
			int32_t sum[8];

			down_eight(weight + i * stride, l->n[i], row + x,
			    columns, sum);
			for (uint32_t k = 0; k < 8 && x + k < columns; k++)
				ret[x + k] = phash_byte(sum[k]);
		}
	}
}

static void
cosines(const uint8_t *in, unsigned side, unsigned keep, bool rows_only,
    double *ret)
{
	dvec half[LANCZOS_OUT_MAX / LANES][16], v[COSINE_MAX];
	struct cosine c;

	cosine_init(&c, side);
	for (unsigned x = 0; x < (rows_only ? keep : side); x += LANES) {
		for (unsigned y = 0; y < side; y++)
			for (unsigned k = 0; k < LANES; k++)
				v[y][k] = rows_only ? in[(x + k) * side + y]
						    : in[y * side + x + k];
		cosine_transform(&c, v);
		memcpy(half[x / LANES], v + rows_only, keep * sizeof(dvec));
	}
	for (unsigned i = 0; rows_only && i < keep * keep; i++)
		ret[i] = half[i / keep / LANES][i % keep][i / keep % LANES];
	for (unsigned i = 0; !rows_only && i < keep; i += LANES) {
		for (unsigned x = 0; x < side; x++)
			for (unsigned k = 0; k < LANES; k++)
				v[x][k] = half[x / LANES][i + k][x % LANES];
		cosine_transform(&c, v);
		for (unsigned j = 0; j < keep; j++)
			for (unsigned k = 0; k < LANES; k++)
				ret[(i + k) * keep + j] = v[j][k];
	}
}

/* Between 16 and 236: nothing is cut off. */
static inline uint32_t
luma_org(const uint8_t *p, uint32_t channels)
{
	if (channels == 1)
		return p[0];
	return (66u * p[0] + 129u * p[1] + 25u * p[2] + 128) / 256 + 16;
}

static int64_t
within(int64_t v, int64_t most)
{
	return v < 0 ? 0 : v > most ? most : v;
}

static float
around_edge(const uint8_t *const row[7], const struct pixels *px, int64_t x)
{
	uint32_t sum = 0;

	for (int i = 0; i < 7; i++)
		for (int64_t k = x; k < x + 7; k++)
			sum += luma_org(
			    row[i] + (size_t)within(k, (int64_t)px->width - 1) *
					 px->channels,
			    px->channels);
	return (float)sum;
}

static void
around(const struct pixels *px, float ret[PHASH_ORG_SIDE][PHASH_ORG_SIDE])
{
	for (int64_t i = 0; i < PHASH_ORG_SIDE; i++) {
		int64_t y = i * px->height / PHASH_ORG_SIDE - AROUND;
		const uint8_t *row[7];

		for (int k = 0; k < 7; k++)
			row[k] = px->p + (size_t)within(
					     y + k, (int64_t)px->height - 1) *
					     px->stride;
		for (int64_t j = 0; j < PHASH_ORG_SIDE; j++) {
			int64_t x = j * px->width / PHASH_ORG_SIDE - AROUND;

			if (!around_quickly(row, px, x, &ret[i][j]))
				ret[i][j] = around_edge(row, px, x);
		}
	}
}
