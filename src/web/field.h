/* field — what the layout partial field() asks of a form's table. */
#ifndef WEB_FIELD_H
#define WEB_FIELD_H

#include "web/form.h"

struct field_option_list {
	const struct field_option *v;
	size_t n;
};

static inline struct field_option_list
field_option_list(const struct field *f)
{
	struct field_option_list l = {.v = f->options};

	while (l.v != NULL && l.v[l.n].value != NULL)
		l.n++;
	return l;
}

/* The type of its <input>; NULL when it is another element. */
static inline const char *
field_type(const struct field *f)
{
	static const char *const type[] = {
	    [FIELD_LINE] = "text",
	    [FIELD_PASS] = "password",
	    [FIELD_LOGIN] = "text",
	    [FIELD_CODE] = "text",
	    [FIELD_EMAIL] = "email",
	    [FIELD_PHONE] = "tel",
	    [FIELD_DAY] = "date",
	    [FIELD_NUMBER] = "number",
	    [FIELD_CHECK] = "checkbox",
	    [FIELD_FILE] = "file",
	    [FIELD_TIME] = "time",
	};

	return type[f->kind];
}

#endif
