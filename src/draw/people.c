/* people — children as one would cut them out of paper: for what masks do. */
#include <math.h>

#include "draw/draw.h"
#include "draw/scene.h"

#define PI 3.14159265f
#define FOOT 0.94f /* where they stand */

static const uint32_t skins[DRAW_HEADS] = {
    0xf1c9a5, 0x8d5a3b, 0xe2ac80, 0xf6d7bd};
static const uint32_t hairs[DRAW_HEADS] = {
    0x5a3420, 0x241b18, 0x2f2522, 0xc98a3c};
static const uint32_t coats[] = {
    0xb4481f, 0xf2b441, 0x1f5f6b, 0x28704a, 0xd9683a, 0x7c8fd0};

#define COATS (sizeof(coats) / sizeof(*coats))

/* Of a figure, from the width of the sheet. */
static float
size_of(float aspect)
{
	return aspect >= 4.0f / 3 ? 1 : aspect * 0.75f;
}

static struct point
head_of(float aspect, size_t i)
{
	float s = size_of(aspect);

	return (struct point){aspect * (0.5f + 0.195f * ((float)i - 1.5f)),
	    FOOT - (0.44f + (i % 2 == 0 ? 0.03f : 0)) * s};
}

static float
radius_of(float aspect)
{
	return 0.075f * size_of(aspect);
}

size_t
draw_heads(const struct draw_options *w, struct draw_box ret[DRAW_HEADS])
{
	float aspect = (float)w->width / (float)w->height;
	float r = radius_of(aspect);

	if (w->scene != DRAW_ROUND)
		return 0;
	for (size_t i = 0; i < DRAW_HEADS; i++) {
		struct point m = head_of(aspect, i);

		ret[i] = (struct draw_box){(m.x - 1.3f * r) / aspect,
		    m.y - 1.4f * r, 2.6f * r / aspect, 2.7f * r};
	}
	return DRAW_HEADS;
}

static void
limb(struct canvas *c, struct point a, struct point b, float wide,
    struct rgb sleeve, struct rgb end)
{
	struct point v[2] = {a, b};
	struct path p = {.n = 0};
	struct paint cloth = paint_flat(sleeve), tip = paint_flat(end);

	path_ellipse(&p, b, wide * 0.55f, wide * 0.55f, 0);
	canvas_fill(c, &p, &tip);
	path_clear(&p);
	path_stroke(&p, v, 2, wide, wide * 0.85f);
	canvas_fill(c, &p, &cloth);
}

/* From the neck down; hands reach for those beside. */
static void
body(struct canvas *c, struct point m, float r, float step, struct rgb coat,
    struct rgb skin)
{
	struct path p = {.n = 0};
	struct paint paint = paint_round(coat, m.x - 1.4f * r, m.x + 1.4f * r);
	float hip = m.y + 3.6f * r, reach = step * 0.5f, swing = 0.5f * r;
	struct rgb dark = rgb_shift(coat, -0.3f);

	canvas_spot(c, (struct point){m.x, FOOT}, 2.2f * r, 0.35f * r,
	    rgb_hex(INK), 0.45f);
	for (int side = -1; side <= 1; side += 2) {
		float d = (float)side;

		limb(c, (struct point){m.x + d * 0.5f * r, hip - 0.2f * r},
		    (struct point){m.x + d * (0.7f * r + swing * 0.3f), FOOT},
		    0.55f * r, rgb_hex(INK), rgb_hex(0x5a3420));
		limb(c, (struct point){m.x + d * 0.8f * r, m.y + 1.5f * r},
		    (struct point){m.x + d * reach, m.y + 2.9f * r}, 0.5f * r,
		    dark, skin);
	}
	path_to(&p, m.x - 0.75f * r, m.y + 1.0f * r);
	path_to(&p, m.x + 0.75f * r, m.y + 1.0f * r);
	path_to(&p, m.x + 1.45f * r, hip);
	path_to(&p, m.x - 1.45f * r, hip);
	path_close(&p);
	canvas_fill(c, &p, &paint);
}

static void
smile(struct canvas *c, struct point m, float r)
{
	struct point v[9];
	struct path p = {.n = 0};
	struct paint ink = paint_flat(rgb_hex(INK));

	for (int side = -1; side <= 1; side += 2) {
		path_ellipse(&p,
		    (struct point){
			m.x + (float)side * 0.36f * r, m.y + 0.02f * r},
		    0.085f * r, 0.12f * r, 0);
		canvas_spot(c,
		    (struct point){
			m.x + (float)side * 0.55f * r, m.y + 0.38f * r},
		    0.25f * r, 0.18f * r, rgb_hex(0xd9534a), 0.4f);
	}
	for (int i = 0; i < 9; i++) {
		float a = PI * (0.18f + 0.64f * (float)i / 8);

		v[i] = (struct point){m.x - 0.48f * r * cosf(a),
		    m.y + 0.18f * r + 0.42f * r * sinf(a)};
	}
	path_stroke(&p, v, 9, 0.09f * r, 0.09f * r);
	canvas_fill(c, &p, &ink);
}

static void
head(struct canvas *c, struct point m, float r, size_t i)
{
	struct rgb skin = rgb_hex(skins[i]), hair = rgb_hex(hairs[i]);
	struct path p = {.n = 0};
	struct paint back = paint_flat(rgb_shift(hair, -0.1f));
	struct paint face = paint_round(skin, m.x - r, m.x + r);
	struct paint front = paint_round(hair, m.x - r, m.x + r);

	path_blob(&p, c, (struct point){m.x, m.y - 0.22f * r}, 1.12f * r,
	    (i % 2 == 0 ? 1.2f : 1.0f) * r, 0, 0.25f);
	canvas_fill(c, &p, &back);
	path_clear(&p);
	path_ellipse(&p, m, 0.95f * r, r, 0);
	canvas_fill(c, &p, &face);
	path_clear(&p);
	path_blob(&p, c, (struct point){m.x, m.y - 0.78f * r}, 0.95f * r,
	    0.42f * r, i % 2 == 0 ? 0.12f : -0.12f, 0.3f);
	canvas_fill(c, &p, &front);
	smile(c, m, r);
}

void
scene_round(struct canvas *c)
{
	float aspect = canvas_aspect(c), r = radius_of(aspect);
	size_t first = (size_t)(canvas_chance(c) * COATS);
	struct path p = {.n = 0};
	struct paint yard =
	    paint_down(rgb_hex(0xd9bf99), rgb_hex(0xc6a27a), 0.63f, 1);

	outside_school(c, 0.63f);
	yard.streak = 0.5f;
	path_box(&p, -0.1f, 0.63f, aspect + 0.2f, 0.5f);
	canvas_fill(c, &p, &yard);
	for (size_t i = 0; i < DRAW_HEADS; i++)
		body(c, head_of(aspect, i), r, 0.195f * aspect,
		    rgb_hex(coats[(first + i) % COATS]), rgb_hex(skins[i]));
	for (size_t i = 0; i < DRAW_HEADS; i++)
		head(c, head_of(aspect, i), r, i);
}
