/*
 * bench_query [DRAWN [FOLDER]] — what the hypotheses of a query find, and how
 * often they err.
 *
 * Pictures: nine kinds of scenes drawn DRAWN times each, as many clouds of
 * noise with shapes on them, and the pictures of FOLDER/pixels (the golden
 * set).  Those whose quality is under PDQ_QUALITY_MIN are left out.
 *
 * Recall: each is edited, saved as JPEG of quality 75, and looked for with all
 * eight turns under each hypothesis, alone and together with those before it.
 * Precision: each is looked for among all others; pairs that match as they are
 * (the golden set holds the same picture more than once) are left out.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <vips/vips.h>

#include "draw/draw.h"
#include "hash/hash.h"

#define PICTURES_MAX 2000
#define ARENA_MAX ((size_t)512 << 20)
#define QUALITY 75

struct turned {
	struct pdq_hash turn[PDQ_TURNS];
	bool some;
};

struct picture {
	struct pixels px;
	struct pdq_hash hash;
	struct turned by[QUERY_HYPOTHESES];
};

static struct bench {
	struct arena *arena;
	struct picture v[PICTURES_MAX];
	size_t n;
	void *work;
	size_t work_bytes;
	double us[QUERY_HYPOTHESES];
} b;

static void
die(const struct err *e)
{
	fprintf(stderr, "%s\n", e->msg);
	exit(EXIT_FAILURE);
}

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static struct pdq_block
block_of(const struct pixels *px, struct pdq_hash ret[PDQ_TURNS])
{
	size_t n = pdq_work_bytes(px->width, px->height);
	struct pdq_block block;
	struct err e;

	if (n > b.work_bytes) {
		free(b.work);
		b.work_bytes = (n + 63) / 64 * 64;
		b.work = aligned_alloc(PDQ_WORK_ALIGN, b.work_bytes);
	}
	if (!pdq_block(px, PDQ_CORE, true, b.work, b.work_bytes, &block, &e))
		die(&e);
	pdq_all_of_block(&block, ret);
	return block;
}

static void
look_with(struct arena *a, const struct pixels *px, struct turned *ret)
{
	for (int h = 0; h < QUERY_HYPOTHESES; h++) {
		double begin = now_us();
		struct pixels made;
		struct err e;

		if (!query_pixels(a, px, (enum query_hypothesis)h, &made,
			&ret[h].some, &e))
			die(&e);
		if (ret[h].some)
			ret[h].some = block_of(&made, ret[h].turn).quality >=
				      PDQ_QUALITY_MIN;
		b.us[h] += now_us() - begin;
	}
}

static bool
finds(const struct turned *q, const struct pdq_hash *hash)
{
	for (int t = 0; q->some && t < PDQ_TURNS; t++)
		if (pdq_distance(&q->turn[t], hash) <= PDQ_DISTANCE)
			return true;
	return false;
}

static void
add(const struct pixels *px)
{
	struct picture *p = &b.v[b.n];
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct pdq_hash turn[PDQ_TURNS];

	if (b.n == PICTURES_MAX ||
	    block_of(px, turn).quality < PDQ_QUALITY_MIN ||
	    px->width < QUERY_SIDE_MIN || px->height < QUERY_SIDE_MIN)
		return;
	*p = (struct picture){.px = *px, .hash = turn[PDQ_ORIGINAL]};
	look_with(a, px, p->by);
	b.n++;
}

/* The pixels of an encoded picture, in the arena. */
static bool
decode(struct arena *a, VipsImage *in, struct pixels *ret)
{
	VipsImage *rgb = NULL;
	size_t n;
	void *bytes;
	uint8_t *p;

	if (in == NULL)
		return false;
	if (vips_image_get_bands(in) == 2 || vips_image_get_bands(in) > 3) {
		g_object_unref(in);
		return false;
	}
	if (vips_cast_uchar(in, &rgb, NULL) != 0)
		exit(EXIT_FAILURE);
	bytes = vips_image_write_to_memory(rgb, &n);
	p = NEW_N(a, uint8_t, n);
	if (p == NULL || bytes == NULL)
		exit(EXIT_FAILURE);
	memcpy(p, bytes, n);
	g_free(bytes);
	*ret = (struct pixels){p, (uint32_t)vips_image_get_width(rgb),
	    (uint32_t)vips_image_get_height(rgb),
	    (uint32_t)vips_image_get_bands(rgb), 0};
	ret->stride = (size_t)ret->width * ret->channels;
	g_object_unref(rgb);
	g_object_unref(in);
	return true;
}

static void
draw_scenes(unsigned drawn)
{
	for (uint32_t i = 0; i < drawn * DRAW_SCENES; i++) {
		CLEANUP(buf_done) struct buf jpeg = BUF_MAX(DRAW_JPEG_MAX);
		struct draw_options o = {.seed = i + 1,
		    .scene = (enum draw_scene)(i % DRAW_SCENES),
		    .width = i % 4 == 3 ? 480 : 800,
		    .height = i % 4 == 3 ? 640 : 600 - i % 3 * 75};
		struct pixels px;
		struct err e;

		if (!draw_picture(&o, &jpeg, &e))
			die(&e);
		if (decode(b.arena,
			vips_image_new_from_buffer(jpeg.p, jpeg.n, "", NULL),
			&px))
			add(&px);
	}
}

static uint32_t seed = 1;

static double
chance(void)
{
	seed = seed * 1664525 + 1013904223;
	return (double)(seed >> 8) / (1 << 24);
}

/* Value noise of several octaves, and a few bright or dark discs. */
static void
draw_cloud(uint8_t *p, uint32_t width, uint32_t height)
{
	static double grid[6][65][65], disc[6][4];

	for (int o = 0; o < 6; o++) {
		for (int i = 0; i < 65 * 65; i++)
			grid[o][i / 65][i % 65] = chance() - 0.5;
		for (int i = 0; i < 4; i++)
			disc[o][i] = chance();
	}
	for (uint32_t i = 0; i < width * height; i++) {
		double x = (double)(i % width) / width, y = (double)i / width;
		double v = 120, size = 260;

		y /= height;
		for (int o = 0; o < 6; o++, size *= 0.55) {
			double u = x * (2 << o), w = y * (2 << o);
			int c = (int)u, r = (int)w;
			double *top = grid[o][r] + c, *low = grid[o][r + 1] + c;

			u -= c;
			w -= r;
			v += size * ((top[0] * (1 - u) + top[1] * u) * (1 - w) +
					(low[0] * (1 - u) + low[1] * u) * w);
		}
		for (int o = 0; o < 6; o++) {
			double dx = x - disc[o][0], dy = y - disc[o][1];

			if (dx * dx + dy * dy < disc[o][2] * disc[o][2] / 30)
				v += 160 * (disc[o][3] - 0.5);
		}
		for (int c = 0; c < 3; c++)
			p[3 * i + (uint32_t)c] = (uint8_t)(v < 0     ? 0
							   : v > 255 ? 255
								     : v);
	}
}

static void
draw_clouds(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct pixels px = {.width = 640,
		    .height = 420 + i % 5 * 30,
		    .channels = 3,
		    .stride = 1920};
		uint8_t *p = NEW_N(b.arena, uint8_t, px.stride * px.height);

		if (p == NULL)
			exit(EXIT_FAILURE);
		draw_cloud(p, px.width, px.height);
		px.p = p;
		add(&px);
	}
}

static void
read_folder(const char *folder)
{
	CLEANUP(buf_done) struct buf name = BUF_MAX(4096);
	struct dirent *d;
	DIR *dir;

	buf_printf(&name, "%s/pixels", folder);
	buf_byte(&name, '\0');
	dir = opendir(name.p);
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		struct pixels px;

		if (d->d_name[0] == '.')
			continue;
		buf_clear(&name);
		buf_printf(&name, "%s/pixels/%s", folder, d->d_name);
		buf_byte(&name, '\0');
		if (decode(
			b.arena, vips_image_new_from_file(name.p, NULL), &px))
			add(&px);
	}
	if (dir != NULL)
		closedir(dir);
}

/* Hundredths of the side: cut off, or added in one colour. */
static const struct edit {
	const char *name;
	int left, top, right, bottom, colour;
} edits[] = {
    {"none", 0, 0, 0, 0, 0},
    {"crop 1 % a side", 1, 1, 1, 1, 0},
    {"crop 2 % a side", 2, 2, 2, 2, 0},
    {"crop 3 % a side", 3, 3, 3, 3, 0},
    {"crop 4 % a side", 4, 4, 4, 4, 0},
    {"crop 5 % a side", 5, 5, 5, 5, 0},
    {"crop 6 % a side", 6, 6, 6, 6, 0},
    {"crop 4 % left", 4, 0, 0, 0, 0},
    {"crop 4 % right, below", 0, 0, 4, 4, 0},
    {"black bars 12 % above, below", 0, -12, 0, -12, 0},
    {"black bars 20 % beside", -20, 0, -20, 0, 0},
    {"white frame 5 %", -5, -5, -5, -5, 255},
    {"grey bar 10 % below", 0, 0, 0, -10, 128},
};
#define EDITS (sizeof(edits) / sizeof(edits[0]))

static uint8_t
sample(const struct pixels *px, const struct edit *e, int64_t x, int64_t y,
    uint32_t c)
{
	if (x < 0 || y < 0 || x >= px->width || y >= px->height)
		return (uint8_t)e->colour;
	return px->p[(size_t)y * px->stride + (size_t)x * px->channels + c];
}

static struct pixels
edit(struct arena *a, const struct pixels *px, const struct edit *e)
{
	int64_t width = px->width, height = px->height;
	int64_t left = width * e->left / 100, top = height * e->top / 100;
	int64_t w = width - left - width * e->right / 100;
	int64_t h = height - top - height * e->bottom / 100;
	size_t n = (size_t)(w * h) * px->channels, at = 0, bytes;
	uint8_t *p = NEW_N(a, uint8_t, n);
	struct pixels ret;
	VipsImage *image;
	void *jpeg;

	if (p == NULL)
		exit(EXIT_FAILURE);
	for (int64_t y = 0; y < h; y++)
		for (int64_t x = 0; x < w; x++)
			for (uint32_t c = 0; c < px->channels; c++)
				p[at++] = sample(px, e, left + x, top + y, c);
	image = vips_image_new_from_memory(
	    p, n, (int)w, (int)h, (int)px->channels, VIPS_FORMAT_UCHAR);
	if (image == NULL ||
	    vips_jpegsave_buffer(image, &jpeg, &bytes, "Q", QUALITY, NULL) != 0)
		exit(EXIT_FAILURE);
	g_object_unref(image);
	if (!decode(a, vips_image_new_from_buffer(jpeg, bytes, "", NULL), &ret))
		exit(EXIT_FAILURE);
	g_free(jpeg);
	return ret;
}

static void
measure_recall(const struct edit *e)
{
	size_t alone[QUERY_HYPOTHESES] = {0}, so_far[QUERY_HYPOTHESES] = {0};

	for (size_t i = 0; i < b.n; i++) {
		OWNED(arena) a = arena_new(ARENA_MAX);
		struct pixels px = edit(a, &b.v[i].px, e);
		struct turned by[QUERY_HYPOTHESES];
		bool any = false;

		look_with(a, &px, by);
		for (int h = 0; h < QUERY_HYPOTHESES; h++) {
			bool found = finds(&by[h], &b.v[i].hash);

			any = any || found;
			alone[h] += found;
			so_far[h] += any;
		}
	}
	printf("%s", e->name);
	for (int h = 0; h < QUERY_HYPOTHESES; h++)
		printf("\t%.1f\t%.1f", (double)alone[h] * 100 / (double)b.n,
		    (double)so_far[h] * 100 / (double)b.n);
	printf("\n");
	fflush(stdout);
}

static void
measure_precision(void)
{
	size_t wrong[QUERY_HYPOTHESES] = {0}, pairs = 0, same = 0;

	for (size_t i = 0; i < b.n; i++)
		for (size_t j = 0; j < b.n; j++) {
			const struct turned *by = b.v[i].by;

			if (i == j)
				continue;
			pairs++;
			if (finds(&by[QUERY_AS_IS], &b.v[j].hash)) {
				same++;
				continue;
			}
			for (int h = 1; h < QUERY_HYPOTHESES; h++)
				wrong[h] += finds(&by[h], &b.v[j].hash);
		}
	printf("of %zu pairs, each with eight turns: %zu match as they are",
	    pairs, same);
	for (int h = 1; h < QUERY_HYPOTHESES; h++)
		printf("; %s %zu more", query_names[h], wrong[h]);
	printf("\n");
}

int
main(int argc, char **argv)
{
	unsigned drawn = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 12;

	if (VIPS_INIT(argv[0]) != 0)
		return EXIT_FAILURE;
	b.arena = arena_new((size_t)4 << 30);
	draw_scenes(drawn);
	draw_clouds(drawn * DRAW_SCENES);
	if (argc > 2)
		read_folder(argv[2]);
	printf("%zu pictures; found of 100, alone and together with those "
	       "before\nedit",
	    b.n);
	for (int h = 0; h < QUERY_HYPOTHESES; h++)
		printf("\t%s\t+", query_names[h]);
	printf("\n");
	memset(b.us, 0, sizeof(b.us));
	for (size_t i = 0; i < EDITS; i++)
		measure_recall(&edits[i]);
	printf("microseconds each:");
	for (int h = 0; h < QUERY_HYPOTHESES; h++)
		printf(" %s %.0f", query_names[h],
		    b.us[h] / (double)(EDITS * b.n));
	printf("\n");
	measure_precision();
	arena_free(b.arena);
	vips_shutdown();
	return EXIT_SUCCESS;
}
