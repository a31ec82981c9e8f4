/* What a media worker is told and what it answers: a message that is accepted
 * is written again as the same bytes, and keeps its promises. */
#include "ipc/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_job(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	struct media_job j;
	struct err e;

	if (!media_job_read(s, &j, &e))
		return;
	media_job_write(&b, &j);
	if (!str_eq(s, buf_view(&b)) || j.side[0] < j.side[2] ||
	    j.side[2] == 0 || j.side[0] > MEDIA_SIDE_MAX)
		__builtin_trap();
}

static void
check_done(str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	struct media_done d;
	struct err e;

	if (!media_done_read(s, &d, &e))
		return;
	media_done_write(&b, &d);
	if (!str_eq(s, buf_view(&b)) || d.verdict >= MEDIA_VERDICTS ||
	    (d.verdict == MEDIA_OK) != (d.hashes_bytes > 0) ||
	    media_done_fds(&d) > MEDIA_FDS_MAX ||
	    (uint64_t)d.width * d.height > MEDIA_PIXELS_MAX)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	str s = {(const char *)p, n};

	check_job(s);
	check_done(s);
	return 0;
}
