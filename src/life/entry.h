/* entry — an entry of the day for families by name: one for each child, that
 * nobody else's family reads, sealed under the child's own key. */
#ifndef LIFE_ENTRY_H
#define LIFE_ENTRY_H

#include "life/item.h"

/* Some are named, and no group is. */
bool entry_is_by_name(const struct post_facts *);

/* The item becomes the first child's, a copy each of the others'. */
bool entry_publish(const struct deed *, const struct grant *,
    const struct item *, int64_t at, enum words_hour *ret,
    struct err *) MUST_USE;

/* For words that are sealed under a child's key already. */
bool entry_seal(const struct deed *, int64_t child, const struct item_new *,
    str ret[LANGS], struct err *) MUST_USE;

#endif
