/* ncmec — whether what is said of NCMEC's CyberTipline fits together, and that
 * its two environments are not mixed. */
#ifndef CONF_NCMEC_H
#define CONF_NCMEC_H

#include "conf/conf.h"
#include "conf/hosts.h"

bool conf_check_ncmec(
    const struct conf *, const struct conf_hosts *, struct err *) MUST_USE;

#endif
