/* A catalogue of a translator: read or refused, and checked either way. */
#include <stdarg.h>
#include <stdlib.h>

#include "../../tools/catalogue.h"
#include "../../tools/literal.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The tool prints them; here it is enough that the format matches. */
void
problem(struct catalogue *c, const char *path, int line, const char *fmt, ...)
{
	(void)path;
	(void)line;
	(void)fmt;
	c->problems++;
}

struct text *
text_get(struct catalogue *c, str key)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->text[i].key, key))
			return &c->text[i];
	if (c->n == 64)
		return NULL;
	c->text[c->n] = (struct text){.key = key};
	return &c->text[c->n++];
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct catalogue c;
	CLEANUP(buf_done) struct buf out = BUF_MAX(16u << 20);
	OWNED(arena) arena = arena_new(1u << 20);
	str bytes = {(const char *)p, n};
	struct err e;

	if (arena == NULL)
		return 0;
	c.n = 0;
	c.arena = arena;
	if (po_read(&c, "x.po", bytes, &e)) {
		for (size_t i = 0; i < c.n; i++)
			c.text[i].used_in = "x.c";
		check_texts(&c);
		emit_catalogue(&c, &out);
	}
	scan_c(&c, "x.c", bytes);
	scan_html(&c, "x.html", bytes);
	return 0;
}
