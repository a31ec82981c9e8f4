/*
 * check — is a bundle (bundle.h) what its house signed, to the last byte?
 *
 * Pure, on bytes of strangers: nothing of them is believed before it is
 * compared.  What is wrong is named by the file that it belongs to.  That the
 * key in it is the house's own, somebody has to compare.
 */
#ifndef EVIDENCE_CHECK_H
#define EVIDENCE_CHECK_H

#include "base/arena.h"
#include "evidence/bundle.h"

enum evidence_fault {
	EVIDENCE_NONE,      /* it is no bundle at all */
	EVIDENCE_CUT,       /* it ends before the end of this */
	EVIDENCE_ALTERED,   /* the bytes of this file */
	EVIDENCE_SIGNED,    /* the signature is not that of this key */
	EVIDENCE_LINKED,    /* this entry does not follow from the one before */
	EVIDENCE_MISSING,   /* this file */
	EVIDENCE_ADDED,     /* this file; "" what follows behind the end */
	EVIDENCE_MOVED,     /* this file is not where it was */
	EVIDENCE_HEADER,    /* what the ZIP says in front of this file */
	EVIDENCE_DIRECTORY, /* the directory of the ZIP, at this file or its end
			     */
	EVIDENCE_FAULTS
};

const char *evidence_fault_text(enum evidence_fault);

struct evidence_finding {
	enum evidence_fault fault;
	str name;      /* of the file; a view of the bundle, or "" */
	int64_t entry; /* of EVIDENCE_LINKED */
};

#define EVIDENCE_FINDINGS 32 /* kept, of all that is wrong */

struct evidence_report {
	struct evidence_finding v[EVIDENCE_FINDINGS];
	size_t n; /* 0: whole */
	/* As far as it could be read; JSON text without its quotes. */
	str what, title, house, made_at, key;
	size_t entries, files;
};

/* False is an error of ours; what is wrong with the bundle is in *ret. */
bool evidence_check(struct arena *, str zip, struct evidence_report *ret,
    struct err *) MUST_USE;

#endif
