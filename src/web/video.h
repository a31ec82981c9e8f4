/* video — a video among the photos of an album. */
#ifndef WEB_VIDEO_H
#define WEB_VIDEO_H

#include "web/family.h"
#include "web/web.h"

/* A rendition, by its lines. */
struct video_lines {
	int64_t lines, bytes;
};

struct video_page {
	const struct photo_page *photo;
	struct video_lines *v; /* the smallest first */
	size_t n;
	int64_t chosen;       /* lines; 0: what suits the screen */
	int64_t phone, large; /* lines for a narrow screen, and for others */
};

/* The page of one video: leave for it was given. */
bool video_page(struct request *, struct response *, const struct photo_page *,
    struct err *) MUST_USE;

/* The best rendition of video r->id[0], as a file; asks for leave itself. */
bool video_download(struct request *, struct response *, struct err *) MUST_USE;

#endif
