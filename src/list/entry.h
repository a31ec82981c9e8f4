/*
 * entry — one line of a list of known material, whatever format it came in.
 *
 * A value that several sources sent is several entries.  The frames of a
 * vPDQ video are one entry each, of kind HASH_VPDQ with 32 bytes of PDQ, and
 * share `record` and `id`; so do the parts of a .tmk file (reel.h).
 */
#ifndef LIST_ENTRY_H
#define LIST_ENTRY_H

#include <stdint.h>

#include "base/str.h"
#include "hash/kind.h"

#define ENTRY_VALUE_MAX 1024 /* bytes; fixed kinds have their own size */
#define ENTRY_TEXT_MAX 255   /* bytes of each text */
#define ENTRY_NO_QUALITY (-1)

enum entry_media { ENTRY_ANY, ENTRY_IMAGE, ENTRY_VIDEO, ENTRY_MEDIA };

/* The texts are UTF-8 without control characters, "" when unknown. */
struct entry {
	uint8_t kind; /* enum hash_kind */
	uint8_t media;
	int8_t quality;     /* 0 to 100, or ENTRY_NO_QUALITY */
	uint32_t record;    /* of the import that brought it, from 0 */
	int64_t stamp;      /* the source's own time of it, seconds; 0: none */
	int64_t first_seen; /* since when this list has it, seconds */
	str value;          /* bytes */
	str id;             /* the source's name of it: member, entry */
	str scheme, category; /* a category says nothing without its scheme */
	str detail; /* « word=value » parted by « ; »: age, severity, series …
		     */
};

/* By id, then kind, then value: the order of an entries file, and what makes
 * two entries the same one. */
int entry_order(const struct entry *, const struct entry *);

#endif
