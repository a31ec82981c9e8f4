/* tipline — what the page of a report to NCMEC shows. */
#ifndef WEB_TIPLINE_H
#define WEB_TIPLINE_H

#include "tipline/late.h"
#include "tipline/link.h"
#include "tipline/tipline.h"
#include "web/form.h"

enum {
	TIPLINE_F_KIND,
	TIPLINE_F_DAY,
	TIPLINE_F_TIME,
	TIPLINE_F_WORDS,
	TIPLINE_F_URGENT,
	TIPLINE_F_ACCOUNTS,
	TIPLINE_F_ADDRESSES
};

/* One answer of the document, as people read it. */
struct tipline_line {
	str label, value;
};
struct tipline_lines {
	struct tipline_line *v;
	size_t n;
};

/* One call, as people read it. */
struct tipline_said {
	int64_t at;
	const char *what, *how; /* catalogue keys */
	bool well;
	str words; /* of the other side, in English; empty: none */
	str trace; /* of the other side; empty: none */
};
struct tipline_saids {
	struct tipline_said *v;
	size_t n;
};

struct tipline_card {
	const struct tipline *is;
	struct tipline_lines lines;
	struct tipline_saids said;
	int64_t listed; /* files in the list */
	str words;      /* NCMEC's, in its last answer; empty: none */
	bool outdated;  /* not sent, and to be written anew */
	bool may_send, may_again, may_cancel;
};
struct tipline_cards {
	struct tipline_card *v;
	size_t n;
};

/* How it stands with NCMEC itself. */
struct tipline_link_card {
	struct tipline_link is;
	str host;
	bool test;
	int64_t case_file; /* from whose page it is tried; 0: from its own */
};

struct tipline_page {
	int64_t id; /* of the case */
	str number;
	bool test, open;     /* open: one is on its way */
	const char *no_file; /* the text by which none goes */
	const struct form *form;
	str fault; /* what the rules say against it; empty: nothing */
	struct tipline_cards cards;
	struct tipline_link_card link;
};

const char *tipline_label(const struct tipline *); /* catalogue keys */
const char *tipline_tag(const struct tipline *);
const char *tipline_link_label(const struct tipline_link *);
const char *tipline_link_tag(const struct tipline_link *);

/* A document of ours, read back for people (tipline_text.c). */
bool tipline_text_lines(struct request *, str doc, struct tipline_lines *ret,
    struct err *) MUST_USE;
/* Its calls; the caller has asked the path. */
bool tipline_text_calls(const struct deed *, const struct tipline *,
    struct tipline_saids *ret, struct err *) MUST_USE;

/* case_file: whose page it stands on, after its path was asked; 0: its own. */
bool tipline_link_load(struct request *, int64_t case_file,
    struct tipline_link_card *ret, struct err *) MUST_USE;
/* What is told on a first page: view.ncmec, view.ncmec_changed.  handles: this
 * person may have part in reports. */
bool tipline_news(struct request *, bool handles, struct err *) MUST_USE;

#endif
