/*
 * begun — the digests of files that come in pieces, so far as they came: the
 * next piece of such a file goes on with it.
 *
 * A few, in memory alone.  What is not here, because the front began anew or
 * many others came meanwhile, is made by reading the file again (upload.h).
 */
#ifndef FRONT_BEGUN_H
#define FRONT_BEGUN_H

#include "crypto/sum.h"

#define BEGUN_MAX 64

/* Takes the sum of the first `bytes` of a file; the oldest goes where all
 * places are taken. */
void begun_keep(uint64_t file, uint64_t bytes, struct sum *);
/* The sum of exactly so many, the caller's from now on, or NULL.  Whatever was
 * kept of this file is forgotten: somebody writes on it. */
struct sum *begun_take(uint64_t file, uint64_t bytes);

#endif
