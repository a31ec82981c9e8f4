/* Videos that are none, end early or were changed: an answer every time, and
 * no file but the one that was handed over. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <sys/mman.h>

#include "base/buf.h"
#include "hash/kind.h"
#include "hash/query.h"
#include "hash/tmk.h"
#include "hash/vpdq.h"
#include "ipc/hashes.h"
#include "video/video.h"

#define SAMPLE_MAX ((size_t)1 << 20)

const char *__lsan_default_suppressions(void);

/* What a decoder loses of damaged files is its own to mend; the process ends
 * with its job. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libav\nleak:libsw\nleak:libdav1d\n";
}

static struct buf sample = BUF_MAX(SAMPLE_MAX);

static int
file_of(str bytes)
{
	int fd = memfd_create("video", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static enum media_verdict
verdict_of(str bytes, enum video_alg alg)
{
	CLEANUP(video_result_done) struct video_result r = {0};
	struct video_job job = {.id = 1, .alg = (uint8_t)alg, .every = 1};
	OWNED_FD fd = file_of(bytes);
	struct err e = {0};

	if (!video_hash(fd, &job, NULL, NULL, &r, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(r.verdict == MEDIA_OK, r.hash.n > 0);
	if (r.verdict == MEDIA_OK && alg == VIDEO_TMK)
		assert_int_equal(r.hash.n, TMK_BYTES);
	return r.verdict;
}

static void
what_is_no_video_is_refused(void **state)
{
	static const str files[] = {S(""), S("x"), S("not a video at all"),
	    S("ffconcat version 1.0\nfile '/etc/passwd'\n"),
	    S("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n"),
	    S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), S("RIFF\0\0\0\0AVI LIST")};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		for (int alg = 0; alg < VIDEO_ALGS; alg++)
			assert_int_not_equal(
			    verdict_of(files[i], (enum video_alg)alg),
			    MEDIA_OK);
}

static void
a_video_that_ends_early_has_an_answer(void **state)
{
	(void)state;
	assert_int_equal(verdict_of(buf_view(&sample), VIDEO_TMK), MEDIA_OK);
	for (size_t n = 1; n < 16; n++)
		(void)verdict_of(
		    str_sub(buf_view(&sample), 0, sample.n * n / 16),
		    n % 2 == 0 ? VIDEO_TMK : VIDEO_VPDQ);
}

static void
a_video_that_was_changed_has_an_answer(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int k = 0; k < 40; k++) {
		CLEANUP(buf_done) struct buf b = BUF_MAX(SAMPLE_MAX);

		buf_str(&b, buf_view(&sample));
		for (int i = 0; i < 1 + k; i++) {
			seed =
			    seed * 6364136223846793005u + 1442695040888963407u;
			b.p[(seed >> 33) % b.n] ^=
			    (char)(1 + (seed >> 25) % 127);
		}
		(void)verdict_of(
		    buf_view(&b), k % 2 == 0 ? VIDEO_TMK : VIDEO_VPDQ);
	}
}

static str
hash_of(enum video_alg alg, unsigned hypotheses, struct video_result *ret)
{
	struct video_job job = {.id = 1,
	    .alg = (uint8_t)alg,
	    .every = 0.2f,
	    .hypotheses = (uint8_t)hypotheses};
	OWNED_FD fd = file_of(buf_view(&sample));
	struct err e = {0};

	if (!video_hash(fd, &job, NULL, NULL, ret, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(ret->verdict, MEDIA_OK);
	return buf_view(&ret->hash);
}

static void
frames_that_are_asked_are_those_of_vpdq_turned_and_supposed(void **state)
{
	CLEANUP(video_result_done) struct video_result lines = {0};
	CLEANUP(video_result_done) struct video_result table = {0};
	OWNED(arena) a = arena_new((size_t)16 << 20);
	size_t at = 0, supposed = 0;
	struct hashes t;
	struct vpdq q;
	struct err e;

	(void)state;
	assert_true(vpdq_read(a, hash_of(VIDEO_VPDQ, 0, &lines), &q, &e));
	assert_true(hashes_read(a, hash_of(VIDEO_PDQ, QUERY_DEFAULT, &table),
	    HASHES_FILM_ROWS_MAX, &t, &e));
	assert_int_equal(table.hashed, q.n);
	for (size_t i = 0; i < t.n; i++) {
		struct pdq_hash h =
		    pdq_of_bytes((const uint8_t *)t.v[i].value.p);

		assert_int_equal(t.v[i].value.n, PDQ_TURNS * PDQ_BITS / 8);
		if (t.v[i].hypothesis != QUERY_AS_IS) {
			supposed++;
			continue;
		}
		/* What is as the one before is left out. */
		while (at + 1 < q.n && pdq_distance(&h, &q.v[at].hash) != 0)
			at++;
		assert_int_equal(pdq_distance(&h, &q.v[at].hash), 0);
		assert_int_equal(t.v[i].quality, q.v[at].quality);
		assert_true(fabs(q.v[at].seconds * 1000 - t.v[i].frame) <= 1);
	}
	assert_true(supposed > 0);
}

static bool
stop_at_once(void *ctx, uint32_t decoded, struct err *e)
{
	(void)ctx;
	return decoded < 3 || err_set(e, ERR_BUSY, "enough");
}

static void
whoever_waits_no_longer_ends_the_work(void **state)
{
	CLEANUP(video_result_done) struct video_result r = {0};
	struct video_job job = {.id = 1, .alg = VIDEO_VPDQ};
	OWNED_FD fd = file_of(buf_view(&sample));
	struct err e = {0};

	(void)state;
	assert_false(video_hash(fd, &job, stop_at_once, NULL, &r, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(r.decoded, 3);
}

static void
read_sample(const char *name)
{
	FILE *f = fopen(name, "rb");
	char piece[4096];
	size_t n;

	if (f == NULL)
		exit(EXIT_FAILURE);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_put(&sample, piece, n);
	(void)fclose(f);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_no_video_is_refused),
	    cmocka_unit_test(a_video_that_ends_early_has_an_answer),
	    cmocka_unit_test(a_video_that_was_changed_has_an_answer),
	    cmocka_unit_test(
		frames_that_are_asked_are_those_of_vpdq_turned_and_supposed),
	    cmocka_unit_test(whoever_waits_no_longer_ends_the_work),
	};
	int failed;

	if (argc < 2)
		return EXIT_FAILURE;
	read_sample(argv[1]);
	video_init();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_done(&sample);
	return failed;
}
