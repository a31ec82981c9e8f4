/*
 * courier — what letters (mailing.h) and notifications (pushing.h) have in
 * common: one is on its way to egress at a time, and when nobody takes it all
 * rest, longer each time.
 *
 * The channel to egress is shared; an id with COURIER_ID is of a courier, and
 * the bits of its way say of which.
 */
#ifndef JOBS_COURIER_H
#define JOBS_COURIER_H

#include "house/house.h"
#include "ipc/chan.h"
#include "ipc/egress.h"
#include "tell/outbox.h"

#define COURIER_ID ((uint32_t)1 << 31)
#define COURIER_PUSH_ID ((uint32_t)1 << 30)    /* beside it: a notification */
#define COURIER_TIPLINE_ID ((uint32_t)1 << 29) /* tipline_hand.h */
#define COURIER_NUMBERS (COURIER_TIPLINE_ID - 1)
#define COURIER_LATEST_MS 600000 /* to look again, whatever the rows say */

/* What becomes of one is written down by said. */
struct courier_way {
	const char *name; /* in the log, and of what is on its way */
	const char *thing;
	uint32_t bits;   /* of its ids */
	int64_t wait_ms; /* for an answer, behind whatever else is asked */
	bool (*said)(struct house *, struct arena *, int64_t id,
	    const struct egress_answer *, int64_t now,
	    struct outbox_verdict *ret, struct err *);
};

struct courier {
	const struct courier_way *way;
	struct house *house;
	int64_t retry_s;  /* of the configuration */
	int64_t sending;  /* message; 0: none is on its way */
	uint32_t id;      /* of the last one, to egress */
	int64_t until_ms; /* for its answer */
	int64_t rest_ms;  /* all rest until then */
	int64_t due_ms;   /* when there is something to do */
	unsigned failures;
	bool on;
};

void courier_init(struct courier *, const struct courier_way *, struct house *,
    int64_t retry_s, bool on);
/* In clock_ms(). */
int64_t courier_due_ms(const struct courier *);
/* Whether the next one may go. */
bool courier_is_free(const struct courier *, const struct chan *egress);

/* From now on it is on its way; returns the id for egress. */
uint32_t courier_begin(struct courier *, int64_t message);
/* It could not be handed over, or nobody knows what became of it. */
void courier_no_word(struct courier *, struct arena *, enum egress_outcome);

/* An answer of any courier. */
void courier_hear(
    struct courier *, struct arena *, const struct egress_answer *);
/* The egress process is gone. */
void courier_lost(struct courier *, struct arena *);
/* Gives up what takes too long. */
void courier_tick(struct courier *, struct arena *);
void courier_failed(struct courier *, const struct err *);

#endif
