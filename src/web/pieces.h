/* pieces — how an upload in pieces is answered (tus 1.0), whatever comes. */
#ifndef WEB_PIECES_H
#define WEB_PIECES_H

#include "sharing/pieces.h"
#include "web/web.h"

bool pieces_say(struct request *, struct response *, const struct pieces *,
    enum pieces_answer);
/* To a HEAD: how far it is. */
bool pieces_told(struct request *, struct response *, const struct pieces *,
    enum pieces_answer);

#endif
