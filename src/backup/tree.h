/* tree — folders and files by descriptor, for backup and restore: links are
 * never followed, nothing is overwritten. */
#ifndef BACKUP_TREE_H
#define BACKUP_TREE_H

#include <stdint.h>

#include "crypto/key.h"

bool tree_open(int at, const char *name, int *ret_fd, struct err *) MUST_USE;
/* Makes it (0700) when it is missing. */
bool tree_make(int at, const char *name, int *ret_fd, struct err *) MUST_USE;
bool tree_empty(int dir, bool *ret, struct err *) MUST_USE;
/* With everything below, at most 8 deep; missing is fine. */
bool tree_remove(int at, const char *name, struct err *) MUST_USE;

/* Unkeyed BLAKE2b-256 of a file's bytes from its beginning. */
bool tree_digest(int fd, uint8_t ret[KEY_DIGEST_BYTES], int64_t *ret_bytes,
    struct err *) MUST_USE;
/* Copies all of `from` to a new file and says what was copied; on failure the
 * new file is gone.  Not synced: the caller syncs the whole file system. */
bool tree_copy(int from, int at, const char *name,
    uint8_t ret[KEY_DIGEST_BYTES], int64_t *ret_bytes, struct err *) MUST_USE;

#endif
