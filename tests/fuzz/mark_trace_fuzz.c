/* Pixels of a suspect copy, how large it is and where a search might believe
 * that it lies, against a small rendition: whatever comes, a reading of finite
 * numbers.  The search itself, hundreds of transforms, is left out. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "mark/trace.h"

#define SIDE 160
#define SIDE_MAX 400
#define MEMORY ((size_t)16 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
draw(uint8_t *a, uint8_t *b)
{
	for (int i = 0; i < SIDE * SIDE; i++) {
		int x = i % SIDE, y = i / SIDE;
		int v = 128 + (x * x / 40 + y * x / 23) % 90 - 45;

		a[i] = (uint8_t)(v - (x / 8 + y / 8) % 3);
		b[i] = (uint8_t)(v + (x / 8 + y / 8) % 3);
	}
}

/* Nine numbers, most of them of a map that is not absurd. */
static struct mark_warp
guess(const uint8_t *p)
{
	struct mark_warp w;

	for (int i = 0; i < 9; i++) {
		double v = (int8_t)p[i];

		w.m[i] = i >= 6 ? v / 100 : p[9] > 200 ? v * 1e9 : v * 4;
	}
	return w;
}

static void
read_it(struct arena *keep, const struct pixels *px,
    const struct mark_rendition *r, struct mark_warp at)
{
	struct mark_fit f = {.warp = at};
	struct mark_reading got;
	struct mark_pyramid copy;
	struct mark_grey base, of;
	struct err e;

	if (!mark_grey_of_pixels(keep, px, px->width, px->height, &base, &e) ||
	    !mark_grey_of_pixels(keep, &r->a, SIDE, SIDE, &of, &e) ||
	    !mark_pyramid_new(keep, &base, &copy, &e) ||
	    !mark_align(&of, &copy, 3, MARK_PROJECTIVE, &f, &e) ||
	    !mark_read(keep, r, &base, &f.warp, &got, &e))
		return;
	for (size_t i = 0; i < got.n; i++)
		assert(isfinite(got.value[i] + got.full[i]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static uint8_t a[SIDE * SIDE], b[SIDE * SIDE];
	static uint8_t copy[SIDE_MAX * SIDE_MAX * 3];
	struct mark_rendition r = {
	    {a, SIDE, SIDE, 1, SIDE}, {b, SIDE, SIDE, 1, SIDE}, 16, 2};
	OWNED(arena) keep = arena_new(MEMORY);
	struct pixels px;
	struct err e;

	if (n < 17)
		return 0;
	draw(a, b);
	px = (struct pixels){.p = copy,
	    .width = (p[0] | (uint32_t)p[1] << 8) % (SIDE_MAX + 1),
	    .height = (p[2] | (uint32_t)p[3] << 8) % (SIDE_MAX + 1),
	    .channels = p[4] % 5};
	px.stride = (size_t)px.width * px.channels;
	if (!pixels_check(&px, &e))
		return 0;
	for (size_t i = 0; i < px.stride * px.height; i++)
		copy[i] = p[16 + i % (n - 16)];
	read_it(keep, &px, &r, guess(p + 5));
	return 0;
}
