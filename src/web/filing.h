/* filing — what the pages about papers for the authorities show
 * (report/filing.h). */
#ifndef WEB_FILING_H
#define WEB_FILING_H

#include "report/filing.h"
#include "web/form.h"

/* The papers, as this process has them; none when they cannot be read. */
const struct filing_book *filing_book(void);

/* ---- a form that the data describe ---- */

struct filing_input {
	const struct filing_field *is;
	str value;
	enum filing_from came; /* of a value that was not typed */
	const char *fault;     /* catalogue key, NULL: fine */
	bool missing;          /* it has to be filled in, and is not */
};

struct filing_form {
	struct filing_input v[FILING_FIELDS_MAX];
	size_t n, n_missing;
	bool bad;
};

/* What the case knows, each with where it comes from. */
bool filing_fill(struct request *, const struct case_page *,
    const struct filing_paper *, int64_t child, struct filing_form *ret,
    struct err *) MUST_USE;
/* What was checked before. */
void filing_refill(const struct filing_paper *, const struct filing_lines *,
    struct filing_form *ret);
/* What was typed: false when something is missing or not right. */
bool filing_read(
    struct request *, const struct filing_paper *, struct filing_form *ret);
/* As it will stand on paper, in the language of the organisation. */
bool filing_lines_of(struct request *, const struct filing_paper *,
    const struct case_head *, const struct filing_form *,
    struct filing_lines *ret, struct err *) MUST_USE;

/* The page's view in the language of papers; it writes nowhere. */
struct view filing_view(struct request *);
/* « 29 novembre 2026 à 15 h » */
str filing_when(struct view *, int64_t at);
/* The account that does it. */
bool filing_author(struct request *, str *ret, struct err *) MUST_USE;

/* ---- on paper ---- */

#define FILING_ROOM S("@room") /* raw of a line where a hand signs */

struct filing_sheet {
	const struct filing *is;
	const struct filing_version *version;
	str number; /* of the case */
	int64_t case_file;
	str print; /* of the digest, in groups that people can compare */
};

/* As bytes of the page's buffer. */
bool filing_pdf(
    struct request *, const struct filing_sheet *, struct err *) MUST_USE;
/* Of a version: lines without the head. */
struct filing_lines filing_body(const struct filing_version *);
str filing_head(const struct filing_version *, const char *id);
/* Its last line: who checked it, when, which version of which case. */
str filing_foot(const struct view *, const struct filing_sheet *);

/* ---- pages ---- */

enum {
	FILING_F_ROUTE,
	FILING_F_DAY,
	FILING_F_TIME,
	FILING_F_RECEIPT,
	FILING_F_ANSWERED
};

struct filing_offer {
	const struct filing_paper *paper;
	int64_t due_at; /* if it was begun now; DB_NULL: no time limit */
	bool applies;   /* to the category of the case */
};

struct filing_child {
	int64_t id;
	str name;
};

/* Lists as templates walk them. */
struct filing_offers {
	struct filing_offer *v;
	size_t n;
};
struct filing_children {
	struct filing_child *v;
	size_t n;
};
struct filing_inputs {
	const struct filing_input *v;
	size_t n;
};
struct filing_versions {
	const struct filing_version *v;
	size_t n;
};
struct filing_choices {
	const struct filing_choice *v;
	size_t n;
};
struct filing_warnings {
	const struct filing_words *v;
	size_t n;
};

struct filing_list {
	const struct case_head *head;
	struct filings all;
	struct filing_offers offers;
	struct filing_children children;
	const struct filing_book *book;
};

struct filing_page {
	const struct case_head *head;
	const struct filing *is;
	const struct filing_paper *paper;    /* NULL: no such paper any more */
	const struct filing_version *newest; /* NULL: not checked yet */
	const struct filing_form *form;      /* NULL: it is only read */
	const struct form *sending, *word;
	str child;
};

static inline struct filing_inputs
filing_inputs(const struct filing_form *f)
{
	return (struct filing_inputs){f->v, f->n};
}
static inline struct filing_versions
filing_versions(const struct filing *f)
{
	return (struct filing_versions){f->version, f->n_version};
}
static inline struct filing_choices
filing_choices(const struct filing_field *f)
{
	return (struct filing_choices){f->choice, f->n_choice};
}
static inline struct filing_warnings
filing_warnings(const struct filing_paper *p)
{
	return (struct filing_warnings){p->warning, p->n_warning};
}

const char *filing_route_label(str word); /* catalogue key */
/* What a paper is called; its id when the book has it no more. */
str filing_name(str kind, enum lang);
/* What it waits for, and the tag of that. */
const char *filing_label(
    enum filing_stage, int64_t next_at, bool dropped, int64_t now);
const char *filing_tag(enum filing_stage, int64_t next_at, int64_t now);
/* Of a case in a list: NULL when no paper waits. */
const char *filing_next_label(const struct filing_next *, int64_t now);

#endif
