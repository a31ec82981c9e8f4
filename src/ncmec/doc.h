/*
 * doc — one document for the CyberTipline: put together, checked by every rule
 * of schema.h, then written.
 *
 * Nothing is sent that was not checked: the other side's schema lets through
 * what its rules refuse, and a report that is refused after it went is a
 * report that nobody has.
 */
#ifndef NCMEC_DOC_H
#define NCMEC_DOC_H

#include "base/arena.h"
#include "base/buf.h"
#include "lang/lang.h"
#include "ncmec/schema.h"

#define NCMEC_BYTES_MAX ((size_t)60 * 1024)

struct ncmec_node {
	const struct ncmec_field *is;
	str text;
	struct ncmec_node *first, *last, *next;
};

struct ncmec_doc {
	struct arena *arena;
	struct ncmec_node *root;
	bool full; /* the arena was; nothing of it is to be written */
};

enum ncmec_why {
	NCMEC_FINE,
	NCMEC_MISSING,
	NCMEC_TOO_MANY,
	NCMEC_EMPTY,
	NCMEC_TOO_LONG,
	NCMEC_NOT_ONE, /* of the things that it may be, exactly one */
	NCMEC_NO_TEXT, /* no UTF-8, or a sign that XML cannot carry */
	NCMEC_NO_MAIL,
	NCMEC_NO_ZONE, /* a time without its zone, or none */
	NCMEC_TO_COME,
	NCMEC_NO_WORD, /* none of its words */
	NCMEC_NO_NUMBER,
	NCMEC_EXIF_UNSEEN, /* data of a file that nobody opened */
	NCMEC_CLASSED,     /* a class for what only goes with it */
	NCMEC_BOTH,        /* two things that exclude each other */
	NCMEC_WHYS
};

struct ncmec_fault {
	const struct ncmec_field *field;
	enum ncmec_why why;
};

/* ncmec_report or ncmec_file; the texts are borrowed. */
struct ncmec_doc ncmec_begin(struct arena *, const struct ncmec_field *);
/* An element or an attribute, of any order.  A name that the schema does not
 * have there is a bug.  in NULL (the arena was full): nothing. */
struct ncmec_node *ncmec_put(
    struct ncmec_doc *, struct ncmec_node *in, const char *name, str text);

/* False: *ret says what stands against it, the first thing only. */
bool ncmec_check(
    const struct ncmec_doc *, int64_t now, struct ncmec_fault *ret);
/* « When it happened: a time with its zone is wanted » */
str ncmec_fault_text(struct arena *, enum lang, const struct ncmec_fault *);

/* Only what was checked. */
void ncmec_write(struct buf *, const struct ncmec_doc *);

/* "2026-03-04T18:22:05+01:00", "…Z", and fractions of a second. */
bool ncmec_time_read(str, int64_t *ret) MUST_USE;
/* In UTC. */
str ncmec_time(struct arena *, int64_t at);

#endif
