/*
 * film_stills — pictures out of a video that a worker made, on their way to
 * being photos of their own: kept encrypted first, then rows that wait for
 * their intake.
 */
#ifndef JOBS_FILM_STILLS_H
#define JOBS_FILM_STILLS_H

#include "house/house.h"
#include "ipc/video.h"
#include "jobs/rendition.h"

/* n of them, one behind the other in fd; what was kept is the caller's, also of
 * a failure. */
bool film_stills_keep(struct house *, int fd, const struct video_still *,
    size_t n, struct kept *ret, struct err *) MUST_USE;
/* In the caller's transaction.  *ret: the medium. */
bool film_stills_row(struct house *, struct arena *,
    const struct organisation *, int64_t video, uint32_t at_ms,
    const struct kept *, int64_t now, int64_t *ret, struct err *) MUST_USE;
/* stored: the files stay. */
void film_stills_done(struct house *, struct kept *, size_t n, bool stored);

#endif
