#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "hash/tmk.h"

#define FRAME_BYTES ((size_t)PDQ_SIDE * PDQ_SIDE * 3)
#define FEATURE_BYTES (sizeof(float) * PDQ_BITS)

static const char *const videos[] = {
    "v1_pan", "v2_pan_edit", "v3_fractal", "v4_padded"};

static void
count(struct golden *g, const char *name, const char *what, bool same)
{
	golden_same(g, str_c(name), what, S("the same"),
	    same ? S("the same") : S("other"));
}

static str
part(struct golden *g, const char *folder, const char *video, const char *end)
{
	str name = arena_fmt(g->arena, "%s/%s%s", folder, video, end);
	const char *z = arena_cstr(g->arena, name);

	return golden_exists(g, z) ? golden_file(g, z) : (str){0};
}

/* Frames as the tool was given them make its features. */
static void
check_frames(struct golden *g, const char *video, str features)
{
	str rgb = part(g, "frames", video, ".64x64x15fps.rgb");
	static char work[1 << 21] __attribute__((aligned(PDQ_WORK_ALIGN)));
	struct pdq_block block;
	bool same = true;
	struct err e;

	for (size_t i = 0; i < rgb.n / FRAME_BYTES; i++) {
		struct pixels px = {(const uint8_t *)rgb.p + i * FRAME_BYTES,
		    PDQ_SIDE, PDQ_SIDE, 3, (size_t)PDQ_SIDE * 3};

		if (!pdq_block(
			&px, PDQ_CORE, false, work, sizeof(work), &block, &e))
			exit(EXIT_FAILURE);
		same = same &&
		       memcmp(block.transform, features.p + i * FEATURE_BYTES,
			   FEATURE_BYTES) == 0;
	}
	if (rgb.n > 0)
		count(g, video, "features of frames", same);
}

static void
check_file(struct golden *g, const char *video, str features, str file)
{
	static struct tmk made, read;
	static uint8_t bytes[TMK_BYTES];
	float frame[PDQ_BITS];
	struct err e;

	tmk_begin(&made);
	for (size_t i = 0; i < features.n / FEATURE_BYTES; i++) {
		memcpy(frame, features.p + i * FEATURE_BYTES, sizeof(frame));
		if (!tmk_add(&made, frame, &e))
			exit(EXIT_FAILURE);
	}
	tmk_end(&made);
	tmk_write(&made, bytes);
	count(g, video, ".tmk made",
	    file.n == sizeof(bytes) &&
		memcmp(file.p, bytes, sizeof(bytes)) == 0);
	if (!tmk_read(file, &read, &e))
		exit(EXIT_FAILURE);
	count(g, video, ".tmk read", memcmp(&made, &read, sizeof(made)) == 0);
}

/* « L1 L2 a b » a line, six decimals; the tool's sums are in another order. */
static void
check_pair(struct golden *g, const struct tmk_offsets *offsets, str line)
{
	static struct tmk a, b;
	char want[32], names[2][64];
	double level1, level2, got1, got2;
	str row = arena_fmt(g->arena, STR_FMT, STR_ARG(line));
	struct err e;

	if (sscanf(row.p, "%lf %lf %63s %63s", &level1, &level2, names[0],
		names[1]) != 4)
		exit(EXIT_FAILURE);
	for (int i = 0; i < 2; i++) {
		str file = part(g, "tmk", names[i], "");

		if (file.n == 0)
			return;
		if (!tmk_read(file, i == 0 ? &a : &b, &e))
			exit(EXIT_FAILURE);
	}
	got1 = (double)tmk_level1(&a, &b);
	got2 = (double)tmk_level2(offsets, &a, &b);
	snprintf(want, sizeof(want), "%.6f", got1);
	golden_same(
	    g, line, "level 1", str_sub(line, 0, strlen(want)), str_c(want));
	count(
	    g, row.p, "level 2", got2 > level2 - 2e-6 && got2 < level2 + 2e-6);
}

void
check_tmk(struct golden *g)
{
	static float memory[2 * TMK_OFFSETS];
	struct tmk_offsets offsets;
	str scores = golden_file(g, "tmk/pair-scores.txt"), line;

	tmk_offsets_init(&offsets, memory);
	for (size_t i = 0; i < sizeof(videos) / sizeof(videos[0]); i++) {
		str features = part(g, "tmk", videos[i], ".pdqf.f32");
		str file = part(g, "tmk", videos[i], ".tmk");

		if (features.n == 0 || file.n == 0)
			continue;
		check_frames(g, videos[i], features);
		check_file(g, videos[i], features, file);
	}
	while (scores.n > 0) {
		(void)str_cut(&scores, '\n', &line);
		check_pair(g, &offsets, line);
	}
}
