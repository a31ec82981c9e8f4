/* The pure parts: what a file is, what its wrapping says, the two facts of an
 * EXIF block, the tags of a download, and the messages about all that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ipc/media.h"
#include "media/container.h"
#include "media/exifdate.h"
#include "media/icc.h"
#include "media/tagwrite.h"
#include "media/warm.h"

static void
brands_tell_heif_files_apart(void **state)
{
	static const struct {
		str bytes;
		enum media_format format;
	} files[] = {
	    {S("\0\0\0\x18"
	       "ftypheic\0\0\0\0mif1heic"),
		MEDIA_FORMAT_HEIC},
	    {S("\0\0\0\x18"
	       "ftypmif1\0\0\0\0mif1heic"),
		MEDIA_FORMAT_HEIC},
	    {S("\0\0\0\x1c"
	       "ftypmif1\0\0\0\0mif1miafavif"),
		MEDIA_FORMAT_AVIF},
	    {S("\0\0\0\x18"
	       "ftypmif1\0\0\0\0mif1miaf"),
		MEDIA_FORMAT_NONE},
	    /* the version between major and other brands is no brand */
	    {S("\0\0\0\x14"
	       "ftypmif1heicmif1"),
		MEDIA_FORMAT_NONE},
	    {S("\0\0\0\x18"
	       "ftypisom\0\0\0\0isommp42"),
		MEDIA_FORMAT_NONE},
	    {S("\0\0\xff\xff"
	       "ftypheic\0\0\0\0"),
		MEDIA_FORMAT_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_int_equal(media_sniff(files[i].bytes), files[i].format);
	for (size_t i = 0; i < WARM_PICTURES; i++)
		assert_int_equal(
		    media_sniff((str){
			(const char *)warm_pictures[i].p, warm_pictures[i].n}),
		    warm_pictures[i].format);
}

/* TIFF, little endian, one date tag of IFD0 and nothing else. */
static str
dated(char to[static 64], const char *date)
{
	memcpy(to,
	    "II*\0\x08\0\0\0\x01\0\x32\x01\x02\0\x14\0\0\0\x1a\0\0\0"
	    "\0\0\0\0",
	    26);
	memcpy(to + 26, date, 20);
	return (str){to, 46};
}

static void
only_plausible_dates_are_taken(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} dates[] = {
	    {"2026:11:21 16:30:59", true},
	    {"2024:02:29 00:00:00", true},
	    {"2026-11-21 16:30:59", true},
	    {"2026:02:29 00:00:00", false},
	    {"2026:04:31 00:00:00", false},
	    {"1989:12:31 23:59:59", false},
	    {"1990:01:01 00:00:00", true},
	    {"2100:12:31 23:59:60", true},
	    {"2101:01:01 00:00:00", false},
	    {"0000:00:00 00:00:00", false},
	    {"    :  :     :  :  ", false},
	    {"2026:13:01 00:00:00", false},
	    {"2026:00:01 00:00:00", false},
	    {"2026:01:01 24:00:00", false},
	    {"2026:01:01 00:60:00", false},
	    {"2026:01/01 00:00:00", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		char b[64];
		struct exif x = exif_read(dated(b, dates[i].text));

		if (x.has_taken != dates[i].good)
			fail_msg("%s", dates[i].text);
	}
}

static void
a_cut_or_looping_exif_block_is_no_date(void **state)
{
	char b[64];
	str s = dated(b, "2026:11:21 16:30:59");
	/* The EXIF IFD is IFD0 itself, which names itself again. */
	static const str loop =
	    S("MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01"
	      "\0\0\0\x08\0\0\0\0");

	(void)state;
	assert_true(exif_read(s).has_taken);
	for (size_t n = 0; n < 45; n++)
		assert_false(exif_read(str_sub(s, 0, n)).has_taken);
	assert_false(exif_read(loop).has_taken);
	assert_int_equal(exif_read(loop).orientation, 1);
}

static void
containers_tell_their_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < WARM_PICTURES; i++) {
		const struct warm_picture *w = &warm_pictures[i];
		str s = {(const char *)w->p, w->n};
		struct container c = container_read(w->format, s);

		assert_int_equal(c.state, CONTAINER_WHOLE);
		assert_true(c.width >= 16 && c.width <= 64);
		for (size_t n = 12; n < s.n; n++) {
			struct container cut =
			    container_read(w->format, str_sub(s, 0, n));

			/* Between two boxes nothing seems to be missing. */
			if (n + 8 <= s.n && memcmp(s.p + n + 4, "mdat", 4) == 0)
				continue;
			assert_int_not_equal(cut.state, CONTAINER_WHOLE);
		}
	}
}

static void
only_what_pixels_need_is_left_of_a_png(void **state)
{
	CLEANUP(buf_done) struct buf in = BUF_MAX(4096), out = BUF_MAX(4096);
	const struct warm_picture *w = &warm_pictures[0];
	str s = {(const char *)w->p, w->n};

	(void)state;
	buf_str(&in, str_sub(s, 0, 33));
	buf_put(&in, "\0\0\0\x03zTXtabc\0\0\0\0", 15);
	buf_str(&in, str_sub(s, 33, s.n));
	buf_put(&in, "tail", 4);
	assert_true(container_png_essence(buf_view(&in), &out));
	assert_int_equal(out.n, w->n);
	assert_memory_equal(out.p, w->p, w->n);
}

static void
a_jpeg_tells_its_size_past_other_segments(void **state)
{
	static const str jpeg = S("\xff\xd8\xff\xe1\0\x0e"
				  "Exif\0\0II*\0ab"
				  "\xff\xff\xfe\0\x04hi\xff\xc2\0\x0b\x08\x01"
				  "\x02\x03\x04\x01\0\0\0\xff\xda\0\x02");
	struct container c = container_read(MEDIA_FORMAT_JPEG, jpeg);

	(void)state;
	assert_int_equal(c.state, CONTAINER_WHOLE);
	assert_int_equal(c.width, 0x0304);
	assert_int_equal(c.height, 0x0102);
	assert_int_equal(c.exif.n, 12);
	c = container_read(MEDIA_FORMAT_JPEG, str_sub(jpeg, 0, jpeg.n - 4));
	assert_int_equal(c.state, CONTAINER_CUT);
}

static void
no_profile_is_taken_for_srgb_by_mistake(void **state)
{
	char p[256] = {0};

	(void)state;
	assert_int_equal(icc_space(S("")), ICC_NONE);
	assert_false(icc_is_srgb((str){p, sizeof(p)}));
	memcpy(p + 16, "RGB ", 4);
	memcpy(p + 36, "acsp", 4);
	memset(p + 128, 0xff, 64);
	assert_int_equal(icc_space((str){p, sizeof(p)}), ICC_RGB);
	assert_false(icc_is_srgb((str){p, sizeof(p)}));
}

static void
tags_hold_what_they_were_given_and_end_where_they_say(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TAG_PREFIX_MAX);
	struct tag_facts f = {.caption = S("\xc3\x89t\xc3\xa9 <3 & \"vous\""),
	    .organisation = S("Les Tilleuls"),
	    .has_taken = true,
	    .taken = {2026, 11, 21, 16, 30, 5}};
	const uint8_t *p;
	struct exif x;
	size_t i = 2;
	struct err e;

	(void)state;
	assert_true(tagwrite(&f, &b, &e));
	p = (const uint8_t *)b.p;
	assert_memory_equal(p, "\xff\xd8", 2);
	for (int k = 0; k < 2; k++) {
		assert_memory_equal(p + i, "\xff\xe1", 2);
		i += 2 + ((size_t)p[i + 2] << 8 | p[i + 3]);
		assert_true(i <= b.n);
	}
	assert_int_equal(i, b.n);
	x = exif_read(str_sub(buf_view(&b), 6, b.n));
	assert_true(x.has_taken);
	for (size_t k = 0; k < 6; k++)
		assert_int_equal(x.taken[k], f.taken[k]);
	assert_non_null(memmem(b.p, b.n, "\xc3\x89t\xc3\xa9 &lt;3 &amp;", 15));
}

static void
tags_are_cut_between_letters_and_refuse_bad_text(void **state)
{
	static char text[3 * TAG_TEXT_MAX];
	CLEANUP(buf_done) struct buf b = BUF_MAX(TAG_PREFIX_MAX);
	struct tag_facts f = {.organisation = S("\xff")};
	struct err e;

	(void)state;
	assert_false(tagwrite(&f, &b, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	buf_clear(&b);
	for (size_t i = 0; i < sizeof(text); i += 3)
		memcpy(text + i, "\xe2\x82\xac", 3);
	f = (struct tag_facts){.caption = {text, sizeof(text)},
	    .organisation = {text, sizeof(text)}};
	assert_true(tagwrite(&f, &b, &e));
	assert_true(b.n < TAG_PREFIX_MAX);
	assert_null(memmem(b.p, b.n, "\xe2\x82<", 3));
}

static void
a_job_and_its_answer_arrive_as_they_were_sent(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	struct media_job j = {7, false, 6, 12, {2048, 1024, 320}}, jr;
	struct media_done d = {.id = 7,
			      .format = MEDIA_FORMAT_HEIC,
			      .width = 4032,
			      .height = 3024,
			      .has_taken = true,
			      .taken = {2026, 11, 21, 16, 30, 5},
			      .picture = {{2048, 1536, 400000},
				  {1024, 768, 100000}, {320, 240, 20000}},
			      .hashes_bytes = 900},
			  dr;
	struct err e;

	(void)state;
	media_job_write(&b, &j);
	assert_true(media_job_read(buf_view(&b), &jr, &e));
	assert_memory_equal(&j, &jr, sizeof(j));
	for (size_t n = 0; n < b.n; n++)
		assert_false(
		    media_job_read(str_sub(buf_view(&b), 0, n), &jr, &e));
	buf_clear(&b);
	media_done_write(&b, &d);
	assert_true(media_done_read(buf_view(&b), &dr, &e));
	assert_int_equal(dr.picture[2].bytes, 20000);
	assert_int_equal(dr.taken[0], 2026);
	buf_byte(&b, '\0');
	assert_false(media_done_read(buf_view(&b), &dr, &e));
}

static void
absurd_messages_are_refused(void **state)
{
	static const struct media_job jobs[] = {{1, false, 0, 0, {0, 0, 0}},
	    {1, false, 0, 0, {320, 1024, 2048}},
	    {1, false, 0, 0, {30000, 10, 5}}, {1, true, 0, 0, {10, 5, 0}},
	    {1, true, 8, 0, {10, 5, 2}}, {1, true, 0, 16, {10, 5, 2}}};
	static const struct media_done answers[] = {
	    {.verdict = MEDIA_OK},
	    {.verdict = MEDIA_DAMAGED, .width = 10, .height = 10},
	    {.verdict = MEDIA_VERDICTS},
	    {.verdict = MEDIA_OK,
		.format = 1,
		.width = 20000,
		.height = 20000,
		.picture = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}},
		.hashes_bytes = 1},
	    {.verdict = MEDIA_OK,
		.format = 1,
		.width = 10,
		.height = 10,
		.picture = {{11, 1, 1}, {1, 1, 1}, {1, 1, 1}},
		.hashes_bytes = 1},
	    {.verdict = MEDIA_OK,
		.format = 1,
		.width = 10,
		.height = 10,
		.picture = {{10, 1, 1}, {1, 1, 1}, {1, 1, 0}},
		.hashes_bytes = 1},
	    {.verdict = MEDIA_OK,
		.format = 1,
		.width = 10,
		.height = 10,
		.picture = {{10, 1, 1}, {1, 1, 1}, {1, 1, 1}}},
	    {.verdict = MEDIA_OK, .format = 1, .width = 10, .height = 10},
	    {.verdict = MEDIA_DAMAGED, .hashes_bytes = 1},
	    {.verdict = MEDIA_EMPTY, .has_taken = true},
	    {.verdict = MEDIA_EMPTY, .taken = {2026}},
	};
	struct media_job j;
	struct media_done d;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		CLEANUP(buf_done) struct buf b = BUF_MAX(1024);

		media_job_write(&b, &jobs[i]);
		assert_false(media_job_read(buf_view(&b), &j, &e));
	}
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		CLEANUP(buf_done) struct buf b = BUF_MAX(1024);

		media_done_write(&b, &answers[i]);
		if (media_done_read(buf_view(&b), &d, &e))
			fail_msg("answer %zu passed", i);
	}
}

/* Beside a picture or without one: what it shows nobody here could compare. */
static void
a_film_in_a_heif_file_is_not_overlooked(void **state)
{
	static const char film[] = "\0\0\0\x18"
				   "ftypavis\0\0\0\0avifavis"
				   "\0\0\0\x08moov"
				   "\0\0\0\x08mdat";
	str bytes = {film, sizeof(film) - 1};

	(void)state;
	assert_int_equal(media_sniff(bytes), MEDIA_FORMAT_AVIF);
	assert_int_equal(
	    container_read(MEDIA_FORMAT_AVIF, bytes).state, CONTAINER_FILM);
	/* Up to its end only. */
	assert_int_equal(
	    container_read(MEDIA_FORMAT_AVIF, str_sub(bytes, 0, 24)).state,
	    CONTAINER_CUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(brands_tell_heif_files_apart),
	    cmocka_unit_test(a_film_in_a_heif_file_is_not_overlooked),
	    cmocka_unit_test(only_plausible_dates_are_taken),
	    cmocka_unit_test(a_cut_or_looping_exif_block_is_no_date),
	    cmocka_unit_test(containers_tell_their_size),
	    cmocka_unit_test(only_what_pixels_need_is_left_of_a_png),
	    cmocka_unit_test(a_jpeg_tells_its_size_past_other_segments),
	    cmocka_unit_test(no_profile_is_taken_for_srgb_by_mistake),
	    cmocka_unit_test(
		tags_hold_what_they_were_given_and_end_where_they_say),
	    cmocka_unit_test(tags_are_cut_between_letters_and_refuse_bad_text),
	    cmocka_unit_test(a_job_and_its_answer_arrive_as_they_were_sent),
	    cmocka_unit_test(absurd_messages_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
