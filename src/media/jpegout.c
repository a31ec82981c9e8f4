#include "media/jpegout.h"

#include <assert.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#define PIECE ((size_t)64 * 1024)
#define MCU 16
#define OWN_TABLES_MAX 1500000 /* pixels */

struct out {
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr mgr;
	struct jpeg_destination_mgr dest;
	jmp_buf failed;
	struct buf *to;
	uint8_t piece[PIECE];
};

static void
on_error(j_common_ptr c)
{
	struct out *o = c->client_data;

	longjmp(o->failed, 1);
}

static void
on_message(j_common_ptr c, int level)
{
	(void)c;
	(void)level;
}

static void
piece_begin(j_compress_ptr c)
{
	struct out *o = c->client_data;

	o->dest.next_output_byte = o->piece;
	o->dest.free_in_buffer = PIECE;
}

static boolean
piece_full(j_compress_ptr c)
{
	struct out *o = c->client_data;

	buf_put(o->to, o->piece, PIECE);
	piece_begin(c);
	return TRUE;
}

static void
piece_end(j_compress_ptr c)
{
	struct out *o = c->client_data;

	buf_put(o->to, o->piece, PIECE - o->dest.free_in_buffer);
}

static void
describe(struct out *o, const struct planes *s, int quality)
{
	j_compress_ptr c = &o->c;

	c->image_width = s->width;
	c->image_height = s->height;
	c->input_components = (int)s->n;
	c->in_color_space = s->n == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
	jpeg_set_defaults(c);
	jpeg_set_quality(c, quality, TRUE);
	/* Tables of its own make a small picture clearly smaller, a large one
	 * by less than one in a hundred, and cost a second pass over it. */
	c->optimize_coding = (uint64_t)s->width * s->height < OWN_TABLES_MAX;
	c->dct_method = JDCT_ISLOW;
	c->raw_data_in = TRUE;
	if (s->n == 1)
		c->comp_info[0].h_samp_factor = c->comp_info[0].v_samp_factor =
		    1;
}

/* The encoder reads whole blocks: the last sample is repeated to their end. */
static void
pad(const struct plane *p)
{
	for (uint32_t y = 0; y < p->height; y++) {
		uint8_t *end = p->p + y * p->stride + p->width;

		memset(end, end[-1], p->stride - p->width);
	}
}

static void
rows_of(const struct plane *p, uint32_t from, unsigned n, JSAMPROW *ret)
{
	for (unsigned i = 0; i < n; i++) {
		uint32_t y = from + i < p->height ? from + i : p->height - 1;

		ret[i] = p->p + y * p->stride;
	}
}

static void
write_rows(struct out *o, const struct planes *s)
{
	unsigned per = s->n == 1 ? DCTSIZE : MCU;
	JSAMPROW rows[3][MCU];
	JSAMPARRAY parts[3] = {rows[0], rows[1], rows[2]};

	for (uint32_t y = 0; y < s->height; y += per) {
		rows_of(&s->plane[0], y, per, rows[0]);
		for (unsigned i = 1; i < s->n; i++)
			rows_of(&s->plane[i], y / 2, MCU / 2, rows[i]);
		(void)jpeg_write_raw_data(&o->c, parts, per);
	}
}

static void
encode(struct out *o, const struct planes *s, int quality)
{
	jpeg_create_compress(&o->c);
	o->c.client_data = o;
	o->dest.init_destination = piece_begin;
	o->dest.empty_output_buffer = piece_full;
	o->dest.term_destination = piece_end;
	o->c.dest = &o->dest;
	describe(o, s, quality);
	for (unsigned i = 0; i < s->n; i++)
		pad(&s->plane[i]);
	jpeg_start_compress(&o->c, TRUE);
	write_rows(o, s);
	jpeg_finish_compress(&o->c);
}

bool
jpegout(const struct planes *s, int quality, struct buf *ret, struct err *e)
{
	struct out o = {.to = ret};

	assert(s->n == 1 || s->chroma == 2);
	o.c.err = jpeg_std_error(&o.mgr);
	o.mgr.error_exit = on_error;
	o.mgr.emit_message = on_message;
	o.c.client_data = &o;
	if (setjmp(o.failed) != 0) {
		jpeg_destroy_compress(&o.c);
		return err_set(
		    e, ERR_LIMIT, "JPEG encoder: message %d", o.mgr.msg_code);
	}
	encode(&o, s, quality);
	jpeg_destroy_compress(&o.c);
	if (ret->full)
		return err_set(e, ERR_LIMIT, "the picture is too large");
	return true;
}
