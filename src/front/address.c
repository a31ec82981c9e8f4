#include "front/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/num.h"

#define TEXT_MAX 64

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static bool
parse_host(str s, uint8_t ret[16])
{
	char z[TEXT_MAX];
	uint8_t b[16];

	if (s.n == 0 || s.n >= sizeof(z))
		return false;
	memcpy(z, s.p, s.n);
	z[s.n] = 0;
	if (strlen(z) != s.n)
		return false;
	memcpy(b, mapped, sizeof(mapped));
	if (inet_pton(AF_INET, z, b + 12) != 1 &&
	    inet_pton(AF_INET6, z, b) != 1)
		return false;
	memcpy(ret, b, sizeof(b));
	return true;
}

/* Takes ":443" off the end of a name; an IPv6 address without brackets has
 * several colons and no port. */
static bool
split_port(str *s, int64_t *port)
{
	const char *colon = memrchr(s->p, ':', s->n);
	size_t at;

	*port = 0;
	if (colon == NULL)
		return true;
	at = (size_t)(colon - s->p);
	if (s->p[0] != '[' && memchr(s->p, ':', at) != NULL)
		return true;
	if (s->p[0] == '[' && s->p[s->n - 1] == ']')
		return true;
	if (!num_i64(str_sub(*s, at + 1, s->n), 0, UINT16_MAX, port))
		return false;
	s->n = at;
	return true;
}

bool
address_parse(str s, struct address *ret)
{
	struct address a = {0};
	int64_t port;

	if (s.n == 0 || !split_port(&s, &port))
		return false;
	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = str_sub(s, 1, s.n - 2);
	if (!parse_host(s, a.b))
		return false;
	a.port = (uint16_t)port;
	*ret = a;
	return true;
}

bool
address_of(const struct sockaddr *sa, struct address *ret)
{
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;

	*ret = (struct address){0};
	if (sa == NULL)
		return false;
	if (sa->sa_family == AF_INET) {
		memcpy(&in4, sa, sizeof(in4));
		memcpy(ret->b, mapped, sizeof(mapped));
		memcpy(ret->b + 12, &in4.sin_addr, 4);
		ret->port = ntohs(in4.sin_port);
		return true;
	}
	if (sa->sa_family != AF_INET6)
		return false;
	memcpy(&in6, sa, sizeof(in6));
	memcpy(ret->b, &in6.sin6_addr, 16);
	ret->port = ntohs(in6.sin6_port);
	return true;
}

bool
address_same_host(const struct address *a, const struct address *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

bool
address_forwarded(str list, struct address *ret)
{
	str hop;

	while (str_cut(&list, ',', &hop))
		;
	return address_parse(str_trim(hop), ret);
}
