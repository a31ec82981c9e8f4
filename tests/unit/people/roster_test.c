/* Sheets of children: what each would change, and what is wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "people/roster.h"
#include "place.h"
#include "sql_authority.h"

static struct place p;

static int
begin(void **state)
{
	(void)state;
	place_open(&p);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	place_close(&p);
	return 0;
}

#define HEAD "prénom;nom;date de naissance;groupe"
#define ADULT "adulte1_nom;adulte1_lien"
#define EMAIL "adulte1_email"

static struct roster_plan
plan(str sheet)
{
	struct roster_plan r;

	DONE(&p, roster_plan(&p.d, p.season, sheet, &r, &p.e));
	return r;
}

static struct roster_plan
take(str sheet)
{
	struct roster_plan r = plan(sheet);

	if (r.errors > 0)
		fail_msg("line %d: %s", (int)r.note[0].line, r.note[0].text);
	DID(&p, roster_apply(&p.d, &r, &p.e));
	return r;
}

static int64_t
count(const char *what)
{
	char sql[200];

	(void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", what);
	return place_number(&p, sql);
}

/* ---- what is wrong, by line and column ---- */

struct bad {
	const char *name;
	str sheet;
	int64_t line;
	str column;
};

static const struct bad bad_sheets[] = {
    {"nothing", S(""), 0, S("")},
    {"heads only", S(HEAD "\n"), 0, S("")},
    {"no group column", S("prénom;nom;date de naissance\nLéa;D;2018-05-03\n"),
	1, S("groupe")},
    {"a column twice", S(HEAD ";Groupe\n"), 1, S("Groupe")},
    {"no name", S(HEAD "\n;D;2018-05-03;É\n"), 2, S("prénom")},
    {"no letter in the name", S(HEAD "\n🦊;D;2018-05-03;É\n"), 2,
	S("prénom")},
    {"no such day", S(HEAD "\nLéa;D;31/02/2018;É\n"), 2,
	S("date de naissance")},
    {"two-digit year", S(HEAD "\nLéa;D;03/05/18;É\n"), 2,
	S("date de naissance")},
    {"born tomorrow", S(HEAD "\nLéa;D;2030-01-01;É\n"), 2,
	S("date de naissance")},
    {"third line", S(HEAD "\nLéa;D;2018-05-03;É\nTom;D;x;É\n"), 3,
	S("date de naissance")},
    {"unknown link", S(HEAD ";" ADULT "\nLéa;D;2018-05-03;É;Ann;papa\n"), 2,
	S("adulte1_lien")},
    {"no link", S(HEAD ";" ADULT "\nLéa;D;2018-05-03;É;Ann;\n"), 2,
	S("adulte1_lien")},
    {"link without name", S(HEAD ";" ADULT "\nLéa;D;2018-05-03;É;;parent\n"), 2,
	S("adulte1_nom")},
    {"no e-mail address",
	S(HEAD ";" ADULT ";" EMAIL "\nLéa;D;2018-05-03;É;Ann;parent;ann\n"), 2,
	S("adulte1_email")},
    {"rights of a parent",
	S(HEAD ";" ADULT
	       ";adulte1_droits\nLéa;D;2018-05-03;É;Ann;parent;voir\n"),
	2, S("adulte1_droits")},
    {"unknown right",
	S(HEAD ";" ADULT
	       ";adulte1_droits\nLéa;D;2018-05-03;É;Ann;proche;tout\n"),
	2, S("adulte1_droits")},
    {"unknown language",
	S(HEAD ";" ADULT ";adulte1_langue\nLéa;D;2018-05-03;É;Ann;parent;de\n"),
	2, S("adulte1_langue")},
    {"ends before it begins",
	S(HEAD ";début;fin\nLéa;D;2018-05-03;É;2026-12-01;2026-11-01\n"), 2,
	S("fin")},
    {"outside the season", S(HEAD ";début\nLéa;D;2018-05-03;É;2026-08-31\n"), 2,
	S("")},
    {"one adult twice",
	S(HEAD ";" ADULT ";adulte1_ref;adulte2_nom;adulte2_lien;adulte2_ref\n"
	       "Léa;D;2018-05-03;É;Ann;parent;7;Ann;tuteur;7\n"),
	2, S("")},
    {"two ways to one child",
	S(HEAD ";" ADULT "\nLéa;D;2018-05-03;É;Ann;parent\n"
	       "Léa;D;2018-05-03;F;Ann;proche\n"),
	3, S("")},
};

static void
every_fault_is_said_by_line_and_column(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_sheets) / sizeof(*bad_sheets); i++) {
		const struct bad *b = &bad_sheets[i];
		struct roster_plan r = plan(b->sheet);

		if (r.errors != 1 || r.note[0].line != b->line ||
		    !str_eq(r.note[0].column, b->column))
			fail_msg("%s: %zu errors, line %d, column “" STR_FMT
				 "”: %s",
			    b->name, r.errors,
			    r.n_note == 0 ? -1 : (int)r.note[0].line,
			    STR_ARG(r.n_note == 0 ? S("-") : r.note[0].column),
			    r.n_note == 0 ? "-" : r.note[0].text);
		REFUSED(&p, roster_apply(&p.d, &r, &p.e), ERR_INPUT);
	}
	assert_int_equal(count("child"), 0);
	assert_int_equal(count("activity_group"), 0);
}

static void
an_unknown_column_is_only_a_warning(void **state)
{
	struct roster_plan r =
	    plan(S(HEAD ";allergies\nLéa;D;2018-05-03;É;noix\n"));

	(void)state;
	assert_int_equal(r.errors, 0);
	assert_int_equal(r.warnings, 1);
}

/* ---- who is the same ---- */

#define FAMILY                                                             \
	"prénom;nom;date de naissance;groupe;adulte1_nom;adulte1_lien;"   \
	"adulte2_nom;adulte2_lien\n"                                       \
	"Léa;Durand;03/05/2018;Les Écureuils;Marie Durand;parent;Karim " \
	"B;parent\n"                                                       \
	"Tom;Durand;11/02/2016;Les Renards;Marie Durand;parent;Karim "     \
	"B;parent\n"

static void
the_same_sheet_twice_changes_nothing(void **state)
{
	struct roster_plan r = take(S(FAMILY));
	str before, after;

	(void)state;
	assert_int_equal(r.counts.children_new, 2);
	assert_int_equal(r.counts.groups_new, 2);
	assert_int_equal(count("enrolment"), 2);
	assert_false(roster_is_empty(&r));
	before = roster_mark(&p.d, &r);
	r = plan(S(FAMILY));
	after = roster_mark(&p.d, &r);
	assert_int_equal(r.errors, 0);
	assert_true(roster_is_empty(&r));
	assert_false(str_eq(before, after));
}

static void
heads_and_days_may_be_written_in_english(void **state)
{
	struct roster_plan r;

	(void)state;
	take(S(FAMILY));
	r = plan(S("last_name,first_name,birth date,group,adult1_name,"
		   "adult1_link,adult2_name,adult2_link\n"
		   "DURAND,Lea,2018-05-03,les ecureuils,marie durand,mother,"
		   "Karim B,father\n"));
	assert_int_equal(r.errors, 0);
	assert_int_equal(r.counts.children_new, 0);
	assert_int_equal(r.counts.people_new, 0);
	assert_int_equal(r.counts.groups_new, 0);
}

static void
parents_of_siblings_are_one_person_each(void **state)
{
	struct roster_plan r = take(S(FAMILY));

	(void)state;
	assert_int_equal(count("guardian"), 2);
	assert_int_equal(count("authority"), 4);
	assert_int_equal(r.person[0].children, 2);
	assert_true(r.person[0].by_name);
}

static void
people_of_one_name_in_two_families_stay_two(void **state)
{
	struct roster_plan r = take(S(HEAD
	    ";" ADULT ";adulte2_nom;adulte2_lien\n"
	    "Léa;Martin;2018-05-03;É;Marie Martin;parent;Paul M;parent\n"
	    "Hugo;Martin;2017-05-03;É;Marie Martin;parent;Yves M;parent\n"));

	(void)state;
	assert_int_equal(count("guardian"), 4);
	assert_int_equal(r.warnings, 1);
}

static void
the_same_address_or_number_joins_them(void **state)
{
	(void)state;
	take(S(HEAD
	    ";" ADULT ";adulte1_email;adulte1_telephone\n"
	    "Léa;Petit;2018-05-03;É;Marie Martin;parent;M@x.org;\n"
	    "Hugo;Grand;2017-05-03;É;Marie Martin;parent;m@X.org;0612345678\n"
	    "Zoé;Moyen;2016-05-03;É;Marie MARTIN;parent;;+33 6 12 34 56 78\n"
	    "Ana;Autre;2015-05-03;É;Marie Martin;parent;other@x.org;\n"));
	assert_int_equal(count("guardian"), 2);
	assert_int_equal(
	    place_number(&p,
		"SELECT max(n) FROM (SELECT count(*) AS n FROM authority"
		" GROUP BY guardian)"),
	    3);
}

static void
a_ref_says_who_it_is_whatever_the_name(void **state)
{
	struct roster_plan r;

	(void)state;
	take(S("ref;" HEAD ";" ADULT ";adulte1_ref\n"
	       "C1;Léa;Durand;2018-05-03;É;Marie Durand;parent;A1\n"));
	r = take(
	    S("ref;" HEAD ";" ADULT ";adulte1_ref\n"
	      "C1;Léa;Durand-Benali;2018-05-03;É;Marie Benali;parent;A1\n"));
	assert_int_equal(r.counts.children_changed, 1);
	assert_int_equal(r.counts.people_changed, 1);
	assert_int_equal(count("child"), 1);
	assert_int_equal(count("guardian"), 1);
	/* The same name with another ref is another child. */
	r = plan(S("ref;" HEAD "\nC2;Léa;Durand-Benali;2018-05-03;É\n"));
	assert_int_equal(r.counts.children_new, 1);
}

static void
a_child_without_a_ref_may_get_one_later(void **state)
{
	struct roster_plan r;

	(void)state;
	take(S(HEAD "\nLéa;Durand;2018-05-03;É\n"));
	r = take(S("ref;" HEAD "\nC1;Léa;Durand;2018-05-03;É\n"));
	assert_int_equal(r.counts.children_new, 0);
	r = plan(S(HEAD "\nLéa;Durand;2018-05-03;É\n"));
	assert_true(roster_is_empty(&r));
	assert_int_equal(count("child"), 1);
}

static void
two_children_of_one_name_and_day_need_a_ref(void **state)
{
	struct roster_plan r;

	(void)state;
	take(S("ref;" HEAD "\nC1;Léa;Durand;2018-05-03;É\n"
	       "C2;Léa;Durand;2018-05-03;F\n"));
	assert_int_equal(count("child"), 2);
	r = plan(S(HEAD "\nLéa;Durand;2018-05-03;É\n"));
	assert_int_equal(r.errors, 1);
}

static void
one_child_in_two_groups_is_one_child(void **state)
{
	(void)state;
	take(S(HEAD "\nLéa;Durand;2018-05-03;É\nLéa;Durand;2018-05-03;F\n"));
	assert_int_equal(count("child"), 1);
	assert_int_equal(count("enrolment"), 2);
}

/* ---- rights ---- */

static int64_t
standing(const char *kind)
{
	char sql[160];

	(void)snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM authority WHERE ended_at IS NULL"
	    " AND kind = '%s'",
	    kind);
	return place_number(&p, sql);
}

static void
separated_parents_have_their_own_days_and_documents(void **state)
{
	struct roster_plan r;

	(void)state;
	take(S(HEAD
	    ";" ADULT
	    ";adulte1_jusqu’à;adulte1_document;adulte2_nom;adulte2_lien\n"
	    "Léa;D;2018-05-03;É;Ann;tuteur;2027-01-31;Jugement;Bob;parent\n"));
	assert_int_equal(standing("tutor"), 1);
	assert_int_equal(
	    place_number(
		&p, "SELECT until_on FROM authority WHERE kind = 'tutor'"),
	    day_from_civil(2027, 1, 31));
	assert_int_equal(place_number(&p, "SELECT count(*) FROM authority "
					  "WHERE document_enc IS NOT NULL"),
	    1);
	/* What a sheet does not say stays. */
	r = plan(S(HEAD ";" ADULT ";adulte2_nom;adulte2_lien\n"
			"Léa;D;2018-05-03;É;Ann;tuteur;Bob;parent\n"));
	assert_true(roster_is_empty(&r));
}

static void
an_adult_missing_from_the_sheet_keeps_the_rights_with_a_warning(void **state)
{
	struct roster_plan r;

	(void)state;
	take(S(FAMILY));
	r = take(S(
	    HEAD ";" ADULT "\n"
		 "Léa;Durand;03/05/2018;Les Écureuils;Marie Durand;parent\n"));
	assert_int_equal(r.warnings, 1);
	assert_true(roster_is_empty(&r));
	assert_int_equal(standing("parental"), 4);
}

static void
no_contact_ends_what_stood_and_no_sheet_lifts_it(void **state)
{
	struct roster_plan r;

	(void)state;
	take(S(FAMILY));
	r = take(
	    S(HEAD ";" ADULT "\n"
		   "Léa;Durand;03/05/2018;Les Écureuils;Karim B;interdit\n"));
	assert_int_equal(r.counts.links_ended, 1);
	assert_int_equal(standing("no_contact"), 1);
	assert_int_equal(standing("parental"), 3);
	r = plan(S(FAMILY));
	assert_int_equal(r.errors, 1);
	assert_int_equal(r.note[0].line, 2);
	REFUSED(&p, roster_apply(&p.d, &r, &p.e), ERR_INPUT);
	assert_int_equal(standing("no_contact"), 1);
}

static void
a_relative_has_the_rights_that_are_written(void **state)
{
	(void)state;
	take(S(HEAD ";" ADULT ";adulte1_droits;adulte2_nom;adulte2_lien\n"
		    "Léa;D;2018-05-03;É;Ann;proche;télécharger + "
		    "consultations;Bob;proche\n"));
	assert_int_equal(place_number(&p, "SELECT max(rights) FROM authority"),
	    AUTHORITY_ALL);
	assert_int_equal(place_number(&p, "SELECT min(rights) FROM authority"),
	    AUTHORITY_SEE);
}

static void
an_enrolment_is_shortened_and_kept(void **state)
{
	struct roster_plan r;

	(void)state;
	take(S(FAMILY));
	r = take(S(HEAD ";fin\n"
			"Léa;Durand;03/05/2018;Les Écureuils;2026-12-18\n"));
	assert_int_equal(r.counts.enrolments_changed, 1);
	assert_int_equal(
	    place_number(&p, "SELECT min(until_on) FROM enrolment"),
	    day_from_civil(2026, 12, 18));
	assert_int_equal(count("enrolment"), 2);
}

static void
formulas_marks_and_pictures_are_only_names(void **state)
{
	struct roster_plan r =
	    take(S(HEAD "\n"
			"=HYPERLINK(1);@Durand;2018-05-03;+É\n"
			"\xe2\x80\xaeL\xc3\xa9"
			"a\xe2\x80\xac 🦊;Dura\xcc\x80nd;2018-05-03;É\n"));

	(void)state;
	assert_true(str_eq(r.child[0].name.first, S("=HYPERLINK(1)")));
	assert_true(str_eq(r.child[1].name.first, S("Léa 🦊")));
}

static void
every_right_that_changes_is_in_the_audit_with_its_child(void **state)
{
	(void)state;
	take(S(FAMILY));
	assert_int_equal(count("audit WHERE action = 'authority-changed'"
			       " AND child > 0"),
	    4);
	assert_int_equal(count("audit WHERE action = 'roster-imported'"), 1);
}

static void
ten_thousand_lines_take_seconds(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX((size_t)4 << 20);
	int64_t start;
	struct roster_plan r;

	(void)state;
	buf_printf(&b, HEAD ";" ADULT ";adulte2_nom;adulte2_lien\n");
	for (int i = 0; i < ROSTER_LINES_MAX; i++)
		buf_printf(&b,
		    "Enfant %d;Famille %d;2018-05-03;Groupe %d;"
		    "Mère %d;parent;Père %d;parent\n",
		    i, i / 2, i % 40, i / 2, i / 2);
	assert_false(b.full);
	start = clock_ms();
	r = take(buf_view(&b));
	assert_int_equal(r.counts.children_new, ROSTER_LINES_MAX);
	assert_int_equal(count("guardian"), ROSTER_LINES_MAX);
	r = plan(buf_view(&b));
	assert_true(roster_is_empty(&r));
	print_message(
	    "%d lines: %d ms\n", ROSTER_LINES_MAX, (int)(clock_ms() - start));
	assert_true(clock_ms() - start < 60000);
	/* One more is too many, and nothing is applied. */
	buf_printf(&b, "Un de;trop;2018-05-03;G;;;;\n");
	assert_int_equal(plan(buf_view(&b)).errors, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(every_fault_is_said_by_line_and_column),
	    TEST(an_unknown_column_is_only_a_warning),
	    TEST(the_same_sheet_twice_changes_nothing),
	    TEST(heads_and_days_may_be_written_in_english),
	    TEST(parents_of_siblings_are_one_person_each),
	    TEST(people_of_one_name_in_two_families_stay_two),
	    TEST(the_same_address_or_number_joins_them),
	    TEST(a_ref_says_who_it_is_whatever_the_name),
	    TEST(a_child_without_a_ref_may_get_one_later),
	    TEST(two_children_of_one_name_and_day_need_a_ref),
	    TEST(one_child_in_two_groups_is_one_child),
	    TEST(separated_parents_have_their_own_days_and_documents),
	    TEST(
		an_adult_missing_from_the_sheet_keeps_the_rights_with_a_warning),
	    TEST(no_contact_ends_what_stood_and_no_sheet_lifts_it),
	    TEST(a_relative_has_the_rights_that_are_written),
	    TEST(an_enrolment_is_shortened_and_kept),
	    TEST(formulas_marks_and_pictures_are_only_names),
	    TEST(every_right_that_changes_is_in_the_audit_with_its_child),
	    TEST(ten_thousand_lines_take_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
