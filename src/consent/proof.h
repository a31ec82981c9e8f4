/*
 * proof — everything that was said about a child, opened to be read, printed
 * and taken along, and whether the chain of it is whole.
 */
#ifndef CONSENT_PROOF_H
#define CONSENT_PROOF_H

#include "consent/record.h"
#include "sql_consent.h"

struct consent_proof {
	const struct sql_consent_proofs_row *row;
	str guardian, actor, witness, note; /* "" when they are not there */
	str purpose;                        /* its name; "": all purposes */
	/* Of an answer on paper: the post with its pictures (sharing/paper.h),
	 * 0 when there are none, and the SHA-256 of each as it was sent. */
	int64_t paper;
	const str *scan;
	size_t n_scan;
};

struct consent_proofs {
	const struct consent_proof *v; /* in the order of entry */
	size_t n;
	int64_t first_bad; /* the first event that was altered, 0: none */
};

/* Also of a child that was erased: what was under its key is "" then. */
bool consent_proofs_load(const struct deed *, int64_t child, enum lang,
    struct consent_proofs *ret, struct err *) MUST_USE;

#endif
