/*
 * lines — what a role writes on standard error, made fit for the log: whole
 * lines, printable ASCII, headed by who wrote them, and not too many.
 *
 * A role is not believed: it cannot forge the head, a second line or a
 * terminal's control sequence, nor fill the disk.
 */
#ifndef MONITOR_LINES_H
#define MONITOR_LINES_H

#include <stdint.h>

#include "base/str.h"

#define LINES_WIDTH 480     /* longer lines are cut */
#define LINES_BURST 60      /* lines at once … */
#define LINES_PER_SECOND 10 /* … and then that many */

struct lines {
	char text[LINES_WIDTH];
	size_t n;
	int64_t tokens_ms; /* 1000 is one line */
	int64_t at_ms;
	int64_t dropped;
};

void lines_init(struct lines *, int64_t now_ms);
/* Takes some bytes; each whole line goes to put(ctx, line). */
void lines_add(struct lines *, str, int64_t now_ms,
    void (*put)(void *ctx, str line), void *ctx);
/* The last line, without its end, and how many were dropped. */
void lines_end(struct lines *, int64_t now_ms, void (*put)(void *ctx, str line),
    void *ctx);

#endif
