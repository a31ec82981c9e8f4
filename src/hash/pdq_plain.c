/* pdq_lanes for any processor: four lanes, as the compiler finds them. */
#include <string.h>

#include "hash/pdq_ops.h"
#include "hash/pdq_table.h"

#define LANES 4
#define RGB_BYTES 12
#define GREY_BYTES 4

typedef float vec __attribute__((vector_size(16)));
typedef int32_t ivec __attribute__((vector_size(16)));

static inline vec
all(float f)
{
	return (vec){f, f, f, f};
}

static inline vec
divide(vec s, vec count, vec inverse)
{
	(void)inverse;
	return s / count;
}

static inline void
turn(vec v[LANES])
{
	vec a = __builtin_shufflevector(v[0], v[1], 0, 4, 1, 5);
	vec b = __builtin_shufflevector(v[0], v[1], 2, 6, 3, 7);
	vec c = __builtin_shufflevector(v[2], v[3], 0, 4, 1, 5);
	vec d = __builtin_shufflevector(v[2], v[3], 2, 6, 3, 7);

	v[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
	v[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
	v[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
	v[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

static inline vec
luma_grey(const uint8_t *p)
{
	return (vec){p[0], p[1], p[2], p[3]};
}

static inline vec
luma_rgb(const uint8_t *p)
{
	vec red = {p[0], p[3], p[6], p[9]};
	vec green = {p[1], p[4], p[7], p[10]};
	vec blue = {p[2], p[5], p[8], p[11]};

	return 0.299f * red + 0.587f * green + 0.114f * blue;
}

#include "hash/pdq_lanes.h"

const struct pdq_ops pdq_ops_plain = {
    "plain", lumas, shrink, transform, gradient, median};
