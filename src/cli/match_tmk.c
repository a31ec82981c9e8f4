#include "cli/match_tmk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "hash/tmk.h"

bool
match_tmk_is(const char *name)
{
	return str_ends(str_c(name), S(".tmk"));
}

/* One byte more than a file has: a longer one is no .tmk. */
static bool
read_all(int fd, uint8_t *p, size_t *ret_n, struct err *e)
{
	size_t n = 0;
	ssize_t got;

	while (n <= TMK_BYTES) {
		got = read(fd, p + n, TMK_BYTES + 1 - n);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return err_sys(e, "read");
		if (got == 0)
			break;
		n += (size_t)got;
	}
	*ret_n = n;
	return true;
}

bool
match_tmk_read(struct arena *a, const char *name, str *ret, struct err *e)
{
	OWNED_FD fd = open(name, O_RDONLY | O_CLOEXEC);
	uint8_t *p = NEW_N(a, uint8_t, TMK_BYTES + 1);
	struct tmk *t = malloc(sizeof(*t));
	size_t n = 0;
	bool good;

	if (fd == -1)
		good = err_sys(e, "%s", name);
	else if (p == NULL || t == NULL)
		good = err_set(e, ERR_LIMIT, "%s: no memory", name);
	else
		good = (read_all(fd, p, &n, e) &&
			   tmk_read((str){(const char *)p, n}, t, e)) ||
		       err_wrap(e, "%s", name);
	free(t);
	if (good)
		*ret = (str){(const char *)p, n};
	return good;
}
