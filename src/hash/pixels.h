/*
 * pixels — a decoded picture as the hashes take it: 8 bits a sample, rows from
 * the top, interleaved R, G, B or one grey channel.  Alpha is left out by
 * whoever decodes (the colour under it stays), 16-bit samples come with their
 * high byte.  Orientation, profiles and the choice of a frame are the caller's.
 */
#ifndef HASH_PIXELS_H
#define HASH_PIXELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PIXELS_SIDE_MAX 65535

struct pixels {
	const uint8_t *p;
	uint32_t width, height; /* 1 to PIXELS_SIDE_MAX */
	uint32_t channels;      /* 1 or 3 */
	size_t stride;          /* bytes from one row to the next */
};

/* ERR_INPUT for what no hash can take. */
bool pixels_check(const struct pixels *, struct err *) MUST_USE;

/* Nearest neighbour: row y takes row y * height / to_height, rounded down, and
 * columns likewise; a side that stays is copied.  ret holds
 * to_width * to_height * channels bytes. */
void pixels_nearest(
    const struct pixels *, uint32_t to_width, uint32_t to_height, uint8_t *ret);

#endif
