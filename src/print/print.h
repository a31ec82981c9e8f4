/*
 * print — a document of ipc/print.h on sheets of A4, as a tagged PDF with holes
 * where its pictures stand.
 *
 * Cairo and Pango lay it out: letters of every script that the fonts of this
 * machine have, embedded as the letters that are used; nothing is fetched.  The
 * memory that is taken grows with the text, never with the pictures: cairo is
 * given JPEGs of the right length of which only the head is there, and what it
 * writes of them is left out (sheet.h).  What this cairo does not write itself
 * (the language, the alternative texts) is appended (tidy.h).
 */
#ifndef PRINT_PRINT_H
#define PRINT_PRINT_H

#include "ipc/print.h"

/* Appends what print_pdf_write writes.  ERR_CORRUPT: the document is not what
 * a worker writes; ERR_LIMIT. */
bool print_make(str document, struct buf *ret, struct err *) MUST_USE;

#endif
