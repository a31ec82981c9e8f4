/* A form for one outing, one matter that a judge delegated, and an album of
 * children read at once, in a real database. */
#include <stdio.h>

#include "home.h"

#include "consent/sheet.h"
#include "consent/task.h"
#include "sql_consent_task.h"

static struct home h;

static int
begin(void **state)
{
	(void)state;
	home_open(&h);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	home_close(&h);
	return 0;
}

static struct consent_purpose_new
sea(void)
{
	return (struct consent_purpose_new){.group = h.group,
	    .from_on = h.p.d.today + 5,
	    .until_on = h.p.d.today + 9,
	    .reach = CONSENT_OUTSIDE,
	    .media = CONSENT_PHOTO,
	    .name = {S("Sortie à la mer"), S("A day by the sea")},
	    .about = {S("Sur le site de la ville."), S("On the town’s site.")}};
}

static int64_t
prepare(void)
{
	struct consent_purpose_new n = sea();
	int64_t id;

	DID(&h.p, consent_purpose_add(&h.p.d, &n, &id, &h.p.e));
	DONE(&h.p, consent_purposes_load(
		       &h.p.house, h.p.arena, h.p.d.org, &h.purposes, &h.p.e));
	return id;
}

static const struct consent_purpose *
purpose(int64_t id)
{
	const struct consent_purpose *p =
	    consent_purpose_by_id(&h.purposes, id);

	assert_non_null(p);
	return p;
}

/* As the family's page writes it down. */
static bool
says(int64_t child, int64_t guardian, int64_t id, enum consent_action action)
{
	const struct consent_purpose *p = purpose(id);
	struct consent_word w = {.child = child,
	    .guardian = guardian,
	    .purpose = p->id,
	    .group = p->group,
	    .media = p->media,
	    .speaker = CONSENT_HOLDER,
	    .action = action,
	    .method = CONSENT_SECOND_STEP,
	    .from_on = h.p.d.today,
	    .shown_at = h.p.d.now,
	    .acted_at = h.p.d.now};
	struct consent_text t;
	int64_t event;

	DONE(&h.p, consent_text_make(
		       h.p.arena, h.p.d.org, p, p->media, LANG_FR, &t, &h.p.e));
	DID(&h.p, consent_text_keep(&h.p.d, &t, &w.text, &h.p.e));
	DONE(&h.p, consent_until(&h.p.d, child, p, &w.until_on, &h.p.e));
	return home_try(&h, &w, &event);
}

static enum consent_why
why(int64_t child, int64_t id)
{
	struct consent_audience to = {.reach = CONSENT_OUTSIDE, .purpose = id};
	enum consent_why ret;
	struct consent_look l;

	DONE(&h.p, consent_look_begin(&h.p.house, h.p.arena, h.p.d.org, NULL,
		       h.p.d.now, h.p.d.today, &l, &h.p.e));
	DONE(&h.p, consent_why_for_audience(&l, &to, &child, 1, &ret, &h.p.e));
	return ret;
}

static size_t
asked(int64_t child, int64_t guardian, int64_t id)
{
	struct consent_sheet s;
	size_t n = 0;

	DONE(&h.p,
	    consent_sheet_make(&h.p.d, child, guardian, LANG_EN, &s, &h.p.e));
	for (size_t i = 0; i < s.n; i++)
		n += s.v[i].purpose->id == id;
	return n;
}

static int64_t
with_parents(int64_t group, int64_t parent[2])
{
	int64_t child = home_child(&h, "Léa", 8, group);

	for (int i = 0; i < 2; i++) {
		parent[i] = home_guardian(&h, i == 0 ? "Mère" : "Père");
		(void)home_parent(&h, parent[i], child);
	}
	return child;
}

/* ---- outings ---- */

static void
an_outing_is_asked_of_its_group_and_ends_by_itself(void **state)
{
	int64_t parent[2], other[2];
	int64_t child = with_parents(h.group, parent);
	int64_t stranger = with_parents(h.other, other);
	int64_t id = prepare();

	(void)state;
	assert_int_equal(asked(child, parent[0], id), 1);
	assert_int_equal(asked(child, 0, id), 1);
	assert_int_equal(asked(stranger, other[0], id), 0);
	assert_int_equal(why(child, id), CONSENT_MISSING);
	assert_true(says(child, parent[0], id, CONSENT_GRANT));
	assert_int_equal(why(child, id), CONSENT_MISSING);
	assert_true(says(child, parent[1], id, CONSENT_GRANT));
	assert_int_equal(why(child, id), CONSENT_YES);
	assert_int_equal(why(stranger, id), CONSENT_MISSING);
	h.p.d.today += 9;
	assert_int_equal(why(child, id), CONSENT_YES);
	h.p.d.today++;
	assert_int_equal(why(child, id), CONSENT_EXPIRED);
	assert_int_equal(asked(child, parent[0], id), 0);
}

static void
a_no_to_an_outing_counts_at_once(void **state)
{
	int64_t parent[2], child = with_parents(h.group, parent);
	int64_t id = prepare();

	(void)state;
	assert_true(says(child, parent[0], id, CONSENT_GRANT));
	assert_true(says(child, parent[1], id, CONSENT_GRANT));
	assert_true(says(child, parent[1], id, CONSENT_REFUSE));
	assert_int_equal(why(child, id), CONSENT_HOLDER_NO);
}

static int64_t
tasks(const char *kind, int64_t id)
{
	char sql[160];

	(void)snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM consent_task WHERE done_at IS NULL AND kind ="
	    " '%s' AND purpose = %lld",
	    kind, (long long)id);
	return place_number(&h.p, sql);
}

/* The end is what was meant: nobody has to ask again. */
static void
an_outing_that_is_over_leaves_nothing_to_do(void **state)
{
	int64_t parent[2], child = with_parents(h.group, parent);
	int64_t id = prepare();

	(void)state;
	assert_true(says(child, parent[0], id, CONSENT_GRANT));
	assert_true(says(child, parent[1], id, CONSENT_GRANT));
	for (int i = 0; i < 2; i++) {
		DONE(&h.p, consent_sweep(&h.p.house, h.p.arena,
			       h.p.d.now + i * (int64_t)10 * 86400, &h.p.e));
		assert_int_equal(tasks("expiring", id), 0);
		assert_int_equal(tasks("expired", id), 0);
	}
	assert_int_equal(place_number(&h.p, "SELECT count(*) FROM consent_event"
					    " WHERE action = 'expire'"),
	    2);
}

static void
days_that_make_no_outing_are_refused(void **state)
{
	const int64_t wrong[][2] = {{5, 4}, {-9, -1}, {1, 400}};
	int64_t id;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct consent_purpose_new n = sea();

		n.from_on = h.p.d.today + wrong[i][0];
		n.until_on = h.p.d.today + wrong[i][1];
		REFUSED(&h.p, consent_purpose_add(&h.p.d, &n, &id, &h.p.e),
		    ERR_INPUT);
	}
}

static void
the_text_of_an_outing_says_its_days(void **state)
{
	const struct consent_purpose *p = purpose(prepare());
	struct consent_text t, usual;

	(void)state;
	DONE(&h.p, consent_text_make(
		       h.p.arena, h.p.d.org, p, p->media, LANG_EN, &t, &h.p.e));
	DONE(&h.p, consent_text_make(h.p.arena, h.p.d.org, purpose(5),
		       CONSENT_PHOTO, LANG_EN, &usual, &h.p.e));
	assert_true(str_starts(t.title, S("A day by the sea")));
	assert_true(str_starts(t.part[3], S("For this outing alone, on 20")));
	assert_false(str_eq(t.part[3], usual.part[3]));
}

/* ---- called off ---- */

static void
an_outing_that_is_called_off_asks_nobody_and_no_yes_holds(void **state)
{
	int64_t parent[2], child = with_parents(h.group, parent),
			   id = prepare();

	(void)state;
	assert_true(says(child, parent[0], id, CONSENT_GRANT));
	assert_true(says(child, parent[1], id, CONSENT_GRANT));
	assert_int_equal(why(child, id), CONSENT_YES);
	REFUSED(&h.p, consent_outing_stop(&h.p.d, purpose(id), S(""), &h.p.e),
	    ERR_INPUT);
	REFUSED(&h.p,
	    consent_outing_stop(&h.p.d, purpose(5), S("Tempête"), &h.p.e),
	    ERR_INPUT);
	DID(&h.p,
	    consent_outing_stop(&h.p.d, purpose(id), S("Tempête"), &h.p.e));
	REFUSED(&h.p,
	    consent_outing_stop(&h.p.d, purpose(id), S("Grève"), &h.p.e),
	    ERR_CONFLICT);
	DONE(&h.p, consent_purposes_load(
		       &h.p.house, h.p.arena, h.p.d.org, &h.purposes, &h.p.e));
	assert_true(
	    str_eq(consent_stopped_why(h.p.arena, h.p.d.org, purpose(id)),
		S("Tempête")));
	assert_int_equal(why(child, id), CONSENT_EXPIRED);
	assert_int_equal(asked(child, parent[0], id), 0);
}

/* ---- one matter ---- */

static bool
confirms(int64_t account, int64_t id, bool seen)
{
	struct deed d = h.p.d;

	d.actor = account;
	return consent_standing_confirm(&d, id, seen, &h.p.e);
}

static void
a_decision_that_its_witness_did_not_see_is_ended(void **state)
{
	int64_t parent[2], child = with_parents(h.group, parent);
	struct consent_standing_new n = {.child = child,
	    .guardian = parent[0],
	    .kind = CONSENT_DELEGATED,
	    .purpose = 5,
	    .from_on = h.p.d.today,
	    .until_on = DB_NULL,
	    .witness = h.witness,
	    .document = S("Jugement du 3 mars 2026")};
	int64_t id;

	(void)state;
	assert_true(says(child, parent[0], 5, CONSENT_GRANT));
	DID(&h.p, consent_standing_add(&h.p.d, &n, &id, &h.p.e));
	assert_int_equal(why(child, 5), CONSENT_MISSING);
	DID(&h.p, confirms(h.witness, id, false));
	assert_int_equal(why(child, 5), CONSENT_MISSING);
	REFUSED(&h.p, confirms(h.witness, id, true), ERR_NOT_FOUND);
}

static void
one_matter_is_delegated_with_a_witness_and_no_more(void **state)
{
	int64_t parent[2], child = with_parents(h.group, parent);
	int64_t aunt = home_guardian(&h, "Tante");
	struct consent_standing_new n = {.child = child,
	    .guardian = aunt,
	    .kind = CONSENT_DELEGATED,
	    .purpose = 5,
	    .from_on = h.p.d.today,
	    .until_on = h.p.d.today + 3,
	    .document = S("Jugement du 3 mars 2026")};
	int64_t id;

	(void)state;
	assert_false(says(child, aunt, 5, CONSENT_GRANT));
	REFUSED(&h.p, consent_standing_add(&h.p.d, &n, &id, &h.p.e), ERR_INPUT);
	n.witness = h.staff; /* who enters it */
	REFUSED(&h.p, consent_standing_add(&h.p.d, &n, &id, &h.p.e), ERR_INPUT);
	n.witness = h.witness;
	DID(&h.p, consent_standing_add(&h.p.d, &n, &id, &h.p.e));
	assert_false(says(child, aunt, 5, CONSENT_GRANT));
	REFUSED(&h.p, consent_standing_confirm(&h.p.d, id, true, &h.p.e),
	    ERR_NOT_FOUND);
	DID(&h.p, confirms(h.witness, id, true));
	REFUSED(&h.p, confirms(h.witness, id, true), ERR_NOT_FOUND);
	assert_true(says(child, aunt, 5, CONSENT_GRANT));
	assert_int_equal(why(child, 5), CONSENT_YES);
	assert_false(says(child, aunt, 4, CONSENT_GRANT));
	assert_int_equal(asked(child, aunt, 5), 1 + 1);
	assert_int_equal(asked(child, aunt, 4), 0);
	assert_int_equal(why(child, 4), CONSENT_MISSING);
	h.p.d.today += 4;
	assert_int_equal(why(child, 5), CONSENT_MISSING);
}

/* ---- many at once ---- */

#define MANY 150

static enum consent_why
alone(int64_t child, int64_t group)
{
	struct consent_child c;
	struct consent_question q = {
	    .purpose = consent_purpose_for(&h.purposes, CONSENT_GROUP),
	    .medium = CONSENT_PHOTO,
	    .group = group,
	    .now = h.p.d.now,
	    .today = h.p.d.today};

	DONE(&h.p, consent_facts(&h.p.house, h.p.arena, h.p.d.org, child,
		       h.p.d.today, &c, &h.p.e));
	if (c.n_group == 0 || c.group[0] != group)
		q.purpose = consent_purpose_for(&h.purposes, CONSENT_EVERYBODY);
	return c.enrolled ? consent_effective(&c, &q).why : CONSENT_LEFT;
}

/* Of every kind: in no group, silent, refusing, agreeing to another. */
static int64_t
one_of_many(int i)
{
	int64_t group = i % 7 == 0 ? 0 : i % 5 == 0 ? h.other : h.group;
	int64_t child = home_child(&h, "Enfant", 4 + i % 10, group);

	for (int k = 0; k < i % 3; k++) {
		int64_t g = home_guardian(&h, "Adulte");

		(void)home_parent(&h, g, child);
		(void)home_says(&h, child, g,
		    i % 4 == 0 ? CONSENT_EVERYBODY : CONSENT_GROUP,
		    i % 11 == 0 ? CONSENT_REFUSE : CONSENT_GRANT);
	}
	return child;
}

static void
an_album_is_answered_as_each_child_alone(void **state)
{
	struct consent_audience to = {
	    .reach = CONSENT_GROUP, .group = &h.group, .n_group = 1};
	static int64_t child[MANY + 1];
	static enum consent_why got[MANY + 1];
	struct consent_look l;
	int seen[CONSENT_WHYS] = {0};

	(void)state;
	for (int i = 0; i < MANY; i++)
		child[i] = one_of_many(i);
	child[MANY] = child[MANY - 1] + 1; /* nobody */
	DONE(&h.p, consent_look_begin(&h.p.house, h.p.arena, h.p.d.org, NULL,
		       h.p.d.now, h.p.d.today, &l, &h.p.e));
	for (int turn = 0; turn < 2; turn++) {
		DONE(&h.p, consent_why_for_audience(
			       &l, &to, child, MANY + 1, got, &h.p.e));
		assert_int_equal(got[MANY], CONSENT_ERASED);
		for (int i = 0; i < MANY; i++) {
			assert_int_equal(got[i], alone(child[i], h.group));
			seen[got[i]]++;
		}
	}
	assert_true(seen[CONSENT_YES] > 0 && seen[CONSENT_MISSING] > 0 &&
		    seen[CONSENT_HOLDER_NO] > 0 && seen[CONSENT_UNKNOWN] > 0 &&
		    seen[CONSENT_LEFT] > 0 && seen[CONSENT_NO_HOLDER] > 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(an_outing_is_asked_of_its_group_and_ends_by_itself),
	    T(a_no_to_an_outing_counts_at_once),
	    T(an_outing_that_is_over_leaves_nothing_to_do),
	    T(days_that_make_no_outing_are_refused),
	    T(the_text_of_an_outing_says_its_days),
	    T(an_outing_that_is_called_off_asks_nobody_and_no_yes_holds),
	    T(a_decision_that_its_witness_did_not_see_is_ended),
	    T(one_matter_is_delegated_with_a_witness_and_no_more),
	    T(an_album_is_answered_as_each_child_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
