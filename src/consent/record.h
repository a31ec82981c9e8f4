/*
 * record — writes down what somebody said, for good.
 *
 * Each event is chained: hash = BLAKE2b-256, keyed with the organisation's
 * audit key, over the hash of the event before about the same child (32 zero
 * bytes at the beginning) and every field, numbers as eight bytes, lowest
 * first, texts as their length and bytes.  The audit notes each event with the
 * beginning of its hash, so that cutting the end off is found there.
 *
 * Free words (a child's, a judge's document) are sealed under the child's own
 * key: erasing the child makes them unreadable, the fact and its proof stay.
 */
#ifndef CONSENT_RECORD_H
#define CONSENT_RECORD_H

#include "consent/facts.h"
#include "consent/text.h"

#define CONSENT_NOTE_MAX 500 /* bytes */

/* Numbers that are not there are 0, days DB_NULL. */
struct consent_word {
	int64_t child, guardian, purpose, group;
	unsigned media;
	enum consent_speaker speaker;
	enum consent_action action;
	enum consent_method method;
	int64_t from_on, until_on;
	int64_t text; /* its row, see text.h; of a yes and a no on a form */
	int64_t shown_at, acted_at;
	int64_t lifts, witness;
	str note;
};

/*
 * In the caller's transaction.  ERR_INPUT: a yes without its text, a time that
 * is to come, a paper without a witness who is another member of the staff.
 * ERR_DENIED: who speaks does not hold authority today.  A no after a yes is
 * written as withdrawn.  What was said already is said again and no error.
 */
bool consent_record(const struct deed *, const struct consent_word *,
    int64_t *ret_id, struct err *) MUST_USE;

/* Who decides alone, on what document; document may not be empty.  What a judge
 * delegated may be one matter, to anybody, and needs a witness who is another
 * member of the staff (ERR_INPUT) and confirms it (consent_standing_confirm).
 */
struct consent_standing_new {
	int64_t child, guardian;
	enum consent_standing kind;
	int64_t purpose; /* 0: all */
	int64_t from_on;
	int64_t until_on; /* DB_NULL: no end */
	int64_t witness;  /* 0: nobody */
	str document;
};

bool consent_standing_add(const struct deed *,
    const struct consent_standing_new *, int64_t *ret_id,
    struct err *) MUST_USE;
/* The deed's actor is the witness and says from an account of their own whether
 * they saw the decision: until then it does not count; if not, it is ended.
 * ERR_NOT_FOUND: none of theirs waits. */
bool consent_standing_confirm(
    const struct deed *, int64_t id, bool seen, struct err *) MUST_USE;
bool consent_standing_end(
    const struct deed *, int64_t child, int64_t id, struct err *) MUST_USE;

/* The last day on which a yes of today holds: the end of the season, or that of
 * the outing. */
bool consent_until(const struct deed *, int64_t child,
    const struct consent_purpose *, int64_t *ret, struct err *) MUST_USE;

/* Finds a child's proofs by who it was. */
str consent_who_digest(struct arena *, const struct organisation *, str first,
    str last, int64_t born_on);

/* One event as it is hashed. */
struct sql_consent_proofs_row;
void consent_chain(const struct key *, const uint8_t before[KEY_DIGEST_BYTES],
    const struct sql_consent_proofs_row *, uint8_t ret[KEY_DIGEST_BYTES]);

#endif
