/* The monitor with roles of a few lines: start, talk, death, end. */
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/clock.h"
#include "monitor/monitor.h"

#define PATIENCE_MS 240000
#define NOBODY 65534
#define SAID_MAX ((size_t)256 * 1024)

static struct {
	char root[64];
	struct conf conf;
	pid_t pid;
	int out; /* both outputs of the monitor */
	char said[SAID_MAX];
	size_t n_said;
	int port;
	int status;
} server;

static void
put_file(const char *name, const void *bytes, size_t n)
{
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", server.root, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, bytes, n), n);
	(void)close(fd);
}

static void
below(char ret[CONF_TEXT_MAX], const char *name)
{
	assert_true(snprintf(ret, CONF_TEXT_MAX, "%s/%s", server.root, name) <
		    CONF_TEXT_MAX);
}

static int
setup(void **state)
{
	struct conf *c = &server.conf;
	char key[32];

	(void)state;
	memset(key, 'k', sizeof(key));
	memset(&server, 0, sizeof(server));
	(void)snprintf(
	    server.root, sizeof(server.root), "/tmp/preau-monitor-XXXXXX");
	if (mkdtemp(server.root) == NULL)
		return -1;
	conf_defaults(c);
	below(c->data, "data");
	below(c->master_key, "key");
	below(c->erasures, "erasures");
	(void)snprintf(c->listen, sizeof(c->listen), "127.0.0.1:0");
	c->workers = 2;
	c->media_workers = 1;
	put_file("key", key, sizeof(key));
	return mkdir(c->data, 0700);
}

static void
run_child(int out)
{
	struct err e;

	if (dup2(out, STDOUT_FILENO) == -1 || dup2(out, STDERR_FILENO) == -1 ||
	    setenv("PREAU_SECRET", "not for roles", 1) == -1)
		_exit(98);
	if (monitor_run(&server.conf, NULL, &e))
		_exit(0);
	(void)fprintf(stderr, "failed: %s\n", e.msg);
	_exit(err_meanings[e.kind].exit_code);
}

static void
serve(void)
{
	int fd[2];

	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	(void)fflush(NULL);
	server.pid = fork();
	if (server.pid == 0)
		run_child(fd[1]);
	(void)close(fd[1]);
	server.out = fd[0];
	server.n_said = 0;
}

/* What is said within a second; false: it ended. */
static bool
listen_on(void)
{
	struct pollfd p = {server.out, POLLIN, 0};
	ssize_t n;

	if (poll(&p, 1, 1000) == -1)
		return false;
	if (p.revents == 0)
		return true;
	n = read(server.out, server.said + server.n_said,
	    SAID_MAX - 1 - server.n_said);
	if (n <= 0)
		return false;
	server.n_said += (size_t)n;
	server.said[server.n_said] = '\0';
	return true;
}

/* Reads on until the text was said; false at the end or out of patience. */
static bool
said(const char *text)
{
	int64_t until = clock_ms() + PATIENCE_MS;

	for (;;) {
		server.said[server.n_said] = '\0';
		if (strstr(server.said, text) != NULL)
			return true;
		if (clock_ms() > until || !listen_on())
			return false;
	}
}

static void
expect(const char *text)
{
	if (!said(text))
		fail_msg("never said \"%s\" but:\n%s", text, server.said);
}

static void
wait_ready(void)
{
	const char *at;

	expect("/\n");
	at = strstr(server.said, "http://127.0.0.1:");
	assert_non_null(at);
	server.port =
	    (int)strtol(at + sizeof("http://127.0.0.1:") - 1, NULL, 10);
}

/* What the front of the test answers; "" when there is none just now. */
static void
ask(char *ret, size_t cap)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)server.port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval patience = {.tv_sec = 5};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ssize_t n = 0;
	size_t have = 0;

	(void)setsockopt(
	    fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0)
		while (have < cap - 1 &&
		       (n = read(fd, ret + have, cap - 1 - have)) > 0)
			have += (size_t)n;
	ret[have] = '\0';
	(void)close(fd);
}

static pid_t
pid_of(const char *who)
{
	char text[512];
	const char *at;

	ask(text, sizeof(text));
	at = strstr(text, who);
	return at == NULL ? 0 : (pid_t)strtol(at + strlen(who), NULL, 10);
}

/* Another process than the old one answers to this name. */
static pid_t
pid_after(const char *who, pid_t old)
{
	int64_t until = clock_ms() + PATIENCE_MS;
	pid_t pid;

	do {
		pid = pid_of(who);
		if (pid != 0 && pid != old)
			return pid;
		(void)usleep(20000);
	} while (clock_ms() < until);
	fail_msg("nobody answers as %s", who);
	return 0;
}

static void
wait_end(void)
{
	while (said("\001never said"))
		continue;
	assert_int_equal(waitpid(server.pid, &server.status, 0), server.pid);
	(void)close(server.out);
	server.pid = 0;
}

static void
stop(void)
{
	assert_int_equal(kill(server.pid, SIGTERM), 0);
	wait_end();
	if (server.status != 0)
		fail_msg(
		    "status %#x:\n%s", (unsigned)server.status, server.said);
}

static int
teardown(void **state)
{
	const char *names[] = {"data", "key", "erasures", ""};
	char path[128];

	(void)state;
	if (server.pid > 0) {
		(void)kill(server.pid, SIGKILL);
		(void)waitpid(server.pid, NULL, 0);
		(void)close(server.out);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s", server.root, names[i]);
		(void)remove(path);
	}
	return 0;
}

static void
gone(pid_t pid)
{
	int64_t until = clock_ms() + PATIENCE_MS;

	while (kill(pid, 0) == 0 && clock_ms() < until)
		(void)usleep(10000);
	assert_int_equal(kill(pid, 0), -1);
}

static void
every_role_starts_and_talks_to_its_peers(void **state)
{
	(void)state;
	serve();
	wait_ready();
	assert_true(pid_after("front pid ", 0) > 0);
	assert_true(pid_after("worker 0 pid ", 0) > 0);
	assert_true(pid_after("worker 1 pid ", 0) > 0);
	expect("media 0 answered");
	stop();
}

static void
a_killed_worker_comes_back_with_fresh_channels(void **state)
{
	pid_t old;

	(void)state;
	serve();
	wait_ready();
	old = pid_after("worker 1 pid ", 0);
	assert_int_equal(kill(old, SIGKILL), 0);
	assert_true(pid_after("worker 1 pid ", old) > 0);
	assert_true(pid_after("worker 0 pid ", 0) > 0);
	expect("worker 1 was killed by signal 9");
	stop();
}

static void
a_killed_front_comes_back_on_the_same_address(void **state)
{
	pid_t old;

	(void)state;
	serve();
	wait_ready();
	old = pid_after("front pid ", 0);
	assert_int_equal(kill(old, SIGKILL), 0);
	assert_true(pid_after("front pid ", old) > 0);
	assert_true(pid_after("worker 0 pid ", 0) > 0);
	stop();
}

/* Of the newest that said so; 0: none but `old`. */
static pid_t
office_pid(const char *which, pid_t old)
{
	int64_t until = clock_ms() + PATIENCE_MS;
	pid_t pid = old;

	while (pid == old && clock_ms() < until) {
		const char *at = server.said;

		expect(which);
		while ((at = strstr(at, which)) != NULL) {
			at += strlen(which);
			pid = (pid_t)strtol(at, NULL, 10);
		}
		if (pid == old)
			(void)listen_on();
	}
	assert_int_not_equal(pid, old);
	return pid;
}

static void
who_makes_jails_is_borne_again_by_the_other(void **state)
{
	pid_t first, spare, next;

	(void)state;
	(void)snprintf(server.conf.office, CONF_TEXT_MAX, "/bin/sh");
	serve();
	wait_ready();
	first = office_pid("office 0 pid ", 0);
	spare = office_pid("office 1 pid ", 0);
	assert_int_equal(kill(first, SIGKILL), 0);
	next = office_pid("office 0 pid ", first);
	expect("office 0 was killed by signal 9");
	/* By whoever was borne itself. */
	assert_int_equal(kill(spare, SIGKILL), 0);
	assert_true(office_pid("office 1 pid ", spare) > 0);
	stop();
	gone(next);
}

static void
a_stop_ends_every_role(void **state)
{
	pid_t front, worker;

	(void)state;
	serve();
	wait_ready();
	front = pid_after("front pid ", 0);
	worker = pid_after("worker 0 pid ", 0);
	stop();
	gone(front);
	gone(worker);
}

static void
configure_egress(void)
{
	struct conf *c = &server.conf;

	(void)snprintf(c->egress_hosts, CONF_TEXT_MAX, "peer.test:8443");
	(void)snprintf(c->shield_user, CONF_TEXT_MAX, "somebody");
	below(c->egress_ca, "key");
	below(c->shield_password, "key");
}

static void
egress_starts_only_when_there_is_somebody_to_call(void **state)
{
	(void)state;
	(void)snprintf(server.conf.url, CONF_TEXT_MAX, "egress=shout");
	serve();
	wait_ready();
	stop();
	assert_null(strstr(server.said, "egress"));
	configure_egress();
	serve();
	wait_ready();
	stop();
	assert_non_null(strstr(server.said, "from=egress-0"));
}

static void
a_password_that_others_can_read_is_refused(void **state)
{
	char path[CONF_TEXT_MAX];

	(void)state;
	configure_egress();
	put_file("password", "p\n", 2);
	below(path, "password");
	memcpy(server.conf.shield_password, path, sizeof(path));
	assert_int_equal(chmod(path, 0640), 0);
	serve();
	expect("password can be read by others");
	wait_end();
	assert_int_not_equal(WEXITSTATUS(server.status), 0);
	assert_int_equal(remove(path), 0);
}

static void
no_role_outlives_the_monitor(void **state)
{
	pid_t front, worker;

	(void)state;
	serve();
	wait_ready();
	front = pid_after("front pid ", 0);
	worker = pid_after("worker 0 pid ", 0);
	assert_int_equal(kill(server.pid, SIGKILL), 0);
	wait_end();
	gone(front);
	gone(worker);
}

static void
a_role_that_always_dies_ends_the_server_with_a_reason(void **state)
{
	(void)state;
	(void)snprintf(server.conf.url, CONF_TEXT_MAX, "worker=die");
	serve();
	expect("worker 0 ended with status 4");
	expect("failed: worker ");
	wait_end();
	assert_true(WIFEXITED(server.status));
	assert_int_not_equal(WEXITSTATUS(server.status), 0);
}

static void
a_media_worker_that_never_starts_ends_the_server_too(void **state)
{
	char text[512];

	(void)state;
	(void)snprintf(server.conf.url, CONF_TEXT_MAX, "media=die");
	serve();
	wait_ready();
	for (int i = 0; i < PATIENCE_MS / 20 && kill(server.pid, 0) == 0; i++) {
		if (strstr(server.said, "failed: ") != NULL)
			break;
		ask(text, sizeof(text));
		(void)usleep(20000);
		if (*text == '\0')
			break;
	}
	expect("media 0 ends as soon as it is started");
	wait_end();
	assert_int_not_equal(WEXITSTATUS(server.status), 0);
}

static void
a_forbidden_call_is_named_in_the_log(void **state)
{
	(void)state;
	(void)snprintf(server.conf.url, CONF_TEXT_MAX, "front=dial");
	serve();
	expect("front 0 made a forbidden system call");
	expect("failed: front 0");
	wait_end();
}

static void
what_a_role_shouts_is_short_and_clean(void **state)
{
	size_t lines = 0;

	(void)state;
	(void)snprintf(server.conf.url, CONF_TEXT_MAX, "worker=shout");
	serve();
	wait_ready();
	stop();
	assert_null(strchr(server.said, '\033'));
	assert_null(strchr(server.said, '\a'));
	assert_non_null(strstr(server.said, "lines left out"));
	for (const char *p = server.said; (p = strstr(p, "forged")) != NULL;
	     p++)
		lines++;
	assert_in_range(lines, 1, 500);
}

static void
a_second_server_on_the_same_data_is_refused(void **state)
{
	struct err e;
	int status = 0;
	pid_t pid;

	(void)state;
	serve();
	wait_ready();
	pid = fork();
	if (pid == 0)
		_exit(!monitor_run(&server.conf, NULL, &e) &&
			      e.kind == ERR_CONFLICT
			  ? 0
			  : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	stop();
}

static uid_t
owner_of(pid_t pid)
{
	char path[64], line[256];
	uid_t uid = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "Uid:", 4) == 0)
			uid = (uid_t)strtol(line + 4, NULL, 10);
	if (f != NULL)
		(void)fclose(f);
	return uid;
}

static void
root_becomes_the_user_that_is_named(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	(void)snprintf(server.conf.user, CONF_TEXT_MAX, "nobody");
	assert_int_equal(chown(server.conf.data, NOBODY, NOBODY), 0);
	assert_int_equal(chown(server.root, NOBODY, NOBODY), 0);
	serve();
	wait_ready();
	assert_int_equal(owner_of(server.pid), NOBODY);
	assert_int_equal(owner_of(pid_after("front pid ", 0)), NOBODY);
	assert_int_equal(owner_of(pid_after("worker 0 pid ", 0)), NOBODY);
	stop();
}

static void
data_of_somebody_else_is_refused_with_a_hint(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(server.conf.data, NOBODY, NOBODY), 0);
	serve();
	expect("see the option \"user\"");
	wait_end();
	assert_int_equal(WEXITSTATUS(server.status), 77);
}

static void
only_root_can_become_somebody(void **state)
{
	(void)state;
	if (geteuid() == 0)
		skip();
	(void)snprintf(server.conf.user, CONF_TEXT_MAX, "root");
	serve();
	expect("failed: only root can become user root");
	wait_end();
}

static void
without_a_data_folder_the_way_to_begin_is_told(void **state)
{
	(void)state;
	assert_int_equal(rmdir(server.conf.data), 0);
	serve();
	expect("preau init");
	wait_end();
	assert_int_not_equal(WEXITSTATUS(server.status), 0);
}

static bool
as_asked(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--as-nobody") != 0)
		return true;
	if (geteuid() != 0 || setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 ||
	    setuid(NOBODY) != 0)
		return false;
	/* A build below somebody's home: nobody cannot start its programs. */
	return access("/proc/self/exe", X_OK) == 0 &&
	       access(argv[0], X_OK) == 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(every_role_starts_and_talks_to_its_peers),
	    TEST(a_killed_worker_comes_back_with_fresh_channels),
	    TEST(a_killed_front_comes_back_on_the_same_address),
	    TEST(who_makes_jails_is_borne_again_by_the_other),
	    TEST(a_stop_ends_every_role),
	    TEST(egress_starts_only_when_there_is_somebody_to_call),
	    TEST(a_password_that_others_can_read_is_refused),
	    TEST(no_role_outlives_the_monitor),
	    TEST(a_role_that_always_dies_ends_the_server_with_a_reason),
	    TEST(a_media_worker_that_never_starts_ends_the_server_too),
	    TEST(a_forbidden_call_is_named_in_the_log),
	    TEST(what_a_role_shouts_is_short_and_clean),
	    TEST(a_second_server_on_the_same_data_is_refused),
	    TEST(root_becomes_the_user_that_is_named),
	    TEST(data_of_somebody_else_is_refused_with_a_hint),
	    TEST(only_root_can_become_somebody),
	    TEST(without_a_data_folder_the_way_to_begin_is_told),
	};

	if (!as_asked(argc, argv))
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
