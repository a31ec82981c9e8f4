/*
 * link — how it stands with NCMEC itself, in the environment that the
 * configuration names: whether it answers (« GET /status »), and whether its
 * schema is still the one that somebody has looked at (« GET /xsd », once a
 * week).
 *
 * The digest of the schema is known to nobody without an account, so the first
 * one that comes is the known one, held against what this program sends
 * (ncmec/xsd.h).  One that changes afterwards, or lacks a word of ours, is told
 * to who must know, and refuses nothing by itself: NCMEC says what it takes.
 *
 * It says nothing of reports: directors read it, of whom one may be about.
 * What « status » said before a report stays with that report's case.
 *
 * Within the caller's transaction, but tipline_link_said, which begins its own.
 */
#ifndef TIPLINE_LINK_H
#define TIPLINE_LINK_H

#include "ipc/egress.h"
#include "ncmec/step.h"
#include "people/deed.h"

#define TIPLINE_SCHEMA_EVERY_S (7 * 86400)

/* Times are DB_NULL where there is none. */
struct tipline_link {
	int64_t wanted_at; /* to be tried, no answer yet */
	int64_t status_at, well_at;
	enum ncmec_sort status_why; /* NCMEC_NO_TROUBLE: it was well */
	int64_t schema_at, schema_due_at;
	enum ncmec_sort schema_why; /* of the last time that it was asked */
	str lacks;                  /* a word of ours; empty: none */
	str digest;                 /* hex; empty: it never came */
	bool changed;               /* and nobody has looked at it */
	int64_t known_at;
};

bool tipline_link_read(struct house *, struct arena *, struct tipline_link *ret,
    struct err *) MUST_USE;

/* On the page of a case, whose path leads to who asks: what « status » said
 * last of its reports, where that is the latest. */
bool tipline_link_of_case(const struct deed *, int64_t case_file,
    struct tipline_link *io, struct err *) MUST_USE;

/* Somebody wants it tried; jobs does it. */
bool tipline_link_want(const struct deed *, struct err *) MUST_USE;
/* Somebody has looked at the schema of this digest (hex): ERR_CONFLICT when
 * another one stands there by now. */
bool tipline_link_known(const struct deed *, str digest, struct err *) MUST_USE;

/* ---- for the process that asks egress ---- */

enum tipline_link_call { LINK_NOTHING, LINK_STATUS, LINK_SCHEMA };

/* What is to be asked first, and when; DB_NULL: nothing ever. */
bool tipline_link_due(struct house *, struct arena *, int64_t now,
    enum tipline_link_call *ret, int64_t *ret_at, struct err *) MUST_USE;
const char *tipline_link_path(enum tipline_link_call);
/* *ret_why: in words of the log, empty: it was well. */
bool tipline_link_said(struct house *, struct arena *, enum tipline_link_call,
    const struct egress_answer *, int64_t now, const char **ret_why,
    struct err *) MUST_USE;

#endif
