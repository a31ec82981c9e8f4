#include "list/sort.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "list/record.h"

#define RUNS_MAX 64
#define RUN_PIECE 65536
#define PLACE_SHARE 4 /* one part in so many of the memory is for places */

/* Where an entry begins in the bytes, with what decides most comparisons. */
struct place {
	uint64_t front;
	size_t at;
};

/* A sorted file; what of it is here. */
struct run {
	int fd;
	uint64_t read; /* bytes taken from the file */
	size_t n, at;
	bool more, gone;
	struct entry entry; /* the next one, when more */
	char *piece;
};

struct sort {
	int dir;
	enum sort_by by;
	char *bytes;
	size_t n, cap;
	struct place *place;
	size_t n_place, cap_place, next_place;
	struct run run[RUNS_MAX];
	size_t n_run;
	uint8_t heap[RUNS_MAX];
	size_t n_heap;
	bool started;
};

struct sort *
sort_new(int dir, enum sort_by by, size_t memory, struct err *e)
{
	struct sort *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_set(e, ERR_LIMIT, "no memory");
		return NULL;
	}
	s->dir = dir;
	s->by = by;
	s->cap_place = memory / PLACE_SHARE / sizeof(*s->place);
	s->cap = memory - s->cap_place * sizeof(*s->place);
	s->bytes = malloc(s->cap);
	s->place = calloc(s->cap_place, sizeof(*s->place));
	if (s->bytes != NULL && s->place != NULL)
		return s;
	err_set(e, ERR_LIMIT, "no memory");
	sort_free(s);
	return NULL;
}

static void
run_done(struct run *r)
{
	if (r->fd > 0)
		(void)close(r->fd);
	free(r->piece);
	*r = (struct run){0};
}

void
sort_free(struct sort *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n_run; i++)
		run_done(&s->run[i]);
	free(s->bytes);
	free(s->place);
	free(s);
}

static int
newest_first(const struct entry *a, const struct entry *b)
{
	if (a->stamp != b->stamp)
		return a->stamp > b->stamp ? -1 : 1;
	return (a->record < b->record) - (a->record > b->record);
}

int
sort_order(enum sort_by by, const struct entry *a, const struct entry *b)
{
	struct entry x = {.id = a->id}, y = {.id = b->id};
	int c;

	if (by == SORT_VERSIONS && (a->id.n > 0 || b->id.n > 0)) {
		c = entry_order(&x, &y); /* of the ids alone */
		if (c == 0)
			c = newest_first(a, b);
		return c != 0 ? c : entry_order(a, b);
	}
	c = entry_order(a, b);
	return c != 0 ? c : newest_first(a, b);
}

/* Its first bytes in either order: a smaller front is a smaller entry. */
static uint64_t
front_of(const struct entry *t)
{
	str s = t->id.n > 0 ? t->id : t->value;
	uint64_t v = 0;

	for (size_t i = 0; i < 7; i++)
		v = v << 8 | (i < s.n ? (uint8_t)s.p[i] : 0u);
	/* Without an id first, then by kind: these numbers are below 128. */
	return v | (t->id.n > 0 ? 1ull << 63 : (uint64_t)t->kind << 56);
}

static struct entry
entry_at(const struct sort *s, size_t at)
{
	str rest = {s->bytes + at + 1, s->n - at - 1};
	struct entry t = {0};

	(void)!record_take(&rest, &t); /* we put it there */
	return t;
}

static int
order_places(const void *a, const void *b, void *ctx)
{
	const struct place *x = a, *y = b;
	const struct sort *s = ctx;
	struct entry t, u;
	int c;

	if (x->front != y->front)
		return x->front < y->front ? -1 : 1;
	t = entry_at(s, x->at);
	u = entry_at(s, y->at);
	c = sort_order(s->by, &t, &u);
	return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

/* A file that goes when it is closed. */
static bool
nameless(int dir, int *ret, struct err *e)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "run-%d", (int)getpid());
	(void)unlinkat(dir, name, 0);
	*ret = openat(dir, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (*ret == -1)
		return err_sys(e, "sorting");
	return unlinkat(dir, name, 0) == 0 || err_sys(e, "sorting");
}

static bool
put_out(int fd, struct buf *b, struct err *e)
{
	size_t at = 0;

	if (b->full)
		return err_set(e, ERR_LIMIT, "no memory");
	while (at < b->n) {
		ssize_t n = write(fd, b->p + at, b->n - at);

		if (n == -1 && errno != EINTR)
			return err_sys(e, "sorting");
		at += n > 0 ? (size_t)n : 0;
	}
	buf_clear(b);
	return true;
}

static bool
write_run(struct sort *s, int fd, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(2 * RUN_PIECE);

	for (size_t i = 0; i < s->n_place; i++) {
		struct entry t = entry_at(s, s->place[i].at);

		buf_put(&b, s->bytes + s->place[i].at, 1 + record_size(&t));
		if (b.n >= RUN_PIECE && !put_out(fd, &b, e))
			return false;
	}
	return put_out(fd, &b, e);
}

static bool
fill(struct run *r, struct err *e)
{
	size_t left = r->n - r->at;
	ssize_t n;

	memmove(r->piece, r->piece + r->at, left);
	r->at = 0;
	r->n = left;
	do
		n = pread(
		    r->fd, r->piece + left, RUN_PIECE - left, (off_t)r->read);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(e, "sorting");
	r->n += (size_t)n;
	r->read += (uint64_t)n;
	return true;
}

static bool
run_next(struct run *r, struct err *e)
{
	str rest;

	if (r->n - r->at < RECORD_MAX + 1 && !fill(r, e))
		return false;
	r->more = r->at < r->n;
	if (!r->more)
		return true;
	r->gone = r->piece[r->at] != 0;
	rest = (str){r->piece + r->at + 1, r->n - r->at - 1};
	if (!record_take(&rest, &r->entry))
		return err_set(e, ERR_CORRUPT, "a sorted run is damaged");
	r->at = r->n - rest.n;
	return true;
}

static bool
run_open(struct run *r, int fd, struct err *e)
{
	*r = (struct run){.fd = fd, .piece = malloc(RUN_PIECE)};
	if (r->piece == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	return run_next(r, e);
}

static void
heap_down(struct sort *s, size_t i)
{
	for (;;) {
		size_t least = i;

		for (size_t c = 2 * i + 1; c <= 2 * i + 2 && c < s->n_heap; c++)
			if (sort_order(s->by, &s->run[s->heap[c]].entry,
				&s->run[s->heap[least]].entry) < 0)
				least = c;
		if (least == i)
			return;
		uint8_t t = s->heap[i];
		s->heap[i] = s->heap[least];
		s->heap[least] = t;
		i = least;
	}
}

static void
heap_make(struct sort *s)
{
	s->n_heap = 0;
	for (size_t i = 0; i < s->n_run; i++)
		if (s->run[i].more)
			s->heap[s->n_heap++] = (uint8_t)i;
	for (size_t i = s->n_heap / 2; i-- > 0;)
		heap_down(s, i);
}

/* The run whose entry is the least goes on to its next. */
static bool
heap_advance(struct sort *s, struct err *e)
{
	struct run *r = &s->run[s->heap[0]];

	if (!run_next(r, e))
		return false;
	if (!r->more)
		s->heap[0] = s->heap[--s->n_heap];
	heap_down(s, 0);
	return true;
}

/* All runs into one, when there would be too many. */
static bool
join_runs(struct sort *s, int fd, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(2 * RUN_PIECE);

	heap_make(s);
	while (s->n_heap > 0) {
		const struct run *r = &s->run[s->heap[0]];

		buf_byte(&b, (char)r->gone);
		record_put(&b, &r->entry);
		if (b.n >= RUN_PIECE && !put_out(fd, &b, e))
			return false;
		if (!heap_advance(s, e))
			return false;
	}
	return put_out(fd, &b, e);
}

static bool
make_room(struct sort *s, struct err *e)
{
	int fd = -1;

	if (s->n_run < RUNS_MAX)
		return true;
	if (!nameless(s->dir, &fd, e))
		return false;
	if (!join_runs(s, fd, e)) {
		(void)close(fd);
		return false;
	}
	for (size_t i = 0; i < s->n_run; i++)
		run_done(&s->run[i]);
	s->n_run = 1;
	return run_open(&s->run[0], fd, e);
}

static void
sort_places(struct sort *s)
{
	qsort_r(s->place, s->n_place, sizeof(*s->place), order_places, s);
}

static bool
spill(struct sort *s, struct err *e)
{
	int fd = -1;

	sort_places(s);
	if (!make_room(s, e) || !nameless(s->dir, &fd, e))
		return false;
	if (!write_run(s, fd, e)) {
		(void)close(fd);
		return false;
	}
	s->n = s->n_place = 0;
	return run_open(&s->run[s->n_run++], fd, e);
}

bool
sort_add(struct sort *s, const struct entry *t, bool gone, struct err *e)
{
	size_t n = 1 + record_size(t);
	struct buf b;

	if ((n > s->cap - s->n || s->n_place == s->cap_place) && !spill(s, e))
		return false;
	s->place[s->n_place++] = (struct place){front_of(t), s->n};
	b = (struct buf){
	    .p = s->bytes + s->n, .cap = s->cap - s->n, .max = s->cap - s->n};
	buf_byte(&b, (char)gone);
	record_put(&b, t);
	s->n += n;
	return true;
}

bool
sort_run(struct sort *s, struct err *e)
{
	s->started = true;
	if (s->n_run > 0 && s->n_place > 0 && !spill(s, e))
		return false;
	if (s->n_run == 0)
		sort_places(s);
	heap_make(s);
	return true;
}

static bool
next_of_runs(struct sort *s, struct entry *ret, bool *ret_gone, bool *ret_more,
    struct err *e)
{
	const struct run *r;

	if (!s->started && s->n_heap > 0 && !heap_advance(s, e))
		return false;
	s->started = false;
	*ret_more = s->n_heap > 0;
	if (!*ret_more)
		return true;
	r = &s->run[s->heap[0]];
	*ret = r->entry;
	*ret_gone = r->gone;
	return true;
}

bool
sort_next(struct sort *s, struct entry *ret, bool *ret_gone, bool *ret_more,
    struct err *e)
{
	size_t at;

	if (s->n_run > 0)
		return next_of_runs(s, ret, ret_gone, ret_more, e);
	*ret_more = s->next_place < s->n_place;
	if (!*ret_more)
		return true;
	at = s->place[s->next_place++].at;
	*ret_gone = s->bytes[at] != 0;
	*ret = entry_at(s, at);
	return true;
}
