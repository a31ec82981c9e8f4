/*
 * filing — the papers that go to an authority from a case: begun, filled in,
 * checked by a person, sent.
 *
 * What was checked is frozen as one version: its values, label by label in the
 * order of the paper, sealed under the key of the case, with a keyed digest
 * that the story of the case has too.  A correction is a further version; the
 * earlier ones stay.  That it was sent, by whom, when, by which route and with
 * which receipt is frozen the same way.
 *
 * Everything asks the path first (casefile.h): who is not in it gets
 * ERR_NOT_FOUND.  Within the caller's transaction.
 */
#ifndef REPORT_FILING_H
#define REPORT_FILING_H

#include "report/casefile.h"
#include "report/filing_book.h"

#define FILING_RECEIPT_MAX 200  /* code points */
#define FILING_ANSWERED_MAX 200 /* who answered */
#define FILING_OF_CASE_MAX 100

enum filing_stage {
	FILING_OPEN, /* to be sent */
	FILING_KEPT, /* sent, and related data are kept for a time */
	FILING_OVER, /* that time is over, nobody has said what became of them
		      */
	FILING_CLOSED,
	FILING_STAGES
};

/* What stands on paper.  id "@…" is its head: title, authority, law, by. */
struct filing_line {
	str id, label;
	str raw;   /* as the form has it */
	str shown; /* as people read it */
};

struct filing_lines {
	struct filing_line *v;
	size_t n;
};

struct filing_version {
	int64_t id, number, checked_at;
	int64_t sent_at; /* DB_NULL: not sent */
	enum lang lang;
	str checked_by, sent_by; /* names */
	str route, receipt, answered;
	uint8_t digest[KEY_DIGEST_BYTES];
	struct filing_lines lines; /* empty when its key is destroyed */
	bool whole;                /* it is as it was checked and sent */
};

struct filing {
	int64_t id, begun_at;
	int64_t next_at;    /* DB_NULL: no time limit */
	int64_t dropped_at; /* DB_NULL: it was not */
	int64_t child;      /* DB_NULL: none */
	enum filing_stage stage;
	str kind, begun_by;
	struct filing_version *version; /* the newest last */
	size_t n_version;
};

struct filings {
	struct filing *v;
	size_t n;
};

/* When it has to be sent: hours from known_at.  DB_NULL: no time limit. */
int64_t filing_due(const struct filing_paper *, int64_t known_at);

/* ERR_INPUT: a paper that is written elsewhere; ERR_LIMIT: too many.  child:
 * DB_NULL, or one of the case: ERR_NOT_FOUND. */
bool filing_begin(const struct deed *, int64_t case_file,
    const struct filing_paper *, int64_t child, int64_t *ret_id,
    struct err *) MUST_USE;

/* A further version.  ERR_CONFLICT: the paper is closed without being sent. */
bool filing_check(const struct deed *, int64_t case_file, int64_t id, enum lang,
    const struct filing_lines *, struct err *) MUST_USE;

struct filing_sending {
	int64_t version, sent_at;
	str route, receipt, answered; /* the two may be empty */
};

/* *ret_keep_on: the last day on which related data are kept, DB_NULL: none.
 * ERR_CONFLICT: that version was sent. */
bool filing_send(const struct deed *, int64_t case_file, int64_t id,
    const struct filing_paper *, const struct filing_sending *,
    int64_t *ret_keep_on, struct err *) MUST_USE;
/* It is not to be sent after all: ERR_CONFLICT when it was. */
bool filing_drop(const struct deed *, int64_t case_file, int64_t id, str why,
    struct err *) MUST_USE;
/* What became of related data when their time was over: ERR_CONFLICT before. */
bool filing_finish(const struct deed *, int64_t case_file, int64_t id,
    str words, struct err *) MUST_USE;

/* Of a case that was entered, in their order. */
bool filing_of_case(const struct deed *, int64_t case_file, struct filings *ret,
    struct err *) MUST_USE;
const struct filing *filing_find(const struct filings *, int64_t id);

struct filing_next {
	bool any;
	str kind;
	enum filing_stage stage;
	int64_t next_at; /* DB_NULL: no time limit */
};

/* What has to be done first, of a case that was entered or is listed. */
bool filing_next(struct house *, struct arena *, int64_t case_file,
    struct filing_next *ret, struct err *) MUST_USE;

/* *ret_bad: the first version that is not as it was checked or sent, or of
 * which the story knows nothing; 0. */
bool filing_verify(struct house *, struct arena *, const struct organisation *,
    int64_t case_file, const struct story *, int64_t *ret_bad,
    struct err *) MUST_USE;

/* Ends the time of what is kept. */
bool filing_sweep(
    struct house *, struct arena *, int64_t now, struct err *) MUST_USE;

#endif
