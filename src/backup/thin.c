#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "backup/backup.h"
#include "backup/tree.h"

#define SEEN_MAX 4096

struct seen {
	char (*name)[BACKUP_NAME_MAX];
	size_t n;
};

static void
seen_done(struct seen *s)
{
	free(s->name);
}

static void
close_folder(DIR **d)
{
	if (*d != NULL)
		(void)closedir(*d);
}

static int
newest_first(const void *a, const void *b)
{
	return strcmp(b, a);
}

static bool
list(int out, struct seen *io, struct err *e)
{
	CLEANUP(close_folder) DIR *d = NULL;
	struct dirent *entry;
	int fd = openat(out, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	d = fd == -1 ? NULL : fdopendir(fd);
	if (d == NULL) {
		fd_cleanup_(&fd);
		return err_sys(e, "backups");
	}
	while (io->n < SEEN_MAX && (entry = readdir(d)) != NULL) {
		str name = str_c(entry->d_name);

		if (str_starts(name, S("backup-")) &&
		    !str_ends(name, S(".part")) && name.n < BACKUP_NAME_MAX)
			memcpy(io->name[io->n++], name.p, name.n + 1);
	}
	qsort(io->name, io->n, sizeof(*io->name), newest_first);
	return true;
}

/* One that is not ours, or damaged, is not ours to remove. */
static bool
is_ours(
    int out, const char *name, const struct key *master, int64_t *ret_made_at)
{
	struct manifest_head head;
	struct err ignored;
	OWNED_FD dir = -1;

	if (!tree_open(out, name, &dir, &ignored) ||
	    !manifest_read(dir, master, &head, NULL, NULL, &ignored))
		return false;
	*ret_made_at = head.made_at;
	return true;
}

/* Half removed it is no backup any more: its name says so first, and the next
 * backup removes the rest. */
static bool
drop(int out, const char *name, struct err *e)
{
	char part[BACKUP_NAME_MAX + 8];

	(void)snprintf(part, sizeof(part), "%s.part", name);
	if (renameat2(out, name, out, part, RENAME_NOREPLACE) == -1)
		return err_sys(e, "%s", name);
	return tree_remove(out, part, e);
}

bool
backup_thin(const char *out, const struct key *master,
    const struct backup_limits *l, int64_t *ret_removed, struct err *e)
{
	CLEANUP(seen_done)
	struct seen seen = {.name = calloc(SEEN_MAX, BACKUP_NAME_MAX)};
	int64_t removed = 0, ours = 0, made_at;
	OWNED_FD fd = -1;

	if (seen.name == NULL)
		abort();
	if (!tree_open(AT_FDCWD, out, &fd, e) || !list(fd, &seen, e))
		return err_wrap(e, "old backups in %s", out);
	for (size_t i = 0; i < seen.n; i++) {
		if (!is_ours(fd, seen.name[i], master, &made_at))
			continue;
		if (ours++ == 0 ||
		    (ours <= l->most && made_at >= l->now - l->age_s))
			continue;
		if (!drop(fd, seen.name[i], e))
			return err_wrap(e, "old backups in %s", out);
		removed++;
	}
	*ret_removed = removed;
	return true;
}
