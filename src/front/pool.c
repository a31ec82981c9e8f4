#include "front/pool.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "front/exchange.h"
#include "front/front.h"

#define WORK_MS 60000 /* longer than any handler may take */

static const struct chan_permit from_worker[] = {
    {HTTP_RESPONSE, 0, 1, CHAN_MSG_MAX},
    {HTTP_FILE_GO, 1, 1, 128},
    {0},
};

void
pool_init(struct pool *p)
{
	*p = (struct pool){.out = BUF_MAX(GIVEN_MAX * CHAN_MSG_MAX)};
	for (size_t i = 0; i < POOL_AT_ONCE; i++)
		if ((p->in[i] = malloc(CHAN_MSG_MAX)) == NULL)
			abort();
}

void
pool_done(struct pool *p)
{
	for (size_t i = 0; i < POOL_MAX; i++)
		if (p->slot[i].live)
			(void)close(p->slot[i].chan.fd);
	buf_done(&p->out);
	for (size_t i = 0; i < POOL_AT_ONCE; i++)
		free(p->in[i]);
}

static void
queue_put(struct pool *p, struct exchange *x, bool in_front)
{
	x->waiting = true;
	x->prev = in_front ? NULL : p->last;
	x->next = in_front ? p->first : NULL;
	*(x->prev != NULL ? &x->prev->next : &p->first) = x;
	*(x->next != NULL ? &x->next->prev : &p->last) = x;
	p->n_waiting++;
}

static void
queue_take(struct pool *p, struct exchange *x)
{
	if (!x->waiting)
		return;
	*(x->prev != NULL ? &x->prev->next : &p->first) = x->next;
	*(x->next != NULL ? &x->next->prev : &p->last) = x->prev;
	x->prev = x->next = NULL;
	x->waiting = false;
	p->n_waiting--;
}

/* A page that was asked for, and not yet given, may be asked for again: it
 * changes nothing.  What was sent with a form may have been done. */
static void
lost_worker(struct front *f, struct exchange *x)
{
	bool harmless = x->ask == HTTP_REQUEST && http_reads(x->q.method);

	if (harmless && x->tries < 2)
		queue_put(&f->pool, x, true);
	else
		exchange_failed(x, harmless ? PAGE_BUSY : PAGE_LOST);
}

/* What was not begun goes back in its order, and that was no try. */
static void
slot_died(struct front *f, struct slot *s)
{
	const struct slot was = *s;

	log_warn("worker %u is gone%s", s->number,
	    s->n_given > 0 ? " in the middle of a request" : "");
	(void)close(s->chan.fd);
	*s = (struct slot){0};
	f->pool.n_live--;
	for (size_t i = was.n_given; i > 1; i--) {
		struct exchange *x = was.given[i - 1].x;

		if (x == NULL)
			continue;
		x->tries--;
		queue_put(&f->pool, x, true);
	}
	if (was.n_given > 0 && was.given[0].x != NULL)
		lost_worker(f, was.given[0].x);
}

static void
charge_drop(struct slot *s, size_t i)
{
	s->n_given--;
	memmove(&s->given[i], &s->given[i + 1],
	    (s->n_given - i) * sizeof(s->given[0]));
}

static struct slot *
slot_for(struct front *f, uint32_t number)
{
	struct slot *free_slot = NULL;

	for (size_t i = 0; i < POOL_MAX; i++) {
		struct slot *s = &f->pool.slot[i];

		if (s->live && s->number == number)
			slot_died(f, s);
		if (!s->live && free_slot == NULL)
			free_slot = s;
	}
	return free_slot;
}

void
pool_add(struct front *f, uint32_t number, int fd)
{
	struct slot *s = slot_for(f, number);

	if (s == NULL ||
	    !front_watch(f, fd, WATCH_WORKER, (uint32_t)(s - f->pool.slot))) {
		log_error("no room for worker %u", number);
		(void)close(fd);
		return;
	}
	*s = (struct slot){.live = true,
	    .number = number,
	    .chan = {.fd = fd, .permits = from_worker}};
	f->pool.n_live++;
	pool_dispatch(f);
}

bool
pool_submit(struct front *f, struct exchange *x)
{
	/* What only waits for the end of this turn is in nobody's way. */
	if (f->pool.n_waiting >= (size_t)f->conf->queue)
		pool_dispatch(f);
	if (f->pool.n_waiting >= (size_t)f->conf->queue)
		return false;
	x->waits_since_ms = clock_ms();
	x->tries = 0;
	queue_put(&f->pool, x, false);
	return true;
}

void
pool_go_on(struct front *f, struct exchange *x)
{
	x->waits_since_ms = clock_ms();
	x->tries = 0;
	queue_put(&f->pool, x, false);
}

void
pool_forget(struct front *f, struct exchange *x)
{
	queue_take(&f->pool, x);
	for (size_t i = 0; i < POOL_MAX; i++) {
		struct slot *s = &f->pool.slot[i];

		for (size_t k = 0; k < s->n_given; k++)
			if (s->given[k].x == x)
				s->given[k].x = NULL;
	}
}

/* The message of a request at the end of `out`; false: it is too long. */
static bool
write_out(struct pool *p, struct exchange *x, struct chan_out *ret)
{
	bool sheet = x->ask == HTTP_REQUEST && x->upload.fd != -1 &&
		     x->upload.handle == 0;
	struct http_request q;
	size_t at = p->out.n;

	q = x->q;
	if (x->ask == HTTP_FILE_OPEN) {
		q.file += q.n_file;
		q.n_file = 1;
	}
	http_request_write(&p->out, &q);
	if (p->out.full || p->out.n - at >= CHAN_MSG_MAX) {
		p->out.n = at;
		p->out.full = false;
		return false;
	}
	*ret = (struct chan_out){
	    (uint8_t)x->ask, {NULL, p->out.n - at}, sheet ? x->upload.fd : -1};
	return true;
}

/* A page that is only read, and soon: what makes a bundle looks at all of it.
 */
static bool
only_reads(const struct exchange *x)
{
	return x->ask == HTTP_REQUEST && http_reads(x->q.method) &&
	       (x->takes != HTTP_TAKES_TIME || x->q.part.copy != 0);
}

static void
give(struct pool *p, struct slot *s, struct exchange *x)
{
	x->tries++;
	x->q.tag = ++p->last_tag;
	s->given[s->n_given++] =
	    (struct charge){only_reads(x), x->q.tag, x, clock_ms()};
}

/* What was given and has not left; false: one of them is too long for any. */
static bool
write_given(struct pool *p, struct slot *s, struct chan_out *out)
{
	size_t at = 0;

	buf_clear(&p->out);
	for (size_t i = s->n_sent; i < s->n_given; i++)
		if (!write_out(p, s->given[i].x, &out[i - s->n_sent])) {
			struct exchange *x = s->given[i].x;

			charge_drop(s, i);
			exchange_failed(x, PAGE_TOO_LARGE);
			return false;
		}
	for (size_t i = 0; i < s->n_given - s->n_sent; i++) {
		out[i].body.p = p->out.p + at;
		at += out[i].body.n;
	}
	return true;
}

/* They never got to the worker: any method may go elsewhere. */
static void
take_back(struct pool *p, struct slot *s)
{
	while (s->n_given > s->n_sent) {
		struct exchange *x = s->given[--s->n_given].x;

		x->tries--;
		queue_put(p, x, true);
	}
}

/* All of them in one call: the worker is woken once and finds them all. */
static void
hand_on(struct front *f, struct slot *s)
{
	struct chan_out out[GIVEN_MAX];
	size_t sent = 0;
	struct err e;

	while (s->n_given > s->n_sent && !write_given(&f->pool, s, out))
		;
	if (s->n_given == s->n_sent)
		return;
	if (chan_try_send_some(
		&s->chan, out, s->n_given - s->n_sent, &sent, &e)) {
		s->n_sent = s->n_given;
		return;
	}
	s->n_sent += sent;
	take_back(&f->pool, s);
	slot_died(f, s);
}

/* Whether a slot that has n takes one more. */
static bool
takes(const struct slot *s, const struct exchange *x, size_t n)
{
	if (!s->live || s->n_given != n)
		return false;
	return n == 0 || (s->given[n - 1].reads && only_reads(x));
}

/* Whoever is free first; what may take long is neither given ahead nor has
 * anything behind it.  True: something was given. */
static bool
give_all(struct pool *p)
{
	bool given = false;

	for (size_t n = 0; n < GIVEN_MAX && p->first != NULL; n++)
		for (size_t i = 0; i < POOL_MAX && p->first != NULL; i++) {
			struct exchange *x = p->first;

			if (!takes(&p->slot[i], x, n))
				continue;
			queue_take(p, x);
			give(p, &p->slot[i], x);
			given = true;
		}
	return given;
}

/* Again when a worker was found dead: another takes what it had. */
void
pool_dispatch(struct front *f)
{
	while (give_all(&f->pool))
		for (size_t i = 0; i < POOL_MAX; i++)
			hand_on(f, &f->pool.slot[i]);
}

/* The charge that an answer is for: the one given first. */
static struct charge
charge_take(struct slot *s)
{
	struct charge c = s->given[0];

	if (s->n_sent == 0)
		return (struct charge){0};
	charge_drop(s, 0);
	s->n_sent--;
	return c;
}

/* Takes the message apart and wakes whom it is for; the slot is free again. */
static bool
deliver(struct front *f, struct slot *s, struct chan_msg *m, struct err *e)
{
	struct http_response p = {0};
	struct http_file_go go = {0};
	bool asked = s->n_sent > 0;
	struct charge c = charge_take(s);
	struct exchange *x = c.x;
	bool leave = m->kind == HTTP_FILE_GO;
	int fd = m->n_fds > 0 ? chan_msg_take(m, 0) : -1;
	bool good;

	arena_reset(f->scratch);
	good = leave ? http_file_go_read(m->body, &go, e)
		     : http_response_read(f->scratch, m->body, &p, e);
	if (good && (!asked || (leave ? go.tag : p.tag) != c.tag ||
			(leave && x != NULL && x->ask != HTTP_FILE_OPEN)))
		good = err_set(e, ERR_CORRUPT, "an answer nobody asked for");
	if (good && x != NULL && leave)
		exchange_leave(x, &go, &fd);
	else if (good && x != NULL)
		good = exchange_response(x, &p, &fd) ||
		       err_set(e, ERR_CORRUPT, "an answer without its bytes");
	if (fd != -1)
		(void)close(fd);
	key_done(&p.key);
	key_done(&go.key);
	return good;
}

static bool
take_answer(struct front *f, struct slot *s, struct chan_msg *m, char *bytes,
    struct err *e)
{
	bool secret = m->n_fds > 0; /* a blob, and its key came this way */
	bool good = deliver(f, s, m, e);

	if (secret)
		explicit_bzero(bytes, m->body.n + 1);
	chan_msg_done(m);
	return good || err_wrap(e, "worker %u", s->number);
}

/* *ret_more: there were answers, and others are to come. */
static bool
read_some(struct front *f, struct slot *s, bool *ret_more, struct err *e)
{
	struct chan_room room[POOL_AT_ONCE];
	struct chan_msg m[POOL_AT_ONCE];
	struct err end;
	bool lasts, good = true;
	size_t n;

	for (size_t i = 0; i < POOL_AT_ONCE; i++)
		room[i] = (struct chan_room){f->pool.in[i], CHAN_MSG_MAX};
	lasts = chan_try_recv_some(&s->chan, room, POOL_AT_ONCE, m, &n, &end);
	for (size_t i = 0; i < n; i++)
		if (good)
			good = take_answer(f, s, &m[i], room[i].p, e);
		else
			chan_msg_done(&m[i]);
	*ret_more = lasts;
	if (!good || lasts || end.kind == ERR_BUSY)
		return good;
	*e = end;
	if (e->kind == ERR_CORRUPT)
		return err_wrap(e, "worker %u", s->number);
	slot_died(f, s);
	return true;
}

bool
pool_read(struct front *f, uint32_t which, struct err *e)
{
	struct slot *s = &f->pool.slot[which % POOL_MAX];
	bool more = s->live;

	while (more)
		if (!read_some(f, s, &more, e))
			return false;
	return true;
}

void
pool_tick(struct front *f, int64_t now_ms)
{
	int64_t patience = f->conf->request_timeout_s * 1000;

	while (f->pool.first != NULL &&
	       now_ms - f->pool.first->waits_since_ms > patience) {
		struct exchange *x = f->pool.first;

		queue_take(&f->pool, x);
		exchange_failed(x, PAGE_BUSY);
	}
	for (size_t i = 0; i < POOL_MAX; i++) {
		struct charge *c = &f->pool.slot[i].given[0];
		struct exchange *x = f->pool.slot[i].n_given > 0 ? c->x : NULL;

		if (x == NULL || now_ms - c->since_ms <= WORK_MS)
			continue;
		/* Its answer will find nobody. */
		c->x = NULL;
		exchange_failed(
		    x, http_reads(x->q.method) ? PAGE_BUSY : PAGE_LOST);
	}
}
