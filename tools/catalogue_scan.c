/* Finds the texts that sources use. */
#include "catalogue.h"
#include "literal.h"

struct scan {
	struct catalogue *c;
	const char *path;
	str all, rest;
};

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

static int
line_of(const struct scan *s)
{
	int line = 1;

	for (const char *p = s->all.p; p < s->rest.p; p++)
		line += *p == '\n';
	return line;
}

static void
use(struct scan *s, const struct buf *key, const struct buf *many)
{
	struct catalogue *c = s->c;
	struct text *t;
	str k, m = {0};

	if (!arena_str(c->arena, key->p, key->n, &k) ||
	    (many != NULL && !arena_str(c->arena, many->p, many->n, &m)) ||
	    k.n == 0 || (t = text_get(c, k)) == NULL) {
		problem(c, s->path, line_of(s),
		    "a text that is empty or one "
		    "too many");
		return;
	}
	if (t->used_in == NULL) {
		t->used_in = s->path;
		t->used_line = line_of(s);
	}
	if (m.p == NULL)
		return;
	if (t->many.p == NULL)
		t->many = m;
	else if (!str_eq(t->many, m))
		problem(c, s->path, line_of(s), "“" STR_FMT "” has two plurals",
		    STR_ARG(k));
}

/* A literal, or two with a comma or blank between them. */
static void
take(struct scan *s, str at, bool plural)
{
	CLEANUP(buf_done) struct buf key = BUF_MAX(4096), many = BUF_MAX(4096);

	skip_blank(&at);
	if (at.n == 0 || at.p[0] != '"')
		return; /* the macro's own definition */
	if (plural) {
		if (!literal_take(&at, &key))
			return;
		skip_blank(&at);
		if (at.n > 0 && at.p[0] == ',')
			at = str_sub(at, 1, at.n);
		skip_blank(&at);
		if (!literal_take(&at, &many))
			problem(s->c, s->path, line_of(s),
			    "a plural has two "
			    "texts");
		else
			use(s, &key, &many);
	} else if (literal_take_joined(&at, &key)) {
		use(s, &key, NULL);
	}
}

/* At the beginning of a name: is it one that marks a text? */
static void
look(struct scan *s, bool html)
{
	str r = s->rest;

	if (str_starts(r, S("N_(")))
		take(s, str_sub(r, 3, r.n), false);
	else if (str_starts(r, S("N_P(")))
		take(s, str_sub(r, 4, r.n), true);
	else if (html && str_starts(r, S("_\"")))
		take(s, str_sub(r, 1, r.n), false);
	else if (html && str_starts(r, S("n_\"")))
		take(s, str_sub(r, 2, r.n), true);
}

/* How far to go on from here: past a literal, a comment, a name, a byte. */
static size_t
step(struct scan *s, bool html)
{
	str r = s->rest;
	size_t n = 0;
	const char *end;

	if (r.p[0] == '"' || r.p[0] == '\'')
		return (n = literal_length(r)) > 0 ? n : 1;
	if (!html && str_starts(r, S("/*"))) {
		end = memmem(r.p + 2, r.n - 2, "*/", 2);
		return end == NULL ? r.n : (size_t)(end + 2 - r.p);
	}
	if (!html && str_starts(r, S("//"))) {
		end = memchr(r.p, '\n', r.n);
		return end == NULL ? r.n : (size_t)(end - r.p);
	}
	if (!is_name(r.p[0]))
		return 1;
	look(s, html);
	while (n < r.n && is_name(r.p[n]))
		n++;
	return n;
}

void
scan_c(struct catalogue *c, const char *path, str bytes)
{
	struct scan s = {c, path, bytes, bytes};

	while (s.rest.n > 0)
		s.rest = str_sub(s.rest, step(&s, false), s.rest.n);
}

/* Only what stands between {{ and }}. */
void
scan_html(struct catalogue *c, const char *path, str bytes)
{
	struct scan s = {c, path, bytes, bytes};
	bool inside = false, comment = false;

	while (s.rest.n > 0) {
		size_t n = 1;

		if (str_starts(s.rest, S("{{"))) {
			inside = true;
			comment = str_starts(s.rest, S("{{#"));
			n = 2;
		} else if (inside && str_starts(s.rest, S("}}"))) {
			inside = comment = false;
			n = 2;
		} else if (inside && !comment) {
			/* the URL of {{form}} is a template of its own */
			n = step(&s, true);
		}
		s.rest = str_sub(s.rest, n, s.rest.n);
	}
}
