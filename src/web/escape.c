#include "web/escape.h"

#include <assert.h>
#include <stdint.h>

/* What a byte becomes in text and in quoted attributes: most stay, and the
 * scan over those reads one small table. */
static const str entities[] = {
    {0}, S("&amp;"), S("&lt;"), S("&gt;"), S("&#34;"), S("&#39;"),
    S("\xef\xbf\xbd"), /* no NUL in HTML: U+FFFD */
};
static const uint8_t entity_of[256] = {
    ['&'] = 1,
    ['<'] = 2,
    ['>'] = 3,
    ['"'] = 4,
    ['\''] = 5,
    ['\0'] = 6,
};

void
view_text(struct view *v, str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned entity = entity_of[(uint8_t)s.p[i]];

		if (entity == 0)
			continue;
		buf_put(v->out, s.p + from, i - from);
		buf_str(v->out, entities[entity]);
		from = i + 1;
	}
	if (s.n > 0)
		buf_put(v->out, s.p + from, s.n - from);
}

void
view_cstr(struct view *v, const char *z)
{
	view_text(v, str_c(z));
}

void
view_i64(struct view *v, int64_t n)
{
	buf_i64(v->out, n);
}

void
view_size(struct view *v, uint64_t n)
{
	assert(n <= INT64_MAX);
	buf_i64(v->out, (int64_t)n);
}

html
html_raw(str s)
{
	return (html){s};
}

void
view_html(struct view *v, html h)
{
	buf_str(v->out, h.s);
}

/* --- URLs ---------------------------------------------------------------- */

static bool
is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

static void
put_percent(struct buf *b, unsigned char c)
{
	static const char digit[] = "0123456789ABCDEF";

	buf_byte(b, '%');
	buf_byte(b, digit[c >> 4]);
	buf_byte(b, digit[c & 15]);
}

void
view_url_part(struct view *v, str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (is_unreserved((unsigned char)s.p[i]))
			continue;
		buf_put(v->out, s.p + from, i - from);
		put_percent(v->out, (unsigned char)s.p[i]);
		from = i + 1;
	}
	if (s.n > 0)
		buf_put(v->out, s.p + from, s.n - from);
}

void
view_url_part_cstr(struct view *v, const char *z)
{
	view_url_part(v, str_c(z));
}

/* Browsers take a backslash for a slash and drop blanks and control
 * characters, so "/\host" and "/\t/host" would be other hosts. */
static bool
is_local(str s)
{
	if (s.n == 0 || s.p[0] != '/' ||
	    (s.n > 1 && (s.p[1] == '/' || s.p[1] == '\\')))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	return true;
}

void
view_url(struct view *v, str s)
{
	view_text(v, is_local(s) ? s : S("#"));
}

void
view_url_cstr(struct view *v, const char *z)
{
	view_url(v, str_c(z));
}

/* --- translated texts ---------------------------------------------------- */

struct view_arg
view_arg_str(str s)
{
	return (struct view_arg){.s = s};
}

struct view_arg
view_arg_cstr(const char *z)
{
	return (struct view_arg){.s = str_c(z)};
}

struct view_arg
view_arg_i64(int64_t n)
{
	return (struct view_arg){.number = n, .kind = VIEW_ARG_NUMBER};
}

struct view_arg
view_arg_size(uint64_t n)
{
	assert(n <= INT64_MAX);
	return view_arg_i64((int64_t)n);
}

struct view_arg
view_arg_html(html h)
{
	return (struct view_arg){.s = h.s, .kind = VIEW_ARG_HTML};
}

static void
put_arg(struct view *v, const struct view_arg *arg)
{
	switch (arg->kind) {
	case VIEW_ARG_TEXT:
		view_text(v, arg->s);
		break;
	case VIEW_ARG_NUMBER:
		buf_i64(v->out, arg->number);
		break;
	case VIEW_ARG_HTML:
		buf_str(v->out, arg->s);
		break;
	}
}

/* text is escaped already; only the arguments are not. */
static void
fill(struct view *v, str text, const struct view_arg *arg, size_t n)
{
	size_t from = 0;

	for (size_t i = 0; i + 1 < text.n; i++) {
		size_t at = (size_t)(text.p[i + 1] - '1');

		if (text.p[i] != '%' || at >= n)
			continue;
		buf_put(v->out, text.p + from, i - from);
		put_arg(v, &arg[at]);
		from = i + 2;
		i++;
	}
	buf_put(v->out, text.p + from, text.n - from);
}

void
view_message(struct view *v, const struct message *m,
    const struct view_arg *arg, size_t n)
{
	fill(v, m->html[v->lang], arg, n);
}

void
view_plural(struct view *v, const struct message *m, const struct view_arg *arg,
    size_t n)
{
	bool one = lang_is_one(v->lang, n == 0 ? 1 : arg[0].number);

	fill(v, one ? m->html[v->lang] : m->html_many[v->lang], arg, n);
}
