#include "media/rendition.h"

#include <assert.h>
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "segment/cut.h"
#include "segment/plan.h"

#define ARENA_MAX ((size_t)8 << 20)

/*
 * MCUs per segment.  A segment costs its marker, the rest of a byte and fresh
 * predictions, 4 to 5 bytes, and carries one bit of the viewer's code: small
 * pictures get short segments, or their code would be too short to tell anybody
 * by; smooth ones get longer ones, or they would grow by more than they are
 * worth (docs/performance.md has the figures).
 */
static const struct {
	uint32_t side; /* longest, up to */
	uint32_t interval;
} intervals[] = {{400, 2}, {1200, 4}, {SEGMENT_SIDE_MAX, 8}};

#define SEGMENT_BYTES 64 /* at least, on average */

/* By what coefficients and blocks cost in the mean; within a fifth. */
static size_t
guess_bytes(const struct segment_picture *p)
{
	return (3 * segment_blocks(p) + 6 * p->used) / 8;
}

static uint32_t
interval_of(const struct segment_picture *p)
{
	uint32_t longest = p->width > p->height ? p->width : p->height;
	size_t bytes = guess_bytes(p), i = 0;
	uint32_t n;

	while (longest > intervals[i].side &&
	       i + 1 < sizeof(intervals) / sizeof(intervals[0]))
		i++;
	/* A grey MCU is a quarter of another. */
	n = intervals[i].interval * (p->parts == 1 ? 4 : 1);
	while (n * 2 <= ENCODE_MCUS_MAX && bytes * n < p->mcus * SEGMENT_BYTES)
		n *= 2;
	return n;
}

static size_t
variants(const void *ctx, uint32_t segment, const int16_t *blocks, size_t n,
    const uint16_t quant[SEGMENT_BLOCK], int16_t *a, int16_t *b)
{
	return mark_embed(ctx, segment, blocks, n, quant, a, b);
}

static void
picture_done(struct segment_picture *p)
{
	segment_picture_done(p);
}

bool
rendition_make(const struct planes *s, int quality,
    const struct mark_place *place, const struct segment_region *region,
    size_t regions, struct buf *ret, struct err *e)
{
	CLEANUP(picture_done) struct segment_picture p = {0};
	struct segment_samples samples = {
	    .width = s->width, .height = s->height, .parts = s->n};
	struct cut_recipe recipe = {.variants = place == NULL ? NULL : variants,
	    .ctx = place,
	    .region = region,
	    .regions = regions};

	assert(s->n == 1 || s->chroma == 2);
	for (unsigned i = 0; i < s->n; i++)
		samples.plane[i] = (struct segment_plane){s->plane[i].p,
		    s->plane[i].width, s->plane[i].height, s->plane[i].stride};
	if (!segment_picture_of(&samples, quality, &p, e))
		return false;
	recipe.interval = interval_of(&p);
	return segment_cut(&p, &recipe, ret, e);
}

/* ---- back ---- */

static bool
page_of(void *ctx, uint32_t page, bool covered, str *ret, struct err *e)
{
	(void)covered, (void)e;
	*ret = str_sub(*(str *)ctx, (size_t)page * FILE_PAGE, FILE_PAGE);
	return true;
}

static bool
read_file(struct arena *a, str rendition, struct file *ret, struct err *e)
{
	uint32_t head;

	return file_head_bytes(rendition, &head, e) &&
	       file_read(a, str_sub(rendition, 0, head), ret, e) &&
	       (ret->bytes == rendition.n ||
		   err_set(e, ERR_CORRUPT, "a rendition is cut short"));
}

bool
rendition_jpeg(str rendition, bool b, struct buf *ret, struct err *e)
{
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct plan_pages pages = {page_of, &rendition};
	char code[PLAN_CODE_BYTES];
	struct plan_choice choice = {.code = {code, sizeof(code)}};
	OWNED(plan) p = NULL;
	struct file f;
	size_t n;

	memset(code, b ? 0xff : 0, sizeof(code));
	if (!read_file(a, rendition, &f, e) ||
	    (p = plan_new(&f, &choice, e)) == NULL)
		return false;
	buf_clear(ret);
	if (!buf_reserve(ret, plan_bytes(p)))
		return err_set(e, ERR_LIMIT, "no memory for a picture");
	if (!plan_read(p, &pages, 0, ret->p, plan_bytes(p), &n, e))
		return false;
	ret->n = n;
	return true;
}

struct reading {
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr mgr;
	jmp_buf failed;
};

static void
on_error(j_common_ptr c)
{
	struct reading *r = c->client_data;

	longjmp(r->failed, 1);
}

static void
on_message(j_common_ptr c, int level)
{
	if (level < 0)
		on_error(c);
}

static bool
has_shape(const struct jpeg_decompress_struct *d)
{
	if (d->num_components == 1)
		return true;
	return d->num_components == 3 && d->comp_info[0].h_samp_factor == 2 &&
	       d->comp_info[0].v_samp_factor == 2 &&
	       d->comp_info[1].h_samp_factor == 1 &&
	       d->comp_info[1].v_samp_factor == 1 &&
	       d->comp_info[2].h_samp_factor == 1 &&
	       d->comp_info[2].v_samp_factor == 1;
}

static void
take_tables(const struct jpeg_decompress_struct *d, struct segment_picture *p)
{
	for (unsigned i = 0; i < (p->parts > 1 ? 2u : 1u); i++)
		for (int k = 0; k < SEGMENT_BLOCK; k++)
			p->quant[i][k] =
			    d->comp_info[i].quant_table->quantval[k];
}

static void
take_blocks(struct jpeg_decompress_struct *d, jvirt_barray_ptr *from,
    struct segment_picture *p)
{
	int16_t *to = p->coef;

	for (size_t k = 0; k < segment_blocks(p); k++, to += SEGMENT_BLOCK) {
		uint32_t mcu = (uint32_t)(k / p->per_mcu);
		unsigned b = (unsigned)(k % p->per_mcu);
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

static bool
read_all(
    struct reading *r, str jpeg, struct segment_picture *ret, struct err *e)
{
	jvirt_barray_ptr *v;

	jpeg_create_decompress(&r->d);
	r->d.client_data = r;
	jpeg_mem_src(&r->d, (const unsigned char *)jpeg.p, jpeg.n);
	(void)jpeg_read_header(&r->d, TRUE);
	v = jpeg_read_coefficients(&r->d);
	if (!has_shape(&r->d))
		return err_set(e, ERR_CORRUPT, "not a rendition's planes");
	if (!segment_picture_init(ret, r->d.image_width, r->d.image_height,
		(unsigned)r->d.num_components, e))
		return false;
	take_tables(&r->d, ret);
	take_blocks(&r->d, v, ret);
	(void)jpeg_finish_decompress(&r->d);
	return true;
}

static bool
coefficients(str rendition, bool b, struct segment_picture *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX(RENDITION_MAX);
	struct reading r = {0};
	bool done;

	if (!rendition_jpeg(rendition, b, &jpeg, e))
		return false;
	r.d.err = jpeg_std_error(&r.mgr);
	r.mgr.error_exit = on_error;
	r.mgr.emit_message = on_message;
	r.d.client_data = &r;
	if (setjmp(r.failed) != 0) {
		jpeg_destroy_decompress(&r.d);
		return err_set(e, ERR_CORRUPT, "a rendition does not decode");
	}
	done = read_all(&r, buf_view(&jpeg), ret, e);
	jpeg_destroy_decompress(&r.d);
	return done;
}

bool
rendition_cover(str rendition, const struct segment_region *region,
    size_t regions, struct buf *ret, struct err *e)
{
	CLEANUP(picture_done) struct segment_picture a = {0}, b = {0};

	return coefficients(rendition, false, &a, e) &&
	       coefficients(rendition, true, &b, e) &&
	       segment_cover_anew(rendition, &a, &b, region, regions, ret, e);
}
