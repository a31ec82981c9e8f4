#include "egress/notify.h"

#include <stdio.h>

#include "base/clock.h"
#include "egress/fetch_inside.h"

#define HEADER_MAX (EGRESS_TOKEN_MAX + 32)

static struct curl_slist *
headers_of(const struct egress_push *p)
{
	char token[HEADER_MAX], ttl[HEADER_MAX];
	const char *const lines[] = {token, ttl,
	    p->urgent ? "Urgency: high" : "Urgency: normal",
	    "Content-Type: application/octet-stream",
	    "Content-Encoding: aes128gcm", "Accept:", "Expect:"};
	struct curl_slist *l =
	    fetch_header(NULL, p->urgent ? "Topic: urgent" : "Topic: new");

	(void)snprintf(
	    token, sizeof(token), "Authorization: " STR_FMT, STR_ARG(p->token));
	(void)snprintf(ttl, sizeof(ttl), "TTL: %u", p->ttl_s);
	for (size_t i = 0; l != NULL && i < sizeof(lines) / sizeof(*lines); i++)
		l = fetch_header(l, lines[i]);
	explicit_bzero(token, sizeof(token));
	return l;
}

static enum egress_outcome
find_service(struct fetch *f, struct exchange *x)
{
	const struct conf_host *known;
	struct err e;
	str path;

	if (!conf_url_read(x->ask->url, &x->to, &path, &e) ||
	    !conf_services_know(&f->push, &x->to, &known))
		return EGRESS_NOT_ALLOWED;
	return fetch_addresses(f, known, x);
}

void
notify_one(struct fetch *f, const struct egress_push *p, int stop_fd,
    struct egress_answer *ret)
{
	const struct egress_ask ask = {.id = p->id,
	    .method = EGRESS_POST_JSON, /* its headers say what it is */
	    .timeout_ms = p->timeout_ms,
	    .reply_max = NOTIFY_REPLY_MAX,
	    .url = p->url,
	    .body = p->sealed};
	struct exchange x = {.ask = &ask,
	    .body = BUF_MAX(NOTIFY_REPLY_MAX),
	    .until_ms = clock_ms() + p->timeout_ms};
	struct curl_slist *headers;

	*ret = (struct egress_answer){.id = p->id};
	ret->outcome = (uint8_t)find_service(f, &x);
	if (ret->outcome != EGRESS_ANSWERED)
		return;
	headers = headers_of(p);
	fetch_exchange(f, &x, headers, stop_fd, ret);
	curl_slist_free_all(headers);
	buf_done(&x.body);
}
