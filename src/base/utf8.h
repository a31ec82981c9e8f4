/*
 * utf8 — text that people typed: is it text, how long is it to a person, and
 * is it fit to stand on one line of a page or a list.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdint.h>

#include "base/arena.h"

/* Strict UTF-8: shortest forms, no surrogates, at most U+10FFFF. */
bool utf8_valid(str) MUST_USE;

/* Takes one code point off the front of a valid view; 0 when it is empty. */
uint32_t utf8_next(str *);

size_t utf8_length(str); /* code points of a valid view */

/*
 * A name or a one-line text made fit to store: trimmed, control characters
 * and line ends become a space, runs of blanks one, and the invisible marks
 * that turn the direction of text (U+202A..202E, U+2066..2069, U+200E, U+200F,
 * U+061C) are dropped: a name shows in its own order and changes nobody
 * else's.  False when it is not UTF-8, is longer than max code points, or does
 * not fit the arena.  With `lines`, line ends are kept as \n.
 */
bool utf8_clean(struct arena *, str, size_t max, bool lines,
    str *ret) MUST_USE;

#endif
