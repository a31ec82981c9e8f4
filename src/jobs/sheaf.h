/*
 * sheaf — one uploaded file on its way to being a document: intake.h for what a
 * document worker makes instead of a media worker.
 *
 * It is asked about by its digests; its pages are asked about as the photos
 * that they become.  The worker writes the safe PDF and the text into blobs
 * that are under incoming/ until they are committed; a sheaf that is not stored
 * takes them along when it goes.  The pages are committed with it, as media of
 * their own that wait for their intake: nothing of a document is shown before
 * they are looked at.
 */
#ifndef JOBS_SHEAF_H
#define JOBS_SHEAF_H

#include "house/house.h"
#include "ipc/document.h"
#include "ipc/hashes.h"
#include "ipc/office.h"
#include "jobs/rendition.h"

/* Beside the original, side 0 of a blob's row. */
#define SHEAF_PDF 1
#define SHEAF_TEXT 2

struct sheaf {
	int64_t medium;
	struct kept pdf, text; /* under incoming/ */
	/* What the worker said. */
	struct document_taken taken;
	struct office_taken office; /* of what was no PDF before; else 0 */
	struct hash_row digest[3];
	struct hashes hashes; /* of the file */
	bool stored;
};

/* The original and empty blobs, for a worker: what DOCUMENT_TAKE takes along.
 * fds are the caller's; *ret_job is to be wiped.  ERR_NOT_FOUND: it waits no
 * more. */
bool sheaf_open(struct house *, struct arena *, int64_t medium,
    struct sheaf **ret, struct document_take *ret_job,
    int ret_fd[DOCUMENT_TAKE_FDS], struct err *) MUST_USE;
void sheaf_free(struct house *, struct sheaf *); /* NULL is fine */
bool sheaf_in_use(const struct sheaf *, const char *name);

/* What a worker says of it, DOCUMENT_OK, from a process that a stranger may
 * have taken over: checked. */
bool sheaf_taken(struct house *, struct sheaf *, const struct document_taken *,
    struct err *) MUST_USE;

/* Whole, or nothing of it. */
bool sheaf_store(struct house *, struct arena *, struct sheaf *, int64_t now,
    struct err *) MUST_USE;

#endif
