/*
 * code — letters and digits that a person copies from paper.
 *
 * Crockford's 32 signs: no I, L, O or U; who types them anyway, or small
 * letters, blanks or dashes, is understood.  Five bits a sign.
 */
#ifndef PEOPLE_CODE_H
#define PEOPLE_CODE_H

#include "base/arena.h"

#define CODE_LETTER_SIGNS 20   /* 100 bits, on a letter */
#define CODE_RECOVERY_SIGNS 10 /* 50 bits, beside a passphrase */

/* n signs from the kernel's randomness, without dashes; {0} past the limit. */
str code_new(struct arena *, size_t n);
/* With a dash after every `group` signs. */
str code_grouped(struct arena *, str code, size_t group);
/* As code_new would have made it; false when it cannot be one of n signs. */
bool code_read(struct arena *, str typed, size_t n, str *ret) MUST_USE;

#endif
