/*
 * why — why a medium was stopped, in plain words: what was compared, how near
 * it was, how it had been turned or trimmed, and how sure that is.
 *
 * Keys of the catalogue, so that each reader has it in her language; only the
 * signal is written down, in the organisation's.
 */
#ifndef STOP_WHY_H
#define STOP_WHY_H

#include "lang/lang.h"
#include "stop/stop.h"

const char *why_kind(int64_t kind);             /* what was compared */
const char *why_transform(int64_t transform);   /* NULL: as it is */
const char *why_hypothesis(int64_t hypothesis); /* NULL: the whole picture */

enum why_sure { SURE_SAME_FILE, SURE_SAME, SURE_CHANGED, SURE_MAYBE, SURE_ODD };

struct why_facts {
	int64_t kind, distance, threshold;
	int64_t quality; /* DB_NULL: unknown */
	int64_t hypothesis;
};

enum why_sure why_sure(const struct why_facts *);
const char *why_sure_short(enum why_sure); /* a few words */
const char *why_sure_long(enum why_sure);  /* a sentence or two */
/* What a quality of this size says; NULL when there is none. */
const char *why_quality(int64_t quality);

/* The signal's words. */
str why_signal(struct arena *, enum lang, bool listed,
    const struct stop_hit *const *, size_t n);

/* An unknown text is an empty one. */
static inline str
why_text(str s)
{
	return s.p == NULL ? S("") : s;
}

#endif
