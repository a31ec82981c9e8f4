#include "store/kept.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_PER_SLOT 256 /* half of the slots stay free */

const char kept_number[1] = "";

struct entry {
	const char *sql; /* the literal's address */
	str key;
	uint64_t hash;
	struct kept_answer answer;
};

struct slot {
	uint64_t turn; /* older: free */
	struct entry *entry;
};

struct kept {
	struct slot *slot;
	size_t slots; /* a power of two */
	uint64_t turn;
	int64_t version;
	size_t entries, used, limit, bytes_max;
	size_t touched; /* of the bytes, since they were last forgotten */
	bool secret;
	struct entry *making;
	struct kept_row *last;
	char *bytes;
};

struct kept *
kept_new(size_t bytes, bool secret)
{
	struct kept *k = calloc(1, sizeof(*k));

	assert(bytes > KEPT_ANSWER_BYTES && (bytes & (bytes - 1)) == 0);
	if (k == NULL || (k->bytes = malloc(bytes)) == NULL)
		abort();
	k->bytes_max = bytes;
	k->slots = bytes / BYTES_PER_SLOT;
	k->slot = calloc(k->slots, sizeof(*k->slot));
	if (k->slot == NULL)
		abort();
	k->secret = secret;
	k->turn = 1;
	return k;
}

void
kept_forget(struct kept *k)
{
	if (k->secret)
		explicit_bzero(k->bytes, k->touched);
	k->turn++;
	k->entries = k->used = k->touched = 0;
	k->making = NULL;
}

void
kept_free(struct kept *k)
{
	if (k == NULL)
		return;
	kept_forget(k);
	free(k->slot);
	free(k->bytes);
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
static size_t
slot_of(const struct kept *k, const char *sql, str key, uint64_t hash)
{
	size_t i = (size_t)(hash >> 32) & (k->slots - 1);

	while (k->slot[i].turn == k->turn) {
		const struct entry *t = k->slot[i].entry;

		if (t->hash == hash && t->sql == sql && str_eq(t->key, key))
			break;
		i = (i + 1) & (k->slots - 1);
	}
	return i;
}

const struct kept_answer *
kept_find(const struct kept *k, const char *sql, str key)
{
	size_t at = slot_of(k, sql, key, hash_of(sql, key));

	return k->slot[at].turn == k->turn ? &k->slot[at].entry->answer : NULL;
}

/* NULL: past the limit of this answer, or of all. */
static void *
room(struct kept *k, size_t n)
{
	void *p = k->bytes + k->used;

	n = (n + 15) & ~(size_t)15;
	if (n > k->limit - k->used)
		return NULL;
	k->used += n;
	if (k->used > k->touched)
		k->touched = k->used;
	return p;
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
		k->used = (size_t)((char *)k->making - k->bytes);
	k->making = NULL;
}

bool
kept_begin(struct kept *k, const char *sql, str key)
{
	assert(k->making == NULL);
	if (k->entries == k->slots / 2 ||
	    k->bytes_max - k->used < KEPT_ANSWER_BYTES)
		kept_forget(k);
	k->limit = k->used + KEPT_ANSWER_BYTES;
	k->making = room(k, sizeof(struct entry));
	*k->making = (struct entry){.sql = sql, .hash = hash_of(sql, key)};
	k->last = NULL;
	k->making->key.n = key.n;
	return copy(k, key.p, key.n, &k->making->key.p);
}

bool
kept_add_row(struct kept *k, const struct kept_value *v, size_t n)
{
	struct kept_row *row = room(k, sizeof(*row));
	struct kept_value *to = room(k, n * sizeof(*to));

	if (row == NULL || to == NULL)
		return false;
	*row = (struct kept_row){.v = to};
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
	size_t at = slot_of(k, t->sql, t->key, t->hash);

	k->slot[at] = (struct slot){k->turn, t};
	k->entries++;
	k->making = NULL;
	return &t->answer;
}
