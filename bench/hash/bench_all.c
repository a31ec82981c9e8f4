/*
 * bench_all [SECONDS] — every hash of a picture against PDQ alone, turn by turn
 * in one run, medians of processor time and, where neighbours disturb, the
 * ratio of the least: « usual » are the kinds that lists hold with all eight
 * turns of PDQ, « every » the ten small ones.  Then the small ones by
 * themselves, and the digests of a file of as many bytes as a JPEG of it has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hash/hash.h"

#define RUNS_MAX 20000

enum column { PDQ_ALONE, USUAL, EVERY, SMALL, DIGESTS, COLUMNS };

static const char *const names[COLUMNS] = {
    "pdq", "usual", "every", "small alone", "digests"};

struct bench {
	struct pixels px;
	uint8_t *pixels;
	void *work;
	size_t work_bytes;
	double us[COLUMNS][RUNS_MAX];
	size_t n;
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Soft waves with some noise. */
static void
draw(struct bench *b)
{
	uint32_t seed = 1;

	for (size_t y = 0; y < b->px.height; y++)
		for (size_t x = 0; x < b->px.stride; x++) {
			seed = seed * 1664525 + 1013904223;
			b->pixels[y * b->px.stride + x] =
			    (uint8_t)((x / 9 * y / 7 + (seed >> 26)) & 0xff);
		}
}

static bool
digest(const struct bench *b, struct err *e)
{
	uint8_t bytes[DIGEST_KINDS][DIGEST_BYTES_MAX];
	OWNED(digest) d = digest_new(e);

	return d != NULL &&
	       digest_add(d, b->pixels,
		   (size_t)b->px.width * b->px.height * 3 / 20, e) &&
	       digest_end(d, bytes, e);
}

static bool
run_one(struct bench *b, enum column c, struct err *e)
{
	static struct hash_all all;
	struct pdq_block block;
	struct pdq_hash h;

	switch (c) {
	case PDQ_ALONE:
		if (!pdq_block(&b->px, PDQ_CORE, false, b->work, b->work_bytes,
			&block, e))
			return false;
		h = pdq_of_block(&block, PDQ_ORIGINAL);
		return (h.w[0] | h.w[1]) != 0;
	case USUAL:
		return hash_all(&b->px, PDQ_CORE, HASH_ALL_USUAL, b->work,
		    b->work_bytes, &all, e);
	case EVERY:
		return hash_all(&b->px, PDQ_CORE, PHASH_ALL, b->work,
		    b->work_bytes, &all, e);
	case SMALL:
		return phash_all(&b->px, HASH_ALL_USUAL, b->work, b->work_bytes,
		    all.small, e);
	default:
		return digest(b, e);
	}
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
measure(struct bench *b, uint32_t width, uint32_t height, double seconds)
{
	double end = now_us() + seconds * 1e6, pdq = 0, least = 0;
	struct err e;

	b->px = (struct pixels){b->pixels, width, height, 3, (size_t)width * 3};
	draw(b);
	for (b->n = 0; (b->n < 9 || now_us() < end) && b->n < RUNS_MAX; b->n++)
		for (int c = 0; c < COLUMNS; c++) {
			double begin = now_us();

			if (!run_one(b, (enum column)c, &e))
				exit(EXIT_FAILURE);
			b->us[c][b->n] = now_us() - begin;
		}
	printf("%u x %u", width, height);
	for (int c = 0; c < COLUMNS; c++) {
		double us;

		qsort(b->us[c], b->n, sizeof(double), by_value);
		us = b->us[c][b->n / 2];
		pdq = c == PDQ_ALONE ? us : pdq;
		least = c == PDQ_ALONE ? b->us[c][0] : least;
		printf("\t%s %.1f us, %.2f x (least %.2f x)", names[c], us,
		    us / pdq, b->us[c][0] / least);
	}
	printf("\n");
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	static struct bench b;
	static const uint32_t sizes[][2] = {
	    {64, 64}, {512, 512}, {1024, 768}, {1920, 1080}, {4000, 3000}};
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 2;

	b.pixels = malloc((size_t)4000 * 3000 * 3);
	b.work_bytes = (size_t)64 << 20;
	b.work = aligned_alloc(HASH_ALL_ALIGN, b.work_bytes);
	if (b.pixels == NULL || b.work == NULL)
		return EXIT_FAILURE;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		measure(&b, sizes[i][0], sizes[i][1], seconds);
	return EXIT_SUCCESS;
}
