#include "conf/services.h"

#include "base/buf.h"

#define HTTPS_PORT 443
#define LIST_MAX 4096

const char *const conf_services_read_on = "2026-11-29";

/* A dot in front: any name below it.  From the vendors' pages and from what
 * their browsers give as addresses. */
static const char *const table[] = {
    "fcm.googleapis.com",         /* Chrome, Edge, Samsung, Opera, Brave */
    "jmt17.google.com",           /* Chromium as distributions build it */
    ".push.services.mozilla.com", /* Firefox */
    ".push.apple.com",            /* Safari; iOS once it is installed */
    ".notify.windows.com",        /* Edge on Windows */
};

static bool
is_of(str name, str row)
{
	if (row.p[0] != '.')
		return str_eq(name, row);
	return name.n > row.n && str_ends(name, row);
}

bool
conf_services_read(str list, struct conf_services *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf rest = BUF_MAX(LIST_MAX);
	struct conf_services s = {0};
	bool more = str_trim(list).n > 0;
	str one;

	while (more) {
		more = str_cut(&list, ',', &one);
		if (str_eq(str_trim(one), S("browsers"))) {
			s.browsers = true;
			continue;
		}
		if (rest.n > 0)
			buf_byte(&rest, ',');
		buf_str(&rest, one);
	}
	if (rest.full || !conf_hosts_read(buf_view(&rest), &s.more, e))
		return err_wrap(e, "push_services");
	*ret = s;
	return true;
}

bool
conf_services_know(const struct conf_services *s, const struct conf_host *h,
    const struct conf_host **ret_host)
{
	const struct conf_host *own = conf_hosts_find(&s->more, h);
	bool known = own != NULL;

	if (s->browsers && h->port == HTTPS_PORT)
		for (size_t i = 0; !known && i < sizeof(table) / sizeof(*table);
		     i++)
			known = is_of(str_c(h->name), str_c(table[i]));
	if (ret_host != NULL)
		*ret_host = own;
	return known;
}
