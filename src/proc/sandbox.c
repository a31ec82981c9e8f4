#include "proc/sandbox.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#if SANITIZED
/* The leak checker stops the world by ptrace, which nobody here may: not in a
 * jail, nor before it under the filter that the monitor handed on. */
int __lsan_is_turned_off(void);
static int entered;

int
__lsan_is_turned_off(void)
{
	return entered || prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 0;
}
#endif

/* Never above what we were given: a smaller hard limit stays. */
static bool
limit(int what, rlim_t max, struct err *e)
{
	const __rlimit_resource_t r = (__rlimit_resource_t)what;
	struct rlimit rl;

	if (getrlimit(r, &rl) == -1)
		return err_sys(e, "getrlimit %d", what);
	if (rl.rlim_max > max)
		rl.rlim_max = max;
	rl.rlim_cur = rl.rlim_max;
	return setrlimit(r, &rl) == 0 || err_sys(e, "setrlimit %d", what);
}

static bool
limit_resources(const struct role *r, struct err *e)
{
	/* The sanitizers reserve terabytes of address space. */
	if (r->mem_mb != 0 && !SANITIZED &&
	    !limit(RLIMIT_AS, r->mem_mb << 20, e))
		return false;
	if (r->nofile != 0 && !limit(RLIMIT_NOFILE, r->nofile, e))
		return false;
	if (r->fsize_mb != 0 && !limit(RLIMIT_FSIZE, r->fsize_mb << 20, e))
		return false;
	return limit(RLIMIT_CORE, 0, e);
}

/* The bounding set can be emptied only by who holds CAP_SETPCAP; who does not
 * gains nothing by exec either, thanks to no_new_privs. */
bool
sandbox_drop_capabilities(struct err *e)
{
	struct __user_cap_header_struct head = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0};

	for (unsigned long cap = 0; cap < 64; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == -1 &&
		    errno != EINVAL && errno != EPERM)
			return err_sys(e, "PR_CAPBSET_DROP");
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1 &&
	    errno != EINVAL)
		return err_sys(e, "PR_CAP_AMBIENT");
	if (syscall(SYS_capset, &head, data) == -1)
		return err_sys(e, "capset");
	return true;
}

/*
 * Landlock binds only the calling thread, so a role that may open files or
 * call other servers must still be single-threaded here.  The others cannot
 * open: their seccomp filter, which is put on all threads, is what holds them.
 */
static bool
check_threads(const struct role *r, struct err *e)
{
	struct stat st;

	if (!(r->sys & (SYS_FILE | SYS_READ | SYS_SPAWN | SYS_DIAL | SYS_NEST)))
		return true;
	if (stat("/proc/self/task", &st) == -1)
		return err_sys(e, "/proc/self/task");
	if (st.st_nlink != 3) /* ".", ".." and one thread */
		return err_set(e, ERR_DENIED, "%ju threads before the sandbox",
		    (uintmax_t)st.st_nlink - 2);
	return true;
}

static bool
limit_all(const struct role *r, struct err *e)
{
	if (!sandbox_drop_capabilities(e))
		return false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(e, "no_new_privs");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return err_sys(e, "PR_SET_DUMPABLE");
	return limit_resources(r, e);
}

/* Under Landlock nobody mounts; without it, nobody is locked in. */
static bool
limit_paths(
    const struct role *r, const struct conf *c, bool *ret_weak, struct err *e)
{
	if (!(r->sys & SYS_NEST))
		return sandbox_limit_paths(r, c, ret_weak, e);
	*ret_weak = false;
	return sandbox_landlock_abi() != 0 ||
	       err_set(e, ERR_DENIED, "this kernel has no Landlock");
}

static bool
enter(const struct role *r, const struct conf *c, bool *ret_weak, struct err *e)
{
	bool weak = false;

	if (!check_threads(r, e) || !limit_all(r, e) ||
	    !limit_paths(r, c, &weak, e) || !sandbox_limit_calls(r, e))
		return false;
	*ret_weak = weak;
	return true;
}

bool
sandbox_enter_inner(
    enum inner_id id, const struct inner_path *paths, size_t n, struct err *e)
{
#if SANITIZED
	entered = 1;
#endif
	return (limit_all(&inners[id], e) && sandbox_limit_to(paths, n, e) &&
		   sandbox_limit_calls(&inners[id], e)) ||
	       err_wrap(e, "sandbox of %s", inners[id].name);
}

/* Of which families the monitor leaves sockets to its roles. */
static unsigned
sockets_of(const struct conf *c)
{
	bool abroad = conf_calls_out(c);

	if (c->clamav_socket[0] != '\0')
		return abroad ? SYS_AROUND : SYS_BESIDE;
	return abroad ? SYS_ABROAD : SYS_HOME;
}

bool
sandbox_enter(
    enum role_id id, const struct conf *c, bool *ret_weak, struct err *e)
{
	struct role r;

#if SANITIZED
	entered = 1;
#endif
	r = roles[id];
	/* What the monitor gave up, the egress and scan processes would not
	 * have. */
	if (r.sys & SYS_HOME)
		r.sys = (r.sys & ~(unsigned)SYS_HOME) | sockets_of(c);
	return enter(&r, c, ret_weak, e) ||
	       err_wrap(e, "sandbox of %s", r.name);
}
