/*
 * video — messages between a command (or jobs) and a video worker.
 *
 * One job at a time: the file as a descriptor to read, PROGRESS now and then,
 * and one DONE with the finished hash in a sealed memory file.
 */
#ifndef IPC_VIDEO_H
#define IPC_VIDEO_H

#include "base/buf.h"
#include "base/err.h"
#include "ipc/chan.h"
#include "ipc/media.h"

enum video_kind { VIDEO_JOB = 1, VIDEO_PROGRESS = 2, VIDEO_DONE = 3 };

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
};

/* fd: with MEDIA_OK, the hash. */
struct video_done {
	uint32_t id;
	uint8_t verdict;          /* enum media_verdict */
	uint32_t decoded, hashed; /* frames */
	uint32_t broken; /* packets and frames that could not be decoded */
	uint32_t bytes;  /* of the hash */
};

void video_job_write(struct buf *, const struct video_job *);
bool video_job_read(str, struct video_job *ret, struct err *) MUST_USE;
void video_progress_write(struct buf *, const struct video_progress *);
bool video_progress_read(
    str, struct video_progress *ret, struct err *) MUST_USE;
void video_done_write(struct buf *, const struct video_done *);
bool video_done_read(str, struct video_done *ret, struct err *) MUST_USE;

#endif
