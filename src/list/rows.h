/*
 * rows — a text file line by line, or as the rows of a table, in constant
 * memory.
 *
 * Lines end in \n, \r\n or \r; a byte order mark at the start is left out.  A
 * row longer than ROW_BYTES_MAX or with more than ROW_CELLS_MAX cells is
 * malformed, is read past, and the next one follows.  Quoted cells (RFC 4180)
 * may hold separators, doubled quotes and line ends.
 */
#ifndef LIST_ROWS_H
#define LIST_ROWS_H

#include "list/source.h"

#define ROW_BYTES_MAX ((size_t)262144)
#define ROW_CELLS_MAX 64

struct rows;

struct row {
	str cell[ROW_CELLS_MAX];
	size_t n;
	int64_t line, offset; /* where it begins; lines from 1 */
	bool malformed;       /* too long, too many cells, or torn quotes */
};

/* separator 0: a row is one cell, the whole line, and quotes are nothing. */
struct rows *rows_new(struct source *, char separator, struct err *);
void rows_free(struct rows *);
/* Another one from the next row on: the header says which. */
void rows_set_separator(struct rows *, char);
/* *ret_more false at the end.  The cells are good until the next call. */
bool rows_next(
    struct rows *, struct row *ret, bool *ret_more, struct err *) MUST_USE;

DEFINE_OWNED(rows)

#endif
