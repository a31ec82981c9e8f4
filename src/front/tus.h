/*
 * tus — the heads of uploads that come in pieces (tus 1.0.0: core, creation,
 * expiration, checksum, termination), as a stranger may write them.
 *
 *	OPTIONS /album/1/pieces      what is spoken here
 *	POST    /album/1/pieces      Upload-Length, Upload-Metadata
 *	HEAD    /album/1/pieces/2    how far it is
 *	PATCH   /album/1/pieces/2    Upload-Offset, Upload-Checksum, and the
 *bytes DELETE  /album/1/pieces/2
 *
 * A POST that says X-HTTP-Method-Override is one of the others.
 */
#ifndef FRONT_TUS_H
#define FRONT_TUS_H

#include <microhttpd.h>

#include "crypto/sum.h"
#include "front/page.h"
#include "ipc/http.h"

#define TUS_VERSION "1.0.0"

struct exchange;

/* As they stand in the request; NULL: not there. */
struct tus_heads {
	str resumable, length, offset, words, checksum, method;
};

/* What Upload-Checksum wants; the bytes are `sum`. */
struct tus_checksum {
	enum sum_kind kind;
	uint8_t sum[SUM_MAX];
};

/* "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=" */
bool tus_checksum(str, struct tus_checksum *ret) MUST_USE;
/* A decimal number of bytes, below HTTP_NO_BYTES. */
bool tus_number(str, uint64_t *ret) MUST_USE;
/* "filename SU1HLmpwZw==,is_confidential": every pair is looked at; ret_name is
 * the file's, in the arena, or empty. */
bool tus_words(struct arena *, str, str *ret_name) MUST_USE;

/* The method that is meant, of a POST to a path of these. */
str tus_method(const struct exchange *, str method);
/* Fills x->q.tus and x->checksum; PAGE_NONE, or what refuses. */
enum page tus_read(struct exchange *) MUST_USE;
/* What OPTIONS gets; NULL without memory. */
struct MHD_Response *tus_options(struct exchange *, unsigned *ret_status);
/* On every answer to such a request. */
void tus_heads(const struct exchange *, struct MHD_Response *, unsigned status);

#endif
