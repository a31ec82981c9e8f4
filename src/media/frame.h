/*
 * frame — the pictures of one file that libvips reads, whole in memory one
 * after the other: hashed, and the first kept to be shown.
 */
#ifndef MEDIA_FRAME_H
#define MEDIA_FRAME_H

#include <vips/vips.h>

#include "media/decode.h"

#define FRAMES_PIXELS_MAX ((uint64_t)600000000) /* of all, of one file */

struct frame {
	VipsImage *like; /* format, bands and profile; not owned */
	void *p;
	uint32_t width, height;
	size_t row_bytes;
};

void frame_done(struct frame *);

/* An animation is one tall picture; this is the height of one of its frames. */
uint32_t frame_height(VipsImage *);

/* Whether each frame, and all of them together, are small enough. */
enum media_verdict frames_verdict(VipsImage *);

/* Reads from top to bottom and hashes every frame.  What is wrong with the
 * file is in ret->verdict. */
bool frames_read(VipsImage *, struct frame *ret_first, struct decoded *ret,
    struct err *) MUST_USE;

/* Only what the hashes know how to take. */
bool frame_is_known(VipsImage *);
/* Hashes one; *ret_full as of hashing_frame. */
bool frame_hash(const struct frame *, struct decoded *ret, bool *ret_full,
    struct err *) MUST_USE;

/* A picture on the frame's memory; NULL: libvips has none. */
VipsImage *frame_image(const struct frame *);

#endif
