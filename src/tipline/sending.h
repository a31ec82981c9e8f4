/*
 * sending — the calls of a report, one after the other, for the process that
 * asks egress.
 *
 * A call is written down with its bytes, and committed, before it goes out;
 * its answer is written down before the next one.  Before each « submit » it is
 * asked whether NCMEC works at all, and that is written down likewise.  A
 * process that dies between the two leaves a call without an answer: the next
 * one takes it for lost, and goes on as ncmec/step.h says.
 */
#ifndef TIPLINE_SENDING_H
#define TIPLINE_SENDING_H

#include "ipc/egress.h"
#include "tipline/tipline.h"

/* What a call is, for egress; in the arena. */
struct tipline_call {
	int64_t id; /* 0: nothing is due */
	int64_t tipline;
	uint8_t method; /* enum egress_method */
	str path;       /* below ncmec_url */
	str body;
};

/* At the start of the process that sends. */
bool tipline_start(
    struct house *, struct arena *, int64_t now, struct err *) MUST_USE;
/* When the next is due; DB_NULL: nothing is. */
bool tipline_due(struct house *, struct arena *, int64_t now, int64_t *ret,
    struct err *) MUST_USE;
/* The next one that is due. */
bool tipline_take(struct house *, struct arena *, int64_t now,
    struct tipline_call *ret, struct err *) MUST_USE;
/* What egress said of it; ERR_CONFLICT: nobody waits for that.  *ret_stuck: a
 * person has to look; why in words of the log. */
bool tipline_said(struct house *, struct arena *, int64_t call, int64_t tipline,
    const struct egress_answer *, int64_t now, bool *ret_stuck,
    const char **ret_why, struct err *) MUST_USE;

#endif
