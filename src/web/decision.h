/* decision — what the pages show about what was decided about somebody
 * (report/statement.h). */
#ifndef WEB_DECISION_H
#define WEB_DECISION_H

#include "report/statement.h"
#include "web/form.h"
#include "web/qr.h"

enum {
	DECISION_F_STEP,
	DECISION_F_GROUND,
	DECISION_F_RULE,
	DECISION_F_WORDS,
	DECISION_F_UNTIL,
	DECISION_F_KEPT
};

/* Of a case, by who handles it. */
struct decisions_page {
	const struct case_page *page;
	const struct form *form;   /* a new one */
	const struct form *answer; /* to an appeal */
	const struct statements *all;
	int64_t account; /* chosen */
	int64_t me;
};

/* The sheet that is given to whom it concerns. */
struct decision_letter {
	const struct statement *is;
	str code, place;
	struct qr qr;
};

/* By whom it concerns. */
struct decision_page {
	const struct statement *is;
	const struct form *form;
	str code; /* that it was opened by; {0}: by the account */
	bool may_appeal;
};

static inline bool
decision_may_answer(const struct decisions_page *p, const struct statement *s)
{
	return s->appeal_at != DB_NULL && s->answered_at == DB_NULL &&
	       s->made_by != p->me;
}

/* What it waits for, or what became of it; and the tag of that. */
const char *decision_state(const struct statement *);
const char *decision_tag(const struct statement *);

/* One JSON object in the vocabulary of the database of statements of reasons,
 * without any personal datum; territory: two letters. */
void decision_dsa(
    const struct statement *, str territory, enum lang, struct buf *);

#endif
