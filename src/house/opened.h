/*
 * opened — sealed texts of one organisation that were opened, so that the same
 * titles and names are not opened again for every page.
 *
 * Opening has no say in who sees what: whoever asks has decided that already,
 * and asks with the sealed bytes that the database gave for this request; the
 * same bytes under the same key are the same text.  In memory alone, of at
 * most OPENED_BYTES, and for one version of the database (db_version): with
 * another one and at a quiet moment (house_rest) all of it is wiped, when it is
 * full what was not asked for of late.  So a text goes with the first page
 * after its key was destroyed.
 */
#ifndef HOUSE_OPENED_H
#define HOUSE_OPENED_H

#include "base/arena.h"
#include "store/kept.h"

#define OPENED_BYTES ((size_t)1 << 20)

/* column is a literal; by is what was needed to open: the sealed bytes, and
 * before them, always of one length, what another key than the organisation's
 * is known by.  k NULL: nothing is found and nothing kept. */
bool opened_find(
    struct kept *k, const char *column, str by, struct arena *, str *ret);
void opened_keep(struct kept *k, const char *column, str by, str text);

#endif
