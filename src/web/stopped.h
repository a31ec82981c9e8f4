/* stopped — what the pages about stopped media are given, and what the album's
 * pages say about them. */
#ifndef WEB_STOPPED_H
#define WEB_STOPPED_H

#include "report/stopped.h"
#include "sharing/album.h"
#include "stop/circle.h"
#include "stop/why.h"
#include "web/field.h"
#include "web/web.h"

/* ---- in an album, for who arranges it: that, and who looks; never why ---- */

struct stopped_note {
	size_t locked;    /* photos that are stopped */
	size_t withdrawn; /* that look like one which was withdrawn */
	size_t waiting;   /* that wait beside them */
	str who;          /* names of who decides; "": nobody may */
	bool any;         /* or the album as a whole waits */
};

bool stopped_note_load(struct request *, const struct album *,
    struct stopped_note *ret, struct err *) MUST_USE;

/* ---- for the circle ---- */

/* Under which place of the bar: a director has it under the first. */
static inline enum place
stopped_here(const struct view *v)
{
	return v->viewer != NULL && viewer_is_director(v->viewer)
		   ? PLACE_FIRST
		   : PLACE_FOURTH;
}

enum stop_tag { STOP_WAITS, STOP_SECOND, STOP_STAYS, STOP_GONE };

struct stop_line {
	int64_t id, at;
	const char *what; /* catalogue key */
	str sender;
	enum stop_tag tag;
};

struct stop_lines {
	struct stop_line *v;
	size_t n;
};

static inline const char *
stop_tag_kind(enum stop_tag t)
{
	static const char *const kind[] = {"wait", "wait", "stop", "ok"};

	return kind[t];
}

const char *stop_tag_text(enum stop_tag);

/* One entry that matched, in words. */
struct stop_reason {
	const char *kind; /* of comparison, %1 its name */
	str kind_name;
	str list, source, entry, category;
	int64_t distance, threshold;
	bool bits;                          /* the distance counts points */
	const char *transform, *hypothesis; /* NULL: none */
	const char *quality;                /* %1 of 100; NULL: none */
	int64_t quality_n;
	enum why_sure sure;
	str hash, entry_hash; /* as they are written */
	bool off;
};

struct stop_reasons {
	struct stop_reason *v;
	size_t n;
};

struct stop_step {
	int64_t at;
	str sentence, note;
};

struct stop_steps {
	struct stop_step *v;
	size_t n;
};

enum stop_ask { ASK_NOTHING, ASK_LIST, ASK_SECOND, ASK_OWN, ASK_WITHDRAWN };

struct stopped_page {
	int64_t id, at;
	str sender, album;
	bool listed, rescan;
	struct stopped_look look;
	struct stop_steps steps;
	int64_t held_albums, held_photos;
	enum stop_ask ask;
	str proposer;        /* ASK_SECOND */
	bool whole_list;     /* what was proposed */
	str others;          /* ASK_OWN: who may agree; "": nobody */
	const char *outcome; /* catalogue key, NULL: none yet */
	const struct form *form;
};

/* Shown for as long as it is open to who asked. */
struct stopped_why_page {
	int64_t id;
	struct stop_reasons reasons;
	str signal; /* as it was written down */
};

const char *stopped_care_label(enum care_why); /* %1: when it goes on */

/* ---- the people, for the director ---- */

struct stopped_people {
	struct circle leads; /* by their role */
	struct handler_list named;
	struct field_option_list staff; /* who may be named */
	const struct form *form;
	bool reached;        /* somebody reads a report about who directs */
	int64_t reviewed_on; /* the numbers to call */
	bool overdue;        /* their review */
};

handler stopped_decide, stopped_people_show, stopped_people_add,
    stopped_people_end, stopped_look_ask, stopped_why_show, stopped_close_do,
    stopped_pass_do;

/* The page again, with what is wrong; f NULL: with an empty form. */
bool stopped_page_show(struct request *, struct response *, int64_t id,
    const struct form *f, struct err *) MUST_USE;
extern const struct field stopped_fields[];

#endif
