/*
 * check — does what the house holds add up?  For `preau check`.
 *
 * May run while the server does: what is younger than an hour and half-done is
 * nobody's fault.  `fix` mends what loses nothing: files that no row wants,
 * uploads that ended long ago, jobs, erasures that were ordered and not
 * finished.  What is lost or was altered is only told.
 */
#ifndef BACKUP_CHECK_H
#define BACKUP_CHECK_H

#include "house/house.h"

enum check_kind {
	CHECK_DATABASE,    /* damaged, or a row refers to nothing */
	CHECK_ORPHAN_FILE, /* no row wants it */
	CHECK_ERASED_FILE, /* its key is destroyed */
	CHECK_MISSING_FILE,
	CHECK_MISSING_KEY,   /* of a photo or child that is not erased */
	CHECK_DAMAGED_KEY,   /* does not open */
	CHECK_DAMAGED_BLOB,  /* does not open to its end, or has another length
			      */
	CHECK_STUCK_UPLOAD,  /* nobody has sent for too long (sharing/pieces.h)
			      */
	CHECK_IDLE_JOB,      /* its medium does not wait for it */
	CHECK_MISSING_JOB,   /* a medium waits and nobody comes */
	CHECK_NO_HASHES,     /* of a photo: nothing would recognise it */
	CHECK_AUDIT_ALTERED, /* id: the first bad entry */
	CHECK_AUDIT_CUT,     /* id: the last entry that is left */
	CHECK_AUDIT_HEAD,    /* the head file is damaged, or missing */
	CHECK_JOURNAL, /* the erasure journal: missing, altered, too short */
	CHECK_ERASURE_UNDONE, /* ordered in the journal; id: how many keys */
	CHECK_KINDS
};

struct check_meaning {
	const char *word; /* for --json */
	const char *text; /* one English line for the operator */
	bool fixable;
};

extern const struct check_meaning check_meanings[CHECK_KINDS];

struct check_finding {
	enum check_kind kind;
	int64_t id; /* row, or as above; 0: none */
	str what;   /* file name, table or message; may be empty */
	bool fixed;
};

#define CHECK_FINDINGS_MAX 200 /* listed; all are counted */

struct check_report {
	int64_t blobs, children, files, audit_entries; /* looked at */
	int64_t found[CHECK_KINDS], fixed[CHECK_KINDS];
	struct check_finding *v; /* in the arena */
	size_t n;
};

struct check_call {
	bool fix;
	bool deep; /* decrypt every blob */
	int64_t now;
};

/* False only when checking itself was impossible. */
bool check_run(struct house *, struct arena *, const struct check_call *,
    struct check_report *ret, struct err *) MUST_USE;

/* Findings that are not fixed. */
int64_t check_open(const struct check_report *);

#endif
