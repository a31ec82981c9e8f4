/*
 * known — is this known material?  What jobs asks the match process.
 *
 * Keeps that process supplied with an index of the enabled lists, and asks it
 * about the hashes of media.  An asking stays open while the process is gone,
 * restarts or has no sound index, and goes on by itself when there is one
 * again: whoever asked holds the medium until then.
 */
#ifndef JOBS_KNOWN_H
#define JOBS_KNOWN_H

#include "ipc/hashes.h"
#include "ipc/match.h"
#include "jobs/delta.h"
#include "jobs/index_build.h"
#include "proc/start.h"
#include "stop/stop.h"

#define KNOWN_ASKINGS 24

enum asking_state { ASKING_NONE, ASKING_WAITS, ASKING_DONE, ASKING_FAILED };

struct known_hit {
	size_t row; /* of the hashes that were asked */
	struct match_hit hit;
};

struct asking {
	enum asking_state state;
	struct arena *arena; /* of all below */
	struct hashes hashes;
	uint32_t list[MATCH_LISTS_MAX];
	size_t n_lists; /* 0: every enabled one */
	size_t *row;    /* of each item; rows that are not compared have none */
	size_t n_items, at;
	struct known_hit *hit;
	size_t n_hits, cap_hits;
	bool is_video; /* the one item is the .tmk at fd */
	int fd;
	bool held; /* until the index that the database names is loaded */
	bool cut;  /* of some item there may be more hits */
	/* Of the index that answered; 0: none, or several did. */
	int64_t generation;
	uint32_t told; /* of struct known, likewise */
	/* Of the query under way. */
	uint32_t id; /* 0: none is */
	size_t sent;
	int64_t until_ms;
};

/* What the match process is told beside its index. */
enum telling_state { TELL_NOTHING, TELL_READS, TELL_SENDS, TELL_TOLD };

struct telling {
	enum telling_state state;
	struct delta *delta;
	size_t at;            /* ops that were sent */
	uint32_t first, last; /* serials of its messages */
	uint32_t heard;       /* of them */
	bool failed;
	int64_t until_ms, after_ms;
	uint32_t told; /* goes up whenever it compares with something else */
};

struct known {
	struct house *house;
	struct role_start *start;
	struct chan chan; /* fd -1: no match process; poll it */
	uint32_t serial;  /* of the last message */
	uint32_t swap;    /* under way, or 0 */
	int64_t swap_until_ms, swap_after_ms;
	int64_t swapping, loaded; /* generations; 0: none */
	int64_t generation;       /* the database's */
	int64_t version;          /* of the database when it was looked at */
	int64_t look_ms;          /* when to look again */
	bool stale;               /* the lists are not those of the index */
	uint8_t stamp[LIST_STAMP_BYTES]; /* of the lists now */
	size_t damaged; /* lists that can be compared in part only */
	struct telling tell;
	struct index_build *build;
	int64_t build_after_ms;
	int refusals; /* of the match process, in a row */
	struct asking asking[KNOWN_ASKINGS];
};

void known_init(struct known *, struct house *, struct role_start *);
/* NEWS_PEER of ROLE_MATCH: takes fd. */
void known_peer(struct known *, int fd);
/* The channel is readable. */
void known_hear(struct known *);
/* Follows the lists, builds, swaps, gives up what got no answer. */
void known_tick(struct known *);
int64_t known_due_ms(const struct known *); /* clock_ms() of the next tick */

/* Entries that were switched off or on, lists that changed: told at once,
 * before an index holds them (known_tell.c). */
void known_tell(struct known *);
void known_tell_anew(struct known *); /* another index, or another process */
bool known_tell_wanted(const struct known *);
/* A query would be compared with half of it. */
bool known_tell_holds_up(const struct known *);
/* True: the state is of one of its messages. */
bool known_tell_heard(struct known *, const struct match_state *);
bool known_is_current(const struct known *);

/* There is something to compare with: a medium may be decoded. */
bool known_ready(const struct known *);

/* hashes are copied; lists: only these, none: all.  NULL: later (ERR_BUSY), or
 * there is nothing that can be compared (ERR_CORRUPT). */
struct asking *known_ask(struct known *, const struct hashes *,
    const uint32_t *lists, size_t n_lists, struct err *);
/* A whole video by its .tmk file, which is copied: one row, whose value is the
 * file's digest (list/reel.h).  Its frames are asked about by known_ask, see
 * film.h.  ERR_CORRUPT: it is no .tmk. */
struct asking *known_ask_video(struct known *, str tmk, const uint32_t *lists,
    size_t n_lists, struct err *);
void known_ask_again(struct known *, struct asking *);
/* What answered is what is compared with now.  *ret_newer: lists have changed
 * that the match process was not told of yet, or cannot be read. */
bool known_holds(
    struct known *, const struct asking *, bool *ret_newer) MUST_USE;
void known_forget(struct asking *); /* NULL is fine */

/* The hits of an asking that is done, of the rows [from, until), as stop.h
 * wants them: entries that are off are left out, the nearest of each entry are
 * kept.  ERR_BUSY: the lists changed meanwhile; ask again. */
bool known_hits(const struct known *, const struct asking *, size_t from,
    size_t until, struct arena *, struct stop_hits *ret, struct err *) MUST_USE;

#endif
