/*
 * bench_jpeg [SECONDS [FILE]] — from a JPEG to its PDQ against decoding it
 * alone with libjpeg-turbo, turn by turn in one run, medians of processor time.
 * Without a file a picture of 4000 x 3000 is drawn and saved with quality 85
 * and 4:2:0.
 *
 * The hash is of all decoded pixels, as everybody's: nothing is scaled.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <jpeglib.h>

#include "base/buf.h"
#include "hash/hash.h"

#define WIDTH 4000
#define HEIGHT 3000
#define RUNS_MAX 1000
#define FILE_MAX ((size_t)64 << 20)

enum column { DECODE, PDQ, ALL, COLUMNS };

static const char *const names[COLUMNS] = {
    "decode", "decode and pdq", "decode and every usual hash"};

static struct bench {
	unsigned char *jpeg;
	size_t jpeg_bytes;
	uint8_t *pixels;
	struct pixels px;
	void *work;
	size_t work_bytes;
	double us[COLUMNS][RUNS_MAX];
	size_t n;
} b;

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Soft waves with some noise, in three colours. */
static void
draw_row(uint32_t y, uint8_t *row)
{
	static uint32_t seed = 1;

	for (uint32_t x = 0; x < WIDTH; x++)
		for (uint32_t c = 0; c < 3; c++) {
			seed = seed * 1664525 + 1013904223;
			row[3 * x + c] = (uint8_t)((x / (5 + c) * y / 900 +
						       (x * x + y * y) / 40000 +
						       (seed >> 28)) &
						   0xff);
		}
}

static void
encode(void)
{
	struct jpeg_compress_struct j;
	struct jpeg_error_mgr errors;
	unsigned long n = 0;
	uint8_t *row = malloc((size_t)WIDTH * 3);

	if (row == NULL)
		exit(EXIT_FAILURE);
	j.err = jpeg_std_error(&errors);
	jpeg_create_compress(&j);
	jpeg_mem_dest(&j, &b.jpeg, &n);
	j.image_width = WIDTH;
	j.image_height = HEIGHT;
	j.input_components = 3;
	j.in_color_space = JCS_RGB;
	jpeg_set_defaults(&j);
	jpeg_set_quality(&j, 85, TRUE);
	jpeg_start_compress(&j, TRUE);
	for (uint32_t y = 0; y < HEIGHT; y++) {
		draw_row(y, row);
		(void)jpeg_write_scanlines(&j, &row, 1);
	}
	jpeg_finish_compress(&j);
	jpeg_destroy_compress(&j);
	free(row);
	b.jpeg_bytes = n;
}

static void
read_jpeg(const char *name)
{
	FILE *in = fopen(name, "rbe");

	b.jpeg = malloc(FILE_MAX);
	if (in == NULL || b.jpeg == NULL)
		exit(EXIT_FAILURE);
	b.jpeg_bytes = fread(b.jpeg, 1, FILE_MAX, in);
	fclose(in);
}

static void
decode(void)
{
	struct jpeg_decompress_struct j;
	struct jpeg_error_mgr errors;

	j.err = jpeg_std_error(&errors);
	jpeg_create_decompress(&j);
	jpeg_mem_src(&j, b.jpeg, b.jpeg_bytes);
	(void)jpeg_read_header(&j, TRUE);
	(void)jpeg_start_decompress(&j);
	b.px = (struct pixels){b.pixels, j.output_width, j.output_height,
	    (uint32_t)j.output_components,
	    (size_t)j.output_width * (size_t)j.output_components};
	if (b.pixels == NULL) {
		b.pixels = malloc(b.px.stride * b.px.height);
		b.px.p = b.pixels;
	}
	if (b.pixels == NULL)
		exit(EXIT_FAILURE);
	while (j.output_scanline < j.output_height) {
		JSAMPROW row =
		    b.pixels + (size_t)j.output_scanline * b.px.stride;

		(void)jpeg_read_scanlines(&j, &row, 1);
	}
	(void)jpeg_finish_decompress(&j);
	jpeg_destroy_decompress(&j);
}

static void
run_one(enum column c)
{
	static struct hash_all all;
	struct pdq_block block;
	struct pdq_hash h;
	struct err e;

	decode();
	if (c == PDQ) {
		if (!pdq_block(&b.px, PDQ_CORE, false, b.work, b.work_bytes,
			&block, &e))
			exit(EXIT_FAILURE);
		h = pdq_of_block(&block, PDQ_ORIGINAL);
		if ((h.w[0] | h.w[1] | h.w[2] | h.w[3]) == 0)
			exit(EXIT_FAILURE);
	}
	if (c == ALL && !hash_all(&b.px, PDQ_CORE, HASH_ALL_USUAL, b.work,
			    b.work_bytes, &all, &e))
		exit(EXIT_FAILURE);
}

static int
by_value(const void *a, const void *c)
{
	double x = *(const double *)a, y = *(const double *)c;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	double end, seconds = argc > 1 ? strtod(argv[1], NULL) : 5, alone = 0;

	if (argc > 2)
		read_jpeg(argv[2]);
	else
		encode();
	decode();
	b.work_bytes = hash_all_work_bytes(b.px.width, b.px.height);
	b.work_bytes = (b.work_bytes + 63) / 64 * 64;
	b.work = aligned_alloc(HASH_ALL_ALIGN, b.work_bytes);
	if (b.work == NULL)
		return EXIT_FAILURE;
	end = now_us() + seconds * 1e6;
	for (; (b.n < 5 || now_us() < end) && b.n < RUNS_MAX; b.n++)
		for (int c = 0; c < COLUMNS; c++) {
			double begin = now_us();

			run_one((enum column)c);
			b.us[c][b.n] = now_us() - begin;
		}
	printf("%u x %u, %zu bytes", b.px.width, b.px.height, b.jpeg_bytes);
	for (int c = 0; c < COLUMNS; c++) {
		double us;

		qsort(b.us[c], b.n, sizeof(double), by_value);
		us = b.us[c][b.n / 2];
		alone = c == DECODE ? us : alone;
		printf("\t%s %.1f ms, %.2f x", names[c], us / 1e3, us / alone);
	}
	printf("\n");
	return EXIT_SUCCESS;
}
