/* What is supposed of a picture: without its bars, mirrored outwards; and the
 * scan of PhotoDNA values, which misses nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash/hash.h"
#include "hash/photodna_ops.h"

#define SIDE 200
#define VALUES 3000

static uint8_t picture[SIDE * SIDE * 3];
static uint32_t seed = 1;

static uint8_t
next(void)
{
	seed = seed * 1664525 + 1013904223;
	return (uint8_t)(seed >> 24);
}

static void
draw(void)
{
	for (size_t i = 0; i < sizeof(picture); i++)
		picture[i] = next();
}

static struct pixels
whole(uint32_t channels)
{
	return (struct pixels){
	    picture, SIDE, SIDE, channels, (size_t)SIDE * channels};
}

static void
cover(uint32_t x, uint32_t y, uint32_t width, uint32_t height, int colour)
{
	for (uint32_t j = y; j < y + height; j++)
		for (uint32_t i = 0; i < width * 3; i++)
			picture[(j * SIDE + x) * 3 + i] =
			    (uint8_t)(colour + next() % 5);
}

static bool
suppose(struct arena *a, const struct pixels *px, enum query_hypothesis h,
    struct pixels *ret)
{
	struct err e;
	bool some;

	assert_true(query_pixels(a, px, h, ret, &some, &e));
	return some;
}

static void
bars_are_cut_off_on_every_side(void **state)
{
	OWNED(arena) a = arena_new(1 << 20);
	struct pixels px = whole(3), got;

	(void)state;
	draw();
	assert_false(suppose(a, &px, QUERY_UNBOXED, &got));
	cover(0, 0, SIDE, 20, 0);
	cover(0, SIDE - 31, SIDE, 31, 240);
	assert_true(suppose(a, &px, QUERY_UNBOXED, &got));
	assert_int_equal(got.width, SIDE);
	assert_int_equal(got.height, SIDE - 51);
	assert_ptr_equal(got.p, picture + (size_t)20 * SIDE * 3);
	assert_int_equal(got.p[0], picture[20 * SIDE * 3]);
}

static void
a_frame_is_cut_but_not_the_sky_within(void **state)
{
	OWNED(arena) a = arena_new(1 << 20);
	struct pixels px = whole(3), got;

	(void)state;
	draw();
	cover(0, 0, 30, SIDE, 120);
	cover(SIDE - 30, 0, 30, SIDE, 122);
	cover(30, 0, SIDE - 60, 40, 200);
	assert_true(suppose(a, &px, QUERY_UNBOXED, &got));
	assert_int_equal(got.width, SIDE - 60);
	assert_int_equal(got.height, SIDE);
	cover(0, 0, SIDE, 40, 121);
	assert_true(suppose(a, &px, QUERY_UNBOXED, &got));
	assert_int_equal(got.width, SIDE - 60);
	assert_int_equal(got.height, SIDE - 40);
}

static void
a_picture_of_one_colour_or_hardly_any_picture_has_no_bars(void **state)
{
	OWNED(arena) a = arena_new(1 << 20);
	struct pixels px = whole(3), got;

	(void)state;
	cover(0, 0, SIDE, SIDE, 30);
	assert_false(suppose(a, &px, QUERY_UNBOXED, &got));
	draw();
	cover(0, 0, SIDE, SIDE - 30, 30);
	assert_false(suppose(a, &px, QUERY_UNBOXED, &got));
	draw();
	cover(0, 0, SIDE, 1, 30);
	assert_false(suppose(a, &px, QUERY_UNBOXED, &got));
}

static void
padding_is_a_mirror_at_every_edge(void **state)
{
	OWNED(arena) a = arena_new(1 << 20);

	(void)state;
	draw();
	for (uint32_t c = 1; c <= 3; c += 2) {
		struct pixels px = whole(c), got;

		assert_true(suppose(a, &px, QUERY_PADDED4, &got));
		assert_int_equal(got.width, SIDE + 18);
		assert_int_equal(got.height, SIDE + 18);
		for (uint32_t y = 0; y < got.height; y++)
			for (uint32_t x = 0; x < got.width * c; x++) {
				uint32_t i = x / c, j = y;

				i = i < 9          ? 8 - i
				    : i < SIDE + 9 ? i - 9
						   : 2 * SIDE + 8 - i;
				j = j < 9          ? 8 - j
				    : j < SIDE + 9 ? j - 9
						   : 2 * SIDE + 8 - j;
				assert_int_equal(got.p[y * got.stride + x],
				    picture[(j * SIDE + i) * c + x % c]);
			}
	}
}

static void
a_large_picture_is_reduced_by_means(void **state)
{
	static uint8_t big[2050 * 1030];
	struct pixels px = {big, 2050, 1030, 1, 2050}, got;
	OWNED(arena) a = arena_new(4 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = next();
	assert_true(suppose(a, &px, QUERY_PADDED2, &got));
	assert_int_equal(got.width, 1025 + 2 * 21);
	assert_int_equal(got.height, 515 + 2 * 11);
	assert_int_equal(got.p[11 * got.stride + 21],
	    (big[0] + big[1] + big[2050] + big[2051] + 2) / 4);
}

static void
what_is_reduced_once_is_padded_alike(void **state)
{
	static uint8_t big[1300 * 2600 * 3];
	static const uint32_t sides[][2] = {
	    {200, 200}, {1100, 1030}, {1700, 1600}, {2600, 1300}};
	OWNED(arena) a = arena_new(64 << 20);
	struct pixels one, small, by_one, by_small;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = next();
	for (size_t i = 0; i < 8; i++) {
		const uint32_t *side = sides[i / 2],
			       channels = (uint32_t)i % 2 * 2 + 1;

		one = (struct pixels){big, side[0], side[1], channels,
		    (size_t)side[0] * channels};
		assert_true(query_reduced(a, &one, &small, &e));
		assert_true(small.width >= QUERY_SIDE_ENOUGH || i < 2);
		for (int h = QUERY_PADDED2; h <= QUERY_PADDED4; h++) {
			assert_true(suppose(
			    a, &one, (enum query_hypothesis)h, &by_one));
			assert_true(suppose(
			    a, &small, (enum query_hypothesis)h, &by_small));
			assert_int_equal(by_one.width, by_small.width);
			assert_int_equal(by_one.height, by_small.height);
			assert_memory_equal(by_one.p, by_small.p,
			    by_one.stride * by_one.height);
		}
		arena_reset(a);
	}
}

static void
a_very_large_one_by_four_pixels_of_each_square(void **state)
{
	static uint8_t big[2560 * 2570 * 3];
	struct pixels px = {big, 2560, 2570, 3, 2560 * 3}, got;
	OWNED(arena) a = arena_new(4 << 20);
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = next();
	assert_true(query_reduced(a, &px, &got, &e));
	assert_int_equal(got.width, 512);
	assert_int_equal(got.height, 514);
	for (size_t k = 0; k < 500; k++) {
		size_t x = k * 7 % 512, y = k * 11 % 514, c = k % 3;
		unsigned sum = 2;

		for (size_t j = 1; j < 5; j += 3)
			for (size_t i = 1; i < 5; i += 3)
				sum += big[(y * 5 + j) * px.stride +
					   (x * 5 + i) * 3 + c];
		assert_int_equal(got.p[y * got.stride + x * 3 + c], sum / 4);
	}
}

static void
small_pictures_and_small_arenas_have_their_say(void **state)
{
	OWNED(arena) a = arena_new(4096);
	struct pixels px = whole(3), got;
	enum query_hypothesis h;
	struct err e;
	bool some;

	(void)state;
	assert_false(query_pixels(a, &px, QUERY_PADDED2, &got, &some, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_false(
	    query_pixels(a, &px, (enum query_hypothesis)9, &got, &some, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_true(suppose(a, &px, QUERY_AS_IS, &got));
	assert_ptr_equal(got.p, picture);
	px.height = 63;
	assert_false(suppose(a, &px, QUERY_PADDED4, &got));
	for (int i = 0; i < QUERY_HYPOTHESES; i++) {
		assert_true(query_of(str_c(query_names[i]), &h));
		assert_int_equal(h, i);
	}
}

static uint8_t values[VALUES * PHOTODNA_BYTES], query[PHOTODNA_BYTES];

/* Values near the query at all distances, some of them exactly at the limit. */
static void
make_values(void)
{
	for (int i = 0; i < PHOTODNA_BYTES; i++)
		query[i] = next();
	for (int v = 0; v < VALUES; v++) {
		uint8_t *p = values + v * PHOTODNA_BYTES;
		int spread = 1 + v % 40, n = v % PHOTODNA_BYTES;

		for (int i = 0; i < PHOTODNA_BYTES; i++) {
			int to = query[i] + next() % (2 * spread) - spread;

			p[i] = i > n          ? query[i]
			       : v % 50 == 49 ? next()
					      : (uint8_t)(to & 255);
		}
	}
	memcpy(values, query, PHOTODNA_BYTES);
	values[0] ^= 128;
	memcpy(values + PHOTODNA_BYTES, values, PHOTODNA_BYTES);
	values[2 * PHOTODNA_BYTES - 1] ^= 1;
}

static void
check_scan(const struct photodna_ops *ops, uint32_t limit)
{
	static struct photodna_hit hit[VALUES];
	size_t n = ops->scan(values, VALUES, query, limit, hit, VALUES);
	size_t at = 0;

	for (size_t v = 0; v < VALUES; v++) {
		const uint8_t *p = values + v * PHOTODNA_BYTES;
		uint32_t d = photodna_distance(p, query);

		assert_int_equal(
		    d, hash_value_distance(HASH_PHOTODNA, p, query));
		if (d > limit)
			continue;
		assert_true(at < n);
		assert_int_equal(hit[at].entry, v);
		assert_int_equal(hit[at++].distance, d);
	}
	assert_int_equal(at, n);
	assert_int_equal(ops->scan(values, VALUES, query, limit, hit, 1), n);
}

static void
the_scan_misses_nothing(void **state)
{
	static const uint32_t limits[] = {
	    0, 16383, 16384, 16385, 50000, 1000000, UINT32_MAX};

	(void)state;
	make_values();
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		check_scan(&photodna_ops_plain, limits[i]);
#ifdef __x86_64__
		if (__builtin_cpu_supports("avx2"))
			check_scan(&photodna_ops_avx2, limits[i]);
#endif
	}
	assert_int_equal(photodna_scan(values, 2, query, 16384, NULL, 0), 1);
}

static void
computing_photodna_without_its_library_is_refused(void **state)
{
	struct pixels px = whole(3);
	uint8_t value[PHOTODNA_BYTES];
	struct err e;

	(void)state;
	if (photodna_provider() != NULL) /* of a licensed host */
		return;
	assert_false(photodna_compute(&px, value, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bars_are_cut_off_on_every_side),
	    cmocka_unit_test(a_frame_is_cut_but_not_the_sky_within),
	    cmocka_unit_test(
		a_picture_of_one_colour_or_hardly_any_picture_has_no_bars),
	    cmocka_unit_test(padding_is_a_mirror_at_every_edge),
	    cmocka_unit_test(a_large_picture_is_reduced_by_means),
	    cmocka_unit_test(what_is_reduced_once_is_padded_alike),
	    cmocka_unit_test(a_very_large_one_by_four_pixels_of_each_square),
	    cmocka_unit_test(small_pictures_and_small_arenas_have_their_say),
	    cmocka_unit_test(the_scan_misses_nothing),
	    cmocka_unit_test(computing_photodna_without_its_library_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
