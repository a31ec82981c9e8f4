#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "hash/vpdq.h"

#define WORK ((size_t)64 << 20)

static const char *const videos[] = {
    "v1_pan", "v2_pan_edit", "v3_fractal", "v4_padded"};
static const char *const forms[] = {".r0", ".r0.5", ".r1", ".r1.s64"};

static const char *
name_of(struct golden *g, const char *video, const char *form, const char *end)
{
	str s = arena_fmt(g->arena, "vpdq/%s%s%s", video, form, end);

	return arena_cstr(g->arena, s);
}

static struct vpdq
read_video(struct golden *g, str file)
{
	struct vpdq q;
	struct err e;

	if (!vpdq_read(g->arena, file, &q, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		exit(EXIT_FAILURE);
	}
	return q;
}

/* What was read is written the same, in both forms. */
static void
check_forms(struct golden *g, const char *video, const char *form)
{
	const char *lines = name_of(g, video, form, ".txt");
	const char *json = name_of(g, video, form, ".pytx.json");
	CLEANUP(buf_done) struct buf b = BUF_MAX(WORK);
	struct vpdq q, again;
	str file;

	if (!golden_exists(g, lines))
		return;
	file = golden_file(g, lines);
	q = read_video(g, file);
	vpdq_write_lines(&q, &b);
	golden_same(g, str_c(lines), "lines", file, buf_view(&b));
	if (!golden_exists(g, json))
		return;
	file = str_trim(golden_file(g, json));
	buf_clear(&b);
	vpdq_write_json(&q, &b);
	golden_same(g, str_c(json), "json", file, buf_view(&b));
	again = read_video(g, file);
	buf_clear(&b);
	vpdq_write_json(&again, &b);
	golden_same(g, str_c(json), "json read", file, buf_view(&b));
}

/* Times follow from the frame's number; v3 has 30000 / 1001 frames a second. */
static void
check_times(struct golden *g)
{
	const char *name = name_of(g, "v3_fractal", ".r1", ".txt");
	CLEANUP(buf_done) struct buf b = BUF_MAX(WORK);
	double fps = 30000.0 / 1001;
	struct vpdq q;
	str file;

	if (!golden_exists(g, name))
		return;
	file = golden_file(g, name);
	q = read_video(g, file);
	for (size_t i = 0; i < q.n; i++) {
		q.v[i].number = (int64_t)i * vpdq_step(1, fps);
		q.v[i].seconds = vpdq_seconds(q.v[i].number, fps);
	}
	vpdq_write_lines(&q, &b);
	golden_same(g, str_c(name), "times", file, buf_view(&b));
}

/* A stored frame hashes to the line of its number. */
static void
check_frame(struct golden *g, const char *video, const char *every,
    const struct vpdq_frame *f)
{
	OWNED(arena) a = arena_new(WORK);
	str name =
	    arena_fmt(a, "frames/%s%s_%05d.png", video, every, (int)f->number);
	struct pdq_block block;
	struct pixels px;
	struct pdq_hash h;
	char *work;
	struct err e;
	size_t n;

	if (!golden_exists(g, arena_cstr(a, name)))
		return;
	px = golden_pixels(g, a, name);
	n = pdq_work_bytes(px.width, px.height);
	work = aligned_alloc(PDQ_WORK_ALIGN, (n + 63) / 64 * 64);
	if (work == NULL ||
	    !pdq_block(&px, PDQ_CORE, false, work, n, &block, &e))
		exit(EXIT_FAILURE);
	free(work);
	h = pdq_of_block(&block, PDQ_ORIGINAL);
	golden_same(g, name, "frame", S("the same"),
	    pdq_distance(&h, &f->hash) == 0 && block.quality == f->quality
		? S("the same")
		: S("other"));
}

static void
check_frames(struct golden *g, const char *video)
{
	const char *name = name_of(g, video, ".r0", ".txt");
	struct vpdq q;

	if (!golden_exists(g, name))
		return;
	q = read_video(g, golden_file(g, name));
	for (size_t i = 0; i < q.n; i++) {
		check_frame(g, video, ".r1", &q.v[i]);
		check_frame(g, video, ".r2", &q.v[i]);
	}
}

static double
number(str s)
{
	char text[64] = {0};

	memcpy(text, s.p, s.n < sizeof(text) ? s.n : sizeof(text) - 1);
	return strtod(text, NULL);
}

struct columns {
	const char *file, *query, *target, *distance, *quality;
	const char *query_percent, *target_percent;
	enum vpdq_rule rule;
	double slack; /* of rounded percentages */
};

static void
check_row(
    struct golden *g, const struct columns *c, const struct golden_table *t)
{
	OWNED(arena) a = arena_new(WORK);
	str q = golden_cell(t, c->query), to = golden_cell(t, c->target);
	const char *names[] = {
	    arena_cstr(a, arena_fmt(a, "vpdq/" STR_FMT, STR_ARG(q))),
	    arena_cstr(a, arena_fmt(a, "vpdq/" STR_FMT, STR_ARG(to)))};
	struct vpdq_match m;
	struct vpdq query, target;
	struct err e;

	if (!golden_exists(g, names[0]) || !golden_exists(g, names[1]))
		return;
	query = read_video(g, golden_file(g, names[0]));
	target = read_video(g, golden_file(g, names[1]));
	if (!vpdq_compare(a, &query, &target, c->rule,
		(int)number(golden_cell(t, c->distance)),
		(int)number(golden_cell(t, c->quality)), &m, &e))
		exit(EXIT_FAILURE);
	golden_same(g, q, "match", S("the same"),
	    fabs(m.query_percent - number(golden_cell(t, c->query_percent))) <=
			c->slack &&
		    fabs(m.target_percent -
			 number(golden_cell(t, c->target_percent))) <= c->slack
		? S("the same")
		: S("other"));
}

static void
check_matches(struct golden *g, const struct columns *c)
{
	struct golden_table t = golden_table(g, c->file);

	while (golden_next(&t))
		check_row(g, c, &t);
}

void
check_vpdq(struct golden *g)
{
	static const struct columns brute = {"vpdq/match-brute.tsv", "query",
	    "target", "dist", "quality", "cpp_strict_query_pct",
	    "cpp_strict_target_pct", VPDQ_BRUTE, 0.0051};
	static const struct columns python = {"vpdq/match-python.tsv", "query",
	    "compared", "distance_le", "quality_ge", "query_pct",
	    "compared_pct", VPDQ_PYTHON, 1e-9};

	for (size_t i = 0; i < sizeof(videos) / sizeof(videos[0]); i++) {
		for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++)
			check_forms(g, videos[i], forms[k]);
		check_frames(g, videos[i]);
	}
	check_times(g);
	check_matches(g, &brute);
	check_matches(g, &python);
}
