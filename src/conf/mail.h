/* mail — whether what is said of e-mails fits together. */
#ifndef CONF_MAIL_H
#define CONF_MAIL_H

#include "conf/conf.h"
#include "conf/hosts.h"

bool conf_check_mail(
    const struct conf *, const struct conf_hosts *, struct err *) MUST_USE;

#endif
