/* Who was sent what: once a day, after the answer, and not for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "erasure/erasure.h"
#include "sharing/received.h"
#include "sql_received.h"
#include "village.h"

static struct village v;

#define DAY ((int64_t)86400)
#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define count(what) village_count(&v, what)

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	v.house.received = received_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	received_free(v.house.received);
	village_close(&v);
	return 0;
}

static int64_t
shown(const char *bytes)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t medium = village_photo(&v, post, bytes);

	village_publish(&v, post, NOW);
	return medium;
}

static void
send_at(int64_t account, int64_t medium, int64_t now)
{
	CLEANUP(key_done) struct key key = {{0}};
	const struct grant *g;
	OWNED_FD fd = -1;

	DONE(permit_medium(&v.house, v.arena, village_viewer(&v, account),
	    medium, 320, PERMIT_SEE, now, TODAY, &g, &v.e));
	DONE(grant_open_blob(&v.house, v.arena, v.org, g, &fd, &key, &v.e));
}

static void
a_day_of_sendings_is_one_line_and_no_request_writes(void **state)
{
	int64_t medium = shown("un"), other = shown("deux"), writes;

	(void)state;
	writes = db_writes(v.house.db);
	for (int i = 0; i < 20; i++) {
		send_at(MOTHER, medium, NOW + i);
		send_at(MOTHER, other, NOW + i);
	}
	assert_int_equal(db_writes(v.house.db), writes);
	assert_true(received_any(v.house.received));
	DONE(received_write(&v.house, &v.e));
	assert_false(received_any(v.house.received));
	assert_int_equal(count("received WHERE account = 5"), 2);
	/* Nothing more that day, of this process or of another. */
	send_at(MOTHER, medium, NOW + 60);
	assert_false(received_any(v.house.received));
	received_free(v.house.received);
	v.house.received = received_new();
	send_at(MOTHER, medium, NOW + 120);
	DONE(received_write(&v.house, &v.e));
	assert_int_equal(count("received WHERE account = 5"), 2);
	/* The next day moves the last one, and the first time stays. */
	send_at(MOTHER, medium, NOW + DAY);
	DONE(received_write(&v.house, &v.e));
	assert_int_equal(count("received WHERE last_on = 20601 "
			       "AND first_at = 20600 * 86400 + 36000"),
	    1);
}

/* Half past one in the night in Paris, when it is still yesterday in UTC. */
static void
its_day_is_that_of_the_organisation(void **state)
{
	int64_t medium = shown("un"), night = NOW + 13 * 3600 + 1800;

	(void)state;
	send_at(MOTHER, medium, night);
	DONE(received_write(&v.house, &v.e));
	/* In UTC a day has begun meanwhile. */
	send_at(MOTHER, medium, night + 3600);
	assert_false(received_any(v.house.received));
	assert_int_equal(count("received WHERE last_on = 20601 "
			       "AND first_at = 20600 * 86400 + 84600"),
	    1);
}

static void
who_is_refused_leaves_no_line(void **state)
{
	int64_t medium = shown("un");
	const struct grant *g;

	(void)state;
	assert_false(
	    permit_medium(&v.house, v.arena, village_viewer(&v, FOX_MUM),
		medium, 320, PERMIT_SEE, NOW, TODAY, &g, &v.e));
	assert_false(received_any(v.house.received));
}

static void
what_could_not_be_written_is_written_later(void **state)
{
	int64_t medium = shown("un");

	(void)state;
	send_at(MOTHER, medium, NOW);
	village_sql(&v, "ALTER TABLE received RENAME TO elsewhere");
	assert_false(received_write(&v.house, &v.e));
	assert_true(received_any(v.house.received));
	assert_false(received_due(v.house.received, clock_ms()));
	village_sql(&v, "ALTER TABLE elsewhere RENAME TO received");
	DONE(received_write(&v.house, &v.e));
	assert_int_equal(count("received"), 1);
}

static void
it_is_time_to_write_when_the_oldest_waited_or_there_are_many(void **state)
{
	struct received *r = v.house.received;
	int64_t now = clock_ms();

	(void)state;
	assert_false(received_due(r, now + 3600000));
	received_note(r, MOTHER, 1, NOW, TODAY);
	assert_false(received_due(r, now));
	assert_true(received_due(r, clock_ms() + RECEIVED_WAIT_MS));
	for (int64_t i = 2; i < 600; i++)
		received_note(r, MOTHER, i, NOW, TODAY);
	assert_true(received_due(r, now));
	/* What is none of the house's is not written. */
	DONE(received_write(&v.house, &v.e));
	assert_int_equal(count("received"), 0);
}

static void
it_goes_with_the_file_and_with_the_account(void **state)
{
	int64_t medium = shown("un"), other = shown("deux"), held = 0;

	(void)state;
	send_at(MOTHER, medium, NOW);
	send_at(GRANNY, medium, NOW);
	send_at(MOTHER, other, NOW);
	DONE(received_write(&v.house, &v.e));
	assert_int_equal(count("received"), 3);
	DONE(db_begin(v.house.db, &v.e));
	DONE(erasure_medium_when_free(
	    &v.house, v.arena, medium, NOW, &held, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(count("received"), 1);
	/* Sent just before, written just after: it is gone all the same. */
	received_note(v.house.received, GRANNY, medium, NOW, TODAY);
	received_note(v.house.received, MOTHER, other, NOW + DAY, TODAY + 1);
	DONE(db_begin(v.house.db, &v.e));
	DONE(erasure_account(&v.house, v.arena, MOTHER, NOW, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	DONE(received_write(&v.house, &v.e));
	assert_int_equal(count("received"), 0);
}

static void
what_is_held_stays_until_it_is_not(void **state)
{
	int64_t medium = shown("un"), other = shown("deux"), rows;

	(void)state;
	send_at(MOTHER, medium, NOW);
	send_at(MOTHER, other, NOW);
	DONE(received_write(&v.house, &v.e));
	village_sql(&v,
	    "INSERT INTO hold_order (organisation, subject_kind, subject, "
	    "reason_enc, placed_by, placed_at, until_at) "
	    "SELECT 1, 'medium', min(id), x'00', 1, 1, 9999999999 FROM medium");
	DONE(sql_received_end(v.house.db, 1, TODAY, 50, &rows, &v.e));
	assert_int_equal(rows, 0); /* the last day itself is kept */
	DONE(sql_received_end(v.house.db, 1, TODAY + 1, 50, &rows, &v.e));
	assert_int_equal(rows, 1);
	DONE(db_begin(v.house.db, &v.e));
	DONE(erasure_account(&v.house, v.arena, MOTHER, NOW, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(count("received"), 1);
	village_sql(&v, "UPDATE hold_order SET released_at = until_at");
	DONE(sql_received_end(v.house.db, 1, TODAY + 1, 50, &rows, &v.e));
	assert_int_equal(count("received"), 0);
}

int
main(void)
{
#define test(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    test(a_day_of_sendings_is_one_line_and_no_request_writes),
	    test(its_day_is_that_of_the_organisation),
	    test(who_is_refused_leaves_no_line),
	    test(what_could_not_be_written_is_written_later),
	    test(it_is_time_to_write_when_the_oldest_waited_or_there_are_many),
	    test(it_goes_with_the_file_and_with_the_account),
	    test(what_is_held_stays_until_it_is_not),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
