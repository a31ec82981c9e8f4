#include "hash/all.h"

#include "hash/pdq_ops.h"
#include "hash/phash_plan.h"

static size_t
pdq_part(uint32_t width, uint32_t height)
{
	size_t n = pdq_work_bytes(width, height);

	return (n + HASH_ALL_ALIGN - 1) / HASH_ALL_ALIGN * HASH_ALL_ALIGN;
}

size_t
hash_all_work_bytes(uint32_t width, uint32_t height)
{
	return pdq_part(width, height) + phash_work_bytes(width, height);
}

static void
also_tile(void *plan, uint32_t y, uint32_t rows, uint32_t x, uint32_t n)
{
	phash_plan_tile(plan, y, rows, x, n);
}

static void
also_rows(void *plan, uint32_t y, uint32_t rows)
{
	phash_plan_across(plan, y, rows);
}

/* The pixels go from PDQ to the small hashes while they are in the cache. */
static void
in_one_reading(
    const struct pixels *px, unsigned kinds, void *work, struct hash_all *ret)
{
	struct phash_plan p;
	const struct pdq_also also = {also_tile, also_rows, &p};

	phash_plan_init(&p, phash_ops_best(), px, kinds,
	    (char *)work + pdq_part(px->width, px->height));
	pdq_block_also(px, &also, work, &ret->block);
	phash_plan_end(&p, ret->small);
}

/* The one hash of a 64 x 64 picture. */
static bool
take_as_is(const struct pixels *px, enum pdq_pipeline pipeline, void *work,
    size_t work_bytes, struct hash_all *ret, struct err *e)
{
	struct pdq_block b;

	if (!pdq_block(px, pipeline, false, work, work_bytes, &b, e))
		return false;
	ret->turn[PDQ_ORIGINAL] = pdq_of_block(&b, PDQ_ORIGINAL);
	ret->quality = b.quality;
	ret->reason = pdq_reason(&b, PDQ_QUALITY_MIN);
	return true;
}

bool
hash_all(const struct pixels *px, enum pdq_pipeline pipeline, unsigned kinds,
    void *work, size_t work_bytes, struct hash_all *ret, struct err *e)
{
	if (!pixels_check(px, e))
		return false;
	if (work_bytes < hash_all_work_bytes(px->width, px->height))
		return err_set(e, ERR_LIMIT, "%zu bytes of workspace, not %zu",
		    work_bytes, hash_all_work_bytes(px->width, px->height));
	if ((uintptr_t)work % HASH_ALL_ALIGN != 0)
		return err_set(e, ERR_INPUT, "the workspace is not aligned");
	if (pipeline == PDQ_CORE && px->width >= PDQ_PIXELS_MIN &&
	    px->height >= PDQ_PIXELS_MIN)
		in_one_reading(px, kinds, work, ret);
	else if (!pdq_block(
		     px, pipeline, true, work, work_bytes, &ret->block, e) ||
		 !phash_all(px, kinds, work, work_bytes, ret->small, e))
		return false;
	pdq_all_of_block(&ret->block, ret->turn);
	ret->quality = ret->block.quality;
	ret->reason = pdq_reason(&ret->block, PDQ_QUALITY_MIN);
	if (px->width != PDQ_SIDE || px->height != PDQ_SIDE)
		return true;
	return take_as_is(px, pipeline, work, work_bytes, ret, e);
}
