#include "move/make.h"

#include <inttypes.h>
#include <stdlib.h>

#include "crypto/sum.h"
#include "sql_leaving.h"

#define KEPT_MAX ((size_t)64 << 20)

struct making {
	int64_t id;
	struct arena *kept; /* of all below */
	struct leaving l;
	struct folder list;
	struct manifest m;
	struct buf record;
	str mark; /* of all that there is, also of what does not fit */
	bool partly;
	size_t summed, written; /* items */
	/* The item that is being read, for either. */
	struct folder_reading reading;
	struct sum *sum; /* NULL: it begins */
	uint64_t bytes;
	struct parcel_file file;
	str wrapped;
	struct blob_writer *blob;
	struct seal_writer *seal;
};

static void *
making_new(int64_t id)
{
	struct making *k = calloc(1, sizeof(*k));

	if (k == NULL)
		abort();
	k->id = id;
	k->kept = arena_new(KEPT_MAX);
	k->record = BUF_MAX(MANIFEST_RECORD_MAX);
	k->file = PARCEL_FILE;
	return k;
}

static void
making_drop(struct house *h, void *work)
{
	struct making *k = work;
	struct err ignored;

	if (k->file.name[0] != '\0')
		(void)!blob_remove(h->parcels, k->file.name, &ignored);
	k->file.name[0] = '\0';
	/* Its room is free once nobody has it open. */
	parcel_file_done(&k->file);
}

static void
making_free(void *work)
{
	struct making *k = work;

	folder_reading_done(&k->reading);
	sum_free(k->sum);
	seal_writer_free(k->seal);
	blob_writer_free(k->blob);
	parcel_file_done(&k->file);
	buf_done(&k->record);
	arena_free(k->kept);
	free(k);
}

/* ---- what is to be in it ---- */

static bool
viewer_of(const struct deed *d, const struct leaving *l, struct viewer **ret,
    struct err *e)
{
	if (!viewer_load(
		d->house, d->arena, d->org, l->asker, d->today, ret, e))
		return false;
	return leave_may(*ret, l->child) ||
	       err_set(e, ERR_DENIED, "who asked may not any more");
}

size_t
make_fits(const struct folder *f)
{
	uint64_t bytes = 0;
	size_t n = 0;

	while (n < f->n && n + 1 < MANIFEST_PARTS_MAX) {
		bytes += f->v[f->n - n - 1].bytes;
		if (bytes > MAKE_ITEMS_MAX)
			break;
		n++;
	}
	return n;
}

static void
keep_newest(struct making *k)
{
	size_t n = make_fits(&k->list);

	k->partly = n < k->list.n;
	k->list.v += k->list.n - n;
	k->list.n = n;
}

static void
random_child(const struct deed *d, const struct making *k, uint8_t *ret)
{
	str s = key_digest(d->arena, &d->org->digest, "leaving.child",
	    arena_i64(d->arena, k->l.child));

	if (s.n >= MANIFEST_ID)
		memcpy(ret, s.p, MANIFEST_ID);
}

static bool
fill_manifest(const struct deed *d, struct making *k, struct err *e)
{
	struct manifest *m = &k->m;

	m->n = k->list.n + 1;
	m->v = NEW_N(k->kept, struct manifest_part, m->n);
	if (m->v == NULL)
		return err_set(e, ERR_LIMIT, "no room for a manifest");
	parcels_card(d->org, &m->from);
	memcpy(m->to, k->l.to.box, CARD_KEY);
	memcpy(m->id, k->l.token, MANIFEST_ID);
	random_child(d, k, m->child);
	m->made_at = d->now;
	m->expires_at = d->now + (int64_t)LEAVE_DAYS * 86400;
	m->v[0].bytes = k->record.n;
	for (size_t i = 0; i < k->list.n; i++)
		m->v[i + 1] = (struct manifest_part){.kind = k->list.v[i].kind,
		    .day = k->list.v[i].day,
		    .taken_at = k->list.v[i].taken_at == DB_NULL
				    ? MANIFEST_NO_TIME
				    : k->list.v[i].taken_at,
		    .caption = k->list.v[i].caption};
	return true;
}

static void
sum_of(str s, uint8_t ret[MANIFEST_SHA])
{
	OWNED(sum) sum = sum_new(SUM_SHA256);

	sum_add(sum, s.p, s.n);
	sum_end(sum, ret);
}

/* What outlives this turn is of k->kept. */
static bool
begin_with(const struct deed *d, struct making *k, struct err *e)
{
	struct deed kept = *d;
	struct viewer *v;

	kept.arena = k->kept;
	if (!leave_load(&kept, k->id, &k->l, e) ||
	    !viewer_of(&kept, &k->l, &v, e) ||
	    !folder_list(
		&kept, v, k->l.child, &k->l.want.folder, &k->list, e) ||
	    !record_write(
		&kept, v, k->l.child, &k->l.want.record, &k->record, e) ||
	    !leave_mark(&kept, &k->list, buf_view(&k->record), &k->mark, e))
		return false;
	keep_newest(k);
	if (!fill_manifest(&kept, k, e))
		return false;
	sum_of(buf_view(&k->record), k->m.v[0].sha256);
	return true;
}

/* ---- one item ---- */

struct copying {
	struct making *k;
	bool seal; /* or only to know it */
};

static bool
take(void *ctx, const void *p, size_t n, struct err *e)
{
	struct copying *c = ctx;

	sum_add(c->k->sum, p, n);
	c->k->bytes += n;
	return !c->seal || seal_write(c->k->seal, p, n, e);
}

/* Its next bytes; ret_sum and k->bytes are of the whole once *ret_end. */
static bool
copy(const struct deed *d, struct making *k, size_t i, bool seal,
    uint8_t ret_sum[MANIFEST_SHA], bool *ret_end, struct err *e)
{
	struct copying c = {k, seal};
	struct viewer *v;

	if (k->sum == NULL) {
		k->sum = sum_new(SUM_SHA256);
		k->bytes = 0;
	}
	if (!viewer_of(d, &k->l, &v, e) ||
	    !folder_read(d, v, k->l.child, &k->list.v[i], &k->reading, take, &c,
		ret_end, e))
		return false;
	if (!*ret_end)
		return true;
	sum_end(k->sum, ret_sum);
	sum_free(k->sum);
	k->sum = NULL;
	return true;
}

/* Its bytes are damaged here: the others go, and it is counted. */
static void
leave_out(struct making *k)
{
	size_t i = k->summed, rest = k->list.n - i - 1;

	folder_reading_done(&k->reading);
	sum_free(k->sum);
	k->sum = NULL;
	memmove(&k->list.v[i], &k->list.v[i + 1], rest * sizeof(*k->list.v));
	memmove(&k->m.v[i + 1], &k->m.v[i + 2], rest * sizeof(*k->m.v));
	k->list.n--;
	k->m.n--;
	k->list.left_out++;
}

static bool
sum_one(const struct deed *d, struct making *k, struct err *e)
{
	struct manifest_part *p = &k->m.v[k->summed + 1];
	bool end;

	if (!copy(d, k, k->summed, false, p->sha256, &end, e)) {
		if (e->kind != ERR_CORRUPT)
			return false;
		leave_out(k);
		return true;
	}
	p->bytes = k->bytes;
	k->summed += end;
	return p->bytes <= manifest_kind_max(p->kind) ||
	       err_set(e, ERR_LIMIT, "a picture is too large");
}

static bool
write_one(const struct deed *d, struct making *k, struct err *e)
{
	const struct manifest_part *p = &k->m.v[k->written + 1];
	uint8_t sum[MANIFEST_SHA];
	bool end;

	if (!copy(d, k, k->written, true, sum, &end, e))
		return false;
	if (!end)
		return true;
	k->written++;
	return (k->bytes == p->bytes &&
		   memcmp(sum, p->sha256, sizeof(sum)) == 0) ||
	       err_set(e, ERR_CONFLICT, "a picture changed meanwhile");
}

/* ---- the file ---- */

static bool
put(void *ctx, const void *p, size_t n, struct err *e)
{
	return blob_write(ctx, p, n, e);
}

static bool
open_file(const struct deed *d, struct making *k, struct err *e)
{
	CLEANUP(seal_keys_done) struct seal_keys keys;

	if (parcel_manifest_bytes(&k->m) > MAKE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "too much for a parcel");
	seal_keys(&d->org->key, &keys);
	return parcels_create(d->house, k->kept, d->org, k->l.child, &k->file,
		   &k->wrapped, e) &&
	       (k->blob = blob_writer_new(k->file.fd, &k->file.key, e)) !=
		   NULL &&
	       (k->seal = seal_writer_new(k->l.to.box, put, k->blob, e)) !=
		   NULL &&
	       seal_write_head(k->seal, &k->m, &keys, e) &&
	       seal_write(k->seal, k->record.p, k->record.n, e);
}

static bool
write_row(const struct deed *d, struct making *k, int64_t bytes, struct err *e)
{
	struct deed_about about = {.kind = "leaving",
	    .id = k->id,
	    .child = k->l.child,
	    .detail = arena_i64(d->arena, (int64_t)k->list.n)};
	struct folder_count n;
	int64_t rows;

	folder_count(&k->list, &n);
	if (!sql_leaving_made(d->house->db, str_c(k->file.name), k->wrapped,
		bytes, n.photos, n.videos, n.documents,
		(int64_t)k->list.left_out, k->mark, d->now, k->m.expires_at,
		k->partly ? S("limit") : (str){0}, k->id, &rows, e))
		return false;
	return (rows == 1 ||
		   err_set(e, ERR_CONFLICT, "it is not wanted any more")) &&
	       deed_note(d, AUDIT_MOVE_MADE, &about, e);
}

/* The file is in its place before the row that names it. */
static bool
close_file(const struct deed *d, struct making *k, struct err *e)
{
	struct db *db = d->house->db;
	int64_t bytes;

	if (!seal_end(k->seal, e) || !blob_finish(k->blob, &bytes, e) ||
	    !parcels_keep(d->house, k->file.name, e) || !db_begin(db, e))
		return false;
	if (write_row(d, k, bytes, e) && db_commit(db, e)) {
		k->file.name[0] = '\0'; /* the row's */
		return true;
	}
	db_rollback(db);
	return false;
}

/* ---- turns ---- */

static bool
making_step(const struct deed *d, void *work, bool *ret_done, struct err *e)
{
	struct making *k = work;

	*ret_done = false;
	if (k->m.v == NULL)
		return begin_with(d, k, e);
	if (k->summed < k->list.n)
		return sum_one(d, k, e);
	if (k->seal == NULL)
		return open_file(d, k, e);
	if (k->written < k->list.n)
		return write_one(d, k, e);
	*ret_done = true;
	return close_file(d, k, e);
}

static bool
end_it(const struct deed *d, const struct making *k, struct err *e)
{
	struct db *db = d->house->db;

	if (!db_begin(db, e))
		return false;
	if (leave_end(d, &k->l, e) && db_commit(db, e))
		return true;
	db_rollback(db);
	return false;
}

/* Said on the pages; tried again, but what nobody may have any more and what
 * is too much for one file. */
static bool
making_settle(const struct deed *d, const void *work, const struct err *why,
    bool *ret, struct err *e)
{
	const struct making *k = work;
	int64_t rows;

	*ret = false;
	if (why->kind == ERR_DENIED)
		return end_it(d, k, e);
	return sql_leaving_fault(d->house->db,
	    why->kind == ERR_FULL    ? S("full")
	    : why->kind == ERR_LIMIT ? S("limit")
				     : (str){0},
	    k->id, &rows, e);
}

static bool
making_find(struct house *h, struct arena *a, int64_t after, int64_t *ret_id,
    int64_t *ret_org, struct err *e)
{
	struct sql_leaving_to_make_row row;
	bool found;

	if (!sql_leaving_to_make(h->db, a, after, &found, &row, e))
		return false;
	*ret_id = found ? row.id : 0;
	*ret_org = found ? row.organisation : 0;
	return true;
}

const struct turn_kind make_kind = {"parcel of leaving", making_find,
    making_new, making_step, making_drop, making_settle, making_free};

bool
make_uses(const struct turn *t, const char *name)
{
	const struct making *k = t->work;

	return k != NULL && strcmp(k->file.name, name) == 0;
}
