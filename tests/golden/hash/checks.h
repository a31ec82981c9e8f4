/* checks — one for each table of the golden folder; each counts in *g. */
#ifndef GOLDEN_HASH_CHECKS_H
#define GOLDEN_HASH_CHECKS_H

#include "golden.h"

void check_pdq(struct golden *);
void check_floats(struct golden *);
void check_imagehash(struct golden *);
void check_phash_org(struct golden *);
void check_digests(struct golden *);
void check_tmk(struct golden *);
void check_vpdq(struct golden *);

#endif
