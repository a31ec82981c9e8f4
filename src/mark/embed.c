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

/* Four pixels of a row, or one of each quarter. */
typedef float four __attribute__((vector_size(16)));
typedef int32_t four_int __attribute__((vector_size(16)));

struct cosines {
	four row[SIDE][2];       /* [k][x / 4], orthonormal */
	four column[SIDE][SIDE]; /* [k][y], the same number four times */
};

static const struct cosines *
cosines(void)
{
	static struct cosines c;

	for (int k = 0; c.row[SIDE - 1][0][0] == 0 && k < SIDE; k++)
		for (int x = 0; x < SIDE; x++) {
			float v = (float)(cos((2 * x + 1) * k * M_PI / 16) *
					  (k == 0 ? sqrt(0.125) : 0.5));

			c.row[k][x / 4][x % 4] = v;
			c.column[k][x] = (four){v, v, v, v};
		}
	return &c;
}

/* Eight coefficients that are not all zero. */
static bool
row_is_used(const int16_t *row)
{
	uint64_t v[2];

	memcpy(v, row, sizeof(v));
	return (v[0] | v[1]) != 0;
}

/* Pixels of a block, row by row, without the level shift. */
static void
pixels_of(const int16_t *block, const uint16_t *quant, four ret[2 * SIDE])
{
	const struct cosines *c = cosines();

	memset(ret, 0, 2 * SIDE * sizeof(*ret));
	for (int k = 0; k < SIDE; k++, block += SIDE, quant += SIDE) {
		four left = {0}, right = {0};

		if (!row_is_used(block))
			continue;
		for (int x = 0; x < SIDE; x++) {
			float v = (float)(block[x] * quant[x]);

			left += v * c->row[x][0];
			right += v * c->row[x][1];
		}
		for (int y = 0; y < SIDE; y++) {
			ret[2 * y] += c->column[k][y] * left;
			ret[2 * y + 1] += c->column[k][y] * right;
		}
	}
}

/* Pixel i of the rows a, b, c, d becomes ret[i]. */
static inline void
turn(four a, four b, four c, four d, four ret[4])
{
	four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
	four ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
	four cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
	four cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);

	ret[0] = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
	ret[1] = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
	ret[2] = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
	ret[3] = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
}

/* Variance of each quarter, 4 x 4 pixels, from the plane through it: a slope
 * of light hides nothing. */
static four
variances(const four p[2 * SIDE])
{
	four sum = {0}, squares = {0}, right = {0}, down = {0};

	for (int y = 0; y < SIDE / 2; y++) {
		four v[4];

		turn(p[2 * y], p[2 * y + 1], p[2 * y + SIDE],
		    p[2 * y + SIDE + 1], v);
		for (int x = 0; x < SIDE / 2; x++) {
			sum += v[x];
			squares += v[x] * v[x];
			right += v[x] * ((float)x - 1.5f);
			down += v[x] * ((float)y - 1.5f);
		}
	}
	/* 16 pixels; 20 is the sum of the squares of x - 1.5, and of y - 1.5 */
	squares -= sum * sum / 16 + (right * right + down * down) / 20;
	return squares / 16;
}

static inline float
lesser(float a, float b)
{
	return a < b ? a : b;
}

static inline float
greater(float a, float b)
{
	return a > b ? a : b;
}

/* An edge through a calm block hides nothing in its calm part: the mean
 * deviation of the two calmest quarters. */
static float
texture_of(const four p[2 * SIDE])
{
	four v = variances(p);
	float least = INFINITY, second = INFINITY;

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

static inline four
choose(four_int which, four a, four b)
{
	return (four)((which & (four_int)a) | (~which & (four_int)b));
}

/* Grey levels between the pixels and the nearer end of the range. */
static float
room_of(const four *p)
{
	four low = p[0], high = p[0];
	float least, most;

	for (int i = 1; i < 2 * SIDE; i++) {
		low = choose(p[i] < low, p[i], low);
		high = choose(p[i] > high, p[i], high);
	}
	least = lesser(lesser(low[0], low[1]), lesser(low[2], low[3]));
	most = greater(greater(high[0], high[1]), greater(high[2], high[3]));
	return lesser(least + MIDDLE, MIDDLE - 1 - most);
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
static unsigned
embed_block(const int16_t *block, const uint16_t *quant, unsigned signs,
    int16_t *a, int16_t *b)
{
	const struct bearing *bears;
	four pixels[2 * SIDE];
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

size_t
mark_embed(const struct mark_place *p, uint32_t segment, const int16_t *blocks,
    size_t n, const uint16_t quant[MARK_BLOCK], int16_t *ret_a, int16_t *ret_b)
{
	uint8_t signs[MARK_BLOCKS_MAX];
	uint8_t nonce[crypto_stream_chacha20_NONCEBYTES] = {0};
	size_t moved = 0;

	assert(n <= MARK_BLOCKS_MAX);
	memcpy(nonce, &segment, sizeof(segment));
	(void)crypto_stream_chacha20(signs, n, nonce, p->secret.b);
	for (size_t i = 0; i < n * MARK_BLOCK; i += MARK_BLOCK) {
		int16_t block[MARK_BLOCK];

		memcpy(block, blocks + i, sizeof(block));
		memcpy(ret_a + i, block, sizeof(block));
		memcpy(ret_b + i, block, sizeof(block));
		moved += embed_block(
		    block, quant, signs[i / MARK_BLOCK], ret_a + i, ret_b + i);
	}
	return moved;
}
