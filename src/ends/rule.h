/*
 * rule — how long each kind of datum is kept, from when, by which law.
 *
 * One table, read by what ends things (round.h) and shown to people before they
 * give anything and after it has gone.  A kind without a row does not exist: a
 * new one gets its row here and its step in round.c.
 *
 * Days are whole ones of the organisation; what is kept n days after its event
 * is there on the n-th day and ends on the day after it.
 */
#ifndef ENDS_RULE_H
#define ENDS_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/own.h"
#include "base/str.h"

enum ends_rule {
	ENDS_PHOTOS,
	ENDS_DAYS,
	ENDS_NOTICES,
	ENDS_ANSWERS,
	ENDS_ABSENCES,
	ENDS_CHILDREN,
	ENDS_FAMILIES,
	ENDS_STAFF,
	ENDS_CONSENTS,
	ENDS_REGISTER,
	ENDS_CLAIMS,
	ENDS_CASES,
	ENDS_SAFES,
	ENDS_CERTIFICATES,
	ENDS_COPIES,
	ENDS_WITHDRAWN,
	ENDS_SESSIONS,
	ENDS_LETTERS,
	ENDS_SENDINGS,
	ENDS_CHANNELS,
	ENDS_PATTERNS,
	ENDS_UPLOADS,
	ENDS_ORIGINS,
	ENDS_RECEIVED,
	ENDS_WAITING,
	ENDS_BACKUPS,
	ENDS_RULES
};

#define ENDS_SOURCES 2 /* of Europe, of Canada */

struct ends_row {
	const char *word; /* as stored, and in addresses */
	/* Catalogue keys: what it is, when its time begins, what it is for. */
	const char *what, *from, *why;
	/* Days; a director chooses between the two.  Where a law has its own,
	 * see ends_span_of. */
	int usual, least, most;
	bool gentle; /* families would miss it: see ends_term.not_before */
	const char *source[ENDS_SOURCES]; /* to cite as they are */
};

extern const struct ends_row ends_rows[ENDS_RULES];

struct ends_span {
	int usual, least, most; /* days */
};

/* As the law of that profile has it. */
struct ends_span ends_span_of(str profile, enum ends_rule);

bool ends_rule_of(str word, enum ends_rule *ret) MUST_USE;

/* What the law of an organisation says of claims (claim/claim.h), and which
 * sources count for it. */
struct ends_law {
	const char *profile;            /* as in organisation.profile */
	size_t source;                  /* index of ends_row.source */
	int answer_months, answer_days; /* from the day after it came */
	int more_months, more_days;     /* once, with a reason; 0: no more */
	int alone_from;                 /* age at which a child may ask alone */
	const char *claims;             /* the articles, to cite as they are */
	const char *read_on;            /* when the texts were last read */
};

/* The strictest one when the profile is unknown. */
const struct ends_law *ends_law_of(str profile);

/* The last day on which something that came on that day is answered in time;
 * `more`: when it was extended.  A month is one of the calendar: what came on
 * 31 January is due on the last day of February. */
int64_t ends_law_due(const struct ends_law *, int64_t received_on, bool more);

#endif
