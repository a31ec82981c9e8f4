#include "parcel/manifest.h"

#include <inttypes.h>

#include "base/json.h"
#include "base/json_out.h"
#include "base/num.h"
#include "base/utf8.h"
#include "base/zone.h"

#define TEXT_MAX 2048 /* bytes of one text */

static const struct {
	const char *word;
	uint64_t max;
} kinds[MANIFEST_KINDS] = {
    [MANIFEST_RECORD] = {"record", MANIFEST_RECORD_MAX},
    [MANIFEST_PHOTO] = {"photo", MANIFEST_PHOTO_MAX},
    [MANIFEST_VIDEO] = {"video", MANIFEST_VIDEO_MAX},
    [MANIFEST_DOCUMENT] = {"document", MANIFEST_DOCUMENT_MAX},
};

uint64_t
manifest_kind_max(enum manifest_kind k)
{
	return kinds[k].max;
}

/* ---- writing ---- */

static void
put_hex(struct buf *b, const char *before, const uint8_t *p, size_t n)
{
	buf_str(b, str_c(before));
	buf_byte(b, '"');
	buf_hex(b, p, n);
	buf_byte(b, '"');
}

static void
put_seen(struct buf *b, const struct manifest_part *p)
{
	struct civil c = day_to_civil(p->day);

	buf_printf(b, ",\"day\":\"%04d-%02d-%02d\",\"taken\":", (int)c.year,
	    c.month, c.day);
	if (p->taken_at == MANIFEST_NO_TIME)
		buf_str(b, S("null"));
	else
		buf_i64(b, p->taken_at);
	buf_str(b, S(",\"caption\":"));
	json_out(b, p->caption);
}

static void
put_part(struct buf *b, const struct manifest_part *p)
{
	buf_printf(b, "{\"kind\":\"%s\",\"bytes\":%" PRIu64 ",\"sha256\":",
	    kinds[p->kind].word, p->bytes);
	put_hex(b, "", p->sha256, sizeof(p->sha256));
	if (p->kind != MANIFEST_RECORD)
		put_seen(b, p);
	buf_byte(b, '}');
}

bool
parcel_manifest_write(const struct manifest *m, struct buf *b, struct err *e)
{
	buf_str(b, S("{\"preau-parcel\":1,\"from\":{\"name\":"));
	json_out(b, m->from.name);
	put_hex(b, ",\"box\":", m->from.box, CARD_KEY);
	put_hex(b, ",\"sign\":", m->from.sign, CARD_KEY);
	put_hex(b, "},\"to\":", m->to, CARD_KEY);
	put_hex(b, ",\"id\":", m->id, MANIFEST_ID);
	put_hex(b, ",\"child\":", m->child, MANIFEST_ID);
	buf_printf(b,
	    ",\"made\":%" PRId64 ",\"expires\":%" PRId64 ",\"parts\":[",
	    m->made_at, m->expires_at);
	for (size_t i = 0; i < m->n; i++) {
		if (i > 0)
			buf_byte(b, ',');
		put_part(b, &m->v[i]);
	}
	buf_str(b, S("]}"));
	return !b->full || err_set(e, ERR_LIMIT, "a manifest is too long");
}

/* ---- reading ---- */

struct reading {
	struct json *json;
	struct arena *arena;
	str rest;
	bool bad; /* sticky */
};

static bool
more(void *ctx, char *p, size_t cap, size_t *ret_n, struct err *e)
{
	struct reading *r = ctx;
	size_t n = r->rest.n < cap ? r->rest.n : cap;

	(void)e;
	memcpy(p, r->rest.p, n);
	r->rest = str_sub(r->rest, n, r->rest.n);
	*ret_n = n;
	return true;
}

static enum json_token
next(struct reading *r)
{
	enum json_token t = JSON_END;
	struct err ignored;

	if (!r->bad && (!json_next(r->json, &t, &ignored) || json_cut(r->json)))
		r->bad = true;
	return r->bad ? JSON_END : t;
}

static void
want(struct reading *r, enum json_token t)
{
	r->bad |= next(r) != t;
}

static void
name(struct reading *r, const char *word)
{
	want(r, JSON_NAME);
	r->bad |= !str_eq(json_text(r->json), str_c(word));
}

static str
text(struct reading *r, const char *word)
{
	str ret = S("");

	name(r, word);
	want(r, JSON_STRING);
	if (!r->bad) {
		str s = json_text(r->json);

		r->bad = !utf8_valid(s) || !arena_str(r->arena, s.p, s.n, &ret);
	}
	return r->bad ? S("") : ret;
}

static void
hex(struct reading *r, const char *word, uint8_t *ret, size_t n)
{
	str s = text(r, word);

	r->bad |= !num_hex(s, ret, n);
}

static int64_t
number(struct reading *r, const char *word, int64_t max)
{
	int64_t n = 0;

	name(r, word);
	want(r, JSON_NUMBER);
	r->bad |= !num_i64(json_text(r->json), 0, max, &n);
	return n;
}

static int64_t
taken(struct reading *r)
{
	int64_t n = MANIFEST_NO_TIME;
	enum json_token t;

	name(r, "taken");
	t = next(r);
	if (t == JSON_NUMBER)
		r->bad |=
		    !num_i64(json_text(r->json), INT32_MIN, UINT32_MAX, &n);
	else
		r->bad |= t != JSON_NULL;
	return n;
}

static enum manifest_kind
kind(struct reading *r)
{
	str word = text(r, "kind");

	for (int k = 0; k < MANIFEST_KINDS; k++)
		if (str_eq(word, str_c(kinds[k].word)))
			return (enum manifest_kind)k;
	r->bad = true;
	return MANIFEST_RECORD;
}

static void
seen(struct reading *r, struct manifest_part *p)
{
	str clean;

	r->bad |= !day_parse(text(r, "day"), &p->day);
	p->taken_at = taken(r);
	p->caption = text(r, "caption");
	/* One line of ours, or none that this version writes. */
	r->bad |= !utf8_clean(r->arena, p->caption, MANIFEST_CAPTION_MAX, true,
		      &clean) ||
		  !str_eq(clean, p->caption);
}

/* Its beginning was read already. */
static void
part(struct reading *r, struct manifest_part *p, bool first)
{
	*p = (struct manifest_part){
	    .kind = kind(r), .taken_at = MANIFEST_NO_TIME};
	r->bad |= (p->kind == MANIFEST_RECORD) != first;
	p->bytes = (uint64_t)number(r, "bytes", (int64_t)kinds[p->kind].max);
	hex(r, "sha256", p->sha256, sizeof(p->sha256));
	if (p->kind != MANIFEST_RECORD)
		seen(r, p);
	want(r, JSON_OBJECT_END);
}

static void
parts(struct reading *r, struct manifest *m)
{
	enum json_token t;

	m->v = NEW_N(r->arena, struct manifest_part, MANIFEST_PARTS_MAX);
	r->bad |= m->v == NULL;
	name(r, "parts");
	want(r, JSON_ARRAY);
	while ((t = next(r)) == JSON_OBJECT && !r->bad) {
		if (m->n == MANIFEST_PARTS_MAX) {
			r->bad = true;
			return;
		}
		part(r, &m->v[m->n], m->n == 0);
		m->n++;
	}
	r->bad |= t != JSON_ARRAY_END || m->n == 0;
}

static void
house(struct reading *r, struct card *c)
{
	str clean;

	name(r, "from");
	want(r, JSON_OBJECT);
	c->name = text(r, "name");
	r->bad |=
	    c->name.n == 0 ||
	    !utf8_clean(r->arena, c->name, CARD_NAME_MAX, false, &clean) ||
	    !str_eq(clean, c->name);
	hex(r, "box", c->box, CARD_KEY);
	hex(r, "sign", c->sign, CARD_KEY);
	want(r, JSON_OBJECT_END);
}

static void
whole(struct reading *r, struct manifest *m)
{
	want(r, JSON_OBJECT);
	r->bad |= number(r, "preau-parcel", 1) != 1;
	house(r, &m->from);
	hex(r, "to", m->to, CARD_KEY);
	hex(r, "id", m->id, MANIFEST_ID);
	hex(r, "child", m->child, MANIFEST_ID);
	m->made_at = number(r, "made", UINT32_MAX);
	m->expires_at = number(r, "expires", UINT32_MAX);
	parts(r, m);
	want(r, JSON_OBJECT_END);
	want(r, JSON_END);
}

static bool
is_canonical(const struct manifest *m, str was)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MANIFEST_BYTES_MAX);
	struct err ignored;

	return parcel_manifest_write(m, &b, &ignored) &&
	       str_eq(buf_view(&b), was);
}

bool
parcel_manifest_read(
    struct arena *a, str s, struct manifest *ret, struct err *e)
{
	struct reading r = {.arena = a, .rest = s};
	struct manifest m = {0};
	OWNED(json) j = json_new(more, &r, TEXT_MAX);

	if (j == NULL || s.n > MANIFEST_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "a manifest is too long");
	r.json = j;
	whole(&r, &m);
	if (r.bad || !is_canonical(&m, s))
		return err_set(e, ERR_CORRUPT,
		    "a manifest is not what this version writes");
	*ret = m;
	return true;
}

uint64_t
parcel_manifest_bytes(const struct manifest *m)
{
	uint64_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->v[i].bytes;
	return n;
}

int64_t
parcel_manifest_count(const struct manifest *m, enum manifest_kind k)
{
	int64_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->v[i].kind == k;
	return n;
}
