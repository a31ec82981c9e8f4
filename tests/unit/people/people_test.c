/* Who gets in, with what, and for how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/pass.h"
#include "people/account.h"
#include "people/authority.h"
#include "people/child.h"
#include "people/code.h"
#include "people/enrolment.h"
#include "people/fold.h"
#include "people/invitation.h"
#include "people/second.h"
#include "people/signin.h"
#include "people/throttle.h"
#include "place.h"
#include "sql_activity_group.h"
#include "sql_child.h"

static struct place p;
static const uint8_t home[16] = {[10] = 0xff, 0xff, 192, 0, 2, 1};
static const uint8_t elsewhere[16] = {[10] = 0xff, 0xff, 192, 0, 2, 99};
static const struct session_origin origin = {{"Firefox", 7}, home, 50123};

static int
begin(void **state)
{
	(void)state;
	place_open(&p);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	place_close(&p);
	return 0;
}

static struct session_new
open_session(int64_t account, bool staff, int factor)
{
	struct session_new s = {0};

	place_begin(&p);
	DONE(&p,
	    session_create(&p.d, account, staff, factor, &origin, &s, &p.e));
	place_commit(&p);
	return s;
}

static struct session_found
found_at(str token, int64_t now)
{
	struct session_found f;

	DONE(&p, session_find(&p.house, p.arena, token, now, &f, &p.e));
	return f;
}

static void
a_session_is_found_by_its_token_until_it_ends(void **state)
{
	int64_t marie = place_account(&p, S("guardian"), S(""), S("marie"));
	struct session_new s = open_session(marie, false, 2);
	struct session_found f = found_at(s.token, PLACE_NOW);

	(void)state;
	assert_int_equal(f.info.account, marie);
	assert_int_equal(f.info.factor, 2);
	assert_false(f.info.locked);
	assert_int_equal(found_at(S("00"), PLACE_NOW).info.factor, 0);
	assert_int_equal(
	    found_at(s.token, PLACE_NOW + s.max_age_s - 1).info.factor, 2);
	assert_int_equal(
	    found_at(s.token, PLACE_NOW + s.max_age_s).info.factor, 0);
}

static void
a_revoked_session_is_worth_nothing_and_others_stay(void **state)
{
	int64_t marie = place_account(&p, S("guardian"), S(""), S("marie"));
	int64_t karim = place_account(&p, S("guardian"), S(""), S("karim"));
	struct session_new one = open_session(marie, false, 2);
	struct session_new two = open_session(marie, false, 2);
	struct session_found f = found_at(one.token, PLACE_NOW);
	struct session_lines lines;

	(void)state;
	REFUSED(
	    &p, session_revoke(&p.d, karim, f.info.id, &p.e), ERR_NOT_FOUND);
	DID(&p, session_revoke(&p.d, marie, f.info.id, &p.e));
	assert_int_equal(found_at(one.token, PLACE_NOW).info.factor, 0);
	assert_int_equal(found_at(two.token, PLACE_NOW).info.factor, 2);
	DONE(&p, session_list(&p.d, marie, &lines, &p.e));
	assert_int_equal(lines.n, 1);
	assert_true(str_eq(lines.v[0].agent, S("Firefox")));
	assert_true(str_eq(lines.v[0].address, S("192.0.2.1 port 50123")));
	DONE(&p, session_past(&p.d, marie, &lines, &p.e));
	assert_int_equal(lines.n, 2);
	assert_true(str_eq(lines.v[1].address, S("192.0.2.1 port 50123")));
}

static void
the_second_factor_brings_a_new_token(void **state)
{
	int64_t sami = place_account(&p, S("staff"), S("animateur"), S("sami"));
	struct session_new first = open_session(sami, true, 1), second;
	struct session_found f = found_at(first.token, PLACE_NOW);

	(void)state;
	assert_int_equal(f.info.factor, 1);
	DONE(&p, session_upgrade(&p.d, f.info.id, true, &second, &p.e));
	assert_int_equal(found_at(first.token, PLACE_NOW).info.factor, 0);
	assert_int_equal(found_at(second.token, PLACE_NOW).info.factor, 2);
}

static void
a_half_open_session_does_not_last(void **state)
{
	int64_t sami = place_account(&p, S("staff"), S("animateur"), S("sami"));
	struct session_new s = open_session(sami, true, 1);
	int64_t late = PLACE_NOW + SESSION_FIRST_MIN * 60;

	(void)state;
	assert_int_equal(found_at(s.token, late - 1).info.factor, 1);
	assert_int_equal(found_at(s.token, late).info.factor, 0);
}

static void
an_idle_staff_session_locks_and_a_family_s_does_not(void **state)
{
	int64_t sami = place_account(&p, S("staff"), S("animateur"), S("sami"));
	int64_t marie = place_account(&p, S("guardian"), S(""), S("marie"));
	struct session_new staff = open_session(sami, true, 2);
	struct session_new family = open_session(marie, false, 2);
	int64_t late = PLACE_NOW + p.conf.staff_lock_min * 60 + 1;
	struct session_found f;

	(void)state;
	assert_false(found_at(family.token, late).info.locked);
	f = found_at(staff.token, late);
	assert_true(f.info.locked);
	/* Asking again does not wake it up. */
	assert_true(found_at(staff.token, late + 120).info.locked);
	p.d.now = late;
	DONE(&p, session_unlock(&p.d, f.info.id, &p.e));
	assert_false(found_at(staff.token, late + 1).info.locked);
	DONE(&p, session_lock(&p.d, f.info.id, &p.e));
	assert_true(found_at(staff.token, late + 1).info.locked);
}

static void
a_session_in_use_is_written_once_a_minute(void **state)
{
	int64_t marie = place_account(&p, S("guardian"), S(""), S("marie"));
	struct session_new s = open_session(marie, false, 2);
	const char *seen = "SELECT seen_at FROM session";

	(void)state;
	(void)found_at(s.token, PLACE_NOW + 59);
	assert_int_equal(place_number(&p, seen), PLACE_NOW);
	(void)found_at(s.token, PLACE_NOW + 60);
	assert_int_equal(place_number(&p, seen), PLACE_NOW + 60);
}

static void
a_suspended_account_is_out_everywhere_at_once(void **state)
{
	int64_t marie = place_account(&p, S("guardian"), S(""), S("marie"));
	struct session_new s = open_session(marie, false, 2);

	(void)state;
	DID(&p, account_suspend(&p.d, marie, &p.e));
	assert_int_equal(found_at(s.token, PLACE_NOW).info.factor, 0);
	REFUSED(&p, account_suspend(&p.d, marie, &p.e), ERR_CONFLICT);
	DID(&p, account_restore(&p.d, marie, &p.e));
	/* Access comes back, the old session does not. */
	assert_int_equal(found_at(s.token, PLACE_NOW).info.factor, 0);
}

static void
the_last_director_stays(void **state)
{
	int64_t one = place_account(&p, S("staff"), S("director"), S("claire"));
	int64_t two;

	(void)state;
	REFUSED(&p, account_suspend(&p.d, one, &p.e), ERR_CONFLICT);
	REFUSED(&p, account_close(&p.d, one, &p.e), ERR_CONFLICT);
	two = place_account(&p, S("staff"), S("director"), S("denis"));
	DID(&p, account_suspend(&p.d, one, &p.e));
	REFUSED(&p, account_suspend(&p.d, two, &p.e), ERR_CONFLICT);
}

static void
a_closed_account_frees_its_login_and_signs_nobody_in(void **state)
{
	int64_t marie = place_account(&p, S("guardian"), S(""), S("marie"));
	struct signin_result r;

	(void)state;
	DID(&p, account_close(&p.d, marie, &p.e));
	DONE(&p, signin_pass(&p.house, p.arena, S("marie"), PLACE_PASS, home,
		     PLACE_NOW, &r, &p.e));
	assert_int_equal(r.answer, SIGNIN_WRONG);
	assert_true(
	    place_account(&p, S("guardian"), S(""), S("marie")) > marie);
}

/* ---- signing in ---- */

static enum signin
try(str login, str pass, const uint8_t *from, int64_t now)
{
	struct signin_result r;

	DONE(&p,
	    signin_pass(&p.house, p.arena, login, pass, from, now, &r, &p.e));
	return r.answer;
}

static void
capital_letters_count_in_the_passphrase_only(void **state)
{
	(void)state;
	place_account(&p, S("guardian"), S(""), S("marie"));
	assert_int_equal(
	    try(S(" Marie "), PLACE_PASS, home, PLACE_NOW), SIGNIN_DONE);
	assert_int_equal(
	    try(S("marie"), S("Quatre mots bien choisis"), home, PLACE_NOW),
	    SIGNIN_WRONG);
	assert_int_equal(
	    try(S("nobody"), PLACE_PASS, home, PLACE_NOW), SIGNIN_WRONG);
}

static void
only_who_knows_the_passphrase_hears_of_the_state(void **state)
{
	int64_t marie = place_account(&p, S("guardian"), S(""), S("marie"));

	(void)state;
	DID(&p, account_suspend(&p.d, marie, &p.e));
	assert_int_equal(
	    try(S("marie"), S("wrong wrong wrong"), home, PLACE_NOW),
	    SIGNIN_WRONG);
	assert_int_equal(
	    try(S("marie"), PLACE_PASS, home, PLACE_NOW), SIGNIN_SUSPENDED);
}

static void
staff_have_a_second_step_even_before_it_is_set_up(void **state)
{
	struct signin_result r;

	(void)state;
	place_account(&p, S("staff"), S("animateur"), S("sami"));
	place_account(&p, S("guardian"), S(""), S("marie"));
	DONE(&p, signin_pass(&p.house, p.arena, S("sami"), PLACE_PASS, home,
		     PLACE_NOW, &r, &p.e));
	assert_int_equal(r.factor, 1);
	DONE(&p, signin_pass(&p.house, p.arena, S("marie"), PLACE_PASS, home,
		     PLACE_NOW, &r, &p.e));
	assert_int_equal(r.factor, 2);
}

static void
guessing_gets_slower_here_and_the_owner_elsewhere_gets_in(void **state)
{
	(void)state;
	place_account(&p, S("guardian"), S(""), S("marie"));
	for (int i = 0; i < 5; i++)
		assert_int_equal(
		    try(S("marie"), S("wrong wrong"), elsewhere, PLACE_NOW),
		    SIGNIN_WRONG);
	/* Even the right one has to wait there … */
	assert_int_equal(
	    try(S("marie"), PLACE_PASS, elsewhere, PLACE_NOW), SIGNIN_WAIT);
	/* … and not at home. */
	assert_int_equal(
	    try(S("marie"), PLACE_PASS, home, PLACE_NOW), SIGNIN_DONE);
	assert_int_equal(
	    try(S("marie"), PLACE_PASS, elsewhere, PLACE_NOW + 2), SIGNIN_DONE);
	/* Success forgets what was counted. */
	assert_int_equal(
	    try(S("marie"), S("wrong wrong"), elsewhere, PLACE_NOW + 3),
	    SIGNIN_WRONG);
	assert_int_equal(
	    try(S("marie"), PLACE_PASS, elsewhere, PLACE_NOW + 3), SIGNIN_DONE);
}

static void
delays_grow_and_never_last_for_ever(void **state)
{
	(void)state;
	for (int t = 0; t < THROTTLES; t++) {
		int64_t last = 0;

		assert_int_equal(throttle_delay((enum throttle)t, 1), 0);
		for (int64_t n = 1; n < 1000; n++) {
			int64_t s = throttle_delay((enum throttle)t, n);

			assert_true(s >= last && s <= 900);
			last = s;
		}
		assert_true(last > 0);
	}
	/* A stranger can keep the owner out of nothing for long. */
	assert_int_equal(throttle_delay(THROTTLE_LOGIN, 1000000), 60);
}

static void
a_clock_set_back_makes_nobody_wait_for_years(void **state)
{
	int64_t wait;

	(void)state;
	for (int i = 0; i < 6; i++)
		DONE(&p, throttle_fail(&p.house, p.arena, THROTTLE_SECOND,
			     S("k"), PLACE_NOW, &p.e));
	/* At every look the same five minutes would be for ever. */
	DONE(&p, throttle_wait(&p.house, p.arena, THROTTLE_SECOND, S("k"),
		     PLACE_NOW - 99999999, &wait, &p.e));
	assert_int_equal(wait, 0);
	/* The next failure counts with those before. */
	DONE(&p, throttle_fail(&p.house, p.arena, THROTTLE_SECOND, S("k"),
		     PLACE_NOW - 99999999, &p.e));
	DONE(&p, throttle_wait(&p.house, p.arena, THROTTLE_SECOND, S("k"),
		     PLACE_NOW - 99999999, &wait, &p.e));
	assert_true(wait > 0 && wait <= 300);
}

static void
a_subscriber_of_ipv6_is_one_address(void **state)
{
	uint8_t one[16] = {0x20, 1, 0xd, 0xb8, 1, 2, 3, 4, 5};
	uint8_t two[16] = {0x20, 1, 0xd, 0xb8, 1, 2, 3, 4, 99};

	(void)state;
	assert_true(str_eq(throttle_address(one), throttle_address(two)));
	assert_false(
	    str_eq(throttle_address(home), throttle_address(elsewhere)));
}

/* ---- the second factor ---- */

static enum second
answer(int64_t account, str code)
{
	struct second_result r;

	DID(&p, second_check(&p.d, account, code, &r, &p.e));
	return r.answer;
}

static str
code_at(const struct second_offer *o, int64_t now)
{
	static char code[7];

	totp_code(o->secret, now / 30, code);
	return str_c(code);
}

static void
a_code_of_the_telephone_works_once(void **state)
{
	int64_t sami = place_account(&p, S("staff"), S("animateur"), S("sami"));
	struct second_codes codes;
	struct second_offer o, back;
	bool fine;

	(void)state;
	DONE(&p, second_offer_new(&p.d, sami, S("sami"), &o, &p.e));
	DONE(&p,
	    second_offer_read(&p.d, sami, S("sami"), o.sealed, &back, &p.e));
	assert_memory_equal(o.secret, back.secret, sizeof(o.secret));
	DID(&p, second_set(&p.d, sami, &o, S("000000"), &fine, &codes, &p.e));
	assert_false(fine);
	DID(&p, second_set(&p.d, sami, &o, code_at(&o, PLACE_NOW), &fine,
		    &codes, &p.e));
	assert_true(fine);
	/* The code that set it up is used already. */
	assert_int_equal(answer(sami, code_at(&o, PLACE_NOW)), SECOND_WRONG);
	p.d.now += 30;
	assert_int_equal(answer(sami, code_at(&o, p.d.now)), SECOND_FINE);
	assert_int_equal(answer(sami, code_at(&o, p.d.now)), SECOND_WRONG);
	/* Nor does an older one work any more. */
	assert_int_equal(answer(sami, code_at(&o, p.d.now - 30)), SECOND_WRONG);
}

static void
an_offer_is_for_one_account_and_one_hour(void **state)
{
	int64_t sami = place_account(&p, S("staff"), S("animateur"), S("sami"));
	struct second_offer o, back;

	(void)state;
	DONE(&p, second_offer_new(&p.d, sami, S("sami"), &o, &p.e));
	REFUSED(&p,
	    second_offer_read(&p.d, sami + 1, S("x"), o.sealed, &back, &p.e),
	    ERR_INPUT);
	REFUSED(&p,
	    second_offer_read(&p.d, sami, S("x"), S("abcd"), &back, &p.e),
	    ERR_INPUT);
	p.d.now += 3601;
	REFUSED(&p,
	    second_offer_read(&p.d, sami, S("x"), o.sealed, &back, &p.e),
	    ERR_INPUT);
}

static void
each_recovery_code_works_once(void **state)
{
	int64_t sami = place_account(&p, S("staff"), S("animateur"), S("sami"));
	int64_t denis =
	    place_account(&p, S("staff"), S("director"), S("denis"));
	struct second_codes codes, newer;
	int64_t left;

	(void)state;
	DID(&p, second_codes_new(&p.d, sami, &codes, &p.e));
	assert_int_equal(answer(denis, codes.v[0]), SECOND_WRONG);
	assert_int_equal(answer(sami, codes.v[0]), SECOND_FINE);
	assert_int_equal(answer(sami, codes.v[0]), SECOND_WRONG);
	DONE(&p, second_codes_left(&p.d, sami, &left, &p.e));
	assert_int_equal(left, SECOND_RECOVERY_CODES - 1);
	DID(&p, second_codes_new(&p.d, sami, &newer, &p.e));
	assert_int_equal(answer(sami, codes.v[1]), SECOND_WRONG);
	assert_int_equal(answer(sami, newer.v[1]), SECOND_FINE);
}

static void
guessed_codes_are_slowed_down(void **state)
{
	int64_t sami = place_account(&p, S("staff"), S("animateur"), S("sami"));
	struct second_offer o;

	(void)state;
	DONE(&p, second_offer_new(&p.d, sami, S("sami"), &o, &p.e));
	DID(&p, second_set_secret(&p.d, sami, o.secret, &p.e));
	for (int i = 0; i < 5; i++)
		assert_int_equal(answer(sami, S("nonono")), SECOND_WRONG);
	assert_int_equal(answer(sami, code_at(&o, PLACE_NOW)), SECOND_WAIT);
	p.d.now += 3;
	assert_int_equal(answer(sami, code_at(&o, PLACE_NOW)), SECOND_FINE);
}

/* ---- letters ---- */

static int64_t
family(enum authority_kind kind, int64_t *ret_child)
{
	struct child_name name = {
	    S("Léa"), S("Durand"), day_from_civil(2018, 5, 3)};
	struct person_new who = {.name = S("Marie Durand"), .lang = LANG_FR};
	struct sql_activity_group_insert_row group;
	struct authority t = {
	    .kind = kind, .rights = 1, .from_on = 0, .until_on = DB_NULL};
	struct enrolment m = {
	    .until_on = p.d.today + 100, .from_on = p.d.today};
	int64_t id;

	DONE(&p, child_create(&p.d, (str){0}, &name, &t.child, &p.e));
	DONE(&p, sql_activity_group_insert(p.house.db, p.arena, p.d.org->id,
		     p.season, S("Les Écureuils"), PLACE_NOW, &group, &p.e));
	m.child = t.child;
	m.group = group.id;
	DID(&p, enrolment_add(&p.d, &m, &id, &p.e));
	DONE(&p, authority_person(&p.d, &who, &t.guardian, &p.e));
	DID(&p, authority_add(&p.d, &t, &id, &p.e));
	*ret_child = t.child;
	return t.guardian;
}

static struct invitation
look(str code, int64_t now)
{
	struct invitation i;

	DONE(&p, invitation_find(&p.house, p.arena, code, now, &i, &p.e));
	return i;
}

static const struct joiner marie = {
    .login = {"marie", 5}, .pass_hash = {"x", 1}};

static void
a_letter_opens_one_account_that_waits(void **state)
{
	int64_t child, guardian = family(AUTHORITY_PARENTAL, &child), account;
	struct invitation_new letter;
	struct invitation i;
	bool taken;

	(void)state;
	DID(&p, invitation_for_guardian(&p.d, guardian, &letter, &p.e));
	assert_true(str_starts(letter.address, S("https://preau.test/join/")));
	i = look(letter.code, PLACE_NOW);
	assert_int_equal(i.state, INVITATION_OPEN);
	assert_true(str_eq(invitation_first_name(i.name), S("Marie")));
	DID(&p, invitation_join(&p.d, &i, &marie, &account, &taken, &p.e));
	assert_false(taken);
	assert_int_equal(
	    place_number(&p,
		"SELECT count(*) FROM account WHERE state = 'pending'"
		" AND kind = 'guardian'"),
	    1);
	assert_int_equal(look(letter.code, PLACE_NOW).state, INVITATION_USED);
	/* Who looked it up before the other one joined is too late. */
	REFUSED(&p,
	    invitation_join(&p.d, &i,
		&(struct joiner){S("other"), S("x"), {0}, {0}, LANG_FR},
		&account, &taken, &p.e),
	    ERR_CONFLICT);
	REFUSED(&p, invitation_for_guardian(&p.d, guardian, &letter, &p.e),
	    ERR_CONFLICT);
}

static void
a_login_that_is_taken_spends_nothing(void **state)
{
	int64_t child, guardian = family(AUTHORITY_PARENTAL, &child), account;
	struct invitation_new letter;
	struct invitation i;
	bool taken;

	(void)state;
	place_account(&p, S("guardian"), S(""), S("marie"));
	DID(&p, invitation_for_guardian(&p.d, guardian, &letter, &p.e));
	i = look(letter.code, PLACE_NOW);
	DID(&p, invitation_join(&p.d, &i, &marie, &account, &taken, &p.e));
	assert_true(taken);
	assert_int_equal(look(letter.code, PLACE_NOW).state, INVITATION_OPEN);
}

static void
a_new_letter_makes_the_older_one_worthless(void **state)
{
	int64_t child, guardian = family(AUTHORITY_PARENTAL, &child);
	struct invitation_new one, two;

	(void)state;
	DID(&p, invitation_for_guardian(&p.d, guardian, &one, &p.e));
	DID(&p, invitation_for_guardian(&p.d, guardian, &two, &p.e));
	assert_int_equal(look(one.code, PLACE_NOW).state, INVITATION_REVOKED);
	assert_int_equal(look(two.code, PLACE_NOW).state, INVITATION_OPEN);
	assert_int_equal(
	    look(two.code, two.expires_at).state, INVITATION_EXPIRED);
	DID(&p, invitation_revoke(&p.d, two.id, &p.e));
	REFUSED(&p, invitation_revoke(&p.d, two.id, &p.e), ERR_CONFLICT);
}

static void
nobody_under_an_order_of_no_contact_gets_a_letter(void **state)
{
	int64_t child, guardian = family(AUTHORITY_NO_CONTACT, &child);
	struct invitation_new letter;

	(void)state;
	REFUSED(&p, invitation_for_guardian(&p.d, guardian, &letter, &p.e),
	    ERR_CONFLICT);
}

static void
a_refused_family_may_have_another_letter(void **state)
{
	int64_t child, guardian = family(AUTHORITY_RELATIVE, &child), account;
	struct invitation_new letter;
	struct invitation i;
	bool taken;

	(void)state;
	DID(&p, invitation_for_guardian(&p.d, guardian, &letter, &p.e));
	i = look(letter.code, PLACE_NOW);
	DID(&p, invitation_join(&p.d, &i, &marie, &account, &taken, &p.e));
	assert_int_equal(
	    place_number(
		&p, "SELECT count(*) FROM account WHERE kind = 'relative'"),
	    1);
	DID(&p, account_refuse(&p.d, account, &p.e));
	REFUSED(&p, account_approve(&p.d, account, &p.e), ERR_CONFLICT);
	DID(&p, invitation_for_guardian(&p.d, guardian, &letter, &p.e));
}

static void
a_link_for_staff_makes_an_active_account(void **state)
{
	struct invitation_new link;
	struct invitation i;
	int64_t account;
	bool taken;

	(void)state;
	DID(&p, invitation_for_staff(
		    &p.d, S("Claire Martin"), S("director"), &link, &p.e));
	i = look(link.code, PLACE_NOW);
	assert_true(str_eq(i.role, S("director")));
	DID(&p, invitation_join(&p.d, &i, &marie, &account, &taken, &p.e));
	assert_int_equal(
	    place_number(&p,
		"SELECT count(*) FROM account WHERE state = 'active'"
		" AND role = 'director'"),
	    1);
}

/* ---- texts ---- */

static void
a_code_is_read_however_it_was_typed(void **state)
{
	str code = code_new(p.arena, CODE_LETTER_SIGNS), back;

	(void)state;
	assert_true(
	    code_read(p.arena, code_grouped(p.arena, code, 4), 20, &back));
	assert_true(str_eq(code, back));
	assert_true(code_read(p.arena, S("oOiI lL-1100"), 10, &back));
	assert_true(str_eq(back, S("0011111100")));
	assert_false(code_read(p.arena, S("12345"), 6, &back));
	assert_false(code_read(p.arena, S("1234567"), 6, &back));
	assert_false(code_read(p.arena, S("12345U"), 6, &back));
	assert_false(code_read(p.arena, S("12345é"), 6, &back));
}

static void
names_stand_in_the_order_of_their_letters(void **state)
{
	static const char *const in_order[] = {"Adèle", "ÉLODIE", "Émile",
	    "emma", "Léa", "Léa Martin", "Noé", "Öyku", "Zoé"};
	const size_t n = sizeof(in_order) / sizeof(*in_order);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			int c =
			    fold_order(fold_name(p.arena, str_c(in_order[i])),
				fold_name(p.arena, str_c(in_order[k])));

			assert_true(i < k ? c < 0 : i == k ? c == 0 : c > 0);
		}
}

static void
spellings_of_one_name_fold_to_the_same(void **state)
{
	static const struct {
		str a, b;
	} same[] = {
	    {S("Élodie"), S("ELODIE")},
	    {S("e\xcc\x81lodie"), S("élodie")},
	    {S("D’Arc-Martin"), S("d'arc martin")},
	    {S("Œuvrard"), S("oeuvrard")},
	    {S("Nguyễn"), S("nguyen")},
	    {S("Łukasz Ørsted"), S("lukasz orsted")},
	    {S("ΑΝΝΑ"), S("αννα")},
	    {S("Ирина"), S("ИРИНА")},
	    {S("Zoé 🦊"), S("zoe")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		str a = fold_name(p.arena, same[i].a);
		str b = fold_name(p.arena, same[i].b);

		if (!str_eq(a, b))
			fail_msg("“" STR_FMT "” is not “" STR_FMT "”",
			    STR_ARG(a), STR_ARG(b));
	}
	assert_false(
	    str_eq(fold_name(p.arena, S("李")), fold_name(p.arena, S("王"))));
	assert_true(str_eq(
	    fold_phone(p.arena, S("+33 6 12 34 56 78")), S("0612345678")));
	assert_true(
	    str_eq(fold_phone(p.arena, S("06.12.34.56.78")), S("0612345678")));
}

/* A child's row as the database has it. */
static struct child_sealed
child_row(void)
{
	struct child_name n = {S("Lou"), S("Martin"), 17000};
	struct sql_child_by_id_row row;
	int64_t id;

	DID(&p, child_create(&p.d, (str){0}, &n, &id, &p.e));
	DONE(&p,
	    sql_child_by_id(p.house.db, p.arena, id, p.d.org->id, &row, &p.e));
	return (struct child_sealed){
	    id, row.key_wrapped, row.first_enc, row.last_enc, row.born_enc};
}

static bool
has_name(const struct child_sealed *c, str first, str last)
{
	struct child_name n = child_open(p.arena, p.d.org, c);

	return str_eq(n.first, first) && str_eq(n.last, last) &&
	       (n.born_on == 17000) == (last.n > 0);
}

static void
a_name_that_was_opened_before_needs_its_child_s_key_all_the_same(void **state)
{
	struct child_sealed c = child_row(), other = child_row(), x;
	char bent[KEY_WRAPPED_BYTES];

	(void)state;
	assert_true(house_look(&p.house, &p.e));
	assert_non_null(p.d.org->opened);
	for (int i = 0; i < 3; i++) {
		assert_true(has_name(&c, S("Lou"), S("Martin")));
		x = c;
		x.key_wrapped = (str){0}; /* erased */
		assert_true(has_name(&x, S(""), S("")));
		x.key_wrapped = other.key_wrapped;
		assert_true(has_name(&x, S(""), S("")));
		x = c;
		x.id = other.id;
		assert_true(has_name(&x, S(""), S("")));
		memcpy(bent, c.key_wrapped.p, sizeof(bent));
		bent[50] = (char)(bent[50] ^ 1);
		x = c;
		x.key_wrapped = (str){bent, sizeof(bent)};
		assert_true(has_name(&x, S(""), S("")));
		x = c;
		x.first_enc = other.first_enc;
		assert_true(has_name(&x, S(""), S("Martin")));
		if (i == 1)
			house_rest(&p.house);
	}
	db_look_end(p.house.db);
}

/* Looks at what opened.h holds, where it held it. */
static void
what_was_opened_is_wiped_with_the_next_version(void **state)
{
	static const char column[] = "child.first_enc", none[3] = "";
	OWNED(kept) k = kept_new(OPENED_BYTES, true);
	const struct kept_answer *t;
	const char *was;
	str text;

	(void)state;
	for (int64_t version = 1; version < 4; version++) {
		kept_turn(k, version);
		assert_false(
		    opened_find(k, column, S("sealed"), p.arena, &text));
		opened_keep(k, column, S("sealed"), S("Lou"));
		assert_true(
		    opened_find(k, column, S("sealed"), p.arena, &text));
		assert_true(str_eq(text, S("Lou")));
		assert_false(
		    opened_find(k, column, S("sealeD"), p.arena, &text));
		t = kept_find(k, column, S("sealed"));
		assert_non_null(t);
		was = t->first->v[0].p;
		assert_memory_equal(was, "Lou", 3);
		kept_turn(k, version);
		assert_memory_equal(was, "Lou", 3);
		if (version == 2)
			kept_forget(k);
		else
			kept_turn(k, version + 1);
		assert_memory_equal(was, none, sizeof(none));
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_session_is_found_by_its_token_until_it_ends),
	    TEST(a_revoked_session_is_worth_nothing_and_others_stay),
	    TEST(the_second_factor_brings_a_new_token),
	    TEST(a_half_open_session_does_not_last),
	    TEST(an_idle_staff_session_locks_and_a_family_s_does_not),
	    TEST(a_session_in_use_is_written_once_a_minute),
	    TEST(a_suspended_account_is_out_everywhere_at_once),
	    TEST(the_last_director_stays),
	    TEST(a_closed_account_frees_its_login_and_signs_nobody_in),
	    TEST(capital_letters_count_in_the_passphrase_only),
	    TEST(only_who_knows_the_passphrase_hears_of_the_state),
	    TEST(staff_have_a_second_step_even_before_it_is_set_up),
	    TEST(guessing_gets_slower_here_and_the_owner_elsewhere_gets_in),
	    TEST(delays_grow_and_never_last_for_ever),
	    TEST(a_clock_set_back_makes_nobody_wait_for_years),
	    TEST(a_subscriber_of_ipv6_is_one_address),
	    TEST(a_code_of_the_telephone_works_once),
	    TEST(an_offer_is_for_one_account_and_one_hour),
	    TEST(each_recovery_code_works_once),
	    TEST(guessed_codes_are_slowed_down),
	    TEST(a_letter_opens_one_account_that_waits),
	    TEST(a_login_that_is_taken_spends_nothing),
	    TEST(a_new_letter_makes_the_older_one_worthless),
	    TEST(nobody_under_an_order_of_no_contact_gets_a_letter),
	    TEST(a_refused_family_may_have_another_letter),
	    TEST(a_link_for_staff_makes_an_active_account),
	    TEST(a_code_is_read_however_it_was_typed),
	    TEST(spellings_of_one_name_fold_to_the_same),
	    TEST(names_stand_in_the_order_of_their_letters),
	    TEST(
		a_name_that_was_opened_before_needs_its_child_s_key_all_the_same),
	    TEST(what_was_opened_is_wiped_with_the_next_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
