#include "cli/folders.h"

#include <sys/stat.h>

#include "erasure/journal.h"

/* Makes the folders above `path` and, when `last`, path itself; 0700. */
static bool
make_folders(const char *path, bool last, struct err *e)
{
	char part[CONF_TEXT_MAX];
	size_t n = strlen(path);

	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && !(path[i] == '\0' && last))
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) == -1 && errno != EEXIST)
			return err_sys(e, "%s", part);
	}
	return true;
}

bool
open_fresh_house(struct cli *c, struct house *ret, struct err *e)
{
	CLEANUP(key_done) struct key master;

	return make_folders(c->conf->data, true, e) &&
	       make_folders(c->conf->master_key, false, e) &&
	       make_folders(c->conf->erasures, false, e) &&
	       master_read(c->conf->master_key, true, &master, e) &&
	       journal_prepare(c->conf->erasures, &master, NULL, e) &&
	       house_open(ret, c->conf, &master, DB_CREATE, e);
}
