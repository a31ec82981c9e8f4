/*
 * story — what happened in a case, one link after the other.
 *
 * Each event carries BLAKE2b-256, keyed with the organisation's audit key, over
 * the hash of the one before and its own values: one that was altered, taken
 * out or put in is found and named.  Reports have this chain of their own and
 * no line in the audit: that is read by directors, of whom one may be the
 * person whom a report is about.
 */
#ifndef REPORT_STORY_H
#define REPORT_STORY_H

#include "people/deed.h"

enum story_deed {
	STORY_OPENED,
	STORY_JOINED, /* one more report of the same thing */
	STORY_HIDDEN,
	STORY_SHOWN,
	STORY_READ,
	STORY_SAFE_READ, /* the evidence safe of a family */
	STORY_SAFE_SEEN, /* a picture of it: its number in the detail */
	STORY_TAKEN,
	STORY_LEFT,
	STORY_NAMED, /* somebody whom it is about too */
	STORY_NOTED,
	STORY_ASKED, /* the reporters, or by one of them: */
	STORY_ANSWERED,
	STORY_DECIDED,
	STORY_AGAIN, /* a second look is wanted */
	STORY_UPHELD,
	STORY_CHANGED,
	STORY_STATED, /* something was decided about somebody (statement.h) */
	STORY_TOLD,
	STORY_LIFTED,
	STORY_APPEALED,
	STORY_APPEAL_UPHELD,
	STORY_APPEAL_REVERSED,
	STORY_HELD, /* detail: its last day (ends/case_hold.h) */
	STORY_RELEASE_ASKED,
	STORY_RELEASED, /* detail « date »: its day was over */
	/* A paper for an authority (filing.h); detail: its kind, and of a
	 * version its number and digest. */
	STORY_PAPER_BEGUN,
	STORY_PAPER_CHECKED,
	STORY_PAPER_SENT,
	STORY_PAPER_DROPPED,
	STORY_PAPER_OVER, /* related data need not be kept any longer for it */
	STORY_PAPER_CLOSED,
	STORY_SEAL_WANTED, /* words: why (custody/seal.h) */
	STORY_SEALED,
	STORY_HANDED, /* detail: the number of the handing over */
	STORY_SEAL_RELEASED,
	STORY_DESTROYED,
	/* Stored as READ, with which picture in the detail. */
	STORY_LOOKED,
	STORY_LOOKED_CLOSER,
	STORY_PASSED, /* stored as LEFT, detail « aside »: by whom is not kept
		       */
	STORY_DEEDS
};

/* Who reads an event beside those who handle the case. */
#define STORY_INSIDE 0      /* nobody */
#define STORY_TOLD_ALL (-1) /* every reporter */
/* else the number of one report: its reporter */

struct story_event {
	int64_t id, at;
	enum story_deed deed;
	int64_t told;
	str actor;  /* a name; empty: a reporter, or nobody */
	str detail; /* a word of ours: the outcome, say */
	str words;
};

struct story {
	struct story_event *v;
	size_t n;
	int64_t broken; /* the first event that is not as it was written; 0 */
};

str story_word(enum story_deed);             /* as stored */
const char *story_sentence(enum story_deed); /* catalogue key */

/* In the caller's transaction.  Of a reporter's deed the actor is nobody. */
bool story_add(const struct deed *, int64_t case_file, enum story_deed,
    int64_t told, str detail, str words, struct err *) MUST_USE;
bool story_load(struct house *, struct arena *, const struct organisation *,
    int64_t case_file, struct story *ret, struct err *) MUST_USE;

#endif
