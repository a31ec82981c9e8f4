/* Writes gen/catalogue.c. */
#include <stdlib.h>

#include "catalogue.h"
#include "literal.h"

static void
put_escaped(struct buf *b, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&':
			buf_str(b, S("&amp;"));
			break;
		case '<':
			buf_str(b, S("&lt;"));
			break;
		case '>':
			buf_str(b, S("&gt;"));
			break;
		case '"':
			buf_str(b, S("&#34;"));
			break;
		case '\'':
			buf_str(b, S("&#39;"));
			break;
		default:
			buf_byte(b, s.p[i]);
		}
	}
}

static void
put_str(struct buf *out, const char *lang, str s, bool escape)
{
	CLEANUP(buf_done) struct buf text = BUF_MAX(1u << 16);

	if (escape)
		put_escaped(&text, s);
	else
		buf_str(&text, s);
	buf_printf(out, "\t\t[%s] = { ", lang);
	literal_put(out, buf_view(&text), "\t\t    ");
	buf_printf(out, ", %zu },\n", text.n);
}

/* Both languages of one form; what has no French is said in English. */
static void
put_form(struct buf *out, const char *member, str en, str fr, bool escape)
{
	buf_printf(out, "\t.%s = {\n", member);
	put_str(out, "LANG_FR", fr.p == NULL ? en : fr, escape);
	put_str(out, "LANG_EN", en, escape);
	buf_str(out, S("\t},\n"));
}

static void
put_message(struct buf *out, const struct text *t)
{
	str many = t->many.p == NULL ? t->key : t->many;
	str fr_many = t->fr[1].p == NULL ? t->fr[0] : t->fr[1];
	unsigned long long id = text_hash(t->key);

	if (t->fr[0].p == NULL)
		fr_many = (str){0};
	buf_printf(out,
	    "\nextern const struct message msg_%016llx;\n"
	    "const struct message msg_%016llx = {\n\t.key = ",
	    id, id);
	literal_put(out, t->key, "\t    ");
	buf_str(out, S(",\n"));
	if (t->many.p != NULL) {
		buf_str(out, S("\t.many_key = "));
		literal_put(out, t->many, "\t    ");
		buf_str(out, S(",\n"));
	}
	put_form(out, "text", t->key, t->fr[0], false);
	put_form(out, "many", many, fr_many, false);
	put_form(out, "html", t->key, t->fr[0], true);
	put_form(out, "html_many", many, fr_many, true);
	buf_str(out, S("};\n"));
}

static void
put_table(struct catalogue *c, struct buf *out)
{
	size_t size = 16;
	const struct text **slot;

	while (size < c->n * 2)
		size *= 2;
	slot = calloc(size, sizeof(*slot));
	if (slot == NULL)
		abort();
	for (size_t i = 0; i < c->n; i++) {
		size_t at = text_hash(c->text[i].key) & (size - 1);

		while (slot[at] != NULL)
			at = (at + 1) & (size - 1);
		slot[at] = &c->text[i];
	}
	buf_printf(out,
	    "\nconst size_t message_mask = %zu;\n"
	    "const struct message *const message_table[%zu] = {\n",
	    size - 1, size);
	for (size_t i = 0; i < size; i++)
		if (slot[i] != NULL)
			buf_printf(out, "\t[%zu] = &msg_%016llx,\n", i,
			    (unsigned long long)text_hash(slot[i]->key));
	buf_str(out, S("};\n"));
	free(slot);
}

static int
by_key(const void *a, const void *b)
{
	const struct text *x = a, *y = b;
	size_t n = x->key.n < y->key.n ? x->key.n : y->key.n;
	int order = memcmp(x->key.p, y->key.p, n);

	return order != 0 ? order
			  : (x->key.n > y->key.n) - (x->key.n < y->key.n);
}

void
emit_catalogue(struct catalogue *c, struct buf *out)
{
	qsort(c->text, c->n, sizeof(c->text[0]), by_key);
	buf_str(out, S("/* Generated from po/fr.d by tools/catalogue.  Do not "
		       "edit. */\n#include \"lang/message.h\"\n"));
	for (size_t i = 0; i < c->n; i++)
		put_message(out, &c->text[i]);
	put_table(c, out);
}

void
emit_missing(struct catalogue *c, str file, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct text *t = &c->text[i];

		if (t->fr[0].p != NULL || !text_has(str_c(t->used_in), file))
			continue;
		buf_printf(out, "# %s:%d\nmsgid ", t->used_in, t->used_line);
		literal_put(out, t->key, NULL);
		if (t->many.p != NULL) {
			buf_str(out, S("\nmsgid_plural "));
			literal_put(out, t->many, NULL);
			buf_str(out, S("\nmsgstr[0] \"\"\nmsgstr[1]"));
		} else {
			buf_str(out, S("\nmsgstr"));
		}
		buf_str(out, S(" \"\"\n\n"));
	}
}
