#include "ipc/match.h"

#include "ipc/write.h"

#define VIDEO_BYTES (4 * (3 + MATCH_LISTS_MAX))

/* clang-format off */
const struct chan_permit match_to_matcher[] = {
	{ MATCH_SWAP, .min_fds = 1, .max_fds = 1, .max_bytes = 16 },
	{ MATCH_DELTA, .max_bytes = MATCH_BODY_MAX },
	{ MATCH_QUERY, .max_bytes = MATCH_BODY_MAX },
	{ MATCH_VIDEO, .min_fds = 1, .max_fds = 1,
	    .max_bytes = VIDEO_BYTES },
	{ 0 },
};

const struct chan_permit match_to_jobs[] = {
	{ MATCH_STATE, .max_bytes = 32 },
	{ MATCH_ANSWER, .max_bytes = MATCH_BODY_MAX },
	{ 0 },
};
/* clang-format on */

#define HIT_BYTES 20
#define HEAD_BYTES 64

_Static_assert(MATCH_HITS_MAX *HIT_BYTES + HEAD_BYTES <= MATCH_BODY_MAX,
    "a full answer fits its message");
_Static_assert(MATCH_ITEM_HITS_MAX <= MATCH_HITS_MAX,
    "the hits of one item fit an answer");

void
match_swap_write(struct buf *b, const struct match_swap *s)
{
	write_u32(b, s->serial);
	write_u64(b, s->generation);
}

bool
match_swap_read(str body, struct match_swap *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct match_swap s = {.serial = read_u32(&r, UINT32_MAX)};

	s.generation = read_u64(&r, INT64_MAX);
	if (!read_end(&r) || s.generation == 0)
		return err_set(e, ERR_CORRUPT, "match SWAP: malformed");
	*ret = s;
	return true;
}

void
match_delta_write(struct buf *b, const struct match_delta *d)
{
	write_u32(b, d->serial);
	write_u32(b, d->n);
}

bool
match_delta_read(
    str body, struct match_delta *ret, struct reader *ret_ops, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct match_delta d = {.serial = read_u32(&r, UINT32_MAX)};

	d.n = read_u32(&r, MATCH_OPS_MAX);
	if (r.bad)
		return err_set(e, ERR_CORRUPT, "match DELTA: malformed");
	*ret = d;
	*ret_ops = r;
	return true;
}

void
match_op_write(struct buf *b, const struct match_op *o)
{
	write_u8(b, o->op);
	write_u32(b, o->list);
	if (o->op == MATCH_FORGET)
		return;
	if (o->op == MATCH_LIST) {
		write_u8(b, o->enabled);
		write_u8(b, o->kind);
		write_u32(b, o->threshold);
		return;
	}
	write_u32(b, o->entry);
	if (o->op == MATCH_INSERT) {
		write_u8(b, o->kind);
		write_bytes(b, o->value);
	}
}

void
match_op_read(struct reader *r, struct match_op *ret)
{
	struct match_op o = {.op = read_u8(r, MATCH_OP_KINDS - 1)};

	o.list = read_u32(r, o.op == MATCH_FORGET ? 0 : UINT32_MAX);
	if (o.op == MATCH_LIST) {
		o.enabled = read_u8(r, 1) != 0;
		o.kind = read_u8(r, MATCH_KIND_MAX);
		o.threshold = read_u32(r, MATCH_DISTANCE_MAX);
	} else if (o.op != MATCH_FORGET) {
		o.entry = read_u32(r, UINT32_MAX);
	}
	if (o.op == MATCH_INSERT) {
		o.kind = read_u8(r, MATCH_KIND_MAX);
		o.value = read_str(r, MATCH_VALUE_MAX);
	}
	*ret = o;
}

void
match_state_write(struct buf *b, const struct match_state *s)
{
	write_u32(b, s->serial);
	write_u8(b, s->verdict);
	write_u64(b, s->generation);
	write_u64(b, s->entries);
}

bool
match_state_read(str body, struct match_state *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct match_state s = {.serial = read_u32(&r, UINT32_MAX)};

	s.verdict = read_u8(&r, MATCH_VERDICTS - 1);
	s.generation = read_u64(&r, INT64_MAX);
	s.entries = read_u64(&r, INT64_MAX);
	if (!read_end(&r) || (s.verdict == MATCH_OK && s.generation == 0))
		return err_set(e, ERR_CORRUPT, "match STATE: malformed");
	*ret = s;
	return true;
}

void
match_query_write(struct buf *b, const struct match_query *q)
{
	write_u32(b, q->id);
	write_u32(b, q->n_lists);
	for (uint32_t i = 0; i < q->n_lists; i++)
		write_u32(b, q->list[i]);
	write_u32(b, q->n_items);
}

bool
match_query_read(
    str body, struct match_query *ret, struct reader *ret_items, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct match_query q = {.id = read_u32(&r, UINT32_MAX)};

	q.n_lists = read_u32(&r, MATCH_LISTS_MAX);
	for (uint32_t i = 0; i < q.n_lists; i++)
		q.list[i] = read_u32(&r, UINT32_MAX);
	q.n_items = read_u32(&r, MATCH_ITEMS_MAX);
	if (r.bad || q.n_items == 0)
		return err_set(e, ERR_CORRUPT, "match QUERY: malformed");
	*ret = q;
	*ret_items = r;
	return true;
}

void
match_item_write(struct buf *b, const struct match_item *i)
{
	write_u8(b, i->kind);
	write_u8(b, i->hypothesis);
	write_bytes(b, i->value);
}

void
match_item_read(struct reader *r, struct match_item *ret)
{
	struct match_item i = {.kind = read_u8(r, MATCH_KIND_MAX)};

	i.hypothesis = read_u8(r, UINT8_MAX);
	i.value = read_str(r, MATCH_VALUE_MAX);
	if (i.value.n == 0)
		r->bad = true;
	*ret = i;
}

void
match_video_write(struct buf *b, const struct match_query *q)
{
	match_query_write(b, q);
}

bool
match_video_read(str body, struct match_query *ret, struct err *e)
{
	struct match_query q;
	struct reader r;

	if (!match_query_read(body, &q, &r, e))
		return false;
	if (!read_end(&r) || q.n_items != 1)
		return err_set(e, ERR_CORRUPT, "match VIDEO: malformed");
	*ret = q;
	return true;
}

void
match_answer_write(struct buf *b, const struct match_answer *a)
{
	write_u32(b, a->id);
	write_u8(b, a->verdict);
	write_u64(b, a->generation);
	write_u32(b, a->done);
	write_u32(b, a->n_hits);
}

bool
match_answer_read(
    str body, struct match_answer *ret, struct reader *ret_hits, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct match_answer a = {.id = read_u32(&r, UINT32_MAX)};

	a.verdict = read_u8(&r, MATCH_VERDICTS - 1);
	a.generation = read_u64(&r, INT64_MAX);
	a.done = read_u32(&r, MATCH_ITEMS_MAX);
	a.n_hits = read_u32(&r, MATCH_HITS_MAX);
	if (r.bad || (a.verdict == MATCH_OK) != (a.done > 0) ||
	    (a.n_hits > 0 && a.done == 0) ||
	    (size_t)(r.end - r.p) != (size_t)a.n_hits * HIT_BYTES)
		return err_set(e, ERR_CORRUPT, "match ANSWER: malformed");
	*ret = a;
	*ret_hits = r;
	return true;
}

void
match_hit_write(struct buf *b, const struct match_hit *h)
{
	write_u32(b, h->item);
	write_u32(b, h->list);
	write_u32(b, h->entry);
	write_u32(b, h->distance);
	write_u8(b, h->kind);
	write_u8(b, h->hypothesis);
	write_u8(b, h->transform);
	write_u8(b, 0);
}

void
match_hit_read(struct reader *r, struct match_hit *ret)
{
	struct match_hit h = {.item = read_u32(r, MATCH_ITEMS_MAX - 1)};

	h.list = read_u32(r, UINT32_MAX);
	h.entry = read_u32(r, UINT32_MAX);
	h.distance = read_u32(r, MATCH_DISTANCE_MAX);
	h.kind = read_u8(r, MATCH_KIND_MAX);
	h.hypothesis = read_u8(r, UINT8_MAX);
	h.transform = read_u8(r, 7);
	(void)read_u8(r, 0);
	*ret = h;
}
