/* item_words — the words of an item and of its lines, sealed and opened. */
#ifndef LIFE_ITEM_WORDS_H
#define LIFE_ITEM_WORDS_H

#include "life/item.h"

/* of: the organisation's key, or a child's.  What a language lacks is NULL. */
bool item_words_seal(const struct deed *, const struct key *of,
    const struct item_new *, str ret[LANGS], struct err *) MUST_USE;
/* child: DB_NULL, or under whose key.  What cannot be opened is "". */
void item_words_open(const struct deed *, int64_t child, str key_wrapped,
    const str sealed[LANGS], str ret[LANGS][ITEM_PARTS]);

bool item_line_seal(const struct deed *, const struct item_line *,
    str ret[LANGS], struct err *) MUST_USE;
void item_line_open(
    const struct deed *, const str sealed[LANGS], struct item_line *io);

#endif
