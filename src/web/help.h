/* help — the numbers to call (report/helpline.h), as this process has them. */
#ifndef WEB_HELP_H
#define WEB_HELP_H

#include "report/helpline.h"

/* Read once: the signed file if there is a good one that is not older, else the
 * program's own. */
const struct helpline_book *help_book(const struct conf *);

struct helpline_list helplines(const struct conf *, str profile);

#endif
