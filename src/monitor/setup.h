/* setup — what the monitor opens before it is jailed, once. */
#ifndef MONITOR_SETUP_H
#define MONITOR_SETUP_H

#include "crypto/key.h"
#include "ipc/control.h"
#include "proc/role.h"

struct setup {
	struct conf conf; /* all paths absolute */
	struct buf conf_text;
	char programs[ROLE_PATH_MAX]; /* folder of the role programs */
	struct key master;
	int listen[CONTROL_LISTEN_MAX];
	size_t n_listen;
	int tls_certificate, tls_key; /* sealed memory files, or -1 */
	int ca, secret, mail, ncmec;  /* the same, for egress */
	int data_lock;
	int null; /* /dev/null */
};

/* Listeners, TLS material, master key, lock on the data folder, journal; then
 * the user, when conf names one.  A second server: ERR_CONFLICT. */
bool setup_init(struct setup *, const struct conf *, struct err *) MUST_USE;
/* Roles that are started from now on know why there is none: CONF_OFFICE_…. */
bool setup_without_office(
    struct setup *, const char *why, struct err *) MUST_USE;
void setup_stop_listening(struct setup *);
void setup_done(struct setup *); /* wipes the key */

/* http://127.0.0.1:8420/ of a listener. */
bool setup_address(const struct setup *, size_t i, char *ret, size_t cap,
    struct err *) MUST_USE;

#endif
