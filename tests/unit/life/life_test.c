/* Who does not come: who may say so, of which days, and who reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "erasure/erasure.h"
#include "life/absence.h"
#include "people/child.h"
#include "village.h"

static struct village v;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define count(what) village_count(&v, what)

/* A squirrel with a key and a name, child of MOTHER and FATHER. */
#define KIM 4

/* In the village nobody's name can be read. */
static void
give_name(int64_t guardian, str name)
{
	struct deed d = village_deed(&v, DIRECTOR);
	CLEANUP(buf_done) struct buf hex = BUF_MAX(4096);
	str sealed;

	DONE(deed_seal(&d, "guardian.name_enc", name, &sealed, &v.e));
	buf_hex(&hex, (const uint8_t *)sealed.p, sealed.n);
	village_sql(
	    &v, arena_fmt(v.arena,
		    "UPDATE guardian SET name_enc = x'%.*s' WHERE id = %d",
		    (int)hex.n, hex.p, (int)guardian)
		    .p);
}

static int
begin(void **state)
{
	const struct child_name kim = {S("Kim"), S("Petit"), 16000};
	struct deed d;
	int64_t id;

	(void)state;
	village_open(&v);
	d = village_deed(&v, DIRECTOR);
	DONE(db_begin(v.house.db, &v.e));
	DONE(child_create(&d, (str){0}, &kim, &id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(id, KIM);
	village_sql(&v,
	    "INSERT INTO enrolment (child, activity_group, from_on, until_on) "
	    "VALUES (4, 1, 20500, 20700);"
	    "INSERT INTO authority (guardian, child, kind, rights, from_on, "
	    "created_at) VALUES (1, 4, 'parental', 7, 20000, 1),"
	    " (2, 4, 'parental', 7, 20000, 1)");
	give_name(1, S("Nadia Petit"));
	give_name(2, S("Karim Petit"));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

#define REFUSED (-1)

static int
tell(int64_t account, struct absence_told t)
{
	struct deed d = village_deed(&v, account);
	enum absence_answer answer = ABSENCE_DONE;
	bool done;

	DONE(db_begin(v.house.db, &v.e));
	done = absence_tell(&d, village_viewer(&v, account), &t, &answer, &v.e);
	if (!done) {
		db_rollback(v.house.db);
		assert_int_equal(v.e.kind, ERR_NOT_FOUND);
		return REFUSED;
	}
	DONE(db_commit(v.house.db, &v.e));
	return (int)answer;
}

static struct absence_told
of(int64_t child, enum absence_kind k, int64_t from, int64_t until)
{
	return (struct absence_told){
	    .child = child, .kind = k, .from_on = from, .until_on = until};
}

static struct absence_lines
read_of(int64_t account, int64_t child)
{
	struct deed d = village_deed(&v, account);
	struct absence_lines l;

	DONE(absence_of_family(
	    &d, village_viewer(&v, account), child, &l, &v.e));
	return l;
}

static void
holders_tell_and_others_do_not(void **state)
{
	(void)state;
	assert_int_equal(
	    tell(MOTHER, of(LEA, ABSENCE_ABSENT, TODAY, TODAY)), ABSENCE_DONE);
	assert_int_equal(
	    tell(FATHER, of(TOM, ABSENCE_LATE, TODAY, TODAY)), ABSENCE_DONE);
	/* No contact, none of hers, a relative without the right. */
	assert_int_equal(
	    tell(FATHER, of(NOAH, ABSENCE_LATE, TODAY, TODAY)), REFUSED);
	assert_int_equal(
	    tell(MOTHER, of(TOM, ABSENCE_LATE, TODAY, TODAY)), REFUSED);
	assert_int_equal(
	    tell(GRANNY, of(LEA, ABSENCE_LATE, TODAY, TODAY)), REFUSED);
	assert_int_equal(count("absence"), 2);
	village_sql(&v, "UPDATE authority SET rights = rights + 8 "
			"WHERE kind = 'relative'");
	assert_int_equal(
	    tell(GRANNY, of(LEA, ABSENCE_LATE, TODAY, TODAY)), ABSENCE_DONE);
	assert_int_equal(count("absence"), 2);
	assert_int_equal(count("absence WHERE child = 1 AND kind = 'late'"), 1);
	assert_int_equal(count("audit WHERE action = 'absence-told'"), 3);
}

static void
the_last_word_of_a_day_is_the_one_that_stands(void **state)
{
	struct absence_told t = of(KIM, ABSENCE_ABSENT, TODAY, TODAY + 1);
	struct absence_lines l;

	(void)state;
	t.reason = S("Chez sa grand-mère.");
	assert_int_equal(tell(MOTHER, t), ABSENCE_DONE);
	assert_int_equal(
	    tell(FATHER, of(KIM, ABSENCE_NONE, TODAY, TODAY)), ABSENCE_DONE);
	l = read_of(MOTHER, KIM);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.v[0].kind, ABSENCE_NONE);
	assert_int_equal(l.v[0].reason.n, 0);
	assert_int_equal(l.v[1].kind, ABSENCE_ABSENT);
	assert_true(str_eq(l.v[1].reason, t.reason));
	assert_true(l.v[0].teller.n > 0 && l.v[1].teller.n > 0);
	assert_false(str_eq(l.v[0].teller, l.v[1].teller));
	/* Sealed: the words stand nowhere. */
	assert_int_equal(
	    count("absence WHERE instr(reason_enc, 'grand') > 0"), 0);
}

static void
days_are_those_of_the_enrolment_from_today_on(void **state)
{
	(void)state;
	assert_int_equal(
	    tell(MOTHER, of(LEA, ABSENCE_ABSENT, TODAY - 1, TODAY)),
	    ABSENCE_PAST);
	assert_int_equal(
	    tell(MOTHER, of(LEA, ABSENCE_ABSENT, TODAY + 2, TODAY + 1)),
	    ABSENCE_PAST);
	assert_int_equal(tell(MOTHER, of(LEA, ABSENCE_ABSENT, TODAY,
					  TODAY + ABSENCE_AHEAD_DAYS + 1)),
	    ABSENCE_FAR);
	assert_int_equal(count("absence"), 0);
	village_sql(
	    &v, "UPDATE enrolment SET until_on = 20602 WHERE child = 1");
	assert_int_equal(
	    tell(MOTHER, of(LEA, ABSENCE_ABSENT, TODAY + 1, TODAY + 9)),
	    ABSENCE_DONE);
	assert_int_equal(count("absence"), 2);
	assert_int_equal(
	    tell(MOTHER, of(LEA, ABSENCE_ABSENT, TODAY + 4, TODAY + 9)),
	    ABSENCE_NO_DAY);
	village_sql(
	    &v, "UPDATE enrolment SET until_on = 20599 WHERE child = 1");
	assert_int_equal(
	    tell(MOTHER, of(LEA, ABSENCE_ABSENT, TODAY, TODAY)), REFUSED);
	assert_int_equal(count("absence"), 2);
}

static struct absence_told
call(int64_t group, int64_t child, int64_t caller)
{
	struct absence_told t = of(child, ABSENCE_ABSENT, TODAY, TODAY);

	t.group = group;
	t.caller = caller;
	return t;
}

static void
the_team_notes_the_call_of_an_adult_who_may_tell_it(void **state)
{
	struct deed d = village_deed(&v, SAMI);
	struct absence_callers who;
	struct absence_rows rows;
	int64_t mother;

	(void)state;
	DONE(absence_callers(&d, LEA, &who, &v.e));
	assert_int_equal(who.n, 2); /* not her grandmother */
	mother = who.v[0].guardian;
	assert_true(str_eq(who.v[0].name, S("Nadia Petit")));
	assert_int_equal(
	    tell(SAMI, call(SQUIRRELS, LEA, mother)), ABSENCE_DONE);
	assert_int_equal(tell(SAMI, call(SQUIRRELS, LEA, 999)), ABSENCE_CALLER);
	assert_int_equal(tell(SAMI, call(SQUIRRELS, LEA, 0)), ABSENCE_CALLER);
	/* Of another group; as if she were in it; somebody else's group. */
	assert_int_equal(tell(FOX_STAFF, call(FOXES, LEA, mother)), REFUSED);
	assert_int_equal(
	    tell(FOX_STAFF, call(SQUIRRELS, LEA, mother)), REFUSED);
	assert_int_equal(tell(SAFETY, call(SQUIRRELS, LEA, mother)), REFUSED);
	assert_int_equal(
	    tell(DIRECTOR, call(SQUIRRELS, LEA, mother)), ABSENCE_DONE);
	assert_int_equal(count("absence WHERE caller IS NOT NULL"), 1);
	DONE(absence_of_day(
	    &d, village_viewer(&v, SAMI), SQUIRRELS, TODAY, &rows, &v.e));
	assert_int_equal(rows.n, 1);
	assert_true(str_eq(rows.v[0].caller, S("Nadia Petit")));
	assert_false(absence_of_day(
	    &d, village_viewer(&v, FOX_STAFF), SQUIRRELS, TODAY, &rows, &v.e));
	assert_true(read_of(FATHER, LEA).v[0].by_team);
}

static void
whoever_may_not_contact_the_child_is_not_named(void **state)
{
	(void)state;
	assert_int_equal(
	    tell(FATHER, of(LEA, ABSENCE_LATE, TODAY, TODAY)), ABSENCE_DONE);
	assert_true(read_of(MOTHER, LEA).v[0].teller.n > 0);
	village_sql(&v,
	    "INSERT INTO authority (guardian, child, kind, rights, from_on, "
	    "created_at) SELECT id, 1, 'no_contact', 0, 1, 1 FROM guardian "
	    "WHERE account = 6");
	assert_int_equal(read_of(MOTHER, LEA).v[0].teller.n, 0);
	assert_int_equal(
	    tell(FATHER, of(LEA, ABSENCE_NONE, TODAY, TODAY)), REFUSED);
}

static void
today_counts_each_child_once_in_each_group(void **state)
{
	struct deed d = village_deed(&v, SAMI);
	struct absence_counts c;

	(void)state;
	tell(MOTHER, of(LEA, ABSENCE_ABSENT, TODAY, TODAY));
	tell(FATHER, of(TOM, ABSENCE_LATE, TODAY, TODAY + 1));
	DONE(absence_today(&d, &c, &v.e));
	assert_int_equal(c.n, 2);
	assert_int_equal(c.v[0].group, SQUIRRELS);
	assert_int_equal(c.v[0].absent, 1);
	assert_int_equal(c.v[0].late, 0);
	assert_int_equal(c.v[1].late, 1);
	tell(MOTHER, of(LEA, ABSENCE_NONE, TODAY, TODAY));
	DONE(absence_today(&d, &c, &v.e));
	assert_int_equal(c.n, 1);
}

static void
words_go_with_the_child_and_after_the_season(void **state)
{
	int64_t held, gone;

	(void)state;
	tell(MOTHER, of(LEA, ABSENCE_ABSENT, TODAY, TODAY));
	tell(FATHER, of(TOM, ABSENCE_LATE, TODAY, TODAY));
	DONE(db_begin(v.house.db, &v.e));
	DONE(erasure_child(&v.house, v.arena, LEA, NOW, &held, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(count("absence WHERE child = 1"), 0);
	assert_int_equal(count("absence"), 1);
	/* The season goes on: it stays, however old it is. */
	village_sql(&v, "UPDATE season SET until_on = 20700");
	DONE(absence_sweep(&v.house, 1, TODAY + 120 - 31, 1000, &gone, &v.e));
	assert_int_equal(count("absence"), 1);
	DONE(absence_sweep(&v.house, 1, TODAY + 131 - 31, 1000, &gone, &v.e));
	assert_int_equal(count("absence"), 1);
	DONE(absence_sweep(&v.house, 1, TODAY + 132 - 31, 1000, &gone, &v.e));
	assert_int_equal(count("absence"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(holders_tell_and_others_do_not),
	    T(the_last_word_of_a_day_is_the_one_that_stands),
	    T(days_are_those_of_the_enrolment_from_today_on),
	    T(the_team_notes_the_call_of_an_adult_who_may_tell_it),
	    T(whoever_may_not_contact_the_child_is_not_named),
	    T(today_counts_each_child_once_in_each_group),
	    T(words_go_with_the_child_and_after_the_season),
	};

	return cmocka_run_group_tests_name("life", tests, NULL, NULL);
}
