/*
 * match — messages between jobs and the match process.
 *
 * The match process knows hashes and numbers, nothing else: no name, no row
 * of a medium, no key.  Jobs hands it an index file (SWAP), what changed since
 * the file was made (DELTA), and asks (QUERY): at intake with the hashes of
 * one medium, at a rescan with those of many; about a whole video by its .tmk
 * (VIDEO).
 *
 * Messages are served in their order, but a SWAP takes its time: until its
 * STATE, answers are of the index before, whose generation they say, and
 * another SWAP is out of place.  A QUERY sees every DELTA before it.  Until the
 * first SWAP has succeeded, and after one that failed on a process that had no
 * index, a QUERY is answered « no index », which is never « no hit »: whoever
 * asked must hold the medium.
 */
#ifndef IPC_MATCH_H
#define IPC_MATCH_H

#include "base/buf.h"
#include "base/err.h"
#include "ipc/chan.h"
#include "ipc/read.h"

enum match_kind {
	MATCH_SWAP = 1, /* to the matcher; fd 0: the index file, read-only */
	MATCH_DELTA = 2,
	MATCH_QUERY = 3,
	MATCH_STATE = 4,  /* to jobs: what came of a SWAP or DELTA */
	MATCH_ANSWER = 5, /* to jobs: what came of a QUERY or VIDEO */
	MATCH_VIDEO = 6,  /* to the matcher; fd 0: a .tmk file, sealed */
};

#define MATCH_VALUE_MAX 256u /* bytes of a value; eight PDQ hashes */
#define MATCH_KIND_MAX 63u   /* enum hash_kind on the wire is below that */
#define MATCH_DISTANCE_MAX (1u << 24) /* 144 squared bytes */
#define MATCH_LISTS_MAX 64u           /* of one scope, and of one table */
#define MATCH_OPS_MAX 1024u           /* of one DELTA */
#define MATCH_ITEMS_MAX 4096u
#define MATCH_HITS_MAX 4096u    /* of one ANSWER */
#define MATCH_ITEM_HITS_MAX 64u /* of one item, the nearest */
/* A body of at most that many bytes always fits one message. */
#define MATCH_BODY_MAX ((size_t)128 * 1024)

extern const struct chan_permit match_to_matcher[];
extern const struct chan_permit match_to_jobs[];

/* ---- SWAP ---- */

/* serial: of this message, answered by the STATE with the same one.  The
 * matcher keeps what it had when the new file is not sound. */
struct match_swap {
	uint32_t serial;
	uint64_t generation; /* of the file */
};

void match_swap_write(struct buf *, const struct match_swap *);
bool match_swap_read(str, struct match_swap *ret, struct err *) MUST_USE;

/* ---- DELTA ---- */

enum match_op_kind {
	MATCH_INSERT, /* an entry that the file does not hold */
	MATCH_DELETE, /* an entry, in the file or inserted, matches no more */
	MATCH_LIST,   /* a list matches, or not; and how near is a match */
	MATCH_FORGET, /* all that was changed since the last SWAP; list is 0 */
	MATCH_OP_KINDS
};

struct match_op {
	uint8_t op; /* enum match_op_kind */
	uint32_t list;
	uint32_t entry; /* INSERT, DELETE */
	uint8_t kind;   /* INSERT: enum hash_kind; LIST: of threshold, or 0 */
	str value;      /* INSERT */
	bool enabled;   /* LIST */
	uint32_t threshold; /* LIST: at most: a match */
};

/* A SWAP forgets all that came before it. */
struct match_delta {
	uint32_t serial;
	uint32_t n;
};

/* One head, then n ops. */
void match_delta_write(struct buf *, const struct match_delta *);
void match_op_write(struct buf *, const struct match_op *);
/* The reader goes on with match_op_read, n times, then read_end. */
bool match_delta_read(str, struct match_delta *ret, struct reader *ret_ops,
    struct err *) MUST_USE;
void match_op_read(struct reader *, struct match_op *ret); /* sets bad */

/* ---- STATE ---- */

enum match_verdict {
	MATCH_OK,
	MATCH_REFUSED,  /* the file is not sound, or a value is not */
	MATCH_NO_INDEX, /* a DELTA or QUERY before any SWAP */
	MATCH_FAILED,   /* of our own: memory */
	MATCH_VERDICTS
};

struct match_state {
	uint32_t serial;
	uint8_t verdict;     /* enum match_verdict */
	uint64_t generation; /* in use now; 0: none */
	uint64_t entries;    /* of the file in use */
};

void match_state_write(struct buf *, const struct match_state *);
bool match_state_read(str, struct match_state *ret, struct err *) MUST_USE;

/* ---- QUERY ---- */

/* One stored hash of a medium.  PDQ brings one value of 32 bytes or the eight
 * dihedral ones (256 bytes); other kinds one value. */
struct match_item {
	uint8_t kind;       /* enum hash_kind */
	uint8_t hypothesis; /* comes back with a hit */
	str value;
};

/* lists: only these; n_lists 0: every enabled one. */
struct match_query {
	uint32_t id;
	uint32_t n_lists;
	uint32_t list[MATCH_LISTS_MAX];
	uint32_t n_items;
};

/* One head, then n_items items. */
void match_query_write(struct buf *, const struct match_query *);
void match_item_write(struct buf *, const struct match_item *);
bool match_query_read(str, struct match_query *ret, struct reader *ret_items,
    struct err *) MUST_USE;
void match_item_read(struct reader *, struct match_item *ret); /* sets bad */

/* ---- VIDEO ---- */

/* A query of one item that comes as a file.  Its hits are of kind HASH_TMK,
 * their distances as of hash/kind.h. */
void match_video_write(struct buf *, const struct match_query *);
bool match_video_read(str, struct match_query *ret, struct err *) MUST_USE;

/* ---- ANSWER ---- */

/* An item brings at most MATCH_ITEM_HITS_MAX, the nearest, one per entry; as
 * many as that mean that there may be more.  transform: which of the eight
 * dihedral values it was (hash/pdq.h), 0 where there is one. */
struct match_hit {
	uint32_t item; /* its place in the query */
	uint32_t list, entry;
	uint32_t distance;
	/* kind: of the entry, a frame of a video (HASH_VPDQ) for a PDQ too. */
	uint8_t kind, hypothesis, transform;
};

/* Only `done` items were compared; the asker asks again with the rest.  done
 * is 0 exactly when the verdict is not MATCH_OK. */
struct match_answer {
	uint32_t id;
	uint8_t verdict;
	uint64_t generation;
	uint32_t done;
	uint32_t n_hits;
};

/* One head, then n_hits hits, by item, the nearest first. */
void match_answer_write(struct buf *, const struct match_answer *);
void match_hit_write(struct buf *, const struct match_hit *);
bool match_answer_read(str, struct match_answer *ret, struct reader *ret_hits,
    struct err *) MUST_USE;
void match_hit_read(struct reader *, struct match_hit *ret); /* sets bad */

#endif
