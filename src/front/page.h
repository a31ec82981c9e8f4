/*
 * page — the few plain pages that the front makes itself, because no worker
 * may or can: in French and in English at once, that of the browser first, for
 * the front knows nobody.
 */
#ifndef FRONT_PAGE_H
#define FRONT_PAGE_H

#include <microhttpd.h>

enum page {
	PAGE_NONE,
	PAGE_MALFORMED,
	PAGE_NOT_FOUND,
	PAGE_METHOD,
	PAGE_TUS, /* another version of it, or none */
	PAGE_TOO_LARGE,
	PAGE_TARGET_LONG,
	PAGE_TYPE,
	PAGE_HEAD_LARGE,
	PAGE_ENOUGH, /* of what goes out for long */
	PAGE_BROKEN,
	PAGE_BUSY, /* nothing was done */
	PAGE_LOST, /* it may have been done */
	PAGE_VERSION,
	PAGES
};

struct exchange;

struct MHD_Response *page_make(
    const struct exchange *, enum page, unsigned *ret_status);
/* The same as a whole answer on the wire, for a body that never ends. */
const char *page_raw_too_large(void);

#endif
