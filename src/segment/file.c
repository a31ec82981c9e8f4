#include "segment/file.h"

#include <stdlib.h>

#define MAGIC "PREAUSG1"
#define AT_BYTES 8
#define AT_HEAD 12
#define AT_DIGEST 16
#define AT_REST 24
#define UNIT 6u /* bytes of a record */

/* ---- the digest ---- */

static uint64_t
stir(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* Of everything but itself; bytes come eight at a time, the last padded. */
static uint64_t
digest(str s)
{
	uint64_t h = s.n, word;

	for (size_t i = 0; i < s.n; i += 8) {
		size_t n = s.n - i < 8 ? s.n - i : 8;

		word = 0;
		if (i != AT_DIGEST)
			memcpy(&word, s.p + i, n);
		h = stir(h, word);
	}
	return h;
}

/* ---- reading ---- */

struct cursor {
	const uint8_t *p, *end;
	bool bad;
};

static uint32_t
take(struct cursor *c, unsigned bytes)
{
	uint32_t v = 0;

	if ((size_t)(c->end - c->p) < bytes) {
		c->bad = true;
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		v |= (uint32_t)*c->p++ << (8 * i);
	return v;
}

static bool
corrupt(struct err *e)
{
	return err_set(e, ERR_CORRUPT, "a segmented rendition is damaged");
}

bool
file_head_bytes(str fixed, uint32_t *ret, struct err *e)
{
	struct cursor c = {(const uint8_t *)fixed.p,
	    (const uint8_t *)fixed.p + fixed.n, false};
	uint32_t n;

	if (fixed.n < FILE_FIXED || !str_starts(fixed, S(MAGIC)))
		return corrupt(e);
	c.p += AT_HEAD;
	n = take(&c, 4);
	if (n < FILE_FIXED || n > FILE_HEAD_MAX)
		return corrupt(e);
	*ret = n;
	return true;
}

uint32_t
file_place(uint64_t *io_at, uint32_t bytes)
{
	uint64_t at = *io_at;

	if (bytes > 0 && at / FILE_PAGE != (at + bytes - 1) / FILE_PAGE)
		at = (at + FILE_PAGE - 1) / FILE_PAGE * FILE_PAGE;
	*io_at = at + bytes;
	return (uint32_t)at;
}

static bool
take_unit(struct cursor *c, struct file_unit *u)
{
	const uint8_t *p = c->p;

	if ((size_t)(c->end - p) < UNIT) {
		c->bad = true;
		return false;
	}
	u->a = (uint16_t)(p[0] | p[1] << 8);
	u->changes = (uint16_t)(p[2] | p[3] << 8);
	u->b = (uint16_t)(p[4] | p[5] << 8);
	c->p += UNIT;
	return u->a > 2 && u->b > 2 && (u->changes > 0 || u->a == u->b) &&
	       (uint32_t)u->a + u->changes <= FILE_PAGE;
}

static bool
take_slots(struct arena *a, struct cursor *c, struct file *f)
{
	uint16_t *slot = NEW_N(a, uint16_t, f->regions + 1);

	if (slot == NULL)
		return false;
	for (uint32_t i = 0; i < f->regions; i++) {
		slot[i] = (uint16_t)take(c, 2);
		if (slot[i] >= SEGMENT_REGIONS_MAX ||
		    (i > 0 && slot[i] <= slot[i - 1]))
			return false;
	}
	f->slot = slot;
	return true;
}

static bool
take_units(struct arena *a, struct cursor *c, struct file *f)
{
	struct file_unit *u = NEW_N(a, struct file_unit, f->segments);

	if (u == NULL)
		return false;
	for (uint32_t i = 0; i < f->segments; i++)
		if (!take_unit(c, &u[i]))
			return false;
	f->unit = u;
	return true;
}

static bool
take_cover(struct cursor *c, const struct file *f, int64_t after,
    struct file_cover *ret)
{
	ret->segment = (uint16_t)take(c, 2);
	ret->n = (uint8_t)take(c, 1);
	ret->one = take(c, 1) != 0;
	if (ret->segment >= f->segments || ret->segment <= after ||
	    ret->n > FILE_LISTED ||
	    (!ret->one && (ret->n == 0 || ret->n > FILE_SETS_OF)))
		return false;
	for (unsigned i = 0; i < ret->n; i++) {
		ret->region[i] = (uint16_t)take(c, 2);
		if (ret->region[i] >= f->regions ||
		    (i > 0 && ret->region[i] <= ret->region[i - 1]))
			return false;
	}
	return true;
}

static bool
take_covers(struct arena *a, struct cursor *c, struct file *f)
{
	struct file_cover *v = NEW_N(a, struct file_cover, f->covers + 1);
	struct file_unit *u;
	size_t most;

	most = (size_t)f->covers * ((1u << FILE_SETS_OF) - 1);
	u = NEW_N(a, struct file_unit, most + 1);
	if (v == NULL || u == NULL)
		return false;
	for (uint32_t i = 0; i < f->covers; i++) {
		int64_t after = i == 0 ? -1 : v[i - 1].segment;

		if (!take_cover(c, f, after, &v[i]))
			return false;
		v[i].first = f->n_covered;
		for (uint32_t k = file_variants(&v[i]); k > 0; k--)
			if (!take_unit(c, &u[f->n_covered++]))
				return false;
	}
	f->cover = v;
	f->covered = u;
	return true;
}

/* The numbers of one picture, and not of two. */
static bool
adds_up(const struct file *f)
{
	uint32_t mcu = f->parts == 1 ? 8 : 16, mcus;

	if (f->width == 0 || f->height == 0 || f->width > SEGMENT_SIDE_MAX ||
	    f->height > SEGMENT_SIDE_MAX || (f->parts != 1 && f->parts != 3) ||
	    f->interval == 0)
		return false;
	mcus = ((f->width + mcu - 1) / mcu) * ((f->height + mcu - 1) / mcu);
	return f->segments == (mcus + f->interval - 1) / f->interval &&
	       f->segments <= FILE_SEGMENTS_MAX &&
	       f->regions <= SEGMENT_REGIONS_MAX && f->covers <= f->segments;
}

static bool
take_head(struct cursor *c, struct file *f, uint32_t *ret_jpeg)
{
	f->width = (uint16_t)take(c, 2);
	f->height = (uint16_t)take(c, 2);
	f->parts = (uint8_t)take(c, 1);
	(void)take(c, 1);
	f->interval = (uint16_t)take(c, 2);
	f->segments = take(c, 2);
	f->regions = take(c, 2);
	f->covers = take(c, 2);
	*ret_jpeg = take(c, 2);
	return !c->bad && adds_up(f);
}

/* Where every unit lies follows from the order; the end must be the end. */
static bool
place_all(struct file *f)
{
	struct file_unit *unit = f->unit, *covered = f->covered;
	uint64_t at = f->head_bytes;

	for (uint32_t i = 0; i < f->n_covered; i++)
		covered[i].at = file_place(
		    &at, (uint32_t)covered[i].a + covered[i].changes);
	for (uint32_t i = 0; i < f->segments; i++)
		unit[i].at =
		    file_place(&at, (uint32_t)unit[i].a + unit[i].changes);
	return at == f->bytes && at <= FILE_BYTES_MAX;
}

static bool
take_all(struct arena *a, struct cursor *c, struct file *f)
{
	uint32_t jpeg;

	if (!take_head(c, f, &jpeg))
		return false;
	c->p = c->end - (f->head_bytes - FILE_FIXED);
	if (!take_slots(a, c, f) || !take_units(a, c, f) ||
	    !take_covers(a, c, f) || c->bad || jpeg < 4 ||
	    (size_t)(c->end - c->p) != jpeg)
		return false;
	f->jpeg = (str){(const char *)c->p, jpeg};
	return str_starts(f->jpeg, S("\xff\xd8\xff")) && place_all(f);
}

bool
file_read(struct arena *a, str head, struct file *ret, struct err *e)
{
	struct cursor c = {
	    (const uint8_t *)head.p, (const uint8_t *)head.p + head.n, false};
	struct file f = {0};
	uint64_t said;

	if (!file_head_bytes(head, &f.head_bytes, e))
		return false;
	memcpy(&said, head.p + AT_DIGEST, sizeof(said));
	if (head.n != f.head_bytes || said != digest(head))
		return corrupt(e);
	c.p = (const uint8_t *)head.p + AT_BYTES;
	f.bytes = take(&c, 4);
	c.p = (const uint8_t *)head.p + AT_REST;
	if (!take_all(a, &c, &f))
		return corrupt(e);
	*ret = f;
	return true;
}

/* ---- writing ---- */

void
file_pieces_done(struct file_pieces *p)
{
	buf_done(&p->bytes);
	free(p->v);
	*p = (struct file_pieces){0};
}

bool
file_pieces_add(struct file_pieces *p, const uint8_t *a, size_t a_n,
    const uint8_t *changes, size_t changes_n, size_t b_n, struct err *e)
{
	if (a_n + changes_n > FILE_PAGE || a_n > UINT16_MAX ||
	    b_n > UINT16_MAX || changes_n > UINT16_MAX)
		return err_set(e, ERR_LIMIT, "a segment of %zu bytes", a_n);
	if (p->n == p->cap) {
		size_t cap = p->cap == 0 ? 512 : 2 * p->cap;
		void *v = reallocarray(p->v, cap, sizeof(*p->v));

		if (v == NULL)
			return err_set(e, ERR_LIMIT, "no memory for segments");
		p->v = v;
		p->cap = cap;
	}
	p->v[p->n++] = (struct file_piece){
	    p->bytes.n, (uint16_t)a_n, (uint16_t)changes_n, (uint16_t)b_n};
	buf_put(&p->bytes, a, a_n);
	buf_put(&p->bytes, changes, changes_n);
	return !p->bytes.full ||
	       err_set(e, ERR_LIMIT, "the rendition is too large");
}

static void
put(struct buf *b, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		buf_byte(b, (char)(uint8_t)(v >> (8 * i)));
}

static void
put_units(struct buf *b, const struct file_piece *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		put(b, v[i].a, 2);
		put(b, v[i].changes, 2);
		put(b, v[i].b, 2);
	}
}

static void
put_covers(struct buf *b, const struct file_plan *p)
{
	const struct file_piece *v = p->covered.v;

	for (uint32_t i = 0; i < p->covers; i++) {
		const struct file_cover *c = &p->cover[i];

		put(b, c->segment, 2);
		put(b, c->n, 1);
		put(b, c->one, 1);
		for (unsigned k = 0; k < c->n; k++)
			put(b, c->region[k], 2);
		put_units(b, v, file_variants(c));
		v += file_variants(c);
	}
}

static void
put_area(struct buf *b, const struct file_pieces *p)
{
	static const char zeroes[256];

	for (size_t i = 0; i < p->n; i++) {
		uint32_t n = (uint32_t)p->v[i].a + p->v[i].changes;
		uint64_t at = b->n;
		uint32_t to = file_place(&at, n);

		while (b->n < to && !b->full)
			buf_put(b, zeroes,
			    to - b->n < 256 ? to - b->n : sizeof(zeroes));
		buf_put(b, p->bytes.p + p->v[i].from, n);
	}
}

static void
put_head(struct buf *b, const struct file_plan *p)
{
	buf_str(b, S(MAGIC));
	put(b, 0, 8); /* both lengths */
	put(b, 0, 8); /* digest */
	put(b, p->width, 2);
	put(b, p->height, 2);
	put(b, p->parts, 1);
	put(b, 0, 1);
	put(b, p->interval, 2);
	put(b, p->plain.n, 2);
	put(b, p->regions, 2);
	put(b, p->covers, 2);
	put(b, p->jpeg.n, 2);
	while (b->n < FILE_FIXED && !b->full)
		put(b, 0, 1);
	for (uint32_t i = 0; i < p->regions; i++)
		put(b, p->slot[i], 2);
	put_units(b, p->plain.v, p->plain.n);
	put_covers(b, p);
	buf_str(b, p->jpeg);
}

static void
fill_in(char *at, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (char)(uint8_t)(v >> (8 * i));
}

bool
file_write(const struct file_plan *p, struct buf *ret, struct err *e)
{
	size_t head;

	buf_clear(ret);
	put_head(ret, p);
	head = ret->n;
	put_area(ret, &p->covered);
	put_area(ret, &p->plain);
	if (ret->full || head > FILE_HEAD_MAX || ret->n > FILE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "the rendition is too large");
	fill_in(ret->p + AT_BYTES, ret->n, 4);
	fill_in(ret->p + AT_HEAD, head, 4);
	fill_in(ret->p + AT_DIGEST, digest((str){ret->p, head}), 8);
	return true;
}
