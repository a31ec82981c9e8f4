/* jpegrgb_row — the inner loops of jpegrgb.c, in plain C and with AVX2; all
 * give the same bytes. */
#ifndef MEDIA_JPEGRGB_ROW_H
#define MEDIA_JPEGRGB_ROW_H

#include <stddef.h>
#include <stdint.h>

struct jpegrgb_row_ops {
	/* Twice as wide, by three quarters of a sample and one of the next:
	 * 2 * n bytes.  near and far are two rows, mixed three to one. */
	void (*h2v2)(
	    const uint8_t *near, const uint8_t *far, size_t n, uint8_t *out);
	void (*h2v1)(const uint8_t *in, size_t n, uint8_t *out);
	/* 3 * n bytes; nothing behind them is touched. */
	void (*rgb)(const uint8_t *y, const uint8_t *cb, const uint8_t *cr,
	    size_t n, uint8_t *out);
};

#define JPEGRGB_ROW_KINDS 2
size_t jpegrgb_row_all(const struct jpegrgb_row_ops *ret[JPEGRGB_ROW_KINDS]);
const struct jpegrgb_row_ops *jpegrgb_row_best(void);

#endif
