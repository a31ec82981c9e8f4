/*
 * bench_video FILE [ROUNDS] [light] [frames] — TMK of a video against decoding
 * it alone, turn by turn in one run and one thread: minima and medians of
 * processor time, and the medians of the rounds' ratios.  « frames »: also a
 * frame each second by vPDQ, and as intake asks about it (in eight turns, then
 * by every hypothesis too).  Where FILE does not exist yet it is made, by
 * video_make.h: as a telephone films, or « light ».
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/own.h"
#include "hash/query.h"
#include "video/video.h"
#include "video_make.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include "video/reader.h"
#pragma GCC diagnostic pop

#define ROUNDS_MAX 101

enum column { DECODE, TMK, FRAMES, COLUMNS = 5 };

static const struct {
	const char *name;
	struct video_job job; /* not of DECODE */
} columns[COLUMNS] = {
    [DECODE] = {"decode"},
    [TMK] = {"and tmk", {.alg = VIDEO_TMK}},
    [FRAMES] = {"and vpdq", {.alg = VIDEO_VPDQ, .every = 1}},
    {"and pdq, turned", {.alg = VIDEO_PDQ, .every = 1}},
    {"and pdq, supposed",
	{.alg = VIDEO_PDQ, .every = 1, .hypotheses = QUERY_DEFAULT}},
};

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static _Noreturn void
give_up(const struct err *e)
{
	fprintf(stderr, "%s: %s\n", e->where, e->msg);
	exit(EXIT_FAILURE);
}

/* Returns frames. */
static uint32_t
decode(int fd)
{
	struct video_source source = video_source_plain(fd);
	OWNED(video_reader) r = NULL;
	enum media_verdict verdict;
	uint32_t frames = 0;
	struct err e;
	AVFrame *f;

	if (!video_reader_open(&source, &reader_rules_hash, &r, &verdict, &e))
		give_up(&e);
	if (verdict != MEDIA_OK)
		exit(EXIT_FAILURE);
	for (;; frames++) {
		if (!video_reader_next(r, &f, &e))
			give_up(&e);
		if (f == NULL)
			return frames;
	}
}

static uint32_t
hash(int fd, const struct video_job *job)
{
	CLEANUP(video_result_done) struct video_result result = {0};
	struct err e;

	if (!video_hash(fd, job, NULL, NULL, &result, &e))
		give_up(&e);
	if (result.verdict != MEDIA_OK)
		exit(EXIT_FAILURE);
	return result.decoded;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	return v[n / 2];
}

/* Least and median of one column, and the median of its ratios to DECODE. */
static void
report(double ms[COLUMNS][ROUNDS_MAX], int column, size_t rounds)
{
	double ratio[ROUNDS_MAX], own[ROUNDS_MAX], base[ROUNDS_MAX];
	double middle, least;

	for (size_t i = 0; i < rounds; i++) {
		own[i] = ms[column][i];
		base[i] = ms[DECODE][i];
		ratio[i] = own[i] / base[i];
	}
	middle = median(own, rounds) / median(base, rounds);
	least = own[0] / base[0];
	printf("%s\tleast %.0f ms, median %.0f ms", columns[column].name,
	    own[0], own[rounds / 2]);
	if (column != DECODE)
		printf(", ratio of least %.3f, of medians %.3f, median of %zu "
		       "%.3f",
		    least, middle, rounds, median(ratio, rounds));
	putchar('\n');
}

static bool
make_or_find(const char *file, enum video_scene scene)
{
	struct stat s;

	if (access(file, F_OK) != 0 && !video_make(file, scene))
		return false;
	if (stat(file, &s) != 0)
		return false;
	printf("file\t%.2f Mb/s\n", (double)s.st_size * 8 / 60 / 1e6);
	return true;
}

static double
time_of(const char *file, int column)
{
	OWNED_FD fd = open(file, O_RDONLY | O_CLOEXEC);
	double begin = now_ms();

	(void)(column == DECODE ? decode(fd) : hash(fd, &columns[column].job));
	return now_ms() - begin;
}

static bool
has(int argc, char **argv, const char *word)
{
	for (int i = 3; i < argc; i++)
		if (strcmp(argv[i], word) == 0)
			return true;
	return false;
}

int
main(int argc, char **argv)
{
	double ms[COLUMNS][ROUNDS_MAX];
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 5;
	int n = has(argc, argv, "frames") ? COLUMNS : FRAMES;

	video_init();
	if (argc < 2 || rounds == 0 || rounds > ROUNDS_MAX ||
	    !make_or_find(
		argv[1], has(argc, argv, "light") ? SCENE_LIGHT : SCENE_CAMERA))
		return EXIT_FAILURE;
	for (size_t i = 0; i < rounds; i++)
		for (int c = 0; c < n; c++)
			ms[c][i] = time_of(argv[1], c);
	for (int c = 0; c < n; c++)
		report(ms, c, rounds);
	return EXIT_SUCCESS;
}
