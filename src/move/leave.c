#include "move/leave.h"

#include <inttypes.h>

#include "base/rand.h"
#include "sql_leaving.h"

#define OPEN_MOST 200

static const char *const states[LEAVE_STATES] = {
    [LEAVE_ASKED] = "asked",
    [LEAVE_AGREED] = "agreed",
    [LEAVE_READY] = "ready",
    [LEAVE_REFUSED] = "refused",
    [LEAVE_ENDED] = "ended",
};

static enum leave_state
state_of(str word)
{
	for (int i = 0; i < LEAVE_STATES; i++)
		if (str_eq(word, str_c(states[i])))
			return (enum leave_state)i;
	return LEAVE_ENDED;
}

static bool
is_open(enum leave_state s)
{
	return s == LEAVE_ASKED || s == LEAVE_AGREED || s == LEAVE_READY;
}

bool
leave_may(const struct viewer *v, int64_t child)
{
	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].id == child)
			return v->child[i].holder && memories_may(v, child);
	return false;
}

static bool
note(const struct deed *d, enum audit_action action, int64_t id, int64_t child,
    struct err *e)
{
	struct deed_about about = {.kind = "leaving", .id = id, .child = child};

	return deed_note(d, action, &about, e);
}

/* ---- reading ---- */

static str
open_why(const struct deed *d, int64_t child, str sealed)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct err ignored;
	str ret = S("");

	if (sealed.p == NULL ||
	    !parcels_child_key(
		d->house, d->arena, d->org, child, &k, &ignored) ||
	    !text_open(d->arena, &k, "leaving.why_enc", sealed, &ret, &ignored))
		return S("");
	return ret;
}

static bool
load_seasons(const struct deed *d, struct leaving *l, struct err *e)
{
	struct sql_leaving_seasons_rows rows;
	struct folder_season *v;
	size_t n;

	if (!folder_seasons(d, &v, &n, e) ||
	    !sql_leaving_seasons(d->house->db, d->arena, l->id, &rows, e))
		return err_wrap(e, "leaving %" PRId64, l->id);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows.n; k++)
			if (rows.v[k].season == v[i].id) {
				v[i].wanted = true;
				v[i].count = (struct folder_count){
				    .photos = rows.v[k].photos,
				    .videos = rows.v[k].videos,
				    .documents = rows.v[k].documents,
				    .bytes = rows.v[k].bytes};
			}
	l->want.folder.season = v;
	l->want.folder.n_season = n;
	return true;
}

bool
leave_load(const struct deed *d, int64_t id, struct leaving *ret, struct err *e)
{
	struct sql_leaving_by_id_row r;
	struct leaving l;
	bool found;

	if (!sql_leaving_by_id(
		d->house->db, d->arena, id, d->org->id, &found, &r, e))
		return err_wrap(e, "leaving %" PRId64, id);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "leaving %" PRId64, id);
	l = (struct leaving){.id = r.id,
	    .child = r.child,
	    .asker = r.asker,
	    .state = state_of(r.state),
	    .want = {{r.contact != 0, r.consents != 0, r.notices != 0},
		{.photos = r.photos != 0,
		    .videos = r.videos != 0,
		    .documents = r.documents != 0},
		r.erase_after != 0},
	    .asked_at = r.asked_at,
	    .decided_at = r.decided_at,
	    .made_at = r.made_at,
	    .expires_at = r.expires_at,
	    .taken_at = r.taken_at,
	    .bytes = r.bytes,
	    .pictures = r.pictures,
	    .videos = r.in_videos,
	    .documents = r.in_documents,
	    .left_out = r.left_out,
	    .why = open_why(d, r.child, r.why_enc),
	    .full = str_eq(r.fault, S("full")),
	    .limit = str_eq(r.fault, S("limit")),
	    .name = r.name,
	    .key_wrapped = r.key_wrapped,
	    .mark = r.mark,
	    .token = (const uint8_t *)r.token.p};
	if (r.token.n != MANIFEST_ID || !card_read(d->arena, r.card, &l.to, e))
		return err_set(
		    e, ERR_CORRUPT, "leaving %" PRId64 " has no card", id);
	l.words = card_words(d->arena, &l.to);
	if (!load_seasons(d, &l, e))
		return false;
	*ret = l;
	return true;
}

bool
leave_of_child(const struct deed *d, int64_t child, bool *ret_found,
    struct leaving *ret, struct err *e)
{
	struct sql_leaving_of_child_row row;

	if (!sql_leaving_of_child(
		d->house->db, d->arena, child, d->org->id, ret_found, &row, e))
		return err_wrap(e, "moves of child %" PRId64, child);
	return !*ret_found || leave_load(d, row.id, ret, e);
}

bool
leave_open(const struct deed *d, struct leavings *ret, struct err *e)
{
	struct sql_leaving_open_rows rows;

	if (!sql_leaving_open(
		d->house->db, d->arena, d->org->id, OPEN_MOST, &rows, e))
		return err_wrap(e, "moves");
	ret->v = NEW_N(d->arena, struct leaving, rows.n + 1);
	ret->n = 0;
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many moves");
	for (size_t i = 0; i < rows.n; i++)
		if (!leave_load(d, rows.v[i].id, &ret->v[ret->n++], e))
			return false;
	return true;
}

/* ---- steps ---- */

static bool
check_ask(const struct deed *d, const struct viewer *v, int64_t child,
    const struct card *to, struct err *e)
{
	struct leaving before;
	struct card here;
	bool found;

	if (!leave_may(v, child))
		return err_set(e, ERR_NOT_FOUND, "no such child");
	parcels_card(d->org, &here);
	if (card_same(&here, to))
		return err_set(e, ERR_INPUT, "to the house that it is in");
	if (!leave_of_child(d, child, &found, &before, e))
		return false;
	return !found || !is_open(before.state) ||
	       err_set(e, ERR_CONFLICT, "a move is under way");
}

static bool
add_seasons(const struct deed *d, int64_t id, const struct folder_want *w,
    struct err *e)
{
	int64_t rows;

	for (size_t i = 0; i < w->n_season; i++)
		if (w->season[i].wanted &&
		    !sql_leaving_season(d->house->db, id, w->season[i].id,
			w->season[i].count.photos, w->season[i].count.videos,
			w->season[i].count.documents, w->season[i].count.bytes,
			&rows, e))
			return err_wrap(e, "leaving %" PRId64, id);
	return true;
}

bool
leave_ask(const struct deed *d, const struct viewer *v, int64_t child,
    const struct card *to, const struct leave_want *w, int64_t *ret_id,
    struct err *e)
{
	struct sql_leaving_insert_row row;
	uint8_t token[MANIFEST_ID];

	rand_bytes(token, sizeof(token));
	if (!check_ask(d, v, child, to, e))
		return false;
	if (!sql_leaving_insert(d->house->db, d->arena, d->org->id, child,
		d->actor, card_text(d->arena, to),
		(str){(const char *)token, sizeof(token)}, w->folder.photos,
		w->folder.videos, w->folder.documents, w->record.contact,
		w->record.consents, w->record.notices, w->erase_after, d->now,
		&row, e) ||
	    !add_seasons(d, row.id, &w->folder, e))
		return err_wrap(e, "move of child %" PRId64, child);
	*ret_id = row.id;
	return note(d, AUDIT_MOVE_ASKED, row.id, child, e);
}

bool
leave_decide(
    const struct deed *d, int64_t id, bool agree, str why, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct leaving l;
	str sealed;
	int64_t rows;

	if (!leave_load(d, id, &l, e) ||
	    !parcels_child_key(d->house, d->arena, d->org, l.child, &k, e) ||
	    !text_seal(d->arena, &k, "leaving.why_enc",
		why.n > 0 ? why : (str){0}, &sealed, e) ||
	    !sql_leaving_decide(d->house->db,
		agree ? S("agreed") : S("refused"), d->actor, d->now, sealed,
		agree ? DB_NULL : d->now, id, d->org->id, &rows, e))
		return err_wrap(e, "leaving %" PRId64, id);
	if (rows != 1)
		return err_set(e, ERR_CONFLICT, "it is decided already");
	return note(
	    d, agree ? AUDIT_MOVE_AGREED : AUDIT_MOVE_REFUSED, id, l.child, e);
}

bool
leave_narrow(const struct deed *d, int64_t id, const int64_t *season, size_t n,
    struct err *e)
{
	struct leaving l;
	int64_t rows;

	if (!leave_load(d, id, &l, e))
		return false;
	for (size_t i = 0; i < l.want.folder.n_season; i++) {
		const struct folder_season *s = &l.want.folder.season[i];
		bool stays = false;

		for (size_t k = 0; k < n; k++)
			stays |= season[k] == s->id;
		if (s->wanted && !stays &&
		    !sql_leaving_season_not(d->house->db, id, s->id, &rows, e))
			return err_wrap(e, "leaving %" PRId64, id);
	}
	return true;
}

bool
leave_end(const struct deed *d, const struct leaving *l, struct err *e)
{
	int64_t rows;

	if (!sql_leaving_end(d->house->db, d->now, l->id, &rows, e))
		return err_wrap(e, "leaving %" PRId64, l->id);
	return rows == 0 || note(d, AUDIT_MOVE_ENDED, l->id, l->child, e);
}

bool
leave_again(const struct deed *d, const struct leaving *l, struct err *e)
{
	int64_t rows;

	return sql_leaving_again(d->house->db, l->id, &rows, e) ||
	       err_wrap(e, "leaving %" PRId64, l->id);
}

bool
leave_taken(const struct deed *d, const struct leaving *l, struct err *e)
{
	int64_t rows;

	if (!sql_leaving_taken(d->house->db, d->now, l->id, &rows, e))
		return err_wrap(e, "leaving %" PRId64, l->id);
	return rows == 0 || note(d, AUDIT_MOVE_TAKEN, l->id, l->child, e);
}

/* ---- what it is made of ---- */

static void
put(struct buf *b, str s)
{
	buf_i64(b, (int64_t)s.n);
	buf_byte(b, ' ');
	buf_str(b, s);
}

bool
leave_mark(const struct deed *d, const struct folder *f, str record, str *ret,
    struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MANIFEST_BYTES_MAX);

	put(&b, record);
	for (size_t i = 0; i < f->n; i++) {
		buf_i64(&b, f->v[i].medium);
		buf_byte(&b, ' ');
		buf_i64(&b, f->v[i].taken_at);
		put(&b, f->v[i].mark);
		put(&b, f->v[i].caption);
	}
	*ret =
	    key_digest(d->arena, &d->org->digest, "leaving.mark", buf_view(&b));
	return (ret->p != NULL && !b.full) ||
	       err_set(e, ERR_LIMIT, "too much for a parcel");
}

bool
leave_is_whole(const struct leaving *l)
{
	return !l->limit && (l->left_out == DB_NULL || l->left_out == 0);
}
