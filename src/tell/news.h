/*
 * news — what is new for one account: the one function that says, and the table
 * of kinds that it counts.
 *
 * A new kind (a document, a poll) is one row of `news_kinds`, at its end: what
 * was counted is kept by the row's place.  A kind that is a post joins by its
 * PERMIT_… word alone; whatever may be seen is what permit.h says now.  Counts
 * are all that leaves: no title, for a title may name a child.
 */
#ifndef TELL_NEWS_H
#define TELL_NEWS_H

#include "sharing/permit.h"

enum news_kind { NEWS_ALBUM, NEWS_NOTICE, NEWS_ITEM, NEWS_KINDS };

struct news_text {
	const char *one, *many; /* catalogue keys, %1 is the number */
};

extern const struct news_text news_texts[NEWS_KINDS];

struct news {
	int64_t n[NEWS_KINDS];
};

/* What became public in an organisation in a while; read once for everybody.
 * It lives in the arena. */
struct news_post;
struct news_board {
	struct news_post *v;
	size_t n;
	int64_t since, now, today;
};

bool news_open(struct house *, struct arena *, const struct organisation *,
    int64_t since, int64_t now, struct news_board *ret, struct err *) MUST_USE;

/* Of the board, what came after `since` and this viewer may see. */
bool news_for(struct house *, struct arena *, const struct news_board *,
    const struct viewer *, int64_t since, struct news *ret,
    struct err *) MUST_USE;

bool news_any(const struct news *);
str news_word(struct arena *, const struct news *); /* for message.what */
/* Of a word that is none: nothing is new. */
struct news news_of_word(str);

#endif
