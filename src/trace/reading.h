/*
 * reading — what is read of a copy beside the renditions that it may show, one
 * at a time, until an account can be named or nothing is left to try.
 *
 * The state is in the rows: whoever is killed goes on with the next rendition.
 * A photo is tried at one size first; if the copy shows it, at its others, each
 * of which has a code of its own, until a mark was read in one.  Then nothing
 * further is tried.
 *
 * What a reading says comes from a process that a stranger's file may have
 * taken over.  It knows neither the code nor an account, and whatever it says,
 * an innocent is named by it with a probability of 1e-9 at most: accuse.h
 * assumes nothing of readings but that they do not know the innocents' bits.
 */
#ifndef TRACE_READING_H
#define TRACE_READING_H

#include "house/house.h"
#include "mark/read.h"
#include "trace/candidate.h"

#define TRACE_PRESENT 700 /* hundredths of a deviation: a mark was read */
#define TRACE_STRONG 100  /* squared deviations: less holds no code */
#define TRACE_SMALL_PX                                         \
	400 /* longest side: such a copy says that it is small \
	     */

/* Why nobody is named, or that somebody is: trace.answer. */
enum trace_answer {
	TRACE_NAMED,
	TRACE_UNREADABLE, /* no picture */
	TRACE_UNKNOWN,    /* shows no photo of ours */
	TRACE_SMALL,
	TRACE_SMOOTH,   /* the copy, or the photo, holds too little */
	TRACE_UNMARKED, /* it would hold a mark, and none is there */
	TRACE_WEAK,     /* a mark is there, and too little of it */
	TRACE_ANSWERS
};

const char *trace_answer_word(enum trace_answer); /* as stored */
bool trace_answer_of(str word, enum trace_answer *ret) MUST_USE;

enum trace_do { TRACE_HASH, TRACE_READ, TRACE_TELL };

/* What is to be done next for a trace.  The names and wrapped keys are of the
 * copy and, for TRACE_READ, of the rendition; segments: of that. */
struct trace_step {
	enum trace_do what;
	struct trace_copy copy;
	str copy_name, copy_key;
	int64_t medium, side, segments;
	uint8_t turn; /* enum pdq_turn that brings the copy upright */
	str name, key;
};

/* ERR_NOT_FOUND: closed meanwhile, or told already. */
bool trace_next(struct house *, struct arena *, int64_t trace,
    struct trace_step *ret, struct err *) MUST_USE;

/* What came back for TRACE_READ; shown false: the copy shows another photo, or
 * could not be read beside this one, and nothing else counts. */
struct trace_read {
	bool shown;
	int64_t presence, likeness, share; /* as trace_reading */
	struct mark_reading reading;       /* of copy.segments */
};

/* Each in a transaction of its own. */
bool trace_read_store(struct house *, struct arena *, const struct trace_step *,
    const struct trace_read *, int64_t now, struct err *) MUST_USE;
/* The end: what was read becomes an answer.  TRACE_UNREADABLE is the caller's
 * to say, any other comes of the rows. */
bool trace_tell(struct house *, struct arena *, int64_t trace, bool unreadable,
    int64_t now, struct err *) MUST_USE;

#endif
