/* crew_aside — what media workers do beside photos that come in: looking for
 * faces, reading suspect copies, and what handlers of reports ask to see. */
#include "jobs/crew_inside.h"

#include "base/clock.h"
#include "jobs/glance.h"
#include "jobs/look.h"
#include "jobs/tracing.h"
#include "sql_job.h"
#include "trace/trace.h"

#define TRACE_MS 300000 /* to search where a copy lies */

/* ---- faces ---- */

static void
give_look(struct crew *c, struct hand *w, int64_t medium)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(16);
	const struct media_look look = {(uint32_t)medium};
	OWNED_FD fd = -1;
	struct err e;

	if (!look_open(c->house, c->arena, medium, &fd, &e)) {
		fault_of(c->house, c->arena, WORK_FACES, medium, &e);
		return;
	}
	media_look_write(&b, &look);
	crew_give_message(c, w, WORK_FACES, medium, &b, &fd, 1);
}

/* By hands that have nothing else to do; more are not wished for, but one. */
bool
crew_give_out_looks(struct crew *c, struct err *e)
{
	struct sql_job_due_rows due;

	if (!sql_job_due(c->house->db, c->arena, S(LOOK_JOB),
		house_now(c->house), CREW_MAX, &due, e))
		return err_wrap(e, "queue");
	for (size_t i = 0; i < due.n; i++) {
		struct hand *w = crew_idle_hand(c);

		if (crew_in_hand(c, due.v[i].subject))
			continue;
		if (w != NULL)
			give_look(c, w, due.v[i].subject);
		else if (crew_busy_hands(c) == 0)
			crew_wish(c);
	}
	return true;
}

/* ---- suspect copies ---- */

static void
give_step(struct crew *c, struct hand *w, const struct trace_step *s,
    const int fd[TRACING_FDS])
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(16);
	const struct media_trace t = {(uint32_t)s->copy.id, s->turn};

	w->trace = s->copy.id;
	w->side = s->side;
	if (s->what == TRACE_READ) {
		media_trace_write(&b, &t);
		crew_give_message(
		    c, w, WORK_TRACE, s->medium, &b, fd, TRACING_FDS);
	} else {
		crew_give_bytes(c, w, 0, fd[0], WORK_COPY, NULL);
	}
	if (w->chan.fd >= 0)
		crew_may_take(w, TRACE_MS);
}

static void
give_trace(struct crew *c, struct hand *w, int64_t trace)
{
	int fd[TRACING_FDS];
	struct trace_step s;
	struct err e;

	if (!tracing_open(
		c->house, c->arena, trace, house_now(c->house), &s, fd, &e)) {
		fault_of(c->house, c->arena, WORK_TRACE, trace, &e);
		return;
	}
	if (s.what != TRACE_TELL)
		give_step(c, w, &s, fd);
	for (size_t i = 0; i < TRACING_FDS; i++)
		if (fd[i] >= 0)
			(void)close(fd[i]);
}

static bool
is_tracing(const struct crew *c)
{
	for (size_t i = 0; i < CREW_MAX; i++)
		if (c->hand[i].chan.fd >= 0 && c->hand[i].trace != 0)
			return true;
	return false;
}

/* Two people wait for it, but so do photos: one hand at a time. */
bool
crew_give_out_trace(struct crew *c, struct err *e)
{
	struct sql_job_due_rows due;
	struct hand *w = crew_idle_hand(c);

	if (is_tracing(c))
		return true;
	if (!sql_job_due(c->house->db, c->arena, S(TRACE_JOB),
		house_now(c->house), 1, &due, e))
		return err_wrap(e, "queue");
	if (due.n == 0)
		return true;
	if (w != NULL)
		give_trace(c, w, due.v[0].subject);
	else
		crew_wish(c);
	return true;
}

void
crew_take_looked(struct crew *c, struct hand *w, const struct chan_msg *m)
{
	int64_t medium = w->medium;
	struct media_looked l;
	struct err e;

	if (!media_looked_read(m->body, &l, &e) || medium == 0 ||
	    w->work != WORK_FACES || l.id != (uint32_t)medium) {
		crew_drop_hand(c, w);
		return;
	}
	crew_free_hand(c, w);
	if (!look_store(
		c->house, c->arena, medium, &l, house_now(c->house), &e))
		fault_of(c->house, c->arena, WORK_FACES, medium, &e);
}

void
crew_take_copy(
    struct crew *c, int64_t trace, const struct media_done *d, int fd)
{
	struct err e;

	if (!tracing_hashed(
		c->house, c->arena, trace, d, fd, house_now(c->house), &e))
		fault_of(c->house, c->arena, WORK_TRACE, trace, &e);
}

void
crew_take_traced(struct crew *c, struct hand *w, const struct chan_msg *m)
{
	const struct hand had = *w;
	struct media_traced d;
	struct err e;

	if (!media_traced_read(m->body, &d, &e) || had.work != WORK_TRACE ||
	    d.id != (uint32_t)had.trace || m->n_fds != (d.shown ? 1 : 0)) {
		crew_drop_hand(c, w);
		return;
	}
	crew_free_hand(c, w);
	if (!tracing_read(c->house, c->arena, had.trace, had.medium, had.side,
		&d, d.shown ? m->fd[0] : -1, house_now(c->house), &e))
		fault_of(c->house, c->arena, WORK_TRACE, had.trace, &e);
}

/* ---- what was reported ---- */

static void
give_glance(struct crew *c, struct hand *w, int64_t medium)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(16);
	const struct media_glance glance = {(uint32_t)medium};
	OWNED_FD fd = -1;
	struct err e;

	if (!glance_open(c->house, c->arena, medium, &fd, &e)) {
		fault_of(c->house, c->arena, WORK_GLANCE, medium, &e);
		return;
	}
	media_glance_write(&b, &glance);
	crew_give_message(c, w, WORK_GLANCE, medium, &b, &fd, 1);
}

/* Somebody waits for it, and it takes a moment: before anything else. */
bool
crew_give_out_glances(struct crew *c, struct err *e)
{
	struct sql_job_due_rows due;

	if (!sql_job_due(c->house->db, c->arena, S(GLANCE_JOB),
		house_now(c->house), CREW_MAX, &due, e))
		return err_wrap(e, "queue");
	for (size_t i = 0; i < due.n; i++) {
		struct hand *w = crew_idle_hand(c);

		if (crew_in_hand(c, due.v[i].subject))
			continue;
		if (w == NULL) {
			crew_wish(c);
			break;
		}
		give_glance(c, w, due.v[i].subject);
	}
	return true;
}

void
crew_take_glanced(struct crew *c, struct hand *w, const struct chan_msg *m)
{
	int64_t medium = w->medium;
	struct media_glanced g;
	struct err e;

	if (!media_glanced_read(m->body, &g, &e) || medium == 0 ||
	    w->work != WORK_GLANCE || g.id != (uint32_t)medium ||
	    m->n_fds != (g.verdict == MEDIA_OK ? MEDIA_GLANCES : 0)) {
		crew_drop_hand(c, w);
		return;
	}
	crew_free_hand(c, w);
	if (!glance_store(
		c->house, c->arena, medium, &g, m->fd, house_now(c->house), &e))
		fault_of(c->house, c->arena, WORK_GLANCE, medium, &e);
}
