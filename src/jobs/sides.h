/*
 * sides — the renditions of a video in the making: empty blobs under incoming/
 * for a video worker, and their rows when it has filled them.
 */
#ifndef JOBS_SIDES_H
#define JOBS_SIDES_H

#include "house/house.h"
#include "ipc/video.h"
#include "jobs/rendition.h"

#define SIDES_FDS (2 * VIDEO_SIDES)

struct sides {
	struct kept v[VIDEO_SIDES];
	bool stored;
};

/* ret_fd: VIDEO_SIDES empty blobs, and as many empty files for what is
 * between; the caller's, also those that are there when it fails (else -1).
 * ret_key: to be wiped. */
bool sides_open(struct house *, struct sides *, struct key ret_key[VIDEO_SIDES],
    int ret_fd[SIDES_FDS], struct err *) MUST_USE;
/* Those that were not stored go. */
void sides_done(struct house *, struct sides *);
bool sides_in_use(const struct sides *, const char *name);

/* They are finished, under their keys, and as long as a worker said. */
bool sides_check(struct house *, const struct sides *,
    const struct video_rendition said[VIDEO_SIDES], struct err *) MUST_USE;
/* Into their place. */
bool sides_keep(struct house *, struct sides *,
    const struct video_rendition said[VIDEO_SIDES], struct err *) MUST_USE;
/* Their rows, in the caller's transaction; `more` is added to each side. */
bool sides_rows(struct house *, struct arena *, const struct organisation *,
    int64_t medium, const struct sides *,
    const struct video_rendition said[VIDEO_SIDES], int64_t more, int64_t now,
    struct err *) MUST_USE;
/* One such row: side 0 an original. */
bool sides_row(struct house *, struct arena *, const struct organisation *,
    int64_t medium, int64_t side, const struct video_rendition *,
    const struct kept *, str type, int64_t now, struct err *) MUST_USE;

#endif
