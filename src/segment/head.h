/* head — the JPEG in front of the segments: SOI, JFIF, DQT, SOF0, DHT, DRI,
 * SOS, and nothing else. */
#ifndef SEGMENT_HEAD_H
#define SEGMENT_HEAD_H

#include "base/buf.h"
#include "segment/encode.h"

void head_write(const struct segment_picture *, uint16_t interval,
    const struct encode_tables *, struct buf *);

/* The code tables of a head that head_write wrote for a picture of these parts
 * and quantisation. */
bool head_tables(str jpeg, const struct segment_picture *,
    struct encode_tables *ret, struct err *) MUST_USE;

/* The quantisation of such a head, for a picture of these parts. */
bool head_quant(str jpeg, struct segment_picture *io, struct err *) MUST_USE;

/* Says another height. */
bool head_height(char *jpeg, size_t n, uint32_t height, struct err *) MUST_USE;

#endif
