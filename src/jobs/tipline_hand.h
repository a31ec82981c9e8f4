/*
 * tipline_hand — what jobs does so that reports reach NCMEC: one call after the
 * other to egress (tipline/sending.h), behind whatever else it is asked; and
 * between reports, what is asked about NCMEC itself (tipline/link.h).
 *
 * Nothing happens unless the configuration names NCMEC.
 */
#ifndef JOBS_TIPLINE_HAND_H
#define JOBS_TIPLINE_HAND_H

#include "house/house.h"
#include "ipc/chan.h"
#include "ipc/egress.h"
#include "tipline/link.h"

struct tipline_hand {
	struct house *house;
	int64_t call, tipline;       /* that is out; 0: none */
	enum tipline_link_call link; /* or this; never both */
	uint32_t id;                 /* of the last one, to egress */
	int64_t until_ms;            /* for its answer */
	int64_t due_ms;              /* when there is something to do */
	int64_t hold_ms;             /* nothing is begun before */
	bool on, started;
};

void tipline_hand_init(struct tipline_hand *, struct house *);
/* Does what is due now; egress: fd -1 when there is no such process. */
void tipline_hand_tick(
    struct tipline_hand *, struct arena *, struct chan *egress);
/* In clock_ms(). */
int64_t tipline_hand_due_ms(const struct tipline_hand *);
/* Of an answer with COURIER_ID (courier.h). */
void tipline_hand_hear(
    struct tipline_hand *, struct arena *, const struct egress_answer *);
/* The egress process is gone: nobody knows what became of the call. */
void tipline_hand_lost(struct tipline_hand *, struct arena *);

#endif
