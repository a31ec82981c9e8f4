/*
 * pdq_lanes — the body of pdq_ops for vectors of LANES floats.  Included once
 * by each kind, which defines before:
 *
 *	LANES, vec, ivec        vectors of LANES floats, of as many int32_t
 *	all(f)                  f in every lane
 *	divide(s, count, inverse)
 *	                        s / count, correctly rounded, in every lane
 *	turn(vec v[LANES])      transpose in place
 *	luma_rgb(p), luma_grey(p)
 *	                        LANES pixels; RGB_BYTES and GREY_BYTES are read
 */
#define CHAINS (PDQ_GROUP / LANES)
#define COLUMNS 16 /* columns done together when going down */

static inline vec
load(const float *p)
{
	vec v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline void
store(float *p, vec v)
{
	memcpy(p, &v, sizeof(v));
}

/* Columns x to x + LANES of a row; zero behind its end. */
static inline vec
luma_tail(const struct pixels *px, const uint8_t *row, uint32_t x)
{
	uint8_t few[RGB_BYTES] = {0};
	uint32_t n = px->width - x < LANES ? px->width - x : LANES;

	memcpy(few, row + (size_t)x * px->channels, (size_t)n * px->channels);
	return px->channels == 1 ? luma_grey(few) : luma_rgb(few);
}

static void
turn_wide(const struct pdq_plan *p, uint32_t y, uint32_t n_rows)
{
	float *to = p->turned + (size_t)p->x.window * PDQ_GROUP;

	for (uint32_t i = 0; i < n_rows; i++) {
		const uint8_t *row = p->px.p + (size_t)(y + i) * p->px.stride;

		for (uint32_t x = 0; x < p->px.width; x++)
			to[(size_t)x * PDQ_GROUP + i] = pdq_luma_wide(
			    row + (size_t)x * p->px.channels, p->px.channels);
	}
}

/* LANES columns of as many rows, all there with what luma reads behind. */
static inline __attribute__((always_inline)) void
turn_square(const uint8_t *p, size_t stride, bool grey, float *to)
{
	vec v[LANES];

	for (int k = 0; k < LANES; k++, p += stride)
		v[k] = grey ? luma_grey(p) : luma_rgb(p);
	turn(v);
	for (int k = 0; k < LANES; k++)
		store(to + k * PDQ_GROUP, v[k]);
}

/* The same where rows or columns end: what is missing is zero. */
static void
turn_edge(const struct pdq_plan *p, uint32_t x, uint32_t y, float *to)
{
	uint32_t left = p->px.height > y ? p->px.height - y : 0;
	vec v[LANES] = {0};

	for (uint32_t k = 0; k < LANES && k < left; k++)
		v[k] = luma_tail(
		    &p->px, p->px.p + (size_t)(y + k) * p->px.stride, x);
	turn(v);
	for (int k = 0; k < LANES; k++)
		store(to + k * PDQ_GROUP, v[k]);
}

/* Columns x to end. */
static inline __attribute__((always_inline)) void
turn_luma(const struct pdq_plan *p, uint32_t y, uint32_t n_rows, uint32_t x,
    uint32_t end, bool grey)
{
	float *to = p->turned + (size_t)(p->x.window + x) * PDQ_GROUP;
	const uint8_t *base = p->px.p + (size_t)y * p->px.stride;
	size_t channels = grey ? 1 : 3, row_bytes = p->px.width * channels;
	size_t more = grey ? GREY_BYTES : RGB_BYTES;

	for (;
	     n_rows == PDQ_GROUP && x < end && x * channels + more <= row_bytes;
	     x += LANES, to += (size_t)LANES * PDQ_GROUP)
		for (uint32_t i = 0; i < PDQ_GROUP; i += LANES)
			turn_square(base + i * p->px.stride + x * channels,
			    p->px.stride, grey, to + i);
	for (; x < end; x += LANES, to += (size_t)LANES * PDQ_GROUP)
		for (uint32_t i = 0; i < PDQ_GROUP; i += LANES)
			turn_edge(p, x, y + i, to + i);
}

/* Lumas of a picture of PDQ_SIDE columns, row after row. */
static void
lumas(const struct pixels *px, float *ret)
{
	for (uint32_t y = 0; y < px->height; y++) {
		const uint8_t *row = px->p + (size_t)y * px->stride;

		for (uint32_t x = 0; x < PDQ_SIDE; x += LANES, ret += LANES) {
			const uint8_t *p = row + (size_t)x * px->channels;

			if (x + 2 * LANES > PDQ_SIDE)
				store(ret, luma_tail(px, row, x));
			else
				store(ret, px->channels == 1 ? luma_grey(p)
							     : luma_rgb(p));
		}
	}
}

/* Lumas of the rows y to y + PDQ_GROUP, turned; zero below the last row. */
static void
read_group(const struct pdq_plan *p, uint32_t y)
{
	uint32_t left = p->px.height - y;
	uint32_t n = left < PDQ_GROUP ? left : PDQ_GROUP;

	if (p->wide_luma)
		turn_wide(p, y, n);
	for (uint32_t x = 0; !p->wide_luma && x < p->px.width; x += PDQ_TILE) {
		uint32_t more = p->px.width - x;
		uint32_t wide = more < PDQ_TILE ? more : PDQ_TILE;

		if (p->px.channels == 1)
			turn_luma(p, y, n, x, x + wide, true);
		else
			turn_luma(p, y, n, x, x + wide, false);
		if (p->also != NULL)
			p->also->tile(p->also->arg, y, n, x, wide);
	}
	if (p->also != NULL)
		p->also->rows(p->also->arg, y, n);
}

/* First box along the group's rows, into the ring. */
static void
sum_group(const struct pdq_plan *p, uint32_t y)
{
	const struct pdq_axis *a = &p->x;
	const float *leave = p->turned + (size_t)a->ahead * PDQ_GROUP;
	const float *enter = leave + (size_t)a->window * PDQ_GROUP;
	const float *first = p->turned + (size_t)a->window * PDQ_GROUP;
	float *to = p->ring + (size_t)(y % p->ring_rows) * p->row;
	vec sum[CHAINS] = {0};

	for (; first < enter; first += PDQ_GROUP)
		for (int n = 0; n < CHAINS; n++)
			sum[n] += load(first + n * LANES);
	for (size_t x = 0; x < a->n; x += LANES) {
		vec v[CHAINS][LANES];

		for (size_t k = 0; k < LANES; k++) {
			vec count = all(a->count[x + k]);
			vec inverse = all(a->inverse[x + k]);

			for (int n = 0; n < CHAINS; n++) {
				sum[n] += load(enter + n * LANES);
				sum[n] -= load(leave + n * LANES);
				v[n][k] = divide(sum[n], count, inverse);
			}
			enter += PDQ_GROUP;
			leave += PDQ_GROUP;
		}
		for (int n = 0; n < CHAINS; n++) {
			turn(v[n]);
			for (size_t k = 0; k < LANES; k++)
				store(to + ((size_t)n * LANES + k) * p->row + x,
				    v[n][k]);
		}
	}
	/* What the sums left behind the last column is not a sample. */
	for (size_t i = 0; i < PDQ_GROUP; i++)
		memset(
		    to + i * p->row + a->n, 0, (p->row - a->n) * sizeof(float));
}

static inline const float *
ring_row(const struct pdq_plan *p, int64_t y)
{
	if (y < 0 || y >= (int64_t)p->y.n)
		return p->zero;
	return p->ring + (size_t)((uint64_t)y % p->ring_rows) * p->row;
}

/* First box down the columns, for the outputs y to y + PDQ_GROUP, turned. */
static void
sum_columns(const struct pdq_plan *p, uint32_t y)
{
	const struct pdq_axis *a = &p->y;
	const float *enter[PDQ_GROUP], *leave[PDQ_GROUP];
	float *to = p->turned + (size_t)p->x.window * PDQ_GROUP;
	vec v[COLUMNS / LANES][PDQ_GROUP];

	for (uint32_t i = 0; i < PDQ_GROUP; i++) {
		enter[i] = ring_row(p, (int64_t)y + i + a->ahead);
		leave[i] = ring_row(p, (int64_t)y + i + a->ahead - a->window);
	}
	for (size_t x = 0; x < p->row; x += COLUMNS) {
		vec sum[COLUMNS / LANES];

		for (size_t c = 0; c < COLUMNS / LANES; c++)
			sum[c] = load(p->sum + x + c * LANES);
		for (size_t i = 0; i < PDQ_GROUP; i++) {
			vec count = all(a->count[y + i]);
			vec inverse = all(a->inverse[y + i]);

			for (size_t c = 0; c < COLUMNS / LANES; c++) {
				sum[c] += load(enter[i] + x + c * LANES);
				sum[c] -= load(leave[i] + x + c * LANES);
				v[c][i] = divide(sum[c], count, inverse);
			}
		}
		for (size_t c = 0; c < COLUMNS / LANES; c++) {
			store(p->sum + x + c * LANES, sum[c]);
			for (size_t n = 0; n < CHAINS; n++)
				turn(v[c] + n * LANES);
		}
		for (size_t c = 0; c < COLUMNS / LANES; c++)
			for (size_t k = 0; k < LANES; k++, to += PDQ_GROUP)
				for (size_t n = 0; n < CHAINS; n++)
					store(to + n * LANES,
					    v[c][n * LANES + k]);
	}
}

/* Second box along the rows; of its outputs 64 are kept, as 16 rows. */
static void
sum_again(const struct pdq_plan *p, float ret[PDQ_GROUP][PDQ_SIDE])
{
	const struct pdq_axis *a = &p->x;
	const float *leave = p->turned;
	const float *enter = leave + (size_t)a->window * PDQ_GROUP;
	vec sum[CHAINS] = {0}, v[CHAINS][PDQ_SIDE];

	for (uint32_t j = 0; j < PDQ_SIDE; j++) {
		size_t end = a->pick[j] + a->window + a->ahead + (size_t)1;
		const float *last = p->turned + end * PDQ_GROUP;

		for (; enter < last; enter += PDQ_GROUP, leave += PDQ_GROUP)
			for (int n = 0; n < CHAINS; n++) {
				sum[n] += load(enter + n * LANES);
				sum[n] -= load(leave + n * LANES);
			}
		for (int n = 0; n < CHAINS; n++)
			v[n][j] = divide(sum[n], all(a->count[a->pick[j]]),
			    all(a->inverse[a->pick[j]]));
	}
	for (size_t n = 0; n < CHAINS; n++)
		for (size_t j = 0; j < PDQ_SIDE; j += LANES) {
			turn(v[n] + j);
			for (size_t k = 0; k < LANES; k++)
				store(ret[n * LANES + k] + j, v[n][j + k]);
		}
}

/* Second box down the 64 columns: sum of the rows so far. */
struct narrow {
	vec sum[PDQ_SIDE / LANES];
	uint32_t y;    /* rows entered */
	uint32_t done; /* rows of the block made */
};

static void
sum_narrow(
    const struct pdq_plan *p, struct narrow *s, const float *row, float *ret)
{
	const struct pdq_axis *a = &p->y;
	float *old = p->narrow + (size_t)(s->y % a->window) * PDQ_SIDE;
	int64_t out = (int64_t)s->y++ - a->ahead;

	for (size_t j = 0; j < PDQ_SIDE / LANES; j++) {
		vec v = load(row + j * LANES);

		s->sum[j] += v;
		s->sum[j] -= load(old + j * LANES);
		store(old + j * LANES, v);
	}
	for (; s->done < PDQ_SIDE && out == (int64_t)a->pick[s->done];
	     s->done++)
		for (size_t j = 0; j < PDQ_SIDE / LANES; j++)
			store(ret + (size_t)s->done * PDQ_SIDE + j * LANES,
			    divide(s->sum[j], all(a->count[out]),
				all(a->inverse[out])));
}

static void
shrink(const struct pdq_plan *p, float *ret)
{
	float rows[PDQ_GROUP][PDQ_SIDE];
	struct narrow narrow = {0};
	uint32_t read = 0;

	for (uint32_t y = 0; y < p->y.n; y += PDQ_GROUP) {
		for (; read < p->y.n && read < y + PDQ_GROUP + p->y.ahead;
		     read += PDQ_GROUP) {
			read_group(p, read);
			sum_group(p, read);
		}
		for (uint32_t i = 0; y == 0 && i < p->y.ahead; i++)
			for (size_t x = 0; x < p->row; x += LANES)
				store(p->sum + x, load(p->sum + x) +
						      load(ring_row(p, i) + x));
		sum_columns(p, y);
		sum_again(p, rows);
		for (uint32_t i = 0; i < PDQ_GROUP && y + i < p->y.n; i++)
			sum_narrow(p, &narrow, rows[i], ret);
	}
	memset(rows, 0, sizeof(rows));
	while (narrow.done < PDQ_SIDE)
		sum_narrow(p, &narrow, rows[0], ret);
}

/* Rows i to i + 4 of frequency x block, two vectors of columns at a time. */
static void
transform_columns(const float *block, float ret[][PDQ_SIDE])
{
	for (size_t i = 0; i < PDQ_FREQUENCIES; i += 4)
		for (size_t j = 0; j < PDQ_SIDE; j += 2 * LANES) {
			vec sum[4][2] = {0};

			for (size_t k = 0; k < PDQ_SIDE; k++) {
				const float *f = pdq_frequency[k] + i;
				const float *b = block + k * PDQ_SIDE + j;
				vec left = load(b), right = load(b + LANES);

				for (size_t n = 0; n < 4; n++) {
					sum[n][0] += all(f[n]) * left;
					sum[n][1] += all(f[n]) * right;
				}
			}
			for (size_t n = 0; n < 4; n++) {
				store(ret[i + n] + j, sum[n][0]);
				store(ret[i + n] + j + LANES, sum[n][1]);
			}
		}
}

static void
transform(const float *block, float *ret)
{
	float half[PDQ_FREQUENCIES][PDQ_SIDE];

	transform_columns(block, half);
	for (size_t i = 0; i < PDQ_FREQUENCIES; i += 4) {
		vec sum[4][PDQ_FREQUENCIES / LANES] = {0};

		for (size_t k = 0; k < PDQ_SIDE; k++)
			for (size_t j = 0; j < PDQ_FREQUENCIES / LANES; j++) {
				vec f = load(pdq_frequency[k] + j * LANES);

				for (size_t n = 0; n < 4; n++)
					sum[n][j] += all(half[i + n][k]) * f;
			}
		for (size_t n = 0; n < 4; n++)
			for (size_t j = 0; j < PDQ_FREQUENCIES / LANES; j++)
				store(
				    ret + (i + n) * PDQ_FREQUENCIES + j * LANES,
				    sum[n][j]);
	}
}

static inline ivec
steps(vec u, vec v)
{
	vec d = divide((u - v) * all(100), all(255), all(1 / 255.0f));
	ivec whole = __builtin_convertvector(d, ivec);

	return (whole ^ (whole >> 31)) - (whole >> 31);
}

/* The last column has no neighbour: its lane is put to nothing. */
static int
gradient(const float *block, int enough)
{
	int sum = 0;

	for (int y = 0; y < PDQ_SIDE && sum < enough; y++) {
		const float *row = block + y * PDQ_SIDE;
		ivec v = {0};

		for (int x = 0; x < PDQ_SIDE; x += LANES) {
			vec here = load(row + x);
			ivec across = steps(here, load(row + x + 1));

			if (x + LANES == PDQ_SIDE)
				across[LANES - 1] = 0;
			v += across;
			if (y + 1 < PDQ_SIDE)
				v += steps(here, load(row + x + PDQ_SIDE));
		}
		for (int i = 0; i < LANES; i++)
			sum += v[i];
	}
	return sum;
}

/* Bit by bit from the top: the largest key that has at most 127 keys below
 * it.  Keys are the floats' bits, made to sort as integers. */
static float
median(const float *v)
{
	int32_t key[PDQ_BITS], at = INT32_MIN;
	float ret;

	memcpy(key, v, sizeof(key));
	for (int i = 0; i < PDQ_BITS; i++)
		key[i] ^= (key[i] >> 31) & INT32_MAX;
	for (int bit = 31; bit >= 0; bit--) {
		int32_t next = (int32_t)((uint32_t)at + ((uint32_t)1 << bit));
		int32_t below = 0;

		for (int i = 0; i < PDQ_BITS; i++)
			below += key[i] < next;
		if (below < PDQ_BITS / 2)
			at = next;
	}
	at ^= (at >> 31) & INT32_MAX;
	memcpy(&ret, &at, sizeof(ret));
	return ret;
}
