/*
 * fault — what becomes of a file that was not done.
 *
 * A fault of our own (full disk, busy database) puts it off and does not count.
 * What does count has an end: a file that killed five workers at intake is
 * damaged, a photo that could not be covered in cover.h's number of tries stays
 * withheld and the team is told, a copy that is traced « cannot tell ».
 */
#ifndef JOBS_FAULT_H
#define JOBS_FAULT_H

#include "house/house.h"

/* What a media worker makes of a photo, or of a suspect copy. */
enum work {
	WORK_INTAKE,
	WORK_HASHES,
	WORK_COVER,
	WORK_FACES,
	WORK_VEIL,    /* a video that is masked through the shot */
	WORK_BETWEEN, /* … or looked through between its stills */
	WORK_COPY,    /* the hashes of a suspect copy */
	WORK_TRACE,   /* a suspect copy beside a rendition */
	WORK_GLANCE,  /* of what was reported, small and grey */
};

/* subject: the medium; of WORK_COPY and WORK_TRACE the trace. */

/* The worker died with it. */
void fault_died(struct house *, struct arena *, enum work, int64_t subject);
/* why: ERR_CORRUPT: the file cannot be worked on; ERR_NOT_FOUND: it went
 * meanwhile, which is no fault; else the fault is ours. */
void fault_of(struct house *, struct arena *, enum work, int64_t subject,
    const struct err *why);

/* The disk took nothing a moment ago: what is worked on now would be lost, and
 * done again and again.  Until when; 0: it takes all. */
int64_t fault_holds_off_ms(const struct house *);

#endif
