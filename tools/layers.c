/*
 * layers SRC [--map] — src/LAYERS says which module may include which; this
 * reads every include and names those that it does not allow.
 */
#include <stdio.h>

#include "file.h"
#include "walk.h"

#define MODULES_MAX 64
#define USES_MAX 40

struct module {
	str name;
	str use[USES_MAX]; /* a module, or one header as folder/file.h */
	size_t n;
	bool has_files;
};

struct layers {
	const char *src;
	struct module module[MODULES_MAX];
	size_t n;
	int wrong;
};

static struct module *
find(struct layers *l, str name)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->module[i].name, name))
			return &l->module[i];
	return NULL;
}

static bool
take_word(str *s, str *ret)
{
	*s = str_trim(*s);
	if (s->n == 0)
		return false;
	(void)str_cut(s, ' ', ret);
	return true;
}

/* "name: module module …": what it uses must stand above it, which is why
 * there can be no circle. */
static bool
read_rule(struct layers *l, str line, int number, struct err *e)
{
	struct module *m = &l->module[l->n];
	str name, word, head;

	if (!str_cut(&line, ':', &name) || l->n == MODULES_MAX ||
	    find(l, name) != NULL)
		return err_set(e, ERR_INPUT,
		    "LAYERS:%d: expected a new module, "
		    "a colon and what it uses",
		    number);
	*m = (struct module){.name = name};
	while (take_word(&line, &word)) {
		str rest = word;

		(void)str_cut(&rest, '/', &head);
		if (find(l, head) == NULL || m->n == USES_MAX)
			return err_set(e, ERR_INPUT,
			    "LAYERS:%d: " STR_FMT " does not stand above",
			    number, STR_ARG(word));
		m->use[m->n++] = word;
	}
	l->n++;
	return true;
}

static bool
read_rules(struct layers *l, str text, struct err *e)
{
	str line;

	for (int number = 1; text.n > 0; number++) {
		(void)str_cut(&text, '\n', &line);
		line = str_trim(line);
		if (line.n > 0 && line.p[0] != '#' &&
		    !read_rule(l, line, number, e))
			return false;
	}
	return true;
}

/* The module of an included header: its folder, or the generator that writes
 * such names; {0} for a neighbour. */
static str
module_of(str header)
{
	str rest = header, head;

	if (str_cut(&rest, '/', &head))
		return head;
	if (str_starts(header, S("sql_")))
		return S("sql");
	return str_starts(header, S("html_")) ? S("html") : (str){0};
}

static bool
allowed(const struct module *m, str header)
{
	str to = module_of(header);

	if (to.n == 0 || str_eq(to, m->name))
		return true;
	for (size_t i = 0; i < m->n; i++)
		if (str_eq(m->use[i], to) || str_eq(m->use[i], header))
			return true;
	return false;
}

static void
check_line(struct layers *l, const struct module *m, const char *path,
    int number, str line)
{
	str header;

	line = str_trim(line);
	if (!str_starts(line, S("#include \"")))
		return;
	line = str_sub(line, 10, line.n);
	(void)str_cut(&line, '"', &header);
	if (allowed(m, header))
		return;
	l->wrong++;
	fprintf(stderr, "%s:%d: " STR_FMT " may not use " STR_FMT "\n", path,
	    number, STR_ARG(m->name), STR_ARG(header));
}

static bool
check_file(void *arg, const char *path, struct err *e)
{
	struct layers *l = arg;
	CLEANUP(buf_done) struct buf bytes = BUF_MAX(FILE_MAX);
	str p = str_c(path), text, line, name;
	struct module *m;

	if (!str_ends(p, S(".c")) && !str_ends(p, S(".h")))
		return true;
	p = str_sub(p, strlen(l->src) + 1, p.n);
	(void)str_cut(&p, '/', &name);
	m = find(l, name);
	if (m == NULL) {
		l->wrong++;
		fprintf(
		    stderr, "%s: src/LAYERS does not know this module\n", path);
		return true;
	}
	m->has_files = true;
	if (!file_read(path, &bytes, e))
		return false;
	text = buf_view(&bytes);
	for (int number = 1; text.n > 0; number++) {
		(void)str_cut(&text, '\n', &line);
		check_line(l, m, path, number, line);
	}
	return true;
}

static void
print_map(const struct layers *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct module *m = &l->module[i];

		if (!m->has_files && !str_eq(m->name, S("sql")) &&
		    !str_eq(m->name, S("html")))
			continue;
		printf("%-13.*s", STR_ARG(m->name));
		for (size_t j = 0; j < m->n; j++)
			printf(" " STR_FMT, STR_ARG(m->use[j]));
		putchar('\n');
	}
}

static bool
run(struct layers *l, struct buf *rules, bool map, struct err *e)
{
	char path[1024];

	(void)snprintf(path, sizeof(path), "%s/LAYERS", l->src);
	if (!file_read(path, rules, e) || !read_rules(l, buf_view(rules), e) ||
	    !walk(l->src, check_file, l, e))
		return false;
	if (map)
		print_map(l);
	return l->wrong == 0 ||
	       err_set(e, ERR_INPUT, "layers: %d forbidden", l->wrong);
}

int
main(int argc, char **argv)
{
	static struct layers l;
	CLEANUP(buf_done) struct buf rules = BUF_MAX(1u << 16);
	struct err e;
	bool map = argc == 3 && strcmp(argv[2], "--map") == 0;

	if (argc < 2 || (argc > 2 && !map)) {
		fprintf(stderr, "usage: layers src [--map]\n");
		return 2;
	}
	l.src = argv[1];
	if (run(&l, &rules, map, &e))
		return 0;
	fprintf(stderr, "%s\n", e.msg);
	return 1;
}
