/*
 * shield — asks Arachnid Shield about a medium before families may see it.
 *
 * The last check at intake, after the lists of this server said nothing:
 *
 *	switch (finding.verdict) of shield_check_medium(…)
 *	SHIELD_OFF, SHIELD_CLEAN	the medium may become ready
 *	SHIELD_KNOWN	it is stopped: shield_hit says as what
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
#include "ipc/egress.h"
#include "ipc/hashes.h"
#include "stop/stop.h"

#define SHIELD_PDQ_BYTES 32
#define SHIELD_CLEAN_S                                          \
	(7 * 86400) /* an answer « not known » counts so long \
		     */

enum shield_verdict { SHIELD_OFF, SHIELD_CLEAN, SHIELD_KNOWN, SHIELD_WAIT };

struct shield_finding {
	enum shield_verdict verdict;
	/* SHIELD_KNOWN: as the service says it (csam,
	 * harmful-abusive-material, test, or a word that is newer than this
	 * program), exact or near, and which of the hashes that were given. */
	char classification[64];
	char match_type[64];
	size_t hash;
	const char *why; /* SHIELD_WAIT: a word for job.last_error */
};

/* Who else asks over the same channel: answers whose id has this bit, and the
 * end of the process. */
struct shield_beside {
	uint32_t bit;
	void (*hear)(void *ctx, struct arena *, const struct egress_answer *);
	void (*lost)(void *ctx);
	void *ctx;
};

struct shield {
	struct chan egress; /* fd -1: no such process (yet); poll it */
	struct shield_state *state;
	const struct shield_beside *beside; /* or NULL */
};

/* Nothing is asked unless the configuration names a user of the service. */
bool shield_init(struct shield *, struct house *, struct err *) MUST_USE;
void shield_done(struct shield *);

/* NEWS_PEER of ROLE_EGRESS: takes fd. */
void shield_peer(struct shield *, int fd);

/* The hashes of the medium's picture as it is, or of its frames: those of PDQ
 * that are fit to match; finding.hash is the row.  A medium that has some and
 * none that is fit is CLEAN, like with any list; one without any is WAIT.  The
 * arena holds the work. */
bool shield_check_medium(struct shield *, struct arena *, const struct hashes *,
    struct shield_finding *ret, struct err *) MUST_USE;
/* The same for n bare hashes. */
bool shield_check(struct shield *, struct arena *,
    const uint8_t (*pdq)[SHIELD_PDQ_BYTES], size_t n,
    struct shield_finding *ret, struct err *) MUST_USE;

/* A finding that is SHIELD_KNOWN, as stop_or_pass wants it.  The service is no
 * list of the house: the hit is of STOP_SHIELD, its entry is the medium's own
 * hash, and since it does not say how far, near is as far as near may be. */
void shield_hit(
    const struct hashes *, const struct shield_finding *, struct stop_hit *ret);

/* The channel is readable.  True when media that wait are worth a new check. */
bool shield_hear(struct shield *, struct arena *);

/* When shield_tick wants to be called, in clock_ms(); INT64_MAX: never. */
int64_t shield_due_ms(const struct shield *);
/* Asks again what failed, gives up what got no answer, forgets answers that
 * are too old.  It may be called at any time. */
void shield_tick(struct shield *);

#endif
