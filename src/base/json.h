/*
 * json — a stream of JSON (RFC 8259) taken apart token by token, in memory
 * that does not grow with it.
 *
 * The bytes come from a function, piece by piece.  Nothing recurses: open
 * objects and arrays are bits, at most JSON_DEPTH_MAX of them, more is
 * ERR_LIMIT.  A byte order mark of UTF-8 at the start is left out.  Whatever
 * is not JSON is ERR_INPUT; each error says line and byte.
 *
 * A text longer than the reader's maximum is no error, since who asks may not
 * care for it: it is cut, and json_cut says so.  Texts are the bytes that came,
 * escapes resolved (a lone surrogate is U+FFFD); they need not be UTF-8.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define JSON_DEPTH_MAX 128

enum json_token {
	JSON_END, /* after the one value of the stream */
	JSON_OBJECT,
	JSON_OBJECT_END,
	JSON_ARRAY,
	JSON_ARRAY_END,
	JSON_NAME, /* the value of that name comes next */
	JSON_STRING,
	JSON_NUMBER,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL
};

/* Up to cap bytes; *ret_n 0 at the end. */
typedef bool json_read_fn(
    void *ctx, char *p, size_t cap, size_t *ret_n, struct err *);

/* Of a text in memory; ctx: the str that is left of it. */
bool json_read_str(
    void *ctx, char *p, size_t cap, size_t *ret_n, struct err *) MUST_USE;

struct json;

struct json *json_new(json_read_fn *, void *ctx, size_t text_max);
void json_free(struct json *);

bool json_next(struct json *, enum json_token *ret, struct err *) MUST_USE;
/* The name, string or number that was read last; good until the next call. */
str json_text(const struct json *);
bool json_cut(const struct json *); /* it was longer */
/* Reads past the value that comes next, or past the rest of the object or
 * array that was just begun. */
bool json_skip(struct json *, struct err *) MUST_USE;
bool json_skip_rest(struct json *, struct err *) MUST_USE;

unsigned json_depth(const struct json *); /* open objects and arrays */
/* Where the last token begins; lines from 1, bytes from 0. */
int64_t json_line(const struct json *);
int64_t json_offset(const struct json *);

DEFINE_OWNED(json)

#endif
