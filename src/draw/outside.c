/* outside — pictures of days in the open air. */
#include <math.h>

#include "draw/scene.h"

#define PI 3.14159265f

static const uint32_t skies[][2] = {
    {0x8fc3cf, 0xfdf0d8},
    {0x7fb4c8, 0xe9f1ea},
    {0xa9cfd2, 0xfbe3cf},
    {0x6fa9bd, 0xfdf3dc},
};

static const uint32_t greens[] = {0x28704a, 0x4d8a4b, 0x6f9a45, 0x2f7d5a};
static const uint32_t autumns[] = {0xc8642a, 0xd98c2b, 0xb4481f, 0xe0ab3c};

static void
sky(struct canvas *c, float to)
{
	size_t i = (size_t)(canvas_chance(c) * 4) & 3;

	nature_sky(c, rgb_hex(skies[i][0]), rgb_hex(skies[i][1]), to);
}

static void
clouds(struct canvas *c, int n, float y0, float y1)
{
	for (int i = 0; i < n; i++)
		nature_cloud(c, canvas_between(c, 0, canvas_aspect(c)),
		    canvas_between(c, y0, y1), canvas_between(c, 0.06f, 0.13f));
}

static void
sun(struct canvas *c, float x, float y, float r)
{
	struct path p = {.n = 0};
	struct paint paint = paint_flat(rgb_hex(0xfff3d0));

	canvas_spot(
	    c, (struct point){x, y}, r * 7, r * 7, rgb_hex(0xffe9b0), 0.75f);
	path_ellipse(&p, (struct point){x, y}, r, r, 0);
	paint.alpha = 0.95f;
	canvas_fill(c, &p, &paint);
}

/* From the foreground to the hills, narrower as it goes. */
static void
footpath(struct canvas *c, float y0, float y1, struct rgb colour)
{
	float w = canvas_aspect(c), x = w * canvas_between(c, 0.35f, 0.65f);
	struct path p = {.n = 0};
	struct paint paint =
	    paint_down(rgb_shift(colour, 0.15f), colour, y0, y1);

	paint.streak = 0.6f;
	for (int side = 0; side < 2; side++)
		for (int k = 0; k <= 40; k++) {
			int i = side == 0 ? k : 40 - k;
			float t = (float)i / 40, wide = 0.006f + 0.13f * t * t;
			float mid =
			    x + 0.16f * (1 - t) * sinf(t * 6.5f) - 0.1f * t * t;

			path_to(&p, mid + (side == 0 ? -wide : wide),
			    y0 + (y1 - y0) * t);
		}
	path_close(&p);
	canvas_fill(c, &p, &paint);
}

void
scene_hills(struct canvas *c)
{
	bool autumn = canvas_chance(c) < 0.4f;
	struct rgb far = rgb_hex(0x8fb3b5), near = PICK(c, greens);
	struct rgb field =
	    rgb_mix(near, rgb_hex(0xd9c46a), autumn ? 0.5f : 0.2f);
	float w = canvas_aspect(c);

	sky(c, 0.62f);
	sun(c, w * canvas_between(c, 0.15f, 0.85f), 0.2f, 0.04f);
	clouds(c, 3, 0.08f, 0.28f);
	for (int i = 0; i < 4; i++) {
		float t = (float)i / 3;
		struct rgb top = rgb_mix(far, field, t);

		nature_ridge(c, 0.44f + 0.12f * (float)i,
		    0.10f - 0.012f * (float)i, 6 + 3 * (float)i,
		    rgb_shift(top, 0.12f), top);
	}
	footpath(c, 0.77f, 1.05f, rgb_hex(0xd8bd8d));
	nature_grass(c, 0.80f, 1.03f, 900, field);
	for (int i = 0; i < 7; i++) {
		float t = (float)i / 6;
		float x = w * (i % 2 == 0 ? canvas_between(c, 0.0f, 0.36f)
					  : canvas_between(c, 0.64f, 1.0f));

		nature_tree(c, x, 0.60f + 0.30f * t, 0.16f + 0.36f * t,
		    autumn ? PICK(c, autumns) : PICK(c, greens));
	}
}

static void
window(struct canvas *c, float x, float y, float w, float h)
{
	struct path p = {.n = 0};
	struct paint frame = paint_flat(rgb_hex(0xfffaf0));
	struct paint glass =
	    paint_down(rgb_hex(0x9cc5cb), rgb_hex(0x47808a), y, y + h);

	path_box(&p, x, y, w, h);
	canvas_fill(c, &p, &frame);
	for (int i = 0; i < 4; i++) {
		path_clear(&p);
		path_box(&p, x + w * (0.07f + 0.46f * (float)(i % 2)),
		    y + h * (0.06f + 0.47f * (float)(i / 2)), w * 0.40f,
		    h * 0.41f);
		canvas_fill(c, &p, &glass);
	}
}

/* The long wall, its windows, and the shelter on posts that gives its name to
 * all this. */
static void
school(struct canvas *c, float ground)
{
	float w = canvas_aspect(c);
	struct path p = {.n = 0};
	struct paint wall =
	    paint_down(rgb_hex(0xf6e7cf), rgb_hex(0xe3c9a3), 0.25f, ground);
	struct paint roof =
	    paint_down(rgb_hex(0xc65a2e), rgb_hex(0x97391a), 0.2f, 0.36f);
	struct paint post = paint_flat(rgb_hex(SLATE));

	path_box(&p, -0.1f, 0.34f, w + 0.2f, ground - 0.34f);
	canvas_fill(c, &p, &wall);
	path_clear(&p);
	path_to(&p, -0.1f, 0.355f);
	path_to(&p, -0.1f, 0.24f);
	path_to(&p, w + 0.1f, 0.22f);
	path_to(&p, w + 0.1f, 0.355f);
	path_close(&p);
	roof.streak = 0.9f;
	canvas_fill(c, &p, &roof);
	for (float x = 0.08f; x < w * 0.62f; x += 0.21f)
		window(c, x, 0.41f, 0.105f, 0.17f);
	path_clear(&p);
	path_to(&p, w * 0.60f, 0.475f);
	path_to(&p, w * 0.64f, 0.415f);
	path_to(&p, w + 0.1f, 0.405f);
	path_to(&p, w + 0.1f, 0.475f);
	path_close(&p);
	canvas_spot(c, (struct point){w * 0.85f, ground}, 0.42f, 0.25f,
	    rgb_hex(0x4a3b33), 0.55f);
	roof = paint_down(rgb_hex(0x2f7885), rgb_hex(0x1a505b), 0.4f, 0.48f);
	canvas_fill(c, &p, &roof);
	for (int i = 0; i < 4; i++) {
		path_clear(&p);
		path_box(&p, w * (0.63f + 0.125f * (float)i), 0.47f, 0.012f,
		    ground - 0.465f);
		canvas_fill(c, &p, &post);
	}
}

/* Chalk on the ground, in the flat perspective of somebody who stands. */
static void
hopscotch(struct canvas *c, float x, float y)
{
	static const uint32_t chalks[] = {
	    0xfffaf0, 0xf7d98a, 0xf3b79b, 0xb9dcd0};

	for (int i = 0; i < 7; i++) {
		float s = 0.092f - 0.007f * (float)i;
		float yy = y - 0.030f * (float)i + 0.0011f * (float)(i * i);
		float high = 0.027f - 0.0021f * (float)i;
		bool two = i == 2 || i == 5;
		struct paint chalk = paint_flat(PICK(c, chalks));

		chalk.wax = 0.35f;
		for (int k = 0; k <= (two ? 1 : 0); k++) {
			float l = x - (two ? s : s / 2) + (float)k * s;
			struct point v[5] = {{l, yy}, {l + s, yy},
			    {l + s * 0.98f, yy - high},
			    {l + s * 0.03f, yy - high}, {l, yy}};
			struct path p = {.n = 0};

			for (int m = 0; m < 4; m++)
				path_stroke(&p, v + m, 2, 0.0042f, 0.0036f);
			canvas_fill(c, &p, &chalk);
		}
	}
}

void
outside_school(struct canvas *c, float ground)
{
	sky(c, 0.4f);
	clouds(c, 2, 0.08f, 0.18f);
	school(c, ground);
}

void
scene_yard(struct canvas *c)
{
	float w = canvas_aspect(c), ground = 0.63f;
	struct path p = {.n = 0};
	struct paint yard =
	    paint_down(rgb_hex(0xd9bf99), rgb_hex(0xc6a27a), ground, 1);
	struct paint ball = paint_round(PICK(c, autumns), 0, 0);
	struct point at = {w * canvas_between(c, 0.74f, 0.9f), 0.88f};

	outside_school(c, ground);
	yard.streak = 0.5f;
	path_box(&p, -0.1f, ground, w + 0.2f, 0.5f);
	canvas_fill(c, &p, &yard);
	for (int i = 0; i < 46; i++)
		canvas_spot(c,
		    (struct point){w * 0.30f + canvas_between(c, -0.42f, 0.42f),
			0.80f + canvas_between(c, -0.10f, 0.12f)},
		    0.08f, 0.022f, rgb_hex(0x7d6a5c), 0.35f);
	hopscotch(c, w * 0.57f, 0.94f);
	nature_tree(c, w * 0.28f, 0.80f, 0.80f,
	    canvas_chance(c) < 0.5f ? PICK(c, autumns) : PICK(c, greens));
	canvas_spot(c, (struct point){at.x + 0.015f, at.y + 0.03f}, 0.06f,
	    0.014f, rgb_hex(0x4a3b33), 0.7f);
	path_clear(&p);
	path_ellipse(&p, at, 0.034f, 0.034f, 0);
	ball.a.x = at.x - 0.034f;
	ball.b.x = at.x + 0.034f;
	canvas_fill(c, &p, &ball);
}

static void
bed(struct canvas *c, float y, float s)
{
	static const uint32_t flowers[] = {
	    0xd9534a, 0xf2b441, 0xf4efe2, 0xb65f9a, 0xe8825a, 0x7c8fd0};
	float w = canvas_aspect(c);

	for (float x = -0.05f; x < w + 0.05f;
	     x += s * canvas_between(c, 0.16f, 0.34f))
		nature_flower(c, x, y + canvas_between(c, 0, s * 0.35f),
		    s * canvas_between(c, 0.65f, 1.15f), PICK(c, flowers));
}

static void
watering_can(struct canvas *c, float x, float y, float s)
{
	struct rgb tin = rgb_hex(0x4f98a3);
	struct paint body = paint_round(tin, x - s * 0.3f, x + s * 0.3f);
	struct point spout[3] = {{x + s * 0.2f, y - s * 0.15f},
	    {x + s * 0.5f, y - s * 0.42f}, {x + s * 0.72f, y - s * 0.62f}};
	struct point handle[7];
	struct path p = {.n = 0};

	canvas_spot(
	    c, (struct point){x, y}, s * 0.6f, s * 0.1f, rgb_hex(INK), 0.5f);
	for (int i = 0; i < 7; i++) {
		float a = PI * (0.5f + (float)i / 6);

		handle[i] = (struct point){x - s * 0.22f + s * 0.3f * cosf(a),
		    y - s * 0.34f + s * 0.26f * sinf(a)};
	}
	path_stroke(&p, spout, 3, s * 0.13f, s * 0.07f);
	path_stroke(&p, handle, 7, s * 0.045f, s * 0.045f);
	canvas_fill(c, &p, &body);
	path_clear(&p);
	path_to(&p, x - s * 0.24f, y - s * 0.58f);
	path_to(&p, x + s * 0.24f, y - s * 0.58f);
	path_to(&p, x + s * 0.30f, y);
	path_to(&p, x - s * 0.30f, y);
	path_close(&p);
	canvas_fill(c, &p, &body);
	path_clear(&p);
	path_ellipse(
	    &p, (struct point){x, y - s * 0.58f}, s * 0.24f, s * 0.06f, 0);
	path_ellipse(&p, spout[2], s * 0.10f, s * 0.06f, -0.8f);
	body = paint_flat(rgb_shift(tin, -0.35f));
	canvas_fill(c, &p, &body);
}

void
scene_garden(struct canvas *c)
{
	float w = canvas_aspect(c);
	struct path p = {.n = 0};
	struct paint earth =
	    paint_down(rgb_hex(0x9a6b47), rgb_hex(0x6e4730), 0.5f, 1);
	struct paint pale = paint_flat(rgb_hex(0xf0e2c8));

	sky(c, 0.5f);
	clouds(c, 2, 0.1f, 0.22f);
	nature_ridge(c, 0.46f, 0.08f, 8, rgb_hex(0x7fa77a), rgb_hex(0x5b8a58));
	for (int i = 0; i < 4; i++)
		nature_tree(c, w * (0.1f + 0.27f * (float)i), 0.52f,
		    canvas_between(c, 0.26f, 0.4f), PICK(c, greens));
	for (float x = 0.02f; x < w; x += 0.075f) {
		path_clear(&p);
		path_to(&p, x, 0.60f);
		path_to(&p, x, 0.455f);
		path_to(&p, x + 0.022f, 0.43f);
		path_to(&p, x + 0.044f, 0.455f);
		path_to(&p, x + 0.044f, 0.60f);
		path_close(&p);
		canvas_fill(c, &p, &pale);
	}
	path_clear(&p);
	path_box(&p, -0.1f, 0.49f, w + 0.2f, 0.018f);
	path_box(&p, -0.1f, 0.55f, w + 0.2f, 0.018f);
	canvas_fill(c, &p, &pale);
	path_clear(&p);
	path_box(&p, -0.1f, 0.595f, w + 0.2f, 0.6f);
	earth.streak = 0.9f;
	canvas_fill(c, &p, &earth);
	nature_grass(c, 0.60f, 0.66f, 500, rgb_hex(0x4d8a4b));
	bed(c, 0.72f, 0.15f);
	bed(c, 0.88f, 0.19f);
	watering_can(c, w * canvas_between(c, 0.3f, 0.7f), 0.96f, 0.30f);
	bed(c, 1.06f, 0.20f);
}

static void
kite(struct canvas *c, struct point m, float s, float turn)
{
	static const uint32_t papers[] = {0xb4481f, 0xf2b441, 0x1f5f6b,
	    0x28704a, 0xd9534a, 0xe8825a, 0x7fb4c8};
	struct rgb a = PICK(c, papers), b = PICK(c, papers);
	float k = cosf(turn), n = sinf(turn);
	const float corner[4][2] = {
	    {0, -1}, {0.62f, -0.25f}, {0, 1}, {-0.62f, -0.25f}};
	struct point v[4], tail[24],
	    centre = {m.x + 0.25f * s * n, m.y - 0.25f * s * k};
	struct paint thread = paint_flat(rgb_hex(0x5a5148));

	for (int i = 0; i < 4; i++) {
		v[i].x = m.x + s * (corner[i][0] * k - corner[i][1] * n);
		v[i].y = m.y + s * (corner[i][0] * n + corner[i][1] * k);
	}
	for (int i = 0; i < 24; i++) {
		float t = (float)i / 23;

		tail[i] = (struct point){
		    v[2].x - n * s * 2.2f * t + 0.10f * s * sinf(t * 13) * k,
		    v[2].y + k * s * 2.2f * t + 0.10f * s * sinf(t * 13)};
	}
	for (int i = 0; i < 4; i++) {
		struct path p = {.n = 0};
		struct paint paint = paint_flat(
		    rgb_shift(i % 2 ? a : b, i < 2 ? -0.06f : 0.12f));

		path_to(&p, v[i].x, v[i].y);
		path_to(&p, v[(i + 1) % 4].x, v[(i + 1) % 4].y);
		path_to(&p, centre.x, centre.y);
		path_close(&p);
		canvas_fill(c, &p, &paint);
	}
	{
		struct path p = {.n = 0};

		path_stroke(&p, tail, 24, s * 0.025f, s * 0.02f);
		canvas_fill(c, &p, &thread);
	}
	for (int i = 5; i < 24; i += 4) {
		struct path p = {.n = 0};
		struct paint bow = paint_flat(i % 8 < 4 ? a : b);

		path_leaf(&p, tail[i], s * 0.26f, s * 0.15f, turn + 0.3f);
		path_leaf(&p, tail[i], s * 0.26f, s * 0.15f, turn + PI + 0.1f);
		canvas_fill(c, &p, &bow);
	}
}

void
scene_kites(struct canvas *c)
{
	float w = canvas_aspect(c);
	int n = 4 + (int)(canvas_chance(c) * 3);

	sky(c, 0.85f);
	clouds(c, 5, 0.15f, 0.6f);
	nature_ridge(c, 0.80f, 0.07f, 6, rgb_hex(0x93b7a4), rgb_hex(0x6f9a78));
	nature_ridge(c, 0.87f, 0.05f, 5, rgb_hex(0x8fb058), rgb_hex(0x4d8a4b));
	nature_grass(c, 0.88f, 1.03f, 1100, rgb_hex(0x6f9a45));
	for (int i = 0; i < n; i++)
		kite(c,
		    (struct point){
			w * (0.10f +
				0.8f *
				    ((float)i + canvas_between(c, 0.1f, 0.9f)) /
				    (float)n),
			canvas_between(c, 0.16f, 0.52f)},
		    canvas_between(c, 0.07f, 0.145f),
		    canvas_between(c, -0.6f, 0.6f));
}

static void
boat(struct canvas *c, float x, float y, float s, struct rgb paper)
{
	struct path p = {.n = 0};
	struct paint dark = paint_flat(rgb_shift(paper, -0.2f));
	struct paint light = paint_flat(rgb_shift(paper, 0.25f));
	struct paint mirror =
	    paint_flat(rgb_mix(paper, rgb_hex(0x4f8f99), 0.5f));

	path_to(&p, x - s, y + 0.02f * s);
	path_to(&p, x + s, y + 0.02f * s);
	path_to(&p, x + s * 0.6f, y + s * 0.5f);
	path_to(&p, x, y + s * 0.75f);
	path_to(&p, x - s * 0.6f, y + s * 0.5f);
	path_close(&p);
	mirror.alpha = 0.45f;
	mirror.streak = 1;
	canvas_fill(c, &p, &mirror);
	path_clear(&p);
	path_to(&p, x, y - s * 1.05f);
	path_to(&p, x + s * 0.52f, y - s * 0.28f);
	path_to(&p, x - s * 0.52f, y - s * 0.28f);
	path_close(&p);
	canvas_fill(c, &p, &light);
	path_clear(&p);
	path_to(&p, x, y - s * 1.05f);
	path_to(&p, x + s * 0.52f, y - s * 0.28f);
	path_to(&p, x, y - s * 0.2f);
	path_close(&p);
	canvas_fill(c, &p, &dark);
	path_clear(&p);
	path_to(&p, x - s * 1.05f, y - s * 0.42f);
	path_to(&p, x, y - s * 0.2f);
	path_to(&p, x + s * 1.05f, y - s * 0.42f);
	path_to(&p, x + s * 0.62f, y + s * 0.08f);
	path_to(&p, x - s * 0.62f, y + s * 0.08f);
	path_close(&p);
	dark = paint_down(rgb_shift(paper, 0.18f), rgb_shift(paper, -0.1f),
	    y - s * 0.4f, y + s * 0.1f);
	canvas_fill(c, &p, &dark);
}

void
scene_pond(struct canvas *c)
{
	static const uint32_t papers[] = {
	    0xfffaf0, 0xf2b441, 0xd9683a, 0xe9b7a0, 0x9cc5cb, 0xf7e3b0};
	float w = canvas_aspect(c);
	struct path p = {.n = 0};
	struct paint water =
	    paint_down(rgb_hex(0x9ccad0), rgb_hex(0x2d6c78), 0.36f, 1);

	sky(c, 0.4f);
	nature_ridge(c, 0.32f, 0.06f, 7, rgb_hex(0x7fa77a), rgb_hex(0x4d8a4b));
	for (int i = 0; i < 6; i++)
		nature_tree(c, w * ((float)i + canvas_chance(c)) / 6, 0.385f,
		    canvas_between(c, 0.2f, 0.36f),
		    canvas_chance(c) < 0.3f ? PICK(c, autumns)
					    : PICK(c, greens));
	path_box(&p, -0.1f, 0.38f, w + 0.2f, 0.7f);
	water.streak = 1;
	canvas_fill(c, &p, &water);
	for (int i = 0; i < 120; i++) {
		float t = canvas_chance(c), y = 0.39f + 0.6f * t * t;
		struct paint gleam = paint_flat(rgb_hex(0xeaf5f2));

		path_clear(&p);
		gleam.alpha = 0.32f;
		path_ellipse(&p, (struct point){canvas_between(c, 0, w), y},
		    0.02f + 0.07f * t, 0.0012f + 0.0025f * t, 0);
		canvas_fill(c, &p, &gleam);
	}
	for (int i = 0; i < 6; i++) {
		float t = (float)i / 5;

		boat(c,
		    w * (0.12f + 0.76f * fmodf((float)i * 0.618f +
						   canvas_chance(c) * 0.1f,
					     1)),
		    0.50f + 0.38f * t, 0.045f + 0.075f * t, PICK(c, papers));
	}
}
