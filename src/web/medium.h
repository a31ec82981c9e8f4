/* medium — the bytes of one photo as an answer, for the pages that give some.
 */
#ifndef WEB_MEDIUM_H
#define WEB_MEDIUM_H

#include "sharing/permit.h"
#include "web/web.h"

/* The answer is the blob, as the grant's viewer gets it. */
bool medium_answer(struct request *, struct response *, const struct grant *,
    struct err *) MUST_USE;

/* The same to be looked at: the browser asks again each time, and is answered
 * shortly when nothing has changed. */
bool medium_picture(struct request *, struct response *, const struct grant *,
    struct err *) MUST_USE;

/* Instead of it, while a box is drawn. */
bool medium_drawing(struct request *, struct response *);

/* That staff looked. */
bool medium_note_view(struct request *, int64_t medium, const struct grant *,
    struct err *) MUST_USE;

/* What an original was taken for, as the audit keeps it; a catalogue key. NULL:
 * no original. */
const char *medium_purpose(str detail);

/* The words that go back in (media/tagwrite.h): taken_at may be DB_NULL. */
bool medium_words(struct request *, str caption, int64_t taken_at, str *ret,
    struct err *) MUST_USE;
/* In front of the viewer's picture, in place of its own two first bytes. */
void medium_put_words(struct response *, str words);

#endif
