/*
 * card — an album in the journal.
 *
 * Whose journal it is decides whether there is a card, and which of its photos
 * are on it with how much hidden; from there on, the same album looks the same
 * to everybody.  So its HTML is kept (house/opened.h) for one version of the
 * database, by what may differ between two viewers of that version.
 */
#ifndef WEB_CARD_H
#define WEB_CARD_H

#include "sharing/feed.h"
#include "web/escape.h"

/* Borrowed: written at once.  For pages that only look, see house_look. */
html card_html(struct view *, const struct feed_card *);

#endif
