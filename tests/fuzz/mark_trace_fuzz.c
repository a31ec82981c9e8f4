/* Pixels of a suspect copy, and how large it says that it is, against a small
 * rendition: whatever comes, a reading of finite numbers. */
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

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static uint8_t a[SIDE * SIDE], b[SIDE * SIDE];
	static uint8_t copy[SIDE_MAX * SIDE_MAX * 3];
	struct mark_rendition r = {
	    {a, SIDE, SIDE, 1, SIDE}, {b, SIDE, SIDE, 1, SIDE}, 16, 2};
	OWNED(arena) keep = arena_new(MEMORY);
	struct mark_trace t;
	struct pixels px;
	struct err e;

	if (n < 6)
		return 0;
	draw(a, b);
	px = (struct pixels){.p = copy,
	    .width = (p[0] | (uint32_t)p[1] << 8) % (SIDE_MAX + 1),
	    .height = (p[2] | (uint32_t)p[3] << 8) % (SIDE_MAX + 1),
	    .channels = p[4] % 5};
	px.stride = (size_t)px.width * px.channels;
	if (px.channels > 3)
		px.stride = px.width;
	for (size_t i = 0; i < sizeof(copy); i++)
		copy[i] = p[5 + i % (n - 5)];
	if (!mark_trace(keep, &px, &r, (p[4] & 128) != 0, &t, &e) || !t.found)
		return 0;
	for (size_t i = 0; i < t.reading.n; i++)
		assert(isfinite(t.reading.value[i] + t.reading.full[i]));
	return 0;
}
