/*
 * step — the way of one report through the calls of the CyberTipline: what is
 * asked next, and what an answer changes.
 *
 *	(status →) submit → upload, fileinfo (each file) → finish
 *
 * Pure; the caller keeps what comes out before anything else is asked.  Until
 * « finish » there is a draft only, which the other side throws away after a
 * day, or an hour after the last change, whichever is later: so a report whose
 * number was lost with an answer is sent anew, and still is one report.  What
 * an answer that never came leaves open:
 *
 *	submit    a draft perhaps that nobody can name: anew; it ends by itself
 *	upload    a file perhaps, twice if it went again: the draft is taken
 *	          back, and all begins anew
 *	fileinfo  again: the same words about the same file
 *	finish    again: « finished already » is the end that was wanted
 *	retract   again: likewise
 */
#ifndef NCMEC_STEP_H
#define NCMEC_STEP_H

#include "ncmec/answer.h"

#define NCMEC_TRIES_MAX 9
#define NCMEC_DAYS_MAX 30

enum ncmec_step {
	NCMEC_SUBMIT,
	NCMEC_UPLOAD,
	NCMEC_FILEINFO,
	NCMEC_FINISH,
	NCMEC_RETRACT, /* somebody cancelled it */
	NCMEC_DROP,    /* the same call, to begin anew */
	NCMEC_STEPS
};

enum ncmec_end {
	NCMEC_GOES_ON,
	NCMEC_FINISHED,
	NCMEC_RETRACTED,
	NCMEC_STUCK /* a person has to look */
};

/* What kind of trouble it is. */
enum ncmec_sort {
	NCMEC_NO_TROUBLE,
	NCMEC_LOGIN,
	NCMEC_RATE,
	NCMEC_SLOW,
	NCMEC_SERVER,
	NCMEC_REJECTED,
	NCMEC_INVALID,
	NCMEC_SET_WRONG, /* configuration, here or on the way */
	NCMEC_MEDIA,
	NCMEC_GIVEN_UP, /* too many tries, too many days */
	NCMEC_SORTS
};

struct ncmec_run {
	enum ncmec_step step;
	enum ncmec_end end;
	enum ncmec_sort why;
	int64_t report_id; /* 0: none */
	int64_t file;      /* the next one, from 0 */
	char
	    file_id[NCMEC_FILE_ID_MAX + 1]; /* of the file that was sent last */
	bool cancel;
	int64_t tries; /* that failed */
	int64_t begun_at, next_at;
};

/* How an exchange went on the way. */
enum ncmec_way {
	NCMEC_CAME,     /* an answer, whatever it says */
	NCMEC_LOST,     /* nobody knows whether it arrived */
	NCMEC_TOO_SLOW, /* the same, by the clock */
	NCMEC_NOT_SENT, /* it did not arrive */
	NCMEC_NOT_ALLOWED,
};

struct ncmec_heard {
	enum ncmec_way way;
	uint32_t status, retry_s;
	const struct ncmec_answer *answer; /* NULL: none that could be read */
	const char *md5;                   /* of what was uploaded, or NULL */
};

/* What an answer means, by itself. */
enum ncmec_fate {
	NCMEC_OK,
	NCMEC_AGAIN,
	NCMEC_STOP,
	NCMEC_GONE, /* no such report or file: it has expired */
	NCMEC_WAS_RETRACTED,
	NCMEC_WAS_FINISHED,
};
struct ncmec_verdict {
	enum ncmec_fate fate;
	enum ncmec_sort sort;
};
struct ncmec_verdict ncmec_judge(const struct ncmec_heard *);

/* retry_s: before the second try; later ones wait longer. */
void ncmec_step(struct ncmec_run *, const struct ncmec_heard *, int64_t files,
    int64_t now, int64_t retry_s);
/* What « status » said, before « submit »: where it is not well the report does
 * not begin now. */
void ncmec_checked(struct ncmec_run *, const struct ncmec_heard *, int64_t now,
    int64_t retry_s);
/* What stands against a report now, by that. */
enum ncmec_sort ncmec_status_sort(const struct ncmec_heard *);
/* A next try that lies further ahead than any wait was noted by a clock that
 * was wrong: it is due. */
bool ncmec_is_due(const struct ncmec_run *, int64_t now, int64_t retry_s);
/* It shall not go.  Ends at once where nothing of it is known elsewhere. */
void ncmec_cancel(struct ncmec_run *, int64_t now);
/* What was stuck is tried once more, from where it stands; what was to be
 * cancelled, by taking it back. */
void ncmec_again(struct ncmec_run *, int64_t now);

const char *ncmec_step_word(enum ncmec_step); /* as it is stored */
bool ncmec_step_of(str, enum ncmec_step *ret) MUST_USE;
const char *ncmec_sort_word(enum ncmec_sort);
bool ncmec_sort_of(str, enum ncmec_sort *ret) MUST_USE;
const char *ncmec_sort_label(enum ncmec_sort); /* catalogue key */

#endif
