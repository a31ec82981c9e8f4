/*
 * account — who may sign in, and whether that person may now.
 *
 * pending → active by a director's approval (refused: closed); active ↔
 * suspended; closed is for good.  Suspending or closing ends every session at
 * once.  The last active director can be neither suspended nor closed.
 */
#ifndef PEOPLE_ACCOUNT_H
#define PEOPLE_ACCOUNT_H

#include "people/deed.h"

#define ACCOUNT_LOGIN_MIN 3 /* code points */
#define ACCOUNT_LOGIN_MAX 60
#define ACCOUNT_NAME_MAX 120

struct account_new {
	str kind;  /* "staff", "guardian", "relative" */
	str role;  /* staff: "director", "animateur", "safeguarding" */
	str state; /* "active" or "pending" */
	str name, login;
	str pass_hash;    /* from pass_hash(), made outside the transaction */
	str email, phone; /* empty: none */
	enum lang lang;
	int64_t approved_by; /* 0: nobody yet, or the command line */
};

/* *ret_taken: somebody has this login, and nothing was done. */
bool account_create(const struct deed *, const struct account_new *,
    int64_t *ret_id, bool *ret_taken, struct err *) MUST_USE;

/* Small letters and no blanks around: what is looked up. */
str account_login_digest(const struct house *, struct arena *, str login);

/* ERR_CONFLICT when the account is not in the state that this needs. */
bool account_approve(const struct deed *, int64_t id, struct err *) MUST_USE;
bool account_refuse(const struct deed *, int64_t id, struct err *) MUST_USE;
bool account_suspend(const struct deed *, int64_t id, struct err *) MUST_USE;
bool account_restore(const struct deed *, int64_t id, struct err *) MUST_USE;
bool account_close(const struct deed *, int64_t id, struct err *) MUST_USE;

/* Every other session of the account ends (keep: the one that stays). */
bool account_set_pass(const struct deed *, int64_t id, str pass_hash,
    int64_t keep, struct err *) MUST_USE;
bool account_set_lang(
    const struct deed *, int64_t id, enum lang, struct err *) MUST_USE;
/* Empty: none.  Both empty also clears what the roster brought. */
bool account_set_contact(const struct deed *, int64_t id, str email, str phone,
    struct err *) MUST_USE;

#endif
