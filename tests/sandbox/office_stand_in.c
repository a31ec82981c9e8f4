/* Stands where LibreOffice would, in its jail: tries what the first letter of
 * the document says, and says in the PDF what came of it. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define WORK "/desk"

static FILE *out;

static void
expect_refused(const char *what, long result)
{
	(void)fprintf(
	    out, "%s: %s\n", what, result == -1 ? "refused" : "ESCAPED");
}

/* ---- what is told no ---- */

static void
look_around(void)
{
	static const char *const paths[] = {"/etc/passwd", "/etc/shadow",
	    "/proc/self/mem", "/proc/1/environ", "/root", "/home", "/tmp",
	    "/var/lib/preau", "/sys", "/dev/shm", "/usr/bin/env",
	    "/etc/ssl/private", "/run", "/"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		expect_refused(paths[i], open(paths[i], O_RDONLY | O_CLOEXEC));
}

static void
write_elsewhere(void)
{
	static const char *const paths[] = {"/x", "/usr/lib/x",
	    "/usr/lib/libreoffice/x", "/etc/fonts/x", "/dev/x", WORK "/../x",
	    "/usr/share/fonts/x"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		expect_refused(paths[i],
		    open(paths[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	expect_refused("ld.so.cache", open("/etc/ld.so.cache", O_RDWR));
}

/* Nobody left it a descriptor but those of /dev/null. */
static void
use_what_was_left(void)
{
	for (int fd = 3; fd < 64; fd++)
		if (fd != fileno(out) && fcntl(fd, F_GETFD) != -1)
			(void)fprintf(out, "descriptor %d: ESCAPED\n", fd);
}

static void
call_out(void)
{
	const struct sockaddr_un other = {AF_UNIX, WORK "/x"};
	int fd, pair[2];
	static const int families[] = {
	    AF_INET, AF_INET6, AF_NETLINK, AF_PACKET};

	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		expect_refused("socket", socket(families[i], SOCK_STREAM, 0));
	/* It may listen in its folder, where nobody is. */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	expect_refused("connect",
	    connect(fd, (const struct sockaddr *)&other, sizeof(other)));
	(void)close(fd);
	expect_refused("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

static void
start_others(void)
{
	static char sh[] = "/bin/sh";
	char *argv[] = {sh, NULL}, *env[] = {NULL};
	int fd = open(WORK "/own", O_WRONLY | O_CREAT | O_CLOEXEC, 0700);

	(void)!write(fd, "#!/bin/sh\n", 10);
	(void)close(fd);
	expect_refused("fork", fork());
	expect_refused("sh", execve(sh, argv, env));
	expect_refused("own program", execve(WORK "/own", argv, env));
	expect_refused(
	    "priority", setrlimit(RLIMIT_CPU,
			    &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}));
}

static void
try_all(void)
{
	(void)fprintf(out, "wrote to its folder\n");
	look_around();
	write_elsewhere();
	use_what_was_left();
	call_out();
	start_others();
	if (getuid() == 0 || geteuid() == 0)
		(void)fprintf(out, "root: ESCAPED\n");
	(void)fprintf(out, "tried all\n");
}

/* ---- what ends it ---- */

static void
fill(void)
{
	static char piece[1 << 20];
	long mb = 0;

	for (int i = 0; i < 8; i++) {
		char name[64];
		int fd;

		(void)snprintf(name, sizeof(name), WORK "/tmp/%d", i);
		fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		for (int j = 0; j < 100; j++)
			mb += write(fd, piece, sizeof(piece)) ==
			      (ssize_t)sizeof(piece);
		(void)close(fd);
	}
	for (int i = 0; i < 8; i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), WORK "/tmp/%d", i);
		(void)unlink(name);
	}
	(void)fprintf(out, mb > 200 && mb < 300 ? "full\n" : "%ld MB\n", mb);
}

static void
spin(void)
{
	for (volatile long i = 0;; i++)
		;
}

static void
restart(void)
{
	FILE *f = fopen(WORK "/began", "r");

	if (f == NULL) {
		f = fopen(WORK "/began", "w");
		(void)fclose(f);
		exit(81);
	}
	(void)fprintf(out, "again\n");
}

static void
do_act(char act)
{
	switch (act) {
	case 'e':
		try_all();
		break;
	case 'p':
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		break;
	case 'm':
		(void)mount("x", WORK, "tmpfs", 0, NULL);
		break;
	case 'u':
		(void)unshare(CLONE_NEWUSER);
		break;
	case 'x':
		(void)kill(1, SIGKILL);
		break;
	case 's':
		spin();
		break;
	case 'z':
		for (;;)
			(void)sleep(1000);
		break;
	case 'k':
		(void)raise(SIGKILL);
		break;
	case 'n':
		exit(0);
		break;
	case 'l':
		exit(symlink("/etc/passwd", WORK "/out/in.pdf"));
		break;
	case 'd':
		fill();
		break;
	case 'r':
		restart();
		break;
	default:
		break;
	}
}

int
main(void)
{
	static char bytes[64];
	int fd = open(WORK "/in.docx", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, bytes, sizeof(bytes));
	char act = n > 49 ? bytes[49] : '?';

	(void)close(fd);
	if (strchr("nl", act) == NULL)
		out = fopen(WORK "/out/in.pdf", "w");
	do_act(act);
	if (strchr("pmux", act) != NULL)
		(void)fprintf(out, "went on: ESCAPED\n");
	return out == NULL || fclose(out) != 0;
}
