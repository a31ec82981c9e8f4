/*
 * document — what a document says, page by page, and who opened it.
 *
 * The text is kept beside the pages as the document worker read it
 * (document/words.h): a paragraph a line behind 'h' or 'p', a form feed at the
 * end of each page.
 */
#ifndef SHARING_DOCUMENT_H
#define SHARING_DOCUMENT_H

#include "people/deed.h"
#include "sharing/permit.h"

struct document_paragraph {
	bool heading;
	str text;
};

struct document_text {
	struct document_paragraph *v;
	size_t n;
};

/* Pages on which something stands, from 0. */
struct document_found {
	int64_t *v;
	size_t n;
};

#define DOCUMENT_QUERY_MAX 80 /* code points */

struct document_facts {
	int64_t pages;
	bool tagged, worded;
};

/* ERR_NOT_FOUND: it is none that is ready. */
bool document_facts(struct house *, struct arena *, int64_t medium,
    struct document_facts *ret, struct err *) MUST_USE;

/* By a grant of its text (MEDIUM_TEXT).  page from 0; what is not there is
 * empty. */
bool document_page(struct house *, struct arena *, const struct organisation *,
    const struct grant *, int64_t page, struct document_text *ret,
    struct err *) MUST_USE;
/* Capitals and accents do not count.  An empty query is found nowhere. */
bool document_find(struct house *, struct arena *, const struct organisation *,
    const struct grant *, str query, struct document_found *ret,
    struct err *) MUST_USE;

/* That this member of a family opened it; the first time counts. */
bool document_note_opened(
    const struct deed *, int64_t medium, struct err *) MUST_USE;

struct document_reader {
	str name;
	int64_t opened_at;
};

struct document_readers {
	struct document_reader *v;
	size_t n;
};

bool document_readers(const struct deed *, int64_t medium,
    struct document_readers *ret, struct err *) MUST_USE;

#endif
