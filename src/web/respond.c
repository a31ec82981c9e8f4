#include <assert.h>

#include "web/web.h"

#define HEADERS_MAX \
	(sizeof(((struct response *)0)->header) / sizeof(struct http_pair))

void
respond_header(
    struct request *r, struct response *out, const char *name, str value)
{
	(void)r;
	assert(out->http.n_header < HEADERS_MAX);
	out->header[out->http.n_header++] =
	    (struct http_pair){str_c(name), value};
	out->http.header = out->header;
}

bool
respond_page(struct request *r, struct response *out, int status)
{
	out->status = status;
	out->http.body = HTTP_BODY_INLINE;
	out->http.content_type = S("text/html; charset=utf-8");
	out->http.inline_bytes = buf_view(r->view.out);
	out->http.total = r->view.out->n;
	return true;
}

bool
respond_see_other(struct request *r, struct response *out, str path)
{
	out->status = 303;
	out->http.body = HTTP_BODY_INLINE;
	respond_header(r, out, "Location", path);
	return true;
}

bool
respond_bytes(
    struct request *r, struct response *out, str content_type, str bytes)
{
	(void)r;
	out->status = 200;
	out->http.body = HTTP_BODY_INLINE;
	out->http.content_type = content_type;
	out->http.inline_bytes = bytes;
	out->http.total = bytes.n;
	return true;
}

static str
pair_value(const struct http_pair *p, size_t n, const char *name)
{
	str want = str_c(name);

	for (size_t i = 0; i < n; i++)
		if (str_eq(p[i].name, want))
			return p[i].value;
	return (str){0};
}

str
request_query(const struct request *r, const char *name)
{
	return pair_value(r->http->query, r->http->n_query, name);
}

str
request_field(const struct request *r, const char *name)
{
	return pair_value(r->http->form, r->http->n_form, name);
}

bool
request_has(const struct request *r, str mark)
{
	str header = r->http->if_none_match, one;

	while (header.n > 0) {
		(void)str_cut(&header, ',', &one);
		one = str_trim(one);
		if (str_eq(one, S("*")) || str_eq(one, mark))
			return true;
	}
	return false;
}

str
request_cookie(const struct request *r, const char *name)
{
	str rest = r->http->cookie, one, key, want = str_c(name);

	while (rest.n > 0) {
		str_cut(&rest, ';', &one);
		one = str_trim(one);
		if (str_cut(&one, '=', &key) && str_eq(key, want))
			return one;
	}
	return (str){0};
}
