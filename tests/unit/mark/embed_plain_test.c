/* The variants that vectors make, beside those of plain C, number by number. */
#include "mark/embed.h"

#include <math.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

/* cosines[k][x], orthonormal. */
static const float (*cosines(void))[SIDE]
{
	static float table[SIDE][SIDE];

	for (int k = 0; table[SIDE - 1][0] == 0 && k < SIDE; k++)
		for (int x = 0; x < SIDE; x++)
			table[k][x] = (float)(cos((2 * x + 1) * k * M_PI / 16) *
					      (k == 0 ? sqrt(0.125) : 0.5));
	return table;
}

/* Pixels of a block, without the level shift. */
static void
pixels_of(const int16_t *block, const uint16_t *quant, float ret[MARK_BLOCK])
{
	const float(*c)[SIDE] = cosines();
	float half[MARK_BLOCK] = {0};

	memset(ret, 0, MARK_BLOCK * sizeof(*ret));
	for (int k = 0; k < MARK_BLOCK; k++) {
		float v = (float)(block[k] * quant[k]);

		if (block[k] != 0)
			for (int x = 0; x < SIDE; x++)
				half[k / SIDE * SIDE + x] += v * c[k % SIDE][x];
	}
	for (int y = 0; y < SIDE; y++)
		for (int k = 0; k < SIDE; k++)
			for (int x = 0; x < SIDE; x++)
				ret[y * SIDE + x] +=
				    c[k][y] * half[k * SIDE + x];
}

/* Standard deviation of a quarter, 4 x 4 pixels, from the plane through it: a
 * slope of light hides nothing. */
static float
quarter_deviation(const float *p)
{
	float sum = 0, squares = 0, right = 0, down = 0;

	for (int y = 0; y < SIDE / 2; y++)
		for (int x = 0; x < SIDE / 2; x++) {
			float v = p[y * SIDE + x];

			sum += v;
			squares += v * v;
			right += v * ((float)x - 1.5f);
			down += v * ((float)y - 1.5f);
		}
	/* 16 pixels; 20 is the sum of the squares of x - 1.5, and of y - 1.5 */
	squares -= sum * sum / 16 + (right * right + down * down) / 20;
	return sqrtf(fmaxf(squares / 16, 0));
}

/* An edge through a calm block hides nothing in its calm part: the mean of the
 * two calmest quarters. */
static float
texture_of(const float *p)
{
	float least = INFINITY, second = INFINITY;

	for (int i = 0; i < 4; i++) {
		float d = quarter_deviation(
		    p + (i / 2) * SIDE * SIDE / 2 + (i % 2) * SIDE / 2);

		second = fminf(second, fmaxf(least, d));
		least = fminf(least, d);
	}
	return (least + second) / 2;
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
static float
room_of(const float *p)
{
	float low = p[0], high = p[0];

	for (int i = 1; i < MARK_BLOCK; i++) {
		low = fminf(low, p[i]);
		high = fmaxf(high, p[i]);
	}
	return fminf(low + MIDDLE, MIDDLE - 1 - high);
}

static int
steps_of(int value, unsigned quant, const struct bearing *b)
{
	int steps = (int)(b->units / (float)quant), size = abs(value);

	steps = steps < MARK_STEPS_MAX ? steps : MARK_STEPS_MAX;
	steps = steps < size ? steps : size; /* may become zero, not more */
	return size + steps > AC_MAX ? 0 : steps;
}

static unsigned
embed_block(const int16_t *block, const uint16_t *quant, unsigned signs,
    int16_t *a, int16_t *b)
{
	float pixels[MARK_BLOCK], room;
	const struct bearing *bears;
	unsigned moved = 0;

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

#define BLOCKS 32
#define ROUNDS 4000

static uint32_t state_of_chance = 5;

static uint32_t
chance(void)
{
	state_of_chance = state_of_chance * 1664525u + 1013904223u;
	return state_of_chance >> 8;
}

static void
plain(const struct mark_place *p, uint32_t segment, const int16_t *blocks,
    const uint16_t *quant, int16_t *a, int16_t *b)
{
	uint8_t signs[BLOCKS];
	uint8_t nonce[crypto_stream_chacha20_NONCEBYTES] = {0};

	memcpy(nonce, &segment, sizeof(segment));
	(void)crypto_stream_chacha20(signs, BLOCKS, nonce, p->secret.b);
	memcpy(a, blocks, BLOCKS * MARK_BLOCK * sizeof(*a));
	memcpy(b, blocks, BLOCKS * MARK_BLOCK * sizeof(*b));
	for (size_t i = 0; i < BLOCKS; i++)
		(void)embed_block(blocks + i * MARK_BLOCK, quant, signs[i],
		    a + i * MARK_BLOCK, b + i * MARK_BLOCK);
}

/* A block as pictures have them: the higher its frequency, the smaller a
 * coefficient and the rarer; now and then anything. */
static void
draw(int16_t *block)
{
	uint32_t scale = 1u << chance() % 9, kind = chance() % 8;

	for (uint32_t k = 0; k < MARK_BLOCK; k++) {
		uint32_t far = k / SIDE + k % SIDE + 1;
		int size = (int)(kind == 0 ? 1023 : 1 + 2 * scale / far);

		block[k] = 0;
		if (kind != 1 && (kind == 0 || chance() % far == 0))
			block[k] =
			    (int16_t)((int)chance() % (2 * size + 1) - size);
	}
	block[0] = (int16_t)((int)(chance() % 2001) - 1000);
}

static void
vectors_move_what_plain_c_moves(void **state)
{
	static int16_t in[BLOCKS * MARK_BLOCK], a[BLOCKS * MARK_BLOCK];
	static int16_t b[BLOCKS * MARK_BLOCK], want_a[BLOCKS * MARK_BLOCK];
	static int16_t want_b[BLOCKS * MARK_BLOCK];
	struct key key = {{1, 2, 3}};
	struct mark_place place;
	uint16_t quant[MARK_BLOCK];
	size_t moved = 0;

	(void)state;
	mark_place_init(&place, &key, 7, 2048);
	for (uint32_t n = 0; n < ROUNDS; n++) {
		for (uint32_t k = 0; k < MARK_BLOCK; k++)
			quant[k] =
			    (uint16_t)(1 + (k / SIDE + k % SIDE) * (1 + n % 6));
		for (int i = 0; i < BLOCKS; i++)
			draw(in + (size_t)i * MARK_BLOCK);
		plain(&place, n, in, quant, want_a, want_b);
		moved += mark_embed(&place, n, in, BLOCKS, quant, a, b);
		assert_memory_equal(a, want_a, sizeof(a));
		assert_memory_equal(b, want_b, sizeof(b));
	}
	/* Not because nothing moved. */
	assert_true(moved > (size_t)ROUNDS * BLOCKS / 4);
	mark_place_done(&place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(vectors_move_what_plain_c_moves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
