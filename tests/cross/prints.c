/*
 * prints [PICTURES] — what every kind of loops this processor can run makes of
 * the same generated pictures and values, as one number a kind: « pdq plain
 * 0123… ».  Whoever compares the lines of two processors compares all bits of
 * transforms, hashes, qualities and matches.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash/pdq_ops.h"
#include "hash/phash_plan.h"
#include "hash/tmk.h"
#include "match/scan_ops.h"

#define SIDE_MAX 300
#define WORK_BYTES ((size_t)16 << 20)
#define ROWS 20000

static uint64_t seed;
static uint8_t pixels[SIDE_MAX * SIDE_MAX * 3];
static uint64_t rows[ROWS][4];
static void *work;

static uint32_t
next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32);
}

static uint64_t
mix(uint64_t print, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		print = (print ^ p[i]) * 0x100000001b3u;
	return print;
}

/* Every eighth is larger; noise, slopes, boards, flat, nearly flat, rings. */
static struct pixels
draw(void)
{
	uint32_t most = next() % 8 == 0 ? SIDE_MAX : 100;
	uint32_t kind = next() % 6, level = next(), step = 1 + next() % 9;
	uint32_t channels = next() % 2 == 0 ? 1 : 3;
	uint32_t width = 5 + next() % (most - 5),
		 height = 5 + next() % (most - 5);
	struct pixels px = {
	    pixels, width, height, channels, (size_t)width * channels};

	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < px.stride; x++) {
			uint32_t noise = next();
			uint32_t v[] = {noise, x * step + y,
			    (x / step + y / step) % 2 * 255, level,
			    level + (noise & 1), x * x / step + y * y};

			pixels[y * px.stride + x] = (uint8_t)v[kind];
		}
	return px;
}

static void
print_pdq(const struct pdq_ops *ops, long pictures)
{
	static struct tmk tmk;
	static uint8_t file[TMK_BYTES];
	uint64_t print = 0xcbf29ce484222325u;
	struct err e;

	seed = 88172645463325252u;
	tmk_begin(&tmk);
	for (long i = 0; i < pictures; i++) {
		struct pixels px = draw();
		struct pdq_hash h[PDQ_TURNS];
		struct pdq_block b;

		pdq_block_with(ops, &px, (enum pdq_pipeline)(i % PDQ_PIPELINES),
		    i % 2 == 0, work, &b);
		pdq_all_of_block(&b, h);
		print = mix(print, b.transform, sizeof(b.transform));
		print = mix(print, &b.quality, sizeof(b.quality));
		print = mix(print, h, sizeof(h));
		if (i % 16 == 0 && !tmk_add(&tmk, b.transform, &e))
			exit(EXIT_FAILURE);
	}
	tmk_end(&tmk);
	tmk_write(&tmk, file);
	printf("pdq %s %016llx\n", ops->name, (unsigned long long)print);
	printf("tmk %s %016llx\n", ops->name,
	    (unsigned long long)mix(print, file, sizeof(file)));
}

static void
print_small(const struct phash_ops *ops, long pictures)
{
	uint64_t print = 0xcbf29ce484222325u;

	seed = 88172645463325252u;
	for (long i = 0; i < pictures; i++) {
		struct pixels px = draw();
		struct phash small[PHASH_KINDS];

		memset(small, 0, sizeof(small));
		phash_all_with(ops, &px, PHASH_ALL, work, small);
		for (int k = 0; k < PHASH_KINDS; k++)
			print = mix(print, small[k].bytes, small[k].bits / 8);
	}
	printf("small %s %016llx\n", ops->name, (unsigned long long)print);
}

/* Rows near each other, and runs of their 16-bit parts. */
static void
print_scan(const struct scan_ops *ops)
{
	static uint16_t parts[ROWS + 64];
	uint64_t print = 0xcbf29ce484222325u;
	uint32_t found[512];

	for (unsigned limit = 0; limit < 40; limit++) {
		struct scan_run run[2] = {{3, 3 + limit}, {100, ROWS}};
		size_t n = 2, got;

		for (size_t from = 0; from < ROWS;) {
			got = ops->rows(rows[0], 4, &from, ROWS,
			    rows[limit * 7], limit, found, 512);
			print = mix(print, found, got * sizeof(found[0]));
		}
		for (size_t i = 0; i < ROWS; i++)
			parts[i] = (uint16_t)rows[i][0];
		got = ops->runs(
		    parts, run, &n, parts[limit], limit % 5, found, 512);
		print = mix(print, found, got * sizeof(found[0]));
		print = mix(print, &n, 1);
	}
	printf("scan %s %016llx\n", ops->name, (unsigned long long)print);
}

static void
make_rows(void)
{
	seed = 88172645463325252u;
	for (size_t i = 0; i < ROWS; i++)
		for (int w = 0; w < 4; w++)
			rows[i][w] = i % 3 == 0 || i == 0
					 ? (uint64_t)next() << 32 | next()
					 : rows[i - 1][w] ^ (uint64_t)1
								<< next() % 64;
}

int
main(int argc, char **argv)
{
	long pictures = argc > 1 ? strtol(argv[1], NULL, 10) : 2000;
	const struct pdq_ops *pdq[PDQ_OPS_KINDS];
	const struct phash_ops *small[PHASH_OPS_KINDS];
	const struct scan_ops *scan[SCAN_OPS_KINDS];
	size_t n_pdq = pdq_ops_all(pdq), n_small = phash_ops_all(small);
	size_t n_scan = scan_ops_all(scan);

	work = aligned_alloc(64, WORK_BYTES);
	if (work == NULL || pdq_work_bytes(SIDE_MAX, SIDE_MAX) > WORK_BYTES ||
	    phash_work_bytes(SIDE_MAX, SIDE_MAX) > WORK_BYTES)
		return EXIT_FAILURE;
	make_rows();
	for (size_t i = 0; i < n_pdq; i++)
		print_pdq(pdq[i], pictures);
	for (size_t i = 0; i < n_small; i++)
		print_small(small[i], pictures);
	for (size_t i = 0; i < n_scan; i++)
		print_scan(scan[i]);
	return EXIT_SUCCESS;
}
