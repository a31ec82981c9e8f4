/*
 * fetch — one list file through the process that reads it (preau-list-reader),
 * into a sorter.
 *
 * The bytes pass through here, so that what is digested is what was read.  The
 * reader is believed nothing: frames are checked, and a file counts only when
 * the reader has said END and left well.
 */
#ifndef LIST_FETCH_H
#define LIST_FETCH_H

#include <sodium.h>

#include "conf/conf.h"
#include "list/reading.h"
#include "list/sort.h"

struct fetch_fault {
	uint32_t file; /* of the import, from 0 */
	uint64_t line, offset;
	enum list_fault fault;
	uint8_t kind;
};

struct fetch {
	const struct conf *conf;
	struct sort *sort;
	crypto_hash_sha256_state digest; /* of all files, one after the other */
	uint32_t file;
	uint64_t bytes; /* of the files */
	uint64_t total; /* to be read, 0 when nobody knows */
	uint64_t entries, gone, skipped, faults;
	uint64_t elsewhere;    /* of those that are skipped, see wire.h */
	uint32_t first_record; /* of this file in the import */
	struct fetch_fault fault[WIRE_FAULTS_MAX];
	size_t n_fault;
	bool whole; /* the last file was a last page */
	char checkpoint[WIRE_CHECKPOINT_MAX + 1];
	void (*progress)(void *ctx, uint64_t bytes, uint64_t total);
	void *ctx;
};

/* ERR_INPUT and ERR_LIMIT with what the reader says of the file. */
bool fetch_file(
    struct fetch *, int fd, const struct list_ask *, struct err *) MUST_USE;

#endif
