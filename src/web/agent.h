/* agent — a browser's long name made short: « Chrome, Android ». */
#ifndef WEB_AGENT_H
#define WEB_AGENT_H

#include "web/view.h"

/* In the view's arena, untranslated proper names; what we do not know is a
 * catalogue text. */
str agent_name(struct view *, str user_agent);

#endif
