/*
 * form — a form is a table of fields: the same rows check what came, fill the
 * page again and say what is wrong, in the viewer's language.
 */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include "web/web.h"

enum field_kind {
	FIELD_LINE,  /* one line, cleaned (base/utf8.h) */
	FIELD_TEXT,  /* several lines */
	FIELD_PASS,  /* as typed, never shown again */
	FIELD_LOGIN, /* one line, folded to lower case */
	FIELD_CODE, /* letters and digits, blanks and dashes dropped, upper case
		     */
	FIELD_EMAIL,
	FIELD_PHONE,
	FIELD_DAY, /* 2026-11-21; number is the day */
	FIELD_NUMBER,
	FIELD_CHOICE, /* one of options */
	FIELD_CHECK,  /* number is 0 or 1 */
	FIELD_FILE,   /* rendered only */
	FIELD_TIME,   /* 18:30; number is minutes after midnight */
};

struct field_option {
	const char *value, *label;
};

struct field {
	const char *name, *label, *hint; /* label and hint: catalogue keys */
	enum field_kind kind;
	bool required;
	int64_t min, max;         /* code points, or the number itself */
	const char *autocomplete; /* HTML token, NULL: "off" */
	const struct field_option *options; /* ends at NULL value */
};

#define FORM_FIELDS_MAX 16

struct form {
	const struct field *field; /* ends at NULL name */
	str value[FORM_FIELDS_MAX];
	int64_t number[FORM_FIELDS_MAX];
	const char *fault[FORM_FIELDS_MAX]; /* catalogue key, NULL: fine */
	const char *summary;                /* a fault of the whole, or NULL */
	bool bad;
};

/* Reads every field of the table; true when there is no fault. */
bool form_read(struct request *, const struct field *, struct form *ret);
void form_start(const struct field *, struct form *ret); /* empty */
void form_fault(struct form *, int field, const char *key);

/* By the name of a field; -1: there is none. */
int form_index(const struct form *, const char *name);
/* "18:30", and from some browsers "18:30:00". */
bool form_minute(str, int64_t *ret) MUST_USE;

#endif
