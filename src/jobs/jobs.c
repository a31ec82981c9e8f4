#include "jobs/jobs.h"

#include <inttypes.h>
#include <poll.h>

#include "base/clock.h"
#include "base/log.h"
#include "custody/work.h"
#include "jobs/crew.h"
#include "jobs/door.h"
#include "jobs/film_hand.h"
#include "jobs/head.h"
#include "jobs/known.h"
#include "jobs/mailing.h"
#include "jobs/pushing.h"
#include "jobs/redraw.h"
#include "jobs/rehash.h"
#include "jobs/rescan.h"
#include "jobs/scan_hand.h"
#include "jobs/sheaf_hand.h"
#include "jobs/shield.h"
#include "jobs/shield_stored.h"
#include "jobs/sweep.h"
#include "jobs/tipline_hand.h"
#include "move/make.h"
#include "move/take.h"
#include "sql_job.h"

#define KICKS_MAX 16
#define ARENA_MAX ((size_t)8 << 20)

struct jobs {
	struct house *house;
	struct role_start *start;
	struct arena *arena;
	struct crew crew;
	struct film_hand films;
	struct sheaf_hand sheaves;
	struct scan_hand scans;
	struct chan kick[KICKS_MAX];
	int64_t sweep_ms, files_ms; /* when the next one is due */
	struct head head;
	struct known known;
	struct shield shield;
	struct shield_stored stored;
	struct door door;
	struct mailing mailing;
	struct courier pushing;
	struct tipline_hand tipline;
	struct shield_beside beside;
	struct rescan rescan;
	bool drain;
	bool redraw_more;
	struct turn make;          /* children who move (move/make.h) … */
	struct turn take;          /* … and who come */
	struct custody_work seals; /* what is to be sealed (custody/work.h) */
	bool make_more, take_more, seal_more;
	bool rehashed; /* every ready medium has hashes, or a job for them */
};

static void
hear_kick(struct chan *c)
{
	char in[16];
	struct chan_msg m;
	struct err e;

	/* Many kicks are one kick. */
	while (chan_recv(c, in, sizeof(in), 0, &m, &e))
		chan_msg_done(&m);
	if (e.kind != ERR_BUSY) {
		(void)close(c->fd);
		c->fd = -1;
	}
}

static void
new_kick(struct jobs *j, int fd)
{
	for (size_t i = 0; i < KICKS_MAX; i++)
		if (j->kick[i].fd < 0) {
			j->kick[i] = (struct chan){fd, kick_to_jobs};
			return;
		}
	(void)close(fd);
}

/* False: the monitor is gone or says nonsense. */
static bool
hear_monitor(struct jobs *j, struct err *e)
{
	struct role_news n;

	if (!role_news(j->start, 0, &n, e))
		return e->kind == ERR_BUSY;
	if (n.kind == NEWS_DRAIN)
		j->drain = true;
	else if (n.role == ROLE_MEDIA)
		crew_join(&j->crew, &n);
	else if (n.role == ROLE_VIDEO)
		film_hand_join(&j->films, &n);
	else if (n.role == ROLE_DOCUMENT)
		sheaf_hand_join(&j->sheaves, &n);
	else if (n.role == ROLE_OFFICE)
		office_hand_join(&j->sheaves.office, &n);
	else if (n.role == ROLE_SCAN)
		scan_hand_join(&j->scans, &n);
	else if (n.role == ROLE_MATCH)
		known_peer(&j->known, n.fd);
	else if (n.role == ROLE_EGRESS)
		shield_peer(&j->shield, n.fd);
	else if (n.role == ROLE_WORKER)
		new_kick(j, n.fd);
	else
		(void)close(n.fd);
	return true;
}

/* ---- letters, notifications and reports go by the channel of shield ---- */

static void
hear_letter(void *ctx, struct arena *a, const struct egress_answer *m)
{
	struct jobs *j = ctx;

	courier_hear(&j->mailing.courier, a, m);
	courier_hear(&j->pushing, a, m);
	tipline_hand_hear(&j->tipline, a, m);
}

static void
lose_letter(void *ctx)
{
	struct jobs *j = ctx;

	courier_lost(&j->mailing.courier, j->arena);
	courier_lost(&j->pushing, j->arena);
	tipline_hand_lost(&j->tipline, j->arena);
}

/* ---- time ---- */

static bool
in_use(void *ctx, const char *name)
{
	const struct jobs *j = ctx;

	return film_hand_uses(&j->films, name) ||
	       sheaf_in_use(j->sheaves.sheaf, name) ||
	       door_uses(&j->door, name) || custody_work_uses(&j->seals, name);
}

static bool
parcel_in_use(void *ctx, const char *name)
{
	return make_uses(&((const struct jobs *)ctx)->make, name);
}

static void
look_at_clock(struct jobs *j)
{
	int64_t now_ms = clock_ms();
	bool done = true, more = false;
	struct err e;

	head_follow(&j->head, j->house);
	known_tick(&j->known);
	shield_tick(&j->shield);
	shield_stored_turn(&j->stored, j->arena);
	mailing_tick(&j->mailing, j->arena, &j->shield.egress);
	pushing_tick(&j->pushing, j->arena, &j->shield.egress);
	tipline_hand_tick(&j->tipline, j->arena, &j->shield.egress);
	door_turn(&j->door, j->arena);
	rescan_turn(&j->rescan, j->arena);
	crew_tick(&j->crew, now_ms);
	film_hand_tick(&j->films, now_ms);
	sheaf_hand_tick(&j->sheaves, now_ms);
	scan_hand_tick(&j->scans, now_ms);
	if (!redraw_turn(j->house, j->arena, &j->redraw_more, &e))
		log_err(LOG_LEVEL_ERROR, &e, "redraw");
	if (!turn_take(&j->make, j->house, j->arena, now_ms, &j->make_more, &e))
		log_err(LOG_LEVEL_ERROR, &e, "move");
	if (!turn_take(&j->take, j->house, j->arena, now_ms, &j->take_more, &e))
		log_err(LOG_LEVEL_ERROR, &e, "move");
	if (!custody_work_turn(
		j->house, &j->seals, j->arena, now_ms, &j->seal_more, &e))
		log_err(LOG_LEVEL_ERROR, &e, "seal");
	if (j->sweep_ms > now_ms)
		return;
	j->sweep_ms = now_ms + SWEEP_EVERY_S * 1000;
	if (!sweep_rows(j->house, j->arena, house_now(j->house), &more, &e) ||
	    (!j->rehashed && !rehash_plan(j->house, j->arena,
				 house_now(j->house), &j->rehashed, &e)) ||
	    !move_sweep(
		j->house, j->arena, house_now(j->house), parcel_in_use, j, &e))
		log_err(LOG_LEVEL_ERROR, &e, "sweep");
	if (more)
		j->sweep_ms = now_ms + SWEEP_SOON_S * 1000;
	if (j->files_ms > now_ms)
		return;
	if (!sweep_files(
		j->house, j->arena, j->files_ms == 0, in_use, j, &done, &e))
		log_err(LOG_LEVEL_ERROR, &e, "sweep");
	j->files_ms =
	    now_ms + (done ? SWEEP_FILES_EVERY_S : SWEEP_EVERY_S) * 1000;
}

/* Milliseconds to sleep: the next deadline, sweep or retry. */
static int
sleep_ms(const struct jobs *j)
{
	const int64_t due[] = {head_due_ms(&j->head), known_due_ms(&j->known),
	    shield_due_ms(&j->shield), shield_stored_due_ms(&j->stored),
	    door_due_ms(&j->door), rescan_due_ms(&j->rescan),
	    scan_hand_due_ms(&j->scans), courier_due_ms(&j->mailing.courier),
	    courier_due_ms(&j->pushing), tipline_hand_due_ms(&j->tipline),
	    turn_due_ms(&j->make), turn_due_ms(&j->take)};
	int64_t held_off = fault_holds_off_ms(j->house);
	struct sql_job_next_row next;
	int64_t now_ms = clock_ms(), until = j->redraw_more || j->make_more ||
						     j->take_more ||
						     j->seal_more
						 ? now_ms
						 : j->sweep_ms;
	struct err e;

	for (size_t i = 0; i < sizeof(due) / sizeof(*due); i++)
		if (due[i] < until)
			until = due[i];
	for (size_t i = 0; i < CREW_MAX; i++)
		if (j->crew.hand[i].chan.fd >= 0 &&
		    j->crew.hand[i].until_ms < until)
			until = j->crew.hand[i].until_ms;
	if (held_off != 0 && held_off < until)
		until = held_off;
	if (j->films.hand.chan.fd >= 0 && j->films.hand.until_ms < until)
		until = j->films.hand.until_ms;
	if (j->sheaves.hand.chan.fd >= 0 && j->sheaves.hand.until_ms < until)
		until = j->sheaves.hand.until_ms;
	if (sql_job_next(
		j->house->db, j->arena, house_now(j->house), &next, &e) &&
	    next.at != DB_NULL) {
		int64_t at = now_ms + (next.at - house_now(j->house)) * 1000;

		if (at < until)
			until = at;
	}
	return until <= now_ms ? 0 : (int)(until - now_ms) + 1;
}

/* ---- the loop ---- */

#define POLLS (7 + CREW_MAX + KICKS_MAX)

static void
fill_polls(const struct jobs *j, struct pollfd *p)
{
	p[0] = (struct pollfd){j->start->control.fd, POLLIN, 0};
	for (size_t i = 0; i < CREW_MAX; i++)
		p[1 + i] = (struct pollfd){j->crew.hand[i].chan.fd, POLLIN, 0};
	for (size_t i = 0; i < KICKS_MAX; i++)
		p[1 + CREW_MAX + i] = (struct pollfd){j->kick[i].fd, POLLIN, 0};
	p[POLLS - 6] = (struct pollfd){j->sheaves.office.chan.fd, POLLIN, 0};
	p[POLLS - 5] = (struct pollfd){j->scans.hand.chan.fd, POLLIN, 0};
	p[POLLS - 4] = (struct pollfd){j->sheaves.hand.chan.fd, POLLIN, 0};
	p[POLLS - 3] = (struct pollfd){j->films.hand.chan.fd, POLLIN, 0};
	p[POLLS - 2] = (struct pollfd){j->shield.egress.fd, POLLIN, 0};
	p[POLLS - 1] = (struct pollfd){j->known.chan.fd, POLLIN, 0};
}

/* A channel that was replaced since the poll is left for the next round. */
static bool
hear(struct jobs *j, const struct pollfd *p, struct err *e)
{
	for (size_t i = 0; i < CREW_MAX; i++)
		if (p[1 + i].revents != 0 &&
		    p[1 + i].fd == j->crew.hand[i].chan.fd)
			crew_hear(&j->crew, &j->crew.hand[i]);
	for (size_t i = 0; i < KICKS_MAX; i++)
		if (p[1 + CREW_MAX + i].revents != 0 &&
		    p[1 + CREW_MAX + i].fd == j->kick[i].fd)
			hear_kick(&j->kick[i]);
	if (p[POLLS - 3].revents != 0 &&
	    p[POLLS - 3].fd == j->films.hand.chan.fd)
		film_hand_hear(&j->films);
	if (p[POLLS - 4].revents != 0 &&
	    p[POLLS - 4].fd == j->sheaves.hand.chan.fd)
		sheaf_hand_hear(&j->sheaves);
	if (p[POLLS - 6].revents != 0 &&
	    p[POLLS - 6].fd == j->sheaves.office.chan.fd)
		office_hand_hear(&j->sheaves.office);
	if (p[POLLS - 5].revents != 0 &&
	    p[POLLS - 5].fd == j->scans.hand.chan.fd)
		scan_hand_hear(&j->scans);
	if (p[POLLS - 1].revents != 0 && p[POLLS - 1].fd == j->known.chan.fd)
		known_hear(&j->known);
	if (p[POLLS - 2].revents != 0 && p[POLLS - 2].fd == j->shield.egress.fd)
		door_hear_shield(&j->door, j->arena);
	return p[0].revents == 0 || hear_monitor(j, e);
}

static bool
give_out(struct jobs *j, struct err *e)
{
	return fault_holds_off_ms(j->house) != 0 ||
	       (crew_give_out(&j->crew, e) &&
		   film_hand_give_out(&j->films, e) &&
		   sheaf_hand_give_out(&j->sheaves, e) &&
		   scan_hand_give_out(&j->scans, e));
}

static bool
turn(struct jobs *j, struct err *e)
{
	struct pollfd p[POLLS];

	arena_reset(j->arena);
	look_at_clock(j);
	if (!give_out(j, e) && e->kind != ERR_BUSY)
		return false;
	fill_polls(j, p);
	if (poll(p, POLLS, sleep_ms(j)) == -1) {
		if (errno != EINTR)
			return err_sys(e, "poll");
		return true;
	}
	return hear(j, p, e);
}

bool
jobs_run(struct house *h, struct role_start *start, struct err *e)
{
	OWNED(arena) a = arena_new(ARENA_MAX);
	static struct jobs j;

	j = (struct jobs){.house = h,
	    .start = start,
	    .arena = a,
	    .make.kind = &make_kind,
	    .take.kind = &take_kind};
	crew_init(&j.crew, h, start, a, &j.known, &j.door);
	for (size_t i = 0; i < KICKS_MAX; i++)
		j.kick[i].fd = -1;
	known_init(&j.known, h, start);
	if (!shield_init(&j.shield, h, e) || !mailing_init(&j.mailing, h, e))
		return false;
	pushing_init(&j.pushing, h);
	tipline_hand_init(&j.tipline, h);
	j.beside =
	    (struct shield_beside){COURIER_ID, hear_letter, lose_letter, &j};
	j.shield.beside = &j.beside;
	shield_stored_init(&j.stored, h, &j.shield);
	door_init(&j.door, h, &j.known, &j.shield, crew_could_not, &j.crew);
	rescan_init(&j.rescan, h, &j.known);
	film_hand_init(&j.films, h, start, a, &j.known, &j.door);
	sheaf_hand_init(&j.sheaves, h, start, a, &j.known, &j.door);
	scan_hand_init(&j.scans, h, start, a, &j.door);
	while (!j.drain)
		if (!turn(&j, e))
			return e->kind == ERR_NONE;
	return true;
}
