/* preau-media as the monitor starts it: jailed, fed by messages alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <vips/vips.h>

#include "base/clock.h"
#include "hash/kind.h"
#include "ipc/control.h"
#include "ipc/hashes.h"
#include "ipc/media.h"
#include "media/rendition.h"
#include "media/tracing.h"
#include "media/warm.h"
#include "pictures.h"
#include "proc/role.h"
#include "segment/file.h"

#define PATIENCE_MS 240000

static const char *program;

static const struct chan_permit from_media[] = {
    {MEDIA_COVERED, 0, MEDIA_SIDES, 64},
    {MEDIA_DONE, 0, MEDIA_FDS_MAX, 1024},
    {MEDIA_LOOKED, 0, 0, 2048},
    {MEDIA_LEAVES, 0, 0, 0},
    {MEDIA_TRACED, 0, 1, 64},
    {0},
};

struct media {
	pid_t pid;
	struct chan control, jobs;
	int64_t ready_ms;
};

static void
spawn_with(struct media *m, const char *conf)
{
	int c[2], j[2];
	struct err e;

	if (!chan_pair(c, &e) || !chan_pair(j, &e))
		fail_msg("%s", e.msg);
	m->pid = fork();
	assert_int_not_equal(m->pid, -1);
	if (m->pid == 0) {
		char *argv[] = {NULL, NULL};

		if (c[1] != CONTROL_FD)
			(void)dup2(c[1], CONTROL_FD);
		else
			(void)fcntl(c[1], F_SETFD, 0);
		argv[0] = strdup(program);
		(void)execv(program, argv);
		_exit(127);
	}
	(void)close(c[1]);
	m->control = (struct chan){c[0], control_to_monitor};
	m->jobs = (struct chan){j[0], from_media};
	{
		CLEANUP(buf_done) struct buf b = BUF_MAX(CONTROL_BUF);
		struct control_start s = {
		    .role = ROLE_MEDIA, .conf = str_c(conf)};
		struct control_peer p = {.role = ROLE_JOBS};

		control_start_write(&b, &s);
		assert_true(chan_send(
		    &m->control, CONTROL_START, buf_view(&b), NULL, 0, &e));
		buf_clear(&b);
		control_peer_write(&b, &p);
		assert_true(chan_send(
		    &m->control, CONTROL_PEER, buf_view(&b), &j[1], 1, &e));
	}
	(void)close(j[1]);
}

static void
spawn(struct media *m)
{
	spawn_with(m, "media_idle_s 600\n");
}

static void
wait_ready(struct media *m)
{
	static char bytes[CONTROL_BUF];
	CLEANUP(chan_msg_done) struct chan_msg msg = {0};
	int64_t begin = clock_ms();
	struct err e = {0};

	if (!chan_recv(
		&m->control, bytes, sizeof(bytes), PATIENCE_MS, &msg, &e))
		fail_msg("not ready: %s", e.msg);
	assert_int_equal(msg.kind, CONTROL_READY);
	m->ready_ms = clock_ms() - begin;
}

static int
status_of(struct media *m)
{
	int status = 0;

	(void)close(m->control.fd);
	if (m->jobs.fd >= 0)
		(void)close(m->jobs.fd);
	assert_int_equal(waitpid(m->pid, &status, 0), m->pid);
	return status;
}

static int
memory_file(str s, bool sealed)
{
	int fd = memfd_create("in", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, s.p, s.n), s.n);
	if (sealed)
		assert_int_equal(
		    fcntl(fd, F_ADD_SEALS,
			F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW),
		    0);
	return fd;
}

static void
send_job(struct media *m, str s, uint32_t id, bool sealed)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(256);
	struct media_job job = {.id = id, .side = {400, 200, 64}};
	OWNED_FD fd = memory_file(s, sealed);
	struct err e;

	media_job_write(&b, &job);
	assert_true(chan_send(&m->jobs, MEDIA_JOB, buf_view(&b), &fd, 1, &e));
}

/* What was made is sealed, and is what the answer says. */
static void
check_file(int fd, const struct media_picture *p)
{
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX(RENDITION_MAX);
	struct stat st;
	struct err e;
	void *map;

	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, p->bytes);
	assert_int_equal(fcntl(fd, F_GET_SEALS),
	    F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	map = mmap(NULL, p->bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_true(rendition_jpeg((str){map, p->bytes}, false, &jpeg, &e));
	assert_true(jpeg_is_bare(buf_view(&jpeg)));
	(void)munmap(map, p->bytes);
}

/* Of a picture without frames: PDQ, ten small ones, three digests. */
static void
check_hashes(int fd, uint32_t bytes)
{
	OWNED(arena) a = arena_new((size_t)1 << 20);
	struct hashes t;
	struct stat st;
	struct err e;
	void *map;

	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, bytes);
	assert_int_equal(fcntl(fd, F_GET_SEALS),
	    F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	map = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_true(hashes_read(a, (str){map, bytes}, HASHES_ROWS_MAX, &t, &e));
	assert_int_equal(t.n, 1 + PHASH_KINDS + 3);
	assert_int_equal(t.v[0].kind, HASH_PDQ);
	assert_int_equal(t.v[0].value.n, 256);
	(void)munmap(map, bytes);
}

static enum media_verdict
answer_of(struct media *m, uint32_t id)
{
	static char bytes[4096];
	CLEANUP(chan_msg_done) struct chan_msg msg = {0};
	struct media_done d;
	struct err e = {0};

	if (!chan_recv(&m->jobs, bytes, sizeof(bytes), PATIENCE_MS, &msg, &e))
		fail_msg("no answer: %s", e.msg);
	assert_true(media_done_read(msg.body, &d, &e));
	assert_int_equal(d.id, id);
	assert_int_equal(msg.n_fds, d.verdict == MEDIA_OK ? MEDIA_FDS_MAX : 0);
	for (size_t i = 0; i < MEDIA_SIDES && i < msg.n_fds; i++)
		check_file(msg.fd[i], &d.picture[i]);
	if (msg.n_fds > 0)
		check_hashes(msg.fd[MEDIA_SIDES], d.hashes_bytes);
	return d.verdict;
}

static void
every_format_passes_through_the_jail(void **state)
{
	static const char *const saves[] = {".jpg", ".jpg[interlace]", ".png",
	    ".png[interlace]", ".webp", ".heic", ".avif[speed=9]"};
	struct media m;
	uint32_t id = 1;

	(void)state;
	spawn(&m);
	wait_ready(&m);
	for (size_t i = 0; i < sizeof(saves) / sizeof(saves[0]); i++)
		for (int k = 0; k < 2; k++, id++) {
			CLEANUP(buf_done) struct buf b = {0};
			struct picture p = {.width = 900,
			    .height = 700,
			    .save = saves[i],
			    .profile = k == 1 ? "p3" : NULL};

			assert_true(picture_make(&p, &b));
			send_job(&m, buf_view(&b), id, true);
			assert_int_equal(answer_of(&m, id), MEDIA_OK);
		}
	(void)close(m.jobs.fd);
	m.jobs.fd = -1;
	assert_int_equal(status_of(&m), 0);
}

static void
bad_files_get_a_verdict_and_the_next_is_served(void **state)
{
	CLEANUP(buf_done) struct buf b = {0};
	struct picture p = {.width = 640, .height = 480, .save = ".jpg"};
	struct media m;

	(void)state;
	assert_true(picture_make(&p, &b));
	spawn(&m);
	wait_ready(&m);
	send_job(&m, S(""), 1, true);
	assert_int_equal(answer_of(&m, 1), MEDIA_EMPTY);
	send_job(&m, S("<svg xmlns='http://www.w3.org/2000/svg'/>"), 2, true);
	assert_int_equal(answer_of(&m, 2), MEDIA_UNKNOWN);
	send_job(&m, str_sub(buf_view(&b), 0, b.n / 2), 3, true);
	assert_int_equal(answer_of(&m, 3), MEDIA_TRUNCATED);
	for (uint32_t i = 0; i < WARM_PICTURES; i++) {
		const struct warm_picture *w = &warm_pictures[i];

		send_job(&m, (str){(const char *)w->p, w->n / 2}, 4 + i, true);
		assert_int_not_equal(answer_of(&m, 4 + i), MEDIA_OK);
	}
	send_job(&m, buf_view(&b), 9, true);
	assert_int_equal(answer_of(&m, 9), MEDIA_OK);
	assert_int_equal(status_of(&m), 0);
}

static void
send_cover(struct media *m, const int fd[MEDIA_SIDES], uint32_t id)
{
	static const struct media_region region[] = {
	    {3, 1000, 1000, 30000, 30000}, {900, 40000, 50000, 60000, 65536}};
	CLEANUP(buf_done) struct buf b = BUF_MAX(256);
	struct media_cover c = {.id = id, .shape = 2, .n = 2, .region = region};
	struct err e;

	media_cover_write(&b, &c);
	assert_true(chan_send(
	    &m->jobs, MEDIA_COVER, buf_view(&b), fd, MEDIA_SIDES, &e));
}

static void
check_covered(int fd, uint32_t bytes)
{
	OWNED(arena) a = arena_new((size_t)8 << 20);
	struct file f;
	uint32_t head;
	struct err e;
	str s;

	s.n = bytes;
	s.p = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(s.p, MAP_FAILED);
	assert_true(file_head_bytes(s, &head, &e));
	assert_true(file_read(a, str_sub(s, 0, head), &f, &e));
	assert_int_equal(f.bytes, bytes);
	assert_int_equal(f.regions, 2);
	assert_int_equal(f.slot[1], 900);
	assert_true(f.covers > 2);
	(void)munmap((void *)(uintptr_t)s.p, bytes);
}

static void
renditions_are_covered_in_the_jail_and_what_is_none_is_refused(void **state)
{
	static const struct picture p = {
	    .width = 640, .height = 480, .save = ".jpg"};
	static char in[4096];
	CLEANUP(buf_done) struct buf b = {0};
	struct chan_msg first, msg;
	struct media_covered d;
	struct err e;
	struct media m;
	int junk[MEDIA_SIDES];

	(void)state;
	assert_true(picture_make(&p, &b));
	spawn(&m);
	wait_ready(&m);
	send_job(&m, buf_view(&b), 1, true);
	assert_true(chan_recv(&m.jobs, in, sizeof(in), 30000, &first, &e));
	send_cover(&m, first.fd, 7);
	assert_true(chan_recv(&m.jobs, in, sizeof(in), 30000, &msg, &e));
	assert_true(media_covered_read(msg.body, &d, &e));
	assert_int_equal(d.id, 7);
	assert_int_equal(msg.n_fds, MEDIA_SIDES);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		check_covered(msg.fd[i], d.bytes[i]);
	chan_msg_done(&msg);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		junk[i] = memory_file(S("<svg/>"), true);
	send_cover(&m, junk, 8);
	assert_true(chan_recv(&m.jobs, in, sizeof(in), 30000, &msg, &e));
	assert_true(media_covered_read(msg.body, &d, &e));
	assert_int_equal(d.bytes[0], 0);
	assert_int_equal(msg.n_fds, 0);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		(void)close(junk[i]);
	chan_msg_done(&first);
	assert_int_equal(status_of(&m), 0);
}

/* libvips likes to put pictures of more than 100 MB into a file, which the
 * jail denies. */
static void
a_large_interlaced_png_needs_no_file(void **state)
{
	CLEANUP(buf_done) struct buf b = {0};
	struct picture p = {.width = 4000,
	    .height = 3500,
	    .bands = 4,
	    .sixteen = true,
	    .save = ".png[interlace,compression=1]"};
	struct media m;

	(void)state;
	assert_true(picture_make(&p, &b));
	spawn(&m);
	wait_ready(&m);
	send_job(&m, buf_view(&b), 1, true);
	assert_int_equal(answer_of(&m, 1), MEDIA_OK);
	assert_int_equal(status_of(&m), 0);
}

/* The largest rendition of a picture, as jobs store it. */
static void
rendition_of(struct media *m, str picture, struct buf *ret)
{
	static char bytes[4096];
	CLEANUP(chan_msg_done) struct chan_msg msg = {0};
	struct media_done d;
	struct err e = {0};

	send_job(m, picture, 8, true);
	if (!chan_recv(&m->jobs, bytes, sizeof(bytes), PATIENCE_MS, &msg, &e))
		fail_msg("no answer: %s", e.msg);
	assert_true(media_done_read(msg.body, &d, &e));
	assert_int_equal(d.verdict, MEDIA_OK);
	assert_true(buf_reserve(ret, d.picture[0].bytes));
	assert_int_equal(pread(msg.fd[0], ret->p, d.picture[0].bytes, 0),
	    d.picture[0].bytes);
	ret->n = d.picture[0].bytes;
}

static struct media_looked
look_at(struct media *m, str s)
{
	static char bytes[4096];
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	CLEANUP(chan_msg_done) struct chan_msg msg = {0};
	OWNED_FD fd = memory_file(s, true);
	struct media_look look = {77};
	struct media_looked ret;
	struct err e = {0};

	media_look_write(&b, &look);
	assert_true(chan_send(&m->jobs, MEDIA_LOOK, buf_view(&b), &fd, 1, &e));
	if (!chan_recv(&m->jobs, bytes, sizeof(bytes), 60000, &msg, &e))
		fail_msg("no answer: %s", e.msg);
	assert_true(media_looked_read(msg.body, &ret, &e));
	assert_int_equal(ret.id, 77);
	return ret;
}

/* The filters are loaded in the jail, on first use, and used again. */
static void
faces_are_looked_for_in_the_jail(void **state)
{
	CLEANUP(buf_done) struct buf b = {0};
	CLEANUP(buf_done) struct buf rendition = BUF_MAX(RENDITION_MAX);
	struct picture p = {.width = 900, .height = 700, .save = ".jpg"};
	struct media m;

	(void)state;
	assert_true(picture_make(&p, &b));
	spawn(&m);
	wait_ready(&m);
	rendition_of(&m, buf_view(&b), &rendition);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    look_at(&m, buf_view(&rendition)).verdict, MEDIA_OK);
	assert_int_equal(
	    look_at(&m, S("no picture at all")).verdict, MEDIA_DAMAGED);
	assert_int_equal(
	    look_at(&m, str_sub(buf_view(&rendition), 0, rendition.n / 2))
		.verdict,
	    MEDIA_DAMAGED);
	send_job(&m, buf_view(&b), 9, true);
	assert_int_equal(answer_of(&m, 9), MEDIA_OK);
	assert_int_equal(status_of(&m), 0);
}

/* How much more the copy is B than A, over all segments; 0: not shown. */
static double
trace_beside(struct media *m, str copy, str rendition)
{
	static char bytes[4096];
	OWNED(arena) a = arena_new((size_t)4 << 20);
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	CLEANUP(buf_done) struct buf reading = BUF_MAX((size_t)1 << 20);
	CLEANUP(chan_msg_done) struct chan_msg msg = {0};
	int fd[2] = {memory_file(copy, true), memory_file(rendition, true)};
	struct media_trace job = {.id = 78};
	struct media_traced t;
	float *value, *full;
	struct err e = {0};
	double sum = 0;
	size_t n;

	media_trace_write(&b, &job);
	assert_true(chan_send(&m->jobs, MEDIA_TRACE, buf_view(&b), fd, 2, &e));
	(void)close(fd[0]);
	(void)close(fd[1]);
	if (!chan_recv(&m->jobs, bytes, sizeof(bytes), PATIENCE_MS, &msg, &e))
		fail_msg("no answer: %s", e.msg);
	assert_int_equal(msg.kind, MEDIA_TRACED);
	assert_true(media_traced_read(msg.body, &t, &e));
	assert_int_equal(t.id, 78);
	assert_int_equal(msg.n_fds, t.shown);
	if (!t.shown)
		return 0;
	assert_true(t.likeness > 900);
	n = (size_t)t.segments * MEDIA_SEGMENT_BYTES;
	assert_true(buf_reserve(&reading, n));
	assert_int_equal(pread(msg.fd[0], reading.p, n, 0), n);
	reading.n = n;
	assert_true(media_reading_read(
	    a, buf_view(&reading), t.segments, &value, &full, &e));
	for (uint32_t i = 0; i < t.segments; i++)
		sum += (double)value[i] * (double)full[i];
	return sum;
}

/* What PDQ says of a turn is what turned pixels look like. */
static void
a_copy_is_turned_as_pdq_means_it(void **state)
{
	static uint8_t px[300 * 200], turned[300 * 200];
	static _Alignas(PDQ_WORK_ALIGN) uint8_t work[1 << 20];
	struct pixels p = {px, 300, 200, 1, 300}, view;
	struct pdq_block all, one;
	struct pdq_hash of[PDQ_TURNS], got;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(px); i++) {
		size_t x = i % 300, y = i / 300;

		px[i] = (uint8_t)(128 + (x * x / 97 + y * 7 + x * y / 61) % 90 -
				  (x / 40 + y / 33) % 5 * 9);
	}
	assert_true(
	    pdq_block(&p, PDQ_CORE, true, work, sizeof(work), &all, &e));
	pdq_all_of_block(&all, of);
	for (int t = 0; t < PDQ_TURNS; t++) {
		tracing_turned(&p, (enum pdq_turn)t, turned, &view);
		assert_true(pdq_block(
		    &view, PDQ_CORE, true, work, sizeof(work), &one, &e));
		got = pdq_of_block(&one, PDQ_ORIGINAL);
		for (int k = 0; k < PDQ_TURNS; k++)
			assert_true(k == t ? pdq_distance(&got, &of[k]) < 80
					   : pdq_distance(&got, &of[k]) > 90);
	}
}

static void
a_copy_is_read_beside_its_rendition_in_the_jail(void **state)
{
	CLEANUP(buf_done) struct buf b = {0};
	CLEANUP(buf_done) struct buf rendition = BUF_MAX(RENDITION_MAX);
	struct buf copy[2] = {BUF_MAX(RENDITION_MAX), BUF_MAX(RENDITION_MAX)};
	struct picture p = {.width = 900, .height = 700, .save = ".jpg"};
	struct media m;
	struct err e;
	str file;

	(void)state;
	assert_true(picture_make(&p, &b));
	spawn(&m);
	wait_ready(&m);
	rendition_of(&m, buf_view(&b), &rendition);
	file = buf_view(&rendition);
	for (int i = 0; i < 2; i++)
		assert_true(rendition_jpeg(file, i == 1, &copy[i], &e));
	assert_true(trace_beside(&m, buf_view(&copy[0]), file) < 0);
	assert_true(trace_beside(&m, buf_view(&copy[1]), file) > 0);
	assert_true(trace_beside(&m, S("no picture at all"), file) == 0);
	assert_true(trace_beside(&m, S(""), file) == 0);
	assert_true(
	    trace_beside(&m, buf_view(&copy[0]), S("no rendition")) == 0);
	assert_true(trace_beside(&m, buf_view(&copy[0]),
			str_sub(file, 0, file.n / 2)) == 0);
	send_job(&m, buf_view(&b), 9, true);
	assert_int_equal(answer_of(&m, 9), MEDIA_OK);
	assert_int_equal(status_of(&m), 0);
	buf_done(&copy[0]);
	buf_done(&copy[1]);
}

/* A file that its sender can still change is an attack on the decoder. */
static void
an_unsealed_file_is_the_end(void **state)
{
	struct media m;
	int status;

	(void)state;
	spawn(&m);
	wait_ready(&m);
	send_job(&m, S("anything"), 1, false);
	assert_int_equal(waitpid(m.pid, &status, 0), m.pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	(void)close(m.control.fd);
	(void)close(m.jobs.fd);
}

static void
expect_leave(struct media *m)
{
	CLEANUP(chan_msg_done) struct chan_msg msg = {0};
	static char bytes[64];
	struct err e;

	if (!chan_recv(&m->jobs, bytes, sizeof(bytes), PATIENCE_MS, &msg, &e))
		fail_msg("it does not say that it leaves: %s", e.msg);
	assert_int_equal(msg.kind, MEDIA_LEAVES);
}

/* It says so, and goes when it is let. */
static void
it_leaves_when_it_is_not_needed(void **state)
{
	struct media m;

	(void)state;
	spawn_with(&m, "media_idle_s 5\n");
	wait_ready(&m);
	expect_leave(&m);
	assert_int_equal(status_of(&m), 0);
}

static void
it_leaves_when_jobs_say_nothing(void **state)
{
	struct media m;
	int status;

	(void)state;
	spawn_with(&m, "media_idle_s 1\n");
	wait_ready(&m);
	assert_int_equal(waitpid(m.pid, &status, 0), m.pid);
	assert_int_equal(status, 0);
	(void)close(m.control.fd);
	(void)close(m.jobs.fd);
}

/* A file that it is given after that is not touched: another gets it. */
static void
a_worn_out_worker_says_so_and_takes_nothing_more(void **state)
{
	static char bytes[1024];
	struct chan_msg msg;
	struct media m;
	struct err e = {0};

	(void)state;
	spawn(&m);
	wait_ready(&m);
	for (uint32_t i = 1; i <= 200; i++) {
		send_job(&m, S(""), i, true);
		if (!chan_recv(
			&m.jobs, bytes, sizeof(bytes), PATIENCE_MS, &msg, &e))
			fail_msg("job %u: %s", i, e.msg);
		assert_int_equal(msg.kind, MEDIA_DONE);
		chan_msg_done(&msg);
	}
	send_job(&m, S("\xff\xd8 nothing"), 201, true);
	expect_leave(&m);
	assert_false(chan_recv(&m.jobs, bytes, sizeof(bytes), 300, &msg, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(status_of(&m), 0);
}

/* The figure is the best of three, for the machine may be busy. */
static void
it_is_ready_soon(void **state)
{
	int64_t best = INT64_MAX;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct media m;

		spawn(&m);
		wait_ready(&m);
		best = m.ready_ms < best ? m.ready_ms : best;
		assert_int_equal(status_of(&m), 0);
	}
	print_message("ready after %lld ms\n", (long long)best);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_format_passes_through_the_jail),
	    cmocka_unit_test(bad_files_get_a_verdict_and_the_next_is_served),
	    cmocka_unit_test(
		renditions_are_covered_in_the_jail_and_what_is_none_is_refused),
	    cmocka_unit_test(a_large_interlaced_png_needs_no_file),
	    cmocka_unit_test(faces_are_looked_for_in_the_jail),
	    cmocka_unit_test(a_copy_is_turned_as_pdq_means_it),
	    cmocka_unit_test(a_copy_is_read_beside_its_rendition_in_the_jail),
	    cmocka_unit_test(an_unsealed_file_is_the_end),
	    cmocka_unit_test(it_leaves_when_it_is_not_needed),
	    cmocka_unit_test(it_leaves_when_jobs_say_nothing),
	    cmocka_unit_test(a_worn_out_worker_says_so_and_takes_nothing_more),
	    cmocka_unit_test(it_is_ready_soon),
	};

	if (argc != 2 || vips_init(argv[0]) != 0)
		return 2;
	program = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
