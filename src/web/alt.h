/* alt — a photo in words, for those who do not see it. */
#ifndef WEB_ALT_H
#define WEB_ALT_H

#include "sharing/hidden.h"
#include "web/view.h"

/* « Photo 3 sur 24, Au bord de l’étang (2 visages masqués) ».  The album's
 * title stands where there is no caption. */
str alt_words(struct view *, int64_t at, int64_t of, str caption, str album,
    bool video, const struct hidden_photo *);

#endif
