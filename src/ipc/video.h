/*
 * video — messages between a command (or jobs) and a video worker.
 *
 * One job at a time: the file as a descriptor to read, PROGRESS now and then,
 * and one DONE with the finished hash in a sealed memory file.
 *
 * Jobs say TAKE instead: everything that intake wants of a video, out of one
 * decode.  The original comes as the blob that is stored, with its key, and
 * so do empty blobs for what is made; one TAKEN answers.
 *
 * BETWEEN: the original once more, small, for faces that no still shows
 * (video/between.h); one FOUND answers, with further stills.
 *
 * VEIL: the renditions once more, with what is in boxes of the stills covered
 * through the shot (video/veil.h); the same files come along, and one VEILED
 * answers.
 */
#ifndef IPC_VIDEO_H
#define IPC_VIDEO_H

#include "base/buf.h"
#include "base/err.h"
#include "ipc/chan.h"
#include "ipc/media.h"

enum video_kind {
	VIDEO_JOB = 1,
	VIDEO_PROGRESS = 2,
	VIDEO_DONE = 3,
	VIDEO_TAKE = 4,
	VIDEO_TAKEN = 5,
	VIDEO_VEIL = 6,
	VIDEO_VEILED = 7,
	VIDEO_BETWEEN = 8,
	VIDEO_FOUND = 9,
};

enum video_alg {
	VIDEO_TMK,  /* a .tmk file */
	VIDEO_VPDQ, /* lines of vpdq.h */
	/* The frames of vPDQ as they are asked about: a table of ipc/hashes.h,
	 * each frame in all turns and by hypotheses, equal ones in a row once
	 */
	VIDEO_PDQ,
	VIDEO_ALGS
};

extern const char *const video_alg_names[VIDEO_ALGS];

#define VIDEO_FRAMES_MAX 600000u             /* that are hashed */
#define VIDEO_BYTES_MAX ((uint32_t)60 << 20) /* of the result */
#define VIDEO_EVERY_MAX 86400.0f

extern const struct chan_permit video_to_worker[];
extern const struct chan_permit video_from_worker[];

/* fd 0: the file, to be read from its start. */
struct video_job {
	uint32_t id;
	uint8_t alg; /* enum video_alg */
	float every; /* a frame every so many seconds; 0: every one; not TMK */
	/* PDQ: bits 1 << enum query_hypothesis, beside « as it is ». */
	uint8_t hypotheses;
};

struct video_progress {
	uint32_t decoded; /* frames so far */
	uint8_t percent;  /* of what it says to last; TAKE alone, else 0 */
};

/* fd: with MEDIA_OK, the hash. */
struct video_done {
	uint32_t id;
	uint8_t verdict;          /* enum media_verdict */
	uint32_t decoded, hashed; /* frames */
	uint32_t broken; /* packets and frames that could not be decoded */
	uint32_t bytes;  /* of the hash */
};

/* ---- a video that is taken in ---- */

#define VIDEO_SIDES 3 /* renditions: lines of the shorter side, rising */
extern const uint32_t video_sides[VIDEO_SIDES]; /* 240, 480, 720 */

/* What is more than that is refused before it is decoded, or where it passes
 * the bound. */
#define VIDEO_TAKE_MS 600000u /* and a second */
#define VIDEO_TAKE_BYTES ((int64_t)2 << 30)
#define VIDEO_TAKE_PIXELS_MAX 16777216  /* of a frame: 4096 x 4096 */
#define VIDEO_TAKE_PACKETS_MAX 4000000u /* of picture, sound and the rest */
#define VIDEO_TAKE_FRAMES_MAX 144000u   /* 240 a second */
#define VIDEO_STILLS_MAX 40
#define VIDEO_STILLS_BYTES_MAX ((uint32_t)48 << 20) /* together */
/* Frames that are asked about, a second. */
#define VIDEO_TAKE_EVERY 0.25f

/* fds: the original's blob, to read; VIDEO_SIDES empty blobs; as many empty
 * files for what is not finished, encrypted under keys that nobody else has. */
#define VIDEO_TAKE_FDS (1 + 2 * VIDEO_SIDES)
struct video_take {
	uint32_t id;
	uint8_t hypotheses; /* as of a job */
	struct key original, side[VIDEO_SIDES];
};

enum video_format {
	VIDEO_FORMAT_MP4,
	VIDEO_FORMAT_MOV,
	VIDEO_FORMAT_3GP,
	VIDEO_FORMAT_WEBM,
	VIDEO_FORMATS
};

/* An MP4 in its blob, finished; bytes 0: not made, the video is smaller. */
struct video_rendition {
	uint32_t width, height; /* upright, square pixels */
	uint64_t bytes;         /* plain */
};

/* A JPEG without metadata, upright, in the sealed file of stills behind the one
 * before. */
struct video_still {
	uint32_t at_ms, bytes;
};

/* fds with MEDIA_OK: the table of hashes (digests of the file, PDQ of frames),
 * the .tmk, the stills, each sealed. */
#define VIDEO_TAKEN_FDS 3
struct video_taken {
	uint32_t id;
	uint8_t verdict; /* enum media_verdict */
	/* Nothing is said of the file: what was made could not be written. */
	bool unwritten;
	uint32_t decoded, broken; /* frames; packets and frames lost */
	uint32_t duration_ms;
	uint32_t width, height; /* of the upright original */
	uint8_t format;         /* enum video_format */
	bool sound;             /* its renditions have some */
	int64_t taken_at; /* seconds since 1970 that the file says; 0: none */
	struct video_rendition side[VIDEO_SIDES];
	uint32_t hashes_bytes, tmk_bytes;
	uint32_t n_stills;
	struct video_still still[VIDEO_STILLS_MAX]; /* in the order of time */
};

#define VIDEO_TAKE_MESSAGE_MAX 1024

void video_take_write(struct buf *, const struct video_take *);
bool video_take_read(str, struct video_take *ret, struct err *) MUST_USE;
void video_taken_write(struct buf *, const struct video_taken *);
bool video_taken_read(str, struct video_taken *ret, struct err *) MUST_USE;

/* ---- a video that is masked through the shot ---- */

#define VIDEO_BOXES_MAX 2000
#define VIDEO_FURTHER_MAX 80 /* stills for what passes between them */
#define VIDEO_STILLS_ALL (VIDEO_STILLS_MAX + VIDEO_FURTHER_MAX)

/* In a still, in 1/65536 of its width and height; wholly inside. */
struct video_box {
	uint32_t still; /* its number, from 0 */
	uint32_t who;   /* the same number in another still is the same child;
			 * 0: nobody knows */
	bool hide;      /* else it is there to be told apart */
	uint32_t x, y, w, h;
};

/* Nothing is seen from the one time to the other, both included. */
struct video_grey {
	uint32_t from_ms, until_ms;
};

struct video_wish {
	uint32_t n_stills, n_boxes, n_greys;
	uint32_t still_ms[VIDEO_STILLS_ALL]; /* rising */
	struct video_box box[VIDEO_BOXES_MAX];
	struct video_grey grey[VIDEO_STILLS_ALL];
};

/* fds as of a TAKE. */
struct video_veil {
	uint32_t id;
	struct key original, side[VIDEO_SIDES];
	bool silent; /* without its sound */
	struct video_wish wish;
};

struct video_veiled {
	uint32_t id;
	uint8_t verdict; /* enum media_verdict */
	bool unwritten;
	uint32_t frames, whole; /* and of how many nothing is seen */
	struct video_rendition side[VIDEO_SIDES];
};

#define VIDEO_VEIL_MESSAGE_MAX ((size_t)64 << 10)

void video_veil_write(struct buf *, const struct video_veil *);
bool video_veil_read(str, struct video_veil *ret, struct err *) MUST_USE;
void video_veiled_write(struct buf *, const struct video_veiled *);
bool video_veiled_read(str, struct video_veiled *ret, struct err *) MUST_USE;

/* ---- what is seen between its stills ---- */

#define VIDEO_FOUND_MAX 400 /* boxes */

/* fd: the original's blob. */
struct video_between {
	uint32_t id;
	struct key original;
	/* The stills that there are and every box in them; who and hide say
	 * nothing, and there are no greys. */
	struct video_wish there;
};

/* Of a still that is there, or of one of those that came along. */
struct video_found_box {
	bool further;
	uint32_t still;
	uint32_t x, y, w, h;
};

/* fd, with stills: they, one behind the other, sealed. */
struct video_found {
	uint32_t id;
	uint8_t verdict; /* enum media_verdict */
	bool left;       /* a face is in no still: there are too many */
	uint32_t looks;  /* frames that were looked at */
	uint32_t n_stills, n_boxes;
	struct video_still still[VIDEO_FURTHER_MAX]; /* in the order of time */
	struct video_found_box box[VIDEO_FOUND_MAX];
};

#define VIDEO_FOUND_MESSAGE_MAX ((size_t)16 << 10)

void video_between_write(struct buf *, const struct video_between *);
bool video_between_read(str, struct video_between *ret, struct err *) MUST_USE;
void video_found_write(struct buf *, const struct video_found *);
bool video_found_read(str, struct video_found *ret, struct err *) MUST_USE;

void video_job_write(struct buf *, const struct video_job *);
bool video_job_read(str, struct video_job *ret, struct err *) MUST_USE;
void video_progress_write(struct buf *, const struct video_progress *);
bool video_progress_read(
    str, struct video_progress *ret, struct err *) MUST_USE;
void video_done_write(struct buf *, const struct video_done *);
bool video_done_read(str, struct video_done *ret, struct err *) MUST_USE;

#endif
