/*
 * blob — one encrypted file, readable from any point.
 *
 * Layout: a 32-byte header (magic, chunk size, random blob salt), then chunks
 * of BLOB_CHUNK plain bytes, each AES-256-GCM (ChaCha20-Poly1305 where the
 * processor has no AES; the header says which) with the chunk number and eight
 * random bytes of its writer as nonce, under a key derived from the blob's own
 * and the header; the last chunk is marked in the authenticated data, so
 * cutting, reordering or appending is found, the first and the last already
 * when the reader opens.  A key is used for one blob only.  A damaged chunk is
 * ERR_CORRUPT and no byte of it is given.
 *
 * A writer may stop anywhere, by blob_pause, by its end or by the machine's:
 * another goes on behind the last chunk that opens, whoever wrote it.  No
 * reader opens such a file before blob_finish.
 *
 * The writer and reader need a descriptor and a key, nothing else: the front
 * uses them with keys that it is handed for one transfer.
 */
#ifndef STORE_BLOB_H
#define STORE_BLOB_H

#include <stdint.h>

#include "crypto/key.h"

#define BLOB_CHUNK ((size_t)64 * 1024)
#define BLOB_NAME_MAX 64

struct blob_writer;
struct blob_reader;

/* fd stays the caller's and is empty. */
struct blob_writer *blob_writer_new(int fd, const struct key *, struct err *);
/* As on a processor without AES instructions: ChaCha20-Poly1305, which every
 * reader opens too. */
struct blob_writer *blob_writer_new_portable(
    int fd, const struct key *, struct err *);
void blob_writer_free(struct blob_writer *);
bool blob_write(
    struct blob_writer *, const void *, size_t, struct err *) MUST_USE;
/* Writes the last chunk and syncs.  *ret_bytes: plain length. */
bool blob_finish(
    struct blob_writer *, int64_t *ret_bytes, struct err *) MUST_USE;

/*
 * To go on with a file that is not finished; fd can be read and written, and
 * nobody else writes.  What stood in it behind `at` is forgotten. ERR_CONFLICT:
 * so much is not there.
 */
struct blob_writer *blob_writer_resume(
    int fd, const struct key *, int64_t at, struct err *);
/* The most that `at` may be: what opens, in a row from the beginning, and is on
 * the disk by now.  A last chunk does not count: it is sent again. */
bool blob_durable(
    int fd, const struct key *, int64_t *ret_bytes, struct err *) MUST_USE;
/* Keeps what is held back beside the chunks, and syncs; nothing may follow. */
bool blob_pause(struct blob_writer *, struct err *) MUST_USE;
/* From now on this writer syncs nothing: another process does, by blob_sync,
 * before anybody is told that the bytes are there. */
void blob_unsynced(struct blob_writer *);
bool blob_sync(int fd, struct err *) MUST_USE;

struct blob_reader *blob_reader_new(int fd, const struct key *, struct err *);
void blob_reader_free(struct blob_reader *);
int64_t blob_bytes(const struct blob_reader *); /* plain length */
/* Up to n bytes from `at`; *ret_n is 0 only at the end. */
bool blob_read(struct blob_reader *, int64_t at, void *, size_t n,
    size_t *ret_n, struct err *) MUST_USE;

/* Chunk i as a whole, opened in work, or in what the reader keeps: valid until
 * work is used again.  ERR_INPUT: there is no such chunk. */
#define BLOB_WORK (BLOB_CHUNK + 24)
bool blob_chunk(struct blob_reader *, uint64_t i, uint8_t work[BLOB_WORK],
    str *ret, struct err *) MUST_USE;

/* The same of what a resumed writer stands on; behind the last whole one, what
 * it holds back.  Valid until work or the writer is used again. */
bool blob_reread(struct blob_writer *, uint64_t i, uint8_t work[BLOB_WORK],
    str *ret, struct err *) MUST_USE;

DEFINE_OWNED(blob_writer)
DEFINE_OWNED(blob_reader)

/*
 * The folder of blobs: names are 32 random hexadecimal digits, in 256
 * subfolders by the first two.  A new blob is written under incoming/ and
 * moved when its row is about to be committed; what is left in incoming/, and
 * a file without a row, is an orphan that `preau check` and jobs remove.
 */
struct blob_dir;

struct blob_dir *blob_dir_open(const char *path, struct err *); /* makes it */
void blob_dir_free(struct blob_dir *);
bool blob_create(struct blob_dir *, char ret_name[BLOB_NAME_MAX], int *ret_fd,
    struct err *) MUST_USE;
/* Durable in its place: rename and sync of both folders. */
bool blob_keep(struct blob_dir *, const char *name, struct err *) MUST_USE;
bool blob_open(struct blob_dir *, const char *name, int *ret_fd,
    struct err *) MUST_USE; /* read only; gone: ERR_NOT_FOUND */
/* A blob still under incoming/, to go on with.  alone: ERR_BUSY while somebody
 * else has it so; it is free again when the last copy of the descriptor is
 * closed, in whatever process, by whatever death. */
bool blob_open_incoming(struct blob_dir *, const char *name, bool alone,
    int *ret_fd, struct err *) MUST_USE;
/* Wherever it is; what is gone already is fine.  Who fails between create and
 * keep calls this, so that nothing stays. */
bool blob_remove(struct blob_dir *, const char *name, struct err *) MUST_USE;
/* Calls see() for every file, incoming ones too; age in seconds. */
bool blob_each(struct blob_dir *,
    bool (*see)(void *ctx, const char *name, bool incoming, int64_t age_s,
	struct err *),
    void *ctx, struct err *) MUST_USE;

/*
 * Who copies what was there a moment ago holds the folder (several may, also of
 * several processes) until blob_release or the end of the process: meanwhile
 * what another file has taken the place of stays.  What is erased does not
 * wait for a copy: that is blob_remove.
 */
bool blob_hold(struct blob_dir *, struct err *) MUST_USE;
void blob_release(struct blob_dir *);
/* To tidy up, until blob_release.  False: somebody holds it, not now. */
bool blob_tidy(struct blob_dir *);

DEFINE_OWNED(blob_dir)

#endif
