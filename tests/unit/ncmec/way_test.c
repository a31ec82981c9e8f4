/* The way of a report through the calls, against a server in memory that is as
 * strict as the real one, with an answer lost or a process killed anywhere. */
#include "ncmec/step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define HOUR 3600
#define RETRY 60
#define MD5 "d41d8cd98f00b204e9800998ecf8427e"
#define DRAFTS_MAX 32

enum state { OPEN, FINISHED, RETRACTED, EXPIRED };

static struct draft {
	enum state state;
	int64_t opened_at, changed_at, uploads, infos;
} draft[DRAFTS_MAX];
static size_t n_draft;
static int64_t now;
static struct ncmec_run run;

static int
begin(void **state)
{
	(void)state;
	n_draft = 0;
	now = 1000000;
	run = (struct ncmec_run){.begun_at = now};
	return 0;
}

/* ---- the server ---- */

static struct draft *
find(int64_t id)
{
	struct draft *d = &draft[id - 1];
	int64_t day, hour;

	assert_true(id >= 1 && (size_t)id <= n_draft);
	day = d->opened_at + 24 * HOUR;
	hour = d->changed_at + HOUR;
	if (d->state == OPEN && now > (day > hour ? day : hour))
		d->state = EXPIRED;
	return d;
}

static int64_t
code_of(const struct draft *d)
{
	static const int64_t codes[] = {[OPEN] = 0,
	    [FINISHED] = 5102,
	    [RETRACTED] = 5101,
	    [EXPIRED] = 5001};

	return codes[d->state];
}

static void
change(struct draft *d, enum ncmec_step step)
{
	d->changed_at = now;
	d->uploads += step == NCMEC_UPLOAD;
	d->infos += step == NCMEC_FILEINFO;
	if (step == NCMEC_FINISH)
		d->state = FINISHED;
	if (step == NCMEC_RETRACT || step == NCMEC_DROP)
		d->state = RETRACTED;
}

/* What the server does of a step, and says. */
static struct ncmec_answer
serve(enum ncmec_step step)
{
	struct ncmec_answer a = {.done = step == NCMEC_FINISH};
	struct draft *d;

	if (step == NCMEC_SUBMIT) {
		assert_true(n_draft < DRAFTS_MAX);
		draft[n_draft++] =
		    (struct draft){.opened_at = now, .changed_at = now};
		a.report_id = (int64_t)n_draft;
		return a;
	}
	d = find(run.report_id);
	a.code = code_of(d);
	if (a.code != 0)
		return a;
	change(d, step);
	a.report_id = run.report_id;
	if (step == NCMEC_UPLOAD) {
		(void)snprintf(
		    a.file_id, sizeof(a.file_id), "f%d", (int)d->uploads);
		(void)snprintf(a.hash, sizeof(a.hash), MD5);
	}
	return a;
}

/* ---- one exchange ---- */

static void
hear(enum ncmec_way way, uint32_t status, const struct ncmec_answer *a)
{
	const struct ncmec_heard h = {way, status, 0, a, MD5};

	ncmec_step(&run, &h, 1, now, RETRY);
	now = run.next_at > now ? run.next_at : now;
}

static void
call(void)
{
	struct ncmec_answer a = serve(run.step);

	hear(NCMEC_CAME, 200, &a);
}

/* It arrives, and what it said is lost with whoever asked. */
static void
call_in_vain(void)
{
	(void)serve(run.step);
	hear(NCMEC_LOST, 0, NULL);
}

static void
go_on(void)
{
	for (int i = 0; i < 40 && run.end == NCMEC_GOES_ON; i++)
		call();
}

static size_t
in_state(enum state s)
{
	size_t n = 0;

	for (size_t i = 0; i < n_draft; i++)
		n += draft[i].state == s;
	return n;
}

/* One report, with one file, once. */
static void
is_told_once(void)
{
	assert_int_equal(run.end, NCMEC_FINISHED);
	assert_int_equal(in_state(FINISHED), 1);
	assert_int_equal(draft[run.report_id - 1].state, FINISHED);
	assert_int_equal(draft[run.report_id - 1].uploads, 1);
	assert_true(draft[run.report_id - 1].infos >= 1);
}

/* ---- */

static void
a_report_goes_through_its_calls(void **state)
{
	static const enum ncmec_step want[] = {
	    NCMEC_SUBMIT, NCMEC_UPLOAD, NCMEC_FILEINFO, NCMEC_FINISH};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(run.step, want[i]);
		assert_int_equal(run.end, NCMEC_GOES_ON);
		call();
	}
	is_told_once();
	assert_int_equal(n_draft, 1);
	assert_int_equal(run.tries, 0);
}

static void
an_answer_lost_or_a_question_lost_at_any_call_tells_once(void **state)
{
	for (int at = 0; at < 5; at++)
		for (int how = 0; how < 4; how++) {
			(void)begin(state);
			for (int i = 0; i < at; i++)
				call();
			if (run.end != NCMEC_GOES_ON)
				continue;
			if (how == 0)
				hear(NCMEC_NOT_SENT, 0, NULL);
			else
				for (int i = 0; i < how; i++)
					call_in_vain();
			go_on();
			is_told_once();
			assert_int_equal(in_state(OPEN) > 0,
			    at == 0 && how > 0); /* drafts that end alone */
		}
}

static void
every_two_answers_may_be_lost(void **state)
{
	for (int first = 0; first < 8; first++)
		for (int second = first; second < 10; second++) {
			(void)begin(state);
			for (int i = 0; i < 40 && run.end == NCMEC_GOES_ON; i++)
				if (i == first || i == second)
					call_in_vain();
				else
					call();
			is_told_once();
		}
}

static void
a_server_that_is_down_for_a_day_loses_nothing(void **state)
{
	for (int at = 0; at < 4; at++) {
		int64_t from;

		(void)begin(state);
		from = now;
		for (int i = 0; i < at; i++)
			call();
		while (now - from < 25 * HOUR) {
			hear(NCMEC_NOT_SENT, 0, NULL);
			assert_int_equal(run.end, NCMEC_GOES_ON);
		}
		go_on();
		is_told_once();
		assert_true(at == 0 || n_draft == 2); /* it had expired */
	}
}

static void
it_is_given_up_and_a_person_tries_again(void **state)
{
	int n = 0;

	(void)state;
	for (; run.end == NCMEC_GOES_ON; n++)
		hear(NCMEC_TOO_SLOW, 0, NULL);
	assert_int_equal(n, NCMEC_TRIES_MAX);
	assert_true(n < 10);
	assert_int_equal(run.end, NCMEC_STUCK);
	assert_int_equal(run.why, NCMEC_GIVEN_UP);
	assert_true(now - run.begun_at < (int64_t)NCMEC_DAYS_MAX * 24 * HOUR);
	ncmec_again(&run, now);
	go_on();
	is_told_once();
}

static void
it_is_given_up_after_thirty_days(void **state)
{
	(void)state;
	call();
	now += (int64_t)(NCMEC_DAYS_MAX + 1) * 24 * HOUR;
	hear(NCMEC_NOT_SENT, 0, NULL);
	assert_int_equal(run.end, NCMEC_STUCK);
	ncmec_again(&run, now);
	go_on();
	is_told_once(); /* anew, since the draft was gone */
	assert_int_equal(n_draft, 2);
}

static void
what_the_server_asks_to_wait_is_waited(void **state)
{
	const struct ncmec_heard h = {NCMEC_CAME, 429, 900, NULL, NULL};

	(void)state;
	ncmec_step(&run, &h, 1, now, RETRY);
	assert_int_equal(run.next_at, now + 900);
	assert_int_equal(run.why, NCMEC_RATE);
	now = run.next_at;
	go_on();
	is_told_once();
}

/* ---- cancelled ---- */

static void
what_is_cancelled_before_the_last_call_is_told_to_nobody(void **state)
{
	for (int at = 0; at < 4; at++)
		for (int lost = 0; lost < 2; lost++) {
			(void)begin(state);
			for (int i = 0; i < at; i++)
				call();
			ncmec_cancel(&run, now);
			if (lost == 1 && run.end == NCMEC_GOES_ON)
				call_in_vain();
			go_on();
			assert_int_equal(run.end, NCMEC_RETRACTED);
			assert_int_equal(in_state(OPEN), 0);
			assert_int_equal(in_state(FINISHED), 0);
		}
}

static void
what_is_cancelled_while_a_call_is_out_follows_its_answer(void **state)
{
	for (int at = 0; at < 4; at++)
		for (int lost = 0; lost < 2; lost++) {
			struct ncmec_answer a;

			(void)begin(state);
			for (int i = 0; i < at; i++)
				call();
			a = serve(run.step);
			run.cancel = true;
			hear(lost ? NCMEC_LOST : NCMEC_CAME, 200,
			    lost ? NULL : &a);
			go_on();
			/* After the last call there is nothing to cancel. */
			assert_int_equal(run.end,
			    at == 3 ? NCMEC_FINISHED : NCMEC_RETRACTED);
			assert_int_equal(in_state(FINISHED), at == 3);
			assert_int_equal(in_state(OPEN), at == 0 && lost);
		}
}

static void
who_tries_a_cancelled_one_again_takes_it_back_and_sends_nothing(void **state)
{
	for (int at = 0; at < 4; at++) {
		(void)begin(state);
		for (int i = 0; i < at; i++)
			call();
		run.tries = NCMEC_TRIES_MAX - 1;
		run.cancel = true; /* while it was out */
		hear(NCMEC_NOT_SENT, 0, NULL);
		assert_int_equal(
		    run.end, at == 0 ? NCMEC_RETRACTED : NCMEC_STUCK);
		if (run.end == NCMEC_STUCK)
			ncmec_again(&run, now);
		go_on();
		assert_int_equal(run.end, NCMEC_RETRACTED);
		assert_int_equal(in_state(FINISHED), 0);
		assert_int_equal(in_state(OPEN), 0);
	}
}

/* ---- what answers mean ---- */

static struct ncmec_verdict
of_code(int64_t code)
{
	const struct ncmec_answer a = {.code = code};

	return ncmec_judge(&(struct ncmec_heard){NCMEC_CAME, 200, 0, &a, NULL});
}

static struct ncmec_verdict
of_status(uint32_t status)
{
	return ncmec_judge(
	    &(struct ncmec_heard){NCMEC_CAME, status, 0, NULL, NULL});
}

static void
every_code_has_its_meaning_and_an_unknown_one_is_for_good(void **state)
{
	static const struct {
		int64_t code;
		enum ncmec_fate fate;
		enum ncmec_sort sort;
	} want[] = {{0, NCMEC_OK, NCMEC_NO_TROUBLE},
	    {1000, NCMEC_AGAIN, NCMEC_SERVER},
	    {1100, NCMEC_AGAIN, NCMEC_SERVER},
	    {1110, NCMEC_AGAIN, NCMEC_SERVER},
	    {1111, NCMEC_AGAIN, NCMEC_SERVER},
	    {1210, NCMEC_STOP, NCMEC_REJECTED},
	    {1300, NCMEC_AGAIN, NCMEC_SERVER}, {2000, NCMEC_STOP, NCMEC_LOGIN},
	    {3000, NCMEC_STOP, NCMEC_LOGIN}, {3100, NCMEC_STOP, NCMEC_LOGIN},
	    {3300, NCMEC_STOP, NCMEC_LOGIN}, {4000, NCMEC_STOP, NCMEC_INVALID},
	    {4100, NCMEC_STOP, NCMEC_INVALID},
	    {4110, NCMEC_STOP, NCMEC_INVALID}, {4200, NCMEC_STOP, NCMEC_MEDIA},
	    {5001, NCMEC_GONE, NCMEC_NO_TROUBLE},
	    {5002, NCMEC_GONE, NCMEC_NO_TROUBLE},
	    {5101, NCMEC_WAS_RETRACTED, NCMEC_NO_TROUBLE},
	    {5102, NCMEC_WAS_FINISHED, NCMEC_NO_TROUBLE},
	    {1, NCMEC_STOP, NCMEC_REJECTED},
	    {9999, NCMEC_STOP, NCMEC_REJECTED}};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		assert_int_equal(of_code(want[i].code).fate, want[i].fate);
		assert_int_equal(of_code(want[i].code).sort, want[i].sort);
	}
}

static void
an_answer_without_a_code_is_judged_by_its_status(void **state)
{
	(void)state;
	assert_int_equal(of_status(401).sort, NCMEC_LOGIN);
	assert_int_equal(of_status(401).fate, NCMEC_STOP);
	assert_int_equal(of_status(429).fate, NCMEC_AGAIN);
	assert_int_equal(of_status(408).sort, NCMEC_SLOW);
	assert_int_equal(of_status(504).sort, NCMEC_SLOW);
	assert_int_equal(of_status(503).sort, NCMEC_SERVER);
	assert_int_equal(of_status(200).fate, NCMEC_AGAIN);
	assert_int_equal(of_status(302).sort, NCMEC_SET_WRONG);
	assert_int_equal(of_status(404).fate, NCMEC_STOP);
}

static void
a_file_that_arrived_as_another_is_sent_in_a_new_draft(void **state)
{
	struct ncmec_answer a;

	(void)state;
	call();
	a = serve(NCMEC_UPLOAD);
	a.hash[0] = a.hash[0] == '0' ? '1' : '0';
	hear(NCMEC_CAME, 200, &a);
	assert_int_equal(run.why, NCMEC_MEDIA);
	go_on();
	is_told_once();
	assert_int_equal(in_state(RETRACTED), 1);
}

/* With the last try it was given up: who tries again is not told either. */
static void
a_file_that_is_there_perhaps_is_never_sent_a_second_time(void **state)
{
	struct ncmec_answer a;

	(void)state;
	call();
	run.tries = NCMEC_TRIES_MAX - 1;
	call_in_vain();
	assert_int_equal(run.end, NCMEC_STUCK);
	ncmec_again(&run, now);
	go_on();
	is_told_once();
	/* « It is well » under the status of an error. */
	(void)begin(state);
	call();
	a = serve(NCMEC_UPLOAD);
	hear(NCMEC_CAME, 500, &a);
	go_on();
	is_told_once();
}

static void
what_is_about_no_file_goes_without_one(void **state)
{
	struct ncmec_answer a = serve(NCMEC_SUBMIT);
	const struct ncmec_heard h = {NCMEC_CAME, 200, 0, &a, NULL};

	(void)state;
	ncmec_step(&run, &h, 0, now, RETRY);
	assert_int_equal(run.step, NCMEC_FINISH);
}

static void
words_of_steps_and_troubles_come_back_as_they_were(void **state)
{
	enum ncmec_step step;
	enum ncmec_sort sort;

	(void)state;
	for (int i = 0; i < NCMEC_STEPS; i++) {
		assert_true(ncmec_step_of(
		    str_c(ncmec_step_word((enum ncmec_step)i)), &step));
		assert_int_equal(step, i);
	}
	for (int i = 0; i < NCMEC_SORTS; i++) {
		assert_true(ncmec_sort_of(
		    str_c(ncmec_sort_word((enum ncmec_sort)i)), &sort));
		assert_int_equal(sort, i);
		assert_non_null(ncmec_sort_label((enum ncmec_sort)i));
	}
	assert_false(ncmec_step_of(S("x"), &step));
	assert_false(ncmec_sort_of(S("x"), &sort));
}

/* ---- whether it works, and answers that lie ---- */

static void
check(enum ncmec_way way, uint32_t status, const struct ncmec_answer *a)
{
	ncmec_checked(
	    &run, &(struct ncmec_heard){way, status, 0, a, NULL}, now, RETRY);
}

static void
it_is_asked_whether_it_works_before_a_submission(void **state)
{
	const struct ncmec_answer well = {0}, done = {.done = true},
				  down = {.code = 1000}, odd = {.code = 5102};
	const struct ncmec_answer *not_now[] = {&done, &down, &odd};

	(void)state;
	check(NCMEC_CAME, 200, &well);
	assert_int_equal(run.end, NCMEC_GOES_ON);
	assert_int_equal(run.next_at, now);
	assert_int_equal(run.tries, 0);
	for (size_t i = 0; i < 3; i++) {
		(void)begin(state);
		check(NCMEC_CAME, 200, not_now[i]);
		assert_int_equal(run.end, NCMEC_GOES_ON);
		assert_int_equal(run.step, NCMEC_SUBMIT);
		assert_int_equal(run.why, NCMEC_SERVER);
		assert_int_equal(run.next_at, now + RETRY);
	}
	check(NCMEC_CAME, 401, NULL);
	assert_int_equal(run.end, NCMEC_STUCK);
	assert_int_equal(run.why, NCMEC_LOGIN);
	(void)begin(state);
	run.cancel = true; /* while it was out */
	check(NCMEC_LOST, 0, NULL);
	assert_int_equal(run.end, NCMEC_RETRACTED);
}

static void
it_is_well_is_believed_of_no_error(void **state)
{
	const struct ncmec_answer well = {0};

	(void)state;
	assert_int_equal(
	    ncmec_judge(&(struct ncmec_heard){NCMEC_CAME, 500, 0, &well, NULL})
		.fate,
	    NCMEC_AGAIN);
	assert_int_equal(
	    ncmec_judge(&(struct ncmec_heard){NCMEC_CAME, 404, 0, &well, NULL})
		.fate,
	    NCMEC_STOP);
}

static void
what_is_said_of_another_report_is_not_believed(void **state)
{
	for (int at = 1; at < 4; at++) {
		struct ncmec_answer a;

		(void)begin(state);
		for (int i = 0; i < at; i++)
			call();
		a = serve(run.step);
		a.report_id += 7;
		hear(NCMEC_CAME, 200, &a);
		assert_int_equal(run.end, NCMEC_GOES_ON);
		assert_int_equal(run.tries, 1);
		go_on();
		is_told_once();
	}
}

static void
a_report_without_a_number_is_never_received(void **state)
{
	const struct ncmec_answer finished = {.code = 5102};

	(void)state;
	hear(NCMEC_CAME, 200, &finished);
	assert_int_equal(run.end, NCMEC_STUCK);
	ncmec_again(&run, now);
	go_on();
	is_told_once();
}

static void
what_nobody_took_back_begins_anew_once_a_person_has_looked(void **state)
{
	const struct ncmec_answer gone = {.code = 5101};

	for (int at = 1; at < 4; at++) {
		(void)begin(state);
		for (int i = 0; i < at; i++)
			call();
		hear(NCMEC_CAME, 200, &gone);
		assert_int_equal(run.end, NCMEC_STUCK);
		ncmec_again(&run, now);
		go_on();
		is_told_once();
		assert_int_equal(n_draft, 2);
	}
}

static void
what_was_refused_for_good_can_be_cancelled_at_any_call(void **state)
{
	const struct ncmec_answer no = {.code = 4100};

	for (int at = 0; at < 4; at++) {
		(void)begin(state);
		for (int i = 0; i < at; i++)
			call();
		run.cancel = true; /* while it was out */
		hear(NCMEC_CAME, 200, &no);
		go_on();
		assert_int_equal(run.end, NCMEC_RETRACTED);
		assert_int_equal(in_state(OPEN), 0);
		assert_int_equal(in_state(FINISHED), 0);
	}
}

static void
a_clock_that_was_wrong_makes_nothing_wait_longer_than_any_wait(void **state)
{
	(void)state;
	hear(NCMEC_NOT_SENT, 0, NULL);
	assert_true(ncmec_is_due(&run, now, RETRY));
	run.next_at = now + 60;
	assert_false(ncmec_is_due(&run, now, RETRY));
	run.next_at = now + 48 * HOUR;
	assert_false(ncmec_is_due(&run, now, RETRY));
	/* Set back by a year since. */
	run.next_at = now + 365 * 24 * HOUR;
	assert_true(ncmec_is_due(&run, now, RETRY));
}

#define T(f) cmocka_unit_test_setup(f, begin)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_report_goes_through_its_calls),
	    T(an_answer_lost_or_a_question_lost_at_any_call_tells_once),
	    T(every_two_answers_may_be_lost),
	    T(a_server_that_is_down_for_a_day_loses_nothing),
	    T(it_is_given_up_and_a_person_tries_again),
	    T(it_is_given_up_after_thirty_days),
	    T(what_the_server_asks_to_wait_is_waited),
	    T(what_is_cancelled_before_the_last_call_is_told_to_nobody),
	    T(what_is_cancelled_while_a_call_is_out_follows_its_answer),
	    T(who_tries_a_cancelled_one_again_takes_it_back_and_sends_nothing),
	    T(a_file_that_is_there_perhaps_is_never_sent_a_second_time),
	    T(what_is_about_no_file_goes_without_one),
	    T(every_code_has_its_meaning_and_an_unknown_one_is_for_good),
	    T(an_answer_without_a_code_is_judged_by_its_status),
	    T(a_file_that_arrived_as_another_is_sent_in_a_new_draft),
	    T(it_is_asked_whether_it_works_before_a_submission),
	    T(it_is_well_is_believed_of_no_error),
	    T(what_is_said_of_another_report_is_not_believed),
	    T(a_report_without_a_number_is_never_received),
	    T(what_nobody_took_back_begins_anew_once_a_person_has_looked),
	    T(what_was_refused_for_good_can_be_cancelled_at_any_call),
	    T(a_clock_that_was_wrong_makes_nothing_wait_longer_than_any_wait),
	    T(words_of_steps_and_troubles_come_back_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
