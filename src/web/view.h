/*
 * view — what every template gets as its first argument: where to write, in
 * which language, for whom.
 *
 * Writing is sticky (base/buf.h), so templates return nothing; the router asks
 * once at the end.
 */
#ifndef WEB_VIEW_H
#define WEB_VIEW_H

#include "base/buf.h"
#include "base/zone.h"
#include "lang/lang.h"

struct organisation;
struct viewer;
struct tipline_lates;

enum place { /* which of the four places of the bar is here */
	PLACE_NONE,
	PLACE_FIRST,
	PLACE_SECOND,
	PLACE_THIRD,
	PLACE_FOURTH,
};

struct view {
	struct buf *out;
	struct arena *arena;
	enum lang lang;
	int64_t now;
	const struct organisation *org; /* NULL when signed out of any */
	const struct viewer *viewer;    /* NULL when signed out */
	str path; /* of this page, for links back and the language switch */
	str form_token;     /* what {{form}} writes; made once per page */
	bool weak_sandbox;  /* an administrator's page says so */
	bool office;        /* LibreOffice is there: not PDF alone is taken */
	bool handles;       /* looks into what was stopped, stop/circle.h */
	int64_t stopped;    /* how much of it waits for this person */
	int64_t traces;     /* copies that this person may allow to be traced */
	int64_t reports;    /* that wait for this person, on a first page */
	int64_t custodians; /* named of late, likewise (web/seals.h) */
	bool custodians_few;  /* a lead: of those named, not two can open */
	bool custodian_unset; /* this person is one, and has no passphrase */
	const struct tipline_lates *ncmec; /* reports there that do not get
					      through; NULL: none */
	bool ncmec_changed; /* its schema, and nobody has looked at it */
	int64_t decisions;  /* of judges, that this person may have seen too */
	int64_t halts; /* accounts that this person may stop as the second */
	str about; /* where « Report » leads from this page; empty: /report */
	str notice; /* one line that the last action left, or empty */
};

/* Does any card that stands on first pages for this person ask for something.
 */
static inline bool
view_waits(const struct view *v)
{
	return v->reports > 0 || v->ncmec != NULL || v->ncmec_changed ||
	       v->stopped > 0 || v->traces > 0 || v->decisions > 0 ||
	       v->halts > 0 || v->custodian_unset || v->custodians_few;
}

/* A value that is HTML already; only html_raw makes one. */
typedef struct html {
	str s;
} html;

/* Escapes for text and for a quoted attribute alike: & < > " ' */
void view_text(struct view *, str);
void view_cstr(struct view *, const char *);
void view_i64(struct view *, int64_t);
void view_html(struct view *, html);
/* One component of a URL: everything but unreserved is percent-encoded. */
void view_url_part(struct view *, str);
/* A whole local URL: starts with one '/', else "#" is written. */
void view_url(struct view *, str);

/* Days and times as people say them, in the view's language and the
 * organisation's zone: « jeudi 20 novembre », "Thursday 20 November". */
str say_day(struct view *, int64_t day);   /* no year if it is this one */
str say_date(struct view *, int64_t day);  /* « 20 novembre 2026 » */
str say_month(struct view *, int64_t day); /* « novembre 2026 » */
str say_day_relative(
    struct view *, int64_t day); /* « aujourd’hui », « hier » … */
str say_time(struct view *, int64_t at); /* « 18 h », « 9 h 15 », "6:00 pm" */
str say_when(struct view *, int64_t at);     /* day and time */
str say_bytes(struct view *, int64_t bytes); /* « 2,4 Mo », "2.4 MB" */
str say_length(struct view *, int64_t ms);   /* « 1 min 12 », "1 min 12 s" */
str say_clock(struct view *, int64_t ms);    /* of a video: « 1:07 » */
str iso_day(struct view *, int64_t day);     /* 2026-11-20, for inputs */

/* "/static/app.1a2b3c4d.css" for "app.css"; asserts that it exists. */
str asset_path(const char *name);

#endif
