/*
 * house — what every handler, job and command works with: the database, the
 * blobs, the organisations with their keys and clocks.
 */
#ifndef HOUSE_HOUSE_H
#define HOUSE_HOUSE_H

#include "base/zone.h"
#include "conf/conf.h"
#include "crypto/key.h"
#include "house/opened.h"
#include "lang/lang.h"
#include "store/blob.h"
#include "store/db.h"

struct consent_board;
struct chan;
struct received;

struct organisation {
	int64_t id;
	str name, profile;
	enum lang lang;
	struct zone *zone;
	int64_t evening_min; /* « tonight », minutes after local midnight */
	struct key key;      /* text and blobs */
	struct key digest;   /* derived: names looked up, never read */
	struct key chain;    /* derived: the audit */
	struct key mark;     /* derived: the viewers' marks in pictures */
	struct kept *opened; /* its texts (opened.h); NULL before a look */
};

struct house {
	const struct conf *conf;
	struct db *db;
	struct blob_dir *blobs;
	struct blob_dir *parcels; /* move/parcels.h; in no backup */
	struct key master;
	struct key login;         /* derived: logins, codes and tokens */
	struct key form;          /* derived of login: tokens of forms */
	struct organisation *org; /* all of them, few */
	size_t n_org;
	int64_t told_at,
	    told_ms; /* of house_now: a time, and the monotonic one */
	bool
	    weak_sandbox; /* set by the process: administrators' pages say so */
	/* To the printer (ipc/print.h); NULL: this process has none. */
	struct chan *printer;
	/* What it sent to whom (sharing/received.h); NULL: it sends nothing. */
	struct received *received;
	/* What consent/board.h keeps here from one request to the next. */
	struct consent_board *consent;
	void (*consent_free)(struct consent_board *);
};

/* Opens everything below conf's data folder; db mode as store/db.h.  master is
 * copied.  Organisations are read again when one was added. */
bool house_open(struct house *, const struct conf *, const struct key *master,
    enum db_open_mode, struct err *) MUST_USE;
void house_close(struct house *); /* wipes the keys */
bool house_reload(struct house *, struct err *) MUST_USE;

/* db_look for a page: texts that it opens are kept for the next page that sees
 * the same version.  house_rest wipes them; to be called when it is quiet. */
bool house_look(struct house *, struct err *) MUST_USE;
void house_rest(struct house *);

/* The time by which rights are judged.  It does not go back: a clock that was
 * set back, by HOUSE_BACK_S at most, must not bring ended sessions, letters and
 * enrolments to life.  Beyond that, it was the earlier clock that was wrong. */
#define HOUSE_BACK_S (2 * 86400)
int64_t house_now(struct house *);

/* Borrowed, valid until house_reload; ERR_NOT_FOUND. */
bool house_org(const struct house *, int64_t id,
    const struct organisation **ret, struct err *) MUST_USE;

/* Makes an organisation with a fresh key; inside the caller's transaction. */
bool house_org_create(struct house *, struct arena *, str name, str profile,
    str time_zone, enum lang, int64_t now, int64_t *ret_id,
    struct err *) MUST_USE;

/* The master key file of 32 bytes, 0600; created when it is missing and
 * `create`.  Readable by others: ERR_DENIED. */
bool master_read(
    const char *path, bool create, struct key *ret, struct err *) MUST_USE;

/* Short text of one organisation, opened into the arena; what cannot be opened
 * any more (an erased key) is "". */
str house_text(struct arena *, const struct organisation *, const char *context,
    str sealed);

#endif
