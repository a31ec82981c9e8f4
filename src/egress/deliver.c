#include "egress/deliver.h"

#include <stdio.h>

#include "base/clock.h"
#include "egress/fetch_inside.h"
#include "mail/address.h"

#define OPEN_S 60L /* of a connection that waits for the next letter */

/* How far the dialogue has come: what was said last is an answer to that. */
enum stage { STAGE_HELLO, STAGE_LETTER };

struct delivery {
	struct exchange x;
	const struct egress_mail *mail;
	size_t at; /* of the letter */
	enum stage stage;
};

static size_t
give_letter(char *p, size_t one, size_t n, void *ctx)
{
	struct delivery *d = ctx;
	str part = str_sub(d->mail->letter, d->at, one * n);

	memcpy(p, part.p, part.n);
	d->at += part.n;
	return part.n;
}

/* What the server says is read by libcurl; its lines are nobody's business. */
static size_t
drop(char *p, size_t one, size_t n, void *ctx)
{
	(void)p;
	(void)ctx;
	return one * n;
}

/* RCPT is the first command that is about this letter alone. */
static int
follow(CURL *c, curl_infotype what, char *p, size_t n, void *ctx)
{
	struct delivery *d = ctx;

	(void)c;
	if (what == CURLINFO_HEADER_OUT && str_starts((str){p, n}, S("RCPT ")))
		d->stage = STAGE_LETTER;
	return 0;
}

#define SET(option, value) \
	(curl_easy_setopt(c, CURLOPT_##option, (value)) == CURLE_OK)

static bool
set_rules(const struct fetch *f, struct delivery *d, CURL *c)
{
	struct curl_blob ca = {
	    .data = f->ca.p, .len = f->ca.n, .flags = CURL_BLOB_NOCOPY};
	bool clear = f->mail_tls == CONF_MAIL_NONE;

	return SET(PROTOCOLS_STR, "smtp,smtps") && SET(PROXY, "") &&
	       SET(NOPROXY, "*") && SET(NETRC, (long)CURL_NETRC_IGNORED) &&
	       SET(NOSIGNAL, 1L) &&
	       SET(USE_SSL,
		   clear ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL) &&
	       SET(SSL_VERIFYPEER, 1L) && SET(SSL_VERIFYHOST, 2L) &&
	       SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	       SET(CAINFO, NULL) && SET(CAPATH, NULL) &&
	       SET(CAINFO_BLOB, &ca) && SET(SSL_SESSIONID_CACHE, 0L) &&
	       SET(MAXAGE_CONN, OPEN_S) &&
	       SET(OPENSOCKETFUNCTION, fetch_open_socket) &&
	       SET(OPENSOCKETDATA, &d->x) && SET(HEADERFUNCTION, drop) &&
	       SET(WRITEFUNCTION, drop) && SET(READFUNCTION, give_letter) &&
	       SET(READDATA, d) && SET(VERBOSE, 1L) &&
	       SET(DEBUGFUNCTION, follow) && SET(DEBUGDATA, d);
}

static bool
set_letter(const struct fetch *f, const struct delivery *d, CURL *c,
    struct curl_slist *resolve, struct curl_slist *to)
{
	char url[CONF_HOST_NAME_MAX + MAIL_ADDRESS_MAX + 32];
	str us = mail_address_domain(d->mail->from);
	int64_t left = d->x.until_ms - clock_ms();

	if (left < 1)
		left = 1;
	(void)snprintf(url, sizeof(url), "%s://%s:%u/" STR_FMT,
	    f->mail_tls == CONF_MAIL_TLS ? "smtps" : "smtp", f->mail.name,
	    f->mail.port, STR_ARG(us));
	if (!SET(URL, url) || !SET(RESOLVE, resolve) || !SET(UPLOAD, 1L) ||
	    !SET(INFILESIZE, (long)d->mail->letter.n) || !SET(MAIL_RCPT, to) ||
	    !SET(TIMEOUT_MS, (long)left) ||
	    !SET(CONNECTTIMEOUT_MS,
		left < CONNECT_MS ? (long)left : (long)CONNECT_MS))
		return false;
	(void)snprintf(
	    url, sizeof(url), "<" STR_FMT ">", STR_ARG(d->mail->from));
	if (!SET(MAIL_FROM, url))
		return false;
	return f->mail_user[0] == '\0' ||
	       (SET(USERNAME, f->mail_user) && SET(PASSWORD, f->mail_password));
}

#undef SET

/* A no to our greeting, password or sender says nothing of the letter. */
static void
judge(
    const struct delivery *d, CURL *c, CURLcode code, struct egress_answer *ret)
{
	long said = 0;

	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &said);
	if (code == CURLE_OK) {
		ret->outcome = EGRESS_ANSWERED;
		ret->status = said >= 200 && said < 300 ? (uint32_t)said : 250;
	} else if (said < 400 || said > 599 ||
		   code == CURLE_OPERATION_TIMEDOUT) {
		ret->outcome = (uint8_t)fetch_outcome(&d->x, code);
	} else if (d->stage == STAGE_LETTER) {
		ret->outcome = EGRESS_ANSWERED;
		ret->status = (uint32_t)said;
	} else {
		ret->outcome = code == CURLE_USE_SSL_FAILED ? EGRESS_UNTRUSTED
							    : EGRESS_REFUSED;
	}
}

static void
talk(struct fetch *f, struct delivery *d, CURL *c, int stop_fd,
    struct egress_answer *ret)
{
	char line[RESOLVE_MAX], to[EGRESS_ADDRESS_MAX + 3];
	struct curl_slist *resolve, *list;

	fetch_resolve_line(&d->x, line);
	(void)snprintf(to, sizeof(to), "<" STR_FMT ">", STR_ARG(d->mail->to));
	resolve = curl_slist_append(NULL, line);
	list = curl_slist_append(NULL, to);
	if (resolve != NULL && list != NULL && set_rules(f, d, c) &&
	    set_letter(f, d, c, resolve, list) &&
	    curl_multi_add_handle(f->multi, c) == CURLM_OK) {
		judge(d, c, fetch_drive(f->multi, stop_fd), ret);
		(void)curl_multi_remove_handle(f->multi, c);
	}
	curl_slist_free_all(resolve);
	curl_slist_free_all(list);
}

static enum egress_outcome
find_server(struct fetch *f, struct exchange *x)
{
	const struct conf_host *known = conf_hosts_find(&f->hosts, &f->mail);

	if (f->mail.name[0] == '\0' || known == NULL)
		return EGRESS_NOT_ALLOWED;
	x->to = f->mail;
	return fetch_addresses(f, known, x);
}

void
deliver_one(struct fetch *f, const struct egress_mail *m, int stop_fd,
    struct egress_answer *ret)
{
	struct delivery d = {
	    .mail = m, .x = {.until_ms = clock_ms() + m->timeout_ms}};
	CURL *c;

	*ret = (struct egress_answer){.id = m->id};
	ret->outcome = EGRESS_NOT_ALLOWED;
	if (!mail_address_fine(m->from) || !mail_address_fine(m->to))
		return;
	ret->outcome = (uint8_t)find_server(f, &d.x);
	if (ret->outcome != EGRESS_ANSWERED)
		return;
	ret->outcome = EGRESS_BROKEN;
	c = curl_easy_init();
	if (c != NULL)
		talk(f, &d, c, stop_fd, ret);
	curl_easy_cleanup(c);
}
