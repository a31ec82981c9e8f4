/* pass — passphrases: Argon2id by libsodium (interactive limits: 64 MiB). */
#ifndef CRYPTO_PASS_H
#define CRYPTO_PASS_H

#include "base/arena.h"
#include "base/err.h"

#define PASS_MIN 12  /* code points */
#define PASS_MAX 200

enum pass_fault { PASS_OK, PASS_SHORT, PASS_LONG, PASS_COMMON, PASS_IS_LOGIN };

/* Length, and the embedded list of common passphrases (data/common-pass.txt,
 * folded to lower case, digits at the end ignored). */
enum pass_fault pass_check(str pass, str login);

bool pass_hash(struct arena *, str pass, str *ret, struct err *) MUST_USE;
bool pass_verify(str hash, str pass); /* takes as long for an empty hash */

#endif
