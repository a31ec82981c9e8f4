#include "match/frames.h"

#include <stdlib.h>

int
frames_order(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct pdq_hash));
}

struct pdq_hash *
frames_take(const struct vpdq *video, int quality, size_t *ret_n, struct err *e)
{
	struct pdq_hash *v = calloc(video->n + 1, sizeof(*v));
	size_t n = 0;

	if (v == NULL) {
		(void)err_sys(e, "frames");
		return NULL;
	}
	for (size_t i = 0; i < video->n; i++)
		if (video->v[i].quality >= quality)
			v[n++] = video->v[i].hash;
	qsort(v, n, sizeof(*v), frames_order);
	*ret_n = n;
	return v;
}

bool
frames_check_tmk(str file, struct tmk **io_scratch, struct err *e)
{
	if (*io_scratch == NULL)
		*io_scratch = malloc(sizeof(**io_scratch));
	if (*io_scratch == NULL)
		return err_sys(e, "tmk");
	return tmk_read(file, *io_scratch, e);
}
