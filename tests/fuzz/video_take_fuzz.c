/* A stranger's video, taken in: whatever it is, there is an answer that can be
 * said, and what is said to be made is there. */
#include <sys/mman.h>

#include "hash/query.h"
#include "store/blob.h"
#include "video/take.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
const char *__lsan_default_suppressions(void);

/* What a decoder loses of damaged files is its own to mend. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libav\nleak:libsw\nleak:libdav1d\nleak:libx264\n";
}

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
check_made(const struct video_taken *t, const struct video_take *job,
    const int fd[VIDEO_TAKE_FDS])
{
	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		struct err e;
		OWNED(blob_reader) r = NULL;

		if (t->side[i].bytes == 0)
			continue;
		r = blob_reader_new(fd[1 + i], &job->side[i], &e);
		if (r == NULL || blob_bytes(r) != (int64_t)t->side[i].bytes)
			__builtin_trap();
	}
}

static void
check(const struct take_result *r, const struct video_take *job,
    const int fd[VIDEO_TAKE_FDS])
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(VIDEO_TAKE_MESSAGE_MAX);
	struct video_taken t;
	struct err e;

	video_taken_write(&b, &r->said);
	if (!video_taken_read(buf_view(&b), &t, &e))
		__builtin_trap();
	check_made(&t, job, fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct video_take job = {.hypotheses = QUERY_DEFAULT};
	CLEANUP(take_result_done) struct take_result r = {0};
	int fd[VIDEO_TAKE_FDS];
	struct err e = {0};

	video_init();
	for (size_t i = 0; i < VIDEO_TAKE_FDS; i++)
		if ((fd[i] = memfd_create("fuzz", MFD_CLOEXEC)) == -1)
			__builtin_trap();
	fill(fd[0], &job.original, p, n);
	if (video_take(&job, fd, NULL, NULL, &r, &e))
		check(&r, &job, fd);
	for (size_t i = 0; i < VIDEO_TAKE_FDS; i++)
		(void)close(fd[i]);
	return 0;
}
