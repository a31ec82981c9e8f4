/* Frames that an overcome reader may say: what is taken is sound, and is the
 * same when it is said again. */
#include "list/record.h"
#include "list/wire.h"

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
	CLEANUP(buf_done) struct buf b = BUF_MAX(WIRE_FRAME_MAX + 8);
	str rest = {(const char *)data, size}, before;
	struct wire_frame f;
	struct err e;
	bool got = true;

	while (got) {
		before = rest;
		if (!wire_take(&rest, &f, &got, &e))
			return 0;
		if (!got)
			return 0;
		buf_clear(&b);
		wire_put(&b, &f);
		must(!b.full);
		must(str_eq(buf_view(&b), str_sub(before, 0, b.n)));
		if (f.type == WIRE_ENTRY)
			must(record_is_sound(&f.entry));
	}
	return 0;
}
