/*
 * folio — a stranger's PDF, drawn page by page.
 *
 * MuPDF, because its letters for files that bring none are inside the library
 * and it can be given an allocator with an end: it opens
 * nothing, starts nothing and asks nobody, so that the process can be jailed
 * before the first byte.  (Poppler draws as well; it looks for letters through
 * fontconfig, file by file, while it draws.)  Nothing of the file is executed:
 * its scripts need a call that is never made.
 *
 * Time: a page has FOLIO_PAGE_MS of the processor; what notices is folio_tick,
 * which is fit for a signal handler.
 */
#ifndef DOCUMENT_FOLIO_H
#define DOCUMENT_FOLIO_H

#include "document/words.h"
#include "ipc/document.h"
#include "store/blob.h"

#define FOLIO_PAGE_MS 6000
#define FOLIO_ALL_MS 240000
#define FOLIO_MEMORY_MAX ((size_t)512 << 20)

struct folio;

/* What of a page is taken on. */
struct folio_page {
	float width, height; /* points */
	uint32_t w, h;       /* pixels of the picture */
	struct buf jpeg;
	struct words words;
};

/* *ret_verdict other than DOCUMENT_OK: there is no *ret.  The reader stays the
 * caller's, and must outlive it. */
bool folio_open(struct blob_reader *, struct folio **ret,
    enum document_verdict *ret_verdict, struct err *) MUST_USE;
void folio_free(struct folio *); /* NULL is fine */

uint32_t folio_pages(const struct folio *); /* 1 to DOCUMENT_PAGES_MAX */
bool folio_tagged(const struct folio *);
str folio_lang(const struct folio *); /* "fr-FR"; "": it does not say */

/* Into buffers that are used again. */
bool folio_draw(struct folio *, uint32_t page, struct folio_page *,
    enum document_verdict *ret_verdict, struct err *) MUST_USE;

/* Ends the page that takes too long; false: it does not end, and the process
 * should. */
bool folio_tick(void) MUST_USE;

DEFINE_OWNED(folio)

#endif
