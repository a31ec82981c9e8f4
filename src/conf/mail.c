#include "conf/mail.h"

#include "mail/address.h"

/* A number and a tag find room behind it (tell/bounce.h). */
#define BOUNCE_LOCAL_MAX 24

static bool
bounce_fits(str at)
{
	str domain = at, local;

	return at.n == 0 ||
	       (mail_address_fine(at) && str_cut(&domain, '@', &local) &&
		   local.n <= BOUNCE_LOCAL_MAX &&
		   at.n + 40 <= MAIL_ADDRESS_MAX &&
		   memchr(local.p, '+', local.n) == NULL);
}

/* Whom e-mails go through must be among the hosts; a password is not said in
 * the clear. */
bool
conf_check_mail(
    const struct conf *c, const struct conf_hosts *hosts, struct err *e)
{
	struct conf_host at;

	if ((c->mail_user[0] == '\0') != (c->mail_password[0] == '\0'))
		return err_set(
		    e, ERR_INPUT, "mail_user and mail_password go together");
	if (c->mail_server[0] == '\0')
		return c->mail_user[0] == '\0' ||
		       err_set(e, ERR_INPUT, "mail_user: of no mail_server");
	if (!conf_host_read(str_c(c->mail_server), &at, e))
		return err_wrap(e, "mail_server");
	if (conf_hosts_find(hosts, &at) == NULL)
		return err_set(e, ERR_INPUT,
		    "mail_server: %s is not among egress_hosts", at.name);
	if (!mail_address_fine(str_c(c->mail_from)))
		return err_set(e, ERR_INPUT, "mail_from: not an address");
	if (!bounce_fits(str_c(c->mail_bounce)))
		return err_set(e, ERR_INPUT,
		    "mail_bounce: not an address, or longer than %d bytes "
		    "before the @",
		    BOUNCE_LOCAL_MAX);
	if (c->mail_tls == CONF_MAIL_NONE && c->mail_user[0] != '\0')
		return err_set(
		    e, ERR_INPUT, "mail_user: not with \"mail_tls none\"");
	return true;
}
