/* trace — what the pages about traced copies are given. */
#ifndef WEB_TRACE_H
#define WEB_TRACE_H

#include "trace/show.h"
#include "web/field.h"
#include "web/web.h"

struct trace_list_page {
	struct trace_lines lines;
	struct circle circle;
	bool alone; /* nobody else could be the second person */
	const struct form *form;
	struct field_option_list albums;
};

struct trace_page {
	struct trace_shown shown;
	const struct form *form;
	str others;  /* names of who may be the second; "": nobody */
	bool linked; /* this person may open the photo that the copy shows */
};

const char *trace_answer_short(enum trace_answer); /* a few words */
const char *trace_answer_long(enum trace_answer);  /* what it means */
const char *trace_line_text(const struct trace_line *);
const char *trace_line_kind(const struct trace_line *); /* of a tag */
const char *trace_deed_text(str deed);                  /* %1 who */
const char *trace_kind_text(str kind);

/* « less than one chance in a billion », in words for what it is. */
const char *trace_wrong_text(const struct trace_suspect *);
/* 1 000 000 000, as people group digits. */
str trace_figure(struct view *, int64_t n);

#endif
