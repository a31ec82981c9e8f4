#include "proc/helper.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "ipc/control.h"
#include "proc/sandbox.h"

#define READY_MS 20000
#define SAID_MAX 300
#define NOT_STARTED 127

/* As the monitor starts its roles: no descriptor and no variable of ours. */
static void
run_program(const char *path, int null, int said, int control, pid_t parent)
{
	static char symbols[] = "ASAN_OPTIONS=symbolize=0";
	char *name = strdup(path);
	char *argv[] = {name, NULL};
	char *env[] = {SANITIZED ? symbols : NULL, NULL};

	if (name != NULL && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
	    getppid() == parent && dup2(null, STDIN_FILENO) != -1 &&
	    dup2(null, STDOUT_FILENO) != -1 &&
	    dup2(said, STDERR_FILENO) != -1 &&
	    dup2(control, CONTROL_FD) != -1 &&
	    close_range(CONTROL_FD + 1, UINT_MAX, 0) == 0)
		(void)execve(path, argv, env);
	perror(path);
	_exit(NOT_STARTED);
}

/* Above those that the program gets by number, so that none is lost. */
static int
move_up(int fd)
{
	int up = fcntl(fd, F_DUPFD_CLOEXEC, CONTROL_FD + 1);

	(void)close(fd);
	return up;
}

static bool
fork_program(
    struct helper *h, const char *path, int control, int said, struct err *e)
{
	OWNED_FD null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t parent = getpid(), pid;

	null = null == -1 ? -1 : move_up(null);
	if (null == -1)
		return err_sys(e, "/dev/null");
	(void)fflush(NULL);
	pid = fork();
	if (pid == 0)
		run_program(path, null, said, control, parent);
	if (pid == -1)
		return err_sys(e, "fork");
	h->pid = pid;
	return true;
}

static bool
print_conf(const struct conf *given, struct buf *b, struct err *e)
{
	static struct conf conf;
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	if (f == NULL)
		return err_sys(e, "configuration");
	conf_defaults(&conf);
	conf_print(given != NULL ? given : &conf, f);
	if (fclose(f) != 0)
		return err_sys(e, "configuration");
	buf_put(b, text, n);
	free(text);
	return !b->full ||
	       err_set(e, ERR_LIMIT, "the configuration is too long");
}

static bool
send_start(struct helper *h, enum role_id role, enum role_id peer, int fd,
    const struct conf *conf, struct err *e)
{
	CLEANUP(buf_done) struct buf text = BUF_MAX(CONTROL_CONF_MAX);
	CLEANUP(buf_done) struct buf b = BUF_MAX(CONTROL_BUF);
	struct control_start start = {.role = (uint8_t)role};
	struct control_peer p = {.role = (uint8_t)peer};

	if (!print_conf(conf, &text, e))
		return false;
	start.conf = buf_view(&text);
	control_start_write(&b, &start);
	if (!chan_send(&h->control, CONTROL_START, buf_view(&b), NULL, 0, e))
		return false;
	buf_clear(&b);
	control_peer_write(&b, &p);
	return chan_send(&h->control, CONTROL_PEER, buf_view(&b), &fd, 1, e);
}

static bool
wait_ready(struct helper *h, struct err *e)
{
	static char bytes[CONTROL_BUF];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};

	if (!chan_recv(&h->control, bytes, sizeof(bytes), READY_MS, &m, e))
		return false;
	return m.kind == CONTROL_READY ||
	       err_set(e, ERR_CORRUPT, "a helper says nonsense");
}

/* Its last words, without what a terminal would obey. */
static void
explain(const struct helper *h, const char *program, struct err *e)
{
	char text[SAID_MAX];
	ssize_t n = read(h->said, text, sizeof(text) - 1);

	n = n < 0 ? 0 : n;
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	for (ssize_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			text[i] = ' ';
	(void)err_set(
	    e, ERR_IO, "%s did not start: %.*s", program, (int)n, text);
}

static bool
start(struct helper *h, enum role_id role, const char *program,
    enum role_id peer, const struct chan_permit *answers,
    const struct conf *conf, struct err *e)
{
	static char place[ROLE_PLACE_MAX][ROLE_PATH_MAX];
	char path[ROLE_PATH_MAX + 32];
	int control[2], to_peer[2], said[2];
	bool optional, done;

	(void)role_place(PLACE_PROGRAMS, conf, place, &optional);
	(void)snprintf(path, sizeof(path), "%s/%s", place[0], program);
	if (access(path, X_OK) == -1)
		return err_sys(e, "%s", path);
	if (!chan_pair(control, e))
		return false;
	h->control = (struct chan){control[0], control_to_monitor};
	if (!chan_pair(to_peer, e)) {
		(void)close(control[1]);
		return false;
	}
	h->peer = (struct chan){to_peer[0], answers};
	/* What does not fit into the pipe is lost, and keeps nobody waiting. */
	done = pipe2(said, O_CLOEXEC | O_NONBLOCK) == 0 || err_sys(e, "pipe");
	if (done) {
		h->said = said[0];
		said[1] = move_up(said[1]);
		control[1] = move_up(control[1]);
		done = fork_program(h, path, control[1], said[1], e);
		(void)close(said[1]);
	}
	(void)close(control[1]);
	done = done && send_start(h, role, peer, to_peer[1], conf, e);
	(void)close(to_peer[1]);
	return done;
}

bool
helper_start(struct helper *ret, enum role_id role, const char *program,
    enum role_id peer, const struct chan_permit *answers,
    const struct conf *conf, struct err *e)
{
	*ret = (struct helper){.control.fd = -1, .peer.fd = -1, .said = -1};
	if (!start(ret, role, program, peer, answers, conf, e)) {
		helper_stop(ret);
		return false;
	}
	if (!wait_ready(ret, e)) {
		explain(ret, program, e);
		helper_stop(ret);
		return false;
	}
	return true;
}

static void
close_one(int fd)
{
	if (fd > 0)
		(void)close(fd);
}

void
helper_stop(struct helper *h)
{
	if (h->pid > 0) {
		(void)kill(h->pid, SIGKILL);
		(void)waitpid(h->pid, NULL, 0);
	}
	close_one(h->control.fd);
	close_one(h->peer.fd);
	close_one(h->said);
	*h = (struct helper){.control.fd = -1, .peer.fd = -1, .said = -1};
}
