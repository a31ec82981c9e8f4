#include "egress/fetch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "egress/fetch_inside.h"

#define HEAD_MAX ((size_t)32 * 1024)

static bool
copy_text(char to[CONF_TEXT_MAX], str from, const char *what, struct err *e)
{
	if (from.n >= CONF_TEXT_MAX ||
	    (from.n > 0 && memchr(from.p, 0, from.n) != NULL))
		return err_set(e, ERR_INPUT, "%s is too long", what);
	if (from.n > 0)
		memcpy(to, from.p, from.n);
	to[from.n] = '\0';
	return true;
}

static bool
fill_login(struct fetch_login *l, const char *user, str password,
    const char *url, const char *what, struct err *e)
{
	str path;

	if (!copy_text(l->user, str_c(user), "user", e) ||
	    !copy_text(l->password, password, "password", e))
		return false;
	if (user[0] == '\0')
		return true;
	return (conf_url_read(str_c(url), &l->at, &path, e) ||
		   err_wrap(e, "%s", what)) &&
	       copy_text(l->path, path, what, e);
}

static bool
fill(struct fetch *f, const struct conf *c, str ca, str password, struct err *e)
{
	if (!conf_hosts_read(str_c(c->egress_hosts), &f->hosts, e) ||
	    !conf_services_read(str_c(c->push_services), &f->push, e) ||
	    !fill_login(&f->login[EGRESS_AUTH_SHIELD], c->shield_user, password,
		c->shield_url, "shield_url", e))
		return false;
	f->ca = BUF_MAX(ca.n + 1);
	buf_put(&f->ca, ca.p, ca.n);
	return !f->ca.full || err_set(e, ERR_LIMIT, "no memory");
}

struct fetch *
fetch_new(const struct conf *c, str ca, str password, struct err *e)
{
	OWNED(fetch) f = calloc(1, sizeof(*f));

	if (f == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		err_set(e, ERR_LIMIT, "no memory");
		return NULL;
	}
	if (!fill(f, c, ca, password, e) || (f->lookup = lookup_new(e)) == NULL)
		return NULL;
	f->multi = curl_multi_init();
	if (f->multi == NULL) {
		err_set(e, ERR_LIMIT, "no memory");
		return NULL;
	}
	return TAKE(f);
}

void
fetch_free(struct fetch *f)
{
	if (f == NULL)
		return;
	if (f->multi != NULL)
		(void)curl_multi_cleanup(f->multi);
	lookup_free(f->lookup);
	buf_done(&f->ca);
	buf_done(&f->reply);
	explicit_bzero(f->login, sizeof(f->login));
	explicit_bzero(f->mail_password, sizeof(f->mail_password));
	free(f);
}

bool
fetch_may_mail(
    struct fetch *f, const struct conf *c, str password, struct err *e)
{
	f->mail_tls = (enum conf_mail_tls)c->mail_tls;
	if (!conf_host_read(str_c(c->mail_server), &f->mail, e))
		return err_wrap(e, "mail_server");
	return copy_text(f->mail_user, str_c(c->mail_user), "mail_user", e) &&
	       copy_text(f->mail_password, password, "mail_password", e);
}

bool
fetch_may_report(
    struct fetch *f, const struct conf *c, str password, struct err *e)
{
	return fill_login(&f->login[EGRESS_AUTH_NCMEC], c->ncmec_user, password,
	    c->ncmec_url, "ncmec_url", e);
}

struct lookup *
fetch_lookup(struct fetch *f)
{
	return f->lookup;
}

/* ---- whom ---- */

static bool
same_origin(const struct conf_host *a, const struct conf_host *b)
{
	return strcmp(a->name, b->name) == 0 && a->port == b->port;
}

/* A password goes to its own server and below its own path. */
static bool
may_sign(const struct fetch *f, const struct exchange *x, str path)
{
	const struct fetch_login *l = &f->login[x->ask->auth];
	str base = str_c(l->path);

	return l->user[0] != '\0' && l->password[0] != '\0' &&
	       same_origin(&x->to, &l->at) && str_starts(path, base) &&
	       str_starts(str_sub(path, base.n, path.n), S("/"));
}

enum egress_outcome
fetch_addresses(
    struct fetch *f, const struct conf_host *known, struct exchange *x)
{
	struct address all[LOOKUP_MAX];
	struct err e;
	size_t n;

	x->pinned = known != NULL && known->address[0] != '\0';
	if (x->pinned) {
		x->n_at = 1;
		return address_read(known->address, &x->at[0])
			   ? EGRESS_ANSWERED
			   : EGRESS_NOT_ALLOWED;
	}
	if (!lookup_name(f->lookup, x->to.name, all, &n, &e))
		return EGRESS_NO_ADDRESS;
	for (size_t i = 0; i < n; i++)
		if (address_is_public(&all[i]))
			x->at[x->n_at++] = all[i];
	return x->n_at > 0 ? EGRESS_ANSWERED : EGRESS_NOT_ALLOWED;
}

static enum egress_outcome
find_whom(struct fetch *f, struct exchange *x)
{
	const struct conf_host *known;
	struct err e;
	str path;

	if (!conf_url_read(x->ask->url, &x->to, &path, &e))
		return EGRESS_NOT_ALLOWED;
	known = conf_hosts_find(&f->hosts, &x->to);
	if (known == NULL ||
	    (x->ask->auth != EGRESS_AUTH_NONE && !may_sign(f, x, path)))
		return EGRESS_NOT_ALLOWED;
	return fetch_addresses(f, known, x);
}

/* "name:port:address,address", so that curl looks nothing up. */
void
fetch_resolve_line(const struct exchange *x, char ret[RESOLVE_MAX])
{
	char text[ADDRESS_TEXT_MAX];
	int at = snprintf(ret, RESOLVE_MAX, "%s:%u:", x->to.name, x->to.port);

	for (size_t i = 0; i < x->n_at; i++) {
		bool v6 = x->at[i].family == AF_INET6;

		address_text(&x->at[i], text);
		at += snprintf(ret + at, RESOLVE_MAX - (size_t)at,
		    v6 ? "%s[%s]" : "%s%s", i > 0 ? "," : "", text);
		assert(at < (int)RESOLVE_MAX);
	}
}

/* ---- what curl calls ---- */

/* The last door: no socket but to an address that was found above. */
curl_socket_t
fetch_open_socket(void *ctx, curlsocktype what, struct curl_sockaddr *sa)
{
	const struct exchange *x = ctx;
	struct address a;

	if (what != CURLSOCKTYPE_IPCXN || sa->socktype != SOCK_STREAM ||
	    !address_of(&sa->addr, sa->addrlen, &a))
		return CURL_SOCKET_BAD;
	for (size_t i = 0; i < x->n_at; i++)
		if (a.family == x->at[i].family &&
		    memcmp(a.b, x->at[i].b, sizeof(a.b)) == 0)
			return socket(sa->family,
			    sa->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
			    sa->protocol);
	return CURL_SOCKET_BAD;
}

static size_t
take_body(char *p, size_t one, size_t n, void *ctx)
{
	struct exchange *x = ctx;

	(void)one;
	if (n > x->ask->reply_max - x->body.n) {
		x->too_large = true;
		return 0;
	}
	buf_put(&x->body, p, n);
	return x->body.full ? 0 : n;
}

/* What can stand in a log; the rest of it is left out. */
static void
keep_trace(struct exchange *x, str value)
{
	x->n_trace = 0;
	for (size_t i = 0; i < value.n && x->n_trace < EGRESS_TRACE_MAX; i++)
		if (value.p[i] > ' ' && value.p[i] <= '~')
			x->trace[x->n_trace++] = value.p[i];
}

static size_t
take_head(char *p, size_t one, size_t n, void *ctx)
{
	static const char name[] = "Request-ID:";
	struct exchange *x = ctx;

	(void)one;
	x->head_bytes += n;
	if (x->head_bytes > HEAD_MAX) {
		x->too_large = true;
		return 0;
	}
	if (n >= sizeof(name) && strncasecmp(p, name, sizeof(name) - 1) == 0)
		keep_trace(
		    x, (str){p + sizeof(name) - 1, n - (sizeof(name) - 1)});
	return n;
}

/* ---- the exchange ---- */

struct curl_slist *
fetch_header(struct curl_slist *l, const char *line)
{
	struct curl_slist *more = curl_slist_append(l, line);

	if (more == NULL)
		curl_slist_free_all(l);
	return more;
}

static struct curl_slist *
headers_of(const struct egress_ask *a)
{
	/* clang-format off */
	static const struct { const char *accept, *type; } of[EGRESS_METHODS] = {
		[EGRESS_GET] = { "Accept: application/json", NULL },
		[EGRESS_GET_XML] = { "Accept: text/xml, application/xml", NULL },
		[EGRESS_POST_JSON] = { "Accept: application/json",
		    "Content-Type: application/json" },
		[EGRESS_POST_XML] = { "Accept: text/xml",
		    "Content-Type: text/xml; charset=utf-8" },
		[EGRESS_POST_FORM] = { "Accept: text/xml",
		    "Content-Type: application/x-www-form-urlencoded" },
		[EGRESS_POST_PARTS] = { "Accept: text/xml",
		    "Content-Type: multipart/form-data; boundary=" EGRESS_BOUNDARY },
	};
	/* clang-format on */
	struct curl_slist *l = fetch_header(NULL, of[a->method].accept);

	if (l != NULL && of[a->method].type != NULL)
		l = fetch_header(l, of[a->method].type);
	if (l != NULL && of[a->method].type != NULL)
		l = fetch_header(l, "Expect:");
	return l;
}

/* Each of these is a promise of the header; one that fails stops all. */
#define SET(option, value) \
	(curl_easy_setopt(c, CURLOPT_##option, (value)) == CURLE_OK)

static bool
set_rules(const struct fetch *f, struct exchange *x, CURL *c)
{
	struct curl_blob ca = {
	    .data = f->ca.p, .len = f->ca.n, .flags = CURL_BLOB_NOCOPY};

	return SET(PROTOCOLS_STR, "https") &&
	       SET(REDIR_PROTOCOLS_STR, "https") && SET(FOLLOWLOCATION, 0L) &&
	       SET(PROXY, "") && SET(NOPROXY, "*") &&
	       SET(NETRC, (long)CURL_NETRC_IGNORED) && SET(NOSIGNAL, 1L) &&
	       SET(SSL_VERIFYPEER, 1L) && SET(SSL_VERIFYHOST, 2L) &&
	       SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	       SET(CAINFO, NULL) && SET(CAPATH, NULL) &&
	       SET(CAINFO_BLOB, &ca) && SET(SSL_SESSIONID_CACHE, 0L) &&
	       SET(HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	       SET(FORBID_REUSE, 1L) && SET(FRESH_CONNECT, 1L) &&
	       SET(OPENSOCKETFUNCTION, fetch_open_socket) &&
	       SET(OPENSOCKETDATA, x) && SET(WRITEFUNCTION, take_body) &&
	       SET(WRITEDATA, x) && SET(HEADERFUNCTION, take_head) &&
	       SET(HEADERDATA, x) && SET(USERAGENT, "preau");
}

static bool
set_question(const struct fetch *f, const struct exchange *x, CURL *c,
    struct curl_slist *resolve, struct curl_slist *headers)
{
	const struct egress_ask *a = x->ask;
	char url[EGRESS_URL_MAX + 1];
	int64_t left = x->until_ms - clock_ms();

	if (left < 1)
		left = 1;
	memcpy(url, a->url.p, a->url.n);
	url[a->url.n] = '\0';
	if (!SET(URL, url) || !SET(RESOLVE, resolve) ||
	    !SET(HTTPHEADER, headers) || !SET(TIMEOUT_MS, (long)left) ||
	    !SET(
		CONNECTTIMEOUT_MS, left < CONNECT_MS ? (long)left : CONNECT_MS))
		return false;
	if (a->method > EGRESS_GET_XML &&
	    (!SET(POST, 1L) || !SET(POSTFIELDSIZE, (long)a->body.n) ||
		!SET(POSTFIELDS, a->body.n > 0 ? a->body.p : "")))
		return false;
	if (a->auth == EGRESS_AUTH_NONE)
		return true;
	return SET(HTTPAUTH, (long)CURLAUTH_BASIC) &&
	       SET(USERNAME, f->login[a->auth].user) &&
	       SET(PASSWORD, f->login[a->auth].password);
}

#undef SET

enum egress_outcome
fetch_outcome(const struct exchange *x, CURLcode code)
{
	static const struct {
		CURLcode code;
		enum egress_outcome means;
	} meanings[] = {
	    {CURLE_OK, EGRESS_ANSWERED},
	    {CURLE_OPERATION_TIMEDOUT, EGRESS_TOO_SLOW},
	    {CURLE_COULDNT_CONNECT, EGRESS_UNREACHABLE},
	    {CURLE_COULDNT_RESOLVE_HOST, EGRESS_NO_ADDRESS},
	    {CURLE_PEER_FAILED_VERIFICATION, EGRESS_UNTRUSTED},
	    {CURLE_SSL_CONNECT_ERROR, EGRESS_UNTRUSTED},
	    {CURLE_USE_SSL_FAILED, EGRESS_UNTRUSTED},
	    {CURLE_LOGIN_DENIED, EGRESS_REFUSED},
	    {CURLE_SSL_CACERT_BADFILE, EGRESS_UNTRUSTED},
	    {CURLE_FILESIZE_EXCEEDED, EGRESS_TOO_LARGE},
	};

	if (x->too_large)
		return EGRESS_TOO_LARGE;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (meanings[i].code == code)
			return meanings[i].means;
	return EGRESS_BROKEN;
}

CURLcode
fetch_drive(CURLM *m, int stop_fd)
{
	struct curl_waitfd stop = {.fd = stop_fd, .events = CURL_WAIT_POLLIN};
	int running = 1, left;
	CURLMsg *msg;

	while (running > 0) {
		if (curl_multi_perform(m, &running) != CURLM_OK)
			return CURLE_FAILED_INIT;
		if (running > 0 &&
		    curl_multi_poll(
			m, &stop, stop_fd >= 0 ? 1 : 0, 1000, NULL) != CURLM_OK)
			return CURLE_FAILED_INIT;
		if (stop.revents != 0)
			return CURLE_ABORTED_BY_CALLBACK;
	}
	msg = curl_multi_info_read(m, &left);
	return msg != NULL && msg->msg == CURLMSG_DONE ? msg->data.result
						       : CURLE_FAILED_INIT;
}

static void
read_status(CURL *c, struct egress_answer *ret)
{
	long status = 0;
	curl_off_t retry = 0;

	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &retry);
	if (status < 100 || status > 599) {
		ret->outcome = EGRESS_BROKEN;
		return;
	}
	ret->status = (uint32_t)status;
	if (retry > 0)
		ret->retry_s = retry > (curl_off_t)EGRESS_RETRY_MAX_S
				   ? EGRESS_RETRY_MAX_S
				   : (uint32_t)retry;
}

static void
talk(struct fetch *f, struct exchange *x, CURL *c, struct curl_slist *headers,
    int stop_fd, struct egress_answer *ret)
{
	char line[RESOLVE_MAX];
	struct curl_slist *resolve;

	fetch_resolve_line(x, line);
	resolve = curl_slist_append(NULL, line);
	if (resolve != NULL && headers != NULL && set_rules(f, x, c) &&
	    set_question(f, x, c, resolve, headers) &&
	    curl_multi_add_handle(f->multi, c) == CURLM_OK) {
		ret->outcome =
		    (uint8_t)fetch_outcome(x, fetch_drive(f->multi, stop_fd));
		if (ret->outcome == EGRESS_ANSWERED)
			read_status(c, ret);
		(void)curl_multi_remove_handle(f->multi, c);
	}
	curl_slist_free_all(resolve);
}

void
fetch_exchange(struct fetch *f, struct exchange *x, struct curl_slist *headers,
    int stop_fd, struct egress_answer *ret)
{
	CURL *c;

	if (clock_ms() >= x->until_ms) {
		ret->outcome = EGRESS_TOO_SLOW;
		return;
	}
	ret->outcome = EGRESS_BROKEN;
	c = curl_easy_init();
	if (c != NULL)
		talk(f, x, c, headers, stop_fd, ret);
	curl_easy_cleanup(c);
}

void
fetch_one(struct fetch *f, const struct egress_ask *a, int stop_fd,
    struct egress_answer *ret)
{
	struct exchange x = {.ask = a,
	    .body = BUF_MAX(a->reply_max),
	    .until_ms = clock_ms() + a->timeout_ms};
	struct curl_slist *headers;

	*ret = (struct egress_answer){.id = a->id};
	ret->outcome = (uint8_t)find_whom(f, &x);
	if (ret->outcome != EGRESS_ANSWERED)
		return;
	headers = headers_of(a);
	fetch_exchange(f, &x, headers, stop_fd, ret);
	curl_slist_free_all(headers);
	buf_done(&f->reply);
	f->reply = x.body;
	if (ret->outcome != EGRESS_ANSWERED)
		return;
	memcpy(f->trace, x.trace, x.n_trace);
	ret->trace = (str){f->trace, x.n_trace};
	ret->body = buf_view(&f->reply);
}
