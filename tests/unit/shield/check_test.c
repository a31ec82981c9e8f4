/* The check by Shield; the test stands for the egress process and for time. */
#include "jobs/shield_stored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../sharing/village.h"
#include "base/clock.h"
#include "ipc/egress.h"
#include "shield/query.h"

#define KNOWN "csam"
#define CLEAN "no-known-match"

static struct village v;
static struct shield s;
static struct chan egress; /* our end, as that process has it */
static int64_t later_ms;
static uint8_t pdq[200][SHIELD_PDQ];
static struct egress_ask asked;
static char in[EGRESS_ASK_BUF + 1];

/* In place of the clocks of base/clock.c. */
int64_t
clock_now(void)
{
	return time(NULL);
}

int64_t
clock_ms(void)
{
	return 1000000 + later_ms; /* time passes when the test says so */
}

static const uint8_t (*hashes(size_t from))[SHIELD_PDQ_BYTES]
{
	return (const uint8_t(*)[SHIELD_PDQ_BYTES])(pdq + from);
}

static void
send_peer(void)
{
	int fd[2];

	if (egress.fd > 0)
		(void)close(egress.fd);
	assert_true(chan_pair(fd, &v.e));
	egress = (struct chan){fd[0], egress_to_egress};
	shield_peer(&s, fd[1]);
}

static int
begin(void **state)
{
	(void)state;
	later_ms = 0;
	village_open(&v);
	(void)snprintf(v.conf.shield_user, CONF_TEXT_MAX, "ecole");
	v.conf.shield_retry_s = 20;
	for (size_t i = 0; i < 200; i++)
		memset(pdq[i], (int)i, SHIELD_PDQ);
	if (!shield_init(&s, &v.house, &v.e))
		return -1;
	shield_tick(&s);
	send_peer();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	shield_done(&s);
	(void)close(egress.fd);
	egress.fd = 0;
	village_close(&v);
	return 0;
}

static struct shield_finding
check(size_t from, size_t n)
{
	struct shield_finding f;

	if (!shield_check(&s, v.arena, hashes(from), n, &f, &v.e))
		fail_msg("%s", v.e.msg);
	return f;
}

/* False: nothing is asked. */
static bool
hear_question(void)
{
	struct chan_msg m;

	if (!chan_recv(&egress, in, sizeof(in), 0, &m, &v.e)) {
		assert_int_equal(v.e.kind, ERR_BUSY);
		return false;
	}
	assert_true(egress_ask_read(m.body, &asked, &v.e));
	chan_msg_done(&m);
	return true;
}

static bool
say(const struct egress_answer *a)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_ANSWER_BUF);

	egress_answer_write(&b, a);
	assert_true(
	    chan_send(&egress, EGRESS_ANSWER, buf_view(&b), NULL, 0, &v.e));
	return shield_hear(&s, v.arena);
}

/* An answer that says the same of the hashes [from, from + n). */
static bool
answer(size_t from, size_t n, const char *word)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64 * 1024);
	CLEANUP(buf_done) struct buf one = BUF_MAX(256);
	bool known = strcmp(word, CLEAN) != 0;

	buf_str(&b, S("{\"scanned_hashes\":{"));
	for (size_t i = 0; i < n; i++) {
		buf_clear(&one);
		shield_query_write(&one, hashes(from + i), 1);
		/* {"hashes":["…"]} */
		buf_printf(&b,
		    "%s%.46s:{\"classification\":\"%s\",\"match_type\":%s}",
		    i > 0 ? "," : "", one.p + 11, word,
		    known ? "\"near\"" : "null");
	}
	buf_str(&b, S("}}"));
	return say(&(struct egress_answer){.id = asked.id,
	    .outcome = EGRESS_ANSWERED,
	    .status = 200,
	    .body = buf_view(&b)});
}

static bool
status(uint32_t code, uint32_t retry_s)
{
	return say(&(struct egress_answer){.id = asked.id,
	    .outcome = EGRESS_ANSWERED,
	    .status = code,
	    .retry_s = retry_s});
}

static void
waits(size_t from, size_t n, const char *why)
{
	struct shield_finding f = check(from, n);

	assert_int_equal(f.verdict, SHIELD_WAIT);
	assert_string_equal(f.why, why);
}

/* ---- */

static void
who_has_no_account_is_not_asked(void **state)
{
	(void)state;
	shield_done(&s);
	v.conf.shield_user[0] = '\0';
	assert_true(shield_init(&s, &v.house, &v.e));
	assert_int_equal(check(0, 1).verdict, SHIELD_OFF);
	assert_int_equal(check(0, 0).verdict, SHIELD_OFF);
	assert_true(shield_due_ms(&s) == INT64_MAX);
	shield_tick(&s);
}

static void
a_question_carries_hashes_and_names_the_password_only(void **state)
{
	(void)state;
	waits(0, 2, "shield: asked");
	assert_true(hear_question());
	assert_int_equal(asked.method, EGRESS_POST_JSON);
	assert_int_equal(asked.auth, EGRESS_AUTH_SHIELD);
	assert_true(
	    str_eq(asked.url, S("https://shield.projectarachnid.com/v1/pdq/")));
	assert_true(str_eq(asked.body,
	    S("{\"hashes\":[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\","
	      "\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\"]}")));
}

static void
a_medium_is_clean_when_all_its_hashes_are(void **state)
{
	(void)state;
	waits(0, 3, "shield: asked");
	assert_true(hear_question());
	assert_true(answer(0, 3, CLEAN));
	assert_int_equal(check(0, 3).verdict, SHIELD_CLEAN);
	waits(0, 4, "shield: asked");
}

static void
one_known_hash_is_enough(void **state)
{
	struct shield_finding f;

	(void)state;
	waits(0, 2, "shield: asked");
	assert_true(hear_question());
	assert_true(answer(0, 2, CLEAN));
	waits(2, 1, "shield: asked");
	assert_true(hear_question());
	assert_true(answer(2, 1, KNOWN));
	f = check(0, 3);
	assert_int_equal(f.verdict, SHIELD_KNOWN);
	assert_int_equal(f.hash, 2);
	assert_string_equal(f.classification, "csam");
	assert_string_equal(f.match_type, "near");
	/* Even beside some that nothing is known of. */
	assert_int_equal(check(2, 5).verdict, SHIELD_KNOWN);
}

static void
a_medium_without_hashes_is_never_clean(void **state)
{
	(void)state;
	waits(0, 0, "shield: no_hash");
	assert_false(hear_question());
}

static void
the_same_hash_is_asked_about_once(void **state)
{
	(void)state;
	waits(0, 1, "shield: asked");
	waits(0, 1, "shield: asked");
	assert_true(hear_question());
	assert_false(hear_question());
	assert_true(answer(0, 1, CLEAN));
	assert_false(hear_question());
	assert_int_equal(check(0, 1).verdict, SHIELD_CLEAN);
	assert_false(hear_question());
}

static void
many_hashes_go_in_several_questions(void **state)
{
	(void)state;
	waits(0, 150, "shield: asked");
	for (size_t i = 0; i < 150; i += SHIELD_BATCH_MAX) {
		assert_true(hear_question());
		assert_false(hear_question());
		assert_true(answer(i, 150 - i < 64 ? 150 - i : 64, CLEAN));
	}
	assert_false(hear_question());
	assert_int_equal(check(0, 150).verdict, SHIELD_CLEAN);
}

static void
an_answer_is_kept_over_a_restart(void **state)
{
	(void)state;
	waits(0, 1, "shield: asked");
	assert_true(hear_question());
	assert_true(answer(0, 1, CLEAN));
	shield_done(&s);
	assert_true(shield_init(&s, &v.house, &v.e));
	assert_int_equal(check(0, 1).verdict, SHIELD_CLEAN);
}

static void
what_is_kept_is_not_the_hash(void **state)
{
	(void)state;
	waits(7, 1, "shield: asked");
	assert_true(hear_question());
	assert_true(answer(7, 1, CLEAN));
	assert_int_equal(village_count(&v, "shield_answer"), 1);
	assert_int_equal(
	    village_count(&v, "shield_answer WHERE instr(pdq_digest, "
			      "x'0707070707070707') > 0"),
	    0);
}

static void
clean_is_forgotten_after_days_and_known_never(void **state)
{
	(void)state;
	waits(0, 1, "shield: asked");
	assert_true(hear_question());
	assert_true(answer(0, 1, CLEAN));
	waits(1, 1, "shield: asked");
	assert_true(hear_question());
	assert_true(answer(1, 1, "test"));
	village_sql(&v, "UPDATE shield_answer SET said_at = said_at - 604700");
	assert_int_equal(check(0, 1).verdict, SHIELD_CLEAN);
	village_sql(&v, "UPDATE shield_answer SET said_at = said_at - 200");
	waits(0, 1, "shield: asked");
	assert_int_equal(check(1, 1).verdict, SHIELD_KNOWN);
	later_ms += 3600 * 1000;
	shield_tick(&s);
	assert_int_equal(village_count(&v, "shield_answer"), 1);
	assert_int_equal(check(1, 1).verdict, SHIELD_KNOWN);
}

static void
known_does_not_become_clean(void **state)
{
	(void)state;
	waits(0, 1, "shield: asked");
	waits(1, 1, "shield: asked");
	assert_true(hear_question());
	assert_true(answer(0, 1, KNOWN));
	village_sql(&v, "UPDATE shield_answer SET pdq_digest = pdq_digest");
	assert_true(hear_question());
	assert_true(answer(1, 1, CLEAN));
	assert_int_equal(check(0, 1).verdict, SHIELD_KNOWN);
}

/* ---- a medium ---- */

static void
of_a_medium_the_picture_as_it_is_is_asked_about(void **state)
{
	char turns[256], other[8] = "other";
	struct hash_row row[] = {
	    {.kind = HASH_PHASH, .value = {other, 8}},
	    {.kind = HASH_PDQ, .unfit = 1, .value = {turns + 32, 32}},
	    {.kind = HASH_PDQ, .hypothesis = 1, .value = {turns + 64, 32}},
	    {.kind = HASH_PDQ,
		.quality = 90,
		.frame = 4,
		.value = {turns, 256}},
	};
	struct hashes h = {row, 4};
	struct shield_finding f;
	struct stop_hit hit;

	(void)state;
	for (size_t i = 0; i < 256; i++)
		turns[i] = (char)(i / 32 + 5);
	assert_true(shield_check_medium(&s, v.arena, &h, &f, &v.e));
	assert_int_equal(f.verdict, SHIELD_WAIT);
	assert_true(hear_question());
	assert_true(str_eq(asked.body,
	    S("{\"hashes\":[\"BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\"]"
	      "}")));
	assert_true(answer(5, 1, "harmful-abusive-material"));
	assert_true(shield_check_medium(&s, v.arena, &h, &f, &v.e));
	assert_int_equal(f.verdict, SHIELD_KNOWN);
	assert_int_equal(f.hash, 3);
	shield_hit(&h, &f, &hit);
	assert_int_equal(hit.list, STOP_SHIELD);
	assert_true(str_eq(hit.value, (str){turns, 32}));
	assert_true(str_eq(hit.entry.value, hit.value));
	assert_true(str_eq(hit.entry.category, S("harmful-abusive-material")));
	assert_true(str_eq(hit.entry.scheme, S("arachnid-shield")));
	assert_int_equal(hit.frame, 4);
	assert_int_equal(hit.quality, 90);
	assert_int_equal(hit.distance, hit.threshold);
}

static void
a_picture_with_nothing_in_it_is_not_asked_about(void **state)
{
	char flat[32] = {0};
	struct hash_row row = {
	    .kind = HASH_PDQ, .unfit = 1, .value = {flat, 32}};
	struct hashes h = {&row, 1};
	struct shield_finding f;

	(void)state;
	assert_true(shield_check_medium(&s, v.arena, &h, &f, &v.e));
	assert_int_equal(f.verdict, SHIELD_CLEAN);
	assert_false(hear_question());
	h.n = 0; /* but one without any hash is not let in */
	assert_true(shield_check_medium(&s, v.arena, &h, &f, &v.e));
	assert_int_equal(f.verdict, SHIELD_WAIT);
}

/* ---- what goes wrong holds ---- */

/* Lets time pass until something is asked; how long that took. */
static int64_t
next_question_ms(void)
{
	int64_t begun = later_ms;

	for (int i = 0; i < 4; i++) {
		later_ms += shield_due_ms(&s) - clock_ms();
		shield_tick(&s);
		if (hear_question())
			return later_ms - begun;
	}
	fail_msg("nothing is asked any more");
	return 0;
}

/* After a failure: waits, asks nothing more before its time, then again. */
static void
held_for(int64_t s_least, int64_t s_most)
{
	waits(0, 1, "shield: no_answer");
	assert_false(hear_question());
	assert_in_range(next_question_ms(), s_least * 1000, s_most * 1000);
	assert_int_equal(village_count(&v, "shield_answer"), 0);
}

static void
every_outcome_but_an_answer_holds(void **state)
{
	(void)state;
	waits(0, 1, "shield: asked");
	assert_true(hear_question());
	for (uint8_t o = EGRESS_ANSWERED + 1; o < EGRESS_OUTCOMES; o++) {
		assert_false(
		    say(&(struct egress_answer){.id = asked.id, .outcome = o}));
		held_for(20, 900);
	}
}

static void
every_status_but_200_holds(void **state)
{
	static const uint32_t codes[] = {
	    100, 201, 204, 301, 302, 400, 401, 403, 404, 429, 500, 503, 599};

	(void)state;
	waits(0, 1, "shield: asked");
	assert_true(hear_question());
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		assert_false(status(codes[i], 0));
		held_for(20, 900);
	}
}

static void
an_answer_that_makes_no_sense_holds(void **state)
{
	static const char *const bodies[] = {"", "{}", "no-known-match",
	    "{\"scanned_hashes\":{}}", "<html></html>"};

	(void)state;
	waits(0, 1, "shield: asked");
	assert_true(hear_question());
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		assert_false(say(&(struct egress_answer){.id = asked.id,
		    .outcome = EGRESS_ANSWERED,
		    .status = 200,
		    .body = str_c(bodies[i])}));
		held_for(20, 900);
	}
	assert_false(answer(1, 1, CLEAN)); /* of another hash */
	held_for(20, 900);
}

static void
waiting_grows_and_the_service_may_ask_for_more(void **state)
{
	(void)state;
	waits(0, 1, "shield: asked");
	assert_true(hear_question());
	assert_false(status(503, 0));
	held_for(20, 20);
	assert_false(status(503, 0));
	held_for(40, 40);
	assert_false(status(429, 300));
	held_for(300, 300);
	assert_false(status(429, 86400));
	held_for(3600, 3600);
	assert_true(answer(0, 1, CLEAN));
	waits(1, 1, "shield: asked");
	assert_true(hear_question());
	assert_false(status(503, 0));
	assert_in_range(next_question_ms(), 15000, 20000);
}

static void
silence_holds_and_a_late_answer_says_nothing(void **state)
{
	uint32_t late;

	(void)state;
	waits(0, 1, "shield: asked");
	assert_true(hear_question());
	late = asked.id;
	later_ms += 15 * 1000;
	shield_tick(&s);
	held_for(20, 20);
	asked.id = late;
	assert_false(answer(0, 1, CLEAN));
	waits(0, 1, "shield: no_answer");
	asked.id = late + 1;
	assert_true(answer(0, 1, CLEAN));
	assert_int_equal(check(0, 1).verdict, SHIELD_CLEAN);
}

static void
without_egress_nothing_is_clean(void **state)
{
	(void)state;
	shield_done(&s);
	assert_true(shield_init(&s, &v.house, &v.e));
	waits(0, 1, "shield: no_egress");
	send_peer();
	assert_true(hear_question());
	assert_true(answer(0, 1, CLEAN));
	assert_int_equal(check(0, 1).verdict, SHIELD_CLEAN);
}

static void
a_question_outlives_the_egress_process(void **state)
{
	(void)state;
	waits(0, 1, "shield: asked");
	assert_true(hear_question());
	(void)close(egress.fd);
	egress.fd = 0;
	assert_false(shield_hear(&s, v.arena));
	waits(0, 1, "shield: no_egress");
	send_peer();
	/* Not at once: it may be the question that kills. */
	assert_false(hear_question());
	assert_in_range(next_question_ms(), 15000, 20000);
	assert_true(answer(0, 1, CLEAN));
	assert_int_equal(check(0, 1).verdict, SHIELD_CLEAN);
}

static void
an_egress_that_speaks_out_of_place_is_left(void **state)
{
	(void)state;
	waits(0, 1, "shield: asked");
	assert_true(hear_question());
	assert_true(
	    chan_send(&egress, EGRESS_ANSWER, S("xxxx"), NULL, 0, &v.e));
	assert_false(shield_hear(&s, v.arena));
	assert_int_equal(s.egress.fd, -1);
	waits(0, 1, "shield: no_egress");
}

/* ---- what was stored before ---- */

static struct shield_stored stored;

/* Photo i looks like pdq[i]; a first one has no hashes. */
static void
store_photos(size_t n)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);

	(void)village_photo(&v, post, "\xff\xd8\xff bare");
	village_sql(&v, "DELETE FROM medium_hash");
	for (size_t i = 0; i < n; i++) {
		CLEANUP(buf_done) struct buf sql = BUF_MAX(1024);
		char bytes[32];
		int64_t photo;

		(void)snprintf(bytes, sizeof(bytes), "\xff\xd8\xff %zu", i);
		photo = village_photo(&v, post, bytes);
		buf_printf(&sql,
		    "DELETE FROM medium_hash WHERE medium = %lld;"
		    "INSERT INTO medium_hash (hash_kind, medium, pipeline,"
		    " hypothesis, frame, quality, hash) VALUES (1, %lld, 0, 0,"
		    " 0, 90, x'",
		    (long long)photo, (long long)photo);
		for (int turn = 0; turn < 8; turn++)
			buf_hex(&sql, pdq[i], SHIELD_PDQ);
		buf_str(&sql, S("')"));
		buf_byte(&sql, '\0');
		village_sql(&v, sql.p);
	}
}

/* Questions about the photos [from, from + n), one after another. */
static void
is_asked_about(size_t from, size_t n, const char *word)
{
	size_t at = from;

	while (at < from + n) {
		size_t of_this = 0;

		assert_true(hear_question());
		for (size_t i = 0; i < asked.body.n; i++)
			of_this += asked.body.p[i] == '=';
		assert_true(of_this > 0 && at + of_this <= from + n);
		assert_true(answer(at, of_this, word));
		at += of_this;
	}
	assert_false(hear_question());
}

static void
passes(int64_t ms)
{
	later_ms += ms;
	shield_stored_turn(&stored, v.arena);
}

static void
what_was_stored_before_is_asked_about_slowly(void **state)
{
	(void)state;
	store_photos(20);
	shield_stored_init(&stored, &v.house, &s);
	passes(0);
	is_asked_about(0, SHIELD_STORED_BATCH, CLEAN);
	passes(SHIELD_STORED_EVERY_MS - 1);
	assert_false(hear_question());
	passes(1); /* these are clean */
	passes(0);
	is_asked_about(SHIELD_STORED_BATCH, 4, CLEAN);
	passes(SHIELD_STORED_EVERY_MS);
	passes(0);
	assert_int_equal(
	    village_count(&v, "shield_stored WHERE done_at IS NOT NULL"), 1);
	assert_int_equal(village_count(&v, "medium WHERE state = 'ready'"), 21);
	passes(10 * SHIELD_STORED_EVERY_MS);
	assert_false(hear_question());
}

static void
what_was_stored_before_and_is_known_is_locked(void **state)
{
	(void)state;
	store_photos(2);
	shield_stored_init(&stored, &v.house, &s);
	passes(0);
	is_asked_about(0, 2, KNOWN);
	passes(SHIELD_STORED_EVERY_MS);
	assert_int_equal(village_count(&v, "medium WHERE state = 'locked'"), 2);
	assert_int_equal(
	    village_count(&v, "stopping WHERE stage = 'rescan'"), 2);
}

static void
the_pass_goes_on_where_it_was_and_begins_anew_after_a_time_without(void **state)
{
	(void)state;
	store_photos(20);
	shield_stored_init(&stored, &v.house, &s);
	passes(0);
	is_asked_about(0, SHIELD_STORED_BATCH, CLEAN);
	passes(SHIELD_STORED_EVERY_MS);
	/* Another process. */
	shield_stored_init(&stored, &v.house, &s);
	assert_int_equal(
	    village_count(&v, "shield_stored WHERE medium > 0"), 1);
	passes(0);
	is_asked_about(SHIELD_STORED_BATCH, 4, CLEAN);
	/* Hashes came late to the first: it is looked at once more. */
	assert_true(shield_stored_again(v.house.db, 2, &v.e));
	assert_int_equal(
	    village_count(&v, "shield_stored WHERE medium = 1"), 1);
	/* Without an account. */
	shield_done(&s);
	v.conf.shield_user[0] = '\0';
	assert_true(shield_init(&s, &v.house, &v.e));
	shield_stored_init(&stored, &v.house, &s);
	passes(0);
	assert_int_equal(village_count(&v, "shield_stored"), 0);
	assert_true(shield_stored_due_ms(&stored) == INT64_MAX);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(who_has_no_account_is_not_asked),
	    TEST(a_question_carries_hashes_and_names_the_password_only),
	    TEST(a_medium_is_clean_when_all_its_hashes_are),
	    TEST(one_known_hash_is_enough),
	    TEST(a_medium_without_hashes_is_never_clean),
	    TEST(the_same_hash_is_asked_about_once),
	    TEST(many_hashes_go_in_several_questions),
	    TEST(an_answer_is_kept_over_a_restart),
	    TEST(what_is_kept_is_not_the_hash),
	    TEST(clean_is_forgotten_after_days_and_known_never),
	    TEST(known_does_not_become_clean),
	    TEST(of_a_medium_the_picture_as_it_is_is_asked_about),
	    TEST(a_picture_with_nothing_in_it_is_not_asked_about),
	    TEST(every_outcome_but_an_answer_holds),
	    TEST(every_status_but_200_holds),
	    TEST(an_answer_that_makes_no_sense_holds),
	    TEST(waiting_grows_and_the_service_may_ask_for_more),
	    TEST(silence_holds_and_a_late_answer_says_nothing),
	    TEST(without_egress_nothing_is_clean),
	    TEST(a_question_outlives_the_egress_process),
	    TEST(an_egress_that_speaks_out_of_place_is_left),
	    TEST(what_was_stored_before_is_asked_about_slowly),
	    TEST(what_was_stored_before_and_is_known_is_locked),
	    TEST(
		the_pass_goes_on_where_it_was_and_begins_anew_after_a_time_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
