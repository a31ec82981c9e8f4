/*
 * hash — everything of libpreau-hash: pure functions on pixels and bytes.
 *
 * Nothing here decodes, reads a file, keeps state between calls or starts a
 * thread; workspace is the caller's.  Functions that can fail are false and
 * fill a struct err.  The same input gives the same bits on every processor.
 */
#ifndef HASH_HASH_H
#define HASH_HASH_H

#include "hash/all.h"
#include "hash/digest.h"
#include "hash/frames.h"
#include "hash/kind.h"
#include "hash/pdq.h"
#include "hash/phash.h"
#include "hash/photodna.h"
#include "hash/pixels.h"
#include "hash/pnm.h"
#include "hash/query.h"
#include "hash/tmk.h"
#include "hash/vpdq.h"

#endif
