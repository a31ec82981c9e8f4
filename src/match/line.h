/*
 * line — one hash of a text list.
 *
 *   VALUE[,anything]           as most lists have it
 *   hash=VALUE[,anything]      as the tool of PDQ's authors says it at length
 *   NUMBER,QUALITY,VALUE,…     a frame of a video, as vPDQ has it
 *   FILE<tab>KIND<tab>VALUE<tab>QUALITY   as preau hash prints it
 */
#ifndef MATCH_LINE_H
#define MATCH_LINE_H

#include "hash/kind.h"

#define MATCH_LINE_MAX 4096 /* bytes; a longer line is no hash */

struct match_line {
	enum hash_kind kind;
	uint8_t value[HASH_VALUE_MAX];
	/* Of a PDQ hash that was made of turned pixels: a word of
	 * pdq_turn_names; "original" otherwise. */
	const char *transform;
	const char *hypothesis; /* likewise of query_names; "as_is" */
};

/* kind: of values that do not say it.  False: not a hash of a fixed kind. */
bool match_line_read(
    str line, enum hash_kind kind, struct match_line *ret) MUST_USE;

#endif
