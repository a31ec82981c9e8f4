#include "peer.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAY 86400

static void
need(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static int
open_loopback(int type, struct sockaddr_in *ret)
{
	struct sockaddr_in in = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	need(fd != -1 && bind(fd, (struct sockaddr *)&in, n) == 0 &&
		 getsockname(fd, (struct sockaddr *)&in, &n) == 0,
	    "loopback");
	*ret = in;
	return fd;
}

/* ---- certificates ---- */

static void
extend(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *more;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	more = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	need(more != NULL && X509_add_ext(x, more, -1) == 1, "extension");
	X509_EXTENSION_free(more);
}

static X509 *
certificate(EVP_PKEY *key, const char *name, X509 *issuer, EVP_PKEY *issuer_key,
    bool expired)
{
	X509 *x = X509_new();
	X509_NAME *subject = X509_NAME_new();
	char alt[128];

	need(x != NULL && subject != NULL, "certificate");
	(void)X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
	    (const unsigned char *)name, -1, -1, 0);
	(void)X509_set_version(x, 2);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(x), issuer ? 2 : 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(x), -3 * DAY);
	(void)X509_gmtime_adj(
	    X509_getm_notAfter(x), expired ? -2 * DAY : 2 * DAY);
	(void)X509_set_pubkey(x, key);
	(void)X509_set_subject_name(x, subject);
	(void)X509_set_issuer_name(
	    x, issuer ? X509_get_subject_name(issuer) : subject);
	if (issuer == NULL) {
		extend(x, x, NID_basic_constraints, "critical,CA:TRUE");
		extend(x, x, NID_key_usage, "critical,keyCertSign");
	} else {
		(void)snprintf(alt, sizeof(alt), "DNS:%s", name);
		extend(x, issuer, NID_subject_alt_name, alt);
	}
	need(X509_sign(x, issuer_key, EVP_sha256()) > 0, "signature");
	X509_NAME_free(subject);
	return x;
}

static SSL_CTX *
secure(struct peer *p, const struct peer_plan *plan)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
	X509 *ca = certificate(ca_key, "authority", NULL, ca_key, false);
	X509 *x = certificate(key, plan->name, ca, ca_key, plan->expired);
	BIO *out = BIO_new(BIO_s_mem());
	int n;

	need(ctx != NULL && SSL_CTX_use_certificate(ctx, x) == 1 &&
		 SSL_CTX_use_PrivateKey(ctx, key) == 1 &&
		 PEM_write_bio_X509(out, ca) == 1,
	    "TLS");
	n = BIO_read(out, p->ca, (int)sizeof(p->ca) - 1);
	need(n > 0, "PEM");
	p->ca[n] = '\0';
	BIO_free(out);
	X509_free(x);
	X509_free(ca);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	return ctx;
}

/* ---- the peer ---- */

/* Until the blank line and as much as Content-Length says. */
static bool
whole(const char *text, size_t n)
{
	const char *end = strstr(text, "\r\n\r\n");
	const char *length = strcasestr(text, "content-length:");
	size_t body = 0;

	if (end == NULL)
		return false;
	if (length != NULL)
		body =
		    strtoul(length + sizeof("content-length:") - 1, NULL, 10);
	return n >= (size_t)(end + 4 - text) + body;
}

static void
answer_tls(SSL *ssl, const struct peer_plan *plan, int heard)
{
	static char text[64 * 1024];
	size_t n = 0, len;
	int got;

	while (!whole(text, n)) {
		got = SSL_read(ssl, text + n, (int)(sizeof(text) - 1 - n));
		if (got <= 0)
			return;
		need(write(heard, text + n, (size_t)got) == got, "heard");
		n += (size_t)got;
		text[n] = '\0';
	}
	if (plan->answer == NULL)
		(void)pause();
	len = strlen(plan->answer);
	(void)SSL_write(ssl, plan->answer, (int)len);
	for (size_t i = 0; i < plan->repeat; i += 4096) {
		char more[4096];

		memset(more, plan->answer[len - 1], sizeof(more));
		if (SSL_write(ssl, more, sizeof(more)) <= 0)
			return;
	}
	(void)SSL_shutdown(ssl);
}

static void
serve(int listener, SSL_CTX *ctx, const struct peer_plan *plan, int heard)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		SSL *ssl = SSL_new(ctx);

		need(fd != -1 && ssl != NULL, "accept");
		(void)SSL_set_fd(ssl, fd);
		if (plan->plain)
			(void)!write(fd, plan->answer, strlen(plan->answer));
		else if (SSL_accept(ssl) == 1)
			answer_tls(ssl, plan, heard);
		SSL_free(ssl);
		(void)close(fd);
	}
}

void
peer_start(struct peer *p, const struct peer_plan *plan)
{
	struct sockaddr_in in;
	SSL_CTX *ctx = secure(p, plan);
	int fd = open_loopback(SOCK_STREAM, &in), heard[2];

	need(listen(fd, 8) == 0 && pipe(heard) == 0, "peer");
	p->port = ntohs(in.sin_port);
	(void)fflush(NULL);
	p->pid = fork();
	if (p->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)signal(SIGPIPE, SIG_IGN);
		serve(fd, ctx, plan, heard[1]);
	}
	need(p->pid > 0, "fork");
	SSL_CTX_free(ctx);
	(void)close(fd);
	(void)close(heard[1]);
	p->heard = heard[0];
}

static void
end(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

void
peer_stop(struct peer *p)
{
	end(p->pid);
}

size_t
peer_heard(struct peer *p, char *ret, size_t cap)
{
	size_t n = 0;
	ssize_t got;

	while ((got = read(p->heard, ret + n, cap - 1 - n)) > 0)
		n += (size_t)got;
	ret[n] = '\0';
	(void)close(p->heard);
	return n;
}

/* ---- the name server ---- */

static size_t
put_record(uint8_t *p, uint8_t type, const uint8_t *data, uint8_t n)
{
	const uint8_t head[] = {
	    0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, n}; /* the name asked */

	memcpy(p, head, sizeof(head));
	memcpy(p + sizeof(head), data, n);
	return sizeof(head) + n;
}

static size_t
answer_names(uint8_t *p, size_t n, const struct names *s)
{
	size_t name = 12;
	uint8_t type, count;

	while (name < n && p[name] != 0)
		name += 1u + p[name];
	type = p[name + 2];
	n = name + 5; /* the question, without what EDNS adds */
	count = (uint8_t)(type == 1 ? s->n_a : type == 28 ? s->n_aaaa : 0);
	p[2] = 0x81;
	p[3] = (uint8_t)(0x80 | s->code);
	memset(p + 6, 0, 6);
	p[7] = count;
	for (size_t i = 0; i < count; i++)
		n += type == 1 ? put_record(p + n, 1, s->a[i], 4)
			       : put_record(p + n, 28, s->aaaa[i], 16);
	if (s->nonsense)
		memset(p + 12, 0xff, n - 12);
	return n;
}

pid_t
names_start(const struct names *s, struct sockaddr_in *ret)
{
	int fd = open_loopback(SOCK_DGRAM, ret);
	struct sockaddr_in from;
	socklen_t from_n;
	uint8_t p[1500];
	ssize_t n;
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	while (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		from_n = sizeof(from);
		n = recvfrom(fd, p, sizeof(p) - 256, 0,
		    (struct sockaddr *)&from, &from_n);
		if (n < 17 || s->silent)
			continue;
		n = (ssize_t)answer_names(p, (size_t)n, s);
		(void)sendto(
		    fd, p, (size_t)n, 0, (struct sockaddr *)&from, from_n);
	}
	need(pid > 0, "fork");
	(void)close(fd);
	return pid;
}

void
names_stop(pid_t pid)
{
	end(pid);
}
