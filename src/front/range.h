/* range — which bytes of a body a Range header asks for (RFC 9110, 14.1.2). */
#ifndef FRONT_RANGE_H
#define FRONT_RANGE_H

#include <stdint.h>

#include "base/str.h"

enum range {
	RANGE_WHOLE, /* none, not bytes, several, or malformed: all of it */
	RANGE_PART,
	RANGE_NOWHERE, /* 416 */
};

struct range_part {
	uint64_t first, n;
};

enum range range_of(str header, uint64_t total, struct range_part *ret);

#endif
