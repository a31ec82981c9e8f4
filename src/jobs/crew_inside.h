/* crew_inside — what the files of the crew share. */
#ifndef JOBS_CREW_INSIDE_H
#define JOBS_CREW_INSIDE_H

#include "jobs/crew.h"

bool crew_is_busy(const struct hand *);
/* Some hand has this medium, or it is being stored. */
bool crew_in_hand(const struct crew *, int64_t medium);
struct hand *crew_idle_hand(struct crew *); /* NULL: none */
size_t crew_busy_hands(const struct crew *);
/* Another hand would help. */
void crew_wish(struct crew *);

/* fd: n of them. */
void crew_give_message(struct crew *, struct hand *, enum work, int64_t medium,
    const struct buf *, const int *fd, size_t n);
/* A MEDIA_JOB; place NULL: only the hashes are wanted. */
void crew_give_bytes(struct crew *, struct hand *, int64_t medium, int fd,
    enum work, const struct key place[MEDIA_SIDES]);

/* From now on, so much processor time; more of the clock where others have it.
 */
void crew_may_take(struct hand *, int64_t ms);

/* It is late because others had the processor; until_ms is moved. */
bool crew_is_starved(struct hand *, int64_t now_ms);

void crew_free_hand(struct crew *, struct hand *);
void crew_hand_died(struct crew *, struct hand *);
/* It said what it may not say: it is dropped, and what it had counts a death.
 */
void crew_drop_hand(struct crew *, struct hand *);

/* ---- crew_aside.c ---- */

bool crew_give_out_looks(struct crew *, struct err *) MUST_USE;
bool crew_give_out_trace(struct crew *, struct err *) MUST_USE;
bool crew_give_out_glances(struct crew *, struct err *) MUST_USE;
void crew_take_glanced(struct crew *, struct hand *, const struct chan_msg *);
void crew_take_looked(struct crew *, struct hand *, const struct chan_msg *);
void crew_take_traced(struct crew *, struct hand *, const struct chan_msg *);
/* The hashes of a suspect copy. */
void crew_take_copy(
    struct crew *, int64_t trace, const struct media_done *, int fd);

#endif
