/*
 * bench_pdq [SECONDS] — PDQ core of decoded pictures against the specification
 * in plain scalar C, in turns in the same run.  One line per size: median
 * microseconds of each kind of loops, and the specification over it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hash/pdq_ops.h"
#include "spec.h"

#define RUNS_MAX 4000
#define SPEC 0 /* the first of the columns */
#define COLUMNS (1 + PDQ_OPS_KINDS)

struct bench {
	struct pixels px;
	uint8_t *pixels;
	float *one, *two;
	void *work;
	const struct pdq_ops *ops[PDQ_OPS_KINDS];
	size_t n_ops;
	double us[COLUMNS][RUNS_MAX];
	size_t n[COLUMNS];
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
draw(struct bench *b)
{
	uint32_t seed = 1;

	for (uint32_t y = 0; y < b->px.height; y++)
		for (uint32_t x = 0; x < b->px.width * 3; x++) {
			float wave = 60 * sinf((float)(x * y) / 90000) +
				     50 * sinf((float)x / 200 + (float)(x % 3));

			seed = seed * 1664525 + 1013904223;
			b->pixels[y * b->px.stride + x] =
			    (uint8_t)(128 + (int)wave + (int)(seed >> 28));
		}
}

static void
run_one(struct bench *b, size_t column)
{
	struct pdq_block block;
	float transform[PDQ_BITS];
	char hex[PDQ_HEX + 1];
	int quality;
	double begin = now_us();

	if (column == SPEC) {
		spec_pdq(b->px.p, b->px.width, b->px.height, 3, true, b->one,
		    b->two, transform, hex, &quality);
	} else {
		struct pdq_hash h;

		pdq_block_with(b->ops[column - 1], &b->px, PDQ_CORE, false,
		    b->work, &block);
		h = pdq_of_block(&block, PDQ_ORIGINAL);
		pdq_text(&h, hex);
	}
	b->us[column][b->n[column]++] = now_us() - begin;
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
measure(struct bench *b, uint32_t width, uint32_t height, double seconds)
{
	double end = now_us() + seconds * 1e6, spec;

	b->px = (struct pixels){b->pixels, width, height, 3, (size_t)width * 3};
	draw(b);
	memset(b->n, 0, sizeof(b->n));
	while ((b->n[0] < 5 || now_us() < end) && b->n[1] + 8 < RUNS_MAX)
		for (size_t c = 0; c <= b->n_ops; c++)
			for (int i = 0; i < (c == SPEC ? 1 : 4); i++)
				run_one(b, c);
	spec = median(b->us[SPEC], b->n[SPEC]);
	printf("%u x %u\tspec %.1f us", width, height, spec);
	for (size_t i = 0; i < b->n_ops; i++) {
		double us = median(b->us[i + 1], b->n[i + 1]);

		printf("\t%s %.1f us, %.1f x", b->ops[i]->name, us, spec / us);
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
	size_t n = (size_t)4000 * 3000;

	b.pixels = malloc(3 * n);
	b.one = malloc(n * sizeof(float));
	b.two = malloc(n * sizeof(float));
	b.work = aligned_alloc(PDQ_WORK_ALIGN, (size_t)16 << 20);
	b.n_ops = pdq_ops_all(b.ops);
	if (b.pixels == NULL || b.one == NULL || b.two == NULL ||
	    b.work == NULL)
		return EXIT_FAILURE;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		measure(&b, sizes[i][0], sizes[i][1], seconds);
	return EXIT_SUCCESS;
}
