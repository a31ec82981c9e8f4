/*
 * bench_match ROWS [uniform|photo] [ROUNDS] [OTHERS] — exact search within 31
 * bits against a scan of all values (with VPOPCNTDQ, or where the processor has
 * none with the best loops of ours), in turns in the same run.  OTHERS are four
 * digits, 1 or 0, for the exact searches of FAISS: its scan, and three sizes of
 * its tables, which need up to 1 kB a row.  Medians of the rounds: microseconds
 * a query, and the scan over it.  Half of the queries have a neighbour at 0 to
 * 39 bits.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "hash/kind.h"
#include "match/builder.h"
#include "match/live.h"
#include "match/scan_ops.h"
#include "yard_scan.h"
#ifdef HAVE_YARD
#include "yard.h"
#endif

#define QUERIES 65536
#define STREAM 8192
#define SINGLE 500
#define TABLED 100
#define ROUNDS_MAX 101
#define HITS_MAX ((size_t)1 << 26)
#define SIDE 64
#define SHAPES 7

enum column {
	SCAN,
	OUR_SCAN,
	ONE,
	STREAMED,
	BULK,
	FLAT,
	MULTI_16,
	MULTI_11,
	MULTI_8,
	COLUMNS
};

static const char *const names[COLUMNS] = {"scan", "our scan", "single",
    "stream", "bulk", "faiss BinaryFlat", "faiss BinaryMultiHash 16 x 16",
    "faiss BinaryMultiHash 11 x 23", "faiss BinaryMultiHash 8 x 32"};

struct bench {
	size_t n;
	uint64_t *rows, *queries;
	uint64_t seed;
	struct match_live *live;
	void *yard[COLUMNS];
	double us[COLUMNS][ROUNDS_MAX];
	size_t rounds;
	size_t hits[COLUMNS]; /* of the first queries: the same everywhere */
};

/* Of this thread: others run beside it. */
static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static _Noreturn void
give_up(const struct err *e)
{
	fprintf(stderr, "%s: %s\n", e->where, e->msg);
	exit(EXIT_FAILURE);
}

static uint64_t
next(struct bench *b)
{
	b->seed ^= b->seed << 13;
	b->seed ^= b->seed >> 7;
	b->seed ^= b->seed << 17;
	return b->seed * 0x2545f4914f6cdd1du;
}

static float
between(struct bench *b, float low, float high)
{
	return low + (high - low) * (float)(next(b) >> 40) / (1 << 24);
}

/* A sky that pales, and some things before it with soft edges. */
static void
draw(struct bench *b, uint8_t *pixels)
{
	static float level[SIDE * SIDE];
	float down = between(b, -1, 1), right = between(b, -1, 1);

	for (int i = 0; i < SIDE * SIDE; i++)
		level[i] =
		    128 + down * (float)(i / SIDE) + right * (float)(i % SIDE);
	for (int s = 0; s < SHAPES; s++) {
		float x = between(b, 0, SIDE), y = between(b, 0, SIDE);
		float w = between(b, 4, 30), h = between(b, 4, 30);
		float light = between(b, -90, 90);
		bool round = next(b) >> 63;

		for (int i = 0; i < SIDE * SIDE; i++) {
			float dx = fabsf((float)(i % SIDE) - x) / w;
			float dy = fabsf((float)(i / SIDE) - y) / h;
			float d = round     ? dx * dx + dy * dy
				  : dx > dy ? dx * dx
					    : dy * dy;

			if (d < 1)
				level[i] +=
				    light * (d < 0.8f ? 1 : (1 - d) * 5);
		}
	}
	for (int i = 0; i < SIDE * SIDE; i++) {
		float v = level[i] + between(b, -3, 3);

		pixels[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
	}
}

static void
make_photo(struct bench *b, uint64_t *ret)
{
	static uint8_t pixels[SIDE * SIDE + 64];
	static void *work;
	size_t bytes = pdq_work_bytes(SIDE, SIDE);
	struct pixels px = {pixels, SIDE, SIDE, 1, SIDE};
	struct pdq_block block;
	struct pdq_hash hash;
	uint8_t value[32];
	struct err e;

	if (work == NULL)
		work = aligned_alloc(
		    PDQ_WORK_ALIGN, (bytes + PDQ_WORK_ALIGN - 1) /
					PDQ_WORK_ALIGN * PDQ_WORK_ALIGN);
	draw(b, pixels);
	if (!pdq_block(&px, PDQ_CORE, false, work, bytes, &block, &e))
		give_up(&e);
	hash = pdq_of_block(&block, PDQ_ORIGINAL);
	pdq_bytes(&hash, value);
	memcpy(ret, value, sizeof(value));
}

static void
make_one(struct bench *b, bool photo, uint64_t *ret)
{
	if (photo)
		make_photo(b, ret);
	else
		for (int w = 0; w < 4; w++)
			ret[w] = next(b);
}

static void
make(struct bench *b, bool photo)
{
	b->rows = aligned_alloc(64, b->n * 32);
	b->queries = aligned_alloc(64, QUERIES * 32);
	for (size_t i = 0; i < b->n; i++)
		make_one(b, photo, b->rows + 4 * i);
	for (size_t i = 0; i < QUERIES; i++) {
		uint64_t *q = b->queries + 4 * i;

		if (i % 2 == 0) {
			make_one(b, photo, q);
			continue;
		}
		memcpy(q, b->rows + 4 * (next(b) % b->n), 32);
		for (uint64_t d = next(b) % 40; d > 0; d--) {
			uint64_t bit = next(b) % 256;

			q[bit / 64] ^= (uint64_t)1 << bit % 64;
		}
	}
}

static void
build(struct bench *b)
{
	struct err e;
	OWNED(match_builder) to = match_builder_new(UINT64_MAX, &e);
	OWNED_FD fd = memfd_create("index", MFD_CLOEXEC);
	struct match_index_list list;
	double begin = now_us(), built;
	struct match_index *ix;

	match_index_list_init(&list, 0);
	if (to == NULL || !match_builder_list(to, &list, &e))
		give_up(&e);
	for (size_t i = 0; i < b->n; i++) {
		const void *p = b->rows + 4 * i;

		if (!match_builder_add(
			to, HASH_PDQ, (str){p, 32}, 0, (uint32_t)i, &e))
			give_up(&e);
	}
	if (!match_builder_write(to, fd, 1, &e))
		give_up(&e);
	built = now_us();
	ix = match_index_open(fd, MATCH_INDEX_COPIED, &e);
	b->live = match_live_new(&e);
	if (ix == NULL || b->live == NULL)
		give_up(&e);
	match_live_swap(b->live, ix, true);
	printf("build\t%.2f s\nopen\t%.2f s\nmemory\t%.1f bytes a hash\n",
	    (built - begin) / 1e6, (now_us() - built) / 1e6,
	    (double)match_index_bytes(ix) / (double)b->n);
}

/* An insert, and the query that sees it. */
static void
insert(struct bench *b)
{
	CLEANUP(match_index_hits_done)
	struct match_index_hits hits = MATCH_INDEX_HITS(HITS_MAX);
	static const char value[32] = "seen by the very next query....";
	const void *p = value;
	double begin = now_us();
	struct err e;

	if (!match_live_insert(b->live, HASH_PDQ, (str){value, 32}, 0, 0, &e) ||
	    !match_live_query(b->live, HASH_PDQ, p, 1, NULL, &hits, &e) ||
	    hits.n != 1)
		give_up(&e);
	printf("insert, visible\t%.0f us\n", now_us() - begin);
	if (!match_live_delete(b->live, 0, 0, &e))
		give_up(&e);
	match_live_swap(b->live, NULL, true);
}

static size_t
scan(const struct bench *b, size_t n, bool ours)
{
	const struct scan_ops *ops = scan_ops_best();
	yard_scan *yard = yard_scan_best();
	uint32_t found[256];
	size_t hits = 0;

	for (size_t i = 0; !ours && yard != NULL && i < n; i++)
		hits += yard(b->rows, b->n, b->queries + 4 * i);
	if (!ours && yard != NULL)
		return hits;
	for (size_t i = 0; i < n; i++)
		for (size_t from = 0; from < b->n;)
			hits += ops->rows(b->rows, 4, &from, b->n,
			    b->queries + 4 * i, 31, found, 256);
	return hits;
}

static size_t
search(struct bench *b, enum column c, size_t n)
{
	CLEANUP(match_index_hits_done)
	struct match_index_hits hits = MATCH_INDEX_HITS(HITS_MAX);
	const void *q = b->queries;
	struct err e;
	bool done = true;

	if (c == SCAN || c == OUR_SCAN)
		return scan(b, n, c == OUR_SCAN);
#ifdef HAVE_YARD
	if (c >= FLAT)
		return yard_search((enum yard)(c - FLAT), b->yard[c], n, q);
#endif
	if (c == BULK)
		done =
		    match_live_join(b->live, HASH_PDQ, q, n, NULL, &hits, &e);
	else if (c == STREAMED)
		done =
		    match_live_query(b->live, HASH_PDQ, q, n, NULL, &hits, &e);
	for (size_t i = 0; done && c == ONE && i < n; i++) {
		const void *one = b->queries + 4 * i;

		done = match_live_query(
		    b->live, HASH_PDQ, one, 1, NULL, &hits, &e);
	}
	if (!done)
		give_up(&e);
	return hits.n;
}

/* Queries of one round: scans of all take long. */
static size_t
queries_of(const struct bench *b, enum column c)
{
	size_t rows = 20000000 / b->n + 2;

	if (c == SCAN || c == OUR_SCAN)
		return rows;
	if (c == FLAT)
		return rows / 4 + 2;
	if (c > FLAT)
		return TABLED;
	return c == ONE ? SINGLE : c == STREAMED ? STREAM : QUERIES;
}

static void
measure(struct bench *b, size_t rounds)
{
	for (b->rounds = 0; b->rounds < rounds; b->rounds++)
		for (int c = 0; c < COLUMNS; c++) {
			size_t n = queries_of(b, (enum column)c);
			double begin = now_us();

			if (c >= FLAT && b->yard[c] == NULL)
				continue;
			(void)search(b, (enum column)c, n);
			b->us[c][b->rounds] = (now_us() - begin) / (double)n;
		}
}

/* All find the same. */
static bool
agree(struct bench *b)
{
	size_t n = queries_of(b, FLAT);

	for (int c = 0; c < COLUMNS; c++) {
		if (c >= FLAT && b->yard[c] == NULL)
			continue;
		b->hits[c] = search(b, (enum column)c, n);
		if (b->hits[c] != b->hits[SCAN]) {
			printf("%s finds %zu, not %zu\n", names[c], b->hits[c],
			    b->hits[SCAN]);
			return false;
		}
	}
	return true;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
report(struct bench *b)
{
	double median[COLUMNS];

	for (int c = 0; c < COLUMNS; c++) {
		if (c >= FLAT && b->yard[c] == NULL)
			continue;
		qsort(b->us[c], b->rounds, sizeof(double), by_value);
		median[c] = b->us[c][b->rounds / 2];
		printf("%s\t%.2f us\t%.0f a second\t%.2f x the scan\n",
		    names[c], median[c], 1e6 / median[c],
		    median[SCAN] / median[c]);
		for (int ours = ONE; c >= FLAT && ours <= BULK; ours++)
			printf("  %s is %.0f x as fast\n", names[ours],
			    median[c] / median[ours]);
	}
}

static void
add_yards(struct bench *b, const char *which)
{
#ifdef HAVE_YARD
	for (int c = FLAT; c < COLUMNS; c++) {
		const void *rows = b->rows;
		double begin = now_us();

		if (which[c - FLAT] != '1')
			continue;

		b->yard[c] = yard_new((enum yard)(c - FLAT), b->n, rows);
		printf(
		    "%s, build\t%.2f s\n", names[c], (now_us() - begin) / 1e6);
	}
#else
	(void)b, (void)which;
	printf("without FAISS\n");
#endif
}

int
main(int argc, char **argv)
{
	static struct bench b = {.n = 1000000, .seed = 88172645463325252u};
	bool photo = argc > 2 && strcmp(argv[2], "photo") == 0;
	size_t rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : 7;

	if (argc > 1)
		b.n = strtoul(argv[1], NULL, 10);
	if (b.n == 0 || rounds == 0 || rounds > ROUNDS_MAX)
		return EXIT_FAILURE;
	make(&b, photo);
	printf("rows\t%zu %s\nloops\t%s\nscan\t%s\n", b.n,
	    photo ? "photo" : "uniform", scan_ops_best()->name,
	    yard_scan_best() != NULL ? "vpopcntdq" : "our loops");
	build(&b);
	if (argc > 4 && strlen(argv[4]) == COLUMNS - FLAT)
		add_yards(&b, argv[4]);
	if (!agree(&b))
		return EXIT_FAILURE;
	measure(&b, rounds);
	report(&b);
	insert(&b);
	return EXIT_SUCCESS;
}
