/* reduce_rows — one axis of reduce, and its loops over samples. */
#ifndef VIDEO_REDUCE_ROWS_H
#define VIDEO_REDUCE_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define REDUCE_OUT_MAX 64
#define REDUCE_STEP 16 /* weights of an output come in so many */
#define REDUCE_ROWS 4  /* done together */

/* Output i is the sum of taps samples from first[i] on; what is behind the last
 * sample has no weight but is read: REDUCE_STEP samples more. */
struct reduce_axis {
	uint32_t in, out, taps;
	uint32_t first[REDUCE_OUT_MAX];
	int16_t *weight; /* taps of each output */
	/* The same in bytes, or NULL: of each output quads times upper and
	 * lower parts, the upper of 128, of the samples 4 * (first / 4) on. */
	uint32_t quads;
	int32_t *quad;
};

struct reduce_ops {
	const char *name;
	/* Bytes to 16 bits. */
	void (*widen)(const uint8_t *, uint32_t n, int16_t *ret);
	/* REDUCE_ROWS rows of samples, `from` apart, to as many of outputs,
	 * REDUCE_OUT_MAX apart: sums cut by 7 bits, at most 15 bits. */
	void (*rows)(const struct reduce_axis *, const int16_t *row,
	    size_t from, int16_t *ret);
	/* Rows of these to a->out rows of `columns`, 32 or 64: sums to the
	 * nearest after 19 bits.  taps are even. */
	void (*columns)(const struct reduce_axis *, const int16_t *rows,
	    uint32_t columns, int16_t *ret);
};

/* A plane of `height` rows of a->in bytes at once, as widen and rows make it;
 * ret has 15 rows more.  room: reduce_plane_room(a), aligned to 64. */
typedef void reduce_plane(const struct reduce_axis *, const uint8_t *plane,
    ptrdiff_t stride, uint32_t height, uint8_t *room, int16_t *ret);
/* NULL: this processor has no such loops. */
reduce_plane *reduce_plane_best(void);
size_t reduce_plane_room(const struct reduce_axis *);
/* Makes quad, to be freed.  False: weights too large, or no memory. */
bool reduce_axis_quads(struct reduce_axis *) MUST_USE;

#define REDUCE_OPS_KINDS 2
/* All that this machine can run, the plain one first, the fastest last; returns
 * how many. */
size_t reduce_ops_all(const struct reduce_ops *ret[REDUCE_OPS_KINDS]);

extern const struct reduce_ops reduce_ops_plain;
#ifdef __x86_64__
extern const struct reduce_ops reduce_ops_avx2;
reduce_plane reduce_plane_avx512;
#endif

#endif
