/* decode — the coefficients of one segment out of its entropy-coded bytes. */
#ifndef SEGMENT_DECODE_H
#define SEGMENT_DECODE_H

#include "segment/encode.h"

/* bytes: stuffed, up to the marker that ends them or to their end.  ret: of
 * mcus MCUs, all written.  encode_segment makes the same bytes of them, without
 * stuffing.  ERR_CORRUPT: not a segment of such a picture. */
bool decode_segment(str bytes, uint32_t mcus, unsigned parts,
    const struct encode_tables *, int16_t *ret, struct err *) MUST_USE;

#endif
