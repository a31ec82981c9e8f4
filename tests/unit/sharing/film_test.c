/* Videos: shown whole or not at all, by what their stills show. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "erasure/erasure.h"
#include "faces/ask.h"
#include "faces/unseen.h"
#include "sharing/album.h"
#include "sharing/feed.h"
#include "village.h"

static struct village v;
static int64_t post, video, first, second;
static struct deed sami;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)

static void
set(int64_t medium, const char *what)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql),
	    "UPDATE medium SET %s WHERE id = %" PRId64, what, medium);
	village_sql(&v, sql);
}

static int64_t
newest(void)
{
	return village_count(&v, "medium");
}

/* A photo's renditions become those of a still: real files, real keys. */
static int64_t
still(const char *bytes, const char *at_ms)
{
	int64_t photo = village_bare_photo(&v, post, bytes), id;
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
	    "INSERT INTO medium (organisation, post, uploader, state,"
	    " position, kind, video, at_ms, width, height, created_at)"
	    " SELECT organisation, post, uploader, 'ready', 1, 'still',"
	    " %" PRId64
	    ", %s, width, height, 1 FROM medium WHERE id = %" PRId64,
	    video, at_ms, photo);
	village_sql(&v, sql);
	id = newest();
	(void)snprintf(sql, sizeof(sql),
	    "UPDATE blob SET medium = %" PRId64 " WHERE medium = %" PRId64
	    " AND side > 0;"
	    "DELETE FROM blob WHERE medium = %" PRId64 ";"
	    "UPDATE medium SET state = 'deleted' WHERE id = %" PRId64,
	    id, photo, photo, photo);
	village_sql(&v, sql);
	return id;
}

/* In an album of the squirrels: two stills, 480 lines and an original. */
static void
make_video(void)
{
	int64_t photo = village_bare_photo(&v, post, "a film");
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
	    "INSERT INTO medium (organisation, post, uploader, state,"
	    " position, kind, duration_ms, gaps, width, height, created_at)"
	    " SELECT organisation, post, uploader, 'ready', 1, 'video', 72000,"
	    " 'looked', 854, 480, 1 FROM medium WHERE id = %" PRId64,
	    photo);
	village_sql(&v, sql);
	video = newest();
	(void)snprintf(sql, sizeof(sql),
	    "UPDATE blob SET medium = %" PRId64 ", side = 480, segments = 0,"
	    " type = 'video/mp4' WHERE medium = %" PRId64 " AND side = 1024;"
	    "UPDATE blob SET medium = %" PRId64 " WHERE medium = %" PRId64
	    " AND side = 0;"
	    "DELETE FROM blob WHERE medium = %" PRId64 ";"
	    "UPDATE medium SET state = 'deleted' WHERE id = %" PRId64,
	    video, photo, video, photo, photo, photo);
	village_sql(&v, sql);
	first = still("the first still", "0");
	second = still("the second still", "2000");
}

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	(void)village_draft(&v, FOXES, 0); /* so that no two numbers agree */
	(void)village_draft(&v, FOXES, 0);
	post = village_draft(&v, SQUIRRELS, 0);
	sami = village_deed(&v, SAMI);
	make_video();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	if (db_in_transaction(v.house.db))
		db_rollback(v.house.db);
	village_close(&v);
	return 0;
}

static bool
given(int64_t account, int64_t medium, int side, enum permit_want want)
{
	const struct grant *g;
	bool may = permit_medium(&v.house, v.arena, village_viewer(&v, account),
	    medium, side, want, NOW, TODAY, &g, &v.e);

	if (!may && v.e.kind != ERR_BUSY)
		assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	return may;
}

static bool
plays(int64_t account)
{
	bool lines = given(account, video, 480, PERMIT_SEE);

	if (lines)
		assert_true(given(account, video, 1024, PERMIT_SEE));
	return lines;
}

/* Nothing of it: no bytes, no picture, no page, no line in an album. */
static void
is_not_there(int64_t account)
{
	const struct grant *g;

	assert_false(given(account, video, 240, PERMIT_SEE));
	assert_false(given(account, video, 480, PERMIT_SEE));
	assert_false(given(account, video, 480, PERMIT_DOWNLOAD));
	assert_false(given(account, video, 320, PERMIT_SEE));
	assert_false(given(account, video, 1024, PERMIT_SEE));
	assert_false(given(account, video, 2048, PERMIT_DOWNLOAD));
	assert_false(given(account, video, 0, PERMIT_ORIGINAL));
	assert_false(given(account, first, 1024, PERMIT_SEE));
	assert_false(permit_medium_page(&v.house, v.arena,
	    village_viewer(&v, account), video, 1024, NOW, TODAY, &g, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
}

static void
say_all(void)
{
	village_word(&v, post, first);
	village_word(&v, post, second);
}

static void
publish(void)
{
	village_publish(&v, post, NOW - 60);
}

/* On the second still alone, so that the picture of the video shows nothing. */
static int64_t
box_on(int64_t medium)
{
	const struct box b = {20000, 20000, 9000, 9000};
	int64_t id;

	DONE(db_begin(v.house.db, &v.e));
	DONE(region_draw(&sami, post, medium, &b, &id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	return id;
}

static void
resolve(int64_t medium, int64_t box, enum region_state state, int64_t child)
{
	DONE(db_begin(v.house.db, &v.e));
	DONE(region_resolve(&sami, post, medium, box, state, child, &v.e));
	DONE(db_commit(v.house.db, &v.e));
}

static void
say_boxed(int64_t medium)
{
	struct deed other = village_deed(&v, DIRECTOR);
	enum word_answer a;

	DONE(db_begin(v.house.db, &v.e));
	DONE(word_say(&sami, post, medium, &a, &v.e));
	if (a == WORD_SECOND)
		DONE(word_say(&other, post, medium, &a, &v.e));
	assert_int_equal(a, WORD_DONE);
	DONE(db_commit(v.house.db, &v.e));
}

static struct feed_card
card(int64_t account)
{
	struct feed_query q = {0, FEED_NEWEST, FEED_NEWEST, NOW, TODAY};
	struct feed f;

	DONE(feed_load(&v.house, v.arena, v.org, village_viewer(&v, account),
	    &q, &f, &v.e));
	assert_int_equal(f.n, 1);
	return f.v[0].v[0];
}

static void
a_video_whose_stills_are_all_looked_through_is_played(void **state)
{
	struct feed_card c;

	(void)state;
	say_all();
	publish();
	assert_true(plays(MOTHER));
	assert_true(plays(SAMI));
	assert_true(given(MOTHER, video, 480, PERMIT_DOWNLOAD));
	assert_false(given(GRANNY, video, 480, PERMIT_DOWNLOAD));
	assert_false(given(MOTHER, video, 720, PERMIT_SEE)); /* there is none */
	assert_false(given(MOTHER, video, 0, PERMIT_ORIGINAL));
	assert_true(given(DIRECTOR, video, 0, PERMIT_ORIGINAL));
	is_not_there(FOX_MUM);
	is_not_there(FATHER);
	c = card(MOTHER);
	assert_int_equal(c.photos, 1);
	assert_int_equal(c.videos, 1);
	assert_int_equal(c.thumb.n, 1);
	assert_true(c.thumb.v[0].video);
	assert_int_equal(c.thumb.v[0].duration_ms, 72000);
}

/* Whatever the video's own row says of being cleared. */
static void
a_video_that_was_not_looked_through_between_its_stills_is_not_there(
    void **state)
{
	static const char *const gaps[] = {"gaps = NULL", "gaps = 'left'"};
	struct word_gate g;

	(void)state;
	say_all();
	for (size_t i = 0; i < 2; i++) {
		set(video, gaps[i]);
		DONE(word_gate(&sami, post, &g, &v.e));
		assert_int_equal(g.unlooked, i == 0);
		assert_int_equal(g.unfound, i == 1);
		assert_false(word_gate_open(&g));
	}
	set(video, "gaps = 'looked'");
	DONE(word_gate(&sami, post, &g, &v.e));
	assert_true(word_gate_open(&g));
	publish();
	assert_true(plays(MOTHER));
	for (size_t i = 0; i < 2; i++) {
		set(video, gaps[i]);
		is_not_there(MOTHER);
	}
}

static void
one_still_without_a_word_keeps_it_from_families(void **state)
{
	(void)state;
	village_word(&v, post, first);
	publish();
	is_not_there(MOTHER);
	assert_true(plays(SAMI));
	village_word(&v, post, second);
	assert_true(plays(MOTHER));
	/* Whatever the video's own row says. */
	set(second, "cleared = 0");
	is_not_there(MOTHER);
	set(second, "cleared = 1");
	set(second, "state = 'queued'");
	is_not_there(MOTHER);
}

static void
a_video_without_a_still_is_shown_to_no_family(void **state)
{
	(void)state;
	say_all();
	publish();
	assert_true(plays(MOTHER));
	village_sql(&v,
	    "DELETE FROM cover; DELETE FROM face_word; DELETE FROM region;"
	    "DELETE FROM blob WHERE medium IN"
	    " (SELECT id FROM medium WHERE kind = 'still');"
	    "DELETE FROM medium WHERE kind = 'still'");
	is_not_there(MOTHER);
}

static void
stills_are_for_the_staff(void **state)
{
	(void)state;
	say_all();
	publish();
	assert_true(given(SAMI, first, 1024, PERMIT_SEE));
	assert_true(given(SAMI, second, 1024, PERMIT_SEE));
	assert_false(given(MOTHER, first, 1024, PERMIT_SEE));
	assert_false(given(MOTHER, second, 320, PERMIT_SEE));
	/* And while the video is ready alone. */
	set(video, "state = 'queued'");
	assert_false(given(SAMI, first, 1024, PERMIT_SEE));
}

static void
a_mask_on_one_still_hides_the_video_from_everybody(void **state)
{
	const struct grant *g;
	struct album al;
	int64_t box;

	(void)state;
	village_word(&v, post, first);
	box = box_on(second);
	resolve(second, box, REGION_MASK, 0);
	say_boxed(second);
	publish();
	is_not_there(MOTHER);
	is_not_there(GRANNY);
	assert_int_equal(card(MOTHER).photos, 0);
	assert_int_equal(card(MOTHER).thumb.n, 0);
	/* Staff are told, and see the picture. */
	assert_false(given(SAMI, video, 480, PERMIT_SEE));
	assert_true(given(SAMI, video, 1024, PERMIT_SEE));
	DONE(permit_medium_page(&v.house, v.arena, village_viewer(&v, SAMI),
	    video, 1024, NOW, TODAY, &g, &v.e));
	assert_true(grant_withheld(g));
	assert_int_equal(card(SAMI).photos, 1);
	DONE(album_load(&v.house, v.arena, v.org, g, ALBUM_READY, &al, &v.e));
	assert_int_equal(al.n, 1);
	assert_true(al.v[0].video);
}

static void
a_child_who_may_not_be_shown_leaves_it_to_its_own_family(void **state)
{
	int64_t box;

	(void)state;
	village_word(&v, post, first);
	box = box_on(second);
	resolve(second, box, REGION_CHILD, LEA);
	say_boxed(second);
	publish();
	/* In the village nobody has answered. */
	assert_true(plays(MOTHER));
	assert_true(plays(GRANNY));
	resolve(second, box, REGION_CHILD, NOAH);
	is_not_there(MOTHER);
	is_not_there(GRANNY);
	resolve(second, box, REGION_ADULT, 0);
	assert_true(plays(MOTHER));
}

static void
who_asks_to_hide_a_face_hides_the_video_at_once(void **state)
{
	struct deed mother = village_deed(&v, MOTHER);

	(void)state;
	say_all();
	publish();
	assert_true(plays(GRANNY));
	DONE(db_begin(v.house.db, &v.e));
	DONE(mask_ask(&mother, post, video, 100, 100, REGION_UNITS / 8, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	is_not_there(GRANNY);
	is_not_there(MOTHER);
	assert_int_equal(village_count(&v, "mask_request"), 1);
}

static void
an_album_waits_for_the_stills_of_its_videos(void **state)
{
	struct word_gate gate;

	(void)state;
	DONE(word_gate(&sami, post, &gate, &v.e));
	assert_int_equal(gate.unsaid, 2);
	assert_false(word_gate_open(&gate));
	set(second, "state = 'queued'");
	village_word(&v, post, first);
	DONE(word_gate(&sami, post, &gate, &v.e));
	assert_int_equal(gate.unsaid, 0);
	assert_int_equal(gate.unlooked, 1);
	assert_false(word_gate_open(&gate));
	set(second, "state = 'ready'");
	village_word(&v, post, second);
	DONE(word_gate(&sami, post, &gate, &v.e));
	assert_true(word_gate_open(&gate));
}

static void
one_word_is_for_all_stills_without_an_open_box(void **state)
{
	struct word_list l;
	int64_t n;

	(void)state;
	(void)box_on(second);
	DONE(db_begin(v.house.db, &v.e));
	DONE(word_say_video(&sami, post, video, &n, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(n, 1);
	DONE(word_of_post(&sami, post, &l, &v.e));
	assert_int_equal(l.n, 2);
	assert_int_equal(l.v[0].id, first);
	assert_int_equal(l.v[0].video, video);
	assert_int_equal(l.v[0].words, 1);
	assert_int_equal(l.v[1].words, 0);
	assert_int_equal(l.v[1].at_ms, 2000);
}

static void
the_team_reads_beforehand_who_will_not_see_it(void **state)
{
	struct face_unseen_list l;
	int64_t box;

	(void)state;
	DONE(face_unseen(&sami, post, &l, &v.e));
	assert_int_equal(l.n, 0);
	box = box_on(second);
	resolve(second, box, REGION_CHILD, NOAH);
	DONE(face_unseen(&sami, post, &l, &v.e));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].video, video);
	assert_false(l.v[0].nobody);
	assert_int_equal(l.v[0].n, 1);
	assert_int_equal(l.hidden.n, 1);
	assert_int_equal(l.hidden.v[0].id, NOAH);
	resolve(second, box, REGION_MASK, 0);
	DONE(face_unseen(&sami, post, &l, &v.e));
	assert_int_equal(l.n, 1);
	assert_true(l.v[0].nobody);
}

static void
a_video_goes_with_its_stills_and_no_still_goes_alone(void **state)
{
	struct photos_gone gone;
	size_t files = village_files(&v);

	(void)state;
	say_all();
	DONE(db_begin(v.house.db, &v.e));
	assert_false(medium_delete(
	    &sami, village_edit(&v, SAMI, post), first, false, &gone, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	db_rollback(v.house.db);
	assert_int_equal(village_files(&v), files);
	assert_true(village_delete(&v, SAMI, post, video, false));
	assert_int_equal(village_count(&v, "medium WHERE kind <> 'photo'"
					   " AND state <> 'deleted'"),
	    0);
	assert_int_equal(
	    village_count(&v, "blob WHERE key_wrapped IS NOT NULL"), 0);
	assert_int_equal(village_count(&v, "face_word"), 0);
}

static void
what_a_backup_brings_back_of_a_video_goes_again(void **state)
{
	struct erasure_report report;

	(void)state;
	village_sql(&v, "CREATE TABLE kept AS SELECT id, key_wrapped FROM blob;"
			"CREATE TABLE was AS SELECT id, state FROM medium");
	assert_true(village_delete(&v, SAMI, post, video, false));
	/* As on the day of the backup, when stills had other names. */
	village_sql(&v,
	    "UPDATE blob SET key_wrapped = (SELECT k.key_wrapped FROM kept k"
	    " WHERE k.id = blob.id);"
	    "UPDATE medium SET state = (SELECT w.state FROM was w"
	    " WHERE w.id = medium.id);"
	    "UPDATE blob SET name = lower(hex(randomblob(16))) WHERE medium IN"
	    " (SELECT id FROM medium WHERE kind = 'still')");
	DONE(erasure_replay(&v.house, NULL, &report, &v.e));
	assert_int_equal(
	    village_count(&v, "blob WHERE key_wrapped IS NOT NULL"), 0);
}

static void
stills_of_a_locked_video_are_kept_and_unseen(void **state)
{
	(void)state;
	say_all();
	village_sql(&v,
	    "INSERT INTO stopping (organisation, medium, post, uploader, cause,"
	    " stage, stopped_at) SELECT organisation, id, post, uploader,"
	    " 'list', 'rescan', 1 FROM medium WHERE kind = 'video';"
	    "UPDATE medium SET state = 'locked' WHERE kind = 'video'");
	assert_false(given(SAMI, first, 1024, PERMIT_SEE));
	assert_false(given(DIRECTOR, video, 1024, PERMIT_SEE));
	DONE(db_begin(v.house.db, &v.e));
	assert_false(erasure_medium(&v.house, v.arena, first, NOW, &v.e));
	assert_int_equal(v.e.kind, ERR_CONFLICT);
	db_rollback(v.house.db);
}

static void
a_stopped_still_stops_its_video_and_the_others(void **state)
{
	(void)state;
	say_all();
	village_sql(&v,
	    "INSERT INTO stopping (organisation, medium, post, uploader, cause,"
	    " stage, stopped_at) SELECT organisation, id, post, uploader,"
	    " 'list', 'rescan', 1 FROM medium WHERE kind = 'still' AND at_ms = "
	    "0;"
	    "UPDATE medium SET state = 'locked'"
	    " WHERE kind = 'still' AND at_ms = 0");
	is_not_there(MOTHER);
	is_not_there(SAMI);
	is_not_there(DIRECTOR);
	assert_false(given(SAMI, second, 1024, PERMIT_SEE));
	DONE(db_begin(v.house.db, &v.e));
	assert_false(erasure_medium(&v.house, v.arena, video, NOW, &v.e));
	assert_int_equal(v.e.kind, ERR_CONFLICT);
	db_rollback(v.house.db);
}

static void
a_still_is_at_the_place_of_its_video(void **state)
{
	int64_t photo = village_photo(&v, post, "another");
	struct album al;

	(void)state;
	DONE(db_begin(v.house.db, &v.e));
	DONE(medium_move(
	    &sami, village_edit(&v, SAMI, post), video, MOVE_LAST, 0, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	DONE(album_load(&v.house, v.arena, v.org, village_edit(&v, SAMI, post),
	    ALBUM_WHOLE, &al, &v.e));
	assert_int_equal(al.n, 2);
	assert_int_equal(al.v[0].id, photo);
	assert_int_equal(al.v[1].id, video);
	assert_int_equal(
	    village_count(&v, "medium s JOIN medium m ON m.id = s.video"
			      " WHERE s.position = m.position"),
	    2);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(a_video_whose_stills_are_all_looked_through_is_played),
	    T(a_video_that_was_not_looked_through_between_its_stills_is_not_there),
	    T(one_still_without_a_word_keeps_it_from_families),
	    T(a_video_without_a_still_is_shown_to_no_family),
	    T(stills_are_for_the_staff),
	    T(a_mask_on_one_still_hides_the_video_from_everybody),
	    T(a_child_who_may_not_be_shown_leaves_it_to_its_own_family),
	    T(who_asks_to_hide_a_face_hides_the_video_at_once),
	    T(an_album_waits_for_the_stills_of_its_videos),
	    T(one_word_is_for_all_stills_without_an_open_box),
	    T(the_team_reads_beforehand_who_will_not_see_it),
	    T(a_video_goes_with_its_stills_and_no_still_goes_alone),
	    T(what_a_backup_brings_back_of_a_video_goes_again),
	    T(stills_of_a_locked_video_are_kept_and_unseen),
	    T(a_stopped_still_stops_its_video_and_the_others),
	    T(a_still_is_at_the_place_of_its_video),
	};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
