/*
 * peer — another server, for tests: TLS on a port of loopback, with an
 * authority of its own; and a name server that says what it is told.
 */
#ifndef TEST_PEER_H
#define TEST_PEER_H

#include <netinet/in.h>
#include <sys/types.h>

#include "base/str.h"

struct peer {
	pid_t pid;
	uint16_t port;
	int heard;     /* what was asked, as bytes; ends with the peer */
	char ca[4096]; /* PEM of its authority */
};

struct peer_plan {
	const char *name;   /* of its certificate */
	const char *answer; /* bytes; NULL: nothing, until it is stopped */
	size_t repeat;      /* how often the last byte of answer comes again */
	bool expired, plain;
};

void peer_start(struct peer *, const struct peer_plan *);
void peer_stop(struct peer *);
/* Everything that was asked, after peer_stop; closes `heard`. */
size_t peer_heard(struct peer *, char *ret, size_t cap);

/* Answers every question with these records (as they stand in the answer
 * section), n_a of type A and n_aaaa of type AAAA; code: NOERROR 0 … */
struct names {
	uint8_t code;
	size_t n_a, n_aaaa;
	uint8_t a[4][4], aaaa[4][16];
	bool silent, nonsense;
};

pid_t names_start(const struct names *, struct sockaddr_in *ret);
void names_stop(pid_t);

#endif
