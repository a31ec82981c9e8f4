#include "media/fit.h"

#include <assert.h>
#include <stdlib.h>

#include "media/scale.h"

/* How EXIF's eight cases are made of two mirrors, which cost nothing while
 * scaling, and then one transposition. */
static const struct turn {
	bool mirror_x, mirror_y, transpose;
} turns[9] = {
    [1] = {false, false, false},
    [2] = {true, false, false},
    [3] = {true, true, false},
    [4] = {false, true, false},
    [5] = {false, false, true},
    [6] = {false, true, true},
    [7] = {true, true, true},
    [8] = {true, false, true},
};

struct fit {
	struct planes planes;
	struct scale *scale[3];
	bool transpose;
};

void
fit_free(struct fit *f)
{
	if (f == NULL)
		return;
	for (unsigned i = 0; i < 3; i++)
		scale_free(f->scale[i]);
	planes_done(&f->planes);
	free(f);
}

/* JPEG places a chroma sample in the middle of the pixels that it serves. */
static struct scale_axis
axis(uint32_t samples, double per, double from, uint32_t to, double to_per,
    bool mirror)
{
	double step = from / to * per / to_per;
	struct scale_axis a = {
	    .n = samples, .first = 0.5 * step - 0.5, .step = step};

	if (mirror) {
		a.first = from * per - 0.5 * step - 0.5;
		a.step = -step;
	}
	return a;
}

struct fit *
fit_new(const struct fit_source *src, uint8_t orientation, uint32_t width,
    uint32_t height, unsigned chroma, struct err *e)
{
	OWNED(fit) f = calloc(1, sizeof(*f));
	const struct turn *t = &turns[orientation];

	assert(orientation >= 1 && orientation <= 8);
	if (f == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory to fit");
		return NULL;
	}
	f->transpose = t->transpose;
	if (!planes_init(&f->planes, t->transpose ? height : width,
		t->transpose ? width : height, src->n, chroma, e))
		return NULL;
	for (unsigned i = 0; i < src->n; i++) {
		double per = i == 0 ? 1 : 1.0 / chroma;

		f->scale[i] = scale_new(
		    axis(src->part[i].width, src->part[i].per_x, src->width,
			f->planes.width, per, t->mirror_x),
		    axis(src->part[i].height, src->part[i].per_y, src->height,
			f->planes.height, per, t->mirror_y),
		    &f->planes.plane[i], e);
		if (f->scale[i] == NULL)
			return NULL;
	}
	return TAKE(f);
}

void
fit_push(struct fit *f, unsigned part, const uint8_t *row)
{
	if (part < f->planes.n)
		scale_push(f->scale[part], row);
}

bool
fit_finish(struct fit *f, struct planes *ret, struct err *e)
{
	if (f->transpose && !planes_transpose(&f->planes, e))
		return false;
	*ret = f->planes;
	f->planes = (struct planes){0};
	return true;
}

bool
fit_shrink(const struct planes *s, uint32_t width, uint32_t height,
    struct planes *ret, struct err *e)
{
	struct fit_source src = {
	    .width = s->width, .height = s->height, .n = s->n};
	OWNED(fit) f = NULL;

	for (unsigned i = 0; i < s->n; i++) {
		double per = i == 0 ? 1 : 1.0 / s->chroma;

		src.part[i].width = s->plane[i].width;
		src.part[i].height = s->plane[i].height;
		src.part[i].per_x = src.part[i].per_y = per;
	}
	f = fit_new(&src, 1, width, height, 2, e);
	if (f == NULL)
		return false;
	for (unsigned i = 0; i < s->n; i++)
		for (uint32_t y = 0; y < s->plane[i].height; y++)
			fit_push(f, i, s->plane[i].p + y * s->plane[i].stride);
	return fit_finish(f, ret, e);
}

static uint32_t
part_of(uint32_t n, uint32_t side, uint32_t longest)
{
	uint64_t v = ((uint64_t)n * side + longest / 2) / longest;

	return v == 0 ? 1 : (uint32_t)v;
}

void
fit_size(uint32_t width, uint32_t height, uint32_t side, uint32_t *ret_width,
    uint32_t *ret_height)
{
	uint32_t longest = width > height ? width : height;

	if (side > longest)
		side = longest;
	*ret_width = part_of(width, side, longest);
	*ret_height = part_of(height, side, longest);
}
