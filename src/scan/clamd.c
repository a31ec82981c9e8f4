#include "scan/clamd.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#define HEAD 4

int
clamd_open(const char *path)
{
	static const char begin[] = "zIDSESSION"; /* with its NUL */
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	size_t n = strlen(path);
	int fd;

	if (n == 0 || n >= sizeof(at.sun_path))
		return -1;
	memcpy(at.sun_path, path, n);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0 &&
	    send(fd, begin, sizeof(begin), MSG_NOSIGNAL) ==
		(ssize_t)sizeof(begin))
		return fd;
	(void)close(fd);
	return -1;
}

/* ---- what is said ---- */

static bool
is_ready(int fd, short what)
{
	struct pollfd p = {fd, what, 0};
	int n;

	do
		n = poll(&p, 1, CLAMD_PATIENCE_MS);
	while (n == -1 && errno == EINTR);
	return n == 1;
}

static bool
send_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t put;

		if (!is_ready(fd, POLLOUT))
			return false;
		put = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (put == -1 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (put <= 0)
			return false;
		p += put;
		n -= (size_t)put;
	}
	return true;
}

static bool
send_chunk(int fd, const char *p, size_t n)
{
	const uint8_t head[HEAD] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16),
	    (uint8_t)(n >> 8), (uint8_t)n};

	return send_all(fd, head, HEAD) && send_all(fd, p, n);
}

/* *ret_heard: all of it was taken. */
static bool
send_file(int fd, struct blob_reader *r, bool *ret_heard, struct err *e)
{
	static const char ask[] = "zINSTREAM";
	static char chunk[BLOB_CHUNK];
	int64_t at = 0;
	size_t n;

	*ret_heard = send_all(fd, ask, sizeof(ask));
	do {
		if (!blob_read(r, at, chunk, sizeof(chunk), &n, e))
			return false;
		*ret_heard = *ret_heard && send_chunk(fd, chunk, n);
		at += (int64_t)n;
	} while (n > 0 && *ret_heard);
	return true;
}

/* ---- what is answered ---- */

static bool
ends_with(str *io, str end)
{
	if (!str_ends(*io, end))
		return false;
	*io = str_sub(*io, 0, io->n - end.n);
	return true;
}

/* The name of what was found, as far as it can be shown. */
static void
keep_name(str name, char to[SCAN_NAME_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n + 1 < SCAN_NAME_MAX; i++)
		if (name.p[i] > ' ' && name.p[i] <= '~')
			to[n++] = name.p[i];
	if (n == 0)
		to[n++] = '?';
	to[n] = '\0';
}

void
clamd_answer(str s, struct scan_said *ret)
{
	str number;

	ret->verdict = SCAN_NOBODY;
	ret->name[0] = '\0';
	if (!str_cut(&s, ':', &number))
		return;
	s = str_trim(s);
	/* Said without the name of a stream. */
	if (str_starts(s, S("INSTREAM size limit exceeded"))) {
		ret->verdict = SCAN_TOO_LARGE;
		return;
	}
	if (!str_starts(s, S("stream: ")))
		return;
	s = str_sub(s, 8, s.n);
	if (str_eq(s, S("OK"))) {
		ret->verdict = SCAN_CLEAN;
	} else if (ends_with(&s, S(" FOUND"))) {
		ret->verdict = SCAN_INFECTED;
		keep_name(s, ret->name);
	}
}

static void
hear(int fd, struct scan_said *ret)
{
	char answer[CLAMD_ANSWER_MAX];
	size_t n = 0;

	while (n < sizeof(answer) && is_ready(fd, POLLIN)) {
		ssize_t got =
		    recv(fd, answer + n, sizeof(answer) - n, MSG_DONTWAIT);

		if (got == -1 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0)
			return;
		n += (size_t)got;
		if (answer[n - 1] == '\0') {
			clamd_answer((str){answer, n - 1}, ret);
			return;
		}
	}
}

bool
clamd_ask(int fd, struct blob_reader *r, struct scan_said *ret, struct err *e)
{
	bool heard = false;

	ret->verdict = SCAN_NOBODY;
	ret->name[0] = '\0';
	if (fd == -1)
		return true;
	if (!send_file(fd, r, &heard, e))
		return false;
	/* What is too large is said before its end. */
	hear(fd, ret);
	if (!heard && ret->verdict == SCAN_CLEAN)
		ret->verdict = SCAN_NOBODY;
	return true;
}
