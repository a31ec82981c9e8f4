/*
 * monitor — the body of `preau serve`: starts the roles, jails itself, starts
 * again what died, and stops everything in order.
 *
 * It parses nothing that a stranger sent.  A role that dies six times in a
 * row within a second of its start ends the server, with the reason; media
 * workers and match count only while they have not become ready, since a
 * picture or a damaged index can kill one at any time.
 */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include "conf/conf.h"

/*
 * Stays until SIGTERM or SIGINT (true), or until it cannot go on (false).  A
 * second signal does not wait for requests in progress.  conf_path is for
 * messages and may be NULL.
 *
 * Started as root with the option `user`, it becomes that user after it has
 * opened what needs root; without it, it stays root with no capability and
 * says so in one line.  Prints one line per address on standard output when
 * the front and the workers are ready.
 */
bool monitor_run(
    const struct conf *, const char *conf_path, struct err *) MUST_USE;

#endif
