#include "sqlc.h"

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char
char_at(str s, size_t i)
{
	return i < s.n ? s.p[i] : '\0';
}

/* Length of a quoted thing that starts at `from`; 0: it has no end. */
static size_t
quoted(str s, size_t from)
{
	char end = s.p[from] == '[' ? ']' : s.p[from];

	for (size_t i = from + 1; i < s.n; i++) {
		if (s.p[i] != end)
			continue;
		if (end != ']' && char_at(s, i + 1) == end)
			i++;
		else
			return i + 1;
	}
	return 0;
}

static size_t
word(str s, size_t from)
{
	size_t i = from;

	while (is_letter(char_at(s, i)) || is_digit(char_at(s, i)))
		i++;
	return i;
}

static size_t
comment(str s)
{
	const char *end;

	if (s.p[0] == '-') {
		end = memchr(s.p, '\n', s.n);
		return end == NULL ? s.n : (size_t)(end - s.p);
	}
	end = memmem(s.p + 2, s.n - 2, "*/", 2);
	return end == NULL ? 0 : (size_t)(end - s.p) + 2;
}

/* What stands at the front of s, and how long it is; 0 is TOKEN_WRONG. */
static enum token_kind
measure(str s, size_t *n)
{
	char c = s.p[0], d = char_at(s, 1);

	*n = 1;
	if (is_space(c)) {
		while (is_space(char_at(s, *n)))
			++*n;
		return TOKEN_SPACE;
	}
	if ((c == '-' && d == '-') || (c == '/' && d == '*')) {
		*n = comment(s);
		return TOKEN_COMMENT;
	}
	if ((c == 'x' || c == 'X') && d == '\'') {
		*n = quoted(s, 1);
		return TOKEN_QUOTED;
	}
	if (c == '\'' || c == '"' || c == '`' || c == '[') {
		*n = quoted(s, 0);
		return TOKEN_QUOTED;
	}
	if (is_letter(c)) {
		*n = word(s, 0);
		return TOKEN_WORD;
	}
	if (c == ':' && is_letter(d)) {
		*n = word(s, 1);
		return TOKEN_PARAM;
	}
	if (c == '?' || c == '@' || c == '$' || c == ':')
		return TOKEN_WRONG;
	return TOKEN_OTHER;
}

struct token
token_next(str *rest)
{
	struct token t = {.kind = TOKEN_END, .s = *rest};
	size_t n;

	if (rest->n == 0)
		return t;
	t.kind = measure(*rest, &n);
	if (n == 0) {
		t.kind = TOKEN_WRONG;
		n = rest->n;
	}
	t.s.n = n;
	*rest = str_sub(*rest, n, rest->n);
	return t;
}

bool
is_name(str s)
{
	if (s.n == 0 || s.n > 60 || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !is_digit(s.p[i]) &&
		    s.p[i] != '_')
			return false;
	return true;
}

bool
is_word_of_c(str s)
{
	static const char *const words[] = {"asm", "auto", "bool", "break",
	    "case", "char", "const", "continue", "default", "do", "double",
	    "else", "enum", "errno", "extern", "false", "float", "for", "goto",
	    "if", "inline", "int", "linux", "long", "register", "restrict",
	    "return", "short", "signed", "sizeof", "static", "str", "struct",
	    "switch", "true", "typedef", "typeof", "union", "unix", "unsigned",
	    "void", "volatile", "while"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq(s, str_c(words[i])))
			return true;
	return false;
}

bool
word_is(str s, const char *upper)
{
	return s.n == strlen(upper) && strncasecmp(s.p, upper, s.n) == 0;
}

static size_t
param_number(struct source *src, struct fields *params, struct token t)
{
	str name = str_sub(t.s, 1, t.s.n);
	size_t i = 0;

	while (i < params->n && !str_eq(params->v[i].name, name))
		i++;
	if (i == SQLC_FIELDS) {
		fault(src, line_of(src, t.s.p), "more than %d parameters",
		    SQLC_FIELDS);
		return 1;
	}
	if (i == params->n)
		params->v[params->n++] =
		    (struct field){.name = name, .line = line_of(src, t.s.p)};
	return i + 1;
}

static void
flat_token(
    struct source *src, struct token t, struct buf *flat, struct fields *params)
{
	int line = line_of(src, t.s.p);

	if (t.kind == TOKEN_PARAM && params != NULL) {
		buf_printf(flat, "?%zu", param_number(src, params, t));
		return;
	}
	if (t.kind == TOKEN_WRONG || t.kind == TOKEN_PARAM)
		fault(src, line,
		    t.s.p[0] == '?' || t.s.p[0] == '@' || t.s.p[0] == '$' ||
			    t.s.p[0] == ':'
			? "parameters are written :name"
			: "this quote or comment has no end");
	else if (t.kind == TOKEN_QUOTED && memchr(t.s.p, '\n', t.s.n) != NULL)
		fault(src, line, "a quoted text may not span lines");
	buf_str(flat, t.s);
}

void
flatten(struct source *src, str text, struct buf *flat, struct fields *params)
{
	struct token t;
	char gap = '\0';

	while ((t = token_next(&text)).kind != TOKEN_END) {
		if (t.kind == TOKEN_COMMENT && gap == '\0')
			gap = ' ';
		if (t.kind == TOKEN_COMMENT)
			continue;
		if (t.kind == TOKEN_SPACE) {
			if (memchr(t.s.p, '\n', t.s.n) != NULL)
				gap = '\n';
			else if (gap == '\0')
				gap = ' ';
			continue;
		}
		if (gap != '\0' && flat->n > 0)
			buf_byte(flat, gap);
		gap = '\0';
		flat_token(src, t, flat, params);
	}
}

void
emit_literal(struct buf *b, str flat, const char *indent)
{
	bool more, first = true;
	str line;

	do {
		more = str_cut(&flat, '\n', &line);
		buf_printf(
		    b, "%s%s\"%s", first ? "" : "\n", indent, first ? "" : " ");
		for (size_t i = 0; i < line.n; i++) {
			if (line.p[i] == '"' || line.p[i] == '\\')
				buf_byte(b, '\\');
			buf_byte(b, line.p[i] == '\t' ? ' ' : line.p[i]);
		}
		buf_byte(b, '"');
		first = false;
	} while (more);
}
