/*
 * sheet — the questions about one child as one person sees them: the page, the
 * form on paper, the child's own form and the director's table are all made of
 * this.
 */
#ifndef CONSENT_SHEET_H
#define CONSENT_SHEET_H

#include "consent/facts.h"
#include "consent/text.h"

struct consent_line {
	const struct consent_purpose *purpose;
	unsigned media;
	struct consent_text text;  /* in the language of the sheet */
	enum consent_said mine;    /* of the person whose sheet it is */
	int64_t mine_at;           /* when, 0: silent */
	struct consent_answer now; /* what holds */
	bool others_missing;       /* somebody else has not answered yet */
};

struct consent_sheet {
	struct consent_child child;
	struct consent_purposes purposes;
	struct consent_line *v;
	size_t n;
};

/* guardian 0: the child's own sheet, in words for children; -1: nobody's.  Only
 * purposes that are asked about, and of a guardian's only those that she has a
 * say in. */
bool consent_sheet_make(const struct deed *, int64_t child, int64_t guardian,
    enum lang, struct consent_sheet *ret, struct err *) MUST_USE;
/* NULL: the sheet does not ask that. */
const struct consent_line *consent_sheet_line(
    const struct consent_sheet *, int64_t purpose, unsigned media);

#endif
