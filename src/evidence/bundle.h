/*
 * bundle — what happened, as a ZIP that anybody can verify without a house.
 *
 *	chain.json      what is in it, canonical: see below
 *	chain.json.sig  its Ed25519 signature by the house, 64 bytes (RFC 8032)
 *	…               the files, in the order of chain.json
 *
 * chain.json is UTF-8, one line for each thing, so that its lines can be
 * digested with the simplest tools:
 *
 *	{"preau-evidence":1,"what":…,"title":…,"house":…,"key":…,"made_at":…,"entries":[
 *	{"n":1,"before":"<64 zeroes>",…},
 *	{"n":2,"before":"<SHA-256 of the line above, without its comma>",…}
 *	],"files":[
 *	{"name":…,"bytes":…,"sha256":…}
 *	]}
 *
 * Every byte of the ZIP follows from chain.json and from the files: its headers
 * are zip/zip.h's, with made_at as the time of each.  So whatever byte is
 * altered is found and what it belongs to is named (check.h).
 */
#ifndef EVIDENCE_BUNDLE_H
#define EVIDENCE_BUNDLE_H

#include "base/buf.h"
#include "base/err.h"
#include "zip/zip.h"

#define EVIDENCE_CHAIN "chain.json"
#define EVIDENCE_SIGNATURE "chain.json.sig"
#define EVIDENCE_KEY_BYTES 32
#define EVIDENCE_SECRET_BYTES 64
#define EVIDENCE_SIGNATURE_BYTES 64
#define EVIDENCE_DIGEST 32
#define EVIDENCE_FILES_MAX 1024
#define EVIDENCE_CHAIN_MAX ((size_t)16 << 20) /* bytes of chain.json */

struct evidence_file {
	str name; /* ASCII letters, digits, '.', '-', '_', '/' */
	uint64_t bytes;
	uint32_t crc;
	uint8_t sha256[EVIDENCE_DIGEST];
};

struct evidence {
	str what;         /* "safe", "case" */
	str title, house; /* for people */
	int64_t made_at;
	const uint8_t *key, *secret; /* Ed25519 of the house */
	const str *entry;            /* lines, without comma and line end */
	size_t n_entry;
	const struct evidence_file *file;
	size_t n_file;
};

/* Begins an entry; the caller appends ,"name":value pairs and '}'.  before:
 * evidence_digest of the entry before, zeroes for the first. */
void evidence_begin(
    struct buf *, int64_t n, const uint8_t before[EVIDENCE_DIGEST]);
/* ,"name":"text" ; an empty text is left out. */
void evidence_text(struct buf *, const char *name, str);
/* ,"name":"2026-11-29T15:04:05Z" */
void evidence_time(struct buf *, const char *name, int64_t at);
void evidence_hex(struct buf *, const char *name, const void *, size_t);
void evidence_number(struct buf *, const char *name, int64_t);

void evidence_digest(str, uint8_t ret[EVIDENCE_DIGEST]);

/* A file that is all there. */
struct evidence_file evidence_file(str name, str bytes);

/* chain.json and its signature. */
bool evidence_write(const struct evidence *, struct buf *chain,
    uint8_t ret_signature[EVIDENCE_SIGNATURE_BYTES], struct err *) MUST_USE;

/* The entry of a file in the ZIP, without its place. */
struct zip_entry evidence_entry(
    str name, uint64_t bytes, uint32_t crc, int64_t made_at);

/* The house's public key as openssl reads it: PEM of a SubjectPublicKeyInfo
 * (RFC 8410). */
void evidence_pem(struct buf *, const uint8_t key[EVIDENCE_KEY_BYTES]);

#endif
