#include "jobs/intake.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "erasure/erasure.h"
#include "hash/kind.h"
#include "jobs/look.h"
#include "jobs/rendition.h"
#include "mark/embed.h"
#include "media/sniff.h"
#include "sharing/blob_key.h"
#include "sql_blob.h"
#include "sql_job.h"
#include "sql_medium.h"
#include "sql_medium_hash.h"
#include "sql_post.h"

#define BEGINS 256 /* bytes that say what a file is */
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

const uint32_t intake_sides[MEDIA_SIDES] = {2048, 1024, 320};

bool
intake_org(
    struct house *h, int64_t id, const struct organisation **ret, struct err *e)
{
	/* An organisation that was made after this process began. */
	return house_org(h, id, ret, e) ||
	       (house_reload(h, e) && house_org(h, id, ret, e));
}

bool
intake_row(struct house *h, struct arena *a, int64_t medium,
    struct sql_medium_to_take_row *ret, struct err *e)
{
	bool found;
	int64_t rows;

	if (!sql_medium_to_take(h->db, a, medium, &found, ret, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (found)
		return true;
	if (!sql_job_done(h->db, S(INTAKE_JOB), medium, &rows, e))
		return false;
	return err_set(
	    e, ERR_NOT_FOUND, "medium %" PRId64 " does not wait", medium);
}

static bool
write_all(int fd, const char *p, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done <= 0)
			return err_sys(e, "memory file");
		p += done;
		n -= (size_t)done;
	}
	return true;
}

static bool
copy_plain(struct blob_reader *r, int fd, struct err *e)
{
	static char chunk[BLOB_CHUNK];
	int64_t at = 0;
	size_t n;

	for (;;) {
		if (!blob_read(r, at, chunk, sizeof(chunk), &n, e))
			return false;
		if (n == 0)
			return true;
		if (!write_all(fd, chunk, n, e))
			return false;
		at += (int64_t)n;
	}
}

/* *ret_fd: sealed, at its start. */
static bool
plain_memfd(struct blob_reader *r, int *ret_fd, struct err *e)
{
	OWNED_FD fd = memfd_create("original", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1)
		return err_sys(e, "memory file");
	if (blob_bytes(r) > INTAKE_BYTES_MAX)
		return err_set(e, ERR_CORRUPT,
		    "an original of %" PRId64 " bytes", blob_bytes(r));
	if (!copy_plain(r, fd, e))
		return false;
	if (fcntl(fd, F_ADD_SEALS, SEALS) == -1 || lseek(fd, 0, SEEK_SET) != 0)
		return err_sys(e, "sealing a memory file");
	*ret_fd = fd;
	fd = -1;
	return true;
}

bool
intake_blob(struct house *h, struct arena *a, int64_t organisation, str blob,
    str key_wrapped, int *ret_fd, struct key *ret, struct err *e)
{
	const struct organisation *org;
	OWNED_FD fd = -1;
	char *name;

	if (!intake_org(h, organisation, &org, e))
		return false;
	name = arena_cstr(a, blob);
	if (name == NULL || key_wrapped.p == NULL)
		return err_set(e, ERR_CORRUPT, "an original has no key");
	if (!blob_open(h->blobs, name, &fd, e)) {
		/* Rows never come before their file, so this is damage. */
		if (e->kind == ERR_NOT_FOUND)
			e->kind = ERR_CORRUPT;
		return false;
	}
	if (!blob_key_unwrap(a, org, blob, key_wrapped, ret, e))
		return false;
	*ret_fd = fd;
	fd = -1;
	return true;
}

bool
intake_original(struct house *h, struct arena *a, int64_t organisation,
    str blob, str key_wrapped, int *ret_fd, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	OWNED(blob_reader) reader = NULL;
	OWNED_FD fd = -1;

	return intake_blob(
		   h, a, organisation, blob, key_wrapped, &fd, &key, e) &&
	       (reader = blob_reader_new(fd, &key, e)) != NULL &&
	       plain_memfd(reader, ret_fd, e);
}

/* A sheet of paper is a picture. */
static bool
note_other(struct house *h, const struct sql_medium_to_take_row *m, str begins,
    bool *ret, struct err *e)
{
	int64_t rows;

	*ret = m->paper == DB_NULL && m->safe == DB_NULL &&
	       media_sniff(begins) == MEDIA_FORMAT_NONE;
	if (*ret && media_sniff_film(begins))
		return sql_medium_is_video(h->db, m->id, &rows, e);
	if (*ret && (media_sniff_pdf(begins) || media_sniff_office(begins)))
		return sql_medium_is_document(h->db, m->id, &rows, e);
	*ret = false;
	return true;
}

bool
intake_is_other(
    struct house *h, struct arena *a, int64_t medium, bool *ret, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	OWNED(blob_reader) reader = NULL;
	struct sql_medium_to_take_row m;
	OWNED_FD fd = -1;
	char begins[BEGINS];
	size_t n;

	return intake_row(h, a, medium, &m, e) &&
	       intake_blob(
		   h, a, m.organisation, m.name, m.key_wrapped, &fd, &key, e) &&
	       (reader = blob_reader_new(fd, &key, e)) != NULL &&
	       blob_read(reader, 0, begins, sizeof(begins), &n, e) &&
	       note_other(h, &m, (str){begins, n}, ret, e);
}

static bool
places(struct house *h, int64_t organisation, int64_t medium,
    struct key ret[MEDIA_SIDES], struct err *e)
{
	const struct organisation *org;

	if (!intake_org(h, organisation, &org, e))
		return false;
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		struct mark_place place;

		mark_place_init(&place, &org->mark, medium, intake_sides[i]);
		ret[i] = place.secret;
		mark_place_done(&place);
	}
	return true;
}

bool
intake_open(struct house *h, struct arena *a, int64_t medium, int *ret_fd,
    struct key ret_place[MEDIA_SIDES], struct err *e)
{
	struct sql_medium_to_take_row row;

	return intake_row(h, a, medium, &row, e) &&
	       places(h, row.organisation, medium, ret_place, e) &&
	       (intake_original(h, a, row.organisation, row.name,
		    row.key_wrapped, ret_fd, e) ||
		   err_wrap(e, "medium %" PRId64, medium));
}

/* ---- what came back ---- */

/* A PDQ row holds all its turns, any other one value. */
bool
intake_is_whole(const struct hash_row *h)
{
	const struct hash_kind_facts *f =
	    hash_kind_facts((enum hash_kind)h->kind);
	size_t turns = h->kind == HASH_PDQ ? PDQ_TURNS : 1;

	return f != NULL && f->computed && f->bytes > 0 &&
	       h->value.n == turns * f->bytes &&
	       (h->kind == HASH_PDQ ? h->quality != HASHES_NO_QUALITY &&
					  h->unfit < PDQ_REASONS &&
					  h->pipeline < PDQ_PIPELINES &&
					  h->hypothesis < QUERY_HYPOTHESES
				    : h->pipeline == 0 && h->unfit == 0 &&
					  h->hypothesis == QUERY_AS_IS);
}

static bool
is_of_kind(const struct hashes *t, enum hash_kind kind)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].kind == kind)
			return true;
	return false;
}

bool
intake_hashes(
    struct arena *a, int fd, uint32_t bytes, struct hashes *ret, struct err *e)
{
	char *p = NEW_N(a, char, (size_t)bytes + 1);
	struct hashes t;

	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no memory for hashes");
	if (!rendition_sealed(fd, bytes, e))
		return false;
	if (pread(fd, p, bytes, 0) != (ssize_t)bytes)
		return err_sys(e, "hashes");
	if (!hashes_read(a, (str){p, bytes}, HASHES_ROWS_MAX, &t, e))
		return false;
	for (size_t i = 0; i < t.n; i++)
		if (!intake_is_whole(&t.v[i]))
			return err_set(
			    e, ERR_CORRUPT, "hash %zu is not what it says", i);
	/* Without these nothing would be recognised. */
	if (!is_of_kind(&t, HASH_PDQ) || !is_of_kind(&t, HASH_SHA256))
		return err_set(e, ERR_CORRUPT, "hashes are missing");
	*ret = t;
	return true;
}

bool
intake_hash_rows(
    struct db *db, int64_t medium, const struct hashes *t, struct err *e)
{
	int64_t rows;

	if (!sql_medium_hash_forget(db, medium, &rows, e))
		return err_wrap(e, "hashes");
	for (size_t i = 0; i < t->n; i++) {
		const struct hash_row *h = &t->v[i];
		int64_t quality =
		    h->quality == HASHES_NO_QUALITY ? DB_NULL : h->quality;

		if (!sql_medium_hash_add(db, h->kind, medium, h->pipeline,
			h->hypothesis, h->frame, quality, h->unfit, h->value,
			&rows, e))
			return err_wrap(e, "hash %zu", i);
	}
	return true;
}

static bool
add_row(struct house *h, struct arena *a, const struct organisation *org,
    int64_t medium, uint32_t side, const struct media_picture *p,
    const struct kept *k, int64_t now, struct err *e)
{
	struct sql_blob_add_row row;
	str wrapped;

	return blob_key_wrap(a, org, str_c(k->name), &k->key, &wrapped, e) &&
	       sql_blob_add(h->db, a, medium, side, str_c(k->name), wrapped,
		   k->bytes, p->width, p->height, S("image/jpeg"), k->segments,
		   now, &row, e);
}

/* The camera says no zone; it was with the children. */
static int64_t
taken_at(const struct organisation *org, const struct media_done *d)
{
	if (!d->has_taken)
		return DB_NULL;
	return zone_utc(
	    org->zone, (struct civil){d->taken[0], (uint8_t)d->taken[1],
			   (uint8_t)d->taken[2], (uint8_t)d->taken[3],
			   (uint8_t)d->taken[4], (uint8_t)d->taken[5]});
}

/* By the bytes themselves, whatever the file was called. */
static const char *
original_type(const struct media_done *d)
{
	static const char *const types[MEDIA_FORMATS] = {
	    [MEDIA_FORMAT_JPEG] = "image/jpeg",
	    [MEDIA_FORMAT_PNG] = "image/png",
	    [MEDIA_FORMAT_WEBP] = "image/webp",
	    [MEDIA_FORMAT_HEIC] = "image/heic",
	    [MEDIA_FORMAT_AVIF] = "image/avif",
	};

	if (d->format >= MEDIA_FORMATS || types[d->format] == NULL)
		return "application/octet-stream";
	return types[d->format];
}

/* Nobody's face is asked about on a sheet of paper, nor in what a family
 * brought or keeps as evidence. */
static bool
look_later(struct house *h, const struct sql_medium_to_take_row *m, int64_t now,
    struct err *e)
{
	int64_t rows;

	return m->paper != DB_NULL || m->brought != DB_NULL ||
	       m->safe != DB_NULL ||
	       sql_job_add(h->db, S(LOOK_JOB), m->id, now, &rows, e);
}

static bool
write_rows(struct house *h, struct arena *a, const struct organisation *org,
    const struct sql_medium_to_take_row *m, const struct media_done *d,
    const struct hashes *hashes, const struct kept *kept, int64_t now,
    struct err *e)
{
	int64_t rows;

	if (!sql_medium_ready(
		h->db, d->width, d->height, taken_at(org, d), m->id, &rows, e))
		return false;
	if (rows != 1)
		return err_set(e, ERR_NOT_FOUND,
		    "medium %" PRId64 " went meanwhile", m->id);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		if (!add_row(h, a, org, m->id, intake_sides[i], &d->picture[i],
			&kept[i], now, e))
			return false;
	return intake_hash_rows(h->db, m->id, hashes, e) &&
	       look_later(h, m, now, e) &&
	       sql_blob_original(h->db, str_c(original_type(d)), d->width,
		   d->height, m->id, &rows, e) &&
	       sql_post_recount(h->db, m->post, &rows, e) &&
	       sql_job_done(h->db, S(INTAKE_JOB), m->id, &rows, e);
}

static bool
commit(struct house *h, struct arena *a, const struct organisation *org,
    const struct sql_medium_to_take_row *m, const struct media_done *d,
    const struct hashes *hashes, const struct kept *kept, int64_t now,
    struct err *e)
{
	if (!db_begin(h->db, e))
		return false;
	if (write_rows(h, a, org, m, d, hashes, kept, now, e) &&
	    db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return false;
}

bool
intake_store(struct house *h, struct arena *a, int64_t medium,
    const struct media_done *d, const struct hashes *hashes,
    const int fd[MEDIA_SIDES], int64_t now, struct err *e)
{
	const struct organisation *org;
	struct sql_medium_to_take_row m;
	struct kept kept[MEDIA_SIDES] = {0};
	struct file f[MEDIA_SIDES];
	bool done;

	if (!intake_row(h, a, medium, &m, e) ||
	    !intake_org(h, m.organisation, &org, e))
		return false;
	done = true;
	for (size_t i = 0; i < MEDIA_SIDES && done; i++)
		done =
		    rendition_head(a, fd[i], d->picture[i].bytes,
			d->picture[i].width, d->picture[i].height, &f[i], e) &&
		    rendition_keep(h, fd[i], &f[i], &kept[i], e);
	done = done && commit(h, a, org, &m, d, hashes, kept, now, e);
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		if (!done)
			rendition_undo(h, &kept[i]);
		key_done(&kept[i].key);
	}
	return done || err_wrap(e, "medium %" PRId64, medium);
}

/* ---- what will be no photo ---- */

/* The key goes into the journal of erasures first: a backup made meanwhile
 * must not bring the bytes back. */
static bool
refuse_rows(struct house *h, const struct sql_medium_to_take_row *m,
    const char *reason, int64_t now, struct err *e)
{
	struct erasure_entry entry = {now, ERASURE_BLOB, m->blob, m->name};
	int64_t rows, medium = m->id;

	return journal_add(h->conf->erasures, &h->master, &entry, 1, e) &&
	       sql_medium_refuse(h->db, str_c(reason), medium, &rows, e) &&
	       sql_blob_forget(h->db, medium, &rows, e) &&
	       sql_job_done(h->db, S(INTAKE_JOB), medium, &rows, e);
}

bool
intake_refuse(struct house *h, struct arena *a, int64_t medium,
    const char *reason, int64_t now, struct err *e)
{
	struct sql_medium_to_take_row m;
	char *name;

	if (!intake_row(h, a, medium, &m, e))
		return false;
	name = arena_cstr(a, m.name);
	if (name == NULL || !db_begin(h->db, e))
		return false;
	if (!refuse_rows(h, &m, reason, now, e) || !db_commit(h->db, e)) {
		db_rollback(h->db);
		return err_wrap(e, "medium %" PRId64, medium);
	}
	/* The key is gone; a file that stays is an orphan, and swept. */
	if (!blob_remove(h->blobs, name, e) && e->kind != ERR_NOT_FOUND)
		return err_wrap(e, "medium %" PRId64, medium);
	return true;
}
