/* What is read of every child at once: the words as a number, and of one
 * purpose no more than is about it, in a real database. */
#include <inttypes.h>
#include <stdio.h>

#include "home.h"

#include "consent/facts.h"

static struct home h;
static int64_t child, mother;
static const struct consent_viewer nobody;

static int
begin(void **state)
{
	int64_t father;

	(void)state;
	home_open(&h);
	child = home_child(&h, "Léa", 8, h.group);
	mother = home_guardian(&h, "Anne");
	father = home_guardian(&h, "Paul");
	(void)home_parent(&h, mother, child);
	(void)home_parent(&h, father, child);
	(void)home_says(&h, child, mother, CONSENT_GROUP, CONSENT_GRANT);
	(void)home_says(&h, child, father, CONSENT_GROUP, CONSENT_GRANT);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	home_close(&h);
	return 0;
}

/* ---- the number ---- */

struct said {
	enum consent_speaker speaker;
	enum consent_action action;
	enum consent_method method;
};

static bool
is_of_court(enum consent_action a)
{
	return a == CONSENT_BLOCK || a == CONSENT_LIFT;
}

/* As the first word stands there, but for what it says. */
static bool
insert(const struct said *s, int64_t number)
{
	char sql[1024];
	bool ends = s->action == CONSENT_LIFT || s->action == CONSENT_EXPIRE;

	(void)snprintf(sql, sizeof(sql),
	    "INSERT INTO consent_event (id, organisation, child, who_digest,"
	    " purpose, media, speaker, guardian, action, lifts, from_on, text,"
	    " shown_at, acted_at, entered_at, method, actor, witness, hash,"
	    " said) SELECT (SELECT max(id) + 1 FROM consent_event),"
	    " organisation, child, who_digest, purpose, media, '%s', guardian,"
	    " '%s', %s, from_on, text, shown_at, acted_at, entered_at, '%s',"
	    " actor, %" PRId64 ", hash, %" PRId64
	    " FROM consent_event WHERE id = 1",
	    consent_speaker_word(s->speaker), consent_action_word(s->action),
	    ends ? "id" : "NULL", consent_method_word(s->method), h.witness,
	    number);
	return db_exec(h.p.house.db, sql, &h.p.e);
}

static void
reads_back(const struct said *s)
{
	struct consent_child c;
	const struct consent_event *v;

	DONE(&h.p, consent_facts(&h.p.house, h.p.arena, h.p.d.org, child,
		       h.p.d.today, &c, &h.p.e));
	v = &c.event[c.n_event - 1];
	assert_int_equal(v->speaker, s->speaker);
	assert_int_equal(v->action, s->action);
	assert_int_equal(v->method, s->method);
}

static void
no_other_number_stands_beside_the_words(void **state)
{
	int tried = 0;

	(void)state;
	for (int i = 0;
	     i < CONSENT_SPEAKERS * CONSENT_ACTIONS * CONSENT_METHODS; i++) {
		struct said s = {(enum consent_speaker)(i % CONSENT_SPEAKERS),
		    (enum consent_action)(
			i / CONSENT_SPEAKERS % CONSENT_ACTIONS),
		    (enum consent_method)(
			i / CONSENT_SPEAKERS / CONSENT_ACTIONS)};
		int64_t right =
		    consent_said_number(s.speaker, s.action, s.method);

		if ((s.speaker == CONSENT_COURT) != is_of_court(s.action))
			continue;
		for (int64_t n = 0; n < 256; n++)
			assert_int_equal(insert(&s, n), n == right);
		reads_back(&s);
		tried++;
	}
	assert_int_equal(tried, (2 * 4 + 2) * CONSENT_METHODS);
}

static void
a_word_without_its_number_is_not_passed_over(void **state)
{
	struct consent_child c;

	(void)state;
	DONE(&h.p,
	    db_exec(h.p.house.db,
		"INSERT INTO consent_event SELECT id + 100, organisation, "
		"child,"
		" who_digest, purpose, media, activity_group, speaker, "
		"guardian,"
		" action, lifts, from_on, until_on, text, shown_at, acted_at,"
		" entered_at, method, actor, witness, note_enc, hash, NULL"
		" FROM consent_event WHERE id = 1",
		&h.p.e));
	REFUSED(&h.p,
	    consent_facts(&h.p.house, h.p.arena, h.p.d.org, child, h.p.d.today,
		&c, &h.p.e),
	    ERR_CORRUPT);
}

/* ---- of one purpose, and what is about all ---- */

static int64_t
court(enum consent_action action, int64_t purpose, int64_t lifts)
{
	struct consent_word w = {.child = child,
	    .purpose = purpose,
	    .media = CONSENT_MEDIA,
	    .speaker = CONSENT_COURT,
	    .action = action,
	    .method = CONSENT_PAPER,
	    .from_on = h.p.d.today,
	    .until_on = DB_NULL,
	    .acted_at = h.p.d.now,
	    .lifts = lifts,
	    .witness = h.witness,
	    .note = S("Ordonnance, Nantes")};
	int64_t id = 0;

	if (!home_try(&h, &w, &id))
		fail_msg("%s", h.p.e.msg);
	return id;
}

static int64_t
number_of(enum consent_reach reach)
{
	return consent_purpose_for(&h.purposes, reach)->id;
}

static void
what_a_court_forbids_and_lifts_is_seen_from_each_purpose(void **state)
{
	const int64_t of_block[] = {0, number_of(CONSENT_GROUP)},
		      of_lift[] = {0, number_of(CONSENT_GROUP),
			  number_of(CONSENT_EVERYBODY)};

	(void)state;
	for (int b = 0; b < 2; b++)
		for (int l = 0; l < 3; l++) {
			int64_t block;

			assert_false(home_masked(&h, child, h.group, &nobody));
			block = court(CONSENT_BLOCK, of_block[b], 0);
			assert_true(home_masked(&h, child, h.group, &nobody));
			(void)court(CONSENT_LIFT, of_lift[l], block);
		}
	assert_false(home_masked(&h, child, h.group, &nobody));
	(void)court(CONSENT_BLOCK, number_of(CONSENT_EVERYBODY), 0);
	assert_false(home_masked(&h, child, h.group, &nobody));
}

static void
a_no_to_everything_is_a_no_to_this(void **state)
{
	struct consent_word w =
	    home_word(&h, child, mother, CONSENT_GROUP, CONSENT_REFUSE);
	int64_t id;

	(void)state;
	w.purpose = 0;
	assert_true(home_try(&h, &w, &id));
	assert_true(home_masked(&h, child, h.group, &nobody));
}

/* ---- groups ---- */

static void
a_group_that_a_child_came_back_to_counts_once(void **state)
{
	struct consent_child c;
	char sql[256];

	(void)state;
	for (int i = 0; i < 4; i++) {
		(void)snprintf(sql, sizeof(sql),
		    "INSERT INTO enrolment (child, activity_group, from_on,"
		    " until_on) SELECT child, %" PRId64
		    ", from_on - %d, from_on - %d FROM enrolment"
		    " WHERE child = %" PRId64 " ORDER BY id LIMIT 1",
		    i % 2 == 0 ? h.group : h.other, 90 - 20 * i, 80 - 20 * i,
		    child);
		DONE(&h.p, db_exec(h.p.house.db, sql, &h.p.e));
	}
	DONE(&h.p, consent_facts(&h.p.house, h.p.arena, h.p.d.org, child,
		       h.p.d.today, &c, &h.p.e));
	assert_int_equal(c.n_group, 2);
	assert_int_equal(c.group[0], h.group);
	assert_int_equal(c.group[1], h.other);
	assert_true(c.enrolled);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(no_other_number_stands_beside_the_words),
	    T(a_word_without_its_number_is_not_passed_over),
	    T(what_a_court_forbids_and_lifts_is_seen_from_each_purpose),
	    T(a_no_to_everything_is_a_no_to_this),
	    T(a_group_that_a_child_came_back_to_counts_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
