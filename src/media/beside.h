/*
 * beside — a thread beside the one that decodes: it does what it is given, one
 * thing after the other, while the giver goes on.
 *
 * One picture alone is ready sooner when its hashes are made on another core
 * than its renditions; it costs no less, so where every core has a picture of
 * its own nothing is won and nothing lost.  What is given is pure work on
 * memory: no call of libjpeg or libvips is ever made there.
 */
#ifndef MEDIA_BESIDE_H
#define MEDIA_BESIDE_H

#include "base/err.h"
#include "base/own.h"

#define BESIDE_TASKS 4u /* given and not done */

struct beside;

/* Never NULL.  Where no thread is to be had, what is given is done at once by
 * whoever gives it. */
struct beside *beside_new(void);
/* Waits; NULL is fine. */
void beside_free(struct beside *);

/* Waits while there are BESIDE_TASKS: when it returns, all that was given
 * BESIDE_TASKS calls ago or earlier is done.  beside NULL: done at once. */
void beside_do(struct beside *, void (*work)(void *), void *arg);
/* Until all that was given is done, and can be seen; NULL is fine. */
void beside_wait(struct beside *);

DEFINE_OWNED(beside)

#endif
