/* Consent in a real database: written, chained, followed, erased, swept. */
#include <sqlite3.h>
#include <stdio.h>

#include "home.h"

#include "consent/proof.h"
#include "consent/task.h"
#include "erasure/erasure.h"
#include "sql_consent_task.h"

#define DAY 86400

static const struct consent_viewer nobody;

/* A child with two parents who both said yes to the group's families. */
struct family {
	int64_t child, mother, father, father_row;
};

static struct family
agreeing(struct home *h, const char *first, int years)
{
	struct family f;

	f.child = home_child(h, first, years, h->group);
	f.mother = home_guardian(h, "Mère");
	f.father = home_guardian(h, "Père");
	(void)home_parent(h, f.mother, f.child);
	f.father_row = home_parent(h, f.father, f.child);
	(void)home_says(h, f.child, f.mother, CONSENT_GROUP, CONSENT_GRANT);
	(void)home_says(h, f.child, f.father, CONSENT_GROUP, CONSENT_GRANT);
	return f;
}

/* ---- masks ---- */

static void
a_withdrawn_consent_masks_the_next_look(void **state)
{
	struct home h;
	struct family f;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	assert_false(home_masked(&h, f.child, h.group, &nobody));
	(void)home_says(&h, f.child, f.father, CONSENT_GROUP, CONSENT_REFUSE);
	assert_true(home_masked(&h, f.child, h.group, &nobody));
	(void)home_says(&h, f.child, f.father, CONSENT_GROUP, CONSENT_GRANT);
	assert_false(home_masked(&h, f.child, h.group, &nobody));
	home_close(&h);
}

static void
another_process_is_followed_too(void **state)
{
	struct home h;
	struct family f;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	assert_false(home_masked(&h, f.child, h.group, &nobody));
	/* By a connection of its own, past every function of ours. */
	(void)place_number(&h.p,
	    "UPDATE authority SET ended_at = 1 WHERE id ="
	    " (SELECT max(id) FROM authority) RETURNING id");
	assert_true(home_masked(&h, f.child, h.group, &nobody));
	home_close(&h);
}

static void
what_was_rolled_back_was_never_said(void **state)
{
	struct home h;
	struct family f;
	struct consent_word w;
	int64_t id;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	assert_false(home_masked(&h, f.child, h.group, &nobody));
	w = home_word(&h, f.child, f.mother, CONSENT_GROUP, CONSENT_REFUSE);
	place_begin(&h.p);
	DONE(&h.p, consent_record(&h.p.d, &w, &id, &h.p.e));
	assert_true(home_masked(&h, f.child, h.group, &nobody));
	db_rollback(h.p.house.db);
	assert_false(home_masked(&h, f.child, h.group, &nobody));
	/* The number of the change is given again, and is not missed. */
	(void)home_says(&h, f.child, f.mother, CONSENT_GROUP, CONSENT_REFUSE);
	assert_true(home_masked(&h, f.child, h.group, &nobody));
	home_close(&h);
}

static void
the_day_ends_what_the_board_remembers(void **state)
{
	struct home h;
	struct family f;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	assert_false(home_masked(&h, f.child, h.group, &nobody));
	h.p.d.today += 201;
	h.p.d.now += (int64_t)201 * DAY;
	assert_true(home_masked(&h, f.child, h.group, &nobody));
	home_close(&h);
}

static void
more_changes_than_are_read_at_once_are_not_missed(void **state)
{
	struct home h;
	struct family f;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	assert_false(home_masked(&h, f.child, h.group, &nobody));
	(void)home_says(&h, f.child, f.mother, CONSENT_GROUP, CONSENT_REFUSE);
	(void)place_number(&h.p,
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 1200) INSERT INTO consent_change (child)"
	    " SELECT 900000 FROM n RETURNING id");
	assert_true(home_masked(&h, f.child, h.group, &nobody));
	(void)place_number(&h.p, "SELECT count(*) FROM consent_change");
	(void)home_says(&h, f.child, f.mother, CONSENT_GROUP, CONSENT_GRANT);
	(void)place_number(&h.p,
	    "DELETE FROM consent_change WHERE id <"
	    " (SELECT max(id) FROM consent_change) RETURNING 1");
	assert_false(home_masked(&h, f.child, h.group, &nobody));
	home_close(&h);
}

static void
ones_own_child_is_not_masked_and_a_barred_one_always_is(void **state)
{
	struct home h;
	int64_t child, adult;
	struct family f;

	(void)state;
	home_open(&h);
	child = home_child(&h, "Noé", 8, h.group);
	adult = home_child(&h, "Ada", 18, h.group);
	f = agreeing(&h, "Léa", 8);
	{
		const int64_t own[] = {child, adult};
		const struct consent_viewer family = {own, 2, NULL, 0};
		const struct consent_viewer barred = {NULL, 0, &f.child, 1};
		const struct consent_viewer both = {&f.child, 1, &f.child, 1};

		assert_true(home_masked(&h, child, h.group, &nobody));
		assert_false(home_masked(&h, child, h.group, &family));
		assert_true(home_masked(&h, adult, h.group, &family));
		assert_false(home_masked(&h, f.child, h.group, &family));
		assert_true(home_masked(&h, f.child, h.group, &barred));
		assert_true(home_masked(&h, f.child, h.group, &both));
	}
	home_close(&h);
}

static bool
masked_in(struct home *h, const struct consent_audience *a, int64_t child)
{
	struct consent_look l;
	bool masked[2];
	const int64_t both[2] = {child, 987654};

	DONE(&h->p, consent_look_begin(&h->p.house, h->p.arena, h->p.d.org,
			&nobody, h->p.d.now, h->p.d.today, &l, &h->p.e));
	DONE(&h->p, consent_for_audience(&l, a, both, 2, masked, &h->p.e));
	assert_true(masked[1]); /* nobody of that number */
	return masked[0];
}

static void
an_audience_is_as_wide_as_its_widest_part(void **state)
{
	struct home h;
	struct family f;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	{
		const int64_t two[] = {h.group, h.other};
		const struct consent_audience
		    own = {.reach = CONSENT_GROUP, .group = two, .n_group = 1},
		    other = {.reach = CONSENT_GROUP,
			.group = two + 1,
			.n_group = 1},
		    pair = {.reach = CONSENT_GROUP, .group = two, .n_group = 2},
		    every = {.reach = CONSENT_EVERYBODY},
		    unnamed = {.reach = CONSENT_GROUP},
		    family = {.reach = CONSENT_FAMILY,
			.family = &f.child,
			.n_family = 1},
		    video = {.reach = CONSENT_GROUP,
			.group = two,
			.n_group = 1,
			.medium = CONSENT_VOICE};

		assert_false(masked_in(&h, &own, f.child));
		assert_true(masked_in(&h, &other, f.child));
		assert_true(masked_in(&h, &pair, f.child));
		assert_true(masked_in(&h, &every, f.child));
		assert_true(masked_in(&h, &unnamed, f.child));
		assert_true(masked_in(&h, &family, f.child));
		assert_true(masked_in(&h, &video, f.child));
		(void)home_says(
		    &h, f.child, f.mother, CONSENT_EVERYBODY, CONSENT_GRANT);
		(void)home_says(
		    &h, f.child, f.father, CONSENT_EVERYBODY, CONSENT_GRANT);
		assert_false(masked_in(&h, &other, f.child));
		assert_false(masked_in(&h, &pair, f.child));
		assert_false(masked_in(&h, &every, f.child));
		assert_true(masked_in(&h, &family, f.child));
	}
	home_close(&h);
}

/* ---- writing ---- */

static void
only_who_holds_authority_speaks_and_a_paper_has_a_witness(void **state)
{
	struct home h;
	struct family f;
	struct consent_word w;
	int64_t id, stranger;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	stranger = home_guardian(&h, "Voisine");
	w = home_word(&h, f.child, stranger, CONSENT_GROUP, CONSENT_GRANT);
	assert_false(home_try(&h, &w, &id));
	assert_int_equal(h.p.e.kind, ERR_DENIED);
	w = home_word(&h, f.child, f.mother, CONSENT_GROUP, CONSENT_GRANT);
	w.method = CONSENT_PAPER;
	assert_false(home_try(&h, &w, &id));
	assert_int_equal(h.p.e.kind, ERR_INPUT);
	w.witness = h.staff; /* the one who enters it */
	assert_false(home_try(&h, &w, &id));
	w.witness = h.witness;
	assert_true(home_try(&h, &w, &id));
	w.text = 0;
	assert_false(home_try(&h, &w, &id));
	w = home_word(&h, f.child, f.mother, CONSENT_GROUP, CONSENT_REFUSE);
	w.acted_at = h.p.d.now + 1;
	assert_false(home_try(&h, &w, &id));
	assert_int_equal(h.p.e.kind, ERR_INPUT);
	home_close(&h);
}

static void
a_no_after_a_yes_is_a_withdrawal(void **state)
{
	struct home h;
	struct family f;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	(void)home_says(&h, f.child, f.mother, CONSENT_GROUP, CONSENT_REFUSE);
	(void)home_says(&h, f.child, f.mother, CONSENT_GROUP, CONSENT_REFUSE);
	assert_int_equal(place_number(&h.p, "SELECT count(*) FROM consent_event"
					    " WHERE action = 'withdraw'"),
	    1);
	assert_int_equal(place_number(&h.p, "SELECT count(*) FROM consent_event"
					    " WHERE action = 'refuse'"),
	    1);
	home_close(&h);
}

static bool
raw(struct home *h, const char *sql)
{
	char path[CONF_TEXT_MAX + 16];
	sqlite3 *db;
	bool done;

	(void)snprintf(path, sizeof(path), "%s/preau.db", h->p.conf.data);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	done = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
	(void)sqlite3_close(db);
	return done;
}

static int64_t
first_bad(struct home *h, int64_t child)
{
	struct consent_proofs p;

	DONE(&h->p, consent_proofs_load(&h->p.d, child, LANG_FR, &p, &h->p.e));
	return p.first_bad;
}

static void
what_was_said_is_neither_changed_nor_taken_out(void **state)
{
	struct home h;
	struct family f;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	assert_int_equal(first_bad(&h, f.child), 0);
	assert_false(raw(&h, "UPDATE consent_event SET action = 'refuse'"));
	assert_false(raw(&h, "DELETE FROM consent_event"));
	assert_false(raw(&h, "UPDATE consent_text SET body = 'x'"));
	assert_false(raw(&h, "DELETE FROM consent_text"));
	/* Whoever takes the triggers away is found by the chain. */
	assert_true(raw(&h,
	    "DROP TRIGGER consent_event_written;"
	    "UPDATE consent_event SET acted_at = acted_at - 1 WHERE id = 2"));
	assert_int_equal(first_bad(&h, f.child), 2);
	home_close(&h);
}

static void
the_audit_has_the_hash_of_each_event(void **state)
{
	struct home h;

	(void)state;
	home_open(&h);
	(void)agreeing(&h, "Léa", 8);
	assert_int_equal(
	    place_number(&h.p,
		"SELECT count(*) FROM consent_event e JOIN audit a"
		" ON a.subject = e.id AND a.action = 'consent-said'"
		" AND a.child = e.child"
		" AND instr(a.detail, lower(hex(e.hash))) > 0"),
	    2);
	home_close(&h);
}

static void
another_text_has_another_digest(void **state)
{
	struct home h;
	struct consent_text a, b, c, d;
	const struct consent_purpose *p;

	(void)state;
	home_open(&h);
	p = consent_purpose_for(&h.purposes, CONSENT_GROUP);
	DONE(&h.p, consent_text_make(
		       h.p.arena, h.p.d.org, p, p->media, LANG_FR, &a, &h.p.e));
	DONE(&h.p, consent_text_make(
		       h.p.arena, h.p.d.org, p, p->media, LANG_FR, &b, &h.p.e));
	DONE(&h.p, consent_text_make(
		       h.p.arena, h.p.d.org, p, p->media, LANG_EN, &c, &h.p.e));
	DONE(&h.p, consent_text_make(h.p.arena, h.p.d.org, p, CONSENT_PHOTO,
		       LANG_FR, &d, &h.p.e));
	assert_memory_equal(a.digest, b.digest, sizeof(a.digest));
	assert_memory_not_equal(a.digest, c.digest, sizeof(a.digest));
	assert_memory_not_equal(a.digest, d.digest, sizeof(a.digest));
	home_close(&h);
}

static void
asking_again_ends_what_was_agreed_to_before(void **state)
{
	struct home h;
	struct family f;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	DID(&h.p, consent_policy_set(&h.p.d,
		      consent_purpose_for(&h.purposes, CONSENT_GROUP), true,
		      true, true, &h.p.e));
	assert_true(home_masked(&h, f.child, h.group, &nobody));
	DID(&h.p, consent_policy_set(&h.p.d,
		      consent_purpose_for(&h.purposes, CONSENT_GROUP), true,
		      false, false, &h.p.e));
	assert_true(home_masked(&h, f.child, h.group, &nobody));
	h.p.d.now += 120;
	(void)home_says(&h, f.child, f.mother, CONSENT_GROUP, CONSENT_GRANT);
	assert_false(home_masked(&h, f.child, h.group, &nobody));
	home_close(&h);
}

static void
an_organisation_has_purposes_of_its_own(void **state)
{
	struct home h;
	struct consent_purpose_new n = {.reach = CONSENT_OUTSIDE,
	    .media = CONSENT_PHOTO,
	    .name = {S("Exposition à la mairie"), S("Exhibition")},
	    .about = {S("Des tirages dans le hall."), S("Prints.")}};
	const struct consent_purpose *p;
	int64_t id;

	(void)state;
	home_open(&h);
	DID(&h.p, consent_purpose_add(&h.p.d, &n, &id, &h.p.e));
	DONE(&h.p, consent_purposes_load(
		       &h.p.house, h.p.arena, h.p.d.org, &h.purposes, &h.p.e));
	p = consent_purpose_by_id(&h.purposes, id);
	assert_non_null(p);
	assert_true(p->own && p->publication && p->every && p->asked);
	assert_true(str_eq(p->name[LANG_FR], S("Exposition à la mairie")));
	REFUSED(&h.p, consent_policy_set(&h.p.d, p, true, false, false, &h.p.e),
	    ERR_INPUT);
	n.name[LANG_EN] = S("");
	REFUSED(&h.p, consent_purpose_add(&h.p.d, &n, &id, &h.p.e), ERR_INPUT);
	home_close(&h);
}

/* ---- one who decides alone ---- */

static void
a_document_says_who_decides_alone(void **state)
{
	struct home h;
	struct consent_standing_new n = {
	    .kind = CONSENT_SOLE, .until_on = DB_NULL};
	int64_t id;

	(void)state;
	home_open(&h);
	n.from_on = h.p.d.today;
	n.child = home_child(&h, "Noé", 8, h.group);
	n.guardian = home_guardian(&h, "Anne");
	(void)home_parent(&h, n.guardian, n.child);
	(void)home_says(&h, n.child, n.guardian, CONSENT_GROUP, CONSENT_GRANT);
	assert_true(home_masked(&h, n.child, h.group, &nobody));
	REFUSED(&h.p, consent_standing_add(&h.p.d, &n, &id, &h.p.e), ERR_INPUT);
	n.document = S("Jugement du 3 mars 2025, Nantes");
	DID(&h.p, consent_standing_add(&h.p.d, &n, &id, &h.p.e));
	assert_false(home_masked(&h, n.child, h.group, &nobody));
	DID(&h.p, consent_standing_end(&h.p.d, n.child, id, &h.p.e));
	assert_true(home_masked(&h, n.child, h.group, &nobody));
	home_close(&h);
}

/* ---- erasing ---- */

static void
an_erased_child_leaves_the_proof_and_not_the_words(void **state)
{
	struct home h;
	struct family f;
	struct consent_word w;
	struct consent_proofs p;
	struct sql_consent_by_who_rows who;
	struct civil c;
	int64_t id, held;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	w = home_word(&h, f.child, 0, CONSENT_GROUP, CONSENT_GRANT);
	w.note = S("Je veux bien, mais pas à la piscine.");
	assert_true(home_try(&h, &w, &id));
	DONE(&h.p, consent_proofs_load(&h.p.d, f.child, LANG_FR, &p, &h.p.e));
	assert_true(str_eq(p.v[p.n - 1].note, w.note));
	DID(&h.p, erasure_child(&h.p.house, h.p.arena, f.child, h.p.d.now,
		      &held, &h.p.e));
	DONE(&h.p, consent_proofs_load(&h.p.d, f.child, LANG_FR, &p, &h.p.e));
	assert_int_equal(p.n, 3);
	assert_int_equal(p.first_bad, 0);
	assert_int_equal(p.v[2].note.n, 0);
	assert_true(str_eq(p.v[0].guardian, S("Mère")));
	assert_true(home_masked(&h, f.child, h.group, &nobody));
	c = day_to_civil(h.p.d.today - 40);
	DONE(&h.p,
	    sql_consent_by_who(h.p.house.db, h.p.arena, h.p.d.org->id,
		consent_who_digest(h.p.arena, h.p.d.org, S("LEA"), S("martin"),
		    day_from_civil(c.year - 8, c.month, c.day)),
		&who, &h.p.e));
	assert_int_equal(who.n, 1);
	assert_int_equal(who.v[0].child, f.child);
	home_close(&h);
}

/* ---- what waits ---- */

static void
sweep(struct home *h)
{
	DONE(
	    &h->p, consent_sweep(&h->p.house, h->p.arena, h->p.d.now, &h->p.e));
}

static int64_t
open_tasks(struct home *h, const char *kind)
{
	char sql[200];

	(void)snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM consent_task WHERE done_at IS NULL"
	    " AND kind = '%s'",
	    kind);
	return place_number(&h->p, sql);
}

static void
a_contradiction_opens_once_and_closes_by_itself(void **state)
{
	struct home h;
	struct family f;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	sweep(&h);
	assert_int_equal(open_tasks(&h, "contradiction"), 0);
	assert_int_equal(open_tasks(&h, "missing"), 1);
	(void)home_says(&h, f.child, f.father, CONSENT_GROUP, CONSENT_REFUSE);
	sweep(&h);
	sweep(&h);
	assert_int_equal(open_tasks(&h, "contradiction"), 1);
	(void)home_says(&h, f.child, f.mother, CONSENT_GROUP, CONSENT_REFUSE);
	sweep(&h);
	assert_int_equal(open_tasks(&h, "contradiction"), 0);
	home_close(&h);
}

static void
an_unknown_holder_and_an_unknown_birthday_are_tasks(void **state)
{
	struct home h;
	int64_t child, g;

	(void)state;
	home_open(&h);
	child = home_child(&h, "Noé", 8, h.group);
	g = home_guardian(&h, "Anne");
	(void)home_parent(&h, g, child);
	sweep(&h);
	assert_int_equal(open_tasks(&h, "unknown"), 1);
	assert_int_equal(open_tasks(&h, "born"), 0);
	assert_true(raw(&h, "UPDATE child SET born_enc = NULL"));
	sweep(&h);
	assert_int_equal(open_tasks(&h, "born"), 1);
	home_close(&h);
}

static void
birthdays_make_tasks_by_themselves(void **state)
{
	struct home h;
	struct family f;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Tom", 14);
	sweep(&h);
	assert_int_equal(open_tasks(&h, "own-word"), 0);
	h.p.d.today += 326; /* fifteen was 325 days ahead */
	h.p.d.now += (int64_t)326 * DAY;
	assert_true(raw(&h, "UPDATE enrolment SET until_on = until_on + 2000"));
	sweep(&h);
	assert_int_equal(open_tasks(&h, "own-word"), 1);
	assert_int_equal(open_tasks(&h, "majority"), 0);
	(void)home_says(&h, f.child, 0, CONSENT_GROUP, CONSENT_GRANT);
	h.p.d.today += 3 * 366;
	h.p.d.now += (int64_t)3 * 366 * DAY;
	sweep(&h);
	assert_int_equal(open_tasks(&h, "majority"), 1);
	assert_int_equal(open_tasks(&h, "own-word"), 0);
	home_close(&h);
}

/* In Quebec a child is asked from fourteen. */
static void
the_law_of_the_place_says_at_which_birthday(void **state)
{
	struct home h;

	(void)state;
	home_open(&h);
	assert_true(raw(&h, "UPDATE organisation SET profile = 'ca-qc'"));
	DONE(&h.p, house_reload(&h.p.house, &h.p.e));
	DONE(&h.p,
	    house_org(&h.p.house, h.p.house.org[0].id, &h.p.d.org, &h.p.e));
	(void)agreeing(&h, "Tom", 13);
	sweep(&h);
	assert_int_equal(open_tasks(&h, "own-word"), 0);
	h.p.d.today += 326; /* fourteen was 325 days ahead */
	h.p.d.now += (int64_t)326 * DAY;
	assert_true(raw(&h, "UPDATE enrolment SET until_on = until_on + 2000"));
	sweep(&h);
	assert_int_equal(open_tasks(&h, "own-word"), 1);
	h.p.d.today += 4 * 366;
	h.p.d.now += (int64_t)4 * 366 * DAY;
	sweep(&h);
	assert_int_equal(open_tasks(&h, "majority"), 1);
	assert_int_equal(open_tasks(&h, "own-word"), 0);
	home_close(&h);
}

static void
the_end_of_a_yes_is_written_once_and_told_before(void **state)
{
	struct home h;

	(void)state;
	home_open(&h);
	(void)agreeing(&h, "Léa", 8);
	assert_true(raw(&h, "UPDATE enrolment SET until_on = until_on + 900"));
	h.p.d.today += 195;
	h.p.d.now += (int64_t)195 * DAY;
	sweep(&h);
	assert_int_equal(open_tasks(&h, "expiring"), 1);
	h.p.d.today += 10;
	h.p.d.now += (int64_t)10 * DAY;
	sweep(&h);
	sweep(&h);
	h.p.d.today += 1;
	h.p.d.now += DAY;
	sweep(&h);
	assert_int_equal(open_tasks(&h, "expiring"), 0);
	assert_int_equal(open_tasks(&h, "expired"), 1);
	assert_int_equal(
	    place_number(&h.p, "SELECT count(*) FROM consent_event"
			       " WHERE action = 'expire' AND actor = -2"),
	    2);
	home_close(&h);
}

static void
proofs_go_five_years_after_the_child_was_erased(void **state)
{
	struct home h;
	struct family f;
	int64_t held;

	(void)state;
	home_open(&h);
	f = agreeing(&h, "Léa", 8);
	DID(&h.p, erasure_child(&h.p.house, h.p.arena, f.child, h.p.d.now,
		      &held, &h.p.e));
	h.p.d.now += (int64_t)1820 * DAY;
	sweep(&h);
	assert_int_equal(
	    place_number(&h.p, "SELECT count(*) FROM consent_event"), 2);
	h.p.d.now += (int64_t)10 * DAY;
	sweep(&h);
	assert_int_equal(
	    place_number(&h.p, "SELECT count(*) FROM consent_event"), 0);
	home_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_withdrawn_consent_masks_the_next_look),
	    cmocka_unit_test(another_process_is_followed_too),
	    cmocka_unit_test(what_was_rolled_back_was_never_said),
	    cmocka_unit_test(the_day_ends_what_the_board_remembers),
	    cmocka_unit_test(more_changes_than_are_read_at_once_are_not_missed),
	    cmocka_unit_test(
		ones_own_child_is_not_masked_and_a_barred_one_always_is),
	    cmocka_unit_test(an_audience_is_as_wide_as_its_widest_part),
	    cmocka_unit_test(
		only_who_holds_authority_speaks_and_a_paper_has_a_witness),
	    cmocka_unit_test(a_no_after_a_yes_is_a_withdrawal),
	    cmocka_unit_test(what_was_said_is_neither_changed_nor_taken_out),
	    cmocka_unit_test(the_audit_has_the_hash_of_each_event),
	    cmocka_unit_test(another_text_has_another_digest),
	    cmocka_unit_test(asking_again_ends_what_was_agreed_to_before),
	    cmocka_unit_test(an_organisation_has_purposes_of_its_own),
	    cmocka_unit_test(a_document_says_who_decides_alone),
	    cmocka_unit_test(
		an_erased_child_leaves_the_proof_and_not_the_words),
	    cmocka_unit_test(a_contradiction_opens_once_and_closes_by_itself),
	    cmocka_unit_test(
		an_unknown_holder_and_an_unknown_birthday_are_tasks),
	    cmocka_unit_test(birthdays_make_tasks_by_themselves),
	    cmocka_unit_test(the_law_of_the_place_says_at_which_birthday),
	    cmocka_unit_test(the_end_of_a_yes_is_written_once_and_told_before),
	    cmocka_unit_test(proofs_go_five_years_after_the_child_was_erased),
	};

	return cmocka_run_group_tests_name("consent", tests, NULL, NULL);
}
