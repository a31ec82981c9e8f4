/*
 * film — a video as intake asks about it, three questions in all:
 *
 *	film_hashes(arena, lines, &hashes)	the lines of vPDQ (preau-video)
 *	known_ask(known, &hashes, …)		frames against the lists'
 *pictures and the frames of their videos known_ask_video(known, tmk, …)
 *the whole against their .tmk files stop_or_pass(…, &hashes, hits, …)	frames
 *against the register, too
 *
 * A hit's frame is the time in the video at which it was, see ipc/hashes.h.
 */
#ifndef JOBS_FILM_H
#define JOBS_FILM_H

#include "base/arena.h"
#include "ipc/hashes.h"

/* Each frame a row of PDQ, as it is and not turned.  Equal frames one after
 * another, of a still picture say, are the first of them.  ERR_CORRUPT: no
 * lines of vPDQ, or times that no video has. */
bool film_hashes(
    struct arena *, str lines, struct hashes *ret, struct err *) MUST_USE;

#endif
