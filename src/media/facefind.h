/*
 * facefind — the one door to dlib, in C, so that no exception and no class of
 * C++ is met anywhere else.
 */
#ifndef MEDIA_FACEFIND_H
#define MEDIA_FACEFIND_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In pixels of the picture given; may reach beyond its edges. */
struct facefind_box {
	long x, y, w, h;
	double
	    sure; /* from the threshold on; 0 is what it was taught to take */
};

/* Luma rows, stride bytes apart.  doubled: looked at in twice its size, for
 * faces from 40 pixels on instead of 80.  The surest come first, at most n.
 * -1: no memory, or the library failed; else how many. */
int facefind(const uint8_t *luma, uint32_t width, uint32_t height,
    size_t stride, int doubled, double threshold, struct facefind_box *ret,
    int n);

#ifdef __cplusplus
}
#endif

#endif
