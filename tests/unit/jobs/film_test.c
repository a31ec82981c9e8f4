/* A video at the door: a withdrawn picture that it shows, a picture of a list,
 * a listed video.  The video is real, and so is the match process. */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../sharing/village.h"
#include "hash/kind.h"
#include "hash/query.h"
#include "hash/tmk.h"
#include "ipc/video.h"
#include "jobs/film.h"
#include "jobs/known.h"
#include "listed.h"
#include "seat.h"
#include "shown.h"
#include "stop/register.h"
#include "video/video.h"

#define WAIT_MS 240000
#define LIST 3

static struct village v;
static struct role_start start = {.role = ROLE_JOBS};
static struct chan monitor; /* its end of jobs' channel */
static struct known known;
static pid_t match;

/* ---- a video and its hashes ---- */

enum { MEADOW = 11, LAKE, WITHDRAWN, WOODS, SEA, SNOW };

static void
make_video(char path[96], const char *name, const uint32_t *seeds, size_t n)
{
	(void)snprintf(path, 96, "%s/%s.mkv", v.folder, name);
	shown_video(path, seeds, n);
}

static str
hash_video(const char *path, enum video_alg alg)
{
	CLEANUP(video_result_done) struct video_result r = {0};
	const struct video_job job = {.id = 1,
	    .alg = (uint8_t)alg,
	    .every = 1,
	    .hypotheses = QUERY_DEFAULT};
	OWNED_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	str s;

	assert_true(fd >= 0);
	assert_true(video_hash(fd, &job, NULL, NULL, &r, &v.e));
	assert_int_equal(r.verdict, MEDIA_OK);
	assert_true(arena_str(v.arena, r.hash.p, r.hash.n, &s));
	return s;
}

/* A worker says the digest of the file, too; here it is one of nothing. */
static struct hashes
frames_of(const char *path)
{
	static struct buf table = BUF_MAX(HASHES_FILM_BYTES_MAX);
	static const char nothing[32] = "none";
	struct hashes h;

	buf_clear(&table);
	buf_str(&table, hash_video(path, VIDEO_PDQ));
	hashes_add(&table,
	    &(struct hash_row){.kind = HASH_SHA256,
		.quality = HASHES_NO_QUALITY,
		.value = {nothing, sizeof(nothing)}});
	if (!film_hashes(v.arena, buf_view(&table), &h, &v.e))
		fail_msg("%s", v.e.msg);
	h.n--;
	return h;
}

/* Rows, of frames that are not as the one before. */
static size_t
of_hypothesis(const struct hashes *h, enum query_hypothesis y)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += h->v[i].hypothesis == y;
	return n;
}

/* The turn that undoes it. */
static enum pdq_turn
back(enum pdq_turn t)
{
	return t == PDQ_ROT90 ? PDQ_ROT270 : t == PDQ_ROT270 ? PDQ_ROT90 : t;
}

static void
hash_picture(uint32_t seed, uint8_t ret[PDQ])
{
	struct pixels p = shown_picture(seed);
	size_t n = pdq_work_bytes(p.width, p.height);
	void *work = aligned_alloc(64, (n + 63) / 64 * 64);
	struct pdq_block block;
	struct pdq_hash h;

	assert_true(pdq_block(&p, PDQ_CORE, false, work, n, &block, &v.e));
	assert_int_equal(pdq_reason(&block, PDQ_QUALITY_MIN), PDQ_FIT);
	free(work);
	h = pdq_of_block(&block, PDQ_ORIGINAL);
	pdq_bytes(&h, ret);
}

/* ---- jobs' side of the match process ---- */

static int
begin(void **state)
{
	struct role_news news;
	int fd[2];

	(void)state;
	village_open(&v);
	if (!chan_pair(fd, &v.e))
		return -1;
	monitor = (struct chan){fd[0], control_to_monitor_from_jobs};
	start.control = (struct chan){fd[1], control_to_role};
	known_init(&known, &v.house, &start);
	match = seat_start(&monitor);
	if (!role_news(&start, WAIT_MS, &news, &v.e))
		return -1;
	known_peer(&known, news.fd);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	(void)close(known.chan.fd);
	index_build_free(known.build);
	delta_free(known.tell.delta);
	seat_kill(match);
	(void)close(monitor.fd);
	(void)close(start.control.fd);
	village_close(&v);
	return 0;
}

static void
turn(void)
{
	struct pollfd p = {.fd = known.chan.fd, .events = POLLIN};

	if (poll(&p, 1, 10) > 0)
		known_hear(&known);
	known_tick(&known);
}

/* Every one of its hits, as a case would have them. */
static struct stop_hits
answer_to(struct asking *a)
{
	struct stop_hits hits;
	bool newer;

	if (a == NULL)
		fail_msg("%s", v.e.msg);
	for (int i = 0; i < WAIT_MS / 10; i++) {
		if (a->state == ASKING_DONE && known_holds(&known, a, &newer) &&
		    !newer && known_is_current(&known))
			break;
		if (a->state != ASKING_WAITS)
			known_ask_again(&known, a);
		turn();
	}
	assert_int_equal(a->state, ASKING_DONE);
	if (!known_hits(&known, a, 0, a->hashes.n, v.arena, &hits, &v.e))
		fail_msg("%s", v.e.msg);
	known_forget(a);
	return hits;
}

/* ---- tests ---- */

static int64_t
withdraw(const uint8_t value[PDQ])
{
	CLEANUP(buf_done) struct buf sql = BUF_MAX(1024);
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t photo = village_photo(&v, post, "\xff\xd8\xff a photo");
	struct deed d = village_deed(&v, SAMI);
	int64_t n;

	buf_printf(&sql,
	    "DELETE FROM medium_hash;"
	    "INSERT INTO medium_hash (hash_kind, medium, pipeline,"
	    " hypothesis, frame, quality, hash) VALUES (1, %" PRId64
	    ", 0, 0, 0, 90, x'",
	    photo);
	buf_hex(&sql, value, PDQ);
	buf_str(&sql, S("')"));
	buf_byte(&sql, '\0');
	village_sql(&v, sql.p);
	assert_true(db_begin(v.house.db, &v.e));
	assert_true(register_add(&d, photo, &n, &v.e));
	assert_true(db_commit(v.house.db, &v.e));
	assert_int_equal(n, 1);
	return photo;
}

static void
a_withdrawn_picture_is_recognised_in_a_video_with_its_time(void **state)
{
	static const uint32_t with[] = {MEADOW, LAKE, WOODS, WITHDRAWN, SEA};
	static const uint32_t without[] = {MEADOW, LAKE, WOODS, SEA, SNOW};
	uint8_t value[PDQ];
	struct stop_hits hits;
	struct hashes frames;
	char path[96];

	(void)state;
	hash_picture(WITHDRAWN, value);
	(void)withdraw(value);
	make_video(path, "with", with, 5);
	frames = frames_of(path);
	assert_int_equal(of_hypothesis(&frames, QUERY_AS_IS), 5);
	assert_true(register_find(
	    &v.house, v.arena, v.org->id, &frames, NOW, &hits, &v.e));
	assert_int_equal(hits.n, 1);
	assert_int_equal(hits.v[0].list, STOP_REGISTER);
	assert_int_equal(hits.v[0].frame, 3000);
	assert_true(hits.v[0].distance <= PDQ_DISTANCE);
	make_video(path, "without", without, 5);
	frames = frames_of(path);
	assert_true(register_find(
	    &v.house, v.arena, v.org->id, &frames, NOW, &hits, &v.e));
	assert_int_equal(hits.n, 0);
}

static struct hashes
frames_shown(const uint32_t *seeds, size_t n, const struct shown_how *how)
{
	char path[96];

	(void)snprintf(path, sizeof(path), "%s/as.mkv", v.folder);
	shown_video_as(path, seeds, n, how);
	return frames_of(path);
}

static void
a_withdrawn_picture_is_recognised_in_a_video_however_it_is_turned(void **state)
{
	static const uint32_t with[] = {MEADOW, WITHDRAWN, SEA};
	static const uint32_t without[] = {MEADOW, LAKE, SEA};
	uint8_t value[PDQ];
	struct stop_hits hits;
	struct hashes frames;

	(void)state;
	hash_picture(WITHDRAWN, value);
	(void)withdraw(value);
	for (int t = 0; t < PDQ_TURNS; t++) {
		const struct shown_how how = {(enum pdq_turn)t, 0};

		frames = frames_shown(with, 3, &how);
		assert_true(register_find(
		    &v.house, v.arena, v.org->id, &frames, NOW, &hits, &v.e));
		assert_int_equal(hits.n, 1);
		assert_int_equal(hits.v[0].transform, back(how.turn));
		assert_int_equal(hits.v[0].frame, 1000);
		frames = frames_shown(without, 3, &how);
		assert_true(register_find(
		    &v.house, v.arena, v.org->id, &frames, NOW, &hits, &v.e));
		assert_int_equal(hits.n, 0);
	}
}

static void
a_listed_picture_is_found_in_a_video_with_bars_that_is_mirrored(void **state)
{
	static const uint32_t seeds[] = {SNOW, LAKE, SEA};
	const struct shown_how how = {PDQ_FLIPY, 40};
	static uint8_t tmk[TMK_BYTES];
	struct stop_hits hits;
	struct hashes frames;
	uint8_t value[PDQ];
	char path[96];
	str film;

	(void)state;
	hash_picture(LAKE, value);
	make_video(path, "other", (const uint32_t[]){MEADOW}, 1);
	film = hash_video(path, VIDEO_TMK);
	memcpy(tmk, film.p, sizeof(tmk));
	list_of_video(&v, LIST, tmk, value);
	frames = frames_shown(seeds, 3, &how);
	assert_int_equal(of_hypothesis(&frames, QUERY_UNBOXED), 3);
	hits = answer_to(known_ask(&known, &frames, NULL, 0, &v.e));
	assert_int_equal(hits.n, 1);
	assert_int_equal(hits.v[0].hypothesis, QUERY_UNBOXED);
	assert_int_equal(hits.v[0].transform, PDQ_FLIPY);
	assert_int_equal(hits.v[0].frame, 1000);
}

static void
a_listed_picture_is_found_in_a_video_with_its_time(void **state)
{
	static const uint32_t seeds[] = {SNOW, LAKE, SEA};
	static const uint32_t other[] = {SNOW, MEADOW, WOODS};
	static uint8_t tmk[TMK_BYTES];
	struct stop_hits hits;
	struct hashes frames;
	uint8_t value[PDQ];
	char path[96];
	str film;

	(void)state;
	hash_picture(SEA, value);
	make_video(path, "other", other, 3);
	film = hash_video(path, VIDEO_TMK);
	memcpy(tmk, film.p, sizeof(tmk));
	list_of_video(&v, LIST, tmk, value);
	make_video(path, "film", seeds, 3);
	frames = frames_of(path);
	hits = answer_to(known_ask(&known, &frames, NULL, 0, &v.e));
	assert_int_equal(hits.n, 1);
	assert_int_equal(hits.v[0].list, LIST);
	assert_int_equal(hits.v[0].entry.kind, HASH_PDQ);
	assert_int_equal(hits.v[0].frame, 2000);
}

static void
a_listed_video_is_found_by_its_tmk_until_its_entry_is_off(void **state)
{
	static const uint32_t seeds[] = {MEADOW, LAKE, WOODS, SEA};
	static const uint32_t other[] = {SNOW, WITHDRAWN, SNOW, WITHDRAWN};
	CLEANUP(buf_done) struct buf sql = BUF_MAX(8192);
	struct stop_hits hits;
	uint8_t value[PDQ];
	char path[96];
	str film, far;

	(void)state;
	make_video(path, "film", seeds, 4);
	film = hash_video(path, VIDEO_TMK);
	make_video(path, "far", other, 4);
	far = hash_video(path, VIDEO_TMK);
	listed_value(value, 1);
	list_of_video(&v, LIST, (const uint8_t *)film.p, value);
	hits = answer_to(known_ask_video(&known, far, NULL, 0, &v.e));
	assert_int_equal(hits.n, 0);
	hits = answer_to(known_ask_video(&known, film, NULL, 0, &v.e));
	assert_int_equal(hits.n, 1);
	assert_int_equal(hits.v[0].list, LIST);
	assert_int_equal(hits.v[0].number, 1); /* its first part */
	assert_int_equal(hits.v[0].entry.kind, HASH_TMK);
	assert_int_equal(hits.v[0].distance, 0);
	assert_int_equal(hits.v[0].threshold, 300);
	/* Who says that the entry is wrong names its first part. */
	buf_printf(&sql,
	    "INSERT INTO list_entry_off (list, hash_kind, value, cause,"
	    " off_by, off_at, why) VALUES (%d, 32, x'",
	    LIST);
	buf_hex(&sql, hits.v[0].entry.value.p, hits.v[0].entry.value.n);
	buf_str(&sql, S("', 'person', 4, 5, 'wrong')"));
	buf_byte(&sql, '\0');
	village_sql(&v, sql.p);
	hits = answer_to(known_ask_video(&known, film, NULL, 0, &v.e));
	assert_int_equal(hits.n, 0);
}

static void
a_listed_video_is_found_by_its_tmk_however_it_is_turned(void **state)
{
	static const uint32_t seeds[] = {MEADOW, LAKE, WOODS, SEA};
	static uint8_t tmk[TMK_BYTES];
	struct stop_hits hits;
	uint8_t value[PDQ];
	char path[96];
	str film;

	(void)state;
	make_video(path, "film", seeds, 4);
	film = hash_video(path, VIDEO_TMK);
	memcpy(tmk, film.p, sizeof(tmk));
	listed_value(value, 1);
	list_of_video(&v, LIST, tmk, value);
	for (int t = 0; t < PDQ_TURNS; t++) {
		const struct shown_how how = {(enum pdq_turn)t, 0};

		shown_video_as(path, seeds, 4, &how);
		film = hash_video(path, VIDEO_TMK);
		hits = answer_to(known_ask_video(&known, film, NULL, 0, &v.e));
		assert_int_equal(hits.n, 1);
		assert_int_equal(hits.v[0].entry.kind, HASH_TMK);
		assert_int_equal(hits.v[0].transform, back(how.turn));
		assert_true(hits.v[0].distance <= 30); /* 0.97 of 1 */
	}
}

static void
what_is_no_table_of_frames_is_no_question(void **state)
{
	struct hash_row row = {
	    .kind = HASH_PDQ, .quality = 90, .value = {"too short", 9}};
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	struct hashes h;

	(void)state;
	assert_false(film_hashes(v.arena, S(""), &h, &v.e));
	assert_int_equal(v.e.kind, ERR_CORRUPT);
	assert_false(film_hashes(v.arena, S("0,100,abc,0.0\n"), &h, &v.e));
	assert_int_equal(v.e.kind, ERR_CORRUPT);
	hashes_add(&b, &row);
	assert_false(film_hashes(v.arena, buf_view(&b), &h, &v.e));
	assert_int_equal(v.e.kind, ERR_CORRUPT);
}

static void
what_is_no_tmk_is_no_question(void **state)
{
	static uint8_t file[TMK_BYTES];

	(void)state;
	assert_null(known_ask_video(
	    &known, (str){(const char *)file, sizeof(file)}, NULL, 0, &v.e));
	assert_int_equal(v.e.kind, ERR_CORRUPT);
	for (size_t i = 0; i < KNOWN_ASKINGS; i++)
		assert_int_equal(known.asking[i].state, ASKING_NONE);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_withdrawn_picture_is_recognised_in_a_video_with_its_time),
	    T(a_withdrawn_picture_is_recognised_in_a_video_however_it_is_turned),
	    T(a_listed_picture_is_found_in_a_video_with_bars_that_is_mirrored),
	    T(a_listed_picture_is_found_in_a_video_with_its_time),
	    T(a_listed_video_is_found_by_its_tmk_until_its_entry_is_off),
	    T(a_listed_video_is_found_by_its_tmk_however_it_is_turned),
	    T(what_is_no_table_of_frames_is_no_question),
	    T(what_is_no_tmk_is_no_question),
	};

	video_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
