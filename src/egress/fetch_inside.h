/* fetch_inside — what a question (fetch.c), a letter (deliver.c) and a
 * notification (notify.c) share. */
#ifndef EGRESS_FETCH_INSIDE_H
#define EGRESS_FETCH_INSIDE_H

#include <curl/curl.h>

#include "base/buf.h"
#include "conf/services.h"
#include "egress/fetch.h"

#define CONNECT_MS 5000
#define RESOLVE_MAX \
	(CONF_HOST_NAME_MAX + 8 + LOOKUP_MAX * (ADDRESS_TEXT_MAX + 3))

/* A password, and whom it is for. */
struct fetch_login {
	struct conf_host at;
	char path[CONF_TEXT_MAX];
	char user[CONF_TEXT_MAX], password[CONF_TEXT_MAX];
};

struct fetch {
	struct conf_hosts hosts;
	struct conf_services push;
	struct fetch_login login[EGRESS_AUTHS];
	struct conf_host mail; /* name "": no letter is sent */
	enum conf_mail_tls mail_tls;
	char mail_user[CONF_TEXT_MAX], mail_password[CONF_TEXT_MAX];
	struct buf ca;
	struct buf reply; /* the body of the last answer */
	char trace[EGRESS_TRACE_MAX];
	struct lookup *lookup;
	CURLM *multi; /* made before the sandbox: it has a pipe */
};

/* One question while it is being asked, or one letter. */
struct exchange {
	const struct egress_ask *ask;
	struct conf_host to;
	bool pinned; /* its address stands in the configuration */
	struct address at[LOOKUP_MAX];
	size_t n_at;
	struct buf body;
	size_t head_bytes;
	char trace[EGRESS_TRACE_MAX]; /* Request-ID */
	size_t n_trace;
	bool too_large;
	int64_t until_ms;
};

/* Fills pinned and at; EGRESS_ANSWERED: there is one that may be called.
 * known: the row of the configuration; NULL: to is looked up. */
enum egress_outcome fetch_addresses(
    struct fetch *, const struct conf_host *known, struct exchange *);
/* Asks what `ask` says, with these headers, of whom `to` and `at` say. */
void fetch_exchange(struct fetch *, struct exchange *,
    struct curl_slist *headers, int stop_fd, struct egress_answer *ret);
/* Appends; NULL, and everything freed, without memory. */
struct curl_slist *fetch_header(struct curl_slist *, const char *);
/* "name:port:address,address" of to and at. */
void fetch_resolve_line(const struct exchange *, char ret[RESOLVE_MAX]);
curl_socket_t fetch_open_socket(
    void *exchange, curlsocktype, struct curl_sockaddr *);
/* Until it is done or we are called away. */
CURLcode fetch_drive(CURLM *, int stop_fd);
enum egress_outcome fetch_outcome(const struct exchange *, CURLcode);

#endif
