/*
 * film — a video as intake asks about it, three questions in all:
 *
 *	film_hashes(arena, table, &hashes)	of VIDEO_PDQ (ipc/video.h)
 *	known_ask(known, &hashes, …)	frames against the lists' pictures and
 *					the frames of their videos
 *	known_ask_video(known, tmk, …)	the whole against their .tmk files
 *	stop_or_pass(…, &hashes, …)	frames against the register, too
 *
 * Each of them in all eight turns: a clip that is mirrored, or held the other
 * way, is the same.  A hit's frame is the time in the video at which it was,
 * see ipc/hashes.h.
 */
#ifndef JOBS_FILM_H
#define JOBS_FILM_H

#include "base/arena.h"
#include "ipc/hashes.h"

/* The table of a video worker, checked, as views of it: PDQ core of frames, as
 * they are and by hypotheses.  ERR_CORRUPT: it is none, or empty. */
bool film_hashes(
    struct arena *, str table, struct hashes *ret, struct err *) MUST_USE;

#endif
