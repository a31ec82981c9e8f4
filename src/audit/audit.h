/*
 * audit — what was done, by whom, about whom, in a chain of hashes.
 *
 * Appended inside the transaction of the deed itself: both are there or none.
 * hash = BLAKE2b-256, keyed per organisation, over the previous hash and every
 * field of the row; altering, removing or inserting a row is found and named.
 * The newest hash is also kept in a small file beside the database (head),
 * so that cutting the end off is found too.
 */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include <stdint.h>

#include "crypto/key.h"

struct db;

/* The closed set of words that may stand in `action`, see audit.c for texts. */
enum audit_action {
	AUDIT_SIGN_IN,
	AUDIT_SIGN_IN_FAILED,
	AUDIT_SIGN_OUT,
	AUDIT_SESSION_REVOKED,
	AUDIT_ACCOUNT_CREATED,
	AUDIT_ACCOUNT_APPROVED,
	AUDIT_ACCOUNT_REFUSED,
	AUDIT_ACCOUNT_SUSPENDED,
	AUDIT_ACCOUNT_RESTORED,
	AUDIT_ACCOUNT_STOP_ASKED,
	AUDIT_ACCOUNT_STOP_WITHDRAWN,
	AUDIT_SECOND_FACTOR_SET,
	AUDIT_RECOVERY_USED,
	AUDIT_PASSPHRASE_CHANGED,
	AUDIT_INVITED,
	AUDIT_INVITATION_REVOKED,
	AUDIT_LETTERS_PRINTED,
	AUDIT_GROUP_CREATED,
	AUDIT_SEASON_CREATED,
	AUDIT_STAFF_ASSIGNED,
	AUDIT_ROSTER_IMPORTED,
	AUDIT_AUTHORITY_CHANGED,
	AUDIT_ENROLMENT_CHANGED,
	AUDIT_CHILD_VIEWED,
	AUDIT_ROSTER_VIEWED,
	AUDIT_POST_VIEWED,
	AUDIT_MEDIUM_VIEWED,
	AUDIT_MEDIUM_DOWNLOADED,
	AUDIT_MEDIUM_UPLOADED,
	AUDIT_MEDIUM_DELETED,
	AUDIT_POST_PUBLISHED,
	AUDIT_POST_CHANGED,
	AUDIT_POST_WITHDRAWN,
	AUDIT_CHILD_ERASED,
	AUDIT_BACKUP_MADE,
	AUDIT_BACKUP_RESTORED,
	AUDIT_MEDIUM_STOPPED,
	AUDIT_STOP_OPENED,
	AUDIT_STOP_CONFIRMED,
	AUDIT_STOP_PROPOSED,
	AUDIT_STOP_REFUSED,
	AUDIT_STOP_AGREED,
	AUDIT_STOP_RELEASED,
	AUDIT_STOP_REST,
	AUDIT_STOP_KEPT_OUT,
	AUDIT_HANDLER_NAMED,
	AUDIT_HANDLER_ENDED,
	AUDIT_CUSTODIAN_NAMED,
	AUDIT_CUSTODIAN_READY,
	AUDIT_CUSTODIAN_ENDED,
	AUDIT_HANDLER_WRITTEN,
	AUDIT_LIST_ADDED,
	AUDIT_LIST_IMPORTED,
	AUDIT_LIST_ENABLED,
	AUDIT_LIST_DISABLED,
	AUDIT_LIST_ENTRY_OFF,
	AUDIT_LIST_ENTRY_ON,
	AUDIT_CONSENT_SAID,
	AUDIT_CONSENT_PAPER,
	AUDIT_CONSENT_EXPIRED,
	AUDIT_CONSENT_BLOCKED,
	AUDIT_CONSENT_LIFTED,
	AUDIT_CONSENT_STANDING,
	AUDIT_CONSENT_ASKED,
	AUDIT_CONSENT_VIEWED,
	AUDIT_CONSENT_PRINTED,
	AUDIT_CONSENT_EXPORTED,
	AUDIT_CONSENT_CONFIRMED,
	AUDIT_PAPER_VIEWED,
	AUDIT_PAPER_ADDED,
	AUDIT_FACE_BOXED,
	AUDIT_FACES_SAID,
	AUDIT_VIDEO_MASKED, /* detail: "silent", "" */
	AUDIT_VIDEO_SHOWN,  /* detail: "hidden again", "" */
	AUDIT_VIDEO_HEARD,  /* detail: "nobody", "some", "unknown" */
	AUDIT_MASK_ASKED,
	AUDIT_MASK_DECIDED,
	AUDIT_MASK_SHAPE,
	AUDIT_TRACE_ASKED,
	AUDIT_TRACE_ALLOWED,
	AUDIT_TRACE_REFUSED,
	AUDIT_TRACE_TOLD,
	AUDIT_TRACE_READ,
	AUDIT_TRACE_CLOSED,
	AUDIT_MEMORIES_TAKEN, /* detail: how many pictures */
	AUDIT_LINE_ON,
	AUDIT_LINE_OFF,
	AUDIT_ABSENCE_TOLD,     /* detail: the word, from which day to which */
	AUDIT_NOTICE_PUBLISHED, /* detail of these: the version of the text */
	AUDIT_NOTICE_CHANGED,
	AUDIT_NOTICE_WITHDRAWN,
	AUDIT_NOTICE_REMINDED,
	AUDIT_NOTICE_VIEWED,
	AUDIT_NOTICE_READ,
	AUDIT_NOTICE_SIGNED,
	AUDIT_NOTICE_PAPER,
	AUDIT_ENDS_CHOSEN, /* detail: the rule, the days */
	AUDIT_ENDED,       /* detail: the rule, how many */
	AUDIT_HOLD_PLACED, /* detail of these: the number of the hold */
	AUDIT_HOLD_ASKED,
	AUDIT_HOLD_RELEASED,
	AUDIT_CLAIM_ENTERED, /* detail of these: the kind, or the answer */
	AUDIT_CLAIM_EXTENDED,
	AUDIT_CLAIM_ANSWERED,
	AUDIT_CLAIM_WITHDRAWN,
	AUDIT_CLAIM_VIEWED,
	AUDIT_OWN_DATA_TAKEN,
	AUDIT_ACCOUNT_ERASED,
	AUDIT_CERTIFICATE_MADE, /* detail: its number */
	AUDIT_ITEM_PUBLISHED,   /* detail of these: its kind */
	AUDIT_ITEM_CHANGED,
	AUDIT_ITEM_WITHDRAWN,
	AUDIT_ITEM_VIEWED,
	AUDIT_ITEM_ANSWERED,
	AUDIT_FEED_MADE,
	AUDIT_FEED_ENDED,
	AUDIT_MEDIUM_INFECTED, /* detail: what the antivirus calls it */
	AUDIT_URGENT_WRITTEN,
	AUDIT_URGENT_APPROVED,
	AUDIT_URGENT_ENDED,
	AUDIT_UNREACHED_VIEWED, /* whom no e-mail reaches, with telephones */
	AUDIT_MOVE_ASKED,
	AUDIT_MOVE_AGREED,
	AUDIT_MOVE_REFUSED,
	AUDIT_MOVE_MADE, /* detail: how many pictures */
	AUDIT_MOVE_TAKEN,
	AUDIT_MOVE_ENDED,
	AUDIT_MOVE_BROUGHT,
	AUDIT_MOVE_DAMAGED, /* detail: a word of parcel/seal.h, or "twice" */
	AUDIT_MOVE_ACCEPTED,
	AUDIT_MOVE_TURNED_AWAY,
	AUDIT_MOVE_CONFIRMED,
	AUDIT_MOVE_DONE, /* detail: how many pictures */
	AUDIT_PUSH_KEY_RENEWED,
	AUDIT_NCMEC_SCHEMA, /* detail: its digest */
	AUDIT_ACTIONS
};

/* An actor that is no account: what the server does by a rule. */
#define AUDIT_SERVER (-2)

struct audit_event {
	int64_t organisation;
	int64_t at;
	int64_t actor; /* account, 0 the command line, -1 nobody signed in */
	enum audit_action action;
	const char *subject_kind; /* "medium", "post", "account" … or "" */
	int64_t subject;
	int64_t child;          /* 0: none */
	int64_t activity_group; /* 0: none */
	str detail; /* numbers and words of ours, never personal text */
};

const char *audit_word(enum audit_action); /* as stored */
bool audit_action_of(str word, enum audit_action *ret);
/* The sentence for people, a catalogue key (English).  %1 is whoever did it:
 * the account's name, or audit_nobody's text; %2 the detail. */
const char *audit_sentence(enum audit_action);
/* A catalogue key for an actor that is no account; NULL when it is one. */
const char *audit_nobody(int64_t actor);

/* In the caller's transaction; the key is organisation.chain. */
bool audit_append(struct db *, struct arena *, const struct key *organisation,
    const struct audit_event *, struct err *) MUST_USE;

struct audit_report {
	int64_t entries;
	int64_t first_bad; /* id of the first altered entry, 0: none */
	int64_t
	    missing_after; /* entries cut off the end after this id, 0: none */
	bool cut_off;      /* the same, and also when nothing at all is left */
};

/*
 * head: the hash kept beside the database, or NULL when there is none.  It may
 * be older than the chain (a crash between commit and head), but must be in
 * it.  Only an altered chain is a report; false is a chain that could not be
 * read.  A row that was removed is named by the one after it.  The arena is
 * only used for what is read at a time.
 */
bool audit_verify(struct db *, struct arena *, const struct key *organisation,
    int64_t organisation_id, const uint8_t *head, struct audit_report *ret,
    struct err *) MUST_USE;

/*
 * The head file: one line per organisation, `organisation entry hash`, written
 * after a commit, replaced by a rename and synced.  Everybody who appends may
 * write it at any time: it is read from the database under a lock, so it never
 * goes back.  It need not follow each commit; what was committed since the
 * last head is only protected by the next one (once a second is plenty).  A
 * head that names an entry which is not there any more stays as it is, as the
 * proof of that: ERR_CORRUPT.
 */
#define AUDIT_HEAD_FILE "audit.head" /* in the data folder */

bool audit_head_write(struct db *, const char *path, struct err *) MUST_USE;
/* *ret_found false: no file, or not this organisation.  A file that cannot be
 * understood is ERR_CORRUPT. */
bool audit_head_read(const char *path, int64_t organisation, bool *ret_found,
    uint8_t ret[KEY_DIGEST_BYTES], struct err *) MUST_USE;

#endif
