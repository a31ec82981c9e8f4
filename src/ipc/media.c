#include "ipc/media.h"

#include <math.h>

#include "ipc/hashes.h"
#include "ipc/write.h"

#define FORMATS_MAX 16
#define TURN_MOST 7
#define PIPELINES_ALL 7
#define HYPOTHESES_ALL 15
#define UNIT 65536u /* of a picture's width or height */
#define PICTURE_BYTES_MAX ((uint32_t)64 * 1024 * 1024)

static const char *const verdict_words[MEDIA_VERDICTS] = {
    [MEDIA_OK] = "ok",
    [MEDIA_EMPTY] = "empty",
    [MEDIA_UNKNOWN] = "unknown",
    [MEDIA_TRUNCATED] = "truncated",
    [MEDIA_DAMAGED] = "damaged",
    [MEDIA_TOO_LARGE] = "too_large",
    [MEDIA_FILM] = "film",
    [MEDIA_TOO_MANY] = "too_many",
    [MEDIA_TOO_LONG] = "too_long",
    [MEDIA_NO_PICTURE] = "no_picture",
};

const char *
media_verdict_word(enum media_verdict v)
{
	return (unsigned)v < MEDIA_VERDICTS ? verdict_words[v] : "damaged";
}

void
media_job_write(struct buf *b, const struct media_job *j)
{
	write_u32(b, j->id);
	write_u8(b, j->hashes_only);
	write_u8(b, j->pipelines);
	write_u8(b, j->hypotheses);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		write_u32(b, j->side[i]);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		buf_put(b, j->place[i].b, KEY_BYTES);
}

bool
media_job_read(str body, struct media_job *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct media_job j = {.id = read_u32(&r, UINT32_MAX)};
	uint32_t most = MEDIA_SIDE_MAX;

	j.hashes_only = read_u8(&r, 1) != 0;
	j.pipelines = read_u8(&r, PIPELINES_ALL);
	j.hypotheses = read_u8(&r, HYPOTHESES_ALL);
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		j.side[i] = read_u32(&r, most);
		if (j.side[i] == 0)
			r.bad = true;
		most = j.side[i];
	}
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		const uint8_t *p = read_take(&r, KEY_BYTES);

		if (p != NULL)
			memcpy(j.place[i].b, p, KEY_BYTES);
	}
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "media job: malformed");
	*ret = j;
	return true;
}

/* Greatest values of year, month, day, hour, minute, second. */
static const uint8_t taken_max[6] = {0, 12, 31, 23, 59, 60};

void
media_done_write(struct buf *b, const struct media_done *d)
{
	write_u32(b, d->id);
	write_u8(b, d->verdict);
	write_u8(b, d->format);
	write_u32(b, d->width);
	write_u32(b, d->height);
	write_u8(b, d->has_taken);
	for (size_t i = 0; i < 6; i++)
		write_u32(b, d->taken[i]);
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		write_u32(b, d->picture[i].width);
		write_u32(b, d->picture[i].height);
		write_u32(b, d->picture[i].bytes);
	}
	write_u32(b, d->hashes_bytes);
}

static void
read_taken(struct reader *r, struct media_done *d)
{
	d->has_taken = read_u8(r, 1) != 0;
	for (size_t i = 0; i < 6; i++) {
		uint32_t max = i == 0 ? 2100 : taken_max[i];

		d->taken[i] = (uint16_t)read_u32(r, d->has_taken ? max : 0);
	}
	if (d->has_taken &&
	    (d->taken[0] < 1990 || d->taken[1] == 0 || d->taken[2] == 0))
		r->bad = true;
}

static bool
has_renditions(const struct media_done *d)
{
	return d->picture[0].bytes > 0;
}

size_t
media_done_fds(const struct media_done *d)
{
	if (d->verdict != MEDIA_OK)
		return 0;
	return has_renditions(d) ? MEDIA_SIDES + 1 : 1;
}

/* A picture that was refused has no size, no rendition and no hashes; one that
 * was not has hashes, and all renditions or none. */
static bool
done_holds_together(const struct media_done *d)
{
	bool ok = d->verdict == MEDIA_OK, all = has_renditions(d);

	if (ok != (d->width > 0) || ok != (d->height > 0) ||
	    ok != (d->hashes_bytes > 0) || (all && !ok))
		return false;
	if ((uint64_t)d->width * d->height > MEDIA_PIXELS_MAX ||
	    (ok && d->format == 0))
		return false;
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		const struct media_picture *p = &d->picture[i];

		if (all != (p->width > 0) || all != (p->height > 0) ||
		    all != (p->bytes > 0) || p->width > d->width ||
		    p->height > d->height)
			return false;
	}
	return true;
}

bool
media_done_read(str body, struct media_done *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct media_done d = {.id = read_u32(&r, UINT32_MAX)};

	d.verdict = read_u8(&r, MEDIA_VERDICTS - 1);
	d.format = read_u8(&r, FORMATS_MAX);
	d.width = read_u32(&r, MEDIA_SIDE_MAX);
	d.height = read_u32(&r, MEDIA_SIDE_MAX);
	read_taken(&r, &d);
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		d.picture[i].width = read_u32(&r, MEDIA_SIDE_MAX);
		d.picture[i].height = read_u32(&r, MEDIA_SIDE_MAX);
		d.picture[i].bytes = read_u32(&r, PICTURE_BYTES_MAX);
	}
	d.hashes_bytes = read_u32(&r, HASHES_BYTES_MAX);
	if (!read_end(&r) || !done_holds_together(&d))
		return err_set(e, ERR_CORRUPT, "media answer: malformed");
	*ret = d;
	return true;
}

void
media_glance_write(struct buf *b, const struct media_glance *g)
{
	write_u32(b, g->id);
}

bool
media_glance_read(str body, struct media_glance *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct media_glance g = {.id = read_u32(&r, UINT32_MAX)};

	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "media glance: malformed");
	*ret = g;
	return true;
}

void
media_glanced_write(struct buf *b, const struct media_glanced *g)
{
	write_u32(b, g->id);
	write_u8(b, g->verdict);
	for (size_t i = 0; i < MEDIA_GLANCES; i++)
		write_u32(b, g->bytes[i]);
}

bool
media_glanced_read(str body, struct media_glanced *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct media_glanced g = {.id = read_u32(&r, UINT32_MAX),
	    .verdict = read_u8(&r, MEDIA_VERDICTS - 1)};

	for (size_t i = 0; i < MEDIA_GLANCES; i++) {
		g.bytes[i] = read_u32(&r, MEDIA_GLANCE_BYTES_MAX);
		if ((g.bytes[i] == 0) == (g.verdict == MEDIA_OK))
			r.bad = true;
	}
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "media glanced: malformed");
	*ret = g;
	return true;
}

void
media_look_write(struct buf *b, const struct media_look *l)
{
	write_u32(b, l->id);
}

bool
media_look_read(str body, struct media_look *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct media_look l = {.id = read_u32(&r, UINT32_MAX)};

	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "media look: malformed");
	*ret = l;
	return true;
}

void
media_looked_write(struct buf *b, const struct media_looked *l)
{
	write_u32(b, l->id);
	write_u8(b, l->verdict);
	write_u8(b, l->n);
	for (size_t i = 0; i < l->n; i++) {
		const struct media_face *f = &l->face[i];

		write_u32(b, f->x);
		write_u32(b, f->y);
		write_u32(b, f->w);
		write_u32(b, f->h);
	}
}

static void
read_face(struct reader *r, struct media_face *f)
{
	f->x = read_u32(r, MEDIA_FACE_UNITS - 1);
	f->y = read_u32(r, MEDIA_FACE_UNITS - 1);
	f->w = read_u32(r, MEDIA_FACE_UNITS - f->x);
	f->h = read_u32(r, MEDIA_FACE_UNITS - f->y);
	if (f->w == 0 || f->h == 0)
		r->bad = true;
}

bool
media_looked_read(str body, struct media_looked *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct media_looked l = {.id = read_u32(&r, UINT32_MAX)};

	l.verdict = read_u8(&r, MEDIA_VERDICTS - 1);
	l.n = read_u8(&r, l.verdict == MEDIA_OK ? MEDIA_FACES_MAX : 0);
	for (size_t i = 0; i < l.n; i++)
		read_face(&r, &l.face[i]);
	if (!read_end(&r))
		return err_set(
		    e, ERR_CORRUPT, "media look's answer: malformed");
	*ret = l;
	return true;
}

/* ---- covers ---- */

void
media_cover_write(struct buf *b, const struct media_cover *c)
{
	write_u32(b, c->id);
	write_u8(b, c->shape);
	write_u32(b, c->n);
	for (uint32_t i = 0; i < c->n; i++) {
		const struct media_region *g = &c->region[i];

		write_u32(b, g->slot);
		write_u32(b, g->x0);
		write_u32(b, g->y0);
		write_u32(b, g->x1);
		write_u32(b, g->y1);
	}
}

static void
read_region(struct reader *r, struct media_region *g)
{
	g->slot = read_u32(r, MEDIA_REGIONS_MAX - 1);
	g->x0 = read_u32(r, UNIT);
	g->y0 = read_u32(r, UNIT);
	g->x1 = read_u32(r, UNIT);
	g->y1 = read_u32(r, UNIT);
	r->bad |= g->x1 < g->x0 || g->y1 < g->y0;
}

bool
media_cover_read(
    struct arena *a, str body, struct media_cover *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct media_cover c = {.id = read_u32(&r, UINT32_MAX)};
	struct media_region *v;

	c.shape = read_u8(&r, MEDIA_SHAPES - 1);
	c.n = read_u32(&r, MEDIA_REGIONS_MAX);
	v = NEW_N(a, struct media_region, c.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for regions");
	for (uint32_t i = 0; i < c.n && !r.bad; i++) {
		read_region(&r, &v[i]);
		r.bad |= i > 0 && v[i].slot <= v[i - 1].slot;
	}
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "media cover: malformed");
	c.region = v;
	*ret = c;
	return true;
}

void
media_covered_write(struct buf *b, const struct media_covered *c)
{
	write_u32(b, c->id);
	write_u8(b, c->shape);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		write_u32(b, c->bytes[i]);
}

bool
media_covered_read(str body, struct media_covered *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct media_covered c = {.id = read_u32(&r, UINT32_MAX)};

	c.shape = read_u8(&r, MEDIA_SHAPES - 1);
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		c.bytes[i] = read_u32(&r, PICTURE_BYTES_MAX);
		r.bad |= (c.bytes[i] > 0) != (c.bytes[0] > 0);
	}
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "media covered: malformed");
	*ret = c;
	return true;
}

/* ---- traces ---- */

void
media_trace_write(struct buf *b, const struct media_trace *t)
{
	write_u32(b, t->id);
	write_u8(b, t->turn);
}

bool
media_trace_read(str body, struct media_trace *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct media_trace t = {.id = read_u32(&r, UINT32_MAX)};

	t.turn = read_u8(&r, TURN_MOST);
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "media trace: malformed");
	*ret = t;
	return true;
}

void
media_traced_write(struct buf *b, const struct media_traced *t)
{
	write_u32(b, t->id);
	write_u8(b, t->shown);
	write_u32(b, t->presence);
	write_u32(b, t->likeness);
	write_u32(b, t->share);
	write_u32(b, t->segments);
}

bool
media_traced_read(str body, struct media_traced *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct media_traced t = {.id = read_u32(&r, UINT32_MAX)};

	t.shown = read_u8(&r, 1) != 0;
	t.presence = read_u32(&r, MEDIA_PRESENCE_MAX);
	t.likeness = read_u32(&r, 1000);
	t.share = read_u32(&r, 1000);
	t.segments = read_u32(&r, MEDIA_SEGMENTS_MAX);
	r.bad |= t.shown != (t.segments > 0);
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "media traced: malformed");
	*ret = t;
	return true;
}

void
media_reading_write(
    struct buf *b, size_t n, const float *value, const float *full)
{
	for (size_t i = 0; i < n; i++) {
		buf_put(b, &value[i], sizeof(*value));
		buf_put(b, &full[i], sizeof(*full));
	}
}

static bool
is_sane(float v)
{
	return isfinite(v) && fabsf(v) <= MEDIA_READING_MOST;
}

bool
media_reading_read(struct arena *a, str s, size_t n, float **ret_value,
    float **ret_full, struct err *e)
{
	float *value, *full;

	if (n > MEDIA_SEGMENTS_MAX || s.n != n * MEDIA_SEGMENT_BYTES)
		return err_set(e, ERR_CORRUPT, "a reading of %zu bytes", s.n);
	value = NEW_N(a, float, n + 1);
	full = NEW_N(a, float, n + 1);
	if (value == NULL || full == NULL)
		return err_set(e, ERR_LIMIT, "no room for a reading");
	for (size_t i = 0; i < n; i++) {
		const char *at = s.p + i * MEDIA_SEGMENT_BYTES;

		memcpy(&value[i], at, sizeof(*value));
		memcpy(&full[i], at + sizeof(*value), sizeof(*full));
		if (!is_sane(value[i]) || !is_sane(full[i]))
			return err_set(
			    e, ERR_CORRUPT, "segment %zu is no number", i);
	}
	*ret_value = value;
	*ret_full = full;
	return true;
}
