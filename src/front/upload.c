#include "front/upload.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/log.h"

void
upload_init(struct upload *u)
{
	*u = (struct upload){.fd = -1};
}

void
upload_done(struct upload *u)
{
	blob_writer_free(u->blob);
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
	(void)crypto_hash_sha256_init(&u->digest);
}

static void
fail(struct upload *u, const struct err *e)
{
	log_err(LOG_LEVEL_WARN, e, "an upload was not kept");
	u->state = HTTP_FILE_FAILED;
}

void
upload_blob(struct upload *u, int fd, const struct http_file_go *go)
{
	struct err e;

	begin(u, fd,
	    go->max_bytes < UPLOAD_FILE_MAX ? go->max_bytes : UPLOAD_FILE_MAX);
	u->handle = go->handle;
	u->blob = blob_writer_new(fd, &go->key, &e);
	if (u->blob == NULL)
		fail(u, &e);
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
	u->bytes += n;
	(void)crypto_hash_sha256_update(&u->digest, p, n);
	if (!(u->blob != NULL ? blob_write(u->blob, p, n, &e)
			      : write_plain(u->fd, p, n, &e)))
		fail(u, &e);
}

void
upload_finish(struct upload *u, struct http_file *ret)
{
	struct err e;
	int64_t bytes;

	if (u->state == HTTP_FILE_WHOLE && u->blob != NULL &&
	    !blob_finish(u->blob, &bytes, &e))
		fail(u, &e);
	ret->handle = u->handle;
	ret->bytes = u->bytes;
	ret->state = u->state;
	(void)crypto_hash_sha256_final(&u->digest, ret->digest);
	u->open = false;
	if (u->handle != 0)
		upload_done(u);
}
