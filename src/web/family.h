/* family — what the pages of looking are given. */
#ifndef WEB_FAMILY_H
#define WEB_FAMILY_H

#include "faces/wait.h"
#include "life/asked.h"
#include "life/choice.h"
#include "life/farewell.h"
#include "sharing/album.h"
#include "sharing/feed.h"
#include "sharing/publish.h"
#include "stop/checking.h"
#include "tell/urgent.h"
#include "web/consent.h"
#include "web/view.h"

/* A text with one blank to fill, where a template needs it as a value. */
static inline str
view_fill(struct view *v, const char *key, str one)
{
	return lang_fill(v->arena, lang_text(v->lang, key), &one, 1);
}

struct today_absences;

struct chip {
	int64_t child; /* 0: all */
	str first;
	bool current;
};

struct chips {
	struct chip *v;
	size_t n;
};

/* What the newest page says beside the albums. */
struct waits {
	struct outing_wait_list forms; /* that wait for an answer */
	struct chips absences; /* children of whom an absence may be told */
	struct asked_waits notices; /* that wait for this person */
	struct choice_waits polls;  /* and bring-lists; likewise */
	struct items entries;       /* of the last days */
	struct farewells farewells;
	struct urgent_list urgent;
};

/* The same as it is shown, in two places. */
struct waits_html {
	html urgent, rest;
};

struct journal {
	const struct feed *feed;
	struct chips chips;      /* empty with one child */
	struct waits_html waits; /* empty but on the newest page */
	struct chips boxes;      /* children whose pictures may be taken home */
	int64_t child;           /* the one chosen, 0: all */
	bool newest;             /* the first page */
	bool waiting;            /* first page, and nothing of today yet */
	bool enrolled;           /* some child is, today */
	int64_t evening;         /* when photos usually come */
};

/* child: of that one alone; 0: of all.  In the arena. */
bool waits_html(struct request *, int64_t child, struct waits_html *ret,
    struct err *) MUST_USE;

struct day_of_staff {
	const struct feed *feed;
	const struct draft_list *drafts;
	const struct choices *choices;
	bool newest;
	const struct face_waits *faces;
	const struct cover_lost_list *lost;
	const struct today_absences *absences;
	int64_t urgent;           /* that wait for this person's word */
	struct checking checking; /* for who looks into what is stopped */
};

struct photo_page {
	const struct album *album;
	const struct album_photo *photo;
	struct album_place at;
	str title;             /* of the page */
	int64_t width, height; /* of the picture shown */
	bool may_mask;
	bool may_download, may_edit;
};

#endif
