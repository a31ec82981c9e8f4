/* pdfs — small PDF files, written here. */
#ifndef TESTS_DOCUMENT_PDFS_H
#define TESTS_DOCUMENT_PDFS_H

#include "base/buf.h"

/* more: into the catalogue; page: into each page; content: operators, of which
 * every page gets the same. */
void pdf_of(struct buf *to, unsigned pages, const char *more, const char *page,
    str content);

#endif
