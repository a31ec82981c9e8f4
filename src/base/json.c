#include "base/json.h"

#include <stdlib.h>

#include "base/buf.h"

#define PIECE 16384

enum state {
	WANT_VALUE,
	WANT_VALUE_OR_END, /* after [ */
	WANT_NAME,
	WANT_NAME_OR_END, /* after { */
	WANT_COMMA_OR_END,
	WANT_NOTHING /* the value is whole */
};

struct json {
	json_read_fn *read;
	void *ctx;
	size_t n, at; /* of piece */
	bool ended;
	enum state state;
	unsigned depth;
	uint8_t is_object[JSON_DEPTH_MAX / 8];
	struct buf text;
	size_t text_max;
	bool cut;
	int64_t line, offset;             /* of the next byte */
	int64_t token_line, token_offset; /* of the last token */
	char piece[PIECE];
};

bool
json_read_str(void *ctx, char *p, size_t cap, size_t *ret_n, struct err *e)
{
	str *rest = ctx;
	size_t n = rest->n < cap ? rest->n : cap;

	(void)e;
	if (n > 0) {
		memcpy(p, rest->p, n);
		*rest = str_sub(*rest, n, rest->n - n);
	}
	*ret_n = n;
	return true;
}

struct json *
json_new(json_read_fn *read, void *ctx, size_t text_max)
{
	struct json *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->read = read;
	j->ctx = ctx;
	j->line = 1;
	j->text_max = text_max;
	j->text = BUF_MAX(text_max + 4); /* a code point is not torn */
	return j;
}

void
json_free(struct json *j)
{
	if (j == NULL)
		return;
	buf_done(&j->text);
	free(j);
}

str
json_text(const struct json *j)
{
	return buf_view(&j->text);
}

bool
json_cut(const struct json *j)
{
	return j->cut;
}

unsigned
json_depth(const struct json *j)
{
	return j->depth;
}

int64_t
json_line(const struct json *j)
{
	return j->token_line;
}

int64_t
json_offset(const struct json *j)
{
	return j->token_offset;
}

static bool
wrong(const struct json *j, const char *what, struct err *e)
{
	return err_set(e, ERR_INPUT, "line %lld, byte %lld: %s",
	    (long long)j->line, (long long)j->offset, what);
}

static bool
more(struct json *j, struct err *e)
{
	j->at = j->n = 0;
	if (j->ended)
		return true;
	if (!j->read(j->ctx, j->piece, sizeof(j->piece), &j->n, e))
		return false;
	j->ended = j->n == 0;
	return true;
}

/* The next byte without taking it; -1 at the end. */
static bool
peek(struct json *j, int *ret, struct err *e)
{
	if (j->at == j->n && !more(j, e))
		return false;
	*ret = j->at == j->n ? -1 : (uint8_t)j->piece[j->at];
	return true;
}

static void
take(struct json *j)
{
	if (j->piece[j->at] == '\n')
		j->line++;
	j->at++;
	j->offset++;
}

static bool
next_byte(struct json *j, int *ret, struct err *e)
{
	if (!peek(j, ret, e))
		return false;
	if (*ret != -1)
		take(j);
	return true;
}

/* The mark is at most three bytes, so the first piece may hold a part. */
static bool
skip_mark(struct json *j, struct err *e)
{
	static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
	int c;

	for (size_t i = 0; i < sizeof(mark); i++) {
		if (!peek(j, &c, e))
			return false;
		if (i == 0 && (c == 0xff || c == 0xfe))
			return wrong(j, "UTF-16; only UTF-8 is read", e);
		if (c != mark[i])
			return i == 0 || wrong(j, "not JSON", e);
		take(j);
	}
	return true;
}

static bool
skip_blanks(struct json *j, int *ret, struct err *e)
{
	if (j->offset == 0 && !skip_mark(j, e))
		return false;
	for (;;) {
		if (!peek(j, ret, e))
			return false;
		if (*ret != ' ' && *ret != '\t' && *ret != '\n' && *ret != '\r')
			return true;
		take(j);
	}
}

static void
put(struct json *j, const char *p, size_t n)
{
	if (j->cut || j->text.n + n > j->text_max)
		j->cut = true;
	else
		buf_put(&j->text, p, n);
}

static void
put_code(struct json *j, uint32_t c)
{
	char p[4];
	size_t n = 0;

	if (c < 0x80) {
		p[n++] = (char)c;
	} else if (c < 0x800) {
		p[n++] = (char)(0xc0 | c >> 6);
		p[n++] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		p[n++] = (char)(0xe0 | c >> 12);
		p[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		p[n++] = (char)(0x80 | (c & 0x3f));
	} else {
		p[n++] = (char)(0xf0 | c >> 18);
		p[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		p[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		p[n++] = (char)(0x80 | (c & 0x3f));
	}
	put(j, p, n);
}

static bool
read_hex4(struct json *j, uint32_t *ret, struct err *e)
{
	uint32_t v = 0;
	int c;

	for (int i = 0; i < 4; i++) {
		if (!next_byte(j, &c, e))
			return false;
		if (c >= '0' && c <= '9')
			v = v << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint32_t)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			v = v << 4 | (uint32_t)(c - 'A' + 10);
		else
			return wrong(j, "\\u without four digits", e);
	}
	*ret = v;
	return true;
}

#define REPLACEMENT 0xfffdu

static bool read_escape(struct json *, int depth, struct err *);

/* After a high surrogate; a pair is one code point. */
static bool
read_low(struct json *j, uint32_t high, struct err *e)
{
	uint32_t low;
	int c;

	if (!peek(j, &c, e))
		return false;
	if (c != '\\') {
		put_code(j, REPLACEMENT);
		return true;
	}
	take(j);
	if (!peek(j, &c, e))
		return false;
	if (c != 'u') {
		put_code(j, REPLACEMENT);
		return read_escape(j, 1, e);
	}
	take(j);
	if (!read_hex4(j, &low, e))
		return false;
	if (low >= 0xdc00 && low < 0xe000) {
		put_code(j, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
		return true;
	}
	put_code(j, REPLACEMENT);
	put_code(j, low >= 0xd800 && low < 0xdc00 ? REPLACEMENT : low);
	return true;
}

/* What follows a backslash.  depth 1: no second surrogate is looked for. */
static bool
read_escape(struct json *j, int depth, struct err *e)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	uint32_t code;
	const char *at;
	int c;

	if (!next_byte(j, &c, e))
		return false;
	if (c == 'u') {
		if (!read_hex4(j, &code, e))
			return false;
		if (code >= 0xd800 && code < 0xdc00 && depth == 0)
			return read_low(j, code, e);
		put_code(
		    j, code >= 0xd800 && code < 0xe000 ? REPLACEMENT : code);
		return true;
	}
	at = c <= 0 ? NULL : strchr(from, c);
	if (at == NULL)
		return wrong(j, "unknown escape", e);
	put(j, &to[at - from], 1);
	return true;
}

/* Plain bytes of a string up to what is special, as many as are here. */
static void
take_plain(struct json *j)
{
	size_t from = j->at;

	while (j->at < j->n) {
		uint8_t c = (uint8_t)j->piece[j->at];

		if (c == '"' || c == '\\' || c < 0x20)
			break;
		j->at++;
	}
	j->offset += (int64_t)(j->at - from);
	if (!j->cut && j->text.n + (j->at - from) > j->text_max) {
		buf_put(&j->text, j->piece + from, j->text_max - j->text.n);
		j->cut = true;
	} else {
		put(j, j->piece + from, j->at - from);
	}
}

static bool
read_string(struct json *j, struct err *e)
{
	int c;

	take(j); /* the quote */
	for (;;) {
		if (!peek(j, &c, e))
			return false;
		if (c == -1)
			return wrong(j, "the text does not end", e);
		if (c == '"') {
			take(j);
			return true;
		}
		if (c == '\\') {
			take(j);
			if (!read_escape(j, 0, e))
				return false;
		} else if (c < 0x20) {
			return wrong(j, "a control character in a text", e);
		} else {
			take_plain(j);
		}
	}
}

static bool
take_digits(struct json *j, struct err *e)
{
	size_t n = 0;
	int c;

	for (;; n++) {
		char p;

		if (!peek(j, &c, e))
			return false;
		if (c < '0' || c > '9')
			break;
		p = (char)c;
		put(j, &p, 1);
		take(j);
	}
	return n > 0 || wrong(j, "a digit is missing", e);
}

/* Takes c when it comes next. */
static bool
take_if(struct json *j, const char *any, bool *ret, struct err *e)
{
	int c;

	if (!peek(j, &c, e))
		return false;
	*ret = c > 0 && strchr(any, c) != NULL;
	if (*ret) {
		char p = (char)c;

		put(j, &p, 1);
		take(j);
	}
	return true;
}

static bool
read_number(struct json *j, struct err *e)
{
	bool got, zero;

	if (!take_if(j, "-", &got, e) || !take_if(j, "0", &zero, e))
		return false;
	if (!zero && !take_digits(j, e))
		return false;
	if (!take_if(j, ".", &got, e) || (got && !take_digits(j, e)))
		return false;
	if (!take_if(j, "eE", &got, e))
		return false;
	if (!got)
		return true;
	return take_if(j, "+-", &got, e) && take_digits(j, e);
}

static bool
read_word(struct json *j, const char *word, struct err *e)
{
	int c;

	for (; *word != '\0'; word++) {
		if (!next_byte(j, &c, e))
			return false;
		if (c != *word)
			return wrong(j, "not a JSON value", e);
	}
	return true;
}

static bool
in_object(const struct json *j)
{
	unsigned at = j->depth - 1;

	return j->depth > 0 && (j->is_object[at / 8] >> at % 8 & 1) != 0;
}

static bool
open_one(struct json *j, bool object, struct err *e)
{
	unsigned at = j->depth;

	if (at == JSON_DEPTH_MAX)
		return err_set(e, ERR_LIMIT,
		    "line %lld, byte %lld: nested deeper than %d",
		    (long long)j->line, (long long)j->offset, JSON_DEPTH_MAX);
	take(j);
	j->is_object[at / 8] &= (uint8_t) ~(1u << at % 8);
	j->is_object[at / 8] |= (uint8_t)((unsigned)object << at % 8);
	j->depth++;
	j->state = object ? WANT_NAME_OR_END : WANT_VALUE_OR_END;
	return true;
}

static void
after_value(struct json *j)
{
	j->state = j->depth == 0 ? WANT_NOTHING : WANT_COMMA_OR_END;
}

static bool
close_one(struct json *j, int c, enum json_token *ret, struct err *e)
{
	bool object = in_object(j);

	if (j->depth == 0 || c != (object ? '}' : ']'))
		return wrong(j, "what is open is not closed", e);
	take(j);
	j->depth--;
	after_value(j);
	*ret = object ? JSON_OBJECT_END : JSON_ARRAY_END;
	return true;
}

static bool
read_scalar(struct json *j, int c, enum json_token *ret, struct err *e)
{
	bool ok;

	switch (c) {
	case '"':
		*ret = JSON_STRING;
		ok = read_string(j, e);
		break;
	case 't':
		*ret = JSON_TRUE;
		ok = read_word(j, "true", e);
		break;
	case 'f':
		*ret = JSON_FALSE;
		ok = read_word(j, "false", e);
		break;
	case 'n':
		*ret = JSON_NULL;
		ok = read_word(j, "null", e);
		break;
	default:
		if (c != '-' && (c < '0' || c > '9'))
			return wrong(j,
			    c == -1 ? "the file ends early"
				    : "not a JSON value",
			    e);
		*ret = JSON_NUMBER;
		ok = read_number(j, e);
	}
	after_value(j);
	return ok;
}

static bool
read_value(struct json *j, int c, enum json_token *ret, struct err *e)
{
	if (c != '{' && c != '[')
		return read_scalar(j, c, ret, e);
	*ret = c == '{' ? JSON_OBJECT : JSON_ARRAY;
	return open_one(j, c == '{', e);
}

static bool
read_name(struct json *j, int c, enum json_token *ret, struct err *e)
{
	if (c != '"')
		return wrong(j, "a name is missing", e);
	if (!read_string(j, e) || !skip_blanks(j, &c, e))
		return false;
	if (c != ':')
		return wrong(j, "no colon after a name", e);
	take(j);
	j->state = WANT_VALUE;
	*ret = JSON_NAME;
	return true;
}

/* After a value inside something: a comma and the next, or the end. */
static bool
pass_comma(struct json *j, int *c, struct err *e)
{
	if (*c != ',')
		return true;
	take(j);
	j->state = in_object(j) ? WANT_NAME : WANT_VALUE;
	return skip_blanks(j, c, e);
}

static bool
next(struct json *j, int c, enum json_token *ret, struct err *e)
{
	j->token_line = j->line;
	j->token_offset = j->offset;
	switch (j->state) {
	case WANT_NOTHING:
		*ret = JSON_END;
		return c == -1 || wrong(j, "more after the end", e);
	case WANT_NAME_OR_END:
	case WANT_NAME:
		if (c == '}' && j->state == WANT_NAME_OR_END)
			return close_one(j, c, ret, e);
		return read_name(j, c, ret, e);
	case WANT_COMMA_OR_END:
		return close_one(j, c, ret, e);
	case WANT_VALUE_OR_END:
		if (c == ']')
			return close_one(j, c, ret, e);
		return read_value(j, c, ret, e);
	case WANT_VALUE:
	default:
		return read_value(j, c, ret, e);
	}
}

bool
json_next(struct json *j, enum json_token *ret, struct err *e)
{
	int c;

	buf_clear(&j->text);
	j->cut = false;
	if (!skip_blanks(j, &c, e))
		return false;
	if (j->state == WANT_COMMA_OR_END && !pass_comma(j, &c, e))
		return false;
	return next(j, c, ret, e);
}

static bool
skip_to_depth(struct json *j, unsigned depth, struct err *e)
{
	enum json_token t;

	while (j->depth > depth)
		if (!json_next(j, &t, e))
			return false;
	return true;
}

bool
json_skip(struct json *j, struct err *e)
{
	unsigned depth = j->depth;
	enum json_token t;

	return json_next(j, &t, e) && skip_to_depth(j, depth, e);
}

bool
json_skip_rest(struct json *j, struct err *e)
{
	return j->depth == 0 || skip_to_depth(j, j->depth - 1, e);
}
