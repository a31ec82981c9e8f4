/* Jobs in a process of its own; the test stands for the monitor and for media
 * workers that answer, lie and die. */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "../sharing/village.h"
#include "hash/kind.h"
#include "ipc/hashes.h"
#include "ipc/media.h"
#include "jobs/jobs.h"
#include "seat.h"
#include "sharing/upload.h"

#define WAIT_MS 240000

static const struct chan_permit from_jobs[] = {
    {MEDIA_JOB, 1, 1, 256},
    {0},
};

static struct village v;
static struct chan control;
static pid_t jobs, match;
static int64_t post, photo;
static char in[CONTROL_BUF];

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	v.conf.media_idle_s = 60;
	post = village_draft(&v, SQUIRRELS, 0);
	if (village_send(&v, post, S("the picture"), &photo) != UPLOAD_QUEUED)
		return -1;
	village_shut(&v);
	return 0;
}

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

/* No SQLite connection lives across the fork. */
static void
start_jobs(void)
{
	int fd[2];

	assert_true(chan_pair(fd, &v.e));
	jobs = fork();
	assert_true(jobs >= 0);
	if (jobs == 0) {
		(void)close(fd[0]);
		child(fd[1]);
	}
	(void)close(fd[1]);
	control = (struct chan){fd[0], control_to_monitor_from_jobs};
	match = seat_start(&control);
	village_reopen(&v);
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

/* The monitor gives jobs a media worker; its end of the channel is ours. */
static struct chan
send_hand(uint32_t number)
{
	struct control_peer p = {.role = ROLE_MEDIA, .number = number};
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	int fd[2];

	assert_true(chan_pair(fd, &v.e));
	control_peer_write(&b, &p);
	assert_true(
	    chan_send(&control, CONTROL_PEER, buf_view(&b), &fd[1], 1, &v.e));
	(void)close(fd[1]);
	return (struct chan){fd[0], from_jobs};
}

/* Takes the job; true when the file that came with it is the one sent. */
static bool
take_job(struct chan *c, struct media_job *ret)
{
	char got[64];
	struct chan_msg m;
	ssize_t n;

	if (!chan_recv(c, in, sizeof(in), WAIT_MS, &m, &v.e))
		fail_msg("no job: %s", v.e.msg);
	assert_true(media_job_read(m.body, ret, &v.e));
	n = pread(m.fd[0], got, sizeof(got), 0);
	/* What a media worker gets, it cannot change. */
	assert_int_equal(pwrite(m.fd[0], "x", 1, 0), -1);
	chan_msg_done(&m);
	return n == 11 && memcmp(got, "the picture", 11) == 0;
}

static void
answer(struct chan *c, const struct media_done *d, const int *fd, size_t n)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);

	media_done_write(&b, d);
	assert_true(chan_send(c, MEDIA_DONE, buf_view(&b), fd, n, &v.e));
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

static void
a_refused_file_is_refused_with_its_reason(void **state)
{
	struct media_done d = {.verdict = MEDIA_UNKNOWN};
	struct media_job job;
	struct chan hand;

	(void)state;
	start_jobs();
	expect_control(CONTROL_NEED_MEDIA);
	hand = send_hand(0);
	assert_true(take_job(&hand, &job));
	assert_int_equal(job.id, photo);
	assert_int_equal(job.side[0], 2048);
	d.id = job.id;
	answer(&hand, &d, NULL, 0);
	wait_for("medium WHERE state = 'refused' AND reason = 'unknown'");
	assert_int_equal(village_count(&v, "job"), 0);
	(void)close(hand.fd);
}

static void
a_file_that_kills_five_media_workers_is_damaged(void **state)
{
	struct media_job job;
	struct chan hand;

	(void)state;
	start_jobs();
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(
		    village_count(&v, "medium WHERE state = 'refused'"), 0);
		expect_control(CONTROL_NEED_MEDIA);
		hand = send_hand(i);
		assert_true(take_job(&hand, &job));
		(void)close(hand.fd);
	}
	wait_for("medium WHERE state = 'refused' AND reason = 'damaged'");
	assert_int_equal(village_files(&v), 0);
}

/* Two files, one worker that answers the first and leaves with the second. */
static void
leave_with_a_file(uint32_t number, bool answers)
{
	struct media_done d = {.verdict = MEDIA_UNKNOWN};
	struct media_job job;
	struct chan hand;

	expect_control(CONTROL_NEED_MEDIA);
	hand = send_hand(number);
	(void)take_job(&hand, &job);
	if (answers) {
		d.id = job.id;
		answer(&hand, &d, NULL, 0);
		(void)take_job(&hand, &job);
	}
	assert_true(chan_send(&hand, MEDIA_LEAVES, (str){0}, NULL, 0, &v.e));
	/* Jobs lets it go, and only then it goes. */
	hand.permits = from_jobs;
	assert_false(chan_recv(
	    &hand, in, sizeof(in), WAIT_MS, &(struct chan_msg){0}, &v.e));
	assert_int_equal(v.e.kind, ERR_NONE);
	(void)close(hand.fd);
}

static void
a_file_that_a_leaving_worker_had_not_touched_counts_no_death(void **state)
{
	struct media_job job;
	struct chan hand;
	int64_t more;

	(void)state;
	village_reopen(&v);
	for (int i = 0; i < 6; i++) {
		char what[] = "another 0";

		what[8] = (char)('0' + i);
		assert_int_equal(
		    village_send(&v, post, str_c(what), &more), UPLOAD_QUEUED);
	}
	village_shut(&v);
	start_jobs();
	for (uint32_t i = 0; i < 6; i++)
		leave_with_a_file(i, true);
	expect_control(CONTROL_NEED_MEDIA);
	hand = send_hand(7);
	(void)take_job(&hand, &job);
	assert_int_equal(village_count(&v, "job WHERE attempts > 0"), 0);
	assert_int_equal(
	    village_count(&v, "medium WHERE state = 'refused'"), 6);
	assert_int_equal(village_count(&v, "medium WHERE state = 'queued'"), 1);
	(void)close(hand.fd);
}

/* A worker in a stranger's hands could say so for ever. */
static void
a_worker_that_leaves_before_its_first_answer_died_of_the_file(void **state)
{
	(void)state;
	start_jobs();
	for (uint32_t i = 0; i < 5; i++)
		leave_with_a_file(i, false);
	wait_for("medium WHERE state = 'refused' AND reason = 'damaged'");
}

static void
an_answer_to_another_question_costs_the_worker_its_place(void **state)
{
	struct media_done d = {.verdict = MEDIA_UNKNOWN};
	struct media_job job;
	struct chan hand;

	(void)state;
	start_jobs();
	expect_control(CONTROL_NEED_MEDIA);
	hand = send_hand(0);
	assert_true(take_job(&hand, &job));
	d.id = job.id + 1;
	answer(&hand, &d, NULL, 0);
	expect_control(CONTROL_DROP_MEDIA);
	(void)close(hand.fd);
	/* The file is tried once more, by somebody else. */
	expect_control(CONTROL_NEED_MEDIA);
	hand = send_hand(1);
	assert_true(take_job(&hand, &job));
	d.id = job.id;
	d.verdict = MEDIA_TRUNCATED;
	answer(&hand, &d, NULL, 0);
	wait_for("medium WHERE state = 'refused' AND reason = 'truncated'");
	(void)close(hand.fd);
}

static void
renditions_that_are_no_pictures_are_thrown_away(void **state)
{
	struct media_done d = {.verdict = MEDIA_OK,
	    .format = 1,
	    .width = 9,
	    .height = 9,
	    .hashes_bytes = 4};
	struct media_job job;
	int fd[MEDIA_FDS_MAX];
	struct chan hand;

	(void)state;
	start_jobs();
	expect_control(CONTROL_NEED_MEDIA);
	hand = send_hand(0);
	assert_true(take_job(&hand, &job));
	d.id = job.id;
	for (size_t i = 0; i < MEDIA_FDS_MAX; i++) {
		if (i < MEDIA_SIDES)
			d.picture[i] = (struct media_picture){9, 9, 4};
		fd[i] = memfd_create("html", MFD_CLOEXEC);
		assert_int_equal(write(fd[i], "<hi>", 4), 4);
	}
	answer(&hand, &d, fd, MEDIA_FDS_MAX);
	wait_for("medium WHERE state = 'refused' AND reason = 'damaged'");
	assert_int_equal(village_count(&v, "blob"), 0);
	assert_int_equal(village_files(&v), 0);
	for (size_t i = 0; i < MEDIA_FDS_MAX; i++)
		(void)close(fd[i]);
	(void)close(hand.fd);
}

/* Two hashes, as a media worker seals them. */
static int
hashes_file(uint32_t *ret_bytes)
{
	static const char value[HASHES_VALUE_MAX] = "hash";
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	int fd = memfd_create("hashes", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	hashes_add(&b, &(struct hash_row){.kind = HASH_PDQ,
			   .quality = 80,
			   .value = {value, HASHES_VALUE_MAX}});
	hashes_add(&b, &(struct hash_row){.kind = HASH_SHA256,
			   .quality = HASHES_NO_QUALITY,
			   .value = {value, 32}});
	assert_int_equal(write(fd, b.p, b.n), b.n);
	assert_int_equal(
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL),
	    0);
	*ret_bytes = (uint32_t)b.n;
	return fd;
}

static void
have_an_old_photo(void)
{
	village_reopen(&v);
	assert_true(village_take_in(&v, photo, S("the picture")));
	assert_true(db_exec(v.house.db,
	    "DELETE FROM medium_hash; DELETE FROM job WHERE kind = 'faces'",
	    &v.e));
	village_shut(&v);
}

static void
a_photo_from_before_hashes_gets_them_and_is_compared(void **state)
{
	struct media_done d = {
	    .verdict = MEDIA_OK, .format = 1, .width = 9, .height = 9};
	struct media_job job;
	struct chan hand;
	int fd;

	(void)state;
	have_an_old_photo();
	start_jobs();
	expect_control(CONTROL_NEED_MEDIA);
	hand = send_hand(0);
	assert_true(take_job(&hand, &job));
	assert_true(job.hashes_only);
	fd = hashes_file(&d.hashes_bytes);
	d.id = job.id;
	answer(&hand, &d, &fd, 1);
	wait_for("medium_hash WHERE hash_kind = 1 AND quality = 80");
	wait_for("medium WHERE state = 'ready'");
	assert_int_equal(village_count(&v, "job WHERE kind = 'rehash'"), 0);
	for (int i = 0; village_count(&v, "job") > 0; i++) {
		assert_true(i < WAIT_MS / 20);
		(void)poll(NULL, 0, 20);
	}
	(void)close(fd);
	(void)close(hand.fd);
}

static void
an_old_photo_that_no_decoder_opens_stays_and_is_tried_another_day(void **state)
{
	struct media_done d = {.verdict = MEDIA_DAMAGED};
	struct media_job job;
	struct chan hand;

	(void)state;
	have_an_old_photo();
	start_jobs();
	expect_control(CONTROL_NEED_MEDIA);
	hand = send_hand(0);
	assert_true(take_job(&hand, &job));
	d.id = job.id;
	answer(&hand, &d, NULL, 0);
	wait_for("job WHERE kind = 'rehash' AND last_error IS NOT NULL");
	assert_int_equal(village_count(&v, "medium WHERE state = 'ready'"), 1);
	assert_int_equal(village_count(&v, "blob"), MEDIA_SIDES + 1);
	(void)close(hand.fd);
}

/* ---- looking for faces ---- */

static void
have_a_photo_to_look_at(void)
{
	village_reopen(&v);
	assert_true(village_take_in(&v, photo, S("the picture")));
	village_shut(&v);
}

/* The look, for the photo; what comes is its rendition and cannot be changed.
 */
static void
take_look(struct chan *c, struct media_look *ret)
{
	static const struct chan_permit look[] = {{MEDIA_LOOK, 1, 1, 256}, {0}};
	char got[3];
	struct chan_msg m;

	c->permits = look;
	if (!chan_recv(c, in, sizeof(in), WAIT_MS, &m, &v.e))
		fail_msg("no look: %s", v.e.msg);
	assert_true(media_look_read(m.body, ret, &v.e));
	assert_int_equal(pread(m.fd[0], got, sizeof(got), 0), 3);
	assert_memory_equal(got, "PRE", 3);
	assert_int_equal(pwrite(m.fd[0], "x", 1, 0), -1);
	chan_msg_done(&m);
}

static void
answer_look(struct chan *c, const struct media_looked *l)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);

	media_looked_write(&b, l);
	assert_true(chan_send(c, MEDIA_LOOKED, buf_view(&b), NULL, 0, &v.e));
}

static void
boxes_that_were_found_wait_for_a_person(void **state)
{
	struct media_looked l = {.n = 2,
	    .face = {{1000, 2000, 3000, 4000}, {50000, 50000, 4000, 4000}}};
	struct media_look look;
	struct chan hand;

	(void)state;
	have_a_photo_to_look_at();
	start_jobs();
	expect_control(CONTROL_NEED_MEDIA);
	hand = send_hand(0);
	take_look(&hand, &look);
	assert_int_equal(look.id, photo);
	l.id = look.id;
	answer_look(&hand, &l);
	wait_for("medium WHERE looked_at IS NOT NULL");
	assert_int_equal(
	    village_count(&v, "region WHERE kind = 'found' AND state = 'open'"),
	    2);
	assert_int_equal(village_count(&v, "job"), 0);
	(void)close(hand.fd);
}

static void
a_look_that_kills_leaves_the_photo_and_is_given_up(void **state)
{
	struct media_look look;
	struct chan hand;

	(void)state;
	have_a_photo_to_look_at();
	start_jobs();
	for (uint32_t i = 0; i < 2; i++) {
		expect_control(CONTROL_NEED_MEDIA);
		hand = send_hand(i);
		take_look(&hand, &look);
		(void)close(hand.fd);
	}
	wait_for("medium WHERE state = 'ready' AND looked_at IS NULL"
		 " AND NOT EXISTS (SELECT 1 FROM job)");
}

static void
an_answer_about_another_photo_costs_the_worker_its_place(void **state)
{
	struct media_looked l = {.n = 1, .face = {{1, 2, 3000, 4000}}};
	struct media_look look;
	struct chan hand;

	(void)state;
	have_a_photo_to_look_at();
	start_jobs();
	expect_control(CONTROL_NEED_MEDIA);
	hand = send_hand(0);
	take_look(&hand, &look);
	l.id = look.id + 1;
	answer_look(&hand, &l);
	expect_control(CONTROL_DROP_MEDIA);
	assert_int_equal(village_count(&v, "region"), 0);
	(void)close(hand.fd);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(a_refused_file_is_refused_with_its_reason),
	    T(a_file_that_kills_five_media_workers_is_damaged),
	    T(a_file_that_a_leaving_worker_had_not_touched_counts_no_death),
	    T(a_worker_that_leaves_before_its_first_answer_died_of_the_file),
	    T(an_answer_to_another_question_costs_the_worker_its_place),
	    T(renditions_that_are_no_pictures_are_thrown_away),
	    T(a_photo_from_before_hashes_gets_them_and_is_compared),
	    T(an_old_photo_that_no_decoder_opens_stays_and_is_tried_another_day),
	    T(boxes_that_were_found_wait_for_a_person),
	    T(a_look_that_kills_leaves_the_photo_and_is_given_up),
	    T(an_answer_about_another_photo_costs_the_worker_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
