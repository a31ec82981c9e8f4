/* A form that was sent, against a table with a field of every kind: pairs of
 * name and value, a line each, the name up to the first '='. */
#include "base/utf8.h"
#include "web/form.h"

#define ARENA_MAX ((size_t)1 << 20)
#define PAIRS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct field_option options[] = {
    {"fr", "French"}, {"en", "English"}, {0}};

static const struct field fields[] = {
    {"line", "L", NULL, FIELD_LINE, true, 2, 20, NULL, NULL},
    {"text", "L", NULL, FIELD_TEXT, false, 0, 60, NULL, NULL},
    {"pass", "L", NULL, FIELD_PASS, true, 12, 200, NULL, NULL},
    {"login", "L", NULL, FIELD_LOGIN, true, 3, 40, NULL, NULL},
    {"code", "L", NULL, FIELD_CODE, false, 6, 40, NULL, NULL},
    {"email", "L", NULL, FIELD_EMAIL, false, 0, 120, NULL, NULL},
    {"phone", "L", NULL, FIELD_PHONE, false, 0, 40, NULL, NULL},
    {"day", "L", NULL, FIELD_DAY, false, 0, 0, NULL, NULL},
    {"number", "L", NULL, FIELD_NUMBER, false, -3, 4711, NULL, NULL},
    {"choice", "L", NULL, FIELD_CHOICE, true, 0, 0, NULL, options},
    {"check", "L", NULL, FIELD_CHECK, false, 0, 0, NULL, NULL},
    {0},
};

static size_t
pairs_of(str s, struct http_pair *pair)
{
	size_t n = 0;
	str one, name;

	while (n < PAIRS_MAX && s.n > 0) {
		(void)str_cut(&s, '\n', &one);
		(void)str_cut(&one, '=', &name);
		pair[n++] = (struct http_pair){name, one};
	}
	return n;
}

/* What a handler may rely on once there is no fault. */
static void
must_hold(const struct form *f)
{
	for (size_t i = 0; fields[i].name != NULL; i++) {
		const struct field *t = &fields[i];
		str v = f->value[i];

		if (t->kind != FIELD_PASS && v.n > 0 &&
		    memchr(v.p, 0, v.n) != NULL)
			__builtin_trap();
		if (t->kind != FIELD_PASS && !utf8_valid(v))
			__builtin_trap();
		if (t->required && v.n == 0)
			__builtin_trap();
		if (t->kind == FIELD_CHECK &&
		    (f->number[i] < 0 || f->number[i] > 1))
			__builtin_trap();
		if (t->kind == FIELD_NUMBER && v.n > 0 &&
		    (f->number[i] < t->min || f->number[i] > t->max))
			__builtin_trap();
		if (t->kind == FIELD_CHOICE && !str_eq(v, S("fr")) &&
		    !str_eq(v, S("en")))
			__builtin_trap();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct http_pair pair[PAIRS_MAX];
	struct http_request q = {.form = pair};
	struct request r = {.arena = a, .http = &q};
	struct form f;

	q.n_form = pairs_of((str){(const char *)p, n}, pair);
	if (form_read(&r, fields, &f))
		must_hold(&f);
	else if (!f.bad)
		__builtin_trap();
	return 0;
}
