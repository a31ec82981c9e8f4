/*
 * index_build — makes the file that the match process compares with out of the
 * enabled lists, a slice at a time, while everything else goes on.
 *
 * <data>/lists/index-<generation>, mode 0600: written aside, synced, renamed,
 * and only then named by the database (table match_index), together with which
 * lists have changed since the one before (table rescan).  Without any list
 * it is an empty index, which is still one.  A list whose entries cannot be
 * read to their end is in it up to there, and the row of match_index_list says
 * so.
 */
#ifndef JOBS_INDEX_BUILD_H
#define JOBS_INDEX_BUILD_H

#include "house/house.h"

struct index_build;

struct index_build *index_build_new(struct house *, struct err *);
void index_build_free(struct index_build *); /* NULL is fine */
/* Reads or writes on for some milliseconds, a tenth of a second where millions
 * of entries are sorted; *ret_done: the file is in its place and the
 * database says so. */
bool index_build_step(struct index_build *, struct house *, bool *ret_done,
    struct err *) MUST_USE;

#endif
