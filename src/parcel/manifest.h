/*
 * manifest — what a parcel holds, who made it for whom, until when.
 *
 * Canonical JSON: one line, the members in the order below, numbers whole,
 * texts with the fewest escapes.  What is read is written again and must be the
 * same bytes, so there is one form of it and nothing beside it.
 *
 *	{"preau-parcel":1,"from":{"name":…,"box":…,"sign":…},"to":…,"id":…,
 *	 "child":…,"made":…,"expires":…,"parts":[{"kind":"record","bytes":…,
 *	 "sha256":…},{"kind":"photo","bytes":…,"sha256":…,"day":…,"taken":…,
 *	 "caption":…},…]}
 *
 * Keys, names and digests are hexadecimal; to: the box key of the house that it
 * is for; id and child are random and say nothing; made, expires and taken are
 * seconds since 1970 UTC (taken null: not known), day is YYYY-MM-DD.  The first
 * part is the record and there is no other; then what a family sees as photos,
 * "video" and "document" (a PDF) as such.  The word is what the house that made
 * it says: what the bytes are, who takes them in finds out.
 */
#ifndef PARCEL_MANIFEST_H
#define PARCEL_MANIFEST_H

#include "base/buf.h"
#include "parcel/card.h"

#define MANIFEST_ID 16
#define MANIFEST_SHA 32
#define MANIFEST_BYTES_MAX ((size_t)8 << 20)
#define MANIFEST_PARTS_MAX 4000
#define MANIFEST_CAPTION_MAX 300 /* code points */
#define MANIFEST_RECORD_MAX ((uint64_t)64 * 1024)
#define MANIFEST_PHOTO_MAX ((uint64_t)40 << 20)
#define MANIFEST_DOCUMENT_MAX ((uint64_t)40 << 20)
#define MANIFEST_VIDEO_MAX ((uint64_t)2 << 30)
#define MANIFEST_NO_TIME INT64_MIN

enum manifest_kind {
	MANIFEST_RECORD,
	MANIFEST_PHOTO,
	MANIFEST_VIDEO,
	MANIFEST_DOCUMENT,
	MANIFEST_KINDS
};

uint64_t manifest_kind_max(enum manifest_kind); /* bytes of one */

/* All but kind, bytes and sha256: not of the record. */
struct manifest_part {
	enum manifest_kind kind;
	uint64_t bytes;
	uint8_t sha256[MANIFEST_SHA];
	int64_t day;      /* since 1970-01-01 */
	int64_t taken_at; /* MANIFEST_NO_TIME */
	str caption;
};

struct manifest {
	struct card from;
	uint8_t to[CARD_KEY];
	uint8_t id[MANIFEST_ID], child[MANIFEST_ID];
	int64_t made_at, expires_at;
	struct manifest_part *v; /* v[0]: the record */
	size_t n;
};

bool parcel_manifest_write(
    const struct manifest *, struct buf *ret, struct err *) MUST_USE;
/* ERR_CORRUPT: not what parcel_manifest_write writes.  ret is of the arena. */
bool parcel_manifest_read(
    struct arena *, str text, struct manifest *ret, struct err *) MUST_USE;
uint64_t parcel_manifest_bytes(const struct manifest *); /* of all parts */
int64_t parcel_manifest_count(const struct manifest *, enum manifest_kind);

#endif
