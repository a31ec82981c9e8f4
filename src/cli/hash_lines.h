/*
 * hash_lines — hashes as preau hash and preau hash video print them: a line of
 * file, kind, value and quality, between tabs, or objects of a JSON list.
 *
 * The kind of a PDQ hash is pdq[-PIPELINE][+HYPOTHESIS][@FRAME][/TURN], without
 * what is not said: core, as it is, the first frame, not turned.  preau match
 * query understands them (match/line.h).
 */
#ifndef CLI_HASH_LINES_H
#define CLI_HASH_LINES_H

#include <stdio.h>

#include "hash/pdq.h"
#include "hash/query.h"
#include "ipc/hashes.h"

struct hash_lines {
	FILE *out;
	bool json;
	bool turns; /* all eight of a row */
	size_t n;   /* printed */
};

struct pdq_found {
	struct pdq_hash hash;
	enum pdq_pipeline pipeline;
	enum query_hypothesis hypothesis;
	enum pdq_turn turn;
	uint32_t frame;
	int quality;
	enum pdq_reason reason;
};

/* Without a quality: -1. */
void hash_lines_value(struct hash_lines *, const char *file, const char *kind,
    const char *value, int quality);
/* Whoever reads lines is told on standard error why one is not to be matched.
 */
void hash_lines_pdq(
    struct hash_lines *, const char *file, const struct pdq_found *);
/* Each value of a row, those of turns when they are wanted. */
void hash_lines_row(
    struct hash_lines *, const char *file, const struct hash_row *);

#endif
