#include "segment/plan.h"

#include <assert.h>
#include <stdlib.h>

#include "segment/encode.h"
#include "segment/head.h"

#define LINE 64u /* bytes that come from memory together */
#define AHEAD 2048u

/* A segment that is next in turn. */
struct turn {
	uint32_t i;                     /* which */
	uint32_t out;                   /* where it begins in the JPEG */
	const struct file_cover *cover; /* the next one, of i or a later one */
};

struct plan {
	const struct file *file;
	uint32_t bytes;  /* with what follows */
	uint32_t height; /* likewise */
	char *head;      /* NULL: the file's as it is */
	struct buf tail; /* in place of the last segment */
	const struct file_cover *cover_end;
	struct turn first, next; /* of all; of where it was read last */
	struct turn last;        /* segment of all */
	uint8_t *part;    /* of UINT16_MAX bytes: one that is not whole */
	uint32_t part_of; /* file->segments: of none */
	uint8_t hidden[PLAN_HIDDEN_BYTES];
	size_t hidden_n;
	uint8_t code[]; /* a bit for each segment */
};

/* The page that was got last. */
struct held {
	const struct plan_pages *from;
	str page;
	uint32_t number;
	bool covered, some;
};

static bool
bit(str s, uint32_t i)
{
	return i / 8 < s.n && ((uint8_t)s.p[i / 8] >> i % 8 & 1) != 0;
}

/* Every hidden slot is one of the file's. */
static bool
is_drawn(const struct file *f, str hidden)
{
	uint32_t known = 0, asked = 0;

	for (uint32_t i = 0; i < f->regions; i++)
		known += bit(hidden, f->slot[i]);
	for (size_t i = 0; i < hidden.n; i++)
		asked += (uint32_t)__builtin_popcount((uint8_t)hidden.p[i]);
	return known == asked;
}

/* NULL: nothing of it is covered. */
static const struct file_unit *
covered(const struct plan *p, const struct file_cover *c)
{
	str hidden = {(const char *)p->hidden, p->hidden_n};
	const struct file *f = p->file;
	unsigned set = 0;

	for (unsigned i = 0; i < c->n; i++)
		set |= (unsigned)bit(hidden, f->slot[c->region[i]]) << i;
	if (c->one)
		return c->n == 0 || set != 0 ? &f->covered[c->first] : NULL;
	return set == 0 ? NULL : &f->covered[c->first + set - 1];
}

static inline const struct file_unit *
unit_of(const struct plan *p, const struct turn *t)
{
	const struct file_unit *u = NULL;

	if (t->cover != p->cover_end && t->cover->segment == t->i)
		u = covered(p, t->cover);
	return u == NULL ? &p->file->unit[t->i] : u;
}

static inline bool
is_b(const struct plan *p, uint32_t i)
{
	return (p->code[i / 8] >> i % 8 & 1) != 0;
}

static inline uint32_t
bytes_of(const struct plan *p, const struct turn *t, const struct file_unit *u)
{
	/* Not by a branch: nobody can guess a code. */
	return u->a + (is_b(p, t->i) * ((uint32_t)u->b - u->a));
}

static inline void
step(const struct plan *p, struct turn *t, uint32_t bytes)
{
	if (t->cover != p->cover_end && t->cover->segment == t->i)
		t->cover++;
	t->i++;
	t->out += bytes;
}

static uint32_t
measure(struct plan *p)
{
	struct turn t = p->first;

	while (t.i + 1 < p->file->segments)
		step(p, &t, bytes_of(p, &t, unit_of(p, &t)));
	p->last = t;
	return t.out + bytes_of(p, &t, unit_of(p, &t));
}

struct plan *
plan_new(const struct file *f, const struct plan_choice *c, struct err *e)
{
	size_t code_n = (f->segments + 7) / 8;
	OWNED(plan) p = NULL;
	bool any = false;

	for (size_t i = 0; i < c->hidden.n; i++)
		any |= c->hidden.p[i] != 0;
	if (c->code.n < code_n) {
		(void)err_set(e, ERR_INPUT, "a code is too short");
		return NULL;
	}
	if (any && !is_drawn(f, c->hidden)) {
		(void)err_set(e, ERR_CONFLICT, "a region is not drawn yet");
		return NULL;
	}
	p = malloc(sizeof(*p) + code_n);
	if (p == NULL)
		abort();
	*p = (struct plan){.file = f,
	    .height = f->height,
	    .cover_end = f->cover + f->covers,
	    .part_of = f->segments,
	    /* Behind that no slot is, so none is hidden. */
	    .hidden_n = c->hidden.n < PLAN_HIDDEN_BYTES ? c->hidden.n
							: PLAN_HIDDEN_BYTES};
	memcpy(p->code, c->code.p, code_n);
	if (any)
		memcpy(p->hidden, c->hidden.p, p->hidden_n);
	/* Else no cover is ever looked at. */
	p->first.cover = any ? f->cover : p->cover_end;
	p->first.out = (uint32_t)f->jpeg.n;
	p->next = p->first;
	p->bytes = measure(p);
	return TAKE(p);
}

void
plan_free(struct plan *p)
{
	if (p == NULL)
		return;
	buf_done(&p->tail);
	free(p->head);
	free(p->part);
	free(p);
}

uint64_t
plan_bytes(const struct plan *p)
{
	return p->bytes;
}

uint32_t
plan_height(const struct plan *p)
{
	return p->height;
}

static bool
get_page(struct held *h, const struct plan *p, uint32_t at, struct err *e)
{
	uint32_t number = at / FILE_PAGE;
	bool area = at < p->file->unit[0].at; /* covered ones lie before */

	if (h->some && h->number == number && h->covered == area)
		return true;
	h->some = h->from->get(h->from->ctx, number, area, &h->page, e);
	h->number = number;
	h->covered = area;
	return h->some;
}

/* What a unit takes is in the page a little further on, and its order (whole,
 * or with a gap, as the code says) is none that a processor foresees. */
static inline void
fetch_ahead(str page, size_t at, size_t n)
{
	for (size_t i = 0; i < n; i += LINE)
		if (at + AHEAD + i < page.n)
			__builtin_prefetch(page.p + at + AHEAD + i);
}

/* All n bytes of unit u, of its variant B or A, into to. */
static bool
gather(const struct plan *p, struct held *h, const struct file_unit *u, bool b,
    uint8_t *to, size_t n, struct err *e)
{
	size_t at = u->at % FILE_PAGE;
	const uint8_t *a;

	if (!get_page(h, p, u->at, e))
		return false;
	if (h->page.n < at + u->a + u->changes)
		return err_set(e, ERR_CORRUPT, "a segment is cut short");
	a = (const uint8_t *)h->page.p + at;
	fetch_ahead(h->page, at, (size_t)u->a + u->changes);
	if (!b || u->changes == 0)
		memcpy(to, a, n);
	else if (!encode_patch(a, u->a, a + u->a, u->changes, to, n))
		return err_set(e, ERR_CORRUPT, "a segment is damaged");
	return true;
}

/* Of the segment next in turn all into p->part. */
static bool
part_of(struct plan *p, struct held *h, const struct file_unit *u, uint32_t n,
    struct err *e)
{
	if (p->part == NULL)
		p->part = malloc(UINT16_MAX);
	if (p->part == NULL)
		abort();
	if (p->part_of == p->next.i)
		return true;
	p->part_of = p->file->segments;
	if (!gather(p, h, u, is_b(p, p->next.i), p->part, n, e))
		return false;
	p->part_of = p->next.i;
	return true;
}

/* The segment that holds byte pos, which is behind the head, is next. */
static void
seek(struct plan *p, uint32_t pos)
{
	if (pos < p->next.out)
		p->next = p->first;
	while (p->next.i < p->file->segments) {
		uint32_t n = bytes_of(p, &p->next, unit_of(p, &p->next));

		if (pos < p->next.out + n)
			return;
		step(p, &p->next, n);
	}
}

/* Of the segment next in turn, from pos on, as much as there is room for. */
static bool
some(struct plan *p, struct held *h, uint32_t pos, uint8_t *to, size_t room,
    size_t *ret_n, struct err *e)
{
	const struct file_unit *u = unit_of(p, &p->next);
	uint32_t all = bytes_of(p, &p->next, u);
	size_t from = pos - p->next.out, n = all - from;

	if (from == 0 && n <= room) {
		if (!gather(p, h, u, is_b(p, p->next.i), to, n, e))
			return false;
	} else {
		if (!part_of(p, h, u, all, e))
			return false;
		n = n < room ? n : room;
		memcpy(to, p->part + from, n);
	}
	if (from + n == all)
		step(p, &p->next, all);
	*ret_n = n;
	return true;
}

/* What of `from`, which begins at byte at, belongs at pos. */
static size_t
copy_from(str from, uint64_t at, uint64_t pos, char *to, size_t max)
{
	str s;

	if (pos < at || pos - at >= from.n)
		return 0;
	s = str_sub(from, pos - at, max);
	memcpy(to, s.p, s.n);
	return s.n;
}

bool
plan_read(struct plan *p, const struct plan_pages *pages, uint64_t pos,
    char *to, size_t max, size_t *ret_n, struct err *e)
{
	size_t head = p->file->jpeg.n, end = p->bytes - p->tail.n, done;
	str jpeg = {p->head != NULL ? p->head : p->file->jpeg.p, head};
	struct held held = {.from = pages};

	done = copy_from(jpeg, 0, pos, to, max);
	if (done < max && pos + done < end)
		seek(p, (uint32_t)(pos + done));
	while (done < max && pos + done < end) {
		size_t n;

		if (!some(p, &held, (uint32_t)(pos + done),
			(uint8_t *)to + done, max - done, &n, e))
			return false;
		done += n;
	}
	*ret_n = done + copy_from(buf_view(&p->tail), end, pos + done,
			    to + done, max - done);
	return true;
}

/* ---- under the picture ---- */

static bool
read_last(
    struct plan *p, const struct plan_pages *pages, str *ret, struct err *e)
{
	const struct file_unit *u = unit_of(p, &p->last);
	uint32_t n = bytes_of(p, &p->last, u);
	struct held held = {.from = pages};

	p->next = p->last;
	if (!part_of(p, &held, u, n, e))
		return false;
	p->next = p->first;
	*ret = (str){(const char *)p->part, n};
	return true;
}

bool
plan_put_foot(struct plan *p, const struct plan_pages *pages,
    const struct foot *s, struct err *e)
{
	CLEANUP(buf_done) struct buf tail = BUF_MAX(FOOT_BYTES_MAX);
	str jpeg = p->file->jpeg, last;

	assert(p->tail.n == 0);
	if (!read_last(p, pages, &last, e) ||
	    !foot_make(p->file, last, s, &tail, e))
		return false;
	p->head = malloc(jpeg.n);
	if (p->head == NULL)
		abort();
	memcpy(p->head, jpeg.p, jpeg.n);
	if (!head_height(p->head, jpeg.n, foot_whole_height(p->file, s), e))
		return false;
	p->tail = tail;
	tail = (struct buf){0};
	p->bytes = p->last.out + (uint32_t)p->tail.n;
	p->height = foot_whole_height(p->file, s);
	return true;
}
