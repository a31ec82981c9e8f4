/*
 * rendition — planes to a segmented rendition (segment/file.h), and back.
 *
 * The only form in which a smaller picture leaves this process: what a viewer
 * gets is composed of it, with the viewer's mark and covers.
 */
#ifndef MEDIA_RENDITION_H
#define MEDIA_RENDITION_H

#include "mark/embed.h"
#include "media/plane.h"
#include "segment/region.h"

#define RENDITION_MAX ((size_t)48 * 1024 * 1024)

/* planes: grey, or chroma 2.  place: where its marks are; NULL: nowhere, and
 * both variants are the same.  ret: cleared, born with a maximum. */
bool rendition_make(const struct planes *, int quality,
    const struct mark_place *, const struct segment_region *, size_t regions,
    struct buf *ret, struct err *) MUST_USE;

/* The whole picture in variant A or B, nothing covered. */
bool rendition_jpeg(
    str rendition, bool b, struct buf *ret, struct err *) MUST_USE;

/* The same rendition with these regions instead of its own, from what is
 * stored: no original is needed, and nothing that is not covered changes.
 * ERR_CORRUPT: not a rendition. */
bool rendition_cover(str rendition, const struct segment_region *,
    size_t regions, struct buf *ret, struct err *) MUST_USE;

#endif
