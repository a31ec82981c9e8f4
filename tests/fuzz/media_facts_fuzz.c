/* All that our own code reads of a stranger's picture before a decoder does:
 * magic, wrapping, EXIF, profile; and the tags of a download, whose texts
 * strangers typed. */
#include "media/container.h"
#include "media/exifdate.h"
#include "media/icc.h"
#include "media/tagwrite.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_exif(str s)
{
	struct exif x = exif_read(s);

	if (x.orientation < 1 || x.orientation > 8)
		__builtin_trap();
	if (x.has_taken &&
	    (x.taken[0] < 1990 || x.taken[0] > 2100 || x.taken[1] < 1 ||
		x.taken[1] > 12 || x.taken[2] < 1 || x.taken[2] > 31 ||
		x.taken[3] > 23 || x.taken[4] > 59 || x.taken[5] > 60))
		__builtin_trap();
}

static void
check_container(enum media_format f, str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX((size_t)1 << 20);
	struct container c = container_read(f, s);

	if (c.exif.n > 0 && (c.exif.p < s.p || c.exif.p + c.exif.n > s.p + s.n))
		__builtin_trap();
	check_exif(c.exif);
	if (f == MEDIA_FORMAT_PNG && container_png_essence(s, &b) && b.n > s.n)
		__builtin_trap();
}

/* What was written is read back, and ends where it says. */
static void
check_tags(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TAG_PREFIX_MAX);
	struct tag_facts f = {.caption = str_sub(s, 0, s.n / 2),
	    .organisation = str_sub(s, s.n / 2, s.n),
	    .has_taken = true,
	    .taken = {2026, 11, 21, 16, 30, 0}};
	size_t i = 2;
	struct err e;

	if (!tagwrite(&f, &b, &e))
		return;
	while (i + 4 <= b.n)
		i += 2 +
		     ((size_t)(uint8_t)b.p[i + 2] << 8 | (uint8_t)b.p[i + 3]);
	if (i != b.n || !exif_read(str_sub(buf_view(&b), 6, b.n)).has_taken)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	str s = {(const char *)p, n};

	if (n == 0)
		return 0;
	(void)media_sniff(s);
	(void)media_sniff_film(s);
	for (int f = MEDIA_FORMAT_JPEG; f < MEDIA_FORMATS; f++)
		check_container((enum media_format)f, s);
	check_exif(s);
	(void)icc_is_srgb(s);
	check_tags(s);
	return 0;
}
