/* crayon — a drawing as it hangs on the wall: house, sun, tree, flowers. */
#include <math.h>

#include "draw/scene.h"

#define PI 3.14159265f

static const uint32_t brights[] = {
    0xd9413a, 0xf2b441, 0x2e86b0, 0x3f9a52, 0xe8782f, 0x8a5ab0, 0xe46a9c};

static struct paint
wax(struct rgb colour)
{
	struct paint p = paint_flat(colour);

	p.wax = 0.42f;
	p.alpha = 0.95f;
	return p;
}

/* A line as a small hand draws it. */
static void
line(struct canvas *c, struct point a, struct point b, float s,
    struct rgb colour)
{
	struct point v[14];
	struct path p = {.n = 0};
	struct paint paint = wax(colour);
	float sway = canvas_between(c, -0.008f, 0.008f);

	for (int i = 0; i < 14; i++) {
		float t = (float)i / 13;

		v[i].x = a.x + (b.x - a.x) * t + sway * sinf(PI * t) +
			 canvas_between(c, -0.0014f, 0.0014f);
		v[i].y = a.y + (b.y - a.y) * t - sway * sinf(2 * PI * t) +
			 canvas_between(c, -0.0014f, 0.0014f);
	}
	path_stroke(&p, v, 14, s, s * canvas_between(c, 0.7f, 1));
	canvas_fill(c, &p, &paint);
}

/* Filled by going to and fro between two edges. */
static void
scribble(struct canvas *c, struct point a, struct point b, struct point a2,
    struct point b2, unsigned n, float s, struct rgb colour)
{
	struct point last = a;

	for (unsigned i = 0; i <= n; i++) {
		float t = (float)i / (float)n;
		float d = canvas_between(c, -0.006f, 0.006f);
		struct point l = {
		    a.x + (a2.x - a.x) * t + d, a.y + (a2.y - a.y) * t};
		struct point r = {
		    b.x + (b2.x - b.x) * t - d, b.y + (b2.y - b.y) * t};

		line(c, last, i % 2 == 0 ? r : l, s, colour);
		last = i % 2 == 0 ? r : l;
	}
}

static void
house(struct canvas *c, float x, float foot, float s)
{
	struct rgb walls = PICK(c, brights), roof = PICK(c, brights);
	struct rgb door = rgb_hex(0x8a5a3c), ink = rgb_hex(0x33413f);
	float top = foot - s * 0.75f, peak = top - s * 0.5f;
	struct point tl = {x, top}, tr = {x + s, top}, bl = {x, foot},
		     br = {x + s, foot}, up = {x + s / 2, peak};

	scribble(c, tl, tr, bl, br, 26, s * 0.035f, rgb_shift(walls, 0.35f));
	scribble(c, up, up, (struct point){x - s * 0.12f, top},
	    (struct point){x + s * 1.12f, top}, 22, s * 0.035f, roof);
	line(c, tl, bl, s * 0.03f, ink);
	line(c, bl, br, s * 0.03f, ink);
	line(c, br, tr, s * 0.03f, ink);
	line(c, (struct point){x - s * 0.12f, top}, up, s * 0.03f, ink);
	line(c, up, (struct point){x + s * 1.12f, top}, s * 0.03f, ink);
	line(c, (struct point){x - s * 0.12f, top},
	    (struct point){x + s * 1.12f, top}, s * 0.03f, ink);
	scribble(c, (struct point){x + s * 0.40f, foot - s * 0.40f},
	    (struct point){x + s * 0.60f, foot - s * 0.40f},
	    (struct point){x + s * 0.40f, foot},
	    (struct point){x + s * 0.60f, foot}, 14, s * 0.035f, door);
	for (int i = 0; i < 2; i++) {
		float l = x + s * (0.10f + 0.58f * (float)i);
		float y = top + s * 0.14f, d = s * 0.20f;

		scribble(c, (struct point){l, y}, (struct point){l + d, y},
		    (struct point){l, y + d}, (struct point){l + d, y + d}, 9,
		    s * 0.028f, rgb_hex(0xbfe0ea));
		line(c, (struct point){l + d / 2, y},
		    (struct point){l + d / 2, y + d}, s * 0.02f, ink);
		line(c, (struct point){l, y + d / 2},
		    (struct point){l + d, y + d / 2}, s * 0.02f, ink);
	}
}

static void
round_sun(struct canvas *c, float x, float y, float r)
{
	struct rgb yellow = rgb_hex(0xf7b92e);

	for (int i = 0; i < 26; i++) {
		float a = 2 * PI * (float)i / 26, b = a + 2.6f;

		line(c, (struct point){x + r * cosf(a), y + r * sinf(a)},
		    (struct point){x + r * cosf(b), y + r * sinf(b)}, r * 0.16f,
		    yellow);
	}
	for (int i = 0; i < 14; i++) {
		float a = 2 * PI * ((float)i + 0.3f) / 14;
		float to = r * canvas_between(c, 1.55f, 2.0f);

		line(c,
		    (struct point){
			x + r * 1.22f * cosf(a), y + r * 1.22f * sinf(a)},
		    (struct point){x + to * cosf(a), y + to * sinf(a)},
		    r * 0.13f, rgb_hex(0xf09a2a));
	}
}

static void
rainbow(struct canvas *c, float x, float foot, float r)
{
	static const uint32_t bands[] = {
	    0xd9413a, 0xe8782f, 0xf2b441, 0x3f9a52, 0x2e86b0, 0x8a5ab0};

	for (size_t i = 0; i < sizeof(bands) / sizeof(bands[0]); i++) {
		struct point v[40];
		struct path p = {.n = 0};
		struct paint paint = wax(rgb_hex(bands[i]));
		float k = r - 0.028f * (float)i;

		for (int m = 0; m < 40; m++) {
			float a = PI + PI * (float)m / 39;
			float shake = canvas_between(c, -0.002f, 0.002f);

			v[m] = (struct point){x + (k + shake) * cosf(a),
			    foot + (k + shake) * sinf(a)};
		}
		path_stroke(&p, v, 40, 0.025f, 0.025f);
		canvas_fill(c, &p, &paint);
	}
}

static void
wax_tree(struct canvas *c, float x, float foot, float s)
{
	struct rgb green = rgb_hex(0x3f9a52);
	struct rgb apple = rgb_hex(0xd9413a);
	struct path p = {.n = 0};
	struct paint paint;

	scribble(c, (struct point){x - s * 0.05f, foot - s * 0.5f},
	    (struct point){x + s * 0.05f, foot - s * 0.5f},
	    (struct point){x - s * 0.07f, foot},
	    (struct point){x + s * 0.07f, foot}, 12, s * 0.035f,
	    rgb_hex(0x8a5a3c));
	for (int i = 0; i < 190; i++) {
		float a = canvas_between(c, 0, 2 * PI);
		float d = sqrtf(canvas_chance(c)) * s * 0.27f;
		struct point m = {
		    x + d * cosf(a), foot - s * 0.68f + d * 0.9f * sinf(a)};
		float b = canvas_between(c, 0, 2 * PI);

		line(c, m,
		    (struct point){
			m.x + s * 0.11f * cosf(b), m.y + s * 0.11f * sinf(b)},
		    s * 0.042f,
		    rgb_shift(green, canvas_between(c, -0.15f, 0.2f)));
	}
	for (int i = 0; i < 7; i++) {
		float a = canvas_between(c, 0, 2 * PI);
		float d = sqrtf(canvas_chance(c)) * s * 0.24f;

		path_blob(&p, c,
		    (struct point){
			x + d * cosf(a), foot - s * 0.68f + d * 0.9f * sinf(a)},
		    s * 0.03f, s * 0.03f, 0, 0.5f);
	}
	paint = wax(apple);
	canvas_fill(c, &p, &paint);
}

static void
wax_flower(struct canvas *c, float x, float foot, float s)
{
	struct rgb colour = PICK(c, brights);
	struct point head = {x + canvas_between(c, -0.01f, 0.01f), foot - s};

	line(c, (struct point){x, foot}, head, s * 0.07f, rgb_hex(0x3f9a52));
	for (int i = 0; i < 6; i++) {
		float a = 2 * PI * (float)i / 6;
		struct path p = {.n = 0};
		struct paint paint = wax(colour);

		path_blob(&p, c,
		    (struct point){head.x + s * 0.19f * cosf(a),
			head.y + s * 0.19f * sinf(a)},
		    s * 0.13f, s * 0.11f, a, 0.4f);
		canvas_fill(c, &p, &paint);
	}
	{
		struct path p = {.n = 0};
		struct paint paint = wax(rgb_hex(0xf7b92e));

		path_blob(&p, c, head, s * 0.11f, s * 0.11f, 0, 0.4f);
		canvas_fill(c, &p, &paint);
	}
}

static void
wax_cloud(struct canvas *c, float x, float y, float s)
{
	struct point v[49];
	struct path p = {.n = 0};
	struct paint paint = wax(rgb_hex(0x7fb4d8));

	for (int i = 0; i < 49; i++) {
		float a = 2 * PI * (float)i / 48;
		float k = 1 + 0.16f * fabsf(sinf(a * 3.5f));

		v[i] = (struct point){
		    x + s * k * cosf(a), y + s * 0.5f * k * sinf(a)};
	}
	path_stroke(&p, v, 49, s * 0.07f, s * 0.07f);
	canvas_fill(c, &p, &paint);
}

void
scene_crayon(struct canvas *c)
{
	float w = canvas_aspect(c), ground = 0.83f;
	bool left = canvas_chance(c) < 0.5f;
	struct path p = {.n = 0};
	struct paint paper = paint_flat(rgb_hex(0xfdf8ec));

	paper.grain = 0.25f;
	path_box(&p, -0.1f, -0.1f, w + 0.2f, 1.2f);
	canvas_fill(c, &p, &paper);
	scribble(c, (struct point){0.03f, 0.035f},
	    (struct point){w - 0.03f, 0.045f}, (struct point){0.03f, 0.10f},
	    (struct point){w - 0.03f, 0.09f}, 4, 0.03f, rgb_hex(0x8ec5e2));
	round_sun(c, left ? 0.20f : w - 0.20f, 0.28f, 0.085f);
	rainbow(c, w * 0.5f, ground, 0.44f);
	wax_cloud(c, w * 0.5f, 0.20f, 0.09f);
	wax_cloud(c, w * (left ? 0.8f : 0.25f), 0.26f, 0.075f);
	house(c, w * (left ? 0.54f : 0.18f), ground, 0.34f);
	wax_tree(c, w * (left ? 0.22f : 0.82f), ground, 0.44f);
	for (float x = 0.02f; x < w; x += 0.017f)
		line(c, (struct point){x, 0.96f},
		    (struct point){x + canvas_between(c, -0.01f, 0.01f),
			ground - canvas_between(c, -0.02f, 0.03f)},
		    0.015f,
		    rgb_shift(
			rgb_hex(0x58a84a), canvas_between(c, -0.12f, 0.18f)));
	for (int i = 0; i < 9; i++)
		wax_flower(c,
		    w * ((float)i + canvas_between(c, 0.2f, 0.8f)) / 9, 0.945f,
		    canvas_between(c, 0.09f, 0.13f));
}
