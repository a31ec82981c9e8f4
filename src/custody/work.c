#include "custody/work.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "crypto/sum.h"
#include "custody/box.h"
#include "custody/object.h"
#include "custody/record.h"
#include "custody/seal.h"
#include "erasure/erasure.h"
#include "sharing/blob_key.h"
#include "sql_seal.h"

#define KEPT_MAX ((size_t)1 << 20)
#define PIECE ((size_t)64 * 1024)

struct sealing {
	int64_t id, org, medium, case_file;
	struct arena *kept; /* of the names */
	str was, type;
	char name[BLOB_NAME_MAX];
	struct key outer, inner; /* of the blob, and of what lies in it */
	int from, to;
	struct blob_reader *reader;
	struct blob_writer *blob;
	struct object_writer *object;
	struct sum *sum;
	int64_t at, stored;
};

static void
sealing_free(struct house *h, struct sealing *s)
{
	struct err ignored;

	if (s == NULL)
		return;
	object_writer_free(s->object);
	blob_writer_free(s->blob);
	blob_reader_free(s->reader);
	sum_free(s->sum);
	if (s->from >= 0)
		(void)close(s->from);
	if (s->to >= 0)
		(void)close(s->to);
	if (h != NULL && s->name[0] != '\0')
		(void)!blob_remove(h->blobs, s->name, &ignored);
	key_done(&s->outer);
	key_done(&s->inner);
	arena_free(s->kept);
	free(s);
}

void
custody_work_done(struct custody_work *w)
{
	sealing_free(NULL, w->now);
	w->now = NULL;
}

bool
custody_work_uses(const struct custody_work *w, const char *name)
{
	return w->now != NULL && strcmp(w->now->name, name) == 0;
}

/* ---- 1: beginning ---- */

static struct sealing *
sealing_new(const struct sql_seal_next_row *r)
{
	struct sealing *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->id = r->id;
	s->org = r->organisation;
	s->medium = r->medium;
	s->case_file = r->case_file;
	s->from = s->to = -1;
	s->kept = arena_new(KEPT_MAX);
	s->sum = sum_new(SUM_SHA256);
	key_random(&s->outer);
	key_random(&s->inner);
	return s;
}

static bool
org_of(
    struct house *h, int64_t id, const struct organisation **ret, struct err *e)
{
	return house_org(h, id, ret, e) ||
	       (house_reload(h, e) && house_org(h, id, ret, e));
}

static bool
put(void *ctx, const void *p, size_t n, struct err *e)
{
	struct sealing *s = ctx;

	s->stored += (int64_t)n;
	return blob_write(s->blob, p, n, e);
}

static bool
open_old(struct house *h, struct arena *a, struct sealing *s,
    const struct sql_seal_next_row *r, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	const struct organisation *org;
	char *name = arena_cstr(a, r->name);

	if (name == NULL ||
	    !arena_str(s->kept, r->name.p, r->name.n, &s->was) ||
	    !arena_str(s->kept, r->type.p, r->type.n, &s->type))
		return err_set(e, ERR_LIMIT, "a name is too long");
	if (!org_of(h, s->org, &org, e) ||
	    !blob_key_unwrap(a, org, r->name, r->key_wrapped, &key, e))
		return false;
	if (!blob_open(h->blobs, name, &s->from, e)) {
		if (e->kind == ERR_NOT_FOUND)
			e->kind = ERR_CORRUPT;
		return false;
	}
	s->reader = blob_reader_new(s->from, &key, e);
	return s->reader != NULL;
}

static bool
open_new(struct house *h, struct sealing *s, struct err *e)
{
	if (!blob_create(h->blobs, s->name, &s->to, e))
		return false;
	s->blob = blob_writer_new(s->to, &s->outer, e);
	if (s->blob == NULL)
		return false;
	s->object = object_writer_new(&s->inner, put, s);
	return true;
}

/* ---- 2: a piece after the other ---- */

static bool
copy(struct sealing *s, bool *ret_end, struct err *e)
{
	static char piece[PIECE];
	size_t n = 1;
	bool done = true;

	for (int i = 0; i < WORK_PIECES && n > 0 && done; i++) {
		done =
		    blob_read(s->reader, s->at, piece, sizeof(piece), &n, e) &&
		    (n == 0 || object_write(s->object, piece, n, e));
		if (done && n > 0)
			sum_add(s->sum, piece, n);
		s->at += (int64_t)n;
	}
	explicit_bzero(piece, sizeof(piece));
	*ret_end = n == 0;
	return done;
}

/* ---- 4: the transaction ---- */

static bool
erase_made(const struct deed *d, const struct sealing *s, struct err *e)
{
	struct sql_seal_stills_rows stills;
	int64_t rows;

	if (!sql_seal_stills(d->house->db, d->arena, s->medium, &stills, e))
		return false;
	for (size_t i = 0; i < stills.n; i++)
		if (!erasure_sealed(
			d->house, d->arena, stills.v[i].id, d->now, e))
			return false;
	return erasure_made_of(d->house, s->medium, e) &&
	       sql_seal_drop_renditions(d->house->db, s->medium, &rows, e);
}

static bool
add_box(const struct deed *d, const struct sealing *s,
    const struct sql_custodian_boxing_row *in,
    const struct sql_custodian_boxing_row *out, struct err *e)
{
	uint8_t box[BOX_NESTED];
	int64_t rows;

	if (in->public.n != BOX_PUBLIC || out->public.n != BOX_PUBLIC)
		return err_set(e, ERR_CORRUPT, "custodian %" PRId64, in->id);
	return box_to_two(&s->inner, (const uint8_t *)in->public.p,
		   (const uint8_t *)out->public.p, box, e) &&
	       sql_seal_box_add(d->house->db, s->id, in->id, out->id,
		   (str){(const char *)box, sizeof(box)}, &rows, e);
}

static bool
add_boxes(const struct deed *d, const struct sealing *s, struct err *e)
{
	struct sql_custodian_boxing_rows c;

	if (!sql_custodian_boxing(
		d->house->db, d->arena, d->org->id, s->id, &c, e))
		return false;
	if (c.n < CUSTODIAN_TWO)
		return err_set(e, ERR_BUSY, "too few custodians");
	for (size_t i = 0; i < c.n; i++)
		for (size_t k = i + 1; k < c.n; k++)
			if (!add_box(d, s, &c.v[i], &c.v[k], e))
				return false;
	return true;
}

static bool
swap(const struct deed *d, const struct sealing *s, str sha256, struct err *e)
{
	struct db *db = d->house->db;
	int64_t rows;
	str wrapped;

	if (!blob_key_wrap(
		d->arena, d->org, str_c(s->name), &s->outer, &wrapped, e) ||
	    !sql_seal_replace(db, str_c(s->name), wrapped, s->stored, s->medium,
		s->was, &rows, e))
		return false;
	if (rows != 1)
		return err_set(e, ERR_CONFLICT, "its file is another now");
	return sql_seal_done(
		   db, s->type, s->at, sha256, d->now, s->id, &rows, e) &&
	       (rows == 1 || err_set(e, ERR_CONFLICT, "it is sealed already"));
}

static bool
write_rows(
    const struct deed *d, const struct sealing *s, str sha256, struct err *e)
{
	const struct custody c = {.case_file = s->case_file};
	str detail;

	return erase_made(d, s, e) && add_boxes(d, s, e) &&
	       swap(d, s, sha256, e) &&
	       custody_record_detail(d, s->id, &detail, e) &&
	       custody_write(d, &c, STORY_SEALED, detail, (str){0}, e);
}

/* Names of the files that go: rows of theirs go before them. */
struct going {
	str *v;
	size_t n;
};

static bool
list_going(const struct deed *d, const struct sealing *s, struct going *ret,
    struct err *e)
{
	struct sql_seal_renditions_rows r;

	if (!sql_seal_renditions(d->house->db, d->arena, s->medium, &r, e))
		return false;
	ret->v = NEW_N(d->arena, str, r.n + 1);
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many files");
	for (ret->n = 0; ret->n < r.n; ret->n++)
		ret->v[ret->n] = r.v[ret->n].name;
	ret->v[ret->n++] = s->was;
	return true;
}

/* What stays is swept: nothing opens it. */
static void
remove_files(const struct deed *d, const struct going *g)
{
	struct err ignored;

	for (size_t i = 0; i < g->n; i++) {
		char *z = arena_cstr(d->arena, g->v[i]);

		if (z != NULL)
			(void)!blob_remove(d->house->blobs, z, &ignored);
	}
}

static bool
commit(const struct deed *d, struct sealing *s, str sha256, struct err *e)
{
	struct db *db = d->house->db;

	if (!db_begin(db, e))
		return false;
	if (write_rows(d, s, sha256, e) && db_commit(db, e)) {
		s->name[0] = '\0'; /* it has its row */
		return true;
	}
	db_rollback(db);
	return false;
}

static bool
goes_on(const struct custody_work *w, const char *step, struct err *e)
{
	return w->step == NULL || w->step(w->ctx, step) ||
	       err_set(e, ERR_BUSY, "stopped");
}

static bool
finish(struct house *h, struct custody_work *w, struct arena *a, struct err *e)
{
	struct sealing *s = w->now;
	struct deed d = {
	    .house = h, .arena = a, .actor = AUDIT_SERVER, .now = house_now(h)};
	uint8_t sha256[SUM_MAX];
	struct going going;
	int64_t ignored;

	if (!org_of(h, s->org, &d.org, e) || !object_end(s->object, e) ||
	    !blob_finish(s->blob, &ignored, e) || !goes_on(w, "written", e) ||
	    !blob_keep(h->blobs, s->name, e) || !goes_on(w, "in place", e))
		return false;
	d.today = day_of(d.org->zone, d.now);
	sum_end(s->sum, sha256);
	if (!list_going(&d, s, &going, e) ||
	    !commit(&d, s, (str){(const char *)sha256, 32}, e) ||
	    !goes_on(w, "committed", e))
		return false;
	db_settle(h->db);
	remove_files(&d, &going);
	return goes_on(w, "files gone", e);
}

/* ---- the turns ---- */

static const char *
why(const struct err *e)
{
	switch (e->kind) {
	case ERR_FULL:
	case ERR_READ_ONLY:
		return "room";
	case ERR_CORRUPT:
	case ERR_NOT_FOUND:
		return "damaged";
	default:
		return NULL;
	}
}

static void
note_wait(struct house *h, int64_t id, const char *word)
{
	struct err ignored;
	int64_t rows;

	if (word != NULL)
		(void)!sql_seal_wait(h->db, str_c(word), id, &rows, &ignored);
}

static bool
begin(struct house *h, struct custody_work *w, struct arena *a,
    const struct sql_seal_next_row *r, struct err *e)
{
	struct sql_custodian_boxing_rows c;

	if (!sql_custodian_boxing(h->db, a, r->organisation, r->id, &c, e))
		return false;
	if (c.n < CUSTODIAN_TWO) {
		note_wait(h, r->id, "custodians");
		return true;
	}
	w->now = sealing_new(r);
	return open_old(h, a, w->now, r, e) && goes_on(w, "opened", e) &&
	       open_new(h, w->now, e) && goes_on(w, "begun", e);
}

static bool
one_turn(
    struct house *h, struct custody_work *w, struct arena *a, struct err *e)
{
	bool end = false;

	if (!copy(w->now, &end, e) || !goes_on(w, "copied", e))
		return false;
	if (!end)
		return true;
	if (!finish(h, w, a, e))
		return false;
	sealing_free(h, w->now);
	w->now = NULL;
	return true;
}

/* Stopped by a test it is dead: nothing is tidied. */
static void
give_up(struct house *h, struct custody_work *w, int64_t now_ms,
    const struct err *e)
{
	if (w->now == NULL)
		return;
	note_wait(h, w->now->id, why(e));
	sealing_free(w->step == NULL ? h : NULL, w->now);
	w->now = NULL;
	w->not_before_ms = now_ms + WORK_AGAIN_MS;
}

bool
custody_work_turn(struct house *h, struct custody_work *w, struct arena *a,
    int64_t now_ms, bool *ret_more, struct err *e)
{
	struct sql_seal_next_row r = {0};
	bool found = true, done;

	*ret_more = false;
	if (now_ms < w->not_before_ms)
		return true;
	if (w->now != NULL) {
		done = one_turn(h, w, a, e);
	} else {
		if (!sql_seal_next(h->db, a, w->after, &found, &r, e))
			return err_wrap(e, "what is to be sealed");
		w->after = found ? r.id : 0;
		done = !found || begin(h, w, a, &r, e);
	}
	if (!done) {
		give_up(h, w, now_ms, e);
		return err_wrap(e, "seal");
	}
	*ret_more = found;
	return true;
}
