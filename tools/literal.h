/*
 * literal — C string literals as the generators read them, and the name that
 * a text has in the compiled catalogue.  Shared by tmplc and catalogue: both
 * must come to the same symbol from the same text.
 */
#ifndef TOOLS_LITERAL_H
#define TOOLS_LITERAL_H

#include <stdint.h>

#include "base/buf.h"

/* Past blanks and line ends. */
void skip_blank(str *);

/* Takes "…" off the front, escapes resolved, and appends it to out.  False
 * when there is no literal there or it does not end on its line. */
bool literal_take(str *, struct buf *out) MUST_USE;

/* Same, with the neighbours that C would join: "a" "b". */
bool literal_take_joined(str *, struct buf *out) MUST_USE;

/* The number of bytes of the string or character literal at the front, quotes
 * included; 0 when it does not end. */
size_t literal_length(str);

/* Writes text as one C literal, quotes included, broken over lines that begin
 * with indent; NULL: on one line. */
void literal_put(struct buf *, str text, const char *indent);

/* Does `part` stand anywhere in s? */
bool text_has(str s, str part);

/* FNV-1a, 64 bits: message symbols are msg_<16 hex digits of this>. */
uint64_t text_hash(str);

/* Bit N is set when %N stands in the text, N from 1 to 9. */
unsigned text_args(str);

#endif
