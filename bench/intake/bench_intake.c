/*
 * bench_intake — one JPEG, n times through the whole intake, in one process:
 *
 *	bench_intake [-o PREFIX] FILE [N]
 *
 * Prints one line: median milliseconds of wall clock, of processor time, and
 * the bytes of the three renditions.  -o writes them, to be looked at.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "media/intake.h"
#include "media/rendition.h"

#define RUNS_MAX 1000

static const struct intake_wish wish = {
    .side = {2048, 1024, 320}, .marked = true};

static double
ms_of(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_size);
	return v[n / 2];
}

static bool
read_all(const char *path, struct buf *ret)
{
	OWNED_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	char piece[65536];
	ssize_t n = -1;

	while (fd >= 0 && (n = read(fd, piece, sizeof(piece))) > 0)
		buf_put(ret, piece, (size_t)n);
	return fd >= 0 && n == 0 && !ret->full;
}

static bool
write_one(const char *prefix, uint32_t side, const struct buf *rendition)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(RENDITION_MAX);
	char path[512];
	struct err e;
	FILE *f;
	bool ok;

	if (!rendition_jpeg(buf_view(rendition), false, &b, &e))
		return false;

	(void)snprintf(path, sizeof(path), "%s-%u.jpg", prefix, side);
	f = fopen(path, "wb");
	if (f == NULL)
		return false;
	ok = fwrite(b.p, 1, b.n, f) == b.n;
	return fclose(f) == 0 && ok;
}

static bool
run(str bytes, const char *prefix, double *ret_ms, double *ret_cpu,
    struct intake *ret_sizes)
{
	struct intake t;
	struct err e = {0};
	double wall = ms_of(CLOCK_MONOTONIC);
	double cpu = ms_of(CLOCK_PROCESS_CPUTIME_ID);
	bool ok = intake_run(bytes, &wish, &t, &e);

	*ret_ms = ms_of(CLOCK_MONOTONIC) - wall;
	*ret_cpu = ms_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	if (!ok || t.done.verdict != MEDIA_OK) {
		(void)fprintf(stderr, "bench_intake: %s\n",
		    ok ? media_verdict_word(t.done.verdict) : e.msg);
		return false;
	}
	for (size_t i = 0; prefix != NULL && i < MEDIA_SIDES; i++)
		ok = ok && write_one(prefix, wish.side[i], &t.rendition[i]);
	*ret_sizes = t;
	intake_done(&t);
	return ok;
}

int
main(int argc, char **argv)
{
	CLEANUP(buf_done) struct buf in = BUF_MAX(INTAKE_BYTES_MAX);
	static double ms[RUNS_MAX], cpu[RUNS_MAX];
	const char *prefix = NULL;
	struct intake t = {0};
	struct err e;
	int64_t n = 15;

	if (argc > 2 && strcmp(argv[1], "-o") == 0) {
		prefix = argv[2];
		argc -= 2, argv += 2;
	}
	if (argc < 2 || (argc > 2 && !num_i64(str_c(argv[2]), 1, RUNS_MAX, &n)))
		return 2;
	if (!read_all(argv[1], &in) || !intake_init(&e))
		return 1;
	for (int64_t i = 0; i < n; i++)
		if (!run(buf_view(&in), i == 0 ? prefix : NULL, &ms[i], &cpu[i],
			&t))
			return 1;
	(void)printf("%.1f %.1f %u %u %u\n", median(ms, (size_t)n),
	    median(cpu, (size_t)n), t.done.picture[0].bytes,
	    t.done.picture[1].bytes, t.done.picture[2].bytes);
	return 0;
}
