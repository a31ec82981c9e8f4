#include "match/writer.h"

#include <assert.h>
#include <stdlib.h>

#define SUMS_MAX ((size_t)1 << 30)

bool
writer_init(struct writer *w, int fd, struct err *e)
{
	*w = (struct writer){
	    .fd = fd, .at = MATCH_FILE_HEAD, .sums = BUF_MAX(SUMS_MAX)};
	w->block = malloc(MATCH_FILE_BLOCK);
	if (w->block == NULL)
		return err_sys(e, "index");
	return true;
}

void
writer_done(struct writer *w)
{
	free(w->block);
	buf_done(&w->sums);
}

static bool
write_all(int fd, const void *bytes, size_t n, uint64_t at, struct err *e)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t done = pwrite(fd, p, n, (off_t)at);

		if (done == -1 && errno == EINTR)
			continue;
		if (done <= 0)
			return err_sys(e, "index");
		p += done;
		n -= (size_t)done;
		at += (uint64_t)done;
	}
	return true;
}

static bool
write_block(struct writer *w, const void *p, size_t n, struct err *e)
{
	uint64_t sum = match_sum(0, p, n);

	buf_put(&w->sums, &sum, sizeof(sum));
	if (w->sums.full)
		return err_set(e, ERR_LIMIT, "the index grows too large");
	if (!write_all(w->fd, p, n, w->at, e))
		return false;
	w->at += n;
	w->in_block = 0;
	return true;
}

bool
writer_put(struct writer *w, const void *bytes, size_t n, struct err *e)
{
	const uint8_t *p = bytes;

	while (n > 0) {
		size_t part = MATCH_FILE_BLOCK - w->in_block;

		if (w->in_block == 0 && n >= MATCH_FILE_BLOCK) {
			if (!write_block(w, p, MATCH_FILE_BLOCK, e))
				return false;
			p += MATCH_FILE_BLOCK;
			n -= MATCH_FILE_BLOCK;
			continue;
		}
		part = part < n ? part : n;
		memcpy(w->block + w->in_block, p, part);
		w->in_block += part;
		p += part;
		n -= part;
		if (w->in_block == MATCH_FILE_BLOCK &&
		    !write_block(w, w->block, MATCH_FILE_BLOCK, e))
			return false;
	}
	return true;
}

bool
writer_pad(struct writer *w, uint64_t to, struct err *e)
{
	static const uint8_t zeroes[4096];
	uint64_t at = w->at + w->in_block;

	assert(at <= to);
	while (at < to) {
		uint64_t part =
		    to - at < sizeof(zeroes) ? to - at : sizeof(zeroes);

		if (!writer_put(w, zeroes, part, e))
			return false;
		at += part;
	}
	return true;
}

bool
writer_end(struct writer *w, struct match_file_head *head, struct err *e)
{
	static uint8_t page[MATCH_FILE_HEAD];

	if (w->in_block > 0 && !write_block(w, w->block, w->in_block, e))
		return false;
	head->bytes = w->at + w->sums.n;
	head->sums_sum = match_sum(0, w->sums.p, w->sums.n);
	head->sum = 0;
	memset(page, 0, sizeof(page));
	memcpy(page, head, sizeof(*head));
	head->sum = match_sum(0, page, sizeof(page));
	memcpy(page, head, sizeof(*head));
	return write_all(w->fd, w->sums.p, w->sums.n, w->at, e) &&
	       write_all(w->fd, page, sizeof(page), 0, e);
}
