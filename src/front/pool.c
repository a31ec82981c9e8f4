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
	*p = (struct pool){.out = BUF_MAX(CHAN_MSG_MAX - 1)};
	p->in = malloc(CHAN_MSG_MAX);
	if (p->in == NULL)
		abort();
}

void
pool_done(struct pool *p)
{
	for (size_t i = 0; i < POOL_MAX; i++)
		if (p->slot[i].live)
			(void)close(p->slot[i].chan.fd);
	buf_done(&p->out);
	free(p->in);
	p->in = NULL;
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
	if (f->pool.n_waiting >= (size_t)f->conf->queue)
		return false;
	x->waits_since_ms = clock_ms();
	x->tries = 0;
	queue_put(&f->pool, x, false);
	pool_dispatch(f);
	return true;
}

void
pool_go_on(struct front *f, struct exchange *x)
{
	x->waits_since_ms = clock_ms();
	x->tries = 0;
	queue_put(&f->pool, x, false);
	pool_dispatch(f);
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

static bool
send_to(struct pool *p, struct slot *s, struct exchange *x, struct err *e)
{
	bool sheet = x->ask == HTTP_REQUEST && x->upload.fd != -1 &&
		     x->upload.handle == 0;
	struct http_request q;

	x->q.tag = ++p->last_tag;
	q = x->q;
	if (x->ask == HTTP_FILE_OPEN) {
		q.file += q.n_file;
		q.n_file = 1;
	}
	buf_clear(&p->out);
	http_request_write(&p->out, &q);
	if (p->out.full)
		return err_set(e, ERR_LIMIT, "request too large to hand on");
	return chan_try_send(&s->chan, (uint8_t)x->ask, buf_view(&p->out),
	    sheet ? &x->upload.fd : NULL, sheet, e);
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
give(struct front *f, struct slot *s, struct exchange *x)
{
	struct err e;

	x->tries++;
	if (send_to(&f->pool, s, x, &e)) {
		s->given[s->n_given++] =
		    (struct charge){only_reads(x), x->q.tag, x, clock_ms()};
	} else if (e.kind == ERR_LIMIT) {
		exchange_failed(x, PAGE_TOO_LARGE);
	} else {
		/* It never got the request: any method may go elsewhere. */
		slot_died(f, s);
		queue_put(&f->pool, x, true);
	}
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
 * anything behind it. */
void
pool_dispatch(struct front *f)
{
	struct pool *p = &f->pool;

	for (size_t n = 0; n < GIVEN_MAX && p->first != NULL; n++)
		for (size_t i = 0; i < POOL_MAX && p->first != NULL; i++) {
			struct exchange *x = p->first;

			if (!takes(&p->slot[i], x, n))
				continue;
			queue_take(p, x);
			give(f, &p->slot[i], x);
		}
}

/* The charge that an answer is for: the one given first. */
static struct charge
charge_take(struct slot *s)
{
	struct charge c = s->given[0];

	if (s->n_given == 0)
		return (struct charge){0};
	s->n_given--;
	memmove(&s->given[0], &s->given[1], s->n_given * sizeof(c));
	return c;
}

/* Takes the message apart and wakes whom it is for; the slot is free again. */
static bool
deliver(struct front *f, struct slot *s, struct chan_msg *m, struct err *e)
{
	struct http_response p = {0};
	struct http_file_go go = {0};
	bool asked = s->n_given > 0;
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

/* *ret_more: there was an answer, and others are to come. */
static bool
read_one(struct front *f, struct slot *s, bool *ret_more, struct err *e)
{
	struct chan_msg m;
	bool good, secret;

	*ret_more = false;
	if (!chan_try_recv(&s->chan, f->pool.in, CHAN_MSG_MAX, &m, e)) {
		if (e->kind == ERR_BUSY)
			return true;
		if (e->kind == ERR_CORRUPT)
			return err_wrap(e, "worker %u", s->number);
		slot_died(f, s);
		return true;
	}
	secret = m.n_fds > 0; /* a blob, and its key came this way */
	good = deliver(f, s, &m, e);
	if (secret)
		explicit_bzero(f->pool.in, m.body.n + 1);
	chan_msg_done(&m);
	*ret_more = s->n_given > 0;
	return good || err_wrap(e, "worker %u", s->number);
}

bool
pool_read(struct front *f, uint32_t which, struct err *e)
{
	struct slot *s = &f->pool.slot[which % POOL_MAX];
	bool more = s->live;

	while (more)
		if (!read_one(f, s, &more, e))
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
