#include "mark/embed.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDE 8
#define AC_MAX 1023         /* of a quantised coefficient, baseline */
#define MIDDLE 128.0f       /* what the encoder takes from a pixel */
#define PEAK_PER_UNIT 0.25f /* a pixel moves by at most this, per unit */

/* Row-major places of the coefficients that may move, the ones that survive
 * best first: at most eight, a byte of signs is drawn for each block. */
static const uint8_t places[] = {1, 8, 9, 2, 16, 10, 17, 18};
#define PLACES (sizeof(places) / sizeof(places[0]))

/* What a block of some texture bears without a change that is seen: how many
 * coefficients, each by how many units (a coefficient of the orthonormal
 * transform; one unit of (0,1) is 0.18 grey levels at its highest). */
struct bearing {
	float texture; /* at least: standard deviation in the calm quarters */
	unsigned moves;
	float units;
};
static const struct bearing bearings[] = {{10, 6, 20}, {5, 5, 13}, {2.5f, 4, 9},
    {1.2f, 3, 7}, {0.5f, 2, 6}, {0.2f, 1, 5}};
#define BEARINGS (sizeof(bearings) / sizeof(bearings[0]))

void
mark_place_init(
    struct mark_place *p, const struct key *key, int64_t medium, uint32_t side)
{
	char what[64];

	(void)snprintf(what, sizeof(what), "mark place %" PRId64 " %" PRIu32,
	    medium, side);
	key_derive(key, what, &p->secret);
}

void
mark_place_done(struct mark_place *p)
{
	key_done(&p->secret);
}

typedef float eight __attribute__((vector_size(32))); /* a row of pixels */
typedef float four __attribute__((vector_size(16)));  /* one of each quarter */
typedef int32_t eight_int __attribute__((vector_size(32)));

struct cosines {
	eight row[SIDE]; /* [k][x], orthonormal */
	float column[SIDE][SIDE];
};

static const struct cosines *
cosines(void)
{
	static struct cosines c;

	for (int k = 0; c.column[SIDE - 1][0] == 0 && k < SIDE; k++)
		for (int x = 0; x < SIDE; x++)
			c.row[k][x] = c.column[k][x] =
			    (float)(cos((2 * x + 1) * k * M_PI / 16) *
				    (k == 0 ? sqrt(0.125) : 0.5));
	return &c;
}

/* What stands between here and embed_blocks is compiled for each kind of
 * vectors. */
#define INLINE static inline __attribute__((always_inline))

/* Eight coefficients that are not all zero. */
static bool
row_is_used(const int16_t *row)
{
	uint64_t v[2];

	memcpy(v, row, sizeof(v));
	return (v[0] | v[1]) != 0;
}

/* Pixels of a block, row by row, without the level shift. */
INLINE void
pixels_of(const int16_t *block, const uint16_t *quant, eight ret[SIDE])
{
	const struct cosines *c = cosines();

	memset(ret, 0, SIDE * sizeof(*ret));
	for (int k = 0; k < SIDE; k++, block += SIDE, quant += SIDE) {
		eight row = {0};

		if (!row_is_used(block))
			continue;
		for (int x = 0; x < SIDE; x++)
			row += (float)(block[x] * quant[x]) * c->row[x];
		for (int y = 0; y < SIDE; y++)
			ret[y] += c->column[k][y] * row;
	}
}

/* Of two rows of pixels, four apart: ret[x] is pixel x of each quarter. */
INLINE void
by_quarters(const eight *up, const eight *down, four ret[4])
{
	four half[4], ab, ab2, cd, cd2;

	memcpy(half, up, sizeof(*up));
	memcpy(half + 2, down, sizeof(*down));
	ab = __builtin_shufflevector(half[0], half[1], 0, 4, 1, 5);
	ab2 = __builtin_shufflevector(half[0], half[1], 2, 6, 3, 7);
	cd = __builtin_shufflevector(half[2], half[3], 0, 4, 1, 5);
	cd2 = __builtin_shufflevector(half[2], half[3], 2, 6, 3, 7);
	ret[0] = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
	ret[1] = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
	ret[2] = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
	ret[3] = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
}

/* Variance of each quarter, 4 x 4 pixels, from the plane through it: a slope
 * of light hides nothing. */
INLINE void
variances(const eight p[SIDE], float ret[4])
{
	four sum = {0}, squares = {0}, right = {0}, down = {0};

	for (int y = 0; y < SIDE / 2; y++) {
		four v[4];

		by_quarters(&p[y], &p[y + SIDE / 2], v);
		for (int x = 0; x < SIDE / 2; x++) {
			sum += v[x];
			squares += v[x] * v[x];
			right += v[x] * ((float)x - 1.5f);
			down += v[x] * ((float)y - 1.5f);
		}
	}
	/* 16 pixels; 20 is the sum of the squares of x - 1.5, and of y - 1.5 */
	squares -= sum * sum / 16 + (right * right + down * down) / 20;
	squares /= 16;
	memcpy(ret, &squares, sizeof(squares));
}

INLINE float
lesser(float a, float b)
{
	return a < b ? a : b;
}

INLINE float
greater(float a, float b)
{
	return a > b ? a : b;
}

/* An edge through a calm block hides nothing in its calm part: the mean
 * deviation of the two calmest quarters. */
INLINE float
texture_of(const eight p[SIDE])
{
	float v[4], least = INFINITY, second = INFINITY;

	variances(p, v);
	for (int i = 0; i < 4; i++) {
		second = lesser(second, greater(least, v[i]));
		least = lesser(least, v[i]);
	}
	return (sqrtf(greater(least, 0)) + sqrtf(greater(second, 0))) / 2;
}

static const struct bearing *
bearing_of(float texture)
{
	for (size_t i = 0; i < BEARINGS; i++)
		if (texture >= bearings[i].texture)
			return &bearings[i];
	return NULL;
}

/* Grey levels between the pixels and the nearer end of the range. */
INLINE float
room_of(const eight p[SIDE])
{
	float low[SIDE], high[SIDE];
	eight l = p[0], h = p[0];

	for (int i = 1; i < SIDE; i++) {
		eight_int below = p[i]<l, above = p[i]> h;

		l = (eight)((below & (eight_int)p[i]) |
			    (~below & (eight_int)l));
		h = (eight)((above & (eight_int)p[i]) |
			    (~above & (eight_int)h));
	}
	memcpy(low, &l, sizeof(l));
	memcpy(high, &h, sizeof(h));
	for (int i = 1; i < SIDE; i++) {
		low[0] = lesser(low[0], low[i]);
		high[0] = greater(high[0], high[i]);
	}
	return lesser(low[0] + MIDDLE, MIDDLE - 1 - high[0]);
}

static int
steps_of(int value, unsigned quant, const struct bearing *b)
{
	int steps = (int)(b->units / (float)quant), size = abs(value);

	steps = steps < MARK_STEPS_MAX ? steps : MARK_STEPS_MAX;
	steps = steps < size ? steps : size; /* may become zero, not more */
	return size + steps > AC_MAX ? 0 : steps;
}

/* Whether any of its coefficients could move. */
static bool
may_move(const int16_t *block)
{
	int any = 0;

	for (size_t i = 0; i < PLACES; i++)
		any |= block[places[i]];
	return any != 0;
}

/* a and b: copies of block. */
INLINE unsigned
embed_block(const int16_t *block, const uint16_t *quant, unsigned signs,
    int16_t *a, int16_t *b)
{
	const struct bearing *bears;
	eight pixels[SIDE];
	unsigned moved = 0;
	float room;

	if (!may_move(block))
		return 0;
	pixels_of(block, quant, pixels);
	bears = bearing_of(texture_of(pixels));
	if (bears == NULL)
		return 0;
	room = room_of(pixels);
	for (size_t i = 0; i < PLACES && moved < bears->moves; i++) {
		unsigned k = places[i];
		int steps = steps_of(a[k], quant[k], bears);

		room -= (float)(steps * quant[k]) * PEAK_PER_UNIT;
		if (steps == 0 || room < 0)
			continue;
		steps = (signs >> i & 1) != 0 ? steps : -steps;
		a[k] = (int16_t)(a[k] - steps);
		b[k] = (int16_t)(b[k] + steps);
		moved++;
	}
	return moved;
}

INLINE size_t
embed_blocks(const int16_t *blocks, size_t n, const uint16_t *quant,
    const uint8_t *signs, int16_t *a, int16_t *b)
{
	size_t moved = 0;

	for (size_t i = 0; i < n; i++, a += MARK_BLOCK, b += MARK_BLOCK) {
		int16_t block[MARK_BLOCK];

		memcpy(block, blocks + i * MARK_BLOCK, sizeof(block));
		memcpy(a, block, sizeof(block));
		memcpy(b, block, sizeof(block));
		moved += embed_block(block, quant, signs[i], a, b);
	}
	return moved;
}

static size_t
embed_plain(const int16_t *blocks, size_t n, const uint16_t *quant,
    const uint8_t *signs, int16_t *a, int16_t *b)
{
	return embed_blocks(blocks, n, quant, signs, a, b);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static size_t
embed_avx2(const int16_t *blocks, size_t n, const uint16_t *quant,
    const uint8_t *signs, int16_t *a, int16_t *b)
{
	return embed_blocks(blocks, n, quant, signs, a, b);
}
#else
#define embed_avx2 embed_plain
#endif

static bool
has_avx2(void)
{
#ifdef __x86_64__
	return __builtin_cpu_supports("avx2") != 0;
#else
	return false;
#endif
}

size_t
mark_embed(const struct mark_place *p, uint32_t segment, const int16_t *blocks,
    size_t n, const uint16_t quant[MARK_BLOCK], int16_t *ret_a, int16_t *ret_b)
{
	uint8_t signs[MARK_BLOCKS_MAX];
	uint8_t nonce[crypto_stream_chacha20_NONCEBYTES] = {0};

	assert(n <= MARK_BLOCKS_MAX);
	memcpy(nonce, &segment, sizeof(segment));
	(void)crypto_stream_chacha20(signs, n, nonce, p->secret.b);
	return (has_avx2() ? embed_avx2 : embed_plain)(
	    blocks, n, quant, signs, ret_a, ret_b);
}
