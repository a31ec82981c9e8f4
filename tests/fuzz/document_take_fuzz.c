/* A stranger's document, taken in: whatever it is, there is an answer that can
 * be said, and what is said to be made is there. */
#include <sys/mman.h>

#include "document/take.h"
#include "store/blob.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
fill(int fd, const struct key *key, const uint8_t *p, size_t n)
{
	struct err e;
	OWNED(blob_writer) w = blob_writer_new(fd, key, &e);
	int64_t bytes;

	if (w == NULL || !blob_write(w, p, n, &e) ||
	    !blob_finish(w, &bytes, &e))
		__builtin_trap();
}

static void
is_so_long(int fd, const struct key *key, uint64_t bytes)
{
	struct err e;
	OWNED(blob_reader) r = blob_reader_new(fd, key, &e);

	if (r == NULL || blob_bytes(r) != (int64_t)bytes)
		__builtin_trap();
}

static void
check(const struct document_taken *said, const struct document_take *job,
    const int fd[DOCUMENT_TAKE_FDS])
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(DOCUMENT_MESSAGE_MAX);
	static struct document_taken again;
	struct err e;

	document_taken_write(&b, said);
	if (!document_taken_read(buf_view(&b), &again, &e))
		__builtin_trap();
	if (said->n == 0)
		return;
	is_so_long(fd[1], &job->pdf, said->pdf_bytes);
	is_so_long(fd[2], &job->text, said->text_bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct document_taken said;
	struct document_take job = {.id = 1};
	int fd[DOCUMENT_TAKE_FDS];
	struct err e = {0};

	for (size_t i = 0; i < DOCUMENT_TAKE_FDS; i++)
		if ((fd[i] = memfd_create("fuzz", MFD_CLOEXEC)) == -1)
			__builtin_trap();
	fill(fd[0], &job.original, p, n);
	if (document_take(&job, fd, NULL, NULL, &said, &e))
		check(&said, &job, fd);
	for (size_t i = 0; i < DOCUMENT_TAKE_FDS; i++)
		(void)close(fd[i]);
	return 0;
}
