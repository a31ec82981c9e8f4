/*
 * walk — a list in JSON: records are objects in an array somewhere below the
 * root, and what they say is found by name.
 *
 * Nothing recurses by what a file nests: an inside that is not known is read
 * past.
 */
#ifndef LIST_WALK_H
#define LIST_WALK_H

#include "base/json.h"
#include "list/format.h"

struct walk;

/* What is an object or an array inside a record; it was just begun and is read
 * to its end. */
typedef bool walk_inside_fn(struct walk *, str name, bool object, struct err *);
typedef bool walk_fn(struct walk *, struct err *);

struct walk {
	struct json *j;
	struct reading *g;
	const struct list_field *fields;
	size_t n_fields;
	walk_inside_fn *inside;
	unsigned level;                  /* of records in records */
	uint32_t owners, owners_against; /* hma: opinions on a record */
	int64_t latest;                  /* the checkpoint */
	bool known;                      /* vics: its mark was there */
};

#define WALK_TEXT_MAX ((size_t)1 << 20)
#define WALK_NAME_MAX 200

/* A name, kept while its value is read. */
struct walk_name {
	char p[WALK_NAME_MAX];
	size_t n;
};

bool walk_next(struct walk *, enum json_token *, struct err *) MUST_USE;
/* « line 3, byte 40: what »: ERR_INPUT. */
bool walk_wrong(const struct walk *, const char *what, struct err *);
/* The next member of an object that was begun: its name and the first token of
 * its value; *ret_more false at the end of the object. */
bool walk_member(struct walk *, struct walk_name *kept, str *ret_name,
    enum json_token *ret, bool *ret_more, struct err *) MUST_USE;
/* Past what was begun by this token, if anything was. */
bool walk_skip(struct walk *, enum json_token, struct err *) MUST_USE;
/* All members of an object that was begun go into the draft. */
bool walk_members(struct walk *, struct err *) MUST_USE;
/* One record: an object that was begun, as a draft of its own. */
bool walk_record(struct walk *, struct err *) MUST_USE;
/* Every object of an array that was begun. */
bool walk_records(struct walk *, walk_fn *record, struct err *) MUST_USE;
/* The latest stamp of a record is how far a list was read. */
void walk_checkpoint(struct walk *);
str walk_text(const struct walk *, enum json_token); /* of a scalar */
bool walk_is_in(str name, const char *const *v);     /* ends at NULL */

/* A whole file: its root is an object, or an array where that is not NULL, and
 * nothing follows.  Of the walk fields and inside are set; it is over then. */
bool walk_file(struct walk *, struct reading *, walk_fn *object, walk_fn *array,
    struct err *) MUST_USE;

#endif
