/* The visible line: its letters, their order, and that it is under a picture.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <uchar.h>

#include <cmocka.h>

#include "../segment/made.h"
#include "line/joining.h"
#include "line/line.h"
#include "line/words.h"
#include "segment/dct.h"

#define ROOM 100000

static struct err e;

/* The code points as they are seen, from left to right, marks behind their
 * letter; 0 ends them. */
static const uint32_t *
seen(str text, uint32_t room)
{
	static uint32_t code[WORDS_MAX + 2];
	static struct words w;

	words_lay(text, FONT_LARGE, room, &w);
	assert_true(w.n <= WORDS_MAX + 1);
	assert_true(w.width <= room);
	for (size_t i = 0; i < w.n; i++)
		code[i] = w.v[i].glyph->code;
	code[w.n] = 0;
	return code;
}

static void
assert_seen(str text, const char32_t *want)
{
	const uint32_t *got = seen(text, ROOM);

	for (; *want != 0; want++, got++)
		assert_int_equal(*got, *want);
	assert_int_equal(*got, 0);
}

static void
letters_stand_in_the_order_in_which_they_are_read(void **state)
{
	(void)state;
	assert_seen(S("Léa Œuvré · 12"), U"Léa Œuvré · 12");
	assert_seen(S("Ελένη Дуня"), U"Ελένη Дуня");
	/* From right to left, and numbers in it as ever. */
	assert_seen(S("שלום"), U"םולש");
	assert_seen(S("דנה 42 לוי"), U"יול 42 הנד");
	assert_seen(S("דנה לוי · Les Tilleuls"), U"יול הנד · Les Tilleuls");
	assert_seen(S("Ana דנה B"), U"Ana הנד B");
	assert_seen(S(""), U"");
}

static void
arabic_letters_join(void **state)
{
	(void)state;
	/* Meem, hah, meem, dal: first, middle, middle, last; seen backwards. */
	assert_seen(S("محمد"), U"\xfeaa\xfee4\xfea4\xfee3");
	/* Lam and alef are one, and hold on to what is before alone. */
	assert_seen(S("سلام"), U"\xfee1\xfefc\xfeb3");
	assert_seen(S("لا"), U"\xfefb");
	/* A mark does not part two letters. */
	assert_seen(S("مُنى"), U"\xfef0\xfee8\xfee3\x064f");
}

static void
marks_are_over_their_letter(void **state)
{
	static struct words w;

	(void)state;
	words_lay(S("E\xcc\x81x"), FONT_LARGE, ROOM, &w);
	assert_int_equal(w.n, 3);
	assert_int_equal(w.v[1].glyph->code, 0x301);
	assert_true(w.v[1].y > 0); /* higher than over a small letter */
	assert_true(w.v[1].x + w.v[1].glyph->in[FONT_LARGE].left >= 0);
	assert_true(w.v[1].x + w.v[1].glyph->in[FONT_LARGE].left +
			w.v[1].glyph->in[FONT_LARGE].width <=
		    w.v[0].glyph->in[FONT_LARGE].advance);
	assert_int_equal(w.v[2].x, w.v[0].glyph->in[FONT_LARGE].advance);
	/* One over the other. */
	words_lay(S("a\xcc\x81\xcc\x82"), FONT_LARGE, ROOM, &w);
	assert_int_equal(w.n, 3);
	assert_true(w.v[2].y + w.v[2].glyph->in[FONT_LARGE].top -
			w.v[2].glyph->in[FONT_LARGE].height >=
		    w.v[1].y + w.v[1].glyph->in[FONT_LARGE].top);
}

static void
what_is_not_seen_is_left_out_and_what_is_not_known_is_a_square(void **state)
{
	(void)state;
	assert_seen(S("a\xe2\x80\x8d\xef\xb8\x8f\xe2\x80\xae"
		      "b"),
	    U"ab");
	assert_seen(S("\xf0\x9f\x98\x80"), U"\U0001f600");
	assert_seen(S("\xf0\x9f\xa6\x84"), U"\u25a1");
	assert_seen(S("\xe6\x9d\x8e"), U"\u25a1");
}

static void
a_text_that_is_too_wide_ends_with_dots(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 20);
	const uint32_t *got;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 3000; i++)
		buf_str(&b, S("é"));
	got = seen(buf_view(&b), 500);
	while (got[n] == 0xe9)
		n++;
	assert_true(n > 10 && n < 40);
	assert_int_equal(got[n], 0x2026);
	assert_int_equal(got[n + 1], 0);
	/* With room for all that is kept, the dots say that there was more. */
	got = seen(buf_view(&b), ROOM);
	assert_int_equal(got[WORDS_MAX], 0x2026);
	/* No room even for dots. */
	assert_int_equal(seen(S("Léa"), 3)[0], 0);
	/* It is the end of what is read that leaves. */
	buf_clear(&b);
	for (int i = 0; i < 100; i++)
		buf_str(&b, S("ש"));
	assert_int_equal(seen(buf_view(&b), 500)[0], 0x2026);
}

static void
any_text_has_its_place(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		static const uint32_t from[] = {0x20, 0x300, 0x590, 0x600,
		    0x640, 0x2000, 0x1f600, 0x4e00, 0x30};
		char text[4 * 40];
		size_t n = 0;

		for (int k = 0; k < 40; k++) {
			uint32_t c;

			seed = seed * 1664525u + 1013904223u;
			c = from[(seed >> 16) % 9] + (seed >> 8) % 64;
			if (c < 0x80) {
				text[n++] = (char)c;
				continue;
			}
			if (c >= 0x10000)
				text[n++] = (char)(0xf0 | c >> 18);
			if (c >= 0x800)
				text[n++] =
				    (char)((c >= 0x10000 ? 0x80 : 0xe0) |
					   (c >> 12 & 63));
			text[n++] =
			    (char)((c >= 0x800 ? 0x80 : 0xc0) | (c >> 6 & 63));
			text[n++] = (char)(0x80 | (c & 63));
		}
		(void)seen((str){text, n}, (seed >> 4) % 1500);
	}
}

/* ---- under a picture ---- */

static bool
page_of(void *ctx, uint32_t page, bool covered, str *ret, struct err *e_)
{
	(void)covered, (void)e_;
	*ret = str_sub(*(str *)ctx, (size_t)page * FILE_PAGE, FILE_PAGE);
	return true;
}

static bool
put_line(str file, str words, struct buf *ret)
{
	static const char code[PLAN_CODE_BYTES];
	struct plan_choice c = {{code, sizeof(code)}, {0}};
	struct plan_pages pages = {page_of, &file};
	OWNED(arena) a = arena_new((size_t)8 << 20);
	struct file f = made_file(a, file);
	OWNED(plan) p = plan_new(&f, &c, &e);
	size_t n;

	assert_non_null(p);
	if (!line_put(p, &f, &pages, words, &e))
		return false;
	buf_clear(ret);
	assert_true(buf_reserve(ret, plan_bytes(p)));
	assert_true(plan_read(p, &pages, 0, ret->p, plan_bytes(p), &n, &e));
	ret->n = n;
	return true;
}

static void
rendition(uint32_t width, uint32_t height, unsigned parts, struct buf *ret)
{
	struct cut_recipe recipe = {.interval = 8};
	struct segment_picture p;
	struct made m;

	made_init(&m, width, height, parts, 7);
	assert_true(segment_picture_of(&m.s, 82, &p, &e));
	assert_true(segment_cut(&p, &recipe, ret, &e));
	segment_picture_done(&p);
	made_done(&m);
}

/* Dark samples in luma blocks below MCU row `from`. */
static size_t
dark(const struct segment_picture *p, uint32_t from)
{
	uint8_t sample[SEGMENT_BLOCK];
	size_t n = 0;

	for (uint32_t m = from * p->across; m < p->mcus; m++)
		for (unsigned b = 0; b < (p->parts == 1 ? 1u : 4u); b++) {
			dct_inverse(p->coef + ((size_t)m * p->per_mcu + b) *
						  SEGMENT_BLOCK,
			    p->quant[0], sample);
			for (int i = 0; i < SEGMENT_BLOCK; i++)
				n += sample[i] < 110;
		}
	return n;
}

static void
each_picture_has_its_words_below(void **state)
{
	static const struct {
		uint32_t width, height, parts;
	} sizes[] = {{1024, 683, 3}, {768, 1024, 3}, {2048, 1365, 3},
	    {1365, 1500, 1}, {100, 1000, 3}, {1, 1, 3}};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		CLEANUP(buf_done) struct buf f = BUF_MAX(FILE_BYTES_MAX);
		CLEANUP(buf_done) struct buf jpeg = BUF_MAX(FILE_BYTES_MAX);
		uint32_t mcu = sizes[i].parts == 1 ? 8 : 16;
		uint32_t rows = (sizes[i].height + mcu - 1) / mcu;
		struct segment_picture p;
		size_t words, nothing;

		rendition(sizes[i].width, sizes[i].height, sizes[i].parts, &f);
		assert_true(put_line(buf_view(&f), S(""), &jpeg));
		made_coefficients(buf_view(&jpeg), &p);
		assert_int_equal(
		    p.height, rows * mcu + line_height(sizes[i].width));
		nothing = dark(&p, rows);
		segment_picture_done(&p);
		assert_true(put_line(
		    buf_view(&f), S("Nadia Benali · Les Tilleuls"), &jpeg));
		made_coefficients(buf_view(&jpeg), &p);
		words = dark(&p, rows);
		segment_picture_done(&p);
		assert_int_equal(nothing, 0);
		if (sizes[i].width > 50)
			assert_true(words > 50);
	}
}

static void
what_is_no_text_is_refused(void **state)
{
	CLEANUP(buf_done) struct buf f = BUF_MAX(FILE_BYTES_MAX);
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX(FILE_BYTES_MAX);
	char many[LINE_BYTES_MAX + 1];

	(void)state;
	rendition(320, 200, 3, &f);
	memset(many, 'a', sizeof(many));
	assert_true(
	    put_line(buf_view(&f), (str){many, sizeof(many) - 1}, &jpeg));
	assert_false(put_line(buf_view(&f), (str){many, sizeof(many)}, &jpeg));
	assert_false(put_line(buf_view(&f), S("\xc3"), &jpeg));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(letters_stand_in_the_order_in_which_they_are_read),
	    cmocka_unit_test(arabic_letters_join),
	    cmocka_unit_test(marks_are_over_their_letter),
	    cmocka_unit_test(
		what_is_not_seen_is_left_out_and_what_is_not_known_is_a_square),
	    cmocka_unit_test(a_text_that_is_too_wide_ends_with_dots),
	    cmocka_unit_test(any_text_has_its_place),
	    cmocka_unit_test(each_picture_has_its_words_below),
	    cmocka_unit_test(what_is_no_text_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
