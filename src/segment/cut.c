#include "segment/cut.h"

#include <stdlib.h>

#include "segment/cover.h"
#include "segment/head.h"

#define LUMA_MAX (ENCODE_MCUS_MAX * 4)
#define SEGMENT_COEFS \
	((size_t)ENCODE_MCUS_MAX * SEGMENT_MCU_BLOCKS * SEGMENT_BLOCK)

/* Both variants of one segment, and its luma alone. */
struct two {
	_Alignas(64) int16_t a[SEGMENT_COEFS], b[SEGMENT_COEFS];
	int16_t luma[LUMA_MAX * SEGMENT_BLOCK];
	int16_t luma_a[LUMA_MAX * SEGMENT_BLOCK];
	int16_t luma_b[LUMA_MAX * SEGMENT_BLOCK];
	int16_t limit[SEGMENT_BLOCK];
};

static bool
make_tables(const struct segment_picture *p, uint32_t interval,
    struct encode_tables *t, struct err *e)
{
	struct encode_seen *seen = calloc(1, sizeof(*seen));
	size_t step = (size_t)interval * p->per_mcu * SEGMENT_BLOCK;

	if (seen == NULL)
		return err_set(e, ERR_LIMIT, "no memory for code tables");
	for (uint32_t m = 0; m < p->mcus; m += interval)
		encode_count(p->coef + m / interval * step,
		    p->mcus - m < interval ? p->mcus - m : interval, p->parts,
		    seen);
	for (unsigned i = 0; i < (p->parts == 1 ? 1u : 2u); i++) {
		struct encode_need need;

		encode_need(p->quant[i], &need);
		huffman_make(&need.dc, seen->dc[i], &t->dc[i]);
		huffman_make(&need.ac, seen->ac[i], &t->ac[i]);
	}
	free(seen);
	return true;
}

/* What the tables hold, by natural order; DC is left alone. */
static void
limits(const struct segment_picture *p, int16_t ret[SEGMENT_BLOCK])
{
	uint16_t by_scan[SEGMENT_BLOCK];

	encode_limits(p->quant[0], by_scan);
	for (int i = 0; i < SEGMENT_BLOCK; i++)
		ret[encode_zigzag[i]] = (int16_t)by_scan[i];
	ret[0] = INT16_MAX;
}

/* Within the limits, whatever the caller did. */
static void
put_back(const int16_t *luma, const struct segment_picture *p,
    const int16_t *limit, uint32_t mcus, int16_t *coef)
{
	unsigned per = p->parts == 1 ? 1 : 4;

	for (uint32_t m = 0; m < mcus; m++)
		for (unsigned b = 0; b < per; b++, luma += SEGMENT_BLOCK) {
			int16_t *to =
			    coef + ((size_t)m * p->per_mcu + b) * SEGMENT_BLOCK;

			for (int i = 0; i < SEGMENT_BLOCK; i++) {
				int16_t v = luma[i], most = limit[i];
				int16_t least = (int16_t)-most;

				v = v > most ? most : v;
				to[i] = v < least ? least : v;
			}
		}
}

/* False: both are the same. */
static bool
make_two(const struct segment_picture *p, const struct cut_recipe *r,
    uint32_t segment, uint32_t mcus, struct two *t)
{
	const int16_t *from = p->coef + (size_t)segment * r->interval *
					    p->per_mcu * SEGMENT_BLOCK;
	size_t bytes =
	    (size_t)mcus * p->per_mcu * SEGMENT_BLOCK * sizeof(*from);
	unsigned per = p->parts == 1 ? 1 : 4;

	memcpy(t->a, from, bytes);
	for (uint32_t m = 0; m < mcus; m++)
		memcpy(t->luma + (size_t)m * per * SEGMENT_BLOCK,
		    from + (size_t)m * p->per_mcu * SEGMENT_BLOCK,
		    per * SEGMENT_BLOCK * sizeof(*from));
	if (r->variants == NULL ||
	    r->variants(r->ctx, segment, t->luma, (size_t)mcus * per,
		p->quant[0], t->luma_a, t->luma_b) == 0)
		return false;
	memcpy(t->b, from, bytes);
	put_back(t->luma_a, p, t->limit, mcus, t->a);
	put_back(t->luma_b, p, t->limit, mcus, t->b);
	return true;
}

static bool
cut_all(const struct segment_picture *p, const struct cut_recipe *r,
    struct cover *c, struct file_pieces *plain, struct err *e)
{
	struct two *t = aligned_alloc(64, sizeof(*t));
	bool done = t != NULL;

	if (!done)
		return err_set(e, ERR_LIMIT, "no memory for a segment");
	limits(p, t->limit);
	for (uint32_t s = 0; done && s < c->segments; s++) {
		const int16_t *b =
		    make_two(p, r, s, cover_mcus(c, s), t) ? t->b : NULL;

		done = cover_unit(c, s, t->a, b, plain, e) &&
		       cover_segment(c, s, t->a, b == NULL ? t->a : b, e);
	}
	free(t);
	return done;
}

bool
segment_cut(const struct segment_picture *p, const struct cut_recipe *r,
    struct buf *ret, struct err *e)
{
	CLEANUP(file_pieces_done)
	struct file_pieces plain = {.bytes = BUF_MAX(FILE_BYTES_MAX)};
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX(UINT16_MAX);
	CLEANUP(cover_done) struct cover c = {0};
	struct encode_tables t = {0};

	if (!cover_init(&c, p, &t, r->interval, r->region, r->regions, e) ||
	    !make_tables(p, r->interval, &t, e) ||
	    !cut_all(p, r, &c, &plain, e))
		return false;
	head_write(p, (uint16_t)r->interval, &t, &jpeg);
	if (jpeg.full)
		return err_set(e, ERR_LIMIT, "no memory for a head");
	return cover_write(&c, buf_view(&jpeg), &plain, ret, e);
}

static bool
keep_plain(str old, const struct file *f, struct file_pieces *to, struct err *e)
{
	for (uint32_t i = 0; i < f->segments; i++) {
		const struct file_unit *u = &f->unit[i];
		const uint8_t *p = (const uint8_t *)old.p + u->at;

		if (!file_pieces_add(
			to, p, u->a, p + u->a, u->changes, u->b, e))
			return false;
	}
	return true;
}

static bool
fits(const struct file *f, const struct segment_picture *p)
{
	return p->width == f->width && p->height == f->height &&
	       p->parts == f->parts;
}

static bool
cover_all(struct cover *c, const struct segment_picture *a,
    const struct segment_picture *b, struct err *e)
{
	size_t step = (size_t)c->interval * a->per_mcu * SEGMENT_BLOCK;

	for (uint32_t s = 0; s < c->segments; s++)
		if (!cover_segment(
			c, s, a->coef + s * step, b->coef + s * step, e))
			return false;
	return true;
}

bool
segment_cover_anew(str old, const struct segment_picture *a,
    const struct segment_picture *b, const struct segment_region *region,
    size_t regions, struct buf *ret, struct err *e)
{
	CLEANUP(file_pieces_done)
	struct file_pieces plain = {.bytes = BUF_MAX(FILE_BYTES_MAX)};
	OWNED(arena) arena = arena_new((size_t)8 << 20);
	CLEANUP(cover_done) struct cover c = {0};
	struct encode_tables t;
	struct file f;
	uint32_t head;

	if (!file_head_bytes(old, &head, e) ||
	    !file_read(arena, str_sub(old, 0, head), &f, e))
		return false;
	if (f.bytes != old.n || !fits(&f, a) || !fits(&f, b))
		return err_set(e, ERR_CORRUPT, "not the same picture");
	return head_tables(f.jpeg, a, &t, e) &&
	       cover_init(&c, a, &t, f.interval, region, regions, e) &&
	       keep_plain(old, &f, &plain, e) && cover_all(&c, a, b, e) &&
	       cover_write(&c, f.jpeg, &plain, ret, e);
}
