/* What stands in a request line and in heads, before anybody is known: the
 * first byte chooses which. */
#include <stdint.h>

#include "front/address.h"
#include "front/range.h"
#include "front/target.h"

#define ARENA_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
no_nul(str s)
{
	if (s.n > 0 && memchr(s.p, 0, s.n) != NULL)
		__builtin_trap();
}

static void
as_target(struct arena *a, str s)
{
	struct http_pair *q = NULL;
	size_t n = 0;
	str path;

	if (target_split(a, s, &path, &q, &n) != TARGET_FINE)
		return;
	if (path.n == 0 || path.n > HTTP_PATH_MAX || path.p[0] != '/')
		__builtin_trap();
	no_nul(path);
	for (size_t i = 0; i < n; i++) {
		no_nul(q[i].name);
		no_nul(q[i].value);
	}
}

static void
as_form(struct arena *a, str s)
{
	struct http_pair *v = NULL;
	size_t n = 0;

	if (target_pairs(a, s, HTTP_PAIRS_MAX, &v, &n) != TARGET_FINE)
		return;
	if (n > HTTP_PAIRS_MAX)
		__builtin_trap();
	for (size_t i = 0; i < n; i++)
		no_nul(v[i].value);
}

static void
as_range(str s)
{
	static const uint64_t total[] = {0, 1, 1000, UINT64_C(1) << 40};

	for (size_t i = 0; i < sizeof(total) / sizeof(total[0]); i++) {
		struct range_part p = {0};

		if (range_of(s, total[i], &p) == RANGE_PART &&
		    (p.n == 0 || p.first >= total[i] ||
			p.n > total[i] - p.first))
			__builtin_trap();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct address from;
	str s;

	if (n == 0)
		return 0;
	s = (str){(const char *)p + 1, n - 1};
	if (p[0] % 4 == 0)
		as_target(a, s);
	else if (p[0] % 4 == 1)
		as_form(a, s);
	else if (p[0] % 4 == 2)
		as_range(s);
	else
		(void)address_forwarded(s, &from);
	return 0;
}
