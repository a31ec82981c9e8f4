/*
 * journal — which keys were destroyed, kept where no backup overwrites it.
 *
 * An append-only file of lines
 *
 *	<at> <kind> <id> <token> <digest>
 *
 * One per destroyed key or account, synced before the transaction that forgets
 * it commits.  An original's stands for all that was made from it as well:
 *those files have other names since faces were covered in them.  token is what
 *names the thing for ever: a blob's random name, a child's random
 *erasure_token, an account's or a report's keyed digest; the number is for
 *people, since numbers may be given again after a backup was restored.  No
 *personal datum.
 *
 * digest is BLAKE2b-256, keyed from the master key, over the digest of the
 * line before and this line: a line that is altered, removed or put in makes
 * every later one invalid.  A line that a crash cut short is passed over.
 */
#ifndef ERASURE_JOURNAL_H
#define ERASURE_JOURNAL_H

#include "crypto/key.h"

enum erasure_kind {
	ERASURE_BLOB,
	ERASURE_CHILD,
	ERASURE_ACCOUNT,
	ERASURE_REPORT, /* report.h */
	ERASURE_CASE,
	ERASURE_HOLD, /* held.h: no key is destroyed */
	ERASURE_RELEASE,
	ERASURE_SAFE, /* safe.h */
	ERASURE_SEAL, /* sealed.h: it is sealed, and later: */
	ERASURE_SEAL_END,
	ERASURE_KINDS
};

#define ERASURE_TOKEN_MAX 64 /* hexadecimal digits or less */

struct erasure_entry {
	int64_t at;
	enum erasure_kind kind;
	int64_t id;
	str token;
};

/* Where a journal stands: what a backup remembers of it. */
struct journal_state {
	int64_t entries;
	int64_t cut_short; /* lines that a crash left half-written */
	uint8_t digest[KEY_DIGEST_BYTES]; /* of the last line */
};

extern const char *const erasure_words[ERASURE_KINDS];

/* Makes the file when it is missing; before the sandbox, which only lets the
 * roles use it.  ret_made may be NULL. */
bool journal_prepare(const char *path, const struct key *master, bool *ret_made,
    struct err *) MUST_USE;

/* Appends and syncs all of them, or fails; missing is ERR_NOT_FOUND. */
bool journal_add(const char *path, const struct key *master,
    const struct erasure_entry *, size_t n, struct err *) MUST_USE;

typedef bool journal_see(void *ctx, const struct erasure_entry *, struct err *);

/*
 * Reads everything, calling see (NULL: nobody) for each entry.  A broken chain
 * is ERR_CORRUPT.  since: a digest that must be one of the lines, or NULL; a
 * journal that does not hold it was cut off or is another one: ERR_CONFLICT.
 * In both cases nothing was seen: the whole file is verified first.
 */
bool journal_read(const char *path, const struct key *master,
    const uint8_t *since, journal_see *, void *ctx, struct journal_state *ret,
    struct err *) MUST_USE;

#endif
