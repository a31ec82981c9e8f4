/* bar — the places of a person (at most four), at the foot of every page. */
#ifndef WEB_BAR_H
#define WEB_BAR_H

#include "web/view.h"

struct bar_item {
	const char *href, *label; /* label: catalogue key */
	const char *icon;         /* path data, 24 by 24 */
	bool current;
	int64_t count; /* that wait there for this person; 0: none */
};

struct bar {
	const struct bar_item *v;
	size_t n;
};

/* In the view's arena; nobody signed in: none. */
struct bar bar_of(struct view *, enum place);
bool bar_warns(const struct view *); /* an administrator, a lowered sandbox */

#endif
