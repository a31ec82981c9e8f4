/*
 * paper — the photograph or scan of a form that somebody signed.
 *
 * A sheet is who signed it about which child, on which day, and who of the team
 * saw it too; the answers that were entered from it are found by these four
 * (consent/proof.h).  Its pictures are media like any other, of a post that is
 * no album: it is never published, and permit.h says who sees it.
 */
#ifndef SHARING_PAPER_H
#define SHARING_PAPER_H

#include "consent/record.h"
#include "sharing/permit.h"

enum paper_state { PAPER_READY, PAPER_COMING, PAPER_REFUSED, PAPER_STOPPED };

struct paper_scan {
	int64_t medium;
	enum paper_state state;
	str reason; /* of PAPER_REFUSED, a word of media/intake.h */
	str sha256; /* of the file as it was sent; p NULL: not known yet */
};

struct paper {
	int64_t post, child, signed_on;
	str child_name;             /* "" once it is erased */
	str guardian_name, witness; /* guardian "": the child signed */
	struct paper_scan *v;
	size_t n;
};

/* The sheet that these words are from, made when it is new; in the caller's
 * transaction. */
bool paper_of_word(const struct deed *, const struct consent_word *,
    int64_t *ret_post, struct err *) MUST_USE;

/* grant: PERMIT_PAPER or PERMIT_PAPER_EDIT. */
bool paper_load(const struct deed *, const struct grant *, struct paper *ret,
    struct err *) MUST_USE;

/* The sheets about one child, and how many pictures each has. */
struct paper_line {
	int64_t post, child, signed_on, scans;
	str name; /* who signed, "" the child; of paper_seen: the child */
	str witness;
};

struct paper_list {
	struct paper_line *v;
	size_t n;
};

bool paper_of_child(const struct deed *, int64_t child, struct paper_list *ret,
    struct err *) MUST_USE;
/* The newest that the deed's actor is the witness of. */
bool paper_seen(
    const struct deed *, struct paper_list *ret, struct err *) MUST_USE;

#endif
