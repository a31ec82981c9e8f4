/* safe_index — the pages inside bundles of evidence, which stand alone. */
#ifndef WEB_SAFE_INDEX_H
#define WEB_SAFE_INDEX_H

#include "report/story.h"
#include "web/safe.h"

struct safe_index {
	const struct safe *safe;
	int64_t made_at;
	html style; /* the whole element */
};

struct story_index {
	str number;
	const struct story *story;
	int64_t made_at;
	html style;
};

#endif
