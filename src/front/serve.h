/* serve — libmicrohttpd's daemons, one per listener, and its calls to us. */
#ifndef FRONT_SERVE_H
#define FRONT_SERVE_H

#include "base/err.h"
#include "front/front.h"

/* cert and key: NULL, or PEM texts of TLS. */
bool serve_start(struct front *, const int *listen_fd, size_t n,
    const char *cert, const char *key, struct err *) MUST_USE;
/* How long libmicrohttpd may be left alone; -1: until something happens. */
int64_t serve_timeout_ms(struct front *);
void serve_run(struct front *);
void serve_quiesce(struct front *); /* no new connection */
void serve_stop(struct front *);    /* when no connection sleeps */

/* How long an answer of so many bytes may take to be read. */
int64_t serve_answer_ms(uint64_t bytes);

#endif
