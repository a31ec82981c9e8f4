/* voice — « who is heard in this video? », on the page that publishes and on
 * that of a video. */
#ifndef WEB_VOICE_H
#define WEB_VOICE_H

#include "faces/voice.h"
#include "web/web.h"

/* Where the form of a video leads back to. */
enum voice_from { VOICE_FROM_SEND, VOICE_FROM_VIDEO };

bool voice_load(struct request *, int64_t post, struct face_voices *ret,
    struct err *) MUST_USE;

/* Is this the answer to begin with? */
bool voice_ticked(const struct face_voice *, enum voice_heard);
/* Is anybody of these ticked, or not? */
bool voice_any(const struct face_voice *, bool heard);

#endif
