#include "front/target.h"

#include "base/num.h"

#define QUERY_PAIRS_MAX 64

enum target_fault
target_decode(struct arena *a, str s, bool plus, str *ret)
{
	char *out = arena_alloc(a, s.n + 1, 1);
	size_t n = 0;

	if (out == NULL)
		return TARGET_TOO_LONG;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = (uint8_t)s.p[i];

		if (c == '%') {
			if (!num_hex(str_sub(s, i + 1, 2), &c, 1))
				return TARGET_MALFORMED;
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (c == 0)
			return TARGET_MALFORMED;
		out[n++] = (char)c;
	}
	*ret = (str){out, n};
	return TARGET_FINE;
}

static size_t
count_pairs(str s)
{
	size_t n = s.n > 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '&';
	return n;
}

enum target_fault
target_pairs(
    struct arena *a, str s, size_t max, struct http_pair **ret, size_t *ret_n)
{
	size_t room = count_pairs(s), n = 0;
	struct http_pair *v = NULL;
	enum target_fault f;
	str one, name;

	if (room > max ||
	    (room > 0 && (v = NEW_N(a, struct http_pair, room)) == NULL))
		return TARGET_TOO_LONG;
	while (s.n > 0) {
		(void)str_cut(&s, '&', &one);
		if (one.n == 0)
			continue;
		(void)str_cut(&one, '=', &name);
		if ((f = target_decode(a, name, true, &v[n].name)) !=
			TARGET_FINE ||
		    (f = target_decode(a, one, true, &v[n].value)) !=
			TARGET_FINE)
			return f;
		n++;
	}
	*ret = v;
	*ret_n = n;
	return TARGET_FINE;
}

enum target_fault
target_split(struct arena *a, str raw, str *ret_path,
    struct http_pair **ret_query, size_t *ret_n)
{
	enum target_fault f;
	str path;

	(void)str_cut(&raw, '?', &path);
	if (path.n == 0 || path.p[0] != '/')
		return TARGET_MALFORMED;
	f = target_decode(a, path, false, ret_path);
	if (f == TARGET_FINE && ret_path->n > HTTP_PATH_MAX)
		f = TARGET_TOO_LONG;
	if (f != TARGET_FINE)
		return f;
	return target_pairs(a, raw, QUERY_PAIRS_MAX, ret_query, ret_n);
}
