#include "people/index.h"

#include <assert.h>

struct index_entry {
	str key;
	size_t value;
	uint32_t next; /* in the bucket, plus one; 0 ends */
};

static uint64_t
hash(str key)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < key.n; i++)
		h = (h ^ (unsigned char)key.p[i]) * 0x100000001b3u;
	return h ^ h >> 29;
}

bool
index_init(struct index *x, struct arena *a, size_t max)
{
	size_t n = 64;

	assert(max < UINT32_MAX / 4);
	while (n < max * 2)
		n *= 2;
	*x = (struct index){.entry = NEW_N(a, struct index_entry, max + 1),
	    .bucket = NEW_N(a, uint32_t, n),
	    .max = max,
	    .n_bucket = n};
	return x->entry != NULL && x->bucket != NULL;
}

/* New entries go to the end of their chain, so walks keep the order. */
void
index_put(struct index *x, str key, size_t value)
{
	uint32_t *at = &x->bucket[hash(key) & (x->n_bucket - 1)];

	assert(x->n < x->max);
	while (*at != 0)
		at = &x->entry[*at - 1].next;
	x->entry[x->n] = (struct index_entry){key, value, 0};
	*at = (uint32_t)++x->n;
}

static size_t
same_from(const struct index *x, uint32_t at, str key)
{
	for (; at != 0; at = x->entry[at - 1].next)
		if (str_eq(x->entry[at - 1].key, key))
			return at - 1;
	return INDEX_NONE;
}

size_t
index_first(const struct index *x, str key)
{
	return same_from(x, x->bucket[hash(key) & (x->n_bucket - 1)], key);
}

size_t
index_next(const struct index *x, size_t at)
{
	return same_from(x, x->entry[at].next, x->entry[at].key);
}

size_t
index_value(const struct index *x, size_t at)
{
	return x->entry[at].value;
}

size_t
index_get(const struct index *x, str key)
{
	size_t at = index_first(x, key);

	return at == INDEX_NONE ? INDEX_NONE : x->entry[at].value;
}
