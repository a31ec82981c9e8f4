/*
 * stop — a medium that was stopped at the door, and what a person then decides.
 *
 * Two causes.  `list`: it matched a list of known material.  It is locked in
 * place: shown to nobody, copied by nothing, deleted by nothing; triggers of
 * the schema hold that, whatever this program does.  `withdrawn`: it matched a
 * picture that this organisation withdrew and does not want back (register.h);
 * it is held, and a person decides.
 *
 * Everything is done in one transaction: the state of the medium, the case
 * with its hits, the signal with its reasons in words, the hold of what the
 * uploader was about to publish, the legal hold, the line in the audit.  Who
 * may look into it and decide is said by circle.h; never the uploader.
 */
#ifndef STOP_STOP_H
#define STOP_STOP_H

#include "house/house.h"
#include "ipc/hashes.h"
#include "list/entry.h"

enum stop_stage { STOP_INTAKE, STOP_RESCAN };

/* One entry that a medium is too near to. */
struct stop_hit {
	int64_t list;       /* list.id, STOP_REGISTER or STOP_SHIELD */
	int64_t generation; /* of the list, in that hour */
	int64_t number;     /* of the entry in it; in the register: its row */
	struct entry entry; /* kind and value name it; id, category, first_seen
			       as list_entry_at gives them */
	str value;          /* the medium's own hash that was near */
	uint8_t hypothesis, transform; /* ipc/hashes.h, enum pdq_turn */
	uint8_t quality; /* of the medium's hash, or HASHES_NO_QUALITY */
	uint32_t frame;
	int64_t distance, threshold;
};

/* What is said by no list of the house: by the organisation's own register, or
 * by Arachnid Shield, whose entry is the hash that it was asked about. */
#define STOP_REGISTER 0
#define STOP_SHIELD (-1)
#define STOP_SHIELD_SOURCE "arachnid-shield" /* stop_hit.list_source */

struct stop_hits {
	struct stop_hit *v;
	size_t n;
};

#define STOP_HITS_MAX 64 /* kept of one medium, the nearest */

/*
 * What intake asks before a medium may be ready: hits are the matcher's, none
 * is fine; hashes are the medium's, for the register.  *ret_stopped: it is
 * stopped, its job is gone, nothing of it may be stored.  A transaction of its
 * own unless the caller has one.  A hit on an entry or a list that is disabled
 * meanwhile, or that a person has judged wrong for this medium, does not count.
 * A medium that waits no more is ERR_NOT_FOUND.
 */
bool stop_or_pass(struct house *, struct arena *, int64_t medium,
    const struct hashes *, const struct stop_hits *, int64_t now,
    bool *ret_stopped, struct err *) MUST_USE;

/* The same for one that a rescan found: it may be ready, held, or stopped
 * already, and then the new hits are added to its case.  The register is not
 * asked.  Refused, deleted or still coming: *ret_stopped false. */
bool stop_medium(struct house *, struct arena *, int64_t medium,
    const struct stop_hits *, enum stop_stage, int64_t now, bool *ret_stopped,
    struct err *) MUST_USE;

#endif
