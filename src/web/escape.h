/*
 * escape — what compiled templates call to write a value.  The macros choose
 * by type; a type that has no text form does not compile, and html (which is
 * not escaped again) is accepted only where tags may stand.
 */
#ifndef WEB_ESCAPE_H
#define WEB_ESCAPE_H

#include "lang/message.h"
#include "web/view.h"

/* The only maker of html: s was written by code that escaped what it used. */
html html_raw(str s);

void view_size(struct view *, uint64_t);
void view_url_part_cstr(struct view *, const char *);
void view_url_cstr(struct view *, const char *);

/* One argument of a translated text. */
struct view_arg {
	str s;
	int64_t number;
	enum { VIEW_ARG_TEXT, VIEW_ARG_NUMBER, VIEW_ARG_HTML } kind;
};

struct view_arg view_arg_str(str);
struct view_arg view_arg_cstr(const char *);
struct view_arg view_arg_i64(int64_t);
struct view_arg view_arg_size(uint64_t);
struct view_arg view_arg_html(html);

/* %1 … are arg[0] …; the plural's form is chosen by the number arg[0]. */
void view_message(struct view *, const struct message *,
    const struct view_arg *arg, size_t n);
void view_plural(struct view *, const struct message *,
    const struct view_arg *arg, size_t n);

/* clang-format off */
#define VIEW_INTEGERS_(f)                                                     \
	signed char: f, short: f, int: f, long: f, long long: f,              \
	unsigned char: f, unsigned short: f, unsigned int: f
#define VIEW_SIZES_(f) unsigned long: f, unsigned long long: f

#define VIEW_TEXT(v, x) _Generic((x),                                         \
	str: view_text, const char *: view_cstr, char *: view_cstr,           \
	html: view_html, VIEW_SIZES_(view_size), VIEW_INTEGERS_(view_i64))(v, x)
#define VIEW_ATTR(v, x) _Generic((x),                                         \
	str: view_text, const char *: view_cstr, char *: view_cstr,           \
	VIEW_SIZES_(view_size), VIEW_INTEGERS_(view_i64))(v, x)
#define VIEW_URL_PART(v, x) _Generic((x),                                     \
	str: view_url_part, const char *: view_url_part_cstr,                 \
	char *: view_url_part_cstr,                                           \
	VIEW_SIZES_(view_size), VIEW_INTEGERS_(view_i64))(v, x)
#define VIEW_URL(v, x) _Generic((x),                                          \
	str: view_url, const char *: view_url_cstr,                           \
	char *: view_url_cstr)(v, x)
#define VIEW_ARG(x) _Generic((x),                                             \
	str: view_arg_str, const char *: view_arg_cstr,                       \
	char *: view_arg_cstr, html: view_arg_html,                           \
	VIEW_SIZES_(view_arg_size), VIEW_INTEGERS_(view_arg_i64))(x)
#define VIEW_ARG_ATTR(x) _Generic((x),                                        \
	str: view_arg_str, const char *: view_arg_cstr,                       \
	char *: view_arg_cstr,                                                \
	VIEW_SIZES_(view_arg_size), VIEW_INTEGERS_(view_arg_i64))(x)
/* clang-format on */

#endif
