/* preau match bench — how fast this machine searches: made-up hashes, exact
 * radius 31, beside a scan of all of them in the same run. */
#include <stdlib.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/num.h"
#include "cli/cli.h"
#include "match/builder.h"
#include "match/scan_ops.h"

#define ENTRIES 1000000
#define ENTRIES_MAX 50000000
#define ROUND_MS 1000 /* of each measure, about */
#define STREAM 20000
#define BULK 65536
#define RADIUS 31
#define HITS_MAX ((size_t)1 << 24)

struct bench {
	size_t n;
	uint64_t *rows; /* of four words */
	uint64_t *queries;
	uint64_t seed;
	struct match_index *index;
	/* Results. */
	double build_s, open_s, bytes_each;
	double scan_us, single_us, stream_us, bulk_us;
};

static uint64_t
next(struct bench *b)
{
	b->seed ^= b->seed << 13;
	b->seed ^= b->seed >> 7;
	b->seed ^= b->seed << 17;
	return b->seed * 0x2545f4914f6cdd1du;
}

/* Half of the queries have a neighbour at 0 to 39 bits. */
static void
make_queries(struct bench *b)
{
	for (size_t i = 0; i < BULK; i++) {
		uint64_t *q = b->queries + 4 * i;

		for (int w = 0; w < 4; w++)
			q[w] = next(b);
		if (i % 2 == 0)
			continue;
		memcpy(q, b->rows + 4 * (next(b) % b->n), 32);
		for (uint64_t d = next(b) % 40; d > 0; d--) {
			uint64_t bit = next(b) % 256;

			q[bit / 64] ^= (uint64_t)1 << bit % 64;
		}
	}
}

static double
seconds_since(int64_t ms)
{
	return (double)(clock_ms() - ms) / 1000;
}

static bool
make_index(struct bench *b, struct err *e)
{
	OWNED(match_builder) to = match_builder_new(UINT64_MAX, e);
	OWNED_FD fd = memfd_create("index", MFD_CLOEXEC);
	struct match_index_list list;
	int64_t begin = clock_ms();

	if (to == NULL)
		return false;
	if (fd == -1)
		return err_sys(e, "match bench");
	match_index_list_init(&list, 0);
	if (!match_builder_list(to, &list, e))
		return false;
	for (size_t i = 0; i < b->n; i++) {
		const void *p = b->rows + 4 * i;

		if (!match_builder_add(
			to, HASH_PDQ, (str){p, 32}, 0, (uint32_t)i, e))
			return false;
	}
	if (!match_builder_write(to, fd, 1, e))
		return false;
	b->build_s = seconds_since(begin);
	begin = clock_ms();
	b->index = match_index_open(fd, MATCH_INDEX_COPIED, e);
	if (b->index == NULL)
		return false;
	b->open_s = seconds_since(begin);
	b->bytes_each = (double)match_index_bytes(b->index) / (double)b->n;
	return true;
}

static void
measure_scan(struct bench *b)
{
	const struct scan_ops *ops = scan_ops_best();
	int64_t begin = clock_ms();
	uint32_t found[256];
	size_t n = 0;

	while (clock_ms() - begin < ROUND_MS && n < BULK) {
		size_t from = 0;

		while (from < b->n)
			(void)ops->rows(b->rows, 4, &from, b->n,
			    b->queries + 4 * n, RADIUS, found, 256);
		n++;
	}
	b->scan_us = seconds_since(begin) * 1e6 / (double)n;
}

typedef bool (*searching)(const struct match_index *, enum hash_kind,
    const uint8_t *, size_t, const struct match_index_scope *,
    struct match_index_hits *, struct err *);

/* Microseconds of a query, `at_once` in one call. */
static bool
measure(struct bench *b, searching search, size_t at_once, double *ret,
    struct err *e)
{
	CLEANUP(match_index_hits_done)
	struct match_index_hits hits = MATCH_INDEX_HITS(HITS_MAX);
	int64_t begin = clock_ms();
	size_t n = 0;

	while (clock_ms() - begin < ROUND_MS) {
		const void *q = b->queries + 4 * (n % (BULK - at_once + 1));

		hits.n = 0;
		if (!search(b->index, HASH_PDQ, q, at_once, NULL, &hits, e))
			return false;
		n += at_once;
	}
	*ret = seconds_since(begin) * 1e6 / (double)n;
	return true;
}

static void
say(const struct bench *b, const struct cli *c)
{
	const struct {
		const char *name;
		double us;
	} v[] = {{"scan", b->scan_us}, {"single", b->single_us},
	    {"stream", b->stream_us}, {"bulk", b->bulk_us}};
	bool json = c->json;

	fprintf(c->out,
	    json ? "{\"entries\":%zu,\"loops\":\"%s\",\"build_s\":%.2f,"
		   "\"open_s\":%.2f,\"bytes_each\":%.1f"
		 : "entries\t%zu\t%s\nbuild\t%.2f s\nopen\t%.2f s\n"
		   "memory\t%.1f bytes each\n",
	    b->n, scan_ops_best()->name, b->build_s, b->open_s, b->bytes_each);
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		fprintf(c->out,
		    json ? ",\"%s_us\":%.2f,\"%s_ratio\":%.0f"
			 : "%s\t%.2f us\t%s %.0f x\n",
		    v[i].name, v[i].us, json ? v[i].name : "scan",
		    b->scan_us / v[i].us);
	fprintf(c->out, json ? "}\n" : "");
}

static bool
run_all(struct bench *b, struct err *e)
{
	b->rows = calloc(b->n, 4 * sizeof(*b->rows));
	b->queries = calloc(BULK, 4 * sizeof(*b->queries));
	if (b->rows == NULL || b->queries == NULL)
		return err_sys(e, "match bench");
	for (size_t i = 0; i < 4 * b->n; i++)
		b->rows[i] = next(b);
	make_queries(b);
	if (!make_index(b, e))
		return false;
	measure_scan(b);
	return measure(b, match_index_query, 1, &b->single_us, e) &&
	       measure(b, match_index_query, STREAM, &b->stream_us, e) &&
	       measure(b, match_index_join, BULK, &b->bulk_us, e);
}

static bool
run(struct cli *c, struct err *e)
{
	struct bench b = {.n = ENTRIES, .seed = 88172645463325252u};
	const char *text = cli_option(c, "entries");
	int64_t n;
	bool done;

	if (text != NULL) {
		if (!num_i64(str_c(text), 1, ENTRIES_MAX, &n))
			return err_set(
			    e, ERR_INPUT, "no such number: %s", text);
		b.n = (size_t)n;
	}
	done = run_all(&b, e);
	if (done)
		say(&b, c);
	match_index_free(b.index);
	free(b.rows);
	free(b.queries);
	return done;
}

const struct command cmd_match_bench = {
    .name = "match bench",
    .args = "",
    .help = "Measure a search of made-up hashes within 31 bits on this "
	    "machine, beside a scan of all of them.",
    .need = CLI_NOTHING,
    .run = run,
    .options = {{"entries", "N", "how many hashes, a million unless given"}},
};
