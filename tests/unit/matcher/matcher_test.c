/* The match process, message by message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "match/builder.h"
#include "matcher/serve.h"

#define PDQ 32

static struct {
	struct matcher *m;
	struct chan jobs, seat; /* both ends */
	uint32_t serial;
} t;

static char in[MATCH_BODY_MAX + 1], out[MATCH_BODY_MAX + 1];

static int
setup(void **state)
{
	int fd[2];
	struct err e;

	(void)state;
	t.m = matcher_new(&e);
	if (t.m == NULL || !chan_pair(fd, &e))
		return -1;
	t.jobs = (struct chan){fd[0], match_to_jobs};
	t.seat = (struct chan){fd[1], match_to_matcher};
	t.serial = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	matcher_free(t.m);
	(void)close(t.jobs.fd);
	(void)close(t.seat.fd);
	return 0;
}

/* What jobs sends is served; true: it was not out of place. */
static bool
serve(uint8_t kind, str body, const int *fd, struct err *e)
{
	CLEANUP(chan_msg_done) struct chan_msg m = {0};

	assert_true(chan_send(&t.jobs, kind, body, fd, fd != NULL, e));
	return chan_recv(&t.seat, in, sizeof(in), 0, &m, e) &&
	       matcher_serve(t.m, &t.seat, &m, e);
}

static str
answered(uint8_t kind)
{
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	struct err e;

	assert_true(chan_recv(&t.jobs, out, sizeof(out), 0, &m, &e));
	assert_int_equal(m.kind, kind);
	return m.body;
}

/* ---- an index ---- */

static void
value(uint8_t ret[PDQ], uint32_t seed)
{
	uint64_t x = 0x9e3779b97f4a7c15u * (seed + 1);

	for (size_t i = 0; i < PDQ; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		ret[i] = (uint8_t)(x >> 24);
	}
}

static str
bytes(const uint8_t *p)
{
	return (str){(const char *)p, PDQ};
}

static int
file(void)
{
	int fd = memfd_create("index", MFD_CLOEXEC);

	assert_int_not_equal(fd, -1);
	return fd;
}

/* Lists 1 and 2; entry i of list 1 is value(i), of list 2 value(1000 + i);
 * `same` entries of list 2 are all value(7). */
static int
index_of(uint64_t generation, uint32_t n, uint32_t same)
{
	OWNED(match_builder) b = NULL;
	struct match_index_list l;
	struct err e;
	uint8_t v[PDQ];
	int fd = file();

	b = match_builder_new((uint64_t)64 << 20, &e);
	assert_non_null(b);
	for (uint32_t list = 1; list <= 2; list++) {
		match_index_list_init(&l, list);
		assert_true(match_builder_list(b, &l, &e));
		for (uint32_t i = 0; i < n; i++) {
			value(v, list == 1 ? i : 1000 + i);
			assert_true(match_builder_add(
			    b, HASH_PDQ, bytes(v), list, i, &e));
		}
	}
	value(v, 7);
	for (uint32_t i = 0; i < same; i++)
		assert_true(
		    match_builder_add(b, HASH_PDQ, bytes(v), 2, 5000 + i, &e));
	assert_true(match_builder_write(b, fd, generation, &e));
	return fd;
}

static struct match_state
swap(int fd, uint64_t generation)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct match_swap s = {++t.serial, generation};
	struct match_state ret;
	struct err e;

	match_swap_write(&b, &s);
	assert_true(serve(MATCH_SWAP, buf_view(&b), &fd, &e));
	(void)close(fd);
	while (matcher_is_busy(t.m))
		assert_true(matcher_work(t.m, &t.seat, &e));
	assert_true(match_state_read(answered(MATCH_STATE), &ret, &e));
	assert_int_equal(ret.serial, t.serial);
	return ret;
}

static enum match_verdict
change(const struct match_op *o)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(512);
	struct match_delta d = {++t.serial, 1};
	struct match_state s;
	struct err e;

	match_delta_write(&b, &d);
	match_op_write(&b, o);
	assert_true(serve(MATCH_DELTA, buf_view(&b), NULL, &e));
	assert_true(match_state_read(answered(MATCH_STATE), &s, &e));
	return (enum match_verdict)s.verdict;
}

/* ---- asking ---- */

static struct match_hit hit[MATCH_HITS_MAX];

static struct match_answer
ask_lists(const struct match_item *item, uint32_t n, const uint32_t *lists,
    uint32_t n_lists)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MATCH_BODY_MAX);
	struct match_query q = {
	    .id = ++t.serial, .n_lists = n_lists, .n_items = n};
	struct match_answer ret;
	struct reader r;
	struct err e;

	for (uint32_t i = 0; i < n_lists; i++)
		q.list[i] = lists[i];
	match_query_write(&b, &q);
	for (uint32_t i = 0; i < n; i++)
		match_item_write(&b, &item[i]);
	assert_false(b.full);
	assert_true(serve(MATCH_QUERY, buf_view(&b), NULL, &e));
	assert_true(match_answer_read(answered(MATCH_ANSWER), &ret, &r, &e));
	assert_int_equal(ret.id, t.serial);
	for (uint32_t i = 0; i < ret.n_hits; i++)
		match_hit_read(&r, &hit[i]);
	assert_true(read_end(&r));
	return ret;
}

static struct match_answer
ask(const uint8_t *v)
{
	const struct match_item item = {HASH_PDQ, 3, bytes(v)};

	return ask_lists(&item, 1, NULL, 0);
}

/* ---- tests ---- */

static void
without_an_index_no_question_is_answered_with_nothing(void **state)
{
	const struct match_op o = {.op = MATCH_DELETE, .list = 1, .entry = 1};
	struct match_answer a;
	uint8_t v[PDQ];

	(void)state;
	value(v, 1);
	a = ask(v);
	assert_int_equal(a.verdict, MATCH_NO_INDEX);
	assert_int_equal(a.done, 0);
	assert_int_equal(change(&o), MATCH_NO_INDEX);
	/* An empty one is an answer. */
	assert_int_equal(swap(index_of(4, 0, 0), 4).verdict, MATCH_OK);
	a = ask(v);
	assert_int_equal(a.verdict, MATCH_OK);
	assert_int_equal(a.done, 1);
	assert_int_equal(a.n_hits, 0);
	assert_int_equal(a.generation, 4);
}

static void
a_hit_says_which_entry_how_far_and_what_was_asked(void **state)
{
	struct match_answer a;
	uint8_t v[PDQ];

	(void)state;
	assert_int_equal(swap(index_of(1, 50, 0), 1).entries, 100);
	value(v, 1031);
	v[0] ^= 0x81;
	v[31] ^= 0x10;
	a = ask(v);
	assert_int_equal(a.n_hits, 1);
	assert_int_equal(hit[0].item, 0);
	assert_int_equal(hit[0].list, 2);
	assert_int_equal(hit[0].entry, 31);
	assert_int_equal(hit[0].distance, 3);
	assert_int_equal(hit[0].kind, HASH_PDQ);
	assert_int_equal(hit[0].hypothesis, 3);
	assert_int_equal(hit[0].transform, 0);
}

static void
the_eight_turns_of_a_picture_are_asked_at_once(void **state)
{
	struct match_item item = {.kind = HASH_PDQ, .hypothesis = 1};
	uint8_t v[8][PDQ];

	(void)state;
	assert_int_equal(swap(index_of(1, 50, 0), 1).verdict, MATCH_OK);
	for (uint32_t i = 0; i < 8; i++)
		value(v[i], i == 5 ? 12 : 70000 + i);
	item.value = (str){(const char *)v, sizeof(v)};
	assert_int_equal(ask_lists(&item, 1, NULL, 0).n_hits, 1);
	assert_int_equal(hit[0].entry, 12);
	assert_int_equal(hit[0].transform, 5);
}

static void
only_the_lists_that_are_named_are_asked(void **state)
{
	const uint32_t second = 2;
	struct match_item item = {.kind = HASH_PDQ};
	uint8_t v[PDQ];

	(void)state;
	assert_int_equal(swap(index_of(1, 50, 0), 1).verdict, MATCH_OK);
	value(v, 20);
	item.value = bytes(v);
	assert_int_equal(ask_lists(&item, 1, NULL, 0).n_hits, 1);
	assert_int_equal(ask_lists(&item, 1, &second, 1).n_hits, 0);
}

static void
a_picture_may_be_a_frame_of_a_listed_video(void **state)
{
	OWNED(match_builder) b = NULL;
	struct match_index_list l;
	struct vpdq_frame frame[3] = {{0}};
	struct vpdq video = {frame, 3};
	struct err e;
	uint8_t v[PDQ];
	int fd = file();

	(void)state;
	b = match_builder_new((uint64_t)1 << 20, &e);
	match_index_list_init(&l, 9);
	assert_true(match_builder_list(b, &l, &e));
	for (uint32_t i = 0; i < 3; i++) {
		value(v, i);
		frame[i].hash = pdq_of_bytes(v);
		frame[i].quality = 100;
	}
	assert_true(match_builder_video(b, &video, 0, 9, 44, &e));
	assert_true(match_builder_write(b, fd, 1, &e));
	assert_int_equal(swap(fd, 1).verdict, MATCH_OK);
	value(v, 1);
	assert_int_equal(ask(v).n_hits, 1);
	assert_int_equal(hit[0].list, 9);
	assert_int_equal(hit[0].entry, 44);
	assert_int_equal(hit[0].kind, HASH_VPDQ);
}

static void
questions_are_answered_while_a_new_index_is_checked(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	const struct match_swap w = {77, 2};
	OWNED_FD fd = index_of(2, 40000, 0); /* of several slices */
	struct match_state st;
	struct chan_msg m;
	struct err e;
	uint8_t v[PDQ];
	int slices = 0;

	(void)state;
	assert_int_equal(swap(index_of(1, 50, 0), 1).verdict, MATCH_OK);
	match_swap_write(&b, &w);
	assert_true(serve(MATCH_SWAP, buf_view(&b), &fd, &e));
	value(v, 31);
	for (; !chan_recv(&t.jobs, out, sizeof(out), 0, &m, &e); slices++) {
		assert_int_equal(e.kind, ERR_BUSY);
		assert_int_equal(ask(v).generation, 1);
		assert_int_equal(hit[0].entry, 31);
		assert_true(matcher_work(t.m, &t.seat, &e));
	}
	assert_true(slices > 1);
	assert_int_equal(m.kind, MATCH_STATE);
	assert_true(match_state_read(m.body, &st, &e));
	assert_int_equal(st.serial, 77);
	assert_int_equal(st.verdict, MATCH_OK);
	assert_int_equal(ask(v).generation, 2);
	/* Two at once are one too many. */
	assert_true(serve(MATCH_SWAP, buf_view(&b), &fd, &e));
	assert_false(serve(MATCH_SWAP, buf_view(&b), &fd, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static struct match_answer
ask_video(int fd)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct match_query q = {.id = ++t.serial, .n_items = 1};
	struct match_answer ret;
	struct reader r;
	struct err e;

	match_video_write(&b, &q);
	assert_true(serve(MATCH_VIDEO, buf_view(&b), &fd, &e));
	(void)close(fd);
	assert_true(match_answer_read(answered(MATCH_ANSWER), &ret, &r, &e));
	assert_int_equal(ret.id, t.serial);
	for (uint32_t i = 0; i < ret.n_hits; i++)
		match_hit_read(&r, &hit[i]);
	assert_true(read_end(&r));
	return ret;
}

static int
file_of(const uint8_t *p, size_t n)
{
	int fd = file();

	assert_int_equal(write(fd, p, n), n);
	return fd;
}

static void
a_video_is_asked_by_its_file_and_what_is_none_is_refused(void **state)
{
	OWNED(match_builder) b = NULL;
	static struct tmk video;
	static uint8_t tmk[TMK_BYTES];
	float frame[PDQ_BITS];
	struct match_index_list l;
	struct err e;
	int fd = file();

	(void)state;
	tmk_begin(&video);
	for (unsigned i = 0; i < 40; i++) {
		for (unsigned k = 0; k < PDQ_BITS; k++)
			frame[k] = (float)((k * 7 + i * i) % 31) - 15;
		assert_true(tmk_add(&video, frame, &e));
	}
	tmk_end(&video);
	tmk_write(&video, tmk);
	assert_int_equal(
	    ask_video(file_of(tmk, sizeof(tmk))).verdict, MATCH_NO_INDEX);
	b = match_builder_new((uint64_t)8 << 20, &e);
	match_index_list_init(&l, 9);
	assert_true(match_builder_list(b, &l, &e));
	assert_true(match_builder_add(
	    b, HASH_TMK, (str){(const char *)tmk, sizeof(tmk)}, 9, 44, &e));
	assert_true(match_builder_write(b, fd, 1, &e));
	assert_int_equal(swap(fd, 1).verdict, MATCH_OK);
	assert_int_equal(ask_video(file_of(tmk, sizeof(tmk))).n_hits, 1);
	assert_int_equal(hit[0].list, 9);
	assert_int_equal(hit[0].entry, 44);
	assert_int_equal(hit[0].kind, HASH_TMK);
	assert_int_equal(hit[0].distance, 0);
	assert_int_equal(
	    ask_video(file_of(tmk, sizeof(tmk) - 1)).verdict, MATCH_REFUSED);
	tmk[2] ^= 1;
	assert_int_equal(
	    ask_video(file_of(tmk, sizeof(tmk))).verdict, MATCH_REFUSED);
}

static void
a_change_is_seen_by_the_next_question(void **state)
{
	struct match_op o = {.list = 1, .entry = 900, .kind = HASH_PDQ};
	uint8_t v[PDQ], w[PDQ];

	(void)state;
	assert_int_equal(swap(index_of(1, 50, 0), 1).verdict, MATCH_OK);
	value(v, 4242);
	value(w, 3);
	o.op = MATCH_INSERT;
	o.value = bytes(v);
	assert_int_equal(ask(v).n_hits, 0);
	assert_int_equal(change(&o), MATCH_OK);
	assert_int_equal(ask(v).n_hits, 1);
	assert_int_equal(hit[0].entry, 900);
	o.op = MATCH_DELETE;
	assert_int_equal(change(&o), MATCH_OK);
	assert_int_equal(ask(v).n_hits, 0);
	o.entry = 3;
	assert_int_equal(ask(w).n_hits, 1);
	assert_int_equal(change(&o), MATCH_OK);
	assert_int_equal(ask(w).n_hits, 0);
	/* A list goes off, comes back, and is asked more strictly. */
	value(v, 1005);
	v[9] ^= 0x3;
	o = (struct match_op){.op = MATCH_LIST, .list = 2, .enabled = false};
	assert_int_equal(ask(v).n_hits, 1);
	assert_int_equal(change(&o), MATCH_OK);
	assert_int_equal(ask(v).n_hits, 0);
	o.enabled = true;
	assert_int_equal(change(&o), MATCH_OK);
	assert_int_equal(ask(v).n_hits, 1);
	o.kind = HASH_PDQ;
	o.threshold = 1;
	assert_int_equal(change(&o), MATCH_OK);
	assert_int_equal(ask(v).n_hits, 0);
	o.kind = 60;
	assert_int_equal(change(&o), MATCH_REFUSED);
}

static void
a_swap_takes_the_place_of_all_that_was(void **state)
{
	struct match_op o = {
	    .op = MATCH_INSERT, .list = 1, .entry = 900, .kind = HASH_PDQ};
	uint8_t v[PDQ];

	(void)state;
	assert_int_equal(swap(index_of(1, 5, 0), 1).verdict, MATCH_OK);
	value(v, 4242);
	o.value = bytes(v);
	assert_int_equal(change(&o), MATCH_OK);
	assert_int_equal(swap(index_of(2, 50, 0), 2).generation, 2);
	assert_int_equal(ask(v).n_hits, 0);
	value(v, 40);
	assert_int_equal(ask(v).n_hits, 1);
}

static void
what_was_changed_can_be_forgotten(void **state)
{
	struct match_op o = {
	    .op = MATCH_INSERT, .list = 1, .entry = 900, .kind = HASH_PDQ};
	uint8_t v[PDQ], old[PDQ];

	(void)state;
	assert_int_equal(swap(index_of(1, 5, 0), 1).verdict, MATCH_OK);
	value(v, 4242);
	value(old, 3);
	o.value = bytes(v);
	assert_int_equal(change(&o), MATCH_OK);
	o = (struct match_op){.op = MATCH_DELETE, .list = 1, .entry = 3};
	assert_int_equal(change(&o), MATCH_OK);
	o = (struct match_op){.op = MATCH_LIST, .list = 2};
	assert_int_equal(change(&o), MATCH_OK);
	assert_int_equal(ask(v).n_hits, 1);
	assert_int_equal(ask(old).n_hits, 0);
	o = (struct match_op){.op = MATCH_FORGET};
	assert_int_equal(change(&o), MATCH_OK);
	assert_int_equal(ask(v).n_hits, 0);
	assert_int_equal(ask(old).n_hits, 1);
	value(v, 1002);
	assert_int_equal(ask(v).n_hits, 1); /* list 2 counts again */
}

static void
an_inserted_frame_of_a_video_is_hit_by_a_picture(void **state)
{
	struct match_op o = {
	    .op = MATCH_INSERT, .list = 1, .entry = 900, .kind = HASH_VPDQ};
	uint8_t v[PDQ];

	(void)state;
	assert_int_equal(swap(index_of(1, 5, 0), 1).verdict, MATCH_OK);
	value(v, 4242);
	o.value = bytes(v);
	assert_int_equal(change(&o), MATCH_OK);
	assert_int_equal(ask(v).n_hits, 1);
	o.value = str_sub(o.value, 0, 31);
	assert_int_equal(change(&o), MATCH_REFUSED);
}

static void
a_damaged_file_is_refused_and_the_old_one_kept(void **state)
{
	struct match_state s;
	struct match_answer a;
	uint8_t v[PDQ], c;
	int fd;
	off_t n;

	(void)state;
	assert_int_equal(swap(index_of(1, 50, 0), 1).verdict, MATCH_OK);
	value(v, 3);
	for (off_t part = 0; part < 8; part++) {
		fd = index_of(2, 50, 0);
		n = lseek(fd, 0, SEEK_END);
		assert_int_equal(pread(fd, &c, 1, part * (n - 1) / 7), 1);
		c ^= 0x20;
		assert_int_equal(pwrite(fd, &c, 1, part * (n - 1) / 7), 1);
		s = swap(fd, 2);
		assert_int_equal(s.verdict, MATCH_REFUSED);
		assert_int_equal(s.generation, 1);
	}
	fd = index_of(2, 50, 0);
	assert_int_equal(ftruncate(fd, n / 2), 0);
	assert_int_equal(swap(fd, 2).verdict, MATCH_REFUSED);
	/* Sound, but not the one that was announced. */
	assert_int_equal(swap(index_of(2, 50, 0), 3).verdict, MATCH_REFUSED);
	assert_int_equal(swap(file(), 2).verdict, MATCH_REFUSED);
	a = ask(v);
	assert_int_equal(a.generation, 1);
	assert_int_equal(a.n_hits, 1);
}

/* 300 entries are all alike: each item brings the nearest few, and those items
 * that do not fit the answer are asked again. */
static void
too_many_hits_are_answered_in_parts(void **state)
{
	enum { ITEMS = 200 };
	static struct match_item item[ITEMS];
	static uint8_t v[ITEMS][PDQ];
	uint32_t done = 0, answers = 0;

	(void)state;
	assert_int_equal(swap(index_of(1, 50, 300), 1).verdict, MATCH_OK);
	for (uint32_t i = 0; i < ITEMS; i++) {
		value(v[i], 7);
		item[i] = (struct match_item){HASH_PDQ, 0, bytes(v[i])};
	}
	while (done < ITEMS) {
		struct match_answer a =
		    ask_lists(item + done, ITEMS - done, NULL, 0);

		assert_int_equal(a.verdict, MATCH_OK);
		assert_int_equal(a.n_hits, a.done * MATCH_ITEM_HITS_MAX);
		for (uint32_t i = 0; i < a.n_hits; i++) {
			assert_int_equal(hit[i].item, i / MATCH_ITEM_HITS_MAX);
			assert_int_equal(hit[i].distance, 0);
		}
		done += a.done;
		answers++;
	}
	assert_int_equal(done, ITEMS);
	assert_true(answers > 1);
}

static void
a_full_message_of_pictures_is_one_answer(void **state)
{
	enum { ITEMS = 480 };
	static struct match_item item[ITEMS];
	static uint8_t v[ITEMS][8][PDQ];
	struct match_answer a;

	(void)state;
	assert_int_equal(swap(index_of(1, 400, 0), 1).verdict, MATCH_OK);
	for (uint32_t i = 0; i < ITEMS; i++) {
		for (uint32_t k = 0; k < 8; k++)
			value(v[i][k], k == i % 8 ? i : 100000 + 8 * i + k);
		item[i] = (struct match_item){
		    HASH_PDQ, 0, {(const char *)v[i], sizeof(v[i])}};
	}
	a = ask_lists(item, ITEMS, NULL, 0);
	assert_int_equal(a.done, ITEMS);
	assert_int_equal(a.n_hits, 400);
	for (uint32_t i = 0; i < a.n_hits; i++) {
		assert_int_equal(hit[i].item, i);
		assert_int_equal(hit[i].entry, i);
		assert_int_equal(hit[i].transform, i % 8);
	}
}

static void
what_cannot_be_compared_is_no_answer(void **state)
{
	struct match_item item = {HASH_PDQ, 0, S("too short")};

	(void)state;
	assert_int_equal(swap(index_of(1, 5, 0), 1).verdict, MATCH_OK);
	assert_int_equal(ask_lists(&item, 1, NULL, 0).verdict, MATCH_REFUSED);
	item.kind = 55;
	assert_int_equal(ask_lists(&item, 1, NULL, 0).verdict, MATCH_REFUSED);
	item.kind = HASH_TMK;
	assert_int_equal(ask_lists(&item, 1, NULL, 0).verdict, MATCH_REFUSED);
}

/* Whoever speaks so is not jobs. */
static void
a_cut_message_ends_the_process(void **state)
{
	CLEANUP(buf_done) struct buf q = BUF_MAX(1024), d = BUF_MAX(1024);
	const struct match_query head = {.id = 1, .n_items = 2};
	const struct match_delta many = {.serial = 1, .n = 2};
	struct match_item item = {HASH_PDQ, 0, {0}};
	struct match_op o = {.op = MATCH_INSERT, .kind = HASH_PDQ};
	struct err e;
	uint8_t v[PDQ];

	(void)state;
	assert_int_equal(swap(index_of(1, 5, 0), 1).verdict, MATCH_OK);
	value(v, 1);
	item.value = o.value = bytes(v);
	match_query_write(&q, &head);
	match_delta_write(&d, &many);
	for (int i = 0; i < 2; i++) {
		match_item_write(&q, &item);
		match_op_write(&d, &o);
	}
	for (size_t n = 0; n < q.n; n++) {
		assert_false(serve(MATCH_QUERY, (str){q.p, n}, NULL, &e));
		assert_int_equal(e.kind, ERR_CORRUPT);
	}
	for (size_t n = 0; n < d.n; n++)
		assert_false(serve(MATCH_DELTA, (str){d.p, n}, NULL, &e));
	buf_byte(&q, 'x');
	assert_false(serve(MATCH_QUERY, buf_view(&q), NULL, &e));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(without_an_index_no_question_is_answered_with_nothing),
	    TEST(a_hit_says_which_entry_how_far_and_what_was_asked),
	    TEST(the_eight_turns_of_a_picture_are_asked_at_once),
	    TEST(only_the_lists_that_are_named_are_asked),
	    TEST(a_picture_may_be_a_frame_of_a_listed_video),
	    TEST(questions_are_answered_while_a_new_index_is_checked),
	    TEST(a_video_is_asked_by_its_file_and_what_is_none_is_refused),
	    TEST(a_change_is_seen_by_the_next_question),
	    TEST(a_swap_takes_the_place_of_all_that_was),
	    TEST(what_was_changed_can_be_forgotten),
	    TEST(an_inserted_frame_of_a_video_is_hit_by_a_picture),
	    TEST(a_damaged_file_is_refused_and_the_old_one_kept),
	    TEST(too_many_hits_are_answered_in_parts),
	    TEST(a_full_message_of_pictures_is_one_answer),
	    TEST(what_cannot_be_compared_is_no_answer),
	    TEST(a_cut_message_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
