/* A paper for an authority: begun, checked, sent, kept, altered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "report/filing.h"
#include "village.h"

static struct village v;
static int64_t matter;

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

static enum err_kind answer;

static const struct filing_paper police = {.id = S("ca-police"),
    .name = {{S("Avis à la police"), S("Notice to the police")}},
    .hours = 24,
    .keep_days = 21,
    .routes = S("telephone post")};
static const struct filing_paper crip = {.id = S("fr-crip"),
    .name = {{S("Information préoccupante"), S("Information of concern")}},
    .hours = 72};
static const struct filing_paper elsewhere = {
    .id = S("eu-reasons"), .opens = S("people")};

static int
begin(void **state)
{
	static const int64_t child = LEA;
	struct report_new n = {.category = category_of(S("worry")),
	    .who = S("public"),
	    .lang = LANG_FR,
	    .words = S("Elle a froid."),
	    .child = &child,
	    .n_child = 1};
	struct report_made m;
	struct deed d;

	(void)state;
	village_open(&v);
	d = village_deed(&v, MOTHER);
	DO(report_make(&d, &n, &m, &v.e));
	assert_int_equal(answer, ERR_NONE);
	matter = m.case_file;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

static struct deed
safety(void)
{
	return village_deed(&v, SAFETY);
}

static int64_t
begun(const struct filing_paper *p)
{
	struct deed d = safety();
	int64_t id = 0;

	DO(filing_begin(&d, matter, p, DB_NULL, &id, &v.e));
	assert_int_equal(answer, ERR_NONE);
	return id;
}

static void
check(int64_t id, str facts)
{
	struct filing_line l[] = {
	    {S("@title"), S(""), S(""), S("Avis à la police")},
	    {S("facts"), S("Faits"), facts, facts}};
	const struct filing_lines lines = {l, 2};
	struct deed d = safety();

	DO(filing_check(&d, matter, id, LANG_FR, &lines, &v.e));
}

static struct filings
all(void)
{
	struct deed d = safety();
	struct filings l;

	DONE(filing_of_case(&d, matter, &l, &v.e));
	return l;
}

static const struct filing *
one(int64_t id)
{
	static struct filings l;

	l = all();
	return filing_find(&l, id);
}

static int64_t
sent(int64_t id, const struct filing_paper *p, str receipt)
{
	const struct filing *f = one(id);
	struct filing_sending s = {f->version[f->n_version - 1].id, NOW,
	    S("telephone"), receipt, S("L’agente Roy")};
	struct deed d = safety();
	int64_t keep_on = 0;

	DO(filing_send(&d, matter, id, p, &s, &keep_on, &v.e));
	return keep_on;
}

static struct story
story(void)
{
	struct story s;

	DONE(story_load(&v.house, v.arena, v.org, matter, &s, &v.e));
	return s;
}

static int64_t
altered(void)
{
	struct story s = story();
	int64_t bad = -1;

	DONE(filing_verify(&v.house, v.arena, v.org, matter, &s, &bad, &v.e));
	return s.broken != 0 ? -1 : bad;
}

static struct filing_next
next(void)
{
	struct filing_next n;

	DONE(filing_next(&v.house, v.arena, matter, &n, &v.e));
	return n;
}

static int64_t
waiting(int64_t account)
{
	bool handles;
	int64_t n;

	DONE(case_waiting(
	    &v.house, v.arena, v.org->id, account, TODAY, &handles, &n, &v.e));
	return n;
}

/* ---- what holds ---- */

static void
what_was_checked_is_frozen_version_by_version(void **state)
{
	int64_t id = begun(&crip);
	const struct filing *f;

	(void)state;
	check(id, S("Elle a froid."));
	check(id, S("Elle a froid et faim."));
	f = one(id);
	assert_int_equal(f->n_version, 2);
	assert_int_equal(f->version[0].number, 1);
	assert_true(str_eq(f->version[0].lines.v[1].shown, S("Elle a froid.")));
	assert_true(
	    str_eq(f->version[1].lines.v[1].shown, S("Elle a froid et faim.")));
	assert_true(f->version[0].whole && f->version[1].whole);
	/* The words are sealed, and nobody changes a version. */
	assert_int_equal(
	    village_count(
		&v, "filing_version WHERE instr(values_enc, 'froid') > 0"),
	    0);
	assert_false(db_exec(v.house.db,
	    "UPDATE filing_version SET checked_at = checked_at + 1", &v.e));
	assert_int_equal(altered(), 0);
}

static void
its_time_counts_from_when_the_case_was_opened(void **state)
{
	int64_t id = begun(&crip);
	struct filing_next n = next();

	(void)state;
	assert_true(n.any && n.stage == FILING_OPEN);
	assert_int_equal(n.next_at, NOW + 72 * 3600);
	begun(&police);
	n = next(); /* what is due first */
	assert_true(str_eq(n.kind, police.id));
	assert_int_equal(n.next_at, NOW + 24 * 3600);
	assert_int_equal(one(id)->next_at, NOW + 72 * 3600);
	assert_int_equal(filing_due(&elsewhere, NOW), DB_NULL);
}

static void
a_paper_to_be_sent_makes_a_decided_case_wait(void **state)
{
	int64_t id = begun(&crip);
	struct deed d = safety();

	(void)state;
	DO(case_decide(&d, matter, CASE_PASSED_ON, S("Transmis."), &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(waiting(SAFETY), 1);
	check(id, S("Elle a froid."));
	assert_int_equal(waiting(SAFETY), 1);
	sent(id, &crip, S("A 12"));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(waiting(SAFETY), 0);
	assert_false(next().any);
}

static void
what_was_sent_says_by_whom_how_and_with_which_receipt(void **state)
{
	int64_t id = begun(&crip);
	const struct filing *f;
	struct story s;

	(void)state;
	check(id, S("Elle a froid."));
	assert_int_equal(sent(id, &crip, S("A 12")), DB_NULL);
	f = one(id);
	assert_int_equal(f->stage, FILING_CLOSED);
	assert_int_equal(f->version[0].sent_at, NOW);
	assert_true(str_eq(f->version[0].route, S("telephone")));
	assert_true(str_eq(f->version[0].receipt, S("A 12")));
	assert_true(str_eq(f->version[0].answered, S("L’agente Roy")));
	assert_int_equal(
	    village_count(&v, "filing_version WHERE sent_by = 4"), 1);
	s = story();
	assert_int_equal(s.v[s.n - 1].deed, STORY_PAPER_SENT);
	assert_non_null(
	    memmem(s.v[s.n - 1].words.p, s.v[s.n - 1].words.n, "A 12", 4));
	/* Once; a further version is sent by itself. */
	sent(id, &crip, S("A 13"));
	assert_int_equal(answer, ERR_CONFLICT);
	check(id, S("Elle a froid et faim."));
	assert_int_equal(answer, ERR_NONE);
	sent(id, &crip, S("A 13"));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(altered(), 0);
}

static void
related_data_are_kept_for_a_time_and_the_end_is_said(void **state)
{
	int64_t id = begun(&police);
	struct deed d = safety();
	const int64_t end_at = NOW + (int64_t)21 * 86400;

	(void)state;
	check(id, S("Elle a froid."));
	assert_int_equal(sent(id, &police, S("")), TODAY + 21);
	assert_int_equal(one(id)->stage, FILING_KEPT);
	DO(case_decide(&d, matter, CASE_PASSED_ON, S("Transmis."), &v.e));
	assert_int_equal(waiting(SAFETY), 0);
	DO(filing_finish(&d, matter, id, S("Détruites."), &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	DO(filing_sweep(&v.house, v.arena, end_at - 1, &v.e));
	assert_int_equal(one(id)->stage, FILING_KEPT);
	DO(filing_sweep(&v.house, v.arena, end_at, &v.e));
	DO(filing_sweep(&v.house, v.arena, end_at + 1, &v.e));
	assert_int_equal(one(id)->stage, FILING_OVER);
	assert_int_equal(
	    village_count(&v, "case_event WHERE deed = 'paper-over'"), 1);
	assert_int_equal(waiting(SAFETY), 1);
	DO(filing_finish(&d, matter, id, S("Détruites."), &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(waiting(SAFETY), 0);
	assert_int_equal(altered(), 0);
}

static void
a_correction_that_was_sent_before_shortens_nothing(void **state)
{
	int64_t id = begun(&police), on;
	struct deed d = safety();
	struct filing_sending s = {.route = S("telephone"),
	    .receipt = S("A 12"),
	    .answered = S("L’agente Roy"),
	    .sent_at = NOW - (int64_t)5 * 86400};

	(void)state;
	check(id, S("Elle a froid."));
	assert_int_equal(sent(id, &police, S("")), TODAY + 21);
	check(id, S("Elle a froid et faim."));
	s.version = one(id)->version[1].id;
	DO(filing_send(&d, matter, id, &police, &s, &on, &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(on, TODAY + 21);
	assert_int_equal(one(id)->next_at, NOW + (int64_t)21 * 86400);
}

static void
one_that_is_not_to_be_sent_says_why_and_is_not(void **state)
{
	int64_t id = begun(&crip);
	struct deed d = safety();

	(void)state;
	check(id, S("Elle a froid."));
	DO(filing_drop(&d, matter, id, S("Le 119 a dit non."), &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_false(next().any);
	sent(id, &crip, S("A 12"));
	assert_int_equal(answer, ERR_CONFLICT);
	check(id, S("Encore."));
	assert_int_equal(answer, ERR_CONFLICT);
	DO(filing_begin(&d, matter, &elsewhere, DB_NULL, &id, &v.e));
	assert_int_equal(answer, ERR_INPUT);
	DO(filing_begin(&d, matter, &crip, TOM, &id, &v.e));
	assert_int_equal(answer, ERR_NOT_FOUND);
	DO(filing_begin(&d, matter, &crip, LEA, &id, &v.e));
	assert_int_equal(answer, ERR_NONE);
}

/* Who is in no path: the team, who reported, a director who is named. */
static void
who_is_kept_away_from_the_case_reaches_no_paper(void **state)
{
	static const int64_t away[] = {SAMI, FOX_STAFF, MOTHER, DIRECTOR};
	int64_t id = begun(&crip), other;
	struct deed d = safety();
	struct filing_line l = {S("facts"), S("Faits"), S("x"), S("x")};
	const struct filing_lines lines = {&l, 1};
	struct filing_sending s = {1, NOW, S("telephone"), S("A"), S("B")};

	(void)state;
	check(id, S("Elle a froid."));
	DO(case_name(&d, matter, DIRECTOR, &v.e));
	assert_int_equal(answer, ERR_NONE);
	for (size_t i = 0; i < sizeof(away) / sizeof(away[0]); i++) {
		d = village_deed(&v, away[i]);
		DO(filing_begin(&d, matter, &crip, DB_NULL, &other, &v.e));
		assert_int_equal(answer, ERR_NOT_FOUND);
		DO(filing_check(&d, matter, id, LANG_FR, &lines, &v.e));
		assert_int_equal(answer, ERR_NOT_FOUND);
		DO(filing_send(&d, matter, id, &crip, &s, &other, &v.e));
		assert_int_equal(answer, ERR_NOT_FOUND);
		DO(filing_drop(&d, matter, id, S("non"), &v.e));
		assert_int_equal(answer, ERR_NOT_FOUND);
		DO(filing_finish(&d, matter, id, S("non"), &v.e));
		assert_int_equal(answer, ERR_NOT_FOUND);
		assert_int_equal(waiting(away[i]), 0);
	}
	assert_int_equal(village_count(&v, "filing_version"), 1);
	assert_int_equal(
	    village_count(&v, "audit WHERE subject_kind = 'case'"), 0);
}

static void
whatever_is_altered_is_found(void **state)
{
	static const char *const deeds[] = {
	    "UPDATE filing_version SET checked_at = checked_at + 1",
	    "UPDATE filing_version SET checked_by = 1",
	    "UPDATE filing_version SET number = 7",
	    "UPDATE filing_version SET lang = 'en'",
	    "UPDATE filing_version SET values_enc = receipt_enc",
	    "UPDATE filing_version SET receipt_enc = values_enc",
	    "UPDATE filing_version SET answered_enc = NULL",
	    "UPDATE filing_version SET route = 'post'",
	    "UPDATE filing_version SET sent_at = sent_at + 1",
	    "UPDATE filing_version SET sent_by = 1"};
	int64_t id = begun(&crip);

	(void)state;
	check(id, S("Elle a froid."));
	sent(id, &crip, S("A 12"));
	assert_int_equal(altered(), 0);
	village_sql(&v, "DROP TRIGGER filing_version_checked");
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		village_sql(&v,
		    "CREATE TEMP TABLE was AS SELECT * FROM filing_version");
		village_sql(&v, deeds[i]);
		if (altered() <= 0)
			fail_msg("not found: %s", deeds[i]);
		village_sql(&v, "DELETE FROM filing_version");
		village_sql(&v, "INSERT INTO filing_version SELECT * FROM was");
		village_sql(&v, "DROP TABLE was");
		assert_int_equal(altered(), 0);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(what_was_checked_is_frozen_version_by_version),
	    TEST(its_time_counts_from_when_the_case_was_opened),
	    TEST(a_paper_to_be_sent_makes_a_decided_case_wait),
	    TEST(what_was_sent_says_by_whom_how_and_with_which_receipt),
	    TEST(related_data_are_kept_for_a_time_and_the_end_is_said),
	    TEST(a_correction_that_was_sent_before_shortens_nothing),
	    TEST(one_that_is_not_to_be_sent_says_why_and_is_not),
	    TEST(who_is_kept_away_from_the_case_reaches_no_paper),
	    TEST(whatever_is_altered_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
