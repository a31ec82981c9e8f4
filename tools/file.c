#include "file.h"

#include <stdio.h>

static void
file_cleanup(FILE **f)
{
	if (*f != NULL)
		(void)fclose(*f);
}

bool
file_read(const char *path, struct buf *ret, struct err *e)
{
	CLEANUP(file_cleanup) FILE *f = fopen(path, "rbe");
	char part[8192];
	size_t n;

	if (f == NULL)
		return err_sys(e, "%s", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_put(ret, part, n);
	if (ferror(f))
		return err_sys(e, "%s", path);
	if (ret->full)
		return err_set(e, ERR_LIMIT, "%s is too long", path);
	return true;
}

static bool
is_same(const char *path, str bytes)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(FILE_MAX);
	struct err none;

	return file_read(path, &b, &none) && str_eq(buf_view(&b), bytes);
}

bool
file_write(const char *path, str bytes, struct err *e)
{
	CLEANUP(file_cleanup) FILE *f = NULL;

	if (is_same(path, bytes))
		return true;
	f = fopen(path, "wbe");
	if (f == NULL)
		return err_sys(e, "%s", path);
	if (fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fflush(f) != 0)
		return err_sys(e, "%s", path);
	return true;
}

str
file_stem(const char *path)
{
	str s = str_c(path);

	for (size_t i = s.n; i-- > 0;)
		if (s.p[i] == '/') {
			s = str_sub(s, i + 1, s.n);
			break;
		}
	for (size_t i = s.n; i-- > 1;)
		if (s.p[i] == '.')
			return str_sub(s, 0, i);
	return s;
}
