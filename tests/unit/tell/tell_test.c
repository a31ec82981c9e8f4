/* Who is told, when, how often, and what a message says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ends/term.h"
#include "life/farewell.h"
#include "mail/address.h"
#include "mail/letter.h"
#include "sql_tell.h"
#include "tell/bounce.h"
#include "tell/choice.h"
#include "tell/digest.h"
#include "tell/news.h"
#include "tell/outbox.h"
#include "tell/urgent.h"
#include "village.h"

static struct village v;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define count(what) village_count(&v, what)
#define DAY 86400
#define HOUR 3600

/* Before anybody's hour: the zone of the village, 18:00. */
static int64_t evening;

static void
seal_into(const char *table, const char *column, int64_t id, str text)
{
	struct deed d = village_deed(&v, DIRECTOR);
	CLEANUP(buf_done) struct buf hex = BUF_MAX(4096);
	char context[64];
	str sealed;

	(void)snprintf(context, sizeof(context), "%s.%s", table, column);
	DONE(deed_seal(&d, context, text, &sealed, &v.e));
	buf_hex(&hex, sealed.p, sealed.n);
	village_sql(
	    &v, arena_fmt(v.arena, "UPDATE %s SET %s = x'%.*s' WHERE id = %d",
		    table, column, (int)hex.n, hex.p, (int)id)
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
	seal_into("account", "email_enc", MOTHER, S("Nadia@exemple.fr"));
	seal_into("account", "email_enc", FATHER, S("karim@exemple.fr"));
	seal_into("account", "email_enc", FOX_MUM, S("zoe@exemple.fr"));
	evening = (int64_t)TODAY * DAY + 17 * HOUR;
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

/* Asks for a link and follows it. */
static void
confirm(int64_t account, int64_t now)
{
	struct deed d = deed_at(account, now);
	struct sql_tell_get_row row;
	enum tell_ask asked;
	bool found;
	str word;

	DONE(db_begin(v.house.db, &v.e));
	DONE(tell_ask(&d, account, false, &asked, &v.e));
	assert_int_equal(asked, TELL_ASK_DONE);
	DONE(sql_tell_get(v.house.db, v.arena, account, &found, &row, &v.e));
	assert_true(found);
	word = tell_link_word(v.arena, v.org, TELL_LINK_CONFIRM, account,
	    row.address_digest, row.asked_at);
	DONE(tell_follow(&v.house, v.arena, TELL_LINK_CONFIRM, account, word,
	    true, now, &found, &v.e));
	assert_true(found);
	DONE(db_commit(v.house.db, &v.e));
}

static void
turn(int64_t now)
{
	bool more = true;

	while (more)
		DONE(digest_turn(&v.house, now, &more, &v.e));
}

static int64_t
album(int64_t group, size_t photos, int64_t at)
{
	int64_t post = village_draft(&v, group, 0);

	for (size_t i = 0; i < photos; i++)
		(void)village_photo(&v, post,
		    arena_fmt(v.arena, "photo %lld %zu", (long long)post, i).p);
	village_publish(&v, post, at);
	village_sql(&v,
	    arena_fmt(v.arena, "UPDATE post SET photos = %zu WHERE id = %lld",
		photos, (long long)post)
		.p);
	return post;
}

#define DIGESTS "message WHERE kind = 'digest'"

static void
an_address_is_written_to_once_its_link_was_followed(void **state)
{
	struct deed d = deed_at(MOTHER, NOW);
	struct tell_state s;
	enum tell_ask asked;
	bool fits;

	(void)state;
	DONE(tell_load(&d, MOTHER, false, &s, &v.e));
	assert_int_equal(s.at, TELL_NEW);
	(void)album(SQUIRRELS, 1, NOW);
	turn(evening);
	assert_int_equal(count("message"), 0);
	DONE(tell_ask(&d, MOTHER, false, &asked, &v.e));
	assert_int_equal(asked, TELL_ASK_DONE);
	DONE(tell_load(&d, MOTHER, false, &s, &v.e));
	assert_int_equal(s.at, TELL_ASKED);
	turn(evening);
	assert_int_equal(count(DIGESTS), 0);
	DONE(tell_follow(&v.house, v.arena, TELL_LINK_CONFIRM, MOTHER,
	    S("00000000000000000000000000000000"), true, NOW, &fits, &v.e));
	assert_false(fits);
	confirm(MOTHER, NOW);
	DONE(tell_load(&d, MOTHER, false, &s, &v.e));
	assert_int_equal(s.at, TELL_CONFIRMED);
	/* Another address is one that nobody has confirmed. */
	seal_into("account", "email_enc", MOTHER, S("other@exemple.fr"));
	DONE(tell_load(&d, MOTHER, false, &s, &v.e));
	assert_int_equal(s.at, TELL_NEW);
	turn(evening + DAY);
	assert_int_equal(count(DIGESTS), 0);
}

static void
links_are_few_and_end(void **state)
{
	struct deed d = deed_at(MOTHER, NOW);
	struct sql_tell_get_row row;
	enum tell_ask asked;
	bool found;
	str word;

	(void)state;
	for (int i = 0; i < TELL_LINKS_A_DAY; i++) {
		DONE(tell_ask(&d, MOTHER, false, &asked, &v.e));
		assert_int_equal(asked, TELL_ASK_DONE);
	}
	DONE(tell_ask(&d, MOTHER, false, &asked, &v.e));
	assert_int_equal(asked, TELL_ASK_ENOUGH);
	assert_int_equal(count("message"), TELL_LINKS_A_DAY);
	DONE(sql_tell_get(v.house.db, v.arena, MOTHER, &found, &row, &v.e));
	word = tell_link_word(v.arena, v.org, TELL_LINK_CONFIRM, MOTHER,
	    row.address_digest, row.asked_at);
	DONE(tell_follow(&v.house, v.arena, TELL_LINK_CONFIRM, MOTHER, word,
	    false, NOW + TELL_LINK_DAYS * DAY, &found, &v.e));
	assert_true(found);
	DONE(tell_follow(&v.house, v.arena, TELL_LINK_CONFIRM, MOTHER, word,
	    false, NOW + TELL_LINK_DAYS * DAY + 1, &found, &v.e));
	assert_false(found);
	/* Of one account it opens no other. */
	DONE(tell_follow(&v.house, v.arena, TELL_LINK_CONFIRM, FATHER, word,
	    false, NOW, &found, &v.e));
	assert_false(found);
}

static void
many_photos_make_one_message(void **state)
{
	(void)state;
	confirm(MOTHER, NOW);
	(void)album(SQUIRRELS, 12, NOW + 60);
	(void)album(SQUIRRELS, 8, NOW + 120);
	turn(evening - 2 * HOUR);
	assert_int_equal(count(DIGESTS), 0);
	turn(evening);
	assert_int_equal(
	    count(
		DIGESTS " AND account = 5 AND what = '2 0 0 0 0 0 0 0 0 0 0'"),
	    1);
	/* Again, later, and with the clock set back. */
	turn(evening);
	turn(evening + 60);
	turn(evening - HOUR);
	turn(evening - DAY);
	assert_int_equal(count(DIGESTS), 1);
	/* Nothing new: nothing is said.  Something: once more. */
	turn(evening + DAY);
	assert_int_equal(count(DIGESTS), 1);
	(void)album(SQUIRRELS, 1, evening + DAY + 60);
	turn(evening + 2 * DAY);
	turn(evening + 2 * DAY);
	assert_int_equal(
	    count(DIGESTS " AND what = '1 0 0 0 0 0 0 0 0 0 0'"), 1);
	assert_int_equal(count(DIGESTS), 2);
}

static void
what_one_may_not_see_is_not_new(void **state)
{
	(void)state;
	confirm(MOTHER, NOW);
	confirm(FATHER, NOW);
	confirm(FOX_MUM, NOW);
	(void)album(SQUIRRELS, 1, NOW + 60); /* FATHER is barred from it */
	(void)album(FOXES, 1, NOW + 3 * DAY);
	turn(evening);
	assert_int_equal(count(DIGESTS), 1);
	assert_int_equal(count(DIGESTS " AND account = 5"), 1);
	village_sql(&v, "UPDATE account SET state = 'suspended' WHERE id = 8");
	turn(evening + 4 * DAY);
	assert_int_equal(count(DIGESTS " AND account = 6"), 1);
	assert_int_equal(count(DIGESTS " AND account = 8"), 0);
}

static void
quiet_hours_and_pauses_are_kept(void **state)
{
	struct tell_choice c = tell_default(false);
	struct deed d = deed_at(MOTHER, NOW);
	int64_t due;

	(void)state;
	confirm(MOTHER, NOW);
	(void)album(SQUIRRELS, 1, NOW + 60);
	c.at_min = 23 * 60;
	DONE(tell_choose(&d, MOTHER, false, &c, &v.e));
	turn(evening + 6 * HOUR);
	assert_int_equal(count(DIGESTS), 0);
	DONE(digest_due(&v.house, v.arena, &due, &v.e));
	assert_true(due > evening + 6 * HOUR && due < evening + 16 * HOUR);
	turn(due);
	assert_int_equal(count(DIGESTS), 1);

	d = deed_at(MOTHER, due);
	c = tell_default(false);
	c.pause_until = d.today + 3;
	DONE(tell_choose(&d, MOTHER, false, &c, &v.e));
	(void)album(SQUIRRELS, 1, due + 60);
	for (int64_t day = 0; day <= 3; day++)
		turn(evening + (1 + day) * DAY);
	assert_int_equal(count(DIGESTS), 1);
	turn(evening + 5 * DAY);
	assert_int_equal(
	    count(DIGESTS " AND what = '1 0 0 0 0 0 0 0 0 0 0'"), 2);
	c.daily = false;
	DONE(tell_choose(&d, MOTHER, false, &c, &v.e));
	DONE(digest_due(&v.house, v.arena, &due, &v.e));
	assert_int_equal(due, DB_NULL);
}

/* Published while the message was made, committed after it. */
static void
what_is_published_meanwhile_is_in_the_next_message(void **state)
{
	int64_t at = evening + DIGEST_SETTLE_S;

	(void)state;
	confirm(MOTHER, NOW);
	(void)album(SQUIRRELS, 1, NOW + 60);
	turn(at);
	assert_int_equal(count(DIGESTS), 1);
	(void)album(SQUIRRELS, 1, at - 1);
	(void)album(SQUIRRELS, 1, at);
	turn(at + DAY);
	assert_int_equal(
	    count(DIGESTS " AND what = '2 0 0 0 0 0 0 0 0 0 0'"), 1);
}

static void
after_a_restore_the_day_counts_as_told(void **state)
{
	struct outbox_letter l = {0};
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);

	(void)state;
	confirm(MOTHER, NOW);
	(void)album(SQUIRRELS, 1, NOW + 60);
	DONE(outbox_restored(&v.house, v.org, evening - 60, &v.e));
	turn(evening);
	assert_int_equal(count(DIGESTS), 0);
	DONE(outbox_take(&v.house, v.arena, evening, &b, &l, &v.e));
	assert_int_equal(l.id, 0);
	/* What was not said is said the next day. */
	turn(evening + DAY);
	assert_int_equal(
	    count(DIGESTS " AND what = '1 0 0 0 0 0 0 0 0 0 0'"), 1);
}

static int64_t
take(struct buf *b, int64_t now)
{
	struct outbox_letter l = {0};

	DONE(outbox_take(&v.house, v.arena, now, b, &l, &v.e));
	return l.id;
}

static enum outbox_fate
said(int64_t id, enum egress_outcome o, uint32_t status, int64_t now)
{
	struct outbox_verdict verdict;

	DONE(
	    outbox_said(&v.house, v.arena, id, o, status, now, &verdict, &v.e));
	return verdict.fate;
}

static bool
has(const struct buf *b, const char *what)
{
	return memmem(b->p, b->n, what, strlen(what)) != NULL;
}

static void
a_letter_names_nobody(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	str word =
	    tell_link_word(v.arena, v.org, TELL_LINK_STOP, MOTHER, (str){0}, 0);

	(void)state;
	confirm(MOTHER, NOW);
	assert_int_equal(take(&b, NOW), 0); /* its link was followed already */
	(void)album(SQUIRRELS, 1, NOW + 60);
	turn(evening);
	assert_true(take(&b, evening) > 0);
	assert_true(has(&b, "To: <Nadia@exemple.fr>\r\n"));
	assert_true(has(&b, "From: "));
	assert_true(has(&b, "<preau@ecole.test>"));
	assert_true(has(&b, "\r\n- 1 nouvel album\r\n"));
	assert_true(has(&b, "\r\nhttps://ecole.test/\r\n"));
	assert_true(has(&b, arena_fmt(v.arena,
				"List-Unsubscribe: <https://ecole.test/told/"
				"stop/5/%.*s>",
				STR_ARG(word))
				.p));
	assert_false(has(&b, "L=C3=A9a"));
	assert_false(has(&b, "Noah"));
	assert_int_equal(count("message WHERE state = 'sending'"), 1);
}

/* The two that a kill can part: what the server took, and what we know. */
static void
a_message_on_its_way_goes_again_as_itself(void **state)
{
	CLEANUP(buf_done) struct buf a = BUF_MAX(MAIL_LETTER_MAX);
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	int64_t id;

	(void)state;
	confirm(MOTHER, NOW);
	(void)album(SQUIRRELS, 1, NOW + 60);
	turn(evening);
	id = take(&a, evening);
	assert_true(id > 0);
	assert_int_equal(take(&b, evening), 0);
	village_shut(&v);
	village_reopen(&v);
	DONE(outbox_start(&v.house, evening + 5, &v.e));
	assert_int_equal(take(&b, evening + 5), id);
	assert_true(a.n == b.n && memcmp(a.p, b.p, a.n) == 0);
	assert_int_equal(
	    said(id, EGRESS_ANSWERED, 250, evening + 6), OUTBOX_SENT);
	assert_int_equal(take(&b, evening + DAY), 0);
	assert_int_equal(count("message WHERE state = 'sent'"), 1);
}

static void
what_is_for_good_ends_and_what_is_not_comes_again(void **state)
{
	static const struct {
		enum egress_outcome outcome;
		uint32_t status;
		int64_t tries;
		enum outbox_fate fate;
		bool broken, server;
		int64_t after_s;
	} table[] = {
	    {EGRESS_ANSWERED, 250, 1, OUTBOX_SENT, false, false, 0},
	    {EGRESS_ANSWERED, 251, 8, OUTBOX_SENT, false, false, 0},
	    {EGRESS_ANSWERED, 550, 1, OUTBOX_FAILED, true, false, 0},
	    {EGRESS_ANSWERED, 553, 1, OUTBOX_FAILED, true, false, 0},
	    {EGRESS_ANSWERED, 552, 1, OUTBOX_FAILED, false, false, 0},
	    {EGRESS_ANSWERED, 554, 1, OUTBOX_FAILED, false, false, 0},
	    {EGRESS_ANSWERED, 450, 1, OUTBOX_AGAIN, false, false, 60},
	    {EGRESS_ANSWERED, 452, 4, OUTBOX_AGAIN, false, false, 480},
	    {EGRESS_ANSWERED, 421, 8, OUTBOX_FAILED, false, false, 7680},
	    {EGRESS_BROKEN, 0, 1, OUTBOX_AGAIN, false, true, 60},
	    {EGRESS_TOO_SLOW, 0, 8, OUTBOX_FAILED, false, true, 7680},
	    {EGRESS_UNREACHABLE, 0, 8, OUTBOX_WAITS, false, true, 0},
	    {EGRESS_NO_ADDRESS, 0, 8, OUTBOX_WAITS, false, true, 0},
	    {EGRESS_UNTRUSTED, 0, 8, OUTBOX_WAITS, false, true, 0},
	    {EGRESS_REFUSED, 0, 8, OUTBOX_WAITS, false, true, 0},
	    {EGRESS_NOT_ALLOWED, 0, 8, OUTBOX_WAITS, false, true, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct outbox_verdict w = outbox_judge(
		    table[i].outcome, table[i].status, table[i].tries, 60);

		assert_int_equal(w.fate, table[i].fate);
		assert_int_equal(w.broken, table[i].broken);
		assert_int_equal(w.server, table[i].server);
		assert_int_equal(w.after_s, table[i].after_s);
	}
}

static void
a_letter_that_is_never_taken_is_given_up(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	int64_t now = evening, id = 0, due, tries = 0;

	(void)state;
	confirm(MOTHER, NOW);
	(void)album(SQUIRRELS, 1, NOW + 60);
	turn(now);
	for (;;) {
		DONE(outbox_due(&v.house, v.arena, &due, &v.e));
		if (due == DB_NULL)
			break;
		now = due > now ? due : now;
		id = take(&b, now);
		if (id == 0)
			break;
		tries++;
		(void)said(id, EGRESS_ANSWERED, 451, now);
	}
	assert_int_equal(tries, OUTBOX_TRIES);
	assert_int_equal(count("message WHERE state = 'failed' AND "
			       "why = 'not_taken' AND status = 451"),
	    1);
	/* A server that is away is nobody's fault, until it is too late. */
	(void)album(SQUIRRELS, 1, evening + DAY - 60);
	now = evening + DAY;
	turn(now);
	for (int i = 0; i < 3 * OUTBOX_TRIES; i++) {
		id = take(&b, now);
		assert_true(id > 0);
		assert_int_equal(
		    said(id, EGRESS_UNREACHABLE, 0, now), OUTBOX_WAITS);
		now += 60;
	}
	assert_int_equal(take(&b, now + 3 * DAY), 0);
	assert_int_equal(
	    count("message WHERE state = 'failed' AND why = 'no_server'"), 1);
}

static void
an_address_that_is_none_is_not_written_to_again(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	struct deed d = deed_at(MOTHER, evening);
	struct tell_state s;

	(void)state;
	confirm(MOTHER, NOW);
	(void)album(SQUIRRELS, 1, NOW + 60);
	turn(evening);
	assert_int_equal(said(take(&b, evening), EGRESS_ANSWERED, 550, evening),
	    OUTBOX_FAILED);
	DONE(tell_load(&d, MOTHER, false, &s, &v.e));
	assert_int_equal(s.at, TELL_BROKEN);
	(void)album(SQUIRRELS, 1, evening + 60);
	turn(evening + DAY);
	assert_int_equal(count(DIGESTS), 1);
	confirm(MOTHER, evening + DAY + 60);
	DONE(tell_load(&d, MOTHER, false, &s, &v.e));
	assert_int_equal(s.at, TELL_CONFIRMED);
}

/* ---- what comes back ---- */

static bool
came_back(str to, enum mail_action action, int subject, int detail)
{
	const struct mail_report r = {
	    action, 5, (uint16_t)subject, (uint16_t)detail};
	enum bounce_fate fate = BOUNCE_NOTHING;

	return bounce_note(
		   &v.house, v.arena, to, &r, evening + HOUR, &fate, &v.e) &&
	       fate == BOUNCE_NOTED;
}

static void
what_comes_back_belongs_to_the_one_it_was_for(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	struct deed d = deed_at(MOTHER, evening);
	struct outbox_letter l = {0};
	struct tell_state s;
	str forged, to;

	(void)state;
	confirm(MOTHER, NOW);
	confirm(FOX_MUM, NOW);
	(void)album(SQUIRRELS, 1, NOW + 60);
	turn(evening);
	DONE(outbox_take(&v.house, v.arena, evening, &b, &l, &v.e));
	assert_true(str_eq(l.from, S("preau@ecole.test")));
	(void)said(l.id, EGRESS_ANSWERED, 250, evening);
	(void)snprintf(v.conf.mail_bounce, sizeof(v.conf.mail_bounce),
	    "retours@ecole.test");
	to = bounce_sender(v.arena, &v.house, v.org, l.id);
	assert_true(mail_address_fine(to));
	forged = bounce_sender(v.arena, &v.house, v.org, l.id + 1);
	assert_false(came_back(forged, MAIL_REPORT_FAILED, 1, 1));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	forged = arena_fmt(
	    v.arena, "retours+%d-0011223344556677@ecole.test", (int)l.id);
	assert_false(came_back(forged, MAIL_REPORT_FAILED, 1, 1));
	assert_false(
	    came_back(S("retours@ecole.test"), MAIL_REPORT_FAILED, 1, 1));
	assert_false(came_back(to, MAIL_REPORT_NONE, 0, 0));
	assert_false(came_back(to, MAIL_REPORT_DELAYED, 4, 7));
	assert_int_equal(count("message WHERE id = 3 AND state = 'sent'"), 1);
	assert_int_equal(l.id, 3);
	assert_true(came_back(to, MAIL_REPORT_FAILED, 1, 1));
	assert_false(came_back(to, MAIL_REPORT_FAILED, 1, 1));
	assert_int_equal(
	    count("message WHERE state = 'failed' AND why = 'bounced'"), 1);
	DONE(tell_load(&d, MOTHER, false, &s, &v.e));
	assert_int_equal(s.at, TELL_BROKEN);
	DONE(tell_load(&d, FOX_MUM, false, &s, &v.e));
	assert_int_equal(s.at, TELL_CONFIRMED);
}

static void
what_comes_back_late_says_nothing_of_another_address(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	struct deed d = deed_at(MOTHER, evening);
	struct outbox_letter l = {0};
	struct tell_state s;

	(void)state;
	(void)snprintf(v.conf.mail_bounce, sizeof(v.conf.mail_bounce),
	    "retours@ecole.test");
	confirm(MOTHER, NOW);
	(void)album(SQUIRRELS, 1, NOW + 60);
	turn(evening);
	DONE(outbox_take(&v.house, v.arena, evening, &b, &l, &v.e));
	assert_false(str_eq(l.from, S("preau@ecole.test")));
	assert_true(has(&b, "<preau@ecole.test>"));
	assert_false(has(&b, "retours"));
	(void)said(l.id, EGRESS_ANSWERED, 250, evening);
	seal_into("account", "email_enc", MOTHER, S("other@exemple.fr"));
	confirm(MOTHER, evening + 60);
	assert_true(came_back(l.from, MAIL_REPORT_FAILED, 1, 1));
	DONE(tell_load(&d, MOTHER, false, &s, &v.e));
	assert_int_equal(s.at, TELL_CONFIRMED);
}

/* ---- a season's end ---- */

#define TOLD "farewell_told WHERE account = 5 AND season = 77"

/* The season that LEA was in is over, and its photos end on the day it gives
 * back. */
static int64_t
season_of_lea(void)
{
	struct deed d = deed_at(DIRECTOR, evening);
	int64_t until_on = d.today - 50, on, post;

	/* Under the rules since long: what they say counts. */
	village_sql(&v, "DELETE FROM ends_begun");
	village_sql(&v, "INSERT INTO ends_begun VALUES (1, 1)");
	village_sql(&v,
	    arena_fmt(v.arena,
		"INSERT INTO season (id, organisation, name, from_on, until_on)"
		" VALUES (77, 1, 'Hiver', %lld, %lld)",
		(long long)until_on - 10, (long long)until_on)
		.p);
	post = album(SQUIRRELS, 1, NOW - 50 * DAY);
	village_sql(&v,
	    arena_fmt(v.arena, "UPDATE post SET day_on = %lld WHERE id = %lld",
		(long long)until_on, (long long)post)
		.p);
	village_sql(&v,
	    arena_fmt(v.arena,
		"INSERT INTO region (medium, x, y, w, h, kind, state, child,"
		" drawn_at, resolved_at) SELECT id, 0, 0, 9, 9, 'drawn',"
		" 'child', 1, 1, 1 FROM medium WHERE post = %lld",
		(long long)post)
		.p);
	DONE(ends_season_last(&d, until_on, &on, &v.e));
	return on;
}

static int64_t
evening_of(int64_t day)
{
	return evening + (day - TODAY) * DAY;
}

static void
send_one(struct buf *b, struct outbox_letter *l, int64_t now)
{
	DONE(outbox_take(&v.house, v.arena, now, b, l, &v.e));
	assert_true(l->id > 0);
	assert_int_equal(said(l->id, EGRESS_ANSWERED, 250, now), OUTBOX_SENT);
}

static void
families_are_told_twice_that_photos_end(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	int64_t last = season_of_lea(), day = TODAY;
	struct outbox_letter l;

	(void)state;
	assert_int_equal(last, TODAY + 40);
	confirm(MOTHER, NOW);
	confirm(FOX_MUM, NOW);
	turn(evening_of(day));
	assert_int_equal(count(DIGESTS), 1);
	assert_int_equal(count(DIGESTS " AND account = 5"), 1);
	assert_int_equal(count(TOLD), 0); /* it has not gone */
	/* While it is on its way it is not said again. */
	turn(evening_of(day + 1));
	assert_int_equal(count(DIGESTS), 1);
	send_one(&b, &l, evening_of(day + 1) + 60);
	assert_true(has(&b, "- les photos de 1 saison"));
	assert_true(
	    has(&b, arena_fmt(v.arena, "/%04d :", day_to_civil(last).year).p) ||
	    has(&b,
		arena_fmt(v.arena, "/%04d=C2=A0:", day_to_civil(last).year).p));
	assert_false(has(&b, "Hiver") || has(&b, "L=C3=A9a"));
	assert_int_equal(count(TOLD), 1);
	assert_int_equal(count(TOLD " AND part = 'first'"), 1);
	day = last - FAREWELL_LAST_DAYS;
	turn(evening_of(day - 1));
	assert_int_equal(count(DIGESTS), 1);
	turn(evening_of(day));
	assert_int_equal(count(TOLD), 1);
	send_one(&b, &l, evening_of(day) + 60);
	assert_int_equal(count(TOLD " AND part = 'last'"), 1);
	turn(evening_of(last));
	assert_int_equal(count(DIGESTS), 2);
}

static void
a_message_that_did_not_go_told_nobody(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	int64_t again = TODAY + NEWS_AGAIN_DAYS;
	struct outbox_letter l;

	(void)state;
	(void)season_of_lea();
	confirm(MOTHER, NOW);
	turn(evening);
	assert_int_equal(
	    said(take(&b, evening + 60), EGRESS_ANSWERED, 552, evening + 60),
	    OUTBOX_FAILED);
	assert_int_equal(count(TOLD), 0);
	turn(evening_of(again - 1));
	assert_int_equal(count(DIGESTS), 1);
	turn(evening_of(again));
	assert_int_equal(count(DIGESTS), 2);
	send_one(&b, &l, evening_of(again) + 60);
	assert_int_equal(count(TOLD), 1);
}

static void
a_message_that_came_back_told_nobody(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	struct outbox_letter l;

	(void)state;
	(void)season_of_lea();
	(void)snprintf(v.conf.mail_bounce, sizeof(v.conf.mail_bounce),
	    "retours@ecole.test");
	confirm(MOTHER, NOW);
	turn(evening);
	send_one(&b, &l, evening);
	assert_int_equal(count(TOLD), 1);
	assert_true(came_back(l.from, MAIL_REPORT_FAILED, 2, 2));
	assert_int_equal(count(TOLD), 0);
	/* The first page has told since, and again: that stands. */
	turn(evening_of(TODAY + NEWS_AGAIN_DAYS));
	send_one(&b, &l, evening_of(TODAY + NEWS_AGAIN_DAYS));
	village_sql(
	    &v, "INSERT INTO farewell_told VALUES (5, 77, 'last', 2000000000)");
	assert_true(came_back(l.from, MAIL_REPORT_FAILED, 2, 2));
	assert_int_equal(count(TOLD), 1);
	assert_int_equal(
	    count(TOLD " AND part = 'first' AND told_at = 2000000000"), 1);
}

static void
the_first_page_tells_too(void **state)
{
	struct farewell f = {
	    .window = FAREWELL_FIRST, .child = LEA, .season = 77};
	struct farewells one = {&f, 1};
	struct deed d = deed_at(MOTHER, NOW);

	(void)state;
	(void)season_of_lea();
	DONE(farewell_told(&d, MOTHER, &one, &v.e));
	assert_int_equal(count(TOLD), 1);
	confirm(MOTHER, NOW);
	turn(evening);
	assert_int_equal(count(DIGESTS), 0);
}

static void
what_is_counted_is_read_from_its_word_again(void **state)
{
	struct news n = {.n = {1, 0, 3, 2},
	    .end_on = 20500,
	    .ends = {{7, false}, {912, true}},
	    .n_ends = 2};
	struct news back = news_of_word(news_word(v.arena, &n));

	(void)state;
	assert_memory_equal(n.n, back.n, sizeof(n.n));
	assert_int_equal(back.end_on, 20500);
	assert_int_equal(back.n_ends, 2);
	assert_int_equal(back.ends[1].season, 912);
	assert_true(back.ends[1].last && !back.ends[0].last);
	/* Of before there was anything to end, and of nothing. */
	back = news_of_word(S("2 0 1"));
	assert_int_equal(back.n[2], 1);
	assert_int_equal(back.n_ends, 0);
	back = news_of_word(S("f e lx f-1 1"));
	assert_int_equal(back.n_ends, 0);
	assert_false(news_any(&(struct news){{0}}));
}

static void
one_click_ends_them(void **state)
{
	struct deed d = deed_at(MOTHER, NOW);
	struct tell_state s;
	bool fits;
	str word =
	    tell_link_word(v.arena, v.org, TELL_LINK_STOP, MOTHER, (str){0}, 0);

	(void)state;
	confirm(MOTHER, NOW);
	DONE(tell_follow(&v.house, v.arena, TELL_LINK_STOP, FATHER, word, true,
	    NOW, &fits, &v.e));
	assert_false(fits);
	DONE(tell_follow(&v.house, v.arena, TELL_LINK_STOP, MOTHER, word, true,
	    NOW, &fits, &v.e));
	assert_true(fits);
	DONE(tell_load(&d, MOTHER, false, &s, &v.e));
	assert_false(s.is.daily);
	(void)album(SQUIRRELS, 1, NOW + 60);
	turn(evening);
	assert_int_equal(count(DIGESTS), 0);
}

/* ---- urgent ---- */

static int64_t
write_urgent(int64_t account, int64_t group, bool *ret)
{
	const struct urgent_new n = {
	    .group = group, .hours = 6, .text = S("Le car est en retard.")};
	struct deed d = deed_at(account, NOW);
	int64_t id = 0;

	DONE(db_begin(v.house.db, &v.e));
	*ret = urgent_write(&d, village_viewer(&v, account), &n, &id, &v.e);
	if (*ret)
		DONE(db_commit(v.house.db, &v.e));
	else
		db_rollback(v.house.db);
	return id;
}

static bool
approve(int64_t account, int64_t id)
{
	struct deed d = deed_at(account, NOW + 60);
	bool went;

	DONE(db_begin(v.house.db, &v.e));
	DONE(urgent_approve(&d, village_viewer(&v, account), id, &went, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	return went;
}

static size_t
on_first_page(int64_t account)
{
	struct deed d = deed_at(account, NOW + 120);
	struct urgent_list l;

	DONE(urgent_for(&d, village_viewer(&v, account), &l, &v.e));
	for (size_t i = 0; i < l.n; i++)
		assert_true(l.v[i].until_at > d.now);
	return l.n;
}

static void
two_of_the_team_say_that_it_is_urgent(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MAIL_LETTER_MAX);
	struct deed d = deed_at(SAMI, NOW + 120);
	struct urgent_adults who;
	struct urgent u;
	int64_t id;
	bool wrote;

	(void)state;
	confirm(MOTHER, NOW - 60);
	id = write_urgent(FOX_STAFF, SQUIRRELS, &wrote);
	assert_false(wrote);
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	id = write_urgent(SAMI, SQUIRRELS, &wrote);
	assert_true(wrote);
	assert_int_equal(on_first_page(MOTHER), 0);
	assert_false(approve(SAMI, id));
	assert_int_equal(count("message WHERE kind = 'urgent'"), 0);
	assert_int_equal(on_first_page(MOTHER), 0);
	assert_true(approve(DIRECTOR, id));
	assert_false(approve(FOX_STAFF, id));
	assert_int_equal(on_first_page(MOTHER), 1);
	assert_int_equal(on_first_page(FOX_MUM), 0);
	assert_int_equal(on_first_page(FATHER), 0); /* barred from the group */
	/* Who has no account or no address is to be telephoned. */
	assert_true(take(&b, NOW + 61) > 0);
	assert_true(has(&b, "Importance: high"));
	assert_false(has(&b, "retard"));
	DONE(urgent_get(&d, village_viewer(&v, SAMI), id, &u, &v.e));
	DONE(urgent_adults(&d, &u, &who, &v.e));
	assert_true(who.n >= 1);
	assert_int_equal(who.sent, 0);
	DONE(db_begin(v.house.db, &v.e));
	DONE(urgent_end(&d, village_viewer(&v, SAMI), id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(on_first_page(MOTHER), 0);
}

static bool
refused(const char *sql)
{
	return !db_exec(v.house.db, sql, &v.e);
}

static void
the_schema_holds_the_two_apart(void **state)
{
	int64_t id;
	bool wrote;

	(void)state;
	id = write_urgent(SAMI, SQUIRRELS, &wrote);
	assert_true(wrote && id == 1);
	assert_true(
	    refused("UPDATE urgent SET second = author, second_at = 1"));
	assert_true(refused("UPDATE urgent SET text_enc = x'00'"));
	assert_true(refused("UPDATE urgent SET author = 1"));
	assert_true(approve(DIRECTOR, id));
	assert_true(refused("UPDATE urgent SET second = 3"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(an_address_is_written_to_once_its_link_was_followed),
	    T(links_are_few_and_end),
	    T(many_photos_make_one_message),
	    T(what_one_may_not_see_is_not_new),
	    T(quiet_hours_and_pauses_are_kept),
	    T(what_is_published_meanwhile_is_in_the_next_message),
	    T(after_a_restore_the_day_counts_as_told),
	    T(a_letter_names_nobody),
	    T(a_message_on_its_way_goes_again_as_itself),
	    T(what_is_for_good_ends_and_what_is_not_comes_again),
	    T(a_letter_that_is_never_taken_is_given_up),
	    T(an_address_that_is_none_is_not_written_to_again),
	    T(one_click_ends_them),
	    T(what_comes_back_belongs_to_the_one_it_was_for),
	    T(what_comes_back_late_says_nothing_of_another_address),
	    T(families_are_told_twice_that_photos_end),
	    T(a_message_that_did_not_go_told_nobody),
	    T(a_message_that_came_back_told_nobody),
	    T(the_first_page_tells_too),
	    T(what_is_counted_is_read_from_its_word_again),
	    T(two_of_the_team_say_that_it_is_urgent),
	    T(the_schema_holds_the_two_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
