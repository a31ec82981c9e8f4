#include "matcher/serve.h"

#include <stdlib.h>

#include "base/log.h"
#include "ipc/write.h"
#include "matcher/compare.h"

#define SLICE_BYTES ((uint64_t)4 << 20) /* a millisecond or two */

struct matcher {
	struct match_live *live;
	uint64_t generation; /* of the index in use; 0: none */
	struct match_opening
	    *opening;            /* of an index that is to come, or NULL */
	struct match_index *old; /* given back bit by bit, or NULL */
	struct match_swap swap;  /* that asked for it */
	struct comparer comparer;
};

struct matcher *
matcher_new(struct err *e)
{
	OWNED(matcher) m = calloc(1, sizeof(*m));

	if (m == NULL) {
		(void)err_sys(e, "matcher");
		return NULL;
	}
	m->live = match_live_new(e);
	return m->live == NULL ? NULL : TAKE(m);
}

void
matcher_free(struct matcher *m)
{
	if (m == NULL)
		return;
	match_live_free(m->live);
	match_opening_free(m->opening);
	match_index_free(m->old);
	comparer_done(&m->comparer);
	free(m);
}

/* ---- what there is to compare with ---- */

static bool
say_state(const struct matcher *m, struct chan *c, uint32_t serial,
    enum match_verdict verdict, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	const struct match_index *index = match_live_index(m->live);
	const struct match_state s = {.serial = serial,
	    .verdict = (uint8_t)verdict,
	    .generation = m->generation,
	    .entries =
		index == NULL ? 0 : match_index_values(index, HASH_NONE)};

	match_state_write(&b, &s);
	return chan_send(c, MATCH_STATE, buf_view(&b), NULL, 0, e);
}

static enum match_verdict
take_index(struct matcher *m, struct match_index *ix, struct err *why)
{
	OWNED(match_index) index = ix;

	if (index == NULL)
		return why->kind == ERR_CORRUPT ? MATCH_REFUSED : MATCH_FAILED;
	if (match_index_generation(index) != m->swap.generation) {
		(void)err_set(why, ERR_CORRUPT, "the file is of another time");
		return MATCH_REFUSED;
	}
	match_index_free(m->old);
	m->old = match_live_take(m->live);
	match_live_swap(m->live, TAKE(index), true);
	m->generation = m->swap.generation;
	return MATCH_OK;
}

/* index: NULL when it is not sound, and why. */
static bool
end_swap(struct matcher *m, struct chan *c, struct match_index *index,
    struct err *why, struct err *e)
{
	enum match_verdict verdict = take_index(m, index, why);

	match_opening_free(m->opening);
	m->opening = NULL;
	if (verdict != MATCH_OK)
		log_err(LOG_LEVEL_ERROR, why, "index");
	return say_state(m, c, m->swap.serial, verdict, e);
}

/* A new index is checked while questions are answered from the old one. */
static bool
swap(struct matcher *m, struct chan *c, struct chan_msg *msg, struct err *e)
{
	struct err why = {0};

	if (!match_swap_read(msg->body, &m->swap, e))
		return false;
	if (m->opening != NULL)
		return err_set(e, ERR_CORRUPT, "an index beside another");
	m->opening = match_opening_new(msg->fd[0], MATCH_INDEX_MAPPED, &why);
	return m->opening != NULL || end_swap(m, c, NULL, &why, e);
}

bool
matcher_is_busy(const struct matcher *m)
{
	return m->opening != NULL || m->old != NULL;
}

static void
give_back(struct matcher *m)
{
	if (m->old != NULL && match_index_shrink(m->old, SLICE_BYTES))
		return;
	match_index_free(m->old);
	m->old = NULL;
}

bool
matcher_work(struct matcher *m, struct chan *c, struct err *e)
{
	struct match_index *index = NULL;
	struct err why = {0};

	if (m->opening == NULL)
		give_back(m);
	if (m->opening == NULL ||
	    (match_opening_step(m->opening, SLICE_BYTES, &index, &why) &&
		index == NULL))
		return true;
	return end_swap(m, c, index, &why, e);
}

static bool
set_list(struct matcher *m, const struct match_op *o, struct err *e)
{
	const struct match_index_list *old =
	    match_live_list_of(m->live, o->list);
	struct match_index_list l;

	if (old == NULL)
		match_index_list_init(&l, o->list);
	else
		l = *old;
	l.enabled = o->enabled;
	if (o->kind >= HASH_KINDS)
		return err_set(e, ERR_INPUT, "kind %u", o->kind);
	if (o->kind != HASH_NONE)
		l.distance[o->kind] = o->threshold;
	return match_live_list(m->live, &l, e);
}

static bool
change(struct matcher *m, const struct match_op *o, struct err *e)
{
	switch (o->op) {
	case MATCH_INSERT:
		return match_live_insert(m->live, (enum hash_kind)o->kind,
		    o->value, o->list, o->entry, e);
	case MATCH_DELETE:
		return match_live_delete(m->live, o->list, o->entry, e);
	case MATCH_FORGET:
		match_live_forget(m->live);
		return true;
	default:
		return set_list(m, o, e);
	}
}

/* False: malformed.  What one op could not do is in *ret_verdict. */
static bool
change_all(struct matcher *m, struct reader *ops, uint32_t n,
    enum match_verdict *ret_verdict, struct err *e)
{
	struct match_op o;
	struct err why;

	*ret_verdict = MATCH_OK;
	for (uint32_t i = 0; i < n; i++) {
		match_op_read(ops, &o);
		if (ops->bad)
			break;
		if (change(m, &o, &why))
			continue;
		if (*ret_verdict == MATCH_OK) /* once is enough to be told */
			log_err(LOG_LEVEL_ERROR, &why, "change");
		*ret_verdict =
		    why.kind == ERR_INPUT ? MATCH_REFUSED : MATCH_FAILED;
	}
	return read_end(ops) ||
	       err_set(e, ERR_CORRUPT, "match DELTA: malformed");
}

static bool
delta(struct matcher *m, struct chan *c, const struct chan_msg *msg,
    struct err *e)
{
	enum match_verdict verdict = MATCH_NO_INDEX;
	struct match_delta d;
	struct reader ops;

	if (!match_delta_read(msg->body, &d, &ops, e))
		return false;
	if (m->generation != 0 && !change_all(m, &ops, d.n, &verdict, e))
		return false;
	return say_state(m, c, d.serial, verdict, e);
}

/* ---- what is compared ---- */

static bool
say_no(const struct matcher *m, struct chan *c, uint32_t id,
    enum match_verdict verdict, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	const struct match_answer a = {
	    .id = id, .verdict = (uint8_t)verdict, .generation = m->generation};

	match_answer_write(&b, &a);
	return chan_send(c, MATCH_ANSWER, buf_view(&b), NULL, 0, e);
}

static bool
say_hits(const struct matcher *m, struct chan *c, uint32_t id, uint32_t done,
    struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MATCH_BODY_MAX);
	const struct match_answer a = {.id = id,
	    .verdict = MATCH_OK,
	    .generation = m->generation,
	    .done = done,
	    .n_hits = (uint32_t)m->comparer.n_hits};

	match_answer_write(&b, &a);
	for (size_t i = 0; i < m->comparer.n_hits; i++)
		match_hit_write(&b, &m->comparer.hit[i]);
	if (b.full)
		return err_set(e, ERR_LIMIT, "no memory for an answer");
	return chan_send(c, MATCH_ANSWER, buf_view(&b), NULL, 0, e);
}

static bool
read_items(struct matcher *m, struct reader *r, uint32_t n, struct err *e)
{
	for (uint32_t i = 0; i < n && !r->bad; i++)
		match_item_read(r, &m->comparer.item[i]);
	return read_end(r) || err_set(e, ERR_CORRUPT, "match QUERY: malformed");
}

static bool
query(struct matcher *m, struct chan *c, const struct chan_msg *msg,
    struct err *e)
{
	struct match_query q;
	struct reader items;
	struct err why;
	uint32_t done;

	if (!match_query_read(msg->body, &q, &items, e) ||
	    !read_items(m, &items, q.n_items, e))
		return false;
	if (m->generation == 0)
		return say_no(m, c, q.id, MATCH_NO_INDEX, e);
	if (compare(&m->comparer, m->live, &q, &done, &why))
		return say_hits(m, c, q.id, done, e);
	log_err(LOG_LEVEL_ERROR, &why, "query");
	return say_no(m, c, q.id,
	    why.kind == ERR_INPUT ? MATCH_REFUSED : MATCH_FAILED, e);
}

static bool
video(struct matcher *m, struct chan *c, const struct chan_msg *msg,
    struct err *e)
{
	struct match_query q;
	struct err why;

	if (!match_video_read(msg->body, &q, e))
		return false;
	if (m->generation == 0)
		return say_no(m, c, q.id, MATCH_NO_INDEX, e);
	if (compare_video(&m->comparer, m->live, &q, msg->fd[0], &why))
		return say_hits(m, c, q.id, 1, e);
	log_err(LOG_LEVEL_ERROR, &why, "video");
	return say_no(m, c, q.id,
	    why.kind == ERR_INPUT ? MATCH_REFUSED : MATCH_FAILED, e);
}

bool
matcher_serve(
    struct matcher *m, struct chan *c, struct chan_msg *msg, struct err *e)
{
	switch (msg->kind) {
	case MATCH_SWAP:
		return swap(m, c, msg, e);
	case MATCH_DELTA:
		return delta(m, c, msg, e);
	case MATCH_VIDEO:
		return video(m, c, msg, e);
	default:
		return query(m, c, msg, e);
	}
}
