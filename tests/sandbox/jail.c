#include "jail.h"

#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define NOBODY 65534
#define EXIT_BASE 40

struct scene scene;
void (*before_jail)(void);

static void
need(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	exit(1);
}

static void
make_file(const char *path)
{
	OWNED_FD fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	need(fd != -1 && write(fd, "secret\n", 7) == 7, path);
}

static int
listener_open(void)
{
	struct sockaddr_in in = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	need(fd != -1 && bind(fd, (struct sockaddr *)&in, sizeof(in)) == 0 &&
		 listen(fd, 8) == 0,
	    "listener");
	return fd;
}

static void
below(char *ret, size_t cap, const char *name)
{
	int n = snprintf(ret, cap, "%s/%s", scene.root, name);

	need(n > 0 && (size_t)n < cap, name);
}

void
scene_make(void)
{
	struct scene *s = &scene;

	(void)snprintf(s->root, sizeof(s->root), "/tmp/preau-jail-XXXXXX");
	need(mkdtemp(s->root) != NULL, "mkdtemp");
	below(s->conf.data, sizeof(s->conf.data), "data");
	below(s->conf.erasures, sizeof(s->conf.erasures), "erasures");
	below(s->file, sizeof(s->file), "data/file");
	below(s->keys, sizeof(s->keys), "keys");
	below(s->outside, sizeof(s->outside), "outside");
	need(mkdir(s->conf.data, 0700) == 0, s->conf.data);
	make_file(s->file);
	make_file(s->keys);
	make_file(s->conf.erasures);
	s->listener = listener_open();
	s->tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	need(s->tcp != -1, "socket");
}

void
scene_clear(void)
{
	const char *names[] = {"data/db", "data/db-wal", "data/db-shm",
	    "data/a/f", "data/b/f", "data/a", "data/b", "data/file", "data",
	    "keys", "erasures", "outside", ""};
	char path[160];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		below(path, sizeof(path), names[i]);
		(void)remove(path);
	}
	(void)close(scene.listener);
	(void)close(scene.tcp);
}

static void
child(enum role_id role, act_fn *act)
{
	struct err e;
	bool weak;

	/* cmocka would go on with the test in here. */
	(void)signal(SIGSEGV, SIG_DFL);
	if (before_jail != NULL)
		before_jail();
	if (sandbox_enter(role, &scene.conf, &weak, &e))
		_exit(EXIT_BASE + (int)act());
	_exit(EXIT_BASE + NOT_JAILED);
}

enum ending
in_jail(enum role_id role, act_fn *act)
{
	int status = 0;
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid == 0)
		child(role, act);
	need(pid > 0 && waitpid(pid, &status, 0) == pid, "child");
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return DIED;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV)
		return FAULTED;
	if (!WIFEXITED(status) || WEXITSTATUS(status) < EXIT_BASE) {
		fprintf(stderr, "%s: wait status %#x\n", roles[role].name,
		    (unsigned)status);
		exit(1);
	}
	return (enum ending)(WEXITSTATUS(status) - EXIT_BASE);
}

bool
as_asked(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--as-nobody") != 0)
		return true;
	if (geteuid() != 0)
		return false;
	need(setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 &&
		 setuid(NOBODY) == 0,
	    "nobody");
	return true;
}
