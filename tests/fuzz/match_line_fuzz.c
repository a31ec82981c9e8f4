/* A line of a text list that is read says a fixed kind, and its value written
 * again is read as the same. */
#include "match/line.h"

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
	CLEANUP(buf_done) struct buf text = BUF_MAX(1024);
	struct match_line line, again;

	if (size < 1 ||
	    !match_line_read((str){(const char *)data + 1, size - 1},
		(enum hash_kind)(data[0] % HASH_KINDS), &line))
		return 0;
	must(hash_kind_is_fixed(line.kind) && line.transform != NULL);
	hash_value_text(line.kind, line.value, &text);
	must(match_line_read(buf_view(&text), line.kind, &again));
	must(again.kind == line.kind);
	must(memcmp(again.value, line.value,
		 hash_kind_facts(line.kind)->bytes) == 0);
	return 0;
}
