#include "trace/trace.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "erasure/journal.h"
#include "people/fold.h"
#include "sharing/blob_key.h"
#include "sql_job.h"
#include "sql_trace.h"

#define DAY ((int64_t)86400)
#define HOUR 3600
#define NAME_POINTS 120
#define SWEPT_MAX 100 /* at a time */

/* ---- who ---- */

bool
trace_circle(struct house *h, struct arena *a, const struct organisation *org,
    struct circle *ret, struct err *e)
{
	struct sql_trace_people_rows rows;
	struct circle_member *v;

	if (!sql_trace_people(h->db, a, org->id, &rows, e))
		return err_wrap(e, "who may trace");
	v = NEW_N(a, struct circle_member, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many staff");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct circle_member){rows.v[i].id,
		    house_text(a, org, "account.name_enc", rows.v[i].name_enc),
		    str_eq(rows.v[i].role, S("director"))};
	*ret = (struct circle){v, rows.n};
	return true;
}

static bool
check_circle(const struct deed *d, struct circle *ret, struct err *e)
{
	if (!trace_circle(d->house, d->arena, d->org, ret, e))
		return false;
	return circle_has(ret, d->actor) ||
	       err_set(e, ERR_NOT_FOUND, "may not trace");
}

/* In the trace and in the audit. */
static bool
record(const struct deed *d, int64_t trace, const char *deed,
    enum audit_action action, str note, struct err *e)
{
	struct deed_about about = {.kind = "trace", .id = trace};
	int64_t rows;
	str sealed;

	return deed_seal(d, "trace_event.note_enc", note, &sealed, e) &&
	       sql_trace_event_add(d->house->db, trace, d->now, deed_author(d),
		   str_c(deed), sealed, &rows, e) &&
	       deed_note(d, action, &about, e);
}

/* ---- a copy that comes ---- */

/* Only to tell the two people which file it is. */
static str
file_name(struct arena *a, str name)
{
	str head, ret;

	while (str_cut(&name, '/', &head))
		;
	name = head;
	while (str_cut(&name, '\\', &head))
		;
	return utf8_clean(a, head, NAME_POINTS, false, &ret) ? ret : S("");
}

static bool
receive_row(const struct deed *d, str name, const char *blob,
    const struct key *key, int64_t *ret, struct err *e)
{
	struct sql_trace_receive_row row;
	struct db *db = d->house->db;
	str sealed, wrapped;

	if (!deed_seal(
		d, "trace.name_enc", file_name(d->arena, name), &sealed, e) ||
	    !blob_key_wrap(d->arena, d->org, str_c(blob), key, &wrapped, e) ||
	    !db_begin(db, e))
		return false;
	if (sql_trace_receive(db, d->arena, d->org->id, d->actor, d->now,
		sealed, str_c(blob), wrapped, d->now + TRACE_KEPT_DAYS * DAY,
		&row, e) &&
	    db_commit(db, e)) {
		*ret = row.id;
		return true;
	}
	db_rollback(db);
	return false;
}

bool
trace_receive(const struct deed *d, str name, struct http_file_go *ret,
    int *ret_fd, struct err *e)
{
	CLEANUP(key_done) struct key key;
	struct circle circle;
	char blob[BLOB_NAME_MAX];
	struct err ignored;
	OWNED_FD fd = -1;
	int64_t id;

	key_random(&key);
	if (!check_circle(d, &circle, e) ||
	    !blob_create(d->house->blobs, blob, &fd, e))
		return err_wrap(e, "a copy to trace");
	if (!receive_row(d, name, blob, &key, &id, e)) {
		(void)!blob_remove(d->house->blobs, blob, &ignored);
		return err_wrap(e, "a copy to trace");
	}
	ret->handle = (uint64_t)id;
	ret->max_bytes = TRACE_BYTES_MAX;
	ret->key = key;
	*ret_fd = fd;
	fd = -1;
	return true;
}

static bool
receiving(const struct deed *d, int64_t trace,
    struct sql_trace_receiving_row *ret, char **ret_name, struct err *e)
{
	bool found;

	if (!sql_trace_receiving(d->house->db, d->arena, trace, d->org->id,
		d->actor, &found, ret, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such copy is coming");
	*ret_name = arena_cstr(d->arena, ret->blob_name);
	return *ret_name != NULL || err_set(e, ERR_LIMIT, "no room for a name");
}

static bool
drop_file(struct house *h, const char *name, struct err *e)
{
	return blob_remove(h->blobs, name, e) || e->kind == ERR_NOT_FOUND;
}

bool
trace_drop(const struct deed *d, int64_t trace, struct err *e)
{
	struct sql_trace_receiving_row row;
	int64_t rows;
	char *name;

	/* Should the transaction fail, the row stays without a file, and is
	 * swept: nobody has asked anything of it. */
	return receiving(d, trace, &row, &name, e) &&
	       sql_trace_drop(d->house->db, trace, &rows, e) &&
	       drop_file(d->house, name, e);
}

/* ---- the first person ---- */

static bool
check_reason(str reason, struct err *e)
{
	size_t n = utf8_valid(reason) ? utf8_length(reason) : 0;

	return (n >= TRACE_REASON_MIN && n <= TRACE_REASON_MAX) ||
	       err_set(e, ERR_INPUT,
		   "a reason of %d to %d characters is needed",
		   TRACE_REASON_MIN, TRACE_REASON_MAX);
}

static bool
check_album(const struct deed *d, int64_t post, struct err *e)
{
	struct sql_trace_album_row row;
	bool found;

	if (post == 0)
		return true;
	if (!sql_trace_album(
		d->house->db, d->arena, post, d->org->id, &found, &row, e))
		return false;
	return found ||
	       err_set(e, ERR_INPUT, "there is no album %" PRId64, post);
}

bool
trace_ask(const struct deed *d, int64_t trace, uint64_t bytes, int64_t post,
    str reason, struct err *e)
{
	struct sql_trace_receiving_row row;
	struct circle circle;
	int64_t rows;
	str sealed;
	char *name;

	reason = str_trim(reason);
	if (!check_circle(d, &circle, e) ||
	    !receiving(d, trace, &row, &name, e) || !check_reason(reason, e) ||
	    !check_album(d, post, e) ||
	    !deed_seal(d, "trace.reason_enc", reason, &sealed, e))
		return false;
	if (bytes == 0 || bytes > TRACE_BYTES_MAX)
		return err_set(
		    e, ERR_INPUT, "a copy of %" PRIu64 " bytes", bytes);
	return blob_keep(d->house->blobs, name, e) &&
	       sql_trace_ask(d->house->db, sealed, post == 0 ? DB_NULL : post,
		   (int64_t)bytes, trace, &rows, e) &&
	       record(d, trace, "asked", AUDIT_TRACE_ASKED, S(""), e);
}

/* ---- the second ---- */

static bool
load(const struct deed *d, int64_t trace, struct sql_trace_by_id_row *ret,
    struct err *e)
{
	bool found;

	if (!sql_trace_by_id(
		d->house->db, d->arena, trace, d->org->id, &found, ret, e))
		return err_wrap(e, "trace %" PRId64, trace);
	return found || err_set(e, ERR_NOT_FOUND, "trace %" PRId64, trace);
}

/* Two accounts of one name may be one person's. */
static bool
is_another(const struct deed *d, const struct circle *circle, int64_t first,
    struct err *e)
{
	const struct circle_member *one = circle_find(circle, first),
				   *two = circle_find(circle, d->actor);
	str a, b;

	if (first == d->actor)
		return err_set(e, ERR_DENIED, "a second person has to allow");
	if (one == NULL || two == NULL)
		return true;
	a = fold_name(d->arena, one->name);
	b = fold_name(d->arena, two->name);
	return a.n == 0 || !str_eq(a, b) ||
	       err_set(e, ERR_DENIED, "an account of the same person");
}

static bool
decide(const struct deed *d, int64_t trace, const char *state, struct err *e)
{
	struct sql_trace_by_id_row row;
	struct circle circle;
	int64_t rows;

	if (!check_circle(d, &circle, e) || !load(d, trace, &row, e))
		return false;
	if (!str_eq(row.state, S("asked")) || row.closed_at != DB_NULL)
		return err_set(
		    e, ERR_CONFLICT, "trace %" PRId64 " is decided", trace);
	if (!is_another(d, &circle, row.asked_by, e) ||
	    !sql_trace_decide(
		d->house->db, str_c(state), d->actor, d->now, trace, &rows, e))
		return false;
	return rows == 1 ||
	       err_set(e, ERR_CONFLICT, "trace %" PRId64 " is decided", trace);
}

bool
trace_allow(const struct deed *d, int64_t trace, str note, struct err *e)
{
	int64_t rows;

	return decide(d, trace, "allowed", e) &&
	       sql_job_add(
		   d->house->db, S(TRACE_JOB), trace, d->now, &rows, e) &&
	       record(d, trace, "allowed", AUDIT_TRACE_ALLOWED, note, e);
}

/* ---- the end ---- */

/* The journal first: a backup made meanwhile must not bring it back. */
static bool
destroy(
    const struct deed *d, const struct sql_trace_by_id_row *row, struct err *e)
{
	struct erasure_entry entry = {
	    d->now, ERASURE_BLOB, row->id, row->blob_name};
	struct house *h = d->house;
	int64_t rows;

	return (row->key_wrapped.p == NULL ||
		   journal_add(h->conf->erasures, &h->master, &entry, 1, e)) &&
	       sql_trace_close(
		   h->db, deed_author(d), d->now, row->id, &rows, e) &&
	       sql_job_done(h->db, S(TRACE_JOB), row->id, &rows, e);
}

bool
trace_refuse(const struct deed *d, int64_t trace, str note, struct err *e)
{
	struct sql_trace_by_id_row row;

	return decide(d, trace, "refused", e) && load(d, trace, &row, e) &&
	       destroy(d, &row, e) &&
	       record(d, trace, "refused", AUDIT_TRACE_REFUSED, note, e);
}

static bool
is_not_named(const struct deed *d, int64_t trace, struct err *e)
{
	struct sql_trace_names_row row;
	bool named;

	if (!sql_trace_names(
		d->house->db, d->arena, trace, d->actor, &named, &row, e))
		return false;
	return !named ||
	       err_set(e, ERR_DENIED, "whom a trace names does not close it");
}

bool
trace_close(const struct deed *d, int64_t trace, str note, struct err *e)
{
	struct sql_trace_by_id_row row;
	struct circle circle;

	if (!check_circle(d, &circle, e) || !load(d, trace, &row, e))
		return false;
	if (row.closed_at != DB_NULL)
		return err_set(
		    e, ERR_CONFLICT, "trace %" PRId64 " is closed", trace);
	return is_not_named(d, trace, e) && destroy(d, &row, e) &&
	       record(d, trace, "closed", AUDIT_TRACE_CLOSED, note, e);
}

bool
trace_file_gone(struct house *h, struct arena *a, int64_t organisation,
    int64_t trace, struct err *e)
{
	struct sql_trace_by_id_row row;
	bool found;
	char *name;

	db_settle(h->db);
	if (!sql_trace_by_id(h->db, a, trace, organisation, &found, &row, e))
		return false;
	if (!found || row.key_wrapped.p != NULL)
		return true;
	name = arena_cstr(a, row.blob_name);
	return name != NULL && drop_file(h, name, e);
}

static bool
end_one(const struct deed *d, int64_t trace, struct err *e)
{
	struct sql_trace_by_id_row row;

	if (!db_begin(d->house->db, e))
		return false;
	if (load(d, trace, &row, e) && destroy(d, &row, e) &&
	    record(d, trace, "ended", AUDIT_TRACE_CLOSED, S(""), e) &&
	    db_commit(d->house->db, e))
		return true;
	db_rollback(d->house->db);
	return false;
}

static bool
sweep_ended(struct house *h, struct arena *a, int64_t organisation, int64_t now,
    int64_t *ret_n, struct err *e)
{
	struct deed d = {
	    .house = h, .arena = a, .actor = AUDIT_SERVER, .now = now};
	struct sql_trace_ended_rows rows;

	if (!sql_trace_ended(h->db, a, organisation, now, SWEPT_MAX, &rows, e))
		return false;
	*ret_n = (int64_t)rows.n;
	for (size_t i = 0; i < rows.n; i++)
		if (!house_org(h, rows.v[i].organisation, &d.org, e) ||
		    !end_one(&d, rows.v[i].id, e) ||
		    !trace_file_gone(
			h, a, rows.v[i].organisation, rows.v[i].id, e))
			return err_wrap(e, "trace %" PRId64, rows.v[i].id);
	return true;
}

static bool
sweep_stale(struct house *h, struct arena *a, int64_t now, struct err *e)
{
	struct sql_trace_stale_rows rows;
	int64_t gone;

	if (!sql_trace_stale(h->db, a, now - HOUR, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		char *name = arena_cstr(a, rows.v[i].blob_name);

		if (name == NULL ||
		    !sql_trace_drop(h->db, rows.v[i].id, &gone, e) ||
		    !drop_file(h, name, e))
			return err_wrap(e, "trace %" PRId64, rows.v[i].id);
	}
	return true;
}

static bool
sweep_lost(struct house *h, struct arena *a, int64_t now, struct err *e)
{
	struct sql_trace_lost_rows lost;
	int64_t rows;

	if (!sql_trace_lost(h->db, a, &lost, e))
		return false;
	for (size_t i = 0; i < lost.n; i++)
		if (!sql_job_add(
			h->db, S(TRACE_JOB), lost.v[i].id, now, &rows, e))
			return false;
	return true;
}

bool
trace_sweep(struct house *h, struct arena *a, int64_t organisation, int64_t now,
    int64_t *ret_n, struct err *e)
{
	return sweep_stale(h, a, now, e) &&
	       sweep_ended(h, a, organisation, now, ret_n, e) &&
	       sweep_lost(h, a, now, e);
}
