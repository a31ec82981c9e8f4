/*
 * bench_video FILE [ROUNDS] [light] — TMK of a video against decoding it alone,
 * turn by turn in one run and one thread: minima and medians of processor time,
 * and the median of the rounds' ratios.  Where FILE does not exist yet it is
 * made, by video_make.h: as a telephone films, or « light ».
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/own.h"
#include "video/video.h"
#include "video_make.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include "video/reader.h"
#pragma GCC diagnostic pop

#define ROUNDS_MAX 101

enum column { DECODE, TMK, COLUMNS };

static const char *const names[COLUMNS] = {"decode", "decode and tmk"};

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
	OWNED(video_reader) r = NULL;
	enum media_verdict verdict;
	uint32_t frames = 0;
	struct err e;
	AVFrame *f;

	if (!video_reader_open(fd, &r, &verdict, &e))
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
tmk(int fd)
{
	const struct video_job job = {.alg = VIDEO_TMK};
	CLEANUP(video_result_done) struct video_result result = {0};
	struct err e;

	if (!video_hash(fd, &job, NULL, NULL, &result, &e))
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

static void
report(double ms[COLUMNS][ROUNDS_MAX], size_t rounds)
{
	double ratio[ROUNDS_MAX], middle[COLUMNS];

	for (size_t i = 0; i < rounds; i++)
		ratio[i] = ms[TMK][i] / ms[DECODE][i];
	for (int c = 0; c < COLUMNS; c++) {
		middle[c] = median(ms[c], rounds);
		printf("%s\tleast %.0f ms, median %.0f ms\n", names[c],
		    ms[c][0], middle[c]);
	}
	printf("ratio\tof least %.3f, of medians %.3f, median of %zu %.3f\n",
	    ms[TMK][0] / ms[DECODE][0], middle[TMK] / middle[DECODE], rounds,
	    median(ratio, rounds));
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

int
main(int argc, char **argv)
{
	double ms[COLUMNS][ROUNDS_MAX];
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 5;

	video_init();
	if (argc < 2 || rounds == 0 || rounds > ROUNDS_MAX ||
	    !make_or_find(argv[1], argc > 3 ? SCENE_LIGHT : SCENE_CAMERA))
		return EXIT_FAILURE;
	for (size_t i = 0; i < rounds; i++)
		for (int c = 0; c < COLUMNS; c++) {
			OWNED_FD fd = open(argv[1], O_RDONLY | O_CLOEXEC);
			double begin = now_ms();

			(void)(c == DECODE ? decode(fd) : tmk(fd));
			ms[c][i] = now_ms() - begin;
		}
	report(ms, rounds);
	return EXIT_SUCCESS;
}
