#include "people/signin.h"

#include <inttypes.h>

#include "base/buf.h"
#include "crypto/pass.h"
#include "people/account.h"
#include "people/throttle.h"
#include "sql_account.h"

/* The three counters that a try at signing in meets. */
struct counter {
	enum throttle what;
	str key;
};

#define COUNTERS 3

static void
counters_of(struct arena *a, str login_digest, str address,
    struct counter ret[COUNTERS])
{
	CLEANUP(buf_done) struct buf both = BUF_MAX(128);
	str here = {0};

	buf_str(&both, login_digest);
	buf_str(&both, address);
	if (!arena_str(a, both.p, both.n, &here))
		here = login_digest;
	ret[0] = (struct counter){THROTTLE_LOGIN_HERE, here};
	ret[1] = (struct counter){THROTTLE_LOGIN, login_digest};
	ret[2] = (struct counter){THROTTLE_ADDRESS, address};
}

static bool
longest_wait(struct house *h, struct arena *a, const struct counter *c,
    int64_t now, int64_t *ret_s, struct err *e)
{
	*ret_s = 0;
	for (int i = 0; i < COUNTERS; i++) {
		int64_t s;

		if (!throttle_wait(h, a, c[i].what, c[i].key, now, &s, e))
			return false;
		if (s > *ret_s)
			*ret_s = s;
	}
	return true;
}

static bool
count_failure(struct house *h, struct arena *a, const struct counter *c,
    int64_t now, struct err *e)
{
	for (int i = 0; i < COUNTERS; i++)
		if (!throttle_fail(h, a, c[i].what, c[i].key, now, e))
			return false;
	return true;
}

/* The address keeps its count: one right login does not excuse the guesses
 * at others. */
static bool
clear_failures(
    struct house *h, struct arena *a, const struct counter *c, struct err *e)
{
	return throttle_clear(h, a, c[0].what, c[0].key, e) &&
	       throttle_clear(h, a, c[1].what, c[1].key, e);
}

static bool
note_failure(struct house *h, struct arena *a, int64_t now,
    const struct signin_result *r, struct err *e)
{
	struct deed d = {.house = h, .arena = a, .actor = -1, .now = now};

	if (r->account == 0)
		return true;
	return house_org(h, r->organisation, &d.org, e) &&
	       deed_note_account(&d, AUDIT_SIGN_IN_FAILED, r->account, e);
}

static bool
settle(struct house *h, struct arena *a, const struct counter *c, int64_t now,
    const struct signin_result *r, struct err *e)
{
	bool done;

	if (!db_begin(h->db, e))
		return false;
	if (r->answer == SIGNIN_WRONG)
		done = count_failure(h, a, c, now, e) &&
		       note_failure(h, a, now, r, e);
	else
		done = clear_failures(h, a, c, e);
	if (done && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "sign-in");
}

static enum signin
answer_of(bool right, str state)
{
	if (!right)
		return SIGNIN_WRONG;
	if (str_eq(state, S("pending")))
		return SIGNIN_PENDING;
	if (str_eq(state, S("suspended")))
		return SIGNIN_SUSPENDED;
	return str_eq(state, S("active")) ? SIGNIN_DONE : SIGNIN_WRONG;
}

static void
judge(const struct sql_account_by_login_row *row, bool found, str pass,
    struct signin_result *ret)
{
	bool right = pass_verify(found ? row->pass_hash : S(""), pass);

	if (!found)
		return;
	ret->answer = answer_of(right, row->state);
	ret->account = row->id;
	ret->organisation = row->organisation;
	ret->staff = str_eq(row->kind, S("staff"));
	ret->factor = ret->staff || row->totp_enc.p != NULL ? 1 : 2;
	if (!lang_of_code(row->lang, &ret->lang))
		ret->lang = LANG_FR;
}

bool
signin_pass(struct house *h, struct arena *a, str login, str pass,
    const uint8_t address[16], int64_t now, struct signin_result *ret,
    struct err *e)
{
	str digest = account_login_digest(h, a, login);
	struct sql_account_by_login_row row = {0};
	struct counter c[COUNTERS];
	bool found;

	*ret = (struct signin_result){.answer = SIGNIN_WRONG};
	counters_of(a, digest, throttle_address(address), c);
	if (!longest_wait(h, a, c, now, &ret->wait_s, e) ||
	    !sql_account_by_login(h->db, a, digest, &found, &row, e))
		return err_wrap(e, "sign-in");
	if (ret->wait_s > 0) {
		ret->answer = SIGNIN_WAIT;
		return true;
	}
	judge(&row, found, pass, ret);
	return settle(h, a, c, now, ret, e);
}

bool
signin_start(const struct deed *d, const struct signin_result *r,
    const struct session_origin *o, struct session_new *ret, struct err *e)
{
	return session_create(d, r->account, r->staff, r->factor, o, ret, e) &&
	       (r->factor < 2 ||
		   deed_note_account(d, AUDIT_SIGN_IN, r->account, e));
}

static bool
settle_again(
    const struct deed *d, int64_t account, str key, bool right, struct err *e)
{
	struct house *h = d->house;
	bool done;

	if (!db_begin(h->db, e))
		return false;
	if (right)
		done = throttle_clear(h, d->arena, THROTTLE_UNLOCK, key, e);
	else
		done = throttle_fail(
			   h, d->arena, THROTTLE_UNLOCK, key, d->now, e) &&
		       deed_note_account(d, AUDIT_SIGN_IN_FAILED, account, e);
	if (done && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "passphrase");
}

bool
signin_again(const struct deed *d, int64_t account, str pass,
    struct signin_result *ret, struct err *e)
{
	str key = {(const char *)&account, sizeof(account)};
	struct sql_account_by_id_row row;
	bool right;

	*ret = (struct signin_result){.answer = SIGNIN_WAIT,
	    .account = account,
	    .organisation = d->org->id};
	if (!throttle_wait(d->house, d->arena, THROTTLE_UNLOCK, key, d->now,
		&ret->wait_s, e) ||
	    !sql_account_by_id(
		d->house->db, d->arena, account, d->org->id, &row, e))
		return err_wrap(e, "account %" PRId64, account);
	if (ret->wait_s > 0)
		return true;
	right = pass_verify(row.pass_hash, pass);
	ret->answer = right ? SIGNIN_DONE : SIGNIN_WRONG;
	return settle_again(d, account, key, right, e);
}
