/* blob_writer — a blob grows, stops, and goes on. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/rand.h"
#include "store/blob.h"
#include "store/blob_seal.h"

#define STORED (BLOB_CHUNK + SEAL_MORE)
#define BEHIND 32 /* chunks: 2 MiB */

struct blob_writer {
	struct seal seal, open; /* open: of a writer that goes on */
	int fd;
	bool broken; /* a write failed, or nothing may follow */
	bool unsynced;
	uint64_t chunk;
	size_t n; /* held back in plain: the last chunk is marked */
	uint8_t epoch[SEAL_EPOCH];
	uint8_t plain[BLOB_CHUNK], sealed[STORED];
};

/* A file that may not grow further is a full disk to whoever waits. */
static bool
write_failed(struct err *e)
{
	if (errno == EFBIG)
		return err_set(e, ERR_FULL, "blob: the file may not grow");
	return err_sys(e, "blob: write");
}

static bool
write_all(int fd, uint64_t at, const uint8_t *p, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t put = pwrite(fd, p, n, (off_t)at);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return write_failed(e);
		p += put;
		at += (uint64_t)put;
		n -= (size_t)put;
	}
	return true;
}

static uint64_t
place_of(uint64_t chunk)
{
	return SEAL_HEADER + chunk * STORED;
}

static struct blob_writer *
writer_alloc(int fd)
{
	struct blob_writer *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	w->fd = fd;
	rand_bytes(w->epoch, sizeof(w->epoch));
	return w;
}

static struct blob_writer *
writer_new(int fd, const struct key *key, bool aes, struct err *e)
{
	OWNED(blob_writer) w = writer_alloc(fd);
	uint8_t header[SEAL_HEADER];

	seal_header(header, aes);
	if (!seal_init(&w->seal, header, key, true, e) ||
	    !write_all(fd, 0, header, sizeof(header), e))
		return NULL;
	return TAKE(w);
}

struct blob_writer *
blob_writer_new(int fd, const struct key *key, struct err *e)
{
	return writer_new(fd, key, seal_in_hardware(), e);
}

struct blob_writer *
blob_writer_new_portable(int fd, const struct key *key, struct err *e)
{
	return writer_new(fd, key, false, e);
}

void
blob_writer_free(struct blob_writer *w)
{
	if (w == NULL)
		return;
	seal_done(&w->seal);
	seal_done(&w->open);
	sodium_memzero(w->plain, sizeof(w->plain));
	free(w);
}

/* The disk begins with what was written while more comes, so that the sync at
 * the end waits for little.  Only that sync says whether it arrived. */
static void
send_off(const struct blob_writer *w)
{
	if (w->chunk % BEHIND == 0)
		(void)sync_file_range(w->fd, (off_t)place_of(w->chunk - BEHIND),
		    (off_t)(BEHIND * STORED), SYNC_FILE_RANGE_WRITE);
}

static bool
put_chunk(struct blob_writer *w, const void *plain, size_t n,
    enum seal_mark mark, struct err *e)
{
	w->broken = true;
	if (!seal_chunk(
		&w->seal, w->chunk, mark, w->epoch, plain, n, w->sealed))
		return err_set(e, ERR_IO, "blob: chunk does not seal");
	if (!write_all(w->fd, place_of(w->chunk), w->sealed, n + SEAL_MORE, e))
		return false;
	w->broken = false;
	w->chunk++;
	send_off(w);
	return true;
}

bool
blob_write(struct blob_writer *w, const void *from, size_t n, struct err *e)
{
	const uint8_t *p = from;

	if (w->broken)
		return err_set(e, ERR_IO, "blob: an earlier write failed");
	while (n > 0) {
		size_t room = BLOB_CHUNK - w->n, take = n < room ? n : room;

		if (room == 0) {
			if (!put_chunk(w, w->plain, BLOB_CHUNK, SEAL_WHOLE, e))
				return false;
			w->n = 0;
			continue;
		}
		/* Whole chunks that are surely not the last need no copy. */
		if (w->n == 0 && n > BLOB_CHUNK) {
			if (!put_chunk(w, p, BLOB_CHUNK, SEAL_WHOLE, e))
				return false;
		} else {
			memcpy(w->plain + w->n, p, take);
			w->n += take;
		}
		p += take;
		n -= take;
	}
	return true;
}

bool
blob_sync(int fd, struct err *e)
{
	return fsync(fd) == 0 || err_sys(e, "blob: sync");
}

void
blob_unsynced(struct blob_writer *w)
{
	w->unsynced = true;
}

/* What a writer before this one left behind the end goes; nothing follows. */
static bool
end_file(struct blob_writer *w, uint64_t end, struct err *e)
{
	struct stat st;

	w->broken = true;
	if (fstat(w->fd, &st) == -1)
		return err_sys(e, "blob: stat");
	if ((uint64_t)st.st_size != end && ftruncate(w->fd, (off_t)end) == -1)
		return err_sys(e, "blob: cut");
	return w->unsynced || blob_sync(w->fd, e);
}

bool
blob_finish(struct blob_writer *w, int64_t *ret_bytes, struct err *e)
{
	size_t n = w->n;

	if (w->broken)
		return err_set(e, ERR_IO, "blob: an earlier write failed");
	if (!put_chunk(w, w->plain, n, SEAL_LAST, e) ||
	    !end_file(w, place_of(w->chunk - 1) + n + SEAL_MORE, e))
		return false;
	*ret_bytes = (int64_t)((w->chunk - 1) * BLOB_CHUNK + n);
	return true;
}

bool
blob_pause(struct blob_writer *w, struct err *e)
{
	uint64_t end = place_of(w->chunk);
	size_t n = w->n;

	if (w->broken)
		return err_set(e, ERR_IO, "blob: an earlier write failed");
	if (n > 0) {
		if (!put_chunk(w, w->plain, n,
			n == BLOB_CHUNK ? SEAL_WHOLE : SEAL_HELD, e))
			return false;
		end += n + SEAL_MORE;
	}
	return end_file(w, end, e);
}

/* ---- to go on ---- */

/* Opens chunk i of n bytes into w->plain; false: it is not what it should be,
 * or is not there. */
static bool
look(struct blob_writer *w, uint64_t i, enum seal_mark mark, size_t n)
{
	struct err ignored;

	return seal_read(
		   w->fd, place_of(i), w->sealed, n + SEAL_MORE, &ignored) &&
	       seal_open(&w->open, i, mark, w->sealed, n, w->plain);
}

/* How far the file can be trusted: so many whole chunks, so many bytes behind
 * them, which then stand in w->plain. */
static bool
measure(
    struct blob_writer *w, uint64_t *ret_chunks, size_t *ret_n, struct err *e)
{
	struct stat st;
	uint64_t whole, rest;

	if (fstat(w->fd, &st) == -1)
		return err_sys(e, "blob: stat");
	if ((uint64_t)st.st_size < SEAL_HEADER)
		return err_set(e, ERR_CORRUPT, "blob: cut short");
	whole = ((uint64_t)st.st_size - SEAL_HEADER) / STORED;
	rest = ((uint64_t)st.st_size - SEAL_HEADER) % STORED;
	while (whole > 0 && !look(w, whole - 1, SEAL_WHOLE, BLOB_CHUNK)) {
		whole--;
		rest = 0;
	}
	*ret_chunks = whole;
	*ret_n = rest > SEAL_MORE &&
			 look(w, whole, SEAL_HELD, (size_t)rest - SEAL_MORE)
		     ? (size_t)rest - SEAL_MORE
		     : 0;
	return true;
}

static bool
open_both(struct blob_writer *w, const struct key *key, struct err *e)
{
	uint8_t header[SEAL_HEADER];

	if (!seal_read(w->fd, 0, header, sizeof(header), e) ||
	    !seal_header_check(header, e))
		return false;
	if (header[10] != SEAL_EPOCH)
		return err_set(e, ERR_CORRUPT, "blob: from before, and open");
	return seal_init(&w->open, header, key, false, e) &&
	       seal_init(&w->seal, header, key, true, e);
}

/* The header is the first thing written: without it there is nothing. */
static bool
is_fresh(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (uint64_t)st.st_size < SEAL_HEADER;
}

bool
blob_durable(int fd, const struct key *key, int64_t *ret_bytes, struct err *e)
{
	OWNED(blob_writer) w = writer_alloc(fd);
	uint64_t chunks;
	size_t n;

	*ret_bytes = 0;
	if (is_fresh(fd))
		return true;
	if (!open_both(w, key, e) || !measure(w, &chunks, &n, e) ||
	    !blob_sync(fd, e))
		return false;
	*ret_bytes = (int64_t)(chunks * BLOB_CHUNK + n);
	return true;
}

/* So that the next bytes are those at `at`.  Chunks behind it go at once: they
 * would open, too. */
static bool
go_to(struct blob_writer *w, uint64_t at, struct err *e)
{
	uint64_t chunks, end;
	size_t n;

	if (!measure(w, &chunks, &n, e))
		return false;
	end = chunks * BLOB_CHUNK + n;
	w->chunk = at / BLOB_CHUNK;
	w->n = (size_t)(at % BLOB_CHUNK);
	if (at > end)
		return err_set(e, ERR_CONFLICT, "blob: nothing is there");
	if (at == end)
		return true;
	if (w->chunk < chunks && w->n > 0 &&
	    !look(w, w->chunk, SEAL_WHOLE, BLOB_CHUNK))
		return err_set(e, ERR_CORRUPT, "blob: a chunk does not open");
	return ftruncate(w->fd, (off_t)place_of(w->chunk)) == 0 ||
	       err_sys(e, "blob: cut");
}

struct blob_writer *
blob_writer_resume(int fd, const struct key *key, int64_t at, struct err *e)
{
	OWNED(blob_writer) w = writer_alloc(fd);
	OWNED(blob_writer) fresh = NULL;

	if (is_fresh(fd) && (fresh = blob_writer_new(fd, key, e)) == NULL)
		return NULL;
	if (!open_both(w, key, e) || !go_to(w, (uint64_t)at, e))
		return NULL;
	return TAKE(w);
}

bool
blob_reread(struct blob_writer *w, uint64_t i, uint8_t work[BLOB_WORK],
    str *ret, struct err *e)
{
	if (i >= w->chunk) {
		*ret = (str){(const char *)w->plain, i == w->chunk ? w->n : 0};
		return true;
	}
	if (!seal_read(w->fd, place_of(i), work, STORED, e))
		return false;
	*ret = (str){(const char *)work, BLOB_CHUNK};
	return seal_open(&w->open, i, SEAL_WHOLE, work, BLOB_CHUNK, work) ||
	       err_set(e, ERR_CORRUPT, "blob: chunk %llu does not open",
		   (unsigned long long)i);
}
