#include "jobs/sheaf.h"

#include <inttypes.h>
#include <stdlib.h>

#include "hash/kind.h"
#include "jobs/intake.h"
#include "sharing/blob_key.h"
#include "sql_blob.h"
#include "sql_document.h"
#include "sql_job.h"
#include "sql_medium.h"
#include "sql_post.h"

/* ---- for a worker ---- */

static bool
open_blob(struct house *h, struct kept *k, struct key *ret_key, int *ret_fd,
    struct err *e)
{
	if (!blob_create(h->blobs, k->name, ret_fd, e))
		return false;
	k->in_place = true;
	key_random(&k->key);
	*ret_key = k->key;
	return true;
}

static bool
open_all(struct house *h, struct arena *a, struct sheaf *s,
    struct document_take *job, int fd[DOCUMENT_TAKE_FDS], struct err *e)
{
	struct sql_medium_to_take_row m;
	int64_t rows;

	return intake_row(h, a, s->medium, &m, e) &&
	       intake_blob(h, a, m.organisation, m.name, m.key_wrapped, &fd[0],
		   &job->original, e) &&
	       open_blob(h, &s->pdf, &job->pdf, &fd[1], e) &&
	       open_blob(h, &s->text, &job->text, &fd[2], e) &&
	       sql_medium_video_progress(h->db, 0, s->medium, &rows, e);
}

bool
sheaf_open(struct house *h, struct arena *a, int64_t medium, struct sheaf **ret,
    struct document_take *ret_job, int ret_fd[DOCUMENT_TAKE_FDS], struct err *e)
{
	struct sheaf *s = calloc(1, sizeof(*s));

	for (size_t i = 0; i < DOCUMENT_TAKE_FDS; i++)
		ret_fd[i] = -1;
	if (s == NULL)
		return err_set(e, ERR_LIMIT, "no memory for a document");
	s->medium = medium;
	*ret_job = (struct document_take){.id = (uint32_t)medium};
	if (open_all(h, a, s, ret_job, ret_fd, e)) {
		*ret = s;
		return true;
	}
	for (size_t i = 0; i < DOCUMENT_TAKE_FDS; i++)
		if (ret_fd[i] >= 0)
			(void)close(ret_fd[i]);
	explicit_bzero(ret_job, sizeof(*ret_job));
	sheaf_free(h, s);
	return err_wrap(e, "medium %" PRId64, medium);
}

void
sheaf_free(struct house *h, struct sheaf *s)
{
	if (s == NULL)
		return;
	if (!s->stored) {
		rendition_undo(h, &s->pdf);
		rendition_undo(h, &s->text);
	}
	key_done(&s->pdf.key);
	key_done(&s->text.key);
	free(s);
}

bool
sheaf_in_use(const struct sheaf *s, const char *name)
{
	return s != NULL && (strcmp(s->pdf.name, name) == 0 ||
				strcmp(s->text.name, name) == 0);
}

/* ---- what came back ---- */

/* The blob is finished, under its key, and as long as it is said to be. */
static bool
check_blob(struct house *h, const struct kept *k, uint64_t bytes, struct err *e)
{
	OWNED(blob_reader) r = NULL;
	OWNED_FD fd = -1;

	if (!blob_open_incoming(h->blobs, k->name, false, &fd, e))
		return false;
	r = blob_reader_new(fd, &k->key, e);
	if (r == NULL)
		return false;
	return blob_bytes(r) == (int64_t)bytes ||
	       err_set(e, ERR_CORRUPT, "a document is not what it says");
}

static struct hash_row
digest_row(enum hash_kind kind, const uint8_t *p, size_t n)
{
	return (struct hash_row){.kind = (uint8_t)kind,
	    .quality = HASHES_NO_QUALITY,
	    .value = {(const char *)p, n}};
}

/* Asked about is what was sent, not the PDF that was made of it. */
static void
take_digests(struct sheaf *s)
{
	if (s->office.kind == OFFICE_NOTHING)
		return;
	memcpy(s->taken.md5, s->office.md5, sizeof(s->taken.md5));
	memcpy(s->taken.sha1, s->office.sha1, sizeof(s->taken.sha1));
	memcpy(s->taken.sha256, s->office.sha256, sizeof(s->taken.sha256));
}

bool
sheaf_taken(struct house *h, struct sheaf *s, const struct document_taken *t,
    struct err *e)
{
	s->taken = *t;
	take_digests(s);
	s->digest[0] = digest_row(HASH_MD5, s->taken.md5, DOCUMENT_MD5_BYTES);
	s->digest[1] =
	    digest_row(HASH_SHA1, s->taken.sha1, DOCUMENT_SHA1_BYTES);
	s->digest[2] =
	    digest_row(HASH_SHA256, s->taken.sha256, DOCUMENT_SHA256_BYTES);
	s->hashes = (struct hashes){s->digest, 3};
	return check_blob(h, &s->pdf, t->pdf_bytes, e) &&
	       check_blob(h, &s->text, t->text_bytes, e);
}

/* ---- what is kept ---- */

static bool
keep_blobs(struct house *h, struct sheaf *s, struct err *e)
{
	s->pdf.bytes = (int64_t)s->taken.pdf_bytes;
	s->text.bytes = (int64_t)s->taken.text_bytes;
	return blob_keep(h->blobs, s->pdf.name, e) &&
	       blob_keep(h->blobs, s->text.name, e);
}

static bool
keep_pages(struct house *h, const struct sheaf *s,
    struct kept kept[DOCUMENT_PAGES_MAX], struct err *e)
{
	OWNED(blob_reader) r = NULL;
	OWNED_FD fd = -1;

	if (!blob_open(h->blobs, s->pdf.name, &fd, e))
		return false;
	r = blob_reader_new(fd, &s->pdf.key, e);
	if (r == NULL)
		return false;
	for (size_t i = 0; i < s->taken.n; i++)
		if (!rendition_keep_blob(h, r, s->taken.page[i].at,
			s->taken.page[i].bytes, &kept[i], e))
			return err_wrap(e, "page %zu", i);
	return true;
}

static bool
add_blob(struct house *h, struct arena *a, const struct organisation *org,
    int64_t medium, int64_t side, const struct kept *k, str type, int64_t now,
    struct err *e)
{
	struct sql_blob_add_row row;
	str wrapped;

	return blob_key_wrap(a, org, str_c(k->name), &k->key, &wrapped, e) &&
	       sql_blob_add(h->db, a, medium, side, str_c(k->name), wrapped,
		   k->bytes, 0, 0, type, 0, now, &row, e);
}

/* Its size is found out at its own intake. */
static bool
add_page(struct house *h, struct arena *a, const struct organisation *org,
    const struct sheaf *s, size_t i, const struct kept *k, int64_t now,
    struct err *e)
{
	struct sql_medium_still_row page;
	int64_t rows;

	return sql_medium_still(
		   h->db, a, (int64_t)i, now, s->medium, &page, e) &&
	       add_blob(h, a, org, page.id, 0, k, S("image/jpeg"), now, e) &&
	       sql_job_add(h->db, S(INTAKE_JOB), page.id, now, &rows, e);
}

static bool
write_medium(struct house *h, const struct sheaf *s, struct err *e)
{
	int64_t rows;

	if (!sql_medium_ready(h->db, 0, 0, DB_NULL, s->medium, &rows, e))
		return false;
	if (rows != 1)
		return err_set(e, ERR_NOT_FOUND,
		    "medium %" PRId64 " went meanwhile", s->medium);
	return sql_medium_video_ready(
		   h->db, DB_NULL, false, s->medium, &rows, e) &&
	       sql_document_add(h->db, s->medium, s->taken.n, s->taken.tagged,
		   s->taken.worded, &rows, e) &&
	       sql_blob_original(h->db,
		   s->office.kind == OFFICE_NOTHING
		       ? S("application/pdf")
		       : str_c(office_kind_facts[s->office.kind].type),
		   0, 0, s->medium, &rows, e);
}

static bool
write_rows(struct house *h, struct arena *a, const struct organisation *org,
    const struct sql_medium_to_take_row *m, const struct sheaf *s,
    const struct kept *pages, int64_t now, struct err *e)
{
	int64_t rows;

	if (!write_medium(h, s, e) ||
	    !add_blob(h, a, org, s->medium, SHEAF_PDF, &s->pdf,
		S("application/pdf"), now, e) ||
	    !add_blob(h, a, org, s->medium, SHEAF_TEXT, &s->text,
		S("text/plain"), now, e))
		return false;
	for (size_t i = 0; i < s->taken.n; i++)
		if (!add_page(h, a, org, s, i, &pages[i], now, e))
			return false;
	return intake_hash_rows(h->db, s->medium, &s->hashes, e) &&
	       sql_post_recount(h->db, m->post, &rows, e) &&
	       sql_job_done(h->db, S(INTAKE_JOB), s->medium, &rows, e);
}

static bool
commit(struct house *h, struct arena *a, const struct sheaf *s,
    const struct kept *pages, int64_t now, struct err *e)
{
	const struct organisation *org;
	struct sql_medium_to_take_row m;

	if (!intake_row(h, a, s->medium, &m, e) ||
	    !intake_org(h, m.organisation, &org, e) || !db_begin(h->db, e))
		return false;
	if (write_rows(h, a, org, &m, s, pages, now, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return false;
}

bool
sheaf_store(struct house *h, struct arena *a, struct sheaf *s, int64_t now,
    struct err *e)
{
	struct kept *pages = NEW_N(a, struct kept, DOCUMENT_PAGES_MAX);

	if (pages == NULL)
		return err_set(e, ERR_LIMIT, "no memory for pages");
	s->stored = keep_blobs(h, s, e) && keep_pages(h, s, pages, e) &&
		    commit(h, a, s, pages, now, e);
	for (size_t i = 0; i < DOCUMENT_PAGES_MAX; i++) {
		if (!s->stored)
			rendition_undo(h, &pages[i]);
		key_done(&pages[i].key);
	}
	return s->stored || err_wrap(e, "medium %" PRId64, s->medium);
}
