/*
 * filing_text — the lines of a paper as one text: four parts to a line, between
 * characters that no text of a form can have (base/utf8.h takes controls out).
 */
#ifndef REPORT_FILING_TEXT_H
#define REPORT_FILING_TEXT_H

#include "report/filing.h"

/* ERR_LIMIT. */
bool filing_text_write(struct arena *, const struct filing_lines *, str *ret,
    struct err *) MUST_USE;
/* Views of text.  ERR_CORRUPT: it is not what was written. */
bool filing_text_read(
    struct arena *, str text, struct filing_lines *ret, struct err *) MUST_USE;

#endif
