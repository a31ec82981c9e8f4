/* match_input — text lists, a line at a time, of any length. */
#ifndef CLI_MATCH_INPUT_H
#define CLI_MATCH_INPUT_H

#include <stdio.h>

#include "base/err.h"
#include "match/line.h"

struct match_input {
	const char *name;
	FILE *file;
	enum hash_kind kind;
	uint64_t lines;            /* read so far */
	uint64_t wrong;            /* of them: not hashes, not empty either */
	uint64_t first_wrong;      /* its number, from 1 */
	uint64_t bytes, bytes_all; /* read, of the file; bytes_all 0: unknown */
	bool progress;             /* on standard error, which is a terminal */
	int64_t said_ms;
	char line[MATCH_LINE_MAX + 1];
};

/* "-" is standard input. */
bool match_input_open(struct match_input *, const char *name, enum hash_kind,
    struct err *) MUST_USE;
void match_input_close(struct match_input *); /* fit for CLEANUP */
/* *ret_more false at the end.  The number of the line, from 0. */
bool match_input_next(struct match_input *, struct match_line *ret,
    uint64_t *ret_number, bool *ret_more, struct err *) MUST_USE;
/* What was wrong, on standard error; the line of progress ends. */
void match_input_report(const struct match_input *);

/* A word of progress, at most some times a second, on a terminal only. */
void match_progress(int64_t *said_ms, const char *what, double part);

#endif
