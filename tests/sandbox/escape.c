/* Every role tries what it must not do. */
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "jail.h"

#define ACT(name) static enum ending name(void)

static pid_t victim; /* the test itself */

static enum ending
ended(long result)
{
	return result == -1 ? REFUSED : ESCAPED;
}

ACT(open_passwd)
{
	return ended(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

ACT(open_own_memory)
{
	return ended(open("/proc/self/mem", O_RDWR | O_CLOEXEC));
}

ACT(open_other_data)
{
	return ended(open(scene.file, O_RDONLY | O_CLOEXEC));
}

ACT(open_keys)
{
	return ended(open(scene.keys, O_RDONLY | O_CLOEXEC));
}

ACT(open_keys_by_dots)
{
	char path[320];

	(void)snprintf(path, sizeof(path), "%s/../keys", scene.conf.data);
	return ended(open(path, O_RDONLY | O_CLOEXEC));
}

ACT(write_outside)
{
	return ended(open(scene.outside, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

ACT(move_data_away)
{
	return ended(rename(scene.file, scene.outside));
}

ACT(link_data_away)
{
	return ended(link(scene.file, scene.outside));
}

ACT(make_symlink)
{
	return ended(symlink("/etc/passwd", scene.outside));
}

ACT(make_device)
{
	return ended(mknod(scene.outside, S_IFCHR | 0600, 0x101));
}

ACT(dial)
{
	return ended(socket(AF_INET, SOCK_STREAM, 0));
}

ACT(dial_locally)
{
	return ended(socket(AF_UNIX, SOCK_STREAM, 0));
}

ACT(connect_old_socket)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t n = sizeof(in);

	(void)getsockname(scene.listener, (struct sockaddr *)&in, &n);
	return ended(
	    connect(scene.tcp, (const struct sockaddr *)&in, sizeof(in)));
}

ACT(bind_old_socket)
{
	struct sockaddr_in in = {.sin_family = AF_INET};

	return ended(bind(scene.tcp, (const struct sockaddr *)&in, sizeof(in)));
}

ACT(run_shell)
{
	char *const argv[] = {
	    (char[]){"sh"}, (char[]){"-c"}, (char[]){"exit 42"}, NULL};
	char *const env[] = {NULL};

	return ended(execve("/bin/sh", argv, env)); /* 42 is ESCAPED */
}

ACT(run_memory)
{
	char *const argv[] = {(char[]){"x"}, NULL};
	char *const env[] = {NULL};
	int fd = memfd_create("x", MFD_CLOEXEC);

	if (fd == -1)
		return REFUSED;
	return ended(syscall(SYS_execveat, fd, "", argv, env, AT_EMPTY_PATH));
}

ACT(fork_away)
{
	long pid = syscall(SYS_fork);

	if (pid == 0)
		_exit(0);
	return ended(pid);
}

ACT(clone_away)
{
	long pid = syscall(SYS_clone, (long)SIGCHLD, 0L, 0L, 0L, 0L);

	if (pid == 0)
		_exit(0);
	return ended(pid);
}

ACT(clone_into_namespace)
{
	long pid =
	    syscall(SYS_clone, (long)(CLONE_NEWUSER | SIGCHLD), 0L, 0L, 0L, 0L);

	if (pid == 0)
		_exit(0);
	return ended(pid);
}

ACT(trace_parent)
{
	return ended(ptrace(PTRACE_ATTACH, victim, NULL, NULL));
}

ACT(read_parent)
{
	char here[8];
	struct iovec v = {here, sizeof(here)};

	return ended(process_vm_readv(victim, &v, 1, &v, 1, 0));
}

ACT(signal_another)
{
	return ended(kill(victim, SIGCONT));
}

ACT(signal_a_thread_of_another)
{
	return ended(syscall(SYS_tgkill, victim, victim, SIGCONT));
}

/* One new connection to the listener of the test. */
ACT(dial_the_listener)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return REFUSED;
	(void)getsockname(scene.listener, (struct sockaddr *)&in, &n);
	return ended(connect(fd, (const struct sockaddr *)&in, sizeof(in)));
}

ACT(dial_by_many_paths)
{
	return ended(socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP));
}

ACT(dial_raw)
{
	return ended(socket(AF_INET, SOCK_RAW, IPPROTO_TCP));
}

ACT(dial_by_echo)
{
	return ended(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
}

ACT(ask_the_kernel)
{
	return ended(socket(AF_NETLINK, SOCK_RAW, 0));
}

ACT(read_the_wire)
{
	return ended(socket(AF_PACKET, SOCK_RAW, 0));
}

ACT(listen_to_others)
{
	return ended(listen(scene.tcp, 1));
}

ACT(mark_a_socket)
{
	int one = 1;

	return ended(
	    setsockopt(scene.tcp, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)));
}

static enum ending
mapped(int prot)
{
	return mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
		       MAP_FAILED
		   ? REFUSED
		   : ESCAPED;
}

ACT(map_write_exec)
{
	return mapped(PROT_READ | PROT_WRITE | PROT_EXEC);
}

ACT(map_exec)
{
	return mapped(PROT_EXEC);
}

ACT(protect_exec)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return ended(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}

ACT(protect_exec_by_key)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return ended(syscall(SYS_pkey_mprotect, p, 4096, PROT_EXEC, -1));
}

ACT(use_io_uring)
{
	struct io_uring_params p = {0};

	return ended(syscall(SYS_io_uring_setup, 4, &p));
}

ACT(leave_namespace)
{
	return ended(unshare(CLONE_NEWUSER));
}

ACT(mount_something)
{
	return ended(mount("none", "/tmp", "tmpfs", 0, NULL));
}

ACT(ask_keyring)
{
	return ended(syscall(SYS_keyctl, 0L, 0L, 0L, 0L, 0L));
}

ACT(load_bpf)
{
	return ended(syscall(SYS_bpf, 0L, NULL, 0L));
}

ACT(catch_faults)
{
	return ended(syscall(SYS_userfaultfd, 0L));
}

ACT(become_dumpable)
{
	return ended(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

ACT(type_into_terminal)
{
	return ended(ioctl(0, TIOCSTI, "x"));
}

ACT(lift_a_limit)
{
	struct rlimit rl = {RLIM_INFINITY, RLIM_INFINITY};

	return ended(setrlimit(RLIMIT_CORE, &rl));
}

ACT(become_root)
{
	return ended(setresuid(0, 0, 0) == 0 && geteuid() == 0 ? 0 : -1);
}

ACT(own_a_signal)
{
	return ended(fcntl(scene.tcp, F_SETOWN, victim));
}

#ifdef __x86_64__
ACT(speak_i386)
{
	long nr = 20; /* getpid there */

	__asm__ volatile("int $0x80" : "+a"(nr) : : "memory");
	return ended(nr < 0 ? -1 : 0);
}

ACT(speak_x32)
{
	return ended(syscall(0x40000000 | SYS_getpid));
}
#endif

/* Masks of endings: what may happen to an act in a role. */
#define NO (1u << REFUSED)
#define DIES (1u << DIED)
#define EITHER (NO | DIES)
#define FINE (1u << ESCAPED)

/* clang-format off */
static const struct {
	const char *what;
	act_fn *act;
	unsigned expect[ROLES]; /* monitor, front, worker, jobs, media,
				   match, egress, list, video, print, document,
				   scan */
} attempts[] = {
#define TRY(act, ...) { #act, act, { __VA_ARGS__ } }
	TRY(open_passwd,		FINE, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO),
	TRY(open_own_memory,	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO),
	TRY(open_other_data,	FINE, NO, FINE, FINE, NO, NO, NO, NO, NO, NO, NO, NO),
	TRY(open_keys,		NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO),
	TRY(open_keys_by_dots, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO),
	TRY(write_outside,	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO),
	TRY(move_data_away,	NO, DIES, NO, NO, DIES, DIES, DIES, DIES, DIES, DIES, DIES, DIES),
	TRY(link_data_away,	NO, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(make_symlink,	NO, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(make_device,		DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES, DIES, DIES),
	TRY(dial,		NO, DIES, DIES, DIES, DIES, DIES, FINE, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(dial_locally,	NO, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(bind_old_socket,	NO, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(connect_old_socket, NO, DIES, DIES, DIES, DIES, DIES, NO, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(run_shell,		FINE, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(run_memory,		NO, DIES, DIES, DIES, DIES, NO, NO, NO, DIES, DIES, NO, NO),
	TRY(fork_away,		FINE, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(clone_away,		FINE, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(clone_into_namespace, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES, DIES),
	TRY(trace_parent,	DIES, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(read_parent,		DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES, DIES, DIES),
	TRY(signal_another,	NO, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(signal_a_thread_of_another, NO, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES, DIES),
	TRY(map_write_exec,	FINE, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(map_exec,		FINE, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(protect_exec,	FINE, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(protect_exec_by_key, FINE | NO, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES, DIES),
	TRY(use_io_uring,	DIES, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(leave_namespace,	DIES, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(mount_something,	DIES, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(ask_keyring,		DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES, DIES, DIES),
	TRY(load_bpf,		DIES, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(catch_faults,	DIES, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(become_dumpable,	FINE, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO),
	TRY(type_into_terminal, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO),
	TRY(lift_a_limit,	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO),
	TRY(become_root,		NO | FINE, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES, DIES, DIES),
	TRY(own_a_signal,	FINE | NO, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES, DIES),
#ifdef __x86_64__
	TRY(speak_i386,		DIES, DIES, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES),
	TRY(speak_x32,		EITHER, DIES, DIES, DIES, DIES, DIES, DIES,
	    DIES, DIES, DIES, DIES, DIES),
#endif
};
/* clang-format on */

static const char *const ending_names[] = {
    "was refused", "died", "escaped", "was not jailed", "faulted"};

/* What Landlock learned late is not asked of an older kernel, nor calls of 32
 * bits of a machine that has none. */
static unsigned
slack(enum role_id role, act_fn *act)
{
	int abi = sandbox_landlock_abi();

#ifdef __x86_64__
	if (act == speak_i386)
		return 1u << FAULTED;
#endif
	if (role == ROLE_EGRESS && abi < 4 && act == connect_old_socket)
		return FINE;
	if (role != ROLE_MONITOR)
		return 0;
	if (abi < 4 && (act == bind_old_socket || act == connect_old_socket))
		return FINE;
	if (abi < 6 &&
	    (act == signal_another || act == signal_a_thread_of_another))
		return FINE;
	return 0;
}

static int
escapes_of(enum role_id role)
{
	int wrong = 0;

	for (size_t i = 0; i < sizeof(attempts) / sizeof(*attempts); i++) {
		enum ending end = in_jail(role, attempts[i].act);
		unsigned may =
		    attempts[i].expect[role] | slack(role, attempts[i].act);

		if (may & 1u << end)
			continue;
		print_error("%s: %s %s\n", roles[role].name, attempts[i].what,
		    ending_names[end]);
		wrong++;
	}
	return wrong;
}

static void
the_monitor_keeps_to_its_paths_and_programs(void **state)
{
	(void)state;
	assert_int_equal(escapes_of(ROLE_MONITOR), 0);
}

static void
the_front_opens_nothing_and_dials_nobody(void **state)
{
	(void)state;
	assert_int_equal(escapes_of(ROLE_FRONT), 0);
}

static void
a_worker_leaves_neither_its_folder_nor_its_process(void **state)
{
	(void)state;
	assert_int_equal(escapes_of(ROLE_WORKER), 0);
}

static void
jobs_leave_neither_their_folder_nor_their_process(void **state)
{
	(void)state;
	assert_int_equal(escapes_of(ROLE_JOBS), 0);
}

static void
media_has_its_descriptors_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(escapes_of(ROLE_MEDIA), 0);
}

static void
video_has_its_descriptors_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(escapes_of(ROLE_VIDEO), 0);
}

static void
document_has_its_descriptors_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(escapes_of(ROLE_DOCUMENT), 0);
}

static void
who_asks_the_antivirus_has_its_descriptors_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(escapes_of(ROLE_SCAN), 0);
}

/* It makes the jails, and reads nothing: of attackers' calls it has the mounts
 * alone, and those as nobody in particular. */
static void
who_makes_jails_dials_nobody_and_takes_over_nobody(void **state)
{
	(void)state;
	assert_int_equal(in_jail(ROLE_OFFICE, dial), REFUSED);
	assert_int_equal(in_jail(ROLE_OFFICE, ask_the_kernel), REFUSED);
	assert_int_equal(in_jail(ROLE_OFFICE, read_the_wire), REFUSED);
	assert_int_equal(in_jail(ROLE_OFFICE, connect_old_socket), REFUSED);
}

static void
match_has_its_descriptors_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(escapes_of(ROLE_MATCH), 0);
}

static void
the_printer_has_the_fonts_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(escapes_of(ROLE_PRINT), 0);
}

static void
the_reader_of_lists_has_its_pipes_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(escapes_of(ROLE_LIST), 0);
}

/* 1 to 65535, the listener's own port or never that one. */
static void
list_port(bool own)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t n = sizeof(in);
	unsigned port;

	(void)getsockname(scene.listener, (struct sockaddr *)&in, &n);
	port = ntohs(in.sin_port);
	(void)snprintf(scene.conf.egress_hosts, sizeof(scene.conf.egress_hosts),
	    "peer.test:%u", own ? port : port ^ 1);
}

static void
egress_has_sockets_and_nothing_else(void **state)
{
	(void)state;
	list_port(false);
	assert_int_equal(escapes_of(ROLE_EGRESS), 0);
	assert_int_equal(in_jail(ROLE_EGRESS, dial_by_many_paths), DIED);
	assert_int_equal(in_jail(ROLE_EGRESS, dial_raw), DIED);
	assert_int_equal(in_jail(ROLE_EGRESS, dial_by_echo), DIED);
	assert_int_equal(in_jail(ROLE_EGRESS, ask_the_kernel), DIED);
	assert_int_equal(in_jail(ROLE_EGRESS, read_the_wire), DIED);
	assert_int_equal(in_jail(ROLE_EGRESS, listen_to_others), DIED);
	assert_int_equal(in_jail(ROLE_EGRESS, mark_a_socket), DIED);
	scene.conf.egress_hosts[0] = '\0';
}

/* Ports and all came with the fourth Landlock. */
static void
egress_calls_the_ports_that_are_listed(void **state)
{
	(void)state;
	list_port(true);
	assert_int_equal(in_jail(ROLE_EGRESS, dial_the_listener), ESCAPED);
	assert_int_equal(in_jail(ROLE_MONITOR, dial_the_listener), ESCAPED);
	if (sandbox_landlock_abi() >= 4) {
		list_port(false);
		assert_int_equal(
		    in_jail(ROLE_EGRESS, dial_the_listener), REFUSED);
		assert_int_equal(
		    in_jail(ROLE_MONITOR, dial_the_listener), REFUSED);
	}
	scene.conf.egress_hosts[0] = '\0';
}

static void
with_an_antivirus_only_the_monitor_leaves_local_sockets(void **state)
{
	(void)state;
	(void)snprintf(scene.conf.clamav_socket,
	    sizeof(scene.conf.clamav_socket), "/run/clamd.ctl");
	assert_int_equal(in_jail(ROLE_MONITOR, dial_locally), ESCAPED);
	assert_int_equal(in_jail(ROLE_MONITOR, dial), REFUSED);
	assert_int_equal(in_jail(ROLE_MONITOR, ask_the_kernel), REFUSED);
	for (int r = ROLE_FRONT; r < ROLES; r++) /* connecting is refused */
		if (r != ROLE_OFFICE)
			assert_int_not_equal(
			    in_jail((enum role_id)r, dial_locally), ESCAPED);
	assert_int_equal(in_jail(ROLE_OFFICE, connect_old_socket), REFUSED);
	list_port(true);
	assert_int_equal(in_jail(ROLE_MONITOR, dial_locally), ESCAPED);
	assert_int_equal(in_jail(ROLE_MONITOR, dial_the_listener), ESCAPED);
	assert_int_equal(in_jail(ROLE_MONITOR, ask_the_kernel), REFUSED);
	scene.conf.egress_hosts[0] = scene.conf.clamav_socket[0] = '\0';
}

static void
with_somebody_to_call_only_the_monitor_gives_up_less(void **state)
{
	static const enum role_id others[] = {ROLE_FRONT, ROLE_WORKER,
	    ROLE_JOBS, ROLE_MEDIA, ROLE_MATCH, ROLE_LIST, ROLE_VIDEO,
	    ROLE_PRINT, ROLE_DOCUMENT, ROLE_SCAN};

	(void)state;
	list_port(true);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_int_equal(in_jail(others[i], dial_the_listener), DIED);
	assert_int_equal(in_jail(ROLE_MONITOR, dial_locally), REFUSED);
	assert_int_equal(in_jail(ROLE_MONITOR, ask_the_kernel), REFUSED);
	assert_int_equal(in_jail(ROLE_MONITOR, read_the_wire), REFUSED);
	scene.conf.egress_hosts[0] = '\0';
}

static int
setup(void **state)
{
	(void)state;
	scene_make();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scene_clear();
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_monitor_keeps_to_its_paths_and_programs),
	    cmocka_unit_test(the_front_opens_nothing_and_dials_nobody),
	    cmocka_unit_test(
		a_worker_leaves_neither_its_folder_nor_its_process),
	    cmocka_unit_test(jobs_leave_neither_their_folder_nor_their_process),
	    cmocka_unit_test(media_has_its_descriptors_and_nothing_else),
	    cmocka_unit_test(video_has_its_descriptors_and_nothing_else),
	    cmocka_unit_test(document_has_its_descriptors_and_nothing_else),
	    cmocka_unit_test(
		who_asks_the_antivirus_has_its_descriptors_and_nothing_else),
	    cmocka_unit_test(
		who_makes_jails_dials_nobody_and_takes_over_nobody),
	    cmocka_unit_test(match_has_its_descriptors_and_nothing_else),
	    cmocka_unit_test(
		the_reader_of_lists_has_its_pipes_and_nothing_else),
	    cmocka_unit_test(the_printer_has_the_fonts_and_nothing_else),
	    cmocka_unit_test(egress_has_sockets_and_nothing_else),
	    cmocka_unit_test(egress_calls_the_ports_that_are_listed),
	    cmocka_unit_test(
		with_an_antivirus_only_the_monitor_leaves_local_sockets),
	    cmocka_unit_test(
		with_somebody_to_call_only_the_monitor_gives_up_less),
	};

	if (!as_asked(argc, argv))
		return 77;
	victim = getpid();
	return cmocka_run_group_tests(tests, setup, teardown);
}
