/*
 * decode — bytes of a stranger to upright planes of a wanted size, in one go.
 *
 * Only ever called inside the media process.  The verdict is about the file;
 * false is about us (memory), and then nothing is known about the file.
 */
#ifndef MEDIA_DECODE_H
#define MEDIA_DECODE_H

#include "ipc/media.h"
#include "media/beside.h"
#include "media/container.h"
#include "media/exifdate.h"
#include "media/hashing.h"
#include "media/plane.h"

struct decoded {
	enum media_verdict verdict;
	uint32_t width, height; /* upright, whole size */
	struct exif exif;
	struct planes planes; /* when MEDIA_OK; the caller has them */
	struct buf icc;       /* of planes; empty: they are sRGB */
	/* Of the caller; gets all frames but one that is left as it is in
	 * still.  NULL: nothing is hashed. */
	struct hashing *hashing;
	/* Of the caller: it may make the pixels; NULL: there is none. */
	struct beside *beside;
	struct pixels still;  /* the one frame of a JPEG, when it is to be
				 hashed; else p is NULL */
	uint8_t *still_bytes; /* owned */
};

void decoded_done(struct decoded *);

/*
 * side: the longer side wanted at most; 0: no planes at all.  JPEGs of other
 * than grey or YCbCr are not for jpegin: then *ret_other is set and nothing
 * else.
 */
bool jpegin(str bytes, const struct container *, uint32_t side,
    struct decoded *ret, bool *ret_other, struct err *) MUST_USE;

/* Every other format, by libvips. */
bool vipsin(enum media_format, str bytes, const struct container *,
    uint32_t side, struct decoded *ret, struct err *) MUST_USE;

/* Whichever of the two it takes. */
bool decode_any(enum media_format, str bytes, uint32_t side,
    struct decoded *ret, struct err *) MUST_USE;

/* Too large for this house: MEDIA_TOO_LARGE, else MEDIA_OK. */
enum media_verdict decode_size_verdict(uint32_t width, uint32_t height);

#endif
