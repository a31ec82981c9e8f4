#include "jobs/crew.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "jobs/cover.h"
#include "jobs/crew_inside.h"
#include "jobs/intake.h"
#include "jobs/rehash.h"
#include "jobs/scan_hand.h"
#include "sql_job.h"

#define JOB_MS 120000
/* A machine with much else to do gives a photo little of its time: who is late
 * because of that must not be called damaged, up to here. */
#define STARVED_MS 3600000
#define MSG_MAX 32768 /* a thousand boxes */

static const struct chan_permit from_media[] = {
    {MEDIA_DONE, 0, MEDIA_FDS_MAX, MSG_MAX},
    {MEDIA_COVERED, 0, MEDIA_SIDES, MSG_MAX},
    {MEDIA_LOOKED, 0, 0, MSG_MAX},
    {MEDIA_LEAVES, 0, 0, 0},
    {MEDIA_TRACED, 0, 1, MSG_MAX},
    {MEDIA_GLANCED, 0, MEDIA_GLANCES, MSG_MAX},
    {0},
};

void
crew_init(struct crew *c, struct house *h, struct role_start *start,
    struct arena *a, struct known *known, struct door *door)
{
	*c = (struct crew){.house = h,
	    .start = start,
	    .arena = a,
	    .known = known,
	    .door = door};
	for (size_t i = 0; i < CREW_MAX; i++)
		c->hand[i].chan.fd = -1;
}

static int64_t
idle_until(const struct crew *c)
{
	return clock_ms() + c->start->conf.media_idle_s * 1000;
}

static void
hand_leaves(struct hand *w)
{
	if (w->chan.fd >= 0)
		(void)close(w->chan.fd);
	*w = (struct hand){.chan.fd = -1};
}

bool
crew_is_busy(const struct hand *w)
{
	return w->medium != 0 || w->trace != 0;
}

bool
crew_in_hand(const struct crew *c, int64_t medium)
{
	if (medium == c->storing || door_has(c->door, medium))
		return true;
	for (size_t i = 0; i < CREW_MAX; i++)
		if (c->hand[i].chan.fd >= 0 && c->hand[i].medium == medium &&
		    c->hand[i].trace == 0)
			return true;
	return false;
}

struct hand *
crew_idle_hand(struct crew *c)
{
	for (size_t i = 0; i < CREW_MAX; i++)
		if (c->hand[i].chan.fd >= 0 && !crew_is_busy(&c->hand[i]))
			return &c->hand[i];
	return NULL;
}

size_t
crew_busy_hands(const struct crew *c)
{
	size_t n = 0;

	for (size_t i = 0; i < CREW_MAX; i++)
		n += c->hand[i].chan.fd >= 0 && crew_is_busy(&c->hand[i]);
	return n;
}

void
crew_hand_died(struct crew *c, struct hand *w)
{
	const struct hand had = *w;

	if (crew_is_busy(w))
		log_warn("media worker died number=%" PRIu32 " medium=%" PRId64
			 " trace=%" PRId64,
		    w->number, w->medium, w->trace);
	hand_leaves(w);
	if (crew_is_busy(&had))
		fault_died(c->house, c->arena, had.work,
		    had.trace != 0 ? had.trace : had.medium);
}

void
crew_join(struct crew *c, const struct role_news *n)
{
	struct hand *w = NULL;

	for (size_t i = 0; i < CREW_MAX; i++) {
		if (c->hand[i].chan.fd >= 0 && c->hand[i].number == n->number)
			crew_hand_died(c, &c->hand[i]);
		if (w == NULL && c->hand[i].chan.fd < 0)
			w = &c->hand[i];
	}
	c->wished = false;
	if (w == NULL) {
		(void)close(n->fd);
		return;
	}
	*w = (struct hand){.chan = {n->fd, from_media},
	    .number = n->number,
	    .pid = n->pid,
	    .until_ms = idle_until(c)};
}

/* ---- giving work out ---- */

typedef void give_one(struct crew *, struct hand *, int64_t medium);

void
crew_could_not(void *ctx, int64_t medium, struct err *e)
{
	struct crew *c = ctx;

	fault_of(c->house, c->arena, WORK_INTAKE, medium, e);
}

/* fd: n of them. */
void
crew_give_message(struct crew *c, struct hand *w, enum work work,
    int64_t medium, const struct buf *b, const int *fd, size_t n)
{
	static const uint8_t kind[] = {[WORK_INTAKE] = MEDIA_JOB,
	    [WORK_HASHES] = MEDIA_JOB,
	    [WORK_COVER] = MEDIA_COVER,
	    [WORK_FACES] = MEDIA_LOOK,
	    [WORK_COPY] = MEDIA_JOB,
	    [WORK_TRACE] = MEDIA_TRACE,
	    [WORK_GLANCE] = MEDIA_GLANCE};
	struct err e;

	if (!chan_send(&w->chan, kind[work], buf_view(b), fd, n, &e)) {
		crew_hand_died(c, w);
		return;
	}
	w->medium = medium;
	w->work = work;
	crew_may_take(w, JOB_MS);
}

void
crew_may_take(struct hand *w, int64_t ms)
{
	w->may_ms = ms;
	w->given_ms = clock_ms();
	w->used_ms = clock_used_ms(w->pid);
	w->until_ms = w->given_ms + ms;
}

void
crew_give_bytes(struct crew *c, struct hand *w, int64_t medium, int fd,
    enum work work, const struct key place[MEDIA_SIDES])
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MSG_MAX);
	struct media_job job = {.id = (uint32_t)medium,
	    .hashes_only = work == WORK_HASHES || work == WORK_COPY,
	    .hypotheses = QUERY_DEFAULT};

	memcpy(job.side, intake_sides, sizeof(job.side));
	if (place != NULL)
		memcpy(job.place, place, sizeof(job.place));
	media_job_write(&b, &job);
	crew_give_message(c, w, work, medium, &b, &fd, 1);
	explicit_bzero(&job, sizeof(job));
}

static void
give(struct crew *c, struct hand *w, int64_t medium)
{
	struct key place[MEDIA_SIDES] = {0};
	OWNED_FD fd = -1;
	bool other;
	struct err e;

	if (intake_is_other(c->house, c->arena, medium, &other, &e) &&
	    (other ||
		intake_open(c->house, c->arena, medium, &fd, place, &e))) {
		/* Not for these hands: film_hand.h, sheaf_hand.h. */
		if (!other)
			crew_give_bytes(c, w, medium, fd, WORK_INTAKE, place);
	} else
		fault_of(c->house, c->arena, WORK_INTAKE, medium, &e);
	explicit_bzero(place, sizeof(place));
}

static void
give_rehash(struct crew *c, struct hand *w, int64_t medium)
{
	OWNED_FD fd = -1;
	struct err e;

	if (rehash_open(c->house, c->arena, medium, &fd, &e))
		crew_give_bytes(c, w, medium, fd, WORK_HASHES, NULL);
	else
		fault_of(c->house, c->arena, WORK_HASHES, medium, &e);
}

static void
give_cover(struct crew *c, struct hand *w, int64_t medium)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MSG_MAX);
	struct media_cover job;
	int fd[MEDIA_SIDES];
	struct err e;

	if (!cover_open(c->house, c->arena, medium, fd, &job, &e)) {
		fault_of(c->house, c->arena, WORK_COVER, medium, &e);
		return;
	}
	media_cover_write(&b, &job);
	crew_give_message(c, w, WORK_COVER, medium, &b, fd, MEDIA_SIDES);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		(void)close(fd[i]);
}

void
crew_wish(struct crew *c)
{
	struct err e;

	if (c->wished)
		return;
	if (role_need_media(c->start, &e))
		c->wished = true;
	else
		log_err(LOG_LEVEL_WARN, &e, "asking for a media worker");
}

/* One at a time, and only when nobody waits for a photo. */
static bool
give_out_old(struct crew *c, const char *kind, give_one *one, struct err *e)
{
	struct sql_job_due_rows due;
	struct hand *w = crew_idle_hand(c);

	if (crew_busy_hands(c) > 0)
		return true;
	if (!sql_job_due(c->house->db, c->arena, str_c(kind),
		house_now(c->house), 1, &due, e))
		return err_wrap(e, "queue");
	if (due.n == 0 || crew_in_hand(c, due.v[0].subject))
		return true;
	if (w == NULL)
		crew_wish(c);
	else
		one(c, w, due.v[0].subject);
	return true;
}

/* Somebody waits for these: before new photos. */
static bool
give_out_covers(struct crew *c, struct err *e)
{
	struct sql_job_due_rows due;

	if (!sql_job_due(c->house->db, c->arena, S(COVER_JOB),
		house_now(c->house), CREW_MAX, &due, e))
		return err_wrap(e, "queue");
	for (size_t i = 0; i < due.n; i++) {
		struct hand *w = crew_idle_hand(c);

		if (crew_in_hand(c, due.v[i].subject))
			continue;
		if (w != NULL)
			give_cover(c, w, due.v[i].subject);
		else
			crew_wish(c);
	}
	return true;
}

/* Every idle hand gets a file; if some are left, more hands are wished for.
 * Nothing is decoded that nobody could recognise. */
bool
crew_give_out(struct crew *c, struct err *e)
{
	struct sql_job_due_photos_rows due;

	if (!crew_give_out_glances(c, e) || !give_out_covers(c, e) ||
	    !crew_give_out_trace(c, e))
		return false;
	if (!known_ready(c->known))
		return true;
	if (!sql_job_due_photos(c->house->db, c->arena, house_now(c->house),
		scan_wanted(c->house), 2 * CREW_MAX, &due, e))
		return err_wrap(e, "queue");
	for (size_t i = 0; i < due.n; i++) {
		struct hand *w = crew_idle_hand(c);

		if (crew_in_hand(c, due.v[i].subject))
			continue;
		if (crew_busy_hands(c) >= door_room(c->door))
			return true;
		if (w == NULL) {
			crew_wish(c);
			return true;
		}
		give(c, w, due.v[i].subject);
	}
	return crew_give_out_looks(c, e) &&
	       give_out_old(c, REDRAW_JOB, give_cover, e) &&
	       give_out_old(c, REHASH_JOB, give_rehash, e);
}

/* ---- taking work back ---- */

static void
take_in(struct crew *c, int64_t medium, const struct media_done *d,
    const int fd[MEDIA_FDS_MAX])
{
	struct err e;

	if (d->verdict == MEDIA_OK)
		door_take(c->door, medium, d, fd);
	else if (!intake_refuse(c->house, c->arena, medium,
		     media_verdict_word((enum media_verdict)d->verdict),
		     house_now(c->house), &e))
		fault_of(c->house, c->arena, WORK_INTAKE, medium, &e);
}

static void
take_hashes(struct crew *c, int64_t medium, const struct media_done *d, int fd)
{
	struct hashes hashes;
	struct err e;

	if (d->verdict != MEDIA_OK)
		(void)err_set(&e, ERR_INPUT, "medium %" PRId64 ": %s", medium,
		    media_verdict_word((enum media_verdict)d->verdict));
	else if (intake_hashes(c->arena, fd, d->hashes_bytes, &hashes, &e) &&
		 rehash_store(c->house, c->arena, medium, &hashes,
		     house_now(c->house), &e))
		return;
	fault_of(c->house, c->arena, WORK_HASHES, medium, &e);
}

static bool
answer_fits(
    const struct hand *w, const struct chan_msg *m, const struct media_done *d)
{
	bool hashes = w->work == WORK_HASHES || w->work == WORK_COPY;
	size_t want = d->verdict != MEDIA_OK ? 0 : hashes ? 1 : MEDIA_FDS_MAX;

	return crew_is_busy(w) && (hashes || w->work == WORK_INTAKE) &&
	       d->id == (uint32_t)w->medium && m->n_fds == want &&
	       media_done_fds(d) == want;
}

void
crew_drop_hand(struct crew *c, struct hand *w)
{
	struct err e;

	if (!role_drop_media(c->start, w->number, &e))
		log_err(LOG_LEVEL_WARN, &e, "dropping a media worker");
	crew_hand_died(c, w);
}

void
crew_free_hand(struct crew *c, struct hand *w)
{
	w->medium = w->trace = w->side = 0;
	w->work = WORK_INTAKE;
	w->answers++;
	w->until_ms = idle_until(c);
}

static void
take_covered(struct crew *c, struct hand *w, const struct chan_msg *m)
{
	int64_t medium = w->medium;
	struct media_covered d;
	struct err e;

	if (!media_covered_read(m->body, &d, &e) || medium == 0 ||
	    w->work != WORK_COVER || d.id != (uint32_t)medium ||
	    m->n_fds != (d.bytes[0] > 0 ? MEDIA_SIDES : 0)) {
		crew_drop_hand(c, w);
		return;
	}
	crew_free_hand(c, w);
	if (m->n_fds == 0)
		(void)err_set(&e, ERR_CORRUPT,
		    "medium %" PRId64 " cannot be covered", medium);
	else if (cover_store(c->house, c->arena, medium, &d, m->fd,
		     house_now(c->house), &e))
		return;
	fault_of(c->house, c->arena, WORK_COVER, medium, &e);
}

/* It is worn out.  What it was given after its last answer it has not touched,
 * and another gets it; who never answered is not believed that. */
static void
take_leave(struct crew *c, struct hand *w)
{
	if (w->answers > 0)
		w->medium = w->trace = w->side = 0;
	crew_hand_died(c, w);
}

/* The hand gets its next file before this one is encrypted and committed. */
static void
take_back(struct crew *c, struct hand *w, struct chan_msg *m)
{
	int fd[MEDIA_FDS_MAX] = {-1, -1, -1, -1};
	struct media_done d;
	const enum work work = w->work;
	const int64_t trace = w->trace;
	struct err e;

	if (!media_done_read(m->body, &d, &e) || !answer_fits(w, m, &d)) {
		crew_drop_hand(c, w);
		return;
	}
	for (size_t i = 0; i < m->n_fds; i++)
		fd[i] = m->fd[i];
	c->storing = w->medium;
	crew_free_hand(c, w);
	if (work == WORK_COPY) {
		crew_take_copy(c, trace, &d, fd[0]);
		return;
	}
	if (fault_holds_off_ms(c->house) == 0 && !crew_give_out(c, &e))
		log_err(LOG_LEVEL_ERROR, &e, "intake");
	if (work == WORK_HASHES)
		take_hashes(c, c->storing, &d, fd[0]);
	else
		take_in(c, c->storing, &d, fd);
	c->storing = 0;
}

void
crew_hear(struct crew *c, struct hand *w)
{
	static char in[MSG_MAX];
	struct chan_msg m;
	struct err e;

	if (!chan_recv(&w->chan, in, sizeof(in), 0, &m, &e)) {
		if (e.kind != ERR_BUSY)
			crew_hand_died(c, w);
		return;
	}
	if (m.kind == MEDIA_COVERED)
		take_covered(c, w, &m);
	else if (m.kind == MEDIA_LOOKED)
		crew_take_looked(c, w, &m);
	else if (m.kind == MEDIA_TRACED)
		crew_take_traced(c, w, &m);
	else if (m.kind == MEDIA_GLANCED)
		crew_take_glanced(c, w, &m);
	else if (m.kind == MEDIA_LEAVES)
		take_leave(c, w);
	else
		take_back(c, w, &m);
	chan_msg_done(&m);
}

/* ---- time ---- */

/* Gets time until it may have used what is left to it. */
bool
crew_is_starved(struct hand *w, int64_t now_ms)
{
	int64_t used = clock_used_ms(w->pid);
	int64_t left = w->may_ms - (used - w->used_ms);

	if (used < 0 || w->used_ms < 0 || left <= 0 ||
	    now_ms - w->given_ms >= STARVED_MS)
		return false;
	w->until_ms = now_ms + left;
	return true;
}

static void
too_late(struct crew *c, struct hand *w, int64_t now_ms)
{
	if (crew_is_busy(w) && crew_is_starved(w, now_ms))
		return;
	if (crew_is_busy(w))
		crew_drop_hand(c, w);
	else
		hand_leaves(w); /* nothing to do for long: it retires */
}

void
crew_tick(struct crew *c, int64_t now_ms)
{
	for (size_t i = 0; i < CREW_MAX; i++)
		if (c->hand[i].chan.fd >= 0 && c->hand[i].until_ms <= now_ms)
			too_late(c, &c->hand[i], now_ms);
}
