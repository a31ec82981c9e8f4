/* A video taken in, in seconds of processor: all of it, and apart the decode
 * alone and what its hashes add, and a look between its stills.  usage:
 * bench_take FILE.  One line: take decode pdq tmk digest between */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "hash/digest.h"
#include "hash/query.h"
#include "video/between.h"
#include "video/reader.h"
#include "video/take.h"

static _Noreturn void
give_up(const struct err *e)
{
	fprintf(stderr, "%s: %s\n", e->where, e->msg);
	exit(EXIT_FAILURE);
}

static double
used(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int
fresh(void)
{
	int fd = memfd_create("bench", MFD_CLOEXEC);

	if (fd == -1)
		abort();
	return fd;
}

static void
encrypt(int from, int to, const struct key *key)
{
	struct err e;
	OWNED(blob_writer) w = blob_writer_new(to, key, &e);
	static char chunk[BLOB_CHUNK];
	int64_t bytes;
	ssize_t n;

	if (w == NULL)
		give_up(&e);
	while ((n = read(from, chunk, sizeof(chunk))) > 0)
		if (!blob_write(w, chunk, (size_t)n, &e))
			give_up(&e);
	if (!blob_finish(w, &bytes, &e))
		give_up(&e);
}

static void
take(int file)
{
	struct video_take job = {.hypotheses = QUERY_DEFAULT};
	struct take_result r;
	int fd[VIDEO_TAKE_FDS];
	struct err e = {0};

	for (size_t i = 0; i < VIDEO_TAKE_FDS; i++)
		fd[i] = fresh();
	encrypt(file, fd[0], &job.original);
	if (!video_take(&job, fd, NULL, NULL, &r, &e))
		give_up(&e);
	if (r.said.verdict != MEDIA_OK || r.said.side[2].bytes == 0) {
		fprintf(stderr, "not taken: %u\n", r.said.verdict);
		exit(EXIT_FAILURE);
	}
	take_result_done(&r);
	for (size_t i = 0; i < VIDEO_TAKE_FDS; i++)
		(void)close(fd[i]);
}

static void
decode(int file)
{
	struct video_source source = video_source_plain(file);
	OWNED(video_reader) r = NULL;
	enum media_verdict verdict;
	AVFrame *f;
	struct err e;

	if (!video_reader_open(&source, &reader_rules_hash, &r, &verdict, &e) ||
	    verdict != MEDIA_OK)
		give_up(&e);
	do
		if (!video_reader_next(r, &f, &e))
			give_up(&e);
	while (f != NULL);
}

static void
hash(int file, enum video_alg alg)
{
	const struct video_job job = {.alg = (uint8_t)alg,
	    .every = alg == VIDEO_PDQ ? VIDEO_TAKE_EVERY : 0,
	    .hypotheses = alg == VIDEO_PDQ ? QUERY_DEFAULT : 0};
	CLEANUP(video_result_done) struct video_result r = {0};
	struct err e;

	if (!video_hash(file, &job, NULL, NULL, &r, &e))
		give_up(&e);
}

static void
pdq(int file)
{
	hash(file, VIDEO_PDQ);
}

static void
tmk(int file)
{
	hash(file, VIDEO_TMK);
}

static void
digest(int file)
{
	uint8_t value[DIGEST_KINDS][DIGEST_BYTES_MAX];
	static char chunk[BLOB_CHUNK];
	struct err e;
	OWNED(digest) d = digest_new(&e);
	ssize_t n;

	while ((n = read(file, chunk, sizeof(chunk))) > 0)
		if (!digest_add(d, chunk, (size_t)n, &e))
			give_up(&e);
	if (!digest_end(d, value, &e))
		give_up(&e);
}

/* With a still at its start. */
static void
between(int file)
{
	static struct video_between job = {.there.n_stills = 1};
	struct between_result r;
	struct err e = {0};
	int fd = fresh();

	encrypt(file, fd, &job.original);
	if (!video_between(&job, fd, NULL, NULL, &r, &e))
		give_up(&e);
	between_result_done(&r);
	(void)close(fd);
}

int
main(int argc, char **argv)
{
	static void (*const steps[])(int) = {
	    take, decode, pdq, tmk, digest, between};
	int file = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	struct err e;

	if (file == -1 || !crypto_init(&e))
		return EXIT_FAILURE;
	video_init();
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		double before = used();

		if (lseek(file, 0, SEEK_SET) != 0)
			return EXIT_FAILURE;
		steps[i](file);
		printf("%.3f%c", used() - before, i == 5 ? '\n' : ' ');
	}
	return 0;
}
