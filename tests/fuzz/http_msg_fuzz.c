/* The first byte chooses the message.  What is accepted must be written back
 * to the very same bytes: one meaning has one spelling. */
#include "ipc/http.h"

#define ARENA_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must_be(const struct buf *b, str s)
{
	if (!str_eq(buf_view(b), s))
		__builtin_trap();
}

static void
as_request(struct arena *a, str s, struct buf *b)
{
	struct http_request q;
	struct err e;

	if (!http_request_read(a, s, &q, &e))
		return;
	if (q.path.n > HTTP_PATH_MAX || q.n_file > HTTP_FILES_MAX ||
	    q.n_form > HTTP_PAIRS_MAX || q.method >= HTTP_METHODS)
		__builtin_trap();
	(void)http_takes(q.path);
	http_request_write(b, &q);
	must_be(b, s);
}

static void
as_response(struct arena *a, str s, struct buf *b)
{
	struct http_response p;
	struct err e;

	if (!http_response_read(a, s, &p, &e))
		return;
	http_response_write(b, &p);
	must_be(b, s);
}

static void
as_file_go(str s, struct buf *b)
{
	struct http_file_go g;
	struct err e;

	if (!http_file_go_read(s, &g, &e))
		return;
	http_file_go_write(b, &g);
	must_be(b, s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 20);
	OWNED(arena) a = arena_new(ARENA_MAX);
	str s;

	if (n == 0)
		return 0;
	s = (str){(const char *)p + 1, n - 1};
	if (p[0] % 3 == 0)
		as_request(a, s, &b);
	else if (p[0] % 3 == 1)
		as_response(a, s, &b);
	else
		as_file_go(s, &b);
	return 0;
}
