#include "cli/hash_coded.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "ipc/media.h"

#define FILE_MS 60000
#define FILES_MAX 100 /* then a fresh program, as the server does it */
#define BYTES_MAX ((size_t)40 << 20)
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

static const struct chan_permit from_media[] = {
    {MEDIA_DONE, 0, MEDIA_FDS_MAX, 1024},
    {0},
};

static const char *const verdict_texts[MEDIA_VERDICTS] = {
    [MEDIA_OK] = "it is a picture",
    [MEDIA_EMPTY] = "the file is empty",
    [MEDIA_UNKNOWN] = "not a PNM, JPEG, PNG, WebP, HEIC or AVIF picture",
    [MEDIA_TRUNCATED] = "the picture is cut short",
    [MEDIA_DAMAGED] = "the picture is damaged",
    [MEDIA_TOO_LARGE] = "the picture is too large",
    [MEDIA_FILM] = "it is a film, or holds one: preau hash video hashes films",
    [MEDIA_TOO_MANY] = "the file holds too many pictures",
};

static bool
write_all(int fd, str s, struct err *e)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n == -1 && errno != EINTR)
			return err_sys(e, "memory file");
		if (n > 0)
			s = str_sub(s, (size_t)n, s.n);
	}
	return true;
}

static bool
send_file(struct hash_coded *h, str bytes, unsigned pipelines,
    unsigned hypotheses, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(256);
	struct media_job job = {.id = 1,
	    .hashes_only = true,
	    .pipelines = (uint8_t)pipelines,
	    .hypotheses = (uint8_t)hypotheses,
	    .side = {1, 1, 1}};
	OWNED_FD fd = memfd_create("picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1)
		return err_sys(e, "memory file");
	if (!write_all(fd, bytes, e))
		return false;
	if (fcntl(fd, F_ADD_SEALS, SEALS) == -1)
		return err_sys(e, "memory file");
	media_job_write(&b, &job);
	return chan_send(&h->helper.peer, MEDIA_JOB, buf_view(&b), &fd, 1, e);
}

static bool
take_table(
    struct arena *a, int fd, uint32_t n, struct hashes *ret, struct err *e)
{
	char *p = NEW_N(a, char, (size_t)n + 1);
	struct stat st;

	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no memory for hashes");
	if (fstat(fd, &st) == -1 || st.st_size != (off_t)n ||
	    pread(fd, p, n, 0) != (ssize_t)n)
		return err_set(e, ERR_CORRUPT, "the media program lied");
	return hashes_read(a, (str){p, n}, HASHES_ROWS_MAX, ret, e);
}

static bool
take_answer(
    struct hash_coded *h, struct arena *a, struct hashes *ret, struct err *e)
{
	char bytes[1024];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	struct media_done d;

	if (!chan_recv(&h->helper.peer, bytes, sizeof(bytes), FILE_MS, &m, e)) {
		if (e->kind == ERR_BUSY)
			return err_set(e, ERR_LIMIT, "it took too long");
		return err_set(e, ERR_INPUT, "the picture kills its decoder");
	}
	if (!media_done_read(m.body, &d, e))
		return false;
	if (d.verdict != MEDIA_OK)
		return err_set(e,
		    d.verdict == MEDIA_TOO_LARGE || d.verdict == MEDIA_TOO_MANY
			? ERR_LIMIT
			: ERR_INPUT,
		    "%s", verdict_texts[d.verdict]);
	if (m.n_fds != 1 || media_done_fds(&d) != 1)
		return err_set(e, ERR_CORRUPT, "the media program lied");
	return take_table(a, m.fd[0], d.hashes_bytes, ret, e);
}

bool
hash_coded(struct hash_coded *h, struct arena *a, str bytes, unsigned pipelines,
    unsigned hypotheses, struct hashes *ret, struct err *e)
{
	bool done;

	if (bytes.n > BYTES_MAX)
		return err_set(e, ERR_LIMIT, "over 40 MiB");
	if (h->files == FILES_MAX)
		hash_coded_done(h);
	if (h->helper.pid <= 0 &&
	    !helper_start(&h->helper, ROLE_MEDIA, "preau-media", ROLE_JOBS,
		from_media, NULL, e))
		return false;
	h->files++;
	done = send_file(h, bytes, pipelines, hypotheses, e) &&
	       take_answer(h, a, ret, e);
	/* One that failed is not asked again. */
	if (!done)
		hash_coded_done(h);
	return done;
}

void
hash_coded_done(struct hash_coded *h)
{
	helper_stop(&h->helper);
	h->files = 0;
}
