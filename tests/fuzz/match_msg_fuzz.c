/* What jobs and the match process tell each other: a message that is accepted
 * is written again as the same bytes, and keeps its promises. */
#include "ipc/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
same(str s, const struct buf *b)
{
	if (b->full || !str_eq(s, buf_view(b)))
		__builtin_trap();
}

static void
check_swap_and_state(str s)
{
	CLEANUP(buf_done) struct buf a = BUF_MAX(256), b = BUF_MAX(256);
	struct match_swap w;
	struct match_state t;
	struct err e;

	if (match_swap_read(s, &w, &e)) {
		match_swap_write(&a, &w);
		same(s, &a);
	}
	if (match_state_read(s, &t, &e)) {
		match_state_write(&b, &t);
		same(s, &b);
	}
}

static void
check_delta(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MATCH_BODY_MAX);
	struct match_delta d;
	struct match_op o;
	struct reader r;
	struct err e;

	if (s.n > MATCH_BODY_MAX || !match_delta_read(s, &d, &r, &e))
		return;
	match_delta_write(&b, &d);
	for (uint32_t i = 0; i < d.n && !r.bad; i++) {
		match_op_read(&r, &o);
		match_op_write(&b, &o);
	}
	if (read_end(&r))
		same(s, &b);
}

static void
check_query(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MATCH_BODY_MAX);
	struct match_query q;
	struct match_item item;
	struct reader r;
	struct err e;

	if (s.n > MATCH_BODY_MAX || !match_query_read(s, &q, &r, &e))
		return;
	match_query_write(&b, &q);
	for (uint32_t i = 0; i < q.n_items && !r.bad; i++) {
		match_item_read(&r, &item);
		if (!r.bad &&
		    (item.value.n == 0 || item.value.n > MATCH_VALUE_MAX))
			__builtin_trap();
		match_item_write(&b, &item);
	}
	if (read_end(&r))
		same(s, &b);
}

static void
check_video(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MATCH_BODY_MAX);
	struct match_query q;
	struct err e;

	if (!match_video_read(s, &q, &e))
		return;
	if (q.n_items != 1)
		__builtin_trap();
	match_video_write(&b, &q);
	same(s, &b);
}

static void
check_answer(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MATCH_BODY_MAX);
	struct match_answer a;
	struct match_hit h;
	struct reader r;
	struct err e;

	if (s.n > MATCH_BODY_MAX || !match_answer_read(s, &a, &r, &e))
		return;
	if ((a.verdict == MATCH_OK) != (a.done > 0))
		__builtin_trap(); /* « nothing » is never a failure's answer */
	match_answer_write(&b, &a);
	for (uint32_t i = 0; i < a.n_hits && !r.bad; i++) {
		match_hit_read(&r, &h);
		match_hit_write(&b, &h);
	}
	if (read_end(&r))
		same(s, &b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	str s = {(const char *)p, n};

	check_swap_and_state(s);
	check_delta(s);
	check_query(s);
	check_answer(s);
	check_video(s);
	return 0;
}
