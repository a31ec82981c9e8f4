/* A value that was read is, once written, read the same; whatever times a video
 * claims give a bounded number of frames; pixels of any size are looked at
 * within their bounds. */
#include "hash/hash.h"

#define ARENA ((size_t)4 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
value(enum hash_kind kind, str text)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	uint8_t v[HASH_VALUE_MAX], again[HASH_VALUE_MAX];

	if (!hash_value_parse(kind, text, v))
		return;
	hash_value_text(kind, v, &b);
	must(hash_value_parse(kind, buf_view(&b), again));
	must(hash_value_distance(kind, v, again) == 0);
}

static void
times(const uint8_t *data, size_t size)
{
	struct frames f;
	int64_t v[4];

	if (size < sizeof(v))
		return;
	memcpy(v, data, sizeof(v));
	frames_begin(&f, (struct ratio){v[0], v[1]}, (v[2] & 1) != 0);
	for (; size >= sizeof(v); data += sizeof(v), size -= sizeof(v)) {
		struct frames_pick p;

		memcpy(v, data, sizeof(v));
		p = frames_add(&f, (struct ratio){v[0], v[1]}, v[2], v[3]);
		must((uint64_t)p.before + p.now <= FRAMES_GAP_MAX);
	}
	must(frames_end(&f) <= FRAMES_GAP_MAX);
}

static void
pixels(const uint8_t *data, size_t size)
{
	struct pixels px, got;
	struct err e;

	if (size < 4)
		return;
	px = (struct pixels){
	    data + 3, 1 + data[0], 1 + data[1], (data[2] & 1) != 0 ? 3 : 1, 0};
	px.stride = (size_t)px.width * px.channels;
	if (px.stride * px.height > size - 3)
		px.height = (uint32_t)((size - 3) / px.stride);
	for (int h = 0; h < QUERY_HYPOTHESES; h++) {
		OWNED(arena) a = arena_new(ARENA);
		bool some = false;

		if (query_pixels(
			a, &px, (enum query_hypothesis)h, &got, &some, &e) &&
		    some)
			must(pixels_check(&got, &e));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str text = {(const char *)data, size};
	enum hash_kind kind;

	for (int k = 0; k <= HASH_KINDS; k++)
		value((enum hash_kind)k, text);
	if (hash_kind_of(text, &kind))
		must(hash_kind_facts(kind) != NULL);
	times(data, size);
	pixels(data, size);
	return 0;
}
