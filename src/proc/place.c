/* Where the paths of the table of roles are on this machine. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proc/role.h"

static const struct {
	const char *path[ROLE_PLACE_MAX];
	bool optional;
} fixed[] = {
    [PLACE_ZONEINFO] = {{"/usr/share/zoneinfo"}, false},
    [PLACE_RANDOM] = {{"/dev/urandom"}, true},
    [PLACE_SYSTEM] = {{"/usr", "/lib", "/lib64", "/bin"}, true},
    [PLACE_CONFIG] = {{"/etc"}, true},
    [PLACE_KERNEL] = {{"/proc", "/sys"}, true},
    [PLACE_DEVICES] = {{"/dev/null", "/dev/zero"}, true},
    [PLACE_RESOLVER] = {{"/run/systemd/resolve", "/run/resolvconf",
			    "/run/NetworkManager", "/run/connman"},
	true},
    [PLACE_FONTS] = {{"/usr/share/fonts", "/usr/local/share/fonts",
			 "/var/cache/fontconfig"},
	true},
};

static size_t
one(char ret[ROLE_PLACE_MAX][ROLE_PATH_MAX], const char *path)
{
	(void)snprintf(ret[0], ROLE_PATH_MAX, "%s", path);
	return 1;
}

/* The folder of the running program; that of the roles, where they are
 * installed apart from it; "" when the kernel does not say. */
static size_t
programs(char ret[ROLE_PLACE_MAX][ROLE_PATH_MAX])
{
	static const char apart[] = "/../libexec/preau";
	char path[ROLE_PATH_MAX], *name;
	ssize_t n =
	    readlink("/proc/self/exe", path, sizeof(path) - sizeof(apart));

	path[n < 0 ? 0 : n] = '\0';
	name = strrchr(path, '/');
	if (name == NULL)
		return one(ret, "");
	memcpy(name, apart, sizeof(apart));
	if (access(path, X_OK) == -1)
		*name = '\0';
	return one(ret, path);
}

size_t
role_place(enum role_place place, const struct conf *c,
    char ret[ROLE_PLACE_MAX][ROLE_PATH_MAX], bool *ret_optional)
{
	size_t n = 0;

	*ret_optional = false;
	if (place == PLACE_DATA)
		return one(ret, c->data);
	if (place == PLACE_ERASURES)
		return one(ret, c->erasures);
	if (place == PLACE_PROGRAMS)
		return programs(ret);
	*ret_optional = fixed[place].optional;
	while (n < ROLE_PLACE_MAX && fixed[place].path[n] != NULL) {
		(void)snprintf(
		    ret[n], ROLE_PATH_MAX, "%s", fixed[place].path[n]);
		n++;
	}
	return n;
}
