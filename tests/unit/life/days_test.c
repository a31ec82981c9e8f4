/* The days of a centre: who sees what, what is answered, what is told to a
 * program, and what goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ends/round.h"
#include "erasure/erasure.h"
#include "life/address.h"
#include "life/calendar.h"
#include "life/choice.h"
#include "life/ical.h"
#include "life/notice.h"
#include "life/pattern.h"
#include "people/child.h"
#include "village.h"

static struct village v;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define SEASON_ENDS 20700 /* of the village */
#define count(what) village_count(&v, what)

static const struct item_line answers[] = {
    {.day = DB_NULL, .text = {[LANG_FR] = S("la ferme")}},
    {.day = DB_NULL, .text = {[LANG_FR] = S("la mer")}},
};
static const struct item_line cakes[] = {
    {.day = DB_NULL, .wanted = 3, .text = {[LANG_FR] = S("gâteaux")}},
    {.day = DB_NULL, .wanted = 1, .text = {[LANG_FR] = S("jus")}},
};

#define ONCE                                                                \
	.from_min = DB_NULL, .until_min = DB_NULL, .weekly_until = DB_NULL, \
	.album = DB_NULL
#define TITLED(t) .words = {[LANG_FR] = {[ITEM_TITLE] = S(t)}}

static const struct item_new fair = {.kind = ITEM_EVENT,
    .words = {[LANG_FR] = {[ITEM_TITLE] = S("La fête"),
		  [ITEM_BODY] = S("Avec de la musique.")}},
    .from_on = TODAY + 2,
    .until_on = TODAY + 3,
    ONCE};
static const struct item_new poll = {.kind = ITEM_POLL,
    TITLED("Où aller"),
    .from_on = TODAY,
    .until_on = TODAY + 3,
    ONCE,
    .line = answers,
    .n_line = 2};
static const struct item_new bring = {.kind = ITEM_BRING,
    TITLED("Le goûter"),
    .from_on = TODAY,
    .until_on = TODAY + 3,
    ONCE,
    .line = cakes,
    .n_line = 2};
static const struct item_new nap = {.kind = ITEM_ENTRY,
    TITLED("Sieste"),
    .from_on = TODAY,
    .until_on = TODAY,
    ONCE};

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

static bool
may(int64_t account, int64_t post, enum permit_want want,
    const struct grant **ret)
{
	return permit_post(&v.house, v.arena, village_viewer(&v, account), post,
	    want, NOW, TODAY, ret, &v.e);
}

static const struct grant *
leave(int64_t account, int64_t post, enum permit_want want)
{
	const struct grant *g;

	DONE(may(account, post, want, &g));
	return g;
}

static int64_t
draft(const struct item_new *n)
{
	struct deed d = village_deed(&v, SAMI);
	int64_t id;

	DONE(db_begin(v.house.db, &v.e));
	DONE(item_create(&d, n, &id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	return id;
}

static void
give(int64_t post, const char *column, int64_t id)
{
	village_sql(&v, arena_fmt(v.arena,
			    "INSERT INTO post_audience (post, %s, day_on) "
			    "VALUES (%d, %d, %d)",
			    column, (int)post, (int)id, TODAY)
			    .p);
}

static void
publish(int64_t id)
{
	struct deed d = village_deed(&v, SAMI);
	enum words_hour a = WORDS_PAST;

	DONE(db_begin(v.house.db, &v.e));
	DONE(item_publish(
	    &d, leave(SAMI, id, PERMIT_NOTICE_EDIT), NOW, &a, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(a, WORDS_DONE);
}

static int64_t
published(const struct item_new *n)
{
	int64_t id = draft(n);

	give(id, "activity_group", SQUIRRELS);
	publish(id);
	return id;
}

static struct item
load(int64_t account, int64_t id)
{
	struct deed d = village_deed(&v, account);
	struct item i;

	DONE(item_load(&d, leave(account, id, PERMIT_NOTICE), &i, &v.e));
	return i;
}

static enum choice_answer
say(int64_t account, int64_t id, int64_t first, int64_t second)
{
	struct deed d = village_deed(&v, account);
	const int64_t n[] = {first, second};
	enum choice_answer a = CHOICE_OVER;
	struct item i = load(account, id);

	DONE(db_begin(v.house.db, &v.e));
	DONE(choice_say(&d, village_viewer(&v, account),
	    leave(account, id, PERMIT_NOTICE), &i, n, &a, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	return a;
}

static struct choice_sum
sum_of(int64_t account, int64_t id)
{
	struct deed d = village_deed(&v, account);
	struct item i = load(account, id);
	struct choice_sum s;

	DONE(choice_sum(&d, village_viewer(&v, account),
	    leave(account, id, PERMIT_NOTICE), &i, &s, &v.e));
	return s;
}

static str
calendar_with(int64_t account, struct address_kinds kinds)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CALENDAR_BYTES_MAX);
	struct deed d = village_deed(&v, account);
	str ret;

	DONE(calendar_write(&d, village_viewer(&v, account), &kinds, &b, &v.e));
	assert_true(arena_str(v.arena, b.p, b.n, &ret));
	return ret;
}

static str
calendar(int64_t account)
{
	return calendar_with(account, (struct address_kinds){0});
}

static bool
holds(str text, const char *what)
{
	return memmem(text.p, text.n, what, strlen(what)) != NULL;
}

static size_t
times(str text, const char *what)
{
	size_t n = 0;

	for (size_t i = 0; i + strlen(what) <= text.n; i++)
		n += memcmp(text.p + i, what, strlen(what)) == 0;
	return n;
}

/* ---- who sees it ---- */

static void
an_event_is_for_the_families_of_its_groups(void **state)
{
	int64_t id = published(&fair);
	const struct grant *g;

	(void)state;
	assert_true(may(MOTHER, id, PERMIT_NOTICE, &g));
	assert_false(may(FOX_MUM, id, PERMIT_NOTICE, &g));
	assert_false(may(FATHER, id, PERMIT_NOTICE, &g)); /* no contact */
	assert_false(may(MOTHER, id, PERMIT_NOTICE_EDIT, &g));
	assert_false(may(MOTHER, id, PERMIT_SEE, &g));
	assert_false(may(MOTHER, id, PERMIT_NOTICE_GONE, &g));
	assert_true(str_eq(load(MOTHER, id).is.words[LANG_FR][ITEM_BODY],
	    S("Avec de la musique.")));
}

static void
a_draft_is_nobodys(void **state)
{
	int64_t id = draft(&fair);
	const struct grant *g;

	(void)state;
	give(id, "activity_group", SQUIRRELS);
	assert_false(may(MOTHER, id, PERMIT_NOTICE, &g));
	assert_false(holds(calendar(MOTHER), "BEGIN:VEVENT"));
}

static void
a_weekly_event_falls_on_its_day_of_each_week(void **state)
{
	struct item_new n = fair;
	struct item i;

	(void)state;
	n.until_on = n.from_on;
	n.weekly_until = n.from_on + 20;
	i = load(SAMI, published(&n));
	assert_true(item_is_on(&i, n.from_on));
	assert_true(item_is_on(&i, n.from_on + 14));
	assert_false(item_is_on(&i, n.from_on + 13));
	assert_false(item_is_on(&i, n.from_on + 21));
	assert_int_equal(i.last_on, n.from_on + 14);
}

/* ---- answers ---- */

static void
a_family_answers_a_poll_once(void **state)
{
	int64_t id = published(&poll);

	(void)state;
	assert_int_equal(say(MOTHER, id, 1, 1), CHOICE_NONE);
	assert_int_equal(say(MOTHER, id, 0, 0), CHOICE_NONE);
	assert_int_equal(say(MOTHER, id, 1, 0), CHOICE_DONE);
	assert_int_equal(say(MOTHER, id, 0, 1), CHOICE_DONE);
	assert_int_equal(count("item_answer"), 1);
	assert_int_equal(sum_of(SAMI, id).v[1].count, 1);
	/* What others say is not shown unless the author wants it. */
	assert_int_equal(sum_of(MOTHER, id).v[1].count, 0);
	assert_int_equal(sum_of(MOTHER, id).v[1].mine, 1);
}

/* FATHER is Léa's too: on a poll for her by name his word is the family's. */
static void
the_last_word_of_a_family_counts(void **state)
{
	int64_t id = draft(&poll);

	(void)state;
	give(id, "child", LEA);
	publish(id);
	assert_int_equal(say(MOTHER, id, 1, 0), CHOICE_DONE);
	assert_true(sum_of(FATHER, id).answered);
	assert_true(sum_of(FATHER, id).v[0].family);
	assert_int_equal(say(FATHER, id, 0, 1), CHOICE_DONE);
	assert_int_equal(count("item_answer"), 1);
	assert_int_equal(sum_of(MOTHER, id).v[1].mine, 0);
	assert_true(sum_of(MOTHER, id).v[1].family);
}

static void
each_adult_answers_where_each_is_asked(void **state)
{
	struct item_new n = poll;
	int64_t id;

	(void)state;
	n.each = true;
	id = draft(&n);
	give(id, "child", LEA);
	publish(id);
	assert_int_equal(say(MOTHER, id, 1, 0), CHOICE_DONE);
	assert_false(sum_of(FATHER, id).answered);
	assert_int_equal(say(FATHER, id, 1, 0), CHOICE_DONE);
	assert_int_equal(sum_of(SAMI, id).v[0].count, 2);
}

static void
no_more_is_taken_than_is_wanted(void **state)
{
	int64_t id = draft(&bring);

	(void)state;
	give(id, "child", LEA);
	publish(id);
	assert_int_equal(say(MOTHER, id, 2, 1), CHOICE_DONE);
	assert_int_equal(say(FATHER, id, 2, 0), CHOICE_FULL);
	assert_int_equal(say(FATHER, id, 1, 0), CHOICE_DONE);
	assert_int_equal(sum_of(FATHER, id).v[0].count, 3);
	/* Taken back, it is there for others. */
	assert_int_equal(say(MOTHER, id, 0, 0), CHOICE_DONE);
	assert_int_equal(say(FATHER, id, 3, 1), CHOICE_DONE);
	assert_int_equal(count("item_answer"), 2);
}

/* Whatever a program says: the schema does not hold more. */
static void
the_schema_refuses_one_too_many(void **state)
{
	int64_t id = published(&bring);
	struct item i = load(SAMI, id);

	(void)state;
	assert_int_equal(say(MOTHER, id, 3, 0), CHOICE_DONE);
	DONE(db_begin(v.house.db, &v.e));
	assert_false(db_exec(v.house.db,
	    arena_fmt(v.arena,
		"INSERT INTO item_answer (post, line, guardian, child, n, "
		"answered_at) VALUES (%d, %d, 2, 1, 1, 0)",
		(int)id, (int)i.is.line[0].id)
		.p,
	    &v.e));
	db_rollback(v.house.db);
	assert_int_equal(count("item_answer"), 1);
}

static void
a_poll_waits_until_it_is_answered(void **state)
{
	struct deed d = village_deed(&v, MOTHER);
	struct choice_waits w;
	int64_t id = published(&poll);

	(void)state;
	DONE(
	    choice_waits(&d, village_viewer(&v, MOTHER), 0, LANG_FR, &w, &v.e));
	assert_int_equal(w.n, 1);
	assert_int_equal(w.later, 0);
	assert_int_equal(say(MOTHER, id, 1, 0), CHOICE_DONE);
	DONE(
	    choice_waits(&d, village_viewer(&v, MOTHER), 0, LANG_FR, &w, &v.e));
	assert_int_equal(w.n, 0);
}

static void
what_comes_by_the_clock_alone_says_when(void **state)
{
	struct deed d = village_deed(&v, MOTHER);
	int64_t far = published(&poll), near = published(&poll);
	struct choice_waits w;

	(void)state;
	village_sql(
	    &v, arena_fmt(v.arena,
		    "UPDATE post SET publish_at = %lld WHERE id = %lld; "
		    "UPDATE post SET publish_at = %lld WHERE id = %lld",
		    (long long)NOW + 900, (long long)far, (long long)NOW + 60,
		    (long long)near)
		    .p);
	DONE(
	    choice_waits(&d, village_viewer(&v, MOTHER), 0, LANG_FR, &w, &v.e));
	assert_int_equal(w.n, 0);
	assert_int_equal(w.later, NOW + 60);
}

static void
who_sees_without_deciding_is_not_asked(void **state)
{
	int64_t id = published(&poll);

	(void)state;
	assert_false(sum_of(GRANNY, id).asked);
}

/* ---- entries by name ---- */

/* A squirrel with a key of its own. */
static int64_t
child(str first, int64_t guardian)
{
	const struct child_name name = {first, S("Test"), 10000};
	struct deed d = village_deed(&v, DIRECTOR);
	int64_t id;

	DONE(db_begin(v.house.db, &v.e));
	DONE(child_create(&d, (str){0}, &name, &id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	village_sql(&v,
	    arena_fmt(v.arena,
		"INSERT INTO enrolment (child, activity_group, from_on, "
		"until_on) VALUES (%d, 1, 20500, 20700); "
		"INSERT INTO authority (guardian, child, kind, rights, "
		"from_on, created_at) VALUES (%d, %d, 'parental', 7, 20000, 1)",
		(int)id, (int)guardian, (int)id)
		.p);
	return id;
}

static void
an_entry_by_name_is_each_childs_alone(void **state)
{
	int64_t kim = child(S("Kim"), 1), lou = child(S("Lou"), 4);
	int64_t id = draft(&nap), held;
	const struct grant *g;

	(void)state;
	give(id, "child", kim);
	give(id, "child", lou);
	publish(id);
	assert_int_equal(count("item WHERE child IS NOT NULL"), 2);
	assert_int_equal(count("post_audience"), 2);
	assert_true(str_eq(
	    load(MOTHER, id).is.words[LANG_FR][ITEM_TITLE], S("Sieste")));
	assert_false(may(MOTHER, id + 1, PERMIT_NOTICE, &g));
	assert_false(may(FOX_MUM, id, PERMIT_NOTICE, &g));
	assert_true(str_eq(
	    load(FOX_MUM, id + 1).is.words[LANG_FR][ITEM_TITLE], S("Sieste")));
	/* It goes with the child: no key opens what a backup holds. */
	DONE(db_begin(v.house.db, &v.e));
	DONE(erasure_child(&v.house, v.arena, kim, NOW, &held, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(
	    count("item WHERE child IS NOT NULL AND fr_enc IS NULL"), 1);
	assert_int_equal(
	    count("item WHERE child IS NOT NULL AND fr_enc IS NOT NULL"), 1);
}

static void
answers_go_with_the_child(void **state)
{
	int64_t id = published(&poll), held;

	(void)state;
	assert_int_equal(say(MOTHER, id, 1, 0), CHOICE_DONE);
	DONE(db_begin(v.house.db, &v.e));
	DONE(erasure_child(&v.house, v.arena, LEA, NOW, &held, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(count("item_answer"), 0);
}

static void
items_end_with_their_season(void **state)
{
	int64_t days = ends_rows[ENDS_DAYS].usual;
	int64_t kept = (int64_t)(SEASON_ENDS + days) * 86400;
	bool more;

	(void)state;
	assert_int_equal(say(MOTHER, published(&poll), 1, 0), CHOICE_DONE);
	village_sql(&v, "INSERT INTO ends_begun VALUES (1, 1)");
	DONE(ends_round(&v.house, v.arena, kept, &more, &v.e));
	assert_int_equal(count("item"), 1);
	DONE(ends_round(&v.house, v.arena, kept + 86400, &more, &v.e));
	assert_int_equal(count("item") + count("item_line") +
			     count("item_answer") + count("post"),
	    0);
}

/* ---- a program's calendar ---- */

static void
a_withdrawn_event_is_cancelled_and_says_no_more(void **state)
{
	struct deed d = village_deed(&v, SAMI);
	int64_t id = published(&fair);
	str before = calendar(MOTHER), after;

	(void)state;
	assert_true(holds(before, "SUMMARY:La fête\r\n"));
	assert_true(holds(before, "STATUS:CONFIRMED"));
	assert_true(holds(before, "SEQUENCE:0"));
	DONE(db_begin(v.house.db, &v.e));
	DONE(item_withdraw(&d, leave(SAMI, id, PERMIT_NOTICE_EDIT), &v.e));
	DONE(db_commit(v.house.db, &v.e));
	after = calendar(MOTHER);
	assert_true(holds(after, "STATUS:CANCELLED"));
	assert_true(holds(after, "SEQUENCE:1"));
	assert_false(holds(after, "fête"));
	assert_int_equal(memcmp(memmem(before.p, before.n, "UID:", 4),
			     memmem(after.p, after.n, "UID:", 4), 36),
	    0);
	assert_false(holds(calendar(FOX_MUM), "BEGIN:VEVENT"));
	assert_false(holds(calendar(FATHER), "BEGIN:VEVENT"));
}

static void
a_weekly_event_keeps_its_hour(void **state)
{
	struct item_new n = fair;
	str text;

	(void)state;
	n.until_on = n.from_on;
	n.weekly_until = n.from_on + 20;
	n.from_min = 9 * 60;
	n.until_min = 10 * 60 + 30;
	published(&n);
	text = calendar(MOTHER);
	assert_int_equal(times(text, "BEGIN:VEVENT"), 3);
	assert_true(holds(text, "DTSTART:20260529T070000Z"));
	assert_true(holds(text, "DTEND:20260529T083000Z"));
}

static bool
week(int64_t account, int64_t id, int64_t day, bool off)
{
	struct deed d = village_deed(&v, account);
	bool done;

	DONE(db_begin(v.house.db, &v.e));
	done = item_week(&d, leave(account, id, PERMIT_NOTICE_EDIT),
	    item_monday(day), off, &v.e);
	DONE(db_commit(v.house.db, &v.e));
	return done;
}

static void
one_week_is_cancelled_alone(void **state)
{
	struct item_new n = fair;
	int64_t id, second = fair.from_on + 7;
	struct item i;
	str text;

	(void)state;
	n.until_on = n.from_on;
	n.weekly_until = n.from_on + 20;
	id = published(&n);
	assert_true(week(SAMI, id, second, true));
	assert_true(week(SAMI, id, second, true)); /* twice is once */
	assert_int_equal(count("item_off"), 1);
	i = load(MOTHER, id);
	assert_true(item_is_off(&i, second));
	assert_false(item_is_off(&i, n.from_on));
	assert_false(item_is_off(&i, second + 7));
	text = calendar(MOTHER);
	assert_int_equal(times(text, "STATUS:CANCELLED"), 1);
	assert_int_equal(times(text, "STATUS:CONFIRMED"), 2);
	assert_int_equal(times(text, "SUMMARY:La fête"), 2);
	assert_int_equal(times(text, "SEQUENCE:2"), 3);
	assert_true(week(SAMI, id, second, false));
	assert_int_equal(times(calendar(MOTHER), "STATUS:CONFIRMED"), 3);
	/* A week that it has not, and an event that comes once. */
	assert_false(week(SAMI, id, second + 14, true));
	assert_false(week(SAMI, published(&fair), fair.from_on, true));
	assert_int_equal(count("item_off"), 0);
}

/* Of an event of several days each is of the week that it begins in. */
static void
a_week_that_is_off_stays_so_when_the_event_moves(void **state)
{
	struct deed d = village_deed(&v, SAMI);
	struct item_new n = fair;
	int64_t id;
	struct item i;

	(void)state;
	n.from_on = item_monday(TODAY) + 6;
	n.until_on = n.from_on + 1;
	n.weekly_until = n.from_on + 20;
	id = published(&n);
	assert_true(week(SAMI, id, n.from_on + 7, true));
	i = load(MOTHER, id);
	assert_true(item_is_off(&i, n.from_on + 7));
	assert_true(item_is_off(&i, n.from_on + 8));
	assert_false(item_is_off(&i, n.from_on + 1));
	n.from_on -= 2;
	n.until_on -= 2;
	DONE(db_begin(v.house.db, &v.e));
	DONE(item_change(&d, leave(SAMI, id, PERMIT_NOTICE_EDIT), &n, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	i = load(MOTHER, id);
	assert_true(item_is_off(&i, n.from_on + 7));
	assert_false(item_is_off(&i, n.from_on));
}

static const struct item_line cells[] = {
    {.day = TODAY, .text = {[LANG_FR] = S("Cabanes")}},
    {.day = TODAY, .half = 1, .text = {[LANG_FR] = S("Contes; en rond")}},
    {.day = TODAY + 2, .text = {[LANG_FR] = S("Piscine")}},
};
static const struct item_line meals[] = {
    {.day = TODAY,
	.text = {[LANG_FR] = S("Soupe")},
	.more = {[LANG_FR] = S("céleri")}},
};

static struct item_new
of_week(enum item_kind kind, const struct item_line *line, size_t n)
{
	return (struct item_new){.kind = kind,
	    .from_on = TODAY,
	    .until_on = TODAY + 6,
	    ONCE,
	    .line = line,
	    .n_line = n};
}

static void
a_calendar_holds_what_its_family_wishes(void **state)
{
	const struct address_kinds programme = {.programme = true};
	const struct address_kinds menus = {.menus = true};
	struct item_new days = of_week(ITEM_PROGRAMME, cells, 3);
	struct item_new food = of_week(ITEM_MENU, meals, 1);
	struct deed d = village_deed(&v, SAMI);
	int64_t id = published(&days);
	str text;

	(void)state;
	published(&food);
	assert_false(holds(calendar(MOTHER), "BEGIN:VEVENT"));
	text = calendar_with(MOTHER, programme);
	assert_int_equal(times(text, "BEGIN:VEVENT"), 2);
	assert_true(holds(text, "Cabanes\\nAprès-midi"));
	assert_true(holds(text, "Contes\\; en rond\r\n"));
	assert_false(holds(text, "Soupe"));
	text = calendar_with(MOTHER, menus);
	assert_int_equal(times(text, "BEGIN:VEVENT"), 1);
	assert_true(holds(text, "SUMMARY:Menu\r\n"));
	assert_true(holds(text, "DESCRIPTION:Soupe\\nAllergènes"));
	assert_false(holds(text, "Cabanes"));
	for (int i = 0; i < 2; i++) {
		int64_t other = i == 0 ? FOX_MUM : FATHER;

		assert_false(
		    holds(calendar_with(other, programme), "BEGIN:VEVENT"));
		assert_false(
		    holds(calendar_with(other, menus), "BEGIN:VEVENT"));
	}
	DONE(db_begin(v.house.db, &v.e));
	DONE(item_withdraw(&d, leave(SAMI, id, PERMIT_NOTICE_EDIT), &v.e));
	DONE(db_commit(v.house.db, &v.e));
	text = calendar_with(MOTHER, programme);
	assert_int_equal(times(text, "STATUS:CANCELLED"), 2);
	assert_false(holds(text, "Cabanes"));
}

static int64_t
notice(bool sign)
{
	const struct notice_new n = {
	    .words = {.title = {[LANG_FR] = S("Sortie en car")},
		.body = {[LANG_FR] = S("Une couverture.")}},
	    .sign = sign,
	    .by_on = TODAY + 4};
	struct deed d = village_deed(&v, SAMI);
	enum words_hour a;
	int64_t id;

	DONE(db_begin(v.house.db, &v.e));
	DONE(notice_create(&d, &n, &id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	give(id, "activity_group", SQUIRRELS);
	DONE(db_begin(v.house.db, &v.e));
	DONE(notice_publish(
	    &d, leave(SAMI, id, PERMIT_NOTICE_EDIT), NOW, &a, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(a, WORDS_DONE);
	return id;
}

static void
a_calendar_holds_the_last_days_of_who_is_asked(void **state)
{
	const struct address_kinds last = {.last_days = true};
	struct deed d = village_deed(&v, SAMI);
	int64_t id = notice(true);
	str text;

	(void)state;
	published(&poll);
	published(&bring);
	assert_false(holds(calendar(MOTHER), "BEGIN:VEVENT"));
	text = calendar_with(MOTHER, last);
	assert_int_equal(times(text, "BEGIN:VEVENT"), 3);
	assert_true(holds(text, "Sortie en car\r\n"));
	assert_true(holds(text, "Où aller\r\n"));
	assert_true(holds(text, "Le goûter\r\n"));
	assert_false(holds(text, "couverture"));
	assert_false(holds(calendar_with(GRANNY, last), "BEGIN:VEVENT"));
	assert_false(holds(calendar_with(FOX_MUM, last), "BEGIN:VEVENT"));
	assert_false(holds(calendar_with(FATHER, last), "BEGIN:VEVENT"));
	DONE(db_begin(v.house.db, &v.e));
	DONE(notice_withdraw(&d, leave(SAMI, id, PERMIT_NOTICE_EDIT), &v.e));
	DONE(db_commit(v.house.db, &v.e));
	text = calendar_with(MOTHER, last);
	assert_int_equal(times(text, "STATUS:CANCELLED"), 1);
	assert_false(holds(text, "Sortie en car"));
}

static void
a_long_line_is_folded_between_letters(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	const struct ical_event ev = {.uid = S("1"),
	    .from_on = TODAY,
	    .until_on = TODAY,
	    .summary = S("ééééééééééééééééééééééééééééééééééééééééééééééééééééé"
			 "éééééééééééééééé"),
	    .description = S("a, \\ ;\nfin")};
	size_t line = 0;

	(void)state;
	ical_add(&b, &ev);
	for (size_t i = 0; i < b.n; i++) {
		if (b.p[i] == '\r') {
			assert_true(line <= 75);
			assert_int_equal(b.p[i + 1], '\n');
			line = 0;
			i++;
			/* Never inside a letter. */
			if (i + 2 < b.n && b.p[i + 1] == ' ')
				assert_int_not_equal(
				    (uint8_t)b.p[i + 2] & 0xc0, 0x80);
			continue;
		}
		line++;
	}
	assert_true(holds(buf_view(&b), "DESCRIPTION:a\\, \\\\ \\;\\nfin\r\n"));
}

static void
an_address_ends_and_is_made_anew(void **state)
{
	struct deed d = village_deed(&v, MOTHER);
	const struct address_kinds kinds = {.menus = true};
	struct address first, second;
	struct address_owner who;

	(void)state;
	DONE(db_begin(v.house.db, &v.e));
	DONE(address_of(&d, MOTHER, &first, &v.e));
	assert_int_equal(first.secret.n, 0);
	assert_true(first.kinds.programme && first.kinds.last_days);
	assert_false(first.kinds.menus);
	DONE(address_make(&d, &first.kinds, &v.e));
	DONE(address_of(&d, MOTHER, &first, &v.e));
	assert_int_equal(first.secret.n, ADDRESS_SIGNS);
	DONE(address_find(&v.house, v.arena, first.secret, &who, &v.e));
	assert_int_equal(who.account, MOTHER);
	assert_true(who.kinds.programme && who.kinds.last_days);
	DONE(address_set(&d, &kinds, &v.e));
	DONE(address_find(&v.house, v.arena, first.secret, &who, &v.e));
	assert_true(who.kinds.menus);
	assert_false(who.kinds.programme || who.kinds.last_days);
	DONE(address_make(&d, &who.kinds, &v.e));
	DONE(address_of(&d, MOTHER, &second, &v.e));
	assert_true(second.kinds.menus && !second.kinds.programme);
	assert_false(str_eq(first.secret, second.secret));
	DONE(address_find(&v.house, v.arena, first.secret, &who, &v.e));
	assert_int_equal(who.account, 0);
	DONE(address_end(&d, &v.e));
	DONE(address_find(&v.house, v.arena, second.secret, &who, &v.e));
	assert_int_equal(who.account, 0);
	DONE(db_commit(v.house.db, &v.e));
}

static void
a_template_gives_back_what_was_kept(void **state)
{
	struct pattern_field kept[] = {
	    {S("title_fr"), S("La piscine, à 9 h ; & co")},
	    {S("body_fr"), S("Deux\nlignes")}};
	const struct pattern_fields l = {kept, 2};
	struct deed d = village_deed(&v, SAMI);
	struct pattern_fields back;
	struct patterns all;

	(void)state;
	DONE(db_begin(v.house.db, &v.e));
	DONE(pattern_keep(&d, S("event"), S("Piscine"), &l, &v.e));
	DONE(pattern_list(&d, S("event"), &all, &v.e));
	assert_int_equal(all.n, 1);
	DONE(pattern_load(&d, all.v[0].id, S("event"), &back, &v.e));
	for (int i = 0; i < 2; i++)
		assert_true(str_eq(
		    pattern_value(&back, kept[i].name.p), kept[i].value));
	assert_false(pattern_load(&d, all.v[0].id, S("poll"), &back, &v.e));
	DONE(pattern_drop(&d, all.v[0].id, &v.e));
	assert_false(pattern_drop(&d, all.v[0].id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_event_is_for_the_families_of_its_groups),
	    TEST(a_draft_is_nobodys),
	    TEST(a_weekly_event_falls_on_its_day_of_each_week),
	    TEST(a_family_answers_a_poll_once),
	    TEST(the_last_word_of_a_family_counts),
	    TEST(each_adult_answers_where_each_is_asked),
	    TEST(no_more_is_taken_than_is_wanted),
	    TEST(the_schema_refuses_one_too_many),
	    TEST(a_poll_waits_until_it_is_answered),
	    TEST(what_comes_by_the_clock_alone_says_when),
	    TEST(who_sees_without_deciding_is_not_asked),
	    TEST(an_entry_by_name_is_each_childs_alone),
	    TEST(answers_go_with_the_child),
	    TEST(items_end_with_their_season),
	    TEST(a_withdrawn_event_is_cancelled_and_says_no_more),
	    TEST(a_weekly_event_keeps_its_hour),
	    TEST(one_week_is_cancelled_alone),
	    TEST(a_week_that_is_off_stays_so_when_the_event_moves),
	    TEST(a_calendar_holds_what_its_family_wishes),
	    TEST(a_calendar_holds_the_last_days_of_who_is_asked),
	    cmocka_unit_test(a_long_line_is_folded_between_letters),
	    TEST(an_address_ends_and_is_made_anew),
	    TEST(a_template_gives_back_what_was_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
