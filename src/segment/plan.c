#include "segment/plan.h"

#include <stdlib.h>

#include "segment/encode.h"

struct piece {
	uint32_t out;        /* where it begins in the JPEG */
	uint32_t at;         /* in the file */
	uint16_t a, changes; /* changes 0: variant A */
};

struct plan {
	uint32_t n, bytes;
	uint32_t plain_at; /* in the file: covered segments lie before */
	uint32_t last;     /* the piece that was read last */
	uint8_t *part;     /* of UINT16_MAX bytes: a piece that is not whole */
	uint32_t part_of;  /* n: of none */
	size_t jpeg_n;
	char *jpeg;
	struct piece piece[]; /* and one behind the last */
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
covered(const struct file *f, const struct file_cover *c, str hidden, bool any)
{
	unsigned set = 0;

	for (unsigned i = 0; i < c->n; i++)
		set |= (unsigned)bit(hidden, f->slot[c->region[i]]) << i;
	if (c->one)
		return (c->n == 0 ? any : set != 0) ? &f->covered[c->first]
						    : NULL;
	return set == 0 ? NULL : &f->covered[c->first + set - 1];
}

/* p NULL: only to know how long it is. */
static uint32_t
fill(struct plan *p, const struct file *f, const struct plan_choice *choice,
    bool any)
{
	const struct file_cover *c = f->cover, *end = c + f->covers;
	uint32_t out = (uint32_t)f->jpeg.n;

	for (uint32_t i = 0; i < f->segments; i++) {
		const struct file_unit *u = &f->unit[i], *other;
		bool b = bit(choice->code, i);

		if (c < end && c->segment == i) {
			other = any ? covered(f, c, choice->hidden, any) : NULL;
			u = other == NULL ? u : other;
			c++;
		}
		if (p != NULL)
			p->piece[i] = (struct piece){
			    out, u->at, u->a, b ? u->changes : (uint16_t)0};
		out += b ? u->b : u->a;
	}
	return out;
}

/* *ret_any: something is hidden. */
static bool
fits(const struct file *f, const struct plan_choice *c, bool *ret_any,
    struct err *e)
{
	bool any = false;

	for (size_t i = 0; i < c->hidden.n; i++)
		any |= c->hidden.p[i] != 0;
	if (c->code.n < (f->segments + 7) / 8)
		return err_set(e, ERR_INPUT, "a code is too short");
	if (any && !is_drawn(f, c->hidden))
		return err_set(e, ERR_CONFLICT, "a region is not drawn yet");
	*ret_any = any;
	return true;
}

bool
plan_measure(const struct file *f, const struct plan_choice *c, uint64_t *ret,
    struct err *e)
{
	bool any;

	if (!fits(f, c, &any, e))
		return false;
	*ret = fill(NULL, f, c, any);
	return true;
}

struct plan *
plan_new(const struct file *f, const struct plan_choice *c, struct err *e)
{
	OWNED(plan) p = NULL;
	bool any;

	if (!fits(f, c, &any, e))
		return NULL;
	p = malloc(sizeof(*p) + (f->segments + 1) * sizeof(p->piece[0]));
	if (p == NULL)
		abort();
	*p = (struct plan){.n = f->segments,
	    .plain_at = f->unit[0].at,
	    .part_of = f->segments,
	    .jpeg_n = f->jpeg.n};
	p->jpeg = malloc(f->jpeg.n);
	if (p->jpeg == NULL)
		abort();
	memcpy(p->jpeg, f->jpeg.p, f->jpeg.n);
	p->bytes = fill(p, f, c, any);
	p->piece[p->n] = (struct piece){.out = p->bytes};
	return TAKE(p);
}

void
plan_free(struct plan *p)
{
	if (p == NULL)
		return;
	free(p->part);
	free(p->jpeg);
	free(p);
}

uint64_t
plan_bytes(const struct plan *p)
{
	return p->bytes;
}

/* The piece that holds byte pos, which is behind the head. */
static uint32_t
find(const struct plan *p, uint32_t pos)
{
	uint32_t from = 0, to = p->n;

	if (p->last < p->n && p->piece[p->last].out <= pos) {
		from = p->last;
		if (pos < p->piece[from + 1].out)
			return from;
		if (from + 1 < p->n && pos < p->piece[from + 2].out)
			return from + 1;
	}
	while (to - from > 1) {
		uint32_t middle = from + (to - from) / 2;

		if (p->piece[middle].out <= pos)
			from = middle;
		else
			to = middle;
	}
	return from;
}

/* All of piece i into to. */
static bool
gather(const struct plan *p, const struct plan_pages *pages, uint32_t i,
    uint8_t *to, struct err *e)
{
	const struct piece *x = &p->piece[i];
	size_t n = x[1].out - x->out, at = x->at % FILE_PAGE;
	const uint8_t *a;
	str page;

	if (!pages->get(
		pages->ctx, x->at / FILE_PAGE, x->at < p->plain_at, &page, e))
		return false;
	if (page.n < at + x->a + x->changes)
		return err_set(e, ERR_CORRUPT, "a segment is cut short");
	a = (const uint8_t *)page.p + at;
	if (x->changes == 0)
		memcpy(to, a, n);
	else if (!encode_patch(a, x->a, a + x->a, x->changes, to, n))
		return err_set(e, ERR_CORRUPT, "a segment is damaged");
	return true;
}

static bool
part_of(
    struct plan *p, const struct plan_pages *pages, uint32_t i, struct err *e)
{
	if (p->part == NULL)
		p->part = malloc(UINT16_MAX);
	if (p->part == NULL)
		abort();
	if (p->part_of == i)
		return true;
	p->part_of = p->n;
	if (!gather(p, pages, i, p->part, e))
		return false;
	p->part_of = i;
	return true;
}

/* Of piece i, from pos on, as much as there is room for. */
static bool
some(struct plan *p, const struct plan_pages *pages, uint32_t i, uint32_t pos,
    uint8_t *to, size_t room, size_t *ret_n, struct err *e)
{
	size_t from = pos - p->piece[i].out;
	size_t n = p->piece[i + 1].out - pos;

	p->last = i;
	if (from == 0 && n <= room) {
		*ret_n = n;
		return gather(p, pages, i, to, e);
	}
	if (!part_of(p, pages, i, e))
		return false;
	n = n < room ? n : room;
	memcpy(to, p->part + from, n);
	*ret_n = n;
	return true;
}

bool
plan_read(struct plan *p, const struct plan_pages *pages, uint64_t pos,
    char *to, size_t max, size_t *ret_n, struct err *e)
{
	size_t done = 0;

	if (pos < p->jpeg_n) {
		done = p->jpeg_n - pos < max ? p->jpeg_n - pos : max;
		memcpy(to, p->jpeg + pos, done);
	}
	while (done < max && pos + done < p->bytes) {
		uint32_t at = (uint32_t)(pos + done);
		size_t n;

		if (!some(p, pages, find(p, at), at, (uint8_t *)to + done,
			max - done, &n, e))
			return false;
		done += n;
	}
	*ret_n = done;
	return true;
}
