/*
 * evidence — a bundle of evidence/bundle.h as an answer: chain, signature,
 * pages and pictures, promised before it is sent (ipc/bundle.h).
 */
#ifndef WEB_EVIDENCE_H
#define WEB_EVIDENCE_H

#include "evidence/bundle.h"
#include "web/web.h"

struct evidence_part {
	struct evidence_file file;
	str bytes;      /* all of it; p NULL: a copy */
	int64_t medium; /* of a copy */
	uint8_t mark[16];
};

/* Adds the pages that every bundle has: the verifier, the house's key, how to
 * verify without either, and the sums; then signs and packs.  v: key, secret,
 * n_file and file are filled in; part has room for EVIDENCE_OWN more. */
#define EVIDENCE_OWN 4
bool evidence_pack(struct request *, struct evidence *, struct evidence_part *,
    size_t n, int *ret_fd, uint64_t *ret_bytes, struct err *) MUST_USE;

/* A page that stands alone, in it. */
html evidence_style(struct request *);

/* Answers with out->fd; what: in the name of the file. */
bool evidence_answer(struct request *, struct response *, str what);

#endif
