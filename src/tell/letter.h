/*
 * letter — the words of each kind of e-mail, in the language of whom it is for.
 *
 * How much of each kind is new and where it is: no title, no picture, nobody's
 * name but the organisation's.  The same message has the same id whenever it is
 * written, so that a mail server that was sent it twice can tell.
 */
#ifndef TELL_LETTER_H
#define TELL_LETTER_H

#include "base/buf.h"
#include "house/house.h"

enum letter_kind {
	LETTER_CONFIRM,
	LETTER_DIGEST,
	LETTER_URGENT,
	LETTER_WAITS, /* handlers.h */
	LETTER_KINDS
};

/* False: a word that is no kind. */
bool letter_kind_of(str word, enum letter_kind *ret);

struct letter_of {
	enum letter_kind kind;
	int64_t account, day_on, urgent; /* urgent 0: none */
	str to, what;                    /* what: of message.what */
	str confirm; /* LETTER_CONFIRM: the word of the link */
	str stop;    /* the word of the link that ends them */
	enum lang lang;
	int64_t now;
};

/* The one line that may stand on a locked screen too. */
str letter_subject(
    struct arena *, const struct organisation *, enum letter_kind, enum lang);

bool letter_write(struct buf *, struct arena *, const struct house *,
    const struct organisation *, const struct letter_of *,
    struct err *) MUST_USE;

#endif
