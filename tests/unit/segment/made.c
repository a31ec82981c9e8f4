#include "made.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jpeglib.h>

static uint32_t
next(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 16;
}

static uint8_t
sample(double v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

void
made_init(struct made *m, uint32_t width, uint32_t height, unsigned parts,
    unsigned seed)
{
	uint32_t x = seed + 1;

	*m = (struct made){
	    .s = {.width = width, .height = height, .parts = parts}};
	for (unsigned i = 0; i < parts; i++) {
		uint32_t w = i == 0 ? width : (width + 1) / 2;
		uint32_t h = i == 0 ? height : (height + 1) / 2;

		m->p[i] = malloc((size_t)w * h);
		assert_non_null(m->p[i]);
		for (uint32_t k = 0; k < w * h; k++)
			m->p[i][k] = sample(
			    90 + 60.0 * (k % w) / w + 20 * (i + 1.0) +
			    (seed == 0 ? 0
				       : 30 * sin(k % w * .4 + seed) *
						 cos(k / w * .3) +
					     next(&x) % (i == 0 ? 24 : 6)));
		m->s.plane[i] = (struct segment_plane){m->p[i], w, h, w};
	}
}

void
made_done(struct made *m)
{
	for (int i = 0; i < 3; i++)
		free(m->p[i]);
}

void
made_scribble(struct made *m, const struct segment_region *r, unsigned seed)
{
	uint32_t x = seed;

	for (unsigned i = 0; i < m->s.parts; i++) {
		const struct segment_plane *p = &m->s.plane[i];

		for (uint32_t k = 0; k < p->width * p->height; k++) {
			double at_x = (k % p->width + .5) / p->width;
			double at_y = (k / p->width + .5) / p->height;

			if (at_x * REGION_UNIT >= r->x0 &&
			    at_x * REGION_UNIT < r->x1 &&
			    at_y * REGION_UNIT >= r->y0 &&
			    at_y * REGION_UNIT < r->y1)
				m->p[i][k] = (uint8_t)next(&x);
		}
	}
}

size_t
made_variants(const void *ctx, uint32_t segment, const int16_t *blocks,
    size_t n, const uint16_t quant[SEGMENT_BLOCK], int16_t *ret_a,
    int16_t *ret_b)
{
	size_t moved = 0;

	(void)ctx, (void)segment, (void)quant;
	for (size_t i = 0; i < n * SEGMENT_BLOCK; i++) {
		bool low = i % SEGMENT_BLOCK > 0 && i % SEGMENT_BLOCK < 3;
		int16_t by = low && blocks[i] != 0 ? 1 : 0;

		ret_a[i] = (int16_t)(blocks[i] + by);
		ret_b[i] = (int16_t)(blocks[i] - by);
		moved += (size_t)by;
	}
	return moved;
}

struct file
made_file(struct arena *a, str file)
{
	struct file f = {0};
	uint32_t n;
	struct err e;

	if (!file_head_bytes(file, &n, &e) ||
	    !file_read(a, str_sub(file, 0, n), &f, &e))
		fail_msg("%s", e.msg);
	return f;
}

static bool
page_of(void *ctx, uint32_t page, bool covered, str *ret, struct err *e)
{
	(void)covered, (void)e;
	*ret = str_sub(*(str *)ctx, (size_t)page * FILE_PAGE, FILE_PAGE);
	return true;
}

void
made_jpeg(str file, const struct plan_choice *c, struct buf *ret)
{
	OWNED(arena) a = arena_new((size_t)8 << 20);
	struct file f = made_file(a, file);
	struct plan_pages pages = {page_of, &file};
	OWNED(plan) p = NULL;
	struct err e = {0};
	size_t n;

	p = plan_new(&f, c, &e);
	if (p == NULL)
		fail_msg("%s", e.msg);
	buf_clear(ret);
	assert_true(buf_reserve(ret, plan_bytes(p)));
	if (!plan_read(p, &pages, 0, ret->p, plan_bytes(p), &n, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(n, plan_bytes(p));
	ret->n = n;
}

static void
on_error(j_common_ptr c)
{
	char why[JMSG_LENGTH_MAX];

	c->err->format_message(c, why);
	fail_msg("libjpeg: %s", why);
}

static void
on_message(j_common_ptr c, int level)
{
	char why[JMSG_LENGTH_MAX];

	if (level >= 0)
		return;
	c->err->format_message(c, why);
	fail_msg("libjpeg warns: %s", why);
}

static void
copy_mcu(struct jpeg_decompress_struct *d, jvirt_barray_ptr *from,
    struct segment_picture *p, uint32_t mcu)
{
	int16_t *to = p->coef + (size_t)mcu * p->per_mcu * SEGMENT_BLOCK;

	for (unsigned b = 0; b < p->per_mcu; b++, to += SEGMENT_BLOCK) {
		unsigned part = segment_part(p->parts, b);
		uint32_t x = mcu % p->across, y = mcu / p->across;
		JBLOCKARRAY rows;

		if (p->parts > 1 && b < 4) {
			x = 2 * x + b % 2;
			y = 2 * y + b / 2;
		}
		rows = d->mem->access_virt_barray(
		    (j_common_ptr)d, from[part], y, 1, FALSE);
		memcpy(to, rows[0][x], SEGMENT_BLOCK * sizeof(*to));
	}
}

void
made_coefficients(str jpeg, struct segment_picture *ret)
{
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr mgr;
	jvirt_barray_ptr *v;
	struct err e;

	d.err = jpeg_std_error(&mgr);
	mgr.error_exit = on_error;
	mgr.emit_message = on_message;
	jpeg_create_decompress(&d);
	jpeg_mem_src(&d, (const unsigned char *)jpeg.p, jpeg.n);
	(void)jpeg_read_header(&d, TRUE);
	v = jpeg_read_coefficients(&d);
	assert_int_equal(d.progressive_mode, 0);
	assert_true(segment_picture_init(ret, d.image_width, d.image_height,
	    (unsigned)d.num_components, &e));
	for (int i = 0; i < d.num_components; i++)
		for (int k = 0; k < SEGMENT_BLOCK; k++)
			ret->quant[i > 0][k] =
			    d.quant_tbl_ptrs[d.comp_info[i].quant_tbl_no]
				->quantval[k];
	for (uint32_t m = 0; m < ret->mcus; m++)
		copy_mcu(&d, v, ret, m);
	(void)jpeg_finish_decompress(&d);
	assert_int_equal(mgr.num_warnings, 0);
	jpeg_destroy_decompress(&d);
}
