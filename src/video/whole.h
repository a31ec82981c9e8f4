/* whole — whether a video's file ends where its own boxes say, before anything
 * is decoded. */
#ifndef VIDEO_WHOLE_H
#define VIDEO_WHOLE_H

#include <stdbool.h>

#include "ipc/video.h"
#include "video/source.h"

/* False: a box of MP4 and its like, or the segment of WebM, goes beyond the
 * end.  *ret_format by the first bytes.  The source is left at its start. */
bool whole_file(struct video_source *, enum video_format *ret_format);

#endif
