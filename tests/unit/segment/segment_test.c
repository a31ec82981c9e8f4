/* A segmented rendition from samples to one viewer's bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "made.h"
#include "mark/embed.h"

#define ROOM (FILE_BYTES_MAX)

static const char none[PLAN_CODE_BYTES];
static struct err e;

static const struct {
	uint32_t width, height;
	unsigned parts, seed;
	uint32_t interval;
} shapes[] = {
    {320, 240, 3, 7, 2},
    {321, 239, 3, 3, 5},
    {17, 401, 3, 2, 3},
    {1, 1, 3, 1, 8},
    {640, 33, 1, 5, 16},
    {250, 187, 1, 9, 32},
    {512, 512, 3, 0, 8},
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static void
cut(const struct made *m, uint32_t interval, cut_variants *variants,
    const struct segment_region *r, size_t n, struct buf *ret)
{
	struct cut_recipe recipe = {interval, variants, NULL, r, n};
	struct segment_picture p;

	if (!segment_picture_of(&m->s, 80, &p, &e) ||
	    !segment_cut(&p, &recipe, ret, &e))
		fail_msg("%s", e.msg);
	segment_picture_done(&p);
}

static void
random_bits(char *p, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525u + 1013904223u;
		p[i] = (char)(uint8_t)(seed >> 24);
	}
}

static struct plan_choice
choice(const char *code, const char *hidden)
{
	return (struct plan_choice){
	    {code, PLAN_CODE_BYTES}, {hidden, PLAN_HIDDEN_BYTES}};
}

/* The blocks of two pictures that are not the same. */
static size_t
differing(const struct segment_picture *p, const struct segment_picture *q)
{
	size_t n = 0;

	assert_int_equal(segment_blocks(p), segment_blocks(q));
	for (size_t i = 0; i < segment_blocks(p); i++)
		n += memcmp(p->coef + i * SEGMENT_BLOCK,
			 q->coef + i * SEGMENT_BLOCK,
			 SEGMENT_BLOCK * sizeof(*p->coef)) != 0;
	return n;
}

static void
what_libjpeg_reads_is_what_was_quantised(void **state)
{
	(void)state;
	for (size_t i = 0; i < SHAPES; i++) {
		CLEANUP(buf_done) struct buf f = BUF_MAX(ROOM);
		CLEANUP(buf_done) struct buf jpeg = BUF_MAX(ROOM);
		struct plan_choice c = choice(none, none);
		struct segment_picture p, q;
		struct made m;

		made_init(&m, shapes[i].width, shapes[i].height,
		    shapes[i].parts, shapes[i].seed);
		cut(&m, shapes[i].interval, NULL, NULL, 0, &f);
		assert_true(segment_picture_of(&m.s, 80, &p, &e));
		made_jpeg(buf_view(&f), &c, &jpeg);
		made_coefficients(buf_view(&jpeg), &q);
		assert_int_equal(q.width, shapes[i].width);
		assert_int_equal(q.height, shapes[i].height);
		assert_memory_equal(p.quant, q.quant,
		    shapes[i].parts > 1 ? sizeof(p.quant) : sizeof(p.quant[0]));
		assert_int_equal(differing(&p, &q), 0);
		segment_picture_done(&p);
		segment_picture_done(&q);
		made_done(&m);
	}
}

/* Each MCU of the mixture is that of A or of B, as its segment's bit says. */
static void
check_mixture(const struct segment_picture *mix,
    const struct segment_picture *a, const struct segment_picture *b,
    uint32_t interval, const char *code)
{
	size_t mcu = (size_t)a->per_mcu * SEGMENT_BLOCK;

	for (uint32_t m = 0; m < a->mcus; m++) {
		uint32_t s = m / interval;
		bool is_b = ((uint8_t)code[s / 8] >> s % 8 & 1) != 0;

		assert_memory_equal(mix->coef + m * mcu,
		    (is_b ? b : a)->coef + m * mcu, mcu * sizeof(*a->coef));
	}
}

static void
every_choice_is_a_jpeg_and_holds_what_was_chosen(void **state)
{
	static char code[PLAN_CODE_BYTES], ones[PLAN_CODE_BYTES];

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	for (size_t i = 0; i < SHAPES; i++) {
		CLEANUP(buf_done) struct buf f = BUF_MAX(ROOM);
		CLEANUP(buf_done) struct buf jpeg = BUF_MAX(ROOM);
		struct plan_choice c = choice(none, none);
		struct segment_picture a, b, mix;
		struct made m;

		made_init(&m, shapes[i].width, shapes[i].height,
		    shapes[i].parts, shapes[i].seed);
		cut(&m, shapes[i].interval, made_variants, NULL, 0, &f);
		made_jpeg(buf_view(&f), &c, &jpeg);
		made_coefficients(buf_view(&jpeg), &a);
		c = choice(ones, none);
		made_jpeg(buf_view(&f), &c, &jpeg);
		made_coefficients(buf_view(&jpeg), &b);
		assert_true(shapes[i].seed == 0 || shapes[i].width == 1 ||
			    differing(&a, &b) > segment_blocks(&a) / 10);
		for (unsigned k = 0; k < 8; k++) {
			random_bits(code, sizeof(code), k);
			c = choice(code, none);
			made_jpeg(buf_view(&f), &c, &jpeg);
			made_coefficients(buf_view(&jpeg), &mix);
			check_mixture(&mix, &a, &b, shapes[i].interval, code);
			segment_picture_done(&mix);
		}
		segment_picture_done(&a);
		segment_picture_done(&b);
		made_done(&m);
	}
}

static bool
page_of(void *ctx, uint32_t page, bool covered, str *ret, struct err *err)
{
	(void)covered, (void)err;
	*ret = str_sub(*(str *)ctx, (size_t)page * FILE_PAGE, FILE_PAGE);
	return true;
}

static void
any_part_of_it_is_the_same_as_of_the_whole(void **state)
{
	CLEANUP(buf_done) struct buf f = BUF_MAX(ROOM), jpeg = BUF_MAX(ROOM);
	OWNED(arena) a = arena_new((size_t)8 << 20);
	static char code[PLAN_CODE_BYTES], part[5000];
	struct plan_choice c = choice(code, none);
	struct plan_pages pages;
	OWNED(plan) p = NULL;
	struct made m;
	struct file file;
	unsigned x = 1;
	str view;

	(void)state;
	random_bits(code, sizeof(code), 5);
	made_init(&m, 800, 600, 3, 4);
	cut(&m, 8, made_variants, NULL, 0, &f);
	view = buf_view(&f);
	pages = (struct plan_pages){page_of, &view};
	assert_true(f.n > 2 * FILE_PAGE);
	made_jpeg(view, &c, &jpeg);
	file = made_file(a, view);
	p = plan_new(&file, &c, &e);
	assert_non_null(p);
	for (int i = 0; i < 3000; i++) {
		size_t from, max, n;

		x = x * 1664525u + 1013904223u;
		from = (x >> 4) % (jpeg.n + 10);
		max = i % 3 == 0 ? 1 : (x >> 9) % sizeof(part) + 1;
		assert_true(plan_read(p, &pages, from, part, max, &n, &e));
		assert_int_equal(n, from >= jpeg.n        ? 0
				    : jpeg.n - from < max ? jpeg.n - from
							  : max);
		assert_memory_equal(part, jpeg.p + from, n);
	}
	made_done(&m);
}

/* ---- regions ---- */

static void
hide(char hidden[PLAN_HIDDEN_BYTES], unsigned slot)
{
	hidden[slot / 8] = (char)(hidden[slot / 8] | 1 << slot % 8);
}

static struct segment_region boxes[] = {
    {5, 9000, 12000, 21000, 30000, REGION_ROUND},
    {9, 20000, 26000, 33000, 41000, REGION_ROUND}, /* overlaps the first */
    {700, 50000, 3000, 62000, 20000, REGION_ROUND},
};
#define BOXES (sizeof(boxes) / sizeof(boxes[0]))

static void
draw_as(enum region_figure figure)
{
	for (size_t i = 0; i < BOXES; i++)
		boxes[i].figure = figure;
}

/* Of a cover that hides boxes[i]: same bytes in both files. */
static size_t
compare_covers(str x, str y, size_t hidden)
{
	OWNED(arena) a = arena_new((size_t)16 << 20);
	struct file f = made_file(a, x), g = made_file(a, y);
	size_t compared = 0;

	assert_int_equal(f.covers, g.covers);
	for (uint32_t i = 0; i < f.covers; i++) {
		const struct file_cover *c = &f.cover[i];

		assert_int_equal(c->segment, g.cover[i].segment);
		assert_false(c->one);
		for (unsigned s = 1; s < 1u << c->n; s++) {
			const struct file_unit *u =
			    &f.covered[c->first + s - 1];
			const struct file_unit *v =
			    &g.covered[c->first + s - 1];
			bool hides = false;

			for (unsigned k = 0; k < c->n; k++)
				hides |=
				    (s >> k & 1) != 0 && c->region[k] == hidden;
			if (!hides)
				continue;
			compared++;
			assert_int_equal(u->a, v->a);
			assert_int_equal(u->b, v->b);
			assert_int_equal(u->changes, v->changes);
		}
	}
	return compared;
}

static void
scribble_in_boxes(void)
{
	for (unsigned parts = 1; parts <= 3; parts += 2)
		for (size_t i = 0; i < BOXES; i++) {
			CLEANUP(buf_done) struct buf f = BUF_MAX(ROOM);
			CLEANUP(buf_done) struct buf g = BUF_MAX(ROOM);
			CLEANUP(buf_done) struct buf x = BUF_MAX(ROOM);
			CLEANUP(buf_done) struct buf y = BUF_MAX(ROOM);
			struct segment_picture p, q;
			char hidden[PLAN_HIDDEN_BYTES] = {0};
			static char code[PLAN_CODE_BYTES];
			struct plan_choice c = choice(code, hidden);
			struct made m, n;

			random_bits(code, sizeof(code), (unsigned)i);
			made_init(&m, 403, 301, parts, 4);
			made_init(&n, 403, 301, parts, 4);
			made_scribble(&n, &boxes[i], 99);
			/* The code tables belong to the whole picture, and are
			 * compared apart: both get those of one. */
			cut(&m, 4, made_variants, boxes, BOXES, &f);
			cut(&n, 4, made_variants, boxes, BOXES, &g);
			hide(hidden, boxes[i].slot);
			made_jpeg(buf_view(&f), &c, &x);
			made_jpeg(buf_view(&g), &c, &y);
			made_coefficients(buf_view(&x), &p);
			made_coefficients(buf_view(&y), &q);
			assert_int_equal(differing(&p, &q), 0);
			memset(hidden, 0, sizeof(hidden));
			made_jpeg(buf_view(&f), &c, &x);
			made_jpeg(buf_view(&g), &c, &y);
			segment_picture_done(&p);
			segment_picture_done(&q);
			made_coefficients(buf_view(&x), &p);
			made_coefficients(buf_view(&y), &q);
			assert_true(differing(&p, &q) > 8);
			segment_picture_done(&p);
			segment_picture_done(&q);
			made_done(&m);
			made_done(&n);
		}
}

static void
nothing_of_what_was_in_a_box_is_left_in_what_covers_it(void **state)
{
	(void)state;
	for (unsigned f = 0; f < REGION_FIGURES; f++) {
		draw_as((enum region_figure)f);
		scribble_in_boxes();
	}
	draw_as(REGION_ROUND);
}

/* The same with one set of code tables: then it is true of the bytes. */
static void
compare_bytes(void)
{
	for (size_t i = 0; i < BOXES; i++) {
		CLEANUP(buf_done) struct buf f = BUF_MAX(ROOM);
		CLEANUP(buf_done) struct buf old = BUF_MAX(ROOM);
		CLEANUP(buf_done) struct buf g = BUF_MAX(ROOM);
		struct segment_picture p, q;
		struct made m, n;

		made_init(&m, 400, 304, 3, 4);
		made_init(&n, 400, 304, 3, 4);
		made_scribble(&n, &boxes[i], 99);
		cut(&m, 4, NULL, NULL, 0, &old);
		assert_true(segment_picture_of(&m.s, 80, &p, &e));
		assert_true(segment_picture_of(&n.s, 80, &q, &e));
		assert_true(segment_cover_anew(
		    buf_view(&old), &p, &p, boxes, BOXES, &f, &e));
		assert_true(segment_cover_anew(
		    buf_view(&old), &q, &q, boxes, BOXES, &g, &e));
		assert_true(compare_covers(buf_view(&f), buf_view(&g), i) > 10);
		segment_picture_done(&p);
		segment_picture_done(&q);
		made_done(&m);
		made_done(&n);
	}
}

static void
what_covers_a_box_is_the_same_bytes_whatever_was_in_it(void **state)
{
	(void)state;
	for (unsigned f = 0; f < REGION_FIGURES; f++) {
		draw_as((enum region_figure)f);
		compare_bytes();
	}
	draw_as(REGION_ROUND);
}

static bool
same_region(const struct segment_region *r, const struct segment_picture *p,
    uint32_t mcu, unsigned block)
{
	struct region_shape s;

	region_shape(r, p, &s);
	return region_reach(&s, p, mcu, block) != REGION_APART;
}

/* Every set of three boxes, two of which overlap: what is hidden is covered,
 * what no hidden box is near is as it was. */
static void
hide_each_set(void)
{
	CLEANUP(buf_done) struct buf f = BUF_MAX(ROOM), jpeg = BUF_MAX(ROOM);
	static char code[PLAN_CODE_BYTES];
	struct segment_picture open, p;
	struct made m;

	random_bits(code, sizeof(code), 77);
	made_init(&m, 640, 480, 3, 6);
	cut(&m, 8, made_variants, boxes, BOXES, &f);
	for (unsigned set = 0; set < 1u << BOXES; set++) {
		char hidden[PLAN_HIDDEN_BYTES] = {0};
		struct plan_choice c = choice(code, hidden);
		size_t changed = 0, reached = 0;

		for (unsigned i = 0; i < BOXES; i++)
			if ((set >> i & 1) != 0)
				hide(hidden, boxes[i].slot);
		made_jpeg(buf_view(&f), &c, &jpeg);
		made_coefficients(buf_view(&jpeg), set == 0 ? &open : &p);
		for (size_t k = 0; set != 0 && k < segment_blocks(&p); k++) {
			size_t at = k * SEGMENT_BLOCK;
			bool same = memcmp(p.coef + at, open.coef + at,
					SEGMENT_BLOCK * sizeof(*p.coef)) == 0;
			bool near = false;

			for (unsigned i = 0; i < BOXES; i++)
				near |= (set >> i & 1) != 0 &&
					same_region(&boxes[i], &p,
					    (uint32_t)k / p.per_mcu,
					    (unsigned)k % p.per_mcu);
			reached += near;
			changed += !same;
			assert_true(near || same);
		}
		assert_true(
		    set == 0 || (reached > 20 && changed > reached / 2));
		if (set != 0)
			segment_picture_done(&p);
	}
	segment_picture_done(&open);
	made_done(&m);
}

static void
each_viewer_has_exactly_what_is_hidden_covered(void **state)
{
	(void)state;
	for (unsigned f = 0; f < REGION_FIGURES; f++) {
		draw_as((enum region_figure)f);
		hide_each_set();
	}
	draw_as(REGION_ROUND);
}

/* Every sample of the blocks that carry the box, and of those around it that
 * the figure fills, is the same over black, over white and over noise. */
static void
what_a_figure_fills_depends_on_the_figure_alone(void **state)
{
	_Alignas(16) static int16_t from[3][SEGMENT_BLOCK], got[SEGMENT_BLOCK],
	    first[SEGMENT_BLOCK];
	struct segment_picture p;
	struct made m;

	(void)state;
	made_init(&m, 640, 480, 3, 6);
	assert_true(segment_picture_of(&m.s, 80, &p, &e));
	from[0][0] = -200;
	from[1][0] = 200;
	for (int i = 0; i < SEGMENT_BLOCK; i++)
		from[2][i] = (int16_t)(i * 7919 % 41 - 20);
	for (unsigned f = 0; f < REGION_FIGURES; f++) {
		struct segment_region box = {
		    0, 20000, 20000, 40000, 48000, (enum region_figure)f};
		const struct region_shape *list[1];
		struct region_shape s;
		size_t inside = 0, other = 0;

		region_shape(&box, &p, &s);
		list[0] = &s;
		for (uint32_t k = 0; k < segment_blocks(&p); k++) {
			enum region_reach reach =
			    region_reach(&s, &p, k / 6, k % 6);

			for (int v = 0; v < 3; v++) {
				bool drawn = region_cover(
				    list, 1, &p, k / 6, k % 6, from[v], got);

				assert_int_equal(drawn, reach != REGION_APART);
				if (v == 0)
					memcpy(first, got, sizeof(got));
				if (reach == REGION_INSIDE)
					assert_memory_equal(
					    first, got, sizeof(got));
			}
			inside += reach == REGION_INSIDE;
			other += reach == REGION_EDGE;
		}
		/* The box alone has 25 x 26 blocks of luma. */
		assert_true(inside > 25 * 26 && other > 20);
	}
	segment_picture_done(&p);
	made_done(&m);
}

static void
boxes_of_no_size_are_points_and_those_outside_cover_nothing(void **state)
{
	static const struct segment_region odd[] = {
	    {0, 30000, 30000, 30000, 30000},
	    {1, 40000, 50000, 10, 20}, /* its corners are the wrong way round */
	    {2, 70000, 100, 90000, 200},
	    {3, -9000, -9000, -1, 500},
	    {4, 60000, 60000, 99999, 99999}, /* half of it outside */
	    {5, INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX},
	};
	CLEANUP(buf_done) struct buf f = BUF_MAX(ROOM), jpeg = BUF_MAX(ROOM);
	struct segment_picture open, p;
	static const bool covers[] = {true, true, false, false, true, true};
	struct plan_choice c = choice(none, none);
	struct made m;

	(void)state;
	made_init(&m, 400, 300, 3, 6);
	cut(&m, 4, made_variants, odd, 5, &f);
	made_jpeg(buf_view(&f), &c, &jpeg);
	made_coefficients(buf_view(&jpeg), &open);
	cut(&m, 4, made_variants, odd, 6, &f);
	for (unsigned i = 0; i < 6; i++) {
		char hidden[PLAN_HIDDEN_BYTES] = {0};

		hide(hidden, i);
		c = choice(none, hidden);
		made_jpeg(buf_view(&f), &c, &jpeg);
		made_coefficients(buf_view(&jpeg), &p);
		assert_int_equal(differing(&p, &open) > 0, covers[i]);
		if (i == 5) /* everything, one colour */
			for (size_t k = 0; k < segment_blocks(&p); k++)
				for (int z = 1; z < SEGMENT_BLOCK; z++)
					assert_int_equal(
					    p.coef[k * SEGMENT_BLOCK +
						   (size_t)z],
					    0);
		segment_picture_done(&p);
	}
	segment_picture_done(&open);
	made_done(&m);
}

static void
where_too_many_overlap_all_are_covered_when_one_is(void **state)
{
	static struct segment_region many[SEGMENT_REGIONS_MAX];
	CLEANUP(buf_done) struct buf f = BUF_MAX(ROOM), jpeg = BUF_MAX(ROOM);
	OWNED(arena) a = arena_new((size_t)16 << 20);
	struct segment_picture p;
	char hidden[PLAN_HIDDEN_BYTES] = {0};
	struct plan_choice c = choice(none, hidden);
	struct made m;
	struct file file;

	(void)state;
	for (unsigned i = 0; i < SEGMENT_REGIONS_MAX; i++) {
		int32_t x = (int32_t)(i * 2654435761u >> 16) % 60000;
		int32_t y = (int32_t)(i * 40503u % 60000);

		many[i] = (struct segment_region){
		    (uint16_t)(SEGMENT_REGIONS_MAX - 1 - i), x, y, x + 3000,
		    y + 4000};
	}
	made_init(&m, 1024, 768, 3, 6);
	cut(&m, 8, made_variants, many, SEGMENT_REGIONS_MAX, &f);
	file = made_file(a, buf_view(&f));
	assert_int_equal(file.regions, SEGMENT_REGIONS_MAX);
	assert_int_equal(file.covers, file.segments);
	for (unsigned i = 0; i < SEGMENT_REGIONS_MAX; i += 101) {
		size_t flat = 0, reached = 0;

		memset(hidden, 0, sizeof(hidden));
		hide(hidden, many[i].slot);
		made_jpeg(buf_view(&f), &c, &jpeg);
		made_coefficients(buf_view(&jpeg), &p);
		for (uint32_t k = 0; k < segment_blocks(&p); k++) {
			struct region_shape s;
			const int16_t *b = p.coef + (size_t)k * SEGMENT_BLOCK;
			bool even = true;

			region_shape(&many[i], &p, &s);
			if (region_reach(&s, &p, k / 6, k % 6) != REGION_INSIDE)
				continue;
			reached++;
			for (int z = 1; z < SEGMENT_BLOCK; z++)
				even &= b[z] == 0;
			flat += even;
		}
		assert_true(reached > 4);
		assert_int_equal(flat, reached);
		segment_picture_done(&p);
	}
	made_done(&m);
}

static void
draw_later(unsigned parts)
{
	CLEANUP(buf_done) struct buf bare = BUF_MAX(ROOM), f = BUF_MAX(ROOM);
	CLEANUP(buf_done) struct buf later = BUF_MAX(ROOM);
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX(ROOM);
	static char ones[PLAN_CODE_BYTES];
	struct plan_choice c = choice(none, none);
	struct segment_picture a, b;
	struct made m;

	memset(ones, 0xff, sizeof(ones));
	made_init(&m, 640, 480, parts, 6);
	cut(&m, 8, made_variants, boxes, 1, &bare);
	cut(&m, 8, made_variants, boxes, BOXES, &f);
	made_jpeg(buf_view(&bare), &c, &jpeg);
	made_coefficients(buf_view(&jpeg), &a);
	c = choice(ones, none);
	made_jpeg(buf_view(&bare), &c, &jpeg);
	made_coefficients(buf_view(&jpeg), &b);
	assert_true(segment_cover_anew(
	    buf_view(&bare), &a, &b, boxes, BOXES, &later, &e));
	assert_int_equal(later.n, f.n);
	assert_memory_equal(later.p, f.p, f.n);
	segment_picture_done(&a);
	segment_picture_done(&b);
	made_done(&m);
}

static void
regions_that_come_later_give_what_they_would_have_given_at_first(void **state)
{
	(void)state;
	for (unsigned f = 0; f < REGION_FIGURES; f++) {
		draw_as((enum region_figure)f);
		draw_later(3);
		draw_later(1);
	}
	draw_as(REGION_ROUND);
}

static void
a_file_older_than_a_hidden_region_gives_nothing(void **state)
{
	CLEANUP(buf_done) struct buf f = BUF_MAX(ROOM);
	OWNED(arena) a = arena_new((size_t)8 << 20);
	char hidden[PLAN_HIDDEN_BYTES] = {0};
	struct plan_choice c = choice(none, hidden);
	struct made m;
	struct file file;

	(void)state;
	made_init(&m, 200, 200, 3, 6);
	cut(&m, 8, made_variants, boxes, BOXES, &f);
	file = made_file(a, buf_view(&f));
	hide(hidden, boxes[0].slot);
	hide(hidden, boxes[0].slot + 1);
	assert_null(plan_new(&file, &c, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	memset(hidden, 0, sizeof(hidden));
	c.code.n = 1;
	assert_null(plan_new(&file, &c, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	made_done(&m);
}

static void
a_head_with_one_changed_bit_is_refused(void **state)
{
	CLEANUP(buf_done) struct buf f = BUF_MAX(ROOM);
	struct made m;
	uint32_t head, again;

	(void)state;
	made_init(&m, 200, 150, 3, 6);
	cut(&m, 8, made_variants, boxes, BOXES, &f);
	assert_true(file_head_bytes(buf_view(&f), &head, &e));
	for (uint32_t i = 0; i < head * 8; i++) {
		OWNED(arena) a = arena_new((size_t)8 << 20);
		struct file file;
		char *at = f.p + i / 8;
		char was = *at;

		*at = (char)(was ^ 1 << i % 8);
		assert_false(file_head_bytes(buf_view(&f), &again, &e) &&
			     again <= f.n &&
			     file_read(a, (str){f.p, again}, &file, &e));
		assert_int_equal(e.kind, ERR_CORRUPT);
		*at = was;
	}
	made_done(&m);
}

static void
the_same_slot_twice_is_refused(void **state)
{
	static const struct segment_region twice[] = {
	    {4, 1, 1, 500, 500}, {4, 900, 900, 9999, 9999}};
	static const struct segment_region far[] = {
	    {SEGMENT_REGIONS_MAX, 1, 1, 500, 500}};
	CLEANUP(buf_done) struct buf f = BUF_MAX(ROOM);
	struct cut_recipe r = {8, NULL, NULL, twice, 2};
	struct segment_picture p;
	struct made m;

	(void)state;
	made_init(&m, 64, 64, 3, 6);
	assert_true(segment_picture_of(&m.s, 80, &p, &e));
	assert_false(segment_cut(&p, &r, &f, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	r.region = far;
	r.regions = 1;
	assert_false(segment_cut(&p, &r, &f, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	segment_picture_done(&p);
	made_done(&m);
}

/* ---- what turns one variant into the other ---- */

static void
changes_lead_from_any_bytes_to_any_other(void **state)
{
	static uint8_t a[400], b[400], patch[ENCODE_PATCH_MAX];
	static uint8_t sa[1000], sb[1000], out[1000];
	unsigned x = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t n, m, an, bn, pn;

		x = x * 1664525u + 1013904223u;
		n = (x >> 8) % sizeof(a);
		m = i % 2 == 0 ? n : (x >> 16) % sizeof(b);
		for (size_t k = 0; k < sizeof(a); k++) {
			x = x * 1664525u + 1013904223u;
			a[k] = x >> 30 == 0 ? 0xff : (uint8_t)(x >> 20);
			b[k] = (x >> 10) % 64 < (unsigned)i % 64
				   ? (uint8_t)(x >> 12)
				   : a[k];
		}
		pn = encode_diff(a, n, b, m, patch);
		an = encode_stuff(a, n, 0xd3, sa);
		bn = encode_stuff(b, m, 0xd3, sb);
		assert_true(encode_patch(sa, an, patch, pn, out, bn));
		assert_memory_equal(out, sb, bn);
		assert_true(pn <= bn + 10);
	}
}

static void
one_changed_byte_costs_two(void **state)
{
	static uint8_t a[700], b[700], patch[ENCODE_PATCH_MAX];

	(void)state;
	b[30] = 7;
	b[31] = 8;
	b[650] = 9;
	assert_int_equal(encode_diff(a, 700, b, 700, patch), 2 + 2 + 2 + 2);
	assert_int_equal(encode_diff(a, 700, a, 700, patch), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_libjpeg_reads_is_what_was_quantised),
	    cmocka_unit_test(every_choice_is_a_jpeg_and_holds_what_was_chosen),
	    cmocka_unit_test(any_part_of_it_is_the_same_as_of_the_whole),
	    cmocka_unit_test(
		nothing_of_what_was_in_a_box_is_left_in_what_covers_it),
	    cmocka_unit_test(
		what_covers_a_box_is_the_same_bytes_whatever_was_in_it),
	    cmocka_unit_test(each_viewer_has_exactly_what_is_hidden_covered),
	    cmocka_unit_test(what_a_figure_fills_depends_on_the_figure_alone),
	    cmocka_unit_test(
		boxes_of_no_size_are_points_and_those_outside_cover_nothing),
	    cmocka_unit_test(
		where_too_many_overlap_all_are_covered_when_one_is),
	    cmocka_unit_test(
		regions_that_come_later_give_what_they_would_have_given_at_first),
	    cmocka_unit_test(a_file_older_than_a_hidden_region_gives_nothing),
	    cmocka_unit_test(a_head_with_one_changed_bit_is_refused),
	    cmocka_unit_test(the_same_slot_twice_is_refused),
	    cmocka_unit_test(changes_lead_from_any_bytes_to_any_other),
	    cmocka_unit_test(one_changed_byte_costs_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
