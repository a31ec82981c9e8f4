/*
 * rig — a monitor and workers of cardboard, so that the front can be tried
 * alone and hard.
 *
 *	rig PROGRAM FOLDER [-w workers] [-t cert.pem key.pem] [name value]...
 *
 * Prints one line {"port":…,"pid":…} on standard output when the front is
 * ready, and then one {"exit":…} when it has ended.  Closing standard input
 * drains it, a line "kill" kills it, a line "weld" (un)does: no new worker for
 * one that died.  What the workers do stands in rig_worker.c.
 */
#include "rig.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/num.h"
#include "ipc/control.h"
#include "proc/role.h"

#define WORKERS_MAX 8

struct rig {
	const char *program, *folder;
	const char *tls[2];
	int listen, port;
	int control; /* our end */
	pid_t front;
	pid_t worker[WORKERS_MAX];
	int n_workers;
	bool welded;
	struct buf conf;
};

static void
must(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(2);
}

static void
open_listener(struct rig *r)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t n = sizeof(a);
	union {
		struct sockaddr *sa;
		struct sockaddr_in *in;
	} u = {.in = &a};

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r->listen =
	    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	must(r->listen != -1 && bind(r->listen, u.sa, n) == 0 &&
		 listen(r->listen, 256) == 0 &&
		 getsockname(r->listen, u.sa, &n) == 0,
	    "listen");
	r->port = ntohs(a.sin_port);
}

static void
start_front(struct rig *r)
{
	struct err e;
	int pair[2];

	must(chan_pair(pair, &e), "channel");
	r->control = pair[0];
	r->front = fork();
	must(r->front != -1, "fork");
	if (r->front == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		must(dup2(pair[1], CONTROL_FD) == CONTROL_FD, "dup2");
		(void)execl(r->program, r->program, (char *)NULL);
		must(false, r->program);
	}
	(void)close(pair[1]);
}

static int
open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	must(fd != -1, path);
	return fd;
}

static void
send_start(struct rig *r)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CONTROL_BUF);
	struct control_start s = {.role = ROLE_FRONT,
	    .n_listen = 1,
	    .tls = r->tls[0] != NULL,
	    .conf = buf_view(&r->conf)};
	int fd[3] = {r->listen, -1, -1};
	struct err e;

	for (size_t i = 0; s.tls && i < 2; i++)
		fd[1 + i] = open_file(r->tls[i]);
	control_start_write(&b, &s);
	must(chan_send(&(struct chan){r->control, NULL}, CONTROL_START,
		 buf_view(&b), fd, s.tls ? 3 : 1, &e),
	    "start");
	(void)close(r->listen);
}

static void
wait_ready(struct rig *r)
{
	struct chan c = {r->control, control_to_monitor};
	struct chan_msg m;
	char bytes[64];
	struct err e;

	if (!chan_recv(&c, bytes, sizeof(bytes), 10000, &m, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "the front is not ready");
		exit(2);
	}
	printf("{\"port\":%d,\"pid\":%d}\n", r->port, (int)r->front);
	(void)fflush(stdout);
}

static void
start_worker(struct rig *r, int i)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct err e;
	int pair[2];

	must(chan_pair(pair, &e), "channel");
	r->worker[i] = fork();
	must(r->worker[i] != -1, "fork");
	if (r->worker[i] == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(pair[0]);
		(void)close(r->control);
		rig_worker(pair[1], r->folder);
		_exit(0);
	}
	(void)close(pair[1]);
	control_peer_write(
	    &b, &(struct control_peer){ROLE_WORKER, (uint32_t)i});
	if (!chan_send(&(struct chan){r->control, NULL}, CONTROL_PEER,
		buf_view(&b), &pair[0], 1, &e))
		log_err(LOG_LEVEL_WARN, &e, "a worker has no front");
	(void)close(pair[0]);
}

/* Buries the dead; true when the front is among them. */
static bool
bury(struct rig *r, int *status)
{
	pid_t pid;
	int st;

	while ((pid = waitpid(-1, &st, WNOHANG)) > 0) {
		if (pid == r->front) {
			*status = st;
			return true;
		}
		for (int i = 0; i < r->n_workers; i++)
			if (r->worker[i] == pid)
				r->worker[i] = 0;
	}
	for (int i = 0; i < r->n_workers && !r->welded; i++)
		if (r->worker[i] == 0)
			start_worker(r, i);
	return false;
}

static bool
hear_test(struct rig *r)
{
	struct pollfd p = {.fd = 0, .events = POLLIN};
	char line[64];
	struct err e;
	ssize_t n;

	if (poll(&p, 1, 100) <= 0)
		return true;
	n = read(0, line, sizeof(line) - 1);
	if (n <= 0) {
		if (!chan_send(&(struct chan){r->control, NULL}, CONTROL_DRAIN,
			(str){0}, NULL, 0, &e))
			log_err(LOG_LEVEL_WARN, &e, "drain");
		return false;
	}
	line[n] = 0;
	if (strstr(line, "kill") != NULL)
		(void)kill(r->front, SIGKILL);
	if (strstr(line, "weld") != NULL)
		r->welded = !r->welded;
	return true;
}

static void
read_arguments(struct rig *r, int argc, char **argv)
{
	int64_t n = 2;

	must(argc >= 3, "usage");
	r->program = argv[1];
	r->folder = argv[2];
	r->conf = BUF_MAX(CONTROL_CONF_MAX);
	for (int i = 3; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "-w") == 0) {
			must(num_i64(str_c(argv[i + 1]), 0, WORKERS_MAX, &n),
			    "-w");
		} else if (strcmp(argv[i], "-t") == 0 && i + 2 < argc) {
			r->tls[0] = argv[i + 1];
			r->tls[1] = argv[i + 2];
			i++;
		} else {
			buf_printf(&r->conf, "%s %s\n", argv[i], argv[i + 1]);
		}
	}
	r->n_workers = (int)n;
}

int
main(int argc, char **argv)
{
	static struct rig r;
	bool told = false;
	int status = 0;

	log_init("rig", LOG_LEVEL_WARN);
	(void)signal(SIGPIPE, SIG_IGN);
	read_arguments(&r, argc, argv);
	open_listener(&r);
	start_front(&r);
	send_start(&r);
	wait_ready(&r);
	while (!bury(&r, &status))
		if (told)
			(void)poll(NULL, 0, 50);
		else
			told = !hear_test(&r);
	printf("{\"exit\":%d,\"signal\":%d}\n",
	    WIFEXITED(status) ? WEXITSTATUS(status) : -1,
	    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	for (int i = 0; i < r.n_workers; i++)
		if (r.worker[i] > 0)
			(void)kill(r.worker[i], SIGKILL);
	return 0;
}
