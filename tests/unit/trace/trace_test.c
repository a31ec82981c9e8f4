/* A copy that was found outside: who asks, who allows, what the readings name,
 * and what becomes of the copy. */
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hash/kind.h"
#include "jobs/fault.h"
#include "jobs/tracing.h"

#include "mark/code.h"
#include "sql_job.h"
#include "trace/show.h"
#include "village.h"

#define SIDE 1024
#define REASON S("Trouvée sur un mur.")

static struct village v;
static int64_t gone;
static int64_t post, photo, segments;

#define DEATHS_MAX 3 /* jobs/fault.c */
#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define text(...) (arena_fmt(v.arena, __VA_ARGS__).p)
#define count(...) village_count(&v, text(__VA_ARGS__))

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	post = village_draft(&v, SQUIRRELS, 0);
	photo = village_photo(&v, post, "the picture");
	/* As many as a real one of that size has. */
	segments = 1024;
	village_sql(&v, "UPDATE blob SET segments = 1024 WHERE side > 0");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

/* ---- helpers ---- */

static void
commit(bool done)
{
	if (done && db_commit(v.house.db, &v.e))
		return;
	db_rollback(v.house.db);
	fail_msg("%s", v.e.msg);
}

static void
refused(bool done, enum err_kind kind)
{
	db_rollback(v.house.db);
	assert_false(done);
	assert_int_equal(v.e.kind, kind);
}

static int64_t
received(int64_t actor)
{
	struct deed d = village_deed(&v, actor);
	struct http_file_go go;
	OWNED(blob_writer) w = NULL;
	OWNED_FD fd = -1;
	int64_t bytes;

	DONE(trace_receive(&d, S("C:\\photos\\IMG_1.jpg"), &go, &fd, &v.e));
	w = blob_writer_new(fd, &go.key, &v.e);
	assert_non_null(w);
	DONE(blob_write(w, "a copy", 6, &v.e));
	DONE(blob_finish(w, &bytes, &v.e));
	return (int64_t)go.handle;
}

static int64_t
asked(int64_t actor)
{
	struct deed d = village_deed(&v, actor);
	int64_t id = received(actor);

	DONE(db_begin(v.house.db, &v.e));
	commit(trace_ask(&d, id, 6, 0, REASON, &v.e));
	return id;
}

static int64_t
allowed(void)
{
	struct deed d = village_deed(&v, SAFETY);
	int64_t id = asked(DIRECTOR);

	DONE(db_begin(v.house.db, &v.e));
	commit(trace_allow(&d, id, S("D’accord."), &v.e));
	return id;
}

/* With the candidate that looks like it. */
static int64_t
hashed(void)
{
	static const char bits[PDQ_TURNS * PDQ_BITS / 8];
	struct hash_row row = {.kind = HASH_PDQ,
	    .pipeline = PDQ_CORE,
	    .quality = 100,
	    .value = {bits, sizeof(bits)}};
	struct hashes h = {&row, 1};
	struct trace_step s;
	int64_t id = allowed();

	DONE(trace_next(&v.house, v.arena, id, &s, &v.e));
	assert_int_equal(s.what, TRACE_HASH);
	s.copy.width = 900;
	s.copy.height = 700;
	DONE(candidate_store(&v.house, v.arena, &s.copy, &h, &v.e));
	return id;
}

/* What a copy of that account would give, full deviations strong. */
static struct trace_read
reading_of(int64_t account, float full)
{
	static float value[4096], strength[4096];
	static uint8_t bits[4096];
	struct mark_code code;

	mark_code_init(&code, &v.org->mark, photo, SIDE);
	mark_code_bits(&code, account, (size_t)segments, bits);
	for (int64_t i = 0; i < segments; i++) {
		value[i] = bits[i] != 0 ? full : -full;
		strength[i] = full;
	}
	mark_code_done(&code);
	return (struct trace_read){
	    true, 2000, 950, 800, {(size_t)segments, value, strength, 20}};
}

static void
read_once(int64_t id, const struct trace_read *r)
{
	struct trace_step s;

	DONE(trace_next(&v.house, v.arena, id, &s, &v.e));
	assert_int_equal(s.what, TRACE_READ);
	assert_int_equal(s.medium, photo);
	DONE(trace_read_store(&v.house, v.arena, &s, r, NOW, &v.e));
}

static void
tell(int64_t id)
{
	struct trace_step s;

	DONE(trace_next(&v.house, v.arena, id, &s, &v.e));
	assert_int_equal(s.what, TRACE_TELL);
	DONE(trace_tell(&v.house, v.arena, id, false, NOW, &v.e));
}

static struct trace_shown
shown(int64_t id)
{
	struct deed d = village_deed(&v, DIRECTOR);
	struct trace_shown t;

	DONE(trace_load(&d, id, &t, &v.e));
	return t;
}

/* ---- two people ---- */

static void
only_directors_and_safeguarding_leads_may_ask(void **state)
{
	static const int64_t others[] = {
	    SAMI, MOTHER, FATHER, FOX_STAFF, -1, 0};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct deed d = village_deed(&v, others[i]);
		struct http_file_go go;
		int fd = -1;

		refused(trace_receive(&d, S("a.jpg"), &go, &fd, &v.e),
		    ERR_NOT_FOUND);
	}
	assert_int_equal(count("trace"), 0);
	assert_true(asked(DIRECTOR) != asked(SAFETY));
	assert_int_equal(count("trace WHERE state = 'asked'"), 2);
	assert_int_equal(count("audit WHERE action = 'trace-asked'"), 2);
}

static void
one_person_cannot_do_both(void **state)
{
	struct deed one = village_deed(&v, DIRECTOR),
		    two = village_deed(&v, SAFETY);
	int64_t id = asked(DIRECTOR);

	(void)state;
	DONE(db_begin(v.house.db, &v.e));
	refused(trace_allow(&one, id, REASON, &v.e), ERR_DENIED);
	DONE(db_begin(v.house.db, &v.e));
	refused(trace_refuse(&one, id, REASON, &v.e), ERR_DENIED);
	assert_int_equal(count("job WHERE kind = 'trace'"), 0);
	DONE(db_begin(v.house.db, &v.e));
	commit(trace_allow(&two, id, REASON, &v.e));
	assert_int_equal(count("job WHERE kind = 'trace'"), 1);
	DONE(db_begin(v.house.db, &v.e));
	refused(trace_allow(&two, id, REASON, &v.e), ERR_CONFLICT);
}

static void
call(int64_t account, const char *name)
{
	CLEANUP(buf_done) struct buf hex = BUF_MAX(4096);
	str sealed;

	DONE(text_seal(v.arena, &v.org->key, "account.name_enc", str_c(name),
	    &sealed, &v.e));
	buf_hex(&hex, sealed.p, sealed.n);
	village_sql(&v, text("UPDATE account SET name_enc = x'" STR_FMT
			     "' WHERE id = %" PRId64,
			    STR_ARG(buf_view(&hex)), account));
}

static void
two_accounts_of_one_name_are_one_person(void **state)
{
	struct deed two = village_deed(&v, SAFETY);
	int64_t id = asked(DIRECTOR);

	(void)state;
	call(DIRECTOR, "Zoé D’Arc");
	call(SAFETY, "zoe  d'arc");
	DONE(db_begin(v.house.db, &v.e));
	refused(trace_allow(&two, id, REASON, &v.e), ERR_DENIED);
	call(SAFETY, "Zoé Dark");
	DONE(db_begin(v.house.db, &v.e));
	commit(trace_allow(&two, id, REASON, &v.e));
}

static void
who_is_suspended_is_no_second_person(void **state)
{
	struct deed two = village_deed(&v, SAFETY);
	int64_t id = asked(DIRECTOR);

	(void)state;
	village_sql(&v, "UPDATE account SET state = 'suspended' WHERE id = 4");
	DONE(db_begin(v.house.db, &v.e));
	refused(trace_allow(&two, id, REASON, &v.e), ERR_NOT_FOUND);
}

static void
a_reason_is_required(void **state)
{
	static const char *const bad[] = {"", "   \n ", "ab", "\xff\xff\xff"};
	struct deed d = village_deed(&v, DIRECTOR);
	int64_t id = received(DIRECTOR);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		DONE(db_begin(v.house.db, &v.e));
		refused(
		    trace_ask(&d, id, 6, 0, str_c(bad[i]), &v.e), ERR_INPUT);
	}
	DONE(db_begin(v.house.db, &v.e));
	refused(trace_ask(&d, id, 6, 999, REASON, &v.e), ERR_INPUT);
	DONE(db_begin(v.house.db, &v.e));
	refused(trace_ask(&d, id, 0, 0, REASON, &v.e), ERR_INPUT);
	DONE(db_begin(v.house.db, &v.e));
	commit(trace_drop(&d, id, &v.e));
	assert_int_equal(count("trace"), 0);
}

static void
a_copy_of_somebody_else_is_not_asked_about(void **state)
{
	struct deed d = village_deed(&v, SAFETY);
	int64_t id = received(DIRECTOR);

	(void)state;
	DONE(db_begin(v.house.db, &v.e));
	refused(trace_ask(&d, id, 6, 0, REASON, &v.e), ERR_NOT_FOUND);
}

/* ---- what is named ---- */

static void
the_marks_of_an_account_name_it_and_no_other(void **state)
{
	struct trace_read r = reading_of(MOTHER, 1.5f);
	int64_t id = hashed();
	struct trace_shown t;

	(void)state;
	read_once(id, &r);
	tell(id);
	t = shown(id);
	assert_int_equal(t.state, TRACE_TOLD);
	assert_int_equal(t.answer, TRACE_NAMED);
	assert_int_equal(t.suspects.n, 1);
	assert_int_equal(t.suspects.v[0].account, MOTHER);
	assert_true(t.suspects.v[0].wrong <= 1e-9);
	assert_true(t.suspects.v[0].one_in >= 1000000000);
	assert_int_equal(t.photos.v[0].medium, photo);
	assert_int_equal(count("audit WHERE action = 'trace-told'"), 1);
	assert_int_equal(count("job WHERE kind = 'trace'"), 0);
}

static void
a_code_that_is_nobodys_names_nobody(void **state)
{
	struct trace_read r = reading_of(987654, 1.5f);
	int64_t id = hashed();

	(void)state;
	read_once(id, &r);
	tell(id);
	assert_int_equal(shown(id).answer, TRACE_WEAK);
	assert_int_equal(count("trace_score"), 0);
}

static void
every_reading_counts_against_an_accusation(void **state)
{
	int64_t id = hashed(), accounts = count("account");
	/* Enough beside one reading, too little beside three. */
	double score = log(1e9 * (double)accounts * 2);

	(void)state;
	village_sql(
	    &v, text("INSERT INTO trace_reading VALUES (%" PRId64 ", %" PRId64
		     ", 1024, 1, 900, 900, 900, 500, 0), (%" PRId64 ", %" PRId64
		     ", 2048, 1, 0, 900, 900, 500, 0), (%" PRId64 ", %" PRId64
		     ", 320, 1, 0, 900, 900, 500, 0)",
		    id, photo, id, photo, id, photo));
	village_sql(&v, text("INSERT INTO trace_score VALUES (%" PRId64
			     ", %" PRId64 ", 1024, %d, %" PRId64 ", 0)",
			    id, photo, MOTHER, (int64_t)(score * 1000)));
	tell(id);
	assert_int_equal(shown(id).answer, TRACE_WEAK);
	assert_int_equal(count("trace_score"), 0);
}

static void
what_is_not_marked_and_what_is_too_smooth_are_told_apart(void **state)
{
	static const struct {
		float full;
		enum trace_answer answer;
	} table[] = {{1.5f, TRACE_UNMARKED}, {0.1f, TRACE_SMOOTH}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct trace_read r = reading_of(MOTHER, table[i].full);
		int64_t id = hashed();

		memset(r.reading.value, 0, (size_t)segments * sizeof(float));
		r.presence = 30;
		read_once(id, &r);
		read_once(id, &r);
		read_once(id, &r);
		tell(id);
		assert_int_equal(shown(id).answer, table[i].answer);
	}
}

static void
a_copy_of_no_photo_of_ours_is_unknown(void **state)
{
	struct trace_read nothing = {.shown = false};
	int64_t id = hashed();

	(void)state;
	read_once(id, &nothing);
	tell(id);
	assert_int_equal(shown(id).answer, TRACE_UNKNOWN);
}

static void
a_copy_in_which_there_is_nothing_is_too_smooth_to_be_found(void **state)
{
	struct trace_read nothing = {.shown = false};
	int64_t id = hashed();

	(void)state;
	village_sql(&v, "UPDATE trace SET quality = 12");
	read_once(id, &nothing);
	tell(id);
	assert_int_equal(shown(id).answer, TRACE_SMOOTH);
}

static void
a_reading_of_another_length_is_refused(void **state)
{
	struct trace_read r = reading_of(MOTHER, 1.5f);
	struct trace_step s;
	int64_t id = hashed();

	(void)state;
	r.reading.n--;
	DONE(trace_next(&v.house, v.arena, id, &s, &v.e));
	assert_false(trace_read_store(&v.house, v.arena, &s, &r, NOW, &v.e));
	assert_int_equal(v.e.kind, ERR_CORRUPT);
	assert_int_equal(count("trace_reading"), 0);
}

static void
a_file_that_kills_its_readers_is_passed_over(void **state)
{
	int64_t id = allowed();

	(void)state;
	for (int i = 0; i < DEATHS_MAX; i++) {
		assert_int_equal(count("job WHERE kind = 'trace'"), 1);
		fault_died(&v.house, v.arena, WORK_COPY, id);
	}
	assert_int_equal(shown(id).answer, TRACE_UNREADABLE);

	id = hashed();
	for (int i = 0; i < DEATHS_MAX; i++)
		fault_died(&v.house, v.arena, WORK_TRACE, id);
	assert_int_equal(count("trace_reading WHERE shown = 0"), 1);
	tell(id);
	assert_int_equal(shown(id).answer, TRACE_UNKNOWN);
}

static void
the_album_that_was_said_comes_first(void **state)
{
	int64_t other = village_draft(&v, FOXES, 0), far, id;
	static char bits[PDQ_TURNS * PDQ_BITS / 8];
	struct hash_row row = {.kind = HASH_PDQ,
	    .pipeline = PDQ_CORE,
	    .quality = 100,
	    .value = {bits, sizeof(bits)}};
	struct hashes h = {&row, 1};
	struct trace_step s;

	(void)state;
	far = village_photo(&v, other, "another picture");
	village_sql(&v, "DELETE FROM medium_hash WHERE hash_kind = 1");
	village_sql(
	    &v, text("INSERT INTO medium_hash (hash_kind, medium, pipeline,"
		     " hypothesis, frame, quality, unfit, hash) VALUES"
		     " (1, %" PRId64 ", 0, 0, 0, 90, 0, zeroblob(256)),"
		     " (1, %" PRId64 ", 0, 0, 0, 90, 0, x'"
		     "ffffffffffffffffffffffffffffffff"
		     "00000000000000000000000000000000')",
		    photo, far));
	for (int known = 0; known < 2; known++) {
		id = allowed();
		if (known)
			village_sql(&v, text("UPDATE trace SET post = %" PRId64
					     " WHERE id = %" PRId64,
					    other, id));
		DONE(trace_next(&v.house, v.arena, id, &s, &v.e));
		DONE(candidate_store(&v.house, v.arena, &s.copy, &h, &v.e));
		assert_int_equal(count("trace_candidate WHERE trace = %" PRId64
				       " AND likely = 0 AND medium = %" PRId64,
				     id, known ? far : photo),
		    1);
		assert_int_equal(
		    count("trace_candidate WHERE trace = %" PRId64
			  " AND medium = %" PRId64 " AND distance = 128",
			id, far),
		    1);
	}
}

/* ---- the end ---- */

static void
closing_destroys_the_copy_and_keeps_the_answer(void **state)
{
	struct trace_read r = reading_of(MOTHER, 1.5f);
	struct deed d = village_deed(&v, SAFETY);
	size_t files = village_files(&v);
	int64_t id = hashed();

	(void)state;
	read_once(id, &r);
	tell(id);
	assert_int_equal(village_files(&v), files + 1);
	DONE(db_begin(v.house.db, &v.e));
	commit(trace_close(&d, id, S("Fini."), &v.e));
	DONE(trace_file_gone(&v.house, v.arena, v.org->id, id, &v.e));
	assert_int_equal(village_files(&v), files);
	assert_int_equal(count("trace WHERE key_wrapped IS NULL"), 1);
	assert_int_equal(shown(id).suspects.n, 1);
	DONE(db_begin(v.house.db, &v.e));
	refused(trace_close(&d, id, S("Encore."), &v.e), ERR_CONFLICT);
}

static void
whom_it_names_does_not_close_it(void **state)
{
	struct trace_read r = reading_of(SAFETY, 1.5f);
	struct deed own = village_deed(&v, SAFETY),
		    other = village_deed(&v, DIRECTOR);
	int64_t id = hashed();

	(void)state;
	read_once(id, &r);
	tell(id);
	DONE(db_begin(v.house.db, &v.e));
	refused(trace_close(&own, id, S("Fini."), &v.e), ERR_DENIED);
	DONE(db_begin(v.house.db, &v.e));
	commit(trace_close(&other, id, S("Fini."), &v.e));
}

static void
a_copy_that_was_kept_long_enough_goes_by_itself(void **state)
{
	size_t files = village_files(&v);
	int64_t id = asked(DIRECTOR);
	int64_t late = NOW + (int64_t)TRACE_KEPT_DAYS * 86400;

	(void)state;
	DONE(trace_sweep(&v.house, v.arena, 1, late - 1, &gone, &v.e));
	assert_int_equal(village_files(&v), files + 1);
	DONE(trace_sweep(&v.house, v.arena, 1, late, &gone, &v.e));
	assert_int_equal(village_files(&v), files);
	assert_int_equal(
	    count("trace WHERE id = %" PRId64
		  " AND key_wrapped IS NULL AND closed_at = %" PRId64,
		id, late),
	    1);
	assert_int_equal(count("audit WHERE action = 'trace-closed'"), 1);
}

static void
a_file_that_never_came_whole_leaves_nothing(void **state)
{
	size_t files = village_files(&v);

	(void)state;
	(void)received(DIRECTOR);
	DONE(trace_sweep(&v.house, v.arena, 1, NOW + 60, &gone, &v.e));
	assert_int_equal(village_files(&v), files + 1);
	DONE(trace_sweep(&v.house, v.arena, 1, NOW + 7200, &gone, &v.e));
	assert_int_equal(village_files(&v), files);
	assert_int_equal(count("trace"), 0);
}

static void
a_trace_that_no_job_stands_for_is_taken_up_again(void **state)
{
	int64_t id = allowed(), rows;

	(void)state;
	DONE(sql_job_done(v.house.db, S(TRACE_JOB), id, &rows, &v.e));
	DONE(trace_sweep(&v.house, v.arena, 1, NOW, &gone, &v.e));
	assert_int_equal(count("job WHERE kind = 'trace'"), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(only_directors_and_safeguarding_leads_may_ask),
	    TEST(one_person_cannot_do_both),
	    TEST(two_accounts_of_one_name_are_one_person),
	    TEST(who_is_suspended_is_no_second_person),
	    TEST(a_reason_is_required),
	    TEST(a_copy_of_somebody_else_is_not_asked_about),
	    TEST(the_marks_of_an_account_name_it_and_no_other),
	    TEST(a_code_that_is_nobodys_names_nobody),
	    TEST(every_reading_counts_against_an_accusation),
	    TEST(what_is_not_marked_and_what_is_too_smooth_are_told_apart),
	    TEST(a_copy_of_no_photo_of_ours_is_unknown),
	    TEST(a_copy_in_which_there_is_nothing_is_too_smooth_to_be_found),
	    TEST(a_reading_of_another_length_is_refused),
	    TEST(a_file_that_kills_its_readers_is_passed_over),
	    TEST(the_album_that_was_said_comes_first),
	    TEST(closing_destroys_the_copy_and_keeps_the_answer),
	    TEST(whom_it_names_does_not_close_it),
	    TEST(a_copy_that_was_kept_long_enough_goes_by_itself),
	    TEST(a_file_that_never_came_whole_leaves_nothing),
	    TEST(a_trace_that_no_job_stands_for_is_taken_up_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
