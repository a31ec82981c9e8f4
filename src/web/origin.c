#include "web/origin.h"

static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
same(str a, str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (small(a.p[i]) != small(b.p[i]))
			return false;
	return true;
}

/* Without the port that goes without saying. */
static str
bare(str o)
{
	static const struct {
		const char *scheme, *port;
	} own[] = {{"https://", ":443"}, {"http://", ":80"}};

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		str scheme = str_c(own[i].scheme), port = str_c(own[i].port);

		if (same(str_sub(o, 0, scheme.n), scheme) && str_ends(o, port))
			return str_sub(o, 0, o.n - port.n);
	}
	return o;
}

bool
origin_is(str origin, str url)
{
	return url.n > 0 && same(bare(origin), bare(url));
}
