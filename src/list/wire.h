/*
 * wire — what the process that parses a stranger's list says of it: frames in
 * a pipe.  The one that listens believes nothing: every frame has its limits.
 *
 *	u32 bytes that follow, u8 type, then
 *	ENTRY, GONE	a record (list/record.h); GONE: it was withdrawn, and a
 *			GONE without a kind withdraws all that has its id
 *	FAULT		u8 fault, u8 kind, u64 line, u64 byte
 *	END		u64 records, u64 skipped, u64 elsewhere, u64 faults, u8
 *			whole, u32 n and the text of the checkpoint
 *	REFUSED		u8 error kind, u32 n and text
 */
#ifndef LIST_WIRE_H
#define LIST_WIRE_H

#include "base/buf.h"
#include "base/err.h"
#include "list/entry.h"

enum wire_type {
	WIRE_ENTRY = 1,
	WIRE_GONE = 2,
	WIRE_FAULT = 3,
	WIRE_END = 4,
	WIRE_REFUSED = 5
};

/* Why something in a list is no entry. */
enum list_fault {
	LIST_FAULT_VALUE,   /* not the digits of its kind */
	LIST_FAULT_KIND,    /* a kind that nobody knows */
	LIST_FAULT_NOTHING, /* neither a hash nor a withdrawal */
	LIST_FAULT_ROW,     /* torn or endless */
	LIST_FAULT_STATUS,  /* neither in force nor withdrawn */
	LIST_FAULT_FRAMES,  /* the frames of a video */
	LIST_FAULT_NAME,    /* withdrawn, but nobody says what */
	/* No fault of the file, and counted as left out: the value is not in
	 * it but at an address of its source */
	LIST_FAULT_ELSEWHERE,
	LIST_FAULTS
};

const char *list_fault_text(enum list_fault); /* English */

#define WIRE_FAULTS_MAX 20   /* that are told one by one, for each file */
#define WIRE_ELSEWHERE_MAX 5 /* likewise, beside them */
#define WIRE_CHECKPOINT_MAX 255
#define WIRE_TEXT_MAX 200
#define WIRE_FRAME_MAX 4096

struct wire_frame {
	enum wire_type type;
	struct entry entry; /* ENTRY, GONE: points into the bytes */
	enum list_fault fault;
	uint8_t kind; /* FAULT: of hash, 0 not known; REFUSED: of error */
	uint64_t line, offset;
	uint64_t records, skipped, faults;
	uint64_t elsewhere; /* of those that are skipped */
	bool whole;         /* END: the last page of what it is a page of */
	str text;           /* END: the checkpoint; REFUSED: why */
};

void wire_put(struct buf *, const struct wire_frame *);
/* The frame at the front of *io.  *ret_got false: not all of it is there yet.
 * ERR_CORRUPT: no frame, nothing more may be believed. */
bool wire_take(
    str *io, struct wire_frame *ret, bool *ret_got, struct err *) MUST_USE;

#endif
