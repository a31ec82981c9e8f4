#include "draw/draw.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "draw/scene.h"
#include "lang/lang.h"
#include "media/tagwrite.h"

#define SIDE_MAX 8192
#define QUALITY 90
#define PIECE ((size_t)64 * 1024)

static const struct {
	const char *name;
	void (*draw)(struct canvas *);
} scenes[DRAW_SCENES] = {
    [DRAW_HILLS] = {N_("A walk in the hills"), scene_hills},
    [DRAW_YARD] = {N_("The yard this morning"), scene_yard},
    [DRAW_GARDEN] = {N_("Our kitchen garden"), scene_garden},
    [DRAW_POTTERY] = {N_("The pottery workshop"), scene_pottery},
    [DRAW_LEAVES] = {N_("Leaves we gathered"), scene_leaves},
    [DRAW_KITES] = {N_("Paper kites"), scene_kites},
    [DRAW_POND] = {N_("Paper boats"), scene_pond},
    [DRAW_CRAYON] = {N_("A house in the sun"), scene_crayon},
    [DRAW_PENCILS] = {N_("Pencils and paint"), scene_pencils},
    [DRAW_ROUND] = {N_("A round in the yard"), scene_round},
};

const char *
draw_scene_name(enum draw_scene s)
{
	return (unsigned)s < DRAW_SCENES ? scenes[s].name : "";
}

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
write_jpeg(struct out *o, const struct canvas *canvas,
    const struct draw_options *w, uint8_t *row)
{
	j_compress_ptr c = &o->c;
	JSAMPROW rows[1] = {row};

	jpeg_create_compress(c);
	c->client_data = o;
	o->dest.init_destination = piece_begin;
	o->dest.empty_output_buffer = piece_full;
	o->dest.term_destination = piece_end;
	c->dest = &o->dest;
	c->image_width = w->width;
	c->image_height = w->height;
	c->input_components = 3;
	c->in_color_space = JCS_RGB;
	jpeg_set_defaults(c);
	jpeg_set_quality(c, QUALITY, TRUE);
	jpeg_start_compress(c, TRUE);
	for (uint32_t y = 0; y < w->height; y++) {
		canvas_row(canvas, y, row);
		(void)jpeg_write_scanlines(c, rows, 1);
	}
	jpeg_finish_compress(c);
}

static bool
encode(const struct canvas *canvas, const struct draw_options *w, uint8_t *row,
    struct buf *ret, struct err *e)
{
	struct out o = {.to = ret};

	o.c.err = jpeg_std_error(&o.mgr);
	o.mgr.error_exit = on_error;
	o.c.client_data = &o;
	if (setjmp(o.failed) != 0) {
		jpeg_destroy_compress(&o.c);
		return err_set(
		    e, ERR_LIMIT, "JPEG encoder: message %d", o.mgr.msg_code);
	}
	write_jpeg(&o, canvas, w, row);
	jpeg_destroy_compress(&o.c);
	return true;
}

/* As a camera does: the date in front of the picture. */
static bool
put_together(const struct draw_options *w, const struct buf *jpeg,
    struct buf *ret, struct err *e)
{
	struct tag_facts facts = {.has_taken = w->taken[0] != 0};

	if (!facts.has_taken) {
		buf_str(ret, buf_view(jpeg));
	} else {
		memcpy(facts.taken, w->taken, sizeof(facts.taken));
		if (!tagwrite(&facts, ret, e))
			return false;
		buf_str(ret, str_sub(buf_view(jpeg), TAG_SKIP, jpeg->n));
	}
	return !ret->full || err_set(e, ERR_LIMIT, "the drawing is too large");
}

static void
free_cleanup(uint8_t **p)
{
	free(*p);
}

bool
draw_picture(const struct draw_options *w, struct buf *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX(DRAW_JPEG_MAX);
	CLEANUP(free_cleanup) uint8_t *row = NULL;
	OWNED(canvas) c = NULL;

	if (w->width < 16 || w->height < 16 || w->width > SIDE_MAX ||
	    w->height > SIDE_MAX || (unsigned)w->scene >= DRAW_SCENES)
		return err_set(e, ERR_INPUT, "no such drawing");
	c = canvas_new(w->width, w->height, w->seed, rgb_hex(PAPER), e);
	row = malloc((size_t)w->width * 3);
	if (c == NULL || row == NULL)
		return err_set(e, ERR_LIMIT, "no memory to draw");
	scenes[w->scene].draw(c);
	canvas_finish(c);
	return encode(c, w, row, &jpeg, e) && put_together(w, &jpeg, ret, e);
}
