/* Whatever comes, in pieces of any size, gives the same tokens; depth and texts
 * keep to their limits. */
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define TEXT_MAX 32

struct bytes {
	str s;
	size_t step;
};

static bool
give(void *ctx, char *p, size_t cap, size_t *ret_n, struct err *e)
{
	struct bytes *b = ctx;
	size_t n = b->s.n < b->step ? b->s.n : b->step;

	(void)e;
	n = n < cap ? n : cap;
	if (n > 0)
		memcpy(p, b->s.p, n);
	b->s = str_sub(b->s, n, b->s.n);
	*ret_n = n;
	return true;
}

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

/* A sum over all tokens; *ret_ok: it was JSON. */
static uint64_t
sum(str s, size_t step, bool *ret_ok)
{
	struct bytes b = {s, step};
	OWNED(json) j = json_new(give, &b, TEXT_MAX);
	enum json_token t = JSON_NULL;
	uint64_t h = 14695981039346656037u;
	struct err e = {0};

	must(j != NULL);
	do {
		*ret_ok = json_next(j, &t, &e);
		if (!*ret_ok) {
			must(e.kind == ERR_INPUT || e.kind == ERR_LIMIT);
			break;
		}
		must(json_depth(j) <= JSON_DEPTH_MAX);
		must(json_text(j).n <= TEXT_MAX);
		must(json_offset(j) <= (int64_t)s.n);
		h = (h ^ t) * 1099511628211u;
		for (size_t i = 0; i < json_text(j).n; i++)
			h = (h ^ (uint8_t)json_text(j).p[i]) * 1099511628211u;
	} while (t != JSON_END);
	return h;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str s = {(const char *)data, size};
	bool a, b;
	uint64_t x = sum(s, 1, &a), y = sum(s, 4096, &b);

	must(a == b && (!a || x == y));
	return 0;
}
