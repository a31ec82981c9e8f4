#include "office/jail.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define ROOT "/proc" /* nobody needs it any more when the new one is made */
#define INSIDE 1000  /* the one user that there is */
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

#define SPACES                                                       \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | \
	    CLONE_NEWIPC | CLONE_NEWUTS)

/* What LibreOffice reads of the system; what is not there is left out. */
static const char *const folders[] = {"/usr/lib", "/usr/lib64", "/lib",
    "/lib64", "/usr/share/fonts", "/usr/local/share/fonts",
    "/usr/share/fontconfig", "/usr/share/libreoffice", "/usr/share/liblangtag",
    "/usr/share/hunspell", "/usr/share/hyphen", "/etc/fonts",
    "/etc/libreoffice", "/var/cache/fontconfig", "/var/lib/libreoffice"};
static const char *const files[] = {
    "/etc/ld.so.cache", "/dev/null", "/dev/urandom"};
static const char *const loaders[] = {
    "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"};

/* Of whoever forks: inside, nobody is mapped before it is said who. */
static uid_t uid;
static gid_t gid;

pid_t
jail_fork(void)
{
	uid = geteuid();
	gid = getegid();
	return (pid_t)syscall(
	    SYS_clone, (unsigned long)(SPACES | SIGCHLD), 0, 0, 0, 0);
}

static bool
write_file(const char *path, const char *text, struct err *e)
{
	OWNED_FD fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t n = strlen(text);

	return (fd != -1 && write(fd, text, n) == (ssize_t)n) ||
	       err_sys(e, "%s", path);
}

/* Whoever may not be looked into does not own these files either. */
static bool
become(struct err *e)
{
	char users[64], groups[64];

	(void)snprintf(users, sizeof(users), "%d %u 1", INSIDE, uid);
	(void)snprintf(groups, sizeof(groups), "%d %u 1", INSIDE, gid);
	return (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 ||
		   err_sys(e, "PR_SET_DUMPABLE")) &&
	       write_file("/proc/self/setgroups", "deny", e) &&
	       write_file("/proc/self/uid_map", users, e) &&
	       write_file("/proc/self/gid_map", groups, e) &&
	       (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ||
		   err_sys(e, "PR_SET_DUMPABLE"));
}

/* All folders on the way to it. */
static void
make_way(char *path)
{
	for (char *p = path + 1; *p != '\0'; p++)
		if (*p == '/') {
			*p = '\0';
			(void)mkdir(path, 0755);
			*p = '/';
		}
}

/* With what is mounted below; not to be written, nor for devices. */
static bool
bind(const char *from, bool folder, bool device, struct err *e)
{
	struct mount_attr attr = {
	    .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
			(device ? MOUNT_ATTR_NOEXEC : MOUNT_ATTR_NODEV)};
	char to[ROLE_PATH_MAX];
	OWNED_FD fd = -1;

	if (access(from, F_OK) == -1)
		return true;
	(void)snprintf(to, sizeof(to), ROOT "%s", from);
	make_way(to);
	if (folder)
		(void)mkdir(to, 0755);
	else
		fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (mount(from, to, NULL, MS_BIND | MS_REC, NULL) == -1 ||
	    syscall(SYS_mount_setattr, AT_FDCWD, to, AT_RECURSIVE, &attr,
		sizeof(attr)) == -1)
		return err_sys(e, "mount %s", from);
	return true;
}

static bool
bind_link(const char *path, struct err *e)
{
	char to[ROLE_PATH_MAX], where[ROLE_PATH_MAX];
	ssize_t n = readlink(path, where, sizeof(where) - 1);

	where[n < 0 ? 0 : n] = '\0';
	(void)snprintf(to, sizeof(to), ROOT "%s", path);
	return n > 0 ? symlink(where, to) == 0 || err_sys(e, "%s", to)
		     : bind(path, true, false, e);
}

/* Of /usr/lib/libreoffice/program/soffice.bin: /usr/lib/libreoffice. */
static void
home_of(const char *suite, char ret[ROLE_PATH_MAX])
{
	for (int up = 0; up < 2; up++) {
		char *slash;

		if (up == 0)
			(void)snprintf(ret, ROLE_PATH_MAX, "%s", suite);
		slash = strrchr(ret, '/');
		if (slash != NULL)
			*slash = '\0';
	}
}

static bool
is_there(const char *path)
{
	char to[ROLE_PATH_MAX];

	(void)snprintf(to, sizeof(to), ROOT "%s", path);
	return access(to, X_OK) == 0;
}

static bool
furnish(const char *suite, struct err *e)
{
	char home[ROLE_PATH_MAX];

	for (size_t i = 0; i < COUNT(folders); i++)
		if (!bind_link(folders[i], e))
			return false;
	for (size_t i = 0; i < COUNT(files); i++)
		if (!bind(files[i], false, i > 0, e))
			return false;
	home_of(suite, home);
	return is_there(suite) ||
	       (home[0] != '\0' && bind(home, true, false, e));
}

static bool
mount_memory(const char *at, const char *how, struct err *e)
{
	return mount("tmpfs", at, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		   how) == 0 ||
	       err_sys(e, "mount %s", at);
}

/* LibreOffice looks for /tmp; it may lie below it itself. */
static bool
make_work(struct err *e)
{
	return (mkdir(ROOT JAIL_WORK, 0700) == 0 &&
		   (symlink(JAIL_WORK "/tmp", ROOT "/tmp") == 0 ||
		       errno == EEXIST)) ||
	       err_sys(e, JAIL_WORK);
}

static bool
make_root(const char *suite, struct err *e)
{
	char room[64];

	(void)snprintf(room, sizeof(room), "mode=0700,nr_inodes=8192,size=%dm",
	    JAIL_ROOM_MB);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		return err_sys(e, "mount /");
	return mount_memory(ROOT, "mode=0755,nr_inodes=512,size=1m", e) &&
	       furnish(suite, e) && make_work(e) &&
	       mount_memory(ROOT JAIL_WORK, room, e);
}

/* What was the root is gone with the last word of it. */
static bool
change_root(struct err *e)
{
	const unsigned long flags =
	    MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if (chdir(ROOT) == -1 || syscall(SYS_pivot_root, ".", ".") == -1 ||
	    umount2(".", MNT_DETACH) == -1 || chdir("/") == -1 ||
	    mount(NULL, "/", NULL, flags, NULL) == -1)
		return err_sys(e, "pivot_root");
	return true;
}

bool
jail_enter(const char *suite, struct err *e)
{
	return become(e) && make_root(suite, e) && change_root(e);
}

bool
jail_as_guard(struct err *e)
{
	static const struct inner_path own[] = {{JAIL_WORK, PATH_WRITE}};

	return sandbox_enter_inner(INNER_GUARD, own, COUNT(own), e);
}

bool
jail_as_suite(const char *suite, struct err *e)
{
	struct inner_path p[COUNT(folders) + COUNT(files) + COUNT(loaders) + 3];
	char home[ROLE_PATH_MAX];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(folders); i++)
		p[n++] = (struct inner_path){folders[i], PATH_READ};
	for (size_t i = 0; i < COUNT(files); i++)
		p[n++] = (struct inner_path){files[i], PATH_USE};
	home_of(suite, home);
	p[n++] = (struct inner_path){home, PATH_READ};
	p[n++] = (struct inner_path){suite, PATH_EXEC};
	for (size_t i = 0; i < COUNT(loaders); i++)
		p[n++] = (struct inner_path){loaders[i], PATH_EXEC};
	p[n++] = (struct inner_path){JAIL_WORK, PATH_WORK};
	return sandbox_enter_inner(INNER_SUITE, p, n, e);
}
