#include "store/kept.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_PER_SLOT 128 /* half of the slots stay free */

const char kept_number[1] = "";

struct entry {
	const char *sql; /* the literal's address */
	str key;
	uint64_t hash;
	struct kept_answer answer;
	size_t columns;
};

struct slot {
	uint64_t turn; /* older: free */
	struct entry *entry;
};

/* What was added in one stretch of time. */
struct part {
	struct slot *slot;
	uint64_t turn;
	size_t entries, used;
	size_t touched; /* of the bytes, since they were last forgotten */
	char *bytes;
};

struct kept {
	struct part part[2];
	struct part *fresh, *stale; /* one of them each */
	size_t slots, bytes_max;    /* of a part; slots: a power of two */
	int64_t version;
	bool secret;
	struct entry *making; /* in fresh, as far as limit */
	size_t limit;
	struct kept_row *last;
};

static void
part_init(struct part *p, size_t slots, size_t bytes)
{
	*p = (struct part){.turn = 1,
	    .slot = calloc(slots, sizeof(*p->slot)),
	    .bytes = malloc(bytes)};
	if (p->slot == NULL || p->bytes == NULL)
		abort();
}

struct kept *
kept_new(size_t bytes, bool secret)
{
	struct kept *k = calloc(1, sizeof(*k));

	assert(bytes / 2 > KEPT_ANSWER_BYTES && (bytes & (bytes - 1)) == 0);
	if (k == NULL)
		abort();
	k->bytes_max = bytes / 2;
	k->slots = k->bytes_max / BYTES_PER_SLOT;
	for (size_t i = 0; i < 2; i++)
		part_init(&k->part[i], k->slots, k->bytes_max);
	k->fresh = &k->part[0];
	k->stale = &k->part[1];
	k->secret = secret;
	return k;
}

static void
part_forget(const struct kept *k, struct part *p)
{
	if (k->secret)
		explicit_bzero(p->bytes, p->touched);
	p->turn++;
	p->entries = p->used = p->touched = 0;
}

void
kept_forget(struct kept *k)
{
	part_forget(k, k->fresh);
	part_forget(k, k->stale);
	k->making = NULL;
}

void
kept_free(struct kept *k)
{
	if (k == NULL)
		return;
	kept_forget(k);
	for (size_t i = 0; i < 2; i++) {
		free(k->part[i].slot);
		free(k->part[i].bytes);
	}
	free(k);
}

void
kept_turn(struct kept *k, int64_t version)
{
	if (version != k->version)
		kept_forget(k);
	k->version = version;
}

static uint64_t
mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static uint64_t
hash_of(const char *sql, str key)
{
	uint64_t h = mix(key.n, (uint64_t)(uintptr_t)sql), x;
	size_t i = 0;

	for (; i + 8 <= key.n; i += 8) {
		memcpy(&x, key.p + i, 8);
		h = mix(h, x);
	}
	x = 0;
	if (i < key.n)
		memcpy(&x, key.p + i, key.n - i);
	return mix(h, x);
}

/* Where the answer is, or the free slot where it would be. */
static struct slot *
slot_of(const struct kept *k, const struct part *p, const char *sql, str key,
    uint64_t hash)
{
	size_t i = (size_t)(hash >> 32) & (k->slots - 1);

	while (p->slot[i].turn == p->turn) {
		const struct entry *t = p->slot[i].entry;

		if (t->hash == hash && t->sql == sql && str_eq(t->key, key))
			break;
		i = (i + 1) & (k->slots - 1);
	}
	return &p->slot[i];
}

static const struct entry *
find(const struct kept *k, const struct part *p, const char *sql, str key,
    uint64_t hash)
{
	const struct slot *at = slot_of(k, p, sql, key, hash);

	return at->turn == p->turn ? at->entry : NULL;
}

/* NULL: past the limit of this answer, or of all. */
static void *
room(struct kept *k, size_t n)
{
	struct part *p = k->fresh;
	void *at = p->bytes + p->used;

	n = (n + 15) & ~(size_t)15;
	if (n > k->limit - p->used)
		return NULL;
	p->used += n;
	if (p->used > p->touched)
		p->touched = p->used;
	return at;
}

static bool
copy(struct kept *k, const char *from, size_t n, const char **ret)
{
	char *p = room(k, n);

	if (p == NULL)
		return false;
	if (n > 0)
		memcpy(p, from, n);
	*ret = p;
	return true;
}

void
kept_give_up(struct kept *k)
{
	if (k->making != NULL)
		k->fresh->used = (size_t)((char *)k->making - k->fresh->bytes);
	k->making = NULL;
}

static bool
has_room(const struct kept *k)
{
	return k->fresh->entries < k->slots / 2 &&
	       k->bytes_max - k->fresh->used >= KEPT_ANSWER_BYTES;
}

static bool
begin(struct kept *k, const char *sql, str key, uint64_t hash)
{
	assert(k->making == NULL);
	k->limit = k->fresh->used + KEPT_ANSWER_BYTES;
	k->making = room(k, sizeof(struct entry));
	*k->making = (struct entry){.sql = sql, .hash = hash};
	k->last = NULL;
	k->making->key.n = key.n;
	return copy(k, key.p, key.n, &k->making->key.p);
}

bool
kept_begin(struct kept *k, const char *sql, str key)
{
	if (!has_room(k)) {
		struct part *full = k->fresh;

		k->fresh = k->stale;
		k->stale = full;
		part_forget(k, k->fresh);
	}
	return begin(k, sql, key, hash_of(sql, key));
}

bool
kept_add_row(struct kept *k, const struct kept_value *v, size_t n)
{
	struct kept_row *row = room(k, sizeof(*row));
	struct kept_value *to = room(k, n * sizeof(*to));

	if (row == NULL || to == NULL)
		return false;
	*row = (struct kept_row){.v = to};
	k->making->columns = n;
	for (size_t i = 0; i < n; i++) {
		to[i] = v[i];
		if (v[i].p != NULL && v[i].p != kept_number &&
		    !copy(k, v[i].p, (size_t)v[i].n, &to[i].p))
			return false;
	}
	if (k->last == NULL)
		k->making->answer.first = row;
	else
		k->last->next = row;
	k->last = row;
	return true;
}

const struct kept_answer *
kept_end(struct kept *k)
{
	struct entry *t = k->making;
	struct part *p = k->fresh;

	*slot_of(k, p, t->sql, t->key, t->hash) = (struct slot){p->turn, t};
	p->entries++;
	k->making = NULL;
	return &t->answer;
}

/* What is asked for again goes over to the fresh part while there is room, and
 * so outlives what is not. */
static const struct kept_answer *
renew(struct kept *k, const struct entry *t)
{
	bool fits = has_room(k) && begin(k, t->sql, t->key, t->hash);

	for (const struct kept_row *r = t->answer.first; fits && r != NULL;
	     r = r->next)
		fits = kept_add_row(k, r->v, t->columns);
	if (fits)
		return kept_end(k);
	kept_give_up(k);
	return &t->answer;
}

const struct kept_answer *
kept_find(struct kept *k, const char *sql, str key)
{
	uint64_t hash = hash_of(sql, key);
	const struct entry *t = find(k, k->fresh, sql, key, hash);

	if (t != NULL)
		return &t->answer;
	t = find(k, k->stale, sql, key, hash);
	return t == NULL ? NULL : renew(k, t);
}
