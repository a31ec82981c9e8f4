#include "match/changes.h"

#include <stdlib.h>

#define FIRST 16
#define DEAD_FIRST 64

void
changes_done(struct changes *c)
{
	for (size_t k = 0; k < HASH_KINDS; k++) {
		free(c->kind[k].rows);
		free(c->kind[k].owners);
		free(c->kind[k].counts);
	}
	free(c->videos);
	free(c->dead);
	*c = (struct changes){0};
}

static bool
grow(struct changed_kind *k, struct err *e)
{
	size_t cap = k->cap == 0 ? FIRST : 2 * k->cap;
	uint8_t *rows;
	struct changed_owner *owners;
	uint32_t *counts;

	if (k->n < k->cap)
		return true;
	rows = reallocarray(k->rows, cap, k->row_bytes);
	k->rows = rows == NULL ? k->rows : rows;
	owners = reallocarray(k->owners, cap, sizeof(*owners));
	k->owners = owners == NULL ? k->owners : owners;
	counts = reallocarray(k->counts, cap, sizeof(*counts));
	k->counts = counts == NULL ? k->counts : counts;
	if (rows == NULL || owners == NULL || counts == NULL)
		return err_sys(e, "insert");
	k->cap = cap;
	return true;
}

bool
changes_insert(struct changes *c, enum hash_kind kind, const void *value,
    size_t bytes, struct changed_owner owner, uint32_t count, struct err *e)
{
	struct changed_kind *k = &c->kind[kind];

	k->row_bytes = bytes;
	if (!grow(k, e))
		return false;
	memcpy(k->rows + k->n * bytes, value, bytes);
	k->owners[k->n] = owner;
	k->counts[k->n] = count;
	k->n++;
	return true;
}

bool
changes_insert_video(
    struct changes *c, const struct changed_video *video, struct err *e)
{
	size_t cap = c->cap_videos == 0 ? FIRST : 2 * c->cap_videos;
	struct changed_video *v;

	if (c->n_videos == c->cap_videos) {
		v = reallocarray(c->videos, cap, sizeof(*v));
		if (v == NULL)
			return err_sys(e, "insert");
		c->videos = v;
		c->cap_videos = cap;
	}
	c->videos[c->n_videos++] = *video;
	return true;
}

static bool
is_same(struct changed_owner a, struct changed_owner b)
{
	return a.list == b.list && a.entry == b.entry;
}

static void
take_out(struct changed_kind *k, struct changed_owner owner)
{
	for (size_t i = 0; i < k->n;) {
		if (!is_same(k->owners[i], owner)) {
			i++;
			continue;
		}
		k->n--;
		memmove(k->rows + i * k->row_bytes,
		    k->rows + k->n * k->row_bytes, k->row_bytes);
		k->owners[i] = k->owners[k->n];
		k->counts[i] = k->counts[k->n];
	}
}

/* Entries are below 2^32 - 1, so that a key is never 0. */
static uint64_t
key_of(uint32_t list, uint32_t entry)
{
	return ((uint64_t)list << 32 | entry) + 1;
}

static size_t
slot_of(const uint64_t *v, size_t cap, uint64_t key)
{
	size_t i = (key * 0x9e3779b97f4a7c15u >> 20) & (cap - 1);

	while (v[i] != 0 && v[i] != key)
		i = (i + 1) & (cap - 1);
	return i;
}

bool
changes_is_dead(const struct changes *c, uint32_t list, uint32_t entry)
{
	return c->n_dead > 0 &&
	       c->dead[slot_of(c->dead, c->cap_dead, key_of(list, entry))] != 0;
}

/* At most half full. */
static bool
grow_dead(struct changes *c, struct err *e)
{
	size_t cap = c->cap_dead == 0 ? DEAD_FIRST : 2 * c->cap_dead;
	uint64_t *v;

	if (2 * c->n_dead < c->cap_dead)
		return true;
	v = calloc(cap, sizeof(*v));
	if (v == NULL)
		return err_sys(e, "delete");
	for (size_t i = 0; i < c->cap_dead; i++)
		if (c->dead[i] != 0)
			v[slot_of(v, cap, c->dead[i])] = c->dead[i];
	free(c->dead);
	c->dead = v;
	c->cap_dead = cap;
	return true;
}

bool
changes_delete(struct changes *c, struct changed_owner owner, struct err *e)
{
	uint64_t key = key_of(owner.list, owner.entry), *at;

	if (!grow_dead(c, e))
		return false;
	at = &c->dead[slot_of(c->dead, c->cap_dead, key)];
	c->n_dead += *at == 0;
	*at = key;
	for (size_t k = 0; k < HASH_KINDS; k++)
		take_out(&c->kind[k], owner);
	for (size_t i = 0; i < c->n_videos;) {
		if (is_same(c->videos[i].owner, owner))
			c->videos[i] = c->videos[--c->n_videos];
		else
			i++;
	}
	return true;
}
