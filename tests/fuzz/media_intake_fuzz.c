/* The whole way of a picture, decoders and all: whatever the bytes, there is
 * a verdict, and what is OK has three renditions of the size it says and
 * hashes, which are the same without renditions. */
#include <stdlib.h>

#include "hash/query.h"
#include "ipc/hashes.h"
#include "media/intake.h"

const char *__lsan_default_suppressions(void);
int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What decoders lose of damaged files is theirs to mend; a worker that grew
 * because of it leaves. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libdav1d\nleak:libde265\nleak:libheif\nleak:libaom\n";
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct err e;

	(void)argc;
	(void)argv;
	if (!intake_init(&e))
		abort();
	return 0;
}

static void
check_hashes(str s, const struct intake *with)
{
	OWNED(arena) a = arena_new((size_t)4 << 20);
	struct hashes t;
	struct intake alone;
	struct err e;

	if (!intake_hash(s, 0, QUERY_DEFAULT, &alone, &e))
		return;
	if (alone.done.verdict != with->done.verdict ||
	    !str_eq(buf_view(&alone.hashes), buf_view(&with->hashes)) ||
	    !hashes_read(a, buf_view(&alone.hashes), HASHES_ROWS_MAX, &t, &e) ||
	    (t.n > 0) != (alone.done.verdict == MEDIA_OK))
		__builtin_trap();
	intake_done(&alone);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct intake_wish wish = {
	    .side = {64, 32, 16}, .marked = true};
	str s = {(const char *)p, n};
	struct intake t;
	struct err e;

	if (!intake_run(s, &wish, &t, &e))
		return 0;
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		if ((t.done.verdict == MEDIA_OK) != (t.rendition[i].n > 0) ||
		    t.done.picture[i].width > wish.side[i] ||
		    t.done.picture[i].height > wish.side[i])
			__builtin_trap();
	check_hashes(s, &t);
	intake_done(&t);
	return 0;
}
