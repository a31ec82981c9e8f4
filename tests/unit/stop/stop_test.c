/* A medium that is stopped: what the data refuses, what waits, who decides,
 * and how it goes on. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "erasure/erasure.h"
#include "hash/kind.h"
#include "jobs/intake.h"
#include "list/list.h"
#include "stop/circle.h"
#include "stop/decide.h"
#include "stop/near.h"
#include "stop/register.h"
#include "stop/stop.h"
#include "village.h"

static struct village v;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	village_sql(&v,
	    "INSERT INTO list (id, name, source, format, takes, created_by,"
	    " created_at, generation, entries_file, proposed_by, enabled,"
	    " enabled_by) VALUES"
	    " (1, 'Essais', 'une maison', 'text', 'whole', 1, 1, 1, 'a', 1, 1,"
	    " 4), (2, 'Autres', 'ailleurs', 'text', 'whole', 1, 1, 1, 'b', 1,"
	    " 1, 4)");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

/* ---- helpers ---- */

#define text(...) (arena_fmt(v.arena, __VA_ARGS__).p)
#define count(...) village_count(&v, text(__VA_ARGS__))

/* A photo on its way in, sent by that person. */
static int64_t
sent(int64_t uploader, int64_t post, const char *bytes)
{
	int64_t id;

	assert_int_equal(village_send(&v, post, str_c(bytes), &id), 0);
	village_sql(&v,
	    text("UPDATE medium SET uploader = %" PRId64 " WHERE id = %" PRId64,
		uploader, id));
	return id;
}

static int64_t
ready(int64_t uploader, int64_t post, const char *bytes)
{
	int64_t id = sent(uploader, post, bytes);

	assert_true(village_take_in(&v, id, str_c(bytes)));
	return id;
}

/* An entry of that list: 32 bytes of the same value. */
static struct stop_hit
hit_of(int64_t list, uint8_t byte, int64_t distance)
{
	uint8_t *value = NEW_N(v.arena, uint8_t, 32);

	memset(value, byte, 32);
	return (struct stop_hit){.list = list,
	    .generation = 1,
	    .number = byte,
	    .entry = {.kind = HASH_PDQ,
		.value = {(const char *)value, 32},
		.id = S("E-1"),
		.scheme = S("essai"),
		.category = S("A")},
	    .value = {(const char *)value, 32},
	    .quality = 90,
	    .distance = distance,
	    .threshold = 31};
}

static bool
stop(int64_t medium, struct stop_hit hit, enum stop_stage stage)
{
	struct stop_hits hits = {&hit, 1};
	bool stopped;

	DONE(stop_medium(
	    &v.house, v.arena, medium, &hits, stage, NOW, &stopped, &v.e));
	return stopped;
}

static int64_t
case_of(int64_t medium)
{
	for (int64_t id = 1; id < 100; id++)
		if (count("stopping WHERE id = %" PRId64
			  " AND medium = %" PRId64 " AND outcome IS NULL",
			id, medium) == 1)
			return id;
	fail_msg("no case of medium %" PRId64, medium);
	return 0;
}

static void
assert_state(int64_t medium, const char *state)
{
	if (count("medium WHERE state = '%s' AND id = %" PRId64, state,
		medium) != 1)
		fail_msg("medium %" PRId64 " is not %s", medium, state);
}

#define DECIDE(who, call)                              \
	do {                                           \
		struct deed d = village_deed(&v, who); \
		DONE(db_begin(v.house.db, &v.e));      \
		DONE(call);                            \
		DONE(db_commit(v.house.db, &v.e));     \
	} while (0)

/* The call is refused, and nothing is left of it. */
#define REFUSED(who, how, call)                        \
	do {                                           \
		struct deed d = village_deed(&v, who); \
		DONE(db_begin(v.house.db, &v.e));      \
		assert_false(call);                    \
		assert_int_equal(v.e.kind, how);       \
		db_rollback(v.house.db);               \
	} while (0)

static void
name_handler(int64_t account, int64_t until)
{
	DECIDE(DIRECTOR, handler_name(&d, account, until, S("inside"), &v.e));
}

/* ---- what is locked ---- */

static void
a_hit_locks_the_medium_and_writes_everything_down(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t m = sent(SAMI, post, "one");

	(void)state;
	assert_true(stop(m, hit_of(1, 7, 9), STOP_INTAKE));
	assert_state(m, "locked");
	assert_int_equal(count("blob WHERE medium = %" PRId64, m), 1);
	assert_int_equal(count("job WHERE subject = %" PRId64, m), 0);
	assert_int_equal(village_files(&v), 1);
	assert_int_equal(
	    village_count(&v, "stop_hit WHERE list = 1 AND distance = 9 AND"
			      " threshold = 31 AND quality = 90 AND"
			      " list_name = 'Essais' AND entry_name = 'E-1'"),
	    1);
	assert_int_equal(
	    village_count(&v, "signal WHERE rule = 'known-material'"), 1);
	assert_int_equal(
	    village_count(&v, "stop_event WHERE deed = 'stopped'"), 1);
	assert_int_equal(
	    village_count(&v, "legal_hold WHERE ended_at IS NULL"), 1);
	assert_int_equal(
	    village_count(&v, "audit WHERE action = 'medium-stopped'"), 1);
	assert_int_equal(
	    village_count(&v, "list_hit WHERE uploader = 2 AND hits = 1"), 1);
}

static void
nobody_sees_or_changes_what_is_locked(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t m = ready(SAMI, post, "one");

	(void)state;
	village_word(&v, post, m);
	village_publish(&v, post, NOW - 60);
	assert_true(village_sees(&v, MOTHER, m, PERMIT_SEE));
	assert_true(stop(m, hit_of(1, 7, 9), STOP_RESCAN));
	for (int64_t who = DIRECTOR; who <= FOX_MUM; who++)
		for (int want = PERMIT_SEE; want <= PERMIT_ORIGINAL; want++)
			assert_false(
			    village_sees(&v, who, m, (enum permit_want)want));
	assert_int_equal(
	    count("post WHERE photos = 0 AND id = %" PRId64, post), 1);
}

static void
the_data_itself_refuses_to_lose_what_is_locked(void **state)
{
	static const char *const tries[] = {
	    "DELETE FROM medium WHERE state = 'locked'",
	    "UPDATE medium SET state = 'deleted'",
	    "UPDATE medium SET state = 'ready' WHERE state = 'locked'",
	    "UPDATE medium SET state = 'queued' WHERE state = 'locked'",
	    "UPDATE medium SET state = 'refused' WHERE state = 'locked'",
	    "UPDATE medium SET uploader = 1 WHERE state = 'locked'",
	    "UPDATE medium SET name_enc = NULL WHERE state = 'locked'",
	    "UPDATE medium SET bytes_digest = NULL WHERE state = 'locked'",
	    "UPDATE medium SET caption_enc = x'00' WHERE state = 'locked'",
	    "UPDATE blob SET key_wrapped = NULL",
	    "UPDATE blob SET name = 'x'",
	    "DELETE FROM blob",
	    "INSERT INTO blob (medium, side, name, bytes, width, height, type,"
	    " created_at) SELECT id, 1024, 'y', 1, 1, 1, 'image/jpeg', 1"
	    " FROM medium",
	    "UPDATE medium_hash SET hash = x'00'",
	    "DELETE FROM medium_hash",
	    "DELETE FROM stopping",
	    "DELETE FROM stop_hit",
	    "DELETE FROM stop_event",
	    "UPDATE stop_event SET deed = 'released'",
	};
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t m = sent(SAMI, post, "one");
	struct err e;

	(void)state;
	village_sql(
	    &v, text("INSERT INTO medium_hash (hash_kind, medium, pipeline,"
		     " hypothesis, frame, hash) VALUES (18, %" PRId64
		     ", 0, 0, 0, x'11')",
		    m));
	assert_true(stop(m, hit_of(1, 7, 9), STOP_INTAKE));
	for (size_t i = 0; i < sizeof(tries) / sizeof(*tries); i++)
		if (db_exec(v.house.db, tries[i], &e))
			fail_msg("done: %s", tries[i]);
	assert_state(m, "locked");
	/* Its place in the album is nobody's evidence. */
	village_sql(&v, "UPDATE medium SET position = 9");
}

static void
nothing_is_locked_without_a_case(void **state)
{
	int64_t m = sent(SAMI, village_draft(&v, SQUIRRELS, 0), "one");
	struct err e;

	(void)state;
	assert_false(
	    db_exec(v.house.db, "UPDATE medium SET state = 'locked'", &e));
	assert_state(m, "queued");
}

static void
an_erasure_of_the_child_waits_until_the_hold_ends(void **state)
{
	int64_t post = village_draft(&v, 0, LEA);
	int64_t m = sent(SAMI, post, "one"), other = ready(DIRECTOR, post, "2");
	int64_t held = 0, released;

	(void)state;
	name_handler(FOX_STAFF, TODAY);
	assert_true(stop(m, hit_of(1, 7, 9), STOP_INTAKE));
	DONE(db_begin(v.house.db, &v.e));
	DONE(erasure_child(&v.house, v.arena, LEA, NOW, &held, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(held, 1);
	assert_state(m, "locked");
	assert_state(other, "deleted");
	assert_int_equal(
	    village_count(&v, "child WHERE erased_at IS NOT NULL AND id = 1"),
	    1);
	assert_int_equal(
	    village_count(&v, "legal_hold WHERE erasure_wanted_at IS NOT NULL"),
	    1);
	DECIDE(SAFETY, decide_wrong(&d, case_of(m), false, S("not so"), &v.e));
	DECIDE(FOX_STAFF,
	    decide_agree(&d, case_of(m), S("I agree"), &released, &v.e));
	assert_state(m, "deleted");
	assert_int_equal(count("blob WHERE key_wrapped IS NOT NULL AND medium"
			       " = %" PRId64,
			     m),
	    0);
}

static void
no_erasure_touches_what_is_locked_nor_what_waits_beside_it(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t beside = ready(SAMI, post, "two"), m = sent(SAMI, post, "one");
	struct deed d = village_deed(&v, SAMI);
	struct erasure_report report;
	struct photos_gone gone;

	(void)state;
	assert_true(stop(m, hit_of(1, 7, 9), STOP_INTAKE));
	assert_state(beside, "held");
	assert_false(village_delete(&v, SAMI, post, m, false));
	assert_int_equal(v.e.kind, ERR_CONFLICT);
	assert_false(village_delete(&v, SAMI, post, beside, false));
	assert_int_equal(v.e.kind, ERR_CONFLICT);
	DONE(db_begin(v.house.db, &v.e));
	assert_false(
	    post_discard(&d, village_edit(&v, SAMI, post), &gone, &v.e));
	assert_int_equal(v.e.kind, ERR_CONFLICT);
	db_rollback(v.house.db);
	assert_state(m, "locked");
	assert_state(beside, "held");
	assert_int_equal(
	    village_count(&v, "blob WHERE key_wrapped IS NULL"), 0);
	/* Nor does the journal of another day. */
	DONE(erasure_replay(&v.house, NULL, &report, &v.e));
	assert_state(m, "locked");
}

/* ---- what waits beside it ---- */

static void
what_the_uploader_was_about_to_publish_waits(void **state)
{
	int64_t here = village_draft(&v, SQUIRRELS, 0);
	int64_t evening = village_draft(&v, SQUIRRELS, 0);
	int64_t shown = village_draft(&v, SQUIRRELS, 0);
	int64_t a = ready(SAMI, here, "a"), b = ready(SAMI, evening, "b");
	int64_t c = ready(SAMI, shown, "c");
	int64_t late = sent(SAMI, shown, "d");
	int64_t foreign = ready(FOX_STAFF, here, "e");
	int64_t m = sent(SAMI, here, "f");
	struct deed sami = village_deed(&v, SAMI);
	enum publish_answer answer;
	int64_t released;

	(void)state;
	name_handler(FOX_STAFF, TODAY);
	village_word(&v, evening, b);
	village_word(&v, shown, c);
	village_publish(&v, evening, NOW + 3600);
	village_publish(&v, shown, NOW - 60);
	assert_true(stop(m, hit_of(1, 7, 9), STOP_INTAKE));
	assert_state(a, "held");
	assert_state(b, "held");
	assert_state(c, "ready");
	assert_state(foreign, "ready");
	assert_true(village_take_in(&v, late, S("d")));
	assert_state(late, "held");
	assert_false(village_sees(&v, MOTHER, late, PERMIT_SEE));
	assert_true(village_sees(&v, MOTHER, c, PERMIT_SEE));
	assert_int_equal(
	    count("post WHERE state = 'draft' AND id = %" PRId64, evening), 1);
	DONE(post_publish(
	    &sami, village_edit(&v, SAMI, here), NOW, &answer, &v.e));
	assert_int_equal(answer, PUBLISH_HELD);
	assert_false(db_exec(v.house.db,
	    text("UPDATE post SET state = 'published', publish_at = 1"
		 " WHERE id = %" PRId64,
		here),
	    &v.e));
	assert_false(db_exec(v.house.db,
	    text("UPDATE medium SET state = 'ready' WHERE id = %" PRId64, a),
	    &v.e));
	DECIDE(SAFETY, decide_wrong(&d, case_of(m), false, S("no"), &v.e));
	DECIDE(
	    FOX_STAFF, decide_agree(&d, case_of(m), S("no"), &released, &v.e));
	assert_int_equal(released, 1);
	assert_state(a, "ready");
	assert_state(b, "ready");
	assert_state(late, "ready");
	assert_state(m, "queued");
	assert_int_equal(
	    count("job WHERE kind = 'intake' AND subject = %" PRId64, m), 1);
	assert_int_equal(
	    village_count(
		&v, text("post WHERE state = 'published' AND id = %" PRId64
			 " AND publish_at = %" PRId64,
			evening, NOW + 3600)),
	    1);
	assert_int_equal(
	    village_count(&v, "legal_hold WHERE ended_at IS NULL"), 0);
}

static void
two_cases_hold_the_same_album_until_both_are_over(void **state)
{
	int64_t evening = village_draft(&v, SQUIRRELS, 0);
	int64_t a = ready(SAMI, evening, "a");
	int64_t one = sent(SAMI, evening, "b"), two = sent(SAMI, evening, "c");

	(void)state;
	village_publish(&v, evening, NOW + 3600);
	assert_true(stop(one, hit_of(1, 7, 9), STOP_INTAKE));
	assert_true(stop(two, hit_of(1, 8, 9), STOP_INTAKE));
	DECIDE(SAFETY, decide_free_rest(&d, case_of(one), S("so"), &v.e));
	assert_state(a, "held");
	assert_int_equal(
	    count("post WHERE state = 'draft' AND id = %" PRId64, evening), 1);
	DECIDE(SAFETY, decide_free_rest(&d, case_of(two), S("so"), &v.e));
	assert_state(a, "ready");
	assert_state(one, "locked");
	assert_int_equal(
	    count("post WHERE state = 'published' AND id = %" PRId64, evening),
	    1);
}

/* ---- who decides ---- */

static size_t
circle_size(int64_t stopping)
{
	struct circle c;

	DONE(circle_of(&v.house, v.arena, v.org, stopping, TODAY, &c, &v.e));
	return c.n;
}

static bool
in_circle(int64_t stopping, int64_t account)
{
	struct circle c;

	DONE(circle_of(&v.house, v.arena, v.org, stopping, TODAY, &c, &v.e));
	return circle_has(&c, account);
}

static void
nobody_decides_about_what_she_sent(void **state)
{
	int64_t m = sent(SAFETY, village_draft(&v, SQUIRRELS, 0), "one");
	int64_t id, n;
	bool handler;

	(void)state;
	assert_true(stop(m, hit_of(1, 7, 9), STOP_INTAKE));
	id = case_of(m);
	assert_false(in_circle(id, SAFETY));
	assert_false(in_circle(id, SAMI)); /* whose album it is */
	assert_true(in_circle(id, DIRECTOR));
	assert_int_equal(circle_size(id), 1);
	REFUSED(SAFETY, ERR_NOT_FOUND, decide_confirm(&d, id, S("x"), &v.e));
	REFUSED(SAMI, ERR_NOT_FOUND, decide_confirm(&d, id, S("x"), &v.e));
	REFUSED(FOX_STAFF, ERR_NOT_FOUND, decide_confirm(&d, id, S("x"), &v.e));
	REFUSED(MOTHER, ERR_NOT_FOUND, decide_confirm(&d, id, S("x"), &v.e));
	DONE(circle_waiting(
	    &v.house, v.arena, 1, SAFETY, TODAY, &handler, &n, &v.e));
	assert_true(handler);
	assert_int_equal(n, 0);
	DONE(circle_unattended(&v.house, v.arena, 1, TODAY, &n, &v.e));
	assert_int_equal(n, 1);
	name_handler(FOX_STAFF, TODAY);
	assert_int_equal(circle_size(id), 2);
	DONE(circle_unattended(&v.house, v.arena, 1, TODAY, &n, &v.e));
	assert_int_equal(n, 0);
}

static void
a_director_who_sent_it_is_not_told_why(void **state)
{
	int64_t m = sent(DIRECTOR, village_draft(&v, SQUIRRELS, 0), "one");
	int64_t id, n;
	bool handler;

	(void)state;
	village_sql(&v, "UPDATE account SET state = 'suspended' WHERE id = 4");
	assert_true(stop(m, hit_of(1, 7, 9), STOP_INTAKE));
	id = case_of(m);
	assert_int_equal(circle_size(id), 0);
	DONE(circle_waiting(
	    &v.house, v.arena, 1, DIRECTOR, TODAY, &handler, &n, &v.e));
	assert_int_equal(n, 0);
	DONE(circle_unattended(&v.house, v.arena, 1, TODAY, &n, &v.e));
	assert_int_equal(n, 1);
	REFUSED(
	    DIRECTOR, ERR_NOT_FOUND, decide_wrong(&d, id, false, S("x"), &v.e));
}

static void
the_director_stands_in_only_while_two_handlers_are_missing(void **state)
{
	int64_t m = sent(SAMI, village_draft(&v, SQUIRRELS, 0), "one");
	int64_t id;

	(void)state;
	assert_true(stop(m, hit_of(1, 7, 9), STOP_INTAKE));
	id = case_of(m);
	assert_true(in_circle(id, DIRECTOR));
	name_handler(FOX_STAFF, TODAY);
	assert_false(in_circle(id, DIRECTOR));
	assert_true(in_circle(id, FOX_STAFF));
	/* Her check ends with the day. */
	village_sql(&v, "UPDATE handler SET checked_until_on = 20599");
	assert_false(in_circle(id, FOX_STAFF));
	assert_true(in_circle(id, DIRECTOR));
}

static void
a_release_needs_two_people(void **state)
{
	int64_t m = sent(SAMI, village_draft(&v, SQUIRRELS, 0), "one");
	int64_t id, released;

	(void)state;
	assert_true(stop(m, hit_of(1, 7, 9), STOP_INTAKE));
	id = case_of(m);
	REFUSED(DIRECTOR, ERR_CONFLICT,
	    decide_agree(&d, id, S("x"), &released, &v.e));
	DECIDE(SAFETY, decide_wrong(&d, id, false, S("no"), &v.e));
	assert_state(m, "locked");
	REFUSED(
	    SAFETY, ERR_DENIED, decide_agree(&d, id, S("x"), &released, &v.e));
	DECIDE(DIRECTOR, decide_disagree(&d, id, S("yes"), &v.e));
	assert_state(m, "locked");
	REFUSED(DIRECTOR, ERR_CONFLICT,
	    decide_agree(&d, id, S("x"), &released, &v.e));
	DECIDE(DIRECTOR, decide_wrong(&d, id, false, S("no"), &v.e));
	DECIDE(SAFETY, decide_agree(&d, id, S("no"), &released, &v.e));
	assert_state(m, "queued");
	assert_int_equal(
	    village_count(&v, "stop_event WHERE note_enc IS NOT NULL"),
	    4 + 1 /* the release */);
}

static void
what_is_confirmed_stays(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t a = ready(SAMI, post, "a"), m = sent(SAMI, post, "one");
	int64_t id;
	struct err e;

	(void)state;
	assert_true(stop(m, hit_of(1, 7, 9), STOP_INTAKE));
	id = case_of(m);
	DECIDE(SAFETY, decide_confirm(&d, id, S("yes"), &v.e));
	assert_state(m, "locked");
	assert_state(a, "held");
	assert_false(db_exec(v.house.db,
	    "UPDATE medium SET state = 'queued' WHERE state = 'locked'", &e));
	REFUSED(
	    SAFETY, ERR_CONFLICT, decide_wrong(&d, id, false, S("x"), &v.e));
	assert_int_equal(
	    village_count(&v, "list_feedback WHERE verdict = 'right'"), 1);
	DECIDE(SAFETY, decide_free_rest(&d, id, S("so"), &v.e));
	assert_state(a, "ready");
	assert_state(m, "locked");
}

/* ---- what is let go ---- */

static void
a_wrong_entry_lets_go_what_only_it_held(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t one = sent(SAMI, post, "1"), two = ready(SAMI, post, "2");
	int64_t both = sent(SAMI, post, "3"), other = sent(SAMI, post, "4");
	struct stop_hit hit[] = {hit_of(1, 7, 3), hit_of(2, 9, 5)};
	struct stop_hits hits = {hit, 2};
	int64_t id, released;
	bool stopped;

	(void)state;
	assert_true(stop(one, hit[0], STOP_INTAKE));
	assert_true(stop(two, hit[0], STOP_RESCAN));
	DONE(stop_medium(
	    &v.house, v.arena, both, &hits, STOP_INTAKE, NOW, &stopped, &v.e));
	assert_true(stopped);
	assert_true(stop(other, hit[1], STOP_INTAKE));
	id = case_of(one);
	DECIDE(SAFETY, decide_wrong(&d, id, false, S("no"), &v.e));
	DECIDE(DIRECTOR, decide_agree(&d, id, S("no"), &released, &v.e));
	assert_int_equal(released, 2);
	assert_state(one, "queued");
	assert_state(both, "locked");
	assert_state(other, "locked");
	/* Prepared already, and held by the two that are left. */
	assert_state(two, "held");
	assert_int_equal(
	    village_count(&v, "list_entry_off WHERE list = 1 AND off_by = 1"
			      " AND on_at IS NULL"),
	    1);
	assert_int_equal(
	    village_count(&v, "list_feedback WHERE verdict = 'wrong'"), 1);
	/* It stops nothing more, and nothing of the other entry is forgotten.
	 */
	assert_false(stop(one, hit[0], STOP_INTAKE));
	assert_true(stop(one, hit[1], STOP_INTAKE));
}

static void
a_wrong_list_lets_go_all_that_only_it_held(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t one = sent(SAMI, post, "1"), two = sent(SAMI, post, "2");
	int64_t id, released;

	(void)state;
	assert_true(stop(one, hit_of(1, 7, 3), STOP_INTAKE));
	assert_true(stop(two, hit_of(1, 8, 3), STOP_INTAKE));
	id = case_of(one);
	DECIDE(SAFETY, decide_wrong(&d, id, true, S("no"), &v.e));
	DECIDE(DIRECTOR, decide_agree(&d, id, S("no"), &released, &v.e));
	assert_int_equal(released, 2);
	assert_state(one, "queued");
	assert_state(two, "queued");
	assert_int_equal(
	    village_count(&v, "list WHERE id = 1 AND enabled = 0"), 1);
	assert_false(stop(one, hit_of(1, 7, 3), STOP_INTAKE));
}

static void
a_medium_that_was_prepared_goes_back_to_the_families(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t m = ready(SAMI, post, "1");
	int64_t id, released;

	(void)state;
	village_word(&v, post, m);
	village_publish(&v, post, NOW - 60);
	assert_true(stop(m, hit_of(1, 7, 3), STOP_RESCAN));
	assert_false(village_sees(&v, MOTHER, m, PERMIT_SEE));
	id = case_of(m);
	DECIDE(SAFETY, decide_wrong(&d, id, false, S("no"), &v.e));
	DECIDE(DIRECTOR, decide_agree(&d, id, S("no"), &released, &v.e));
	assert_true(village_sees(&v, MOTHER, m, PERMIT_SEE));
	assert_int_equal(
	    count("post WHERE photos = 1 AND id = %" PRId64, post), 1);
}

static void
a_second_list_adds_to_the_same_case(void **state)
{
	int64_t m = sent(SAMI, village_draft(&v, SQUIRRELS, 0), "1");

	(void)state;
	assert_true(stop(m, hit_of(1, 7, 3), STOP_INTAKE));
	assert_true(stop(m, hit_of(2, 9, 8), STOP_RESCAN));
	assert_true(stop(m, hit_of(2, 9, 8), STOP_RESCAN));
	assert_int_equal(village_count(&v, "stopping"), 1);
	assert_int_equal(village_count(&v, "stop_hit"), 2);
}

static void
what_does_not_wait_is_not_stopped(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t m = sent(SAMI, post, "1");
	struct stop_hits none = {NULL, 0};
	struct hashes no_hashes = {NULL, 0};
	bool stopped;

	(void)state;
	DONE(stop_or_pass(
	    &v.house, v.arena, m, &no_hashes, &none, NOW, &stopped, &v.e));
	assert_false(stopped);
	DONE(intake_refuse(&v.house, v.arena, m, "damaged", NOW, &v.e));
	assert_false(stop(m, hit_of(1, 7, 3), STOP_RESCAN));
	assert_false(stop_or_pass(
	    &v.house, v.arena, m, &no_hashes, &none, NOW, &stopped, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	assert_int_equal(village_count(&v, "stopping"), 0);
}

/* ---- pictures that were withdrawn ---- */

static const uint8_t *
pdq_like(uint8_t byte, int flips)
{
	uint8_t *p = NEW_N(v.arena, uint8_t, HASHES_VALUE_MAX);

	/* Eight turns that are far from each other. */
	for (int t = 0; t < 8; t++)
		memset(p + 32 * t, byte ^ (t == 0 ? 0 : 0x11 * t), 32);
	for (int i = 0; i < flips; i++)
		p[i / 8] ^= (uint8_t)(1 << i % 8);
	return p;
}

static struct hashes
hashes_like(uint8_t byte, int flips, uint8_t quality)
{
	struct hash_row *row = NEW_N(v.arena, struct hash_row, 1);

	*row = (struct hash_row){.kind = HASH_PDQ,
	    .quality = quality,
	    .value = {(const char *)pdq_like(byte, flips), HASHES_VALUE_MAX}};
	return (struct hashes){row, 1};
}

static void
withdraw(int64_t post, int64_t medium)
{
	DONE(village_delete(&v, SAMI, post, medium, true));
}

static bool
comes_in(int64_t medium, struct hashes hashes)
{
	struct stop_hits none = {NULL, 0};
	bool stopped;

	DONE(stop_or_pass(
	    &v.house, v.arena, medium, &hashes, &none, NOW, &stopped, &v.e));
	return !stopped;
}

/* A photo of that look, withdrawn for good. */
static void
withdraw_picture(int64_t post, uint8_t byte)
{
	int64_t m = ready(SAMI, post, "picture");
	struct stmt *st;
	bool row;

	village_sql(
	    &v, text("DELETE FROM medium_hash WHERE medium = %" PRId64, m));
	DONE(stmt_get(v.house.db,
	    "INSERT INTO medium_hash (hash_kind, medium, pipeline, hypothesis,"
	    " frame, quality, hash) VALUES (1, ?, 0, 0, 0, 90, ?)",
	    &st, &v.e));
	DONE(stmt_bind_i64(st, 1, m, &v.e));
	DONE(stmt_bind_blob(st, 2,
	    (str){(const char *)pdq_like(byte, 0), HASHES_VALUE_MAX}, &v.e));
	DONE(stmt_step(st, &row, &v.e));
	stmt_done(&st);
	withdraw(post, m);
	assert_int_equal(village_count(&v, "register_entry"), 1);
}

static void
a_withdrawn_picture_that_comes_back_is_held(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t beside = ready(SAMI, post, "beside");
	int64_t back, medium = 0;

	(void)state;
	withdraw_picture(post, 0x5a);
	back = sent(SAMI, post, "back");
	assert_true(comes_in(back, hashes_like(0x5a, 32, 90)));
	assert_true(comes_in(back, hashes_like(0x5a, 0, 49)));
	assert_false(comes_in(back, hashes_like(0x5a, 31, 90)));
	assert_state(back, "held");
	assert_state(beside, "ready");
	assert_int_equal(
	    village_count(&v, "stopping WHERE cause = 'withdrawn'"), 1);
	assert_int_equal(village_count(&v, "legal_hold"), 0);
	assert_int_equal(village_count(&v, "stop_hold"), 0);
	assert_false(village_sees(&v, SAMI, back, PERMIT_SEE));
	DECIDE(
	    SAFETY, decide_keep_out(&d, case_of(back), S("no"), &medium, &v.e));
	assert_int_equal(medium, back);
	assert_state(back, "deleted");
}

static void
a_turned_copy_is_the_same_picture(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	uint8_t *turned = NEW_N(v.arena, uint8_t, HASHES_VALUE_MAX);
	struct hashes hashes = hashes_like(0x77, 0, 90);
	int64_t back;

	(void)state;
	withdraw_picture(post, 0x5a);
	memcpy(turned, hashes.v[0].value.p, HASHES_VALUE_MAX);
	memset(turned + 32 * 3, 0x5a, 32);
	hashes.v[0].value.p = (const char *)turned;
	back = sent(SAMI, post, "back");
	assert_false(comes_in(back, hashes));
	assert_int_equal(village_count(&v, "stop_hit WHERE transform = 3"), 1);
}

static void
a_picture_that_is_let_in_is_not_stopped_again(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t back, again;

	(void)state;
	withdraw_picture(post, 0x5a);
	back = sent(SAMI, post, "back");
	assert_false(comes_in(back, hashes_like(0x5a, 3, 90)));
	DECIDE(SAFETY, decide_let_in(&d, case_of(back), S("yes"), &v.e));
	assert_state(back, "queued");
	assert_true(comes_in(back, hashes_like(0x5a, 3, 90)));
	again = sent(SAMI, post, "again");
	assert_false(comes_in(again, hashes_like(0x5a, 3, 90)));
}

static void
each_organisation_has_its_own_register(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0), org, gone;
	struct hashes hashes = hashes_like(0x5a, 0, 90);
	struct stop_hits hits;

	(void)state;
	withdraw_picture(post, 0x5a);
	DONE(db_begin(v.house.db, &v.e));
	DONE(house_org_create(&v.house, v.arena, S("Ailleurs"), S("fr"),
	    S("Europe/Paris"), LANG_FR, 1, &org, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	DONE(register_find(&v.house, v.arena, 1, &hashes, NOW, &hits, &v.e));
	assert_int_equal(hits.n, 1);
	DONE(register_find(&v.house, v.arena, org, &hashes, NOW, &hits, &v.e));
	assert_int_equal(hits.n, 0);
	DONE(register_find(&v.house, v.arena, 1, &hashes,
	    NOW + (int64_t)REGISTER_DAYS * 86400, &hits, &v.e));
	assert_int_equal(hits.n, 0);
	DONE(register_sweep(&v.house, org, NOW + (int64_t)REGISTER_DAYS * 86400,
	    1000, &gone, &v.e));
	assert_true(village_count(&v, "register_entry") > 0);
	DONE(register_sweep(&v.house, 1, NOW + (int64_t)REGISTER_DAYS * 86400,
	    1000, &gone, &v.e));
	assert_int_equal(village_count(&v, "register_entry"), 0);
}

static void
a_held_picture_that_is_on_a_list_is_locked(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t back;

	(void)state;
	withdraw_picture(post, 0x5a);
	back = sent(SAMI, post, "back");
	assert_false(comes_in(back, hashes_like(0x5a, 0, 90)));
	assert_true(stop(back, hit_of(1, 7, 3), STOP_RESCAN));
	assert_state(back, "locked");
	assert_int_equal(village_count(&v, "stopping WHERE cause = 'list'"), 1);
	assert_int_equal(village_count(&v, "stop_hit WHERE off_at IS NULL"), 1);
	assert_int_equal(
	    village_count(&v, "legal_hold WHERE ended_at IS NULL"), 1);
}

static void
photos_that_look_alike_are_named(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t a = ready(SAMI, post, "a"), b = ready(SAMI, post, "bb");
	int64_t c = ready(SAMI, post, "ccc");
	struct near_list near;

	(void)state;
	DONE(near_of_post(&v.house, v.arena, post, &near, &v.e));
	village_sql(&v,
	    text("UPDATE medium_hash SET hash = (SELECT hash FROM medium_hash"
		 " WHERE medium = %" PRId64 " AND hash_kind = 1)"
		 " WHERE medium = %" PRId64 " AND hash_kind = 1",
		a, c));
	DONE(near_of_post(&v.house, v.arena, post, &near, &v.e));
	assert_int_equal(near_like(&near, c), a);
	assert_int_equal(near_like(&near, a), 0);
	(void)b;
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_hit_locks_the_medium_and_writes_everything_down),
	    T(nobody_sees_or_changes_what_is_locked),
	    T(the_data_itself_refuses_to_lose_what_is_locked),
	    T(nothing_is_locked_without_a_case),
	    T(an_erasure_of_the_child_waits_until_the_hold_ends),
	    T(no_erasure_touches_what_is_locked_nor_what_waits_beside_it),
	    T(what_the_uploader_was_about_to_publish_waits),
	    T(two_cases_hold_the_same_album_until_both_are_over),
	    T(nobody_decides_about_what_she_sent),
	    T(a_director_who_sent_it_is_not_told_why),
	    T(the_director_stands_in_only_while_two_handlers_are_missing),
	    T(a_release_needs_two_people),
	    T(what_is_confirmed_stays),
	    T(a_wrong_entry_lets_go_what_only_it_held),
	    T(a_wrong_list_lets_go_all_that_only_it_held),
	    T(a_medium_that_was_prepared_goes_back_to_the_families),
	    T(a_second_list_adds_to_the_same_case),
	    T(what_does_not_wait_is_not_stopped),
	    T(a_withdrawn_picture_that_comes_back_is_held),
	    T(a_turned_copy_is_the_same_picture),
	    T(a_picture_that_is_let_in_is_not_stopped_again),
	    T(each_organisation_has_its_own_register),
	    T(a_held_picture_that_is_on_a_list_is_locked),
	    T(photos_that_look_alike_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
