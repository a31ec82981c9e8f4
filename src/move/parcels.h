/*
 * parcels — the files of children who move, below <data>/parcels.
 *
 * Each is a blob (store/blob.h) with a key of its own, wrapped under the key of
 * the child that it is about: erasing the child ends it.  They live for days
 * and can be made or brought again, so no backup has them.
 */
#ifndef MOVE_PARCELS_H
#define MOVE_PARCELS_H

#include "parcel/seal.h"
#include "people/deed.h"

struct parcel_file {
	char name[BLOB_NAME_MAX];
	struct key key;
	int fd;
};

void parcel_file_done(struct parcel_file *); /* fit for CLEANUP */
#define PARCEL_FILE ((struct parcel_file){.fd = -1})

/* The key of a child of this organisation; ERR_NOT_FOUND: none, or erased. */
bool parcels_child_key(struct house *, struct arena *,
    const struct organisation *, int64_t child, struct key *ret,
    struct err *) MUST_USE;

/* An empty one, and its key wrapped for the row. */
bool parcels_create(struct house *, struct arena *, const struct organisation *,
    int64_t child, struct parcel_file *ret, str *ret_wrapped,
    struct err *) MUST_USE;
/* incoming: to go on with, alone.  ERR_NOT_FOUND: it is gone. */
bool parcels_open(struct house *, struct arena *, const struct organisation *,
    int64_t child, str name, str wrapped, bool incoming,
    struct parcel_file *ret, struct err *) MUST_USE;
bool parcels_keep(struct house *, const char *name, struct err *) MUST_USE;
/* Missing is fine. */
void parcels_remove(struct house *, struct arena *, str name);

/* The card of an organisation of this house. */
void parcels_card(const struct organisation *, struct card *ret);

#endif
