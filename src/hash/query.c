#include "hash/query.h"

#include <stdlib.h>

#define TOLERANCE 8   /* a bar's samples are so near to its colour */
#define ROUGH 24      /* and these where the picture shines in */
#define STRAY 100     /* one sample of so many may be further */
#define ROUGH_LINES 8 /* the side of a JPEG block */
#define ROUGH_STRAY 4
#define BAR_OF 100 /* a bar is no less than a hundredth of the side, */
#define BAR_MIN 2  /* and no less than this */
#define KEEP_OF 5  /* less than a fifth of a side is no picture */
#define MANY 4     /* pixels that become one, in a row */

const char *const query_names[QUERY_HYPOTHESES] = {
    "as_is", "unboxed", "padded2", "padded4"};

static const uint32_t padding_percent[QUERY_HYPOTHESES] = {
    [QUERY_PADDED2] = 2, [QUERY_PADDED4] = 4};

bool
query_of(str name, enum query_hypothesis *ret)
{
	for (int i = 0; i < QUERY_HYPOTHESES; i++)
		if (str_eq(name, str_c(query_names[i]))) {
			*ret = (enum query_hypothesis)i;
			return true;
		}
	return false;
}

/* A row or a column: n pixels, `step` bytes apart. */
struct line {
	const uint8_t *p;
	uint32_t n, channels;
	size_t step;
};

static struct line
line_of(const struct pixels *px, bool row, uint32_t at)
{
	if (row)
		return (struct line){px->p + (size_t)at * px->stride, px->width,
		    px->channels, px->channels};
	return (struct line){px->p + (size_t)at * px->channels, px->height,
	    px->channels, px->stride};
}

static void
mean_colour(const struct line *l, int ret[3])
{
	uint64_t sum[3] = {0};

	for (uint32_t i = 0; i < l->n; i++)
		for (uint32_t c = 0; c < l->channels; c++)
			sum[c] += l->p[i * l->step + c];
	for (uint32_t c = 0; c < l->channels; c++)
		ret[c] = (int)((sum[c] + l->n / 2) / l->n);
}

/* All but one of `stray_of` samples are within the tolerance. */
static bool
is_of_colour(
    const struct line *l, const int colour[3], int tolerance, uint32_t stray_of)
{
	uint32_t stray = 0, most = l->n / stray_of;

	for (uint32_t i = 0; i < l->n && stray <= most; i++)
		for (uint32_t c = 0; c < l->channels; c++)
			if (abs(l->p[i * l->step + c] - colour[c]) >
			    tolerance) {
				stray++;
				break;
			}
	return stray <= most;
}

/* The bars found so far. */
struct box {
	struct pixels px; /* what they leave */
	int colour[4][3]; /* of them */
	size_t n;
};

/* Whoever frames a picture takes one colour for all that meets: a bar across
 * those that were cut is of the colour of one of them, or else it is the
 * picture's own sky. */
static bool
is_known(const struct box *b, const int colour[3])
{
	for (size_t i = 0; i < b->n; i++) {
		bool near = true;

		for (uint32_t c = 0; c < b->px.channels; c++)
			near = near &&
			       abs(colour[c] - b->colour[i][c]) <= TOLERANCE;
		if (near)
			return true;
	}
	return false;
}

/* How many lines from this side on are of the first one's colour; the last of
 * them, where JPEG lets the picture shine into the bar, may be so roughly. */
static uint32_t
bar_at(const struct pixels *px, bool rows, bool from_end, int colour[3])
{
	uint32_t side = rows ? px->height : px->width, n = 0, rough = 0;
	struct line l = line_of(px, rows, from_end ? side - 1 : 0);

	mean_colour(&l, colour);
	while (n + rough < side && rough < ROUGH_LINES) {
		l = line_of(
		    px, rows, from_end ? side - 1 - n - rough : n + rough);
		if (rough == 0 && is_of_colour(&l, colour, TOLERANCE, STRAY))
			n++;
		else if (is_of_colour(&l, colour, ROUGH, ROUGH_STRAY))
			rough++;
		else
			break;
	}
	return n < BAR_MIN || n < side / BAR_OF ? 0 : n + rough;
}

/* Cuts what is of one colour off both ends; false when too little is left. */
static bool
cut_bars(struct box *b, bool rows)
{
	uint32_t side = rows ? b->px.height : b->px.width, bar[2];
	size_t before = b->n;

	for (int end = 0; end < 2; end++) {
		int colour[3] = {0};

		bar[end] = bar_at(&b->px, rows, end == 1, colour);
		if (bar[end] == side || (before > 0 && !is_known(b, colour)))
			bar[end] = 0;
		if (bar[end] > 0 && before == 0)
			memcpy(b->colour[b->n++], colour, sizeof(colour));
	}
	if (bar[0] + bar[1] > side - side / KEEP_OF ||
	    bar[0] + bar[1] + QUERY_SIDE_MIN > side)
		return false;
	side -= bar[0] + bar[1];
	if (rows) {
		b->px.p += (size_t)bar[0] * b->px.stride;
		b->px.height = side;
	} else {
		b->px.p += (size_t)bar[0] * b->px.channels;
		b->px.width = side;
	}
	return true;
}

static void
unbox(const struct pixels *px, struct pixels *ret, bool *ret_some)
{
	struct box b = {.px = *px};

	*ret_some = cut_bars(&b, true) && cut_bars(&b, false) &&
		    cut_bars(&b, true) && b.n > 0;
	if (*ret_some)
		*ret = b.px;
}

/* ---- smaller ---- */

/* The mean of each square of factor x factor. */
static void
mean_row(const struct pixels *px, uint32_t factor, const uint8_t *row,
    uint32_t width, uint8_t *ret)
{
	uint32_t area = factor * factor, channels = px->channels;

	for (uint32_t x = 0; x < width; x++, row += factor * channels)
		for (uint32_t c = 0; c < channels; c++) {
			uint32_t sum = area / 2;

			for (uint32_t j = 0; j < factor; j++)
				for (uint32_t i = 0; i < factor; i++)
					sum += row[j * px->stride +
						   i * channels + c];
			*ret++ = (uint8_t)(sum / area);
		}
}

/* Four pixels of each square, spread evenly: a large picture takes as long as
 * its bytes take to arrive, and what is hashed is smoothed anyway. */
static void
sample_row(const struct pixels *px, uint32_t factor, const uint8_t *row,
    uint32_t width, uint8_t *ret)
{
	uint32_t channels = px->channels, at = (factor + 1) / 2;
	const uint8_t *a = row + factor / MANY * (px->stride + channels);
	const uint8_t *b = a + at * px->stride;

	at *= channels;
	for (uint32_t x = 0; x < width; x++) {
		for (uint32_t c = 0; c < channels; c++)
			*ret++ = (uint8_t)((a[c] + a[at + c] + b[c] +
					       b[at + c] + 2) /
					   4);
		a += (size_t)factor * channels;
		b += (size_t)factor * channels;
	}
}

static void
reduce_row(const struct pixels *px, uint32_t factor, uint32_t y, uint32_t width,
    uint8_t *ret)
{
	const uint8_t *row = px->p + (size_t)y * factor * px->stride;

	if (factor < MANY)
		mean_row(px, factor, row, width, ret);
	else
		sample_row(px, factor, row, width, ret);
}

static uint32_t
factor_of(const struct pixels *px)
{
	uint32_t shorter = px->width < px->height ? px->width : px->height;
	uint32_t factor = shorter / QUERY_SIDE_ENOUGH;

	return factor < 1 ? 1 : factor;
}

/* What lies outside is what lies inside, as in a mirror. */
static uint32_t
mirrored(uint32_t at, uint32_t pad, uint32_t side)
{
	if (at < pad)
		return pad - 1 - at;
	at -= pad;
	return at < side ? at : 2 * side - 1 - at;
}

struct padded {
	struct pixels px; /* to be written */
	uint8_t *p;
	uint32_t width, height; /* of what is inside */
	uint32_t left, top;
};

static void
pad_rows(const struct padded *d, const struct pixels *px)
{
	uint32_t channels = px->channels, right;

	for (uint32_t y = 0; y < d->height; y++) {
		uint8_t *row = d->p + (size_t)(d->top + y) * d->px.stride;
		uint8_t *first = row + (size_t)d->left * channels;

		memcpy(first, px->p + (size_t)y * px->stride,
		    (size_t)d->width * channels);
		for (uint32_t x = 0; x < d->left; x++)
			memcpy(row + (size_t)x * channels,
			    first + (size_t)mirrored(x, d->left, d->width) *
					channels,
			    channels);
		right = d->left + d->width;
		for (uint32_t x = right; x < d->px.width; x++)
			memcpy(row + (size_t)x * channels,
			    first + (size_t)mirrored(x, d->left, d->width) *
					channels,
			    channels);
	}
	for (uint32_t y = 0; y < d->px.height; y++)
		if (y < d->top || y >= d->top + d->height)
			memcpy(d->p + (size_t)y * d->px.stride,
			    d->p + (size_t)(d->top +
					    mirrored(y, d->top, d->height)) *
				       d->px.stride,
			    d->px.stride);
}

/* What a crop of so many percent took from each end and left `side`. */
static uint32_t
taken_from(uint32_t side, uint32_t percent)
{
	uint32_t left = 100 - 2 * percent;

	return (side * percent + left / 2) / left;
}

bool
query_reduced(
    struct arena *a, const struct pixels *px, struct pixels *ret, struct err *e)
{
	struct pixels r;
	uint32_t factor;
	uint8_t *p;

	if (!pixels_check(px, e))
		return false;
	factor = factor_of(px);
	r = (struct pixels){.width = px->width / factor,
	    .height = px->height / factor,
	    .channels = px->channels};
	r.stride = (size_t)r.width * r.channels;
	if (factor == 1) {
		*ret = *px;
		return true;
	}
	r.p = p = NEW_N(a, uint8_t, r.stride * r.height);
	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no room for a reduced picture");
	for (uint32_t y = 0; y < r.height; y++)
		reduce_row(px, factor, y, r.width, p + y * r.stride);
	*ret = r;
	return true;
}

static bool
pad(struct arena *a, const struct pixels *px, uint32_t percent,
    struct pixels *ret, struct err *e)
{
	struct pixels small;
	struct padded d;

	if (!query_reduced(a, px, &small, e))
		return false;
	d = (struct padded){.width = small.width,
	    .height = small.height,
	    .left = taken_from(small.width, percent),
	    .top = taken_from(small.height, percent)};
	d.px = (struct pixels){.width = d.width + 2 * d.left,
	    .height = d.height + 2 * d.top,
	    .channels = px->channels};
	if (d.px.width > PIXELS_SIDE_MAX || d.px.height > PIXELS_SIDE_MAX)
		return err_set(e, ERR_LIMIT, "too long to be padded");
	d.px.stride = (size_t)d.px.width * px->channels;
	d.p = NEW_N(a, uint8_t, d.px.stride * d.px.height);
	if (d.p == NULL)
		return err_set(e, ERR_LIMIT, "no room for a padded picture");
	d.px.p = d.p;
	pad_rows(&d, &small);
	*ret = d.px;
	return true;
}

bool
query_pixels(struct arena *a, const struct pixels *px,
    enum query_hypothesis hypothesis, struct pixels *ret, bool *ret_some,
    struct err *e)
{
	if (!pixels_check(px, e))
		return false;
	if ((unsigned)hypothesis >= QUERY_HYPOTHESES)
		return err_set(e, ERR_INPUT, "no such hypothesis");
	if (hypothesis == QUERY_AS_IS) {
		*ret = *px;
		*ret_some = true;
		return true;
	}
	*ret_some = false;
	if (px->width < QUERY_SIDE_MIN || px->height < QUERY_SIDE_MIN)
		return true;
	if (hypothesis == QUERY_UNBOXED) {
		unbox(px, ret, ret_some);
		return true;
	}
	if (px->width > PIXELS_SIDE_MAX * 9 / 10 ||
	    px->height > PIXELS_SIDE_MAX * 9 / 10)
		return true;
	*ret_some = pad(a, px, padding_percent[hypothesis], ret, e);
	return *ret_some;
}
