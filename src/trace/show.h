/*
 * show — a trace as people read it: for the page and the command line.
 *
 * Only for the circle (trace.h); whoever opens one is noted by trace_opened.
 */
#ifndef TRACE_SHOW_H
#define TRACE_SHOW_H

#include "trace/reading.h"
#include "trace/trace.h"

#define TRACE_LIST_MAX 200

enum trace_state {
	TRACE_ASKED,
	TRACE_REFUSED,
	TRACE_RUNNING, /* allowed, and not told yet */
	TRACE_TOLD,
};

const char *trace_state_word(enum trace_state);

struct trace_line {
	int64_t id, at;
	str asker;
	enum trace_state state;
	enum trace_answer answer; /* TRACE_TOLD */
	bool closed;
};

struct trace_lines {
	struct trace_line *v;
	size_t n;
};

bool trace_list(
    const struct deed *, struct trace_lines *ret, struct err *) MUST_USE;

/* An account that is named.  wrong: at most how likely that is a mistake;
 * one_in: the same the other way round, rounded down, at most 10^18. */
struct trace_suspect {
	int64_t account, medium, side;
	str name, kind; /* kind: as account.kind, or a staff member's role */
	double wrong;
	int64_t one_in;
};

struct trace_suspects {
	struct trace_suspect *v;
	size_t n;
};

/* One photo that was compared. */
struct trace_photo {
	int64_t medium, post, number, day; /* number: in its album, from 1 */
	int64_t distance;                  /* of PDQ, 0 to 256 */
	bool shown;                        /* the copy shows it */
	int64_t side; /* of the best reading; 0: shown in none */
	int64_t presence, likeness, share; /* of that, as trace_reading */
	str album;
};

struct trace_photos {
	struct trace_photo *v;
	size_t n;
};

struct trace_step_done {
	int64_t at, actor; /* actor DB_NULL: the server */
	str deed, name, note;
};

struct trace_steps {
	struct trace_step_done *v;
	size_t n;
};

struct trace_shown {
	int64_t id, asked_by, asked_at, kept_until, decided_by, told_at;
	int64_t closed_at; /* DB_NULL: the copy is kept */
	enum trace_state state;
	enum trace_answer answer; /* TRACE_TOLD */
	str asker, reason, file;
	int64_t bytes, width, height; /* 0: not known yet */
	int64_t accounts, readings;   /* that were compared, TRACE_TOLD */
	int64_t post;                 /* believed to be from; 0: none said */
	struct trace_suspects suspects;
	struct trace_photos photos; /* compared so far, the shown one first */
	struct trace_steps steps;
	struct circle circle;
	bool may_decide; /* this person may be the second one */
	bool may_close;
};

bool trace_load(const struct deed *, int64_t trace, struct trace_shown *ret,
    struct err *) MUST_USE;

/* Somebody read it; in the caller's transaction. */
bool trace_opened(const struct deed *, int64_t trace, struct err *) MUST_USE;

/* How many wait for this person to be the second; 0 outside the circle. */
bool trace_waiting(const struct deed *, int64_t *ret, struct err *) MUST_USE;

#endif
