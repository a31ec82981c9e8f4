/* inside — pictures of the workshop's tables. */
#include <math.h>

#include "draw/scene.h"

#define PI 3.14159265f

static const uint32_t glazes[] = {0xb4481f, 0x1f5f6b, 0xf2b441, 0x28704a,
    0xe8825a, 0xe9dcc3, 0x7fb4c8, 0x8a5a3c};

static void
wall(struct canvas *c, struct rgb top, struct rgb bottom, float to)
{
	struct path p = {.n = 0};
	struct paint paint = paint_down(top, bottom, 0, to);

	path_box(&p, -0.1f, -0.1f, canvas_aspect(c) + 0.2f, to + 0.1f);
	paint.streak = 0.3f;
	canvas_fill(c, &p, &paint);
}

static void
planks(struct canvas *c, float y0, unsigned n, struct rgb wood)
{
	float w = canvas_aspect(c), y = y0;

	for (unsigned i = 0; i < n; i++) {
		float t = (float)(i + 1) / (float)n;
		float to = y0 + (1.02f - y0) * t * (0.55f + 0.45f * t);
		struct rgb tone =
		    rgb_shift(wood, canvas_between(c, -0.09f, 0.09f));
		struct paint paint =
		    paint_down(rgb_shift(tone, 0.06f), tone, y, to);
		struct paint gap = paint_flat(rgb_shift(wood, -0.5f));
		struct path p = {.n = 0};

		paint.streak = 1;
		path_box(&p, -0.1f, y, w + 0.2f, to - y + 0.01f);
		canvas_fill(c, &p, &paint);
		path_clear(&p);
		path_box(&p, -0.1f, to - 0.002f, w + 0.2f, 0.0035f);
		gap.alpha = 0.6f;
		canvas_fill(c, &p, &gap);
		y = to;
	}
}

/* How wide a pot is at t of its height, from its foot; four kinds. */
static float
profile(int kind, float t)
{
	switch (kind) {
	case 0: /* vase */
		return 0.20f +
		       0.30f * sinf(PI * powf(t, 0.75f)) * (1.1f - 0.5f * t) +
		       0.10f * powf(t, 6);
	case 1: /* bowl */
		return 0.26f + 0.42f * powf(t, 0.55f);
	case 2: /* mug */
		return 0.36f + 0.03f * sinf(PI * t);
	default: /* jug */
		return 0.26f + 0.24f * sinf(PI * powf(t, 0.62f)) +
		       0.05f * powf(t, 8);
	}
}

struct pot {
	int kind;
	float x, foot, s, tall;
	struct rgb glaze;
};

static void
pot_side(struct path *p, const struct pot *o, float t0, float t1)
{
	for (int side = 0; side < 2; side++)
		for (int k = 0; k <= 36; k++) {
			int i = side == 0 ? k : 36 - k;
			float t = t0 + (t1 - t0) * (float)i / 36;
			float r = profile(o->kind, t) * o->s;

			path_to(p, o->x + (side == 0 ? -r : r),
			    o->foot - t * o->tall);
		}
	path_close(p);
}

static void
pot_handle(struct canvas *c, const struct pot *o)
{
	struct point v[13];
	struct path p = {.n = 0};
	struct paint paint = paint_flat(rgb_shift(o->glaze, -0.22f));
	float r = profile(o->kind, 0.5f) * o->s;

	for (int i = 0; i < 13; i++) {
		float a = -PI * 0.55f + PI * 1.1f * (float)i / 12;

		v[i] =
		    (struct point){o->x + r * 0.92f + o->tall * 0.24f * cosf(a),
			o->foot - o->tall * 0.52f + o->tall * 0.26f * sinf(a)};
	}
	path_stroke(&p, v, 13, o->s * 0.11f, o->s * 0.09f);
	canvas_fill(c, &p, &paint);
}

static void
pot_draw(struct canvas *c, const struct pot *o)
{
	float widest = 0.5f * o->s, rim = profile(o->kind, 1) * o->s;
	float top = o->foot - o->tall;
	struct path p = {.n = 0};
	struct paint clay =
	    paint_round(rgb_hex(0xc98a5e), o->x - widest, o->x + widest);
	struct paint glaze =
	    paint_round(o->glaze, o->x - widest, o->x + widest);
	struct paint inside = paint_down(rgb_shift(o->glaze, -0.6f),
	    rgb_shift(o->glaze, -0.25f), top - 0.03f, top + 0.03f);
	float dip = canvas_between(c, 0.16f, 0.4f);

	canvas_spot(c, (struct point){o->x + o->s * 0.25f, o->foot + 0.006f},
	    o->s * 0.95f, o->s * 0.17f, rgb_hex(0x2b1c14), 0.75f);
	if (o->kind >= 2)
		pot_handle(c, o);
	pot_side(&p, o, 0, 1);
	path_ellipse(&p, (struct point){o->x, o->foot},
	    profile(o->kind, 0) * o->s, o->s * 0.055f, 0);
	canvas_fill(c, &p, &clay);
	path_clear(&p);
	pot_side(&p, o, dip, 1);
	canvas_fill(c, &p, &glaze);
	for (int i = 0; i < 9; i++) { /* where the glaze ran down */
		float u = ((float)i + canvas_chance(c)) / 9 * 2 - 1;
		float r = profile(o->kind, dip) * o->s;

		path_clear(&p);
		path_ellipse(&p,
		    (struct point){
			o->x + u * r * 0.9f, o->foot - dip * o->tall},
		    r * 0.13f, o->tall * canvas_between(c, 0.02f, 0.07f), 0);
		canvas_fill(c, &p, &glaze);
	}
	path_clear(&p);
	path_ellipse(&p, (struct point){o->x, top}, rim, rim * 0.22f, 0);
	glaze = paint_flat(rgb_shift(o->glaze, 0.3f));
	canvas_fill(c, &p, &glaze);
	path_clear(&p);
	path_ellipse(&p, (struct point){o->x, top + rim * 0.01f}, rim * 0.9f,
	    rim * 0.175f, 0);
	canvas_fill(c, &p, &inside);
	canvas_spot(c,
	    (struct point){o->x - o->s * 0.2f, o->foot - o->tall * 0.66f},
	    o->s * 0.07f, o->tall * 0.22f, rgb_hex(0xfffdf5), 0.55f);
}

static void
light_from_window(struct canvas *c)
{
	float x = canvas_between(c, 0.1f, 0.5f);

	for (int i = 0; i < 2; i++) {
		struct path p = {.n = 0};
		struct paint light = paint_flat(rgb_hex(0xfff2d2));
		float l = x + 0.28f * (float)i;

		path_to(&p, l, -0.05f);
		path_to(&p, l + 0.24f, -0.05f);
		path_to(&p, l + 0.52f, 0.62f);
		path_to(&p, l + 0.28f, 0.62f);
		path_close(&p);
		light.alpha = 0.16f;
		canvas_fill(c, &p, &light);
	}
}

void
scene_pottery(struct canvas *c)
{
	static const uint32_t walls[] = {
	    0xe3eff1, 0xfbe9e1, 0xe4f2ea, 0xfdf3dc};
	float w = canvas_aspect(c);
	struct rgb plaster = PICK(c, walls);
	struct pot shelf[4];

	wall(c, rgb_shift(plaster, -0.05f), rgb_shift(plaster, -0.2f), 0.62f);
	light_from_window(c);
	planks(c, 0.58f, 6, rgb_hex(0xc49a6c));
	for (int i = 0; i < 4; i++) {
		bool vase = canvas_chance(c) < 0.5f;

		shelf[i] = (struct pot){.kind = vase ? 0 : 3,
		    .x = w * (0.14f + 0.24f * (float)i) +
			 canvas_between(c, -0.03f, 0.03f),
		    .foot = 0.66f + canvas_between(c, 0, 0.03f),
		    .s = canvas_between(c, 0.19f, 0.26f),
		    .tall = canvas_between(c, 0.28f, 0.46f),
		    .glaze = PICK(c, glazes)};
		pot_draw(c, &shelf[i]);
		if (!vase)
			continue;
		for (int k = 0; k < 3; k++)
			nature_flower(c, shelf[i].x + 0.02f * ((float)k - 1),
			    shelf[i].foot - shelf[i].tall + 0.004f,
			    canvas_between(c, 0.12f, 0.20f), PICK(c, glazes));
	}
	for (int i = 0; i < 3; i++) {
		float s = canvas_between(c, 0.19f, 0.25f);
		struct pot o = {.kind = 1 + (int)(canvas_chance(c) * 2),
		    .x = w * (0.22f + 0.28f * (float)i) +
			 canvas_between(c, -0.05f, 0.05f),
		    .foot = 0.88f + canvas_between(c, -0.02f, 0.06f),
		    .s = s,
		    .glaze = PICK(c, glazes)};

		o.tall = s * (o.kind == 1 ? 0.62f : 0.92f);
		pot_draw(c, &o);
	}
}

static void
fallen_leaf(struct canvas *c, float x, float y, float s)
{
	static const uint32_t tones[] = {0xb4481f, 0xd9772b, 0xe9a93a, 0xf2c14e,
	    0x9c3b1c, 0x8b7a34, 0xc75f33};
	struct rgb tone = PICK(c, tones);
	float turn = canvas_between(c, 0, 2 * PI);
	int lobes = canvas_chance(c) < 0.5f ? 1 : 5;
	struct path p = {.n = 0}, veins = {.n = 0};
	struct paint paint = paint_flat(tone), vein;
	struct point stem[2] = {
	    {x, y}, {x - cosf(turn) * s * 0.4f, y - sinf(turn) * s * 0.4f}};

	canvas_spot(c, (struct point){x + s * 0.06f, y + s * 0.10f}, s * 0.95f,
	    s * 0.85f, rgb_hex(0x2b1c14), 0.45f);
	for (int i = 0; i < lobes; i++) {
		float a = turn + ((float)i - (float)(lobes / 2)) * 0.72f;
		float l =
		    s * (lobes == 1 ? 1.15f : 1 - 0.16f * fabsf((float)i - 2));
		struct point v[2] = {
		    {x, y}, {x + cosf(a) * l * 0.9f, y + sinf(a) * l * 0.9f}};

		path_leaf(&p, (struct point){x, y}, l,
		    l * (lobes == 1 ? 0.56f : 0.46f), a);
		path_stroke(&veins, v, 2, s * 0.028f, s * 0.006f);
	}
	path_stroke(&veins, stem, 2, s * 0.04f, s * 0.028f);
	paint.from = rgb_shift(tone, 0.16f);
	paint.to = rgb_shift(tone, -0.2f);
	paint.a = (struct point){x - s, y - s};
	paint.b = (struct point){x + s, y + s};
	paint.grain = 0.9f;
	canvas_fill(c, &p, &paint);
	vein = paint_flat(rgb_shift(tone, -0.35f));
	vein.alpha = 0.7f;
	canvas_fill(c, &veins, &vein);
}

void
scene_leaves(struct canvas *c)
{
	float w = canvas_aspect(c);
	bool table = canvas_chance(c) < 0.5f;

	if (table) {
		planks(c, -0.25f, 7, rgb_hex(0xa9825b));
	} else {
		wall(c, rgb_hex(0x6f7f4a), rgb_hex(0x55683d), 1.05f);
		for (int i = 0; i < 7; i++)
			nature_grass(c, 0.1f + 0.14f * (float)i,
			    0.2f + 0.14f * (float)i, 500, rgb_hex(0x6f8a45));
	}
	for (int i = 0; i < 90; i++) {
		float t = (float)i / 89;

		fallen_leaf(c, canvas_between(c, -0.05f, w + 0.05f),
		    canvas_between(c, -0.05f, 1.05f),
		    canvas_between(c, 0.06f, 0.10f) + 0.06f * t);
	}
}

static void
pencil(struct canvas *c, float x, float y, float length, float s, float turn,
    struct rgb colour)
{
	float k = cosf(turn), n = sinf(turn);
	const float body[] = {0.0f, 0.80f}, point[] = {0.80f, 0.94f},
		    lead[] = {0.93f, 1.0f};
	const float *const part[] = {body, point, lead};
	const struct rgb tone[] = {colour, rgb_hex(0xe8c99a), colour};

	canvas_spot(c,
	    (struct point){
		x + k * length * 0.5f, y + n * length * 0.5f + s * 0.8f},
	    fabsf(k) * length * 0.55f + s, fabsf(n) * length * 0.55f + s * 1.4f,
	    rgb_hex(0x2b1c14), 0.4f);
	for (int i = 0; i < 3; i++) {
		float a = part[i][0] * length, b = part[i][1] * length;
		float w0 = i == 0 ? s : i == 1 ? s : s * 0.32f;
		float w1 = i == 0 ? s : i == 1 ? s * 0.28f : 0.0008f;
		struct point v[2] = {
		    {x + k * a, y + n * a}, {x + k * b, y + n * b}};
		struct path p = {.n = 0};
		struct paint paint = paint_flat(tone[i]);

		paint.from = rgb_shift(tone[i], 0.2f);
		paint.to = rgb_shift(tone[i], -0.3f);
		paint.a =
		    (struct point){v[0].x + n * s / 2, v[0].y - k * s / 2};
		paint.b =
		    (struct point){v[0].x - n * s / 2, v[0].y + k * s / 2};
		path_stroke(&p, v, 2, w0, w1);
		canvas_fill(c, &p, &paint);
	}
}

static void
paint_pot(struct canvas *c, float x, float y, float r, struct rgb colour)
{
	struct path p = {.n = 0};
	struct paint glass = paint_round(rgb_hex(0xdfe9e8), x - r, x + r);
	struct paint paint = paint_flat(colour);

	canvas_spot(c, (struct point){x + r * 0.2f, y + r * 0.5f}, r * 1.6f,
	    r * 1.1f, rgb_hex(0x2b1c14), 0.5f);
	path_box(&p, x - r, y - r * 0.3f, 2 * r, r * 0.65f);
	path_ellipse(&p, (struct point){x, y + r * 0.35f}, r, r * 0.42f, 0);
	path_ellipse(&p, (struct point){x, y - r * 0.3f}, r, r * 0.42f, 0);
	canvas_fill(c, &p, &glass);
	path_clear(&p);
	path_ellipse(
	    &p, (struct point){x, y - r * 0.3f}, r * 0.88f, r * 0.35f, 0);
	canvas_fill(c, &p, &paint);
	path_clear(&p);
	path_ellipse(&p, (struct point){x - r * 0.3f, y - r * 0.4f}, r * 0.28f,
	    r * 0.06f, -0.2f);
	paint = paint_flat(rgb_shift(colour, 0.45f));
	canvas_fill(c, &p, &paint);
}

/* A sheet with the first strokes on it. */
static void
sheet(struct canvas *c, float x, float y, float turn)
{
	float k = cosf(turn), n = sinf(turn);
	const float corner[4][2] = {
	    {-0.36f, -0.26f}, {0.36f, -0.26f}, {0.36f, 0.26f}, {-0.36f, 0.26f}};
	struct path p = {.n = 0};
	struct paint paper = paint_flat(rgb_hex(0xfffcf4));

	canvas_spot(c, (struct point){x + 0.015f, y + 0.03f}, 0.50f, 0.40f,
	    rgb_hex(0x2b1c14), 0.5f);
	for (int i = 0; i < 4; i++)
		path_to(&p, x + corner[i][0] * k - corner[i][1] * n,
		    y + corner[i][0] * n + corner[i][1] * k);
	path_close(&p);
	canvas_fill(c, &p, &paper);
	for (int i = 0; i < 5; i++) {
		struct point v[28];
		struct paint brush = paint_flat(PICK(c, glazes));
		float from = -0.20f + 0.10f * (float)i;

		for (int m = 0; m < 28; m++) {
			float t = (float)m / 27;
			float u = -0.29f + 0.56f * t,
			      a = from + 0.025f * sinf(t * 9 + (float)i) -
				  0.12f * sinf(PI * t);

			v[m] = (struct point){
			    x + u * k - a * n, y + u * n + a * k};
		}
		path_clear(&p);
		path_stroke(&p, v, 28, 0.034f, 0.022f);
		brush.wax = 0.22f;
		brush.alpha = 0.9f;
		canvas_fill(c, &p, &brush);
	}
}

void
scene_pencils(struct canvas *c)
{
	float w = canvas_aspect(c), mid = w * canvas_between(c, 0.42f, 0.5f);

	planks(c, -0.3f, 8, rgb_hex(0xd0a878));
	sheet(c, mid, 0.52f, canvas_between(c, -0.14f, 0.14f));
	for (int i = 0; i < 5; i++)
		paint_pot(c, w * 0.86f + canvas_between(c, -0.02f, 0.02f),
		    0.15f + 0.18f * (float)i, 0.072f, PICK(c, glazes));
	for (int i = 0; i < 9; i++)
		pencil(c, w * 0.015f + canvas_between(c, 0, 0.05f),
		    0.10f + 0.1f * (float)i, canvas_between(c, 0.30f, 0.42f),
		    0.028f, canvas_between(c, -0.14f, 0.14f), PICK(c, glazes));
}
