/* Frames that were read are, once written, read the same. */
#include "hash/vpdq.h"

#define ARENA ((size_t)16 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OWNED(arena) a = arena_new(ARENA);
	CLEANUP(buf_done) struct buf b = BUF_MAX(ARENA);
	struct vpdq q, again;
	struct err e;

	if (!vpdq_read(a, (str){(const char *)data, size}, &q, &e))
		return 0;
	must(q.n > 0);
	vpdq_write_json(&q, &b);
	if (b.full || !vpdq_read(a, buf_view(&b), &again, &e))
		return 0;
	must(q.n == again.n);
	for (size_t i = 0; i < q.n; i++)
		must(q.v[i].quality == again.v[i].quality &&
		     pdq_distance(&q.v[i].hash, &again.v[i].hash) == 0);
	return 0;
}
