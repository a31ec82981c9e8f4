#include "monitor/slot.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "proc/sandbox.h"

#define LOG_FD_ERROR 127
#define ENVIRONMENT_MAX 8
#define BIRTH_MS 5000

void
slot_init(struct slot *s, enum role_id role, uint32_t number, bool wanted)
{
	*s = (struct slot){.role = role,
	    .number = number,
	    .control = {-1, role == ROLE_JOBS ? control_to_monitor_from_jobs
			    : role == ROLE_OFFICE
				? control_to_monitor_from_office
				: control_to_monitor},
	    .log = -1,
	    .wanted = wanted};
}

/* What a role may know of the environment: how to speak, which clock. */
static void
choose_environment(char *ret[ENVIRONMENT_MAX + 1])
{
	static const char *const names[] = {
	    "LANG=", "TZ=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS="};
	/* A jailed process can start no symbolizer. */
	static char plain[] = "ASAN_OPTIONS=symbolize=0";
	size_t n = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (char **v = environ; *v != NULL; v++)
			if (strncmp(*v, names[i], strlen(names[i])) == 0) {
				ret[n++] = *v;
				break;
			}
	if (SANITIZED && getenv("ASAN_OPTIONS") == NULL)
		ret[n++] = plain;
	ret[n] = NULL;
}

static bool
place_fds(int null, int log, int control)
{
	return dup2(null, STDIN_FILENO) != -1 &&
	       dup2(log, STDOUT_FILENO) != -1 &&
	       dup2(log, STDERR_FILENO) != -1 &&
	       dup2(control, CONTROL_FD) != -1 &&
	       close_range(CONTROL_FD + 1, UINT_MAX, 0) == 0;
}

/* Behind the monitor by so much: whoever started it may have made it nice
 * already, and nobody may become less so. */
static bool
be_nice(int by)
{
	errno = 0;
	return nice(by) != -1 || errno == 0;
}

/* Two that wake each other for every page: the one that woke goes on until it
 * has handed on all it has, and the other finds more at once.  Whoever chose a
 * policy for all of us knows better. */
static void
take_turns(bool turns)
{
	const struct sched_param none = {0};

	if (turns && sched_getscheduler(0) == SCHED_OTHER)
		(void)sched_setscheduler(0, SCHED_BATCH, &none);
}

/* Its own session: a key pressed in the monitor's terminal is for the monitor
 * alone, and so is that terminal. */
static bool
leave_parent(const struct role *r, pid_t parent)
{
	sigset_t none;

	(void)sigemptyset(&none);
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
	       setsid() != -1 && be_nice(r->nice) &&
	       sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

static void
run_program(const struct slot *s, const struct setup *setup, pid_t parent,
    int log, int control)
{
	const struct role *r = &roles[s->role];
	char path[ROLE_PATH_MAX + 32];
	char name[32], jobs[] = "--jobs";
	char *argv[] = {name, s->role == ROLE_JOBS ? jobs : NULL, NULL};
	char *env[ENVIRONMENT_MAX + 1];

	(void)snprintf(name, sizeof(name), "%s", r->program);
	(void)snprintf(
	    path, sizeof(path), "%s/%s", setup->programs, r->program);
	choose_environment(env);
	take_turns(r->turns);
	if (leave_parent(r, parent) && place_fds(setup->null, log, control))
		(void)execve(path, argv, env);
	perror(path);
	_exit(LOG_FD_ERROR);
}

/* A pipe that holds the key until the role has read it, and then nothing. */
static bool
key_pipe(const struct key *k, int *ret, struct err *e)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	if (write(fd[1], k->b, sizeof(k->b)) != (ssize_t)sizeof(k->b)) {
		err_sys(e, "pipe");
		(void)close(fd[0]);
		(void)close(fd[1]);
		return false;
	}
	(void)close(fd[1]);
	*ret = fd[0];
	return true;
}

static bool
send_start(struct slot *s, const struct setup *setup, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CONTROL_BUF);
	bool front = s->role == ROLE_FRONT;
	bool data = s->role == ROLE_WORKER || s->role == ROLE_JOBS;
	bool egress = s->role == ROLE_EGRESS;
	const struct control_start start = {.role = (uint8_t)s->role,
	    .number = s->number,
	    .n_listen = front ? (uint8_t)setup->n_listen : 0,
	    .tls = front && setup->tls_key != -1,
	    .ca = egress && setup->ca != -1,
	    .secret = egress && setup->secret != -1,
	    .mail = egress && setup->mail != -1,
	    .ncmec = egress && setup->ncmec != -1,
	    .master = data,
	    .conf = buf_view(&setup->conf_text)};
	int fd[CHAN_FDS_MAX];
	OWNED_FD key = -1;
	size_t n = 0;

	for (; n < start.n_listen; n++)
		fd[n] = setup->listen[n];
	if (start.tls) {
		fd[n++] = setup->tls_certificate;
		fd[n++] = setup->tls_key;
	}
	if (start.ca)
		fd[n++] = setup->ca;
	if (start.secret)
		fd[n++] = setup->secret;
	if (start.mail)
		fd[n++] = setup->mail;
	if (start.ncmec)
		fd[n++] = setup->ncmec;
	if (data && !key_pipe(&setup->master, &key, e))
		return false;
	if (data)
		fd[n++] = key;
	control_start_write(&b, &start);
	assert(!b.full);
	return chan_send(&s->control, CONTROL_START, buf_view(&b), fd, n, e);
}

static bool
fork_role(struct slot *s, const struct setup *setup, int log, int control,
    struct err *e)
{
	pid_t parent = getpid(), pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid == 0)
		run_program(s, setup, parent, log, control);
	if (pid == -1)
		return err_sys(e, "fork");
	s->pid = pid;
	return true;
}

static bool
hear_birth(struct slot *bearer, pid_t *ret, struct err *e)
{
	char bytes[64];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	uint32_t pid;

	if (!chan_recv(
		&bearer->control, bytes, sizeof(bytes), BIRTH_MS, &m, e)) {
		if (e->kind == ERR_NONE)
			err_set(e, ERR_IO, "who starts it is gone");
		return false;
	}
	if (m.kind != CONTROL_BORN)
		return err_set(e, ERR_CORRUPT, "it says nonsense");
	if (!control_born_read(m.body, &pid, e))
		return false;
	*ret = (pid_t)pid; /* 0: there was none to be had */
	return true;
}

/* It is our child: waited for, and killed, like one that we started. */
static bool
be_borne(
    struct slot *s, struct slot *bearer, int log, int control, struct err *e)
{
	const int fd[CONTROL_BEAR_FDS] = {log, control};

	if (!chan_send(&bearer->control, CONTROL_BEAR, (str){0}, fd,
		CONTROL_BEAR_FDS, e) ||
	    !hear_birth(bearer, &s->pid, e)) {
		slot_kill(bearer); /* it does not listen */
		return false;
	}
	return s->pid != 0 || err_set(e, ERR_BUSY, "no process");
}

bool
slot_spawn(struct slot *s, struct slot *bearer, const struct setup *setup,
    struct err *e)
{
	int control[2], log[2];
	bool done;

	assert(s->pid == 0);
	if (!chan_pair(control, e))
		return false;
	if (pipe2(log, O_CLOEXEC) == -1) {
		err_sys(e, "pipe");
		(void)close(control[0]);
		(void)close(control[1]);
		return false;
	}
	s->control.fd = control[0];
	s->log = log[0];
	s->ready = false;
	s->started_ms = clock_ms();
	lines_init(&s->lines, s->started_ms);
	done = fcntl(log[0], F_SETFL, O_NONBLOCK) != -1 || err_sys(e, "pipe");
	done = done &&
	       (bearer != NULL ? be_borne(s, bearer, log[1], control[1], e)
			       : fork_role(s, setup, log[1], control[1], e));
	(void)close(control[1]);
	(void)close(log[1]);
	if (done && send_start(s, setup, e))
		return true;
	if (s->pid != 0)
		slot_kill(s); /* it is reaped like any other */
	else
		slot_clear(s);
	return err_wrap(e, "start of %s %u", roles[s->role].name, s->number);
}

void
slot_kill(const struct slot *s)
{
	if (s->pid > 0)
		(void)kill(s->pid, SIGKILL);
}

static void
put_line(void *ctx, str line)
{
	const struct slot *s = ctx;
	char text[LINES_WIDTH + 64];
	int n = snprintf(text, sizeof(text) - 1, "from=%s-%u " STR_FMT,
	    roles[s->role].name, s->number, STR_ARG(line));

	if (n < 0)
		return;
	text[n++] = '\n';
	(void)!write(STDERR_FILENO, text, (size_t)n);
}

void
slot_read_log(struct slot *s)
{
	char piece[4096];
	ssize_t n = s->log == -1 ? 0 : read(s->log, piece, sizeof(piece));

	if (n > 0)
		lines_add(&s->lines, (str){piece, (size_t)n}, clock_ms(),
		    put_line, s);
	else if (n == 0 && s->log != -1) {
		(void)close(s->log);
		s->log = -1;
	}
}

/* At most what a pipe holds: a grandchild cannot keep us here. */
static void
read_last_words(struct slot *s)
{
	for (int i = 0; i < 16 && s->log != -1; i++)
		slot_read_log(s);
	lines_end(&s->lines, clock_ms(), put_line, s);
}

void
slot_clear(struct slot *s)
{
	read_last_words(s);
	if (s->log != -1)
		(void)close(s->log);
	if (s->control.fd != -1)
		(void)close(s->control.fd);
	s->log = s->control.fd = -1;
	s->pid = 0;
	s->ready = false;
}
