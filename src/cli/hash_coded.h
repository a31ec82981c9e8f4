/*
 * hash_coded — the hashes of a JPEG, PNG, WebP, HEIC or AVIF, made by a media
 * program in its jail: no command decodes such a file itself.
 */
#ifndef CLI_HASH_CODED_H
#define CLI_HASH_CODED_H

#include "ipc/hashes.h"
#include "proc/helper.h"

struct hash_coded {
	struct helper helper; /* all zero: not started yet */
	unsigned files;       /* since it was */
};

/* pipelines: of PDQ, beside core, bits 1 << enum pdq_pipeline;
 * hypotheses: beside « as it is », 1 << enum query_hypothesis.  The program is
 * started at the first file.  ERR_INPUT: a file that cannot be decoded, and
 * why; ERR_LIMIT: it is too large, or took too long. */
bool hash_coded(struct hash_coded *, struct arena *, str bytes,
    unsigned pipelines, unsigned hypotheses, struct hashes *ret,
    struct err *) MUST_USE;
void hash_coded_done(struct hash_coded *);

#endif
