/*
 * token — what makes a form ours, and good for one use.
 *
 * token = base64url(time in minutes, 12 random bytes, MAC), the MAC keyed by
 * the house over the cookie of the visitor's session (or visit, before anybody
 * signed in).  Once its form had its effect, the token is spent for that path;
 * it is refused after TOKEN_DAYS anyway, so spent ones need not be kept longer.
 */
#ifndef WEB_TOKEN_H
#define WEB_TOKEN_H

#include "web/web.h"

#define TOKEN_DAYS 7

enum token_fault { TOKEN_FINE, TOKEN_WRONG, TOKEN_SPENT };

/* {0} past the arena's limit. */
str token_make(struct arena *, const struct house *, str cookie, int64_t now);

/* Sent from a page at the option url, as far as its browser says. */
bool token_origin_fine(const struct house *, const struct http_request *);
/* *ret_nonce: what to spend, in the arena. */
enum token_fault token_check(struct arena *, const struct house *, str cookie,
    int64_t now, str token, str path, str *ret_nonce);

#endif
