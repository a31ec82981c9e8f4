#include "media/icc.h"

#include <math.h>
#include <stdint.h>

#define HEAD 128
#define TAGS_MAX 64

static uint32_t
be32(str s, size_t i)
{
	const uint8_t *p = (const uint8_t *)s.p + i;

	if (i > s.n || s.n - i < 4)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static double
fixed(str s, size_t i)
{
	return (int32_t)be32(s, i) / 65536.0;
}

enum icc_space
icc_space(str p)
{
	str name = str_sub(p, 16, 4);

	if (p.n < HEAD + 4 || !str_eq(str_sub(p, 36, 4), S("acsp")))
		return ICC_NONE;
	if (str_eq(name, S("RGB ")))
		return ICC_RGB;
	if (str_eq(name, S("GRAY")))
		return ICC_GREY;
	return str_eq(name, S("CMYK")) ? ICC_CMYK : ICC_OTHER;
}

/* The element of a tag, empty when there is none. */
static str
tag(str p, const char *name)
{
	uint32_t n = be32(p, HEAD);

	for (uint32_t i = 0; i < n && i < TAGS_MAX; i++) {
		size_t at = HEAD + 4 + (size_t)i * 12;

		if (str_eq(str_sub(p, at, 4), str_c(name)))
			return str_sub(p, be32(p, at + 4), be32(p, at + 8));
	}
	return (str){0};
}

static bool
near(double a, double b, double by)
{
	return fabs(a - b) <= by;
}

/* sRGB's primaries, adapted to the D50 of the connection space. */
static bool
primaries_match(str p)
{
	static const struct {
		char name[5];
		double xyz[3];
	} want[] = {
	    {"rXYZ", {0.4361, 0.2225, 0.0139}},
	    {"gXYZ", {0.3851, 0.7169, 0.0971}},
	    {"bXYZ", {0.1431, 0.0606, 0.7141}},
	};

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		str t = tag(p, want[i].name);

		if (t.n < 20 || !str_starts(t, S("XYZ ")))
			return false;
		for (size_t k = 0; k < 3; k++)
			if (!near(fixed(t, 8 + 4 * k), want[i].xyz[k], 0.002))
				return false;
	}
	return true;
}

static double
srgb_to_linear(double v)
{
	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* A table: looked at in eight places. */
static bool
table_matches(str t, uint32_t n)
{
	if (n < 64 || n > 4096 || t.n < 12 + (size_t)n * 2)
		return false;
	for (uint32_t i = 1; i <= 8; i++) {
		uint32_t at = (n - 1) * i / 8;
		uint32_t v = be32(t, 10 + (size_t)at * 2) & 0xffff;

		if (!near(v / 65535.0, srgb_to_linear(at / (double)(n - 1)),
			0.004))
			return false;
	}
	return true;
}

static bool
curve_matches(str t)
{
	static const double want[] = {
	    2.4, 0.947867, 0.052133, 0.077399, 0.04045};

	if (str_starts(t, S("curv")))
		return table_matches(t, be32(t, 8));
	/* A curve of type 3 with sRGB's own five numbers. */
	if (!str_starts(t, S("para")) || t.n < 32 || be32(t, 8) >> 16 != 3)
		return false;
	for (size_t i = 0; i < 5; i++)
		if (!near(fixed(t, 12 + 4 * i), want[i], 0.002))
			return false;
	return true;
}

bool
icc_is_srgb(str p)
{
	/* A lookup table overrules matrix and curves. */
	return icc_space(p) == ICC_RGB && tag(p, "A2B0").n == 0 &&
	       primaries_match(p) && curve_matches(tag(p, "rTRC")) &&
	       curve_matches(tag(p, "gTRC")) && curve_matches(tag(p, "bTRC"));
}
