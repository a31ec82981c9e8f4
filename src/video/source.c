#include "video/source.h"

#include <errno.h>

struct video_source
video_source_plain(int fd)
{
	return (struct video_source){.fd = fd};
}

struct video_source
video_source_blob(struct blob_reader *r)
{
	return (struct video_source){.fd = -1, .blob = r};
}

static int
read_blob(struct video_source *s, uint8_t *to, int n)
{
	struct err ignored; /* a damaged chunk is as one that is not there */
	size_t got;

	if (!blob_read(s->blob, s->at, to, (size_t)n, &got, &ignored))
		return -1;
	s->at += (int64_t)got;
	return (int)got;
}

int
video_source_read(struct video_source *s, uint8_t *to, int n)
{
	ssize_t got;

	if (s->blob != NULL)
		return read_blob(s, to, n);
	do
		got = read(s->fd, to, (size_t)n);
	while (got == -1 && errno == EINTR);
	return (int)got;
}

int64_t
video_source_bytes(const struct video_source *s)
{
	off_t here, end;

	if (s->blob != NULL)
		return blob_bytes(s->blob);
	here = lseek(s->fd, 0, SEEK_CUR);
	end = lseek(s->fd, 0, SEEK_END);
	(void)lseek(s->fd, here, SEEK_SET);
	return here == -1 ? -1 : end;
}

int64_t
video_source_seek(struct video_source *s, int64_t to, int whence)
{
	if (s->blob == NULL)
		return lseek(s->fd, to, whence);
	if (whence == SEEK_CUR)
		to += s->at;
	if (whence == SEEK_END)
		to += blob_bytes(s->blob);
	if (to < 0 ||
	    (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END))
		return -1;
	return s->at = to;
}
