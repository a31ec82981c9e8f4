/*
 * shield — asks Arachnid Shield about a medium before families may see it.
 *
 * The last check at intake, after the lists of this server said nothing:
 *
 *	switch (finding.verdict) of shield_check(…)
 *	SHIELD_OFF, SHIELD_CLEAN	the medium may become ready
 *	SHIELD_KNOWN	it is stopped: finding says as what
 *	SHIELD_WAIT	it stays queued; ask again when shield_hear says
 *			that something is new, or when its job is due again
 *
 * Nothing waits here: a check answers from what is kept, and asks for what is
 * not.  Asking twice asks once.  Whatever goes wrong (no egress process, no
 * network, an answer that makes no sense, a status that is not 200) is WAIT.
 * Only PDQ hashes leave the server, see docs/shield.md.
 */
#ifndef JOBS_SHIELD_H
#define JOBS_SHIELD_H

#include "house/house.h"
#include "ipc/chan.h"

#define SHIELD_PDQ_BYTES 32
#define SHIELD_HASHES_MAX 4096 /* of one medium */
#define SHIELD_RETRY_S 20      /* a good time to look again at a WAIT */

enum shield_verdict { SHIELD_OFF, SHIELD_CLEAN, SHIELD_KNOWN, SHIELD_WAIT };

struct shield_finding {
	enum shield_verdict verdict;
	/* SHIELD_KNOWN: as the service says it (csam,
	 * harmful-abusive-material, test, or a word that is newer than this
	 * program), exact or near, and which of the hashes that were given. */
	char classification[64];
	char match_type[16];
	size_t hash;
	/* SHIELD_WAIT: a word for job.error and the log. */
	const char *why;
};

struct shield {
	struct chan egress; /* fd -1: no such process (yet); poll it */
	struct shield_state *state;
};

/* Nothing is asked unless the configuration names a user of the service. */
bool shield_init(struct shield *, struct house *, struct err *) MUST_USE;
void shield_done(struct shield *);

/* NEWS_PEER of ROLE_EGRESS: takes fd. */
void shield_peer(struct shield *, int fd);

/* pdq: n canonical hashes of the medium (its picture, or its frames). */
bool shield_check(struct shield *, struct arena *,
    const uint8_t (*pdq)[SHIELD_PDQ_BYTES], size_t n,
    struct shield_finding *ret, struct err *) MUST_USE;

/* The channel is readable.  True when media that wait are worth a new check. */
bool shield_hear(struct shield *, struct arena *);

/* When shield_tick wants to be called, in clock_ms(); INT64_MAX: never. */
int64_t shield_due_ms(const struct shield *);
/* Asks again what failed, gives up what got no answer, forgets answers that
 * are too old.  True as shield_hear. */
bool shield_tick(struct shield *, struct arena *);

#endif
