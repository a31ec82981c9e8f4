#include "jobs/rendition.h"

#include <fcntl.h>
#include <sys/stat.h>

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

bool
rendition_sealed(int fd, uint32_t bytes, struct err *e)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	if (fstat(fd, &st) == -1)
		return err_sys(e, "memory file");
	if (seals == -1 || (seals & SEALS) != SEALS ||
	    st.st_size != (off_t)bytes)
		return err_set(
		    e, ERR_CORRUPT, "a rendition is not what it says");
	return true;
}

static bool
read_at_start(int fd, char *p, size_t n, struct err *e)
{
	ssize_t got = pread(fd, p, n, 0);

	if (got < 0)
		return err_sys(e, "rendition");
	return (size_t)got == n ||
	       err_set(e, ERR_CORRUPT, "a rendition is cut short");
}

bool
rendition_head(struct arena *a, int fd, uint32_t bytes, uint32_t width,
    uint32_t height, struct file *ret, struct err *e)
{
	char fixed[FILE_FIXED], *p;
	uint32_t n;

	if (!rendition_sealed(fd, bytes, e) ||
	    !read_at_start(fd, fixed, sizeof(fixed), e) ||
	    !file_head_bytes((str){fixed, sizeof(fixed)}, &n, e))
		return false;
	p = NEW_N(a, char, n);
	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no room for a head");
	if (!read_at_start(fd, p, n, e) || !file_read(a, (str){p, n}, ret, e))
		return false;
	return (ret->bytes == bytes && ret->width == width &&
		   ret->height == height) ||
	       err_set(e, ERR_CORRUPT, "a rendition is not what it says");
}

static bool
copy(int fd, off_t at, uint32_t bytes, struct blob_writer *w, struct err *e)
{
	static char chunk[BLOB_CHUNK];
	const off_t end = at + (off_t)bytes;

	while (at < end) {
		off_t left = end - at;
		size_t want =
		    left < (off_t)sizeof(chunk) ? (size_t)left : sizeof(chunk);
		ssize_t n = pread(fd, chunk, want, at);

		if (n <= 0)
			return err_sys(e, "rendition");
		if (!blob_write(w, chunk, (size_t)n, e))
			return false;
		at += n;
	}
	return true;
}

bool
rendition_keep(struct house *h, int fd, const struct file *f, struct kept *k,
    struct err *e)
{
	k->segments = f->segments;
	return rendition_keep_bytes(h, fd, 0, f->bytes, k, e);
}

/* A new blob; *ret_fd is the caller's. */
static struct blob_writer *
begin(struct house *h, struct kept *k, int *ret_fd, struct err *e)
{
	if (!blob_create(h->blobs, k->name, ret_fd, e))
		return NULL;
	k->in_place = true;
	key_random(&k->key);
	return blob_writer_new(*ret_fd, &k->key, e);
}

static bool
copy_blob(struct blob_reader *r, int64_t at, uint32_t bytes,
    struct blob_writer *w, struct err *e)
{
	static char chunk[BLOB_CHUNK];

	while (bytes > 0) {
		size_t want = bytes < sizeof(chunk) ? bytes : sizeof(chunk);
		size_t n;

		if (!blob_read(r, at, chunk, want, &n, e))
			return false;
		if (n == 0)
			return err_set(
			    e, ERR_CORRUPT, "a document is cut short");
		if (!blob_write(w, chunk, n, e))
			return false;
		at += (int64_t)n;
		bytes -= (uint32_t)n;
	}
	return true;
}

bool
rendition_keep_blob(struct house *h, struct blob_reader *r, int64_t at,
    uint32_t bytes, struct kept *k, struct err *e)
{
	OWNED(blob_writer) writer = NULL;
	OWNED_FD to = -1;

	writer = begin(h, k, &to, e);
	return writer != NULL && copy_blob(r, at, bytes, writer, e) &&
	       blob_finish(writer, &k->bytes, e) &&
	       blob_keep(h->blobs, k->name, e);
}

bool
rendition_keep_bytes(struct house *h, int fd, off_t at, uint32_t bytes,
    struct kept *k, struct err *e)
{
	OWNED(blob_writer) writer = NULL;
	OWNED_FD to = -1;

	writer = begin(h, k, &to, e);
	return writer != NULL && copy(fd, at, bytes, writer, e) &&
	       blob_finish(writer, &k->bytes, e) &&
	       blob_keep(h->blobs, k->name, e);
}

void
rendition_undo(struct house *h, struct kept *k)
{
	struct err ignored;

	if (k->in_place)
		(void)!blob_remove(h->blobs, k->name, &ignored);
	k->in_place = false;
}

void
rendition_remove(struct house *h, struct arena *a, const str *name, size_t n)
{
	struct err ignored;

	if (!blob_tidy(h->blobs))
		return;
	for (size_t i = 0; i < n; i++) {
		char *file = arena_cstr(a, name[i]);

		if (file != NULL)
			(void)!blob_remove(h->blobs, file, &ignored);
	}
	blob_release(h->blobs);
}
