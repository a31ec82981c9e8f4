#include <math.h>

#include "draw/canvas.h"

#define ROUND 40
#define PI 3.14159265f

void
path_clear(struct path *p)
{
	p->n = p->parts = 0;
}

void
path_to(struct path *p, float x, float y)
{
	if (p->n < PATH_POINTS)
		p->v[p->n++] = (struct point){x, y};
}

void
path_close(struct path *p)
{
	size_t from = p->parts == 0 ? 0 : p->end[p->parts - 1];

	if (p->parts < PATH_PARTS && p->n - from >= 3)
		p->end[p->parts++] = p->n;
	else
		p->n = from;
}

void
path_box(struct path *p, float x, float y, float w, float h)
{
	path_to(p, x, y);
	path_to(p, x + w, y);
	path_to(p, x + w, y + h);
	path_to(p, x, y + h);
	path_close(p);
}

static void
turned(struct path *p, struct point m, float x, float y, float turn)
{
	float c = cosf(turn), s = sinf(turn);

	path_to(p, m.x + x * c - y * s, m.y + x * s + y * c);
}

void
path_ellipse(struct path *p, struct point m, float rx, float ry, float turn)
{
	for (int i = 0; i < ROUND; i++) {
		float a = 2 * PI * (float)i / ROUND;

		turned(p, m, rx * cosf(a), ry * sinf(a), turn);
	}
	path_close(p);
}

void
path_blob(struct path *p, const struct canvas *c, struct point m, float rx,
    float ry, float turn, float rough)
{
	for (int i = 0; i < ROUND; i++) {
		float a = 2 * PI * (float)i / ROUND;
		float k = 1 + rough * 0.55f *
				  canvas_noise(c, m.x * 3.1f + 0.16f * cosf(a),
				      m.y * 3.7f + 0.16f * sinf(a));

		turned(p, m, rx * k * cosf(a), ry * k * sinf(a), turn);
	}
	path_close(p);
}

static struct point
beside(const struct point *v, size_t n, size_t i, float w)
{
	struct point a = v[i == 0 ? 0 : i - 1], b = v[i + 1 < n ? i + 1 : i];
	float dx = b.x - a.x, dy = b.y - a.y;
	float d = sqrtf(dx * dx + dy * dy);

	if (d < 1e-9f)
		return v[i];
	return (struct point){v[i].x - dy / d * w, v[i].y + dx / d * w};
}

void
path_stroke(struct path *p, const struct point *v, size_t n, float w0, float w1)
{
	if (n < 2)
		return;
	for (size_t i = 0; i < n; i++) {
		float w = w0 + (w1 - w0) * (float)i / (float)(n - 1);
		struct point q = beside(v, n, i, w / 2);

		path_to(p, q.x, q.y);
	}
	for (size_t i = n; i-- > 0;) {
		float w = w0 + (w1 - w0) * (float)i / (float)(n - 1);
		struct point q = beside(v, n, i, -w / 2);

		path_to(p, q.x, q.y);
	}
	path_close(p);
}

void
path_leaf(struct path *p, struct point m, float length, float width, float turn)
{
	for (int i = 0; i <= ROUND; i++) {
		float t = (float)i / ROUND;
		float y = width / 2 * powf(sinf(PI * powf(t, 0.8f)), 1.2f);

		turned(p, m, length * t, -y, turn);
	}
	for (int i = ROUND - 1; i > 0; i--) {
		float t = (float)i / ROUND;
		float y = width / 2 * powf(sinf(PI * powf(t, 0.8f)), 1.2f);

		turned(p, m, length * t, y, turn);
	}
	path_close(p);
}
