/*
 * intake — one uploaded file on its way to being a photo.
 *
 * intake_open gives the plain bytes in a sealed memory file, for a media
 * worker; intake_store encrypts what came back and commits it with its rows at
 * once; intake_refuse destroys the bytes and keeps the reason.  A file that is
 * no longer queued (somebody deleted it meanwhile) is ERR_NOT_FOUND, and its
 * job is gone.
 *
 * Blob files are in place before the commit: a crash in between leaves a file
 * without a row, which sweep.h removes; never a row without a file.
 */
#ifndef JOBS_INTAKE_H
#define JOBS_INTAKE_H

#include "hash/query.h"
#include "house/house.h"
#include "ipc/hashes.h"
#include "ipc/media.h"
#include "sql_medium.h"

#define INTAKE_JOB "intake" /* job.kind; subject: the medium */
#define INTAKE_BYTES_MAX ((int64_t)40 << 20)

extern const uint32_t intake_sides[MEDIA_SIDES];

/* ret_place: where the marks of each rendition are to be (mark/embed.h). */
bool intake_open(struct house *, struct arena *, int64_t medium, int *ret_fd,
    struct key ret_place[MEDIA_SIDES], struct err *) MUST_USE;

/* The row of a file that waits; its job is gone with one that does not. */
bool intake_row(struct house *, struct arena *, int64_t medium,
    struct sql_medium_to_take_row *ret, struct err *) MUST_USE;
/* The organisation, be it younger than this process. */
bool intake_org(struct house *, int64_t id, const struct organisation **ret,
    struct err *) MUST_USE;

/* By its first bytes, a film or a document: it is noted as such, for film.h and
 * sheaf.h.  Or it was already. */
bool intake_is_other(struct house *, struct arena *, int64_t medium, bool *ret,
    struct err *) MUST_USE;

/* The bytes of a blob, by its row, to be read; its key is wiped by the caller.
 * *ret_fd is the caller's.  Errors as below. */
bool intake_blob(struct house *, struct arena *, int64_t organisation, str blob,
    str key_wrapped, int *ret_fd, struct key *ret, struct err *) MUST_USE;

/* The plain bytes of a blob, by its row; ERR_CORRUPT: its key or file is
 * not there, or damaged. */
bool intake_original(struct house *, struct arena *, int64_t organisation,
    str blob, str key_wrapped, int *ret_fd, struct err *) MUST_USE;

/* The hashes that came with an answer, in its last memory file, of
 * done.hashes_bytes; from a process that a stranger may have taken over, and
 * checked: kinds and the sizes of their values, no row twice. */
bool intake_hashes(struct arena *, int fd, uint32_t bytes, struct hashes *ret,
    struct err *) MUST_USE;

/* Its kind is one that is computed here, its value as long as that says, and so
 * on: a row that may be stored or asked about. */
bool intake_is_whole(const struct hash_row *) MUST_USE;

/* fd: one memory file per rendition, as suspect.  Renditions, hashes and rows
 * are there together or not at all. */
bool intake_store(struct house *, struct arena *, int64_t medium,
    const struct media_done *, const struct hashes *, const int fd[MEDIA_SIDES],
    int64_t now, struct err *) MUST_USE;

/* The rows of one medium, inside the caller's transaction; old ones go. */
bool intake_hash_rows(
    struct db *, int64_t medium, const struct hashes *, struct err *) MUST_USE;

/* reason: a word of media_verdict_word. */
bool intake_refuse(struct house *, struct arena *, int64_t medium,
    const char *reason, int64_t now, struct err *) MUST_USE;

#endif
