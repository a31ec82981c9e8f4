/*
 * jpegin — libjpeg-turbo's planes at full size, handed to fit row by row, which
 * needs no other colours, and to jpegrgb for the hashes.  Both may work in
 * another thread (beside.h) while the next strips are decoded.
 */
#include <assert.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <jerror.h>

#include "media/decode.h"
#include "media/fit.h"
#include "media/icc.h"
#include "media/jpegrgb.h"

/* A progressive file of honest makers has about ten scans; thousands of them
 * are a way to keep a decoder busy for an hour. */
#define SCANS_MAX 64
#define MEMORY_MAX (400L * 1024 * 1024)
#define ICC_MAX ((size_t)1024 * 1024)
#define STRIPS (BESIDE_TASKS + 1) /* one is decoded, the others wait */

/* One row of MCUs per component. */
struct strip {
	const struct in *in;
	uint8_t *sample[3];
	JSAMPROW *rows[3];
};

struct in {
	struct jpeg_decompress_struct c;
	struct jpeg_error_mgr mgr;
	struct jpeg_progress_mgr progress;
	jmp_buf failed;
	enum media_verdict verdict; /* why failed was jumped to */
	uint32_t side;
	struct fit *fit; /* NULL: no planes are wanted */
	struct jpegrgb *rgb;
	struct strip strip[STRIPS];
	struct decoded *ret;
	struct err *e;
	bool ours; /* the failure is not the file's */
	bool other;
};

static void
fail(struct in *in, enum media_verdict v)
{
	in->verdict = v;
	longjmp(in->failed, 1);
}

static void
fail_ours(struct in *in)
{
	in->ours = true;
	longjmp(in->failed, 1);
}

static void
on_error(j_common_ptr c)
{
	struct in *in = c->client_data;

	switch (in->mgr.msg_code) {
	case JERR_OUT_OF_MEMORY:
	case JERR_NO_BACKING_STORE:
		(void)err_set(in->e, ERR_LIMIT, "no memory to decode");
		fail_ours(in);
		break;
	case JERR_SOF_UNSUPPORTED: /* lossless, hierarchical */
	case JERR_BAD_PRECISION:   /* 12 bits, medical */
	case JERR_ARITH_NOTIMPL:
		fail(in, MEDIA_UNKNOWN);
		break;
	case JERR_INPUT_EOF:
		fail(in, MEDIA_TRUNCATED);
		break;
	default:
		fail(in, MEDIA_DAMAGED);
	}
}

/* Some cameras fill up with zeros before the end marker. */
static bool
only_padding(const struct in *in)
{
	const struct jpeg_source_mgr *src = in->c.src;
	int n = in->mgr.msg_parm.i[0], marker = in->mgr.msg_parm.i[1];

	if (marker != JPEG_EOI || n < 0)
		return false;
	for (int i = 0; i < n; i++)
		if (src->next_input_byte[-3 - i] != 0)
			return false;
	return true;
}

/* libjpeg paints over what is missing or wrong, and warns.  A parent must not
 * get a picture that is half grey, so most warnings are refusals. */
static void
on_message(j_common_ptr c, int level)
{
	struct in *in = c->client_data;

	if (level >= 0)
		return;
	switch (in->mgr.msg_code) {
	case JWRN_JPEG_EOF:
		fail(in, MEDIA_TRUNCATED);
		break;
	case JWRN_EXTRANEOUS_DATA:
		if (!only_padding(in))
			fail(in, MEDIA_DAMAGED);
		break;
	case JWRN_ADOBE_XFORM:
	case JWRN_JFIF_MAJOR:
	case JWRN_BOGUS_ICC:
		break;
	default:
		fail(in, MEDIA_DAMAGED);
	}
}

static void
on_progress(j_common_ptr c)
{
	struct in *in = c->client_data;

	if (in->c.input_scan_number > SCANS_MAX)
		fail(in, MEDIA_DAMAGED);
}

static void
take_profile(struct in *in)
{
	JOCTET *p = NULL;
	unsigned n = 0;
	str profile;

	if (!jpeg_read_icc_profile(&in->c, &p, &n))
		return;
	profile = (str){(const char *)p, n};
	if (n <= ICC_MAX && in->c.num_components == 3 &&
	    icc_space(profile) == ICC_RGB && !icc_is_srgb(profile)) {
		in->ret->icc = BUF_MAX(ICC_MAX);
		buf_str(&in->ret->icc, profile);
	}
	free(p);
}

static void
open_fit(struct in *in)
{
	struct jpeg_decompress_struct *c = &in->c;
	struct decoded *ret = in->ret;
	struct fit_source src = {.n = (unsigned)c->num_components};
	uint32_t w, h;

	if (in->side == 0)
		return;
	src.width = c->image_width;
	src.height = c->image_height;
	for (unsigned i = 0; i < src.n; i++) {
		const jpeg_component_info *k = &c->comp_info[i];

		src.part[i].width = k->downsampled_width;
		src.part[i].height = k->downsampled_height;
		src.part[i].per_x =
		    (double)k->h_samp_factor / c->max_h_samp_factor;
		src.part[i].per_y =
		    (double)k->v_samp_factor / c->max_v_samp_factor;
	}
	fit_size(ret->width, ret->height, in->side, &w, &h);
	in->fit = fit_new(
	    &src, ret->exif.orientation, w, h, ret->icc.n > 0 ? 1 : 2, in->e);
	if (in->fit == NULL)
		fail_ours(in);
}

static void
open_rgb(struct in *in)
{
	struct jpeg_decompress_struct *c = &in->c;
	struct jpegrgb_part part[3];

	if (in->ret->hashing == NULL)
		return;
	for (int i = 0; i < c->num_components; i++) {
		const jpeg_component_info *k = &c->comp_info[i];

		part[i] = (struct jpegrgb_part){.width = k->downsampled_width,
		    .height = k->downsampled_height,
		    .h = (uint32_t)k->h_samp_factor,
		    .v = (uint32_t)k->v_samp_factor};
	}
	in->rgb = jpegrgb_new(c->image_width, c->image_height,
	    (unsigned)c->num_components, part, in->e);
	if (in->rgb == NULL)
		fail_ours(in);
}

static unsigned
rows_per_strip(const jpeg_component_info *k)
{
	return (unsigned)(k->v_samp_factor * k->DCT_scaled_size);
}

static void
open_strip(struct in *in, struct strip *s)
{
	struct jpeg_decompress_struct *c = &in->c;

	s->in = in;
	for (int i = 0; i < c->num_components; i++) {
		const jpeg_component_info *k = &c->comp_info[i];
		unsigned n = rows_per_strip(k);
		size_t wide =
		    (size_t)(k->width_in_blocks + (unsigned)k->h_samp_factor) *
		    (unsigned)k->DCT_scaled_size;

		s->sample[i] = calloc(n, wide);
		s->rows[i] = calloc(n, sizeof(JSAMPROW));
		if (s->sample[i] == NULL || s->rows[i] == NULL) {
			(void)err_set(in->e, ERR_LIMIT, "no memory to decode");
			fail_ours(in);
		}
		for (unsigned y = 0; y < n; y++)
			s->rows[i][y] = s->sample[i] + y * wide;
	}
}

/* Of libjpeg's structure only what stays as it is while strips are read. */
static void
take_strip(void *arg)
{
	const struct strip *s = arg;
	const struct in *in = s->in;
	const uint8_t *const *rows[3];

	for (int i = 0; i < in->c.num_components; i++)
		rows[i] = (const uint8_t *const *)s->rows[i];
	if (in->rgb != NULL)
		jpegrgb_strip(in->rgb, rows);
	/* fit ignores the rows below the last. */
	for (int i = 0; in->fit != NULL && i < in->c.num_components; i++) {
		unsigned n = rows_per_strip(&in->c.comp_info[i]);

		for (unsigned y = 0; y < n; y++)
			fit_push(in->fit, (unsigned)i, rows[i][y]);
	}
}

static void
read_strips(struct in *in)
{
	struct jpeg_decompress_struct *c = &in->c;
	unsigned per = (unsigned)c->max_v_samp_factor * DCTSIZE;
	unsigned n = in->ret->beside == NULL ? 1 : STRIPS;

	for (unsigned i = 0; i < n; i++)
		open_strip(in, &in->strip[i]);
	for (unsigned i = 0; c->output_scanline < c->output_height;
	     i = (i + 1) % n) {
		(void)jpeg_read_raw_data(c, in->strip[i].rows, per);
		beside_do(in->ret->beside, take_strip, &in->strip[i]);
	}
	beside_wait(in->ret->beside);
}

static bool
read_head(struct in *in)
{
	struct jpeg_decompress_struct *c = &in->c;
	struct decoded *ret = in->ret;
	bool turned = ret->exif.orientation >= 5;

	jpeg_save_markers(c, JPEG_APP0 + 2, 0xffff);
	(void)jpeg_read_header(c, TRUE);
	if (decode_size_verdict(c->image_width, c->image_height) != MEDIA_OK)
		fail(in, MEDIA_TOO_LARGE);
	in->other = c->jpeg_color_space != JCS_YCbCr &&
		    c->jpeg_color_space != JCS_GRAYSCALE;
	if (in->other)
		return false;
	ret->width = turned ? c->image_height : c->image_width;
	ret->height = turned ? c->image_width : c->image_height;
	take_profile(in);
	return true;
}

static void
leave_still(struct in *in)
{
	struct jpeg_decompress_struct *c = &in->c;
	struct decoded *ret = in->ret;
	uint32_t n = (uint32_t)c->num_components;

	ret->still_bytes = jpegrgb_take(in->rgb);
	ret->still = (struct pixels){.p = ret->still_bytes,
	    .width = c->image_width,
	    .height = c->image_height,
	    .channels = n,
	    .stride = (size_t)c->image_width * n};
}

static void
decode(struct in *in, str bytes)
{
	struct jpeg_decompress_struct *c = &in->c;

	jpeg_create_decompress(c);
	c->client_data = in;
	c->progress = &in->progress;
	c->mem->max_memory_to_use = MEMORY_MAX;
	jpeg_mem_src(c, (const unsigned char *)bytes.p, bytes.n);
	if (!read_head(in))
		return;
	c->out_color_space = c->jpeg_color_space;
	c->raw_data_out = TRUE;
	c->dct_method = JDCT_ISLOW;
	(void)jpeg_start_decompress(c);
	open_fit(in);
	open_rgb(in);
	read_strips(in);
	(void)jpeg_finish_decompress(c);
	if (in->rgb != NULL)
		leave_still(in);
	if (in->fit != NULL && !fit_finish(in->fit, &in->ret->planes, in->e))
		fail_ours(in);
}

static void
in_free(struct in *in)
{
	if (in == NULL)
		return;
	beside_wait(in->ret->beside); /* after a failure strips are under way */
	jpeg_destroy_decompress(&in->c);
	fit_free(in->fit);
	jpegrgb_free(in->rgb);
	for (unsigned i = 0; i < STRIPS * 3; i++) {
		free(in->strip[i / 3].sample[i % 3]);
		free(in->strip[i / 3].rows[i % 3]);
	}
	free(in);
}

DEFINE_OWNED(in)

bool
jpegin(str bytes, const struct container *box, uint32_t side,
    struct decoded *ret, bool *ret_other, struct err *e)
{
	OWNED(in) in = calloc(1, sizeof(*in));

	if (in == NULL)
		return err_set(e, ERR_LIMIT, "no memory to decode");
	in->side = side;
	in->ret = ret;
	in->e = e;
	in->c.err = jpeg_std_error(&in->mgr);
	in->c.client_data = in;
	in->mgr.error_exit = on_error;
	in->mgr.emit_message = on_message;
	in->progress.progress_monitor = on_progress;
	ret->exif = exif_read(box->exif);
	if (setjmp(in->failed) == 0)
		decode(in, bytes);
	else if (in->ours)
		return false;
	else
		ret->verdict = in->verdict;
	*ret_other = in->other;
	return true;
}
