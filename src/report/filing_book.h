/*
 * filing_book — the papers that a jurisdiction profile asks for when something
 * is wrong, as data: to whom, by which law, within which time, by which route,
 * and their fields in exact order.
 *
 *	{"format":"preau-filings-1","reviewed":"2026-11-29","papers":[
 *	{"id":"fr-crip","profiles":"fr","fr":…,"en":…,"authority_fr":…,
 *	 "law_fr":…,"source":…,"source_on":"2026-11-29","confirmed":true,
 *	 "when_fr":…,"deadline_fr":…,"hours":24,"house":true,
 *	 "routes":"post email","categories":"worry adult","receipt":true,
 *	 "keep_days":21,"opens":"people","warnings":[{"fr":…,"en":…}],
 *	 "fields":[{"id":…,"kind":"text","from":"words","fr":…,"en":…,
 *	   "required":true,"max":8000,"choices":[{"id":…,"fr":…,"en":…}],
 *	   "only":"public"}]}]}
 *
 * Each …_fr has its …_en.  hours: counted from when the house knew of it; 0:
 * none.  house: they are the house's own, the law says it in words (deadline).
 * confirmed false: the basis is to be read again before it is relied on.
 * keep_days: related data are kept for that long once it was sent.  opens: a
 * page of the case where it is written instead.  only: the one answer with
 * which this paper is the right one.  Unknown members are passed over.
 */
#ifndef REPORT_FILING_BOOK_H
#define REPORT_FILING_BOOK_H

#include "base/arena.h"
#include "base/err.h"
#include "lang/lang.h"

#define FILING_BYTES_MAX (256 * 1024)
#define FILING_TEXT_MAX 600 /* bytes */
#define FILING_PAPERS_MAX 60
#define FILING_FIELDS_MAX 40
#define FILING_CHOICES_MAX 8
#define FILING_WARNINGS_MAX 6
#define FILING_VALUE_MAX 8000 /* code points */

enum filing_field_kind {
	FILING_TEXT, /* several lines */
	FILING_LINE,
	FILING_DATE,
	FILING_CHOICE,
	FILING_PERSON, /* a line that names somebody */
	FILING_CHILD,  /* the same, a child */
	FILING_SIGN,   /* room on paper, nothing to fill in */
};

/* Where a value comes from before a person has checked it. */
enum filing_from {
	FILING_HAND, /* whoever fills it in writes it */
	FILING_TODAY,
	FILING_ORGANISATION,
	FILING_NUMBER, /* of the case */
	FILING_AUTHOR, /* who fills it in */
	FILING_REPORTED,
	FILING_CATEGORY,
	FILING_WORDS, /* of who reported, as they are */
	FILING_GROUP,
	FILING_ABOUT,
	FILING_PLACE, /* of what was reported, in this house */
	FILING_DONE,  /* what the story of the case has */
	FILING_URL,
	FILING_CHILD_LAST,
	FILING_CHILD_FIRST,
	FILING_CHILD_BORN,
	FILING_CHILD_PARENTS,
	FILING_FROMS
};

struct filing_words {
	str in[LANGS];
};

struct filing_choice {
	str id;
	struct filing_words label;
};

struct filing_field {
	str id, only;
	struct filing_words label, hint; /* hint may be empty */
	enum filing_field_kind kind;
	enum filing_from from;
	bool required;
	int64_t max; /* code points; 0: as the kind has it */
	struct filing_choice *choice;
	size_t n_choice;
};

struct filing_paper {
	str id, profiles, source, routes, categories, opens;
	struct filing_words name, authority, law, when, deadline;
	int64_t source_on; /* day */
	int64_t hours, keep_days;
	bool confirmed, house, receipt;
	struct filing_words *warning;
	size_t n_warning;
	struct filing_field *field;
	size_t n_field;
};

struct filing_book {
	int64_t reviewed_on; /* day */
	struct filing_paper *paper;
	size_t n_paper;
};

/* ERR_INPUT: not that format, or a paper that is not whole; ERR_LIMIT. */
bool filing_book_read(
    struct arena *, str json, struct filing_book *ret, struct err *) MUST_USE;

/* NULL: no such paper. */
const struct filing_paper *filing_paper(const struct filing_book *, str id);
/* profiles, routes and categories are words between blanks. */
bool filing_has(str words, str word);
/* -1: no such field. */
int filing_field(const struct filing_paper *, str id);

const char *filing_from_label(enum filing_from); /* catalogue key */

struct filing_route {
	str word;
	const char *label; /* catalogue key */
};

/* NULL: no such route. */
const struct filing_route *filing_route(str word);

#endif
