/*
 * tipline — a report of a case to NCMEC's CyberTipline: written by who handles
 * the case, looked at, sent by hand, followed until it is taken.
 *
 * Nothing of the files goes (law.h): the document, and a list of what the case
 * is about by digests, with when it came and whether one of the staff opened
 * it.  The last is read in the register and nowhere else.
 *
 * One person sends: nothing in the rules asks for two, the law of the place
 * where such a report is a duty wants it soon, and what was sent by mistake
 * can be taken back until the last call.  It is in the story of the case.
 *
 * One report of a case is on its way at a time.  What is sent is what was
 * checked, byte for byte, kept with every call and answer under the key of the
 * case, and ends with it.  Everything asks the path first (report/casefile.h);
 * where the configuration does not name NCMEC there is nothing:
 * ERR_NOT_FOUND.  Within the caller's transaction.
 */
#ifndef TIPLINE_TIPLINE_H
#define TIPLINE_TIPLINE_H

#include "ncmec/doc.h"
#include "ncmec/step.h"
#include "report/casefile.h"

#define TIPLINE_WORDS_MAX 6000 /* code points */
#define TIPLINE_URGENT_MAX 3000
#define TIPLINE_MEDIA_MAX 600
#define TIPLINE_EVENTS 80 /* addresses that stand in one report */
#define TIPLINE_LINES 120 /* of one list: more media make a second one */

struct tipline_draft {
	const struct ncmec_incident *incident;
	int64_t at;        /* when it happened */
	str words, urgent; /* urgent: why; empty: it is not */
	bool accounts;     /* say whom it is about, by number */
	bool addresses;    /* and from where what it is about was sent */
};

enum tipline_state {
	TIPLINE_CHECKING, /* written, not sent */
	TIPLINE_SENDING,
	TIPLINE_STUCK,
	TIPLINE_FINISHED,
	TIPLINE_RETRACTED,
	TIPLINE_STATES
};

struct tipline {
	int64_t id, organisation, case_file, files;
	int64_t made_by, made_at, sent_by, sent_at, ended_at; /* 0: not yet */
	int64_t kept_until_on; /* 0: not kept for that */
	bool test;
	enum tipline_state state;
	struct ncmec_run run;
	str number;       /* of the case */
	str doc, records; /* doc empty: the key of the case is gone */
	str key_wrapped;
};

struct tiplines {
	struct tipline *v; /* the newest first */
	size_t n;
};

bool tipline_on(const struct house *); /* NCMEC is in the configuration */

/* ERR_INPUT with a field in *ret_fault: what stands against it; ERR_LIMIT: too
 * many media; ERR_CONFLICT: one is on its way. */
bool tipline_make(const struct deed *, int64_t case_file,
    const struct tipline_draft *, int64_t *ret_id,
    struct ncmec_fault *ret_fault, struct err *) MUST_USE;

/* What was written and looked at goes; ERR_CONFLICT: it went, or what it says
 * of who opened a file is not true any more (tipline_outdated). */
bool tipline_send(
    const struct deed *, int64_t case_file, int64_t id, struct err *) MUST_USE;
/* It shall not: at once, or as soon as the other side says so. */
bool tipline_cancel(
    const struct deed *, int64_t case_file, int64_t id, struct err *) MUST_USE;
/* What is stuck is tried once more. */
bool tipline_again(
    const struct deed *, int64_t case_file, int64_t id, struct err *) MUST_USE;

bool tipline_of_case(const struct deed *, int64_t case_file,
    struct tiplines *ret, struct err *) MUST_USE;

/* NCMEC's own words in an answer that was not « it is well », as it was kept
 * (tipline_call.reply_enc); empty: it has none, or the key of the case is gone.
 */
str tipline_words(const struct deed *, const struct tipline *, str reply_enc);

/* When what a case is about came first; DB_NULL: it is about no file. */
bool tipline_first_at(const struct deed *, int64_t case_file, int64_t *ret,
    struct err *) MUST_USE;

/* Whether one of the staff opened the whole file, as the register says. */
bool tipline_viewed(
    const struct deed *, int64_t medium, bool *ret, struct err *) MUST_USE;
/* Whether a file was opened since its list was written, which says « no ». */
bool tipline_outdated(const struct deed *, const struct tipline *, bool *ret,
    struct err *) MUST_USE;

#endif
