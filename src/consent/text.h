/*
 * text — what a form says about one question, word for word: the page, the
 * form on paper and the proof all show this, and its digest goes with the
 * answer.  Names nobody: the same text for every family.
 */
#ifndef CONSENT_TEXT_H
#define CONSENT_TEXT_H

#include "consent/purpose.h"

#define CONSENT_PARTS 6

struct consent_text {
	str title;               /* « Le site public : photos et vidéos » */
	str part[CONSENT_PARTS]; /* one paragraph each */
	enum lang lang;
	uint8_t digest[32]; /* SHA-256 over language, title and paragraphs */
};

/* media: bits that are asked about together. */
bool consent_text_make(struct arena *, const struct organisation *,
    const struct consent_purpose *, unsigned media, enum lang,
    struct consent_text *ret, struct err *) MUST_USE;

/* The same question for a child: one sentence, and that it may say no. */
bool consent_text_child(struct arena *, const struct organisation *,
    const struct consent_purpose *, unsigned media, enum lang,
    struct consent_text *ret, struct err *) MUST_USE;

/* The row of that text, written when it is new; in the caller's transaction. */
bool consent_text_keep(const struct deed *, const struct consent_text *,
    int64_t *ret_id, struct err *) MUST_USE;

#endif
