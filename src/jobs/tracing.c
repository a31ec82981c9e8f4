#include "jobs/tracing.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "jobs/intake.h"
#include "sql_job.h"
#include "trace/trace.h"

#define READING_ARENA ((size_t)4 << 20)

static bool
next(struct house *h, struct arena *a, int64_t trace, struct trace_step *ret,
    struct err *e)
{
	int64_t rows;

	if (trace_next(h, a, trace, ret, e))
		return true;
	if (e->kind == ERR_NOT_FOUND) {
		struct err ignored;

		(void)!sql_job_done(
		    h->db, S(TRACE_JOB), trace, &rows, &ignored);
	}
	return false;
}

static bool
open_copy(struct house *h, struct arena *a, const struct trace_step *s,
    int *ret_fd, struct err *e)
{
	return intake_original(
	    h, a, s->copy.organisation, s->copy_name, s->copy_key, ret_fd, e);
}

/* A rendition that is damaged on disk is passed over like one that is gone. */
static bool
open_rendition(struct house *h, struct arena *a, const struct trace_step *s,
    int64_t now, int *ret_fd, bool *ret_found, struct err *e)
{
	static const struct trace_read nothing = {.shown = false};

	*ret_found = intake_original(
	    h, a, s->copy.organisation, s->name, s->key, ret_fd, e);
	if (*ret_found)
		return true;
	return e->kind == ERR_CORRUPT &&
	       trace_read_store(h, a, s, &nothing, now, e);
}

bool
tracing_open(struct house *h, struct arena *a, int64_t trace, int64_t now,
    struct trace_step *ret, int ret_fd[TRACING_FDS], struct err *e)
{
	OWNED_FD copy = -1;
	bool found = true;

	ret_fd[0] = ret_fd[1] = -1;
	do {
		if (!next(h, a, trace, ret, e))
			return false;
		if (ret->what == TRACE_TELL)
			return trace_tell(h, a, trace, false, now, e);
		if (ret->what == TRACE_READ &&
		    !open_rendition(h, a, ret, now, &ret_fd[1], &found, e))
			return err_wrap(e, "trace %" PRId64, trace);
	} while (!found);
	if (open_copy(h, a, ret, &copy, e)) {
		ret_fd[0] = copy;
		copy = -1;
		return true;
	}
	if (ret_fd[1] >= 0)
		(void)close(ret_fd[1]);
	ret_fd[1] = -1;
	if (e->kind != ERR_CORRUPT)
		return err_wrap(e, "trace %" PRId64, trace);
	/* Our own disk lost it: nothing can be told any more. */
	ret->what = TRACE_TELL;
	return trace_tell(h, a, trace, true, now, e);
}

/* ---- what came back ---- */

bool
tracing_hashed(struct house *h, struct arena *a, int64_t trace,
    const struct media_done *d, int fd, int64_t now, struct err *e)
{
	struct trace_step s;
	struct hashes hashes;
	int64_t rows;

	if (!next(h, a, trace, &s, e))
		return false;
	if (d->verdict != MEDIA_OK)
		return trace_tell(h, a, trace, true, now, e);
	s.copy.width = d->width;
	s.copy.height = d->height;
	return intake_hashes(a, fd, d->hashes_bytes, &hashes, e) &&
	       candidate_store(h, a, &s.copy, &hashes, e) &&
	       sql_job_done(h->db, S(TRACE_JOB), trace, &rows, e) &&
	       sql_job_add(h->db, S(TRACE_JOB), trace, now, &rows, e);
}

struct mapped {
	void *p;
	size_t n;
};

static void
mapped_done(struct mapped *m)
{
	if (m->p != NULL)
		(void)munmap(m->p, m->n);
}

static bool
map_reading(int fd, size_t n, struct mapped *ret, struct err *e)
{
	static const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
	int has = fcntl(fd, F_GET_SEALS);
	struct stat st;
	void *p;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "a reading");
	if (has == -1 || (has & seals) != seals || st.st_size != (off_t)n)
		return err_set(e, ERR_CORRUPT, "a reading is not what it says");
	p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, "a reading");
	*ret = (struct mapped){p, n};
	return true;
}

static bool
take_reading(struct arena *a, int fd, const struct media_traced *d,
    struct mark_reading *ret, struct err *e)
{
	CLEANUP(mapped_done) struct mapped m = {0};

	ret->n = d->segments;
	return map_reading(
		   fd, (size_t)d->segments * MEDIA_SEGMENT_BYTES, &m, e) &&
	       media_reading_read(
		   a, (str){m.p, m.n}, d->segments, &ret->value, &ret->full, e);
}

bool
tracing_read(struct house *h, struct arena *a, int64_t trace, int64_t medium,
    int64_t side, const struct media_traced *d, int fd, int64_t now,
    struct err *e)
{
	OWNED(arena) own = arena_new(READING_ARENA);
	struct trace_read r = {.shown = d->shown,
	    .presence = d->presence,
	    .likeness = d->likeness,
	    .share = d->share};
	struct trace_step s;

	if (!next(h, a, trace, &s, e))
		return false;
	/* The rows went on meanwhile: what was asked is not wanted any more. */
	if (s.what != TRACE_READ || s.medium != medium || s.side != side)
		return true;
	if (d->shown && !take_reading(own, fd, d, &r.reading, e))
		return err_wrap(e, "trace %" PRId64, trace);
	return trace_read_store(h, a, &s, &r, now, e);
}

bool
tracing_pass_over(
    struct house *h, struct arena *a, int64_t trace, int64_t now, struct err *e)
{
	static const struct trace_read nothing = {.shown = false};
	struct trace_step s;

	if (!next(h, a, trace, &s, e))
		return e->kind == ERR_NOT_FOUND;
	if (s.what == TRACE_HASH)
		return trace_tell(h, a, trace, true, now, e);
	return s.what == TRACE_TELL ||
	       trace_read_store(h, a, &s, &nothing, now, e);
}
