/* What a handler of a report is shown: small, grey and blurred, and the same
 * hardly blurred. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "media/decode.h"
#include "media/glance.h"
#include "media/jpegout.h"

static struct err e;

/* Stripes of `wide` pixels, in colour. */
static void
stripes(uint32_t width, uint32_t height, uint32_t wide, struct buf *ret)
{
	CLEANUP(planes_done) struct planes s = {0};

	assert_true(planes_init(&s, width, height, 3, 2, &e));
	for (unsigned i = 0; i < 3; i++)
		for (uint32_t y = 0; y < s.plane[i].height; y++)
			for (uint32_t x = 0; x < s.plane[i].width; x++)
				s.plane[i].p[y * s.plane[i].stride + x] =
				    i > 0 ? (uint8_t)(40 + 150 * i)
				    : x / wide % 2 == 0 ? 20
							: 230;
	assert_true(jpegout(&s, 90, ret, &e));
}

struct seen {
	uint32_t width, height;
	unsigned parts, spread; /* of the middle: lightest less darkest */
};

static struct seen
look(const struct buf *jpeg)
{
	CLEANUP(decoded_done) struct decoded d = {.exif.orientation = 1};
	struct container box =
	    container_read(MEDIA_FORMAT_JPEG, buf_view(jpeg));
	uint8_t least = 255, most = 0;
	const uint8_t *row;
	bool other = false;

	assert_true(jpegin(buf_view(jpeg), &box, 4096, &d, &other, &e));
	assert_int_equal(d.verdict, MEDIA_OK);
	row = d.planes.plane[0].p +
	      d.planes.plane[0].stride * (d.planes.height / 2);
	for (uint32_t x = d.planes.width / 4; x < d.planes.width * 3 / 4; x++) {
		least = row[x] < least ? row[x] : least;
		most = row[x] > most ? row[x] : most;
	}
	return (struct seen){d.planes.width, d.planes.height, d.planes.n,
	    (unsigned)(most - least)};
}

static void
it_is_small_and_grey_and_nothing_can_be_told_by_it(void **state)
{
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX(1 << 20);
	CLEANUP(buf_done) struct buf soft = BUF_MAX(MEDIA_GLANCE_BYTES_MAX);
	CLEANUP(buf_done) struct buf sharp = BUF_MAX(MEDIA_GLANCE_BYTES_MAX);
	enum media_verdict v;
	struct seen a, b;

	(void)state;
	/* Stripes of ten pixels, when it is small. */
	stripes(320, 200, 20, &jpeg);
	assert_true(glance_make(buf_view(&jpeg), &v, &soft, &sharp, &e));
	assert_int_equal(v, MEDIA_OK);
	a = look(&soft);
	b = look(&sharp);
	assert_int_equal(a.width, MEDIA_GLANCE_SIDE);
	assert_int_equal(a.height, 100);
	assert_int_equal(b.width, MEDIA_GLANCE_SIDE);
	assert_int_equal(a.parts, 1);
	assert_int_equal(b.parts, 1);
	assert_true(a.spread < 40);
	assert_true(b.spread > 180);
}

static void
a_picture_as_small_as_can_be_is_blurred_too(void **state)
{
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX(1 << 20);
	CLEANUP(buf_done) struct buf soft = BUF_MAX(MEDIA_GLANCE_BYTES_MAX);
	CLEANUP(buf_done) struct buf sharp = BUF_MAX(MEDIA_GLANCE_BYTES_MAX);
	static const uint32_t sizes[][2] = {{1, 1}, {2, 300}, {17, 3}};
	enum media_verdict v;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		buf_clear(&jpeg);
		stripes(sizes[i][0], sizes[i][1], 1, &jpeg);
		assert_true(
		    glance_make(buf_view(&jpeg), &v, &soft, &sharp, &e));
		assert_int_equal(v, MEDIA_OK);
		assert_true(look(&soft).height <= MEDIA_GLANCE_SIDE);
		assert_true(look(&sharp).width <= MEDIA_GLANCE_SIDE);
	}
}

static void
what_is_no_picture_of_ours_is_said_to_be_none(void **state)
{
	CLEANUP(buf_done) struct buf soft = BUF_MAX(MEDIA_GLANCE_BYTES_MAX);
	CLEANUP(buf_done) struct buf sharp = BUF_MAX(MEDIA_GLANCE_BYTES_MAX);
	enum media_verdict v = MEDIA_OK;

	(void)state;
	assert_true(glance_make(S("no picture"), &v, &soft, &sharp, &e));
	assert_int_not_equal(v, MEDIA_OK);
	assert_int_equal(soft.n + sharp.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		it_is_small_and_grey_and_nothing_can_be_told_by_it),
	    cmocka_unit_test(a_picture_as_small_as_can_be_is_blurred_too),
	    cmocka_unit_test(what_is_no_picture_of_ours_is_said_to_be_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
