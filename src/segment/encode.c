#include "segment/encode.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define AC_MAX 1023 /* ten bits */

const uint8_t encode_zigzag[SEGMENT_BLOCK] = {0, 1, 8, 16, 9, 2, 3, 10, 17, 24,
    32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
    21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58,
    59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

void
encode_limits(const uint16_t quant[SEGMENT_BLOCK], uint16_t ret[64])
{
	/* 64 samples of 128 times a cosine product of 1/8 at most, rounded. */
	for (int i = 0; i < SEGMENT_BLOCK; i++) {
		unsigned q = quant[encode_zigzag[i]];
		unsigned n = 1024u / (q == 0 ? 1 : q) + 1 + ENCODE_MARK_STEPS;

		ret[i] = n < AC_MAX ? (uint16_t)n : AC_MAX;
	}
}

void
encode_need(const uint16_t quant[SEGMENT_BLOCK], struct encode_need *ret)
{
	uint16_t limit[SEGMENT_BLOCK];

	encode_limits(quant, limit);
	huffman_need_dc(&ret->dc);
	huffman_need_ac(limit, &ret->ac);
}

/* scan[i][byte]: what the bits of row i of a block are in the scan. */
static const uint64_t (*scan_table(void))[256]
{
	static uint64_t scan[8][256];

	if (scan[7][128] != 0) /* the last of the scan */
		return (const uint64_t(*)[256])scan;
	for (unsigned k = 0; k < SEGMENT_BLOCK; k++) {
		unsigned i = encode_zigzag[k];

		for (unsigned byte = 0; byte < 256; byte++)
			if ((byte >> i % 8 & 1) != 0)
				scan[i / 8][byte] |= (uint64_t)1 << k;
	}
	return (const uint64_t(*)[256])scan;
}

/* Bit i: coefficient i of the block, row by row, is not zero. */
static inline uint64_t
in_rows(const int16_t *coef)
{
	uint64_t set = 0;

#ifdef __SSE2__
	const __m128i *p = (const __m128i *)coef;
	const __m128i zero = _mm_setzero_si128();

	for (int i = 0; i < 4; i++) {
		__m128i a = _mm_loadu_si128(p + 2 * i);
		__m128i b = _mm_loadu_si128(p + 2 * i + 1);
		__m128i none = _mm_packs_epi16(
		    _mm_cmpeq_epi16(a, zero), _mm_cmpeq_epi16(b, zero));

		set |= (uint64_t)(uint16_t)~_mm_movemask_epi8(none) << (16 * i);
	}
#else
	for (int i = 0; i < SEGMENT_BLOCK; i++)
		set |= (uint64_t)(coef[i] != 0) << i;
#endif
	return set;
}

/* Bit i: AC coefficient i of the scan is not zero. */
static inline uint64_t
in_scan(const int16_t *coef)
{
	const uint64_t(*scan)[256] = scan_table();
	uint64_t rows = in_rows(coef), set = 0;

	for (int i = 0; i < 8; i++)
		set |= scan[i][rows >> (8 * i) & 255];
	return set & ~(uint64_t)1;
}

static inline unsigned
size_of(int v)
{
	unsigned u = (unsigned)(v < 0 ? -v : v);

	return u == 0 ? 0 : 32 - (unsigned)__builtin_clz(u);
}

void
encode_count(
    const int16_t *coef, uint32_t mcus, unsigned parts, struct encode_seen *s)
{
	unsigned per = parts == 1 ? 1 : SEGMENT_MCU_BLOCKS;
	int before[3] = {0};

	for (uint32_t i = 0; i < mcus * per; i++, coef += SEGMENT_BLOCK) {
		unsigned part = segment_part(parts, i % per);
		uint32_t *ac = s->ac[part > 0];
		uint64_t set = in_scan(coef);
		unsigned at = 0;

		s->dc[part > 0][size_of(coef[0] - before[part])]++;
		before[part] = coef[0];
		for (; set != 0; set &= set - 1) {
			unsigned k = (unsigned)__builtin_ctzll(set);
			unsigned run = k - at - 1;

			ac[0xf0] += run >> 4;
			ac[(run & 15) << 4 | size_of(coef[encode_zigzag[k]])]++;
			at = k;
		}
		ac[0] += at < SEGMENT_BLOCK - 1;
	}
}

struct bits {
	uint64_t acc; /* the lower n bits are still to be written */
	unsigned n;   /* under 64 between calls */
	uint8_t *to;
};

/* 1 <= n <= 63. */
static inline void
put(struct bits *b, uint64_t bits, unsigned n)
{
	unsigned room = 64 - b->n;
	uint64_t out;

	if (n < room) {
		b->acc = b->acc << n | bits;
		b->n += n;
		return;
	}
	out = b->n == 0 ? 0 : b->acc << room;
	b->n = n - room;
	out = __builtin_bswap64(out | bits >> b->n);
	memcpy(b->to, &out, sizeof(out));
	b->to += sizeof(out);
	b->acc = bits;
}

/* A symbol and the value bits that belong to it. */
static inline void
put_value(struct bits *b, const struct huffman *h, unsigned symbol, int v,
    unsigned size)
{
	uint32_t low = (uint32_t)(v - (v < 0)) & ((1u << size) - 1);

	put(b, (uint32_t)h->code[symbol].bits << size | low,
	    h->code[symbol].n + size);
}

static void
put_block(struct bits *b, const int16_t *coef, int diff,
    const struct huffman *dc, const struct huffman *ac)
{
	uint64_t set = in_scan(coef);
	unsigned at = 0;

	put_value(b, dc, size_of(diff), diff, size_of(diff));
	for (; set != 0; set &= set - 1) {
		unsigned k = (unsigned)__builtin_ctzll(set);
		int v = coef[encode_zigzag[k]];
		unsigned run = k - at - 1, size = size_of(v);

		for (; run > 15; run -= 16)
			put(b, ac->code[0xf0].bits, ac->code[0xf0].n);
		put_value(b, ac, run << 4 | size, v, size);
		at = k;
	}
	if (at < SEGMENT_BLOCK - 1)
		put(b, ac->code[0].bits, ac->code[0].n);
}

/* Ones to the end of the last byte; returns how many bytes there are. */
static size_t
put_end(struct bits *b, const uint8_t *from)
{
	unsigned rest = (8 - b->n % 8) % 8;

	if (rest > 0)
		put(b, (1u << rest) - 1, rest);
	for (; b->n > 0; b->n -= 8)
		*b->to++ = (uint8_t)(b->acc >> (b->n - 8));
	return (size_t)(b->to - from);
}

size_t
encode_segment(const int16_t *coef, uint32_t mcus, unsigned parts,
    const struct encode_tables *t, uint8_t *ret)
{
	unsigned per = parts == 1 ? 1 : SEGMENT_MCU_BLOCKS;
	struct bits b = {.to = ret};
	int before[3] = {0};

	for (uint32_t i = 0; i < mcus * per; i++, coef += SEGMENT_BLOCK) {
		unsigned part = segment_part(parts, i % per);

		put_block(&b, coef, coef[0] - before[part], &t->dc[part > 0],
		    &t->ac[part > 0]);
		before[part] = coef[0];
	}
	return put_end(&b, ret);
}

/* ---- two variants at once ---- */

/* The bits of one block: from a stream that begins with it. */
struct coded {
	struct bits b;
	uint8_t bytes[ENCODE_BLOCK_BYTES + sizeof(uint64_t)];
};

static inline void
put_coded(struct bits *b, const struct coded *c)
{
	for (const uint8_t *p = c->bytes; p < c->b.to; p += sizeof(uint32_t)) {
		uint32_t word;

		memcpy(&word, p, sizeof(word));
		put(b, __builtin_bswap32(word), 32);
	}
	if (c->b.n > 0)
		put(b, c->b.acc & (((uint64_t)1 << c->b.n) - 1), c->b.n);
}

struct twice {
	struct bits a, b;
	int before_a[3], before_b[3];
	struct coded same;
};

/* The same block behind the same one is the same bits: they are made once. */
static inline void
put_twice(struct twice *t, unsigned part, const int16_t *a, const int16_t *b,
    const struct huffman *dc, const struct huffman *ac)
{
	int diff_a = a[0] - t->before_a[part],
	    diff_b = b[0] - t->before_b[part];

	t->before_a[part] = a[0];
	t->before_b[part] = b[0];
	if (diff_a == diff_b && memcmp(a, b, SEGMENT_BLOCK * sizeof(*a)) == 0) {
		t->same.b = (struct bits){.to = t->same.bytes};
		put_block(&t->same.b, a, diff_a, dc, ac);
		put_coded(&t->a, &t->same);
		put_coded(&t->b, &t->same);
		return;
	}
	put_block(&t->a, a, diff_a, dc, ac);
	put_block(&t->b, b, diff_b, dc, ac);
}

void
encode_both(const int16_t *a, const int16_t *b, uint32_t mcus, unsigned parts,
    const struct encode_tables *tables, uint8_t *ret_a, size_t *ret_a_n,
    uint8_t *ret_b, size_t *ret_b_n)
{
	unsigned per = parts == 1 ? 1 : SEGMENT_MCU_BLOCKS;
	struct twice t = {.a.to = ret_a, .b.to = ret_b};

	for (uint32_t i = 0; i < mcus * per; i++) {
		unsigned part = segment_part(parts, i % per);

		put_twice(&t, part, a, b, &tables->dc[part > 0],
		    &tables->ac[part > 0]);
		a += SEGMENT_BLOCK;
		b += SEGMENT_BLOCK;
	}
	*ret_a_n = put_end(&t.a, ret_a);
	*ret_b_n = put_end(&t.b, ret_b);
}

size_t
encode_stuff(const uint8_t *bytes, size_t n, uint8_t marker, uint8_t *ret)
{
	uint8_t *to = ret;

	while (n > 0) {
		const uint8_t *ff = memchr(bytes, 0xff, n);
		size_t plain = ff == NULL ? n : (size_t)(ff - bytes) + 1;

		memcpy(to, bytes, plain);
		to += plain;
		if (ff != NULL)
			*to++ = 0;
		bytes += plain;
		n -= plain;
	}
	*to++ = 0xff;
	*to++ = marker;
	return (size_t)(to - ret);
}

/* ---- from a to b ---- */

struct diff {
	uint8_t *to, *end; /* end: longer than that is not worth it */
	size_t skip;       /* stuffed bytes since the last change */
	bool full;
};

/* What is left of the skip is under 255. */
static void
put_skips(struct diff *d)
{
	for (; d->skip >= 255 && !d->full; d->skip -= 255)
		if (d->to < d->end)
			*d->to++ = 255;
		else
			d->full = true;
}

static void
put_u16(uint8_t *to, size_t v)
{
	to[0] = (uint8_t)v;
	to[1] = (uint8_t)(v >> 8);
}

size_t
encode_stuffed(const uint8_t *p, size_t n)
{
	size_t more = 0;

	for (size_t i = 0; i < n; i++)
		more += p[i] == 0xff;
	return n + more;
}

/* out of a are left out, in of b take their place. */
static void
put_splice(
    struct diff *d, const uint8_t *a, size_t out, const uint8_t *b, size_t in)
{
	size_t in_n = encode_stuffed(b, in);

	put_skips(d);
	if (d->full || d->to + 6 + in_n > d->end) {
		d->full = true;
		return;
	}
	*d->to++ = 254;
	*d->to++ = (uint8_t)d->skip;
	put_u16(d->to, encode_stuffed(a, out));
	put_u16(d->to + 2, in_n);
	d->to += 4;
	for (size_t i = 0; i < in; i++) {
		*d->to++ = b[i];
		if (b[i] == 0xff)
			*d->to++ = 0;
	}
	d->skip = 0;
}

static void
put_byte(struct diff *d, uint8_t a, uint8_t b)
{
	put_skips(d);
	if (a == 0xff || b == 0xff || d->skip > 253) {
		put_splice(d, &a, 1, &b, 1);
		return;
	}
	if (d->full || d->to + 2 > d->end) {
		d->full = true;
		return;
	}
	*d->to++ = (uint8_t)d->skip;
	*d->to++ = b;
	d->skip = 0;
}

size_t
encode_diff(
    const uint8_t *a, size_t n, const uint8_t *b, size_t m, uint8_t *ret)
{
	size_t same = n < m ? n : m, head = 0, tail = 0;
	struct diff d = {.to = ret};

	while (head < same && a[head] == b[head])
		head++;
	if (head == n && head == m)
		return 0;
	while (tail < same - head && a[n - 1 - tail] == b[m - 1 - tail])
		tail++;
	/* Byte by byte, while that is shorter than all at once. */
	if (n == m) {
		d.end = ret + 8 + (m - head - tail);
		for (size_t i = 0; i < n && !d.full; i++)
			if (a[i] == b[i])
				d.skip += encode_stuffed(a + i, 1);
			else
				put_byte(&d, a[i], b[i]);
		if (!d.full)
			return (size_t)(d.to - ret);
	}
	d = (struct diff){.to = ret,
	    .end = ret + ENCODE_PATCH_MAX,
	    .skip = encode_stuffed(a, head)};
	put_splice(&d, a + head, n - head - tail, b + head, m - head - tail);
	return (size_t)(d.to - ret);
}

/* ---- and at the other end ---- */

struct patching {
	const uint8_t *a, *a_end;
	uint8_t *to, *end;
};

static bool
copy(struct patching *p, size_t n)
{
	if ((size_t)(p->a_end - p->a) < n || (size_t)(p->end - p->to) < n)
		return false;
	memcpy(p->to, p->a, n);
	p->a += n;
	p->to += n;
	return true;
}

static bool
splice(struct patching *p, const uint8_t **io_s, const uint8_t *end)
{
	const uint8_t *s = *io_s;
	size_t out, in;

	if (end - s < 6)
		return false;
	out = (size_t)s[2] | (size_t)s[3] << 8;
	in = (size_t)s[4] | (size_t)s[5] << 8;
	if (!copy(p, s[1]) || (size_t)(p->a_end - p->a) < out ||
	    (size_t)(end - s) - 6 < in || (size_t)(p->end - p->to) < in)
		return false;
	memcpy(p->to, s + 6, in);
	p->a += out;
	p->to += in;
	*io_s = s + 6 + in;
	return true;
}

bool
encode_patch(const uint8_t *a, size_t n, const uint8_t *s, size_t s_n,
    uint8_t *ret, size_t ret_n)
{
	struct patching p = {a, a + n, ret, ret + ret_n};
	const uint8_t *end = s + s_n;

	while (s < end) {
		if (*s == 255) {
			if (!copy(&p, 255))
				return false;
			s++;
		} else if (*s == 254) {
			if (!splice(&p, &s, end))
				return false;
		} else {
			if (end - s < 2 || !copy(&p, *s) || p.a == p.a_end ||
			    p.to == p.end)
				return false;
			*p.to++ = s[1];
			p.a++;
			s += 2;
		}
	}
	return copy(&p, (size_t)(p.a_end - p.a)) && p.to == p.end;
}
