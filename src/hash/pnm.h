/*
 * pnm — portable anymaps (P1 to P6) as pixels, for programs that decode by
 * themselves.  Samples of 16 bits give their high byte, other depths are
 * scaled to 0..255 with rounding; a bitmap's 1 is black.
 */
#ifndef HASH_PNM_H
#define HASH_PNM_H

#include "base/arena.h"
#include "hash/pixels.h"

/* The first picture of the file.  The pixels are the file's own bytes when
 * they can be, else of the arena.  ERR_INPUT: not PNM, or cut short. */
bool pnm_read(
    struct arena *, str file, struct pixels *ret, struct err *) MUST_USE;

#endif
