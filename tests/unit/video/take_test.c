/* A video as intake takes it: renditions that play at once and say nothing of
 * where they come from, stills, hashes; and those that are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/mman.h>

#include "hash/kind.h"
#include "hash/query.h"
#include "hash/tmk.h"
#include "ipc/hashes.h"
#include "video/fitter.h"
#include "video/stills.h"
#include "video/take.h"

#define SAMPLE_MAX ((size_t)1 << 22)

const char *__lsan_default_suppressions(void);

/* What a decoder loses of damaged files is its own to mend; the process ends
 * with its job. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libav\nleak:libsw\nleak:libdav1d\nleak:libx264\n";
}

static struct buf sample = BUF_MAX(SAMPLE_MAX);

/* Files of one take. */
struct room {
	int fd[VIDEO_TAKE_FDS];
	struct video_take job;
	struct take_result r;
};

static int
memory_file(void)
{
	int fd = memfd_create("video", MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void
room_init(struct room *r, str bytes)
{
	OWNED(blob_writer) w = NULL;
	int64_t n;
	struct err e;

	*r = (struct room){.job = {.id = 7, .hypotheses = QUERY_DEFAULT}};
	for (size_t i = 0; i < VIDEO_TAKE_FDS; i++)
		r->fd[i] = memory_file();
	key_random(&r->job.original);
	for (size_t i = 0; i < VIDEO_SIDES; i++)
		key_random(&r->job.side[i]);
	w = blob_writer_new(r->fd[0], &r->job.original, &e);
	assert_non_null(w);
	assert_true(blob_write(w, bytes.p, bytes.n, &e));
	assert_true(blob_finish(w, &n, &e));
}

static void
room_done(struct room *r)
{
	for (size_t i = 0; i < VIDEO_TAKE_FDS; i++)
		(void)close(r->fd[i]);
	take_result_done(&r->r);
}

static enum media_verdict
taken(struct room *r)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(VIDEO_TAKE_MESSAGE_MAX);
	struct video_taken read;
	struct err e = {0};

	if (!video_take(&r->job, r->fd, NULL, NULL, &r->r, &e))
		fail_msg("%s", e.msg);
	/* Whatever is said can be said over the channel. */
	video_taken_write(&b, &r->r.said);
	if (!video_taken_read(buf_view(&b), &read, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(read.id, 7);
	assert_int_equal(
	    read.verdict == MEDIA_OK && !read.unwritten, r->r.hashes.n > 0);
	return (enum media_verdict)r->r.said.verdict;
}

static void
plain_of(const struct room *r, size_t side, struct buf *ret)
{
	OWNED(blob_reader) b = NULL;
	static char chunk[BLOB_CHUNK];
	struct err e;
	size_t n;

	b = blob_reader_new(r->fd[1 + side], &r->job.side[side], &e);
	assert_non_null(b);
	assert_int_equal(blob_bytes(b), r->r.said.side[side].bytes);
	do {
		assert_true(blob_read(
		    b, (int64_t)ret->n, chunk, sizeof(chunk), &n, &e));
		buf_put(ret, chunk, n);
	} while (n > 0);
}

static bool
contains(str s, const char *what)
{
	return memmem(s.p, s.n, what, strlen(what)) != NULL;
}

/* Every box in the first row, in its order, and no word beside. */
static void
check_boxes(str s)
{
	static const char *const row[] = {"ftyp", "moov", "free", "mdat"};
	static const char *const never[] = {
	    "x264", "Lavf", "Lavc", "udta", "meta", "GPS", "chap", "avc3"};
	size_t at = 0, box = 0;

	for (; at + 8 <= s.n; box++) {
		const uint8_t *p = (const uint8_t *)s.p + at;

		assert_true(box < sizeof(row) / sizeof(row[0]));
		assert_memory_equal(p + 4, row[box], 4);
		at += (size_t)p[0] << 24 | (size_t)p[1] << 16 |
		      (size_t)p[2] << 8 | p[3];
	}
	assert_int_equal(at, s.n);
	assert_int_equal(box, 4);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (contains(s, never[i]))
			fail_msg("%s is in it", never[i]);
}

/* It opens as any video does, and all of it is decoded. */
static uint32_t
frames_of(const struct room *r, size_t side, enum AVCodecID codec)
{
	OWNED(blob_reader)
	b = blob_reader_new(r->fd[1 + side], &r->job.side[side], NULL);
	struct video_source source = video_source_blob(b);
	OWNED(video_reader) v = NULL;
	enum media_verdict verdict;
	const AVStream *s;
	uint32_t n = 0;
	AVFrame *f;
	struct err e;

	assert_non_null(b);
	assert_true(
	    video_reader_open(&source, &reader_rules_take, &v, &verdict, &e));
	assert_int_equal(verdict, MEDIA_OK);
	s = video_reader_stream(v);
	assert_int_equal(s->codecpar->codec_id, codec);
	assert_int_equal(s->codecpar->width, r->r.said.side[side].width);
	assert_int_equal(s->codecpar->height, r->r.said.side[side].height);
	for (;;) {
		assert_true(video_reader_next(v, &f, &e));
		if (f == NULL)
			break;
		assert_int_equal(f->format, AV_PIX_FMT_YUV420P);
		n++;
	}
	assert_int_equal(video_reader_broken(v), 0);
	return n;
}

static void
a_video_becomes_renditions_that_play_at_once_and_say_nothing(void **state)
{
	struct room r;

	(void)state;
	room_init(&r, buf_view(&sample));
	assert_int_equal(taken(&r), MEDIA_OK);
	assert_int_equal(r.r.said.format, VIDEO_FORMAT_MP4);
	assert_true(r.r.said.duration_ms > 1000);
	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		CLEANUP(buf_done) struct buf plain = BUF_MAX(SAMPLE_MAX);
		const struct video_rendition *v = &r.r.said.side[i];
		uint32_t shorter = v->width < v->height ? v->width : v->height;

		if (v->bytes == 0)
			continue;
		assert_true(shorter <= video_sides[i]);
		plain_of(&r, i, &plain);
		check_boxes(buf_view(&plain));
		assert_true(frames_of(&r, i, AV_CODEC_ID_H264) > 10);
	}
	assert_true(r.r.said.side[0].bytes > 0);
	room_done(&r);
}

static void
what_it_is_asked_by_comes_along(void **state)
{
	OWNED(arena) a = arena_new((size_t)16 << 20);
	bool seen[256] = {false};
	struct hashes t;
	struct room r;
	struct err e;

	(void)state;
	room_init(&r, buf_view(&sample));
	assert_int_equal(taken(&r), MEDIA_OK);
	assert_int_equal(r.r.tmk.n, TMK_BYTES);
	assert_true(hashes_read(
	    a, buf_view(&r.r.hashes), HASHES_FILM_ROWS_MAX, &t, &e));
	for (size_t i = 0; i < t.n; i++)
		seen[t.v[i].kind] = true;
	assert_true(seen[HASH_MD5] && seen[HASH_SHA1] && seen[HASH_SHA256] &&
		    seen[HASH_PDQ]);
	room_done(&r);
}

static void
stills_are_pictures_in_the_order_of_time(void **state)
{
	const struct video_taken *said;
	struct room r;
	size_t at = 0;

	(void)state;
	room_init(&r, buf_view(&sample));
	assert_int_equal(taken(&r), MEDIA_OK);
	said = &r.r.said;
	assert_true(said->n_stills >= said->duration_ms / STILLS_EVERY_MS);
	for (size_t i = 0; i < said->n_stills; i++) {
		str s =
		    str_sub(buf_view(&r.r.stills), at, said->still[i].bytes);

		assert_true(str_starts(s, S("\xff\xd8\xff")));
		assert_memory_equal(s.p + s.n - 2, "\xff\xd9", 2);
		assert_false(contains(s, "Lavc"));
		at += s.n;
	}
	assert_int_equal(at, r.r.stills.n);
	room_done(&r);
}

static void
what_is_no_video_is_refused(void **state)
{
	static const struct {
		str bytes;
		enum media_verdict verdict;
	} files[] = {
	    {S(""), MEDIA_EMPTY},
	    {S("not a video at all, a text of some length"), MEDIA_UNKNOWN},
	    {S("\0\0\0\x18"
	       "ftypisom\0\0\0\0isommp42\0\0\0\x08"
	       "free"),
		MEDIA_UNKNOWN},
	    {S("\0\0\0\x18"
	       "ftypisom\0\0\0\0isommp42\0\1\0\0"
	       "moov"),
		MEDIA_TRUNCATED},
	    {S("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\0\0\0\0"),
		MEDIA_TRUNCATED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct room r;

		room_init(&r, files[i].bytes);
		assert_int_equal(taken(&r), files[i].verdict);
		assert_int_equal(r.r.stills.n, 0);
		room_done(&r);
	}
}

static void
a_video_that_ends_early_is_cut_short(void **state)
{
	(void)state;
	for (size_t n = 1; n < 8; n++) {
		struct room r;

		room_init(&r, str_sub(buf_view(&sample), 0, sample.n * n / 8));
		assert_int_equal(taken(&r), MEDIA_TRUNCATED);
		room_done(&r);
	}
}

static void
a_video_that_was_changed_has_an_answer(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (int k = 0; k < 24; k++) {
		CLEANUP(buf_done) struct buf b = BUF_MAX(SAMPLE_MAX);
		struct room r;

		buf_str(&b, buf_view(&sample));
		for (int i = 0; i < 1 + k; i++) {
			seed =
			    seed * 6364136223846793005u + 1442695040888963407u;
			b.p[(seed >> 33) % b.n] ^=
			    (char)(1 + (seed >> 25) % 127);
		}
		room_init(&r, buf_view(&b));
		(void)taken(&r);
		room_done(&r);
	}
}

/* Wherever the disk is full: in what lies between, or in what is made. */
static void
a_full_disk_says_nothing_of_the_video(void **state)
{
	(void)state;
	for (size_t i = 1; i < VIDEO_TAKE_FDS; i += VIDEO_SIDES) {
		struct room r;

		room_init(&r, buf_view(&sample));
		(void)close(r.fd[i]);
		r.fd[i] = open("/dev/full", O_RDWR | O_CLOEXEC);
		assert_true(r.fd[i] >= 0);
		(void)taken(&r);
		assert_true(r.r.said.unwritten);
		assert_int_equal(r.r.stills.n, 0);
		room_done(&r);
	}
}

/* Every frame at `fps`, and a scene wherever it says. */
static uint32_t
count_stills(int64_t says_ms, int64_t is_ms, int64_t scene_ms, int64_t *ret_gap)
{
	struct stills_rule r;
	int64_t last = 0, gap = 0;
	uint32_t n = 0;

	stills_begin(&r, says_ms);
	for (int64_t at = 0; at < is_ms; at += 33)
		if (stills_wants(
			&r, at, scene_ms > 0 && at % scene_ms < 33, false)) {
			gap = at - last > gap ? at - last : gap;
			last = at;
			n++;
		}
	*ret_gap = is_ms - last > gap ? is_ms - last : gap;
	return n;
}

static void
stills_reach_to_the_end_whatever_the_scenes(void **state)
{
	static const int64_t says[] = {
	    0, 300, 7000, 59000, 61000, 200000, 600000};
	static const int64_t scenes[] = {0, 100, 700, 5000};
	int64_t gap;

	(void)state;
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++)
		for (size_t k = 0; k < 4; k++) {
			int64_t most = stills_most_ms(says[i]);
			int64_t later = (most - STILLS_DENSE_MS) / STILLS_LATER;

			assert_true(count_stills(says[i], most, scenes[k],
					&gap) <= VIDEO_STILLS_MAX);
			assert_true(gap <= (most <= STILLS_DENSE_MS ||
						       later < STILLS_EVERY_MS
						   ? STILLS_EVERY_MS + 99
						   : later + 2100));
		}
	/* Ten seconds without scenes: one every two seconds. */
	assert_int_equal(count_stills(10000, 10000, 0, &gap), 5);
}

static void
a_shape_keeps_its_shape_in_even_numbers(void **state)
{
	int w, h;

	(void)state;
	fitter_lines(1920, 1080, 720, &w, &h);
	assert_true(w == 1280 && h == 720);
	fitter_lines(1080, 1920, 240, &w, &h);
	assert_true(w == 240 && h == 426);
	fitter_lines(320, 180, 480, &w, &h);
	assert_true(w == 320 && h == 180);
	fitter_within(3840, 2160, 2048, &w, &h);
	assert_true(w == 2048 && h == 1152);
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
	    cmocka_unit_test(
		a_video_becomes_renditions_that_play_at_once_and_say_nothing),
	    cmocka_unit_test(what_it_is_asked_by_comes_along),
	    cmocka_unit_test(stills_are_pictures_in_the_order_of_time),
	    cmocka_unit_test(what_is_no_video_is_refused),
	    cmocka_unit_test(a_video_that_ends_early_is_cut_short),
	    cmocka_unit_test(a_video_that_was_changed_has_an_answer),
	    cmocka_unit_test(a_full_disk_says_nothing_of_the_video),
	    cmocka_unit_test(stills_reach_to_the_end_whatever_the_scenes),
	    cmocka_unit_test(a_shape_keeps_its_shape_in_even_numbers),
	};
	struct err e;
	int failed;

	if (argc < 2 || !crypto_init(&e))
		return EXIT_FAILURE;
	read_sample(argv[1]);
	video_init();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_done(&sample);
	return failed;
}
