/*
 * bench_segment — what a picture of one's own costs, and what it weighs:
 *
 *	bench_segment FILE...
 *
 * Each JPEG becomes a plain rendition of 2048, 1024 and 320 px (libjpeg, as it
 * would be without segments) and a segmented one from the same planes.  One
 * line per file and size: bytes of the plain JPEG, of one viewer's, of the
 * stored file; milliseconds for making the plain and the segmented one, for
 * composing one viewer's from it, without and with a visible line, and for
 *decoding the plain one, drawing over it and encoding it again, which is what
 *composing stands instead of.  Last, the medians and the worst.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jpeglib.h>

#include "line/line.h"
#include "media/fit.h"
#include "media/intake.h"
#include "media/jpegout.h"
#include "media/rendition.h"

#define FILES_MAX 200
#define SIDES 3
#define PLAIN_MAX ((size_t)32 << 20)
#define COMPOSED 50 /* times, of which the median counts */
#define DRAWN 5
#define WORDS S("Nadia Haddad · Les Tilleuls")

static const uint32_t sides[SIDES] = {2048, 1024, 320};
static const int qualities[SIDES] = {82, 80, 75};

struct line {
	double growth, stored, plain_ms, made_ms, composed_ms, lined_ms,
	    drawn_ms;
};

static struct line lines[SIDES][FILES_MAX];
static size_t n_lines[SIDES];
static char code[PLAN_CODE_BYTES];

static double
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_size);
	return v[n / 2];
}

/* ---- planes ---- */

static bool
decode(FILE *f, const unsigned char *bytes, size_t n, struct planes *ret,
    struct err *e)
{
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr mgr;
	JSAMPROW row;
	bool done;

	d.err = jpeg_std_error(&mgr);
	jpeg_create_decompress(&d);
	if (f != NULL)
		jpeg_stdio_src(&d, f);
	else
		jpeg_mem_src(&d, bytes, n);
	(void)jpeg_read_header(&d, TRUE);
	d.out_color_space = JCS_YCbCr;
	(void)jpeg_start_decompress(&d);
	done = d.output_components == 3 &&
	       planes_init(ret, d.output_width, d.output_height, 3, 1, e);
	row = done ? malloc((size_t)d.output_width * 3) : NULL;
	while (row != NULL && d.output_scanline < d.output_height) {
		uint32_t y = d.output_scanline;

		(void)jpeg_read_scanlines(&d, &row, 1);
		for (uint32_t x = 0; x < d.output_width; x++)
			for (int i = 0; i < 3; i++)
				ret->plane[i].p[y * ret->plane[i].stride + x] =
				    row[3 * x + (uint32_t)i];
	}
	free(row);
	jpeg_abort_decompress(&d);
	jpeg_destroy_decompress(&d);
	return done && row != NULL && planes_halve_chroma(ret, e);
}

/* ---- the two ways ---- */

static bool
page_of(void *ctx, uint32_t page, bool covered, str *ret, struct err *e)
{
	(void)covered, (void)e;
	*ret = str_sub(*(str *)ctx, (size_t)page * FILE_PAGE, FILE_PAGE);
	return true;
}

/* As the front does it, but for the disk and the cipher. */
static bool
compose(struct arena *a, str file, str words, struct buf *ret, struct err *e)
{
	struct plan_choice c = {{code, sizeof(code)}, {0}};
	struct plan_pages pages = {page_of, &file};
	OWNED(plan) p = NULL;
	struct file f;
	uint32_t head;
	size_t n;

	if (!file_head_bytes(file, &head, e) ||
	    !file_read(a, str_sub(file, 0, head), &f, e) ||
	    (p = plan_new(&f, &c, e)) == NULL ||
	    (words.n > 0 && !line_put(p, &f, &pages, words, e)))
		return false;
	buf_clear(ret);
	if (!buf_reserve(ret, plan_bytes(p)) ||
	    !plan_read(p, &pages, 0, ret->p, plan_bytes(p), &n, e))
		return false;
	ret->n = n;
	return true;
}

/* The middle of many; the last one is in ret. */
static bool
time_composing(struct arena *a, str file, str words, struct buf *ret,
    double *ret_ms, struct err *e)
{
	double ms[COMPOSED];

	for (int k = 0; k < COMPOSED; k++) {
		double t = now_ms();

		arena_reset(a);
		if (!compose(a, file, words, ret, e))
			return false;
		ms[k] = now_ms() - t;
	}
	*ret_ms = median(ms, COMPOSED);
	return true;
}

static bool
draw_anew(str plain, int quality, struct buf *ret, struct err *e)
{
	struct planes s;
	bool done;

	if (!decode(NULL, (const unsigned char *)plain.p, plain.n, &s, e))
		return false;
	for (uint32_t y = s.height / 4; y < s.height / 3; y++)
		memset(s.plane[0].p + y * s.plane[0].stride + s.width / 4, 170,
		    s.width / 12);
	buf_clear(ret);
	done = jpegout(&s, quality, ret, e);
	planes_done(&s);
	return done;
}

static bool
measure(const struct planes *s, size_t i, struct line *l, struct err *e)
{
	static struct mark_place place = {{{1, 2, 3}}};
	CLEANUP(buf_done) struct buf plain = BUF_MAX(PLAIN_MAX);
	CLEANUP(buf_done) struct buf file = BUF_MAX(RENDITION_MAX);
	CLEANUP(buf_done) struct buf out = BUF_MAX(PLAIN_MAX);
	OWNED(arena) a = arena_new((size_t)8 << 20);
	double ms[DRAWN], t = now_ms();

	if (!jpegout(s, qualities[i], &plain, e))
		return false;
	l->plain_ms = now_ms() - t;
	t = now_ms();
	if (!rendition_make(s, qualities[i], &place, NULL, 0, &file, e))
		return false;
	l->made_ms = now_ms() - t;
	if (!time_composing(a, buf_view(&file), WORDS, &out, &l->lined_ms, e) ||
	    !time_composing(
		a, buf_view(&file), S(""), &out, &l->composed_ms, e))
		return false;
	l->growth = (double)out.n / (double)plain.n - 1;
	l->stored = (double)file.n / (double)plain.n;
	(void)printf("%5u %9zu %9zu %9zu", sides[i], plain.n, out.n, file.n);
	for (int k = 0; k < DRAWN; k++) {
		t = now_ms();
		if (!draw_anew(buf_view(&plain), qualities[i], &out, e))
			return false;
		ms[k] = now_ms() - t;
	}
	l->drawn_ms = median(ms, DRAWN);
	return true;
}

static bool
run(const char *path, struct err *e)
{
	const char *name = strrchr(path, '/');
	FILE *f = fopen(path, "rb");
	struct planes s;
	bool done;

	if (f == NULL)
		return err_sys(e, "%s", path);
	done = decode(f, NULL, 0, &s, e);
	(void)fclose(f);
	for (size_t i = 0; done && i < SIDES; i++) {
		struct line *l = &lines[i][n_lines[i]];
		struct planes smaller;
		uint32_t w, h;

		fit_size(s.width, s.height, sides[i], &w, &h);
		if (w != s.width || h != s.height) {
			done = fit_shrink(&s, w, h, &smaller, e);
			planes_done(&s);
			s = smaller;
		}
		done = done && measure(&s, i, l, e);
		if (!done)
			break;
		n_lines[i]++;
		(void)printf(" %6.1f%% %6.2f %8.2f %8.2f %8.4f %8.4f %8.2f "
			     "%7.0f  %.24s\n",
		    l->growth * 100, l->stored, l->plain_ms, l->made_ms,
		    l->composed_ms, l->lined_ms, l->drawn_ms,
		    l->drawn_ms / l->composed_ms,
		    name == NULL ? path : name + 1);
	}
	planes_done(&s);
	return done;
}

static void
column(size_t side, size_t at, double *ret)
{
	for (size_t i = 0; i < n_lines[side]; i++)
		memcpy(&ret[i], (const char *)&lines[side][i] + at,
		    sizeof(double));
}

static void
summary(size_t i)
{
	static double v[FILES_MAX], w[FILES_MAX];
	size_t n = n_lines[i];
	double growth, worst, middle;

	if (n == 0)
		return;
	column(i, offsetof(struct line, growth), v);
	growth = median(v, n);
	worst = v[n - 1];
	column(i, offsetof(struct line, drawn_ms), v);
	column(i, offsetof(struct line, composed_ms), w);
	for (size_t k = 0; k < n; k++)
		v[k] /= w[k];
	middle = median(v, n);
	(void)printf("# %u px, %zu pictures: growth median %.1f %%, worst "
		     "%.1f %%; composing is faster by %.0f (median), %.0f "
		     "(least)",
	    sides[i], n, growth * 100, worst * 100, middle, v[0]);
	column(i, offsetof(struct line, made_ms), v);
	column(i, offsetof(struct line, plain_ms), w);
	for (size_t k = 0; k < n; k++)
		v[k] /= w[k];
	middle = median(v, n);
	(void)printf(
	    "; making takes %.2f (median), %.2f (most)", middle, v[n - 1]);
	column(i, offsetof(struct line, lined_ms), v);
	column(i, offsetof(struct line, drawn_ms), w);
	for (size_t k = 0; k < n; k++)
		v[k] = w[k] / v[k];
	middle = median(v, n);
	(void)printf("; with its line composing is faster by %.0f (median), "
		     "%.0f (least)\n",
	    middle, v[0]);
}

int
main(int argc, char **argv)
{
	struct err e = {0};
	uint32_t x = 9;

	for (size_t i = 0; i < sizeof(code); i++) {
		x = x * 1664525u + 1013904223u;
		code[i] = (char)(uint8_t)(x >> 24);
	}
	(void)printf("#side     plain    viewer    stored  growth stored "
		     "plain-ms  made-ms  comp-ms  line-ms  draw-ms   times\n");
	for (int i = 1; i < argc && i < FILES_MAX; i++)
		if (!run(argv[i], &e)) {
			(void)fprintf(
			    stderr, "bench_segment: %s: %s\n", argv[i], e.msg);
			return 1;
		}
	for (size_t i = 0; i < SIDES; i++)
		summary(i);
	return 0;
}
