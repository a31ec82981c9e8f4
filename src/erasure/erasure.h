/*
 * erasure — to destroy a key so that no backup brings back what it protects.
 *
 * Who erases works in a transaction that it has begun: the journal (conf's
 * `erasures`) has the entry on disk before anything is forgotten, so a crash
 * in between leaves an order that was given and not yet carried out; `preau
 * check` finds and finishes it.  Files go after the commit.
 */
#ifndef ERASURE_ERASURE_H
#define ERASURE_ERASURE_H

#include "erasure/journal.h"
#include "house/house.h"

/* In the caller's transaction, which also notes it in the audit.  A video goes
 * with its stills.  A medium that is deleted already is fine.  One that is
 * locked, or held because of another that is, stays: ERR_CONFLICT. */
bool erasure_medium(struct house *, struct arena *, int64_t medium, int64_t now,
    struct err *) MUST_USE;

/* What a seal lets go (custody/seal.h): a still or a page of what is sealed, or
 * all of it once an authority released it.  Not asked whether it is held: the
 * seal's triggers refuse anything else. */
bool erasure_sealed(struct house *, struct arena *, int64_t medium, int64_t now,
    struct err *) MUST_USE;
/* What was found on a medium, heard or read in it, and said of that. */
bool erasure_made_of(struct house *, int64_t medium, struct err *) MUST_USE;

/* The child's own key and columns, the authority over it, and the media of
 * posts that were for its family alone.  Missing: ERR_NOT_FOUND; held by an
 * order: ERR_CONFLICT.  Media that
 * the law holds stay until then, and go when their hold ends: *ret_held says
 * how many. */
bool erasure_child(struct house *, struct arena *, int64_t child, int64_t now,
    int64_t *ret_held, struct err *) MUST_USE;

/* The same, but what is held stays without a fault, and goes when the hold is
 * over: *io_held counts it. */
bool erasure_medium_when_free(struct house *, struct arena *, int64_t medium,
    int64_t now, int64_t *io_held, struct err *) MUST_USE;

/* Is there an order that nothing of this child ends? */
bool erasure_child_held(struct house *, struct arena *, int64_t child,
    bool *ret, struct err *) MUST_USE;

/* What signs an account in, reaches the person and names her; the row stays
 * for what was done by it.  The words of a row are under the organisation's
 * key, so a backup holds them until it ends itself; restored, they go again:
 * the journal's token is a keyed digest of number, login and time.  Gone
 * already: fine.  Missing: ERR_NOT_FOUND. */
bool erasure_account(struct house *, struct arena *, int64_t account,
    int64_t now, struct err *) MUST_USE;

/* After the commit: the files of a medium, of the media that erasure_child
 * took along; and the database's log, which still holds the wrapped key, is
 * emptied.  A file that is left over is found by `preau check`. */
bool erasure_files(
    struct house *, struct arena *, int64_t medium, struct err *) MUST_USE;
bool erasure_child_files(
    struct house *, struct arena *, int64_t child, struct err *) MUST_USE;

struct erasure_report {
	int64_t entries;         /* in the journal */
	int64_t blobs, children; /* whose keys were there and are destroyed */
	int64_t accounts;        /* that were there */
	int64_t reports;         /* words of reports and cases, likewise */
	int64_t holds;           /* that stand again (held.h) */
	uint8_t digest[KEY_DIGEST_BYTES]; /* of the journal's last line */
};

/*
 * Carries out every entry of the journal again, in a transaction of its own,
 * and removes the files: what is restored from a backup is then as readable
 * as what it was made from, and no more.  since: see journal_read.
 */
bool erasure_replay(struct house *, const uint8_t *since,
    struct erasure_report *ret, struct err *) MUST_USE;

/* Counts what erasure_replay would destroy; changes nothing. */
bool erasure_pending(
    struct house *, struct erasure_report *ret, struct err *) MUST_USE;

#endif
