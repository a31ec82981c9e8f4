/*
 * habits ROOT — what STYLE asks and a machine can see: no call that is banned,
 * no file over 600 lines (tables of tests: 1000), no function over 80, nothing
 * left to do.
 */
#include <stdarg.h>
#include <stdio.h>

#include "file.h"
#include "literal.h"
#include "walk.h"

#define FILE_LINES 600
#define TEST_LINES 1000
#define FUNCTION_LINES 80

struct habits {
	int wrong;
};

static void PRINTF(4, 5)
    say(struct habits *h, const char *path, int line, const char *fmt, ...)
{
	va_list ap;

	h->wrong++;
	fprintf(stderr, "%s:%d: ", path, line);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

static bool
is_banned(str name)
{
	static const str banned[] = {S("strcpy"), S("strcat"), S("strncpy"),
	    S("strncat"), S("sprintf"), S("vsprintf"), S("strtok"), S("atoi"),
	    S("atol"), S("atoll"), S("gets"), S("localtime"), S("gmtime"),
	    S("system"), S("popen"), S("alloca")};

	for (size_t i = 0; i < sizeof(banned) / sizeof(banned[0]); i++)
		if (str_eq(name, banned[i]))
			return true;
	return false;
}

/* The bytes of a comment or a literal at the front, or 0. */
static size_t
skipped(str r)
{
	const char *end;

	if (r.p[0] == '"' || r.p[0] == '\'')
		return literal_length(r);
	if (str_starts(r, S("/*"))) {
		end = memmem(r.p + 2, r.n - 2, "*/", 2);
		return end == NULL ? r.n : (size_t)(end + 2 - r.p);
	}
	if (str_starts(r, S("//"))) {
		end = memchr(r.p, '\n', r.n);
		return end == NULL ? r.n : (size_t)(end - r.p);
	}
	return 0;
}

static void
check_calls(struct habits *h, const char *path, str s)
{
	int line = 1;

	while (s.n > 0) {
		size_t n = skipped(s);

		if (n == 0 && is_name(s.p[0])) {
			while (n < s.n && is_name(s.p[n]))
				n++;
			if (n < s.n && s.p[n] == '(' &&
			    is_banned(str_sub(s, 0, n)))
				say(h, path, line, STR_FMT " is banned",
				    STR_ARG(str_sub(s, 0, n)));
		}
		if (n == 0)
			n = 1;
		for (size_t i = 0; i < n; i++)
			line += s.p[i] == '\n';
		s = str_sub(s, n, s.n);
	}
}

/* A body stands between a brace alone at column one and its twin. */
static void
check_functions(struct habits *h, const char *path, str s)
{
	int number = 1, from = 0;
	str line;

	for (; s.n > 0; number++) {
		(void)str_cut(&s, '\n', &line);
		if (str_eq(line, S("{")))
			from = number;
		if (!str_eq(line, S("}")) || from == 0)
			continue;
		if (number - from - 1 > FUNCTION_LINES)
			say(h, path, from, "a function of %d lines",
			    number - from - 1);
		from = 0;
	}
}

/* The two words are made here so that this file does not hold them. */
static bool
has_mark(str line)
{
	static const char *const marks[] = {"TO"
					    "DO",
	    "FIX"
	    "ME"};

	for (int i = 0; i < 2; i++)
		if (text_has(line, str_c(marks[i])))
			return true;
	return false;
}

static void
check_lines(struct habits *h, const char *path, str s)
{
	int number = 0;
	str line;

	while (s.n > 0) {
		(void)str_cut(&s, '\n', &line);
		number++;
		if (has_mark(line))
			say(h, path, number, "something is left to do");
	}
	if (number >
	    (strstr(path, "/tests/") != NULL ? TEST_LINES : FILE_LINES))
		say(h, path, number, "a file of %d lines", number);
}

static bool
is_text(str path)
{
	static const char *const ends[] = {
	    ".c", ".h", ".ts", ".mjs", ".html", ".sql", ".sh", ".build"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends(path, str_c(ends[i])))
			return true;
	return false;
}

static bool
check_file(void *arg, const char *path, struct err *e)
{
	struct habits *h = arg;
	CLEANUP(buf_done) struct buf bytes = BUF_MAX(FILE_MAX);
	str p = str_c(path);

	if (!is_text(p))
		return true;
	if (!file_read(path, &bytes, e))
		return false;
	check_lines(h, path, buf_view(&bytes));
	if (str_ends(p, S(".c")) || str_ends(p, S(".h"))) {
		check_calls(h, path, buf_view(&bytes));
		check_functions(h, path, buf_view(&bytes));
	}
	return true;
}

int
main(int argc, char **argv)
{
	static const char *const folders[] = {
	    "src", "tools", "sql", "web", "tests"};
	struct habits h = {0};
	struct err e;
	char path[1024];

	if (argc != 2) {
		fprintf(stderr, "usage: habits root\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s", argv[1], folders[i]);
		if (!walk(path, check_file, &h, &e)) {
			fprintf(stderr, "%s\n", e.msg);
			return 1;
		}
	}
	return h.wrong == 0 ? 0 : 1;
}
