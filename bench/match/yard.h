/* yard — what others make of the same search, when they are installed. */
#ifndef BENCH_YARD_H
#define BENCH_YARD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A scan, and tables looked up with bits flipped: so many times so many bits,
 * and flips enough that 31 bits cannot hide. */
enum yard {
	YARD_FLAT,
	YARD_16_TIMES_16, /* one bit */
	YARD_11_TIMES_23, /* two */
	YARD_8_TIMES_32,  /* three */
	YARDS
};

/* An index of n rows of 32 bytes, for exact answers within 31 bits. */
void *yard_new(enum yard, size_t n, const uint8_t *rows);
void yard_free(enum yard, void *);
/* How many rows are within 31 bits of all queries together. */
size_t yard_search(enum yard, void *, size_t n, const uint8_t *queries);

#ifdef __cplusplus
}
#endif

#endif
