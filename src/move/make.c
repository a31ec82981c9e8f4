#include "move/make.h"

#include <inttypes.h>
#include <stdlib.h>

#include "crypto/sum.h"
#include "sql_leaving.h"

#define KEPT_MAX ((size_t)64 << 20)

struct making {
	int64_t id, org;
	struct arena *kept; /* of all below */
	struct leaving l;
	struct memories list;
	struct manifest m;
	struct buf record;
	str mark; /* of all that there is, also of what does not fit */
	bool partly;
	size_t summed, written; /* pictures */
	struct parcel_file file;
	str wrapped;
	struct blob_writer *blob;
	struct seal_writer *seal;
};

static void
making_free(struct house *h, struct making *k)
{
	struct err ignored;

	if (k == NULL)
		return;
	seal_writer_free(k->seal);
	blob_writer_free(k->blob);
	if (k->file.name[0] != '\0')
		(void)!blob_remove(h->parcels, k->file.name, &ignored);
	parcel_file_done(&k->file);
	buf_done(&k->record);
	arena_free(k->kept);
	free(k);
}

void
make_done(struct make *m)
{
	if (m->now != NULL) {
		m->now->file.name[0] = '\0'; /* swept */
		making_free(NULL, m->now);
	}
	m->now = NULL;
}

static bool
deed_of(struct house *h, struct arena *a, int64_t org, struct deed *ret,
    struct err *e)
{
	const struct organisation *o;
	int64_t now = house_now(h);

	if (!house_org(h, org, &o, e) &&
	    !(house_reload(h, e) && house_org(h, org, &o, e)))
		return false;
	*ret = (struct deed){h, a, o, AUDIT_SERVER, now, day_of(o->zone, now)};
	return true;
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

static bool
list_pictures(const struct deed *d, const struct viewer *v, struct making *k,
    struct err *e)
{
	if (!k->l.want.photos)
		return true;
	return memories_list(d->house, k->kept, d->org, v, k->l.child, d->now,
	    d->today, &k->list, e);
}

size_t
make_fits(const struct memories *m)
{
	uint64_t bytes = 0;
	size_t n = 0;

	while (n < m->n && n + 1 < MANIFEST_PARTS_MAX) {
		bytes += m->v[m->n - n - 1].bytes;
		if (bytes > MAKE_PICTURES_MAX)
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
		m->v[i + 1] = (struct manifest_part){.day = k->list.v[i].day,
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
	    !viewer_of(&kept, &k->l, &v, e) || !list_pictures(&kept, v, k, e) ||
	    !record_write(
		&kept, v, k->l.child, &k->l.want.record, &k->record, e) ||
	    !leave_mark(
		&kept, &k->l.want, &k->list, buf_view(&k->record), &k->mark, e))
		return false;
	keep_newest(k);
	if (!fill_manifest(&kept, k, e))
		return false;
	sum_of(buf_view(&k->record), k->m.v[0].sha256);
	return true;
}

static struct making *
making_new(int64_t id, int64_t org)
{
	struct making *k = calloc(1, sizeof(*k));

	if (k == NULL)
		abort();
	k->id = id;
	k->org = org;
	k->kept = arena_new(KEPT_MAX);
	k->record = BUF_MAX(MANIFEST_RECORD_MAX);
	k->file = PARCEL_FILE;
	return k;
}

/* ---- one picture ---- */

struct copying {
	struct sum *sum;
	struct seal_writer *seal; /* NULL: only to know it */
	uint64_t bytes;
};

static bool
take(void *ctx, const void *p, size_t n, struct err *e)
{
	struct copying *c = ctx;

	sum_add(c->sum, p, n);
	c->bytes += n;
	return c->seal == NULL || seal_write(c->seal, p, n, e);
}

static bool
copy(const struct deed *d, struct making *k, size_t i, struct seal_writer *to,
    uint8_t ret_sum[MANIFEST_SHA], uint64_t *ret_bytes, struct err *e)
{
	OWNED(sum) sum = sum_new(SUM_SHA256);
	struct copying c = {sum, to, 0};
	const struct grant *g;
	struct memory m;
	struct viewer *v;

	if (!viewer_of(d, &k->l, &v, e) ||
	    !memories_grant(d->house, d->arena, d->org, v, k->l.child,
		k->list.v[i].medium, d->now, d->today, &g, &m, e))
		return false;
	if (!str_eq(m.mark, k->list.v[i].mark))
		return err_set(e, ERR_CONFLICT, "a picture changed meanwhile");
	if (!memories_copy(d->house, d->arena, d->org, g, take, &c, e))
		return false;
	sum_end(sum, ret_sum);
	*ret_bytes = c.bytes;
	return true;
}

static bool
sum_one(const struct deed *d, struct making *k, struct err *e)
{
	struct manifest_part *p = &k->m.v[k->summed + 1];

	if (!copy(d, k, k->summed, NULL, p->sha256, &p->bytes, e))
		return false;
	k->summed++;
	return p->bytes <= MANIFEST_PHOTO_MAX ||
	       err_set(e, ERR_LIMIT, "a picture is too large");
}

static bool
write_one(const struct deed *d, struct making *k, struct err *e)
{
	const struct manifest_part *p = &k->m.v[k->written + 1];
	uint8_t sum[MANIFEST_SHA];
	uint64_t bytes;

	if (!copy(d, k, k->written, k->seal, sum, &bytes, e))
		return false;
	k->written++;
	return (bytes == p->bytes &&
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

	if (manifest_bytes(&k->m) > MAKE_BYTES_MAX)
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
	int64_t rows;

	if (!sql_leaving_made(d->house->db, str_c(k->file.name), k->wrapped,
		bytes, (int64_t)k->list.n, k->mark, d->now, k->m.expires_at,
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

/* *ret_done: nothing of it is left to do. */
static bool
step(const struct deed *d, struct making *k, bool *ret_done, struct err *e)
{
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
failed(const struct deed *d, const struct making *k, const struct err *why,
    struct err *e)
{
	int64_t rows;

	if (why->kind == ERR_DENIED)
		return end_it(d, k, e);
	return sql_leaving_fault(d->house->db,
	    why->kind == ERR_FULL    ? S("full")
	    : why->kind == ERR_LIMIT ? S("limit")
				     : (str){0},
	    k->id, &rows, e);
}

static bool
look(struct house *h, struct make *m, struct arena *a, struct err *e)
{
	struct sql_leaving_to_make_row row;
	bool found;

	if (!sql_leaving_to_make(h->db, a, &found, &row, e))
		return err_wrap(e, "moves");
	if (found)
		m->now = making_new(row.id, row.organisation);
	return true;
}

bool
make_turn(struct house *h, struct make *m, struct arena *a, int64_t now_ms,
    bool *ret_more, struct err *e)
{
	struct err ignored;
	struct deed d;
	bool done;

	*ret_more = false;
	if (m->now == NULL && now_ms < m->not_before_ms)
		return true;
	if (m->now == NULL && !look(h, m, a, e))
		return false;
	if (m->now == NULL)
		return true;
	*ret_more = true;
	if (!deed_of(h, a, m->now->org, &d, e))
		return false;
	if (step(&d, m->now, &done, e)) {
		if (done) {
			making_free(h, m->now);
			m->now = NULL;
		}
		return true;
	}
	*ret_more = false;
	m->not_before_ms = now_ms + MAKE_AGAIN_MS;
	(void)!failed(&d, m->now, e, &ignored);
	(void)err_wrap(e, "parcel of leaving %" PRId64, m->now->id);
	making_free(h, m->now);
	m->now = NULL;
	return false;
}
