/*
 * scan — messages between jobs and the scan worker, which asks clamd about one
 * file at a time.
 *
 * ASK brings the blob that is stored, and its key; SAID answers.
 */
#ifndef IPC_SCAN_H
#define IPC_SCAN_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/key.h"
#include "ipc/chan.h"

enum scan_kind { SCAN_ASK = 1, SCAN_SAID = 2 };

enum scan_verdict {
	SCAN_CLEAN,
	SCAN_INFECTED,
	SCAN_TOO_LARGE, /* for clamd: StreamMaxLength */
	SCAN_NOBODY,    /* it did not answer, or not what it should */
	SCAN_VERDICTS
};

#define SCAN_NAME_MAX 64

extern const struct chan_permit scan_to_worker[];
extern const struct chan_permit scan_from_worker[];

/* fd: the blob. */
struct scan_ask {
	uint32_t id;
	struct key key;
};

/* name: of what was found, printable ASCII; "" unless SCAN_INFECTED. */
struct scan_said {
	uint32_t id;
	uint8_t verdict; /* enum scan_verdict */
	char name[SCAN_NAME_MAX];
};

#define SCAN_MESSAGE_MAX 128

void scan_ask_write(struct buf *, const struct scan_ask *);
bool scan_ask_read(str, struct scan_ask *ret, struct err *) MUST_USE;
void scan_said_write(struct buf *, const struct scan_said *);
bool scan_said_read(str, struct scan_said *ret, struct err *) MUST_USE;

#endif
