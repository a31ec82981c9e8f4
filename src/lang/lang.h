/*
 * lang — the catalogues.  Source texts are English and are the keys; po/fr.po
 * has the French.  tools/catalogue compiles them into the program and fails
 * the build when a text that the code uses has no translation.
 *
 * Arguments stand as %1 … %9 in the text, so that a translator may move them.
 * French typography (no-break spaces before : ; ! ?, « ») is in the French
 * texts themselves.
 */
#ifndef LANG_LANG_H
#define LANG_LANG_H

#include <stdint.h>

#include "base/arena.h"

enum lang { LANG_FR, LANG_EN, LANGS };

extern const char *const lang_codes[LANGS]; /* "fr", "en" */

/* Marks a text for the catalogue where a table needs a constant. */
#define N_(text) text
/* Marks both forms of a plural: lang_plural(l, N_P("%1 day", "%1 days"), n) */
#define N_P(one, many) one, many

/* The text in that language; the key itself when it is unknown. */
str lang_text(enum lang, const char *key);
bool lang_knows(const char *key); /* is it a text of ours? */
/* The form for n: French is singular for 0 and 1, English for 1. */
str lang_plural(enum lang, const char *one, const char *many, int64_t n);
/* %1 … %9 replaced (plain text, no escaping); {0} past the arena's limit. */
str lang_fill(struct arena *, str text, const str *arg, size_t n_args);

/* The best of ours for an Accept-Language header; `other` when it names none.
 */
enum lang lang_accept(str header, enum lang other);
bool lang_of_code(str code, enum lang *ret);

#endif
