#include "match/plan.h"

const uint32_t plan_masks_end[PLAN_T_MAX + 1] = {1, 17, 137, 697};

static const uint16_t *
make_masks(uint16_t *v)
{
	uint32_t n = 0;

	for (int set = 0; set <= PLAN_T_MAX; set++)
		for (uint32_t m = 0; m < MATCH_CHUNK_VALUES; m++)
			if (__builtin_popcount(m) == set)
				v[n++] = (uint16_t)m;
	return v;
}

const uint16_t *
plan_masks(void)
{
	static uint16_t masks[PLAN_MASKS];

	return masks[PLAN_MASKS - 1] != 0 ? masks : make_masks(masks);
}

/* The sum is shared out evenly; chunks with long runs get less. */
static void
share(struct plan *p, const struct table *t)
{
	int chunks = (int)p->chunks, sum = (int)p->radius - chunks + 1;
	int each = sum >= 0 ? sum / chunks : -1;
	int more = sum - each * chunks; /* chunks that get one more */

	for (int i = 0; i < chunks; i++) {
		int chunk = t->heavy[i];

		p->t[chunk] = each + (i >= chunks - more);
		if (p->t[chunk] > PLAN_T_MAX)
			p->scan = true;
	}
	p->t[chunks] = p->t[0];
	for (int c = 0; c < chunks; c++)
		p->pair[c] = p->t[c] + p->t[c + 1] + 1;
}

uint64_t plan_lookup_rows = 6;

void
plan_make(struct plan *p, const struct table *t, unsigned radius, bool odd)
{
	uint64_t lookups = 0;

	*p = (struct plan){.radius = radius, .chunks = t->l.chunks};
	/* A distance has the parity of both numbers of bits together. */
	if ((t->head.flags & MATCH_TABLE_EVEN) != 0 && (radius & 1) != odd) {
		p->nothing = radius == 0;
		p->radius -= radius != 0;
	}
	if (p->chunks == 0 || p->radius >= p->chunks * 16u) {
		p->scan = true;
		return;
	}
	share(p, t);
	for (uint32_t c = 0; c < p->chunks && !p->scan; c++)
		if (p->t[c] >= 0)
			lookups += plan_masks_end[p->t[c]];
	p->scan = p->scan || lookups * plan_lookup_rows > t->head.n;
}

bool
plan_is_first(
    const struct plan *p, const uint8_t *a, const uint8_t *b, uint32_t chunk)
{
	uint16_t x[MATCH_CHUNKS_MAX], y[MATCH_CHUNKS_MAX];
	int d[MATCH_CHUNKS_MAX + 1];

	memcpy(x, a, 2ul * p->chunks);
	memcpy(y, b, 2ul * p->chunks);
	for (uint32_t c = 0; c < p->chunks; c++)
		d[c] = __builtin_popcount((unsigned)(x[c] ^ y[c]));
	d[p->chunks] = d[0];
	for (uint32_t c = 0; c < chunk; c++)
		if (d[c] <= p->t[c] && d[c] + d[c + 1] <= p->pair[c])
			return false;
	return true;
}
