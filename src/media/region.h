/* region — the few things that every user of libvips here needs. */
#ifndef MEDIA_REGION_H
#define MEDIA_REGION_H

#include <stdint.h>
#include <vips/vips.h>

/* A row of a region that begins at the left edge and holds row y. */
static inline const uint8_t *
region_row(const VipsRegion *r, int y)
{
	return r->data + (size_t)(y - r->valid.top) * (size_t)r->bpl;
}

/* CLEANUP(region_unref) for anything that GObject counts. */
static inline void
region_unref(void *p)
{
	GObject **o = p;

	g_clear_object(o);
}

#endif
