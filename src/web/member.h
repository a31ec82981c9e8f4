/*
 * member — what the pages about people share: the deed of a request, and a
 * transaction of one's own where the router does not make one.
 */
#ifndef WEB_MEMBER_H
#define WEB_MEMBER_H

#include "people/circle.h"
#include "people/deed.h"
#include "people/session.h"
#include "people/throttle.h"
#include "web/form.h"

/* Who does it is who is signed in, -1 when nobody is. */
struct deed member_deed(struct request *);
struct session_origin member_origin(const struct request *);

/* Whether who is signed in gave a second factor: an account that has none is
 * signed in by its passphrase alone. */
bool member_second(struct request *, bool *ret, struct err *) MUST_USE;

/* Commits when done, else rolls back and is false; e is the doer's. */
bool member_settle(struct request *, bool done, struct err *) MUST_USE;

/* Somebody typed what nobody has: counted by the address that it came from, in
 * a transaction of its own. */
bool member_guessed(struct request *, enum throttle, struct err *) MUST_USE;

/* A form shown again with what is wrong: nothing was done. */
bool member_again(struct request *, struct response *);

/* The other way round from a page's text: where this person begins. */
str member_home(const struct request *);

/* « Léa, Tom et Zoé »; {0} past the arena's limit. */
str member_names(struct request *, enum lang, const str *, size_t n);
/* All of a circle but one account, in the page's language. */
str member_others(struct request *, const struct circle *, int64_t but);

/* The catalogue's words for a passphrase that will not do; NULL: it will. */
const char *member_pass_fault(str pass, str login);

#endif
