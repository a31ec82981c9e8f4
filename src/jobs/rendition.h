/*
 * rendition — what media workers made, from memory files into encrypted blobs.
 *
 * A media worker may be in a stranger's hands: nothing that it says of a
 * rendition is believed before the rendition's own head says the same.
 */
#ifndef JOBS_RENDITION_H
#define JOBS_RENDITION_H

#include <sys/types.h>

#include "house/house.h"
#include "segment/file.h"

/* One rendition, encrypted and in its place; no row knows it yet. */
struct kept {
	char name[BLOB_NAME_MAX];
	struct key key;
	int64_t bytes, segments;
	bool in_place;
};

/* A sealed file of so many bytes; ERR_CORRUPT: it is none. */
bool rendition_sealed(int fd, uint32_t bytes, struct err *) MUST_USE;

/* The head of a sealed file of so many bytes; ERR_CORRUPT: it is none, or of a
 * picture of another size. */
bool rendition_head(struct arena *, int fd, uint32_t bytes, uint32_t width,
    uint32_t height, struct file *ret, struct err *) MUST_USE;

/* A file whose head was read.  On failure the caller removes what is
 * in_place (rendition_undo). */
bool rendition_keep(struct house *, int fd, const struct file *, struct kept *,
    struct err *) MUST_USE;
/* The same of bytes of a sealed file, whatever they are. */
bool rendition_keep_bytes(struct house *, int fd, off_t at, uint32_t bytes,
    struct kept *, struct err *) MUST_USE;
/* The same of plain bytes of another blob. */
bool rendition_keep_blob(struct house *, struct blob_reader *, int64_t at,
    uint32_t bytes, struct kept *, struct err *) MUST_USE;
void rendition_undo(struct house *, struct kept *);
/* Files that others took the place of, when that is committed: their keys are
 * gone, one that stays is an orphan and swept.  A backup that is being made may
 * still want them. */
void rendition_remove(
    struct house *, struct arena *, const str *name, size_t n);

#endif
