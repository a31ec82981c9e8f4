#include "front/reading.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "store/blob.h"

#define ARENA_MAX ((size_t)4 << 20) /* for the head of a rendition */
#define ALONE 2u                    /* pages of one reader */
#define SPARES_MAX 32u              /* 2 MB */

_Static_assert(FILE_PAGE == BLOB_CHUNK, "a page of a rendition is a chunk");

struct page {
	struct reading *of;
	uint32_t number;
	uint64_t asked; /* when, by the count of questions */
	uint8_t work[BLOB_WORK];
};

struct reading {
	struct reading *next;
	size_t readers;
	int fd;
	dev_t dev; /* which file it is */
	ino_t ino;
	struct key key;
	struct blob_reader *blob;
	struct arena *arena; /* of head */
	struct file head;
	size_t pages, n_open;
	struct page **page; /* by number; NULL: not open */
};

static struct reading *all;
static struct page *open_page[READING_PAGES];
static struct page *spare[SPARES_MAX]; /* wiped */
static size_t n_spare;
static struct reading_load load;
static uint64_t questions;

struct reading_load
reading_load(void)
{
	return load;
}

const struct file *
reading_file(const struct reading *r)
{
	return &r->head;
}

/* ---- pages ---- */

/* A page to open another in: what was open in it is written over, or wiped by
 * spare_page. */
static struct page *
close_page(size_t i)
{
	struct page *p = open_page[i];

	p->of->page[p->number] = NULL;
	p->of->n_open--;
	open_page[i] = open_page[--load.pages];
	return p;
}

static void
spare_page(struct page *p)
{
	sodium_memzero(p->work, sizeof(p->work));
	if (n_spare < SPARES_MAX)
		spare[n_spare++] = p;
	else
		free(p);
}

/* Of r; NULL: of any. */
static size_t
longest_not_asked(const struct reading *r)
{
	size_t least = load.pages;

	for (size_t i = 0; i < load.pages; i++)
		if ((r == NULL || open_page[i]->of == r) &&
		    (least == load.pages ||
			open_page[i]->asked < open_page[least]->asked))
			least = i;
	return least;
}

/* Who reads alone needs one page for each area, and has them in the nearest
 * cache when there are no more. */
static struct page *
room_for(const struct reading *r)
{
	struct page *p;

	if (r->readers == 1 && r->n_open >= ALONE)
		return close_page(longest_not_asked(r));
	if (load.pages == READING_PAGES)
		return close_page(longest_not_asked(NULL));
	if (n_spare > 0)
		return spare[--n_spare];
	p = malloc(sizeof(*p));
	if (p == NULL)
		abort();
	return p;
}

static bool
open_one(struct reading *r, uint32_t number, struct err *e)
{
	struct page *p = room_for(r);
	str bytes;

	if (!blob_chunk(r->blob, number, p->work, &bytes, e)) {
		spare_page(p);
		return false;
	}
	p->of = r;
	p->number = number;
	r->n_open++;
	open_page[load.pages++] = r->page[number] = p;
	return true;
}

bool
reading_page(struct reading *r, uint32_t number, str *ret, struct err *e)
{
	/* The last one is open in the blob's reader, or there is none such. */
	if (number + 1 >= r->pages)
		return blob_chunk(r->blob, number, NULL, ret, e);
	if (r->page[number] == NULL && !open_one(r, number, e))
		return false;
	r->page[number]->asked = ++questions;
	*ret = (str){(const char *)r->page[number]->work, BLOB_CHUNK};
	return true;
}

/* ---- readings ---- */

/* The head is mostly in the first page. */
static bool
head_bytes(struct reading *r, str *ret, struct err *e)
{
	uint32_t n;
	size_t got;
	char *p;
	str page;

	if (!reading_page(r, 0, &page, e) ||
	    !file_head_bytes(str_sub(page, 0, FILE_FIXED), &n, e))
		return false;
	if (n <= page.n)
		return arena_str(r->arena, page.p, n, ret) ||
		       err_set(e, ERR_LIMIT, "no room for a head");
	p = NEW_N(r->arena, char, n);
	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no room for a head");
	if (!blob_read(r->blob, 0, p, n, &got, e))
		return false;
	*ret = (str){p, got};
	return true;
}

static bool
read_head(struct reading *r, struct err *e)
{
	str head;

	if (!head_bytes(r, &head, e) || !file_read(r->arena, head, &r->head, e))
		return false;
	return r->head.bytes == (uint64_t)blob_bytes(r->blob) ||
	       err_set(e, ERR_CORRUPT, "a rendition has not its length");
}

static struct reading *
find(const struct stat *st, const struct key *key)
{
	struct reading *r = all;

	while (r != NULL &&
	       (r->ino != st->st_ino || r->dev != st->st_dev ||
		   sodium_memcmp(r->key.b, key->b, sizeof(key->b)) != 0))
		r = r->next;
	return r;
}

static struct reading *
make(int *fd, const struct stat *st, const struct key *key, struct err *e)
{
	OWNED(reading) r = calloc(1, sizeof(*r));

	if (r == NULL)
		abort();
	r->fd = *fd;
	*fd = -1;
	r->dev = st->st_dev;
	r->ino = st->st_ino;
	r->key = *key;
	r->readers = 1;
	r->next = all;
	all = r;
	load.readings++;
	r->arena = arena_new(ARENA_MAX);
	r->blob = blob_reader_new(r->fd, key, e);
	if (r->blob == NULL)
		return NULL;
	r->pages = (size_t)blob_bytes(r->blob) / BLOB_CHUNK + 1;
	r->page = calloc(r->pages, sizeof(struct page *));
	if (r->page == NULL)
		abort();
	return read_head(r, e) ? TAKE(r) : NULL;
}

struct reading *
reading_new(int *fd, const struct key *key, struct err *e)
{
	struct reading *r = NULL;
	OWNED_FD mine = *fd;
	struct stat st;

	*fd = -1;
	if (fstat(mine, &st) == -1) {
		(void)err_sys(e, "a rendition");
		return NULL;
	}
	r = find(&st, key);
	if (r == NULL)
		return make(&mine, &st, key, e);
	r->readers++;
	return r;
}

static void
forget(const struct reading *r)
{
	struct reading **at = &all;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	load.readings--;
	for (size_t i = load.pages; i > 0; i--)
		if (open_page[i - 1]->of == r)
			spare_page(close_page(i - 1));
}

void
reading_free(struct reading *r)
{
	if (r == NULL || --r->readers > 0)
		return;
	forget(r);
	free(r->page);
	blob_reader_free(r->blob);
	arena_free(r->arena);
	key_done(&r->key);
	(void)close(r->fd);
	free(r);
}
