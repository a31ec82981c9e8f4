/*
 * bench_build [ROWS [ROUNDS]] — the index of so many random values (10 million)
 * from the first call of the builder to the last byte in a file in memory.
 * Medians of processor time, of which the kernel's (pages given and copied) is
 * named by itself.  The first round is not counted: memory that a virtual
 * machine never used before is slow to come by.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "base/own.h"
#include "hash/kind.h"
#include "match/builder.h"

#define ROUNDS_MAX 21

struct spent {
	double user, kernel;
};

static struct spent
spent(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (struct spent){
	    (double)r.ru_utime.tv_sec + (double)r.ru_utime.tv_usec / 1e6,
	    (double)r.ru_stime.tv_sec + (double)r.ru_stime.tv_usec / 1e6};
}

static _Noreturn void
give_up(const struct err *e)
{
	fprintf(stderr, "%s: %s\n", e->where, e->msg);
	exit(EXIT_FAILURE);
}

static uint64_t *
make_rows(size_t n)
{
	uint64_t *v = aligned_alloc(64, (n * 32 + 63) / 64 * 64);
	uint64_t seed = 88172645463325252u;

	for (size_t i = 0; v != NULL && i < 4 * n; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		v[i] = seed * 0x2545f4914f6cdd1du;
	}
	return v;
}

static struct spent
build(const uint64_t *rows, size_t n)
{
	struct err e;
	OWNED_FD fd = memfd_create("index", MFD_CLOEXEC);
	struct spent before = spent(), after;
	struct match_builder *to = match_builder_new(UINT64_MAX, &e);
	struct match_index_list list;

	match_index_list_init(&list, 0);
	if (to == NULL || !match_builder_list(to, &list, &e))
		give_up(&e);
	for (size_t i = 0; i < n; i++) {
		const void *p = rows + 4 * i;

		if (!match_builder_add(
			to, HASH_PDQ, (str){p, 32}, 0, (uint32_t)i, &e))
			give_up(&e);
	}
	if (!match_builder_write(to, fd, 1, &e))
		give_up(&e);
	match_builder_free(to);
	after = spent();
	return (struct spent){
	    after.user - before.user, after.kernel - before.kernel};
}

static int
by_sum(const void *a, const void *b)
{
	const struct spent *p = a, *q = b;
	double x = p->user + p->kernel, y = q->user + q->kernel;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000000;
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 3;
	struct spent round[ROUNDS_MAX];
	uint64_t *rows = make_rows(n);

	if (rows == NULL || n == 0 || rounds == 0 || rounds > ROUNDS_MAX)
		return EXIT_FAILURE;
	(void)build(rows, n);
	for (size_t i = 0; i < rounds; i++) {
		round[i] = build(rows, n);
		printf("round\t%.2f s\n", round[i].user + round[i].kernel);
	}
	qsort(round, rounds, sizeof(round[0]), by_sum);
	printf("rows\t%zu\nbuild\t%.2f s\tof which the kernel's\t%.2f s\n", n,
	    round[rounds / 2].user + round[rounds / 2].kernel,
	    round[rounds / 2].kernel);
	free(rows);
	return EXIT_SUCCESS;
}
