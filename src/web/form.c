#include "web/form.h"

#include <assert.h>

#include "base/num.h"
#include "base/utf8.h"

void
form_start(const struct field *field, struct form *ret)
{
	size_t n = 0;

	while (field[n].name != NULL)
		n++;
	assert(n <= FORM_FIELDS_MAX);
	*ret = (struct form){.field = field};
}

void
form_fault(struct form *f, int field, const char *key)
{
	if (f->fault[field] == NULL)
		f->fault[field] = key;
	f->bad = true;
}

int
form_index(const struct form *f, const char *name)
{
	for (int i = 0; f->field[i].name != NULL; i++)
		if (strcmp(f->field[i].name, name) == 0)
			return i;
	return -1;
}

bool
form_minute(str s, int64_t *ret)
{
	int64_t h, m;

	if ((s.n != 5 && !(s.n == 8 && s.p[5] == ':')) || s.p[2] != ':' ||
	    !num_i64(str_sub(s, 0, 2), 0, 23, &h) ||
	    !num_i64(str_sub(s, 3, 2), 0, 59, &m))
		return false;
	*ret = h * 60 + m;
	return true;
}

/* ASCII only: letters of other alphabets stay as they are. */
static void
fold_ascii(char *p, size_t n, char from, char to, int by)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] >= from && p[i] <= to)
			p[i] = (char)(p[i] + by);
}

static bool
read_code(struct arena *a, str in, str *ret)
{
	char *p = NEW_N(a, char, in.n + 1);
	size_t n = 0;

	if (p == NULL)
		return false;
	for (size_t i = 0; i < in.n; i++)
		if (in.p[i] != ' ' && in.p[i] != '-')
			p[n++] = in.p[i];
	fold_ascii(p, n, 'a', 'z', 'A' - 'a');
	*ret = (str){p, n};
	return true;
}

static bool
looks_like_email(str s)
{
	str user;

	return str_cut(&s, '@', &user) && user.n > 0 && s.n > 2 &&
	       memchr(s.p, '.', s.n) != NULL && memchr(s.p, '@', s.n) == NULL &&
	       memchr(s.p, ' ', s.n) == NULL &&
	       memchr(user.p, ' ', user.n) == NULL;
}

static bool
looks_like_phone(str s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else if (strchr(" +().-/", s.p[i]) == NULL)
			return false;
	}
	return digits >= 6 && digits <= 15;
}

static bool
is_option(const struct field_option *o, str value)
{
	for (; o != NULL && o->value != NULL; o++)
		if (str_eq(str_c(o->value), value))
			return true;
	return false;
}

static const char *
check_length(const struct field *fd, str value)
{
	size_t n = utf8_length(value);

	if (fd->max > 0 && (int64_t)n > fd->max)
		return N_("This is too long.");
	if ((int64_t)n < fd->min)
		return N_("This is too short.");
	return NULL;
}

static const char *
check_value(const struct field *fd, str value, int64_t *ret_number)
{
	switch (fd->kind) {
	case FIELD_EMAIL:
		return looks_like_email(value)
			   ? check_length(fd, value)
			   : N_("This does not look like an e-mail address.");
	case FIELD_PHONE:
		return looks_like_phone(value)
			   ? NULL
			   : N_("This does not look like a telephone number.");
	case FIELD_DAY:
		return day_parse(value, ret_number)
			   ? NULL
			   : N_("Write the date as day, month and year.");
	case FIELD_TIME:
		return form_minute(value, ret_number)
			   ? NULL
			   : N_("Write the time as hours and minutes.");
	case FIELD_NUMBER:
		return num_i64(value, fd->min, fd->max, ret_number)
			   ? NULL
			   : N_("Write a number.");
	case FIELD_CHOICE:
		return is_option(fd->options, value)
			   ? NULL
			   : N_("Choose one of the answers.");
	case FIELD_LINE:
	case FIELD_TEXT:
	case FIELD_PASS:
	case FIELD_LOGIN:
	case FIELD_CODE:
		return check_length(fd, value);
	case FIELD_CHECK:
	case FIELD_FILE:
		break;
	}
	return NULL;
}

/* The value as it will be kept; false when it is not text. */
static bool
clean_value(struct arena *a, const struct field *fd, str raw, str *ret)
{
	size_t most = HTTP_VALUE_MAX;

	if (fd->kind == FIELD_PASS) {
		*ret = raw;
		return utf8_valid(raw);
	}
	if (!utf8_clean(a, raw, most, fd->kind == FIELD_TEXT, ret))
		return false;
	if (fd->kind == FIELD_CODE)
		return read_code(a, *ret, ret);
	if (fd->kind == FIELD_LOGIN || fd->kind == FIELD_EMAIL) {
		str copy;

		if (!arena_str(a, ret->p, ret->n, &copy))
			return false;
		fold_ascii(
		    (char *)(uintptr_t)copy.p, copy.n, 'A', 'Z', 'a' - 'A');
		*ret = copy;
	}
	return true;
}

static void
read_field(struct request *r, struct form *f, int i)
{
	const struct field *fd = &f->field[i];
	str raw = request_field(r, fd->name);
	const char *fault;

	if (fd->kind == FIELD_FILE)
		return;
	if (fd->kind == FIELD_CHECK) {
		f->number[i] = raw.p != NULL;
		if (fd->required && raw.p == NULL)
			form_fault(f, i, N_("Tick this box to go on."));
		return;
	}
	if (!clean_value(r->arena, fd, raw, &f->value[i])) {
		form_fault(f, i, N_("This text cannot be read."));
		return;
	}
	if (f->value[i].n == 0) {
		if (fd->required)
			form_fault(f, i, N_("Fill in this field."));
		return;
	}
	fault = check_value(fd, f->value[i], &f->number[i]);
	if (fault != NULL)
		form_fault(f, i, fault);
}

bool
form_read(struct request *r, const struct field *field, struct form *ret)
{
	form_start(field, ret);
	for (int i = 0; field[i].name != NULL; i++)
		read_field(r, ret, i);
	return !ret->bad;
}
