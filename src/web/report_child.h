/* report_child — what the pages show on which a child tells that something is
 * wrong. */
#ifndef WEB_REPORT_CHILD_H
#define WEB_REPORT_CHILD_H

#include "web/form.h"
#include "web/help.h"
#include "web/qr.h"

enum { CHILD_F_WORDS, CHILD_F_NAME };

struct child_tile {
	str word;           /* of what: a category; of whom: of this page */
	const char *label;  /* catalogue key, as the child would say it */
	const char *path;   /* d="…", lines on 48 × 48 */
	unsigned functions; /* of whom: report_function */
};

struct child_tiles {
	const struct child_tile *v;
	size_t n;
};

struct child_tiles child_matters(void);
struct child_tiles child_whom(void);

struct report_child_page {
	str organisation;
	struct helpline_list lines;
	const struct child_tile *matter;
	const struct form *form;
	str whom; /* chosen; empty: nobody */
	int64_t wait_s;
	struct qr qr; /* of the sheet for the wall */
	str place;    /* the same address in words */
};

#endif
