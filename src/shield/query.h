/*
 * query — the interface of Arachnid Shield, as pure text: the question for
 * some hashes, and what its answer says about each of them.
 *
 *	POST <shield_url>/v1/pdq/   {"hashes":["<base64 of 32 bytes>", …]}
 *	200   {"scanned_hashes":{"<the same base64>":
 *	      {"classification":"…","match_type":"…", …}, …}}
 *
 * Source: the service's own public clients in Python and Rust.
 */
#ifndef SHIELD_QUERY_H
#define SHIELD_QUERY_H

#include "base/buf.h"
#include "base/err.h"

#define SHIELD_PATH "/v1/pdq/"
#define SHIELD_PDQ 32       /* bytes of a hash */
#define SHIELD_BATCH_MAX 64 /* hashes of one question */
#define SHIELD_WORD_MAX 64

struct shield_said {
	bool known; /* any classification but "no-known-match" */
	char classification[SHIELD_WORD_MAX];
	char match_type[SHIELD_WORD_MAX]; /* "": none was given */
};

/* n: 1 to SHIELD_BATCH_MAX, all different. */
void shield_query_write(
    struct buf *, const uint8_t (*pdq)[SHIELD_PDQ], size_t n);

/* True only when the answer says something sound about each hash that was
 * asked for and about no other; otherwise nothing of it counts.  Words of
 * classification may be newer than this program: they mean a match.  What the
 * interface may say beside is passed over. */
bool shield_query_read(str answer, const uint8_t (*pdq)[SHIELD_PDQ], size_t n,
    struct shield_said *ret, struct err *) MUST_USE;

#endif
