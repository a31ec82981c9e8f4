/*
 * quality — how near a rendition is to the best that could be made:
 *
 *	intake_quality SOURCE RENDITION…
 *
 * The best is the source, decoded whole and reduced in floating point.  Prints
 * per rendition the PSNR of luma in dB, and the mean SSIM (8 x 8 windows).
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <vips/vips.h>

#define WINDOW 8

struct luma {
	size_t w, h;
	double *v;
};

static bool
luma_of(VipsImage *img, struct luma *ret)
{
	VipsImage *upright = NULL, *wide = NULL;
	size_t n;
	float *p;

	if (vips_autorot(img, &upright, NULL) ||
	    vips_cast_float(upright, &wide, NULL))
		return false;
	p = vips_image_write_to_memory(wide, &n);
	ret->w = (size_t)wide->Xsize;
	ret->h = (size_t)wide->Ysize;
	ret->v = calloc(ret->w * ret->h, sizeof(double));
	if (p == NULL || ret->v == NULL || wide->Bands != 3)
		return false;
	for (size_t i = 0; i < ret->w * ret->h; i++)
		ret->v[i] = 0.299 * (double)p[3 * i] +
			    0.587 * (double)p[3 * i + 1] +
			    0.114 * (double)p[3 * i + 2];
	g_free(p);
	g_object_unref(upright);
	g_object_unref(wide);
	return true;
}

static bool
best_of(VipsImage *source, size_t w, size_t h, struct luma *ret)
{
	VipsImage *wide = NULL, *small = NULL;
	double x = (double)w / source->Xsize, y = (double)h / source->Ysize;

	return vips_cast_float(source, &wide, NULL) == 0 &&
	       vips_resize(wide, &small, x, "vscale", y, NULL) == 0 &&
	       luma_of(small, ret) && ret->w == w && ret->h == h;
}

static double
psnr(const struct luma *a, const struct luma *b)
{
	double sum = 0;

	for (size_t i = 0; i < a->w * a->h; i++)
		sum += (a->v[i] - b->v[i]) * (a->v[i] - b->v[i]);
	return 10 * log10(255 * 255 / (sum / (double)(a->w * a->h)));
}

static double
ssim_at(const struct luma *a, const struct luma *b, size_t x, size_t y)
{
	double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0, n = WINDOW * WINDOW;
	double c1 = 6.5025, c2 = 58.5225, va, vb, cov;

	for (size_t j = y; j < y + WINDOW; j++)
		for (size_t i = x; i < x + WINDOW; i++) {
			double p = a->v[j * a->w + i], q = b->v[j * b->w + i];

			sa += p, sb += q;
			aa += p * p, bb += q * q, ab += p * q;
		}
	sa /= n, sb /= n;
	va = aa / n - sa * sa, vb = bb / n - sb * sb, cov = ab / n - sa * sb;
	return (2 * sa * sb + c1) * (2 * cov + c2) /
	       ((sa * sa + sb * sb + c1) * (va + vb + c2));
}

static double
ssim(const struct luma *a, const struct luma *b)
{
	double sum = 0, n = 0;

	for (size_t y = 0; y + WINDOW <= a->h; y += WINDOW / 2)
		for (size_t x = 0; x + WINDOW <= a->w; x += WINDOW / 2, n++)
			sum += ssim_at(a, b, x, y);
	return n > 0 ? sum / n : 1;
}

static bool
judge(VipsImage *source, const char *path)
{
	VipsImage *img = vips_image_new_from_file(path, NULL);
	struct luma got, want;

	if (img == NULL || !luma_of(img, &got) ||
	    !best_of(source, got.w, got.h, &want))
		return false;
	(void)printf("%s %zux%zu PSNR %.2f SSIM %.4f\n", path, got.w, got.h,
	    psnr(&got, &want), ssim(&got, &want));
	free(got.v);
	free(want.v);
	g_object_unref(img);
	return true;
}

int
main(int argc, char **argv)
{
	VipsImage *source;

	if (argc < 3 || vips_init(argv[0]) != 0)
		return 2;
	source = vips_image_new_from_file(argv[1], NULL);
	if (source == NULL)
		return 1;
	for (int i = 2; i < argc; i++)
		if (!judge(source, argv[i])) {
			(void)fprintf(
			    stderr, "%s: %s\n", argv[i], vips_error_buffer());
			return 1;
		}
	return 0;
}
