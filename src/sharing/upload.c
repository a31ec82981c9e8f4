#include "sharing/upload.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "sharing/blob_key.h"
#include "sql_blob.h"
#include "sql_job.h"
#include "sql_medium.h"

#define NAME_MAX_POINTS 120
#define INTAKE_JOB "intake"

const char *
upload_fate_word(enum upload_fate f)
{
	static const char *const words[UPLOAD_FATES] = {
	    [UPLOAD_QUEUED] = "queued",
	    [UPLOAD_TWICE] = "twice",
	    [UPLOAD_TOO_BIG] = "too-big",
	    [UPLOAD_CUT] = "cut",
	    [UPLOAD_FAILED] = "failed",
	};

	return words[f];
}

/* Only to tell its sender which file it was: without folders, cleaned. */
static str
file_name(struct arena *a, str name)
{
	str head, ret;

	while (str_cut(&name, '/', &head))
		;
	name = head;
	while (str_cut(&name, '\\', &head))
		;
	if (!utf8_clean(a, head, NAME_MAX_POINTS, false, &ret))
		return S("");
	return ret;
}

static bool
check_room(const struct deed *d, int64_t post, struct err *e)
{
	struct sql_medium_count_row row;

	if (!sql_medium_count(d->house->db, d->arena, post, &row, e))
		return false;
	if (row.n >= UPLOAD_PHOTOS_MAX)
		return err_set(e, ERR_LIMIT, "post %" PRId64 " is full", post);
	return true;
}

static bool
make_rows(const struct deed *d, int64_t post, const struct upload_plan *p,
    struct upload_made *m, struct err *e)
{
	struct db *db = d->house->db;
	struct sql_medium_receive_row medium;
	struct sql_blob_add_row row;
	str name, words, wrapped, blob = str_c(m->blob);

	if (!check_room(d, post, e) ||
	    !text_seal(d->arena, &d->org->key, "medium.name_enc",
		file_name(d->arena, p->name), &name, e) ||
	    !text_seal(d->arena, &d->org->key, "medium.upload_words_enc",
		p->words, &words, e) ||
	    !blob_key_wrap(d->arena, d->org, blob, &m->key, &wrapped, e) ||
	    !sql_medium_receive(db, d->arena, d->org->id, post, d->actor, name,
		d->now, p->bytes, words, &medium, e) ||
	    !sql_blob_add(db, d->arena, medium.id, 0, blob, wrapped, 0, 0, 0,
		S("application/octet-stream"), 0, d->now, &row, e))
		return false;
	m->medium = medium.id;
	return true;
}

bool
upload_make(const struct deed *d, const struct grant *g,
    const struct upload_plan *p, struct upload_made *ret, struct err *e)
{
	struct err ignored;

	if (!grant_may_change(g))
		return err_set(e, ERR_NOT_FOUND, "no leave to change");
	if (!blob_create(d->house->blobs, ret->blob, &ret->fd, e))
		return err_wrap(e, "post %" PRId64, grant_post(g));
	key_random(&ret->key);
	if (make_rows(d, grant_post(g), p, ret, e))
		return true;
	key_done(&ret->key);
	(void)close(ret->fd);
	(void)!blob_remove(d->house->blobs, ret->blob, &ignored);
	return err_wrap(e, "post %" PRId64, grant_post(g));
}

bool
upload_open(const struct deed *d, const struct grant *g, str name,
    struct http_file_go *ret, int *ret_fd, struct err *e)
{
	const struct upload_plan plan = {.name = name, .bytes = DB_NULL};
	struct db *db = d->house->db;
	struct upload_made made;
	struct err ignored;

	if (!db_begin(db, e))
		return false;
	if (!upload_make(d, g, &plan, &made, e)) {
		db_rollback(db);
		return false;
	}
	if (!db_commit(db, e)) {
		db_rollback(db);
		key_done(&made.key);
		(void)close(made.fd);
		(void)!blob_remove(d->house->blobs, made.blob, &ignored);
		return false;
	}
	ret->handle = (uint64_t)made.medium;
	ret->max_bytes = UPLOAD_BYTES_MAX;
	ret->key = made.key;
	key_done(&made.key);
	*ret_fd = made.fd;
	return true;
}

/* ---- the end of one file ---- */

static bool
drop(const struct deed *d, const struct sql_medium_receiving_row *m,
    struct err *e)
{
	char *name = arena_cstr(d->arena, m->name);
	struct db *db = d->house->db;
	int64_t rows;

	if (name == NULL)
		return err_set(e, ERR_LIMIT, "no room for a name");
	/* Should the transaction fail, the rows stay without a file and are
	 * swept: a file that is still coming is nobody's photo. */
	return sql_blob_forget(db, m->id, &rows, e) &&
	       sql_medium_forget(db, m->id, &rows, e) &&
	       blob_remove(d->house->blobs, name, e);
}

static bool
queue(const struct deed *d, const struct sql_medium_receiving_row *m,
    const struct http_file *f, str digest, bool quiet, struct err *e)
{
	struct deed_about about = {.kind = "medium", .id = m->id};
	char *name = arena_cstr(d->arena, m->name);
	struct db *db = d->house->db;
	int64_t rows;

	if (name == NULL)
		return err_set(e, ERR_LIMIT, "no room for a name");
	/* That there is an evidence safe, directors do not read. */
	return blob_keep(d->house->blobs, name, e) &&
	       sql_blob_received(db, (int64_t)f->bytes, m->id, &rows, e) &&
	       sql_medium_queue(db, digest, m->id, &rows, e) &&
	       sql_job_add(db, S(INTAKE_JOB), m->id, d->now, &rows, e) &&
	       (quiet || deed_note(d, AUDIT_MEDIUM_UPLOADED, &about, e));
}

static enum upload_fate
fate_of(const struct http_file *f)
{
	switch ((enum http_file_state)f->state) {
	case HTTP_FILE_WHOLE:
		return f->bytes <= UPLOAD_VIDEO_MAX ? UPLOAD_QUEUED
						    : UPLOAD_TOO_BIG;
	case HTTP_FILE_TOO_BIG:
		return UPLOAD_TOO_BIG;
	case HTTP_FILE_CUT:
	case HTTP_FILE_PART:
	case HTTP_FILE_WRONG:
	case HTTP_FILE_DAMAGED:
		return UPLOAD_CUT;
	case HTTP_FILE_FAILED:
	case HTTP_FILE_STATES:
		break;
	}
	return UPLOAD_FAILED;
}

/* but: of a medium that does not count, or 0. */
static bool
is_twice(const struct deed *d, int64_t post, int64_t but, str digest, bool *ret,
    struct err *e)
{
	struct sql_medium_same_row same;

	return sql_medium_same(
	    d->house->db, d->arena, post, digest, but, ret, &same, e);
}

static bool
digest_of(
    const struct deed *d, const uint8_t sha256[32], str *ret, struct err *e)
{
	*ret = key_digest(d->arena, &d->org->digest, "medium.bytes_digest",
	    (str){(const char *)sha256, 32});
	return ret->p != NULL || err_set(e, ERR_LIMIT, "no room for a digest");
}

bool
upload_end(const struct deed *d, const struct grant *g,
    const struct http_file *f, enum upload_fate *ret, struct err *e)
{
	enum upload_fate fate = fate_of(f);
	int64_t post = grant_post(g);
	struct sql_medium_receiving_row m;
	bool found, twice;
	str digest;

	if (!grant_may_change(g) || f->handle > INT64_MAX)
		return err_set(e, ERR_NOT_FOUND, "no leave to change");
	if (!sql_medium_receiving(d->house->db, d->arena, (int64_t)f->handle,
		post, d->actor, &found, &m, e))
		return err_wrap(e, "post %" PRId64, post);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such file is coming");
	if (!digest_of(d, f->digest, &digest, e))
		return false;
	if (fate == UPLOAD_QUEUED) {
		if (!is_twice(d, post, m.id, digest, &twice, e))
			return false;
		if (twice)
			fate = UPLOAD_TWICE;
	}
	*ret = fate;
	return fate == UPLOAD_QUEUED
		   ? queue(d, &m, f, digest, grant_facts(g)->safe, e)
		   : drop(d, &m, e);
}

bool
upload_known(const struct deed *d, const struct grant *g,
    const uint8_t sha256[32], bool *ret, struct err *e)
{
	str digest;

	if (grant_want(g) != PERMIT_EDIT)
		return err_set(e, ERR_NOT_FOUND, "no leave to change");
	return digest_of(d, sha256, &digest, e) &&
	       is_twice(d, grant_post(g), 0, digest, ret, e);
}
