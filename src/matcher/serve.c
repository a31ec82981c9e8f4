#include "matcher/serve.h"

#include <stdlib.h>

#include "ipc/write.h"

struct matcher {
	uint64_t generation; /* of the index in use; 0: none */
};

struct matcher *
matcher_new(struct err *e)
{
	struct matcher *m = calloc(1, sizeof(*m));

	if (m == NULL)
		(void)err_sys(e, "matcher");
	return m;
}

void
matcher_free(struct matcher *m)
{
	free(m);
}

static bool
say_state(struct matcher *m, struct chan *c, uint32_t serial,
    enum match_verdict verdict, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	const struct match_state s = {.serial = serial,
	    .verdict = (uint8_t)verdict,
	    .generation = m->generation};

	match_state_write(&b, &s);
	return chan_send(c, MATCH_STATE, buf_view(&b), NULL, 0, e);
}

static bool
say_no(struct chan *c, uint32_t id, enum match_verdict verdict, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	const struct match_answer a = {.id = id, .verdict = (uint8_t)verdict};

	match_answer_write(&b, &a);
	return chan_send(c, MATCH_ANSWER, buf_view(&b), NULL, 0, e);
}

static bool
swap(struct matcher *m, struct chan *c, struct chan_msg *msg, struct err *e)
{
	struct match_swap s;

	if (!match_swap_read(msg->body, &s, e))
		return false;
	return say_state(m, c, s.serial, MATCH_REFUSED, e);
}

static bool
delta(struct matcher *m, struct chan *c, const struct chan_msg *msg,
    struct err *e)
{
	struct match_delta d;
	struct reader ops;

	if (!match_delta_read(msg->body, &d, &ops, e))
		return false;
	return say_state(m, c, d.serial, MATCH_NO_INDEX, e);
}

static bool
query(struct chan *c, const struct chan_msg *msg, struct err *e)
{
	struct match_query q;
	struct reader items;

	if (!match_query_read(msg->body, &q, &items, e))
		return false;
	return say_no(c, q.id, MATCH_NO_INDEX, e);
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
	default:
		return query(c, msg, e);
	}
}
