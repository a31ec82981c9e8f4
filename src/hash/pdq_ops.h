/*
 * pdq_ops — the loops of PDQ over many pixels, once in plain C and once with
 * the vectors of AVX2; both come from pdq_lanes.h and give the same bits.
 *
 * The filter is two rounds of (box along rows, box along columns).  A box is
 * a running sum whose rounding depends on all samples before it, so a line
 * cannot be cut: lanes are lines.  A group of PDQ_GROUP rows is turned so that
 * its rows stand side by side, summed along, and turned back; columns are side
 * by side as they are.  Only a window of rows is kept at any time.
 */
#ifndef HASH_PDQ_OPS_H
#define HASH_PDQ_OPS_H

#include "hash/pdq.h"

#define PDQ_GROUP 16

/* One direction of the box filter.  Output i is the mean of the samples
 * i + ahead - window + 1 to i + ahead that exist. */
struct pdq_axis {
	uint32_t n, window, ahead;
	float *count;   /* samples inside, per output; 1 behind the end */
	float *inverse; /* of count */
	uint32_t pick[PDQ_SIDE]; /* the outputs that are kept at last */
};

/* Somebody else who wants the pixels while they are at hand: tile after tile of
 * rows y to y + rows, columns x to x + n, then the rows that are complete.  y
 * is a multiple of PDQ_GROUP and rows as many but at the end; x is a multiple
 * of PDQ_TILE and so is n but at the end. */
#define PDQ_TILE 128
struct pdq_also {
	void (*tile)(
	    void *arg, uint32_t y, uint32_t rows, uint32_t x, uint32_t n);
	void (*rows)(void *arg, uint32_t y, uint32_t rows);
	void *arg;
};

struct pdq_plan {
	struct pixels px;
	const struct pdq_also *also; /* or NULL */
	bool wide_luma;              /* PDQ_HMA */
	struct pdq_axis x, y;
	size_t row; /* floats of one row here: width up to a multiple of 16 */
	float *turned; /* x.window zeroes, then columns of PDQ_GROUP rows, then
			  zeroes */
	float *ring;   /* ring_rows rows after the first box */
	uint32_t ring_rows;
	float *sum;    /* running sum of each column */
	float *zero;   /* a row of zeroes */
	float *narrow; /* y.window rows of the PDQ_SIDE columns kept */
};

struct pdq_ops {
	const char *name;
	/* Lumas of a picture PDQ_SIDE pixels wide. */
	void (*lumas)(const struct pixels *, float *ret);
	/* Filter and decimate to PDQ_SIDE x PDQ_SIDE. */
	void (*shrink)(const struct pdq_plan *, float *ret);
	/* Sixteen frequencies each way of a PDQ_SIDE x PDQ_SIDE block. */
	void (*transform)(const float *block, float *ret);
	/* Sum of the steps between neighbours in hundredths, up to at least
	 * `enough`. */
	int (*gradient)(const float *block, int enough);
	/* The 128th smallest of PDQ_BITS. */
	float (*median)(const float *v);
};

#define PDQ_OPS_KINDS 2
/* All that this machine can run, the plain one first, the fastest last;
 * returns how many. */
size_t pdq_ops_all(const struct pdq_ops *ret[PDQ_OPS_KINDS]);

/* pdq_block with the loops given. */
void pdq_block_with(const struct pdq_ops *, const struct pixels *,
    enum pdq_pipeline, bool for_turns, void *work, struct pdq_block *ret);
/* For all turns by PDQ_CORE, of a picture that is not tiny. */
void pdq_block_also(const struct pixels *, const struct pdq_also *, void *work,
    struct pdq_block *ret);

extern const struct pdq_ops pdq_ops_plain;
#ifdef __x86_64__
extern const struct pdq_ops pdq_ops_avx2;
#endif

/* The pixel's luma with binary64 arithmetic, rounded once. */
float pdq_luma_wide(const uint8_t *, uint32_t channels);

#endif
