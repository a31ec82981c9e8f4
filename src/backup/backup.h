/*
 * backup — a copy of the house in one folder, made while the server runs, and
 * the way back.
 *
 *	<out>/backup-YYYYmmdd-HHMMSS/manifest, preau.db, audit.head, blobs/ab/…
 *
 * The database is copied first, then the files that its rows refer to; what is
 * deleted in between is not missed.  Files never change, so those that the
 * newest backup in <out> has already are linked, not copied: every folder is
 * whole, and costs only what is new.  While it is made the folder is called
 * .part; one that a crash left is removed by the next backup.
 *
 * The master key and the erasure journal are not in it, on purpose: without
 * the first nothing can be read, without the second what was erased since
 * would come back.  Both are to be kept elsewhere.
 */
#ifndef BACKUP_BACKUP_H
#define BACKUP_BACKUP_H

#include "backup/manifest.h"
#include "erasure/erasure.h"
#include "house/house.h"

#define BACKUP_NAME_MAX 32

struct backup_report {
	char name[BACKUP_NAME_MAX]; /* the folder in out */
	int64_t files, linked;      /* blobs in it; of these not copied again */
	int64_t bytes, copied_bytes;
	int64_t gone;    /* deleted while the backup was made */
	int64_t missing; /* wanted, and not there: see `preau check` */
};

/* house may be open for reading only.  Two at a time: ERR_BUSY.  On failure
 * nothing stays in out. */
bool backup_make(struct house *, const char *out, int64_t now,
    struct backup_report *ret, struct err *) MUST_USE;

struct backup_limits {
	int64_t now, age_s;
	int64_t most; /* at a time */
};

/* Removes what is older or more than that of what this house made in `out`; the
 * newest stays whatever its age, and what is damaged or another's stays too. */
bool backup_thin(const char *out, const struct key *master,
    const struct backup_limits *, int64_t *ret_removed, struct err *) MUST_USE;

/* Every file against the manifest, the manifest against the master key. */
bool backup_verify(const char *from, const struct key *master,
    struct manifest_head *ret, struct err *) MUST_USE;

struct restore_call {
	const char *from;        /* one backup-… folder */
	const struct conf *conf; /* where data and the journal are */
	const struct key *master;
	bool force;           /* move data that is there aside */
	bool without_journal; /* go on when the journal is missing or broken */
	int64_t now;
};

struct restore_report {
	int64_t made_at;
	int64_t files, bytes;
	struct erasure_report erased; /* what the journal took out again */
	bool journal_used; /* false: what was erased since may be back */
	int64_t audit_entries;
	int64_t
	    audit_bad; /* first altered entry that the backup holds, 0 none */
	char aside[CONF_TEXT_MAX + 32]; /* where the old data are, or "" */
};

/*
 * Verifies everything first and builds the new data beside the old: a failure
 * leaves what was.  Data that are in use are ERR_BUSY, data without `force`
 * ERR_CONFLICT, a journal that is missing ERR_NOT_FOUND, cut off ERR_CONFLICT.
 */
bool backup_restore(const struct restore_call *, struct restore_report *ret,
    struct err *) MUST_USE;

#endif
