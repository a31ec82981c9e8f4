/*
 * tagwrite — the few words that go back into a picture which a family takes
 * home: when it was taken, its caption, the organisation.  Nothing else, so
 * nothing else can leak.
 *
 * Pure: makes the bytes `FFD8 FFE1 … FFE1 …` (SOI, EXIF, XMP) that stand in
 * front of a rendition without its own first two bytes.  EXIF carries the
 * text in UTF-8, as today's programs read it; XMP is the place where UTF-8 is
 * the rule (dc:description, photoshop:Credit).
 */
#ifndef MEDIA_TAGWRITE_H
#define MEDIA_TAGWRITE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define TAG_TEXT_MAX 4000    /* bytes of a text; more is cut between letters */
#define TAG_PREFIX_MAX 65536 /* of the result */
#define TAG_SKIP 2 /* bytes of the rendition that the prefix replaces */

struct tag_facts {
	str caption, organisation; /* UTF-8; either may be empty */
	bool has_taken;
	uint16_t taken[6]; /* year, month, day, hour, minute, second */
};

/* Appends to ret.  ERR_INPUT when a text is not UTF-8. */
bool tagwrite(const struct tag_facts *, struct buf *ret, struct err *) MUST_USE;

#endif
