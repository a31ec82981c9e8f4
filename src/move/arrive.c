#include "move/arrive.h"

#include <inttypes.h>

#include "sql_arriving.h"

#define OPEN_MOST 200

static const char *const states[ARRIVE_STATES] = {
    [ARRIVE_COMING] = "coming",
    [ARRIVE_WHOLE] = "whole",
    [ARRIVE_CHECKED] = "checked",
    [ARRIVE_DAMAGED] = "damaged",
    [ARRIVE_ACCEPTED] = "accepted",
    [ARRIVE_REFUSED] = "refused",
    [ARRIVE_CONFIRMED] = "confirmed",
    [ARRIVE_DONE] = "done",
    [ARRIVE_ENDED] = "ended",
};

static enum arrive_state
state_of(str word)
{
	for (int i = 0; i < ARRIVE_STATES; i++)
		if (str_eq(word, str_c(states[i])))
			return (enum arrive_state)i;
	return ARRIVE_ENDED;
}

/* Another may be brought. */
static bool
is_over(enum arrive_state s)
{
	return s == ARRIVE_DAMAGED || s == ARRIVE_REFUSED || s == ARRIVE_DONE ||
	       s == ARRIVE_ENDED;
}

bool
arrive_may(const struct viewer *v, int64_t child)
{
	if (!viewer_is_family(v) || v->state != VIEWER_ACTIVE)
		return false;
	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].id == child)
			return v->child[i].holder && v->child[i].n_group > 0;
	return false;
}

static bool
note(const struct deed *d, enum audit_action action, const struct arriving *r,
    struct err *e)
{
	struct deed_about about = {
	    .kind = "arriving", .id = r->id, .child = r->child};

	return deed_note(d, action, &about, e);
}

/* ---- reading ---- */

static str
open_text(
    const struct deed *d, const struct key *k, const char *column, str sealed)
{
	struct err ignored;
	str ret = S("");

	if (sealed.p == NULL ||
	    !text_open(d->arena, k, column, sealed, &ret, &ignored))
		return S("");
	return ret;
}

static void
open_texts(const struct deed *d, const struct sql_arriving_by_id_row *row,
    struct arriving *r)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct err ignored;

	if (!parcels_child_key(
		d->house, d->arena, d->org, r->child, &k, &ignored))
		return;
	r->why = open_text(d, &k, "arriving.why_enc", row->why_enc);
	r->record = open_text(d, &k, "arriving.record_enc", row->record_enc);
}

bool
arrive_load(
    const struct deed *d, int64_t id, struct arriving *ret, struct err *e)
{
	struct sql_arriving_by_id_row row;
	struct arriving r;
	bool found;

	if (!sql_arriving_by_id(
		d->house->db, d->arena, id, d->org->id, &found, &row, e))
		return err_wrap(e, "arriving %" PRId64, id);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "arriving %" PRId64, id);
	r = (struct arriving){.id = row.id,
	    .child = row.child,
	    .bringer = row.bringer,
	    .state = state_of(row.state),
	    .fault = row.fault,
	    .fault_at = row.fault_at,
	    .made_at = row.made_at,
	    .pictures = row.pictures,
	    .videos = row.videos,
	    .documents = row.documents,
	    .decided_at = row.decided_at,
	    .confirmed_at = row.confirmed_at,
	    .done_at = row.done_at,
	    .imported = row.imported,
	    .bytes = row.bytes,
	    .seen_at = row.seen_at,
	    .name = row.name,
	    .key_wrapped = row.key_wrapped,
	    .why = S(""),
	    .record = S("")};
	if (row.card.p != NULL) {
		if (!card_read(d->arena, row.card, &r.from, e))
			return err_set(e, ERR_CORRUPT,
			    "arriving %" PRId64 " has no card", id);
		r.words = card_words(d->arena, &r.from);
	}
	open_texts(d, &row, &r);
	*ret = r;
	return true;
}

bool
arrive_of_child(const struct deed *d, int64_t child, bool *ret_found,
    struct arriving *ret, struct err *e)
{
	struct sql_arriving_of_child_row row;

	if (!sql_arriving_of_child(
		d->house->db, d->arena, child, d->org->id, ret_found, &row, e))
		return err_wrap(e, "arrivals of child %" PRId64, child);
	return !*ret_found || arrive_load(d, row.id, ret, e);
}

bool
arrive_open(const struct deed *d, struct arrivings *ret, struct err *e)
{
	struct sql_arriving_open_rows rows;

	if (!sql_arriving_open(
		d->house->db, d->arena, d->org->id, OPEN_MOST, &rows, e))
		return err_wrap(e, "arrivals");
	ret->v = NEW_N(d->arena, struct arriving, rows.n + 1);
	ret->n = 0;
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many arrivals");
	for (size_t i = 0; i < rows.n; i++)
		if (!arrive_load(d, rows.v[i].id, &ret->v[ret->n++], e))
			return false;
	return true;
}

/* ---- the bytes ---- */

/* What somebody began to send and left is taken back for a new beginning. */
static bool
make_room(const struct deed *d, int64_t child, struct err *e)
{
	struct arriving before;
	int64_t rows;
	bool found;

	if (!arrive_of_child(d, child, &found, &before, e))
		return false;
	if (!found || is_over(before.state))
		return true;
	if (before.state != ARRIVE_COMING)
		return err_set(e, ERR_CONFLICT, "one is under way");
	return sql_arriving_forget(d->house->db, before.id, &rows, e);
}

bool
arrive_begin(const struct deed *d, int64_t child, int64_t bytes,
    int64_t *ret_id, struct parcel_file *ret, struct err *e)
{
	struct sql_arriving_insert_row row;
	str wrapped;

	if (bytes != DB_NULL && (bytes <= 0 || bytes > ARRIVE_BYTES_MAX))
		return err_set(e, bytes <= 0 ? ERR_INPUT : ERR_LIMIT,
		    "no such parcel is taken");
	if (!make_room(d, child, e) || !parcels_create(d->house, d->arena,
					   d->org, child, ret, &wrapped, e))
		return false;
	if (!sql_arriving_insert(d->house->db, d->arena, d->org->id, child,
		d->actor, str_c(ret->name), wrapped, bytes, d->now, &row, e))
		return err_wrap(e, "arrival of child %" PRId64, child);
	*ret_id = row.id;
	return true;
}

static struct pieces
pieces_of(const struct arriving *r)
{
	bool coming = r->state == ARRIVE_COMING;

	return (struct pieces){.medium = r->id,
	    .length = r->bytes,
	    .offset = coming ? 0 : r->bytes,
	    .until = coming ? r->seen_at + ARRIVE_COMING_S : 0};
}

static bool
open_coming(const struct deed *d, const struct arriving *r,
    struct parcel_file *f, struct pieces *p, enum pieces_answer *answer,
    struct err *e)
{
	*p = pieces_of(r);
	*answer = r->state == ARRIVE_COMING ? PIECES_GO : PIECES_WHOLE;
	if (*answer != PIECES_GO)
		return true;
	if (!parcels_open(d->house, d->arena, d->org, r->child, r->name,
		r->key_wrapped, true, f, e)) {
		*answer = e->kind == ERR_BUSY ? PIECES_BUSY : PIECES_GONE;
		return e->kind == ERR_BUSY || e->kind == ERR_NOT_FOUND;
	}
	return blob_durable(f->fd, &f->key, &p->offset, e);
}

bool
arrive_look(const struct deed *d, const struct arriving *r, struct pieces *ret,
    enum pieces_answer *answer, struct err *e)
{
	CLEANUP(parcel_file_done) struct parcel_file f = PARCEL_FILE;

	return open_coming(d, r, &f, ret, answer, e);
}

static bool
note_seen(const struct deed *d, int64_t id, struct err *e)
{
	struct db *db = d->house->db;
	int64_t rows;

	if (!db_begin(db, e))
		return false;
	if (sql_arriving_seen(db, d->now, id, &rows, e) && db_commit(db, e))
		return rows == 1 || err_set(e, ERR_NOT_FOUND, "no such upload");
	db_rollback(db);
	return false;
}

bool
arrive_piece(const struct deed *d, const struct arriving *r,
    const struct http_tus *tus, uint64_t bytes, struct pieces *p,
    struct http_file_go *ret, int *ret_fd, enum pieces_answer *answer,
    struct err *e)
{
	CLEANUP(parcel_file_done) struct parcel_file f = PARCEL_FILE;

	if (r->bytes == DB_NULL)
		return err_set(e, ERR_NOT_FOUND, "it comes in one piece");
	if (!open_coming(d, r, &f, p, answer, e))
		return false;
	if (*answer != PIECES_GO)
		return true;
	if (tus->offset != (uint64_t)p->offset)
		*answer = PIECES_OFFSET;
	else if (bytes != HTTP_NO_BYTES &&
		 bytes > (uint64_t)(p->length - p->offset))
		*answer = PIECES_LONG;
	if (*answer != PIECES_GO)
		return true;
	if (!note_seen(d, r->id, e))
		return false;
	ret->handle = (uint64_t)r->id;
	ret->max_bytes = ret->total = (uint64_t)p->length;
	ret->from = (uint64_t)p->offset;
	ret->key = f.key;
	*ret_fd = f.fd;
	f.fd = -1;
	return true;
}

static bool
keep(const struct deed *d, const struct arriving *r, int64_t bytes,
    struct err *e)
{
	char *name = arena_cstr(d->arena, r->name);
	int64_t rows;

	if (name == NULL)
		return err_set(e, ERR_LIMIT, "no room for a name");
	return parcels_keep(d->house, name, e) &&
	       sql_arriving_whole(
		   d->house->db, bytes, d->now, r->id, &rows, e) &&
	       note(d, AUDIT_MOVE_BROUGHT, r, e);
}

bool
arrive_came(const struct deed *d, const struct arriving *r,
    const struct http_file *f, struct pieces *p, enum pieces_answer *answer,
    struct err *e)
{
	int64_t rows;

	if (r->state != ARRIVE_COMING || f->handle != (uint64_t)r->id)
		return err_set(e, ERR_NOT_FOUND, "no such upload");
	*p = pieces_of(r);
	p->offset = (int64_t)f->bytes;
	*answer = PIECES_GO;
	switch ((enum http_file_state)f->state) {
	case HTTP_FILE_WHOLE:
		if (r->bytes != DB_NULL && f->bytes != (uint64_t)r->bytes)
			return err_set(e, ERR_INPUT, "not what was promised");
		*answer = PIECES_WHOLE;
		return keep(d, r, (int64_t)f->bytes, e);
	case HTTP_FILE_PART:
		return sql_arriving_seen(d->house->db, d->now, r->id, &rows, e);
	case HTTP_FILE_TOO_BIG:
		*answer = PIECES_LONG;
		break;
	case HTTP_FILE_WRONG:
		*answer = PIECES_WRONG;
		return true;
	case HTTP_FILE_FAILED:
		return err_set(e, ERR_FULL, "a parcel was not kept");
	case HTTP_FILE_CUT:
	case HTTP_FILE_DAMAGED:
	case HTTP_FILE_STATES:
		*answer = PIECES_GONE;
		break;
	}
	/* Its file is swept. */
	return sql_arriving_forget(d->house->db, r->id, &rows, e);
}

/* ---- decisions ---- */

bool
arrive_decide(
    const struct deed *d, int64_t id, bool accept, str why, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct db *db = d->house->db;
	struct arriving r;
	int64_t rows;
	str sealed;

	if (!arrive_load(d, id, &r, e) ||
	    !parcels_child_key(d->house, d->arena, d->org, r.child, &k, e) ||
	    !text_seal(d->arena, &k, "arriving.why_enc",
		why.n > 0 ? why : (str){0}, &sealed, e) ||
	    !(accept ? sql_arriving_decide(db, S("accepted"), d->actor, d->now,
			   sealed, id, d->org->id, &rows, e)
		     : sql_arriving_refuse(db, d->actor, d->now, sealed, id,
			   d->org->id, &rows, e)))
		return err_wrap(e, "arriving %" PRId64, id);
	if (rows != 1)
		return err_set(e, ERR_CONFLICT, "it is decided already");
	return note(
	    d, accept ? AUDIT_MOVE_ACCEPTED : AUDIT_MOVE_TURNED_AWAY, &r, e);
}

bool
arrive_confirm(const struct deed *d, const struct arriving *r, struct err *e)
{
	int64_t rows;

	if (!sql_arriving_confirm(
		d->house->db, d->now, r->id, d->org->id, &rows, e))
		return err_wrap(e, "arriving %" PRId64, r->id);
	if (rows != 1)
		return err_set(e, ERR_CONFLICT, "nothing waits for that");
	return note(d, AUDIT_MOVE_CONFIRMED, r, e);
}

bool
arrive_end(const struct deed *d, const struct arriving *r, struct err *e)
{
	int64_t rows;

	if (!sql_arriving_end(d->house->db, d->now, r->id, &rows, e))
		return err_wrap(e, "arriving %" PRId64, r->id);
	return rows == 0 || note(d, AUDIT_MOVE_ENDED, r, e);
}
