/* A strip under one viewer's picture: what stands above it, and what it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "made.h"
#include "segment/dct.h"
#include "segment/decode.h"
#include "segment/head.h"

#define BLANK 240
#define ROWS 32 /* samples */

static struct err e;

/* Last segments that are whole, and of every lesser length; one segment. */
static const struct {
	uint32_t width, height;
	unsigned parts, seed;
	uint32_t interval;
} shapes[] = {
    {320, 240, 3, 7, 4},
    {321, 239, 3, 3, 5},
    {17, 401, 3, 2, 3},
    {1, 1, 3, 1, 8},
    {640, 33, 1, 5, 16},
    {250, 187, 1, 9, 32},
    {336, 96, 3, 4, 8},
    {100, 30, 3, 11, 32},
    {512, 512, 3, 0, 8},
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

/* A rendition and a strip that is striped in the left part of its MCUs. */
struct under {
	struct buf bytes;
	struct arena *arena;
	struct file file;
	struct foot foot;
	uint8_t *luma;
	str view;
	char code[PLAN_CODE_BYTES];
};

static bool
page_of(void *ctx, uint32_t page, bool covered, str *ret, struct err *e_)
{
	(void)covered, (void)e_;
	*ret = str_sub(*(str *)ctx, (size_t)page * FILE_PAGE, FILE_PAGE);
	return true;
}

static void
draw(struct under *u)
{
	uint32_t width = foot_width(&u->file), mcu = foot_mcu(&u->file);
	uint32_t until = (width / mcu + 1) / 2 * mcu;

	u->luma = malloc((size_t)until * ROWS);
	assert_non_null(u->luma);
	for (uint32_t i = 0; i < until * ROWS; i++)
		u->luma[i] = i / until % 8 < 4 ? 40 : BLANK;
	u->foot = (struct foot){u->luma, width, ROWS, until, BLANK};
}

static void
under_init(struct under *u, size_t shape)
{
	struct cut_recipe recipe = {
	    .interval = shapes[shape].interval, .variants = made_variants};
	struct segment_picture p;
	struct made m;

	*u = (struct under){.bytes = BUF_MAX(FILE_BYTES_MAX),
	    .arena = arena_new((size_t)8 << 20)};
	made_init(&m, shapes[shape].width, shapes[shape].height,
	    shapes[shape].parts, shapes[shape].seed);
	assert_true(segment_picture_of(&m.s, 80, &p, &e));
	assert_true(segment_cut(&p, &recipe, &u->bytes, &e));
	segment_picture_done(&p);
	made_done(&m);
	u->view = buf_view(&u->bytes);
	u->file = made_file(u->arena, u->view);
	for (size_t i = 0; i < sizeof(u->code); i++)
		u->code[i] = (char)(uint8_t)(0x5a ^ i * 29);
	draw(u);
}

static void
under_done(struct under *u)
{
	free(u->luma);
	arena_free(u->arena);
	buf_done(&u->bytes);
}

static struct plan *
plan_of(struct under *u, bool foot)
{
	struct plan_choice c = {{u->code, sizeof(u->code)}, {0}};
	struct plan_pages pages = {page_of, &u->view};
	struct plan *p = plan_new(&u->file, &c, &e);

	assert_non_null(p);
	if (foot && !plan_put_foot(p, &pages, &u->foot, &e))
		fail_msg("%s", e.msg);
	return p;
}

static void
jpeg_of(struct under *u, bool foot, struct buf *ret)
{
	struct plan_pages pages = {page_of, &u->view};
	OWNED(plan) p = plan_of(u, foot);
	size_t n;

	buf_clear(ret);
	assert_true(buf_reserve(ret, plan_bytes(p) + 1));
	assert_true(plan_read(p, &pages, 0, ret->p, plan_bytes(p) + 1, &n, &e));
	assert_int_equal(n, plan_bytes(p));
	ret->n = n;
}

/* Blocks of the strip, from MCU `first` on: what is right of until has no
 * detail, and what is left is as dark and light as it was drawn. */
static void
check_strip(const struct segment_picture *p, uint32_t first, uint32_t until)
{
	uint32_t mcu = p->parts == 1 ? 8 : 16;
	uint8_t sample[SEGMENT_BLOCK];
	size_t dark = 0, light = 0;

	for (uint32_t m = first; m < p->mcus; m++)
		for (unsigned b = 0; b < p->per_mcu; b++) {
			const int16_t *coef =
			    p->coef +
			    ((size_t)m * p->per_mcu + b) * SEGMENT_BLOCK;
			uint32_t x = m % p->across * mcu + b % 2 * 8;

			if (b >= 4) {
				assert_int_equal(coef[0], 0);
				continue;
			}
			dct_inverse(coef, p->quant[0], sample);
			for (int i = 0; i < SEGMENT_BLOCK; i++) {
				dark += x < until && sample[i] < 90;
				light += sample[i] > BLANK - 50;
				if (x >= until)
					assert_true(
					    abs(sample[i] - BLANK) <= 4);
			}
		}
	assert_true(dark > 0 && light >= dark);
}

static void
what_is_above_a_strip_is_the_same_coefficient_by_coefficient(void **state)
{
	(void)state;
	for (size_t i = 0; i < SHAPES; i++) {
		CLEANUP(buf_done) struct buf bare = BUF_MAX(FILE_BYTES_MAX);
		CLEANUP(buf_done) struct buf with = BUF_MAX(FILE_BYTES_MAX);
		struct segment_picture p, q;
		struct under u;

		under_init(&u, i);
		jpeg_of(&u, false, &bare);
		jpeg_of(&u, true, &with);
		made_coefficients(buf_view(&bare), &p);
		made_coefficients(buf_view(&with), &q);
		assert_int_equal(q.width, p.width);
		assert_int_equal(q.height, foot_whole_height(&u.file, &u.foot));
		assert_memory_equal(p.coef, q.coef,
		    segment_blocks(&p) * SEGMENT_BLOCK * sizeof(*p.coef));
		check_strip(&q, p.mcus, u.foot.until);
		segment_picture_done(&p);
		segment_picture_done(&q);
		under_done(&u);
	}
}

static void
any_part_of_it_is_the_same_as_of_the_whole(void **state)
{
	CLEANUP(buf_done) struct buf whole = BUF_MAX(FILE_BYTES_MAX);
	unsigned seed = 3;
	char part[5000];

	(void)state;
	for (size_t i = 0; i < SHAPES; i++) {
		struct under u;
		struct plan *p;

		under_init(&u, i);
		jpeg_of(&u, true, &whole);
		p = plan_of(&u, true);
		for (int k = 0; k < 300; k++) {
			struct plan_pages pages = {page_of, &u.view};
			size_t at, n, want;

			seed = seed * 1664525u + 1013904223u;
			at = (seed >> 8) % (whole.n + 2);
			want = 1 + (seed >> 3) % sizeof(part);
			assert_true(
			    plan_read(p, &pages, at, part, want, &n, &e));
			if (at >= whole.n)
				assert_int_equal(n, 0);
			else
				assert_true(n > 0 && n <= want);
			assert_memory_equal(part, whole.p + at, n);
		}
		plan_free(p);
		under_done(&u);
	}
}

static void
a_strip_that_does_not_fit_its_picture_is_refused(void **state)
{
	struct under u;
	struct plan_pages pages = {page_of, &u.view};

	(void)state;
	under_init(&u, 0);
	for (int i = 0; i < 4; i++) {
		OWNED(plan) p = plan_of(&u, false);
		struct foot s = u.foot;

		s.width -= i == 0 ? 16 : 0;
		s.height -= i == 1;
		s.until -= i == 2;
		s.until += i == 3 ? 8000 : 0;
		assert_false(plan_put_foot(p, &pages, &s, &e));
		assert_int_equal(e.kind, ERR_INPUT);
	}
	under_done(&u);
}

/* The last segment, cut short or with a bit that is not its own: refused, or
 * another picture as long as it says. */
static void
a_damaged_last_segment_ends_nowhere_else(void **state)
{
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < SHAPES; i++) {
		struct plan_pages pages;
		const struct file_unit *last;
		struct under u;

		under_init(&u, i);
		pages = (struct plan_pages){page_of, &u.view};
		last = &u.file.unit[u.file.segments - 1];
		for (uint32_t k = 0; k < last->a * 8u; k++) {
			OWNED(plan) p = plan_of(&u, false);
			char *at = u.bytes.p + last->at + k / 8;

			*at = (char)(*at ^ 1 << k % 8);
			refused += !plan_put_foot(p, &pages, &u.foot, &e);
			*at = (char)(*at ^ 1 << k % 8);
		}
		under_done(&u);
	}
	assert_true(refused > 100);
}

static void
a_segment_that_is_decoded_is_coded_to_the_same_bytes(void **state)
{
	static int16_t
	    coef[ENCODE_MCUS_MAX * SEGMENT_MCU_BLOCKS * SEGMENT_BLOCK];
	static uint8_t code[ENCODE_BYTES_MAX], again[2 * ENCODE_BYTES_MAX + 2];

	(void)state;
	for (size_t i = 0; i < SHAPES; i++) {
		struct segment_picture p = {.parts = shapes[i].parts};
		struct encode_tables t;
		struct under u;

		under_init(&u, i);
		assert_true(head_quant(u.file.jpeg, &p, &e));
		assert_true(head_tables(u.file.jpeg, &p, &t, &e));
		for (uint32_t s = 0; s + 1 < u.file.segments; s++) {
			const struct file_unit *unit = &u.file.unit[s];
			str bytes = str_sub(u.view, unit->at, unit->a);
			size_t n;

			assert_true(decode_segment(bytes, u.file.interval,
			    u.file.parts, &t, coef, &e));
			n = encode_segment(
			    coef, u.file.interval, u.file.parts, &t, code);
			n = encode_stuff(
			    code, n, (uint8_t)(0xd0 + s % 8), again);
			assert_int_equal(n, bytes.n);
			assert_memory_equal(again, bytes.p, n);
			assert_false(
			    decode_segment(str_sub(bytes, 0, bytes.n / 2),
				u.file.interval, u.file.parts, &t, coef, &e));
		}
		under_done(&u);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		what_is_above_a_strip_is_the_same_coefficient_by_coefficient),
	    cmocka_unit_test(any_part_of_it_is_the_same_as_of_the_whole),
	    cmocka_unit_test(a_strip_that_does_not_fit_its_picture_is_refused),
	    cmocka_unit_test(a_damaged_last_segment_ends_nowhere_else),
	    cmocka_unit_test(
		a_segment_that_is_decoded_is_coded_to_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
