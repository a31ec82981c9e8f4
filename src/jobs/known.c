#include "jobs/known_inside.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "hash/kind.h"
#include "jobs/index_file.h"
#include "list/list.h"
#include "sql_match_index.h"

#define LOOK_MS 2000   /* a command line changes lists without a kick */
#define SWAP_MS 180000 /* a large file is read whole */
#define BUILD_AGAIN_MS 20000
#define SWAP_AGAIN_MS 10000
#define LOOK_ARENA ((size_t)4 << 20)
#define MESSAGES_AT_ONCE 16

void
known_init(struct known *k, struct house *h, struct role_start *start)
{
	*k = (struct known){.house = h,
	    .start = start,
	    .chan = {-1, match_to_jobs},
	    .version = -1,
	    .stale = true};
}

bool
known_ready(const struct known *k)
{
	return k->chan.fd >= 0 && k->loaded != 0;
}

/* ---- the match process comes and goes ---- */

static void
take_up_again(struct known *k)
{
	for (size_t i = 0; i < KNOWN_ASKINGS; i++)
		k->asking[i].id = 0;
}

void
known_lose(struct known *k)
{
	if (k->chan.fd >= 0)
		(void)close(k->chan.fd);
	k->chan.fd = -1;
	k->loaded = k->swapping = 0;
	k->swap = 0;
	known_tell_anew(k);
	take_up_again(k);
}

void
known_peer(struct known *k, int fd)
{
	known_lose(k);
	k->chan.fd = fd;
	k->swap_after_ms = 0;
}

static void
drop(struct known *k, const char *why)
{
	struct err e;

	log_warn("match: %s", why);
	if (!role_drop_match(k->start, &e))
		log_err(LOG_LEVEL_WARN, &e, "dropping the match process");
	known_lose(k);
}

/* ---- the index ---- */

/* The file of a damaged list is another one since: it is read again. */
static bool
see_mended(struct known *k, struct arena *a,
    const struct sql_match_index_damaged_rows *damaged, bool *ret,
    struct err *e)
{
	str state;

	*ret = false;
	for (size_t i = 0; i < damaged->n; i++) {
		if (!index_file_state(k->house->conf, a,
			damaged->v[i].entries_file, &state, e))
			return false;
		*ret = *ret || !str_eq(state, damaged->v[i].file_state);
	}
	return true;
}

static bool
read_state(struct known *k, struct arena *a, struct err *e)
{
	struct sql_match_index_damaged_rows damaged;
	struct sql_match_index_now_row now;
	bool found, mended;

	if (!list_stamp(k->house->db, a, k->stamp, e) ||
	    !sql_match_index_damaged(k->house->db, a, &damaged, e) ||
	    !sql_match_index_now(k->house->db, a, &found, &now, e))
		return false;
	k->damaged = damaged.n;
	if (!see_mended(k, a, &damaged, &mended, e))
		return false;
	if (found && k->generation == 0)
		k->generation = now.generation;
	k->stale =
	    !found || k->generation == 0 || mended ||
	    !str_eq(now.stamp, (str){(const char *)k->stamp, sizeof(k->stamp)});
	return true;
}

/* Looks at the lists when something was committed since. */
void
known_follow(struct known *k)
{
	OWNED(arena) a = NULL;
	int64_t version;
	struct err e;

	k->look_ms = clock_ms() + LOOK_MS;
	if (!db_version(k->house->db, &version, &e) ||
	    (version == k->version && k->damaged == 0))
		return;
	a = arena_new(LOOK_ARENA);
	if (read_state(k, a, &e))
		k->version = version;
	else
		log_err(LOG_LEVEL_ERROR, &e, "lists");
}

static void
stop_build(struct known *k, int64_t again_after_ms)
{
	index_build_free(k->build);
	k->build = NULL;
	k->build_after_ms = clock_ms() + again_after_ms;
}

static void
build_on(struct known *k)
{
	struct err e;
	bool done = false;

	if (k->build == NULL)
		k->build = index_build_new(k->house, &e);
	if (k->build == NULL ||
	    !index_build_step(k->build, k->house, &done, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "index");
		stop_build(k, BUILD_AGAIN_MS);
		return;
	}
	if (!done)
		return;
	stop_build(k, 0);
	k->swap_after_ms = 0;
	k->generation = 0; /* as the database says now */
	k->version = -1;
	known_follow(k);
}

static void
build_anew(struct known *k)
{
	k->generation = 0;
	k->stale = true;
	if (k->build == NULL && k->build_after_ms < clock_ms() &&
	    k->refusals > 1)
		k->build_after_ms = clock_ms() + SWAP_AGAIN_MS;
}

static void
send_swap(struct known *k)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(32);
	struct match_swap s = {
	    .serial = k->serial + 1, .generation = (uint64_t)k->generation};
	OWNED_FD fd = -1;
	struct err e;

	k->swap_after_ms = clock_ms() + SWAP_AGAIN_MS;
	if (!index_file_open(k->house->conf, k->generation, &fd, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "index");
		if (e.kind == ERR_NOT_FOUND)
			build_anew(k);
		return;
	}
	match_swap_write(&b, &s);
	if (!chan_send(&k->chan, MATCH_SWAP, buf_view(&b), &fd, 1, &e)) {
		log_err(LOG_LEVEL_WARN, &e, "match");
		known_lose(k);
		return;
	}
	k->swap = k->serial = s.serial;
	k->swapping = k->generation;
	k->swap_until_ms = clock_ms() + SWAP_MS;
}

static void
swapped(struct known *k)
{
	struct err e;

	k->loaded = k->swapping;
	k->refusals = 0;
	known_tell_anew(k);
	log_info("match index generation=%" PRId64, k->loaded);
	if (k->loaded == k->generation &&
	    !index_file_sweep(k->house->conf, k->loaded, &e))
		log_err(LOG_LEVEL_WARN, &e, "old index files");
}

/* False: it says nonsense. */
static bool
hear_state(struct known *k, str body, struct err *e)
{
	struct match_state s;

	if (!match_state_read(body, &s, e))
		return false;
	if (known_tell_heard(k, &s))
		return true;
	if (s.serial != k->swap)
		return err_set(e, ERR_CORRUPT, "a state out of place");
	k->swap = 0;
	if (s.verdict == MATCH_OK) {
		if (s.generation != (uint64_t)k->swapping)
			return err_set(e, ERR_CORRUPT, "another index");
		swapped(k);
		return true;
	}
	k->refusals++;
	k->swap_after_ms = clock_ms() + SWAP_AGAIN_MS;
	if (s.verdict == MATCH_REFUSED && k->swapping == k->generation) {
		log_error("index generation=%" PRId64
			  " is damaged: it is built again",
		    k->swapping);
		build_anew(k);
		k->swap_after_ms = 0;
	}
	return true;
}

/* ---- what it says ---- */

static bool
hear_one(struct known *k, const struct chan_msg *m, struct err *e)
{
	return m->kind == MATCH_STATE ? hear_state(k, m->body, e)
				      : known_answered(k, m->body, e);
}

void
known_hear(struct known *k)
{
	static char in[MATCH_BODY_MAX + 1];
	struct chan_msg m;
	struct err e;

	for (int i = 0; i < MESSAGES_AT_ONCE && k->chan.fd >= 0; i++) {
		bool good;

		if (!chan_try_recv(&k->chan, in, sizeof(in), &m, &e)) {
			if (e.kind == ERR_CORRUPT)
				drop(k, e.msg);
			else if (e.kind != ERR_BUSY)
				known_lose(k);
			break;
		}
		good = hear_one(k, &m, &e);
		chan_msg_done(&m);
		if (!good)
			drop(k, e.msg);
	}
	known_tick(k);
}

/* ---- time ---- */

static bool
is_late(const struct known *k, int64_t now_ms)
{
	if (k->chan.fd < 0)
		return false;
	if (k->swap != 0 && k->swap_until_ms <= now_ms)
		return true;
	if (k->tell.state == TELL_SENDS && k->tell.until_ms <= now_ms)
		return true;
	for (size_t i = 0; i < KNOWN_ASKINGS; i++)
		if (k->asking[i].id != 0 && k->asking[i].until_ms <= now_ms)
			return true;
	return false;
}

static bool
wants_build(const struct known *k)
{
	return k->tell.state != TELL_READS && !known_tell_wanted(k) &&
	       (k->build != NULL || (k->stale && k->swap == 0));
}

static bool
wants_swap(const struct known *k)
{
	return k->chan.fd >= 0 && k->swap == 0 && k->generation != 0 &&
	       k->loaded != k->generation && k->tell.state != TELL_SENDS;
}

void
known_tick(struct known *k)
{
	int64_t now_ms = clock_ms();

	if (is_late(k, now_ms))
		drop(k, "no answer in time");
	known_follow(k);
	if (known_tell_wanted(k) || known_tell_holds_up(k))
		known_tell(k);
	if (wants_build(k) && k->build_after_ms <= now_ms)
		build_on(k);
	if (wants_swap(k) && k->swap_after_ms <= now_ms)
		send_swap(k);
	known_send(k);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
known_due_ms(const struct known *k)
{
	int64_t due = k->look_ms;

	if (known_tell_wanted(k))
		return 0;
	if (wants_build(k))
		due = earlier(due, k->build_after_ms);
	if (wants_swap(k))
		due = earlier(due, k->swap_after_ms);
	return due;
}
