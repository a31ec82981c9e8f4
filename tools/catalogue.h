/*
 * catalogue — the texts of the program and their French, compiled in.
 *
 * Reads po/fr.d/<area>.po, collects every text that templates ({{_"…"}},
 * {{n_"…" "…"}}) and C (N_("…"), N_P("…", "…")) use, and writes one C file.
 * A text without French, with other %1 … %9 than its key, or with typewriter
 * typography fails the build; --lax only counts them and says English.
 */
#ifndef TOOLS_CATALOGUE_H
#define TOOLS_CATALOGUE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define TEXTS_MAX 4096

struct text {
	str key, many;                 /* many.p NULL: no plural */
	str fr[2];                     /* fr[0].p NULL: no French */
	const char *used_in, *said_in; /* files; NULL: not */
	int used_line, said_line;
};

struct catalogue {
	struct arena *arena;
	struct text text[TEXTS_MAX];
	size_t n;
	uint16_t slot[TEXTS_MAX * 2]; /* index + 1 by hash; 0 is free */
	bool lax;
	int problems;
};

/* Something that must be mended: counted, and printed at once unless lax. */
void problem(struct catalogue *, const char *path, int line, const char *fmt,
    ...) PRINTF(4, 5);

/* The entry of that key, made when it is new; NULL when there are too many. */
struct text *text_get(struct catalogue *, str key);

/* One .po file into the catalogue. */
bool po_read(
    struct catalogue *, const char *path, str bytes, struct err *) MUST_USE;

/* What a source file uses. */
void scan_c(struct catalogue *, const char *path, str bytes);
void scan_html(struct catalogue *, const char *path, str bytes);

/* Whether the French is French and complete. */
void check_texts(struct catalogue *);

void emit_catalogue(struct catalogue *, struct buf *out);
/* Entries without French, for files whose path contains `file`. */
void emit_missing(struct catalogue *, str file, struct buf *out);

#endif
