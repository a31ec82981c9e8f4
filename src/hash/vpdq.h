/*
 * vpdq — a video as the PDQ hashes of its frames (Meta, 2022): its two text
 * forms, and the two rules by which programs compare them.  Order and time of
 * frames play no part in a comparison.  Frames are hashed by pdq_block, core.
 */
#ifndef HASH_VPDQ_H
#define HASH_VPDQ_H

#include "base/arena.h"
#include "base/buf.h"
#include "hash/pdq.h"

#define VPDQ_FRAMES_MAX 5000000

struct vpdq_frame {
	int64_t number; /* in the video, from 0; -1 not known */
	int quality;    /* 0 to 100 */
	struct pdq_hash hash;
	double seconds; /* as written, or vpdq_seconds */
};

struct vpdq {
	struct vpdq_frame *v;
	size_t n;
};

/* Every how many frames one is hashed: seconds * fps rounded down, at least 1;
 * 0 seconds is every frame.  fps is the stream's average rate. */
int64_t vpdq_step(double seconds, double fps);
/* The time that is written for a frame, of binary32 precision. */
double vpdq_seconds(int64_t number, double fps);

/* « number,quality,hash,seconds » a line, three decimals. */
void vpdq_write_lines(const struct vpdq *, struct buf *);
/* A JSON list of « hash,quality,seconds », three significant digits: the form
 * that hosts exchange. */
void vpdq_write_json(const struct vpdq *, struct buf *);

/* Either form.  ERR_INPUT names the frame, from 1, that is wrong; an empty
 * file is wrong too. */
bool vpdq_read(
    struct arena *, str file, struct vpdq *ret, struct err *) MUST_USE;

enum vpdq_rule {
	VPDQ_BRUTE,  /* below the distance; every frame counts */
	VPDQ_PYTHON, /* at most the distance; equal hashes count once */
};

struct vpdq_match {
	size_t query_frames, target_frames;   /* that count */
	double query_percent, target_percent; /* of them that match */
};

#define VPDQ_DISTANCE 31
#define VPDQ_QUALITY 50

/* Frames of less than `quality` do not count; without any left, 0 percent.
 * ERR_LIMIT: the arena is too small for a copy of both. */
bool vpdq_compare(struct arena *, const struct vpdq *query,
    const struct vpdq *target, enum vpdq_rule, int distance, int quality,
    struct vpdq_match *ret, struct err *) MUST_USE;

#endif
