#include "conf/hosts.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/num.h"

#define HTTPS_PORT 443

static bool
is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_label(str s)
{
	if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

/* The last label has a letter, so that an address is no name. */
static bool
is_name(str s)
{
	str label = {0};
	bool more = true;

	if (s.n == 0 || s.n >= CONF_HOST_NAME_MAX)
		return false;
	while (more) {
		more = str_cut(&s, '.', &label);
		if (!is_label(label))
			return false;
	}
	for (size_t i = 0; i < label.n; i++)
		if (is_letter(label.p[i]))
			return true;
	return false;
}

static void
put(char *to, str s)
{
	memcpy(to, s.p, s.n);
	to[s.n] = '\0';
}

static bool
is_address(str s, char ret[CONF_ADDRESS_MAX])
{
	struct in6_addr room;

	if (s.n == 0 || s.n >= CONF_ADDRESS_MAX)
		return false;
	put(ret, s);
	return inet_pton(AF_INET, ret, &room) == 1 ||
	       inet_pton(AF_INET6, ret, &room) == 1;
}

/* name or name:port */
static bool
read_place(str s, struct conf_host *ret)
{
	int64_t port = HTTPS_PORT;
	str name;

	if (str_cut(&s, ':', &name) && !num_i64(s, 1, 65535, &port))
		return false;
	if (!is_name(name))
		return false;
	put(ret->name, name);
	ret->port = (uint16_t)port;
	return true;
}

static bool
read_host(str s, struct conf_host *ret, struct err *e)
{
	str address = s, place;
	bool pinned = str_cut(&address, '=', &place);

	*ret = (struct conf_host){0};
	if (!read_place(str_trim(place), ret))
		return err_set(e, ERR_INPUT,
		    "egress_hosts: \"" STR_FMT "\" is not name:port",
		    STR_ARG(str_sub(s, 0, 80)));
	if (pinned && !is_address(str_trim(address), ret->address))
		return err_set(e, ERR_INPUT,
		    "egress_hosts: after %s= stands an address", ret->name);
	return true;
}

bool
conf_host_read(str s, struct conf_host *ret, struct err *e)
{
	struct conf_host h = {0};

	if (!read_place(s, &h))
		return err_set(e, ERR_INPUT, "not name:port");
	*ret = h;
	return true;
}

bool
conf_hosts_read(str list, struct conf_hosts *ret, struct err *e)
{
	struct conf_hosts h = {.n = 0};
	bool more = str_trim(list).n > 0;
	str one;

	while (more) {
		more = str_cut(&list, ',', &one);
		if (h.n == CONF_HOSTS_MAX)
			return err_set(e, ERR_LIMIT, "egress_hosts: at most %d",
			    CONF_HOSTS_MAX);
		if (!read_host(str_trim(one), &h.v[h.n], e))
			return false;
		if (conf_hosts_find(&h, &h.v[h.n]) != NULL)
			return err_set(e, ERR_CONFLICT,
			    "egress_hosts: %s is given twice", h.v[h.n].name);
		h.n++;
	}
	*ret = h;
	return true;
}

static bool
is_path(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '#' ||
		    s.p[i] == '\\' || s.p[i] == '"' || s.p[i] == '<' ||
		    s.p[i] == '>')
			return false;
	return true;
}

bool
conf_url_read(str url, struct conf_host *ret, str *ret_path, struct err *e)
{
	struct conf_host h = {0};
	str path, place;
	size_t at = 0;

	if (!str_starts(url, S("https://")))
		return err_set(e, ERR_INPUT, "no https address");
	url = str_sub(url, sizeof("https://") - 1, url.n);
	while (at < url.n && url.p[at] != '/')
		at++;
	place = str_sub(url, 0, at);
	path = str_sub(url, at, url.n);
	if (!read_place(place, &h) || !is_path(path))
		return err_set(e, ERR_INPUT, "an address of another form");
	*ret = h;
	*ret_path = path;
	return true;
}

const struct conf_host *
conf_hosts_find(const struct conf_hosts *h, const struct conf_host *wanted)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->v[i].name, wanted->name) == 0 &&
		    h->v[i].port == wanted->port)
			return &h->v[i];
	return NULL;
}
