/*
 * ceremony — what two custodians do together, in the same room: hand over what
 * is sealed to an authority, or destroy it once the authority has released it.
 *
 * Both type their passphrases on one page.  The key of the object is in memory
 * for that request alone; handed over, it is sealed to the authority's key and
 * the object goes as it is stored: no byte of it is opened here, nor anywhere
 * in the house.
 */
#ifndef CUSTODY_CEREMONY_H
#define CUSTODY_CEREMONY_H

#include "custody/object.h"
#include "custody/seal.h"

#define CEREMONY_TEXT_MAX 200      /* code points */
#define CEREMONY_FETCH_S (30 * 60) /* within which the file is fetched */

struct ceremony_one {
	int64_t id, account; /* of the custodian */
	str name;
	bool left; /* its account is closed */
};

/* Who can open it, two together: to whom it was closed, but for those whose
 * account is suspended and those whom its case is about by now.  Who left may
 * come back for it. */
struct ceremony_able {
	struct ceremony_one *v;
	size_t n;
	int64_t pairs; /* of them */
};

bool ceremony_able(const struct deed *, int64_t seal, struct ceremony_able *ret,
    struct err *) MUST_USE;

struct ceremony_two {
	int64_t one, other; /* custodians */
	str pass_one, pass_other;
};

/* The key, wiped by the caller.  Reads only, and takes a second: before any
 * transaction.  ERR_DENIED: a passphrase is wrong; ERR_INPUT: not two of those
 * who can. */
bool ceremony_open(const struct deed *, const struct custody *,
    const struct ceremony_two *, struct key *ret, struct err *) MUST_USE;

struct ceremony_hand {
	str authority, person; /* who took it */
	str receipt;           /* the number of its receipt; may be empty */
	uint8_t public[BOX_PUBLIC];
};

/* In the caller's transaction.  ERR_CONFLICT: it is not sealed, or destroyed.
 */
bool ceremony_hand(const struct deed *, const struct custody *,
    const struct ceremony_two *, const struct key *,
    const struct ceremony_hand *, int64_t *ret_id, struct err *) MUST_USE;

struct ceremony_handed {
	int64_t id, at, fetched_at; /* DB_NULL: not fetched */
	str authority, person, receipt, one, other;
	uint8_t public[BOX_PUBLIC];
	char fingerprint[BOX_FINGERPRINT];
	uint8_t box[BOX_SEALED];
};

struct ceremony_handeds {
	struct ceremony_handed *v;
	size_t n;
};

bool ceremony_handed(const struct deed *, const struct custody *,
    struct ceremony_handeds *ret, struct err *) MUST_USE;

/* The file to be given: what goes in front, and the blob behind it with its
 * key.  ERR_NOT_FOUND: no such handing over, or too long ago. */
struct ceremony_file {
	uint8_t front[OBJECT_FRONT];
	int fd; /* -1: none */
	struct key key;
	int64_t bytes; /* of the blob */
};
void ceremony_file_done(struct ceremony_file *); /* wipes it and closes it */
/* *ret: as {.fd = -1} before; the caller's to be done with, also when it
 * fails. */
bool ceremony_file(const struct deed *, const struct custody *, int64_t hand,
    struct ceremony_file *ret, struct err *) MUST_USE;

/* ---- the end ---- */

/* By whoever handles the case: an authority's word, on that day. ERR_CONFLICT:
 * it is not sealed. */
bool ceremony_release(const struct deed *, const struct custody *,
    str authority, str reference, int64_t on, struct err *) MUST_USE;

/* In the caller's transaction; files go after it, by erasure_files.  The
 * certificate names both.  ERR_CONFLICT: not released, or held by an order. */
bool ceremony_destroy(const struct deed *, const struct custody *,
    const struct ceremony_two *, struct err *) MUST_USE;

/* The certificate as a file (ends/certificate.h); {0}: none. */
str ceremony_certificate(const struct deed *, const struct custody *);

#endif
