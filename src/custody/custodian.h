/*
 * custodian — who opens what is sealed, two of them together.
 *
 * A director names somebody of the staff; that person sets a passphrase of her
 * own, once, of which the house keeps a public key and a salt.  Every director
 * and safeguarding lead reads who was named, by whom and when, and the audit
 * has it.  Of accounts that one person invited, or is herself, one at most can
 * be a custodian by her naming: nobody makes both halves.
 *
 * In the caller's transaction.
 */
#ifndef CUSTODY_CUSTODIAN_H
#define CUSTODY_CUSTODIAN_H

#include "custody/box.h"
#include "people/deed.h"

#define CUSTODIAN_PASS_MIN 16 /* code points */
#define CUSTODIAN_TWO 2       /* of whom it takes to open */
#define CUSTODIAN_ENOUGH 3    /* below, losing one loses what is sealed */

struct custodian {
	int64_t id, account, named_at;
	int64_t ready_at, ended_at; /* DB_NULL: not yet */
	bool active;                /* its account; else it opens nothing new */
	str name, namer;
	char fingerprint[BOX_FINGERPRINT]; /* "": not set yet */
};

struct custodians {
	struct custodian *v;
	size_t n;
	size_t ready; /* of them, standing, and their accounts active */
};

bool custodian_list(struct house *, struct arena *, const struct organisation *,
    struct custodians *ret, struct err *) MUST_USE;

/* No active account of the staff: ERR_NOT_FOUND; it is one already, eight
 * stand, or it is the namer's second own: ERR_CONFLICT. */
bool custodian_name(
    const struct deed *, int64_t account, struct err *) MUST_USE;
/* She opens nothing new; what was sealed to her stays so, and her row with it
 * (ends/round.h).  One whose account is suspended or closed counts no more, as
 * long as it is. */
bool custodian_end(const struct deed *, int64_t id, struct err *) MUST_USE;

/* Is the actor one whose passphrase is still to be set?  ERR_NOT_FOUND: the
 * actor is no custodian. */
bool custodian_own(const struct deed *, bool *ret_set, struct err *) MUST_USE;
/* Once: ERR_CONFLICT afterwards.  pass: checked by the caller (pass.h). */
bool custodian_set(const struct deed *, str pass, struct err *) MUST_USE;

#endif
