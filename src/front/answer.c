#include "front/answer.h"

#include <strings.h>

#include "base/log.h"
#include "front/bundling.h"
#include "front/exchange.h"
#include "front/front.h"
#include "front/range.h"
#include "front/source.h"
#include "web/asset.h"

#define FOREVER "public, max-age=31536000, immutable"
#define A_WHILE "public, max-age=3600"

/* What browsers look for at a fixed place, if there is such a file. */
static const struct {
	const char *path, *name;
} fixed_places[] = {
    {"/robots.txt", "robots.txt"}, {"/favicon.ico", "favicon.ico"},
    {"/sw.js", "sw.js"}, /* here it has the whole place for its scope */
};

/* libmicrohttpd takes it without const and does not write to it. */
static struct MHD_Response *
fixed_response(str s)
{
	void *p;

	memcpy(&p, &s.p, sizeof(p));
	return MHD_create_response_from_buffer(s.n, p, MHD_RESPMEM_PERSISTENT);
}

static const char *const house[][2] = {
    {"Content-Security-Policy",
	"default-src 'none'; img-src 'self'; media-src 'self'; style-src "
	"'self'; "
	"script-src 'self'; font-src 'self'; connect-src 'self'; "
	"manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri "
	"'none'; "
	"frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy",
	"accelerometer=(), autoplay=(), camera=(), display-capture=(), "
	"encrypted-media=(), fullscreen=(self), geolocation=(), "
	"gyroscope=(), magnetometer=(), microphone=(), midi=(), "
	"payment=(), usb=(), xr-spatial-tracking=()"},
};

/* What a worker may say of its own. */
static const char *const workers_heads[] = {"Location", "Set-Cookie", "ETag",
    "Last-Modified", "Cache-Control", "Vary", "Content-Language",
    "Content-Disposition", "Retry-After", "Clear-Site-Data", "Allow", "Refresh",
    "Upload-Offset", "Upload-Length", "Upload-Metadata", "Upload-Expires",
    "X-Preau-State"};

void
answer_head(struct MHD_Response *r, const char *name, const char *value)
{
	if (MHD_add_response_header(r, name, value) != MHD_YES)
		log_error("a header was not added: %s", name);
}

void
answer_house_heads(struct MHD_Response *r, bool tls, bool cached)
{
	for (size_t i = 0; i < sizeof(house) / sizeof(house[0]); i++)
		answer_head(r, house[i][0], house[i][1]);
	if (!cached)
		answer_head(r, "Cache-Control", "private, no-store");
	if (tls)
		answer_head(r, "Strict-Transport-Security", "max-age=31536000");
}

static bool
is(str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static str
head_of(const struct http_response *p, const char *name)
{
	for (size_t i = 0; i < p->n_header; i++)
		if (is(p->header[i].name, name))
			return p->header[i].value;
	return (str){0};
}

static void
add_str(struct exchange *x, struct MHD_Response *r, const char *name, str v)
{
	char *z = arena_cstr(x->front->scratch, v);

	if (z != NULL)
		answer_head(r, name, z);
}

static void
add_workers_heads(
    struct exchange *x, struct MHD_Response *r, const struct http_response *p)
{
	for (size_t i = 0; i < p->n_header; i++) {
		const char *name = NULL;

		for (size_t k = 0;
		     k < sizeof(workers_heads) / sizeof(workers_heads[0]); k++)
			if (is(p->header[i].name, workers_heads[k]))
				name = workers_heads[k];
		if (name == NULL)
			log_warn("a worker's header is not on the list");
		else
			add_str(x, r, name, p->header[i].value);
	}
}

/* Which part of the body goes out; ranges only for what says it allows it. */
static struct range_part
choose_part(struct exchange *x, const struct http_response *p, uint64_t total,
    unsigned *status)
{
	struct range_part part = {0, total};
	str etag = head_of(p, "ETag");

	if (p->ranges == HTTP_RANGES_NONE || p->status != 200 ||
	    x->q.method != HTTP_GET || x->range.n == 0)
		return part;
	if (p->ranges == HTTP_RANGES_TAGGED && x->if_range.n == 0)
		return part;
	/* Only a strong tag that is the same proves that it is the same. */
	if (x->if_range.n > 0 &&
	    (etag.n == 0 || etag.p[0] != '"' || !str_eq(x->if_range, etag)))
		return part;
	switch (range_of(x->range, total, &part)) {
	case RANGE_PART:
		*status = 206;
		break;
	case RANGE_NOWHERE:
		*status = 416;
		break;
	case RANGE_WHOLE:
		break;
	}
	return part;
}

static void
add_range_heads(struct exchange *x, struct MHD_Response *r,
    const struct http_response *p, const struct range_part *part,
    unsigned long long total, unsigned status)
{
	unsigned long long first = part->first;
	str v;

	if (p->ranges != HTTP_RANGES_NONE)
		answer_head(r, "Accept-Ranges", "bytes");
	if (status == 206)
		v = arena_fmt(x->front->scratch, "bytes %llu-%llu/%llu", first,
		    first + part->n - 1, total);
	else if (status == 416)
		v = arena_fmt(x->front->scratch, "bytes */%llu", total);
	else
		return;
	add_str(x, r, "Content-Range", v);
}

/* *s: what is not inline, or NULL; taken on success. */
static struct MHD_Response *
make_body(const struct exchange *x, const struct http_response *p,
    struct source **s, const struct range_part *part, unsigned status,
    struct err *e)
{
	struct MHD_Response *r = NULL;
	str bytes;

	if (status == 416)
		r = fixed_response(S(""));
	else if (*s != NULL)
		return source_response(
		    s, part->first, part->n, x->q.method != HTTP_HEAD, e);
	else if (arena_str(x->arena, p->inline_bytes.p, p->inline_bytes.n,
		     &bytes)) /* which outlives what is sent of it */
		r = fixed_response(bytes);
	if (r == NULL)
		(void)err_set(e, ERR_LIMIT, "no memory for an answer");
	return r;
}

/* A bundle is one of a few; who only asks how long it is does not count. */
static bool
may_begin(const struct exchange *x, const struct source *s,
    const struct range_part *part, unsigned *status, struct err *e)
{
	struct bundling *b = source_bundling(s);

	if (b == NULL || x->q.method == HTTP_HEAD || *status == 416 ||
	    bundling_admit(b, *status == 206, part->first + part->n, e))
		return true;
	log_info("a take-away was refused: %s", e->msg);
	*status = 429;
	return false;
}

struct MHD_Response *
answer_make(struct exchange *x, const struct http_response *p, int *fd,
    unsigned *io_status)
{
	struct range_part part = {0, p->inline_bytes.n};
	OWNED(source) s = NULL;
	struct MHD_Response *r = NULL;
	uint64_t total = 0;
	struct err e;

	if (p->body != HTTP_BODY_INLINE &&
	    (s = source_new(x, p, fd, &e)) != NULL) {
		total = source_bytes(s);
		part = choose_part(x, p, total, io_status);
	}
	if (s != NULL && !may_begin(x, s, &part, io_status, &e))
		return NULL;
	if (p->body == HTTP_BODY_INLINE || s != NULL)
		r = make_body(x, p, &s, &part, *io_status, &e);
	if (r == NULL) {
		log_err(LOG_LEVEL_ERROR, &e, "an answer was not made");
		return NULL;
	}
	add_workers_heads(x, r, p);
	if (p->content_type.n > 0 && *io_status != 416)
		add_str(x, r, "Content-Type", p->content_type);
	if (p->body != HTTP_BODY_INLINE)
		add_range_heads(x, r, p, &part, total, *io_status);
	answer_house_heads(r, x->q.tls, head_of(p, "Cache-Control").n > 0);
	x->answer_bytes = part.n;
	return r;
}

/* "gzip" as a word of the list; a client that forbids it says q=0. */
static bool
takes_gzip(str list)
{
	str one, word;

	while (list.n > 0) {
		(void)str_cut(&list, ',', &one);
		(void)str_cut(&one, ';', &word);
		if (is(str_trim(word), "gzip"))
			return !is(str_trim(one), "q=0");
	}
	return false;
}

static struct MHD_Response *
asset_response(struct exchange *x, const struct asset *a, unsigned *ret_status)
{
	bool gzip = a->gzip.n > 0 && takes_gzip(x->accept_encoding);
	str bytes = gzip ? a->gzip : a->bytes;
	struct MHD_Response *r;
	/* The path carries the digest of what it names. */
	str tag =
	    arena_fmt(x->front->scratch, "W/\"" STR_FMT "\"", STR_ARG(a->path));

	*ret_status = 200;
	if (tag.n > 0 && str_eq(x->q.if_none_match, tag)) {
		*ret_status = 304;
		bytes = (str){"", 0};
	}
	r = fixed_response(bytes);
	if (r == NULL)
		return NULL;
	add_str(x, r, "ETag", tag);
	if (*ret_status == 200)
		add_str(x, r, "Content-Type", a->type);
	if (gzip && *ret_status == 200)
		answer_head(r, "Content-Encoding", "gzip");
	if (a->gzip.n > 0)
		answer_head(r, "Vary", "Accept-Encoding");
	answer_head(
	    r, "Cache-Control", str_eq(a->path, x->q.path) ? FOREVER : A_WHILE);
	answer_house_heads(r, x->q.tls, true);
	return r;
}

static const struct asset *
find_asset(str path)
{
	for (size_t i = 0; i < sizeof(fixed_places) / sizeof(fixed_places[0]);
	     i++)
		if (str_eq(path, str_c(fixed_places[i].path)))
			return asset_named(fixed_places[i].name);
	return asset_find(path);
}

static struct MHD_Response *
health(struct exchange *x, unsigned *ret_status)
{
	bool well = x->front->pool.n_live > 0;
	struct MHD_Response *r =
	    fixed_response(well ? S("ok\n") : S("no workers\n"));

	if (r == NULL)
		return NULL;
	*ret_status = well ? 200 : 503;
	answer_head(r, "Content-Type", "text/plain; charset=utf-8");
	answer_house_heads(r, x->q.tls, false);
	return r;
}

struct MHD_Response *
answer_own(struct exchange *x, unsigned *ret_status)
{
	const struct asset *a;

	if (x->q.method == HTTP_OPTIONS)
		return tus_options(x, ret_status);
	if (!http_reads(x->q.method))
		return NULL;
	if (str_eq(x->q.path, S("/healthz")))
		return health(x, ret_status);
	arena_reset(x->front->scratch);
	a = find_asset(x->q.path);
	if (a != NULL)
		return asset_response(x, a, ret_status);
	return str_starts(x->q.path, S("/static/"))
		   ? page_make(x, PAGE_NOT_FOUND, ret_status)
		   : NULL;
}
