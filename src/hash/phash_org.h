/* phash_org — ph_dct_imagehash of pHash.org; see phash.h. */
#ifndef HASH_PHASH_ORG_H
#define HASH_PHASH_ORG_H

#include "hash/phash.h"

void phash_org(const struct pixels *, struct phash *ret);

#endif
