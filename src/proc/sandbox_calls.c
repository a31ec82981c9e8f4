/* seccomp: which system calls a role may make, and with what arguments. */
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "proc/sandbox.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define C(name) SCMP_SYS(name)

struct call {
	unsigned sets; /* of any of these */
	int nr;
};

/* clang-format off */
/* The review of a change to these tables is the audit. */
static const struct call allowed[] = {
	{ SYS_CORE, C(read) },		{ SYS_CORE, C(readv) },
	{ SYS_CORE, C(write) },		{ SYS_CORE, C(writev) },
	{ SYS_CORE, C(close) },		{ SYS_CORE, C(lseek) },
	{ SYS_CORE, C(pread64) },
	{ SYS_CORE, C(fstat) },		{ SYS_CORE, C(newfstatat) },
	{ SYS_CORE, C(munmap) },	{ SYS_CORE, C(mremap) },
	{ SYS_CORE, C(madvise) },	{ SYS_CORE, C(brk) },
	{ SYS_CORE, C(mlock) },		{ SYS_CORE, C(munlock) },
	{ SYS_CORE, C(futex) },		{ SYS_CORE, C(getrandom) },
	{ SYS_CORE, C(recvmsg) },	{ SYS_CORE, C(sendmsg) },
	{ SYS_CORE, C(recvmmsg) },	{ SYS_CORE, C(sendmmsg) },
	{ SYS_CORE, C(sendto) },	{ SYS_CORE, C(recvfrom) },
	{ SYS_CORE, C(poll) },		{ SYS_CORE, C(ppoll) },
	{ SYS_CORE, C(clock_gettime) },	{ SYS_CORE, C(clock_getres) },
	{ SYS_CORE, C(gettimeofday) },	{ SYS_CORE, C(time) },
	{ SYS_CORE, C(nanosleep) },	{ SYS_CORE, C(clock_nanosleep) },
	{ SYS_CORE, C(sched_yield) },	{ SYS_CORE, C(sched_getaffinity) },
	{ SYS_CORE, C(getpid) },	{ SYS_CORE, C(gettid) },
	{ SYS_CORE, C(getuid) },	{ SYS_CORE, C(geteuid) },
	{ SYS_CORE, C(getgid) },	{ SYS_CORE, C(getegid) },
	{ SYS_CORE, C(getrusage) },	{ SYS_CORE, C(set_robust_list) },
	{ SYS_CORE, C(rt_sigaction) },	{ SYS_CORE, C(rt_sigprocmask) },
	{ SYS_CORE, C(rt_sigreturn) },	{ SYS_CORE, C(restart_syscall) },
	{ SYS_CORE, C(exit) },		{ SYS_CORE, C(exit_group) },
	{ SYS_CORE, C(rseq) },

	/* Landlock says below which folders. */
	{ SYS_FILE | SYS_READ, C(openat) },	{ SYS_FILE | SYS_READ, C(access) },
	{ SYS_FILE | SYS_READ, C(faccessat) },	{ SYS_FILE | SYS_READ, C(faccessat2) },
	{ SYS_FILE | SYS_READ, C(stat) },		{ SYS_FILE | SYS_READ, C(lstat) },
	{ SYS_FILE | SYS_READ, C(statx) },		{ SYS_FILE | SYS_READ, C(getdents64) },
	{ SYS_FILE | SYS_READ, C(statfs) },	{ SYS_FILE | SYS_READ, C(fstatfs) },
	{ SYS_FILE | SYS_READ, C(readlink) },	{ SYS_FILE | SYS_READ, C(readlinkat) },
	{ SYS_FILE | SYS_READ, C(getcwd) },	{ SYS_FILE, C(flock) },
	{ SYS_FILE, C(unlink) },	{ SYS_FILE, C(unlinkat) },
	{ SYS_FILE, C(rename) },	{ SYS_FILE, C(renameat) },
	{ SYS_FILE, C(renameat2) },	{ SYS_FILE, C(mkdir) },
	{ SYS_FILE, C(mkdirat) },	{ SYS_FILE, C(rmdir) },

	{ SYS_STORE, C(pwrite64) },	{ SYS_STORE, C(pwritev) },
	{ SYS_STORE, C(preadv) },	{ SYS_STORE, C(fallocate) },
	{ SYS_STORE, C(fsync) },	{ SYS_STORE, C(fdatasync) },
	{ SYS_STORE, C(sync_file_range) },
	{ SYS_STORE | SYS_READ, C(fadvise64) },	{ SYS_STORE, C(copy_file_range) },
	{ SYS_STORE | SYS_MEMFD, C(ftruncate) },
	{ SYS_STORE | SYS_MEMFD, C(dup) },

	{ SYS_MEMFD, C(memfd_create) },

	{ SYS_SERVE, C(accept) },	{ SYS_SERVE, C(accept4) },
	{ SYS_SERVE, C(epoll_create1) }, { SYS_SERVE, C(epoll_ctl) },
	{ SYS_SERVE, C(epoll_wait) },	{ SYS_SERVE, C(epoll_pwait) },
	{ SYS_SERVE, C(epoll_pwait2) },	{ SYS_SERVE, C(eventfd2) },
	{ SYS_SERVE, C(timerfd_create) }, { SYS_SERVE, C(timerfd_settime) },
	{ SYS_SERVE, C(timerfd_gettime) },
	{ SYS_SERVE, C(listen) },	{ SYS_SERVE, C(sendfile) },
	{ SYS_SERVE | SYS_DIAL, C(shutdown) },
	{ SYS_SERVE | SYS_DIAL, C(getsockopt) },
	{ SYS_SERVE | SYS_DIAL, C(getsockname) },
	{ SYS_SERVE | SYS_DIAL, C(getpeername) },
	{ SYS_DIAL, C(connect) },

	{ SYS_DEADLINE, C(setitimer) },

	{ SYS_WAIT, C(wait4) },

	/* LibreOffice, in a root and a network of its own; Landlock says
	 * that execve is for itself and the loader. */
	{ SYS_SUITE, C(execve) },	{ SYS_SUITE, C(arch_prctl) },
	{ SYS_SUITE, C(set_tid_address) }, { SYS_SUITE, C(chmod) },
	{ SYS_SUITE, C(pipe2) },	{ SYS_SUITE, C(pipe) },
	{ SYS_SUITE, C(eventfd2) },	{ SYS_SUITE, C(dup2) },
	{ SYS_SUITE, C(sigaltstack) },	{ SYS_SUITE, C(chdir) },
	{ SYS_SUITE, C(mmap) },		{ SYS_SUITE, C(mprotect) },
	{ SYS_SUITE, C(getppid) },	{ SYS_SUITE, C(dup) },
	{ SYS_SUITE, C(bind) },		{ SYS_SUITE, C(listen) },
	{ SYS_SUITE, C(accept) },	{ SYS_SUITE, C(shutdown) },

#if SANITIZED	/* what the run-time of AddressSanitizer itself does */
	{ SYS_CORE, C(sigaltstack) },	{ SYS_CORE, C(prlimit64) },
	{ SYS_CORE, C(pipe) },		{ SYS_CORE, C(pipe2) },
	{ SYS_CORE, C(getppid) },	{ SYS_CORE, C(mincore) },
#endif
};

/* Libraries ask for these and cope with a no; anything else is an attack. */
static const struct refusal {
	int nr, err;
} refused[] = {
	{ C(open), EACCES },		{ C(openat), EACCES },
	{ C(access), EACCES },		{ C(faccessat), EACCES },
	{ C(faccessat2), EACCES },	{ C(stat), EACCES },
	{ C(lstat), EACCES },		{ C(statx), ENOSYS },
	{ C(readlink), EACCES },	{ C(readlinkat), EACCES },
	{ C(getcwd), EACCES },		{ C(getdents64), EACCES },
	{ C(statfs), EACCES },		{ C(fstatfs), EACCES },
	{ C(unlink), EACCES },		{ C(unlinkat), EACCES },
	{ C(mkdir), EACCES },		{ C(mkdirat), EACCES },
	{ C(fchmod), EPERM },		{ C(fchown), EPERM },
	{ C(fchmodat), EPERM },		{ C(umask), EPERM },
	{ C(utimensat), EPERM },	{ C(ioctl), ENOTTY },
	{ C(clone3), ENOSYS },		{ C(getcpu), ENOSYS },
	{ C(sysinfo), EPERM },		{ C(uname), EPERM },
	{ C(prlimit64), EPERM },	{ C(getrlimit), EPERM },
	{ C(sched_getattr), EPERM },	{ C(sched_setattr), EPERM },
	{ C(memfd_create), EACCES },	{ C(get_mempolicy), ENOSYS },
};

/* What neither the monitor nor a role that it starts has any use for. */
static const int never[] = {
	C(ptrace), C(process_vm_readv), C(process_vm_writev), C(kcmp),
	C(pidfd_getfd), C(process_madvise),
	C(chroot), C(unshare), C(setns),
	C(open_tree), C(move_mount), C(fsopen), C(fsconfig), C(fsmount),
	C(fspick), C(open_by_handle_at), C(swapon),
	C(swapoff), C(mknod), C(mknodat), C(quotactl), C(acct),
	C(bpf), C(perf_event_open), C(userfaultfd), C(io_uring_setup),
	C(io_uring_enter), C(io_uring_register), C(fanotify_init),
	C(keyctl), C(add_key), C(request_key), C(kexec_load),
	C(kexec_file_load), C(init_module), C(finit_module),
	C(delete_module), C(reboot), C(iopl), C(ioperm), C(modify_ldt),
	C(settimeofday), C(clock_settime), C(clock_adjtime), C(adjtimex),
	C(sethostname), C(setdomainname), C(syslog), C(vhangup),
	C(lookup_dcookie), C(nfsservctl), C(uselib), C(vmsplice),
};

/* What besides is for ROLE_OFFICE alone. */
static const int never_but_nest[] = {
	C(mount), C(umount2), C(pivot_root), C(mount_setattr),
};
/* clang-format on */

/* One call with conditions on its arguments. */
struct checked {
	unsigned sets;
	int nr;
	uint32_t action;
	unsigned n;
	struct scmp_arg_cmp cmp[3];
};

#define ALLOW SCMP_ACT_ALLOW
#define REFUSE(err) SCMP_ACT_ERRNO(err)
#define IS(arg, value)                         \
	{                                      \
		(arg), SCMP_CMP_EQ, (value), 0 \
	}
#define NOT(arg, value)                        \
	{                                      \
		(arg), SCMP_CMP_NE, (value), 0 \
	}
#define MASK(arg, mask, value)                             \
	{                                                  \
		(arg), SCMP_CMP_MASKED_EQ, (mask), (value) \
	}
#define UP_TO(arg, value)                      \
	{                                      \
		(arg), SCMP_CMP_LE, (value), 0 \
	}
#define ABOVE(arg, value)                      \
	{                                      \
		(arg), SCMP_CMP_GT, (value), 0 \
	}
#define FCNTL(sets, cmd)                    \
	{                                   \
		(sets), C(fcntl), ALLOW, 1, \
		{                           \
			IS(1, (cmd))        \
		}                           \
	}

/* A thread as the C library makes it, with no other flag at all. */
#define THREAD_MUST ((uint64_t)(CLONE_VM | CLONE_THREAD | CLONE_SIGHAND))
#define THREAD_MAY                                                          \
	((uint64_t)(CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_SETTLS | \
		    CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID |            \
		    CLONE_DETACHED))

/* A socket of this family: TCP, or UDP for the name servers; no other
 * protocol (MPTCP is TCP that Landlock does not know), nothing raw. */
#define SOCKET_TYPE 0xfu
#define NOT_TCP (~(uint32_t)IPPROTO_TCP)
#define SOCKETS(family)                                                    \
	{SYS_DIAL, C(socket), ALLOW, 3,                                    \
	    {IS(0, (family)), MASK(1, SOCKET_TYPE, SOCK_STREAM),           \
		MASK(2, NOT_TCP, 0)}},                                     \
	{                                                                  \
		SYS_DIAL, C(socket), ALLOW, 3,                             \
		{                                                          \
			IS(0, (family)), MASK(1, SOCKET_TYPE, SOCK_DGRAM), \
			    IS(2, 0)                                       \
		}                                                          \
	}
/* For the monitor, who may all that is not forbidden. */
#define NO_FAMILY(sets, family)                       \
	{                                             \
		(sets), C(socket), REFUSE(EACCES), 1, \
		{                                     \
			IS(0, (family))               \
		}                                     \
	}
#define FAR (SYS_ABROAD | SYS_AROUND)

/* clang-format off */
static const struct checked checked[] = {
	/* No page is ever executable that was not so before. */
	{ SYS_CORE, C(mmap), ALLOW, 1, { MASK(2, PROT_EXEC, 0) } },
	{ SYS_CORE, C(mprotect), ALLOW, 1, { MASK(2, PROT_EXEC, 0) } },

	FCNTL(SYS_CORE, F_GETFD),	FCNTL(SYS_CORE, F_SETFD),
	FCNTL(SYS_CORE, F_GETFL),	FCNTL(SYS_CORE, F_SETFL),
	FCNTL(SYS_CORE, F_DUPFD_CLOEXEC),
	FCNTL(SYS_FILE, F_GETLK),	FCNTL(SYS_FILE, F_SETLK),
	FCNTL(SYS_FILE, F_SETLKW),	FCNTL(SYS_FILE, F_OFD_GETLK),
	FCNTL(SYS_FILE, F_OFD_SETLK),	FCNTL(SYS_FILE, F_OFD_SETLKW),
	FCNTL(SYS_CORE, F_GET_SEALS),	FCNTL(SYS_MEMFD, F_ADD_SEALS),

	{ SYS_THREAD, C(clone), ALLOW, 1,
	    { MASK(0, ~THREAD_MAY, THREAD_MUST) } },
	{ SYS_CORE, C(prctl), ALLOW, 1, { IS(0, PR_SET_NAME) } },
	{ SYS_CORE, C(prctl), REFUSE(EPERM), 1, { NOT(0, PR_SET_NAME) } },

	/* TCP_NODELAY, TCP_MAXSEG, TCP_CORK; no filter, no upper protocol. */
	{ SYS_SERVE, C(setsockopt), ALLOW, 2,
	    { IS(1, IPPROTO_TCP), UP_TO(2, TCP_CORK) } },
	{ SYS_SERVE, C(setsockopt), REFUSE(EPERM), 2,
	    { IS(1, IPPROTO_TCP), ABOVE(2, TCP_CORK) } },
	{ SYS_SERVE, C(setsockopt), ALLOW, 2,
	    { IS(1, SOL_SOCKET), IS(2, SO_LINGER) } },
	{ SYS_SERVE, C(setsockopt), REFUSE(EPERM), 2,
	    { IS(1, SOL_SOCKET), NOT(2, SO_LINGER) } },

	SOCKETS(AF_INET),	SOCKETS(AF_INET6),
	{ SYS_DIAL, C(setsockopt), ALLOW, 2,
	    { IS(1, IPPROTO_TCP), IS(2, TCP_NODELAY) } },
	{ SYS_DIAL, C(setsockopt), ALLOW, 2, /* glibc, of name servers */
	    { IS(1, IPPROTO_IP), IS(2, IP_RECVERR) } },
	{ SYS_DIAL, C(setsockopt), ALLOW, 2,
	    { IS(1, IPPROTO_IPV6), IS(2, IPV6_RECVERR) } },

	/* The monitor and, through it, every role. */
	{ SYS_SPAWN, C(clone), SCMP_ACT_KILL_PROCESS, 1,
	    { MASK(0, CLONE_NEWUSER, CLONE_NEWUSER) } },
	{ SYS_SPAWN, C(clone), SCMP_ACT_KILL_PROCESS, 1,
	    { MASK(0, CLONE_NEWNS, CLONE_NEWNS) } },
	{ SYS_SPAWN, C(clone), SCMP_ACT_KILL_PROCESS, 1,
	    { MASK(0, CLONE_NEWNET, CLONE_NEWNET) } },
	{ SYS_SPAWN, C(clone), SCMP_ACT_KILL_PROCESS, 1,
	    { MASK(0, CLONE_NEWPID, CLONE_NEWPID) } },
	{ SYS_SPAWN, C(clone), SCMP_ACT_KILL_PROCESS, 1,
	    { MASK(0, CLONE_NEWIPC, CLONE_NEWIPC) } },
	{ SYS_SPAWN, C(clone3), REFUSE(ENOSYS), 0, { { 0 } } },
	{ SYS_HOME, C(socket), REFUSE(EACCES), 0, { { 0 } } },
	{ SYS_BESIDE, C(socket), REFUSE(EACCES), 1, { NOT(0, AF_UNIX) } },
	NO_FAMILY(SYS_ABROAD, AF_UNIX),
	NO_FAMILY(FAR, AF_UNSPEC), NO_FAMILY(FAR, 3), NO_FAMILY(FAR, 4),
	NO_FAMILY(FAR, 5), NO_FAMILY(FAR, 6), NO_FAMILY(FAR, 7),
	NO_FAMILY(FAR, 8), NO_FAMILY(FAR, 9),
	{ FAR, C(socket), REFUSE(EACCES), 1, { ABOVE(0, AF_INET6) } },
	{ SYS_SPAWN, C(ioctl), REFUSE(EPERM), 1, { IS(1, TIOCSTI) } },
	/* LibreOffice listens for others of its kind, and ends where it
	 * cannot: in a folder and a network where there is nobody. */
	{ SYS_SUITE, C(socket), ALLOW, 1, { IS(0, AF_UNIX) } },
	{ SYS_NEST | SYS_SUITE, C(socket), REFUSE(EACCES), 1,
	    { NOT(0, AF_UNIX) } },
	{ SYS_NEST | SYS_SUITE, C(connect), REFUSE(EACCES), 0, { { 0 } } },
	{ SYS_SUITE, C(clone), REFUSE(EACCES), 1, /* it asks for GnuPG */
	    { MASK(0, CLONE_THREAD, 0) } },
	{ SYS_SUITE, C(chown), REFUSE(EPERM), 0, { { 0 } } },
	{ SYS_SUITE, C(socketpair), REFUSE(EACCES), 0, { { 0 } } },
};
/* clang-format on */

/* A call that this machine does not have needs no rule. */
static int
add(scmp_filter_ctx f, uint32_t action, int nr, unsigned n,
    const struct scmp_arg_cmp *cmp)
{
	int rc = nr < 0 ? 0 : seccomp_rule_add_array(f, action, nr, n, cmp);

	return rc == -EDOM ? 0 : rc;
}

static bool
is_allowed(const struct role *r, int nr)
{
	for (size_t i = 0; i < COUNT(allowed); i++)
		if (allowed[i].nr == nr && r->sys & allowed[i].sets)
			return true;
	return false;
}

static int
add_plain(scmp_filter_ctx f, const struct role *r)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < COUNT(allowed); i++)
		if (r->sys & allowed[i].sets)
			rc = add(f, ALLOW, allowed[i].nr, 0, NULL);
	for (size_t i = 0; rc == 0 && i < COUNT(refused); i++)
		if (r->sys & SYS_CORE && !is_allowed(r, refused[i].nr))
			rc = add(f, REFUSE((unsigned)refused[i].err),
			    refused[i].nr, 0, NULL);
	for (size_t i = 0; rc == 0 && i < COUNT(never); i++)
		if (r->sys & (SYS_SPAWN | SYS_NEST))
			rc = add(f, SCMP_ACT_KILL_PROCESS, never[i], 0, NULL);
	for (size_t i = 0; rc == 0 && i < COUNT(never_but_nest); i++)
		if (r->sys & SYS_SPAWN)
			rc = add(f, SCMP_ACT_KILL_PROCESS, never_but_nest[i], 0,
			    NULL);
	return rc;
}

static int
add_checked(scmp_filter_ctx f, const struct role *r)
{
	/* abort() signals itself; nobody else may be signalled. */
	const struct scmp_arg_cmp self[] = {IS(0, (scmp_datum_t)getpid())};
	int rc = 0;

	if (r->sys & SYS_CORE)
		rc = add(f, ALLOW, C(tgkill), 1, self);
	for (size_t i = 0; rc == 0 && i < COUNT(checked); i++)
		if (r->sys & checked[i].sets)
			rc = add(f, checked[i].action, checked[i].nr,
			    checked[i].n, checked[i].cmp);
	return rc;
}

static void
filter_cleanup(scmp_filter_ctx *f)
{
	seccomp_release(*f);
}

/* The monitor forbids what is known to be evil, because all that its children
 * need before their own lock-down is more than a list; the roles' filters
 * allow what is known to be needed. */
bool
sandbox_limit_calls(const struct role *r, struct err *e)
{
	CLEANUP(filter_cleanup)
	scmp_filter_ctx f = seccomp_init(r->sys & (SYS_SPAWN | SYS_NEST)
					     ? SCMP_ACT_ALLOW
					     : SCMP_ACT_KILL_PROCESS);
	int rc = f == NULL ? -ENOMEM : 0;

	if (rc == 0) /* libraries may have started threads already */
		rc = seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1);
	if (rc == 0)
		rc = seccomp_attr_set(
		    f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0)
		rc = add_plain(f, r);
	if (rc == 0)
		rc = add_checked(f, r);
	if (rc == 0)
		rc = seccomp_load(f);
	if (rc != 0) {
		errno = -rc;
		return err_sys(e, "seccomp");
	}
	return true;
}
