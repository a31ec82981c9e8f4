/*
 * purpose — what consent is asked for: a table of ours that an organisation
 * extends (sql/migrations/0008_consent.sql), and what it decided about each.
 */
#ifndef CONSENT_PURPOSE_H
#define CONSENT_PURPOSE_H

#include "lang/lang.h"
#include "people/deed.h"

/* Bits of media. */
#define CONSENT_PHOTO 1u
#define CONSENT_VIDEO 2u
#define CONSENT_VOICE 4u
#define CONSENT_NAME 8u
#define CONSENT_MEDIA 15u

/* Whom it lets see. */
enum consent_reach {
	CONSENT_FAMILY,    /* the child's own */
	CONSENT_GROUP,     /* the families of the child's groups */
	CONSENT_EVERYBODY, /* all families of the organisation */
	CONSENT_OUTSIDE,
	CONSENT_REACHES
};

struct consent_purpose {
	int64_t id;
	bool own; /* the organisation's, not one of ours */
	enum consent_reach reach;
	bool publication;
	bool every; /* every holder must agree; a publication: always */
	bool asked; /* stands on the forms */
	unsigned media, apart; /* asked together, and each on its own */
	int64_t renew_at;      /* what is older does not count; 0: all does */
	int64_t group;         /* of a form for one outing; 0: everybody */
	int64_t from_on, until_on; /* of an outing: its first day, and the last
				    * on which a yes holds */
	bool stopped;              /* an outing that was called off */
	str stopped_enc;           /* why, see consent_stopped_why */
	str word;                  /* "website"; "own" */
	str name[LANGS], about[LANGS]; /* in plain words */
};

struct consent_purposes {
	struct consent_purpose *v;
	size_t n;
};

bool consent_purposes_load(struct house *, struct arena *,
    const struct organisation *, struct consent_purposes *ret,
    struct err *) MUST_USE;
/* NULL: no such purpose of this organisation. */
const struct consent_purpose *consent_purpose_by_id(
    const struct consent_purposes *, int64_t id);
/* The one that stands for an audience inside; never NULL. */
const struct consent_purpose *consent_purpose_for(
    const struct consent_purposes *, enum consent_reach);

/* The one about the voice in videos that are seen here; never NULL. */
const struct consent_purpose *consent_purpose_voice(
    const struct consent_purposes *);

/* One of the organisation's own, always a publication if it is outside.  Both
 * languages are asked for; ERR_INPUT when one is empty.  group: for one outing
 * of it, whose days follow (CONSENT_OUTING_DAYS at the most, and not over). */
#define CONSENT_OUTING_DAYS 366
#define CONSENT_WHY_MAX 1200 /* bytes, of a reason */

struct consent_purpose_new {
	int64_t group, from_on, until_on;
	enum consent_reach reach;
	unsigned media, apart;
	str name[LANGS], about[LANGS];
};

bool consent_purpose_add(const struct deed *,
    const struct consent_purpose_new *, int64_t *ret_id, struct err *) MUST_USE;
/* An outing is called off: nothing is asked about it any more, and no yes to it
 * holds.  ERR_INPUT without a reason, ERR_CONFLICT when it was already. */
bool consent_outing_stop(const struct deed *, const struct consent_purpose *,
    str why, struct err *) MUST_USE;
/* In the words of who called it off; "" when it was not. */
str consent_stopped_why(struct arena *, const struct organisation *,
    const struct consent_purpose *);

/* renew: what was agreed to until now does not count any more. */
bool consent_policy_set(const struct deed *, const struct consent_purpose *,
    bool asked, bool every, bool renew, struct err *) MUST_USE;

/* « photos et vidéos », « prénom » …: a catalogue key. */
const char *consent_media_label(unsigned media);

#endif
