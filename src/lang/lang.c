#include "lang/lang.h"

#include "lang/message.h"

const char *const lang_codes[LANGS] = {[LANG_FR] = "fr", [LANG_EN] = "en"};

static const struct message *
find(str key)
{
	size_t at = message_hash(key.p, key.n) & message_mask;

	for (; message_table[at] != NULL; at = (at + 1) & message_mask)
		if (str_eq(str_c(message_table[at]->key), key))
			return message_table[at];
	return NULL;
}

bool
lang_knows(const char *key)
{
	return find(str_c(key)) != NULL;
}

str
lang_text(enum lang lang, const char *key)
{
	const struct message *m = find(str_c(key));

	return m == NULL ? str_c(key) : m->text[lang];
}

str
lang_plural(enum lang lang, const char *one, const char *many, int64_t n)
{
	const struct message *m = find(str_c(one));
	bool is_one = lang_is_one(lang, n);

	if (m == NULL)
		return str_c(is_one ? one : many);
	return is_one ? m->text[lang] : m->many[lang];
}

/* What stands before the next argument, cut off; *ret_arg: that argument, or
 * n_args at the end. */
static str
next_part(str *text, size_t n_args, size_t *ret_arg)
{
	str part = *text;

	*ret_arg = n_args;
	for (size_t i = 0; i + 1 < text->n; i++) {
		size_t at = (size_t)(text->p[i + 1] - '1');

		if (text->p[i] != '%' || at >= n_args)
			continue;
		*ret_arg = at;
		part.n = i;
		*text = str_sub(*text, i + 2, text->n);
		return part;
	}
	*text = (str){0};
	return part;
}

static size_t
filled_bytes(str text, const str *arg, size_t n_args)
{
	size_t n = 0, at = 0;

	while (text.n > 0) {
		n += next_part(&text, n_args, &at).n;
		n += at < n_args ? arg[at].n : 0;
	}
	return n;
}

static char *
copy(char *to, str s)
{
	if (s.n > 0)
		memcpy(to, s.p, s.n);
	return to + s.n;
}

str
lang_fill(struct arena *a, str text, const str *arg, size_t n_args)
{
	size_t n = filled_bytes(text, arg, n_args), at;
	char *p = arena_alloc(a, n + 1, 1), *to = p;

	if (p == NULL)
		return (str){0};
	while (text.n > 0) {
		to = copy(to, next_part(&text, n_args, &at));
		if (at < n_args)
			to = copy(to, arg[at]);
	}
	return (str){p, n};
}

bool
lang_of_code(str code, enum lang *ret)
{
	for (size_t i = 0; i < LANGS; i++)
		if (str_eq(code, str_c(lang_codes[i]))) {
			*ret = (enum lang)i;
			return true;
		}
	return false;
}

/* "q=0.8" as 800; what is not a weight counts as 0. */
static int
weight(str s)
{
	int w = 0, unit = 1000;

	s = str_trim(s);
	if (s.n < 3 || (s.p[0] != 'q' && s.p[0] != 'Q') || s.p[1] != '=')
		return 0;
	for (size_t i = 2; i < s.n && unit > 0; i++) {
		if (s.p[i] == '.' && i == 3)
			continue;
		if (s.p[i] < '0' || s.p[i] > '9')
			return 0;
		w += (s.p[i] - '0') * unit;
		unit /= 10;
	}
	return w > 1000 ? 0 : w;
}

/* The language of one range ("fr-CA", "en"), whatever its region and case. */
static bool
lang_of_range(str range, enum lang *ret)
{
	char code[2];
	str head;

	(void)str_cut(&range, '-', &head);
	head = str_trim(head);
	if (head.n != 2)
		return false;
	code[0] = (char)(head.p[0] | 0x20);
	code[1] = (char)(head.p[1] | 0x20);
	return lang_of_code((str){code, 2}, ret);
}

enum lang
lang_accept(str header, enum lang other)
{
	enum lang best = other, found;
	int best_weight = 0;

	while (header.n > 0) {
		str range, name;
		int w = 1000;

		(void)str_cut(&header, ',', &range);
		if (str_cut(&range, ';', &name))
			w = weight(range);
		if (w > best_weight && lang_of_range(name, &found)) {
			best = found;
			best_weight = w;
		}
	}
	return best;
}
