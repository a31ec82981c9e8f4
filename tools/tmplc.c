/* tmplc INPUT.html OUTPUT.h OUTPUT.c */
#include "tmplc.h"

#include <stdarg.h>
#include <stdio.h>

#include "file.h"

bool
tmplc_fail(struct tmplc *t, size_t at, const char *fmt, ...)
{
	char msg[160];
	size_t column = 1;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	for (size_t i = at; i > 0 && t->src.p[i - 1] != '\n'; i--)
		column++;
	return err_set(t->e, ERR_INPUT, "%s:%d:%zu: %s", t->path,
	    tmplc_line(t, at), column, msg);
}

static bool
compile(struct tmplc *t)
{
	if (!tag_run(t, 0, t->src.n))
		return false;
	if (t->depth > 0)
		return tmplc_fail(
		    t, t->block[t->depth - 1].at, "this is never ended");
	return true;
}

static bool
stem_is_fine(str stem)
{
	for (size_t i = 0; i < stem.n; i++)
		if ((stem.p[i] < 'a' || stem.p[i] > 'z') &&
		    (stem.p[i] < '0' || stem.p[i] > '9') && stem.p[i] != '_')
			return false;
	return stem.n > 0;
}

static bool
run(struct tmplc *t, const char *header, const char *source, struct err *e)
{
	CLEANUP(buf_done) struct buf src = BUF_MAX(1u << 20);
	CLEANUP(buf_done) struct buf h = BUF_MAX(FILE_MAX);
	CLEANUP(buf_done) struct buf c = BUF_MAX(FILE_MAX);
	str stem = file_stem(t->path);

	if (strpbrk(t->path, "\"\\\n") != NULL || !stem_is_fine(stem))
		return err_set(e, ERR_INPUT,
		    "%s: a template is named in a-z, "
		    "0-9 and _",
		    t->path);
	if (!file_read(t->path, &src, e))
		return false;
	t->src = buf_view(&src);
	t->e = e;
	if (!compile(t))
		return false;
	emit_header(t, stem, &h);
	emit_source(t, stem, &c);
	return file_write(header, buf_view(&h), e) &&
	       file_write(source, buf_view(&c), e);
}

static void
tmplc_done(struct tmplc *t)
{
	struct buf *all[] = {
	    &t->lit, &t->includes, &t->protos, &t->open, &t->body, &t->code};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_done(all[i]);
}

int
main(int argc, char **argv)
{
	static struct tmplc t = {
	    .lit = BUF_MAX(1u << 20),
	    .includes = BUF_MAX(1u << 16),
	    .protos = BUF_MAX(1u << 20),
	    .open = BUF_MAX(FILE_MAX),
	    .body = BUF_MAX(FILE_MAX),
	    .code = BUF_MAX(FILE_MAX),
	};
	struct err e;
	bool ok;

	if (argc != 4) {
		fprintf(stderr, "usage: tmplc page.html out.h out.c\n");
		return 2;
	}
	t.path = argv[1];
	ok = run(&t, argv[2], argv[3], &e);
	if (!ok)
		fprintf(stderr, "%s\n", e.msg);
	tmplc_done(&t);
	return ok ? 0 : 1;
}
