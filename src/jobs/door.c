#include "jobs/door.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "jobs/infected.h"
#include "jobs/intake.h"

#define WAIT_MS 600000        /* then its renditions are given up */
#define FILM_WAIT_MS 14400000 /* what took so long is not done again soon */
#define AGAIN_MS 2000
/* A list that has just changed counts for what has just come, as long as its
 * index is made in that time; else it counts by the rescan. */
#define NEWER_WAIT_MS 20000
#define NEWER_AGAIN_MS 200
#define HASHES_ARENA ((size_t)8 << 20)

void
door_init(struct door *d, struct house *h, struct known *k, struct shield *s,
    void (*could_not)(void *ctx, int64_t medium, struct err *), void *ctx)
{
	*d = (struct door){.house = h,
	    .known = k,
	    .shield = s,
	    .could_not = could_not,
	    .ctx = ctx};
}

bool
door_has(const struct door *d, int64_t medium)
{
	for (size_t i = 0; i < DOOR_PLACES; i++)
		if (d->place[i].medium == medium)
			return medium != 0;
	return false;
}

size_t
door_room(const struct door *d)
{
	size_t n = 0;

	for (size_t i = 0; i < DOOR_PLACES; i++)
		n += d->place[i].medium == 0;
	return n;
}

static void
leave(struct door *d, struct waiting *w)
{
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		if (w->fd[i] >= 0)
			(void)close(w->fd[i]);
	known_forget(w->asking);
	known_forget(w->whole);
	film_free(d->house, w->film);
	sheaf_free(d->house, w->sheaf);
	arena_free(w->arena);
	*w = (struct waiting){.medium = 0};
}

static void
leave_unjudged(struct door *d, struct waiting *w, struct err *why)
{
	int64_t medium = w->medium;

	leave(d, w);
	d->could_not(d->ctx, medium, why);
}

static bool
begin(struct waiting *w, const struct media_done *done,
    const int fd[MEDIA_FDS_MAX], struct err *e)
{
	w->done = *done;
	w->came_ms = clock_ms();
	w->until_ms = w->came_ms + WAIT_MS;
	w->again_ms = clock_ms();
	w->arena = arena_new(HASHES_ARENA);
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		w->fd[i] = fcntl(fd[i], F_DUPFD_CLOEXEC, 0);
		if (w->fd[i] == -1)
			return err_sys(e, "rendition");
	}
	return intake_hashes(
	    w->arena, fd[MEDIA_SIDES], done->hashes_bytes, &w->hashes, e);
}

static struct waiting *
free_place(struct door *d, int64_t medium)
{
	struct err e;

	for (size_t i = 0; i < DOOR_PLACES; i++)
		if (d->place[i].medium == 0) {
			d->place[i] = (struct waiting){
			    .medium = medium, .fd = {-1, -1, -1}};
			return &d->place[i];
		}
	(void)err_set(&e, ERR_BUSY, "the door is full");
	d->could_not(d->ctx, medium, &e);
	return NULL;
}

void
door_take_film(struct door *d, struct film *f)
{
	struct waiting *w = free_place(d, f->medium);

	if (w == NULL) {
		film_free(d->house, f);
		return;
	}
	w->film = f;
	w->hashes = f->hashes;
	w->came_ms = w->again_ms = clock_ms();
	w->until_ms = w->came_ms + FILM_WAIT_MS;
}

void
door_take_sheaf(struct door *d, struct sheaf *s)
{
	struct waiting *w = free_place(d, s->medium);

	if (w == NULL) {
		sheaf_free(d->house, s);
		return;
	}
	w->sheaf = s;
	w->hashes = s->hashes;
	w->came_ms = w->again_ms = clock_ms();
	w->until_ms = w->came_ms + FILM_WAIT_MS;
}

bool
door_uses(const struct door *d, const char *name)
{
	for (size_t i = 0; i < DOOR_PLACES; i++)
		if (film_in_use(d->place[i].film, name) ||
		    sheaf_in_use(d->place[i].sheaf, name))
			return true;
	return false;
}

void
door_take_infected(
    struct door *d, struct arena *a, int64_t medium, const char *name)
{
	struct waiting *w = free_place(d, medium);
	struct err e;

	if (w == NULL)
		return;
	w->came_ms = w->again_ms = clock_ms();
	w->until_ms = w->came_ms + WAIT_MS;
	(void)snprintf(w->infected, sizeof(w->infected), "%s",
	    name[0] == '\0' ? "?" : name);
	w->arena = arena_new(HASHES_ARENA);
	if (!infected_hashes(d->house, a, medium, w->arena, &w->hashes, &e))
		leave_unjudged(d, w, &e);
}

void
door_take(struct door *d, int64_t medium, const struct media_done *done,
    const int fd[MEDIA_FDS_MAX])
{
	struct waiting *w = free_place(d, medium);
	struct err e;

	if (w == NULL)
		return;
	if (!begin(w, done, fd, &e))
		leave_unjudged(d, w, &e);
}

/* ---- an answer ---- */

static void
ask_later(struct waiting *w)
{
	w->again_ms = clock_ms() + AGAIN_MS;
}

/* One transaction: the hashes of what is stopped are kept with its case. */
static bool
stop_it(struct door *d, struct arena *a, const struct waiting *w,
    const struct stop_hits *hits, bool *ret_stopped, struct err *e)
{
	struct house *h = d->house;
	bool stopped;

	if (!db_begin(h->db, e))
		return false;
	if (!intake_hash_rows(h->db, w->medium, &w->hashes, e) ||
	    !stop_or_pass(
		h, a, w->medium, &w->hashes, hits, house_now(h), &stopped, e) ||
	    (stopped && !db_commit(h->db, e))) {
		db_rollback(h->db);
		return err_wrap(e, "medium %" PRId64, w->medium);
	}
	db_rollback(h->db); /* nothing is written of what passes */
	*ret_stopped = stopped;
	return true;
}

/* No list of the house knows it. */
static bool
ask_shield(struct door *d, struct arena *a, const struct waiting *w,
    bool *ret_wait, bool *ret_stopped, struct err *e)
{
	struct shield_finding f;
	struct stop_hit hit;
	struct stop_hits hits = {&hit, 1};

	if (!shield_check_medium(d->shield, a, &w->hashes, &f, e))
		return err_wrap(e, "medium %" PRId64, w->medium);
	*ret_wait = f.verdict == SHIELD_WAIT;
	if (f.verdict != SHIELD_KNOWN)
		return true;
	shield_hit(&w->hashes, &f, &hit);
	return stop_it(d, a, w, &hits, ret_stopped, e);
}

/* An answer is of what is compared with now: what « no » said before a rescan
 * began would be seen by neither.  A list that cannot be read lets nobody in,
 * but what the others know is stopped. */
static bool
is_final(struct door *d, const struct waiting *w, bool hit)
{
	bool newer;

	if (!known_holds(d->known, w->asking, &newer) ||
	    (w->whole != NULL && !known_holds(d->known, w->whole, &newer)))
		return false;
	if (d->known->damaged > 0 && !hit)
		return false;
	return !newer || (hit && known_is_current(d->known)) ||
	       w->came_ms + NEWER_WAIT_MS <= clock_ms();
}

/* Of the file and its frames, and of the video as a whole. */
static bool
all_hits(struct door *d, struct arena *a, const struct waiting *w,
    struct stop_hits *ret, struct err *e)
{
	struct stop_hits frames, whole = {0};

	if (!known_hits(d->known, w->asking, 0, w->hashes.n, a, &frames, e))
		return false;
	*ret = frames;
	if (w->whole == NULL)
		return true;
	if (!known_hits(d->known, w->whole, 0, 1, a, &whole, e))
		return false;
	ret->v = NEW_N(a, struct stop_hit, frames.n + whole.n + 1);
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "hits");
	if (whole.n > 0)
		memcpy(ret->v, whole.v, whole.n * sizeof(*ret->v));
	if (frames.n > 0)
		memcpy(ret->v + whole.n, frames.v, frames.n * sizeof(*ret->v));
	ret->n = whole.n + frames.n;
	return true;
}

static bool
store(struct door *d, struct arena *a, const struct waiting *w, struct err *e)
{
	int64_t now = house_now(d->house);

	if (w->infected[0] != '\0')
		return infected_destroy(d->house, a, w->medium, w->infected, e);
	if (w->film != NULL)
		return film_store(d->house, a, w->film, now, e);
	if (w->sheaf != NULL)
		return sheaf_store(d->house, a, w->sheaf, now, e);
	return intake_store(
	    d->house, a, w->medium, &w->done, &w->hashes, w->fd, now, e);
}

/* Shield is asked about what was decoded as a picture. */
static bool
is_photo(const struct waiting *w)
{
	return w->film == NULL && w->sheaf == NULL && w->infected[0] == '\0';
}

static void
judge(struct door *d, struct arena *a, struct waiting *w)
{
	struct house *h = d->house;
	struct stop_hits hits;
	bool stopped, done, wait = false;
	struct err e;

	w->judge_ms = 0;
	if (!all_hits(d, a, w, &hits, &e)) {
		if (e.kind == ERR_BUSY)
			ask_later(w);
		else
			leave_unjudged(d, w, &e);
		return;
	}
	if (!is_final(d, w, hits.n > 0)) {
		w->again_ms =
		    clock_ms() +
		    (d->known->damaged > 0 ? AGAIN_MS : NEWER_AGAIN_MS);
		return;
	}
	done = stop_it(d, a, w, &hits, &stopped, &e);
	if (done && !stopped && is_photo(w))
		done = ask_shield(d, a, w, &wait, &stopped, &e);
	if (done && wait) {
		w->judge_ms = clock_ms() + h->conf->shield_retry_s * 1000;
		return;
	}
	if (done && !stopped)
		done = store(d, a, w, &e);
	if (!done) {
		leave_unjudged(d, w, &e);
		return;
	}
	if (stopped)
		log_warn("stopped medium=%" PRId64, w->medium);
	leave(d, w);
}

/* Those that are open are asked again. */
static bool
ask_all(struct door *d, struct waiting *w, struct err *e)
{
	if (w->asking != NULL)
		known_ask_again(d->known, w->asking);
	else
		w->asking = known_ask(d->known, &w->hashes, NULL, 0, e);
	if (w->film == NULL || w->asking == NULL)
		return w->asking != NULL;
	if (w->whole != NULL)
		known_ask_again(d->known, w->whole);
	else
		w->whole = known_ask_video(d->known, w->film->tmk, NULL, 0, e);
	return w->whole != NULL;
}

static bool
is_in(const struct waiting *w, enum asking_state state)
{
	return w->asking->state == state ||
	       (w->whole != NULL && w->whole->state == state);
}

static void
ask(struct door *d, struct waiting *w)
{
	struct err e;

	w->again_ms = 0;
	if (ask_all(d, w, &e))
		return;
	if (e.kind == ERR_BUSY)
		ask_later(w);
	else
		leave_unjudged(d, w, &e);
}

static void
turn(struct door *d, struct arena *a, struct waiting *w, int64_t now_ms)
{
	struct err e;

	if (w->until_ms <= now_ms) {
		(void)err_set(&e, ERR_BUSY, "nobody can say what it is");
		leave_unjudged(d, w, &e);
		return;
	}
	if (w->again_ms != 0) {
		if (w->again_ms <= now_ms)
			ask(d, w);
		return;
	}
	if (is_in(w, ASKING_FAILED))
		ask_later(w);
	else if (!is_in(w, ASKING_WAITS) && w->judge_ms <= now_ms)
		judge(d, a, w);
}

void
door_hear_shield(struct door *d, struct arena *a)
{
	if (!shield_hear(d->shield, a))
		return;
	for (size_t i = 0; i < DOOR_PLACES; i++)
		d->place[i].judge_ms = 0;
}

void
door_turn(struct door *d, struct arena *a)
{
	for (size_t i = 0; i < DOOR_PLACES; i++)
		if (d->place[i].medium != 0)
			turn(d, a, &d->place[i], clock_ms());
}

int64_t
door_due_ms(const struct door *d)
{
	int64_t due = INT64_MAX;

	for (size_t i = 0; i < DOOR_PLACES; i++) {
		const struct waiting *w = &d->place[i];

		if (w->medium == 0)
			continue;
		if (w->until_ms < due)
			due = w->until_ms;
		if (w->again_ms != 0 && w->again_ms < due)
			due = w->again_ms;
		if (w->judge_ms != 0 && w->judge_ms < due)
			due = w->judge_ms;
	}
	return due;
}
