/* The evidence safe of a family: it only grows, and is the family's alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ends/case_hold.h"
#include "ends/round.h"
#include "erasure/erasure.h"
#include "report/casefile.h"
#include "report/head.h"
#include "safe/safe.h"
#include "village.h"

#define LATER (NOW + (int64_t)200 * 86400)

static struct village v;
static enum err_kind answer;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)

/* In a transaction of its own; the answer is the kind of the error. */
#define DO(call)                                           \
	do {                                               \
		DONE(db_begin(v.house.db, &v.e));          \
		answer = (call) ? ERR_NONE : v.e.kind;     \
		if (answer == ERR_NONE)                    \
			DONE(db_commit(v.house.db, &v.e)); \
		else                                       \
			db_rollback(v.house.db);           \
	} while (0)

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

static struct safe
of(int64_t account)
{
	struct deed d = village_deed(&v, account);
	struct safe s;

	DO(safe_open(&d, &s, &v.e));
	assert_int_equal(answer, ERR_NONE);
	DONE(safe_load(&d, &s, &v.e));
	assert_true(s.id > 0);
	return s;
}

static void
write_words(int64_t account, const char *words)
{
	struct deed d = village_deed(&v, account);
	struct safe s = of(account);
	struct safe_new n = {.kind = SAFE_WORDS,
	    .words = str_c(words),
	    .who = S("a « friend »"),
	    .place = S("the class group")};

	DO(safe_add(&d, s.id, &n, &v.e));
	assert_int_equal(answer, ERR_NONE);
}

static void
what_is_put_in_is_chained_and_read_again(void **state)
{
	struct safe s;
	uint8_t digest[EVIDENCE_DIGEST];
	CLEANUP(buf_done) struct buf b = BUF_MAX(400);

	(void)state;
	write_words(MOTHER, "You are a \"nobody\"\nGo away");
	write_words(MOTHER, "Again");
	s = of(MOTHER);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.broken, 0);
	assert_true(str_eq(s.v[0].words, S("You are a \"nobody\"\nGo away")));
	assert_true(str_eq(s.v[0].who, S("a « friend »")));
	assert_true(str_eq(s.v[0].place, S("the class group")));
	evidence_digest(s.v[0].line, digest);
	evidence_begin(&b, 2, digest);
	assert_true(str_starts(s.v[1].line, buf_view(&b)));
	/* The same words twice have other digests: they tell nobody anything.
	 */
	assert_int_equal(
	    village_count(&v, "(SELECT DISTINCT digest FROM safe_entry)"), 2);
	assert_int_equal(
	    village_count(&v, "audit WHERE subject_kind = 'safe'"), 0);
}

static void
nothing_in_it_is_changed_or_taken_out(void **state)
{
	struct err e;

	(void)state;
	assert_false(db_exec(
	    v.house.db, "UPDATE safe_entry SET at = at + 1 WHERE n = 1", &e));
	assert_false(
	    db_exec(v.house.db, "DELETE FROM safe_entry WHERE n = 2", &e));
	/* Whoever takes the triggers away is found. */
	village_sql(&v, "DROP TRIGGER safe_entry_written;"
			"UPDATE safe_entry SET at = at + 1 WHERE n = 2");
	assert_int_equal(of(MOTHER).broken, 2);
	village_sql(&v, "UPDATE safe_entry SET at = at - 1 WHERE n = 2");
	assert_int_equal(of(MOTHER).broken, 0);
}

static void
an_end_that_was_cut_off_is_known_beside_the_database(void **state)
{
	enum case_head_fault fault;
	int64_t id = of(MOTHER).id;

	(void)state;
	DONE(case_head_follow(&v.house, &v.e));
	DONE(case_head_check(
	    &v.house, v.arena, HEAD_SAFES, v.org, id, &fault, &v.e));
	assert_int_equal(fault, CASE_HEAD_FINE);
	village_sql(&v,
	    "DROP TRIGGER safe_entry_kept;"
	    "CREATE TABLE put_aside AS SELECT * FROM safe_entry WHERE n = 2;"
	    "DELETE FROM safe_entry WHERE n = 2");
	assert_int_equal(of(MOTHER).broken, 0);
	DONE(case_head_check(
	    &v.house, v.arena, HEAD_SAFES, v.org, id, &fault, &v.e));
	assert_int_equal(fault, CASE_HEAD_CUT);
	village_sql(&v, "INSERT INTO safe_entry SELECT * FROM put_aside");
}

static void
what_is_withdrawn_stays_and_is_marked(void **state)
{
	struct deed d = village_deed(&v, MOTHER);
	struct safe s = of(MOTHER);

	(void)state;
	DO(safe_withdraw(&d, &s, 2, &v.e));
	assert_int_equal(answer, ERR_NONE);
	s = of(MOTHER);
	assert_true(s.v[1].withdrawn);
	assert_false(s.v[0].withdrawn);
	assert_int_equal(s.v[2].kind, SAFE_WITHDRAWN);
	assert_int_equal(s.v[2].of, 2);
	DO(safe_withdraw(&d, &s, 2, &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	DO(safe_withdraw(&d, &s, 9, &v.e));
	assert_int_equal(answer, ERR_NOT_FOUND);
}

/* ---- who sees it ---- */

static bool
may(int64_t account, int64_t post, enum permit_want want)
{
	const struct grant *g;
	struct err e;

	return permit_post(&v.house, v.arena, village_viewer(&v, account), post,
	    want, NOW, TODAY, &g, &e);
}

static int64_t
open_to_new_case(unsigned functions)
{
	struct deed d = village_deed(&v, MOTHER);
	struct report_new n = {.category = category_of(S("mean")),
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .functions = functions,
	    .words = S("See the safe")};
	struct report_made made;
	int64_t safe = of(MOTHER).id;

	DO(report_make(&d, &n, &made, &v.e) &&
	    safe_show(&d, safe, made.case_file, made.number, &v.e));
	DONE(answer == ERR_NONE);
	return made.case_file;
}

static void
nobody_else_sees_it_until_it_is_opened_and_then_its_path_alone(void **state)
{
	static const int64_t others[] = {
	    DIRECTOR, SAMI, FOX_STAFF, SAFETY, FATHER, GRANNY, FOX_MUM};
	struct deed d = village_deed(&v, MOTHER);
	int64_t post = of(MOTHER).post, safe = of(MOTHER).id;
	struct safe_shares shares;

	(void)state;
	assert_true(may(MOTHER, post, PERMIT_SAFE));
	assert_true(may(MOTHER, post, PERMIT_SAFE_EDIT));
	assert_false(may(MOTHER, post, PERMIT_SEE));
	assert_false(may(MOTHER, post, PERMIT_EDIT));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		for (int w = 0; w <= PERMIT_VEILED; w++)
			assert_false(may(others[i], post, (enum permit_want)w));

	/* About whoever looks after safety: not to her. */
	(void)open_to_new_case(REPORT_OF_LEAD);
	assert_false(may(SAFETY, post, PERMIT_SAFE));
	(void)open_to_new_case(0);
	assert_true(may(SAFETY, post, PERMIT_SAFE));
	assert_false(may(SAFETY, post, PERMIT_SAFE_EDIT));
	assert_false(may(SAFETY, post, PERMIT_ORIGINAL));
	assert_false(may(SAMI, post, PERMIT_SAFE));
	assert_false(may(FATHER, post, PERMIT_SAFE));

	/* Closed again. */
	DONE(safe_shares(&d, safe, &shares, &v.e));
	assert_int_equal(shares.n, 2);
	for (size_t i = 0; i < shares.n; i++) {
		DO(safe_close(&d, safe, shares.v[i].id, &v.e));
		assert_int_equal(answer, ERR_NONE);
	}
	assert_false(may(SAFETY, post, PERMIT_SAFE));
	assert_int_equal(of(MOTHER).broken, 0);
}

static void
a_case_that_is_open_keeps_it(void **state)
{
	struct deed d = village_deed(&v, MOTHER);
	int64_t safe = of(MOTHER).id;
	struct safe_shares shares;

	(void)state;
	(void)open_to_new_case(0);
	DO(safe_empty(&d, safe, &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	DONE(safe_shares(&d, safe, &shares, &v.e));
	DO(safe_close(&d, safe, shares.v[0].id, &v.e));
	DO(safe_empty(&d, safe, &v.e));
	assert_int_equal(answer, ERR_NONE);
}

static void
emptied_its_chain_still_verifies_and_says_so(void **state)
{
	struct deed d = village_deed(&v, MOTHER);
	struct safe s;

	(void)state;
	assert_int_equal(
	    village_count(&v, "safe WHERE key_wrapped IS NOT NULL"), 0);
	assert_int_equal(
	    village_count(&v, "safe_entry WHERE line_enc IS NOT NULL"), 0);
	DONE(safe_load_one(&d, 1, &s, &v.e));
	assert_int_equal(s.broken, 0);
	assert_int_equal(s.v[s.n - 1].kind, SAFE_EMPTIED);
	assert_int_equal(s.v[0].words.n, 0);
	/* Another may be begun. */
	assert_int_equal(of(MOTHER).n, 0);
}

static void
a_safe_ends_by_rule_when_nothing_was_added_for_long(void **state)
{
	bool more;

	(void)state;
	write_words(MOTHER, "Once more");
	/* Families are told of the rules for a while before they count. */
	DONE(ends_round(&v.house, v.arena, NOW, &more, &v.e));
	DONE(ends_round(&v.house, v.arena, LATER, &more, &v.e));
	assert_int_equal(
	    village_count(&v, "safe WHERE key_wrapped IS NOT NULL"), 1);
	village_sql(&v, "UPDATE safe SET last_at = last_at - 800 * 86400");
	do
		DONE(ends_round(&v.house, v.arena, LATER, &more, &v.e));
	while (more);
	assert_int_equal(
	    village_count(&v, "safe WHERE key_wrapped IS NOT NULL"), 0);
}

static void
a_safe_that_is_full_is_closed_all_the_same(void **state)
{
	struct deed d = village_deed(&v, GRANNY);
	const struct safe_new n = {.kind = SAFE_WORDS, .words = S("x")};
	struct deed mother = village_deed(&v, MOTHER);
	int64_t safe = of(GRANNY).id, id = open_to_new_case(0);
	int64_t other = of(MOTHER).id;
	struct safe_shares shares;

	(void)state;
	DO(safe_show(&d, safe, id, S("K1"), &v.e));
	assert_int_equal(answer, ERR_NONE);
	DONE(db_begin(v.house.db, &v.e));
	for (int i = 1; i < SAFE_ENTRIES_MAX; i++)
		DONE(safe_add(&d, safe, &n, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	DO(safe_add(&d, safe, &n, &v.e));
	assert_int_equal(answer, ERR_LIMIT);
	DONE(safe_shares(&d, safe, &shares, &v.e));
	assert_int_equal(shares.n, 1);
	DO(safe_close(&d, safe, shares.v[0].id, &v.e));
	assert_int_equal(answer, ERR_NONE);
	DO(safe_show(&d, safe, id, S("K1"), &v.e));
	assert_int_equal(answer, ERR_NONE);
	village_sql(&v, "UPDATE safe_share SET ended_at = 1 WHERE ended_at IS "
			"NULL");
	DO(safe_empty(&d, safe, &v.e) && safe_empty(&mother, other, &v.e));
	assert_int_equal(answer, ERR_NONE);
}

/* ---- a family that leaves ---- */

static void
rounds(int64_t now)
{
	bool more;

	do
		DONE(ends_round(&v.house, v.arena, now, &more, &v.e));
	while (more);
}

static int64_t
safes_with_a_key(void)
{
	return village_count(&v, "safe WHERE key_wrapped IS NOT NULL");
}

static int64_t
of_newest(const char *column)
{
	return village_count(
	    &v, arena_fmt(v.arena,
		    "(SELECT 1 FROM safe_entry e JOIN safe s ON s.id = e.safe "
		    "WHERE s.key_wrapped IS NOT NULL AND %s)",
		    column)
		    .p);
}

static void
what_was_opened_to_a_case_stays_when_the_family_leaves(void **state)
{
	struct deed mother = village_deed(&v, MOTHER);
	struct deed lead = village_deed(&v, SAFETY);
	struct safe s;
	int64_t id;

	(void)state;
	write_words(FATHER, "Nobody was shown this");
	write_words(MOTHER, "Shown");
	write_words(MOTHER, "Taken back");
	s = of(MOTHER);
	DO(safe_withdraw(&mother, &s, 2, &v.e));
	id = open_to_new_case(0);
	assert_int_equal(safes_with_a_key(), 2);
	DO(erasure_account(&v.house, v.arena, FATHER, NOW, &v.e) &&
	    erasure_account(&v.house, v.arena, MOTHER, NOW, &v.e));
	assert_int_equal(answer, ERR_NONE);

	/* What was open to nobody went at once. */
	assert_int_equal(safes_with_a_key(), 1);
	assert_int_equal(of_newest("e.n = 2 AND e.line_enc IS NOT NULL"), 0);
	assert_int_equal(of_newest("e.n = 1 AND e.line_enc IS NOT NULL"), 1);
	DONE(safe_load_one(&lead, s.id, &s, &v.e));
	assert_true(s.left_at == NOW && s.broken == 0);
	assert_true(str_eq(s.v[0].words, S("Shown")));
	assert_true(may(SAFETY, s.post, PERMIT_SAFE));
	assert_false(may(SAMI, s.post, PERMIT_SAFE));
	rounds(LATER);
	assert_int_equal(safes_with_a_key(), 1);

	/* Decided, and held: it stays; the hold is over: it ends. */
	DO(case_hold_place(&lead, id, S("For the court"), TODAY + 30, &v.e) &&
	    case_decide(&lead, id, CASE_MEASURES, S("Done."), &v.e));
	assert_int_equal(answer, ERR_NONE);
	rounds(NOW + 86400);
	assert_int_equal(safes_with_a_key(), 1);
	rounds(NOW + (int64_t)32 * 86400);
	assert_int_equal(safes_with_a_key(), 0);
	DONE(safe_load_one(&lead, s.id, &s, &v.e));
	assert_int_equal(s.broken, 0);
	assert_int_equal(s.v[0].words.n, 0);
	assert_false(may(SAFETY, s.post, PERMIT_SAFE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_put_in_is_chained_and_read_again),
	    cmocka_unit_test(nothing_in_it_is_changed_or_taken_out),
	    cmocka_unit_test(
		an_end_that_was_cut_off_is_known_beside_the_database),
	    cmocka_unit_test(what_is_withdrawn_stays_and_is_marked),
	    cmocka_unit_test(
		nobody_else_sees_it_until_it_is_opened_and_then_its_path_alone),
	    cmocka_unit_test(a_case_that_is_open_keeps_it),
	    cmocka_unit_test(emptied_its_chain_still_verifies_and_says_so),
	    cmocka_unit_test(
		a_safe_ends_by_rule_when_nothing_was_added_for_long),
	    cmocka_unit_test(a_safe_that_is_full_is_closed_all_the_same),
	    cmocka_unit_test(
		what_was_opened_to_a_case_stays_when_the_family_leaves),
	};

	return cmocka_run_group_tests_name("safe", tests, begin, end);
}
