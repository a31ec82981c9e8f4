/*
 * tidy — what this cairo does not write into a tagged PDF, as a section that is
 * appended to it (ISO 32000-1, 7.5.6): the language, the alternative texts of
 * the figures, and that a window shows the title; and instead of what cairo
 * says of itself and of the time, the title alone.
 */
#ifndef PRINT_TIDY_H
#define PRINT_TIDY_H

#include "print/sheet.h"

/* alt: of each figure, in their order.  ret: holds the text already.
 * ERR_CORRUPT: this is not what is known of cairo's PDFs. */
bool tidy(const struct sheet_bytes *, str lang, const str *alt, size_t n_alt,
    struct buf *ret, struct err *) MUST_USE;

#endif
