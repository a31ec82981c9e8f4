#include "list/record.h"

#include "base/utf8.h"
#include "list/reel.h"

static int
order_bytes(str a, str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

int
entry_order(const struct entry *a, const struct entry *b)
{
	int c = order_bytes(a->id, b->id);

	if (c == 0)
		c = (a->kind > b->kind) - (a->kind < b->kind);
	return c != 0 ? c : order_bytes(a->value, b->value);
}

size_t
record_size(const struct entry *t)
{
	return RECORD_HEAD + t->value.n + t->id.n + t->scheme.n +
	       t->category.n + t->detail.n;
}

static void
put(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static uint64_t
get(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

void
record_put(struct buf *b, const struct entry *t)
{
	uint8_t head[RECORD_HEAD];

	put(head, record_size(t), 2);
	head[2] = t->kind;
	head[3] = t->media;
	head[4] = (uint8_t)t->quality;
	head[5] = (uint8_t)t->id.n;
	head[6] = (uint8_t)t->scheme.n;
	head[7] = (uint8_t)t->category.n;
	head[8] = (uint8_t)t->detail.n;
	put(head + 9, t->value.n, 2);
	put(head + 11, t->record, 4);
	/* 7 bytes of seconds are enough for two thousand million years. */
	put(head + 15, (uint64_t)t->stamp, 7);
	put(head + 22, (uint64_t)t->first_seen, 7);
	buf_put(b, head, sizeof(head));
	buf_str(b, t->value);
	buf_str(b, t->id);
	buf_str(b, t->scheme);
	buf_str(b, t->category);
	buf_str(b, t->detail);
}

static int64_t
seconds(const uint8_t *p)
{
	uint64_t v = get(p, 7);

	if (v >> 55 != 0) /* before 1970 */
		v |= 0xffull << 56;
	return (int64_t)v;
}

static str
cut(const uint8_t **p, size_t n)
{
	str s = {(const char *)*p, n};

	*p += n;
	return s;
}

bool
record_take(str *io, struct entry *ret)
{
	const uint8_t *p = (const uint8_t *)io->p, *rest = p + RECORD_HEAD;
	size_t size, value;

	if (io->n < RECORD_HEAD)
		return false;
	size = (size_t)get(p, 2);
	value = (size_t)get(p + 9, 2);
	if (size > io->n || value > ENTRY_VALUE_MAX ||
	    size != RECORD_HEAD + value + p[5] + p[6] + p[7] + p[8])
		return false;
	ret->kind = p[2];
	ret->media = p[3];
	ret->quality = (int8_t)p[4];
	ret->record = (uint32_t)get(p + 11, 4);
	ret->stamp = seconds(p + 15);
	ret->first_seen = seconds(p + 22);
	ret->value = cut(&rest, value);
	ret->id = cut(&rest, p[5]);
	ret->scheme = cut(&rest, p[6]);
	ret->category = cut(&rest, p[7]);
	ret->detail = cut(&rest, p[8]);
	*io = str_sub(*io, size, io->n);
	return true;
}

static bool
is_text(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((uint8_t)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return utf8_valid(s);
}

static bool
fits_kind(uint8_t kind, str value)
{
	const struct hash_kind_facts *f = hash_kind_facts((enum hash_kind)kind);

	if (f == NULL)
		return false;
	if (kind == HASH_TMK)
		return reel_part_is_sound(value);
	if (kind == HASH_VPDQ)
		return value.n == PDQ_BITS / 8;
	return f->bytes != 0 ? value.n == f->bytes
			     : value.n > 0 && value.n <= ENTRY_VALUE_MAX;
}

bool
record_is_sound(const struct entry *t)
{
	return fits_kind(t->kind, t->value) && t->media < ENTRY_MEDIA &&
	       t->quality >= ENTRY_NO_QUALITY && t->quality <= 100 &&
	       is_text(t->id) && is_text(t->scheme) && is_text(t->category) &&
	       is_text(t->detail);
}
