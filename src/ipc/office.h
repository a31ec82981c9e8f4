/*
 * office — messages between jobs and the office worker, which has LibreOffice
 * turn one document at a time into a PDF, each in a jail of its own.
 *
 * TAKE brings the blob that is stored, and an empty blob for the PDF, which is
 * as strange as the document; TAKEN answers.
 */
#ifndef IPC_OFFICE_H
#define IPC_OFFICE_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/key.h"
#include "ipc/chan.h"

enum office_message { OFFICE_TAKE = 1, OFFICE_TAKEN = 2 };

#define OFFICE_BYTES_MAX ((int64_t)40 << 20)  /* of the document */
#define OFFICE_MADE_MAX ((uint64_t)128 << 20) /* of the PDF */

/* What a document is, by what is in it. */
enum office_kind {
	OFFICE_NOTHING,
	OFFICE_DOCX,
	OFFICE_XLSX,
	OFFICE_PPTX,
	OFFICE_ODT,
	OFFICE_ODS,
	OFFICE_ODP,
	OFFICE_KINDS
};

struct office_kind_facts {
	const char *name; /* "docx": also how such files end */
	const char *type; /* of what is stored */
};

extern const struct office_kind_facts office_kind_facts[OFFICE_KINDS];

enum office_verdict {
	OFFICE_OK,
	OFFICE_UNKNOWN,   /* none of these kinds */
	OFFICE_OLD,       /* of before 2007, or RTF */
	OFFICE_LOCKED,    /* asks for a password */
	OFFICE_MACROS,    /* brings programs */
	OFFICE_BOMB,      /* unpacks to too much, or pretends */
	OFFICE_DAMAGED,   /* cannot be unpacked */
	OFFICE_FAILED,    /* LibreOffice did not make a PDF of it */
	OFFICE_TOO_HEAVY, /* it took too long, or too much */
	OFFICE_OFF,       /* never said by the worker: there is none */
	OFFICE_VERDICTS
};

/* As stored in medium.reason. */
const char *office_verdict_word(enum office_verdict);

extern const struct chan_permit office_to_worker[];
extern const struct chan_permit office_from_worker[];

#define OFFICE_TAKE_FDS 2
struct office_take {
	uint32_t id;
	struct key original, made;
};

#define OFFICE_MD5_BYTES 16
#define OFFICE_SHA1_BYTES 20
#define OFFICE_SHA256_BYTES 32

/* All but id and verdict are 0 unless OFFICE_OK. */
struct office_taken {
	uint32_t id;
	uint8_t verdict; /* enum office_verdict */
	uint8_t kind;    /* enum office_kind */
	uint64_t bytes;  /* of the PDF, plain */
	uint8_t md5[OFFICE_MD5_BYTES], sha1[OFFICE_SHA1_BYTES],
	    sha256[OFFICE_SHA256_BYTES]; /* of the document */
};

#define OFFICE_MESSAGE_MAX 128

void office_take_write(struct buf *, const struct office_take *);
bool office_take_read(str, struct office_take *ret, struct err *) MUST_USE;
void office_taken_write(struct buf *, const struct office_taken *);
bool office_taken_read(str, struct office_taken *ret, struct err *) MUST_USE;

#endif
