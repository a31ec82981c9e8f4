/*
 * seal — what is sealed: kept where nobody sees it and nobody alone can open
 * it, until an authority has it or says that it may go.
 *
 * Wanting it is one transaction: from then on the medium, its stills and pages
 * and all that was made of them are given to nobody, whatever happens next.
 * What the jobs do then (work.h) can be interrupted at any step.  What is known
 * of it is written down in that hour: who sent it, when, from which address and
 * port, in which album, for whom, who received it.
 *
 * Who may have part in it is who may have part in its case (report/casefile.h)
 * or in what was stopped (stop/circle.h), asked anew each time, or
 * ERR_NOT_FOUND.  Sealed again after a restore, or once its case has ended, it
 * has neither: then the safeguarding leads may, and the directors, but who sent
 * it and whose album it is.  Nothing of it stands in the audit, which directors
 * read: its steps stand in the story of the case.
 */
#ifndef CUSTODY_SEAL_H
#define CUSTODY_SEAL_H

#include "custody/custodian.h"
#include "report/story.h"

#define SEAL_REASON_MAX 1000 /* code points */

enum custody_state {
	CUSTODY_WANTED, /* invisible; not sealed yet */
	CUSTODY_SEALED,
	CUSTODY_RELEASED, /* an authority says that it may be destroyed */
	CUSTODY_DESTROYED,
};

struct custody {
	int64_t id, medium, post;
	int64_t case_file, stopping; /* DB_NULL: none */
	enum custody_state state;
	int64_t wanted_at, sealed_at, bytes;
	int64_t released_on, destroyed_at; /* DB_NULL: not yet */
	str waits; /* "": for nothing; "custodians", "room", "damaged" */
	str by, reason, record; /* record: lines « word: value » */
	str type, sha256;       /* hexadecimal; of what was received */
	str authority, reference;
	str certificate, signature, was;
	int64_t boxes;
};

struct custodies {
	struct custody *v;
	size_t n;
};

/* ---- wanting it, in the caller's transaction ---- */

/* What a case is about: a medium, or all of a post but for what was stopped and
 * is not decided yet.  *ret_n: how many media; 0: they are sealed already, or
 * there are none.  ERR_CONFLICT: a medium that is not decided yet. */
bool custody_seal_case(const struct deed *, int64_t case_file, str reason,
    int64_t *ret_n, struct err *) MUST_USE;
/* What was stopped by a list. */
bool custody_seal_stopped(
    const struct deed *, int64_t stopping, str reason, struct err *) MUST_USE;

/* ---- reading ---- */

bool custody_load(const struct deed *, int64_t id, struct custody *ret,
    struct err *) MUST_USE;
bool custody_of_case(const struct deed *, int64_t case_file,
    struct custodies *ret, struct err *) MUST_USE;
bool custody_of_stopping(const struct deed *, int64_t stopping,
    struct custodies *ret, struct err *) MUST_USE;

/* A step of the case's story; without a case, nothing. */
bool custody_write(const struct deed *, const struct custody *, enum story_deed,
    str detail, str words, struct err *) MUST_USE;

/* Address and port of an upload, as they are kept: for a year
 * (ends/rule.h). */
bool custody_from(const struct deed *, int64_t medium,
    const uint8_t address[16], uint16_t port, struct err *) MUST_USE;

#endif
