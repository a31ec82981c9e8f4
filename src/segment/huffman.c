#include "segment/huffman.h"

#include <string.h>

#define LENGTHS 80 /* before they are limited: 2^46 is the greatest weight */
#define SEEN 4     /* weighs so many times what is only needed */

void
huffman_need_dc(struct huffman_need *ret)
{
	*ret = (struct huffman_need){0};
	for (int i = 0; i <= 11; i++)
		ret->of[i] = true;
}

void
huffman_need_ac(const uint16_t limit[64], struct huffman_need *ret)
{
	unsigned most = 0; /* categories of this coefficient and later ones */

	*ret = (struct huffman_need){0};
	ret->of[0x00] = ret->of[0xf0] = true;
	for (unsigned k = 63; k >= 1; k--) {
		unsigned size =
		    limit[k] == 0 ? 0 : 32 - (unsigned)__builtin_clz(limit[k]);

		most = size > most ? size : most;
		/* Behind a run of k - 1 there is this one, at the earliest. */
		for (unsigned i = 1; k <= 16 && i <= most; i++)
			ret->of[(k - 1) << 4 | i] = true;
	}
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
huffman_make(const struct huffman_need *need, const uint32_t seen[256],
    struct huffman *ret)
{
	uint64_t weight[257] = {0};
	uint32_t count[LENGTHS] = {0};
	uint8_t depth[257];
	int last = HUFFMAN_BITS_MAX;
	unsigned n = 0;

	for (unsigned i = 0; i < 256; i++)
		if (need->of[i]) {
			weight[i] = (uint64_t)seen[i] * SEEN + 1;
			n++;
		}
	weight[256] = 1;
	depths(weight, depth);
	for (int i = 0; i < 257; i++)
		if (depth[i] > 0)
			count[depth[i]]++;
	limit(count);
	while (count[last] == 0)
		last--;
	count[last]--; /* the code of ones only */
	*ret = (struct huffman){.n = n};
	for (unsigned d = 1, k = 0; d < LENGTHS; d++)
		for (unsigned i = 0; i < 256; i++)
			if (depth[i] == d)
				ret->symbol[k++] = (uint8_t)i;
	for (int i = 1; i <= HUFFMAN_BITS_MAX; i++)
		ret->count[i] = (uint8_t)count[i];
	assign(ret);
}

static bool
take_table(const struct huffman_need *need, str s, struct huffman *h)
{
	unsigned n = 0, room = 1u << HUFFMAN_BITS_MAX;

	for (int i = 1; i <= HUFFMAN_BITS_MAX; i++) {
		unsigned c = h->count[i] = (uint8_t)s.p[i - 1];

		n += c;
		if (c << (HUFFMAN_BITS_MAX - i) >= room)
			return false;
		room -= c << (HUFFMAN_BITS_MAX - i);
	}
	if (n > HUFFMAN_AC || s.n < HUFFMAN_BITS_MAX + n)
		return false;
	h->n = n;
	memcpy(h->symbol, s.p + HUFFMAN_BITS_MAX, n);
	assign(h);
	for (unsigned i = 0; i < 256; i++)
		if (need->of[i] && h->code[i].n == 0)
			return false;
	return true;
}

bool
huffman_read(
    const struct huffman_need *need, str *s, struct huffman *ret, struct err *e)
{
	*ret = (struct huffman){0};
	if (s->n < HUFFMAN_BITS_MAX || !take_table(need, *s, ret))
		return err_set(e, ERR_CORRUPT, "a code table is not ours");
	*s = str_sub(*s, HUFFMAN_BITS_MAX + ret->n, s->n);
	return true;
}
