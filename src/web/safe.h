/* safe — what the pages of an evidence safe show. */
#ifndef WEB_SAFE_H
#define WEB_SAFE_H

#include "report/category.h"
#include "safe/safe.h"
#include "web/form.h"
#include "web/help.h"

enum { SAFE_F_SEEN, SAFE_F_WHO, SAFE_F_PLACE, SAFE_F_LINK, SAFE_F_WORDS };

struct safe_report {
	int64_t id;
	str number;
};

struct safe_page {
	struct safe safe;
	struct safe_shares shares;
	const struct form *form; /* of an entry */
	struct helpline_list lines;
	str key;       /* the house's, by which a bundle is signed */
	int64_t until; /* the last day on which it is kept, by today's rule */
	bool soon;     /* which is near */
	bool full, needed;
	struct safe_report *report; /* of this person, not decided */
	size_t n_report;
};

/* What becomes of it when its family leaves. */
struct safe_parting {
	bool any;    /* there is one */
	bool needed; /* a case keeps what was opened to it */
	struct safe_shares shares;
};

/* Of the request's own account; none for anybody else. */
bool safe_parting(
    struct request *, struct safe_parting *ret, struct err *) MUST_USE;

/* For those who handle a case. */
struct safe_view {
	int64_t case_file;
	str number;
	const struct safe *v;
	size_t n;
};

struct safe_entries {
	const struct safe_entry *v;
	size_t n;
};

static inline struct safe_entries
safe_entries(const struct safe *s)
{
	return (struct safe_entries){s->v, s->n};
}

struct safe_reports {
	const struct safe_report *v;
	size_t n;
};

static inline struct safe_reports
safe_reports(const struct safe_page *p)
{
	return (struct safe_reports){p->report, p->n_report};
}

/* « Opened to those who handle the report K7-… » */
str safe_title(struct view *, const struct safe_entry *);
/* Why a picture is not there; a catalogue key. */
const char *safe_reason(const struct safe_entry *);
/* "003.png", in the folder pictures of a bundle */
str safe_file_name(struct arena *, const struct safe_entry *);
/* « 29 novembre 2026, 16 h 50 »: in what is read later. */
str safe_when(struct view *, int64_t at);
/* Its bytes are there and wanted. */
bool safe_has_picture(const struct safe_entry *);

/* The ZIP of the request's own safe. */
bool safe_bundle(struct request *, const struct safe *, int *ret_fd,
    uint64_t *ret_bytes, struct err *) MUST_USE;
/* What a picture was promised as. */
void safe_mark(const struct safe_entry *, uint8_t ret[16]);

#endif
