/*
 * take — everything that intake wants of a document, out of one reading:
 * digests of the file, the picture of each page, the safe PDF (safe.h) and the
 * text (words.h), the last two in their blobs.
 *
 * Bounds, each with its verdict (ipc/document.h has the numbers): pages, before
 * one is drawn; time and memory of a page (folio.h); bytes of what is made.
 */
#ifndef DOCUMENT_TAKE_H
#define DOCUMENT_TAKE_H

#include "ipc/document.h"

/* fds as of DOCUMENT_TAKE, which stay the caller's.  False is our own failure;
 * a disk that is full is said in the answer. */
bool document_take(const struct document_take *,
    const int fd[DOCUMENT_TAKE_FDS],
    bool (*progress)(void *ctx, const struct document_progress *, struct err *),
    void *ctx, struct document_taken *ret, struct err *) MUST_USE;

#endif
