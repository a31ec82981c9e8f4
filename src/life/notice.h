/*
 * notice — a word of the team to families, to read or to sign by a last day.
 *
 * A post that is no album (post.notice): audience, hour and withdrawing are
 * sharing/publish.h's, who sees it is permit.h's (PERMIT_NOTICE,
 * PERMIT_NOTICE_EDIT).  Its words are plain paragraphs in French, in English or
 * in both, sealed under the organisation's key.  Once it was published, other
 * words are another version: what was shown stays, and everybody is asked
 * again (asked.h).
 */
#ifndef LIFE_NOTICE_H
#define LIFE_NOTICE_H

#include "life/words.h"

#define NOTICE_TITLE_MAX 80 /* code points */
#define NOTICE_BODY_MAX 4000
#define NOTICE_FAR_DAYS 365  /* the last day is no further away */
#define NOTICE_REMIND_DAYS 7 /* a reminder waits on first pages so long */
#define NOTICE_DIGEST_BYTES 32

/* Both or neither of a language; of one at least. */
struct notice_words {
	str title[LANGS], body[LANGS];
};

struct notice_new {
	struct notice_words words;
	bool sign; /* or only to read */
	bool each; /* every holder of authority, or one for each child */
	int64_t by_on;
};

struct notice {
	int64_t id;
	struct notice_new is;
	int64_t version, made_at, asked_until;
	int64_t reminded_at; /* DB_NULL: never */
	enum post_state state;
	int64_t publish_at; /* DB_NULL: a draft */
	int64_t author;
	str author_name;
	uint8_t digest[NOTICE_DIGEST_BYTES];
};

/* The language to show it in: l if it is written in that one, else the other.
 */
enum lang notice_lang(const struct notice_words *, enum lang l);

/* grant: PERMIT_NOTICE, PERMIT_NOTICE_EDIT or PERMIT_NOTICE_GONE, for which it
 * has no words. */
bool notice_load(const struct deed *, const struct grant *, struct notice *ret,
    struct err *) MUST_USE;

/* In the caller's transaction, like all that follow; grant:
 * PERMIT_NOTICE_EDIT. */
bool notice_create(const struct deed *, const struct notice_new *,
    int64_t *ret_id, struct err *) MUST_USE;
/* Once it was published, sign and each stay as they are. */
bool notice_change(const struct deed *, const struct grant *,
    const struct notice_new *, struct err *) MUST_USE;

/* WORDS_LATE: after its last day to answer.
 * at: from deed.now on.  Any answer but DONE changed nothing. */
bool notice_publish(const struct deed *, const struct grant *, int64_t at,
    enum words_hour *ret, struct err *) MUST_USE;
/* A draft, which nobody was shown; anything else: ERR_CONFLICT. */
bool notice_discard(
    const struct deed *, const struct grant *, struct err *) MUST_USE;
bool notice_withdraw(
    const struct deed *, const struct grant *, struct err *) MUST_USE;
/* Who has not answered finds it on the first page again, whatever the last day
 * was. */
bool notice_remind(
    const struct deed *, const struct grant *, struct err *) MUST_USE;

#endif
