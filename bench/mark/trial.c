/*
 * trial — marks many copies of real pictures, spoils them, traces them.
 *
 *   bench_mark FOLDER TRIALS SEED SIDE [ATTACK]
 *
 * FOLDER/<kind>/<picture>.jpg; one line a trial on the standard output:
 * kind, picture, attack, what came (right, none, wrong), scores of the guilty
 * and of the best innocent, likeness, share, segments, milliseconds; and one
 * line a picture: its sizes, PSNR and SSIM.  bench/mark/summary.awk sums up.
 */
#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attack.h"
#include "base/num.h"
#include "mark/accuse.h"
#include "mark/trace.h"

#define ACCOUNTS 500
#define PATH_BYTES 600
#define MEMORY ((size_t)200 << 20)

struct trial {
	const char *kind, *name;
	struct picture picture;
	struct mark_code code;
	uint8_t *bits[ACCOUNTS];
	struct dice dice;
};

static const struct {
	uint32_t side, mcus;
	int quality;
} renditions[] = {{2048, 8, 82}, {1024, 4, 80}, {320, 2, 75}};

static double
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
psnr(const struct luma *a, const struct luma *b)
{
	double sum = 0;
	size_t n = (size_t)a->w * a->h;

	for (size_t i = 0; i < n; i++)
		sum += (a->p[i] - b->p[i]) * (a->p[i] - b->p[i]);
	return 10 * log10(255.0 * 255.0 / (sum / (double)n + 1e-9));
}

/* Wang and others 2004, squares of 8. */
static double
ssim(const struct luma *a, const struct luma *b)
{
	double all = 0, n = 0, c1 = 6.5025, c2 = 58.5225;

	for (uint32_t y = 0; y + 8 <= a->h; y += 4)
		for (uint32_t x = 0; x + 8 <= a->w; x += 4) {
			double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;

			for (uint32_t j = y; j < y + 8; j++)
				for (uint32_t i = x; i < x + 8; i++) {
					double u = a->p[(size_t)j * a->w + i];
					double v = b->p[(size_t)j * a->w + i];

					sa += u;
					sb += v;
					aa += u * u;
					bb += v * v;
					ab += u * v;
				}
			sa /= 64, sb /= 64;
			aa = aa / 64 - sa * sa, bb = bb / 64 - sb * sb;
			ab = ab / 64 - sa * sb;
			all += (2 * sa * sb + c1) * (2 * ab + c2) /
			       ((sa * sa + sb * sb + c1) * (aa + bb + c2));
			n++;
		}
	return all / n;
}

static struct pixels
pixels_of(const struct luma *l)
{
	return (struct pixels){l->p, l->w, l->h, 1, l->w};
}

static void
report(struct trial *t, const struct attack *a, const unsigned *guilty,
    const double *score, const struct mark_trace *found, double ms)
{
	double best = -INFINITY, other = -INFINITY;
	unsigned right = 0, wrong = 0;

	for (unsigned i = 0; i < ACCOUNTS; i++) {
		bool named = mark_judge_wrong(score[i], ACCOUNTS, 1) <=
			     MARK_WRONG_MAX,
		     did = false;

		for (unsigned k = 0; k < a->accounts; k++)
			did = did || guilty[k] == i;
		right += named && did;
		wrong += named && !did;
		if (did)
			best = fmax(best, score[i]);
		else
			other = fmax(other, score[i]);
	}
	printf("trial\t%s\t%s\t%s\t%s\t%u\t%.1f\t%.1f\t%.3f\t%.2f\t%.1f\t"
	       "%.0f\n",
	    t->kind, t->name, a->name,
	    wrong   ? "wrong"
	    : right ? "right"
		    : "none",
	    right, best, other, found->fit.likeness, found->fit.share,
	    found->reading.presence, ms);
	(void)fflush(stdout);
}

static void
judge(struct trial *t, struct arena *a, const struct mark_trace *found,
    double score[ACCOUNTS])
{
	struct mark_judge *j = NULL;
	struct err e;

	if (found->found)
		j = mark_judge_new(a, &t->code, &found->reading, &e);
	for (unsigned i = 0; i < ACCOUNTS; i++)
		score[i] = j != NULL ? mark_judge_score(j, t->bits[i]) : 0;
}

static void
one(struct trial *t, const struct attack *k)
{
	OWNED(arena) a = arena_new(MEMORY);
	struct luma joined = luma_new(t->picture.a.w, t->picture.a.h), copy;
	struct mark_rendition r = {pixels_of(&t->picture.a),
	    pixels_of(&t->picture.b), 16, t->picture.mcus};
	struct mark_trace found = {0};
	uint8_t *bits[COPIES_MAX];
	unsigned guilty[COPIES_MAX];
	double score[ACCOUNTS], from;
	struct pixels px;
	struct err e;

	for (unsigned i = 0; i < k->accounts; i++) {
		guilty[i] = (dice_below(&t->dice, ACCOUNTS / 3)) * 3 + i;
		bits[i] = t->bits[guilty[i]];
	}
	if (k->join != NULL)
		k->join(&t->dice, &t->picture, bits, k->accounts, &joined);
	else
		copy_of(&t->picture, bits[0], &joined);
	copy = k->spoil(&t->dice, &joined);
	px = pixels_of(&copy);
	from = now_ms();
	if (!mark_trace(a, &px, &r, false, &found, &e))
		(void)fprintf(stderr, "%s: %s\n", t->name, e.msg);
	judge(t, a, &found, score);
	report(t, k, guilty, score, &found, now_ms() - from);
	luma_done(&joined);
	luma_done(&copy);
}

static void
describe(const struct trial *t)
{
	const struct picture *p = &t->picture;
	struct luma own = luma_new(p->a.w, p->a.h);

	copy_of(p, t->bits[0], &own);
	printf(
	    "picture\t%s\t%s\t%ux%u\t%zu\t%zu\t%.2f\t%.2f\t%.5f\t%.2f\t%.1f\n",
	    t->kind, t->name, p->a.w, p->a.h, p->segments, p->empty,
	    (double)p->moved / (double)p->segments, psnr(&p->plain, &own),
	    ssim(&p->plain, &own),
	    100.0 * ((double)p->bytes_marked / (double)p->bytes - 1),
	    p->embed_ms);
	luma_done(&own);
}

static void
trials_of(struct trial *t, const char *path, unsigned trials, unsigned which,
    const char *only)
{
	static int64_t medium;
	struct key key = {{7}};
	struct mark_place place;
	uint32_t side = renditions[which].side;

	medium++;
	mark_place_init(&place, &key, medium, side);
	mark_code_init(&t->code, &key, medium, side);
	if (!picture_load(path, side, renditions[which].quality,
		renditions[which].mcus, &place, &t->picture)) {
		(void)fprintf(stderr, "%s: not read\n", path);
		return;
	}
	for (unsigned i = 0; i < ACCOUNTS; i++) {
		t->bits[i] = calloc(t->picture.segments, 1);
		mark_code_bits(&t->code, i, t->picture.segments, t->bits[i]);
	}
	describe(t);
	for (unsigned k = 0; k < n_attacks; k++)
		for (unsigned i = 0; i < trials; i++)
			if (only == NULL || strcmp(only, attacks[k].name) == 0)
				one(t, &attacks[k]);
	for (unsigned i = 0; i < ACCOUNTS; i++)
		free(t->bits[i]);
	picture_done(&t->picture);
}

static void
kind(const char *folder, const char *name, unsigned trials, uint64_t seed,
    unsigned which, const char *only)
{
	char at[PATH_BYTES], path[2 * PATH_BYTES];
	struct dirent **list = NULL;
	int n;

	(void)snprintf(at, sizeof(at), "%s/%s", folder, name);
	n = scandir(at, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		struct trial t = {.kind = name,
		    .name = list[i]->d_name,
		    .dice = {seed * 1000003 + (uint64_t)i}};

		(void)snprintf(path, sizeof(path), "%s/%s", at, t.name);
		if (t.name[0] != '.')
			trials_of(&t, path, trials, which, only);
		free(list[i]);
	}
	free(list);
}

int
main(int argc, char **argv)
{
	struct dirent **list = NULL;
	int64_t trials, seed, side;
	unsigned which = 0;
	struct err e;
	int n;

	if (argc < 5 || !crypto_init(&e) ||
	    !num_i64(str_c(argv[2]), 1, 100000, &trials) ||
	    !num_i64(str_c(argv[3]), 0, 1000000, &seed) ||
	    !num_i64(str_c(argv[4]), 320, 2048, &side)) {
		(void)fprintf(
		    stderr, "bench_mark FOLDER TRIALS SEED SIDE [ATTACK]\n");
		return 2;
	}
	while (which < 2 && renditions[which].side > side)
		which++;
	n = scandir(argv[1], &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.')
			kind(argv[1], list[i]->d_name, (unsigned)trials,
			    (uint64_t)seed, which, argv[5]);
		free(list[i]);
	}
	free(list);
	return 0;
}
