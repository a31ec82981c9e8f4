/*
 * parts — a multipart body as a row of events: a field or a file begins, some
 * of its bytes.  Each is a kind byte and its bytes (ipc/write.h).
 */
#ifndef FRONT_PARTS_H
#define FRONT_PARTS_H

#include "front/exchange.h"

enum part_event {
	PART_FIELD = 1, /* its name */
	PART_FILE,      /* the file's name; empty: no file was chosen */
	PART_DATA,
};

bool parts_begin(struct exchange *) MUST_USE; /* false: no boundary, … */
/* Appends to x->events.  False: malformed. */
bool parts_feed(struct exchange *, const char *, size_t) MUST_USE;
bool parts_end(struct exchange *) MUST_USE; /* false: no closing boundary */
/* Takes the next event off; false when there is none. */
bool parts_next(struct exchange *, enum part_event *ret, str *ret_bytes);

#endif
