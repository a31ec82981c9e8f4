/*
 * safe — the PDF that families get: the pictures of its pages, and under each
 * its text, unseen, in the order of reading, as paragraphs and headings that
 * screen readers find.
 *
 * It is written from nothing but the pixels and the letters that were read:
 * no script, no action, no link, no form, no file inside, no metadata.  Its
 * letters are those of a font without shapes (Type 3, one empty glyph), which
 * says by a table which letter stands for what.
 */
#ifndef DOCUMENT_SAFE_H
#define DOCUMENT_SAFE_H

#include "document/folio.h"

struct safe;

/* Writes from here on.  lang: "fr", or "". */
struct safe *safe_new(struct blob_writer *, str lang, struct err *);
void safe_free(struct safe *);

/* In their order.  *ret: where the picture lies.  ERR_LIMIT: too much. */
bool safe_page(struct safe *, const struct folio_page *,
    struct document_page *ret, struct err *) MUST_USE;
/* Once, after the last page; the blob is then to be finished. */
bool safe_end(struct safe *, struct err *) MUST_USE;

DEFINE_OWNED(safe)

#endif
