/* What a medium passes before it is ready: jobs in a process of its own, a
 * match process beside it that lives, dies and lies, and lists on disk. */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "../sharing/village.h"
#include "hash/kind.h"
#include "ipc/hashes.h"
#include "ipc/match.h"
#include "ipc/media.h"
#include "jobs/intake.h"
#include "jobs/jobs.h"
#include "listed.h"
#include "seat.h"
#include "sharing/upload.h"

#define WAIT_MS 240000
#define QUIET_MS 300
#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static const struct chan_permit from_jobs[] = {
    {MEDIA_JOB, 1, 1, 256},
    {MEDIA_LOOK, 1, 1, 64},
    {0},
};

static struct village v;
static struct chan control;
static pid_t jobs, match;
static int64_t post, photo;
static char in[MATCH_BODY_MAX + 1];

/* ---- the house, its lists and its media ---- */

/* A stored medium looks like this: one PDQ row of eight turns. */
static void
looks_like(int64_t medium, uint32_t seed)
{
	char sql[1400], *p;
	uint8_t turn[8][PDQ];
	int n;

	for (uint32_t i = 0; i < 8; i++)
		listed_value(turn[i], i == 0 ? seed : 900000 + 8 * seed + i);
	n = snprintf(sql, sizeof(sql),
	    "DELETE FROM medium_hash WHERE medium = %" PRId64
	    "; INSERT INTO medium_hash (hash_kind, medium, pipeline,"
	    " hypothesis, frame, quality, hash)"
	    " VALUES (1, %" PRId64 ", 0, 0, 0, 90, x'",
	    medium, medium);
	p = sql + n;
	for (size_t i = 0; i < sizeof(turn); i++, p += 2)
		(void)snprintf(p, 3, "%02x", turn[i / PDQ][i % PDQ]);
	(void)snprintf(p, 4, "')");
	village_sql(&v, sql);
}

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	v.conf.media_idle_s = 60;
	post = village_draft(&v, SQUIRRELS, 0);
	if (village_send(&v, post, S("the picture"), &photo) != UPLOAD_QUEUED)
		return -1;
	match = 0;
	return 0;
}

/* ---- jobs ---- */

static void
child(int fd)
{
	static struct role_start start;
	struct err e = {0};

	start = (struct role_start){.role = ROLE_JOBS,
	    .conf = v.conf,
	    .control = {fd, control_to_role}};
	village_reopen(&v);
	_exit(jobs_run(&v.house, &start, &e) ? 0 : 1);
}

static void
start_jobs(void)
{
	int fd[2];

	village_shut(&v);
	assert_true(chan_pair(fd, &v.e));
	jobs = fork();
	assert_true(jobs >= 0);
	if (jobs == 0) {
		(void)close(fd[0]);
		child(fd[1]);
	}
	(void)close(fd[1]);
	control = (struct chan){fd[0], control_to_monitor_from_jobs};
	village_reopen(&v);
}

static void
new_match(void)
{
	seat_kill(match);
	match = seat_start(&control);
}

static int
end(void **state)
{
	int status = 0;

	(void)state;
	if (!chan_send(&control, CONTROL_DRAIN, (str){0}, NULL, 0, &v.e))
		return -1;
	(void)waitpid(jobs, &status, 0);
	seat_kill(match);
	(void)close(control.fd);
	village_close(&v);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void
expect_control(uint8_t kind)
{
	struct chan_msg m;

	if (!chan_recv(&control, in, sizeof(in), WAIT_MS, &m, &v.e))
		fail_msg("no message %u: %s", kind, v.e.msg);
	assert_int_equal(m.kind, kind);
	chan_msg_done(&m);
}

static void
expect_quiet(struct chan *c)
{
	struct chan_msg m;

	assert_false(chan_recv(c, in, sizeof(in), QUIET_MS, &m, &v.e));
	assert_int_equal(v.e.kind, ERR_BUSY);
}

static void
wait_for(const char *rows)
{
	for (int i = 0; i < WAIT_MS / 20; i++) {
		if (village_count(&v, rows) == 1)
			return;
		(void)poll(NULL, 0, 20);
	}
	fail_msg("never: %s", rows);
}

/* ---- a media worker ---- */

static int
sealed(const void *p, size_t n)
{
	int fd = memfd_create("answer", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_int_equal(write(fd, p, n), n);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, ALL_SEALS), 0);
	return fd;
}

/* PDQ: turn 3 is the value of `seed` with three bits changed. */
static int
hashes_of(uint32_t seed, uint8_t quality, uint32_t *ret_bytes)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	uint8_t turn[8][PDQ];
	struct hash_row row = {.kind = HASH_PDQ, .quality = quality};

	for (uint32_t i = 0; i < 8; i++)
		listed_value(turn[i], i == 3 ? seed : 800000 + 8 * seed + i);
	turn[3][7] ^= 0x15;
	row.value = (str){(const char *)turn, sizeof(turn)};
	hashes_add(&b, &row);
	listed_value(turn[0], 700000 + seed);
	row = (struct hash_row){.kind = HASH_SHA256,
	    .quality = HASHES_NO_QUALITY,
	    .value = {(const char *)turn[0], PDQ}};
	hashes_add(&b, &row);
	*ret_bytes = (uint32_t)b.n;
	return sealed(b.p, b.n);
}

static struct chan
new_hand(void)
{
	static uint32_t number;
	struct control_peer p = {.role = ROLE_MEDIA, .number = number++ % 8};
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	int fd[2];

	expect_control(CONTROL_NEED_MEDIA);
	assert_true(chan_pair(fd, &v.e));
	control_peer_write(&b, &p);
	assert_true(
	    chan_send(&control, CONTROL_PEER, buf_view(&b), &fd[1], 1, &v.e));
	(void)close(fd[1]);
	return (struct chan){fd[0], from_jobs};
}

/* The next file to decode; faces are looked for in between, and not found. */
static void
next_job(struct chan *hand, struct media_job *ret)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct media_looked looked = {.verdict = MEDIA_OK};
	struct media_look look;
	struct chan_msg m;

	for (;;) {
		if (!chan_recv(hand, in, sizeof(in), WAIT_MS, &m, &v.e))
			fail_msg("no job: %s", v.e.msg);
		if (m.kind == MEDIA_JOB)
			break;
		assert_true(media_look_read(m.body, &look, &v.e));
		chan_msg_done(&m);
		looked.id = look.id;
		buf_clear(&b);
		media_looked_write(&b, &looked);
		assert_true(
		    chan_send(hand, MEDIA_LOOKED, buf_view(&b), NULL, 0, &v.e));
	}
	assert_true(media_job_read(m.body, ret, &v.e));
	chan_msg_done(&m);
}

/* Decodes the next file: to a picture with these hashes. */
static void
decode(struct chan *hand, uint32_t seed, uint8_t quality)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	struct media_done d = {
	    .verdict = MEDIA_OK, .format = 1, .width = 90, .height = 60};
	struct media_job job;
	int fd[MEDIA_FDS_MAX];

	next_job(hand, &job);
	d.id = job.id;
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		d.picture[i] = (struct media_picture){90, 60, 0};
		fd[i] = village_rendition(
		    &d.picture[i], S("1"), NULL, 0, &d.picture[i].bytes);
	}
	fd[MEDIA_SIDES] = hashes_of(seed, quality, &d.hashes_bytes);
	media_done_write(&b, &d);
	assert_true(
	    chan_send(hand, MEDIA_DONE, buf_view(&b), fd, MEDIA_FDS_MAX, &v.e));
	for (size_t i = 0; i < MEDIA_FDS_MAX; i++)
		(void)close(fd[i]);
}

/* ---- a match process that the test plays ---- */

static void
play(struct chan *c, uint8_t kind, struct chan_msg *ret)
{
	if (!chan_recv(c, in, sizeof(in), WAIT_MS, ret, &v.e))
		fail_msg("no message %u: %s", kind, v.e.msg);
	assert_int_equal(ret->kind, kind);
}

static void
play_swap(struct chan *c, uint8_t verdict)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct match_state s = {.verdict = verdict};
	struct match_swap swap;
	struct chan_msg m;

	play(c, MATCH_SWAP, &m);
	assert_true(match_swap_read(m.body, &swap, &v.e));
	chan_msg_done(&m);
	s.serial = swap.serial;
	s.generation = verdict == MATCH_OK ? swap.generation : 0;
	match_state_write(&b, &s);
	assert_true(chan_send(c, MATCH_STATE, buf_view(&b), NULL, 0, &v.e));
}

static struct match_query
play_query(struct chan *c)
{
	struct match_query q;
	struct reader items;
	struct chan_msg m;

	play(c, MATCH_QUERY, &m);
	assert_true(match_query_read(m.body, &q, &items, &v.e));
	chan_msg_done(&m);
	return q;
}

static void
play_answer(struct chan *c, const struct match_answer *a)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);

	match_answer_write(&b, a);
	assert_true(chan_send(c, MATCH_ANSWER, buf_view(&b), NULL, 0, &v.e));
}

/* ---- tests ---- */

static void
nothing_is_decoded_while_nobody_can_compare(void **state)
{
	struct chan c, hand;

	(void)state;
	start_jobs();
	expect_quiet(&control);
	/* A match process alone is not enough: it wants an index. */
	c = seat_of_mine(&control);
	play_swap(&c, MATCH_FAILED);
	expect_quiet(&control);
	(void)close(c.fd);
	new_match();
	hand = new_hand();
	decode(&hand, 5, 90);
	wait_for("medium WHERE state = 'ready'");
	(void)close(hand.fd);
}

static void
a_picture_that_no_list_knows_becomes_ready(void **state)
{
	struct chan hand;

	(void)state;
	list_begins(&v, 3, 1000, 200);
	start_jobs();
	new_match();
	hand = new_hand();
	decode(&hand, 5, 90);
	wait_for("medium WHERE state = 'ready'");
	assert_int_equal(village_count(&v, "blob"), 1 + MEDIA_SIDES);
	assert_int_equal(village_count(&v, "medium_hash"), 2);
	assert_int_equal(village_count(&v, "stopping"), 0);
	(void)close(hand.fd);
}

static void
a_listed_picture_is_locked_before_anybody_sees_it(void **state)
{
	struct chan hand;

	(void)state;
	list_begins(&v, 2, 1, 50);
	list_begins(&v, 3, 1000, 200);
	start_jobs();
	new_match();
	hand = new_hand();
	decode(&hand, 1007, 90);
	wait_for("medium WHERE state = 'locked'");
	assert_int_equal(village_count(&v, "blob"), 1);
	assert_int_equal(village_count(&v, "medium_hash"), 2);
	assert_int_equal(
	    village_count(&v, "stopping WHERE stage = 'intake'"), 1);
	assert_int_equal(
	    village_count(&v, "stop_hit WHERE list = 3 AND hash_kind = 1 AND "
			      "distance = 3 AND threshold = 31 AND transform = "
			      "3 AND quality = 90 AND list_generation = 1"),
	    1);
	assert_int_equal(village_count(&v, "stop_hit"), 1);
	assert_int_equal(village_count(&v, "job WHERE kind = 'intake'"), 0);
	(void)close(hand.fd);
}

static void
a_poor_picture_is_not_called_known_by_its_looks(void **state)
{
	struct chan hand;

	(void)state;
	list_begins(&v, 3, 1000, 200);
	start_jobs();
	new_match();
	hand = new_hand();
	decode(&hand, 1007, 30);
	wait_for("medium WHERE state = 'ready'");
	(void)close(hand.fd);
}

static void
an_entry_that_is_off_stops_nothing_at_once(void **state)
{
	CLEANUP(buf_done) struct buf sql = BUF_MAX(1024);
	struct chan hand;
	uint8_t off[PDQ];

	(void)state;
	list_begins(&v, 3, 1000, 200);
	start_jobs();
	new_match();
	hand = new_hand();
	/* It is in the index that is in use, and off when the answer comes. */
	listed_value(off, 1007);
	buf_printf(&sql, "INSERT INTO list_entry_off (list, hash_kind, value,"
			 " cause, off_by, off_at, why) VALUES (3, 1, x'");
	buf_hex(&sql, off, PDQ);
	buf_printf(&sql, "', 'person', 4, 5, 'wrong')");
	buf_byte(&sql, '\0');
	village_sql(&v, sql.p);
	decode(&hand, 1007, 90);
	wait_for("medium WHERE state = 'ready'");
	assert_int_equal(village_count(&v, "stopping"), 0);
	(void)close(hand.fd);
}

/* Nobody has told jobs of it, and the question was asked before. */
static void
a_list_of_this_very_moment_counts(void **state)
{
	struct match_answer a = {.verdict = MATCH_OK, .done = 2};
	struct chan hand, c;

	(void)state;
	start_jobs();
	c = seat_of_mine(&control);
	play_swap(&c, MATCH_OK);
	hand = new_hand();
	decode(&hand, 1007, 90);
	a.id = play_query(&c).id;
	a.generation = 1;
	list_begins(&v, 3, 1000, 200);
	play_answer(&c, &a);
	(void)poll(NULL, 0, QUIET_MS);
	assert_int_equal(village_count(&v, "medium WHERE state = 'ready'"), 0);
	(void)close(c.fd);
	new_match();
	wait_for("medium WHERE state = 'locked'");
	assert_int_equal(
	    village_count(&v, "stopping WHERE stage = 'intake'"), 1);
	(void)close(hand.fd);
}

static void
a_match_process_that_dies_over_a_question_decides_nothing(void **state)
{
	struct chan hand, c;

	(void)state;
	list_begins(&v, 3, 1000, 200);
	start_jobs();
	c = seat_of_mine(&control);
	play_swap(&c, MATCH_OK);
	hand = new_hand();
	decode(&hand, 1007, 90);
	(void)play_query(&c);
	(void)close(c.fd);
	(void)poll(NULL, 0, QUIET_MS);
	assert_int_equal(village_count(&v, "medium WHERE state = 'queued'"), 1);
	/* The next one is asked the same, without decoding again. */
	new_match();
	wait_for("medium WHERE state = 'locked'");
	(void)close(hand.fd);
}

static void
an_answer_that_makes_no_sense_costs_it_its_place(void **state)
{
	struct match_answer a = {.verdict = MATCH_OK, .done = 100};
	struct chan hand, c;

	(void)state;
	start_jobs();
	c = seat_of_mine(&control);
	play_swap(&c, MATCH_OK);
	hand = new_hand();
	decode(&hand, 5, 90);
	a.id = play_query(&c).id;
	a.generation = 1;
	play_answer(&c, &a);
	expect_control(CONTROL_DROP_MATCH);
	assert_int_equal(village_count(&v, "medium WHERE state = 'queued'"), 1);
	(void)close(c.fd);
	new_match();
	wait_for("medium WHERE state = 'ready'");
	(void)close(hand.fd);
}

static void
a_failure_is_asked_again_and_never_a_yes(void **state)
{
	struct match_answer a = {.verdict = MATCH_FAILED};
	struct chan hand, c;

	(void)state;
	start_jobs();
	c = seat_of_mine(&control);
	play_swap(&c, MATCH_OK);
	hand = new_hand();
	decode(&hand, 5, 90);
	a.id = play_query(&c).id;
	play_answer(&c, &a);
	a.id = play_query(&c).id;
	assert_int_equal(village_count(&v, "medium WHERE state = 'queued'"), 1);
	a = (struct match_answer){
	    .id = a.id, .verdict = MATCH_OK, .generation = 1, .done = 2};
	play_answer(&c, &a);
	wait_for("medium WHERE state = 'ready'");
	(void)close(c.fd);
	(void)close(hand.fd);
}

/* The index file, by its generation. */
static int
index_file(int64_t generation, int flags)
{
	char path[CONF_TEXT_MAX + 48];

	(void)snprintf(path, sizeof(path), "%s/lists/index-%" PRId64,
	    v.conf.data, generation);
	return open(path, flags | O_CLOEXEC);
}

static void
a_damaged_index_is_built_again(void **state)
{
	struct chan hand;
	char c;
	int fd;

	(void)state;
	list_begins(&v, 3, 1000, 200);
	start_jobs();
	new_match();
	hand = new_hand();
	fd = index_file(1, O_RDWR);
	assert_int_not_equal(fd, -1);
	assert_int_equal(pread(fd, &c, 1, 5000), 1);
	c ^= 0x40;
	assert_int_equal(pwrite(fd, &c, 1, 5000), 1);
	(void)close(fd);
	new_match();
	wait_for("match_index WHERE generation = 2");
	decode(&hand, 1007, 90);
	wait_for("medium WHERE state = 'locked'");
	assert_int_equal(index_file(1, O_RDONLY), -1);
	(void)close(hand.fd);
}

static void
an_index_that_is_gone_is_built_again(void **state)
{
	char path[CONF_TEXT_MAX + 48];
	struct chan hand;

	(void)state;
	list_begins(&v, 3, 1000, 200);
	start_jobs();
	new_match();
	hand = new_hand();
	(void)snprintf(path, sizeof(path), "%s/lists/index-1", v.conf.data);
	assert_int_equal(unlink(path), 0);
	new_match();
	decode(&hand, 1007, 90);
	wait_for("medium WHERE state = 'locked'");
	(void)close(hand.fd);
}

static void
a_list_that_comes_later_stops_what_is_stored(void **state)
{
	int64_t fine, known;

	(void)state;
	fine = village_photo(&v, post, "\xff\xd8\xff one");
	known = village_photo(&v, post, "\xff\xd8\xff two");
	looks_like(fine, 5);
	looks_like(known, 1011);
	start_jobs();
	new_match();
	wait_for("match_index WHERE generation = 1");
	list_begins(&v, 3, 1000, 200);
	wait_for("medium WHERE state = 'locked'");
	assert_int_equal(
	    village_count(&v, "stopping WHERE stage = 'rescan'"), 1);
	assert_int_equal(
	    village_count(&v, "stop_hit WHERE list = 3 AND distance = 0"), 1);
	wait_for("rescan WHERE list = 3 AND done_at IS NOT NULL AND stopped = "
		 "1");
	/* It changes: all is compared once more, with that list alone. */
	list_changes(&v, 3, 2, 2000, 200);
	wait_for("rescan WHERE list = 3 AND done_at IS NOT NULL AND stopped = "
		 "0");
	list_changes(&v, 3, 3, 5, 1);
	wait_for("rescan WHERE list = 3 AND done_at IS NOT NULL AND stopped = "
		 "1");
	assert_int_equal(village_count(&v, "stopping"), 2);
}

static void
a_comparison_of_all_media_goes_on_where_it_was(void **state)
{
	int64_t first, last;

	(void)state;
	first = village_photo(&v, post, "\xff\xd8\xff one");
	last = village_photo(&v, post, "\xff\xd8\xff two");
	looks_like(first, 1003);
	looks_like(last, 1011);
	list_begins(&v, 3, 1000, 200);
	/* As if it had been killed behind the first. */
	village_sql(&v,
	    "INSERT INTO match_index VALUES (1, 7, x'00', 0, 1, 1);"
	    "INSERT INTO rescan (list, hash_kind, medium, frame, begun_at)"
	    " SELECT 3, 1, min(id), 0, 1 FROM medium WHERE state = 'ready';"
	    "INSERT INTO match_index_list (list, list_generation, made_of)"
	    " VALUES (3, 1, '1 0 1:31')");
	start_jobs();
	new_match();
	wait_for("rescan WHERE list = 3 AND done_at IS NOT NULL");
	assert_int_equal(village_count(&v, "medium WHERE state = 'locked'"), 1);
	assert_int_equal(village_count(&v, "rescan WHERE hashes = 1"), 1);
}

static void
one_medium_can_be_compared_by_its_job(void **state)
{
	char sql[128];
	int64_t known;

	(void)state;
	known = village_photo(&v, post, "\xff\xd8\xff two");
	list_begins(&v, 3, 1000, 200);
	start_jobs();
	new_match();
	wait_for("rescan WHERE list = 3 AND done_at IS NOT NULL");
	looks_like(known, 1011);
	(void)snprintf(sql, sizeof(sql),
	    "INSERT INTO job (kind, subject, run_at) VALUES ('known', %" PRId64
	    ", 1)",
	    known);
	village_sql(&v, sql);
	wait_for("medium WHERE state = 'locked'");
	wait_for("(SELECT count(*) AS n FROM job WHERE kind = 'known')"
		 " WHERE n = 0");
}

/* ---- before an index holds it ---- */

static const char *
lists_path(char ret[CONF_TEXT_MAX + 64], const char *name)
{
	(void)snprintf(
	    ret, CONF_TEXT_MAX + 64, "%s/lists/%s", v.conf.data, name);
	return ret;
}

/* No index is made any more: the place of its file is taken. */
static void
no_more_builds(void)
{
	char path[CONF_TEXT_MAX + 64], name[32];

	for (int i = 2; i < 9; i++) {
		(void)snprintf(name, sizeof(name), "index-%d.new", i);
		assert_int_equal(mkdir(lists_path(path, name), 0700), 0);
	}
}

/* Behind one that is locked, what is let in is held with it. */
#define LET_IN "state IN ('ready', 'held')"
#define LOCKED "state = 'locked'"

/* A picture that comes now, and how it ends. */
static void
comes(struct chan *hand, uint32_t seed, const char *end_state)
{
	static int n;
	char text[32], rows[96];
	int64_t medium;

	(void)snprintf(text, sizeof(text), "\xff\xd8\xff number %d", n++);
	assert_int_equal(
	    village_send(&v, post, str_c(text), &medium), UPLOAD_QUEUED);
	decode(hand, seed, 90);
	(void)snprintf(rows, sizeof(rows),
	    "medium WHERE id = %" PRId64 " AND %s", medium, end_state);
	wait_for(rows);
}

static void
entry_turns(int64_t list, uint32_t seed, bool on)
{
	CLEANUP(buf_done) struct buf sql = BUF_MAX(1024);
	uint8_t x[PDQ];

	listed_value(x, seed);
	buf_printf(&sql, "%s",
	    on ? "UPDATE list_entry_off SET on_by = 4, on_at = unixepoch()"
		 " WHERE on_at IS NULL AND value = x'"
	       : "INSERT INTO list_entry_off (hash_kind, cause, off_by, off_at,"
		 " why, list, value) VALUES (1, 'person', 4, unixepoch(),"
		 " 'wrong', ");
	if (!on)
		buf_printf(&sql, "%" PRId64 ", x'", list);
	buf_hex(&sql, x, PDQ);
	buf_printf(&sql, on ? "'" : "')");
	buf_byte(&sql, '\0');
	village_sql(&v, sql.p);
}

/* What there is is in an index, the last one. */
static struct chan
index_loaded(void)
{
	struct chan hand;

	start_jobs();
	new_match();
	hand = new_hand();
	decode(&hand, 5, 90);
	wait_for("medium WHERE state = 'ready'");
	no_more_builds();
	return hand;
}

static struct chan
with_an_index(void)
{
	list_begins(&v, 3, 1000, 200);
	return index_loaded();
}

static void
a_list_that_changed_counts_before_an_index_holds_it(void **state)
{
	struct chan hand = with_an_index();

	(void)state;
	list_changes(&v, 3, 2, 1100, 200);
	comes(&hand, 1250, LOCKED); /* new */
	comes(&hand, 1050, LET_IN); /* gone */
	comes(&hand, 1150, LOCKED); /* in both */
	list_changes(&v, 3, 3, 1150, 200);
	comes(&hand, 1110, LET_IN);
	comes(&hand, 1340, LOCKED);
	assert_int_equal(
	    village_count(&v, "match_index WHERE generation = 1"), 1);
	assert_int_equal(village_count(&v,
			     "stop_hit WHERE list = 3 AND list_generation = 3"),
	    1);
	(void)close(hand.fd);
}

static void
a_list_that_is_enabled_or_disabled_counts_or_not_at_once(void **state)
{
	struct chan hand = with_an_index();

	(void)state;
	list_begins(&v, 4, 3000, 50);
	comes(&hand, 3007, LOCKED);
	village_sql(&v, "UPDATE list SET enabled = 0 WHERE id = 3");
	comes(&hand, 1007, LET_IN);
	village_sql(&v, "UPDATE list SET enabled = 0 WHERE id = 4");
	comes(&hand, 3009, LET_IN);
	village_sql(&v, "UPDATE list SET enabled = 1");
	comes(&hand, 1009, LOCKED);
	comes(&hand, 3011, LOCKED);
	assert_int_equal(
	    village_count(&v, "match_index WHERE generation = 1"), 1);
	(void)close(hand.fd);
}

static void
an_entry_that_is_switched_off_and_on_follows_at_once(void **state)
{
	struct chan hand = with_an_index();

	(void)state;
	entry_turns(3, 1007, false);
	comes(&hand, 1007, LET_IN);
	entry_turns(3, 1007, true);
	comes(&hand, 1007, LOCKED);
	(void)close(hand.fd);
}

static void
an_entry_that_the_index_was_made_without_counts_when_it_is_put_on(void **state)
{
	struct chan hand;

	(void)state;
	list_begins(&v, 3, 1000, 200);
	entry_turns(3, 1007, false);
	hand = index_loaded();
	comes(&hand, 1007, LET_IN);
	entry_turns(3, 1007, true);
	comes(&hand, 1007, LOCKED);
	assert_int_equal(
	    village_count(&v, "match_index WHERE generation = 1"), 1);
	(void)close(hand.fd);
}

static void
what_was_told_is_told_again_when_either_dies(void **state)
{
	struct chan hand = with_an_index();

	(void)state;
	list_changes(&v, 3, 2, 1100, 200);
	comes(&hand, 1250, LOCKED);
	new_match(); /* the one before is killed */
	comes(&hand, 1251, LOCKED);
	comes(&hand, 1050, LET_IN);
	(void)close(hand.fd);
	assert_int_equal(kill(jobs, SIGKILL), 0);
	(void)waitpid(jobs, NULL, 0);
	(void)close(control.fd);
	/* Before, since the sweep at its start takes what is half sent. */
	assert_int_equal(
	    village_send(&v, post, S("\xff\xd8\xff again"), &photo),
	    UPLOAD_QUEUED);
	start_jobs();
	new_match();
	hand = new_hand();
	decode(&hand, 1252, 90);
	wait_for("(SELECT count(*) AS n FROM medium WHERE state = 'locked')"
		 " WHERE n = 3");
	comes(&hand, 1051, LET_IN);
	(void)close(hand.fd);
}

/* It says no to a part of what it is told: its « no » is not believed. */
static void
a_match_process_that_did_not_take_what_it_was_told_lets_nobody_in(void **state)
{
	struct match_answer a = {.verdict = MATCH_OK, .done = 2};
	struct match_state s = {.verdict = MATCH_FAILED, .generation = 1};
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct match_delta d;
	struct reader ops;
	struct chan hand, c;
	struct chan_msg m;

	(void)state;
	start_jobs();
	c = seat_of_mine(&control);
	play_swap(&c, MATCH_OK);
	hand = new_hand();
	no_more_builds();
	list_begins(&v, 3, 1000, 200);
	play(&c, MATCH_DELTA, &m);
	assert_true(match_delta_read(m.body, &d, &ops, &v.e));
	chan_msg_done(&m);
	s.serial = d.serial;
	match_state_write(&b, &s);
	assert_true(chan_send(&c, MATCH_STATE, buf_view(&b), NULL, 0, &v.e));
	decode(&hand, 7, 90);
	a.id = play_query(&c).id;
	a.generation = 1;
	play_answer(&c, &a);
	(void)poll(NULL, 0, QUIET_MS);
	assert_int_equal(village_count(&v, "medium WHERE state = 'ready'"), 0);
	(void)close(c.fd);
	(void)close(hand.fd);
}

/* ---- a list that cannot be read ---- */

static void
damage(const char *name, bool mend)
{
	char path[CONF_TEXT_MAX + 64];
	OWNED_FD fd = open(lists_path(path, name), O_RDWR | O_CLOEXEC);
	const struct timespec later[2] = {
	    {.tv_nsec = UTIME_OMIT}, {.tv_sec = mend ? 2000 : 1000}};
	off_t at = 65536 + 200;
	uint8_t x;

	assert_int_equal(pread(fd, &x, 1, at), 1);
	x ^= 0x10;
	assert_int_equal(pwrite(fd, &x, 1, at), 1);
	assert_int_equal(futimens(fd, later), 0);
}

static void
a_damaged_list_stops_no_other_and_lets_nobody_in_until_it_is_off(void **state)
{
	struct chan hand;

	(void)state;
	list_begins(&v, 3, 1000, 200);
	list_begins(&v, 4, 3000, 50);
	damage("4-1.entries", false);
	start_jobs();
	new_match();
	hand = new_hand();
	decode(&hand, 5, 90);
	wait_for("match_index_list WHERE list = 4 AND damaged <> ''");
	/* What the others know is stopped. */
	comes(&hand, 1007, LOCKED);
	(void)poll(NULL, 0, QUIET_MS);
	assert_int_equal(village_count(&v, "medium WHERE " LET_IN), 0);
	village_sql(&v, "UPDATE list SET enabled = 0 WHERE id = 4");
	wait_for("medium WHERE " LET_IN);
	(void)close(hand.fd);
}

static void
a_list_that_was_mended_counts_again(void **state)
{
	struct chan hand;

	(void)state;
	list_begins(&v, 4, 3000, 50);
	damage("4-1.entries", false);
	start_jobs();
	new_match();
	hand = new_hand();
	decode(&hand, 5, 90);
	wait_for("match_index_list WHERE list = 4 AND damaged <> ''");
	damage("4-1.entries", true);
	wait_for("match_index_list WHERE list = 4 AND damaged = ''");
	wait_for("medium WHERE state = 'ready'");
	comes(&hand, 3007, LOCKED);
	(void)close(hand.fd);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(nothing_is_decoded_while_nobody_can_compare),
	    T(a_picture_that_no_list_knows_becomes_ready),
	    T(a_listed_picture_is_locked_before_anybody_sees_it),
	    T(a_poor_picture_is_not_called_known_by_its_looks),
	    T(an_entry_that_is_off_stops_nothing_at_once),
	    T(a_list_of_this_very_moment_counts),
	    T(a_match_process_that_dies_over_a_question_decides_nothing),
	    T(an_answer_that_makes_no_sense_costs_it_its_place),
	    T(a_failure_is_asked_again_and_never_a_yes),
	    T(a_damaged_index_is_built_again),
	    T(an_index_that_is_gone_is_built_again),
	    T(a_list_that_comes_later_stops_what_is_stored),
	    T(a_comparison_of_all_media_goes_on_where_it_was),
	    T(one_medium_can_be_compared_by_its_job),
	    T(a_list_that_changed_counts_before_an_index_holds_it),
	    T(a_list_that_is_enabled_or_disabled_counts_or_not_at_once),
	    T(an_entry_that_is_switched_off_and_on_follows_at_once),
	    T(an_entry_that_the_index_was_made_without_counts_when_it_is_put_on),
	    T(what_was_told_is_told_again_when_either_dies),
	    T(a_match_process_that_did_not_take_what_it_was_told_lets_nobody_in),
	    T(a_damaged_list_stops_no_other_and_lets_nobody_in_until_it_is_off),
	    T(a_list_that_was_mended_counts_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
