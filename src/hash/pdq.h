/*
 * pdq — the 256-bit perceptual hash of photographs (Meta, « The TMK+PDQF
 * video-hashing algorithm and the PDQ image-hashing algorithm », 2019), exact
 * to the bit: every sum is made in the order and the binary32 rounding of the
 * published implementation, on any processor.
 *
 * Two hashes are compared by their Hamming distance: 31 or less is a match
 * when both qualities are at least PDQ_QUALITY_MIN.  Hashes of flat pictures
 * mean nothing, their quality says so.
 */
#ifndef HASH_PDQ_H
#define HASH_PDQ_H

#include "base/str.h"
#include "hash/pixels.h"

#define PDQ_SIDE 64 /* of the block that is transformed */
#define PDQ_FREQUENCIES 16
#define PDQ_BITS 256
#define PDQ_HEX 64
#define PDQ_DISTANCE 31    /* at most: a match */
#define PDQ_QUALITY_MIN 50 /* of 100; below it a hash is not to be matched */
#define PDQ_PIXELS_MIN 5   /* a shorter side gives zero bits, quality zero */
#define PDQ_WORK_ALIGN 64

/* Three programs in the wild hash the same picture differently: keep beside a
 * hash which one made it. */
enum pdq_pipeline {
	PDQ_CORE,    /* luma in binary32, full size: vPDQ, most libraries */
	PDQ_FILE512, /* over 512 pixels: nearest neighbour to 512 x 512 first;
			the command line tool of the authors */
	PDQ_HMA,     /* luma in binary64: python bindings and hosts of lists */
	PDQ_PIPELINES
};

extern const char *const pdq_pipeline_names[PDQ_PIPELINES];
bool pdq_pipeline_of(str name, enum pdq_pipeline *ret) MUST_USE;

/* Bit k, of row k / 16 and column k % 16 of the transform, is bit k % 64 of
 * w[k / 64]. */
struct pdq_hash {
	uint64_t w[4];
};

enum pdq_turn {
	PDQ_ORIGINAL,
	PDQ_ROT90, /* counter-clockwise */
	PDQ_ROT180,
	PDQ_ROT270,
	PDQ_FLIPX,      /* top and bottom exchanged */
	PDQ_FLIPY,      /* left and right exchanged */
	PDQ_FLIPPLUS1,  /* transposed */
	PDQ_FLIPMINUS1, /* transposed along the other diagonal */
	PDQ_TURNS
};

extern const char *const pdq_turn_names[PDQ_TURNS];

/* What all hashes of one picture are made of. */
struct pdq_block {
	/* Row-major, by vertical then horizontal frequency, 1 to 16: PDQF. */
	float transform[PDQ_BITS];
	int quality; /* 0 to 100 */
	bool tiny;   /* under PDQ_PIXELS_MIN: all zero */
	/* From the darkest to the brightest luma, of 255, where the quality is
	 * under PDQ_QUALITY_MIN. */
	float range;
};

/* Why a hash is not to be matched. */
enum pdq_reason {
	PDQ_FIT,   /* it is */
	PDQ_TINY,  /* a side under PDQ_PIXELS_MIN */
	PDQ_FLAT,  /* one colour, or nearly */
	PDQ_FAINT, /* hardly any contrast */
	PDQ_PLAIN, /* contrast, but hardly any detail: a fog, a ramp, a logo */
	PDQ_REASONS
};

extern const char *const pdq_reason_names[PDQ_REASONS]; /* stable words */
/* In English, a sentence without its full stop; of PDQ_FIT too. */
extern const char *const pdq_reason_texts[PDQ_REASONS];

/* Bytes of workspace, aligned to PDQ_WORK_ALIGN, for a picture of this size;
 * about 200 bytes per column plus window rows, never a copy of the picture. */
size_t pdq_work_bytes(uint32_t width, uint32_t height);

/* The picture's block.  A 64 x 64 picture is taken as it is (« shortcut »)
 * unless the block is made for all eight hashes: so asks the published form.
 * ERR_INPUT, ERR_LIMIT: pixels_check, or a workspace that is too small. */
bool pdq_block(const struct pixels *, enum pdq_pipeline, bool for_turns,
    void *work, size_t work_bytes, struct pdq_block *ret,
    struct err *) MUST_USE;

/* The hash of the block turned this way.  It is close to, not equal to, the
 * hash of turned pixels; search with all eight, store the original. */
struct pdq_hash pdq_of_block(const struct pdq_block *, enum pdq_turn);
void pdq_all_of_block(const struct pdq_block *, struct pdq_hash ret[PDQ_TURNS]);

/* A transform as that of the picture turned this way: signs and places change,
 * nothing else.  Not in place. */
void pdq_turn(
    const float transform[PDQ_BITS], enum pdq_turn, float ret[PDQ_BITS]);

/* With the least quality that may be matched, PDQ_QUALITY_MIN as a rule. */
enum pdq_reason pdq_reason(const struct pdq_block *, int quality_min);

/* 64 lower-case hexadecimal digits, highest bit first, and a NUL. */
void pdq_text(const struct pdq_hash *, char ret[PDQ_HEX + 1]);
/* 64 hexadecimal digits of either case, nothing else. */
bool pdq_parse(str, struct pdq_hash *ret) MUST_USE;

static inline int
pdq_distance(const struct pdq_hash *a, const struct pdq_hash *b)
{
	int n = 0;

	for (int i = 0; i < 4; i++)
		n += __builtin_popcountll(a->w[i] ^ b->w[i]);
	return n;
}

#endif
