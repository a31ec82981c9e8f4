/*
 * opened — the memory in which chunks of renditions stand open: places for one
 * chunk each, so many and no more, made once.
 *
 * A place is wiped when it is given back, and what nobody has goes back to the
 * system with opened_rest.
 */
#ifndef FRONT_OPENED_H
#define FRONT_OPENED_H

#include "store/blob.h"

void opened_init(size_t places); /* before any other; again: when none is out */
uint8_t *opened_take(void);      /* BLOB_WORK bytes; NULL: all are taken */
void opened_give(uint8_t *);
void opened_rest(void);
bool opened_at_rest(void); /* nothing for opened_rest to do */

#endif
