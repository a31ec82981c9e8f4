/*
 * index_file — the files in <data>/lists/ that index_build makes and the match
 * process maps: index-<generation>, written aside and then put in its place.
 */
#ifndef JOBS_INDEX_FILE_H
#define JOBS_INDEX_FILE_H

#include "base/arena.h"
#include "conf/conf.h"

/* An empty one aside, to read and write. */
bool index_file_begin(const struct conf *, int64_t generation, int *ret_fd,
    struct err *) MUST_USE;
/* What is aside, whole and synced, becomes the file of that generation. */
bool index_file_place(
    const struct conf *, int64_t generation, struct err *) MUST_USE;
/* What is half written is of no use, and takes room. */
void index_file_drop(const struct conf *, int64_t generation);

/* Of a file of entries: size and time, to see that it was mended. */
bool index_file_state(const struct conf *, struct arena *, str file, str *ret,
    struct err *) MUST_USE;
/* Opened for reading. */
bool index_file_open(const struct conf *, int64_t generation, int *ret_fd,
    struct err *) MUST_USE;
/* All index files but that one. */
bool index_file_sweep(
    const struct conf *, int64_t generation, struct err *) MUST_USE;

#endif
