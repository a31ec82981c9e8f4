/*
 * tmk — TMK+PDQF, the hash of a whole video: the mean of its frames' PDQF, and
 * how that moves with four periods (Poullot et al., « Temporal Matching Kernel
 * with Explicit Feature Maps », 2015; Meta's form of 2019).  Files are the same
 * byte for byte as those of the published program.
 *
 * Frames are given by the caller, 15 a second, 64 x 64, as pdq_block makes them
 * without turns; frames of any quality count.
 */
#ifndef HASH_TMK_H
#define HASH_TMK_H

#include "base/str.h"
#include "hash/pdq.h"

#define TMK_FPS 15
#define TMK_PERIODS 4
#define TMK_WAVES 32
#define TMK_BYTES 263344 /* of a .tmk file */
#define TMK_FRAMES_MAX INT32_MAX
#define TMK_LEVEL1 0.7f /* at least: level 2 is worth computing */
#define TMK_LEVEL2 0.7f /* at least: related; 0.9 for « the same » */

extern const int32_t tmk_periods[TMK_PERIODS]; /* in frames */

/* About 264 kB. */
struct tmk {
	int64_t frames;
	float mean[PDQ_BITS]; /* the sum, until tmk_end */
	float cosine[TMK_PERIODS][TMK_WAVES][PDQ_BITS];
	float sine[TMK_PERIODS][TMK_WAVES][PDQ_BITS];
};

void tmk_begin(struct tmk *);
/* ERR_LIMIT: more than TMK_FRAMES_MAX. */
bool tmk_add(struct tmk *, const float frame[PDQ_BITS], struct err *) MUST_USE;
/* Once, after all frames. */
void tmk_end(struct tmk *);

void tmk_write(const struct tmk *, uint8_t ret[TMK_BYTES]);
/* ERR_INPUT: not a .tmk, of other parameters than ours (which could not be
 * compared), not of TMK_BYTES, or with values that are not finite. */
bool tmk_read(str file, struct tmk *ret, struct err *) MUST_USE;

/* Of the video with every frame turned, by signs and places alone: near to what
 * turned frames give, as pdq_of_block is.  Not the same memory. */
void tmk_turn(const struct tmk *, enum pdq_turn, struct tmk *ret);

/* Level 1: cosine of the means, -1 to 1; 0 when one of them is blank. */
float tmk_level1(const struct tmk *, const struct tmk *);

/* Angles of every offset, about 250 kB, for tmk_level2; made once. */
struct tmk_offsets {
	float *step; /* 2 sin^2 of half the angle */
	float *sine; /* of the angle */
	size_t first[TMK_PERIODS + 1];
};

#define TMK_OFFSETS (2731 + 4391 + 9767 + 14653)
/* 2 * TMK_OFFSETS floats of the caller's. */
void tmk_offsets_init(struct tmk_offsets *, float *memory);

/* Level 2: the best agreement at any shift in time, about 0 to 1. */
float tmk_level2(
    const struct tmk_offsets *, const struct tmk *, const struct tmk *);

#endif
