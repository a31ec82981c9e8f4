#include "zip/name.h"

#include <strings.h>

#include "base/utf8.h"

static bool
is_forbidden(uint32_t c)
{
	return c < 0x20 || c == 0x7f ||
	       (c < 0x80 && strchr("<>:\"/\\|?*", (int)c) != NULL);
}

static bool
is_edge(char c)
{
	return c == '.' || c == ' ';
}

/* What stands before the first dot counts: « aux.txt » is a device too. */
static bool
is_device(str s)
{
	static const char *const plain[] = {"con", "prn", "aux", "nul"};
	str head;

	(void)str_cut(&s, '.', &head);
	head = str_trim(head);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (head.n == 3 && strncasecmp(head.p, plain[i], 3) == 0)
			return true;
	return head.n == 4 && head.p[3] >= '0' && head.p[3] <= '9' &&
	       (strncasecmp(head.p, "com", 3) == 0 ||
		   strncasecmp(head.p, "lpt", 3) == 0);
}

static str
without_edges(str s)
{
	while (s.n > 0 && is_edge(s.p[0]))
		s = str_sub(s, 1, s.n);
	while (s.n > 0 && is_edge(s.p[s.n - 1]))
		s.n--;
	return s;
}

str
zip_name_part(struct arena *a, str s, size_t max)
{
	char *to = NEW_N(a, char, s.n + 1);
	size_t n = 0;

	if (to == NULL)
		return (str){0};
	if (!utf8_valid(s))
		return S("");
	for (s = without_edges(s); s.n > 0 && max > 0; max--) {
		str one = s;
		uint32_t c = utf8_next(&s);

		one.n -= s.n;
		if (is_forbidden(c))
			one = S("-");
		memcpy(to + n, one.p, one.n);
		n += one.n;
	}
	s = without_edges((str){to, n});
	return is_device(s) ? arena_fmt(a, "_" STR_FMT, STR_ARG(s)) : s;
}
