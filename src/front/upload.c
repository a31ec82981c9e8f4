#include "front/upload.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/log.h"
#include "front/begun.h"
#include "media/sniff.h"
#include "parcel/seal.h"

/* Chunks that are read again for each part of the body that comes: it catches
 * up, and nobody else waits long. */
#define AGAIN_CHUNKS 4

void
upload_init(struct upload *u)
{
	*u = (struct upload){.fd = -1};
}

static void
fail(struct upload *u, enum http_file_state state, const struct err *e)
{
	log_err(LOG_LEVEL_WARN, e, "an upload was not kept");
	u->state = (uint8_t)state;
}

/* A piece that ends before its file does.  What has a checksum counts as a
 * whole or not at all. */
static void
keep_piece(struct upload *u)
{
	struct err e;

	if (u->state != HTTP_FILE_WHOLE)
		return;
	if (!blob_pause(u->blob, &e)) {
		fail(u, HTTP_FILE_FAILED, &e);
		return;
	}
	u->state = HTTP_FILE_PART;
	if (u->again)
		return;
	begun_keep(u->handle, u->bytes, u->digest);
	u->digest = NULL;
}

void
upload_done(struct upload *u)
{
	if (u->open && u->total > u->bytes && u->blob != NULL &&
	    u->piece == NULL)
		keep_piece(u);
	blob_writer_free(u->blob);
	sum_free(u->digest);
	sum_free(u->piece);
	if (u->fd != -1)
		(void)close(u->fd);
	upload_init(u);
}

static void
begin(struct upload *u, int fd, uint64_t max)
{
	upload_done(u);
	u->open = true;
	u->fd = fd;
	u->max = max;
	u->state = HTTP_FILE_WHOLE;
	u->digest = sum_new(SUM_SHA256);
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
most_of(const struct http_file_go *go)
{
	return go->total > 0 ? UPLOAD_VIDEO_MAX_BYTES : UPLOAD_FILE_MAX;
}

/* A sender that gave us less than says what it is, in a piece of its own, is
 * none that sends videos. */
static void
judge_begin(struct upload *u, const struct http_file_go *go)
{
	if (go->total <= UPLOAD_FILE_MAX || u->state != HTTP_FILE_WHOLE)
		return;
	u->large = go->from == 0;
	if (go->from > 0 && go->from < UPLOAD_HEAD)
		u->state = HTTP_FILE_TOO_BIG;
}

/* False: it is too large to be what it is. */
static bool
judge_head(struct upload *u, const char *p, size_t n)
{
	size_t more = least(n, UPLOAD_HEAD - u->n_head);

	memcpy(u->head + u->n_head, p, more);
	u->n_head += more;
	if (u->n_head < UPLOAD_HEAD)
		return true;
	u->large = false;
	if (media_sniff_film((str){(const char *)u->head, UPLOAD_HEAD}) ||
	    memcmp(u->head, SEAL_MAGIC, sizeof(SEAL_MAGIC) - 1) == 0)
		return true;
	u->state = HTTP_FILE_TOO_BIG;
	return false;
}

/* The digest goes on where it stands, or all is read again with the last
 * piece. */
static void
go_on(struct upload *u, const struct http_file_go *go)
{
	struct sum *kept = begun_take(go->handle, go->from);

	u->again = kept == NULL && go->from > 0;
	if (kept == NULL)
		return;
	sum_free(u->digest);
	u->digest = kept;
}

void
upload_blob(struct upload *u, int fd, const struct http_file_go *go,
    uint64_t announced, const struct tus_checksum *checksum)
{
	struct err e;

	begin(u, fd, least(go->max_bytes, most_of(go)));
	u->handle = go->handle;
	u->total = go->total;
	u->bytes = go->from;
	u->ends = go->total > 0 && announced == go->total - go->from;
	if (go->total > 0)
		go_on(u, go);
	if (checksum != NULL) {
		u->checksum = *checksum;
		u->piece = sum_new(checksum->kind);
	}
	u->blob = go->total == 0
		      ? blob_writer_new(fd, &go->key, &e)
		      : blob_writer_resume(fd, &go->key, (int64_t)go->from, &e);
	if (u->blob == NULL)
		fail(u, HTTP_FILE_FAILED, &e);
	else if (go->total > 0)
		blob_unsynced(u->blob);
	judge_begin(u, go);
}

bool
upload_sheet(struct upload *u)
{
	int fd = memfd_create("sheet", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1)
		return false;
	begin(u, fd, UPLOAD_SHEET_MAX);
	return true;
}

static bool
write_plain(int fd, const char *p, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return err_sys(e, "sheet");
		p += put;
		n -= (size_t)put;
	}
	return true;
}

/* At most so many whole chunks of those that are stored already. */
static void
catch_up(struct upload *u, uint64_t most)
{
	static uint8_t work[BLOB_WORK];
	uint64_t end = u->bytes / BLOB_CHUNK;
	struct err e;
	str got;

	for (; most > 0 && u->chunks < end; most--) {
		if (!blob_reread(u->blob, u->chunks, work, &got, &e)) {
			fail(u, HTTP_FILE_DAMAGED, &e);
			return;
		}
		/* The last whole one may still be held back. */
		if (got.n < BLOB_CHUNK)
			return;
		sum_add(u->digest, got.p, got.n);
		u->chunks++;
	}
}

/* What is read again is with the last piece. */
static void
add_digest(struct upload *u, const void *p, size_t n)
{
	if (!u->again)
		sum_add(u->digest, p, n);
	else if (u->ends)
		catch_up(u, AGAIN_CHUNKS);
	if (u->piece != NULL)
		sum_add(u->piece, p, n);
}

void
upload_write(struct upload *u, const void *p, size_t n)
{
	struct err e;

	if (!u->open || n == 0 || u->state != HTTP_FILE_WHOLE)
		return;
	if (n > u->max - u->bytes) {
		u->state = HTTP_FILE_TOO_BIG;
		return;
	}
	if (u->large && !judge_head(u, p, n))
		return;
	u->bytes += n;
	if (u->blob != NULL ? blob_write(u->blob, p, n, &e)
			    : write_plain(u->fd, p, n, &e))
		add_digest(u, p, n);
	else
		fail(u, HTTP_FILE_FAILED, &e);
}

/* All chunks, and what is held back behind them. */
static void
finish_digest(struct upload *u)
{
	static uint8_t work[BLOB_WORK];
	struct err e;
	str rest;

	catch_up(u, UINT64_MAX);
	if (u->state != HTTP_FILE_WHOLE)
		return;
	if (!blob_reread(u->blob, u->chunks, work, &rest, &e))
		fail(u, HTTP_FILE_DAMAGED, &e);
	else
		sum_add(u->digest, rest.p, rest.n);
}

static void
finish_blob(struct upload *u)
{
	struct err e;
	int64_t bytes;

	if (u->state == HTTP_FILE_WHOLE && u->piece != NULL &&
	    !sum_is(u->piece, (str){(const char *)u->checksum.sum,
				  sum_bytes[u->checksum.kind]}))
		u->state = HTTP_FILE_WRONG;
	if (u->total > u->bytes) {
		keep_piece(u);
		return;
	}
	if (u->state == HTTP_FILE_WHOLE && u->again)
		finish_digest(u);
	if (u->state == HTTP_FILE_WHOLE && !blob_finish(u->blob, &bytes, &e))
		fail(u, HTTP_FILE_FAILED, &e);
}

void
upload_finish(struct upload *u, struct http_file *ret)
{
	if (u->blob != NULL)
		finish_blob(u);
	ret->handle = u->handle;
	ret->bytes = u->bytes;
	ret->state = u->state;
	if (u->digest != NULL)
		sum_end(u->digest, ret->digest);
	u->open = false;
	if (u->handle != 0 && u->total == 0)
		upload_done(u);
}
