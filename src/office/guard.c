#include "office/guard.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "hash/digest.h"
#include "office/archive.h"
#include "store/blob.h"

/* All of it, by malloc: it is no longer than OFFICE_BYTES_MAX. */
static bool
read_original(const struct office_take *t, int fd, char **ret, size_t *ret_n,
    struct err *e)
{
	OWNED(blob_reader) r = blob_reader_new(fd, &t->original, e);
	size_t n, done = 0;
	char *p;

	if (r == NULL)
		return false;
	n = (size_t)blob_bytes(r);
	if (blob_bytes(r) > OFFICE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "a document of %zu bytes", n);
	p = malloc(n + 1);
	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no memory for a document");
	*ret = p;
	while (done < n) {
		size_t got;

		if (!blob_read(r, (int64_t)done, p + done, n - done, &got, e))
			return false;
		if (got == 0)
			return err_set(e, ERR_CORRUPT, "a document is short");
		done += got;
	}
	*ret_n = n;
	return true;
}

static bool
digest_original(str file, struct office_taken *ret, struct err *e)
{
	uint8_t value[DIGEST_KINDS][DIGEST_BYTES_MAX];
	OWNED(digest) d = digest_new(e);

	if (d == NULL || !digest_add(d, file.p, file.n, e) ||
	    !digest_end(d, value, e))
		return false;
	memcpy(ret->md5, value[DIGEST_MD5], sizeof(ret->md5));
	memcpy(ret->sha1, value[DIGEST_SHA1], sizeof(ret->sha1));
	memcpy(ret->sha256, value[DIGEST_SHA256], sizeof(ret->sha256));
	return true;
}

static bool
put_in(str file, enum office_kind kind, struct err *e)
{
	char path[64];
	OWNED_FD fd = -1;
	size_t done = 0;

	(void)snprintf(
	    path, sizeof(path), SUITE_IN "%s", office_kind_facts[kind].name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	while (fd != -1 && done < file.n) {
		ssize_t n = write(fd, file.p + done, file.n - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return (fd != -1 && done == file.n) || err_sys(e, "%s", path);
}

static bool
copy_out(int from, struct blob_writer *to, struct err *e)
{
	static char piece[BLOB_CHUNK];

	for (;;) {
		ssize_t n = read(from, piece, sizeof(piece));

		if (n == 0)
			return true;
		if (n == -1)
			return err_sys(e, "PDF");
		if (!blob_write(to, piece, (size_t)n, e))
			return false;
	}
}

/* Whoever made it is a stranger: it may be no file at all. */
static bool
take_out(const struct office_take *t, int made, struct office_taken *ret,
    struct err *e)
{
	OWNED_FD fd = open(SUITE_OUT, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	OWNED(blob_writer) w = NULL;
	struct stat st;
	int64_t bytes;

	ret->verdict = OFFICE_FAILED;
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_size == 0)
		return true;
	ret->verdict = OFFICE_TOO_HEAVY;
	if ((uint64_t)st.st_size > OFFICE_MADE_MAX)
		return true;
	w = blob_writer_new(made, &t->made, e);
	if (w == NULL || !copy_out(fd, w, e) || !blob_finish(w, &bytes, e))
		return false;
	ret->verdict = OFFICE_OK;
	ret->bytes = (uint64_t)bytes;
	return true;
}

static bool
turn(const struct office_take *t, int made, str file, struct suite *s,
    struct office_taken *ret, struct err *e)
{
	enum office_kind kind;

	ret->verdict = (uint8_t)archive_look(file, &kind);
	if (ret->verdict != OFFICE_OK)
		return true;
	if (!suite_prepare(e) || !put_in(file, kind, e))
		return false;
	ret->verdict = (uint8_t)suite_run(s, kind);
	if (ret->verdict != OFFICE_OK)
		return true;
	if (!take_out(t, made, ret, e))
		return false;
	if (ret->verdict != OFFICE_OK)
		return true;
	ret->kind = (uint8_t)kind;
	return digest_original(file, ret, e);
}

bool
guard_turn(const struct office_take *t, const int fd[OFFICE_TAKE_FDS],
    struct suite *s, struct office_taken *ret, struct err *e)
{
	char *p = NULL;
	size_t n;
	bool done;

	*ret = (struct office_taken){.id = t->id};
	done = read_original(t, fd[0], &p, &n, e) &&
	       turn(t, fd[1], (str){p, n}, s, ret, e);
	free(p);
	return done;
}
