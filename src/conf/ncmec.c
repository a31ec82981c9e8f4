#include "conf/ncmec.h"

#include "mail/address.h"

/* The hosts of its two environments: a report that is none must not go to the
 * first, nor a real one to the second. */
static const char *const hosts_of[] = {
    [CONF_NCMEC_TEST] = "exttest.cybertip.org",
    [CONF_NCMEC_ON] = "report.cybertip.org",
};

static bool
check_account(const struct conf *c, struct err *e)
{
	if (c->ncmec_user[0] == '\0' || c->ncmec_password[0] == '\0')
		return err_set(e, ERR_INPUT,
		    "ncmec: not without ncmec_user and ncmec_password");
	if (strchr(c->ncmec_user, ':') != NULL)
		return err_set(e, ERR_INPUT, "ncmec_user: no colon");
	return mail_address_fine(str_c(c->ncmec_email)) ||
	       err_set(e, ERR_INPUT, "ncmec_email: not an address");
}

bool
conf_check_ncmec(
    const struct conf *c, const struct conf_hosts *hosts, struct err *e)
{
	const char *other;
	struct conf_host at;
	str path;

	if (c->ncmec == CONF_NCMEC_OFF)
		return true;
	if (!check_account(c, e))
		return false;
	if (!conf_url_read(str_c(c->ncmec_url), &at, &path, e))
		return err_wrap(e, "ncmec_url");
	if (str_ends(path, S("/")))
		return err_set(e, ERR_INPUT, "ncmec_url: no slash at its end");
	other = hosts_of[c->ncmec == CONF_NCMEC_TEST ? CONF_NCMEC_ON
						     : CONF_NCMEC_TEST];
	if (strcmp(at.name, other) == 0)
		return err_set(e, ERR_INPUT,
		    "ncmec_url: %s is of the other environment", at.name);
	return conf_hosts_find(hosts, &at) != NULL ||
	       err_set(e, ERR_INPUT, "ncmec_url: %s is not among egress_hosts",
		   at.name);
}
