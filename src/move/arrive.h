/*
 * arrive — a child comes from another house: the file that its family brings.
 *
 * Whoever holds authority over a child enrolled here brings it, whole or in
 * pieces; it is checked to its last byte (take.h); a director sees from where
 * it is and accepts; then the family confirms, and only then it is taken in.  A
 * file that was taken in once is never taken in again.
 */
#ifndef MOVE_ARRIVE_H
#define MOVE_ARRIVE_H

#include "ipc/http.h"
#include "move/leave.h"
#include "sharing/pieces.h"

#define ARRIVE_BYTES_MAX ((int64_t)2 << 30)
#define ARRIVE_SMALL_MAX ((uint64_t)40 << 20) /* in one request */
#define ARRIVE_COMING_S PIECES_SILENT_S
#define ARRIVE_WAITS_S ((int64_t)30 * 86400) /* for a decision */
#define ARRIVE_ALBUM_MAX 300                 /* pictures in one album */

enum arrive_state {
	ARRIVE_COMING,
	ARRIVE_WHOLE,
	ARRIVE_CHECKED,
	ARRIVE_DAMAGED,
	ARRIVE_ACCEPTED,
	ARRIVE_REFUSED,
	ARRIVE_CONFIRMED,
	ARRIVE_DONE,
	ARRIVE_ENDED,
	ARRIVE_STATES
};

struct arriving {
	int64_t id, child, bringer;
	enum arrive_state state;
	str fault;        /* of DAMAGED; "full": the disk, again */
	int64_t fault_at; /* byte; DB_NULL */
	struct card from; /* once it was checked */
	str words;        /* of that card */
	int64_t made_at;  /* likewise, and what is in it */
	int64_t pictures, videos, documents;
	str record; /* likewise; "" */
	int64_t decided_at, confirmed_at, done_at, imported, bytes, seen_at;
	str why;
	str name, key_wrapped;
};

struct arrivings {
	struct arriving *v;
	size_t n;
};

bool arrive_may(const struct viewer *, int64_t child);

bool arrive_load(const struct deed *, int64_t id, struct arriving *ret,
    struct err *) MUST_USE;
bool arrive_of_child(const struct deed *, int64_t child, bool *ret_found,
    struct arriving *ret, struct err *) MUST_USE;
/* That a director decides about, or decided. */
bool arrive_open(
    const struct deed *, struct arrivings *ret, struct err *) MUST_USE;

/* ---- the bytes; who may is asked by the caller ---- */

/* A new file, in the caller's transaction.  bytes: promised, or DB_NULL.
 * ERR_CONFLICT: another one is under way. */
bool arrive_begin(const struct deed *, int64_t child, int64_t bytes,
    int64_t *ret_id, struct parcel_file *ret, struct err *) MUST_USE;
/* How far it is. */
bool arrive_look(const struct deed *, const struct arriving *,
    struct pieces *ret, enum pieces_answer *, struct err *) MUST_USE;
bool arrive_piece(const struct deed *, const struct arriving *,
    const struct http_tus *, uint64_t bytes, struct pieces *,
    struct http_file_go *ret, int *ret_fd, enum pieces_answer *,
    struct err *) MUST_USE;
/* How it ended, in the caller's transaction: the whole is to be checked, what
 * is not kept leaves nothing. */
bool arrive_came(const struct deed *, const struct arriving *,
    const struct http_file *, struct pieces *, enum pieces_answer *,
    struct err *) MUST_USE;

/* ---- decisions, in the caller's transaction ---- */

bool arrive_decide(const struct deed *, int64_t id, bool accept, str why,
    struct err *) MUST_USE;
bool arrive_confirm(
    const struct deed *, const struct arriving *, struct err *) MUST_USE;
/* Given up; of what was taken in, the record (the albums: by permit). */
bool arrive_end(
    const struct deed *, const struct arriving *, struct err *) MUST_USE;

#endif
