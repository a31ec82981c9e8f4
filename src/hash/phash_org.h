/* phash_org — ph_dct_imagehash of pHash.org; see phash.h. */
#ifndef HASH_PHASH_ORG_H
#define HASH_PHASH_ORG_H

#include "hash/phash_ops.h"

void phash_org(
    const struct phash_ops *, const struct pixels *, struct phash *ret);

#endif
