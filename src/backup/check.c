#include "backup/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "audit/audit.h"
#include "base/clock.h"
#include "erasure/erasure.h"
#include "sharing/blob_key.h"
#include "sharing/pieces.h"
#include "sql_check.h"
#include "sql_medium_hash.h"
#include "sql_trace.h"

#define HOUR 3600
#define STEP 500
#define STEP_MAX ((size_t)2 << 20)
#define NAME_DIGITS 32
#define READ_STEP ((size_t)4 * BLOB_CHUNK)
#define ALONE_MS 10000

/* clang-format off */
const struct check_meaning check_meanings[CHECK_KINDS] = {
	[CHECK_DATABASE] = { "database", "the database is damaged", false },
	[CHECK_ORPHAN_FILE] = { "orphan-file",
		"a file that no row refers to", true },
	[CHECK_ERASED_FILE] = { "erased-file",
		"a file whose key is destroyed", true },
	[CHECK_MISSING_FILE] = { "missing-file",
		"the file of a photo is not there", false },
	[CHECK_MISSING_KEY] = { "missing-key",
		"what is not erased has no key", false },
	[CHECK_DAMAGED_KEY] = { "damaged-key", "a key does not open", false },
	[CHECK_DAMAGED_BLOB] = { "damaged-blob",
		"the file of a photo is damaged", false },
	[CHECK_STUCK_UPLOAD] = { "stuck-upload",
		"an upload that ended half-way", true },
	[CHECK_IDLE_JOB] = { "idle-job",
		"a job whose photo does not wait for it", true },
	[CHECK_MISSING_JOB] = { "missing-job",
		"a photo that waits and has no job", true },
	[CHECK_NO_HASHES] = { "no-hashes",
		"a photo that no list was compared with", true },
	[CHECK_AUDIT_ALTERED] = { "audit-altered",
		"the register was altered", false },
	[CHECK_AUDIT_CUT] = { "audit-cut",
		"the end of the register was cut off", false },
	[CHECK_AUDIT_HEAD] = { "audit-head",
		"the head of the register is missing or damaged", false },
	[CHECK_JOURNAL] = { "erasure-journal",
		"the erasure journal is missing, altered or too short", false },
	[CHECK_ERASURE_UNDONE] = { "erasure-undone",
		"keys that were to be destroyed and are still there", true },
};
/* clang-format on */

struct checking {
	struct house *h;
	struct arena *arena; /* of the findings */
	struct arena *step;  /* of the rows at hand */
	const struct check_call *call;
	struct check_report report;
	uint8_t *bytes; /* of deep reading */
};

static void
checking_done(struct checking *c)
{
	arena_free(c->step);
	free(c->bytes);
}

static bool
found(struct checking *c, enum check_kind kind, int64_t id, str what,
    bool fixed, struct err *e)
{
	struct check_report *r = &c->report;
	str copy = {0};

	r->found[kind]++;
	r->fixed[kind] += fixed;
	if (r->n == CHECK_FINDINGS_MAX)
		return true;
	if (!arena_str(c->arena, what.p == NULL ? "" : what.p, what.n, &copy))
		return err_set(e, ERR_LIMIT, "no room for findings");
	r->v[r->n++] = (struct check_finding){kind, id, copy, fixed};
	return true;
}

static bool
check_database(struct checking *c, struct err *e)
{
	struct err fault;

	if (db_verify(c->h->db, &fault))
		return true;
	if (fault.kind != ERR_CORRUPT) {
		*e = fault;
		return false;
	}
	return found(c, CHECK_DATABASE, 0, str_c(fault.msg), false, e);
}

/* Reads to the end; *ret: it is whole and as long as its row says. */
static bool
opens(struct checking *c, int fd, const struct key *k, int64_t bytes, bool *ret,
    struct err *e)
{
	struct err fault = {0};
	OWNED(blob_reader) r = blob_reader_new(fd, k, &fault);
	int64_t at = 0;
	size_t n = 1;

	*ret = false;
	if (r != NULL && blob_bytes(r) != bytes)
		return true;
	while (r != NULL && n > 0 && fault.kind == ERR_NONE) {
		if (!blob_read(r, at, c->bytes, READ_STEP, &n, &fault))
			break;
		at += (int64_t)n;
	}
	*ret = fault.kind == ERR_NONE;
	if (*ret || fault.kind == ERR_CORRUPT)
		return true;
	*e = fault;
	return false;
}

static bool
check_bytes(struct checking *c, const struct sql_check_blobs_row *b, int fd,
    const struct key *k, struct err *e)
{
	bool whole = true;

	return opens(c, fd, k, b->bytes, &whole, e) &&
	       (whole ||
		   found(c, CHECK_DAMAGED_BLOB, b->id, b->name, false, e));
}

static bool
check_key(struct checking *c, const struct sql_check_blobs_row *b, int fd,
    struct err *e)
{
	const struct organisation *org;
	CLEANUP(key_done) struct key k = {{0}};
	struct err fault;

	if (!house_org(c->h, b->organisation, &org, &fault) ||
	    !blob_key_unwrap(c->step, org, b->name, b->key_wrapped, &k, &fault))
		return found(c, CHECK_DAMAGED_KEY, b->id, b->name, false, e);
	/* The first and last chunk at least: opening proves the length. */
	if (c->call->deep)
		return check_bytes(c, b, fd, &k, e);
	return true;
}

/* What is locked or held is as whole as the rest; only nobody sees it. */
static bool
is_kept(str state)
{
	return str_eq(state, S("ready")) || str_eq(state, S("queued")) ||
	       str_eq(state, S("locked")) || str_eq(state, S("held"));
}

static bool
check_blob(
    struct checking *c, const struct sql_check_blobs_row *b, struct err *e)
{
	char name[BLOB_NAME_MAX] = "";
	OWNED_FD fd = -1;
	struct err fault;

	c->report.blobs++;
	if (!is_kept(b->state))
		return true;
	if (b->key_wrapped.p == NULL)
		return found(c, CHECK_MISSING_KEY, b->id, b->name, false, e);
	if (b->name.n == NAME_DIGITS)
		memcpy(name, b->name.p, NAME_DIGITS);
	if (blob_open(c->h->blobs, name, &fd, &fault))
		return check_key(c, b, fd, e);
	if (fault.kind == ERR_NOT_FOUND || fault.kind == ERR_INPUT)
		return found(c, CHECK_MISSING_FILE, b->id, b->name, false, e);
	*e = fault;
	return false;
}

static bool
check_blobs(struct checking *c, struct err *e)
{
	struct sql_check_blobs_rows rows;
	int64_t after = 0;

	do {
		arena_reset(c->step);
		if (!sql_check_blobs(c->h->db, c->step, after, STEP, &rows, e))
			return false;
		for (size_t i = 0; i < rows.n; i++) {
			if (!check_blob(c, &rows.v[i], e))
				return false;
			after = rows.v[i].id;
		}
	} while (rows.n == STEP);
	return true;
}

/* Copies that are being traced are as whole as photos. */
static bool
check_copies(struct checking *c, struct err *e)
{
	struct sql_trace_blobs_rows rows;
	int64_t after = 0;

	do {
		arena_reset(c->step);
		if (!sql_trace_blobs(c->h->db, c->step, after, STEP, &rows, e))
			return false;
		for (size_t i = 0; i < rows.n; i++) {
			const struct sql_trace_blobs_row *t = &rows.v[i];
			struct sql_check_blobs_row b = {.id = t->id,
			    .name = t->blob_name,
			    .key_wrapped = t->key_wrapped,
			    .bytes = t->bytes,
			    .state = S("ready"),
			    .organisation = t->organisation};

			if (!check_blob(c, &b, e))
				return false;
			after = t->id;
		}
	} while (rows.n == STEP);
	return true;
}

static bool
check_child(
    struct checking *c, const struct sql_check_children_row *row, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	const struct organisation *org;
	struct err fault;

	c->report.children++;
	if (row->erased_at != DB_NULL || row->first_enc.p == NULL)
		return true;
	if (row->key_wrapped.p == NULL)
		return found(
		    c, CHECK_MISSING_KEY, row->id, S("child"), false, e);
	if (house_org(c->h, row->organisation, &org, &fault) &&
	    key_unwrap(&org->key, row->key_wrapped,
		arena_fmt(c->step, "child %" PRId64, row->id), &k, &fault))
		return true;
	return found(c, CHECK_DAMAGED_KEY, row->id, S("child"), false, e);
}

static bool
check_children(struct checking *c, struct err *e)
{
	struct sql_check_children_rows rows;
	int64_t after = 0;

	do {
		arena_reset(c->step);
		if (!sql_check_children(
			c->h->db, c->step, after, STEP, &rows, e))
			return false;
		for (size_t i = 0; i < rows.n; i++) {
			if (!check_child(c, &rows.v[i], e))
				return false;
			after = rows.v[i].id;
		}
	} while (rows.n == STEP);
	return true;
}

static bool
fix_file(struct checking *c, const char *name, enum check_kind kind, int64_t id,
    struct err *e)
{
	bool fixed = c->call->fix;

	if (fixed && !blob_remove(c->h->blobs, name, e))
		return false;
	return found(c, kind, id, str_c(name), fixed, e);
}

/* A file that no photo has. */
static bool
see_copy(struct checking *c, const char *name, bool incoming, struct err *e)
{
	struct sql_trace_file_row row;
	bool known;

	if (!sql_trace_file(c->h->db, c->step, str_c(name), &known, &row, e))
		return false;
	if (!known)
		return fix_file(c, name, CHECK_ORPHAN_FILE, 0, e);
	if (row.key_wrapped.p == NULL)
		return fix_file(c, name, CHECK_ERASED_FILE, row.id, e);
	return !incoming || str_eq(row.state, S("receiving")) ||
	       fix_file(c, name, CHECK_ORPHAN_FILE, row.id, e);
}

/* Younger than an hour, a file may be on its way to its row, or out. */
static bool
see_file(
    void *ctx, const char *name, bool incoming, int64_t age_s, struct err *e)
{
	struct checking *c = ctx;
	struct sql_check_file_row row;
	bool known = false;

	c->report.files++;
	if (age_s < HOUR)
		return true;
	arena_reset(c->step);
	if (!sql_check_file(c->h->db, c->step, str_c(name), &known, &row, e))
		return false;
	if (!known)
		return see_copy(c, name, incoming, e);
	if (row.key_wrapped.p == NULL)
		return fix_file(c, name, CHECK_ERASED_FILE, row.id, e);
	if (incoming && !str_eq(row.state, S("receiving")))
		return fix_file(c, name, CHECK_ORPHAN_FILE, row.id, e);
	return true;
}

/* Rows first, so that a crash in between leaves an orphan, which is found. */
static bool
drop_upload(struct checking *c, int64_t medium, struct err *e)
{
	int64_t rows;

	if (!db_begin(c->h->db, e))
		return false;
	if (sql_check_drop_blobs(c->h->db, medium, &rows, e) &&
	    sql_check_drop_medium(c->h->db, medium, &rows, e) &&
	    db_commit(c->h->db, e))
		return true;
	db_rollback(c->h->db);
	return false;
}

static bool
check_uploads(struct checking *c, struct err *e)
{
	struct sql_check_stuck_rows rows;

	arena_reset(c->step);
	if (!sql_check_stuck(c->h->db, c->step, c->call->now - UPLOAD_SILENT_S,
		c->call->now - PIECES_SILENT_S, STEP, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if ((c->call->fix && !drop_upload(c, rows.v[i].id, e)) ||
		    !found(c, CHECK_STUCK_UPLOAD, rows.v[i].id, S(""),
			c->call->fix, e))
			return false;
	return true;
}

static bool
check_jobs(struct checking *c, struct err *e)
{
	struct sql_check_jobs_rows idle;
	struct sql_check_jobless_rows waiting;
	bool fix = c->call->fix;
	int64_t rows;

	arena_reset(c->step);
	if (!sql_check_jobs(c->h->db, c->step, STEP, &idle, e) ||
	    !sql_check_jobless(c->h->db, c->step, STEP, &waiting, e))
		return false;
	for (size_t i = 0; i < idle.n; i++)
		if ((fix && !sql_check_drop_job(
				c->h->db, idle.v[i].id, &rows, e)) ||
		    !found(c, CHECK_IDLE_JOB, idle.v[i].subject, S(""), fix, e))
			return false;
	for (size_t i = 0; i < waiting.n; i++)
		if ((fix && !sql_check_add_job(c->h->db, waiting.v[i].id,
				c->call->now, &rows, e)) ||
		    !found(
			c, CHECK_MISSING_JOB, waiting.v[i].id, S(""), fix, e))
			return false;
	return true;
}

/* A job makes them, and comes by itself too. */
static bool
check_hashes(struct checking *c, struct err *e)
{
	struct sql_medium_hash_missing_all_rows bare;
	bool fix = c->call->fix;
	int64_t rows;

	arena_reset(c->step);
	if (!sql_medium_hash_missing_all(c->h->db, c->step, STEP, &bare, e))
		return false;
	for (size_t i = 0; i < bare.n; i++)
		if ((fix && !sql_check_add_rehash(c->h->db, bare.v[i].id,
				c->call->now, &rows, e)) ||
		    !found(c, CHECK_NO_HASHES, bare.v[i].id, S(""), fix, e))
			return false;
	return true;
}

static bool
check_chain(struct checking *c, const struct organisation *org,
    const char *path, struct err *e)
{
	uint8_t head[KEY_DIGEST_BYTES];
	struct audit_report r;
	bool has_head = false, damaged = false;
	struct err fault;

	if (!audit_head_read(path, org->id, &has_head, head, &fault)) {
		damaged = fault.kind == ERR_CORRUPT;
		if (!damaged) {
			*e = fault;
			return false;
		}
	}
	if (!audit_verify(c->h->db, c->step, &org->chain, org->id,
		has_head ? head : NULL, &r, e))
		return false;
	c->report.audit_entries += r.entries;
	if (r.first_bad != 0 &&
	    !found(c, CHECK_AUDIT_ALTERED, r.first_bad, S(""), false, e))
		return false;
	if (r.cut_off &&
	    !found(c, CHECK_AUDIT_CUT, r.missing_after, S(""), false, e))
		return false;
	if (damaged || (!has_head && r.entries > 0))
		return found(c, CHECK_AUDIT_HEAD, org->id, S(""), false, e);
	return true;
}

static bool
check_audit(struct checking *c, struct err *e)
{
	char path[CONF_TEXT_MAX + 32];

	(void)snprintf(
	    path, sizeof(path), "%s/" AUDIT_HEAD_FILE, c->h->conf->data);
	for (size_t i = 0; i < c->h->n_org; i++)
		if (!check_chain(c, &c->h->org[i], path, e))
			return false;
	return true;
}

static bool
check_erasures(struct checking *c, struct err *e)
{
	struct sql_check_erased_row erased;
	struct erasure_report r, done;
	struct err fault;

	arena_reset(c->step);
	if (!erasure_pending(c->h, &r, &fault)) {
		if (fault.kind == ERR_IO || fault.kind == ERR_BUSY) {
			*e = fault;
			return false;
		}
		return found(c, CHECK_JOURNAL, 0, str_c(fault.msg), false, e);
	}
	if (!sql_check_erased(c->h->db, c->step, &erased, e))
		return false;
	if (erased.n > r.entries &&
	    !found(c, CHECK_JOURNAL, r.entries, S("too short"), false, e))
		return false;
	if (r.blobs + r.children + r.accounts + r.reports == 0)
		return true;
	if (c->call->fix && !erasure_replay(c->h, NULL, &done, e))
		return false;
	return found(c, CHECK_ERASURE_UNDONE,
	    r.blobs + r.children + r.accounts + r.reports, S(""), c->call->fix,
	    e);
}

/* What fixing one makes another, so in this order: erasures and uploads leave
 * files, files come last. */
static bool
check_all(struct checking *c, struct err *e)
{
	return check_database(c, e) && check_erasures(c, e) &&
	       check_uploads(c, e) && check_jobs(c, e) && check_hashes(c, e) &&
	       check_blobs(c, e) && check_copies(c, e) &&
	       check_children(c, e) && check_audit(c, e) &&
	       blob_each(c->h->blobs, see_file, c, e);
}

/* jobs tidies for a moment now and then; a backup takes longer than that. */
static bool
hold_alone(struct blob_dir *d, struct err *e)
{
	const struct timespec step = {.tv_nsec = 50 * 1000 * 1000};
	int64_t until_ms = clock_ms() + ALONE_MS;

	while (!blob_tidy(d)) {
		if (clock_ms() > until_ms)
			return err_set(
			    e, ERR_BUSY, "check: a backup is being made");
		(void)nanosleep(&step, NULL);
	}
	return true;
}

bool
check_run(struct house *h, struct arena *a, const struct check_call *call,
    struct check_report *ret, struct err *e)
{
	CLEANUP(checking_done)
	struct checking c = {.h = h, .arena = a, .call = call};
	bool done;

	c.step = arena_new(STEP_MAX);
	c.bytes = malloc(READ_STEP);
	c.report.v = NEW_N(a, struct check_finding, CHECK_FINDINGS_MAX);
	if (c.bytes == NULL)
		abort();
	if (c.report.v == NULL)
		return err_set(e, ERR_LIMIT, "no room for findings");
	if (call->fix && !hold_alone(h->blobs, e))
		return false;
	done = check_all(&c, e);
	if (call->fix)
		blob_release(h->blobs);
	if (!done)
		return err_wrap(e, "check");
	*ret = c.report;
	return true;
}

int64_t
check_open(const struct check_report *r)
{
	int64_t n = 0;

	for (int i = 0; i < CHECK_KINDS; i++)
		n += r->found[i] - r->fixed[i];
	return n;
}
