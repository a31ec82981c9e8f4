/* mine_inside — what the files that list what is kept about somebody share. */
#ifndef WEB_MINE_INSIDE_H
#define WEB_MINE_INSIDE_H

#include "web/mine.h"

#define MINE_OF_ACCOUNT 7 /* sections beside those of children */

struct making {
	struct request *r;
	struct mine *m;
	struct mine_section *s; /* being filled */
	bool full;
};

void mine_begin(struct making *, const char *word, str title, int64_t child);
/* An empty value is no row.  label: catalogue key. */
void mine_add(struct making *, const char *word, const char *label, str value);
str mine_text(struct making *, const char *key);
str mine_told(struct making *, str what, str how); /* « what: how » */
str mine_on_day(struct making *, str what, int64_t at);

/* mine_more.c: how somebody is told, what was reported; into the section of a
 * child: what was told about it, signed and chosen for it. */
bool mine_of_account(struct making *, struct err *) MUST_USE;
bool mine_of_child(struct making *, int64_t child, struct err *) MUST_USE;

#endif
