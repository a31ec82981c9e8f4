/*
 * media — messages between jobs and a media worker.
 *
 * One job, one answer; one look for faces, one answer.  A worker that wants to
 * go home says MEDIA_LEAVES, touches nothing that comes after, and waits until
 * jobs closes the channel: what it was given meanwhile is given to another.
 *
 * The input is a sealed memfd with the plain bytes; the
 * outputs are memfds that the media worker made and sealed.  No name, no
 * number of a row and no key that opens anything ever goes there: `place` only
 * says where in one rendition the viewers' marks are (mark/embed.h).
 */
#ifndef IPC_MEDIA_H
#define IPC_MEDIA_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/key.h"
#include "ipc/read.h"

enum media_kind {
	MEDIA_JOB = 1,
	MEDIA_DONE = 2,
	MEDIA_LOOK = 5, /* for faces */
	MEDIA_LOOKED = 6,
	MEDIA_COVER = 3,
	MEDIA_COVERED = 4,
	MEDIA_LEAVES = 7, /* no body */
	MEDIA_TRACE = 8,  /* a suspect copy beside a rendition */
	MEDIA_TRACED = 9,
	MEDIA_GLANCE = 10, /* small and grey, of what was reported */
	MEDIA_GLANCED = 11,
};

#define MEDIA_SIDES 3
#define MEDIA_FDS_MAX (MEDIA_SIDES + 1)
#define MEDIA_PIXELS_MAX 50000000u /* per picture */
#define MEDIA_SIDE_MAX 20000u

/* fd 0: input. */
struct media_job {
	uint32_t id;
	bool hashes_only; /* no renditions */
	/* Of hashes alone, beside core and the picture as it is: bits
	 * 1 << enum pdq_pipeline, and 1 << enum query_hypothesis. */
	uint8_t pipelines, hypotheses;
	uint32_t side[MEDIA_SIDES]; /* longest side, descending, e.g. 2048 1024
				       320 */
	struct key place[MEDIA_SIDES];
};

/* Why a file is refused; each has a sentence for the sender. */
enum media_verdict {
	MEDIA_OK,
	MEDIA_EMPTY,
	MEDIA_UNKNOWN, /* not one of the formats, whatever its name says */
	MEDIA_TRUNCATED,
	MEDIA_DAMAGED,
	MEDIA_TOO_LARGE,  /* pixels */
	MEDIA_FILM,       /* a film, or a picture with one in the same file */
	MEDIA_TOO_MANY,   /* pictures in one file */
	MEDIA_TOO_LONG,   /* a video, or it says no end */
	MEDIA_NO_PICTURE, /* a video with sound alone */
	MEDIA_VERDICTS
};

const char *media_verdict_word(
    enum media_verdict); /* as stored in medium.reason */

struct media_picture {
	uint32_t width, height; /* pixels, upright */
	uint32_t bytes;
};

/* fds: one memfd per rendition (segment/file.h, sRGB, no metadata) unless only
 * hashes were wanted, then one with the hashes (ipc/hashes.h); none on refusal.
 * A side larger than the picture gives a rendition at the picture's size. */
struct media_done {
	uint32_t id;
	uint8_t verdict;
	uint8_t format;         /* enum media_format of media/sniff.h */
	uint32_t width, height; /* of the upright original */
	bool has_taken;
	/* As the camera's own clock said, no zone: y, m, d, h, m, s. */
	uint16_t taken[6];
	struct media_picture picture[MEDIA_SIDES];
	uint32_t hashes_bytes;
};

/* The renditions of one picture, to be covered where these boxes are, and
 * nowhere else; corners in 1/65536 of its width and height, slots rising.
 * fds: the renditions, sealed. */
#define MEDIA_REGIONS_MAX 1024
#define MEDIA_SHAPES 4
struct media_region {
	uint32_t slot, x0, y0, x1, y1;
};

struct media_cover {
	uint32_t id;
	uint8_t shape; /* enum region_figure of segment/region.h */
	uint32_t n;
	const struct media_region *region;
};

/* fds: the renditions, as many bytes each; none: they are not ours. */
struct media_covered {
	uint32_t id;
	uint8_t shape;               /* as it was asked for */
	uint32_t bytes[MEDIA_SIDES]; /* all 0, or none */
};

/* How many descriptors come with this answer. */
size_t media_done_fds(const struct media_done *);

/* fd 0: a rendition.  The answer brings no descriptor: boxes are all that is
 * ever known of a face, no more than a rectangle drawn by hand. */
struct media_look {
	uint32_t id;
};

#define MEDIA_FACES_MAX 100 /* the surest ones, when there are more */
/* Boxes are in 1/65536 of the width and of the height of the upright picture,
 * so they fit every rendition. */
#define MEDIA_FACE_UNITS 65536u

/* Inside the picture: x + w and y + h are at most MEDIA_FACE_UNITS, w and h
 * at least 1. */
struct media_face {
	uint32_t x, y, w, h;
};

struct media_looked {
	uint32_t id;
	uint8_t verdict; /* other than MEDIA_OK: nobody looked, n is 0 */
	uint8_t n;
	struct media_face face[MEDIA_FACES_MAX];
};

/* fd 0: a rendition.  fds of the answer: two JPEGs, grey, no side over
 * MEDIA_GLANCE_SIDE: blurred, and hardly (media/glance.h); none when the
 * verdict is another than MEDIA_OK. */
#define MEDIA_GLANCE_SIDE 160
#define MEDIA_GLANCE_BYTES_MAX 32768u
#define MEDIA_GLANCES 2

struct media_glance {
	uint32_t id;
};

struct media_glanced {
	uint32_t id;
	uint8_t verdict;
	uint32_t bytes[MEDIA_GLANCES]; /* all 0, or none */
};

/* fd 0: a suspect copy, of any format; fd 1: a rendition.  No key comes along:
 * who judges a reading is jobs (mark/accuse.h). */
struct media_trace {
	uint32_t id;
	uint8_t turn; /* enum pdq_turn that brings the copy upright */
};

#define MEDIA_SEGMENTS_MAX 65536u
#define MEDIA_SEGMENT_BYTES 8u
#define MEDIA_PRESENCE_MAX 25600u /* hundredths: the root of segments */

/* fds: the reading, sealed (media_reading_read), when shown; else none.
 * likeness, share: thousandths. */
struct media_traced {
	uint32_t id;
	bool shown; /* the copy shows this rendition */
	uint32_t presence, likeness, share;
	uint32_t segments; /* 0 unless shown */
};

/* Two numbers a segment: what was read, and what would be at full strength
 * (mark/read.h); binary32, the machine's own order.  ERR_CORRUPT: not n of
 * them, or one that is not finite, or over MEDIA_READING_MOST. */
#define MEDIA_READING_MOST 1e6f
void media_reading_write(
    struct buf *, size_t n, const float *value, const float *full);
bool media_reading_read(struct arena *, str, size_t n, float **ret_value,
    float **ret_full, struct err *) MUST_USE;

void media_trace_write(struct buf *, const struct media_trace *);
bool media_trace_read(str, struct media_trace *ret, struct err *) MUST_USE;
void media_traced_write(struct buf *, const struct media_traced *);
bool media_traced_read(str, struct media_traced *ret, struct err *) MUST_USE;

void media_glance_write(struct buf *, const struct media_glance *);
bool media_glance_read(str, struct media_glance *ret, struct err *) MUST_USE;
void media_glanced_write(struct buf *, const struct media_glanced *);
bool media_glanced_read(str, struct media_glanced *ret, struct err *) MUST_USE;

void media_look_write(struct buf *, const struct media_look *);
bool media_look_read(str, struct media_look *ret, struct err *) MUST_USE;
void media_looked_write(struct buf *, const struct media_looked *);
bool media_looked_read(str, struct media_looked *ret, struct err *) MUST_USE;

void media_job_write(struct buf *, const struct media_job *);
bool media_job_read(str, struct media_job *ret, struct err *) MUST_USE;
void media_done_write(struct buf *, const struct media_done *);
bool media_done_read(str, struct media_done *ret, struct err *) MUST_USE;
void media_cover_write(struct buf *, const struct media_cover *);
bool media_cover_read(
    struct arena *, str, struct media_cover *ret, struct err *) MUST_USE;
void media_covered_write(struct buf *, const struct media_covered *);
bool media_covered_read(str, struct media_covered *ret, struct err *) MUST_USE;

#endif
