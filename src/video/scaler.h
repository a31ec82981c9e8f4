/* scaler — decoded frames to RGB24, by swscale as the reference programs set
 * it. */
#ifndef VIDEO_SCALER_H
#define VIDEO_SCALER_H

#include "hash/pixels.h"
#include "video/reader.h"

enum scaler_kind {
	SCALER_BICUBIC, /* as FFmpeg's filter of that name: by what the frame
			   says of its colours, chroma sited as in MPEG-2 */
	SCALER_AREA,    /* as a bare sws_getContext: BT.601, no siting */
};

struct scaler;

struct scaler *scaler_new(struct err *);
void scaler_free(struct scaler *); /* NULL is fine */

/* The pixels are the scaler's until the next call. */
bool scaler_run(struct scaler *, const AVFrame *, uint32_t width,
    uint32_t height, enum scaler_kind, struct pixels *ret,
    struct err *) MUST_USE;

#endif
