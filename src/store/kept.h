/*
 * kept — answers that the database gave and would give again.
 *
 * While nobody has written, the same statement with the same parameters has
 * the same rows: the pictures of an album all ask for one session, one viewer,
 * one audience.  An answer holds for one version of the database (db_version)
 * and never longer: kept_turn with another version forgets everything, so what
 * is decided from it is what the database would have said.
 *
 * Rows are copied as they stand in the database: what is sealed there is
 * sealed here.  A limit of bytes: when half of them are full, what is added
 * goes to the other half, whose answers are forgotten, but for those that were
 * asked for again meanwhile.  So who is here and may see what outlives the
 * pictures of a large house, each looked at once.  What is secret is wiped when
 * it is forgotten (house/opened.h).
 */
#ifndef STORE_KEPT_H
#define STORE_KEPT_H

#include <stdint.h>

#include "base/own.h"
#include "base/str.h"

#define KEPT_BYTES ((size_t)64 << 20)
#define KEPT_ANSWER_BYTES ((size_t)8 << 10) /* a longer one is not kept */
#define KEPT_KEY_BYTES 256

/* Small, since there are many: p NULL is no value, p kept_number says that n is
 * one, else n bytes stand at p. */
struct kept_value {
	const char *p;
	int64_t n;
};

extern const char kept_number[1];

struct kept_row {
	const struct kept_row *next;
	const struct kept_value *v; /* one per column */
};

struct kept_answer {
	const struct kept_row *first; /* NULL: no row */
};

struct kept;

struct kept *kept_new(size_t bytes, bool secret); /* bytes: a power of two */
void kept_free(struct kept *);
void kept_forget(struct kept *);

void kept_turn(struct kept *, int64_t version);

/* Borrowed, valid until something is added or forgotten; NULL: not there. */
const struct kept_answer *kept_find(struct kept *, const char *sql, str key);

/* One answer at a time.  False: it does not fit, and kept_give_up follows. */
bool kept_begin(struct kept *, const char *sql, str key);
bool kept_add_row(struct kept *, const struct kept_value *, size_t n);
const struct kept_answer *kept_end(struct kept *);
void kept_give_up(struct kept *);

DEFINE_OWNED(kept)

#endif
