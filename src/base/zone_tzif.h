/*
 * zone_tzif — the bytes of a TZif file (RFC 8536): changes with 64-bit times,
 * and the POSIX rule in the footer for what comes after the last of them.
 */
#ifndef BASE_ZONE_TZIF_H
#define BASE_ZONE_TZIF_H

#include "base/zone.h"

/* Copies what it keeps.  ERR_CORRUPT when the bytes do not add up. */
struct zone *zone_parse(str bytes, struct err *);

/* Seconds to add to UTC at that instant. */
int64_t zone_offset(const struct zone *, int64_t at);

#endif
