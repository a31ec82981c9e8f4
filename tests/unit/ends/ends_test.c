/* What ends by rule, what is held, and nothing else. */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "audit/anchor.h"
#include "ends/hold.h"
#include "ends/round.h"
#include "erasure/erasure.h"
#include "village.h"

static struct village v;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define count(what) village_count(&v, what)
#define DAY ((int64_t)86400)

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	village_sql(&v, "INSERT INTO ends_begun VALUES (1, 1)");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

static void __attribute__((format(printf, 1, 2))) sql(const char *fmt, ...)
{
	char text[900];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	village_sql(&v, text);
}

/* village_count keeps its texts, and these are many. */
static int64_t __attribute__((format(printf, 1, 2))) one(const char *fmt, ...)
{
	char text[300];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	sql("CREATE TABLE IF NOT EXISTS answer (n INTEGER);"
	    "DELETE FROM answer; INSERT INTO answer SELECT count(*) FROM %s",
	    text);
	return count("answer WHERE n = 1");
}

static void
run(int64_t now)
{
	bool more = true;

	for (int i = 0; more; i++) {
		assert_true(i < 500);
		DONE(ends_round(&v.house, v.arena, now, &more, &v.e));
	}
}

/* ---- dates ---- */

static int64_t
day(int year, int month, int of)
{
	return day_from_civil(year, month, of);
}

static void
an_answer_is_due_by_the_calendar_of_the_law(void **state)
{
	const struct ends_law *fr = ends_law_of(S("fr")),
			      *qc = ends_law_of(S("ca-qc")),
			      *ca = ends_law_of(S("ca"));

	(void)state;
	assert_int_equal(
	    ends_law_due(fr, day(2026, 1, 31), false), day(2026, 2, 28));
	assert_int_equal(
	    ends_law_due(fr, day(2026, 1, 31), true), day(2026, 4, 30));
	assert_int_equal(
	    ends_law_due(fr, day(2026, 12, 5), false), day(2027, 1, 5));
	assert_int_equal(
	    ends_law_due(fr, day(2026, 10, 31), true), day(2027, 1, 31));
	assert_int_equal(
	    ends_law_due(qc, day(2026, 12, 5), false), day(2027, 1, 4));
	assert_int_equal(
	    ends_law_due(qc, day(2026, 12, 5), true), day(2027, 1, 4));
	assert_int_equal(
	    ends_law_due(ca, day(2026, 12, 5), true), day(2027, 2, 3));
	assert_ptr_equal(ends_law_of(S("mars")), qc);
}

static void
every_rule_says_what_it_is_and_keeps_its_limits(void **state)
{
	enum ends_rule same;

	(void)state;
	for (int i = 0; i < ENDS_RULES; i++) {
		const struct ends_row *r = &ends_rows[i];

		assert_non_null(r->what);
		assert_true(r->least > 0 && r->least <= r->usual &&
			    r->usual <= r->most);
		assert_true(lang_knows(r->what) && lang_knows(r->from) &&
			    lang_knows(r->why));
		for (int s = 0; s < ENDS_SOURCES; s++)
			assert_non_null(r->source[s]);
		assert_true(ends_rule_of(str_c(r->word), &same));
		assert_int_equal(same, i);
	}
}

/* ---- choosing ---- */

static bool
choose(enum ends_rule rule, int64_t days, const char *reason, int64_t now)
{
	struct deed d = village_deed(&v, DIRECTOR);
	bool done;

	d.now = now;
	DONE(db_begin(v.house.db, &v.e));
	done = ends_choose(&d, rule, days, str_c(reason), &v.e);
	if (done)
		DONE(db_commit(v.house.db, &v.e));
	else
		db_rollback(v.house.db);
	return done;
}

static int64_t
days_at(enum ends_rule rule, int64_t now)
{
	struct ends_term t[ENDS_RULES];
	struct deed d = village_deed(&v, DIRECTOR);

	d.now = now;
	DONE(ends_terms(&d, t, &v.e));
	return t[rule].days;
}

static void
longer_counts_at_once_and_shorter_after_a_month(void **state)
{
	(void)state;
	assert_int_equal(days_at(ENDS_PHOTOS, NOW), 90);
	assert_true(choose(ENDS_PHOTOS, 200, "une fête tardive", NOW));
	assert_int_equal(days_at(ENDS_PHOTOS, NOW), 200);
	assert_true(choose(ENDS_PHOTOS, 40, "moins, c’est mieux", NOW + DAY));
	assert_int_equal(days_at(ENDS_PHOTOS, NOW + DAY), 200);
	assert_true(choose(ENDS_PHOTOS, 50, "ou cinquante", NOW + 2 * DAY));
	assert_int_equal(days_at(ENDS_PHOTOS, NOW + 30 * DAY), 200);
	assert_int_equal(days_at(ENDS_PHOTOS, NOW + 31 * DAY), 50);
	assert_int_equal(days_at(ENDS_PHOTOS, NOW + 40 * DAY), 50);
	assert_int_equal(count("audit WHERE action = 'ends-chosen'"), 3);
}

static void
nobody_chooses_beyond_the_limits_or_without_a_reason(void **state)
{
	(void)state;
	assert_false(choose(ENDS_PHOTOS, 366, "longtemps", NOW));
	assert_false(choose(ENDS_PHOTOS, 29, "vite", NOW));
	assert_false(choose(ENDS_CONSENTS, 1000, "assez", NOW));
	assert_false(choose(ENDS_PHOTOS, 100, "", NOW));
	assert_int_equal(count("ends_choice"), 0);
	assert_int_equal(count("audit WHERE action = 'ends-chosen'"), 0);
}

static void
nothing_that_families_would_miss_ends_in_the_first_weeks(void **state)
{
	(void)state;
	village_sql(&v, "DELETE FROM ends_begun");
	sql("UPDATE season SET from_on = 100, until_on = 200;"
	    "UPDATE enrolment SET from_on = 100, until_on = 200;"
	    "INSERT INTO post (id, organisation, kind, author, state, "
	    "title_enc, body_enc, day_on, publish_at, created_at, changed_at) "
	    "VALUES (1, 1, 'album', 2, 'published', x'00', x'00', 150, 1, 1, "
	    "1)");
	run(NOW);
	run(NOW + (ENDS_FIRST_DAYS - 1) * DAY);
	assert_int_equal(count("child WHERE erased_at IS NOT NULL"), 0);
	assert_int_equal(count("account WHERE ended_at IS NOT NULL"), 0);
	assert_int_equal(count("post WHERE ended_at IS NOT NULL"), 0);
	run(NOW + ENDS_FIRST_DAYS * DAY);
	assert_int_equal(count("child WHERE erased_at IS NOT NULL"), 3);
	assert_int_equal(count("account WHERE ended_at IS NOT NULL"), 4);
	assert_int_equal(count("post WHERE ended_at IS NOT NULL"), 1);
}

/* ---- the rules, over random histories ---- */

#define SEASONS 3
#define POSTS 40
#define MEDIA 90
#define CHILDREN 12
#define ADULTS 8

/* Over all histories: each kind of case was there. */
static int ended, due_but_held, untouched;

static struct history {
	int64_t season[SEASONS][2];
	int64_t post_day[POSTS + 1];
	int post_child[POSTS + 1];
	int64_t medium_post[MEDIA + 1];
	int medium_by[MEDIA + 1];
	bool medium_shows[MEDIA + 1]; /* the child of its number modulo */
	int64_t child_until[CHILDREN + 1], child_made[CHILDREN + 1];
	int adult_child[ADULTS + 1];
	bool held_post[POSTS + 1], held_medium[MEDIA + 1],
	    held_child[CHILDREN + 1], held_account[ADULTS + 1], held_sender;
} h;

static uint64_t seed;

static int64_t
dice(int64_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((seed >> 33) % (uint64_t)n);
}

static int
shown_child(int medium)
{
	return medium % CHILDREN + 1;
}

static void
hold(const char *kind, int64_t subject)
{
	sql("INSERT INTO hold_order (organisation, subject_kind, subject, "
	    "reason_enc, placed_by, placed_at, until_at) VALUES (1, '%s', "
	    "%" PRId64 ", x'00', 1, 1, %" PRId64 ")",
	    kind, subject, NOW + 10 * DAY);
}

static void
make_people(void)
{
	sql("DELETE FROM authority; DELETE FROM enrolment; UPDATE guardian SET "
	    "account = NULL; DELETE FROM guardian; DELETE FROM account WHERE "
	    "id > 4; DELETE FROM child");
	for (int i = 1; i <= CHILDREN; i++) {
		h.child_until[i] = TODAY - dice(900);
		h.child_made[i] = TODAY - dice(900);
		sql("INSERT INTO child (id, organisation, created_at) VALUES "
		    "(%d, 1, %" PRId64 ")",
		    i, h.child_made[i] * DAY);
		if (dice(5) == 0)
			h.child_until[i] = 0;
		else
			sql("INSERT INTO enrolment (child, activity_group, "
			    "from_on, until_on) VALUES (%d, 1, %" PRId64
			    ", %" PRId64 ")",
			    i, h.child_until[i] - 20, h.child_until[i]);
		h.held_child[i] = dice(4) == 0;
		if (h.held_child[i])
			hold("child", i);
	}
	for (int i = 1; i <= ADULTS; i++) {
		h.adult_child[i] = (int)dice(CHILDREN) + 1;
		sql("INSERT INTO account (id, organisation, kind, state, "
		    "login_digest, login_enc, name_enc, pass_hash, lang, "
		    "created_at) VALUES (%d, 1, 'guardian', 'active', "
		    "randomblob(8), x'00', x'01', '', 'fr', 1);"
		    "INSERT INTO guardian (id, organisation, ref_digest, "
		    "account, name_enc, lang, created_at) VALUES (%d, 1, "
		    "randomblob(8), %d, x'00', 'fr', 1);"
		    "INSERT INTO authority (guardian, child, kind, rights, "
		    "from_on, created_at) VALUES (%d, %d, 'parental', 7, 1, "
		    "1)",
		    100 + i, i, 100 + i, i, h.adult_child[i]);
		h.held_account[i] = dice(4) == 0;
		if (h.held_account[i])
			hold("account", 100 + i);
	}
}

static void
make_posts(void)
{
	for (int i = 0; i < SEASONS; i++) {
		h.season[i][0] = TODAY - dice(1000);
		h.season[i][1] = h.season[i][0] + 30 + dice(300);
		sql("INSERT INTO season (organisation, name, from_on, "
		    "until_on) VALUES (1, 'n%d', %" PRId64 ", %" PRId64 ")",
		    i, h.season[i][0], h.season[i][1]);
	}
	for (int i = 1; i <= POSTS; i++) {
		static const char *const states[] = {
		    "'published', 1", "'withdrawn', 1", "'draft', NULL"};

		h.post_day[i] = TODAY - dice(900);
		h.post_child[i] = dice(4) == 0 ? (int)dice(CHILDREN) + 1 : 0;
		sql("INSERT INTO post (id, organisation, kind, author, "
		    "state, publish_at, title_enc, body_enc, day_on, "
		    "created_at, changed_at) VALUES (%d, 1, 'album', 2, %s, "
		    "x'01', x'01', %" PRId64 ", 1, 1);"
		    "INSERT INTO post_audience (post, activity_group, child, "
		    "day_on) VALUES (%d, %s, nullif(%d, 0), 1)",
		    i, states[dice(3)], h.post_day[i], i,
		    h.post_child[i] == 0 ? "1" : "NULL", h.post_child[i]);
		h.held_post[i] = dice(8) == 0;
		if (h.held_post[i])
			hold("post", i);
	}
	h.held_sender = dice(3) == 0;
	if (h.held_sender)
		hold("account", FOX_STAFF);
	for (int i = 1; i <= MEDIA; i++) {
		h.medium_post[i] = dice(POSTS) + 1;
		h.medium_by[i] = dice(4) == 0 ? FOX_STAFF : SAMI;
		h.medium_shows[i] = dice(3) == 0;
		sql("INSERT INTO medium (id, organisation, post, uploader, "
		    "state, position, created_at) VALUES (%d, 1, %" PRId64
		    ", %d, '%s', 1, 1)",
		    i, h.medium_post[i], h.medium_by[i],
		    dice(6) == 0 ? "refused" : "ready");
		if (h.medium_shows[i])
			sql("INSERT INTO region (medium, x, y, w, h, kind, "
			    "state, child, drawn_at, resolved_at) VALUES (%d, "
			    "1, 1, 9, 9, 'drawn', 'child', %d, 1, 1)",
			    i, shown_child(i));
		h.held_medium[i] = dice(10) == 0;
		if (h.held_medium[i])
			hold("medium", i);
	}
}

static int64_t
season_end(int64_t post_day)
{
	int64_t last = 0;

	/* The village has one of its own: 20500 to 20700. */
	if (post_day >= 20500 && post_day <= 20700)
		last = 20700;
	for (int i = 0; i < SEASONS; i++)
		if (h.season[i][0] <= post_day && post_day <= h.season[i][1] &&
		    h.season[i][1] > last)
			last = h.season[i][1];
	return last == 0 ? post_day + 365 : last;
}

static bool
child_ends(int i)
{
	int64_t last = h.child_until[i];

	return !h.held_child[i] && TODAY - 365 > last &&
	       (TODAY - 365) * DAY > h.child_made[i] * DAY;
}

static bool
medium_is_held(int i)
{
	int post = (int)h.medium_post[i], child = h.post_child[post];

	return h.held_medium[i] || h.held_post[post] ||
	       (h.held_sender && h.medium_by[i] == FOX_STAFF) ||
	       (child != 0 && h.held_child[child]) ||
	       (h.medium_shows[i] && h.held_child[shown_child(i)]);
}

static bool
medium_ends(int i)
{
	int post = (int)h.medium_post[i], child = h.post_child[post];

	if (medium_is_held(i))
		return false;
	return season_end(h.post_day[post]) + 90 < TODAY ||
	       (child != 0 && child_ends(child));
}

/* A medium that its child's erasure left because of a hold is none of these:
 * the hold is in force. */
static bool
post_ends(int i)
{
	for (int m = 1; m <= MEDIA; m++)
		if (h.medium_post[m] == i && !medium_ends(m))
			return false;
	return !h.held_post[i] && season_end(h.post_day[i]) + 90 < TODAY;
}

static bool
adult_ends(int i)
{
	int c = h.adult_child[i];
	bool enrolled = !child_ends(c) && h.child_until[c] >= TODAY - 120;

	return !h.held_account[i] && !enrolled;
}

static void
count_cases(void)
{
	for (int i = 1; i <= MEDIA; i++) {
		bool due =
		    season_end(h.post_day[h.medium_post[i]]) + 90 < TODAY;

		ended += medium_ends(i);
		due_but_held += due && medium_is_held(i);
		untouched += !due && !medium_is_held(i);
	}
}

static void
check_history(void)
{
	for (int i = 1; i <= MEDIA; i++)
		assert_int_equal(
		    one("medium WHERE id = %" PRId64 " AND state = 'deleted'",
			(int64_t)i),
		    medium_ends(i));
	for (int i = 1; i <= POSTS; i++)
		assert_int_equal(one("post WHERE id = %" PRId64
				     " AND ended_at IS NOT NULL AND title_enc "
				     "<> x'01'",
				     (int64_t)i),
		    post_ends(i));
	for (int i = 1; i <= CHILDREN; i++)
		assert_int_equal(one("child WHERE id = %" PRId64
				     " AND erased_at IS NOT NULL",
				     (int64_t)i),
		    child_ends(i));
	for (int i = 1; i <= ADULTS; i++)
		assert_int_equal(one("account WHERE id = %" PRId64
				     " AND ended_at IS NOT NULL AND name_enc "
				     "<> x'01'",
				     (int64_t)100 + i),
		    adult_ends(i));
	assert_int_equal(count("account WHERE id < 5 AND state = 'active'"), 4);
	assert_int_equal(count("post"), POSTS);
}

static void
make_history(uint64_t number)
{
	seed = number * 7919 + 1;
	h = (struct history){0};
	make_people();
	make_posts();
}

static void
what_must_end_has_ended_and_nothing_else_is_touched(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= 6; i++) {
		make_history(i);
		count_cases();
		run(NOW);
		check_history();
		run(NOW); /* and again: nothing more */
		check_history();
		village_close(&v);
		(void)begin(NULL);
	}
	assert_true(ended > 50 && due_but_held > 50 && untouched > 50);
}

/* ---- told before ---- */

/* A photo of Léa in a season whose photos ended five days ago, by rule. */
static void
make_farewell(void)
{
	sql("INSERT INTO season (id, organisation, name, from_on, until_on) "
	    "VALUES (7, 1, 'vieille', %d, %d);"
	    "INSERT INTO post (id, organisation, kind, author, state, "
	    "publish_at, title_enc, body_enc, day_on, created_at, changed_at) "
	    "VALUES (70, 1, 'album', 2, 'published', 1, x'01', x'01', %d, 1, "
	    "1);"
	    "INSERT INTO medium (id, organisation, post, uploader, state, "
	    "position, created_at, cleared) VALUES (700, 1, 70, 2, 'ready', 1, "
	    "1, 1);"
	    "INSERT INTO region (medium, x, y, w, h, kind, state, child, "
	    "drawn_at, resolved_at) VALUES (700, 1, 1, 9, 9, 'drawn', 'child', "
	    "%d, 1, 1)",
	    TODAY - 110, TODAY - 105, TODAY - 107, LEA);
}

static void
tell_everybody(const char *part, int64_t at)
{
	sql("INSERT INTO farewell_told SELECT id, 7, '%s', %" PRId64
	    " FROM account",
	    part, at);
}

static void
photos_wait_for_who_was_not_told_twice_and_no_longer_than_a_month(void **state)
{
	(void)state;
	make_farewell();
	run(NOW);
	assert_int_equal(count("medium WHERE state = 'deleted'"), 0);
	assert_int_equal(count("season WHERE untold > 0"), 1);
	tell_everybody("first", NOW);
	run(NOW + 5 * DAY);
	assert_int_equal(count("medium WHERE state <> 'deleted'"), 1);
	run(NOW + 15 * DAY);
	assert_int_equal(count("medium WHERE state <> 'deleted'"), 1);
	run(NOW + 16 * DAY);
	assert_int_equal(count("medium WHERE state <> 'deleted'"), 0);
}

static void
photos_end_a_few_days_after_everybody_was_told_twice(void **state)
{
	(void)state;
	make_farewell();
	tell_everybody("first", NOW - 9 * DAY);
	tell_everybody("last", NOW);
	run(NOW + 2 * DAY);
	assert_int_equal(count("medium WHERE state = 'deleted'"), 0);
	run(NOW + 4 * DAY);
	assert_int_equal(count("medium WHERE state <> 'deleted'"), 0);
	assert_int_equal(count("season WHERE untold > 0"), 0);
}

/* ---- what is attached ---- */

static void
a_notice_ends_with_what_is_attached_to_it(void **state)
{
	(void)state;
	sql("INSERT INTO post (id, organisation, kind, author, state, "
	    "publish_at, title_enc, body_enc, day_on, created_at, changed_at, "
	    "notice) VALUES (71, 1, 'album', 2, 'published', 1, x'01', x'01', "
	    "100, 1, 1, 1);"
	    "INSERT INTO notice (post, organisation, sign, each_holder, by_on, "
	    "asked_until, version) VALUES (71, 1, 0, 0, 100, 100, 1);"
	    "INSERT INTO medium (id, organisation, post, uploader, state, "
	    "position, created_at) VALUES (710, 1, 71, 2, 'ready', 1, 1)");
	run(NOW);
	assert_int_equal(count("medium WHERE state <> 'deleted'"), 0);
	assert_int_equal(count("notice"), 0);
	assert_int_equal(count("post WHERE ended_at IS NULL"), 0);
}

/* ---- holds ---- */

static void
two_people_release_a_hold_and_then_it_ends(void **state)
{
	struct deed d = village_deed(&v, DIRECTOR), other;
	int64_t id, held;

	(void)state;
	sql("UPDATE season SET from_on = 100, until_on = 200;"
	    "UPDATE enrolment SET from_on = 100, until_on = 200");
	other = d;
	other.actor = SAFETY;
	DONE(db_begin(v.house.db, &v.e));
	assert_false(
	    hold_place(&d, HOLD_CHILD, 99, S("enquête"), TODAY + 9, &id, &v.e));
	assert_false(
	    hold_place(&d, HOLD_CHILD, LEA, S(""), TODAY + 9, &id, &v.e));
	assert_false(hold_place(
	    &d, HOLD_CHILD, LEA, S("enquête"), TODAY - 1, &id, &v.e));
	DONE(hold_place(
	    &d, HOLD_CHILD, LEA, S("enquête"), TODAY + 9, &id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	run(NOW);
	assert_int_equal(count("child WHERE erased_at IS NULL"), 1);
	DONE(db_begin(v.house.db, &v.e));
	assert_false(erasure_child(&v.house, v.arena, LEA, NOW, &held, &v.e));
	assert_int_equal(v.e.kind, ERR_CONFLICT);
	assert_false(hold_release(&other, id, &v.e)); /* nobody asked */
	DONE(hold_ask(&d, id, &v.e));
	assert_false(hold_release(&d, id, &v.e));
	assert_int_equal(v.e.kind, ERR_DENIED);
	DONE(hold_release(&other, id, &v.e));
	assert_false(hold_ask(&d, id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	run(NOW);
	assert_int_equal(count("child WHERE erased_at IS NULL"), 0);
	assert_int_equal(count("audit WHERE action LIKE 'hold-%'"), 3);
}

static void
a_hold_is_over_with_its_day(void **state)
{
	struct deed d = village_deed(&v, DIRECTOR);
	int64_t id;

	(void)state;
	sql("UPDATE enrolment SET from_on = 100, until_on = 200");
	DONE(db_begin(v.house.db, &v.e));
	DONE(hold_place(
	    &d, HOLD_CHILD, LEA, S("enquête"), TODAY + 1, &id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	run(NOW + DAY);
	assert_int_equal(count("child WHERE erased_at IS NULL"), 1);
	run(NOW + 2 * DAY);
	assert_int_equal(count("child WHERE erased_at IS NULL"), 0);
	assert_int_equal(count("hold_order WHERE released_at IS NOT NULL AND "
			       "released_by IS NULL"),
	    1);
}

static void
what_an_erasure_left_goes_when_the_hold_is_over(void **state)
{
	int64_t post = village_draft(&v, 0, LEA), id, held;
	int64_t photo = village_photo(&v, post, "held");
	struct deed d = village_deed(&v, DIRECTOR);

	(void)state;
	DONE(db_begin(v.house.db, &v.e));
	DONE(hold_place(
	    &d, HOLD_MEDIUM, photo, S("enquête"), TODAY + 1, &id, &v.e));
	DONE(erasure_child(&v.house, v.arena, LEA, NOW, &held, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(held, 1);
	run(NOW);
	assert_int_equal(count("blob WHERE key_wrapped IS NULL"), 0);
	assert_int_equal(count("erasure_wanted"), 1);
	run(NOW + 3 * DAY);
	assert_int_equal(count("blob WHERE key_wrapped IS NOT NULL"), 0);
	assert_int_equal(count("erasure_wanted"), 0);
	assert_int_equal(village_files(&v), 0);
}

/* ---- the register ---- */

static void
add_entries(int n, int64_t from)
{
	struct deed d = village_deed(&v, DIRECTOR);

	DONE(db_begin(v.house.db, &v.e));
	for (int i = 0; i < n; i++) {
		d.now = from + i;
		DONE(deed_note_account(&d, AUDIT_SIGN_IN, SAMI, &v.e));
	}
	DONE(db_commit(v.house.db, &v.e));
}

static struct audit_report
verified(void)
{
	struct audit_report r;

	DONE(audit_verify(
	    v.house.db, v.arena, &v.org->chain, 1, NULL, &r, &v.e));
	return r;
}

static void
the_register_ends_at_its_old_end_and_stays_a_chain(void **state)
{
	(void)state;
	add_entries(130, NOW - 400 * DAY);
	add_entries(5, NOW - 300 * DAY);
	run(NOW);
	assert_int_equal(count("audit WHERE action = 'sign-in'"), 5);
	assert_int_equal(verified().first_bad, 0);
	assert_int_equal(count("audit_anchor WHERE entries = 130"), 1);
	/* More is taken away than has ended. */
	village_sql(&v, "DELETE FROM audit WHERE id = 131");
	assert_int_equal(verified().first_bad, 132);
}

static void
an_anchor_that_is_not_ours_is_found(void **state)
{
	(void)state;
	add_entries(5, NOW - 400 * DAY);
	add_entries(5, NOW - 300 * DAY);
	run(NOW);
	assert_int_equal(verified().first_bad, 0);
	village_sql(&v, "DELETE FROM audit WHERE id = 6;"
			"UPDATE audit_anchor SET entry = 6");
	assert_int_equal(verified().first_bad, 6);
}

static void
an_altered_entry_is_never_swept_under(void **state)
{
	bool more;

	(void)state;
	add_entries(5, NOW - 400 * DAY);
	add_entries(5, NOW - 300 * DAY);
	village_sql(&v, "UPDATE audit SET subject = 9 WHERE id = 3");
	assert_false(ends_round(&v.house, v.arena, NOW, &more, &v.e));
	assert_int_equal(v.e.kind, ERR_CORRUPT);
	assert_int_equal(count("audit WHERE id <= 10"), 10);
	assert_int_equal(verified().first_bad, 3);
}

static void
the_register_stays_while_anything_is_held(void **state)
{
	(void)state;
	add_entries(5, NOW - 400 * DAY);
	add_entries(1, NOW);
	hold("account", SAMI);
	run(NOW);
	assert_int_equal(count("audit WHERE action = 'sign-in'"), 6);
}

/* ---- killed ---- */

/* The kernel ends whoever writes beyond a size. */
static bool
dies_at(rlim_t limit)
{
	struct rlimit size = {limit, limit}, none = {0, 0};
	bool more = true;
	int status;
	pid_t pid;

	village_shut(&v);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)setrlimit(RLIMIT_CORE, &none);
		(void)signal(SIGXFSZ, SIG_DFL);
		village_reopen(&v);
		if (setrlimit(RLIMIT_FSIZE, &size) == -1)
			_exit(2);
		while (more)
			if (!ends_round(&v.house, v.arena, NOW, &more, &v.e))
				_exit(3);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	village_reopen(&v);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	if (WIFSIGNALED(status))
		assert_int_equal(WTERMSIG(status), SIGXFSZ);
	return WIFSIGNALED(status);
}

static void
killed_anywhere_it_goes_on_and_comes_to_the_same(void **state)
{
	int deaths = 0;
	rlim_t limit;

	(void)state;
	make_history(3);
	add_entries(130, NOW - 400 * DAY);
	for (limit = 4096; dies_at(limit); limit += 6 * 4096) {
		assert_true(++deaths < 1000);
		/* A key that is gone and the word for it are one. */
		assert_int_equal(
		    count("account WHERE ended_at IS NOT NULL AND name_enc "
			  "= x'01'"),
		    0);
		assert_int_equal(verified().first_bad, 0);
	}
	assert_true(deaths > 3);
	check_history();
	assert_int_equal(verified().first_bad, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

static void
a_sign_in_is_known_for_a_year_and_its_device_told_for_a_month(void **state)
{
	static const char *const made =
	    "INSERT INTO session (id, account, token_digest, factor, "
	    "created_at, seen_at, expires_at, revoked_at, agent_enc, "
	    "address_enc) VALUES (%d, 5, x'%02x', 2, 1, 1, %" PRId64
	    ", NULL, x'00', x'00')";

	(void)state;
	for (int i = 0; i < 3; i++)
		sql(made, 10 + i, 10 + i,
		    NOW - (i == 0      ? 366
			      : i == 1 ? 31
				       : 29) *
			      DAY);
	for (int i = 1; i < 3; i++)
		sql("INSERT INTO push_device (organisation, account, session, "
		    "cookie_digest, target_digest, target_enc, name_enc, "
		    "made_at) VALUES (1, 5, %d, x'%02x', x'%02x', x'00', "
		    "x'00', 1)",
		    10 + i, i, i);
	run(NOW);
	assert_int_equal(count("session WHERE id = 10"), 0);
	assert_int_equal(count("session WHERE id IN (11, 12)"), 2);
	assert_int_equal(count("push_device WHERE session = 11"), 0);
	assert_int_equal(count("push_device WHERE session = 12"), 1);
	/* Where no law wants it, a month. */
	assert_int_equal(ends_span_of(S("ca-qc"), ENDS_SESSIONS).usual, 30);
	assert_int_equal(ends_span_of(S("fr"), ENDS_SESSIONS).usual, 365);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_answer_is_due_by_the_calendar_of_the_law),
	    TEST(every_rule_says_what_it_is_and_keeps_its_limits),
	    TEST(longer_counts_at_once_and_shorter_after_a_month),
	    TEST(nobody_chooses_beyond_the_limits_or_without_a_reason),
	    TEST(nothing_that_families_would_miss_ends_in_the_first_weeks),
	    TEST(what_must_end_has_ended_and_nothing_else_is_touched),
	    TEST(
		photos_wait_for_who_was_not_told_twice_and_no_longer_than_a_month),
	    TEST(photos_end_a_few_days_after_everybody_was_told_twice),
	    TEST(a_notice_ends_with_what_is_attached_to_it),
	    TEST(a_sign_in_is_known_for_a_year_and_its_device_told_for_a_month),
	    TEST(two_people_release_a_hold_and_then_it_ends),
	    TEST(a_hold_is_over_with_its_day),
	    TEST(what_an_erasure_left_goes_when_the_hold_is_over),
	    TEST(the_register_ends_at_its_old_end_and_stays_a_chain),
	    TEST(an_anchor_that_is_not_ours_is_found),
	    TEST(an_altered_entry_is_never_swept_under),
	    TEST(the_register_stays_while_anything_is_held),
	    TEST(killed_anywhere_it_goes_on_and_comes_to_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
