/*
 * manifest — what a backup holds, so that a restore takes nothing else.
 *
 *	preau-backup 1
 *	made <seconds since 1970> <program version>
 *	erasures <entries> <digest of the journal's last line, or ->
 *	file <BLAKE2b-256> <bytes> <path in the backup>
 *	end <number of files> <BLAKE2b-256 keyed from the master key>
 *
 * The last line authenticates all before it: a backup is only restored with
 * the master key that it was made under, as it was made.
 */
#ifndef BACKUP_MANIFEST_H
#define BACKUP_MANIFEST_H

#include "crypto/key.h"

#define MANIFEST_NAME "manifest"
#define MANIFEST_PATH_MAX 128

struct manifest_head {
	int64_t made_at;
	int64_t files;
	int64_t erasures;
	bool has_journal;
	uint8_t journal[KEY_DIGEST_BYTES];
};

struct manifest_file {
	uint8_t digest[KEY_DIGEST_BYTES];
	int64_t bytes;
	const char *path; /* "preau.db", "audit.head" or "blobs/ab/ab…" */
};

struct manifest_writer;

struct manifest_writer *manifest_writer_new(int dir, const struct key *master,
    const struct manifest_head *, struct err *);
void manifest_writer_free(struct manifest_writer *); /* unfinished: no use */
void manifest_put(struct manifest_writer *, const struct manifest_file *);
/* Writes the last line and syncs. */
bool manifest_end(struct manifest_writer *, struct err *) MUST_USE;

DEFINE_OWNED(manifest_writer)

typedef bool manifest_see(
    void *ctx, const struct manifest_file *, struct err *);

/* Authenticates the whole manifest, then calls see (NULL: nobody).  A path
 * that could leave the folder is ERR_CORRUPT, and so is anything else that
 * manifest_put does not write.  No manifest: ERR_NOT_FOUND. */
bool manifest_read(int dir, const struct key *master, struct manifest_head *ret,
    manifest_see *, void *ctx, struct err *) MUST_USE;

#endif
