/* Who handles reports is told by e-mail that something waits: those in the path
 * and nobody else, and not at night. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "mail/letter.h"
#include "report/casefile.h"
#include "tell/choice.h"
#include "tell/handlers.h"
#include "tell/outbox.h"
#include "village.h"

static struct village v;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define count(what) village_count(&v, what)
#define HOUR 3600

static void
seal_address(int64_t account)
{
	CLEANUP(buf_done) struct buf mail = BUF_MAX(512), digest = BUF_MAX(512);
	struct deed d = village_deed(&v, DIRECTOR);
	str address = arena_fmt(v.arena, "a%d@exemple.fr", (int)account);
	str sealed, mark;

	DONE(deed_seal(&d, "account.email_enc", address, &sealed, &v.e));
	mark = tell_address_digest(v.arena, v.org, address);
	buf_hex(&mail, sealed.p, sealed.n);
	buf_hex(&digest, mark.p, mark.n);
	village_sql(
	    &v, arena_fmt(v.arena,
		    "UPDATE account SET email_enc = x'%.*s' WHERE id = %d;"
		    "INSERT INTO tell (account, organisation, daily, "
		    "quiet_from, quiet_to, address_digest, asked_at, "
		    "confirmed_at, told_on, told_at) VALUES (%d, 1, 1, 0, "
		    "1439, x'%.*s', 1, 2, 1, 1)",
		    (int)mail.n, mail.p, (int)account, (int)account,
		    (int)digest.n, digest.p)
		    .p);
}

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	(void)snprintf(
	    v.conf.mail_server, sizeof(v.conf.mail_server), "mail.test:587");
	(void)snprintf(
	    v.conf.mail_from, sizeof(v.conf.mail_from), "preau@ecole.test");
	(void)snprintf(v.conf.url, sizeof(v.conf.url), "https://ecole.test");
	for (int64_t who = DIRECTOR; who <= SAFETY; who++)
		seal_address(who);
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
deed_at(int64_t account, int64_t now)
{
	struct deed d = village_deed(&v, account);

	d.now = now;
	d.today = day_of(v.org->zone, now);
	return d;
}

/* About that member of the team (0: nobody), by the mother. */
static int64_t
report(const char *category, int64_t about, int64_t now)
{
	const int64_t named[] = {about};
	struct report_new n = {.category = category_of(str_c(category)),
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .words = S("Il pleure souvent."),
	    .named = named,
	    .n_named = about != 0};
	struct deed d = deed_at(MOTHER, now);
	struct report_made made;

	DONE(db_begin(v.house.db, &v.e));
	DONE(report_make(&d, &n, &made, &v.e));
	DONE(handlers_tell(&d, made.case_file, n.category->grave, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	return made.case_file;
}

static void
name_handler(int64_t account)
{
	village_sql(
	    &v, arena_fmt(v.arena,
		    "INSERT INTO handler (organisation, account, named_by, "
		    "named_at, checked_until_on) VALUES (1, %d, 1, 1, %d)",
		    (int)account, TODAY + 30)
		    .p);
}

#define QUEUED(account) \
	count("message WHERE kind = 'waits' AND account = " #account)

static void
those_in_the_path_are_told_of_danger_at_once(void **state)
{
	(void)state;
	(void)report("worry", 0, NOW);
	assert_int_equal(QUEUED(4), 1); /* the lead */
	assert_int_equal(QUEUED(1), 1); /* stands in */
	assert_int_equal(count("message WHERE kind = 'waits'"), 2);
	assert_int_equal(count("message WHERE next_at <> made_at"), 0);
	/* One that waits says as much as two. */
	(void)report("worry", 0, NOW + 60);
	assert_int_equal(count("message WHERE kind = 'waits'"), 2);
}

static void
nobody_else_is_told_and_what_is_no_danger_waits_for_the_day(void **state)
{
	(void)state;
	name_handler(FOX_STAFF);
	(void)report("team", 0, NOW);
	assert_int_equal(count("message"), 0);
	(void)report("adult", FOX_STAFF, NOW);
	assert_int_equal(QUEUED(3), 0);
	assert_int_equal(QUEUED(4), 1);
	village_sql(&v, "DELETE FROM message");
	/* About who directs: who answers to her is not told either. */
	(void)report("adult", DIRECTOR, NOW);
	assert_int_equal(count("message"), 0);
}

static void
no_night_is_broken(void **state)
{
	const int64_t night = NOW + 11 * HOUR; /* 23:00 in Paris */

	(void)state;
	(void)report("worry", 0, night);
	assert_int_equal(count("message WHERE kind = 'waits'"), 2);
	assert_int_equal(village_count(&v,
			     arena_fmt(v.arena, "message WHERE next_at <> %lld",
				 (long long)(night + 8 * HOUR))
				 .p),
	    0);
}

static bool
has(const struct buf *b, const char *what)
{
	return memmem(b->p, b->n, what, strlen(what)) != NULL;
}

static void
the_letter_says_nothing_of_what_waits(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	struct outbox_letter l = {0};

	(void)state;
	(void)report("worry", 0, NOW);
	DONE(outbox_take(&v.house, v.arena, NOW, &b, &l, &v.e));
	assert_int_not_equal(l.id, 0);
	assert_true(has(&b, "Subject:") && has(&b, "https://ecole.test/"));
	assert_false(has(&b, "pleure") || has(&b, "signal") ||
		     has(&b, "/cases") || has(&b, "enfant"));
}

static void
who_was_barred_meanwhile_or_has_nothing_left_gets_none(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	struct outbox_letter l = {0};
	int64_t id = report("worry", 0, NOW);
	struct deed d = deed_at(SAFETY, NOW);

	(void)state;
	/* It is about the director too, before the letter has gone. */
	DONE(db_begin(v.house.db, &v.e));
	DONE(case_name(&d, id, DIRECTOR, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	do
		DONE(outbox_take(&v.house, v.arena, NOW, &b, &l, &v.e));
	while (l.id == 0 && count("message WHERE state = 'queued'") > 0);
	/* The lead answers to the director, and is barred with her. */
	assert_int_equal(l.id, 0);
	assert_int_equal(count("message WHERE state = 'dropped'"), 2);
}

static void
who_would_rather_not_is_not_told_again(void **state)
{
	int64_t id = report("worry", 0, NOW);
	struct deed d = deed_at(SAFETY, NOW + 60);

	(void)state;
	village_sql(&v, "DELETE FROM message");
	DONE(db_begin(v.house.db, &v.e));
	DONE(case_pass(&d, id, &v.e));
	DONE(handlers_tell(&d, id, true, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(QUEUED(4), 0);
	assert_int_equal(QUEUED(1), 1);
}

static void
an_address_that_is_not_confirmed_gets_none(void **state)
{
	(void)state;
	village_sql(&v, "UPDATE tell SET confirmed_at = NULL WHERE account = 4;"
			"UPDATE tell SET broken = 'refused' WHERE account = 1");
	(void)report("worry", 0, NOW);
	assert_int_equal(count("message"), 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(those_in_the_path_are_told_of_danger_at_once),
	    T(nobody_else_is_told_and_what_is_no_danger_waits_for_the_day),
	    T(no_night_is_broken),
	    T(the_letter_says_nothing_of_what_waits),
	    T(who_was_barred_meanwhile_or_has_nothing_left_gets_none),
	    T(who_would_rather_not_is_not_told_again),
	    T(an_address_that_is_not_confirmed_gets_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
