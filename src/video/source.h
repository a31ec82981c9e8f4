/*
 * source — where the bytes of a video come from: a plain descriptor, or a blob
 * as it is stored, opened chunk by chunk as it is read.  No plain byte goes
 * anywhere but into the demuxer.
 */
#ifndef VIDEO_SOURCE_H
#define VIDEO_SOURCE_H

#include <stdint.h>

#include "store/blob.h"

struct video_source {
	int fd;                   /* blob NULL: read at its own place */
	struct blob_reader *blob; /* borrowed */
	int64_t at;               /* of a blob */
};

/* fd, at its start; it stays the caller's. */
struct video_source video_source_plain(int fd);
struct video_source video_source_blob(struct blob_reader *);

/* Bytes read, 0 at the end, -1: it cannot be read. */
int video_source_read(struct video_source *, uint8_t *, int n);
/* As lseek; -1: there is no such place. */
int64_t video_source_seek(struct video_source *, int64_t to, int whence);
int64_t video_source_bytes(const struct video_source *); /* -1: unknown */

#endif
