/* file — whole files in and out, for the programs of the build. */
#ifndef TOOLS_FILE_H
#define TOOLS_FILE_H

#include "base/buf.h"
#include "base/err.h"

#define FILE_MAX (64u << 20)

bool file_read(const char *path, struct buf *ret, struct err *) MUST_USE;
/* One that holds these bytes already stays as it is, and as old. */
bool file_write(const char *path, str bytes, struct err *) MUST_USE;

/* The last part of a path, without the ending after its last dot. */
str file_stem(const char *path);

#endif
