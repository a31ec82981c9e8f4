/*
 * record — what goes along beside the pictures: lines `word: value`, UTF-8, in
 * the words of the record_words below and in their order.
 *
 * It is for people to read.  Nothing of it counts at the other house: a consent
 * in it is what was said there, not a consent here.
 */
#ifndef MOVE_RECORD_H
#define MOVE_RECORD_H

#include "parcel/manifest.h"
#include "people/deed.h"
#include "sharing/viewer.h"

struct record_word {
	const char *word, *label; /* as in the file; a catalogue key */
};

extern const struct record_word record_words[]; /* ends at NULL */

struct record_want {
	bool contact;  /* of the guardian who asks, and of nobody else */
	bool consents; /* what was said about pictures, by whomever */
	bool notices;  /* which of them this guardian answered */
};

bool record_write(const struct deed *, const struct viewer *asker,
    int64_t child, const struct record_want *, struct buf *ret,
    struct err *) MUST_USE;

struct record_line {
	const char *label;
	str value;
};

struct record_lines {
	struct record_line *v;
	size_t n;
};

#define RECORD_LINES_MAX 300
#define RECORD_VALUE_MAX 400 /* code points */

/* Lines that this version does not know, and values that are no text, are left
 * out; ERR_INPUT: it is no record. */
bool record_read(struct arena *, str record, struct record_lines *ret,
    struct err *) MUST_USE;
/* The first and last name in it, "" when there are none. */
str record_name(struct arena *, str record);

#endif
