/* Whatever arrives, what leaves is a clean picture or a plain verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "media/intake.h"
#include "media/rendition.h"
#include "media/warm.h"
#include "pictures.h"

static const uint32_t sides[MEDIA_SIDES] = {400, 200, 64};
static const struct intake_wish wish = {.side = {400, 200, 64}, .marked = true};

static enum media_verdict
verdict_of(str bytes)
{
	CLEANUP(intake_done) struct intake t = {0};
	struct err e = {0};

	if (!intake_run(bytes, &wish, &t, &e))
		fail_msg("%s", e.msg);
	return t.done.verdict;
}

/* In place of each rendition the JPEG that is in it. */
static void
to_jpegs(struct intake *t)
{
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		struct buf jpeg = BUF_MAX(RENDITION_MAX);
		struct err e = {0};

		assert_int_equal(t->done.picture[i].bytes, t->rendition[i].n);
		if (!rendition_jpeg(
			buf_view(&t->rendition[i]), i % 2 == 0, &jpeg, &e))
			fail_msg("%s", e.msg);
		buf_done(&t->rendition[i]);
		t->rendition[i] = jpeg;
	}
}

static void
run_ok(str bytes, struct intake *ret)
{
	struct err e = {0};

	if (!intake_run(bytes, &wish, ret, &e))
		fail_msg("%s", e.msg);
	if (ret->done.verdict != MEDIA_OK)
		fail_msg("verdict %s", media_verdict_word(ret->done.verdict));
	to_jpegs(ret);
}

static struct buf
make(struct picture p)
{
	struct buf b = {0};

	if (!picture_make(&p, &b))
		fail_msg("cannot make %s", p.save);
	return b;
}

static const char *const formats[] = {
    ".jpg[Q=92]", ".png", ".webp[Q=90]", ".heic[Q=80]", ".avif[Q=80,speed=9]"};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static void
every_format_becomes_three_bare_jpegs(void **state)
{
	(void)state;
	for (size_t i = 0; i < FORMATS; i++) {
		CLEANUP(buf_done)
		struct buf b = make((struct picture){
		    .width = 640, .height = 480, .save = formats[i]});
		CLEANUP(intake_done) struct intake t = {0};

		run_ok(buf_view(&b), &t);
		assert_int_equal(t.done.format, i + 1);
		assert_int_equal(t.done.width, 640);
		assert_int_equal(t.done.height, 480);
		for (size_t k = 0; k < MEDIA_SIDES; k++) {
			str jpeg = buf_view(&t.rendition[k]);

			assert_true(jpeg_is_bare(jpeg));
			assert_int_equal(t.done.picture[k].width, sides[k]);
			assert_int_equal(
			    t.done.picture[k].height, sides[k] * 3 / 4);
		}
	}
}

/* The corners as pictures.h paints them; far enough for any encoder. */
static void
assert_corners(str jpeg, const uint8_t want[4][3], int slack)
{
	CLEANUP(pixels_done) struct photo p = {0};

	assert_true(pixels_of(jpeg, &p));
	for (uint32_t k = 0; k < 4; k++) {
		uint32_t x = k % 2 == 0 ? 2 : p.width - 3;
		uint32_t y = k / 2 == 0 ? 2 : p.height - 3;

		for (uint32_t c = 0; c < 3; c++) {
			int v = p.rgb[((size_t)y * p.width + x) * 3 + c];

			if (abs(v - want[k][c]) > slack)
				fail_msg("corner %u, band %u: %d, not %u", k, c,
				    v, want[k][c]);
		}
	}
}

static const uint8_t corners[4][3] = {
    {255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 255}};

static void
every_kind_of_pixel_keeps_its_colours(void **state)
{
	static const char *const saves[] = {".jpg[Q=95]",
	    ".jpg[Q=95,subsample-mode=off]", ".jpg[Q=95,interlace]", ".png",
	    ".png[interlace]", ".png[palette]", ".webp[lossless]",
	    ".webp[Q=95]"};

	(void)state;
	for (size_t i = 0; i < sizeof(saves) / sizeof(saves[0]); i++) {
		CLEANUP(buf_done)
		struct buf b = make((struct picture){
		    .width = 301, .height = 203, .save = saves[i]});
		CLEANUP(intake_done) struct intake t = {0};

		run_ok(buf_view(&b), &t);
		assert_corners(buf_view(&t.rendition[0]), corners, 24);
		assert_corners(buf_view(&t.rendition[1]), corners, 30);
	}
}

static void
sixteen_bits_become_eight(void **state)
{
	CLEANUP(buf_done)
	struct buf b = make((struct picture){.width = 300,
	    .height = 200,
	    .bands = 3,
	    .sixteen = true,
	    .save = ".png"});
	CLEANUP(intake_done) struct intake t = {0};

	(void)state;
	assert_int_equal(b.p[24], 16);
	run_ok(buf_view(&b), &t);
	assert_corners(buf_view(&t.rendition[0]), corners, 24);
}

static void
what_is_transparent_lies_on_white(void **state)
{
	static const uint8_t want[4][3] = {
	    {255, 255, 255}, {0, 255, 0}, {255, 255, 255}, {255, 255, 255}};
	static const char *const saves[] = {".png", ".webp[lossless]"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		CLEANUP(buf_done)
		struct buf b = make((struct picture){
		    .width = 300, .height = 200, .bands = 4, .save = saves[i]});
		CLEANUP(intake_done) struct intake t = {0};

		run_ok(buf_view(&b), &t);
		assert_corners(buf_view(&t.rendition[0]), want, 24);
	}
}

static void
grey_pictures_are_pictures(void **state)
{
	static const struct picture kinds[] = {
	    {.width = 300, .height = 200, .bands = 1, .save = ".jpg[Q=95]"},
	    {.width = 300, .height = 200, .bands = 1, .save = ".png"},
	    {.width = 300, .height = 200, .bands = 2, .save = ".png"},
	    {.width = 300,
		.height = 200,
		.bands = 1,
		.sixteen = true,
		.save = ".png"},
	    {.width = 300,
		.height = 200,
		.bands = 1,
		.save = ".png[bitdepth=1]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		CLEANUP(buf_done) struct buf b = make(kinds[i]);
		CLEANUP(intake_done) struct intake t = {0};

		run_ok(buf_view(&b), &t);
		assert_true(jpeg_is_bare(buf_view(&t.rendition[0])));
	}
}

static void
colours_of_another_space_are_converted(void **state)
{
	static const char *const saves[] = {
	    ".jpg[Q=97]", ".png", ".heic[Q=90]"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		CLEANUP(buf_done)
		struct buf b = make((struct picture){.width = 300,
		    .height = 200,
		    .save = saves[i],
		    .profile = "p3"});
		CLEANUP(intake_done) struct intake t = {0};

		/* In P3 the red corner is about 234, 51, 35. */
		run_ok(buf_view(&b), &t);
		assert_corners(buf_view(&t.rendition[0]), corners, 30);
	}
}

static void
a_picture_for_print_is_converted(void **state)
{
	CLEANUP(buf_done)
	struct buf b = make((struct picture){.width = 300,
	    .height = 200,
	    .save = ".jpg[Q=95]",
	    .profile = "cmyk"});
	CLEANUP(intake_done) struct intake t = {0};
	CLEANUP(pixels_done) struct photo p = {0};

	(void)state;
	run_ok(buf_view(&b), &t);
	assert_true(jpeg_is_bare(buf_view(&t.rendition[0])));
	assert_true(pixels_of(buf_view(&t.rendition[0]), &p));
	assert_true(p.rgb[2 * 300 * 3 + 6] > 180); /* top left: red */
	assert_true(p.rgb[2 * 300 * 3 + 7] < 100);
}

/* Where the corner that belongs at the top left is stored, for each of the
 * eight cases, told by the colours of the four. */
static void
every_orientation_is_upright(void **state)
{
	/* stored corner (0 tl, 1 tr, 2 bl, 3 br) that is shown at tl, tr,
	 * bl, br; from the table of EXIF 2.32, 4.6.5.1 */
	static const uint8_t shown[9][4] = {{0}, {0, 1, 2, 3}, {1, 0, 3, 2},
	    {3, 2, 1, 0}, {2, 3, 0, 1}, {0, 2, 1, 3}, {2, 0, 3, 1},
	    {3, 1, 2, 0}, {1, 3, 0, 2}};
	static const char *const saves[] = {
	    ".jpg[Q=95]", ".png", ".webp[lossless]"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		CLEANUP(buf_done)
		struct buf b = make((struct picture){
		    .width = 311, .height = 203, .save = saves[i]});

		for (unsigned o = 1; o <= 8; o++) {
			CLEANUP(buf_done) struct buf x = {0}, in = {0};
			CLEANUP(intake_done) struct intake t = {0};
			uint8_t want[4][3];

			if (i == 2 && memcmp(b.p + 12, "VP8X", 4) != 0)
				break;
			picture_exif(&x, o, "2026:11:21 16:30:00", o % 2 == 0);
			assert_true(picture_with_exif(media_sniff(buf_view(&b)),
			    buf_view(&b), buf_view(&x), &in));
			run_ok(buf_view(&in), &t);
			assert_int_equal(t.done.width, o < 5 ? 311 : 203);
			assert_int_equal(t.done.height, o < 5 ? 203 : 311);
			for (size_t k = 0; k < 4; k++)
				memcpy(want[k], corners[shown[o][k]], 3);
			assert_corners(buf_view(&t.rendition[0]), want, 30);
			assert_corners(buf_view(&t.rendition[1]), want, 36);
			assert_true(t.done.has_taken);
			assert_int_equal(t.done.taken[0], 2026);
			assert_int_equal(t.done.taken[4], 30);
		}
	}
}

static void
a_small_picture_is_never_made_larger(void **state)
{
	static const uint32_t sizes[][2] = {
	    {1, 1}, {7, 3}, {63, 64}, {199, 201}, {17, 900}};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		uint32_t w = sizes[i][0], h = sizes[i][1];
		uint32_t longest = w > h ? w : h;
		CLEANUP(buf_done)
		struct buf b = make(
		    (struct picture){.width = w, .height = h, .save = ".jpg"});
		CLEANUP(intake_done) struct intake t = {0};

		run_ok(buf_view(&b), &t);
		for (size_t k = 0; k < MEDIA_SIDES; k++) {
			const struct media_picture *p = &t.done.picture[k];
			uint32_t l =
			    p->width > p->height ? p->width : p->height;

			assert_true(p->width <= w && p->height <= h);
			assert_int_equal(
			    l, longest < sides[k] ? longest : sides[k]);
			assert_true(jpeg_is_bare(buf_view(&t.rendition[k])));
		}
	}
}

static void
a_thumbnail_of_noise_stays_small(void **state)
{
	CLEANUP(buf_done)
	struct buf b = make((struct picture){
	    .width = 320, .height = 320, .save = ".png", .noise = 255});
	static const struct intake_wish small = {.side = {320, 320, 320}};
	CLEANUP(intake_done) struct intake t = {0};
	struct err e;

	(void)state;
	assert_true(intake_run(buf_view(&b), &small, &t, &e));
	assert_true(t.rendition[2].n <= 2 * INTAKE_THUMB_MAX);
}

static void
a_file_cut_anywhere_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < FORMATS; i++) {
		CLEANUP(buf_done)
		struct buf b = make((struct picture){.width = 320,
		    .height = 240,
		    .save = formats[i],
		    .noise = 60});

		for (size_t k = 1; k <= 40; k++) {
			size_t n = k == 40 ? b.n - 1 : b.n * k / 40;
			enum media_verdict v =
			    verdict_of(str_sub(buf_view(&b), 0, n));

			if (v == MEDIA_OK)
				fail_msg("%s cut at %zu of %zu passed",
				    formats[i], n, b.n);
			if (n > 64 && i != 3 && i != 4)
				assert_int_equal(v, MEDIA_TRUNCATED);
		}
	}
}

static void
a_cut_progressive_jpeg_is_refused(void **state)
{
	CLEANUP(buf_done)
	struct buf b = make((struct picture){.width = 320,
	    .height = 240,
	    .save = ".jpg[interlace]",
	    .noise = 60});

	(void)state;
	for (size_t n = b.n / 4; n < b.n; n += b.n / 31)
		assert_int_equal(
		    verdict_of(str_sub(buf_view(&b), 0, n)), MEDIA_TRUNCATED);
}

static void
a_changed_png_is_damaged(void **state)
{
	CLEANUP(buf_done)
	struct buf b = make((struct picture){
	    .width = 120, .height = 90, .save = ".png", .noise = 40});

	(void)state;
	for (size_t at = 40; at < b.n - 16; at += b.n / 50) {
		b.p[at] = (char)(b.p[at] ^ 0x10);
		assert_int_not_equal(verdict_of(buf_view(&b)), MEDIA_OK);
		b.p[at] = (char)(b.p[at] ^ 0x10);
	}
	assert_int_equal(verdict_of(buf_view(&b)), MEDIA_OK);
}

/* Most changes break the code of a JPEG; none breaks us. */
static void
a_changed_jpeg_is_mostly_damaged(void **state)
{
	CLEANUP(buf_done)
	struct buf b = make((struct picture){
	    .width = 320, .height = 240, .save = ".jpg[Q=85]", .noise = 60});
	size_t tried = 0, refused = 0;

	(void)state;
	for (size_t at = b.n / 3; at < b.n - 200; at += b.n / 60) {
		char was = b.p[at];

		memset(b.p + at, 0xff, 1);
		b.p[at + 1] = (char)(b.p[at + 1] ^ 0x5a);
		tried++;
		refused += verdict_of(buf_view(&b)) != MEDIA_OK;
		b.p[at + 1] = (char)(b.p[at + 1] ^ 0x5a);
		b.p[at] = was;
	}
	assert_true(refused * 10 >= tried * 8);
}

static void
a_bomb_is_refused_from_its_header(void **state)
{
	CLEANUP(buf_done)
	struct buf jpeg =
	    make((struct picture){.width = 64, .height = 64, .save = ".jpg"});
	CLEANUP(buf_done)
	struct buf webp = make((struct picture){
	    .width = 64, .height = 64, .bands = 4, .save = ".webp"});
	struct buf heic = BUF_MAX(4096);
	static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
				  "\0\0\xc3\x50\0\0\xc3\x50\x08\x06\0\0\0";
	size_t i;
	clock_t begin = clock();

	(void)state;
	for (i = 0; memcmp(jpeg.p + i, "\xff\xc0", 2) != 0; i++)
		;
	memcpy(jpeg.p + i + 5, "\xff\xdc\xff\xdc", 4);
	assert_int_equal(verdict_of(buf_view(&jpeg)), MEDIA_TOO_LARGE);
	memcpy(jpeg.p + i + 5, "\x23\x28\x23\x28", 4); /* 9000: too many */
	assert_int_equal(verdict_of(buf_view(&jpeg)), MEDIA_TOO_LARGE);
	assert_memory_equal(webp.p + 12, "VP8X", 4);
	memset(webp.p + 24, 0xff, 2);
	memset(webp.p + 27, 0xff, 2);
	assert_int_equal(verdict_of(buf_view(&webp)), MEDIA_TOO_LARGE);
	buf_put(&heic, warm_pictures[2].p, warm_pictures[2].n);
	for (i = 0; memcmp(heic.p + i, "ispe", 4) != 0; i++)
		;
	memcpy(heic.p + i + 8, "\0\0\xea\x60\0\0\xea\x60", 8);
	assert_int_equal(verdict_of(buf_view(&heic)), MEDIA_TOO_LARGE);
	buf_done(&heic);
	{
		struct buf b = BUF_MAX(4096);
		uint32_t crc = 0;

		buf_put(&b, png, sizeof(png) - 1);
		(void)crc;
		/* Even before its checksum is looked at. */
		assert_true(verdict_of(buf_view(&b)) != MEDIA_OK);
		buf_done(&b);
	}
	assert_true(
	    clock() - begin < CLOCKS_PER_SEC); /* of work, not of waiting */
}

/* Within the limits, but there is nothing behind it. */
static void
a_lying_header_is_no_grey_picture(void **state)
{
	CLEANUP(buf_done)
	struct buf b =
	    make((struct picture){.width = 64, .height = 64, .save = ".jpg"});
	size_t i;

	(void)state;
	for (i = 0; memcmp(b.p + i, "\xff\xc0", 2) != 0; i++)
		;
	memcpy(b.p + i + 5, "\x07\xd0\x07\xd0", 4);
	assert_int_not_equal(verdict_of(buf_view(&b)), MEDIA_OK);
}

static void
what_is_no_picture_is_unknown_by_any_name(void **state)
{
	static const str files[] = {
	    S("This is a text that somebody called photo.jpg.\n"),
	    S("<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>"),
	    S("<?xml version='1.0'?><svg/>"),
	    S("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
	    S("GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04"),
	    S("II*\0\x08\0\0\0"),
	    S("MM\0*\0\0\0\x08"),
	    S("BM\x36\0\0\0\0\0\0\0\x36\0\0\0"),
	    S("PK\x03\x04\x14\0\0\0"),
	    S("push graphic-context\n"),
	    S("\0\0\0\x18"
	      "ftypcrx \0\0\0\1crx isom"),
	    S("\xff\x0a"),
	    S("\0"),
	    S("\xff\xd8"),
	    S("RIFF\4\0\0\0WAVE"),
	};

	(void)state;
	assert_int_equal(verdict_of(S("")), MEDIA_EMPTY);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (verdict_of(files[i]) != MEDIA_UNKNOWN)
			fail_msg("file %zu was taken for a picture", i);
}

static void
a_film_is_refused_as_one(void **state)
{
	static const str files[] = {
	    S("\0\0\0\x18"
	      "ftypmp42\0\0\0\0mp42isom"),
	    S("\0\0\0\x14"
	      "ftypqt  \0\0\2\0qt  "),
	    S("\0\0\0\x08wide\0\0\1\0mdat"),
	    S("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\xf7\x81"),
	    S("RIFF\0\1\0\0AVI LIST"),
	    /* A picture that has one beside it. */
	    S("\0\0\0\x18"
	      "ftypavis\0\0\0\0avifavis"
	      "\0\0\0\x08moov"
	      "\0\0\0\x08mdat"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (verdict_of(files[i]) != MEDIA_FILM)
			fail_msg("film %zu was taken for something else", i);
}

static void
what_hangs_behind_a_picture_is_dropped(void **state)
{
	static const str tail = S("PK\x03\x04secret.txt<html><script>"
				  "alert('GPS')</script></html>");

	(void)state;
	for (size_t i = 0; i < FORMATS; i++) {
		CLEANUP(buf_done)
		struct buf b = make((struct picture){
		    .width = 100, .height = 80, .save = formats[i]});
		CLEANUP(intake_done) struct intake t = {0};

		buf_str(&b, tail);
		run_ok(buf_view(&b), &t);
		for (size_t k = 0; k < MEDIA_SIDES; k++) {
			assert_true(jpeg_is_bare(buf_view(&t.rendition[k])));
			assert_null(memmem(
			    t.rendition[k].p, t.rendition[k].n, "script", 6));
		}
	}
}

static void
the_longest_side_that_is_allowed_works(void **state)
{
	CLEANUP(buf_done)
	struct buf b = make((struct picture){
	    .width = MEDIA_SIDE_MAX, .height = 3, .save = ".png"});
	CLEANUP(intake_done) struct intake t = {0};

	(void)state;
	run_ok(buf_view(&b), &t);
	assert_int_equal(t.done.picture[2].height, 1);
}

static int
start(void **state)
{
	struct err e;

	(void)state;
	if (intake_init(&e))
		return 0;
	print_error("%s\n", e.msg);
	return -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_format_becomes_three_bare_jpegs),
	    cmocka_unit_test(every_kind_of_pixel_keeps_its_colours),
	    cmocka_unit_test(sixteen_bits_become_eight),
	    cmocka_unit_test(what_is_transparent_lies_on_white),
	    cmocka_unit_test(grey_pictures_are_pictures),
	    cmocka_unit_test(colours_of_another_space_are_converted),
	    cmocka_unit_test(a_picture_for_print_is_converted),
	    cmocka_unit_test(every_orientation_is_upright),
	    cmocka_unit_test(a_small_picture_is_never_made_larger),
	    cmocka_unit_test(a_thumbnail_of_noise_stays_small),
	    cmocka_unit_test(a_file_cut_anywhere_is_refused),
	    cmocka_unit_test(a_cut_progressive_jpeg_is_refused),
	    cmocka_unit_test(a_changed_png_is_damaged),
	    cmocka_unit_test(a_changed_jpeg_is_mostly_damaged),
	    cmocka_unit_test(a_bomb_is_refused_from_its_header),
	    cmocka_unit_test(a_lying_header_is_no_grey_picture),
	    cmocka_unit_test(what_is_no_picture_is_unknown_by_any_name),
	    cmocka_unit_test(a_film_is_refused_as_one),
	    cmocka_unit_test(what_hangs_behind_a_picture_is_dropped),
	    cmocka_unit_test(the_longest_side_that_is_allowed_works),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
