/* The heads of uploads in pieces, as a stranger may write them: the first byte
 * chooses which. */
#include <stdint.h>

#include "front/tus.h"

#define ARENA_MAX ((size_t)1 << 16)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
as_number(str s)
{
	uint64_t n = 0;

	if (tus_number(s, &n) && n >= HTTP_NO_BYTES)
		__builtin_trap();
}

static void
as_checksum(str s)
{
	struct tus_checksum c = {0};

	if (tus_checksum(s, &c) && c.kind >= SUM_KINDS)
		__builtin_trap();
}

static void
as_words(struct arena *a, str s)
{
	str name = {0};

	if (!tus_words(a, s, &name))
		return;
	if (name.n > s.n || (name.n > 0 && memchr(name.p, 0, name.n) != NULL))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OWNED(arena) a = arena_new(ARENA_MAX);
	str s;

	if (n == 0)
		return 0;
	s = (str){(const char *)p + 1, n - 1};
	if (p[0] % 3 == 0)
		as_number(s);
	else if (p[0] % 3 == 1)
		as_checksum(s);
	else
		as_words(a, s);
	return 0;
}
