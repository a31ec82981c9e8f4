#include "segment/huffman.h"

#include <string.h>

#define LENGTHS 64 /* before they are limited */

bool
huffman_is_symbol(unsigned kind, unsigned symbol)
{
	unsigned size = symbol & 15;

	if (kind == HUFFMAN_DC)
		return symbol < HUFFMAN_DC;
	return symbol == 0x00 || symbol == 0xf0 ||
	       (symbol < 256 && size >= 1 && size <= 10);
}

/* The two rarest of what is left; *ret_b < 0: only one is. */
static void
two_rarest(const uint64_t *weight, int n, int *ret_a, int *ret_b)
{
	int a = -1, b = -1;

	for (int i = 0; i < n; i++) {
		if (weight[i] == 0)
			continue;
		if (a < 0 || weight[i] <= weight[a]) {
			b = a;
			a = i;
		} else if (b < 0 || weight[i] <= weight[b]) {
			b = i;
		}
	}
	*ret_a = a;
	*ret_b = b;
}

/* Weights are used up.  Symbol 256 keeps the code of ones only. */
static void
depths(uint64_t weight[257], uint8_t depth[257])
{
	int next[257];

	memset(depth, 0, 257);
	memset(next, -1, sizeof(next));
	for (;;) {
		int a, b, i;

		two_rarest(weight, 257, &a, &b);
		if (b < 0)
			return;
		weight[a] += weight[b];
		weight[b] = 0;
		for (i = a; next[i] >= 0; i = next[i])
			depth[i]++;
		depth[i]++;
		next[i] = b;
		for (i = b; i >= 0; i = next[i])
			depth[i]++;
	}
}

/* Leaves that hang too deep move up, and one that hung higher goes down. */
static void
limit(uint32_t count[LENGTHS])
{
	for (int i = LENGTHS - 1; i > HUFFMAN_BITS_MAX; i--)
		while (count[i] > 0) {
			int j = i - 2;

			while (count[j] == 0)
				j--;
			count[i] -= 2;
			count[i - 1]++;
			count[j + 1] += 2;
			count[j]--;
		}
}

static void
assign(struct huffman *h)
{
	uint16_t code = 0;
	unsigned k = 0;

	memset(h->code, 0, sizeof(h->code));
	for (uint8_t len = 1; len <= HUFFMAN_BITS_MAX; len++, code <<= 1)
		for (unsigned i = 0; i < h->count[len]; i++, k++) {
			h->code[h->symbol[k]].bits = code++;
			h->code[h->symbol[k]].n = len;
		}
}

void
huffman_make(unsigned kind, const uint32_t seen[256], struct huffman *ret)
{
	uint64_t weight[257] = {0};
	uint32_t count[LENGTHS] = {0};
	uint8_t depth[257];
	int last = HUFFMAN_BITS_MAX;

	for (unsigned i = 0; i < 256; i++)
		if (huffman_is_symbol(kind, i))
			weight[i] = (uint64_t)seen[i] + 1;
	weight[256] = 1;
	depths(weight, depth);
	for (int i = 0; i < 257; i++)
		if (depth[i] > 0)
			count[depth[i]]++;
	limit(count);
	while (count[last] == 0)
		last--;
	count[last]--; /* the code of ones only */
	*ret = (struct huffman){.n = kind};
	for (unsigned d = 1, k = 0; d < LENGTHS; d++)
		for (unsigned i = 0; i < 256; i++)
			if (depth[i] == d)
				ret->symbol[k++] = (uint8_t)i;
	for (int i = 1; i <= HUFFMAN_BITS_MAX; i++)
		ret->count[i] = (uint8_t)count[i];
	assign(ret);
}

static bool
take_table(unsigned kind, str s, struct huffman *h)
{
	unsigned n = 0, room = 1u << HUFFMAN_BITS_MAX;

	for (int i = 1; i <= HUFFMAN_BITS_MAX; i++) {
		unsigned c = h->count[i] = (uint8_t)s.p[i - 1];

		n += c;
		if (c << (HUFFMAN_BITS_MAX - i) >= room)
			return false;
		room -= c << (HUFFMAN_BITS_MAX - i);
	}
	if (n != kind || s.n < HUFFMAN_BITS_MAX + n)
		return false;
	memcpy(h->symbol, s.p + HUFFMAN_BITS_MAX, n);
	assign(h);
	for (unsigned i = 0; i < 256; i++)
		if (huffman_is_symbol(kind, i) != (h->code[i].n > 0))
			return false;
	return true;
}

bool
huffman_read(unsigned kind, str *s, struct huffman *ret, struct err *e)
{
	*ret = (struct huffman){.n = kind};
	if (s->n < HUFFMAN_BITS_MAX || !take_table(kind, *s, ret))
		return err_set(e, ERR_CORRUPT, "a code table is not ours");
	*s = str_sub(*s, HUFFMAN_BITS_MAX + kind, s->n);
	return true;
}
