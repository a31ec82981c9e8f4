#include "media/exifdate.h"

enum {
	TAG_ORIENTATION = 0x0112,
	TAG_DATETIME = 0x0132, /* last change of the file: the weakest */
	TAG_EXIF_IFD = 0x8769,
	TAG_ORIGINAL = 0x9003,
	TAG_DIGITIZED = 0x9004,
};

enum { TYPE_ASCII = 2, TYPE_SHORT = 3, TYPE_LONG = 4 };

#define DATE_CHARS 19 /* "2026:11:21 16:30:00" */

struct tiff {
	const uint8_t *p;
	size_t n;
	bool big;        /* endian */
	unsigned budget; /* entries that may still be read */
};

struct entry {
	uint16_t tag, type;
	uint32_t count, value; /* value: the number, or where the bytes lie */
	size_t at;             /* of the value field itself */
};

static uint32_t
u16_at(const struct tiff *t, size_t i)
{
	if (i > t->n || t->n - i < 2)
		return 0;
	return t->big ? (uint32_t)t->p[i] << 8 | t->p[i + 1]
		      : (uint32_t)t->p[i + 1] << 8 | t->p[i];
}

static uint32_t
u32_at(const struct tiff *t, size_t i)
{
	if (i > t->n || t->n - i < 4)
		return 0;
	return t->big ? u16_at(t, i) << 16 | u16_at(t, i + 2)
		      : u16_at(t, i + 2) << 16 | u16_at(t, i);
}

static bool
two_digits(const uint8_t *p, uint16_t max, uint16_t *ret)
{
	unsigned v;

	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	v = (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
	if (v > max)
		return false;
	*ret = (uint16_t)v;
	return true;
}

static uint16_t
days_in(uint16_t year, uint16_t month)
{
	static const uint8_t days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

/* Some cameras write '-' or '/' between the numbers of the day; a clock that
 * was never set writes zeros or blanks, which is no date. */
static bool
parse_date(const uint8_t *p, uint16_t ret[6])
{
	uint16_t century, year, v[6];

	if (!two_digits(p, 21, &century) || !two_digits(p + 2, 99, &year) ||
	    !two_digits(p + 5, 12, &v[1]) || !two_digits(p + 8, 31, &v[2]) ||
	    !two_digits(p + 11, 23, &v[3]) || !two_digits(p + 14, 59, &v[4]) ||
	    !two_digits(p + 17, 60, &v[5]))
		return false;
	v[0] = (uint16_t)(century * 100 + year);
	if (v[0] < 1990 || v[0] > 2100 || v[1] == 0 || v[2] == 0 ||
	    v[2] > days_in(v[0], v[1]) || p[4] != p[7])
		return false;
	memcpy(ret, v, sizeof(v));
	return true;
}

static void
take_date(const struct tiff *t, const struct entry *x, struct exif *ret)
{
	if (x->type != TYPE_ASCII || x->count < DATE_CHARS || x->value > t->n ||
	    t->n - x->value < DATE_CHARS)
		return;
	if (parse_date(t->p + x->value, ret->taken))
		ret->has_taken = true;
}

static void
take_orientation(const struct tiff *t, const struct entry *x, struct exif *ret)
{
	uint32_t v = x->type == TYPE_SHORT ? u16_at(t, x->at) : x->value;

	if (x->count == 1 && v >= 1 && v <= 8 &&
	    (x->type == TYPE_SHORT || x->type == TYPE_LONG))
		ret->orientation = (uint8_t)v;
}

static struct entry
entry_at(const struct tiff *t, size_t i)
{
	return (struct entry){.tag = (uint16_t)u16_at(t, i),
	    .type = (uint16_t)u16_at(t, i + 2),
	    .count = u32_at(t, i + 4),
	    .value = u32_at(t, i + 8),
	    .at = i + 8};
}

/* Takes the date of the first of the wanted tags that has a good one, and says
 * where the EXIF IFD is. */
static void
read_ifd(struct tiff *t, uint32_t at, uint16_t wanted, struct exif *ret,
    uint32_t *ret_exif_ifd)
{
	uint32_t n = u16_at(t, at);

	for (uint32_t i = 0; i < n && t->budget > 0; i++, t->budget--) {
		size_t where = (size_t)at + 2 + (size_t)i * 12;
		struct entry x;

		if (where > t->n || t->n - where < 12)
			return;
		x = entry_at(t, where);
		if (x.tag == wanted && !ret->has_taken)
			take_date(t, &x, ret);
		else if (x.tag == TAG_ORIENTATION && ret_exif_ifd != NULL)
			take_orientation(t, &x, ret);
		else if (x.tag == TAG_EXIF_IFD && ret_exif_ifd != NULL &&
			 x.type == TYPE_LONG)
			*ret_exif_ifd = x.value;
	}
}

struct exif
exif_read(str block)
{
	struct exif ret = {.orientation = 1}, first;
	struct tiff t = {.budget = EXIF_ENTRIES_MAX};
	uint32_t ifd0, exif_ifd = 0;

	if (str_starts(block, S("Exif\0\0")))
		block = str_sub(block, 6, block.n);
	if (!str_starts(block, S("II*\0")) && !str_starts(block, S("MM\0*")))
		return ret;
	t.p = (const uint8_t *)block.p;
	t.n = block.n;
	t.big = block.p[0] == 'M';
	ifd0 = u32_at(&t, 4);
	/* IFD0 holds the weakest date but leads to the better ones. */
	first = ret;
	read_ifd(&t, ifd0, TAG_DATETIME, &first, &exif_ifd);
	ret.orientation = first.orientation;
	if (exif_ifd != 0) {
		read_ifd(&t, exif_ifd, TAG_ORIGINAL, &ret, NULL);
		read_ifd(&t, exif_ifd, TAG_DIGITIZED, &ret, NULL);
	}
	return ret.has_taken ? ret : first;
}
