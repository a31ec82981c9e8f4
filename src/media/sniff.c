#include "media/sniff.h"

#include <stdint.h>

#define BRANDS_MAX 32
#define SHORTEST 12 /* less is not a picture of any kind */

static const char *const words[MEDIA_FORMATS] = {
    [MEDIA_FORMAT_NONE] = "none",
    [MEDIA_FORMAT_JPEG] = "jpeg",
    [MEDIA_FORMAT_PNG] = "png",
    [MEDIA_FORMAT_WEBP] = "webp",
    [MEDIA_FORMAT_HEIC] = "heic",
    [MEDIA_FORMAT_AVIF] = "avif",
};

const char *
media_format_word(enum media_format f)
{
	return (unsigned)f < MEDIA_FORMATS ? words[f] : words[0];
}

static enum media_format
format_of_brand(str brand)
{
	static const struct {
		char name[5];
		enum media_format format;
	} brands[] = {
	    {"avif", MEDIA_FORMAT_AVIF},
	    {"avis", MEDIA_FORMAT_AVIF},
	    {"heic", MEDIA_FORMAT_HEIC},
	    {"heix", MEDIA_FORMAT_HEIC},
	    {"heim", MEDIA_FORMAT_HEIC},
	    {"heis", MEDIA_FORMAT_HEIC},
	};

	for (size_t i = 0; i < sizeof(brands) / sizeof(brands[0]); i++)
		if (memcmp(brand.p, brands[i].name, 4) == 0)
			return brands[i].format;
	return MEDIA_FORMAT_NONE;
}

/* ISO/IEC 14496-12: the ftyp box names one major and more brands; the generic
 * "mif1" says nothing about the codec, so the others are asked. */
static enum media_format
sniff_heif(str b)
{
	const uint8_t *p = (const uint8_t *)b.p;
	size_t size;

	if (b.n < 16 || memcmp(p + 4, "ftyp", 4) != 0)
		return MEDIA_FORMAT_NONE;
	size =
	    (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	if (size < 16 || size > b.n || size > 16 + 4 * BRANDS_MAX)
		return MEDIA_FORMAT_NONE;
	for (size_t i = 8; i + 4 <= size; i += i == 8 ? 8 : 4) {
		enum media_format f = format_of_brand(str_sub(b, i, 4));

		if (f != MEDIA_FORMAT_NONE)
			return f;
	}
	return MEDIA_FORMAT_NONE;
}

bool
media_sniff_film(str b)
{
	static const str begins[] = {S("\x1a\x45\xdf\xa3"), /* Matroska, WebM */
	    S("\0\0\1\xba"), S("\0\0\1\xb3"),               /* MPEG */
	    S("\x30\x26\xb2\x75\x8e\x66\xcf\x11"),          /* Windows Media */
	    S("FLV\1")};
	/* Behind a size: the brand of MP4 and its like, and QuickTime before
	 * there were brands. */
	static const str boxes[] = {S("ftypiso"), S("ftypmp4"), S("ftypavc1"),
	    S("ftypM4V"), S("ftypqt  "), S("ftyp3g"), S("ftypMSNV"),
	    S("ftypdash"), S("ftypf4v"), S("moov"), S("mdat"), S("wide")};

	if (str_starts(b, S("RIFF")) &&
	    str_starts(str_sub(b, 8, 12), S("AVI ")))
		return true;
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (str_starts(b, begins[i]))
			return true;
	for (size_t i = 0; i < sizeof(boxes) / sizeof(boxes[0]); i++)
		if (str_starts(str_sub(b, 4, b.n), boxes[i]))
			return true;
	return false;
}

bool
media_sniff_pdf(str b)
{
	return str_starts(b, S("%PDF-"));
}

bool
media_sniff_office(str b)
{
	return str_starts(b, S("PK\3\4")) ||
	       str_starts(b, S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) ||
	       str_starts(b, S("{\\rtf"));
}

enum media_format
media_sniff(str b)
{
	if (b.n < SHORTEST)
		return MEDIA_FORMAT_NONE;
	if (str_starts(b, S("\xff\xd8\xff")))
		return MEDIA_FORMAT_JPEG;
	if (str_starts(b, S("\x89PNG\r\n\x1a\n")))
		return MEDIA_FORMAT_PNG;
	if (str_starts(b, S("RIFF")) && str_starts(str_sub(b, 8, 4), S("WEBP")))
		return MEDIA_FORMAT_WEBP;
	return sniff_heif(b);
}
