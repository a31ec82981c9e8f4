/*
 * golden — the folder of reference outputs: tables of tab-separated values
 * whose first column names a picture below the folder.
 */
#ifndef GOLDEN_HASH_GOLDEN_H
#define GOLDEN_HASH_GOLDEN_H

#include "base/arena.h"
#include "base/err.h"
#include "hash/pixels.h"

struct golden {
	const char *folder;
	struct arena *arena; /* for the folder */
	size_t rows;         /* compared so far */
	size_t wrong;
};

struct golden_table {
	str head; /* names of columns */
	str left; /* rows not yet taken */
	str row;
};

/* Ends the program when the file cannot be read. */
str golden_file(struct golden *, const char *name);
bool golden_exists(const struct golden *, const char *name);
struct golden_table golden_table(struct golden *, const char *name);
bool golden_next(struct golden_table *);
str golden_cell(const struct golden_table *, const char *column);

/* The pixels of a picture; they live as long as `a`. */
struct pixels golden_pixels(struct golden *, struct arena *a, str name);

/* Counts, and names what differs. */
void golden_same(
    struct golden *, str name, const char *what, str want, str got);

#endif
