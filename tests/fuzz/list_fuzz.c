/* The first byte is the format, the rest a file: whatever is said of it is
 * sound by the rules of whoever listens, and ends with END or an error. */
#include "list/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

struct heard {
	uint64_t faults, told;
	uint64_t elsewhere, told_elsewhere;
	bool ended;
	size_t size;
};

static bool
hear(void *ctx, str frames, struct err *e)
{
	struct heard *h = ctx;
	struct wire_frame f;
	bool got = true;

	while (frames.n > 0) {
		must(wire_take(&frames, &f, &got, e) && got && !h->ended);
		h->ended = f.type == WIRE_END;
		if (f.type == WIRE_END) {
			h->faults = f.faults;
			h->elsewhere = f.elsewhere;
		}
		if (f.type != WIRE_FAULT)
			continue;
		must(f.offset <= 1u << 30);
		if (f.fault == LIST_FAULT_ELSEWHERE)
			h->told_elsewhere++;
		else
			h->told++;
	}
	must(h->told <= WIRE_FAULTS_MAX);
	must(h->told_elsewhere <= WIRE_ELSEWHERE_MAX);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard h = {.size = size};
	struct reading g;
	struct err e = {0};
	bool done;

	if (size == 0)
		return 0;
	const struct list_ask ask = {.format = data[0] % LIST_FORMATS,
	    .kind = data[0] / LIST_FORMATS % HASH_KINDS,
	    .scheme = S("made"),
	    .categories = data[0] & 0x80 ? S("1,2") : S("")};
	OWNED(source)
	s = source_of((str){(const char *)data + 1, size - 1}, &e);

	must(s != NULL);
	must(reading_init(&g, &ask, s, hear, &h, &e));
	done = reading_run(&g, &e);
	reading_done(&g);
	must(done == h.ended);
	must(!done || h.told <= h.faults);
	must(!done || h.told_elsewhere <= h.elsewhere);
	must(done || e.kind != ERR_NONE);
	return 0;
}
