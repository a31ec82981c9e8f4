/* tipline — what the page of a report to NCMEC shows. */
#ifndef WEB_TIPLINE_H
#define WEB_TIPLINE_H

#include "tipline/tipline.h"
#include "web/form.h"

enum {
	TIPLINE_F_KIND,
	TIPLINE_F_DAY,
	TIPLINE_F_TIME,
	TIPLINE_F_WORDS,
	TIPLINE_F_URGENT,
	TIPLINE_F_ACCOUNTS
};

/* One answer of the document, as people read it. */
struct tipline_line {
	str label, value;
};
struct tipline_lines {
	struct tipline_line *v;
	size_t n;
};

struct tipline_card {
	const struct tipline *is;
	struct tipline_lines lines;
	int64_t listed; /* files in the list */
};
struct tipline_cards {
	struct tipline_card *v;
	size_t n;
};

struct tipline_page {
	int64_t id; /* of the case */
	str number;
	bool test, open;     /* open: one is on its way */
	const char *no_file; /* the text by which none goes */
	const struct form *form;
	str fault; /* what the rules say against it; empty: nothing */
	struct tipline_cards cards;
};

const char *tipline_label(const struct tipline *); /* catalogue keys */
const char *tipline_tag(const struct tipline *);

#endif
