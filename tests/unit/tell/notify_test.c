/* Notifications: to which devices, when, how often, and what becomes of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "claim/claim.h"
#include "people/session.h"
#include "push/sealed.h"
#include "report/casefile.h"
#include "report/report.h"
#include "sql_push.h"
#include "sql_tell.h"
#include "tell/choice.h"
#include "tell/device.h"
#include "tell/digest.h"
#include "tell/handlers.h"
#include "tell/notify.h"
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
#define POINT                                                          \
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4" \
	"bjyPjs7Vd8pZGH6SRpkNtoIAiw4"

static int64_t evening;

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	(void)snprintf(v.conf.push_services, sizeof(v.conf.push_services),
	    "browsers,push.test");
	(void)snprintf(v.conf.url, sizeof(v.conf.url), "https://ecole.test");
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

static int64_t
sign_in(int64_t account, int64_t now)
{
	struct deed d = deed_at(account, now);
	static const uint8_t address[16];
	const struct session_origin o = {S("Firefox"), address};
	struct session_new s;

	DONE(session_create(&d, account, false, 2, &o, &s, &v.e));
	return s.id;
}

/* *ret_cookie: of the device. */
static void
allow(int64_t account, int64_t session, const char *address, str *cookie)
{
	struct deed d = deed_at(account, NOW);
	struct conf_services s;
	struct push_target t;
	struct device_new n = {.account = account,
	    .session = session,
	    .target = &t,
	    .agent = S("Firefox, Android"),
	    .cookie = *cookie};

	DONE(conf_services_read(str_c(v.conf.push_services), &s, &v.e));
	DONE(push_target_read(&s, str_c(address), S(POINT),
	    S("BTBZMqHH6r4Tts7J_aSIgg"), &t, &v.e));
	DONE(device_add(&d, &n, cookie, &v.e));
}

static int64_t
new_device(int64_t account, const char *address)
{
	int64_t session = sign_in(account, NOW);
	str cookie = {0};

	allow(account, session, address, &cookie);
	assert_int_equal(cookie.n, DEVICE_COOKIE_CHARS);
	return session;
}

static void
album(int64_t at)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);

	(void)village_photo(
	    &v, post, arena_fmt(v.arena, "p %lld", (long long)post).p);
	village_publish(&v, post, at);
	village_sql(
	    &v, arena_fmt(v.arena, "UPDATE post SET photos = 1 WHERE id = %lld",
		    (long long)post)
		    .p);
}

static void
turn(int64_t now)
{
	bool more = true;

	while (more)
		DONE(digest_turn(&v.house, now, &more, &v.e));
}

static struct notification
take(int64_t now)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(PUSH_SEAL_MAX);
	struct notification n;

	DONE(notify_take(&v.house, v.arena, now, &b, &n, &v.e));
	assert_int_equal(b.n, n.id == 0 ? 0 : PUSH_SEAL_MAX);
	return n;
}

static struct outbox_verdict
said(int64_t id, uint32_t status, uint32_t retry_s, int64_t now)
{
	const struct egress_answer a = {
	    .outcome = EGRESS_ANSWERED, .status = status, .retry_s = retry_s};
	struct outbox_verdict ret;

	DONE(notify_said(&v.house, v.arena, id, &a, now, &ret, &v.e));
	return ret;
}

#define PUSHES "message WHERE channel = 'push'"

static void
each_device_has_one_a_day_and_nobody_else_any(void **state)
{
	struct notification n;

	(void)state;
	(void)new_device(MOTHER, "https://push.test/p/1");
	(void)new_device(MOTHER, "https://push.test/p/2");
	(void)new_device(FOX_MUM, "https://push.test/p/3");
	album(NOW + 60);
	turn(evening);
	turn(evening);
	turn(evening + 60);
	assert_int_equal(count(PUSHES), 2);
	assert_int_equal(count(PUSHES " AND account = 5"), 2);
	assert_int_equal(count("message WHERE channel = 'mail'"), 0);
	for (int i = 0; i < 2; i++) {
		n = take(evening);
		assert_int_not_equal(n.id, 0);
		assert_false(n.urgent);
		assert_int_equal(said(n.id, 201, 0, evening).fate, OUTBOX_SENT);
	}
	assert_int_equal(take(evening).id, 0);
	assert_int_equal(count("push_device WHERE sent_at IS NOT NULL"), 2);
}

static void
a_device_ends_with_its_session_however_that_ends(void **state)
{
	struct deed d = deed_at(MOTHER, NOW);
	int64_t one = new_device(MOTHER, "https://push.test/p/1");
	int64_t two = new_device(MOTHER, "https://push.test/p/2");

	(void)state;
	(void)new_device(MOTHER, "https://push.test/p/3");
	album(NOW + 60);
	turn(evening);
	assert_int_equal(count(PUSHES), 3);
	DONE(db_begin(v.house.db, &v.e));
	DONE(session_revoke(&d, MOTHER, one, &v.e));
	assert_int_equal(count("push_device"), 2);
	DONE(session_revoke_all(&d, MOTHER, two, &v.e));
	assert_int_equal(count("push_device"), 1);
	DONE(session_revoke_all(&d, MOTHER, 0, &v.e));
	assert_int_equal(count("push_device"), 0);
	DONE(db_commit(v.house.db, &v.e));
	/* What was queued for them goes nowhere. */
	assert_int_equal(take(evening).id, 0);
	assert_int_equal(count(PUSHES " AND state = 'dropped'"), 3);
}

static void
whoever_signs_in_there_goes_on_or_ends_it(void **state)
{
	struct deed d = deed_at(MOTHER, NOW);
	int64_t session = sign_in(MOTHER, NOW), again;
	str cookie = {0};

	(void)state;
	allow(MOTHER, session, "https://push.test/p/1", &cookie);
	again = sign_in(MOTHER, NOW);
	DONE(device_signed_in(&d, MOTHER, again, cookie, &v.e));
	village_sql(&v, arena_fmt(v.arena,
			    "UPDATE session SET revoked_at = 1 WHERE id = %lld",
			    (long long)session)
			    .p);
	assert_int_equal(count("push_device"), 1);
	DONE(device_signed_in(&d, FATHER, 1, S("none"), &v.e));
	assert_int_equal(count("push_device"), 1);
	DONE(device_signed_in(&d, FATHER, again, cookie, &v.e));
	assert_int_equal(count("push_device"), 0);
}

static void
the_same_browser_is_one_device(void **state)
{
	struct deed d = deed_at(MOTHER, NOW);
	int64_t session = sign_in(MOTHER, NOW);
	struct tell_devices l;
	str cookie = {0}, other = {0};
	char address[64];

	(void)state;
	allow(MOTHER, session, "https://push.test/p/1", &cookie);
	allow(MOTHER, session, "https://push.test/p/2", &cookie);
	allow(FATHER, sign_in(FATHER, NOW), "https://push.test/p/2", &other);
	assert_int_equal(count("push_device"), 1);
	assert_int_equal(count("push_device WHERE account = 5"), 0);
	for (int i = 0; i < DEVICES_MAX; i++) {
		str none = {0};

		(void)snprintf(
		    address, sizeof(address), "https://push.test/q/%d", i);
		allow(MOTHER, session, address, &none);
	}
	cookie = (str){0};
	allow(MOTHER, session, "https://push.test/q/more", &cookie);
	assert_int_equal(cookie.n, 0);
	DONE(device_list(&d, MOTHER, S(""), &l, &v.e));
	assert_int_equal(l.n, DEVICES_MAX);
	assert_true(str_eq(l.v[0].name, S("Firefox, Android")));
}

static void
a_way_that_is_not_wanted_is_not_used(void **state)
{
	struct tell_choice c = tell_default(false);
	struct deed d = deed_at(MOTHER, NOW);

	(void)state;
	(void)new_device(MOTHER, "https://push.test/p/1");
	album(NOW + 60);
	c.way = TELL_MAIL;
	DONE(tell_choose(&d, MOTHER, false, &c, &v.e));
	turn(evening);
	assert_int_equal(count("message"), 0);
	c.way = TELL_PUSH;
	DONE(tell_choose(&d, MOTHER, false, &c, &v.e));
	turn(evening);
	assert_int_equal(count(PUSHES), 1);
	c.daily = false;
	DONE(tell_choose(&d, MOTHER, false, &c, &v.e));
	assert_int_equal(take(evening).id, 0);
	assert_int_equal(count(PUSHES " AND state = 'dropped'"), 1);
}

static void
in_quiet_hours_nothing_rings(void **state)
{
	struct notification n;
	int64_t due, night = evening + 6 * HOUR;

	(void)state;
	(void)new_device(MOTHER, "https://push.test/p/1");
	album(NOW + 60);
	turn(evening);
	n = take(evening);
	/* The service does not keep it into the night either. */
	assert_true(n.ttl_s > 0 && n.ttl_s <= 4 * HOUR);
	assert_int_equal(said(n.id, 503, 5 * HOUR, evening).fate, OUTBOX_AGAIN);
	assert_int_equal(take(night).id, 0);
	DONE(notify_due(&v.house, v.arena, &due, &v.e));
	assert_true(due > night && due <= night + 10 * HOUR);
	assert_int_equal(take(due).id, n.id);
}

/* By the mother, about nobody of the team. */
static void
report_danger(int64_t now)
{
	struct report_new n = {.category = category_of(S("worry")),
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .words = S("Il pleure souvent.")};
	struct deed d = deed_at(MOTHER, now);
	struct report_made made;

	DONE(db_begin(v.house.db, &v.e));
	DONE(report_make(&d, &n, &made, &v.e));
	DONE(handlers_tell(&d, made.case_file, true, &v.e));
	DONE(db_commit(v.house.db, &v.e));
}

static void
danger_rings_on_each_device_of_who_is_in_the_path(void **state)
{
	struct deed d = deed_at(SAFETY, NOW + 90);
	struct notification n;

	(void)state;
	(void)new_device(SAFETY, "https://push.test/p/1");
	(void)new_device(SAFETY, "https://push.test/p/2");
	(void)new_device(FOX_STAFF, "https://push.test/p/3");
	(void)new_device(MOTHER, "https://push.test/p/4");
	report_danger(NOW);
	report_danger(NOW + 60); /* says as much */
	assert_int_equal(count(PUSHES), 2);
	assert_int_equal(count(PUSHES " AND account = 4"), 2);
	n = take(NOW + 60);
	assert_int_not_equal(n.id, 0);
	assert_true(n.urgent);
	assert_int_equal(said(n.id, 201, 0, NOW + 60).fate, OUTBOX_SENT);
	/* They are about the director too, before the other one has gone, and
	 * the lead answers to her. */
	DONE(db_begin(v.house.db, &v.e));
	for (int64_t id = 1; id <= 2; id++)
		DONE(case_name(&d, id, DIRECTOR, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(take(NOW + 120).id, 0);
	assert_int_equal(count(PUSHES " AND state = 'dropped'"), 1);
}

static void
a_browser_that_is_gone_is_forgotten(void **state)
{
	struct notification n;

	(void)state;
	(void)new_device(MOTHER, "https://push.test/p/1");
	album(NOW + 60);
	turn(evening);
	n = take(evening);
	assert_int_equal(said(n.id, 410, 0, evening).fate, OUTBOX_FAILED);
	assert_int_equal(count("push_device"), 0);
	assert_int_equal(
	    count(PUSHES " AND state = 'failed' AND why = 'gone'"), 1);
	album(evening + 60);
	turn(evening + DAY);
	assert_int_equal(count(PUSHES), 1);
}

static void
what_is_never_taken_is_given_up_and_never_looped(void **state)
{
	int64_t now = evening, tries = 0;

	(void)state;
	(void)new_device(MOTHER, "https://push.test/p/1");
	village_sql(&v, "UPDATE tell SET quiet_from = 0, quiet_to = 0");
	album(NOW + 60);
	turn(evening);
	for (; tries < 2 * OUTBOX_TRIES; tries++) {
		struct notification n = take(now);

		if (n.id == 0)
			break;
		(void)said(n.id, 500, 0, now);
		assert_int_equal(take(now).id, 0);
		now += OUTBOX_RETRY_MAX_S;
	}
	assert_in_range(tries, 2, OUTBOX_TRIES);
	assert_int_equal(count(PUSHES " AND state = 'failed'"), 1);
}

/* ---- what was said ---- */

static void
what_a_service_says_is_judged(void **state)
{
	static const struct {
		enum egress_outcome outcome;
		uint32_t status, retry_s;
		int64_t tries;
		enum outbox_fate fate;
		int64_t after_s;
		bool gone, rests;
	} is[] = {
	    {EGRESS_ANSWERED, 201, 0, 1, OUTBOX_SENT, 0, false, false},
	    {EGRESS_ANSWERED, 202, 0, 8, OUTBOX_SENT, 0, false, false},
	    {EGRESS_ANSWERED, 404, 0, 1, OUTBOX_FAILED, 0, true, false},
	    {EGRESS_ANSWERED, 410, 0, 1, OUTBOX_FAILED, 0, true, false},
	    {EGRESS_ANSWERED, 400, 0, 1, OUTBOX_FAILED, 0, false, false},
	    {EGRESS_ANSWERED, 403, 0, 1, OUTBOX_FAILED, 0, false, false},
	    {EGRESS_ANSWERED, 413, 0, 1, OUTBOX_FAILED, 0, false, false},
	    {EGRESS_ANSWERED, 307, 0, 1, OUTBOX_FAILED, 0, false, false},
	    {EGRESS_ANSWERED, 429, 0, 1, OUTBOX_AGAIN, 60, false, false},
	    {EGRESS_ANSWERED, 429, 900, 1, OUTBOX_AGAIN, 900, false, false},
	    {EGRESS_ANSWERED, 429, 10, 3, OUTBOX_AGAIN, 240, false, false},
	    {EGRESS_ANSWERED, 429, 900, 8, OUTBOX_FAILED, 7680, false, false},
	    {EGRESS_ANSWERED, 500, 0, 2, OUTBOX_AGAIN, 120, false, false},
	    {EGRESS_ANSWERED, 503, 0, 8, OUTBOX_FAILED, 7680, false, false},
	    {EGRESS_TOO_SLOW, 0, 0, 1, OUTBOX_AGAIN, 60, false, true},
	    {EGRESS_BROKEN, 0, 0, 8, OUTBOX_FAILED, 7680, false, true},
	    {EGRESS_UNREACHABLE, 0, 0, 8, OUTBOX_WAITS, 7680, false, true},
	    {EGRESS_UNTRUSTED, 0, 0, 1, OUTBOX_WAITS, 60, false, true},
	    {EGRESS_NO_ADDRESS, 0, 0, 1, OUTBOX_WAITS, 60, false, true},
	    {EGRESS_NOT_ALLOWED, 0, 0, 1, OUTBOX_FAILED, 0, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(is) / sizeof(*is); i++) {
		const struct egress_answer a = {
		    .outcome = (uint8_t)is[i].outcome,
		    .status = is[i].status,
		    .retry_s = is[i].retry_s};
		struct outbox_verdict got = notify_judge(&a, is[i].tries, 60);

		if (got.fate != is[i].fate || got.after_s != is[i].after_s ||
		    got.broken != is[i].gone || got.server != is[i].rests)
			fail_msg("row %zu: fate %d after %lld", i, got.fate,
			    (long long)got.after_s);
	}
}

/* ---- what it counts ---- */

static void
what_a_service_took_told_that_photos_end(void **state)
{
	struct notification n;

	(void)state;
	(void)new_device(MOTHER, "https://push.test/p/1");
	album(NOW + 60);
	turn(evening);
	village_sql(&v,
	    "INSERT INTO season (id, organisation, name, from_on, until_on)"
	    " VALUES (77, 1, 'Hiver', 1, 2)");
	village_sql(
	    &v, "UPDATE message SET what = '1 0 0 1 0 0 0 0 0 e20500 f77'");
	n = take(evening);
	(void)said(n.id, 503, 0, evening);
	assert_int_equal(count("farewell_told"), 0);
	n = take(evening + HOUR);
	assert_int_equal(said(n.id, 201, 0, evening + HOUR).fate, OUTBOX_SENT);
	assert_int_equal(count("farewell_told WHERE account = 5 AND season = 77"
			       " AND part = 'first'"),
	    1);
}

static void
report_and_claim(void)
{
	struct deed d = deed_at(MOTHER, NOW);
	const struct report_new n = {.category = category_of(S("team")),
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .words = S("Le portail.")};
	const struct claim_new c = {.kind = CLAIM_SEE,
	    .asker = MOTHER,
	    .child = DB_NULL,
	    .rule = -1,
	    .words = S("Que savez-vous de moi ?"),
	    .received_on = d.today - 27};
	struct report_made made;
	int64_t id;

	village_sql(&v,
	    "INSERT INTO handler (organisation, account, named_by, named_at,"
	    " checked_until_on, standing) VALUES (1, 3, 1, 1, 40000,"
	    " 'inside')");
	DONE(db_begin(v.house.db, &v.e));
	DONE(report_make(&d, &n, &made, &v.e));
	DONE(claim_enter(&d, &c, &id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
}

#define TEAM(account, counts) \
	count(PUSHES " AND account = " account " AND what = '" counts "'")

static void
the_team_is_told_what_waits_and_nobody_of_a_report_who_is_not_in_its_path(
    void **state)
{
	static const int64_t team[] = {DIRECTOR, SAMI, FOX_STAFF, SAFETY};
	int64_t post;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		(void)new_device(team[i],
		    arena_fmt(v.arena, "https://push.test/t/%zu", i).p);
	/* A photo that nobody has said the word about, published all the same:
	 * families get nothing of it. */
	post = village_draft(&v, SQUIRRELS, 0);
	(void)village_bare_photo(&v, post, "bare");
	village_sql(
	    &v, arena_fmt(v.arena,
		    "UPDATE post SET state = 'published', publish_at = %lld"
		    " WHERE id = %lld",
		    (long long)NOW - DAY, (long long)post)
		    .p);
	report_and_claim();
	turn(evening);
	assert_int_equal(count(PUSHES), 4);
	assert_int_equal(TEAM("1", "0 0 0 0 0 1 0 1 0 0 0"), 1);
	assert_int_equal(TEAM("2", "0 0 0 0 0 1 0 0 0 0 0"), 1);
	assert_int_equal(TEAM("3", "0 0 0 0 0 0 0 0 1 0 0"), 1);
	assert_int_equal(TEAM("4", "0 0 0 0 0 0 0 0 1 0 0"), 1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(each_device_has_one_a_day_and_nobody_else_any),
	    T(a_device_ends_with_its_session_however_that_ends),
	    T(whoever_signs_in_there_goes_on_or_ends_it),
	    T(the_same_browser_is_one_device),
	    T(a_way_that_is_not_wanted_is_not_used),
	    T(in_quiet_hours_nothing_rings),
	    T(danger_rings_on_each_device_of_who_is_in_the_path),
	    T(a_browser_that_is_gone_is_forgotten),
	    T(what_is_never_taken_is_given_up_and_never_looped),
	    T(what_a_service_says_is_judged),
	    T(what_a_service_took_told_that_photos_end),
	    T(the_team_is_told_what_waits_and_nobody_of_a_report_who_is_not_in_its_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
