/*
 * import — files become the next generation of a list, or nothing changes.
 *
 * The files are read by a jailed process, sorted in bounded memory, merged
 * with what the list has, written aside and given their name; only then one
 * transaction names the file.  Whatever goes wrong before leaves the list as
 * it was; what is left lying about is swept by the next import.  One import at
 * a time in a house (ERR_BUSY); readers are not disturbed.
 */
#ifndef LIST_IMPORT_H
#define LIST_IMPORT_H

#include "list/fetch.h"
#include "list/list.h"
#include "list/merge.h"

/* A list that would lose more than half of so many entries or more is not
 * believed, unless somebody says that it is right. */
#define IMPORT_SHRINK_FROM 100

struct list_import_ask {
	int64_t list;
	int64_t by; /* account */
	int64_t now;
	char *const *file; /* paths, the pages of one window in their order; « -
			      » is standard input */
	size_t n_files;
	bool may_shrink;
	void (*progress)(void *ctx, uint64_t bytes, uint64_t total);
	/* In the transaction that the list becomes another one in; NULL is
	 * fine.  False: nothing is taken. */
	bool (*taken)(void *ctx, struct err *);
	void *ctx;
};

enum list_outcome { LIST_DONE, LIST_UNCHANGED };

struct list_imported {
	enum list_outcome outcome;
	int64_t generation;
	uint64_t bytes, accepted, skipped, malformed, tombstones;
	uint64_t elsewhere; /* of those that are skipped: at an address only */
	struct merge_counts merged;
	bool window_is_whole; /* else the checkpoint stays where it was */
	char checkpoint[WIRE_CHECKPOINT_MAX + 1];
	struct fetch_fault fault[WIRE_FAULTS_MAX];
	size_t n_fault;
};

/* Not in a transaction.  A file that is refused is recorded as well, if that
 * can be; then the error says why. */
bool list_import(struct db *, struct arena *, const struct conf *,
    const struct list_import_ask *, struct list_imported *ret,
    struct err *) MUST_USE;

#endif
