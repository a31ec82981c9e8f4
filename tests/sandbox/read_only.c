/*
 * read_only FLAG PROGRAM ARGUMENT… — becomes that program; while a file FLAG is
 * there, the kernel tells it and all that it starts that the disk can only be
 * read (EROFS), as one does that a file system went away from.
 *
 * A disk that a running database writes to cannot be mounted so by hand, so the
 * calls that write to files are asked about (seccomp_unotify(2)), by a process
 * that is no child of the program's.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static bool
ask_about(scmp_filter_ctx f, int call)
{
	return seccomp_rule_add(f, SCMP_ACT_NOTIFY, call, 0) == 0;
}

/* Opening what is not there yet, the only opening that writes. */
static bool
ask_about_new_files(scmp_filter_ctx f)
{
	return seccomp_rule_add(f, SCMP_ACT_NOTIFY, SCMP_SYS(openat), 1,
		   SCMP_A2(SCMP_CMP_MASKED_EQ, O_CREAT, O_CREAT)) == 0;
}

/* The descriptor that questions come from; -1: it could not be had. */
static int
take_away(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);

	if (f == NULL || !ask_about(f, SCMP_SYS(pwrite64)) ||
	    !ask_about(f, SCMP_SYS(ftruncate)) ||
	    !ask_about(f, SCMP_SYS(fallocate)) ||
	    !ask_about(f, SCMP_SYS(unlinkat)) ||
	    !ask_about(f, SCMP_SYS(unlink)) ||
	    !ask_about(f, SCMP_SYS(rename)) ||
	    !ask_about(f, SCMP_SYS(renameat)) ||
	    !ask_about(f, SCMP_SYS(renameat2)) ||
	    !ask_about(f, SCMP_SYS(mkdirat)) || !ask_about_new_files(f) ||
	    seccomp_load(f) != 0)
		return -1;
	return seccomp_notify_fd(f);
}

static void
answer_all(int fd, const char *flag)
{
	struct seccomp_notif *q;
	struct seccomp_notif_resp *a;
	struct pollfd p = {fd, POLLIN, 0};

	if (seccomp_notify_alloc(&q, &a) != 0)
		return;
	while (poll(&p, 1, -1) == 1 && (p.revents & POLLIN) != 0) {
		memset(q, 0, sizeof(*q));
		memset(a, 0, sizeof(*a));
		if (seccomp_notify_receive(fd, q) != 0)
			continue; /* it died meanwhile */
		a->id = q->id;
		if (access(flag, F_OK) == 0)
			a->error = -EROFS;
		else
			a->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		(void)seccomp_notify_respond(fd, a);
	}
}

static bool
pass(int to, int fd)
{
	char room[CMSG_SPACE(sizeof(int))] = {0}, byte = 0;
	struct iovec v = {&byte, 1};
	struct msghdr m = {.msg_iov = &v,
	    .msg_iovlen = 1,
	    .msg_control = room,
	    .msg_controllen = sizeof(room)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(to, &m, 0) == 1;
}

static int
get(int from)
{
	char room[CMSG_SPACE(sizeof(int))] = {0}, byte;
	struct iovec v = {&byte, 1};
	struct msghdr m = {.msg_iov = &v,
	    .msg_iovlen = 1,
	    .msg_control = room,
	    .msg_controllen = sizeof(room)};
	int fd = -1;

	if (recvmsg(from, &m, MSG_CMSG_CLOEXEC) == 1 &&
	    CMSG_FIRSTHDR(&m) != NULL)
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

/* Twice a child, so that it is nobody's to wait for. */
static bool
start_answering(int end, const char *flag)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (null == -1 || fork() != 0)
			_exit(0);
		(void)setsid();
		for (int i = 0; i < 3; i++)
			(void)dup2(null, i);
		answer_all(get(end), flag);
		_exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child;
}

int
main(int argc, char **argv)
{
	int pair[2], fd;

	if (argc < 3 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0 ||
	    !start_answering(pair[1], argv[1]) || (fd = take_away()) == -1 ||
	    !pass(pair[0], fd)) {
		(void)fprintf(stderr, "read_only: cannot ask\n");
		return 1;
	}
	(void)close(fd);
	(void)execv(argv[2], argv + 2);
	perror(argv[2]);
	return 1;
}
