/* What another house, or a stranger, hands in as a parcel: its card, its
 * manifest, and the stream around them. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "parcel/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static bool
get(void *ctx, void *to, size_t n, size_t *ret_n, struct err *e)
{
	str *s = ctx;
	size_t some = s->n < n ? s->n : n;

	(void)e;
	memcpy(to, s->p, some);
	*s = str_sub(*s, some, s->n);
	*ret_n = some;
	return true;
}

static void
read_parts(struct seal_reader *r, const struct manifest *m)
{
	static char some[1000];
	bool whole = true;
	struct err e;
	size_t n;

	for (size_t i = 0; i < m->n; i += whole) {
		if (!seal_read_part(
			r, &m->v[i], some, sizeof(some), &n, &whole, &e))
			return;
		assert(n <= sizeof(some) && n <= m->v[i].bytes);
	}
	(void)!seal_read_end(r, &e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct key org = {{7}};
	OWNED(arena) a = arena_new((size_t)2 << 20);
	str file = {(const char *)p, n};
	OWNED(seal_reader) r = NULL;
	static struct seal_keys keys;
	static bool made;
	struct manifest m;
	struct card c;
	struct err e;

	if (card_read(a, file, &c, &e))
		assert(c.name.n > 0 && c.name.n <= n);
	if (parcel_manifest_read(a, file, &m, &e))
		assert(m.n > 0 && m.n <= MANIFEST_PARTS_MAX);
	if (!made)
		seal_keys(&org, &keys);
	made = true;
	r = seal_reader_new(&keys, get, &file);
	if (seal_read_head(r, a, 0, &m, &e))
		read_parts(r, &m);
	return 0;
}
