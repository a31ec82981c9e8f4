/*
 * A role of a few lines, under each role's name: it starts, is jailed, talks
 * to its peers, and misbehaves when the option `url` names it and how
 * (worker=die, front=shout …).
 */
#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "proc/start.h"

#define PEERS_MAX 16
#define TALK 1

static const struct chan_permit talk[] = {{TALK, 0, 0, 64}, {0}};

struct peer {
	enum role_id role;
	uint32_t number;
	struct chan chan;
};

static struct role_start start;
static struct peer peers[PEERS_MAX];
static size_t n_peers;

static void
need(bool good, const char *what)
{
	if (good)
		return;
	log_error("%s", what);
	exit(3);
}

/* Nothing of the monitor's environment and descriptors came along. */
static void
look_around(void)
{
	static const char *const fine[] = {
	    "LANG=", "TZ=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS="};

	for (char **v = environ; *v != NULL; v++) {
		size_t i = 0;

		while (i < sizeof(fine) / sizeof(*fine) &&
		       strncmp(*v, fine[i], strlen(fine[i])) != 0)
			i++;
		need(i < sizeof(fine) / sizeof(*fine), "environment");
	}
	for (int fd = CONTROL_FD + 1; fd < 256; fd++)
		need(fcntl(fd, F_GETFD) == -1, "a descriptor too many");
}

static bool
asked_to(enum role_id role, const char *what)
{
	char word[64];

	(void)snprintf(word, sizeof(word), "%s=%s", roles[role].name, what);
	return strstr(start.conf.url, word) != NULL;
}

static void
misbehave(enum role_id role)
{
	char line[] = "\033[2J\a forged\r\n";

	if (asked_to(role, "die"))
		exit(4);
	if (asked_to(role, "dial"))
		(void)socket(AF_INET, SOCK_STREAM, 0);
	for (int i = 0; asked_to(role, "shout") && i < 5000; i++)
		(void)!write(STDERR_FILENO, line, sizeof(line) - 1);
}

static void
forget(struct peer *p)
{
	(void)close(p->chan.fd);
	*p = peers[--n_peers];
}

static void
say(struct peer *p, str text)
{
	struct err e;

	if (!chan_send(&p->chan, TALK, text, NULL, 0, &e))
		forget(p);
}

static bool
hear(struct peer *p, int timeout_ms, char *ret, size_t cap)
{
	struct chan_msg m;
	struct err e;
	char bytes[80];

	if (!chan_recv(&p->chan, bytes, sizeof(bytes), timeout_ms, &m, &e)) {
		if (e.kind != ERR_BUSY)
			forget(p);
		return false;
	}
	(void)snprintf(ret, cap, STR_FMT, STR_ARG(m.body));
	chan_msg_done(&m);
	return true;
}

static void
take_peer(const struct role_news *n)
{
	for (size_t i = 0; i < n_peers; i++)
		if (peers[i].role == n->role && peers[i].number == n->number)
			forget(&peers[i--]);
	assert(n_peers < PEERS_MAX);
	peers[n_peers++] = (struct peer){n->role, n->number, {n->fd, talk}};
	if (n->role == ROLE_MEDIA)
		say(&peers[n_peers - 1], S("work"));
}

/* One line per worker that answers, then the end. */
static void
serve(int listener)
{
	int fd = accept(listener, NULL, NULL);
	char line[160], answer[80];

	if (fd == -1)
		return;
	(void)snprintf(line, sizeof(line), "front pid %d\n", getpid());
	(void)!write(fd, line, strlen(line));
	for (size_t i = 0; i < n_peers; i++) {
		size_t before = n_peers;

		say(&peers[i], S("who"));
		if (n_peers < before ||
		    !hear(&peers[i], 2000, answer, sizeof(answer)))
			continue;
		(void)snprintf(line, sizeof(line), "worker %u pid %s\n",
		    peers[i].number, answer);
		(void)!write(fd, line, strlen(line));
	}
	(void)close(fd);
}

static bool
has_media(void)
{
	for (size_t i = 0; i < n_peers; i++)
		if (peers[i].role == ROLE_MEDIA)
			return true;
	return false;
}

static void
hear_peer(enum role_id role, struct peer *p)
{
	char text[80], answer[80];
	struct err e;

	if (!hear(p, 0, text, sizeof(text)))
		return;
	(void)snprintf(answer, sizeof(answer), "%d", getpid());
	if (role == ROLE_JOBS && p->role == ROLE_MEDIA)
		log_info("media %u answered %s", p->number, text);
	else if (role == ROLE_JOBS && !has_media())
		need(role_need_media(&start, &e), "need media");
	else if (role != ROLE_JOBS)
		say(p, str_c(answer));
	for (size_t i = 0; role == ROLE_WORKER && i < n_peers; i++)
		if (peers[i].role == ROLE_JOBS)
			say(&peers[i], S("kick"));
}

/* A child of the monitor, which begins where this one began. */
static void
bear(const struct role_news *n)
{
	struct err e;
	pid_t pid = (pid_t)syscall(
	    SYS_clone, (unsigned long)(CLONE_PARENT | SIGCHLD), 0, 0, 0, 0);

	if (pid == 0) {
		need(role_be_born(n, &e), "birth");
		need(role_start(ROLE_OFFICE, &start, &e), "start");
		log_info("office %u pid %d", start.number, (int)getpid());
		need(role_ready(&start, false, &e), "ready");
		n_peers = 0;
		return;
	}
	(void)close(n->log);
	(void)close(n->control);
	need(role_born(&start, pid, &e), "born");
}

static void
turn(enum role_id role)
{
	struct pollfd p[2 + PEERS_MAX];
	struct role_news news;
	struct err e;
	size_t n = n_peers;

	p[0] = (struct pollfd){start.control.fd, POLLIN, 0};
	p[1] = (struct pollfd){
	    start.n_listen > 0 ? start.listen[0] : -1, POLLIN, 0};
	for (size_t i = 0; i < n; i++)
		p[2 + i] = (struct pollfd){peers[i].chan.fd, POLLIN, 0};
	need(poll(p, 2 + n, -1) > 0, "poll");
	if (p[1].revents != 0)
		serve(start.listen[0]);
	for (size_t i = n; i > 0; i--)
		if (role != ROLE_FRONT && p[1 + i].revents != 0 && i <= n_peers)
			hear_peer(role, &peers[i - 1]);
	if (p[0].revents == 0)
		return;
	if (!role_news(&start, 0, &news, &e))
		exit(e.kind == ERR_NONE ? 0 : 1);
	if (news.kind == NEWS_DRAIN)
		exit(0);
	if (news.kind == NEWS_BEAR)
		bear(&news);
	else
		take_peer(&news);
}

static enum role_id
own_role(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--jobs") == 0)
		return ROLE_JOBS;
	for (int r = ROLE_FRONT; r < ROLES; r++)
		if (strcmp(argv[0], roles[r].program) == 0)
			return (enum role_id)r;
	return ROLE_MONITOR;
}

int
main(int argc, char **argv)
{
	enum role_id role = own_role(argc, argv);
	struct err e;
	bool weak;

	look_around();
	need(role_start(role, &start, &e), "start");
	need(start.has_master == (role == ROLE_WORKER || role == ROLE_JOBS),
	    "master key");
	need(!start.has_master || start.master.b[0] == 'k', "its bytes");
	need(start.n_listen == (role == ROLE_FRONT ? 1 : 0), "listeners");
	need((start.ca != -1) == (role == ROLE_EGRESS), "authorities");
	need((start.secret != -1) == (role == ROLE_EGRESS), "password");
	role_start_done(&start);
	need(sandbox_enter(role, &start.conf, &weak, &e), "sandbox");
	misbehave(role);
	if (role == ROLE_OFFICE)
		log_info("office %u pid %d", start.number, (int)getpid());
	need(role_ready(&start, weak, &e), "ready");
	for (;;)
		turn(role);
}
