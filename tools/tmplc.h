/*
 * tmplc — the template compiler: web/templates/x.html becomes html_x.h and
 * html_x.c, one function per {{page}}.
 *
 * It follows the HTML character by character and so knows where each value
 * stands; what cannot be escaped safely there does not compile.  Both arms of
 * an {{if}} must end in the same place.  The language is described in
 * docs/templates.md.
 */
#ifndef TOOLS_TMPLC_H
#define TOOLS_TMPLC_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum pos {
	POS_TEXT,
	POS_OPEN, /* just after < */
	POS_TAG_NAME,
	POS_TAG,    /* between attributes */
	POS_ATTR,   /* in an attribute's name */
	POS_EQUALS, /* just after = */
	POS_QUOTED,
	POS_BARE, /* a value without quotes */
	POS_COMMENT,
	POS_RAW,      /* inside script or style */
	POS_RCDATA,   /* inside textarea or title */
	POS_DECLARED, /* <!doctype …> */
};

/* How far a URL attribute has come; values may follow what is surely local. */
enum url {
	URL_NOT,
	URL_EMPTY,
	URL_SLASH,       /* "/" alone: another / would name a host */
	URL_SLASH_VALUE, /* "/{{x}}": same, x may be empty */
	URL_LOCAL,
	URL_FOREIGN,
};

#define NAME_MAX_ 32

#define ELEMENTS_MAX 64

struct element {
	char tag[NAME_MAX_];
	size_t at; /* where its tag ends */
};

struct state {
	enum pos pos;
	enum url url;
	char tag[NAME_MAX_], attr[NAME_MAX_];
	bool closing; /* </tag> */
	bool slash;   /* <tag/> */
	char quote;
	bool get_form; /* method="get" was seen in this tag */
	bool blank;    /* the last byte written surely is one */
	int pre;       /* depth of <pre> */
	struct element open[ELEMENTS_MAX];
	size_t n_open;
};

enum block_kind { BLOCK_PAGE, BLOCK_IF, BLOCK_EACH, BLOCK_FORM, BLOCK_WRAP };

struct block {
	enum block_kind kind;
	size_t at;
	struct state before, after;
	bool has_after, has_else;
	bool swallows; /* the loop's first blank is the one before it */
	str name;      /* of the page or the wrap */
};

#define BLOCKS_MAX 32
#define MESSAGES_MAX 2048

struct tmplc {
	const char *path;
	str src;
	struct state st;
	struct block block[BLOCKS_MAX];
	size_t depth;
	bool own_form; /* the <form that is being read is ours */
	str page_params;
	bool slot;           /* this page has had its {{slot}} */
	struct buf lit;      /* static text not written yet */
	struct buf includes; /* for the header */
	struct buf protos;
	struct buf open,
	    body;        /* of the page so far: up to its slot, after it */
	struct buf code; /* of the pages so far */
	uint64_t message[MESSAGES_MAX];
	size_t n_messages;
	struct err *e;
};

/* at: offset in the source; the message gets file:line:col. */
bool tmplc_fail(struct tmplc *, size_t at, const char *fmt, ...) PRINTF(3, 4);
int tmplc_line(const struct tmplc *, size_t at);

/* tmplc_lex.c */
enum item_kind { ITEM_END, ITEM_TEXT, ITEM_TAG };
struct item {
	enum item_kind kind;
	size_t at; /* of the text, or of {{ */
	str text;  /* a tag's: without the braces, trimmed */
};
bool lex_item(struct tmplc *, size_t *at, size_t end, struct item *ret);
bool lex_name(str *, str *ret); /* a C identifier off the front */
bool lex_word(str *, str word); /* that word and what follows is not a name */
/* Up to the comma at depth 0; false when nothing is left. */
bool lex_argument(str *, str *ret);
bool lex_balanced(str); /* brackets and quotes match, no C comment */

/* tmplc_pos.c */
bool pos_feed(struct tmplc *, str text, size_t at);
bool pos_same(const struct state *, const struct state *);
const char *pos_name(const struct state *);
void pos_settle(struct tmplc *); /* before {{if}} and the like in a tag */
void pos_value(struct tmplc *);  /* a value has just been written */

/* tmplc_tree.c */
bool tree_tag(struct tmplc *, size_t at); /* the tag of st is complete */
bool tree_same(const struct state *, const struct state *);
/* The same elements are open as before; else says which is not. */
bool tree_ends(struct tmplc *, const struct state *before, size_t at);

/* tmplc_tag.c, tmplc_value.c */
bool tag_run(struct tmplc *, size_t from, size_t end); /* texts and tags */
bool value_run(struct tmplc *, const struct item *);

/* tmplc_emit.c */
void emit_flush(struct tmplc *); /* the static text so far */
void emit_indent(struct tmplc *);
void emit_line(struct tmplc *, size_t at); /* #line */
bool emit_expr(struct tmplc *, str expr, size_t at);
uint64_t emit_message(struct tmplc *, str key); /* notes that it is used */
void emit_page(struct tmplc *);
void emit_header(struct tmplc *, str stem, struct buf *out);
void emit_source(struct tmplc *, str stem, struct buf *out);

#endif
