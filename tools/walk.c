#include "walk.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool
visit(const char *folder, const char *name,
    bool (*f)(void *, const char *path, struct err *), void *arg, struct err *e)
{
	char path[1024];
	struct stat st;
	int n = snprintf(path, sizeof(path), "%s/%s", folder, name);

	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(e, ERR_LIMIT, "%s: a path too long", folder);
	if (stat(path, &st) != 0)
		return err_sys(e, "%s", path);
	return S_ISDIR(st.st_mode) ? walk(path, f, arg, e) : f(arg, path, e);
}

bool
walk(const char *folder, bool (*f)(void *, const char *path, struct err *),
    void *arg, struct err *e)
{
	struct dirent **entry = NULL;
	int n = scandir(folder, &entry, NULL, alphasort);
	bool ok = true;

	if (n < 0)
		return err_sys(e, "%s", folder);
	for (int i = 0; i < n; i++) {
		if (ok && entry[i]->d_name[0] != '.')
			ok = visit(folder, entry[i]->d_name, f, arg, e);
		free(entry[i]);
	}
	free(entry);
	return ok;
}
