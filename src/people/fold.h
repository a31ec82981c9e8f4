/*
 * fold — what makes two spellings of a name the same name.
 *
 * Small letters without accents, whether the accent is part of the letter or
 * stands behind it; ligatures taken apart; whatever is no letter or digit
 * (blanks, dashes, apostrophes, pictures) counts as one blank between words.
 * « D’ARC-Élodie » is "d arc elodie".  Other alphabets keep their letters;
 * Greek and Cyrillic capitals become small.
 */
#ifndef PEOPLE_FOLD_H
#define PEOPLE_FOLD_H

#include "base/arena.h"

/* text is valid UTF-8; {0} past the arena's limit. */
str fold_name(struct arena *, str text);
/* The same without any blank: for the heads of columns and the answers in
 * them. */
str fold_word(struct arena *, str text);
/* The order of two such keys, for qsort: « Élodie » stands before « Zoé ». */
int fold_order(str a, str b);
/* Digits only, +33 and 0033 before nine digits read as 0; "" has none. */
str fold_phone(struct arena *, str text);

#endif
