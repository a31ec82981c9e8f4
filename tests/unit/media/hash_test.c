/* What is hashed: the very pixels that libjpeg gives, every frame that differs,
 * the picture and not the way it was held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <jpeglib.h>
#include <vips/vips.h>

#include "hash/kind.h"
#include "ipc/hashes.h"
#include "media/hashing.h"
#include "media/intake.h"
#include "media/jpegrgb.h"
#include "media/jpegrgb_row.h"

const char *__lsan_default_suppressions(void);

/* The encoder that makes test pictures is not ours to mend. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libx265\n";
}

static uint64_t seed = 1;

static uint32_t
dice(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static int
begin(void **state)
{
	struct err e;

	(void)state;
	return intake_init(&e) ? 0 : -1;
}

/* ---- pixels of JPEGs ---- */

struct sampling {
	int n, h[3], v[3];
};

static const struct sampling samplings[] = {
    {3, {2, 1, 1}, {2, 1, 1}},
    {3, {2, 1, 1}, {1, 1, 1}},
    {3, {1, 1, 1}, {1, 1, 1}},
    {3, {1, 1, 1}, {2, 1, 1}},
    {3, {4, 1, 1}, {1, 1, 1}},
    {3, {4, 1, 1}, {2, 1, 1}},
    {3, {2, 2, 1}, {2, 1, 1}},
    {1, {1}, {1}},
    {1, {2}, {2}},
};

/* Smooth enough for all of a JPEG's range, rough enough for its corners. */
static void
encode(const struct sampling *s, uint32_t w, uint32_t h, unsigned char **ret,
    unsigned long *ret_n)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr mgr;
	uint8_t row[300];

	c.err = jpeg_std_error(&mgr);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, ret, ret_n);
	c.image_width = w;
	c.image_height = h;
	c.input_components = s->n;
	c.in_color_space = s->n == 1 ? JCS_GRAYSCALE : JCS_RGB;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, 92, TRUE);
	for (int i = 0; i < s->n; i++) {
		c.comp_info[i].h_samp_factor = s->h[i];
		c.comp_info[i].v_samp_factor = s->v[i];
	}
	jpeg_start_compress(&c, TRUE);
	for (uint32_t y = 0; y < h; y++) {
		JSAMPROW p = row;

		for (uint32_t x = 0; x < w * (uint32_t)s->n; x++)
			row[x] = (uint8_t)((x * 3 + y * 5 + dice(120)) & 255);
		(void)jpeg_write_scanlines(&c, &p, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
}

static void
by_libjpeg(const unsigned char *p, unsigned long n, uint8_t *ret)
{
	struct jpeg_decompress_struct c;
	struct jpeg_error_mgr mgr;

	c.err = jpeg_std_error(&mgr);
	jpeg_create_decompress(&c);
	jpeg_mem_src(&c, p, n);
	(void)jpeg_read_header(&c, TRUE);
	(void)jpeg_start_decompress(&c);
	while (c.output_scanline < c.output_height) {
		JSAMPROW row = ret + (size_t)c.output_scanline *
					 c.output_width *
					 (unsigned)c.output_components;

		(void)jpeg_read_scanlines(&c, &row, 1);
	}
	(void)jpeg_finish_decompress(&c);
	jpeg_destroy_decompress(&c);
}

static void
push_strips(struct jpeg_decompress_struct *c, struct jpegrgb *r)
{
	static uint8_t sample[3][32][400];
	static JSAMPROW row[3][32];
	JSAMPARRAY all[3] = {row[0], row[1], row[2]};
	const uint8_t *const *view[3];

	for (int i = 0; i < 3; i++) {
		for (int y = 0; y < 32; y++)
			row[i][y] = sample[i][y];
		view[i] = (const uint8_t *const *)row[i];
	}
	while (c->output_scanline < c->output_height) {
		(void)jpeg_read_raw_data(
		    c, all, (unsigned)c->max_v_samp_factor * DCTSIZE);
		jpegrgb_strip(r, view);
	}
}

static struct jpegrgb *
by_ours(const unsigned char *p, unsigned long n)
{
	struct jpeg_decompress_struct c;
	struct jpeg_error_mgr mgr;
	struct jpegrgb_part part[3];
	struct jpegrgb *r;
	struct err e;

	c.err = jpeg_std_error(&mgr);
	jpeg_create_decompress(&c);
	jpeg_mem_src(&c, p, n);
	(void)jpeg_read_header(&c, TRUE);
	c.out_color_space = c.jpeg_color_space;
	c.raw_data_out = TRUE;
	(void)jpeg_start_decompress(&c);
	for (int i = 0; i < c.num_components; i++)
		part[i] =
		    (struct jpegrgb_part){c.comp_info[i].downsampled_width,
			c.comp_info[i].downsampled_height,
			(uint32_t)c.comp_info[i].h_samp_factor,
			(uint32_t)c.comp_info[i].v_samp_factor};
	r = jpegrgb_new(c.image_width, c.image_height,
	    (unsigned)c.num_components, part, &e);
	assert_non_null(r);
	push_strips(&c, r);
	(void)jpeg_finish_decompress(&c);
	jpeg_destroy_decompress(&c);
	return r;
}

static void
pixels_are_those_of_libjpeg(void **state)
{
	static uint8_t want[100 * 100 * 3];

	(void)state;
	for (int k = 0; k < 400; k++) {
		const struct sampling *s =
		    &samplings[(size_t)k %
			       (sizeof(samplings) / sizeof(samplings[0]))];
		uint32_t w = 1 + dice(100), h = 1 + dice(100);
		unsigned char *p = NULL;
		unsigned long n = 0;
		struct jpegrgb *r;
		uint8_t *got;

		encode(s, w, h, &p, &n);
		by_libjpeg(p, n, want);
		r = by_ours(p, n);
		got = jpegrgb_take(r);
		if (memcmp(want, got, (size_t)w * h * (unsigned)s->n) != 0)
			fail_msg(
			    "%u x %u, sampled %d x %d", w, h, s->h[0], s->v[0]);
		free(got);
		jpegrgb_free(r);
		free(p);
	}
}

static void
every_kind_of_loop_gives_the_same_bytes(void **state)
{
	const struct jpegrgb_row_ops *ops[JPEGRGB_ROW_KINDS];
	size_t kinds = jpegrgb_row_all(ops);
	static uint8_t in[3][300], want[700], got[700];

	(void)state;
	for (int k = 0; k < 2000; k++) {
		size_t n = 1 + dice(200);

		for (int i = 0; i < 3; i++)
			for (size_t x = 0; x < 300; x++)
				in[i][x] = (uint8_t)dice(256);
		for (size_t i = 1; i < kinds; i++) {
			ops[0]->h2v2(in[0], in[1], n, want);
			ops[i]->h2v2(in[0], in[1], n, got);
			assert_memory_equal(want, got, 2 * n);
			ops[0]->h2v1(in[0], n, want);
			ops[i]->h2v1(in[0], n, got);
			assert_memory_equal(want, got, 2 * n);
			got[3 * n] = 77;
			ops[0]->rgb(in[0], in[1], in[2], n, want);
			ops[i]->rgb(in[0], in[1], in[2], n, got);
			assert_memory_equal(want, got, 3 * n);
			assert_int_equal(got[3 * n], 77);
		}
	}
}

/* ---- whole files ---- */

static struct hashes
hashes_by(
    struct arena *a, str bytes, unsigned hypotheses, enum media_verdict want)
{
	struct hashes t = {0};
	struct intake in;
	struct err e;
	str table;

	assert_true(intake_hash(bytes, 0, hypotheses, &in, &e));
	assert_int_equal(in.done.verdict, want);
	if (want == MEDIA_OK) {
		assert_true(arena_str(a, in.hashes.p, in.hashes.n, &table));
		assert_true(hashes_read(a, table, HASHES_ROWS_MAX, &t, &e));
	}
	intake_done(&in);
	return t;
}

static struct hashes
hashes_of(struct arena *a, str bytes, enum media_verdict want)
{
	return hashes_by(a, bytes, 0, want);
}

static struct pdq_hash
pdq_of(const struct hash_row *r)
{
	assert_int_equal(r->kind, HASH_PDQ);
	return pdq_of_bytes((const uint8_t *)r->value.p);
}

/* Tiles of many greys: detail that no encoder takes away. */
static void
mosaic(const char *save, void **ret, size_t *ret_n)
{
	static uint8_t px[480][640][3];
	VipsImage *img;

	for (int y = 0; y < 480; y++)
		for (int x = 0; x < 640; x++) {
			int tile = x / 40 * 7 + y / 40 * 13;

			px[y][x][0] = (uint8_t)(tile * tile * 37 % 251);
			px[y][x][1] = (uint8_t)(tile * tile * 37 % 251);
			px[y][x][2] = (uint8_t)(tile * 11 % 200);
		}
	img = vips_image_new_from_memory(
	    px, sizeof(px), 640, 480, 3, VIPS_FORMAT_UCHAR);
	assert_non_null(img);
	if (vips_image_write_to_buffer(img, save, ret, ret_n, NULL) != 0)
		fail_msg("%s: %s", save, vips_error_buffer());
	g_object_unref(img);
}

static void
every_format_is_recognised_as_the_same_picture(void **state)
{
	static const char *const saves[] = {".png", ".jpg[Q=90]", ".webp[Q=90]",
	    ".heic[Q=80]", ".avif[Q=80,speed=9]", ".png[interlace]"};
	OWNED(arena) a = arena_new((size_t)4 << 20);
	struct pdq_hash first = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(saves) / sizeof(saves[0]); i++) {
		struct pdq_hash h;
		struct hashes t;
		void *p = NULL;
		size_t n;

		mosaic(saves[i], &p, &n);
		t = hashes_of(a, (str){p, n}, MEDIA_OK);
		g_free(p);
		h = pdq_of(&t.v[0]);
		assert_int_equal(t.v[0].unfit, PDQ_FIT);
		if (i == 0)
			first = h;
		if (pdq_distance(&first, &h) > 10)
			fail_msg(
			    "%s: %d bits", saves[i], pdq_distance(&first, &h));
	}
}

/* How far the picture is from the whole one, under that hypothesis; 256 when it
 * is not asked. */
static int
distance_by(const struct hashes *t, enum query_hypothesis h,
    const struct pdq_hash *whole)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].kind == HASH_PDQ && t->v[i].hypothesis == h) {
			struct pdq_hash own = pdq_of(&t->v[i]);

			return pdq_distance(&own, whole);
		}
	return PDQ_BITS;
}

static struct hashes
hashes_of_image(struct arena *a, VipsImage *img)
{
	struct hashes t;
	void *p = NULL;
	size_t n;

	assert_int_equal(
	    vips_image_write_to_buffer(img, ".jpg[Q=75]", &p, &n, NULL), 0);
	t = hashes_by(a, (str){p, n}, QUERY_DEFAULT, MEDIA_OK);
	g_free(p);
	g_object_unref(img);
	return t;
}

/* Clouds: detail of every size, and nothing that repeats. */
static VipsImage *
clouds(void)
{
	VipsImage *noise, *large = NULL, *soft = NULL, *ret = NULL;

	assert_int_equal(
	    vips_perlin(&noise, 1600, 1200, "cell-size", 150, "seed", 7, NULL),
	    0);
	assert_int_equal(vips_linear1(noise, &large, 120, 128, NULL), 0);
	assert_int_equal(vips_cast_uchar(large, &soft, NULL), 0);
	assert_int_equal(
	    vips_bandjoin(((VipsImage *[]){soft, soft, soft}), &ret, 3, NULL),
	    0);
	g_object_unref(noise);
	g_object_unref(large);
	g_object_unref(soft);
	return ret;
}

static void
what_was_framed_or_cropped_is_hashed_as_it_was(void **state)
{
	OWNED(arena) a = arena_new((size_t)4 << 20);
	VipsImage *img = clouds(), *cut = NULL, *boxed = NULL;
	struct pdq_hash whole;
	struct hashes t;

	(void)state;
	assert_int_equal(
	    vips_extract_area(img, &cut, 32, 24, 1536, 1152, NULL), 0);
	assert_int_equal(vips_embed(img, &boxed, 0, 180, 1600, 1560, NULL), 0);
	t = hashes_of_image(a, img);
	whole = pdq_of(&t.v[0]);
	assert_int_equal(distance_by(&t, QUERY_UNBOXED, &whole), PDQ_BITS);
	t = hashes_of_image(a, cut);
	assert_int_equal(t.v[0].hypothesis, QUERY_AS_IS);
	assert_true(distance_by(&t, QUERY_AS_IS, &whole) > 20);
	assert_true(distance_by(&t, QUERY_PADDED2, &whole) <= 20);
	assert_true(distance_by(&t, QUERY_PADDED4, &whole) < PDQ_BITS);
	t = hashes_of_image(a, boxed);
	assert_true(distance_by(&t, QUERY_AS_IS, &whole) > PDQ_DISTANCE);
	assert_true(distance_by(&t, QUERY_UNBOXED, &whole) <= 10);
	assert_int_equal(t.n, 4 + PHASH_KINDS + 3);
}

static void
a_flat_picture_is_kept_with_its_reason(void **state)
{
	OWNED(arena) a = arena_new((size_t)4 << 20);
	VipsImage *grey = NULL;
	struct hashes t;
	void *p = NULL;
	size_t n;

	(void)state;
	assert_int_equal(vips_black(&grey, 200, 100, "bands", 3, NULL), 0);
	assert_int_equal(
	    vips_image_write_to_buffer(grey, ".png", &p, &n, NULL), 0);
	t = hashes_of(a, (str){p, n}, MEDIA_OK);
	assert_int_equal(t.v[0].quality, 0);
	assert_int_equal(t.v[0].unfit, PDQ_FLAT);
	g_object_unref(grey);
	g_free(p);
}

/* Frames of noise, by their seeds, one below another. */
static void
animation(const unsigned *frame, size_t n, int side, void **ret, size_t *ret_n)
{
	size_t bytes = (size_t)side * (size_t)side * 3;
	uint8_t *px = malloc(bytes * n);
	VipsImage *img;

	assert_non_null(px);
	for (size_t i = 0; i < n; i++) {
		seed = frame[i] + 1000;
		for (size_t k = 0; k < bytes; k++)
			px[i * bytes + k] = (uint8_t)dice(256);
	}
	img = vips_image_new_from_memory(
	    px, bytes * n, side, side * (int)n, 3, VIPS_FORMAT_UCHAR);
	assert_non_null(img);
	vips_image_set_int(img, VIPS_META_PAGE_HEIGHT, side);
	assert_int_equal(vips_webpsave_buffer(img, ret, ret_n, "lossless", TRUE,
			     "effort", 0, NULL),
	    0);
	g_object_unref(img);
	free(px);
}

static void
every_frame_that_differs_is_hashed_and_the_first_is_shown(void **state)
{
	static const unsigned frames[] = {5, 6, 5, 7, 7};
	static const struct intake_wish wish = {.side = {64, 32, 16}};
	OWNED(arena) a = arena_new((size_t)4 << 20);
	uint32_t seen[8];
	size_t n_seen = 0, n;
	struct intake in;
	struct hashes t;
	struct err e;
	void *p = NULL;

	(void)state;
	animation(frames, 5, 64, &p, &n);
	t = hashes_of(a, (str){p, n}, MEDIA_OK);
	for (size_t i = 0; i < t.n; i++)
		if (t.v[i].kind == HASH_PDQ)
			seen[n_seen++] = t.v[i].frame;
	assert_int_equal(n_seen, 3);
	assert_int_equal(seen[0], 0);
	assert_int_equal(seen[1], 1);
	assert_int_equal(seen[2], 3);
	assert_int_equal(t.n, 3 * (1 + PHASH_KINDS) + 3);
	assert_true(intake_run((str){p, n}, &wish, &in, &e));
	assert_int_equal(in.done.verdict, MEDIA_OK);
	assert_int_equal(in.done.width, 64);
	assert_int_equal(in.done.height, 64);
	intake_done(&in);
	g_free(p);
}

static void
more_frames_than_can_be_compared_are_too_many(void **state)
{
	static unsigned frames[HASHING_FRAMES_MAX + 1];
	OWNED(arena) a = arena_new((size_t)8 << 20);
	void *p = NULL;
	size_t n;

	(void)state;
	for (unsigned i = 0; i <= HASHING_FRAMES_MAX; i++)
		frames[i] = i;
	animation(frames, HASHING_FRAMES_MAX, 12, &p, &n);
	(void)hashes_of(a, (str){p, n}, MEDIA_OK);
	g_free(p);
	p = NULL;
	animation(frames, HASHING_FRAMES_MAX, 66, &p, &n);
	assert_int_equal(hashes_by(a, (str){p, n}, QUERY_DEFAULT, MEDIA_OK).n,
	    HASHING_FRAMES_MAX * (3 + PHASH_KINDS) + 3);
	g_free(p);
	p = NULL;
	animation(frames, HASHING_FRAMES_MAX + 1, 12, &p, &n);
	(void)hashes_of(a, (str){p, n}, MEDIA_TOO_MANY);
	g_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pixels_are_those_of_libjpeg),
	    cmocka_unit_test(every_kind_of_loop_gives_the_same_bytes),
	    cmocka_unit_test(every_format_is_recognised_as_the_same_picture),
	    cmocka_unit_test(what_was_framed_or_cropped_is_hashed_as_it_was),
	    cmocka_unit_test(a_flat_picture_is_kept_with_its_reason),
	    cmocka_unit_test(
		every_frame_that_differs_is_hashed_and_the_first_is_shown),
	    cmocka_unit_test(more_frames_than_can_be_compared_are_too_many),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
