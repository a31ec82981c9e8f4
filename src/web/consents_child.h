/* consents_child — the director's page about one child, and who else acts on
 * it (consents_court.c). */
#ifndef WEB_CONSENTS_CHILD_H
#define WEB_CONSENTS_CHILD_H

#include "web/consent.h"

/* Of the child of the path. */
bool consents_child_read(
    struct request *, struct consent_child_page *ret, struct err *) MUST_USE;
/* The page again, with what was wrong (a catalogue key); nothing was done. */
bool consents_child_again(struct request *, struct response *,
    struct consent_child_page *, const char *fault);
bool consents_child_back(
    struct request *, struct response *, const char *notice);

/* A number of the form that is not negative. */
bool consents_child_number(
    const struct request *, const char *name, int64_t *ret);
/* Is that one of those who say something on the page, of the witnesses? */
bool consents_child_knows(const struct consent_child_page *, int64_t guardian);
bool consents_child_witness(const struct consent_child_page *, int64_t account);

handler block_enter, block_lift, standing_enter, standing_over;

#endif
