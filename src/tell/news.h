/*
 * news — what is new for one account: the one function that says, and the table
 * of kinds that it counts.
 *
 * A new kind (a document, a poll) is one row of `news_kinds`, at its end: what
 * was counted is kept by the row's place.  A kind that is a post joins by its
 * PERMIT_… word alone; whatever may be seen is what permit.h says now.  Counts
 * are all that leaves, and the day on which photos end: no title, for a title
 * may name a child.
 */
#ifndef TELL_NEWS_H
#define TELL_NEWS_H

#include "life/farewell.h"
#include "sharing/permit.h"

enum news_kind {
	NEWS_ALBUM,
	NEWS_NOTICE,
	NEWS_ITEM,
	NEWS_FAREWELL, /* seasons whose photos end (life/farewell.h) */
	/* What waits for one of the team (waits.h). */
	NEWS_MASKS,
	NEWS_ALBUMS,
	NEWS_UNSIGNED,
	NEWS_CLAIMS,
	NEWS_WAITS,    /* at most 1 */
	NEWS_OUTCOMES, /* what became of what she worked on */
	NEWS_HANDLERS, /* rights to handle reports that end */
	NEWS_KINDS
};

#define NEWS_ENDS_MAX 6 /* seasons in one message; the others come later */
/* What a message said that did not arrive is said again after so many days. */
#define NEWS_AGAIN_DAYS 3

struct news_text {
	const char *one, *many; /* catalogue keys, %1 is the number */
};

extern const struct news_text news_texts[NEWS_KINDS];

struct news_end {
	int64_t season;
	bool last; /* for the second time */
};

struct news {
	int64_t n[NEWS_KINDS];
	int64_t end_on; /* the first of NEWS_FAREWELL; 0: none */
	struct news_end ends[NEWS_ENDS_MAX];
	size_t n_ends;
};

/* What became public in an organisation in a while; read once for everybody.
 * It lives in the arena. */
struct news_post;
struct news_board {
	struct news_post *v;
	size_t n;
	int64_t since, now, today;
	bool farewell; /* is there any season to tell of? */
};

bool news_open(struct house *, struct arena *, const struct organisation *,
    int64_t since, int64_t now, struct news_board *ret, struct err *) MUST_USE;

/* Of the board, what came after `since` and this viewer may see, and what is
 * still to be told to it. */
bool news_for(struct house *, struct arena *, const struct organisation *,
    const struct news_board *, const struct viewer *, int64_t since,
    struct news *ret, struct err *) MUST_USE;

bool news_any(const struct news *);
str news_word(struct arena *, const struct news *); /* for message.what */
/* Of a word that is none: nothing is new. */
struct news news_of_word(str);

#endif
