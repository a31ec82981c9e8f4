/*
 * choice — how an account wants to be told, and the address that it is told at.
 *
 * No address is written to before whoever reads it has followed a link that was
 * sent there: one that a colleague typed from a paper, or that somebody put
 * into the form, may be a stranger's.  The link is the only letter that goes
 * without. Another address in the account is one that nobody has confirmed.
 */
#ifndef TELL_CHOICE_H
#define TELL_CHOICE_H

#include "people/deed.h"

#define TELL_LINK_DAYS 7   /* a link counts so long */
#define TELL_LINKS_A_DAY 3 /* that one account may have sent */
#define TELL_EVENING (-1)  /* at_min: the organisation's evening */
#define TELL_WORD_CHARS 32

enum tell_way { TELL_BOTH, TELL_MAIL, TELL_PUSH, TELL_WAYS };

extern const char *const tell_way_words[TELL_WAYS]; /* as stored */

struct tell_choice {
	bool daily;
	enum tell_way way;            /* of the daily message */
	int64_t at_min;               /* or TELL_EVENING */
	int64_t quiet_from, quiet_to; /* minutes; equal: never quiet */
	int64_t pause_until;          /* the last day without; 0: none */
};

enum tell_address {
	TELL_NONE,  /* the account has no address */
	TELL_UNFIT, /* what it has is none that a letter may go to */
	TELL_NEW,   /* nobody asked whether it is right */
	TELL_ASKED,
	TELL_CONFIRMED,
	TELL_BROKEN, /* the mail server says that there is none */
};

struct tell_state {
	struct tell_choice is;
	str address;
	enum tell_address at;
	int64_t told_on, devices;
};

/* Is there any way to reach that account?  Where the house has it, where the
 * account wants it. */
bool tell_by_mail(
    const struct conf *, const struct tell_choice *, enum tell_address);
bool tell_by_push(
    const struct conf *, const struct tell_choice *, int64_t devices);

/* What an account has that never said anything. */
struct tell_choice tell_default(bool staff);

/* What stands in tell for that account's address of today. */
struct tell_mark {
	str digest;                     /* of the address asked; p NULL */
	int64_t asked_at, confirmed_at; /* DB_NULL */
	bool broken;
};
enum tell_address tell_address_is(struct arena *, const struct organisation *,
    str address, const struct tell_mark *);

bool tell_load(const struct deed *, int64_t account, bool staff,
    struct tell_state *ret, struct err *) MUST_USE;
bool tell_choose(const struct deed *, int64_t account, bool staff,
    const struct tell_choice *, struct err *) MUST_USE;

/* A device came to it (device.h): its next message has a time. */
bool tell_reached(
    const struct deed *, int64_t account, bool staff, struct err *) MUST_USE;

enum tell_way tell_way_of(str word); /* TELL_BOTH of any other */

enum tell_ask { TELL_ASK_DONE, TELL_ASK_NO_ADDRESS, TELL_ASK_ENOUGH };
/* A link goes to the account's address; what was confirmed counts no more. */
bool tell_ask(const struct deed *, int64_t account, bool staff,
    enum tell_ask *ret, struct err *) MUST_USE;

/* What stands in a link: of whom, and, for TELL_LINK_CONFIRM, of which address
 * and when.  Nobody else can make one. */
enum tell_link { TELL_LINK_CONFIRM, TELL_LINK_STOP };
str tell_link_word(struct arena *, const struct organisation *, enum tell_link,
    int64_t account, str address_digest, int64_t asked_at);

/* Of a link that somebody follows; *ret false: it is none, or too old.  act
 * false: only looks. */
bool tell_follow(struct house *, struct arena *, enum tell_link,
    int64_t account, str word, bool act, int64_t now, bool *ret,
    struct err *) MUST_USE;

/* The digest by which an address is known again. */
str tell_address_digest(
    struct arena *, const struct organisation *, str address);

/* The next time to look what is new, from what stands in the row. */
int64_t tell_next_at(const struct organisation *, const struct tell_choice *,
    int64_t told_on, int64_t now);

#endif
