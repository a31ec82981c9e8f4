/*
 * deliver — one letter to the mail server of the configuration, by libcurl.
 *
 * The rules of fetch.h, but for the protocol: encryption before anything is
 * said (unless mail_tls is none), certificates verified, the server's name
 * among egress_hosts, its address checked.  The connection stays open for the
 * next letter, for a minute.
 */
#ifndef EGRESS_DELIVER_H
#define EGRESS_DELIVER_H

#include "egress/fetch.h"

/* As fetch_one.  EGRESS_ANSWERED: status is what the server said last, of whom
 * the letter is for or of the letter; only 2xx is a letter taken. */
void deliver_one(struct fetch *, const struct egress_mail *, int stop_fd,
    struct egress_answer *ret);

#endif
