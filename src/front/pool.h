/*
 * pool — the workers, each with one request at a time, and the bounded queue
 * of those that wait for one.  When all are busy with pages that are only read,
 * the next such pages already wait in the workers' channels, GIVEN_MAX in each
 * at most: neither side sleeps and is woken in between.  What was asked in one
 * turn of the front is handed on at its end, all of a worker's in one call.
 *
 * A worker that dies: a GET that it had is given once to another, anything
 * else is answered 503.  A worker that says what it may not say ends the front.
 */
#ifndef FRONT_POOL_H
#define FRONT_POOL_H

#include "base/arena.h"
#include "base/buf.h"
#include "ipc/chan.h"

struct front;
struct exchange;

#define POOL_MAX 16
#define POOL_AT_ONCE 4 /* answers taken in one call */
#define GIVEN_MAX 8    /* one turn of a worker, and its next */

struct charge {
	bool reads; /* a page that changes nothing: soon done */
	uint64_t tag;
	struct exchange *x; /* NULL: nobody waits for the answer any more */
	int64_t since_ms;
};

struct slot {
	bool live;
	uint32_t number; /* the worker's */
	struct chan chan;
	struct charge given[GIVEN_MAX]; /* answered in this order */
	size_t n_given, n_sent;
};

struct pool {
	struct slot slot[POOL_MAX];
	size_t n_live;
	uint64_t last_tag;
	struct exchange *first, *last; /* waiting */
	size_t n_waiting;
	struct buf out;
	char *in[POOL_AT_ONCE]; /* CHAN_MSG_MAX each */
};

void pool_init(struct pool *);
void pool_done(struct pool *);
/* A worker's fresh channel; the older one with its number is dead. */
void pool_add(struct front *, uint32_t number, int fd);
/* False: the queue is full, nothing was taken. */
bool pool_submit(struct front *, struct exchange *) MUST_USE;
/* Of an answer that is being sent, the next copy: in its turn, always taken. */
void pool_go_on(struct front *, struct exchange *);
void pool_forget(struct front *, struct exchange *); /* it will be freed */
/* False: the worker broke the protocol, the front must end. */
bool pool_read(struct front *, uint32_t which, struct err *) MUST_USE;
void pool_dispatch(struct front *); /* hands on what waits */
void pool_tick(struct front *, int64_t now_ms);

#endif
