/* Writing an entries file: aside, then under its name, or not at all. */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "list/block.h"
#include "list/record.h"

#define NAME_MAX_N 96

struct entries_writer {
	int dir, fd;
	bool kept;
	char name[NAME_MAX_N], aside[NAME_MAX_N + 8];
	struct entries_head head;
	struct block_head here;
	struct buf block; /* what is filled */
	struct buf last;  /* the last entry, for the order */
	crypto_generichash_state digest;
	uint8_t out[ENTRIES_BLOCK];
};

struct entries_writer *
entries_writer_new(
    int dir, const char *name, int64_t list, int64_t generation, struct err *e)
{
	struct entries_writer *w = calloc(1, sizeof(*w));
	struct stat st;

	if (w == NULL) {
		err_set(e, ERR_LIMIT, "no memory");
		return NULL;
	}
	w->dir = dir;
	w->head.list = list;
	w->head.generation = generation;
	w->block = BUF_MAX(ENTRIES_BLOCK);
	w->last = BUF_MAX(RECORD_MAX);
	w->here = (struct block_head){.used = BLOCK_HEAD};
	(void)snprintf(w->name, sizeof(w->name), "%s", name);
	(void)snprintf(w->aside, sizeof(w->aside), "%s.new", w->name);
	(void)crypto_generichash_init(&w->digest, NULL, 0, ENTRIES_DIGEST);
	w->fd =
	    openat(dir, w->aside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (w->fd != -1 && fstat(dir, &st) == 0 && geteuid() == 0)
		(void)!fchown(w->fd, st.st_uid, st.st_gid); /* whose it is */
	if (w->fd != -1 && lseek(w->fd, (off_t)ENTRIES_BLOCK, SEEK_SET) != -1)
		return w;
	err_sys(e, "%s", w->aside);
	entries_writer_free(w);
	return NULL;
}

void
entries_writer_free(struct entries_writer *w)
{
	if (w == NULL)
		return;
	if (w->fd != -1)
		(void)close(w->fd);
	if (w->fd != -1 && !w->kept)
		(void)unlinkat(w->dir, w->aside, 0);
	buf_done(&w->block);
	buf_done(&w->last);
	free(w);
}

static bool
write_all(int fd, const uint8_t *p, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put == -1 && errno != EINTR)
			return err_sys(e, "write");
		if (put > 0) {
			p += put;
			n -= (size_t)put;
		}
	}
	return true;
}

static bool
flush(struct entries_writer *w, struct err *e)
{
	memcpy(w->out + BLOCK_HEAD, w->block.p, w->block.n);
	block_seal(w->out, w->head.blocks, &w->here);
	if (!write_all(w->fd, w->out, ENTRIES_BLOCK, e))
		return err_wrap(e, "%s", w->aside);
	(void)crypto_generichash_update(&w->digest, w->out, ENTRIES_BLOCK);
	w->head.blocks++;
	w->here =
	    (struct block_head){.first = w->head.entries, .used = BLOCK_HEAD};
	buf_clear(&w->block);
	return true;
}

static bool
comes_after_last(struct entries_writer *w, const struct entry *t)
{
	str last = buf_view(&w->last);
	struct entry before;

	return w->head.entries == 0 ||
	       (record_take(&last, &before) && entry_order(&before, t) < 0);
}

bool
entries_write(struct entries_writer *w, const struct entry *t, struct err *e)
{
	size_t n = record_size(t);

	if (!record_is_sound(t) || !comes_after_last(w, t))
		return err_set(e, ERR_CORRUPT, "an entry out of place");
	if (w->head.entries == ENTRIES_MAX)
		return err_set(e, ERR_LIMIT, "more entries than a list holds");
	if (w->here.used + n > ENTRIES_BLOCK && !flush(w, e))
		return false;
	record_put(&w->block, t);
	buf_clear(&w->last);
	record_put(&w->last, t);
	if (w->block.full || w->last.full)
		return err_set(e, ERR_LIMIT, "no memory");
	w->here.used += (uint32_t)n;
	w->here.n++;
	w->head.entries++;
	w->head.of_kind[t->kind]++;
	return true;
}

static bool
finish(struct entries_writer *w, uint8_t ret[ENTRIES_DIGEST], struct err *e)
{
	if (w->here.n > 0 && !flush(w, e))
		return false;
	entries_head_put(w->out, &w->head);
	if (lseek(w->fd, 0, SEEK_SET) == -1)
		return err_sys(e, "%s", w->aside);
	if (!write_all(w->fd, w->out, ENTRIES_BLOCK, e))
		return err_wrap(e, "%s", w->aside);
	if (fsync(w->fd) == -1)
		return err_sys(e, "%s", w->aside);
	(void)crypto_generichash_update(&w->digest, w->out, ENTRIES_BLOCK);
	(void)crypto_generichash_final(&w->digest, ret, ENTRIES_DIGEST);
	return true;
}

uint64_t
entries_writer_count_of(const struct entries_writer *w, enum hash_kind k)
{
	return (unsigned)k < HASH_KINDS ? w->head.of_kind[k] : 0;
}

bool
entries_writer_finish(
    struct entries_writer *w, uint8_t ret_digest[ENTRIES_DIGEST], struct err *e)
{
	uint8_t digest[ENTRIES_DIGEST];

	if (!finish(w, digest, e))
		return false;
	if (renameat(w->dir, w->aside, w->dir, w->name) == -1 ||
	    fsync(w->dir) == -1)
		return err_sys(e, "%s", w->name);
	w->kept = true;
	memcpy(ret_digest, digest, sizeof(digest));
	return true;
}
