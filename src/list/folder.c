#include "list/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "sql_list.h"
#include "sql_match_index.h"

#define LOCK_FILE "import.lock"

/* Root types the command, but the server that reads is somebody else. */
static void
give_to_owner(int fd, const char *data)
{
	struct stat st;

	if (geteuid() == 0 && fd != -1 && stat(data, &st) == 0)
		(void)!fchown(fd, st.st_uid, st.st_gid);
}

bool
list_folder_open(struct list_folder *f, const char *data, struct err *e)
{
	char path[CONF_TEXT_MAX + 16];

	*f = (struct list_folder){-1, -1};
	(void)snprintf(path, sizeof(path), "%s/" LISTS_FOLDER, data);
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		return err_sys(e, "%s", path);
	f->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->fd == -1)
		return err_sys(e, "%s", path);
	f->lock = openat(f->fd, LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	give_to_owner(f->fd, data);
	give_to_owner(f->lock, data);
	if (f->lock != -1 && flock(f->lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (f->lock != -1 && errno == EWOULDBLOCK)
		err_set(e, ERR_BUSY, "another import is under way");
	else
		err_sys(e, "%s/" LOCK_FILE, path);
	list_folder_close(f);
	return false;
}

void
list_folder_close(struct list_folder *f)
{
	if (f->fd != -1)
		(void)close(f->fd);
	if (f->lock != -1)
		(void)close(f->lock);
	*f = (struct list_folder){-1, -1};
}

static str
past_digits(str s)
{
	while (s.n > 0 && s.p[0] >= '0' && s.p[0] <= '9')
		s = str_sub(s, 1, s.n);
	return s;
}

/* « 3-17.entries », « 3-17.entries.new », « run-4711 ». */
static bool
is_ours(str name)
{
	str s = past_digits(name);

	if (str_starts(name, S("run-")))
		return past_digits(str_sub(name, 4, name.n)).n == 0;
	if (s.n == name.n || s.n == 0 || s.p[0] != '-')
		return false;
	s = past_digits(str_sub(s, 1, s.n));
	return str_eq(s, S(".entries")) || str_eq(s, S(".entries.new"));
}

/* What lists are, were before, and what the index has the numbers of. */
struct named {
	struct sql_list_files_rows lists;
	struct sql_match_index_lists_rows index;
};

static bool
is_named(const struct named *v, str name)
{
	for (size_t i = 0; i < v->lists.n; i++)
		if (str_eq(v->lists.v[i].entries_file, name) ||
		    str_eq(v->lists.v[i].previous_file, name))
			return true;
	for (size_t i = 0; i < v->index.n; i++)
		if (str_eq(v->index.v[i].entries_file, name))
			return true;
	return false;
}

static void
sweep(struct list_folder *f, DIR *d, const struct named *v)
{
	const struct dirent *entry;

	while ((entry = readdir(d)) != NULL) {
		str name = str_c(entry->d_name);

		if (is_ours(name) && !is_named(v, name))
			(void)unlinkat(f->fd, entry->d_name, 0);
	}
}

void
list_folder_sweep(struct list_folder *f, struct db *db, struct arena *a)
{
	struct named v;
	struct err lost;
	int fd;
	DIR *d;

	if (!sql_list_files(db, a, &v.lists, &lost) ||
	    !sql_match_index_lists(db, a, &v.index, &lost))
		return;
	fd = openat(f->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = fd == -1 ? NULL : fdopendir(fd);
	if (d == NULL) {
		if (fd != -1)
			(void)close(fd);
		return;
	}
	sweep(f, d, &v);
	(void)closedir(d);
}
