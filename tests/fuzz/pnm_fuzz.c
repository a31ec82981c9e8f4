/* What is taken as a picture lies in memory whole, and can be hashed. */
#include "hash/hash.h"

#include <stdlib.h>

#define ARENA ((size_t)4 << 20)
#define SIDE 300 /* larger ones are only read */

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
hash(const struct pixels *px)
{
	size_t n = pdq_work_bytes(px->width, px->height);
	char *work = aligned_alloc(PDQ_WORK_ALIGN, (n + 63) / 64 * 64);
	struct pdq_block block;
	struct err e;

	if (work == NULL || !pdq_block(px, PDQ_CORE, true, work, n, &block, &e))
		__builtin_trap();
	free(work);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OWNED(arena) a = arena_new(ARENA);
	struct pixels px;
	struct err e;
	unsigned sum = 0;

	if (!pnm_read(a, (str){(const char *)data, size}, &px, &e))
		return 0;
	if (!pixels_check(&px, &e))
		__builtin_trap();
	for (size_t i = 0; i < px.stride * px.height; i++)
		sum += px.p[i];
	if (sum > 0 && px.width <= SIDE && px.height <= SIDE)
		hash(&px);
	return 0;
}
