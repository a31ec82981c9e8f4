#include "front/head.h"

#include <strings.h>

#include "front/front.h"
#include "front/target.h"

#define HEAD_BYTES_MAX 8192

enum again {
	AGAIN_NEVER, /* twice is an attack on somebody's parser */
	AGAIN_LAST,  /* the nearest proxy wrote the last one */
	AGAIN_FIRST,
};

#define Q(field) offsetof(struct exchange, q.field)
#define X(field) offsetof(struct exchange, field)

static const struct known {
	const char *name;
	size_t at;
	enum again again;
} known[] = {
    {"Host", Q(host), AGAIN_NEVER},
    {"Content-Length", X(content_length), AGAIN_NEVER},
    {"Transfer-Encoding", X(transfer_encoding), AGAIN_NEVER},
    {"Content-Type", Q(content_type), AGAIN_NEVER},
    {"Cookie", Q(cookie), AGAIN_NEVER},
    {"Origin", Q(origin), AGAIN_NEVER},
    {"Sec-Fetch-Site", Q(fetch_site), AGAIN_NEVER},
    {"X-Preau-Form", Q(csrf), AGAIN_NEVER},
    {"X-Preau-Name", X(file_name), AGAIN_NEVER},
    {"Tus-Resumable", X(tus.resumable), AGAIN_NEVER},
    {"Upload-Length", X(tus.length), AGAIN_NEVER},
    {"Upload-Offset", X(tus.offset), AGAIN_NEVER},
    {"Upload-Metadata", X(tus.words), AGAIN_NEVER},
    {"Upload-Checksum", X(tus.checksum), AGAIN_NEVER},
    {"X-HTTP-Method-Override", X(tus.method), AGAIN_NEVER},
    {"Range", X(range), AGAIN_NEVER},
    {"If-Range", X(if_range), AGAIN_NEVER},
    {"If-None-Match", Q(if_none_match), AGAIN_FIRST},
    {"Accept-Language", Q(accept_language), AGAIN_FIRST},
    {"Accept-Encoding", X(accept_encoding), AGAIN_FIRST},
    {"User-Agent", Q(user_agent), AGAIN_FIRST},
    {"X-Forwarded-For", X(forwarded_for), AGAIN_LAST},
    {"X-Forwarded-Proto", X(forwarded_proto), AGAIN_LAST},
};
#define KNOWN (sizeof(known) / sizeof(known[0]))

static enum MHD_Result
take(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n,
    const char *value, size_t n)
{
	struct exchange *x = cls;
	str v = str_trim((str){value == NULL ? "" : value, n});

	(void)kind;
	for (size_t i = 0; i < KNOWN; i++) {
		str have;

		if (strlen(known[i].name) != name_n ||
		    strncasecmp(known[i].name, name, name_n) != 0)
			continue;
		memcpy(&have, (const char *)x + known[i].at, sizeof(have));
		if (have.p != NULL && known[i].again == AGAIN_NEVER)
			x->twice++;
		if (have.p == NULL || known[i].again == AGAIN_LAST)
			memcpy((char *)x + known[i].at, &v, sizeof(v));
	}
	return MHD_YES;
}

static bool
host_is_sane(str h)
{
	for (size_t i = 0; i < h.n; i++) {
		char c = h.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '.' || c == '-' ||
			c == ':' || c == '[' || c == ']' || c == '_'))
			return false;
	}
	return h.n > 0 && h.n <= 255;
}

static bool
is(str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static bool
takes_body(uint8_t method)
{
	return method == HTTP_POST || method == HTTP_PATCH;
}

static enum page
read_method(struct exchange *x, const char *said)
{
	static const char *const name[HTTP_METHODS] = {
	    "GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"};
	str method = tus_method(x, str_c(said));

	for (uint8_t m = 0; m < HTTP_METHODS; m++)
		if (str_eq(str_c(name[m]), method)) {
			x->q.method = m;
			return m <= HTTP_POST || x->takes == HTTP_TAKES_PIECES
				   ? PAGE_NONE
				   : PAGE_METHOD;
		}
	return PAGE_METHOD;
}

/* Two ways to say where a body ends are two requests to somebody. */
static enum page
check_framing(const struct exchange *x)
{
	if (x->twice > 0 || !host_is_sane(x->q.host))
		return PAGE_MALFORMED;
	if (x->transfer_encoding.p != NULL &&
	    (x->content_length.p != NULL ||
		!is(x->transfer_encoding, "chunked")))
		return PAGE_MALFORMED;
	if (!takes_body(x->q.method) &&
	    (x->transfer_encoding.p != NULL ||
		(x->content_length.p != NULL && !is(x->content_length, "0"))))
		return PAGE_MALFORMED;
	return PAGE_NONE;
}

static void
read_address(struct exchange *x)
{
	struct front *f = x->front;
	struct address a = x->peer->from;

	x->q.tls = f->tls;
	if (f->has_proxy && address_same_host(&a, &f->proxy)) {
		(void)address_forwarded(x->forwarded_for, &a);
		x->q.tls = f->tls || is(x->forwarded_proto, "https");
	}
	memcpy(x->q.address, a.b, sizeof(a.b));
	x->q.port = a.port;
}

static enum page
read_target(struct exchange *x)
{
	switch (target_split(
	    x->arena, x->raw_target, &x->q.path, &x->q.query, &x->q.n_query)) {
	case TARGET_FINE:
		x->takes = http_takes(x->q.path);
		return PAGE_NONE;
	case TARGET_TOO_LONG:
		return PAGE_TARGET_LONG;
	default:
		return PAGE_MALFORMED;
	}
}

/* A line end folded into a value never goes further. */
static bool
has_control(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\t')
			return true;
	return false;
}

static bool
heads_are_sane(const struct exchange *x)
{
	for (size_t i = 0; i < KNOWN; i++) {
		str v;

		memcpy(&v, (const char *)x + known[i].at, sizeof(v));
		if (has_control(v))
			return false;
	}
	return true;
}

enum page
head_read(struct exchange *x, const char *method, const char *version)
{
	const union MHD_ConnectionInfo *size = MHD_get_connection_info(
	    x->conn, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	enum page p;

	(void)MHD_get_connection_values_n(x->conn, MHD_HEADER_KIND, take, x);
	read_address(x);
	if (strncmp(version, "HTTP/1.", 7) != 0)
		return PAGE_VERSION;
	if (size == NULL || size->header_size > HEAD_BYTES_MAX)
		return PAGE_HEAD_LARGE;
	if (!heads_are_sane(x))
		return PAGE_MALFORMED;
	if ((p = read_target(x)) != PAGE_NONE ||
	    (p = read_method(x, method)) != PAGE_NONE ||
	    (p = check_framing(x)) != PAGE_NONE)
		return p;
	return tus_read(x);
}
