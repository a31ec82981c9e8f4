/* The frames of an animated PNG: each is hashed as a browser shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vips/vips.h>
#include <zlib.h>

#include "base/arena.h"
#include "hash/kind.h"
#include "ipc/hashes.h"
#include "media/container.h"
#include "media/hashing.h"
#include "media/intake.h"

#define SIDE 64
#define PATCH 24
#define AT_X 10
#define AT_Y 30

enum dispose { NONE, BACKGROUND, PREVIOUS };

static struct arena *arena;
static struct buf file;

/* A picture of `side` that nobody else draws, transparent below row `solid`. */
static uint8_t *
noise(uint32_t number, uint32_t side, uint32_t solid)
{
	uint8_t *px = malloc((size_t)side * side * 4);
	uint32_t seed = number * 7919 + 1;

	assert_non_null(px);
	for (uint32_t i = 0; i < side * side * 4; i++) {
		seed = seed * 1664525 + 1013904223;
		px[i] = (uint8_t)(i % 4 < 3              ? seed >> 24
				  : i / 4 / side < solid ? 255
							 : 0);
	}
	return px;
}

static str
png_of(const uint8_t *px, uint32_t side)
{
	VipsImage *img = vips_image_new_from_memory(px, (size_t)side * side * 4,
	    (int)side, (int)side, 4, VIPS_FORMAT_UCHAR);
	void *p = NULL;
	size_t n;
	str ret;

	assert_non_null(img);
	img->Type = VIPS_INTERPRETATION_sRGB;
	assert_int_equal(vips_pngsave_buffer(img, &p, &n, NULL), 0);
	assert_true(arena_str(arena, p, n, &ret));
	g_free(p);
	g_object_unref(img);
	return ret;
}

static void
put_word(uint32_t v)
{
	for (int i = 24; i >= 0; i -= 8)
		buf_byte(&file, (char)(uint8_t)(v >> i));
}

static void
put_chunk(const char *type, const void *body, size_t n)
{
	size_t at = file.n + 4;

	put_word((uint32_t)n);
	buf_put(&file, type, 4);
	buf_put(&file, body, n);
	put_word((uint32_t)crc32_z(0, (const uint8_t *)file.p + at, 4 + n));
}

/* The number of the chunk before what is in it. */
static void
put_numbered(const char *type, uint32_t number, const void *body, size_t n)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 20);
	uint8_t word[4] = {0, 0, (uint8_t)(number >> 8), (uint8_t)number};

	buf_put(&b, word, sizeof(word));
	buf_put(&b, body, n);
	put_chunk(type, b.p, b.n);
}

static uint32_t
begin_file(uint32_t frames, bool animated)
{
	uint8_t head[13] = {0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 6};
	uint8_t action[8] = {0, 0, 0, (uint8_t)frames};

	buf_clear(&file);
	buf_put(&file, "\x89PNG\r\n\x1a\n", 8);
	put_chunk("IHDR", head, sizeof(head));
	if (animated)
		put_chunk("acTL", action, sizeof(action));
	return 0;
}

static void
put_place(uint32_t *number, uint32_t side, uint32_t x, uint32_t y,
    enum dispose dispose, bool over)
{
	uint8_t b[22] = {0, 0, 0, (uint8_t)side, 0, 0, 0, (uint8_t)side, 0, 0,
	    0, (uint8_t)x, 0, 0, 0, (uint8_t)y, 0, 1, 0, 10, (uint8_t)dispose,
	    over};

	put_numbered("fcTL", (*number)++, b, sizeof(b));
}

/* The pixels as the plain picture of the file or as a further frame. */
static void
put_data(uint32_t *number, const uint8_t *px, uint32_t side, bool plain)
{
	str png = png_of(px, side), type, body;
	size_t at = 8;

	while (container_png_next(png, &at, &type, &body)) {
		if (!str_eq(type, S("IDAT")))
			continue;
		if (plain)
			put_chunk("IDAT", body.p, body.n);
		else
			put_numbered("fdAT", (*number)++, body.p, body.n);
	}
}

static struct hashes
hashes_of(str bytes, enum media_verdict want)
{
	struct hashes t = {0};
	struct intake in;
	struct err e;
	str table;

	assert_true(intake_hash(bytes, 0, 0, &in, &e));
	assert_int_equal(in.done.verdict, want);
	if (want == MEDIA_OK) {
		assert_true(arena_str(arena, in.hashes.p, in.hashes.n, &table));
		assert_true(hashes_read(arena, table, HASHES_ROWS_MAX, &t, &e));
	}
	intake_done(&in);
	return t;
}

/* The PDQ hashes, frame after frame; returns how many. */
static size_t
pdqs_of(str bytes, str ret[8])
{
	struct hashes t = hashes_of(bytes, MEDIA_OK);
	size_t n = 0;

	for (size_t i = 0; i < t.n && n < 8; i++)
		if (t.v[i].kind == HASH_PDQ)
			ret[n++] = t.v[i].value;
	return n;
}

static void
assert_pdq_of(const uint8_t *px, str want)
{
	str v[8];

	assert_int_equal(pdqs_of(png_of(px, SIDE), v), 1);
	assert_true(str_eq(v[0], want));
}

static void
each_whole_frame_that_differs_is_hashed(void **state)
{
	uint8_t *px[3] = {
	    noise(1, SIDE, SIDE), noise(2, SIDE, SIDE), noise(3, SIDE, SIDE)};
	static const size_t order[] = {0, 1, 0, 2};
	uint32_t number = begin_file(4, true);
	str v[8];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		put_place(&number, SIDE, 0, 0, NONE, false);
		put_data(&number, px[order[i]], SIDE, i == 0);
	}
	put_chunk("IEND", NULL, 0);
	assert_int_equal(pdqs_of(buf_view(&file), v), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_pdq_of(px[i], v[i]);
		free(px[i]);
	}
}

/* The patch on the picture; where it is transparent only if it replaces. */
static void
paste(uint8_t *px, const uint8_t *patch, bool over)
{
	for (size_t y = 0; y < PATCH; y++)
		for (size_t x = 0; x < PATCH; x++) {
			const uint8_t *p = patch + (y * PATCH + x) * 4;

			if (!over || p[3] != 0)
				memcpy(px + ((y + AT_Y) * SIDE + x + AT_X) * 4,
				    p, 4);
		}
}

/* A picture that is not there, then a patch that is, laid on what came before.
 */
static void
a_part_is_hashed_on_what_it_is_laid_over(void **state)
{
	uint8_t *plain = noise(4, SIDE, SIDE), *first = noise(5, SIDE, SIDE);
	uint8_t *patch = noise(6, PATCH, PATCH / 2);

	(void)state;
	for (int over = 0; over < 2; over++) {
		uint8_t *whole = noise(5, SIDE, SIDE);
		uint32_t number = begin_file(2, true);
		str v[8];

		put_data(&number, plain, SIDE, true);
		put_place(&number, SIDE, 0, 0, NONE, false);
		put_data(&number, first, SIDE, false);
		put_place(&number, PATCH, AT_X, AT_Y, NONE, over == 1);
		put_data(&number, patch, PATCH, false);
		put_chunk("IEND", NULL, 0);
		paste(whole, patch, over == 1);
		assert_int_equal(pdqs_of(buf_view(&file), v), 3);
		assert_pdq_of(plain, v[0]);
		assert_pdq_of(first, v[1]);
		assert_pdq_of(whole, v[2]);
		free(whole);
	}
	free(plain);
	free(first);
	free(patch);
}

static void
what_a_frame_leaves_behind_is_as_it_says(void **state)
{
	uint8_t *first = noise(7, SIDE, SIDE), *patch = noise(8, PATCH, PATCH);
	uint8_t *dot = noise(9, PATCH / 2, PATCH / 2);

	(void)state;
	for (enum dispose d = BACKGROUND; d <= PREVIOUS; d++) {
		uint8_t *whole = noise(7, SIDE, SIDE);
		uint8_t nothing[PATCH * PATCH * 4] = {0};
		uint32_t number = begin_file(3, true);
		str v[8];

		put_place(&number, SIDE, 0, 0, NONE, false);
		put_data(&number, first, SIDE, true);
		put_place(&number, PATCH, AT_X, AT_Y, d, false);
		put_data(&number, patch, PATCH, false);
		put_place(&number, PATCH / 2, 0, 0, NONE, false);
		put_data(&number, dot, PATCH / 2, false);
		put_chunk("IEND", NULL, 0);
		if (d == BACKGROUND)
			paste(whole, nothing, false);
		for (size_t y = 0; y < PATCH / 2; y++)
			memcpy(whole + y * SIDE * 4, dot + y * (PATCH / 2) * 4,
			    PATCH / 2 * 4);
		assert_int_equal(pdqs_of(buf_view(&file), v), 3);
		assert_pdq_of(whole, v[2]);
		free(whole);
	}
	free(first);
	free(patch);
	free(dot);
}

static void
a_frame_that_cannot_be_read_is_damage(void **state)
{
	uint8_t *px = noise(10, SIDE, SIDE);
	uint32_t number = begin_file(2, true);

	(void)state;
	put_data(&number, px, SIDE, true);
	put_place(&number, SIDE, 1, 0, NONE, false);
	put_data(&number, px, SIDE, false);
	put_chunk("IEND", NULL, 0);
	(void)hashes_of(buf_view(&file), MEDIA_DAMAGED);
	number = begin_file(2, true);
	put_data(&number, px, SIDE, true);
	put_place(&number, SIDE, 0, 0, NONE, false);
	put_numbered("fdAT", number, "nothing", 7);
	put_chunk("IEND", NULL, 0);
	(void)hashes_of(buf_view(&file), MEDIA_DAMAGED);
	free(px);
}

static void
frames_of_a_file_that_is_not_animated_are_none(void **state)
{
	uint8_t *px = noise(11, SIDE, SIDE);
	uint32_t number = begin_file(2, false);
	str v[8];

	(void)state;
	put_data(&number, px, SIDE, true);
	put_place(&number, SIDE, 1, 0, NONE, false);
	put_numbered("fdAT", number, "nothing", 7);
	put_chunk("IEND", NULL, 0);
	assert_int_equal(pdqs_of(buf_view(&file), v), 1);
	free(px);
}

static int
begin(void **state)
{
	struct err e;

	(void)state;
	arena = arena_new((size_t)16 << 20);
	file = BUF_MAX(8 << 20);
	return arena != NULL && intake_init(&e) ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_whole_frame_that_differs_is_hashed),
	    cmocka_unit_test(a_part_is_hashed_on_what_it_is_laid_over),
	    cmocka_unit_test(what_a_frame_leaves_behind_is_as_it_says),
	    cmocka_unit_test(a_frame_that_cannot_be_read_is_damage),
	    cmocka_unit_test(frames_of_a_file_that_is_not_animated_are_none),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
