/* Follows the HTML: after each byte, what would a value mean here? */
#include <strings.h>

#include "tmplc.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_attr_char(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == ':' ||
	       c == '_';
}

static bool
is_one_of(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

static void
put(struct tmplc *t, char c)
{
	buf_byte(&t->lit, c);
	t->st.blank = is_blank(c);
}

/* Any run of blanks is one; a line end stays one, for those who read pages. */
static void
put_blank(struct tmplc *t, char c)
{
	if (!t->st.blank) {
		put(t, c == '\n' ? '\n' : ' ');
	} else if (c == '\n' && t->lit.n > 0 && t->lit.p[t->lit.n - 1] == ' ') {
		t->lit.p[t->lit.n - 1] = '\n';
	}
}

static bool
add(struct tmplc *t, char *name, char c, size_t at)
{
	size_t n = strlen(name);

	if (n + 1 >= NAME_MAX_)
		return tmplc_fail(
		    t, at, "a name of more than %d letters", NAME_MAX_ - 1);
	name[n] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	name[n + 1] = '\0';
	return true;
}

/* --- tags and attributes as they come to be known ----------------------- */

static bool
tag_named(struct tmplc *t, size_t at)
{
	static const char *const no[] = {"iframe", "object", "embed", "base",
	    "frame", "applet", "plaintext", "xmp", "noembed"};

	if (is_one_of(t->st.tag, no, LEN(no)))
		return tmplc_fail(t, at, "<%s> has no place here", t->st.tag);
	return true;
}

static bool
attr_named(struct tmplc *t, str rest, size_t at)
{
	static const char *const no[] = {
	    "style", "srcdoc", "http-equiv", "formmethod", "ping"};
	static const char *const urls[] = {"href", "src", "action",
	    "formaction", "poster", "srcset", "imagesrcset", "data", "cite",
	    "manifest", "xlink:href", "background"};
	const char *attr = t->st.attr;

	if (strncmp(attr, "on", 2) == 0)
		return tmplc_fail(t, at, "%s: scripts stand in files", attr);
	if (is_one_of(attr, no, LEN(no)))
		return tmplc_fail(
		    t, at, "the attribute %s is not allowed", attr);
	t->st.url = is_one_of(attr, urls, LEN(urls)) ? URL_EMPTY : URL_NOT;
	if (strcmp(attr, "method") == 0 && strcmp(t->st.tag, "form") == 0)
		t->st.get_form = str_starts(rest, S("=\"get\""));
	return true;
}

static void
attr_done(struct tmplc *t)
{
	t->st.pos = POS_TAG;
	t->st.url = URL_NOT;
	t->st.quote = '\0';
	t->st.blank = false;
	memset(t->st.attr, 0, sizeof(t->st.attr));
}

static void
tag_leave(struct tmplc *t, enum pos pos)
{
	struct state *st = &t->st;

	st->pos = pos;
	st->url = URL_NOT;
	st->closing = st->slash = st->get_form = st->blank = false;
	st->quote = '\0';
	memset(st->tag, 0, sizeof(st->tag));
	memset(st->attr, 0, sizeof(st->attr));
}

static bool
tag_done(struct tmplc *t, size_t at)
{
	static const char *const raw[] = {"script", "style"};
	static const char *const rcdata[] = {"textarea", "title"};
	struct state *st = &t->st;
	enum pos pos = POS_TEXT;

	if (!tag_named(t, at) || !tree_tag(t, at))
		return false;
	if (t->lit.n > 0 && t->lit.p[t->lit.n - 1] == ' ')
		t->lit.n--;
	put(t, '>');
	if (!st->closing && strcmp(st->tag, "form") == 0 && !t->own_form &&
	    !st->get_form)
		return tmplc_fail(t, at,
		    "<form> without a token: write {{form "
		    "POST \"/…\"}}, or method=\"get\" first");
	if (strcmp(st->tag, "pre") == 0)
		st->pre += st->closing ? (st->pre > 0 ? -1 : 0) : 1;
	if (!st->closing && is_one_of(st->tag, raw, LEN(raw)))
		pos = POS_RAW;
	if (!st->closing && is_one_of(st->tag, rcdata, LEN(rcdata)))
		pos = POS_RCDATA;
	if (pos == POS_TEXT) {
		tag_leave(t, pos);
		return true;
	}
	attr_done(t);
	st->get_form = false;
	st->pos = pos;
	return true;
}

/* --- one step per byte; rest begins with that byte ---------------------- */

static bool
step_text(struct tmplc *t, str rest, size_t at)
{
	char c = rest.p[0], next = rest.n > 1 ? rest.p[1] : '\0';

	if (c != '<') {
		if (is_blank(c) && t->st.pre == 0)
			put_blank(t, c);
		else
			put(t, c);
		return true;
	}
	if (str_starts(rest, S("<!--"))) {
		t->st.pos = POS_COMMENT;
		return true;
	}
	if (!is_letter(next) && next != '/' && next != '!')
		return tmplc_fail(t, at, "a lone <: write &lt;");
	put(t, c);
	t->st.pos = next == '!' ? POS_DECLARED : POS_OPEN;
	return true;
}

static bool
step_open(struct tmplc *t, str rest, size_t at)
{
	put(t, rest.p[0]);
	if (rest.p[0] == '/' && !t->st.closing) {
		t->st.closing = true;
		return true;
	}
	if (!is_letter(rest.p[0]))
		return tmplc_fail(t, at, "a tag's name must be literal");
	t->st.pos = POS_TAG_NAME;
	return add(t, t->st.tag, rest.p[0], at);
}

static bool
step_tag(struct tmplc *t, str rest, size_t at)
{
	char c = rest.p[0];

	if (is_blank(c)) {
		if (!t->st.blank)
			put(t, ' ');
		return true;
	}
	if (c == '>')
		return tag_done(t, at);
	if (c == '/' && rest.n > 1 && rest.p[1] == '>') {
		t->st.slash = true;
		put(t, c);
		return true;
	}
	if (!is_attr_char(c))
		return tmplc_fail(
		    t, at, "an attribute's name cannot have %c", c);
	if (t->st.closing)
		return tmplc_fail(t, at, "a closing tag has no attributes");
	if (!t->st.blank)
		return tmplc_fail(t, at, "a space is missing before this");
	put(t, c);
	t->st.pos = POS_ATTR;
	return add(t, t->st.attr, c, at);
}

static bool
step_tag_name(struct tmplc *t, str rest, size_t at)
{
	char c = rest.p[0];

	if (is_attr_char(c)) {
		put(t, c);
		return add(t, t->st.tag, c, at);
	}
	t->st.pos = POS_TAG;
	return step_tag(t, rest, at);
}

static bool
step_attr(struct tmplc *t, str rest, size_t at)
{
	char c = rest.p[0];

	if (is_attr_char(c)) {
		put(t, c);
		return add(t, t->st.attr, c, at);
	}
	if (!attr_named(t, rest, at))
		return false;
	if (c != '=') {
		attr_done(t);
		return step_tag(t, rest, at);
	}
	put(t, c);
	t->st.pos = POS_EQUALS;
	return true;
}

static bool
step_equals(struct tmplc *t, str rest, size_t at)
{
	char c = rest.p[0];

	if (is_blank(c) || c == '>')
		return tmplc_fail(t, at, "the value must follow the =");
	put(t, c);
	t->st.pos = POS_BARE;
	if (c == '"' || c == '\'') {
		t->st.pos = POS_QUOTED;
		t->st.quote = c;
	}
	return true;
}

static bool
starts_with_one(str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts(s, str_c(list[i])))
			return true;
	return false;
}

/* "javascript:" and its like have no place even as literals.  What follows
 * tel: or mailto: is percent-encoded and cannot name a host. */
static bool
url_begins(struct tmplc *t, str rest, size_t at)
{
	static const char *const foreign[] = {
	    "https://", "http://", "data:image/"};
	static const char *const calls[] = {"mailto:", "tel:", "sms:"};

	if (rest.p[0] == '/' || rest.p[0] == '#' || rest.p[0] == '?') {
		t->st.url = rest.p[0] == '/' ? URL_SLASH : URL_LOCAL;
		return true;
	}
	t->st.url = URL_LOCAL;
	if (str_starts(rest, S("./"))) /* beside a page that is a file */
		return true;
	if (starts_with_one(rest, calls, LEN(calls)))
		return true;
	t->st.url = URL_FOREIGN;
	if (starts_with_one(rest, foreign, LEN(foreign)))
		return true;
	return tmplc_fail(t, at, "a URL begins with / # ? ./ or https://");
}

static bool
url_step(struct tmplc *t, str rest, size_t at)
{
	char c = rest.p[0];

	switch (t->st.url) {
	case URL_EMPTY:
		return url_begins(t, rest, at);
	case URL_SLASH:
		t->st.url = c == '/' || c == '\\' ? URL_FOREIGN : URL_LOCAL;
		return true;
	case URL_SLASH_VALUE:
		if (c == '/' || c == '\\')
			return tmplc_fail(t, at,
			    "were the value empty, this "
			    "would be another host: begin with a literal part");
		t->st.url = URL_LOCAL;
		return true;
	case URL_NOT:
	case URL_LOCAL:
	case URL_FOREIGN:
		break;
	}
	return true;
}

static bool
step_quoted(struct tmplc *t, str rest, size_t at)
{
	char c = rest.p[0];

	if (c == t->st.quote) {
		put(t, c);
		attr_done(t);
		return true;
	}
	if (is_blank(c)) {
		if (!t->st.blank)
			put(t, ' ');
		return true;
	}
	if (!url_step(t, rest, at))
		return false;
	put(t, c);
	return true;
}

static bool
step_bare(struct tmplc *t, str rest, size_t at)
{
	if (is_blank(rest.p[0]) || rest.p[0] == '>') {
		attr_done(t);
		return step_tag(t, rest, at);
	}
	put(t, rest.p[0]);
	return true;
}

static bool
step_comment(struct tmplc *t, str rest, size_t at)
{
	(void)at;
	/* The three bytes before rest are in the same text: tags are refused.
	 */
	if (rest.p[0] == '>' && rest.p[-1] == '-' && rest.p[-2] == '-')
		t->st.pos = POS_TEXT;
	return true;
}

/* Is this the closing tag of the element that holds raw text? */
static bool
closes(const struct tmplc *t, str rest)
{
	size_t n = strlen(t->st.tag);

	return str_starts(rest, S("</")) && rest.n > n + 1 &&
	       strncasecmp(rest.p + 2, t->st.tag, n) == 0;
}

static bool
step_raw(struct tmplc *t, str rest, size_t at)
{
	if (closes(t, rest)) {
		put(t, '<');
		tag_leave(t, POS_OPEN);
		return true;
	}
	if (!is_blank(rest.p[0]))
		return tmplc_fail(
		    t, at, "text inside <%s>: it belongs in a file", t->st.tag);
	return true;
}

static bool
step_rcdata(struct tmplc *t, str rest, size_t at)
{
	(void)at;
	put(t, rest.p[0]);
	if (closes(t, rest))
		tag_leave(t, POS_OPEN);
	return true;
}

static bool
step_declared(struct tmplc *t, str rest, size_t at)
{
	(void)at;
	put(t, rest.p[0]);
	if (rest.p[0] == '>')
		t->st.pos = POS_TEXT;
	return true;
}

static bool (*const steps[])(struct tmplc *, str rest, size_t at) = {
    [POS_TEXT] = step_text,
    [POS_OPEN] = step_open,
    [POS_TAG_NAME] = step_tag_name,
    [POS_TAG] = step_tag,
    [POS_ATTR] = step_attr,
    [POS_EQUALS] = step_equals,
    [POS_QUOTED] = step_quoted,
    [POS_BARE] = step_bare,
    [POS_COMMENT] = step_comment,
    [POS_RAW] = step_raw,
    [POS_RCDATA] = step_rcdata,
    [POS_DECLARED] = step_declared,
};

bool
pos_feed(struct tmplc *t, str text, size_t at)
{
	for (size_t i = 0; i < text.n; i++)
		if (!steps[t->st.pos](t, str_sub(text, i, text.n), at + i))
			return false;
	return true;
}

bool
pos_same(const struct state *a, const struct state *b)
{
	return a->pos == b->pos && a->url == b->url && a->quote == b->quote &&
	       a->closing == b->closing && a->slash == b->slash &&
	       a->get_form == b->get_form && a->pre == b->pre &&
	       strcmp(a->tag, b->tag) == 0 && strcmp(a->attr, b->attr) == 0;
}

const char *
pos_name(const struct state *st)
{
	static const char *const name[] = {
	    [POS_TEXT] = "text",
	    [POS_OPEN] = "the name of a tag",
	    [POS_TAG_NAME] = "the name of a tag",
	    [POS_TAG] = "a tag",
	    [POS_ATTR] = "the name of an attribute",
	    [POS_EQUALS] = "an attribute without quotes",
	    [POS_QUOTED] = "a quoted attribute",
	    [POS_BARE] = "an attribute without quotes",
	    [POS_COMMENT] = "a comment",
	    [POS_RAW] = "a script or style",
	    [POS_RCDATA] = "a textarea or title",
	    [POS_DECLARED] = "a declaration",
	};

	return st->url != URL_NOT ? "a URL" : name[st->pos];
}

void
pos_settle(struct tmplc *t)
{
	if (t->st.pos == POS_TAG_NAME || t->st.pos == POS_ATTR)
		attr_done(t);
}

void
pos_value(struct tmplc *t)
{
	t->st.blank = false;
	if (t->st.url == URL_SLASH)
		t->st.url = URL_SLASH_VALUE;
}
