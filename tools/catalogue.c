/*
 * catalogue [--lax] ROOT OUTPUT.c DEPFILE
 * catalogue --missing ROOT FILE: entries to fill in, for what a file whose
 * path contains FILE says without French.
 */
#include "catalogue.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "literal.h"

struct job {
	struct catalogue *c;
	struct buf deps;
	struct err *e;
};

typedef bool visit(struct job *, const char *path);

void
problem(struct catalogue *c, const char *path, int line, const char *fmt, ...)
{
	va_list ap;

	c->problems++;
	if (c->lax)
		return;
	fprintf(stderr, "%s:%d: ", path, line);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

struct text *
text_get(struct catalogue *c, str key)
{
	size_t mask = TEXTS_MAX * 2 - 1, at = text_hash(key) & mask;

	for (; c->slot[at] != 0; at = (at + 1) & mask)
		if (str_eq(c->text[c->slot[at] - 1].key, key))
			return &c->text[c->slot[at] - 1];
	if (c->n == TEXTS_MAX)
		return NULL;
	c->text[c->n] = (struct text){.key = key};
	c->slot[at] = (uint16_t)(c->n + 1);
	return &c->text[c->n++];
}

static bool
read_file(struct job *j, const char *path, str *ret)
{
	CLEANUP(buf_done) struct buf bytes = BUF_MAX(FILE_MAX);

	buf_printf(&j->deps, " \\\n  %s", path);
	if (!file_read(path, &bytes, j->e))
		return false;
	if (!arena_str(j->c->arena, bytes.p, bytes.n, ret))
		return err_set(j->e, ERR_LIMIT, "%s: too much text", path);
	return true;
}

static bool
visit_po(struct job *j, const char *path)
{
	str bytes;

	return !str_ends(str_c(path), S(".po")) ||
	       (read_file(j, path, &bytes) && po_read(j->c, path, bytes, j->e));
}

static bool
visit_html(struct job *j, const char *path)
{
	str bytes;

	if (!str_ends(str_c(path), S(".html")))
		return true;
	if (!read_file(j, path, &bytes))
		return false;
	scan_html(j->c, path, bytes);
	return true;
}

static bool
visit_c(struct job *j, const char *path)
{
	str bytes, p = str_c(path);

	if (!str_ends(p, S(".c")) && !str_ends(p, S(".h")))
		return true;
	if (!read_file(j, path, &bytes))
		return false;
	scan_c(j->c, path, bytes);
	return true;
}

/* Every entry in the order of names, folders entered; hidden ones are not. */
static bool
walk(struct job *j, const char *dir, visit *f)
{
	struct dirent **entry = NULL;
	int n = scandir(dir, &entry, NULL, alphasort);
	bool ok = true;

	if (n < 0)
		return true;
	buf_printf(&j->deps, " \\\n  %s", dir);
	for (int i = 0; i < n; i++) {
		const char *name = entry[i]->d_name;
		str path = arena_fmt(j->c->arena, "%s/%s", dir, name);
		char *z = arena_cstr(j->c->arena, path);

		if (z == NULL)
			ok =
			    err_set(j->e, ERR_LIMIT, "%s: too many files", dir);
		else if (ok && name[0] != '.')
			ok = entry[i]->d_type == DT_DIR ? walk(j, z, f)
							: f(j, z);
		free(entry[i]);
	}
	free(entry);
	return ok;
}

static bool
walk_below(struct job *j, const char *root, const char *dir, visit *f)
{
	str path = arena_fmt(j->c->arena, "%s/%s", root, dir);
	char *z = arena_cstr(j->c->arena, path);

	return z == NULL ? err_set(j->e, ERR_LIMIT, "%s", dir) : walk(j, z, f);
}

static bool
gather(struct job *j, const char *root)
{
	return walk_below(j, root, "po/fr.d", visit_po) &&
	       walk_below(j, root, "web/templates", visit_html) &&
	       walk_below(j, root, "src", visit_c);
}

static bool
compile(struct job *j, const char *root, const char *out, const char *depfile)
{
	CLEANUP(buf_done) struct buf c = BUF_MAX(FILE_MAX);

	buf_printf(&j->deps, "%s:", out);
	if (!gather(j, root))
		return false;
	check_texts(j->c);
	if (j->c->problems > 0 && j->c->lax)
		printf("catalogue: %d to mend, English meanwhile\n",
		    j->c->problems);
	else if (j->c->problems > 0)
		return err_set(
		    j->e, ERR_INPUT, "catalogue: %d to mend", j->c->problems);
	emit_catalogue(j->c, &c);
	buf_byte(&j->deps, '\n');
	return file_write(out, buf_view(&c), j->e) &&
	       file_write(depfile, buf_view(&j->deps), j->e);
}

static bool
missing(struct job *j, const char *root, const char *file)
{
	CLEANUP(buf_done) struct buf out = BUF_MAX(FILE_MAX);

	if (!gather(j, root))
		return false;
	emit_missing(j->c, str_c(file), &out);
	fwrite(out.p, 1, out.n, stdout);
	return true;
}

static bool
run(struct job *j, int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "--missing") == 0)
		return missing(j, argv[2], argv[3]);
	j->c->lax = argc == 5 && strcmp(argv[1], "--lax") == 0;
	if (j->c->lax)
		argv++;
	else if (argc != 4)
		return err_set(j->e, ERR_INPUT,
		    "usage: catalogue [--lax] root out.c depfile");
	return compile(j, argv[1], argv[2], argv[3]);
}

int
main(int argc, char **argv)
{
	static struct catalogue c;
	struct err e;
	struct job j = {.c = &c, .deps = BUF_MAX(FILE_MAX), .e = &e};
	OWNED(arena) arena = arena_new(256u << 20);
	bool ok;

	if (arena == NULL)
		return 1;
	c.arena = arena;
	ok = run(&j, argc, argv);
	if (!ok)
		fprintf(stderr, "%s\n", e.msg);
	buf_done(&j.deps);
	return ok ? 0 : 1;
}
