/* A connection of the front as a stranger may fill it: heads, cookies, forms,
 * multipart bodies, uploads.  The last byte says whether files get leave. */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/own.h"
#include "front/exchange.h"
#include "front/front.h"
#include "front/serve.h"

#define CONNECTION_BYTES_MAX ((size_t)100000)
#define REQUEST_BYTES_MAX ((size_t)1 << 20)
#define ROUNDS_MAX 200
#define QUIET_ROUNDS 3
#define FILE_BYTES_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct front front;

static int
listener(void)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&at, sizeof(at)) == -1 ||
	    listen(fd, 1) == -1)
		abort();
	return fd;
}

/* One front for all inputs, as it serves all browsers; nobody works for it. */
static void
begin(void)
{
	static struct conf conf;
	struct err e;
	int fd;

	if (front.conf != NULL)
		return;
	log_init("front", LOG_LEVEL_ERROR);
	conf_defaults(&conf);
	front.conf = &conf;
	front.epoll = epoll_create1(EPOLL_CLOEXEC);
	front.scratch = arena_new(REQUEST_BYTES_MAX);
	pool_init(&front.pool);
	fd = listener();
	if (!serve_start(&front, &fd, 1, NULL, NULL, &e))
		abort();
}

/* What a worker would be sent says the same to it. */
static void
must_be_understood(const struct http_request *q)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(REQUEST_BYTES_MAX);
	CLEANUP(buf_done) struct buf again = BUF_MAX(REQUEST_BYTES_MAX);
	OWNED(arena) a = arena_new(REQUEST_BYTES_MAX);
	struct http_request read;
	struct err e;

	http_request_write(&b, q);
	if (b.full || !http_request_read(a, buf_view(&b), &read, &e))
		__builtin_trap();
	http_request_write(&again, &read);
	if (!str_eq(buf_view(&b), buf_view(&again)))
		__builtin_trap();
}

static void
give_leave(struct exchange *x)
{
	struct http_file_go go = {.max_bytes = FILE_BYTES_MAX};
	int fd = memfd_create("blob", MFD_CLOEXEC);

	if (fd == -1)
		abort();
	exchange_leave(x, &go, &fd);
}

/* In the place of a worker. */
static bool
answer_one(bool leave)
{
	struct exchange *x = front.pool.first;

	if (x == NULL)
		return false;
	pool_forget(&front, x);
	must_be_understood(&x->q);
	if (x->ask == HTTP_FILE_OPEN && leave)
		give_leave(x);
	else
		exchange_failed(x, PAGE_BUSY);
	return true;
}

static bool
drain(int fd)
{
	char waste[65536];
	bool heard = false;

	while (recv(fd, waste, sizeof(waste), MSG_DONTWAIT) > 0)
		heard = true;
	return heard;
}

static bool
turn(int fd, bool leave)
{
	bool did;

	serve_run(&front);
	did = answer_one(leave);
	return drain(fd) || did;
}

static void
converse(int fd, bool leave)
{
	int quiet = 0;

	for (int i = 0; i < ROUNDS_MAX && quiet < QUIET_ROUNDS; i++)
		quiet = turn(fd, leave) ? 0 : quiet + 1;
}

static void
part(int fd, bool leave)
{
	(void)close(fd);
	for (int i = 0; i < ROUNDS_MAX && front.peers.n > 0; i++) {
		serve_run(&front);
		(void)answer_one(leave);
	}
	peers_tick(&front, INT64_MAX);
	if (front.peers.n > 0 || front.pool.first != NULL)
		__builtin_trap(); /* somebody is forgotten */
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct sockaddr_in from = {
	    .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	bool leave;
	int fd[2];

	if (n == 0 || n > CONNECTION_BYTES_MAX)
		return 0;
	begin();
	leave = p[n - 1] % 2 == 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		fd) == -1)
		abort();
	if (send(fd[0], p, n, MSG_NOSIGNAL) == -1 ||
	    MHD_add_connection(front.daemon[0], fd[1], (struct sockaddr *)&from,
		sizeof(from)) != MHD_YES)
		abort();
	converse(fd[0], leave);
	(void)shutdown(fd[0], SHUT_WR);
	converse(fd[0], leave);
	part(fd[0], leave);
	return 0;
}
