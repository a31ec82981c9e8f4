/*
 * How many faces the search finds, and what it takes for one, by the size of
 * the face, its tilt and its light; for every setting that could be chosen.
 *
 * The faces are of adults, in pictures that come with Debian packages
 * (python3-skimage, python3-matplotlib, opencv-doc), pasted into photographs
 * without anybody.  Few faces: the figures say which setting is better, not how
 * often a photo of children is read right.
 *
 *   bench_faces [ROOT]     pictures below ROOT, "/" by default
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <vips/vips.h>

#include "base/err.h"
#include "media/facefind.h"

#define WIDE 2048
#define TALL 1536
#define FOUND_MAX 200
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* The box from brows to chin, in pixels of the file. */
static const struct portrait {
	const char *path;
	int x, y, side;
} portraits[] = {
    {"usr/lib/python3/dist-packages/skimage/data/astronaut.png", 181, 82, 94},
    {"usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg", 160, 130,
	205},
    {"usr/share/doc/opencv-doc/examples/data/messi5.jpg", 228, 97, 34},
    {"usr/share/doc/opencv-doc/examples/data/basketball1.png", 72, 94, 39},
};

static const char *const empty[] = {
    "usr/share/doc/opencv-doc/examples/data/home.jpg",
    "usr/share/doc/opencv-doc/examples/data/fruits.jpg",
    "usr/share/doc/opencv-doc/examples/data/building.jpg",
    "usr/share/doc/opencv-doc/examples/data/aloeL.jpg",
    "usr/share/doc/opencv-doc/examples/data/leuvenA.jpg",
    "usr/share/doc/opencv-doc/examples/data/stuff.jpg",
    "usr/share/doc/opencv-doc/examples/data/graf1.png",
    "usr/share/doc/opencv-doc/examples/data/board.jpg",
    "usr/share/doc/opencv-doc/examples/data/rubberwhale1.png",
    "usr/share/doc/opencv-doc/examples/data/cards.png",
    "usr/share/doc/opencv-doc/examples/data/butterfly.jpg",
    "usr/share/doc/opencv-doc/examples/data/orange.jpg",
    "usr/lib/python3/dist-packages/skimage/data/coffee.png",
    "usr/lib/python3/dist-packages/skimage/data/motorcycle_left.png",
    "usr/lib/python3/dist-packages/skimage/data/gravel.png",
    "usr/lib/python3/dist-packages/skimage/data/brick.png",
    "usr/lib/python3/dist-packages/skimage/data/rocket.jpg",
};

static const struct look {
	const char *name;
	int side; /* of the face, in pixels of 2048 */
	double tilt, light;
} looks[] = {
    {"24 px", 24, 0, 1},
    {"32 px", 32, 0, 1},
    {"48 px", 48, 0, 1},
    {"64 px", 64, 0, 1},
    {"96 px", 96, 0, 1},
    {"160 px", 160, 0, 1},
    {"320 px", 320, 0, 1},
    {"160, 10 degrees", 160, 10, 1},
    {"160, 20 degrees", 160, 20, 1},
    {"160, 30 degrees", 160, 30, 1},
    {"160, 45 degrees", 160, 45, 1},
    {"160, a third of the light", 160, 0, .3},
};

static const struct setting {
	int side, doubled;
	double threshold;
} settings[] = {
    {1024, 0, 0},
    {1024, 1, 0},
    {2048, 0, 0},
    {2048, 0, -.2},
    {2048, 1, 0},
    {2048, 1, -.1},
    {2048, 1, -.2},
    {2048, 1, -.3},
};

struct tally {
	unsigned hit[COUNT(looks)], of[COUNT(looks)];
	unsigned wrong, wrong_empty, pictures, empties;
	double ms;
};

static const char *root = "/";

static VipsImage *
take(VipsImage *in, int failed)
{
	if (failed != 0) {
		fprintf(stderr, "%s", vips_error_buffer());
		exit(1);
	}
	return in;
}

static VipsImage *
grey(const char *path)
{
	char full[512];
	VipsImage *a, *b = NULL;

	(void)snprintf(full, sizeof(full), "%s%s", root, path);
	a = vips_image_new_from_file(full, NULL);
	if (a == NULL) {
		vips_error_clear();
		return NULL;
	}
	b = take(b, 0);
	(void)take(
	    NULL, vips_colourspace(a, &b, VIPS_INTERPRETATION_B_W, NULL));
	g_object_unref(a);
	a = NULL;
	(void)take(NULL, vips_extract_band(b, &a, 0, NULL));
	g_object_unref(b);
	return a;
}

static VipsImage *
background(const char *path)
{
	VipsImage *a = grey(path), *b = NULL, *c = NULL;

	if (a == NULL)
		return NULL;
	(void)take(NULL, vips_thumbnail_image(a, &b, WIDE, "height", TALL,
			     "crop", VIPS_INTERESTING_CENTRE, NULL));
	(void)take(NULL, vips_cast_uchar(b, &c, NULL));
	g_object_unref(a);
	g_object_unref(b);
	return c;
}

/* The head with a little around it, at the size, tilt and light wanted; *ret_at
 * is the corner of the face in it. */
static VipsImage *
head(const struct portrait *p, const struct look *l, double *ret_at)
{
	VipsImage *in = grey(p->path), *v[5] = {0};
	int around = p->side / 2, x = p->x - around, y = p->y - around;
	int side = p->side + 2 * around;
	double scale = (double)l->side / p->side;

	if (in == NULL)
		return NULL;
	x = x < 0 ? 0 : x;
	y = y < 0 ? 0 : y;
	side = x + side > in->Xsize ? in->Xsize - x : side;
	side = y + side > in->Ysize ? in->Ysize - y : side;
	(void)take(NULL, vips_crop(in, &v[0], x, y, side, side, NULL));
	(void)take(NULL, vips_resize(v[0], &v[1], scale, NULL));
	(void)take(NULL, vips_rotate(v[1], &v[2], l->tilt, NULL));
	(void)take(NULL, vips_linear1(v[2], &v[3], l->light, 0, NULL));
	(void)take(NULL, vips_cast_uchar(v[3], &v[4], NULL));
	/* Of a turned one the middle stays the middle. */
	*ret_at = (v[4]->Xsize - l->side) / 2.0;
	g_object_unref(in);
	for (int i = 0; i < 4; i++)
		g_object_unref(v[i]);
	return v[4];
}

struct spot {
	double x, y, side;
	bool hit;
};

static double
overlap(const struct spot *s, const struct facefind_box *b, double scale)
{
	double x0 = fmax(s->x, (double)b->x * scale),
	       y0 = fmax(s->y, (double)b->y * scale);
	double x1 = fmin(s->x + s->side, (double)(b->x + b->w) * scale);
	double y1 = fmin(s->y + s->side, (double)(b->y + b->h) * scale);
	double both = x1 > x0 && y1 > y0 ? (x1 - x0) * (y1 - y0) : 0;
	double area = (double)b->w * (double)b->h * scale * scale;

	return both / (s->side * s->side + area - both);
}

static void
search(VipsImage *picture, const struct setting *s, struct spot *spot, size_t n,
    struct tally *t, unsigned *wrong)
{
	struct facefind_box box[FOUND_MAX];
	double scale = (double)WIDE / s->side;
	struct timespec a, b;
	VipsImage *small = NULL;
	size_t bytes;
	uint8_t *p;
	int found;

	(void)take(NULL, vips_resize(picture, &small, 1 / scale, NULL));
	p = vips_image_write_to_memory(small, &bytes);
	clock_gettime(CLOCK_MONOTONIC, &a);
	found = facefind(p, (uint32_t)small->Xsize, (uint32_t)small->Ysize,
	    (size_t)small->Xsize, s->doubled, s->threshold, box, FOUND_MAX);
	clock_gettime(CLOCK_MONOTONIC, &b);
	t->ms += (double)(b.tv_sec - a.tv_sec) * 1e3 +
		 (double)(b.tv_nsec - a.tv_nsec) / 1e6;
	t->pictures++;
	for (int i = 0; i < found; i++) {
		size_t k = 0;

		while (k < n && overlap(&spot[k], &box[i], scale) < 0.25)
			k++;
		if (k < n)
			spot[k].hit = true;
		else
			++*wrong;
	}
	g_free(p);
	g_object_unref(small);
}

/* One of each portrait, in a row, on one background. */
static VipsImage *
scene(VipsImage *back, const struct look *l, struct spot *spot, size_t *n)
{
	VipsImage *now = back, *next = NULL;

	g_object_ref(now);
	for (size_t i = 0; i < COUNT(portraits); i++) {
		double at;
		VipsImage *h = head(&portraits[i], l, &at);
		int step = WIDE / (int)COUNT(portraits);
		int x = (int)i * step + (step - (h == NULL ? 0 : h->Xsize)) / 2;
		int y = 200 + 150 * (int)i;

		if (h == NULL)
			continue;
		x = x < 0 ? 0 : x;
		(void)take(NULL, vips_insert(now, h, &next, x, y, NULL));
		spot[(*n)++] = (struct spot){x + at, y + at, l->side, false};
		g_object_unref(h);
		g_object_unref(now);
		now = next;
		next = NULL;
	}
	return now;
}

static void
measure(VipsImage *back, const struct setting *s, struct tally *t)
{
	search(back, s, NULL, 0, t, &t->wrong_empty);
	t->empties++;
	for (size_t l = 0; l < COUNT(looks); l++) {
		struct spot spot[COUNT(portraits)];
		size_t n = 0;
		VipsImage *with = scene(back, &looks[l], spot, &n);

		search(with, s, spot, n, t, &t->wrong);
		for (size_t k = 0; k < n; k++)
			t->hit[l] += spot[k].hit;
		t->of[l] += (unsigned)n;
		g_object_unref(with);
	}
}

static void
report(const struct setting *s, const struct tally *t)
{
	unsigned hit = 0, of = 0;

	for (size_t l = 0; l < COUNT(looks); l++) {
		hit += t->hit[l];
		of += t->of[l];
	}
	printf("\nside %d%s, threshold %.1f: %u of %u faces, %u false boxes "
	       "beside them, %u in %u pictures of nobody, %.0f ms a picture\n",
	    s->side, s->doubled ? " doubled" : "", s->threshold, hit, of,
	    t->wrong, t->wrong_empty, t->empties,
	    t->ms / (t->pictures > 0 ? t->pictures : 1));
	for (size_t l = 0; l < COUNT(looks); l++)
		printf(
		    "  %-26s %u of %u\n", looks[l].name, t->hit[l], t->of[l]);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	/* A few backgrounds do for the faces; all of them count as empty. */
	size_t most = argc > 2 ? strtoul(argv[2], NULL, 10) : 4;

	if (argc > 1)
		root = argv[1];
	if (vips_init(argv[0]) != 0)
		return 2;
	for (size_t i = 0; i < COUNT(settings); i++) {
		struct tally t = {0};
		size_t had = 0;

		for (size_t k = 0; k < COUNT(empty); k++) {
			VipsImage *back = background(empty[k]);

			if (back == NULL)
				continue;
			if (had++ < most)
				measure(back, &settings[i], &t);
			else {
				search(back, &settings[i], NULL, 0, &t,
				    &t.wrong_empty);
				t.empties++;
			}
			g_object_unref(back);
		}
		if (had == 0) {
			printf("none of the pictures is here\n");
			return 1;
		}
		report(&settings[i], &t);
	}
	return 0;
}
