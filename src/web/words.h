/* words — for whom a post of words is, and from when: one page for notices and
 * for items. */
#ifndef WEB_WORDS_H
#define WEB_WORDS_H

#include "life/words.h"
#include "web/publish.h"

struct words_send_page {
	int64_t id;
	str title;
	bool item; /* not a notice */
	bool (*publish)(const struct deed *, const struct grant *, int64_t at,
	    enum words_hour *ret, struct err *);
	const char *done; /* catalogue key */
	struct send_page when;
};

/* Of a draft; anything else is ERR_NOT_FOUND. */
bool words_send_show(struct request *, struct response *,
    struct words_send_page *, struct err *) MUST_USE;
bool words_send_do(struct request *, struct response *,
    struct words_send_page *, struct err *) MUST_USE;

#endif
