/* What a list stopped, and the seal: who opens it, what waits for a decision,
 * and what a list that was wrong does not take back. */
#include "erasure/erasure.h"
#include "hash/kind.h"
#include "report/hide.h"
#include "sealing.h"
#include "stop/decide.h"
#include "stop/stop.h"

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
	    " 4)");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

/* By the one list; its case. */
static int64_t
stopped(int64_t medium)
{
	static const uint8_t value[32] = {7};
	const str bytes = {(const char *)value, sizeof(value)};
	struct stop_hit hit = {.list = 1,
	    .generation = 1,
	    .number = 7,
	    .entry = {.kind = HASH_PDQ,
		.value = bytes,
		.id = S("E-1"),
		.scheme = S("essai"),
		.category = S("A")},
	    .value = bytes,
	    .quality = 90,
	    .distance = 9,
	    .threshold = 31};
	const struct stop_hits hits = {&hit, 1};
	bool yes;

	DONE(stop_medium(
	    &v.house, v.arena, medium, &hits, STOP_RESCAN, NOW, &yes, &v.e));
	assert_true(yes);
	return count("stopping");
}

static void
confirmed(int64_t stopping)
{
	struct deed d = village_deed(&v, SAFETY);

	DO(decide_confirm(&d, stopping, S("Oui."), &v.e));
	assert_int_equal(answer, ERR_NONE);
}

static void
sealed_of(int64_t stopping)
{
	struct deed d = village_deed(&v, SAFETY);

	DO(custody_seal_stopped(&d, stopping, S("La police."), &v.e));
	assert_int_equal(answer, ERR_NONE);
}

/* The whole list is wrong: one says so, another agrees. */
static void
list_is_wrong(int64_t stopping)
{
	struct deed lead = village_deed(&v, SAFETY);
	struct deed director = village_deed(&v, DIRECTOR);
	int64_t released;

	DO(decide_wrong(&lead, stopping, true, S("Non."), &v.e));
	assert_int_equal(answer, ERR_NONE);
	DO(decide_agree(&director, stopping, S("Non."), &released, &v.e));
	if (answer != ERR_NONE)
		fail_msg("%s", v.e.msg);
}

static bool
is_sealed(int64_t medium)
{
	return village_count(
		   &v, arena_fmt(v.arena,
			   "medium WHERE state = 'locked' AND sealed = 1 AND "
			   "id = %d",
			   (int)medium)
			   .p) == 1;
}

static void
a_list_that_was_wrong_frees_what_is_not_sealed_and_that_alone(void **state)
{
	int64_t one = shown(), wanted = shown(), free = shown();
	int64_t of_one = stopped(one), of_wanted = stopped(wanted);
	int64_t of_free = stopped(free);

	(void)state;
	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, FOX_STAFF);
	confirmed(of_one);
	sealed_of(of_one);
	work_all();
	confirmed(of_wanted);
	sealed_of(of_wanted);
	list_is_wrong(of_free);
	assert_true(village_sees(&v, MOTHER, free, PERMIT_SEE));
	assert_true(is_sealed(one) && is_sealed(wanted));
	assert_false(anybody_sees(one) || anybody_sees(wanted));
	work_all();
	assert_int_equal(count("seal WHERE state = 'sealed'"), 2);
	assert_int_equal(count("list WHERE enabled = 1"), 0);
}

static void
what_was_sealed_before_a_list_knew_it_stays_sealed_when_that_was_wrong(
    void **state)
{
	int64_t medium, case_file = sealed_case(&medium);

	(void)state;
	list_is_wrong(stopped(medium));
	assert_true(is_sealed(medium));
	assert_int_equal(loaded(case_file).state, CUSTODY_SEALED);
}

static void
neither_who_sent_it_nor_whose_album_it_is_gets_a_part_of_its_key(void **state)
{
	int64_t medium = shown(), stopping;

	(void)state;
	village_sql(&v, "UPDATE medium SET uploader = 3");
	name_custodian(DIRECTOR, SAMI); /* whose album it is */
	name_custodian(DIRECTOR, FOX_STAFF);
	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, DIRECTOR);
	stopping = stopped(medium);
	confirmed(stopping);
	sealed_of(stopping);
	work_all();
	assert_int_equal(count("seal WHERE state = 'sealed'"), 1);
	assert_int_equal(count("seal_box"), 1);
	assert_int_equal(count("seal_box x JOIN custodian c ON c.id IN "
			       "(x.inner_custodian, x.outer_custodian) "
			       "WHERE c.account IN (2, 3)"),
	    0);
}

/* The mother reports an album of two photos. */
static int64_t
reported_album(int64_t ret_medium[2])
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	struct report_new n = {.category = category_of(S("other")),
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .words = S("Regardez cet album."),
	    .subject_kind = REPORT_POST,
	    .subject = post};
	struct deed d = village_deed(&v, MOTHER);
	struct report_made made;

	ret_medium[0] = village_photo(&v, post, PLAIN);
	ret_medium[1] = village_photo(&v, post, "un motif de carreaux verts");
	village_sql(&v, "UPDATE medium SET uploader = 2");
	village_publish(&v, post, NOW);
	DONE(hide_matter(&d, &n, &v.e));
	DO(report_make(&d, &n, &made, &v.e));
	assert_int_equal(answer, ERR_NONE);
	return made.case_file;
}

static void
of_an_album_what_is_not_decided_yet_waits_and_the_rest_is_sealed(void **state)
{
	struct deed d = village_deed(&v, SAFETY);
	int64_t medium[2], case_file = reported_album(medium);
	int64_t stopping = stopped(medium[1]), n;
	struct erasure_report pending;

	(void)state;
	seal(case_file);
	assert_true(is_sealed(medium[0]));
	assert_false(is_sealed(medium[1]));
	assert_false(anybody_sees(medium[1]));
	/* The journal of erasures knows of nothing that was not done. */
	DONE(erasure_pending(&v.house, &pending, &v.e));
	assert_int_equal(pending.blobs, 0);
	DO(custody_seal_case(&d, case_file, S("Encore."), &n, &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(n, 0);
	confirmed(stopping);
	seal(case_file);
	assert_true(is_sealed(medium[1]));
}

int
main(void)
{
#define test(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    test(a_list_that_was_wrong_frees_what_is_not_sealed_and_that_alone),
	    test(
		what_was_sealed_before_a_list_knew_it_stays_sealed_when_that_was_wrong),
	    test(
		neither_who_sent_it_nor_whose_album_it_is_gets_a_part_of_its_key),
	    test(
		of_an_album_what_is_not_decided_yet_waits_and_the_rest_is_sealed),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
