#include "monitor/listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/num.h"

/* What the system keeps of an answer and has not sent yet: it was decided
 * already, and a reader that stands still should cost little.  Connections have
 * it from their listener. */
#define UNSENT_BYTES (256 * 1024)

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage room;
};

static socklen_t
address_size(const union address *a)
{
	return a->any.sa_family == AF_INET ? sizeof(a->v4) : sizeof(a->v6);
}

static bool
parse_host(str host, uint16_t port, union address *ret)
{
	char z[INET6_ADDRSTRLEN + 1];
	bool v6 = host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';

	if (v6)
		host = str_sub(host, 1, host.n - 2);
	if (host.n >= sizeof(z))
		return false;
	memcpy(z, host.p, host.n);
	z[host.n] = '\0';
	*ret = (union address){0};
	if (v6) {
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = htons(port);
		return inet_pton(AF_INET6, z, &ret->v6.sin6_addr) == 1;
	}
	ret->v4.sin_family = AF_INET;
	ret->v4.sin_port = htons(port);
	return inet_pton(AF_INET, z, &ret->v4.sin_addr) == 1;
}

static bool
parse(str s, union address *ret, struct err *e)
{
	size_t at = s.n;
	int64_t port;

	while (at > 0 && s.p[at - 1] != ':')
		at--;
	if (at == 0 || !num_i64(str_sub(s, at, s.n), 0, 65535, &port) ||
	    !parse_host(str_sub(s, 0, at - 1), (uint16_t)port, ret))
		return err_set(e, ERR_INPUT,
		    "listen: \"" STR_FMT "\" is not address:port", STR_ARG(s));
	return true;
}

static bool
open_one(str s, int *ret, struct err *e)
{
	union address a;
	int one = 1, unsent = UNSENT_BYTES;
	OWNED_FD fd = -1;

	if (!parse(s, &a, e))
		return false;
	fd = socket(
	    a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == -1)
		return err_sys(e, "listen " STR_FMT, STR_ARG(s));
	if (a.any.sa_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) == -1)
		return err_sys(e, "listen " STR_FMT, STR_ARG(s));
	if (setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent,
		sizeof(unsent)) == -1)
		return err_sys(e, "listen " STR_FMT, STR_ARG(s));
	if (bind(fd, &a.any, address_size(&a)) == -1 ||
	    listen(fd, SOMAXCONN) == -1)
		return err_sys(e, "listen " STR_FMT, STR_ARG(s));
	*ret = fd;
	fd = -1;
	return true;
}

static bool
open_all(str rest, int *ret_fd, size_t max, size_t *n, struct err *e)
{
	str one;
	bool more = true;

	while (more) {
		more = str_cut(&rest, ',', &one);
		one = str_trim(one);
		if (*n == max)
			return err_set(
			    e, ERR_LIMIT, "listen: at most %zu", max);
		if (!open_one(one, &ret_fd[*n], e))
			return false;
		(*n)++;
	}
	return true;
}

bool
listen_open(
    str addresses, int *ret_fd, size_t max, size_t *ret_n, struct err *e)
{
	size_t n = 0;

	if (open_all(addresses, ret_fd, max, &n, e)) {
		*ret_n = n;
		return true;
	}
	while (n > 0)
		(void)close(ret_fd[--n]);
	return false;
}

bool
listen_name(int fd, char *ret, size_t cap, struct err *e)
{
	union address a = {0};
	socklen_t n = sizeof(a);
	char host[INET6_ADDRSTRLEN];
	bool v6;

	if (getsockname(fd, &a.any, &n) == -1)
		return err_sys(e, "getsockname");
	v6 = a.any.sa_family == AF_INET6;
	if (inet_ntop(a.any.sa_family,
		v6 ? (const void *)&a.v6.sin6_addr : &a.v4.sin_addr, host,
		sizeof(host)) == NULL)
		return err_sys(e, "inet_ntop");
	(void)snprintf(ret, cap, v6 ? "[%s]:%u" : "%s:%u", host,
	    ntohs(v6 ? a.v6.sin6_port : a.v4.sin_port));
	return true;
}
