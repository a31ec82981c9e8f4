/* What becomes of a medium that Arachnid Shield knows. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../sharing/village.h"
#include "jobs/shield.h"
#include "stop/circle.h"
#include "stop/decide.h"

static struct village v;
static char pdq[32] = "the hash of this photo, 32 bytes";
static struct hash_row row = {
    .kind = HASH_PDQ, .quality = 90, .value = {pdq, 32}};
static struct hashes hashes = {&row, 1};
static int64_t medium;

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	return village_send(
	    &v, village_draft(&v, SQUIRRELS, 0), S("photo"), &medium);
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

static struct stop_hit
known(const char *match_type)
{
	struct shield_finding f = {
	    .verdict = SHIELD_KNOWN, .classification = "csam"};
	struct stop_hit hit;

	(void)snprintf(f.match_type, sizeof(f.match_type), "%s", match_type);
	shield_hit(&hashes, &f, &hit);
	/* The finding goes away before the hit does. */
	hit.entry.category = S("csam");
	return hit;
}

static bool
comes_in(struct stop_hit hit)
{
	struct stop_hits hits = {&hit, 1};
	bool stopped;

	if (!stop_or_pass(
		&v.house, v.arena, medium, &hashes, &hits, NOW, &stopped, &v.e))
		fail_msg("%s", v.e.msg);
	return !stopped;
}

static int64_t
case_now(void)
{
	for (int64_t id = 1; id < 10; id++) {
		str sql = arena_fmt(v.arena,
		    "stopping WHERE outcome IS NULL AND id = %" PRId64, id);

		if (village_count(&v, sql.p) == 1)
			return id;
	}
	fail_msg("no case is open");
	return 0;
}

#define DECIDE(who, call)                                 \
	do {                                              \
		struct deed d = village_deed(&v, who);    \
		assert_true(db_begin(v.house.db, &v.e));  \
		if (!(call))                              \
			fail_msg("%s", v.e.msg);          \
		assert_true(db_commit(v.house.db, &v.e)); \
	} while (0)

static void
two_people_let_it_go(void)
{
	int64_t id = case_now(), n = 0;

	DECIDE(DIRECTOR, handler_name(&d, FOX_STAFF, TODAY, S("inside"), &v.e));
	DECIDE(SAFETY, decide_wrong(&d, id, false, S("a teddy"), &v.e));
	DECIDE(FOX_STAFF, decide_agree(&d, id, S("it is"), &n, &v.e));
	assert_int_equal(n, 1);
}

static void
what_shield_knows_is_locked_in_place(void **state)
{
	(void)state;
	assert_false(comes_in(known("near")));
	assert_int_equal(village_count(&v, "medium WHERE state = 'locked'"), 1);
	assert_int_equal(village_count(&v, "stopping WHERE cause = 'list'"), 1);
	assert_int_equal(
	    village_count(&v, "stop_hit WHERE list IS NULL AND list_name ="
			      " 'Arachnid Shield' AND list_source ="
			      " 'arachnid-shield' AND entry_category = 'csam'"
			      " AND distance = threshold"),
	    1);
	assert_int_equal(
	    village_count(&v, "legal_hold WHERE ended_at IS NULL"), 1);
}

static void
an_exact_match_has_no_distance(void **state)
{
	(void)state;
	assert_false(comes_in(known("exact")));
	assert_int_equal(village_count(&v, "stop_hit WHERE distance = 0"), 1);
}

static void
what_two_people_let_go_comes_in(void **state)
{
	(void)state;
	assert_false(comes_in(known("near")));
	two_people_let_it_go();
	assert_int_equal(village_count(&v, "medium WHERE state = 'queued'"), 1);
	assert_int_equal(
	    village_count(&v, "legal_hold WHERE ended_at IS NULL"), 0);
	assert_true(comes_in(known("near")));
}

static void
another_photo_with_that_hash_is_stopped_again(void **state)
{
	(void)state;
	assert_false(comes_in(known("near")));
	two_people_let_it_go();
	assert_int_equal(village_send(&v, village_draft(&v, SQUIRRELS, 0),
			     S("another"), &medium),
	    0);
	assert_false(comes_in(known("near")));
}

/* Who let a withdrawn picture back in has said nothing about Shield. */
static void
a_decision_about_the_register_is_none_about_shield(void **state)
{
	struct stop_hit own = known("near");
	int64_t id;

	(void)state;
	own.list = STOP_REGISTER;
	assert_false(comes_in(own));
	id = case_now();
	DECIDE(SAFETY, decide_let_in(&d, id, S("yes"), &v.e));
	assert_true(comes_in(own));
	assert_false(comes_in(known("near")));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_shield_knows_is_locked_in_place),
	    TEST(an_exact_match_has_no_distance),
	    TEST(what_two_people_let_go_comes_in),
	    TEST(another_photo_with_that_hash_is_stopped_again),
	    TEST(a_decision_about_the_register_is_none_about_shield),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
