/*
 * bench_publication — a photo from its bytes to what is stored of it, as plain
 * renditions and as segmented ones:
 *
 *	bench_publication FOLDER FILE [ROUNDS]
 *
 * Three ways in turns, in one process.  All of them decode the JPEG once, hash
 * it, make 2048, 1024 and 320 px, and write the original and the three,
 * encrypted and synced, into FOLDER.  « plain »: by libjpeg, as it would be
 * without segments.  « segmented »: the intake as it is, with marks.
 * « covered »: this, and then four regions drawn into each of the three, as
 * happens when a photo with faces is published.  Prints medians of wall clock
 * and processor time, their ratio to plain, and the ratio of each round.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "media/decode.h"
#include "media/fit.h"
#include "media/intake.h"
#include "media/jpegout.h"
#include "media/rendition.h"
#include "store/blob.h"

#define ROUNDS_MAX 200
#define WAYS 3

static const uint32_t sides[MEDIA_SIDES] = {2048, 1024, 320};
static const int qualities[MEDIA_SIDES] = {82, 80, 75};
static const char *const names[WAYS] = {"plain", "segmented", "covered"};
static const struct segment_region faces[] = {{0, 9000, 20000, 14000, 28000},
    {1, 24000, 18000, 29000, 26000}, {2, 40000, 22000, 44000, 29000},
    {3, 52000, 20000, 58000, 30000}};
#define FACES (sizeof(faces) / sizeof(faces[0]))

struct took {
	double wall, cpu;
};

static struct took took[WAYS][ROUNDS_MAX];
static int folder;
static str original;

/* ---- what all have in common ---- */

static bool
store(str bytes, struct err *e)
{
	static const struct key key = {{1, 2, 3}};
	OWNED_FD fd = openat(
	    folder, "blob", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	OWNED(blob_writer) w = NULL;
	int64_t n;

	if (fd == -1)
		return err_sys(e, "blob");
	w = blob_writer_new(fd, &key, e);
	return w != NULL && blob_write(w, bytes.p, bytes.n, e) &&
	       blob_finish(w, &n, e) && unlinkat(folder, "blob", 0) == 0;
}

static bool
store_all(const struct buf rendition[MEDIA_SIDES], struct err *e)
{
	if (!store(original, e))
		return false;
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		if (!store(buf_view(&rendition[i]), e))
			return false;
	return true;
}

/* ---- the ways ---- */

static bool
shrink_and_encode(
    struct decoded *d, struct buf rendition[MEDIA_SIDES], struct err *e)
{
	if (!planes_halve_chroma(&d->planes, e))
		return false;
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		struct planes smaller;
		uint32_t w, h;

		fit_size(d->width, d->height, sides[i], &w, &h);
		if (w != d->planes.width || h != d->planes.height) {
			if (!fit_shrink(&d->planes, w, h, &smaller, e))
				return false;
			planes_done(&d->planes);
			d->planes = smaller;
		}
		rendition[i] = BUF_MAX(RENDITION_MAX);
		if (!jpegout(&d->planes, qualities[i], &rendition[i], e))
			return false;
	}
	return true;
}

static bool
plain(struct buf rendition[MEDIA_SIDES], struct err *e)
{
	struct container box = container_read(MEDIA_FORMAT_JPEG, original);
	OWNED(hashing) hashing = hashing_new(0, QUERY_DEFAULT, e);
	OWNED(beside) beside = beside_new();
	struct decoded d = {
	    .exif.orientation = 1, .hashing = hashing, .beside = beside};
	struct hashing_rest rest = {.hashing = hashing, .bytes = original};
	bool other = false;
	bool done = hashing != NULL &&
		    jpegin(original, &box, sides[0], &d, &other, e) && !other &&
		    d.verdict == MEDIA_OK;

	if (done) {
		rest.frame = d.still;
		beside_do(beside, hashing_rest, &rest);
		done = shrink_and_encode(&d, rendition, e);
		beside_wait(beside);
		done = done && rest.done;
	}
	decoded_done(&d);
	return done;
}

static bool
segmented(struct buf rendition[MEDIA_SIDES], struct err *e)
{
	struct intake_wish wish = {.side = {2048, 1024, 320}, .marked = true};
	struct intake t;

	if (!intake_run(original, &wish, &t, e))
		return false;
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		rendition[i] = t.rendition[i];
		t.rendition[i] = (struct buf){0};
	}
	intake_done(&t);
	return true;
}

static bool
covered(struct buf rendition[MEDIA_SIDES], struct err *e)
{
	if (!segmented(rendition, e))
		return false;
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		struct buf other = BUF_MAX(RENDITION_MAX);

		if (!rendition_cover(
			buf_view(&rendition[i]), faces, FACES, &other, e))
			return false;
		buf_done(&rendition[i]);
		rendition[i] = other;
	}
	return true;
}

static bool (*const ways[WAYS])(struct buf *, struct err *) = {
    plain, segmented, covered};

/* ---- measuring ---- */

static double
ms_of(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool
run(size_t way, struct took *ret, struct err *e)
{
	struct buf rendition[MEDIA_SIDES] = {0};
	double wall = ms_of(CLOCK_MONOTONIC);
	double cpu = ms_of(CLOCK_PROCESS_CPUTIME_ID);
	bool done = ways[way](rendition, e) && store_all(rendition, e);

	ret->wall = ms_of(CLOCK_MONOTONIC) - wall;
	ret->cpu = ms_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		buf_done(&rendition[i]);
	return done;
}

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Of one column; of: NULL, or what it is divided by, round by round. */
static double
median(const struct took *v, const struct took *of, bool cpu, size_t n)
{
	double all[ROUNDS_MAX];

	for (size_t i = 0; i < n; i++) {
		all[i] = cpu ? v[i].cpu : v[i].wall;
		if (of != NULL)
			all[i] /= cpu ? of[i].cpu : of[i].wall;
	}
	qsort(all, n, sizeof(all[0]), by_size);
	return n % 2 == 1 ? all[n / 2] : (all[n / 2 - 1] + all[n / 2]) / 2;
}

static void
print(size_t n)
{
	(void)printf("%-10s %9s %9s %9s %9s   %s\n", "", "wall ms", "cpu ms",
	    "to plain", "in cpu", "rounds, to plain");
	for (size_t w = 0; w < WAYS; w++) {
		(void)printf("%-10s %9.1f %9.1f %9.2f %9.2f  ", names[w],
		    median(took[w], NULL, false, n),
		    median(took[w], NULL, true, n),
		    median(took[w], took[0], false, n),
		    median(took[w], took[0], true, n));
		for (size_t i = 0; i < n; i++)
			(void)printf(
			    " %.2f", took[w][i].wall / took[0][i].wall);
		(void)printf("\n");
	}
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

int
main(int argc, char **argv)
{
	CLEANUP(buf_done) struct buf in = BUF_MAX(INTAKE_BYTES_MAX);
	struct err e = {0};
	int64_t n = 9;

	if (argc < 3 ||
	    (argc > 3 && !num_i64(str_c(argv[3]), 1, ROUNDS_MAX, &n)))
		return 2;
	folder = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder == -1 || !read_all(argv[2], &in) || !intake_init(&e))
		return 1;
	original = buf_view(&in);
	for (int64_t i = -1; i < n; i++) /* the first warms up */
		for (size_t w = 0; w < WAYS; w++)
			if (!run(w, &took[w][i < 0 ? 0 : i], &e)) {
				(void)fprintf(
				    stderr, "%s: %s\n", names[w], e.msg);
				return 1;
			}
	print((size_t)n);
	return 0;
}
