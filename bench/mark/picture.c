#include "picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jpeglib.h>

#include "media/fit.h"
#include "media/jpegout.h"

#define MCU 16
#define FILE_MAX ((size_t)64 << 20)

struct luma
luma_new(uint32_t w, uint32_t h)
{
	return (struct luma){calloc((size_t)w * h, 1), w, h};
}

void
luma_done(struct luma *l)
{
	free(l->p);
	l->p = NULL;
}

struct luma
luma_of_jpeg(str s)
{
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr err;
	struct luma l;

	d.err = jpeg_std_error(&err);
	jpeg_create_decompress(&d);
	jpeg_mem_src(&d, (const uint8_t *)s.p, s.n);
	(void)jpeg_read_header(&d, TRUE);
	d.out_color_space = JCS_GRAYSCALE;
	(void)jpeg_start_decompress(&d);
	l = luma_new(d.output_width, d.output_height);
	while (d.output_scanline < d.output_height) {
		JSAMPROW row = l.p + (size_t)d.output_scanline * l.w;

		(void)jpeg_read_scanlines(&d, &row, 1);
	}
	(void)jpeg_finish_decompress(&d);
	jpeg_destroy_decompress(&d);
	return l;
}

static struct buf
taken(uint8_t *p, size_t n)
{
	struct buf b = BUF_MAX(FILE_MAX);

	buf_put(&b, p, n);
	free(p);
	return b;
}

struct buf
luma_to_jpeg(const struct luma *l, int quality)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr err;
	uint8_t *out = NULL;
	unsigned long n = 0;

	c.err = jpeg_std_error(&err);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &out, &n);
	c.image_width = l->w;
	c.image_height = l->h;
	c.input_components = 1;
	c.in_color_space = JCS_GRAYSCALE;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, quality, TRUE);
	jpeg_start_compress(&c, TRUE);
	for (uint32_t y = 0; y < l->h; y++) {
		JSAMPROW row = l->p + (size_t)y * l->w;

		(void)jpeg_write_scanlines(&c, &row, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	return taken(out, n);
}

/* The luma blocks of a file, in the order of its scan, 4 an MCU; those that
 * only fill the last MCUs are left out. */
struct blocks {
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr err;
	jvirt_barray_ptr *all;
	uint32_t across, down; /* MCUs */
};

static void
blocks_open(struct blocks *b, const struct buf *jpeg)
{
	b->d.err = jpeg_std_error(&b->err);
	jpeg_create_decompress(&b->d);
	jpeg_mem_src(&b->d, (const uint8_t *)jpeg->p, jpeg->n);
	(void)jpeg_read_header(&b->d, TRUE);
	b->all = jpeg_read_coefficients(&b->d);
	b->across = (b->d.image_width + MCU - 1) / MCU;
	b->down = (b->d.image_height + MCU - 1) / MCU;
}

static int16_t *
block_at(struct blocks *b, uint32_t mcu, int i)
{
	jpeg_component_info *y = &b->d.comp_info[0];
	uint32_t col = mcu % b->across * 2 + (uint32_t)i % 2;
	uint32_t row = mcu / b->across * 2 + (uint32_t)i / 2;

	if (col >= y->width_in_blocks || row >= y->height_in_blocks)
		return NULL;
	return b->d.mem->access_virt_barray(
	    (j_common_ptr)&b->d, b->all[0], row, 1, TRUE)[0][col];
}

static struct buf
blocks_write(struct blocks *b, uint32_t restart)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr err;
	uint8_t *out = NULL;
	unsigned long n = 0;

	c.err = jpeg_std_error(&err);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &out, &n);
	jpeg_copy_critical_parameters(&b->d, &c);
	c.restart_interval = restart;
	jpeg_write_coefficients(&c, b->all);
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	return taken(out, n);
}

static void
blocks_close(struct blocks *b)
{
	jpeg_destroy_decompress(&b->d);
}

/* One segment of a file into variant A or B of it; how many differ. */
static size_t
mark_segment(struct blocks *b, struct picture *p, uint32_t s, int variant,
    const struct mark_place *place)
{
	static int16_t in[MARK_BLOCKS_MAX * 64], out[2][MARK_BLOCKS_MAX * 64];
	int16_t *at[MARK_BLOCKS_MAX];
	size_t n = 0, moved;
	struct timespec from, to;

	for (uint32_t m = s * p->mcus;
	     m < (s + 1) * p->mcus && m < b->across * b->down; m++)
		for (int i = 0; i < 4; i++)
			if ((at[n] = block_at(b, m, i)) != NULL) {
				memcpy(in + 64 * n, at[n], 128);
				n++;
			}
	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	moved = mark_embed(
	    place, s, in, n, b->d.quant_tbl_ptrs[0]->quantval, out[0], out[1]);
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	p->embed_ms += (double)(to.tv_sec - from.tv_sec) * 1e3 +
		       (double)(to.tv_nsec - from.tv_nsec) / 1e6;
	for (size_t i = 0; i < n; i++)
		memcpy(at[i], out[variant] + 64 * i, 128);
	return moved;
}

static struct luma
variant_of(const struct buf *jpeg, struct picture *p, int variant,
    const struct mark_place *place)
{
	struct blocks b;
	struct buf out;
	struct luma l;

	blocks_open(&b, jpeg);
	p->segments = (b.across * b.down + p->mcus - 1) / p->mcus;
	p->moved = p->empty = 0;
	p->embed_ms = 0;
	for (uint32_t s = 0; s < p->segments; s++) {
		size_t moved = mark_segment(&b, p, s, variant, place);

		p->moved += moved;
		p->empty += moved == 0;
	}
	out = blocks_write(&b, p->mcus);
	p->bytes_marked = out.n;
	l = luma_of_jpeg(buf_view(&out));
	buf_done(&out);
	blocks_close(&b);
	return l;
}

static bool
read_file(const char *path, struct buf *ret)
{
	FILE *f = fopen(path, "rb");
	char piece[65536];
	size_t n;

	*ret = BUF_MAX(FILE_MAX);
	if (f == NULL)
		return false;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_put(ret, piece, n);
	(void)fclose(f);
	return ret->n > 0 && !ret->full;
}

static bool
planes_of_jpeg(str bytes, struct planes *ret, struct err *e)
{
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr err;
	uint8_t *row;
	bool ok;

	d.err = jpeg_std_error(&err);
	jpeg_create_decompress(&d);
	jpeg_mem_src(&d, (const uint8_t *)bytes.p, bytes.n);
	(void)jpeg_read_header(&d, TRUE);
	d.out_color_space = JCS_RGB;
	(void)jpeg_start_decompress(&d);
	row = calloc(d.output_width, 3);
	ok = row != NULL &&
	     planes_init(ret, d.output_width, d.output_height, 3, 1, e);
	while (ok && d.output_scanline < d.output_height) {
		uint32_t y = d.output_scanline;
		struct plane *p = ret->plane;

		(void)jpeg_read_scanlines(&d, &row, 1);
		plane_row_from_rgb(row, d.output_width,
		    p[0].p + y * p[0].stride, p[1].p + y * p[1].stride,
		    p[2].p + y * p[2].stride);
	}
	free(row);
	jpeg_destroy_decompress(&d);
	return ok;
}

/* As the house makes its renditions. */
static bool
render(str bytes, uint32_t side, int quality, struct buf *ret)
{
	struct planes whole = {0}, small = {0};
	struct err e;
	uint32_t w, h;
	bool ok;

	*ret = BUF_MAX(FILE_MAX);
	if (!planes_of_jpeg(bytes, &whole, &e))
		return false;
	fit_size(whole.width, whole.height, side, &w, &h);
	ok = fit_shrink(&whole, w, h, &small, &e) &&
	     jpegout(&small, quality, ret, &e);
	planes_done(&whole);
	planes_done(&small);
	return ok;
}

void
picture_of(const struct buf *jpeg, uint32_t mcus,
    const struct mark_place *place, struct picture *ret)
{
	struct picture p = {.mcus = mcus, .bytes = jpeg->n};

	p.plain = luma_of_jpeg(buf_view(jpeg));
	p.a = variant_of(jpeg, &p, 0, place);
	p.b = variant_of(jpeg, &p, 1, place);
	*ret = p;
}

bool
picture_load(const char *path, uint32_t side, int quality, uint32_t mcus,
    const struct mark_place *place, struct picture *ret)
{
	CLEANUP(buf_done) struct buf file, jpeg = BUF_MAX(FILE_MAX);

	if (!read_file(path, &file) ||
	    !render(buf_view(&file), side, quality, &jpeg))
		return false;
	picture_of(&jpeg, mcus, place, ret);
	return true;
}

void
picture_done(struct picture *p)
{
	luma_done(&p->plain);
	luma_done(&p->a);
	luma_done(&p->b);
}

size_t
picture_segment(const struct picture *p, uint32_t x, uint32_t y)
{
	uint32_t across = (p->plain.w + MCU - 1) / MCU;

	return (y / MCU * across + x / MCU) / p->mcus;
}
