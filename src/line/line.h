/*
 * line — the visible line under one viewer's picture: who it was given to.
 *
 * A strip of FOOT (segment/foot.h) with dark words on a light ground, at the
 * left.  It is drawn when the picture is composed, from letters that are part
 * of the program (font.h): nothing of it is stored, so a name that changes or
 * is erased is in the next picture or in none, and there is no picture that
 * waits for its line.
 */
#ifndef LINE_LINE_H
#define LINE_LINE_H

#include "segment/plan.h"

/* Another look is another picture: part of what names one (ETag). */
#define LINE_LOOK 1
#define LINE_BYTES_MAX 512 /* of words */

/* How high the strip is under a picture so wide. */
uint32_t line_height(uint32_t width);

/* words: valid UTF-8; "" is an empty strip.  ERR_INPUT: too long, or no text;
 * else the errors of plan_put_foot. */
bool line_put(struct plan *, const struct file *, const struct plan_pages *,
    str words, struct err *) MUST_USE;

#endif
