#include <math.h>

#include "draw/scene.h"

#define PI 3.14159265f

struct rgb
scene_pick(struct canvas *c, const uint32_t *colours, size_t n)
{
	size_t i = (size_t)(canvas_chance(c) * (float)n);

	return rgb_hex(colours[i < n ? i : n - 1]);
}

void
nature_sky(struct canvas *c, struct rgb top, struct rgb bottom, float to)
{
	struct path p = {.n = 0};
	struct paint sky = paint_down(top, bottom, 0, to);

	sky.grain = 0.25f;
	sky.streak = 0.35f;
	path_box(&p, -0.1f, -0.1f, canvas_aspect(c) + 0.2f, to + 0.2f);
	canvas_fill(c, &p, &sky);
}

void
nature_cloud(struct canvas *c, float x, float y, float s)
{
	struct rgb light = rgb_hex(0xfffdf8), shade = rgb_hex(0xdfe6e6);

	for (int i = 0; i < 9; i++) {
		float t = (float)i / 8 - 0.5f;
		float r = s * (0.55f - fabsf(t) * 0.55f) *
			  canvas_between(c, 0.75f, 1.1f);
		struct path p = {.n = 0};
		struct point m = {x + t * s * 2.6f, y - r * 0.35f};
		struct paint paint =
		    paint_down(light, shade, m.y - r, y + r * 0.6f);

		paint.alpha = 0.9f;
		path_blob(&p, c, m, r * 1.15f, r * 0.8f, 0, 0.35f);
		canvas_fill(c, &p, &paint);
	}
}

void
nature_ridge(struct canvas *c, float y, float rise, float waves, struct rgb top,
    struct rgb bottom)
{
	float w = canvas_aspect(c), phase = canvas_between(c, 0, 4);
	struct paint paint = paint_down(top, bottom, y - rise, y + 0.35f);
	struct path p = {.n = 0};

	paint.streak = 0.5f;
	for (int i = 0; i <= 220; i++) {
		float x = w * ((float)i / 220 * 1.1f - 0.05f);
		float h = canvas_noise(c, x * waves * 0.06f + phase, phase) +
			  0.06f * canvas_noise(c, x * waves * 0.7f, phase * 2);

		path_to(&p, x, y - rise * h);
	}
	path_to(&p, w * 1.05f, 1.1f);
	path_to(&p, -0.05f * w, 1.1f);
	path_close(&p);
	canvas_fill(c, &p, &paint);
}

static void
branch(struct canvas *c, struct point from, float turn, float length,
    float width, int depth, struct rgb bark)
{
	struct point v[5] = {from};
	struct path p = {.n = 0};
	struct paint paint = paint_round(bark, from.x - width, from.x + width);

	for (int i = 1; i < 5; i++) {
		float bend = turn + canvas_between(c, -0.16f, 0.16f);

		v[i].x = v[i - 1].x + cosf(bend) * length / 4;
		v[i].y = v[i - 1].y + sinf(bend) * length / 4;
	}
	path_stroke(&p, v, 5, width, width * 0.55f);
	canvas_fill(c, &p, &paint);
	for (int i = 0; depth > 0 && i < 3; i++)
		branch(c, v[4 - i / 2],
		    turn + ((float)i - 1) * canvas_between(c, 0.35f, 0.75f),
		    length * canvas_between(c, 0.55f, 0.75f), width * 0.55f,
		    depth - 1, bark);
}

/* Dabs from dark and low to light and high, as one paints foliage. */
static void
foliage(struct canvas *c, struct point m, float r, struct rgb green)
{
	for (int i = 0; i < 260; i++) {
		float t = (float)i / 259;
		float a = canvas_between(c, 0, 2 * PI);
		float d = sqrtf(canvas_chance(c)) * (1 - 0.18f * t);
		struct point at = {
		    m.x + r * 1.12f * d * cosf(a) - r * 0.10f * t,
		    m.y + r * 0.88f * d * sinf(a) - r * 0.12f * t};
		float high = (m.y - at.y) / r;
		float tone = -0.42f + 0.5f * t + 0.16f * high +
			     canvas_between(c, -0.08f, 0.08f);
		float s =
		    r * canvas_between(c, 0.09f, 0.2f) * (1.15f - 0.55f * t);
		struct path p = {.n = 0};
		struct paint paint =
		    paint_flat(rgb_shift(green, fminf(tone, 0.42f)));

		paint.alpha = 0.92f;
		path_blob(&p, c, at, s, s * 0.72f,
		    canvas_between(c, -0.6f, 0.6f), 0.7f);
		canvas_fill(c, &p, &paint);
	}
}

void
nature_tree(struct canvas *c, float x, float foot, float s, struct rgb green)
{
	struct rgb shade = rgb_hex(0x1c2f2c);

	canvas_spot(c, (struct point){x + s * 0.10f, foot}, s * 0.48f,
	    s * 0.07f, shade, 0.5f);
	branch(c, (struct point){x, foot}, -PI / 2, s * 0.42f, s * 0.075f, 2,
	    rgb_hex(0x6b4a35));
	foliage(c, (struct point){x, foot - s * 0.63f}, s * 0.38f, green);
}

void
nature_grass(struct canvas *c, float y0, float y1, unsigned n, struct rgb green)
{
	float w = canvas_aspect(c);

	for (unsigned i = 0; i < n; i++) {
		float t = (float)i / (float)n, y = y0 + (y1 - y0) * t;
		float s = 0.012f + 0.035f * t;
		float x = canvas_between(c, 0, w);
		float lean = canvas_between(c, -0.4f, 0.4f) * s;
		struct point v[3] = {
		    {x, y}, {x + lean * 0.3f, y - s * 0.6f}, {x + lean, y - s}};
		struct path p = {.n = 0};
		struct paint paint = paint_flat(
		    rgb_shift(green, canvas_between(c, -0.28f, 0.28f)));

		paint.alpha = 0.75f;
		path_stroke(&p, v, 3, s * 0.10f, s * 0.01f);
		canvas_fill(c, &p, &paint);
	}
}

void
nature_flower(struct canvas *c, float x, float foot, float s, struct rgb colour)
{
	float lean = canvas_between(c, -0.12f, 0.12f) * s;
	struct point head = {x + lean, foot - s};
	struct point stem[3] = {
	    {x, foot}, {x + lean * 0.2f, foot - s * 0.5f}, head};
	struct rgb green =
	    rgb_shift(rgb_hex(LEAF), canvas_between(c, -0.15f, 0.2f));
	struct paint paint = paint_flat(green);
	struct path p = {.n = 0};
	int petals = 6 + (int)(canvas_chance(c) * 5);
	float r = s * canvas_between(c, 0.17f, 0.25f);
	float turn = canvas_between(c, 0, 1);

	path_stroke(&p, stem, 3, s * 0.035f, s * 0.022f);
	path_leaf(&p, stem[1], s * 0.32f, s * 0.11f, -0.7f);
	path_leaf(&p, stem[1], s * 0.28f, s * 0.10f, PI + 0.8f);
	canvas_fill(c, &p, &paint);
	for (int i = 0; i < petals; i++) {
		float a = turn + 2 * PI * (float)i / (float)petals;
		struct path q = {.n = 0};

		paint = paint_flat(
		    rgb_shift(colour, canvas_between(c, -0.12f, 0.25f)));
		path_ellipse(&q,
		    (struct point){head.x + 0.62f * r * cosf(a),
			head.y + 0.62f * r * sinf(a)},
		    r * 0.55f, r * 0.30f, a);
		canvas_fill(c, &q, &paint);
	}
	path_clear(&p);
	path_blob(&p, c, head, r * 0.38f, r * 0.38f, 0, 0.4f);
	paint = paint_flat(
	    rgb_hex(colour.r > 0.9f && colour.b < 0.4f ? 0x7a4a1e : SUN));
	canvas_fill(c, &p, &paint);
}
