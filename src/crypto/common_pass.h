/* common_pass — data/common-pass.txt as tools/passlist compiled it: words one
 * after the other, each ended by a NUL, and where each begins, sorted. */
#ifndef CRYPTO_COMMON_PASS_H
#define CRYPTO_COMMON_PASS_H

#include <stddef.h>
#include <stdint.h>

extern const char pass_common[];
extern const uint16_t pass_common_at[];
extern const size_t pass_common_n;

#endif
