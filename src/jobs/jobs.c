#include "jobs/jobs.h"

#include <inttypes.h>
#include <poll.h>

#include "base/clock.h"
#include "base/log.h"
#include "jobs/cover.h"
#include "jobs/door.h"
#include "jobs/head.h"
#include "jobs/intake.h"
#include "jobs/known.h"
#include "jobs/rehash.h"
#include "jobs/rescan.h"
#include "jobs/shield.h"
#include "jobs/sweep.h"
#include "sql_job.h"

#define CREW_MAX 8
#define KICKS_MAX 16
#define JOB_MS 60000
#define DEATHS_MAX 5 /* then the file is called damaged */
#define RETRY_S 20   /* after a fault of our own: full disk, busy database */
#define ARENA_MAX ((size_t)8 << 20)
#define MSG_MAX 32768 /* a thousand boxes */

static const struct chan_permit from_media[] = {
    {MEDIA_DONE, 0, MEDIA_FDS_MAX, MSG_MAX},
    {MEDIA_COVERED, 0, MEDIA_SIDES, MSG_MAX},
    {0},
};

/* What a media worker makes of a photo. */
enum work { WORK_INTAKE, WORK_HASHES, WORK_COVER };

/* A media worker; medium 0: it has nothing to do. */
struct hand {
	struct chan chan; /* fd -1: no such hand */
	uint32_t number;
	int64_t medium;
	enum work work;
	int64_t until_ms; /* busy: must have answered; idle: may go home */
};

struct jobs {
	struct house *house;
	struct role_start *start;
	struct arena *arena;
	struct hand hand[CREW_MAX];
	struct chan kick[KICKS_MAX];
	int64_t storing;            /* came back, not committed yet */
	int64_t sweep_ms, files_ms; /* when the next one is due */
	struct head head;
	struct known known;
	struct shield shield;
	struct door door;
	struct rescan rescan;
	bool wished; /* a media worker was asked for and has not come */
	bool drain;
	bool rehashed; /* every ready medium has hashes, or a job for them */
};

/* ---- the crew ---- */

static int64_t
idle_until(const struct jobs *j)
{
	return clock_ms() + j->start->conf.media_idle_s * 1000;
}

static void
hand_leaves(struct hand *w)
{
	if (w->chan.fd >= 0)
		(void)close(w->chan.fd);
	*w = (struct hand){.chan.fd = -1};
}

static bool
in_hand(const struct jobs *j, int64_t medium)
{
	if (medium == j->storing || door_has(&j->door, medium))
		return true;
	for (size_t i = 0; i < CREW_MAX; i++)
		if (j->hand[i].chan.fd >= 0 && j->hand[i].medium == medium)
			return true;
	return false;
}

static struct hand *
idle_hand(struct jobs *j)
{
	for (size_t i = 0; i < CREW_MAX; i++)
		if (j->hand[i].chan.fd >= 0 && j->hand[i].medium == 0)
			return &j->hand[i];
	return NULL;
}

static size_t
busy_hands(const struct jobs *j)
{
	size_t n = 0;

	for (size_t i = 0; i < CREW_MAX; i++)
		n += j->hand[i].chan.fd >= 0 && j->hand[i].medium != 0;
	return n;
}

/* A machine in trouble kills too: only who kills five is damaged. */
static bool
count_death(struct jobs *j, int64_t medium, struct err *e)
{
	struct house *h = j->house;
	struct sql_job_attempts_row row;
	int64_t rows;
	bool found;

	if (!sql_job_failed(h->db, S("worker died"), house_now(j->house),
		S(INTAKE_JOB), medium, &rows, e) ||
	    !sql_job_attempts(
		h->db, j->arena, S(INTAKE_JOB), medium, &found, &row, e))
		return false;
	if (!found || row.attempts < DEATHS_MAX)
		return true;
	return intake_refuse(h, j->arena, medium,
	    media_verdict_word(MEDIA_DAMAGED), house_now(j->house), e);
}

static bool
work_died(struct jobs *j, enum work work, int64_t medium, struct err *e)
{
	int64_t now = house_now(j->house);

	if (work == WORK_HASHES)
		return rehash_put_off(j->house, medium, "worker died", now, e);
	if (work == WORK_COVER)
		return cover_put_off(j->house, medium, "worker died", now, e);
	return count_death(j, medium, e);
}

static void
hand_died(struct jobs *j, struct hand *w)
{
	int64_t medium = w->medium;
	enum work work = w->work;
	struct err e;

	if (medium != 0)
		log_warn("media worker died number=%" PRIu32 " medium=%" PRId64,
		    w->number, medium);
	hand_leaves(w);
	if (medium != 0 && !work_died(j, work, medium, &e))
		log_err(LOG_LEVEL_ERROR, &e, "intake");
}

static void
new_hand(struct jobs *j, const struct role_news *n)
{
	struct hand *w = NULL;

	for (size_t i = 0; i < CREW_MAX; i++) {
		if (j->hand[i].chan.fd >= 0 && j->hand[i].number == n->number)
			hand_died(j, &j->hand[i]);
		if (w == NULL && j->hand[i].chan.fd < 0)
			w = &j->hand[i];
	}
	j->wished = false;
	if (w == NULL) {
		(void)close(n->fd);
		return;
	}
	*w = (struct hand){.chan = {n->fd, from_media},
	    .number = n->number,
	    .until_ms = idle_until(j)};
}

/* ---- giving work out ---- */

/* Not the file's fault: later, and it does not count. */
static void
put_off(struct jobs *j, int64_t medium, const struct err *why)
{
	struct err e;
	int64_t rows;

	log_err(LOG_LEVEL_WARN, why, "intake");
	if (!sql_job_later(j->house->db, str_c(err_meanings[why->kind].name),
		house_now(j->house) + RETRY_S, S(INTAKE_JOB), medium, &rows,
		&e))
		log_err(LOG_LEVEL_ERROR, &e, "intake");
}

static void
could_not(void *ctx, int64_t medium, struct err *e)
{
	struct jobs *j = ctx;

	if (e->kind == ERR_NOT_FOUND)
		return;
	if (e->kind != ERR_CORRUPT) {
		put_off(j, medium, e);
		return;
	}
	log_err(LOG_LEVEL_ERROR, e, "intake");
	if (!intake_refuse(j->house, j->arena, medium,
		media_verdict_word(MEDIA_DAMAGED), house_now(j->house), e))
		log_err(LOG_LEVEL_ERROR, e, "intake");
}

/* fd: n of them. */
static void
give_message(struct jobs *j, struct hand *w, enum work work, int64_t medium,
    const struct buf *b, const int *fd, size_t n)
{
	enum media_kind kind = work == WORK_COVER ? MEDIA_COVER : MEDIA_JOB;
	struct err e;

	if (!chan_send(&w->chan, (uint8_t)kind, buf_view(b), fd, n, &e)) {
		hand_died(j, w);
		return;
	}
	w->medium = medium;
	w->work = work;
	w->until_ms = clock_ms() + JOB_MS;
}

static void
give_bytes(struct jobs *j, struct hand *w, int64_t medium, int fd,
    enum work work, const struct key place[MEDIA_SIDES])
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MSG_MAX);
	struct media_job job = {.id = (uint32_t)medium,
	    .hashes_only = work == WORK_HASHES,
	    .hypotheses = QUERY_DEFAULT};

	memcpy(job.side, intake_sides, sizeof(job.side));
	if (place != NULL)
		memcpy(job.place, place, sizeof(job.place));
	media_job_write(&b, &job);
	give_message(j, w, work, medium, &b, &fd, 1);
	explicit_bzero(&job, sizeof(job));
}

static void
give(struct jobs *j, struct hand *w, int64_t medium)
{
	struct key place[MEDIA_SIDES] = {0};
	OWNED_FD fd = -1;
	struct err e;

	if (intake_open(j->house, j->arena, medium, &fd, place, &e))
		give_bytes(j, w, medium, fd, WORK_INTAKE, place);
	else
		could_not(j, medium, &e);
	explicit_bzero(place, sizeof(place));
}

/* An old photo that has no hashes stays as it is; why is told. */
static void
could_not_rehash(struct jobs *j, int64_t medium, const struct err *why)
{
	struct err e;

	if (why->kind == ERR_NOT_FOUND)
		return;
	log_err(LOG_LEVEL_WARN, why, "rehash");
	if (!rehash_put_off(j->house, medium, err_meanings[why->kind].name,
		house_now(j->house), &e))
		log_err(LOG_LEVEL_ERROR, &e, "rehash");
}

static void
give_rehash(struct jobs *j, struct hand *w, int64_t medium)
{
	OWNED_FD fd = -1;
	struct err e;

	if (rehash_open(j->house, j->arena, medium, &fd, &e))
		give_bytes(j, w, medium, fd, WORK_HASHES, NULL);
	else
		could_not_rehash(j, medium, &e);
}

static void
could_not_cover(struct jobs *j, int64_t medium, const struct err *why)
{
	struct err e;

	if (why->kind == ERR_NOT_FOUND)
		return;
	log_err(LOG_LEVEL_WARN, why, "cover");
	if (!cover_put_off(j->house, medium, err_meanings[why->kind].name,
		house_now(j->house), &e))
		log_err(LOG_LEVEL_ERROR, &e, "cover");
}

static void
give_cover(struct jobs *j, struct hand *w, int64_t medium)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MSG_MAX);
	struct media_cover job;
	int fd[MEDIA_SIDES];
	struct err e;

	if (!cover_open(j->house, j->arena, medium, fd, &job, &e)) {
		could_not_cover(j, medium, &e);
		return;
	}
	media_cover_write(&b, &job);
	give_message(j, w, WORK_COVER, medium, &b, fd, MEDIA_SIDES);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		(void)close(fd[i]);
}

static void
wish(struct jobs *j)
{
	struct err e;

	if (j->wished)
		return;
	if (role_need_media(j->start, &e))
		j->wished = true;
	else
		log_err(LOG_LEVEL_WARN, &e, "asking for a media worker");
}

/* One at a time, and only when nobody waits for a photo. */
static bool
give_out_old(struct jobs *j, struct err *e)
{
	struct sql_job_due_rows due;
	struct hand *w = idle_hand(j);

	if (busy_hands(j) > 0)
		return true;
	if (!sql_job_due(j->house->db, j->arena, S(REHASH_JOB),
		house_now(j->house), 1, &due, e))
		return err_wrap(e, "queue");
	if (due.n == 0 || in_hand(j, due.v[0].subject))
		return true;
	if (w == NULL)
		wish(j);
	else
		give_rehash(j, w, due.v[0].subject);
	return true;
}

/* Somebody waits for these: before new photos. */
static bool
give_out_covers(struct jobs *j, struct err *e)
{
	struct sql_job_due_rows due;

	if (!sql_job_due(j->house->db, j->arena, S(COVER_JOB),
		house_now(j->house), CREW_MAX, &due, e))
		return err_wrap(e, "queue");
	for (size_t i = 0; i < due.n; i++) {
		struct hand *w = idle_hand(j);

		if (in_hand(j, due.v[i].subject))
			continue;
		if (w != NULL)
			give_cover(j, w, due.v[i].subject);
		else
			wish(j);
	}
	return true;
}

/* Every idle hand gets a file; if some are left, more hands are wished for.
 * Nothing is decoded that nobody could recognise. */
static bool
give_out(struct jobs *j, struct err *e)
{
	struct sql_job_due_rows due;

	if (!give_out_covers(j, e))
		return false;
	if (!known_ready(&j->known))
		return true;
	if (!sql_job_due(j->house->db, j->arena, S(INTAKE_JOB),
		house_now(j->house), 2 * CREW_MAX, &due, e))
		return err_wrap(e, "queue");
	for (size_t i = 0; i < due.n; i++) {
		struct hand *w = idle_hand(j);

		if (in_hand(j, due.v[i].subject))
			continue;
		if (busy_hands(j) >= door_room(&j->door))
			return true;
		if (w == NULL) {
			wish(j);
			return true;
		}
		give(j, w, due.v[i].subject);
	}
	return give_out_old(j, e);
}

/* ---- taking work back ---- */

static void
take_in(struct jobs *j, int64_t medium, const struct media_done *d,
    const int fd[MEDIA_FDS_MAX])
{
	struct err e;

	if (d->verdict == MEDIA_OK)
		door_take(&j->door, medium, d, fd);
	else if (!intake_refuse(j->house, j->arena, medium,
		     media_verdict_word((enum media_verdict)d->verdict),
		     house_now(j->house), &e))
		could_not(j, medium, &e);
}

static void
take_hashes(struct jobs *j, int64_t medium, const struct media_done *d, int fd)
{
	struct hashes hashes;
	struct err e;

	if (d->verdict != MEDIA_OK)
		(void)err_set(&e, ERR_INPUT, "medium %" PRId64 ": %s", medium,
		    media_verdict_word((enum media_verdict)d->verdict));
	else if (intake_hashes(j->arena, fd, d->hashes_bytes, &hashes, &e) &&
		 rehash_store(j->house, j->arena, medium, &hashes,
		     house_now(j->house), &e))
		return;
	could_not_rehash(j, medium, &e);
}

static bool
answer_fits(
    const struct hand *w, const struct chan_msg *m, const struct media_done *d)
{
	size_t want = d->verdict != MEDIA_OK   ? 0
		      : w->work == WORK_HASHES ? 1
					       : MEDIA_FDS_MAX;

	return w->medium != 0 && w->work != WORK_COVER &&
	       d->id == (uint32_t)w->medium && m->n_fds == want &&
	       media_done_fds(d) == want;
}

static void
drop_hand(struct jobs *j, struct hand *w)
{
	struct err e;

	if (!role_drop_media(j->start, w->number, &e))
		log_err(LOG_LEVEL_WARN, &e, "dropping a media worker");
	hand_died(j, w);
}

static void
free_hand(struct jobs *j, struct hand *w)
{
	w->medium = 0;
	w->work = WORK_INTAKE;
	w->until_ms = idle_until(j);
}

static void
take_covered(struct jobs *j, struct hand *w, const struct chan_msg *m)
{
	int64_t medium = w->medium;
	struct media_covered d;
	struct err e;

	if (!media_covered_read(m->body, &d, &e) || medium == 0 ||
	    w->work != WORK_COVER || d.id != (uint32_t)medium ||
	    m->n_fds != (d.bytes[0] > 0 ? MEDIA_SIDES : 0)) {
		drop_hand(j, w);
		return;
	}
	free_hand(j, w);
	if (m->n_fds == 0)
		(void)err_set(&e, ERR_CORRUPT,
		    "medium %" PRId64 " cannot be covered", medium);
	else if (cover_store(j->house, j->arena, medium, &d, m->fd,
		     house_now(j->house), &e))
		return;
	could_not_cover(j, medium, &e);
}

/* The hand gets its next file before this one is encrypted and committed. */
static void
take_back(struct jobs *j, struct hand *w, struct chan_msg *m)
{
	int fd[MEDIA_FDS_MAX] = {-1, -1, -1, -1};
	struct media_done d;
	enum work work = w->work;
	struct err e;

	if (!media_done_read(m->body, &d, &e) || !answer_fits(w, m, &d)) {
		drop_hand(j, w);
		return;
	}
	for (size_t i = 0; i < m->n_fds; i++)
		fd[i] = m->fd[i];
	j->storing = w->medium;
	free_hand(j, w);
	if (!give_out(j, &e))
		log_err(LOG_LEVEL_ERROR, &e, "intake");
	if (work == WORK_HASHES)
		take_hashes(j, j->storing, &d, fd[0]);
	else
		take_in(j, j->storing, &d, fd);
	j->storing = 0;
}

static void
hear_hand(struct jobs *j, struct hand *w)
{
	static char in[MSG_MAX];
	struct chan_msg m;
	struct err e;

	if (!chan_recv(&w->chan, in, sizeof(in), 0, &m, &e)) {
		if (e.kind != ERR_BUSY)
			hand_died(j, w);
		return;
	}
	if (m.kind == MEDIA_COVERED)
		take_covered(j, w, &m);
	else
		take_back(j, w, &m);
	chan_msg_done(&m);
}

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
		new_hand(j, &n);
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

/* ---- time ---- */

static void
too_late(struct jobs *j, struct hand *w)
{
	if (w->medium != 0)
		drop_hand(j, w);
	else
		hand_leaves(w); /* nothing to do for long: it retires */
}

static void
look_at_clock(struct jobs *j)
{
	int64_t now_ms = clock_ms();
	struct err e;

	head_follow(&j->head, j->house);
	known_tick(&j->known);
	shield_tick(&j->shield);
	door_turn(&j->door, j->arena);
	rescan_turn(&j->rescan, j->arena);
	for (size_t i = 0; i < CREW_MAX; i++)
		if (j->hand[i].chan.fd >= 0 && j->hand[i].until_ms <= now_ms)
			too_late(j, &j->hand[i]);
	if (j->sweep_ms > now_ms)
		return;
	j->sweep_ms = now_ms + SWEEP_EVERY_S * 1000;
	if (!sweep_rows(j->house, j->arena, house_now(j->house), &e) ||
	    (!j->rehashed && !rehash_plan(j->house, j->arena,
				 house_now(j->house), &j->rehashed, &e)))
		log_err(LOG_LEVEL_ERROR, &e, "sweep");
	if (j->files_ms > now_ms)
		return;
	if (!sweep_files(j->house, j->arena, j->files_ms == 0, &e))
		log_err(LOG_LEVEL_ERROR, &e, "sweep");
	j->files_ms = now_ms + SWEEP_FILES_EVERY_S * 1000;
}

/* Milliseconds to sleep: the next deadline, sweep or retry. */
static int
sleep_ms(const struct jobs *j)
{
	const int64_t due[] = {head_due_ms(&j->head), known_due_ms(&j->known),
	    shield_due_ms(&j->shield), door_due_ms(&j->door),
	    rescan_due_ms(&j->rescan)};
	struct sql_job_next_row next;
	int64_t until = j->sweep_ms, now_ms = clock_ms();
	struct err e;

	for (size_t i = 0; i < sizeof(due) / sizeof(*due); i++)
		if (due[i] < until)
			until = due[i];
	for (size_t i = 0; i < CREW_MAX; i++)
		if (j->hand[i].chan.fd >= 0 && j->hand[i].until_ms < until)
			until = j->hand[i].until_ms;
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

#define POLLS (3 + CREW_MAX + KICKS_MAX)

static void
fill_polls(const struct jobs *j, struct pollfd *p)
{
	p[0] = (struct pollfd){j->start->control.fd, POLLIN, 0};
	for (size_t i = 0; i < CREW_MAX; i++)
		p[1 + i] = (struct pollfd){j->hand[i].chan.fd, POLLIN, 0};
	for (size_t i = 0; i < KICKS_MAX; i++)
		p[1 + CREW_MAX + i] = (struct pollfd){j->kick[i].fd, POLLIN, 0};
	p[POLLS - 2] = (struct pollfd){j->shield.egress.fd, POLLIN, 0};
	p[POLLS - 1] = (struct pollfd){j->known.chan.fd, POLLIN, 0};
}

/* A channel that was replaced since the poll is left for the next round. */
static bool
hear(struct jobs *j, const struct pollfd *p, struct err *e)
{
	for (size_t i = 0; i < CREW_MAX; i++)
		if (p[1 + i].revents != 0 && p[1 + i].fd == j->hand[i].chan.fd)
			hear_hand(j, &j->hand[i]);
	for (size_t i = 0; i < KICKS_MAX; i++)
		if (p[1 + CREW_MAX + i].revents != 0 &&
		    p[1 + CREW_MAX + i].fd == j->kick[i].fd)
			hear_kick(&j->kick[i]);
	if (p[POLLS - 1].revents != 0 && p[POLLS - 1].fd == j->known.chan.fd)
		known_hear(&j->known);
	if (p[POLLS - 2].revents != 0 && p[POLLS - 2].fd == j->shield.egress.fd)
		door_hear_shield(&j->door, j->arena);
	return p[0].revents == 0 || hear_monitor(j, e);
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

	j = (struct jobs){.house = h, .start = start, .arena = a};
	for (size_t i = 0; i < CREW_MAX; i++)
		j.hand[i].chan.fd = -1;
	for (size_t i = 0; i < KICKS_MAX; i++)
		j.kick[i].fd = -1;
	known_init(&j.known, h, start);
	if (!shield_init(&j.shield, h, e))
		return false;
	door_init(&j.door, h, &j.known, &j.shield, could_not, &j);
	rescan_init(&j.rescan, h, &j.known);
	while (!j.drain)
		if (!turn(&j, e))
			return e->kind == ERR_NONE;
	return true;
}
