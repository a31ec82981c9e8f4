/* warm — one tiny picture of each kind, drawn by code, for the warm-up. */
#ifndef MEDIA_WARM_H
#define MEDIA_WARM_H

#include <stddef.h>
#include <stdint.h>

#include "media/sniff.h"

#define WARM_PICTURES 4

struct warm_picture {
	enum media_format format;
	const uint8_t *p;
	size_t n;
};

extern const struct warm_picture warm_pictures[WARM_PICTURES];

#endif
