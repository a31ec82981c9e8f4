/*
 * bench_swap [ROWS] — how long an answer of the match process keeps its asker
 * waiting while it takes over an index of so many random values (10 million)
 * from a file in memory: the longest and the median pause with nothing else to
 * do, and from the SWAP to its STATE.  One process, question by question.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "match/builder.h"
#include "matcher/serve.h"

#define PDQ 32
#define IDLE_QUESTIONS 2000
#define PAUSES_MAX 100000

struct pauses {
	double ms[PAUSES_MAX];
	size_t n;
};

static struct matcher *matcher;
static struct chan jobs, seat;
static char in[MATCH_BODY_MAX + 1];

static _Noreturn void
give_up(const struct err *e)
{
	fprintf(stderr, "%s: %s\n", e->where, e->msg);
	exit(EXIT_FAILURE);
}

static double
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
value(uint64_t ret[4], uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		ret[i] = seed ^ seed >> 29;
	}
}

static int
make_index(size_t n, uint64_t generation)
{
	struct match_index_list list;
	struct match_builder *to;
	struct err e;
	int fd = memfd_create("index", MFD_CLOEXEC);

	to = match_builder_new(UINT64_MAX, &e);
	match_index_list_init(&list, 1);
	if (to == NULL || !match_builder_list(to, &list, &e))
		give_up(&e);
	for (size_t i = 0; i < n; i++) {
		uint64_t v[4];
		const void *p = v;

		value(v, i);
		if (!match_builder_add(
			to, HASH_PDQ, (str){p, PDQ}, 1, (uint32_t)i, &e))
			give_up(&e);
	}
	if (!match_builder_write(to, fd, generation, &e))
		give_up(&e);
	match_builder_free(to);
	return fd;
}

static void
serve(uint8_t kind, const struct buf *b, const int *fd)
{
	struct chan_msg m;
	struct err e;

	if (!chan_send(&jobs, kind, buf_view(b), fd, fd != NULL, &e) ||
	    !chan_recv(&seat, in, sizeof(in), 0, &m, &e) ||
	    !matcher_serve(matcher, &seat, &m, &e))
		give_up(&e);
	chan_msg_done(&m);
}

static void
hear(void)
{
	struct chan_msg m;
	struct err e;

	if (!chan_recv(&jobs, in, sizeof(in), 0, &m, &e))
		give_up(&e);
	chan_msg_done(&m);
}

/* One question, and what the process does before it looks for the next. */
static void
ask(struct pauses *p, uint64_t seed)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(256);
	const struct match_query q = {.id = 1, .n_items = 1};
	uint64_t v[4];
	const void *bytes = v;
	double begin = now_ms();
	struct err e;

	value(v, seed << 32);
	match_query_write(&b, &q);
	match_item_write(&b, &(struct match_item){HASH_PDQ, 0, {bytes, PDQ}});
	serve(MATCH_QUERY, &b, NULL);
	hear();
	if (!matcher_work(matcher, &seat, &e))
		give_up(&e);
	if (p->n < PAUSES_MAX)
		p->ms[p->n++] = now_ms() - begin;
}

/* The file stays open: on a disk it still has its name then. */
static void
swap_in(int fd, uint64_t generation)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	const struct match_swap s = {1, generation};

	match_swap_write(&b, &s);
	serve(MATCH_SWAP, &b, &fd);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
say(const char *what, struct pauses *p)
{
	qsort(p->ms, p->n, sizeof(p->ms[0]), by_value);
	printf("%s\t%zu questions\tmedian %.2f ms\tlongest %.2f ms\n", what,
	    p->n, p->ms[p->n / 2], p->ms[p->n - 1]);
}

int
main(int argc, char **argv)
{
	static struct pauses idle, swapping;
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000000;
	double begin;
	struct err e;
	int fd[2];

	matcher = matcher_new(&e);
	if (matcher == NULL || n == 0 || !chan_pair(fd, &e))
		give_up(&e);
	jobs = (struct chan){fd[0], match_to_jobs};
	seat = (struct chan){fd[1], match_to_matcher};
	swap_in(make_index(n, 1), 1);
	while (matcher_is_busy(matcher))
		if (!matcher_work(matcher, &seat, &e))
			give_up(&e);
	hear();
	for (size_t i = 0; i < IDLE_QUESTIONS; i++)
		ask(&idle, i);
	fd[0] = make_index(n, 2);
	begin = now_ms();
	swap_in(fd[0], 2);
	swapping.ms[swapping.n++] = now_ms() - begin;
	for (size_t i = 0; matcher_is_busy(matcher); i++)
		ask(&swapping, i);
	begin = now_ms() - begin;
	hear();
	printf("swap\tfirst %.2f ms\tlast %.2f ms\n", swapping.ms[0],
	    swapping.ms[swapping.n - 1]);
	say("idle", &idle);
	say("swap", &swapping);
	printf("swap\t%.0f ms in all\n", begin);
	matcher_free(matcher);
	return EXIT_SUCCESS;
}
