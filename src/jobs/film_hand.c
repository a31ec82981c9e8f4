#include "jobs/film_hand.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "jobs/crew_inside.h"
#include "jobs/intake.h"
#include "jobs/scan_hand.h"
#include "sql_job.h"
#include "sql_medium.h"

#define WRITE_EVERY_MS 1000 /* progress */

void
film_hand_init(struct film_hand *f, struct house *h, struct role_start *start,
    struct arena *a, struct known *known, struct door *door)
{
	*f = (struct film_hand){.house = h,
	    .start = start,
	    .arena = a,
	    .known = known,
	    .door = door,
	    .hand.chan.fd = -1};
}

static void
rest(struct film_hand *f)
{
	f->hand.medium = 0;
	f->hand.until_ms = clock_ms() + f->start->conf.media_idle_s * 1000;
}

static bool
is_busy(const struct film_hand *f)
{
	return f->film != NULL || f->between != NULL || f->veil != NULL;
}

bool
film_hand_uses(const struct film_hand *f, const char *name)
{
	return film_in_use(f->film, name) || veil_in_use(f->veil, name);
}

/* The film that it had, and its blobs, go. */
static void
died(struct film_hand *f)
{
	enum work work = f->veil != NULL      ? WORK_VEIL
			 : f->between != NULL ? WORK_BETWEEN
					      : WORK_INTAKE;
	int64_t medium = f->hand.medium;

	if (f->hand.chan.fd >= 0)
		(void)close(f->hand.chan.fd);
	f->hand = (struct hand){.chan.fd = -1};
	film_free(f->house, f->film);
	between_free(f->between);
	veil_work_free(f->house, f->veil);
	f->film = NULL;
	f->between = NULL;
	f->veil = NULL;
	if (medium == 0)
		return;
	log_warn("video worker died medium=%" PRId64, medium);
	fault_died(f->house, f->arena, work, medium);
}

static void
drop(struct film_hand *f)
{
	struct err e;

	if (!role_drop_video(f->start, &e))
		log_err(LOG_LEVEL_WARN, &e, "dropping the video worker");
	died(f);
}

void
film_hand_join(struct film_hand *f, const struct role_news *n)
{
	died(f);
	f->wished = false;
	f->hand =
	    (struct hand){.chan = {n->fd, video_from_worker}, .pid = n->pid};
	rest(f);
}

/* ---- giving work out ---- */

static void
wish(struct film_hand *f)
{
	struct err e;

	if (f->wished)
		return;
	if (role_need_video(f->start, &e))
		f->wished = true;
	else
		log_err(LOG_LEVEL_WARN, &e, "asking for a video worker");
}

/* The message is wiped, the descriptors are closed. */
static void
send(struct film_hand *f, uint8_t kind, int64_t medium, struct buf *b,
    const int *fd, size_t n)
{
	struct err e;

	f->decoded = 0;
	f->percent = f->wrote_ms = 0;
	f->hand.medium = medium;
	if (!chan_send(&f->hand.chan, kind, buf_view(b), fd, n, &e)) {
		f->hand.medium = 0; /* it was gone before */
		died(f);
	} else {
		crew_may_take(&f->hand, FILM_STILL_MS);
		f->began_ms = f->hand.used_ms;
	}
	if (b->p != NULL)
		explicit_bzero(b->p, b->n);
	for (size_t i = 0; i < n; i++)
		(void)close(fd[i]);
}

static void
give(struct film_hand *f, int64_t medium)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(256);
	int fd[VIDEO_TAKE_FDS];
	struct video_take job;
	struct err e;

	if (!film_open(f->house, f->arena, medium, &f->film, &job, fd, &e)) {
		fault_of(f->house, f->arena, WORK_INTAKE, medium, &e);
		return;
	}
	video_take_write(&b, &job);
	send(f, VIDEO_TAKE, medium, &b, fd, VIDEO_TAKE_FDS);
	explicit_bzero(&job, sizeof(job));
}

static void
give_veil(struct film_hand *f, int64_t video)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(VIDEO_VEIL_MESSAGE_MAX);
	int fd[VIDEO_TAKE_FDS];
	struct video_veil *job;
	struct err e;

	if (!veil_open(f->house, f->arena, video, &f->veil, &job, fd, &e)) {
		fault_of(f->house, f->arena, WORK_VEIL, video, &e);
		return;
	}
	video_veil_write(&b, job);
	send(f, VIDEO_VEIL, video, &b, fd, VIDEO_TAKE_FDS);
	explicit_bzero(job, sizeof(*job));
}

static void
give_between(struct film_hand *f, int64_t video)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(VIDEO_VEIL_MESSAGE_MAX);
	struct video_between *job;
	struct err e;
	int fd;

	if (!between_open(
		f->house, f->arena, video, &f->between, &job, &fd, &e)) {
		fault_of(f->house, f->arena, WORK_BETWEEN, video, &e);
		return;
	}
	video_between_write(&b, job);
	send(f, VIDEO_BETWEEN, video, &b, &fd, 1);
	explicit_bzero(job, sizeof(*job));
}

static bool
give_out_between(struct film_hand *f, struct err *e)
{
	int64_t video;

	if (is_busy(f))
		return true;
	if (!between_due(f->house, f->arena, house_now(f->house), &video, e))
		return false;
	if (video != 0 && f->hand.chan.fd < 0)
		wish(f);
	else if (video != 0)
		give_between(f, video);
	return true;
}

static bool
give_out_veil(struct film_hand *f, struct err *e)
{
	struct sql_job_due_rows due;

	if (is_busy(f))
		return true;
	if (!sql_job_due(f->house->db, f->arena, S(VEIL_JOB),
		house_now(f->house), 1, &due, e))
		return err_wrap(e, "queue");
	if (due.n > 0 && f->hand.chan.fd < 0)
		wish(f);
	else if (due.n > 0)
		give_veil(f, due.v[0].subject);
	return true;
}

static bool
give_out_film(struct film_hand *f, struct err *e)
{
	struct sql_job_due_videos_rows due;

	if (is_busy(f) || !known_ready(f->known) || door_room(f->door) < 2)
		return true;
	if (!sql_job_due_videos(f->house->db, f->arena, house_now(f->house),
		scan_wanted(f->house), 1 + DOOR_PLACES, &due, e))
		return err_wrap(e, "queue");
	for (size_t i = 0; i < due.n; i++) {
		if (door_has(f->door, due.v[i].subject))
			continue;
		if (f->hand.chan.fd < 0)
			wish(f);
		else
			give(f, due.v[i].subject);
		return true;
	}
	return true;
}

bool
film_hand_give_out(struct film_hand *f, struct err *e)
{
	return give_out_film(f, e) && give_out_between(f, e) &&
	       give_out_veil(f, e);
}

/* ---- taking work back ---- */

static bool
write_progress(struct film_hand *f, struct err *e)
{
	int64_t rows;

	if (f->between != NULL)
		return true; /* nobody is told */
	if (f->veil != NULL)
		return veil_progress(f->house, f->veil, f->percent, e);
	return sql_medium_video_progress(
	    f->house->db, f->percent, f->film->medium, &rows, e);
}

static void
note_progress(struct film_hand *f, const struct video_progress *p)
{
	int64_t now_ms = clock_ms();
	struct err e;

	if (p->decoded > f->decoded)
		crew_may_take(&f->hand, FILM_STILL_MS);
	f->decoded = p->decoded;
	if (p->percent <= f->percent || now_ms < f->wrote_ms + WRITE_EVERY_MS)
		return;
	f->percent = p->percent;
	f->wrote_ms = now_ms;
	if (!write_progress(f, &e))
		log_err(LOG_LEVEL_WARN, &e, "progress");
}

/* As stored in medium.reason: where a photo is told something else. */
static const char *
reason_of(enum media_verdict v)
{
	return v == MEDIA_UNKNOWN     ? "video_unknown"
	       : v == MEDIA_TOO_LARGE ? "video_too_large"
				      : media_verdict_word(v);
}

/* False: ERR_CORRUPT, it is not what it says, else the fault is ours. */
static bool
take_in(struct film_hand *f, struct film *film, const struct video_taken *t,
    const int fd[VIDEO_TAKEN_FDS], struct err *e)
{
	if (t->unwritten)
		return err_set(e, ERR_FULL, "no room for a video");
	if (t->verdict != MEDIA_OK)
		return intake_refuse(f->house, f->arena, film->medium,
		    reason_of((enum media_verdict)t->verdict),
		    house_now(f->house), e);
	return film_taken(f->house, film, t, fd, e);
}

static void
take_back(struct film_hand *f, const struct chan_msg *m)
{
	struct film *film = f->film;
	struct video_taken t;
	struct err e;
	bool good;

	if (film == NULL || !video_taken_read(m->body, &t, &e) ||
	    t.id != (uint32_t)film->medium ||
	    m->n_fds != (t.hashes_bytes > 0 ? VIDEO_TAKEN_FDS : 0)) {
		drop(f);
		return;
	}
	f->film = NULL;
	rest(f);
	good = take_in(f, film, &t, m->fd, &e);
	if (!good)
		fault_of(f->house, f->arena, WORK_INTAKE, film->medium, &e);
	if (good && t.verdict == MEDIA_OK)
		door_take_film(f->door, film);
	else
		film_free(f->house, film);
}

/* What is not MEDIA_OK is not the file that was taken in. */
static bool
store_veil(struct film_hand *f, struct veil_work *w,
    const struct video_veiled *v, struct err *e)
{
	if (v->unwritten)
		return err_set(e, ERR_FULL, "no room for a video");
	if (v->verdict != MEDIA_OK)
		return err_set(e, ERR_CORRUPT, "a video that cannot be read");
	return veil_store(f->house, f->arena, w, v, house_now(f->house), e);
}

static void
take_veil_back(struct film_hand *f, const struct chan_msg *m)
{
	struct veil_work *w = f->veil;
	struct video_veiled v;
	struct err e;

	if (w == NULL || !video_veiled_read(m->body, &v, &e) ||
	    v.id != (uint32_t)w->video) {
		drop(f);
		return;
	}
	f->veil = NULL;
	rest(f);
	if (!store_veil(f, w, &v, &e))
		fault_of(f->house, f->arena, WORK_VEIL, w->video, &e);
	veil_work_free(f->house, w);
}

/* What is not MEDIA_OK is not the file that was taken in. */
static bool
store_between(struct film_hand *f, const struct between_work *w,
    const struct video_found *v, int fd, struct err *e)
{
	if (v->verdict != MEDIA_OK)
		return err_set(e, ERR_CORRUPT, "a video that cannot be read");
	return between_store(
	    f->house, f->arena, w, v, fd, house_now(f->house), e);
}

static void
take_between_back(struct film_hand *f, const struct chan_msg *m)
{
	static struct video_found v;
	struct between_work *w = f->between;
	struct err e;

	if (w == NULL || !video_found_read(m->body, &v, &e) ||
	    v.id != (uint32_t)w->video ||
	    m->n_fds != (v.n_stills > 0 ? 1 : 0)) {
		drop(f);
		return;
	}
	f->between = NULL;
	rest(f);
	if (!store_between(f, w, &v, v.n_stills > 0 ? m->fd[0] : -1, &e))
		fault_of(f->house, f->arena, WORK_BETWEEN, w->video, &e);
	between_free(w);
}

void
film_hand_hear(struct film_hand *f)
{
	static char in[VIDEO_FOUND_MESSAGE_MAX + 1];
	struct video_progress p;
	struct chan_msg m;
	struct err e;

	if (!chan_recv(&f->hand.chan, in, sizeof(in), 0, &m, &e)) {
		if (e.kind != ERR_BUSY)
			died(f);
		return;
	}
	if (m.kind == VIDEO_TAKEN)
		take_back(f, &m);
	else if (m.kind == VIDEO_FOUND)
		take_between_back(f, &m);
	else if (m.kind == VIDEO_VEILED)
		take_veil_back(f, &m);
	else if (m.kind == VIDEO_PROGRESS && is_busy(f) &&
		 video_progress_read(m.body, &p, &e))
		note_progress(f, &p);
	else
		drop(f);
	chan_msg_done(&m);
}

/* ---- time ---- */

static bool
took_too_much(const struct film_hand *f)
{
	int64_t used = clock_used_ms(f->hand.pid);

	return used >= 0 && f->began_ms >= 0 &&
	       used - f->began_ms > FILM_MOST_MS;
}

void
film_hand_tick(struct film_hand *f, int64_t now_ms)
{
	if (f->hand.chan.fd < 0)
		return;
	if (is_busy(f) && took_too_much(f)) {
		drop(f);
		return;
	}
	if (f->hand.until_ms > now_ms ||
	    (is_busy(f) && crew_is_starved(&f->hand, now_ms)))
		return;
	if (is_busy(f))
		drop(f);
	else
		died(f); /* nothing to do for long: it may go */
}
