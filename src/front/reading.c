#include "front/reading.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "front/opened.h"

#define ARENA_MAX ((size_t)4 << 20) /* for the head of a rendition */
#define ALONE 2u                    /* pages of one reader */
#define BUCKETS 256u
#define STEADY_S 2 /* two changes within a file system's tick look like one */

_Static_assert(FILE_PAGE == BLOB_CHUNK, "a page of a rendition is a chunk");

struct page {
	struct reading *of;
	uint32_t number;
	uint64_t asked; /* when, by the count of questions */
	uint8_t *work;  /* of opened.h */
};

struct reading {
	struct reading *next;          /* in its bucket */
	struct reading *newer, *older; /* while it is kept */
	size_t readers;
	int64_t left_ms; /* when the last one left it */
	bool steady;     /* a change of the file would be seen */
	bool failed;     /* something of it did not open */
	int fd;
	struct stat file; /* which file it is, as it was */
	struct key key;
	struct blob_reader *blob;
	struct arena *arena; /* of head */
	struct file head;
	size_t rest; /* bytes beside the pages */
	size_t pages, n_open;
	struct page **page; /* by number; NULL: not open */
};

static struct reading *bucket[BUCKETS];
static struct reading *newest, *oldest; /* of those that are kept */
static struct page **open_page;
static struct reading_load load;
static size_t keep;
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

/* The place of what was open in it is not wiped. */
static uint8_t *
close_page(size_t i)
{
	struct page *p = open_page[i];
	uint8_t *work = p->work;

	p->of->page[p->number] = NULL;
	p->of->n_open--;
	open_page[i] = open_page[--load.pages];
	load.bytes -= BLOB_CHUNK;
	free(p);
	return work;
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

static void
close_all(const struct reading *r)
{
	for (size_t i = load.pages; i > 0 && r->n_open > 0; i--)
		if (open_page[i - 1]->of == r)
			opened_give(close_page(i - 1));
}

/* ---- what is kept ---- */

static struct reading **
bucket_of(ino_t ino)
{
	return &bucket[ino % BUCKETS];
}

static void
unkeep(struct reading *r)
{
	*(r->newer != NULL ? &r->newer->older : &newest) = r->older;
	*(r->older != NULL ? &r->older->newer : &oldest) = r->newer;
	r->newer = r->older = NULL;
	load.kept--;
}

static void
drop(struct reading *r)
{
	struct reading **at = bucket_of(r->file.st_ino);

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	close_all(r);
	load.readings--;
	load.bytes -= r->rest;
	free(r->page);
	blob_reader_free(r->blob);
	arena_free(r->arena);
	key_done(&r->key);
	(void)close(r->fd);
	free(r);
}

static void
drop_oldest(void)
{
	struct reading *r = oldest;

	unkeep(r);
	drop(r);
}

static void
make_room(size_t bytes)
{
	while (oldest != NULL && load.bytes + bytes > keep)
		drop_oldest();
}

void
reading_init(size_t keep_bytes)
{
	size_t places = keep_bytes / BLOB_CHUNK;

	if (places < READING_PAGES)
		places = READING_PAGES;
	keep = keep_bytes;
	opened_init(places);
	free(open_page);
	open_page = calloc(places, sizeof(struct page *));
	if (open_page == NULL)
		abort();
}

void
reading_tick(int64_t now_ms)
{
	while (oldest != NULL && now_ms - oldest->left_ms > READING_KEPT_MS)
		drop_oldest();
	opened_rest();
}

bool
reading_at_rest(void)
{
	return load.kept == 0 && opened_at_rest();
}

void
reading_done(void)
{
	while (oldest != NULL)
		drop_oldest();
}

/* ---- to open a page ---- */

/* Who reads alone, and nobody after, needs one page for each area, and has them
 * in the nearest cache when there are no more. */
static uint8_t *
room_for(const struct reading *r)
{
	uint8_t *work;

	if (keep == 0 && r->readers == 1 && r->n_open >= ALONE)
		return close_page(longest_not_asked(r));
	make_room(BLOB_CHUNK);
	work = opened_take();
	return work != NULL ? work : close_page(longest_not_asked(NULL));
}

static bool
open_one(struct reading *r, uint32_t number, struct err *e)
{
	uint8_t *work = room_for(r);
	struct page *p;
	str bytes;

	if (!blob_chunk(r->blob, number, work, &bytes, e)) {
		opened_give(work);
		return false;
	}
	p = malloc(sizeof(*p));
	if (p == NULL)
		abort();
	*p = (struct page){.of = r, .number = number, .work = work};
	r->n_open++;
	open_page[load.pages++] = r->page[number] = p;
	load.bytes += BLOB_CHUNK;
	return true;
}

bool
reading_page(struct reading *r, uint32_t number, str *ret, struct err *e)
{
	/* The last one is open in the blob's reader, or there is none such. */
	if (number + 1 >= r->pages)
		return blob_chunk(r->blob, number, NULL, ret, e);
	if (r->page[number] == NULL && !open_one(r, number, e)) {
		r->failed = true;
		return false;
	}
	r->page[number]->asked = ++questions;
	*ret = (str){(const char *)r->page[number]->work, BLOB_CHUNK};
	return true;
}

/* ---- readings ---- */

static bool
copy_pages(struct reading *r, char *to, size_t n, struct err *e)
{
	size_t done = 0;
	str page;

	for (uint32_t i = 0; done < n; i++) {
		if (!reading_page(r, i, &page, e))
			return false;
		page = str_sub(page, 0, n - done);
		memcpy(to + done, page.p, page.n);
		done += page.n;
	}
	return true;
}

/* The head is mostly in the first page. */
static bool
head_bytes(struct reading *r, str *ret, struct err *e)
{
	uint32_t n;
	char *p;
	str page;

	if (!reading_page(r, 0, &page, e) ||
	    !file_head_bytes(str_sub(page, 0, FILE_FIXED), &n, e))
		return false;
	p = NEW_N(r->arena, char, n);
	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no room for a head");
	*ret = (str){p, n};
	return copy_pages(r, p, n, e);
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

static bool
is_of(const struct reading *r, const struct stat *st, const struct key *key)
{
	return r->file.st_ino == st->st_ino && r->file.st_dev == st->st_dev &&
	       r->file.st_size == st->st_size &&
	       r->file.st_ctim.tv_sec == st->st_ctim.tv_sec &&
	       r->file.st_ctim.tv_nsec == st->st_ctim.tv_nsec &&
	       sodium_memcmp(r->key.b, key->b, sizeof(key->b)) == 0;
}

static struct reading *
find(const struct stat *st, const struct key *key)
{
	struct reading *r = *bucket_of(st->st_ino);

	while (r != NULL && !is_of(r, st, key))
		r = r->next;
	return r;
}

static bool
open_file(struct reading *r, struct err *e)
{
	r->blob = blob_reader_new(r->fd, &r->key, e);
	if (r->blob == NULL)
		return false;
	r->pages = (size_t)blob_bytes(r->blob) / BLOB_CHUNK + 1;
	r->page = calloc(r->pages, sizeof(struct page *));
	if (r->page == NULL)
		abort();
	if (!read_head(r, e))
		return false;
	r->rest = sizeof(*r) + arena_taken(r->arena) +
		  r->pages * sizeof(struct page *) +
		  (size_t)blob_bytes(r->blob) % BLOB_CHUNK;
	load.bytes += r->rest;
	make_room(0);
	return true;
}

static struct reading *
make(int *fd, const struct stat *st, const struct key *key, struct err *e)
{
	OWNED(reading) r = calloc(1, sizeof(*r));
	struct reading **at = bucket_of(st->st_ino);

	if (r == NULL)
		abort();
	r->fd = *fd;
	*fd = -1;
	r->file = *st;
	r->key = *key;
	r->readers = 1;
	r->steady = st->st_ctim.tv_sec + STEADY_S <= clock_now();
	r->arena = arena_new(ARENA_MAX);
	r->next = *at;
	*at = r;
	load.readings++;
	if (open_file(r, e))
		return TAKE(r);
	r->failed = true;
	return NULL;
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
	if (r->readers++ == 0)
		unkeep(r);
	return r;
}

void
reading_free(struct reading *r)
{
	if (r == NULL || --r->readers > 0)
		return;
	if (keep == 0 || r->failed || !r->steady) {
		drop(r);
		return;
	}
	r->left_ms = clock_ms();
	r->older = newest;
	*(newest != NULL ? &newest->newer : &oldest) = r;
	newest = r;
	load.kept++;
	make_room(0);
	if (load.kept > READING_KEPT_MAX)
		drop_oldest();
}
