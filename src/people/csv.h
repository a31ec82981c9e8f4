/*
 * csv — a table of texts out of the bytes that some spreadsheet wrote.
 *
 * RFC 4180, with what people's programs do to it: semicolons or tabs instead
 * of commas, line ends of three kinds, a byte order mark, a first line that
 * says `sep=;`, Windows-1252 or ISO-8859-15 instead of UTF-8.  Which of these
 * it is, is found out from the bytes.  Every cell comes out as valid UTF-8;
 * nothing is trimmed, line ends inside quotes become \n.
 */
#ifndef PEOPLE_CSV_H
#define PEOPLE_CSV_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define CSV_ROWS_MAX 10001 /* ten thousand and their heads */
#define CSV_COLUMNS_MAX 64
#define CSV_BYTES_MAX ((size_t)4 * 1024 * 1024)
/* An arena of this size holds whatever the other limits let through. */
#define CSV_ARENA_MAX ((size_t)32 * 1024 * 1024)

enum csv_charset { CSV_UTF8, CSV_WINDOWS_1252, CSV_ISO_8859_15 };

struct csv_row {
	int64_t line; /* of the file, from 1, where the row begins */
	str *cell;    /* rows of one file may differ in length */
	size_t n;
};

/* Why the bytes are no table, for the one who sent them. */
struct csv_fault {
	const char *text; /* catalogue key; NULL: all is well */
	int64_t line;     /* 0: the file as a whole */
	int column;       /* from 1; 0: the line as a whole */
};

struct csv {
	struct csv_row *v; /* rows in which nothing is written are left out */
	size_t n;
	char separator;
	enum csv_charset charset;
	struct csv_fault fault; /* n is 0 when there is one */
};

/* False only when the arena is full (ERR_LIMIT); everything that is wrong with
 * the bytes is a fault.  The cells live in the arena. */
bool csv_read(
    struct arena *, str bytes, struct csv *ret, struct err *) MUST_USE;

#endif
