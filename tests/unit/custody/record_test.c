/* What a seal's record says and when it ends, and custodians who leave. */
#include <stdio.h>

#include "custody/record.h"
#include "ends/round.h"
#include "erasure/erasure.h"
#include "sealing.h"
#include "sharing/received.h"

#define DAY ((int64_t)86400)

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

/* ---- who could see it, and who was sent it ---- */

static void
is_sent(int64_t account, int64_t medium)
{
	CLEANUP(key_done) struct key key = {{0}};
	const struct grant *g;
	OWNED_FD fd = -1;

	DONE(permit_medium(&v.house, v.arena, village_viewer(&v, account),
	    medium, 320, PERMIT_SEE, NOW, TODAY, &g, &v.e));
	DONE(grant_open_blob(&v.house, v.arena, v.org, g, &fd, &key, &v.e));
}

static bool
says(str record, const char *word, int64_t account)
{
	str tail = arena_fmt(v.arena, " (%d)", (int)account);
	str line;

	while (record.n > 0) {
		(void)str_cut(&record, '\n', &line);
		if (str_starts(line, str_c(word)) && str_ends(line, tail))
			return true;
	}
	return false;
}

static void
its_record_says_who_could_see_it_and_to_whom_it_was_sent(void **state)
{
	OWNED(received) sent = v.house.received = received_new();
	int64_t medium = shown(), case_file;
	str record;

	(void)state;
	assert_non_null(sent);
	is_sent(MOTHER, medium);
	is_sent(SAMI, medium);
	case_file = reported_of(medium);
	/* Hidden by the report, and nothing was written down yet. */
	village_sql(&v, "UPDATE medium SET state = 'held', reported = 1");
	assert_false(anybody_sees(medium));
	assert_int_equal(count("received"), 0);
	seal(case_file);
	record = loaded(case_file).record;
	assert_true(says(record, "sent-to: ", MOTHER));
	assert_true(says(record, "sent-to: ", SAMI));
	assert_false(says(record, "sent-to: ", GRANNY));
	assert_true(says(record, "could-see: ", GRANNY));
	/* An order of no contact with a child of that group. */
	assert_false(says(record, "could-see: ", FATHER));
	assert_true(says(record, "could-see: ", MOTHER));
	assert_true(says(record, "could-see: ", DIRECTOR));
	assert_false(says(record, "could-see: ", FOX_MUM));
	assert_false(says(record, "could-see: ", FOX_STAFF));
	v.house.received = NULL;
}

static void
its_record_is_written_once_and_its_digest_is_in_the_story(void **state)
{
	OWNED(received) sent = v.house.received = received_new();
	int64_t medium = shown(), case_file;
	struct deed d = village_deed(&v, SAFETY);
	bool known, same;
	struct custody c;
	char before[2000];

	(void)state;
	is_sent(MOTHER, medium);
	DONE(received_write(&v.house, &v.e));
	case_file = reported_of(medium);
	name_custodian(DIRECTOR, SAFETY);
	name_custodian(DIRECTOR, FOX_STAFF);
	seal(case_file);
	c = loaded(case_file);
	(void)snprintf(before, sizeof(before), STR_FMT, STR_ARG(c.record));
	DONE(custody_record_check(
	    &d, case_file, c.id, c.record, &known, &same, &v.e));
	assert_false(known); /* from the moment at which it is sealed */
	work_all();
	/* Who received it is erased: the record stays, and so does the line. */
	DO(erasure_account(&v.house, v.arena, MOTHER, NOW, &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(count("received WHERE account = 5"), 1);
	c = loaded(case_file);
	assert_true(str_eq(str_c(before), c.record));
	DONE(custody_record_check(
	    &d, case_file, c.id, c.record, &known, &same, &v.e));
	assert_true(known && same);
	DONE(custody_record_check(&d, case_file, c.id,
	    str_sub(c.record, 0, c.record.n - 1), &known, &same, &v.e));
	assert_true(known && !same);
	assert_non_null(sent);
	v.house.received = NULL;
}

/* ---- custodians who leave ---- */

static void
round_ends(int64_t now)
{
	bool more = true;

	for (int i = 0; more; i++) {
		assert_true(i < 100);
		DONE(ends_round(&v.house, v.arena, now, &more, &v.e));
	}
}

static void
who_is_suspended_or_concerned_opens_nothing_and_who_left_may_come_back(
    void **state)
{
	int64_t medium, case_file = sealed_case(&medium);
	struct deed d = village_deed(&v, SAFETY);
	struct custody c = loaded(case_file);
	struct ceremony_two two = both(&d, c.id);
	struct ceremony_able able;
	struct custodians all;
	struct key key;

	(void)state;
	village_sql(&v, "UPDATE account SET state = 'suspended' WHERE id = 3");
	assert_false(ceremony_open(&d, &c, &two, &key, &v.e));
	assert_int_equal(v.e.kind, ERR_INPUT);
	DONE(ceremony_able(&d, c.id, &able, &v.e));
	assert_int_equal(able.n, 1);
	assert_int_equal(able.pairs, 0);
	DONE(custodian_list(&v.house, v.arena, v.org, &all, &v.e));
	assert_int_equal(all.ready, 1);
	village_sql(&v, "UPDATE account SET state = 'closed' WHERE id = 3");
	DONE(ceremony_open(&d, &c, &two, &key, &v.e));
	key_done(&key);
	DONE(custodian_list(&v.house, v.arena, v.org, &all, &v.e));
	assert_int_equal(all.ready, 1);
	village_sql(&v,
	    "UPDATE account SET state = 'active' WHERE id = 3;"
	    "INSERT INTO case_person (case_file, account, part, since) "
	    "SELECT case_file, 3, 'named', 1 FROM seal");
	assert_false(ceremony_open(&d, &c, &two, &key, &v.e));
	assert_int_equal(v.e.kind, ERR_INPUT);
}

static void
a_custodian_s_row_ends_with_the_last_seal_that_she_could_open(void **state)
{
	int64_t medium, case_file = sealed_case(&medium);
	struct deed d = village_deed(&v, SAFETY);
	struct deed director = village_deed(&v, DIRECTOR);
	struct custody c = loaded(case_file);
	struct ceremony_two two = both(&d, c.id);

	(void)state;
	village_sql(&v, "INSERT INTO ends_begun VALUES (1, 1)");
	/* One who never could open anything, and goes. */
	name_custodian(DIRECTOR, DIRECTOR);
	DO(custodian_end(&director, 3, &v.e));
	DO(custodian_end(&director, 2, &v.e));
	assert_int_equal(answer, ERR_NONE);
	round_ends(NOW);
	assert_int_equal(count("custodian"), 2);
	/* She is not one any more, and opens what was sealed to her. */
	DO(ceremony_release(&d, &c, S("Parquet"), S("26/118"), TODAY, &v.e));
	c = loaded(case_file);
	DO(ceremony_destroy(&d, &c, &two, &v.e));
	assert_int_equal(answer, ERR_NONE);
	round_ends(NOW);
	assert_int_equal(count("custodian WHERE account = 3"), 0);
	assert_int_equal(count("custodian WHERE account = 4"), 1);
}

static void
sendings_end_by_their_rule_but_those_of_what_is_sealed(void **state)
{
	OWNED(received) sent = v.house.received = received_new();
	int64_t sealed = shown(), other = shown();

	(void)state;
	assert_non_null(sent);
	is_sent(MOTHER, sealed);
	is_sent(MOTHER, other);
	DONE(received_write(&v.house, &v.e));
	v.house.received = NULL;
	seal(reported_of(sealed));
	village_sql(&v,
	    "INSERT INTO ends_begun VALUES (1, 1);"
	    "INSERT INTO ends_choice (organisation, rule, days, reason_enc, "
	    "chosen_by, chosen_at) VALUES (1, 'received', 90, x'00', 1, 1)");
	round_ends(NOW + 90 * DAY);
	assert_int_equal(count("received"), 2);
	round_ends(NOW + 91 * DAY);
	assert_int_equal(count("received"), 1);
	assert_int_equal(
	    count("received r JOIN seal s ON s.medium = r.medium"), 1);
	/* The other photo itself is still there. */
	assert_int_equal(count("medium WHERE state = 'ready'"), 1);
}

static void
the_record_of_what_a_list_stopped_ends_by_the_rule_of_cases(void **state)
{
	int64_t medium, case_file = sealed_case(&medium);
	struct deed d = village_deed(&v, SAFETY);
	struct custody c = loaded(case_file);
	struct ceremony_two two = both(&d, c.id);

	(void)state;
	village_sql(&v,
	    "INSERT INTO ends_begun VALUES (1, 1);"
	    "INSERT INTO stopping (id, organisation, medium, post, uploader, "
	    "cause, stage, stopped_at, outcome, outcome_at) SELECT 1, 1, id, "
	    "post, uploader, 'list', 'rescan', 1, 'confirmed', 1 FROM medium;"
	    "INSERT INTO seal_hand (object, at, by_account, one, other, "
	    "authority_enc, person_enc, public, box) "
	    "SELECT id, 1, 1, 1, 2, x'00', x'00', x'00', x'00' FROM seal");
	DO(ceremony_release(&d, &c, S("Parquet"), S("26/118"), TODAY, &v.e));
	c = loaded(case_file);
	village_sql(&v, "UPDATE seal SET case_file = NULL, stopping = 1");
	c.case_file = DB_NULL;
	/* Sealed, it has no end. */
	round_ends(NOW + 4000 * DAY);
	assert_int_equal(count("seal WHERE record_enc IS NOT NULL"), 1);
	DO(ceremony_destroy(&d, &c, &two, &v.e));
	assert_int_equal(answer, ERR_NONE);
	round_ends(NOW + 365 * DAY);
	assert_int_equal(count("seal WHERE record_enc IS NOT NULL"), 1);
	assert_int_equal(count("seal_hand"), 1);
	/* An order keeps it, until it is released. */
	village_sql(&v,
	    "INSERT INTO hold_order (organisation, subject_kind, subject, "
	    "reason_enc, placed_by, placed_at, until_at) "
	    "SELECT 1, 'medium', medium, x'00', 1, 1, 9999999999 FROM seal");
	round_ends(NOW + 367 * DAY);
	assert_int_equal(count("seal WHERE record_enc IS NOT NULL"), 1);
	village_sql(&v, "UPDATE hold_order SET released_at = until_at");
	round_ends(NOW + 367 * DAY);
	assert_int_equal(count("seal WHERE record_enc IS NULL "
			       "AND reason_enc IS NULL "
			       "AND authority_enc IS NULL "
			       "AND sha256 IS NOT NULL "
			       "AND certificate IS NOT NULL"),
	    1);
	assert_int_equal(count("seal_hand"), 0);
}

int
main(void)
{
#define test(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    test(its_record_says_who_could_see_it_and_to_whom_it_was_sent),
	    test(its_record_is_written_once_and_its_digest_is_in_the_story),
	    test(
		who_is_suspended_or_concerned_opens_nothing_and_who_left_may_come_back),
	    test(a_custodian_s_row_ends_with_the_last_seal_that_she_could_open),
	    test(sendings_end_by_their_rule_but_those_of_what_is_sealed),
	    test(the_record_of_what_a_list_stopped_ends_by_the_rule_of_cases),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
