#include "hash/pixels.h"

#include <string.h>

bool
pixels_check(const struct pixels *px, struct err *e)
{
	if (px->channels != 1 && px->channels != 3)
		return err_set(
		    e, ERR_INPUT, "%u channels, not 1 or 3", px->channels);
	if (px->width == 0 || px->height == 0)
		return err_set(e, ERR_INPUT, "a picture without pixels");
	if (px->width > PIXELS_SIDE_MAX || px->height > PIXELS_SIDE_MAX)
		return err_set(e, ERR_LIMIT, "%u x %u: a side is over %d",
		    px->width, px->height, PIXELS_SIDE_MAX);
	if (px->p == NULL || px->stride < (size_t)px->width * px->channels)
		return err_set(e, ERR_INPUT, "rows overlap");
	return true;
}

static void
copy_row(const uint8_t *row, const struct pixels *px, uint32_t to_width,
    uint8_t *ret)
{
	for (uint32_t x = 0; x < to_width; x++) {
		size_t from = (uint64_t)x * px->width / to_width;

		if (px->channels == 1) {
			ret[x] = row[from];
			continue;
		}
		ret[3 * x] = row[3 * from];
		ret[3 * x + 1] = row[3 * from + 1];
		ret[3 * x + 2] = row[3 * from + 2];
	}
}

void
pixels_nearest(const struct pixels *px, uint32_t to_width, uint32_t to_height,
    uint8_t *ret)
{
	size_t row_bytes = (size_t)to_width * px->channels;

	for (uint32_t y = 0; y < to_height; y++, ret += row_bytes) {
		size_t from = (uint64_t)y * px->height / to_height;
		const uint8_t *row = px->p + from * px->stride;

		if (to_width == px->width)
			memcpy(ret, row, row_bytes);
		else
			copy_row(row, px, to_width, ret);
	}
}
