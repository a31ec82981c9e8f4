/*
 * fonts — which fonts a document is printed with: those below the folders of
 * this machine's fonts, found by no other configuration than this one.
 *
 * DejaVu for what it has, and what else has a letter where it has none; no
 * coloured pictures in place of letters.  Files of fonts are opened when a
 * letter needs them.
 */
#ifndef PRINT_FONTS_H
#define PRINT_FONTS_H

#include "base/err.h"

/* Once; again changes nothing. */
bool fonts_init(struct err *) MUST_USE;

#endif
