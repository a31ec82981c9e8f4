/* letter — what the letters to the families say. */
#ifndef WEB_LETTER_H
#define WEB_LETTER_H

#include "people/invitation.h"
#include "sql_activity_group.h"
#include "web/form.h"
#include "web/qr.h"

struct letter {
	str name, children; /* first names, with commas */
	str place;          /* where the code is typed */
	struct invitation_new code;
	struct qr qr;
	enum lang lang;
};

struct letter_list {
	struct letter *v;
	size_t n;
};

struct letter_group {
	int64_t id, to_invite;
	str name, season;
};

struct letter_group_list {
	struct letter_group *v;
	size_t n;
};

/* What follows on the page is written in that language; writes nothing. */
static inline str
letter_speak(struct view *v, enum lang lang)
{
	v->lang = lang;
	return S("");
}

#endif
