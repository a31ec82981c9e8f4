/*
 * photodna — hashes of Microsoft's PhotoDNA, which lists of the field hold: 144
 * bytes each, compared by the sum of their squared differences.  How near is a
 * match is told by whoever gives the list.
 *
 * Comparing is free; computing takes a licence and a library that comes with
 * it.  None is part of this one.  A licensed host builds with
 *
 *	meson setup -Dphotodna=NAME …
 *
 * where NAME is a pkg-config package whose library defines
 *
 *	const struct photodna_provider *photodna_provider(void);
 *
 * Without it photodna_provider() is NULL and photodna_compute says so.
 * A provider is linked, not loaded: a process that decodes strangers' files
 * may open no library.
 */
#ifndef HASH_PHOTODNA_H
#define HASH_PHOTODNA_H

#include "hash/pixels.h"

#define PHOTODNA_BYTES 144

struct photodna_provider {
	const char *name; /* of the library and its version, for people */
	/* False when the library refuses the picture; says why in the err.
	 * Keeps nothing between calls and starts no thread. */
	bool (*compute)(
	    const struct pixels *, uint8_t ret[PHOTODNA_BYTES], struct err *);
};

const struct photodna_provider *photodna_provider(void);

/* ERR_NOT_FOUND: there is no provider. */
bool photodna_compute(
    const struct pixels *, uint8_t ret[PHOTODNA_BYTES], struct err *) MUST_USE;

/* At most 144 * 255 * 255. */
uint32_t photodna_distance(
    const uint8_t a[PHOTODNA_BYTES], const uint8_t b[PHOTODNA_BYTES]);

struct photodna_hit {
	size_t entry;
	uint32_t distance;
};

/* All of n values, one after another, that are within the distance, in their
 * order: up to `max` are written, all are counted.  Nothing is missed: a
 * squared difference is never negative, so the sum over some of the bytes is
 * never over that of all, and a value is let go only when it is too far by
 * those already. */
size_t photodna_scan(const uint8_t *values, size_t n,
    const uint8_t query[PHOTODNA_BYTES], uint32_t distance,
    struct photodna_hit *ret, size_t max);

#endif
