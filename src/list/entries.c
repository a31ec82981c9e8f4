#include "list/entries.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "list/block.h"
#include "list/record.h"

struct entries {
	int fd;
	struct entries_head head;
	uint64_t next;    /* number of the entry that comes next */
	uint64_t current; /* the block that is here; UINT64_MAX: none */
	struct block_head here;
	str rest; /* of the block, from `next` on */
	uint8_t block[ENTRIES_BLOCK];
};

static bool
read_at(int fd, uint8_t *p, size_t n, uint64_t at, struct err *e)
{
	while (n > 0) {
		ssize_t got = pread(fd, p, n, (off_t)at);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return err_sys(e, "read");
		if (got == 0)
			return err_set(e, ERR_CORRUPT, "cut off at byte %llu",
			    (unsigned long long)at);
		p += got;
		n -= (size_t)got;
		at += (uint64_t)got;
	}
	return true;
}

static bool
open_head(struct entries *t, struct err *e)
{
	struct stat st;

	if (fstat(t->fd, &st) == -1)
		return err_sys(e, "fstat");
	if (!read_at(t->fd, t->block, ENTRIES_BLOCK, 0, e) ||
	    !entries_head_take(t->block, &t->head, e))
		return false;
	if ((uint64_t)st.st_size != (t->head.blocks + 1) * ENTRIES_BLOCK)
		return err_set(e, ERR_CORRUPT, "cut off at byte %lld",
		    (long long)st.st_size);
	return true;
}

struct entries *
entries_open(const char *path, struct err *e)
{
	struct entries *t = malloc(sizeof(*t));

	if (t == NULL) {
		err_set(e, ERR_LIMIT, "no memory");
		return NULL;
	}
	t->current = UINT64_MAX;
	t->next = 0;
	t->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (t->fd == -1 ? err_sys(e, "%s", path)
			: open_head(t, e) || err_wrap(e, "%s", path))
		return t;
	entries_free(t);
	return NULL;
}

void
entries_free(struct entries *t)
{
	if (t == NULL)
		return;
	if (t->fd != -1)
		(void)close(t->fd);
	free(t);
}

uint64_t
entries_count(const struct entries *t)
{
	return t->head.entries;
}

uint64_t
entries_count_of(const struct entries *t, enum hash_kind k)
{
	return (unsigned)k < HASH_KINDS ? t->head.of_kind[k] : 0;
}

int64_t
entries_list(const struct entries *t)
{
	return t->head.list;
}

int64_t
entries_generation(const struct entries *t)
{
	return t->head.generation;
}

static bool
load(struct entries *t, uint64_t number, struct err *e)
{
	t->current = UINT64_MAX;
	if (!read_at(t->fd, t->block, ENTRIES_BLOCK,
		(number + 1) * ENTRIES_BLOCK, e) ||
	    !block_check(t->block, number, &t->here, e))
		return false;
	t->current = number;
	t->rest = (str){
	    (const char *)t->block + BLOCK_HEAD, t->here.used - BLOCK_HEAD};
	return true;
}

static bool
damaged(const struct entries *t, struct err *e)
{
	return err_set(e, ERR_CORRUPT, "damaged at byte %llu",
	    (unsigned long long)((t->current + 1) * ENTRIES_BLOCK));
}

static bool
take(struct entries *t, struct entry *ret, struct err *e)
{
	if (!record_take(&t->rest, ret) || !record_is_sound(ret))
		return damaged(t, e);
	t->next++;
	return true;
}

bool
entries_next(
    struct entries *t, struct entry *ret, bool *ret_more, struct err *e)
{
	*ret_more = t->next < t->head.entries;
	if (!*ret_more)
		return true;
	if (t->current == UINT64_MAX && !entries_seek(t, t->next, e))
		return false;
	if (t->next == t->here.first + t->here.n) {
		if (!load(t, t->current + 1, e))
			return false;
		if (t->here.first != t->next)
			return damaged(t, e);
	}
	return take(t, ret, e);
}

/* The block that holds the entry, by bisection. */
static bool
find_block(struct entries *t, uint64_t number, struct err *e)
{
	uint64_t low = 0, high = t->head.blocks;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (!load(t, middle, e))
			return false;
		if (number < t->here.first)
			high = middle;
		else if (number - t->here.first >= t->here.n)
			low = middle + 1;
		else
			return true;
	}
	return err_set(e, ERR_CORRUPT, "entry %llu stands in no block",
	    (unsigned long long)number);
}

bool
entries_seek(struct entries *t, uint64_t number, struct err *e)
{
	struct entry skipped;

	if (number >= t->head.entries) {
		t->next = t->head.entries;
		return true;
	}
	if (!find_block(t, number, e))
		return false;
	t->next = t->here.first;
	while (t->next < number)
		if (!take(t, &skipped, e))
			return false;
	return true;
}

bool
entries_at(struct entries *t, uint64_t number, struct entry *ret, struct err *e)
{
	bool more = false;

	if (number >= t->head.entries)
		return err_set(e, ERR_NOT_FOUND, "there is no entry %llu",
		    (unsigned long long)number);
	return entries_seek(t, number, e) && entries_next(t, ret, &more, e);
}

/* The header was written last, so it is last here too. */
static bool
digest_file(struct entries *t, uint8_t ret[ENTRIES_DIGEST], struct err *e)
{
	crypto_generichash_state h;

	(void)crypto_generichash_init(&h, NULL, 0, ENTRIES_DIGEST);
	for (uint64_t i = 1; i <= t->head.blocks + 1; i++) {
		uint64_t at = i > t->head.blocks ? 0 : i;

		if (!read_at(
			t->fd, t->block, ENTRIES_BLOCK, at * ENTRIES_BLOCK, e))
			return false;
		(void)crypto_generichash_update(&h, t->block, ENTRIES_BLOCK);
	}
	(void)crypto_generichash_final(&h, ret, ENTRIES_DIGEST);
	t->current = UINT64_MAX;
	return true;
}

bool
entries_verify(
    const char *path, const uint8_t digest[ENTRIES_DIGEST], struct err *e)
{
	OWNED(entries) t = entries_open(path, e);
	uint8_t got[ENTRIES_DIGEST];
	struct entry one;
	bool more = true;

	if (t == NULL)
		return false;
	while (more)
		if (!entries_next(t, &one, &more, e))
			return err_wrap(e, "%s", path);
	if (!digest_file(t, got, e))
		return err_wrap(e, "%s", path);
	return memcmp(got, digest, sizeof(got)) == 0 ||
	       err_set(e, ERR_CORRUPT, "%s is not what was imported", path);
}
