/* Landlock: which files a role may open, and which ports it may call. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "conf/services.h"
#include "proc/sandbox.h"

/*
 * The kernel's interface as of ABI 6, because the headers of the distribution
 * stop at ABI 2.  Source: Documentation/userspace-api/landlock.rst.
 */
#define LL_EXECUTE (1ull << 0)
#define LL_WRITE_FILE (1ull << 1)
#define LL_READ_FILE (1ull << 2)
#define LL_READ_DIR (1ull << 3)
#define LL_REMOVE_DIR (1ull << 4)
#define LL_REMOVE_FILE (1ull << 5)
#define LL_MAKE_DIR (1ull << 7)
#define LL_MAKE_REG (1ull << 8)
#define LL_MAKE_SOCK (1ull << 9)
#define LL_REFER (1ull << 13)
#define LL_TRUNCATE (1ull << 14)
#define LL_OF_FILES (LL_EXECUTE | LL_WRITE_FILE | LL_READ_FILE | LL_TRUNCATE)

#define LL_FS_BITS_ABI1 13
#define LL_NET_ALL 3ull /* bind and connect of TCP, ABI 4 */
#define LL_NET_CONNECT 2ull
#define LL_SCOPE_ALL 3ull /* abstract Unix sockets and signals, ABI 6 */

#define LL_VERSION 1u
#define LL_PATH_BENEATH 1u
#define LL_NET_PORT 2u
#define HTTPS_PORT 443
#define ABI_NET 4

struct ll_ruleset {
	uint64_t fs, net, scope;
};

struct ll_path_beneath {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

struct ll_net_port {
	uint64_t allowed, port;
};

#define DOMAIN_PORT 53 /* answers that are too long for UDP */

/* ABI 1 forbids every rename from folder to folder, which the blobs need. */
#define ABI_LEAST 2

#define LL_WRITE_ALL                                                     \
	(LL_READ_FILE | LL_READ_DIR | LL_WRITE_FILE | LL_TRUNCATE |      \
	    LL_MAKE_REG | LL_MAKE_DIR | LL_REMOVE_FILE | LL_REMOVE_DIR | \
	    LL_REFER)

static const uint64_t rights[] = {
    [PATH_READ] = LL_READ_FILE | LL_READ_DIR,
    [PATH_EXEC] = LL_READ_FILE | LL_READ_DIR | LL_EXECUTE,
    [PATH_USE] = LL_READ_FILE | LL_WRITE_FILE | LL_TRUNCATE,
    [PATH_WRITE] = LL_WRITE_ALL,
    [PATH_WORK] = LL_WRITE_ALL | LL_MAKE_SOCK,
};

int
sandbox_landlock_abi(void)
{
	long abi =
	    syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LL_VERSION);

	return abi < ABI_LEAST ? 0 : (int)abi;
}

/* Everything that this kernel can forbid on files. */
static uint64_t
handled_fs(int abi)
{
	int bits = LL_FS_BITS_ABI1 + (abi >= 2) + (abi >= 3) + (abi >= 5);

	return (1ull << bits) - 1;
}

static long
create_ruleset(int abi)
{
	const struct ll_ruleset set = {
	    handled_fs(abi), LL_NET_ALL, LL_SCOPE_ALL};
	/* An older kernel takes the fields that it knows. */
	size_t n = abi >= 6         ? sizeof(set)
		   : abi >= ABI_NET ? offsetof(struct ll_ruleset, scope)
				    : offsetof(struct ll_ruleset, net);

	return syscall(SYS_landlock_create_ruleset, &set, n, 0u);
}

static bool
allow_path(int set, int abi, const char *path, bool optional,
    enum path_access access, struct err *e)
{
	OWNED_FD fd = open(path, O_PATH | O_CLOEXEC);
	struct ll_path_beneath rule = {.parent_fd = fd};
	struct stat st;

	if (fd == -1 && optional && errno == ENOENT)
		return true;
	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "%s", path);
	rule.allowed = rights[access] & handled_fs(abi);
	if (!S_ISDIR(st.st_mode))
		rule.allowed &= LL_OF_FILES;
	if (syscall(SYS_landlock_add_rule, set, LL_PATH_BENEATH, &rule, 0u) ==
	    -1)
		return err_sys(e, "landlock %s", path);
	return true;
}

static bool
allow_place(int set, int abi, const struct path_rule *rule,
    const struct conf *c, struct err *e)
{
	static char path[ROLE_PLACE_MAX][ROLE_PATH_MAX];
	bool optional = false;
	size_t n = role_place(rule->place, c, path, &optional);

	for (size_t i = 0; i < n; i++)
		if (!allow_path(set, abi, path[i], optional, rule->access, e))
			return false;
	return true;
}

static bool
allow_port(int set, uint16_t port, struct err *e)
{
	const struct ll_net_port rule = {LL_NET_CONNECT, port};

	return syscall(SYS_landlock_add_rule, set, LL_NET_PORT, &rule, 0u) !=
		   -1 ||
	       err_sys(e, "landlock port %u", port);
}

static bool
allow_hosts(int set, const struct conf_hosts *h, struct err *e)
{
	for (size_t i = 0; i < h->n; i++)
		if (!allow_port(set, h->v[i].port, e))
			return false;
	return true;
}

/* Of whom, Landlock cannot say: the egress process looks at that itself. */
static bool
allow_ports(int set, const struct conf *c, struct err *e)
{
	struct conf_services push;
	struct conf_hosts hosts;

	return conf_hosts_read(str_c(c->egress_hosts), &hosts, e) &&
	       conf_services_read(str_c(c->push_services), &push, e) &&
	       allow_port(set, DOMAIN_PORT, e) &&
	       (!push.browsers || allow_port(set, HTTPS_PORT, e)) &&
	       allow_hosts(set, &hosts, e) && allow_hosts(set, &push.more, e);
}

static bool
without_landlock(const struct conf *c, bool *ret_weak, struct err *e)
{
	if (c->sandbox != CONF_SANDBOX_NO_LANDLOCK)
		return err_set(e, ERR_DENIED,
		    "this kernel has no Landlock (5.19 or later is needed); "
		    "\"sandbox no-landlock\" in the configuration starts "
		    "without it, less safely");
	*ret_weak = true;
	return true;
}

bool
sandbox_limit_to(const struct inner_path *p, size_t n, struct err *e)
{
	int abi = sandbox_landlock_abi();
	OWNED_FD set = abi == 0 ? -1 : (int)create_ruleset(abi);

	if (set == -1)
		return err_set(e, ERR_DENIED, "this kernel has no Landlock");
	for (size_t i = 0; i < n; i++)
		if (!allow_path(set, abi, p[i].path, true, p[i].access, e))
			return false;
	return syscall(SYS_landlock_restrict_self, set, 0u) != -1 ||
	       err_sys(e, "landlock");
}

bool
sandbox_limit_paths(
    const struct role *r, const struct conf *c, bool *ret_weak, struct err *e)
{
	int abi = sandbox_landlock_abi();
	OWNED_FD set = -1;

	if (abi == 0)
		return without_landlock(c, ret_weak, e);
	set = (int)create_ruleset(abi);
	if (set == -1)
		return err_sys(e, "landlock");
	for (const struct path_rule *p = r->path; p->place != PLACE_END; p++)
		if (!allow_place(set, abi, p, c, e))
			return false;
	if (r->sys & (SYS_DIAL | SYS_ABROAD | SYS_AROUND) && abi >= ABI_NET &&
	    !allow_ports(set, c, e))
		return false;
	if (syscall(SYS_landlock_restrict_self, set, 0u) == -1)
		return err_sys(e, "landlock");
	*ret_weak = false;
	return true;
}
