#include "spec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
box(const float *in, float *out, size_t n, size_t step, size_t window)
{
	size_t half = (window + 2) / 2, enter = 0, leave = 0, to = 0;
	float sum = 0, count = 0;

	for (size_t i = 1; i < half; i++) {
		sum += in[enter++ * step];
		count++;
	}
	for (size_t i = 0; i < window - half + 1; i++) {
		sum += in[enter++ * step];
		count++;
		out[to++ * step] = sum / count;
	}
	for (size_t i = 0; i < n - window; i++) {
		sum += in[enter++ * step];
		sum -= in[leave++ * step];
		out[to++ * step] = sum / count;
	}
	for (size_t i = 1; i < half; i++) {
		sum -= in[leave++ * step];
		count--;
		out[to++ * step] = sum / count;
	}
}

static void
filter(float *one, float *two, size_t width, size_t height)
{
	for (int round = 0; round < 2; round++) {
		for (size_t y = 0; y < height; y++)
			box(one + y * width, two + y * width, width, 1,
			    (width + 127) / 128);
		for (size_t x = 0; x < width; x++)
			box(two + x, one + x, height, width,
			    (height + 127) / 128);
	}
}

static void
decimate(const float *in, size_t width, size_t height, float a[64][64])
{
	for (int i = 0; i < 64; i++)
		for (int j = 0; j < 64; j++) {
			size_t y = (size_t)((i + 0.5) * (double)height / 64);
			size_t x = (size_t)((j + 0.5) * (double)width / 64);

			a[i][j] = in[y * width + x];
		}
}

static int
quality(float a[64][64])
{
	int sum = 0;

	for (int i = 0; i < 63; i++)
		for (int j = 0; j < 64; j++)
			sum += abs((int)((a[i][j] - a[i + 1][j]) * 100 / 255));
	for (int i = 0; i < 64; i++)
		for (int j = 0; j < 63; j++)
			sum += abs((int)((a[i][j] - a[i][j + 1]) * 100 / 255));
	return sum / 90 > 100 ? 100 : sum / 90;
}

static void
transform(float a[64][64], float ret[256])
{
	static float d[16][64];
	float t[16][64];

	if (d[0][0] == 0)
		for (int i = 0; i < 16; i++)
			for (int j = 0; j < 64; j++)
				d[i][j] = (float)((float)sqrt(2.0 / 64) *
						  cos(M_PI / 2 / 64 * (i + 1) *
						      (2 * j + 1)));
	for (int i = 0; i < 16; i++)
		for (int j = 0; j < 64; j++) {
			float sum = 0;

			for (int k = 0; k < 64; k++)
				sum += d[i][k] * a[k][j];
			t[i][j] = sum;
		}
	for (int i = 0; i < 16; i++)
		for (int j = 0; j < 16; j++) {
			float sum = 0;

			for (int k = 0; k < 64; k++)
				sum += t[i][k] * d[j][k];
			ret[16 * i + j] = sum;
		}
}

static int
by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static void
write_bits(const float v[256], char *ret)
{
	float sorted[256];

	memcpy(sorted, v, sizeof(sorted));
	qsort(sorted, 256, sizeof(float), by_value);
	for (int digit = 0; digit < 64; digit++) {
		int value = 0;

		for (int b = 0; b < 4; b++)
			if (v[4 * digit + b] > sorted[127])
				value |= 1 << b;
		ret[63 - digit] = "0123456789abcdef"[value];
	}
	ret[64] = '\0';
}

void
spec_pdq(const uint8_t *rgb, uint32_t width, uint32_t height, uint32_t channels,
    bool shortcut, float *one, float *two, float ret_transform[256],
    char *ret_hex, int *ret_quality)
{
	float a[64][64];

	memset(ret_transform, 0, 256 * sizeof(float));
	memset(ret_hex, '0', 64);
	ret_hex[64] = '\0';
	*ret_quality = 0;
	if (width < 5 || height < 5)
		return;
	for (size_t i = 0; i < (size_t)width * height; i++)
		one[i] = channels == 1
			     ? (float)rgb[i]
			     : 0.299f * rgb[3 * i] + 0.587f * rgb[3 * i + 1] +
				   0.114f * rgb[3 * i + 2];
	if (!shortcut || width != 64 || height != 64)
		filter(one, two, width, height);
	decimate(one, width, height, a);
	*ret_quality = quality(a);
	transform(a, ret_transform);
	write_bits(ret_transform, ret_hex);
}
