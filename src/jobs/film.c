#include "jobs/film.h"

#include "hash/kind.h"
#include "hash/vpdq.h"

#define PDQ_BYTES (PDQ_BITS / 8)

static bool
time_of(const struct vpdq_frame *f, uint32_t *ret)
{
	double ms = f->seconds * 1000;

	if (!(ms >= 0 && ms < UINT32_MAX))
		return false;
	*ret = (uint32_t)(ms + 0.5);
	return true;
}

static bool
add_frame(struct arena *a, const struct vpdq_frame *f, struct hashes *io,
    struct err *e)
{
	uint8_t *value = NEW_N(a, uint8_t, PDQ_BYTES);
	struct hash_row row = {.kind = HASH_PDQ,
	    .pipeline = PDQ_CORE,
	    .quality = (uint8_t)f->quality,
	    .value = {(const char *)value, PDQ_BYTES}};

	if (value == NULL)
		return err_set(e, ERR_LIMIT, "too many frames");
	if (!time_of(f, &row.frame))
		return err_set(e, ERR_CORRUPT, "a frame at no time");
	pdq_bytes(&f->hash, value);
	io->v[io->n++] = row;
	return true;
}

static bool
is_same(const struct vpdq_frame *a, const struct vpdq_frame *b)
{
	return a->quality == b->quality &&
	       pdq_distance(&a->hash, &b->hash) == 0;
}

bool
film_hashes(struct arena *a, str lines, struct hashes *ret, struct err *e)
{
	struct hashes rows = {0};
	struct vpdq video;

	if (!vpdq_read(a, lines, &video, e)) {
		if (e->kind == ERR_INPUT)
			e->kind = ERR_CORRUPT;
		return err_wrap(e, "frames of a video");
	}
	rows.v = NEW_N(a, struct hash_row, video.n);
	if (rows.v == NULL)
		return err_set(e, ERR_LIMIT, "too many frames");
	for (size_t i = 0; i < video.n; i++)
		if ((i == 0 || !is_same(&video.v[i - 1], &video.v[i])) &&
		    !add_frame(a, &video.v[i], &rows, e))
			return false;
	*ret = rows;
	return true;
}
