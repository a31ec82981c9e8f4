/*
 * effective — does a consent hold, today, for one child, one purpose, one
 * medium?  A pure function of what was said, of who holds authority, and of
 * the day: no database, no clock, no key.  The matrix of family situations that
 * a lawyer can read and correct is tests/golden/consent/situations.txt.
 *
 * In this order: an erased child and an order of the court stop.  The child's
 * own no stops, at any age.  From majority only the child speaks.  One holder's
 * no stops.  Where the profile says so, an older child's own yes suffices.
 * Otherwise every holder of authority must have said yes, and that there is no
 * other must be known: two parents, a tutor, or a standing (sole exercise, or
 * what a judge delegated, for one matter or for all, once a second person has
 * confirmed it).  A purpose for one outing is about the children of its group,
 * until its last day, unless it was called off.  A publication needs
 * the birth date and, from the profile's age, the child's own yes too.  An
 * internal purpose whose policy is CONSENT_ONE is content with one holder.
 *
 * Who said several things about the same is taken at the last word; a word
 * whose period has not begun is not said yet, a yes whose period is over is
 * silence.  Days are inclusive at both ends.
 */
#ifndef CONSENT_EFFECTIVE_H
#define CONSENT_EFFECTIVE_H

#include "consent/profile.h"
#include "consent/purpose.h"

enum consent_action {
	CONSENT_GRANT,
	CONSENT_REFUSE,
	CONSENT_WITHDRAW,
	CONSENT_EXPIRE, /* the end of a grant, written down by the server */
	CONSENT_BLOCK,
	CONSENT_LIFT,
	CONSENT_ACTIONS
};

enum consent_speaker {
	CONSENT_HOLDER,
	CONSENT_CHILD,
	CONSENT_COURT,
	CONSENT_SPEAKERS
};

enum consent_method {
	CONSENT_SECOND_STEP, /* signed in, with the second step */
	CONSENT_SIGNED_IN,
	CONSENT_BESIDE, /* a child, on a guardian's telephone */
	CONSENT_PAPER,  /* entered by staff, with a witness */
	CONSENT_RULE,   /* the server, by this rule */
	CONSENT_METHODS
};

struct consent_event {
	int64_t id;
	enum consent_action action;
	enum consent_speaker speaker;
	enum consent_method method;
	int64_t guardian;          /* 0: the child or the court */
	int64_t purpose;           /* 0: all */
	unsigned media;            /* bits CONSENT_PHOTO … */
	int64_t group;             /* 0: all */
	int64_t from_on, until_on; /* DB_NULL: no end */
	int64_t shown_at, acted_at;
	int64_t lifts; /* the block that a lift ends, the yes that is over */
};

/* A parent or tutor, or whom a standing names; ended_at DB_NULL: has not. */
struct consent_holder {
	int64_t guardian;
	bool tutor;
	int64_t from_on, until_on, ended_at;
};

enum consent_standing { CONSENT_SOLE, CONSENT_DELEGATED };

struct consent_stands {
	int64_t guardian;
	int64_t purpose; /* the one matter that was delegated; 0: all */
	enum consent_standing kind;
	int64_t from_on, until_on, ended_at;
	int64_t confirmed_at; /* by the second person; DB_NULL: not yet */
};

/* All that is known about one child.  Events in the order of entry. */
struct consent_child {
	int64_t id;
	bool erased;
	bool enrolled;   /* somewhere, today: board.h asks, the rule does not */
	int64_t born_on; /* DB_NULL: not known */
	const struct profile *profile;
	const struct consent_event *event;
	size_t n_event;
	const struct consent_holder *holder;
	size_t n_holder;
	const struct consent_stands *stands;
	size_t n_stands;
	const int64_t *group; /* where the child is or was */
	size_t n_group;
};

struct consent_question {
	const struct consent_purpose *purpose;
	unsigned medium; /* one bit */
	int64_t group;   /* 0: several, or not known */
	int64_t now, today;
};

enum consent_why {
	CONSENT_YES,
	CONSENT_ERASED,
	CONSENT_COURT_BLOCK,
	CONSENT_CHILD_NO,
	CONSENT_HOLDER_NO,
	CONSENT_NO_HOLDER, /* nobody holds authority */
	CONSENT_MISSING,   /* a holder has not answered */
	CONSENT_EXPIRED,   /* a holder's yes is over */
	CONSENT_RENEW,     /* it was to an older text */
	CONSENT_UNKNOWN,   /* another holder may exist */
	CONSENT_BIRTH_UNKNOWN,
	CONSENT_CHILD_MISSING, /* the child's own yes is needed */
	CONSENT_LEFT, /* enrolled nowhere any more; said by board.h alone */
	CONSENT_WHYS
};

struct consent_answer {
	bool yes;
	enum consent_why why;
	int64_t guardian; /* who refused or is missing, 0: not one */
};

struct consent_answer consent_effective(
    const struct consent_child *, const struct consent_question *);

/* One speaker's last word on a question, for forms and for the director. */
enum consent_said {
	CONSENT_SILENT,
	CONSENT_SAID_YES,
	CONSENT_SAID_NO,
	CONSENT_SAID_OVER,  /* a yes that is over */
	CONSENT_SAID_OLDER, /* a yes to an older text */
};

/* guardian 0: the child.  *ret_last: the event, NULL when there is none. */
enum consent_said consent_last_word(const struct consent_child *,
    const struct consent_question *, int64_t guardian,
    const struct consent_event **ret_last);

bool consent_holds(const struct consent_holder *, int64_t now, int64_t today);
bool consent_stands_now(
    const struct consent_stands *, int64_t now, int64_t today);
/* Is every holder known?  False: there may be another.  purpose 0: for all
 * matters. */
bool consent_circle_known(
    const struct consent_child *, int64_t purpose, int64_t now, int64_t today);
/* Must this person agree?  purpose 0: to anything at all. */
bool consent_is_required(const struct consent_child *, int64_t guardian,
    int64_t purpose, int64_t now, int64_t today);
/* Holds authority, or is needed: its word counts.  purpose as above. */
bool consent_may_speak(const struct consent_child *, int64_t guardian,
    int64_t purpose, int64_t now, int64_t today);
/* Is the family of this child asked about it today? */
bool consent_is_asked(const struct consent_child *,
    const struct consent_purpose *, int64_t today);
/* An outing of this child's that was called off, while it is of interest. */
bool consent_is_called_off(const struct consent_child *,
    const struct consent_purpose *, int64_t today);
/* Does the child's own word count by itself now; false when the birth date is
 * not known. */
bool consent_own_age(const struct consent_child *, int64_t today);
bool consent_of_age(const struct consent_child *, int64_t today);

#endif
