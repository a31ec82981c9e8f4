/*
 * certificate — the proof of an erasure: what was destroyed, when, by whose
 * order, by which law, and what becomes of the backups.
 *
 * A text of lines `word: value`, in English and always in the same order, and
 * its Ed25519 signature (RFC 8032) by a key that is derived from the
 * organisation's; no personal datum beyond numbers that the family has.  What
 * is said is counted in the database when the certificate is made: while
 * anything of the subject can still be read that no hold keeps, there is none.
 * One subject has one certificate; asked for again, the same comes.
 */
#ifndef ENDS_CERTIFICATE_H
#define ENDS_CERTIFICATE_H

#include "ends/rule.h"
#include "people/deed.h"

enum certificate_kind {
	CERTIFICATE_CHILD,
	CERTIFICATE_ACCOUNT,
	CERTIFICATE_ALBUM,
	CERTIFICATE_SEASON,
	CERTIFICATE_SEAL, /* made by custody/ceremony.h, which keeps it */
	CERTIFICATE_KINDS
};

#define CERTIFICATE_SIGNATURE 64 /* bytes */
#define CERTIFICATE_KEY 32
#define CERTIFICATE_MAX ((size_t)8192) /* of a file */

const char *certificate_word(enum certificate_kind);
bool certificate_of_word(str, enum certificate_kind *ret) MUST_USE;

/* Of this organisation's key: a body that somebody else wrote, with its lines
 * « number », « subject » and « subject-number », and the public key. */
void certificate_sign(
    const struct organisation *, str body, uint8_t ret[CERTIFICATE_SIGNATURE]);
void certificate_key(const struct organisation *, uint8_t ret[CERTIFICATE_KEY]);

/* claim: the request that it answers, DB_NULL: none.  Not all erased yet:
 * ERR_CONFLICT; no such subject: ERR_NOT_FOUND. */
bool certificate_make(const struct deed *, enum certificate_kind,
    int64_t subject, int64_t claim, int64_t *ret_id, struct err *) MUST_USE;

struct certificate {
	int64_t id, number, made_at;
	int64_t claim; /* DB_NULL: none */
	enum certificate_kind kind;
	str file; /* the text and, in its last line, the signature */
};

struct certificates {
	struct certificate *v; /* newest first */
	size_t n;
};

bool certificate_load(const struct deed *, int64_t id, struct certificate *ret,
    struct err *) MUST_USE;
bool certificate_list(
    const struct deed *, struct certificates *ret, struct err *) MUST_USE;
/* The certificate that answers a request; false in *ret_found: none yet. */
bool certificate_of_claim(const struct deed *, int64_t claim, bool *ret_found,
    struct certificate *ret, struct err *) MUST_USE;

/* A file as it came, from anywhere: taken apart, nothing is believed. */
struct certificate_parts {
	str body; /* what is signed, with its last end of line */
	uint8_t signature[CERTIFICATE_SIGNATURE];
	int64_t number;
};

bool certificate_read(
    str file, struct certificate_parts *ret, struct err *) MUST_USE;

/* One line of a body after another: false at its end. */
bool certificate_line(str *io_body, str *ret_word, str *ret_value);

/* Signed by this organisation's key, and what it says to be unreadable is so
 * now, in this database, which may be one from an old backup.  What is wrong:
 * ERR_CORRUPT, in words. */
bool certificate_verify(
    const struct deed *, str file, int64_t *ret_number, struct err *) MUST_USE;

#endif
