/*
 * words — the text of one page: paragraphs in the order of reading, and where
 * each of their lines stands.
 *
 * A paragraph that is set clearly larger than most of the page, and short, is a
 * heading.  Controls and marks that turn the direction of text are left out.
 */
#ifndef DOCUMENT_WORDS_H
#define DOCUMENT_WORDS_H

#include "base/buf.h"

#define WORDS_LINES_MAX 2000
#define WORDS_BYTES_MAX ((size_t)128 << 10) /* of a page */

struct words_line {
	uint32_t at, n;     /* of the text, UTF-8 */
	uint32_t length;    /* code points */
	uint32_t paragraph; /* from 0, rising */
	float x, y, w, h;   /* points from the upper left corner of the page */
};

struct words {
	struct buf text; /* all lines, one behind the other */
	struct words_line line[WORDS_LINES_MAX];
	size_t n;
	bool heading[WORDS_LINES_MAX]; /* by paragraph */
	uint32_t paragraphs;
};

/* The text as it is kept: a paragraph a line behind 'h' or 'p', and a form feed
 * at the end of the page. */
void words_keep(const struct words *, struct buf *to);

#endif
