#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "hash/pdq_ops.h"

#define PICTURE_MAX ((size_t)128 << 20)

struct picture {
	struct golden *g;
	str name;
	struct pixels px;
	void *work;
	size_t work_bytes;
};

static void
hash_as(struct picture *p, enum pdq_pipeline pipeline, bool for_turns,
    struct pdq_block *ret)
{
	struct err e;

	if (pdq_block(
		&p->px, pipeline, for_turns, p->work, p->work_bytes, ret, &e))
		return;
	fprintf(stderr, "%s\n", e.msg);
	exit(EXIT_FAILURE);
}

static void
same_hash(struct picture *p, const struct golden_table *t, const char *column,
    const struct pdq_hash *h)
{
	char text[PDQ_HEX + 1];

	pdq_text(h, text);
	golden_same(p->g, p->name, column, golden_cell(t, column), str_c(text));
}

static void
check_one(struct picture *p, struct arena *a, const struct golden_table *t,
    enum pdq_pipeline pipeline, const char *hash, const char *quality)
{
	struct pdq_block block;
	struct pdq_hash h;

	hash_as(p, pipeline, false, &block);
	h = pdq_of_block(&block, PDQ_ORIGINAL);
	same_hash(p, t, hash, &h);
	golden_same(p->g, p->name, quality, golden_cell(t, quality),
	    arena_fmt(a, "%d", block.quality));
}

static void
check_turns(struct picture *p, struct arena *a, const struct golden_table *t,
    enum pdq_pipeline pipeline, const char *prefix)
{
	struct pdq_block block;
	struct pdq_hash h[PDQ_TURNS];

	hash_as(p, pipeline, true, &block);
	pdq_all_of_block(&block, h);
	for (int i = 0; i < PDQ_TURNS; i++) {
		str column = arena_fmt(a, "%s%s", prefix,
		    i == PDQ_ORIGINAL ? "orig_dih" : pdq_turn_names[i]);

		same_hash(p, t, arena_cstr(a, column), &h[i]);
	}
}

static void
check_row(struct golden *g, const struct golden_table *t)
{
	OWNED(arena) a = arena_new(PICTURE_MAX);
	struct picture p = {.g = g, .name = golden_cell(t, "file")};

	p.px = golden_pixels(g, a, p.name);
	p.work_bytes = pdq_work_bytes(p.px.width, p.px.height);
	p.work =
	    aligned_alloc(PDQ_WORK_ALIGN, (p.work_bytes + PDQ_WORK_ALIGN - 1) /
					      PDQ_WORK_ALIGN * PDQ_WORK_ALIGN);
	if (p.work == NULL)
		exit(EXIT_FAILURE);
	check_one(&p, a, t, PDQ_CORE, "pdq", "quality");
	check_one(&p, a, t, PDQ_FILE512, "file512_pdq", "file512_quality");
	check_one(&p, a, t, PDQ_HMA, "hma_pdq", "hma_quality");
	check_turns(&p, a, t, PDQ_CORE, "pdq_");
	check_turns(&p, a, t, PDQ_FILE512, "file512_");
	free(p.work);
}

void
check_pdq(struct golden *g)
{
	struct golden_table t = golden_table(g, "pdq.tsv");

	while (golden_next(&t))
		check_row(g, &t);
}

/* Each file: the block of 64 x 64, then its transform of 16 x 16; every kind
 * of loops makes the one from the other. */
static void
check_float_file(struct golden *g, const char *name)
{
	static float block[PDQ_SIDE * PDQ_SIDE + 16];
	const struct pdq_ops *ops[PDQ_OPS_KINDS];
	size_t n = pdq_ops_all(ops);
	str file = golden_file(g, name);
	size_t block_bytes = sizeof(float) * PDQ_SIDE * PDQ_SIDE;
	float got[PDQ_BITS];

	if (file.n != block_bytes + sizeof(got))
		exit(EXIT_FAILURE);
	memcpy(block, file.p, block_bytes);
	for (size_t i = 0; i < n; i++) {
		ops[i]->transform(block, got);
		g->rows++;
		if (memcmp(got, file.p + block_bytes, sizeof(got)) == 0)
			continue;
		fprintf(stderr, "%s: %s differs\n", name, ops[i]->name);
		g->wrong++;
	}
}

void
check_floats(struct golden *g)
{
	static const char *const files[] = {"floats/checker8.f32",
	    "floats/landscape1.f32", "floats/pink1.f32", "floats/shapes1.f32",
	    "floats/size_64x64.f32", "floats/wide_1200x30.f32"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		check_float_file(g, files[i]);
}
