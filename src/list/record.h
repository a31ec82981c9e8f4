/*
 * record — an entry as bytes: in an entries file, in a run of the sorter, and
 * on the way from the process that read it.  The layout is in entries.h.
 */
#ifndef LIST_RECORD_H
#define LIST_RECORD_H

#include "base/buf.h"
#include "base/err.h"
#include "list/entry.h"

#define RECORD_HEAD 29
#define RECORD_MAX (RECORD_HEAD + ENTRY_VALUE_MAX + 4 * ENTRY_TEXT_MAX)

void record_put(struct buf *, const struct entry *);
size_t record_size(const struct entry *);

/* The record at the front of a view; *io is what comes after it.  The entry
 * points into the view.  False: it is none, and nothing is to be believed. */
bool record_take(str *io, struct entry *ret) MUST_USE;

/* Whether it may stand in an entries file: a kind that there is, a value of
 * its size, texts that are texts. */
bool record_is_sound(const struct entry *);

#endif
