/*
 * scan_lanes — the loops of scan_ops, whose `near` is the includer's:
 *
 *   uint32_t near(const uint16_t *p, uint32_t left, uint16_t q, unsigned limit)
 *
 * has bit i set when p[i] differs from q by at most `limit` bits, for i below
 * `left` and SCAN_STEP; bits from `left` on may be anything.  It never reads
 * a cache line that holds none of the `left` but the one behind them.
 */
#define INLINE static inline __attribute__((always_inline))

INLINE size_t
runs_within(const uint16_t *next, struct scan_run *run, size_t *n_runs,
    uint16_t q, unsigned limit, uint32_t *ret, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < *n_runs; i++) {
		uint32_t at = run[i].begin, end = run[i].end;

		for (; at < end; at += SCAN_STEP) {
			uint32_t left = end - at, found;

			if (__builtin_expect(room - n < SCAN_STEP, 0)) {
				run[i].begin = at;
				*n_runs = i;
				return n;
			}
			found = near(next + at, left, q, limit);
			if (left < SCAN_STEP)
				found &= ((uint32_t)1 << left) - 1;
			for (; found != 0; found &= found - 1)
				ret[n++] = at + (uint32_t)__builtin_ctz(found);
		}
	}
	return n;
}

/* The usual limits, those of radius 31, as constants. */
static size_t
runs(const uint16_t *next, struct scan_run *run, size_t *n_runs, uint16_t q,
    unsigned limit, uint32_t *ret, size_t room)
{
	switch (limit) {
	case 1:
		return runs_within(next, run, n_runs, q, 1, ret, room);
	case 2:
		return runs_within(next, run, n_runs, q, 2, ret, room);
	case 3:
		return runs_within(next, run, n_runs, q, 3, ret, room);
	default:
		return runs_within(next, run, n_runs, q, limit, ret, room);
	}
}

INLINE unsigned
bits(uint64_t a, uint64_t b)
{
	return (unsigned)__builtin_popcountll(a ^ b);
}

static size_t
rows_of_four(const uint64_t *v, size_t *from, size_t n, const uint64_t *q,
    unsigned limit, uint32_t *ret, size_t room)
{
	size_t found = 0, i = *from;

	for (; i < n && found < room; i++) {
		const uint64_t *r = v + 4 * i;
		/* Half of the bits say already that most are too far. */
		unsigned d = bits(r[0], q[0]) + bits(r[1], q[1]);

		if (__builtin_expect(d > limit, 1))
			continue;
		d += bits(r[2], q[2]) + bits(r[3], q[3]);
		if (d <= limit)
			ret[found++] = (uint32_t)i;
	}
	*from = i;
	return found;
}

static size_t
rows(const uint64_t *v, unsigned words, size_t *from, size_t n,
    const uint64_t *q, unsigned limit, uint32_t *ret, size_t room)
{
	size_t found = 0, i = *from;

	if (words == 4)
		return rows_of_four(v, from, n, q, limit, ret, room);
	for (; i < n && found < room; i++)
		if (bits(v[i], q[0]) <= limit)
			ret[found++] = (uint32_t)i;
	*from = i;
	return found;
}

INLINE bool
is_near(const uint64_t *a, const uint64_t *b, unsigned words, unsigned limit)
{
	unsigned d = bits(a[0], b[0]);

	if (words == 4)
		d += bits(a[1], b[1]) + bits(a[2], b[2]) + bits(a[3], b[3]);
	return d <= limit;
}

static size_t
check(const uint64_t *v, unsigned words, uint32_t *row, size_t n,
    const uint64_t *q, unsigned limit)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t r = row[i];

		row[kept] = r;
		kept += is_near(v + (size_t)words * r, q, words, limit);
	}
	return kept;
}

#define PAIRS_AHEAD 12

static size_t
check_pairs(const uint64_t *v, const uint64_t *queries, unsigned words,
    struct scan_pair *pair, size_t n, unsigned limit)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct scan_pair p = pair[i];

		if (i + PAIRS_AHEAD < n) {
			const struct scan_pair *ahead = pair + i + PAIRS_AHEAD;

			__builtin_prefetch(v + (size_t)words * ahead->row);
			__builtin_prefetch(
			    queries + (size_t)words * ahead->query);
		}
		pair[kept] = p;
		kept += is_near(v + (size_t)words * p.row,
		    queries + (size_t)words * p.query, words, limit);
	}
	return kept;
}
