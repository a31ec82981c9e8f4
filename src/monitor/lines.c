#include "monitor/lines.h"

#include <inttypes.h>
#include <stdio.h>

#define LINE_COST 1000

void
lines_init(struct lines *l, int64_t now_ms)
{
	*l = (struct lines){
	    .at_ms = now_ms, .tokens_ms = (int64_t)LINES_BURST * LINE_COST};
}

/* A bucket that fills with time. */
static bool
may(struct lines *l, int64_t now_ms)
{
	const int64_t full = (int64_t)LINES_BURST * LINE_COST;
	int64_t past = now_ms - l->at_ms;

	l->at_ms = now_ms;
	if (past > 0)
		l->tokens_ms += past > full ? full : past * LINES_PER_SECOND;
	if (l->tokens_ms > full)
		l->tokens_ms = full;
	if (l->tokens_ms < LINE_COST)
		return false;
	l->tokens_ms -= LINE_COST;
	return true;
}

static void
tell_dropped(struct lines *l, void (*put)(void *, str), void *ctx)
{
	char text[64];
	int n;

	if (l->dropped == 0)
		return;
	n = snprintf(
	    text, sizeof(text), "(%" PRId64 " lines left out)", l->dropped);
	l->dropped = 0;
	put(ctx, (str){text, (size_t)n});
}

static void
flush_line(struct lines *l, int64_t now_ms, void (*put)(void *, str), void *ctx)
{
	str line = {l->text, l->n};

	l->n = 0;
	if (line.n == 0)
		return;
	if (!may(l, now_ms)) {
		l->dropped++;
		return;
	}
	tell_dropped(l, put, ctx);
	put(ctx, line);
}

void
lines_add(
    struct lines *l, str s, int64_t now_ms, void (*put)(void *, str), void *ctx)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\n')
			flush_line(l, now_ms, put, ctx);
		else if (l->n < LINES_WIDTH)
			l->text[l->n++] = c >= ' ' && c < 0x7f ? c : '?';
	}
}

void
lines_end(struct lines *l, int64_t now_ms, void (*put)(void *, str), void *ctx)
{
	flush_line(l, now_ms, put, ctx);
	tell_dropped(l, put, ctx);
}
