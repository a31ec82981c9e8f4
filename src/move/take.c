#include "move/take.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "erasure/erasure.h"
#include "sharing/blob_key.h"
#include "sql_arriving.h"
#include "sql_blob.h"
#include "sql_job.h"
#include "sql_medium.h"
#include "sql_post.h"
#include "sql_post_audience.h"

#define KEPT_MAX ((size_t)32 << 20)
#define INTAKE_JOB "intake"

/* A part on its way to be a medium. */
struct stored {
	char name[BLOB_NAME_MAX]; /* "": none */
	struct key key;
	int fd;
	struct blob_writer *writer;
};

struct taking {
	int64_t id;
	struct arena *kept;
	struct arriving r;
	struct parcel_file file;
	struct blob_reader *blob;
	int64_t at; /* of the blob */
	struct seal_keys keys;
	struct seal_reader *seal;
	struct manifest m;
	size_t read; /* parts */
	struct buf record;
	struct stored stored;
};

static void *
taking_new(int64_t id)
{
	struct taking *k = calloc(1, sizeof(*k));

	if (k == NULL)
		abort();
	k->id = id;
	k->kept = arena_new(KEPT_MAX);
	k->file = PARCEL_FILE;
	k->record = BUF_MAX(MANIFEST_RECORD_MAX);
	k->stored.fd = -1;
	return k;
}

static void
stored_close(struct stored *s)
{
	blob_writer_free(s->writer);
	if (s->fd >= 0)
		(void)close(s->fd);
	key_done(&s->key);
	*s = (struct stored){.fd = -1};
}

static void
taking_drop(struct house *h, void *work)
{
	struct taking *k = work;
	struct err ignored;

	if (k->stored.name[0] != '\0')
		(void)!blob_remove(h->blobs, k->stored.name, &ignored);
	/* Its room is free once nobody has it open. */
	stored_close(&k->stored);
}

static void
taking_free(void *work)
{
	struct taking *k = work;

	stored_close(&k->stored);
	seal_reader_free(k->seal);
	blob_reader_free(k->blob);
	parcel_file_done(&k->file);
	seal_keys_done(&k->keys);
	buf_done(&k->record);
	arena_free(k->kept);
	free(k);
}

/* ---- reading ---- */

static bool
get(void *ctx, void *to, size_t n, size_t *ret_n, struct err *e)
{
	struct taking *k = ctx;

	if (!blob_read(k->blob, k->at, to, n, ret_n, e))
		return false;
	k->at += (int64_t)*ret_n;
	return true;
}

/* What was in time when it came is in time when it is taken in. */
static bool
begin(const struct deed *d, struct taking *k, struct err *e)
{
	struct deed kept = *d;

	kept.arena = k->kept;
	if (!arrive_load(&kept, k->id, &k->r, e) ||
	    !parcels_open(d->house, k->kept, d->org, k->r.child, k->r.name,
		k->r.key_wrapped, false, &k->file, e) ||
	    (k->blob = blob_reader_new(k->file.fd, &k->file.key, e)) == NULL)
		return false;
	seal_keys(&d->org->key, &k->keys);
	k->seal = seal_reader_new(&k->keys, get, k);
	return seal_read_head(k->seal, k->kept,
	    k->r.state == ARRIVE_CONFIRMED ? 0 : d->now, &k->m, e);
}

/* ---- the end of a check ---- */

static bool
note(const struct deed *d, enum audit_action action, const struct taking *k,
    str detail, struct err *e)
{
	struct deed_about about = {.kind = "arriving",
	    .id = k->id,
	    .child = k->r.child,
	    .detail = detail};

	return deed_note(d, action, &about, e);
}

static bool
damage_rows(const struct deed *d, const struct taking *k, str word, int64_t at,
    struct err *e)
{
	int64_t rows;

	return sql_arriving_damaged(
		   d->house->db, word, at, d->now, k->id, &rows, e) &&
	       (rows == 0 || note(d, AUDIT_MOVE_DAMAGED, k, word, e));
}

static bool
erase_albums(const struct deed *d, const struct taking *k, struct err *e)
{
	struct sql_arriving_posts_rows posts;
	struct sql_medium_of_post_rows media;
	int64_t held = 0;

	if (!sql_arriving_posts(d->house->db, d->arena, k->id, &posts, e))
		return false;
	for (size_t i = 0; i < posts.n; i++) {
		if (!sql_medium_of_post(
			d->house->db, d->arena, posts.v[i].id, &media, e))
			return false;
		for (size_t n = 0; n < media.n; n++)
			if (!erasure_medium_when_free(d->house, d->arena,
				media.v[n].id, d->now, &held, e))
				return false;
	}
	return true;
}

/* Nothing half: of one that was being taken in, all goes again. */
static bool
damaged(const struct deed *d, const struct taking *k, str word, int64_t at,
    struct err *e)
{
	struct db *db = d->house->db;

	if (!db_begin(db, e))
		return false;
	if (damage_rows(d, k, word, at, e) &&
	    (k->r.state != ARRIVE_CONFIRMED || erase_albums(d, k, e)) &&
	    db_commit(db, e)) {
		parcels_remove(d->house, d->arena, k->r.name);
		return true;
	}
	db_rollback(db);
	return false;
}

static bool
check_rows(const struct deed *d, const struct taking *k, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	const struct manifest *m = &k->m;
	str sealed;
	int64_t rows;

	return parcels_child_key(
		   d->house, d->arena, d->org, k->r.child, &key, e) &&
	       text_seal(d->arena, &key, "arriving.record_enc",
		   buf_view(&k->record), &sealed, e) &&
	       sql_arriving_checked(d->house->db, card_text(d->arena, &m->from),
		   (str){(const char *)m->from.sign, CARD_KEY},
		   (str){(const char *)m->id, MANIFEST_ID}, m->made_at,
		   parcel_manifest_count(m, MANIFEST_PHOTO),
		   parcel_manifest_count(m, MANIFEST_VIDEO),
		   parcel_manifest_count(m, MANIFEST_DOCUMENT), sealed, k->id,
		   &rows, e);
}

static bool
is_twice(const struct deed *d, const struct taking *k, bool *ret, struct err *e)
{
	struct sql_arriving_twice_row row;

	return sql_arriving_twice(d->house->db, d->arena, d->org->id,
	    (str){(const char *)k->m.from.sign, CARD_KEY},
	    (str){(const char *)k->m.id, MANIFEST_ID}, ret, &row, e);
}

static bool
finish_check(const struct deed *d, struct taking *k, struct err *e)
{
	struct record_lines lines;
	struct db *db = d->house->db;
	struct err why;
	bool twice;

	if (!seal_read_end(k->seal, e) || !is_twice(d, k, &twice, e))
		return false;
	if (twice)
		return damaged(d, k, S("twice"), DB_NULL, e);
	if (!utf8_valid(buf_view(&k->record)) ||
	    !record_read(d->arena, buf_view(&k->record), &lines, &why))
		return damaged(
		    d, k, str_c(seal_fault_word(SEAL_FORGED)), DB_NULL, e);
	if (!db_begin(db, e))
		return false;
	if (check_rows(d, k, e) && db_commit(db, e))
		return true;
	db_rollback(db);
	return false;
}

/* ---- taking in ---- */

static bool
make_album(
    const struct deed *d, const struct taking *k, int64_t *ret, struct err *e)
{
	struct sql_arriving_post_add_row row;
	str title =
	    lang_fill(d->arena, lang_text(d->org->lang, N_("Memories from %1")),
		&k->r.from.name, 1);
	str title_enc, body_enc;
	int64_t rows;

	if (!text_seal(d->arena, &d->org->key, "post.title_enc", title,
		&title_enc, e) ||
	    !text_seal(
		d->arena, &d->org->key, "post.body_enc", S(""), &body_enc, e) ||
	    !sql_arriving_post_add(d->house->db, d->arena, d->org->id,
		k->r.bringer, title_enc, body_enc, d->today, d->now, k->id,
		&row, e))
		return false;
	*ret = row.id;
	return sql_audience_add(
	    d->house->db, row.id, DB_NULL, k->r.child, d->today, &rows, e);
}

static bool
find_album(const struct deed *d, const struct taking *k, size_t picture,
    int64_t *ret, struct err *e)
{
	struct sql_arriving_post_row row;
	bool found;

	if (!sql_arriving_post(d->house->db, d->arena, k->id,
		(int64_t)(picture / ARRIVE_ALBUM_MAX), &found, &row, e))
		return false;
	if (!found)
		return make_album(d, k, ret, e);
	*ret = row.id;
	return true;
}

static bool
open_stored(const struct deed *d, struct stored *s, struct err *e)
{
	if (!blob_create(d->house->blobs, s->name, &s->fd, e)) {
		s->name[0] = '\0';
		return false;
	}
	key_random(&s->key);
	s->writer = blob_writer_new(s->fd, &s->key, e);
	return s->writer != NULL;
}

/* What it is, its own intake finds out. */
static bool
part_rows(
    const struct deed *d, const struct taking *k, size_t picture, struct err *e)
{
	const struct manifest_part *p = &k->m.v[picture + 1];
	const struct stored *s = &k->stored;
	struct sql_arriving_medium_add_row medium;
	struct sql_blob_add_row blob;
	struct db *db = d->house->db;
	str caption, wrapped, name = str_c(s->name);
	str digest = key_digest(d->arena, &d->org->digest,
	    "medium.bytes_digest", (str){(const char *)p->sha256, 32});
	int64_t post, rows;

	if (!find_album(d, k, picture, &post, e) ||
	    !text_seal(d->arena, &d->org->key, "medium.caption_enc",
		p->caption.n > 0 ? p->caption : (str){0}, &caption, e) ||
	    !blob_key_wrap(d->arena, d->org, name, &s->key, &wrapped, e) ||
	    !sql_arriving_medium_add(db, d->arena, d->org->id, post,
		k->r.bringer, (int64_t)picture + 1, caption,
		p->taken_at == MANIFEST_NO_TIME ? DB_NULL : p->taken_at, digest,
		d->now, &medium, e) ||
	    !sql_blob_add(db, d->arena, medium.id, 0, name, wrapped,
		(int64_t)p->bytes, 0, 0, S("application/octet-stream"), 0,
		d->now, &blob, e) ||
	    !sql_job_add(db, S(INTAKE_JOB), medium.id, d->now, &rows, e) ||
	    !sql_arriving_imported(db, k->id, (int64_t)picture, &rows, e))
		return false;
	return rows == 1 || err_set(e, ERR_CONFLICT, "it is in already");
}

/* File first, then the rows that name it. */
static bool
keep_part(const struct deed *d, struct taking *k, size_t picture, struct err *e)
{
	struct db *db = d->house->db;
	int64_t bytes;

	if (!blob_finish(k->stored.writer, &bytes, e) ||
	    !blob_keep(d->house->blobs, k->stored.name, e) || !db_begin(db, e))
		return false;
	if (!part_rows(d, k, picture, e) || !db_commit(db, e)) {
		db_rollback(db);
		return false;
	}
	stored_close(&k->stored); /* the row's */
	return true;
}

static bool
publish_all(const struct deed *d, const struct taking *k, struct err *e)
{
	struct sql_arriving_posts_rows posts;
	struct db *db = d->house->db;
	int64_t rows;

	if (!sql_arriving_posts(db, d->arena, k->id, &posts, e))
		return false;
	for (size_t i = 0; i < posts.n; i++)
		if (!sql_post_publish(
			db, d->now, d->now, posts.v[i].id, &rows, e) ||
		    !sql_post_recount(db, posts.v[i].id, &rows, e))
			return false;
	return sql_arriving_done(db, d->now, k->id, &rows, e) &&
	       (rows == 1 || err_set(e, ERR_CONFLICT, "it is done")) &&
	       note(d, AUDIT_MOVE_DONE, k,
		   arena_i64(d->arena, (int64_t)k->m.n - 1), e);
}

static bool
finish_import(const struct deed *d, struct taking *k, struct err *e)
{
	struct db *db = d->house->db;

	if (!seal_read_end(k->seal, e) || !db_begin(db, e))
		return false;
	if (!publish_all(d, k, e) || !db_commit(db, e)) {
		db_rollback(db);
		return false;
	}
	parcels_remove(d->house, d->arena, k->r.name);
	return true;
}

/* ---- one part ---- */

/* To be stored, not there already? */
static bool
is_wanted(const struct taking *k)
{
	return k->r.state == ARRIVE_CONFIRMED && k->read > 0 &&
	       (int64_t)k->read - 1 >= k->r.imported;
}

static bool
put_bytes(struct taking *k, const void *p, size_t n, struct err *e)
{
	if (k->read == 0)
		buf_put(&k->record, p, n);
	return !is_wanted(k) || blob_write(k->stored.writer, p, n, e);
}

/* The next bytes of the next part. */
static bool
some_bytes(const struct deed *d, struct taking *k, struct err *e)
{
	static char chunk[SEAL_CHUNK];
	const struct manifest_part *p = &k->m.v[k->read];
	size_t done = 0, n;
	bool whole = false;

	if (is_wanted(k) && k->stored.writer == NULL &&
	    !open_stored(d, &k->stored, e))
		return false;
	while (!whole && done < FOLDER_PIECE) {
		if (!seal_read_part(
			k->seal, p, chunk, sizeof(chunk), &n, &whole, e) ||
		    !put_bytes(k, chunk, n, e))
			return false;
		done += n;
	}
	if (whole && is_wanted(k) && !keep_part(d, k, k->read - 1, e))
		return false;
	k->read += whole;
	return true;
}

/* ---- turns ---- */

static bool
taking_step(const struct deed *d, void *work, bool *ret_done, struct err *e)
{
	struct taking *k = work;

	*ret_done = false;
	if (k->seal == NULL)
		return begin(d, k, e);
	if (k->read < k->m.n)
		return some_bytes(d, k, e);
	*ret_done = true;
	return k->r.state == ARRIVE_CONFIRMED ? finish_import(d, k, e)
					      : finish_check(d, k, e);
}

/* Whether the file is to blame: then it is said, and *ret. */
static bool
blame(const struct deed *d, const struct taking *k, const struct err *why,
    bool *ret, struct err *e)
{
	enum seal_fault f =
	    k->seal == NULL ? SEAL_FINE : seal_reader_fault(k->seal);

	*ret = true;
	if (f != SEAL_FINE)
		return damaged(d, k, str_c(seal_fault_word(f)),
		    f == SEAL_ALTERED || f == SEAL_CUT
			? (int64_t)seal_reader_at(k->seal)
			: DB_NULL,
		    e);
	if (k->r.id != 0 &&
	    (why->kind == ERR_NOT_FOUND || why->kind == ERR_CORRUPT))
		return damaged(d, k, S("lost"), DB_NULL, e);
	*ret = false;
	return true;
}

/* A full disk is said, and it is tried again. */
static bool
taking_settle(const struct deed *d, const void *work, const struct err *why,
    bool *ret, struct err *e)
{
	const struct taking *k = work;
	int64_t rows;

	if (!blame(d, k, why, ret, e)) {
		*ret = false; /* not said: again, after a while */
		return false;
	}
	return *ret || sql_arriving_full(d->house->db,
			   why->kind == ERR_FULL ? S("full") : (str){0}, k->id,
			   &rows, e);
}

static bool
taking_find(struct house *h, struct arena *a, int64_t after, int64_t *ret_id,
    int64_t *ret_org, struct err *e)
{
	struct sql_arriving_to_do_row row;
	bool found;

	if (!sql_arriving_to_do(h->db, a, after, &found, &row, e))
		return false;
	*ret_id = found ? row.id : 0;
	*ret_org = found ? row.organisation : 0;
	return true;
}

const struct turn_kind take_kind = {"arriving", taking_find, taking_new,
    taking_step, taking_drop, taking_settle, taking_free};
