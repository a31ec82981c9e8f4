/* What the front and a worker tell each other survives the way, and nothing
 * else gets in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ipc/http.h"

#define ARENA_MAX ((size_t)1 << 20)

static struct http_pair query[] = {
    {{"from", 4}, {"2026-11-20", 10}},
    {{"", 0}, {"", 0}},
};
static struct http_pair form[] = {
    {{"caption", 7}, {"D\xc3\xa9part \xf0\x9f\x9a\x8c\r\nligne 2", 20}},
};
static struct http_file file[] = {
    {.handle = 7,
	.name = {"IMG_1.HEIC", 10},
	.bytes = 4711,
	.state = HTTP_FILE_WHOLE,
	.digest = {1, 2, 3}},
    {.handle = UINT64_MAX, .name = {"", 0}, .state = HTTP_FILE_CUT},
};

static struct http_request
full_request(void)
{
	return (struct http_request){.tag = 99,
	    .method = HTTP_POST,
	    .tls = true,
	    .address = {[10] = 0xff, [11] = 0xff, 192, 0, 2, 1},
	    .port = 65535,
	    .path = S("/album/12/photos"),
	    .cookie = S("s=abc"),
	    .host = S("preau.example"),
	    .origin = S("https://preau.example"),
	    .fetch_site = S("same-origin"),
	    .accept_language = S("fr-CA"),
	    .user_agent = S("x"),
	    .if_none_match = S("\"t\""),
	    .csrf = S("token"),
	    .content_type = S("multipart/form-data"),
	    .part = {17, {1, [15] = 2}, 1000},
	    .tus = {.length = 4711,
		.offset = HTTP_NO_BYTES,
		.summed = true,
		.words = S("filename YS5qcGc="),
		.name = S("a.jpg")},
	    .query = query,
	    .n_query = 2,
	    .form = form,
	    .n_form = 1,
	    .file = file,
	    .n_file = 2};
}

static void
a_request_arrives_as_it_was_sent(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(65536);
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct http_request in = full_request(), out;
	struct err e;

	(void)state;
	http_request_write(&b, &in);
	assert_true(http_request_read(a, buf_view(&b), &out, &e));
	assert_int_equal(out.tag, 99);
	assert_int_equal(out.method, HTTP_POST);
	assert_true(out.tls);
	assert_memory_equal(out.address, in.address, 16);
	assert_int_equal(out.port, 65535);
	assert_true(str_eq(out.path, in.path));
	assert_true(str_eq(out.cookie, in.cookie));
	assert_true(str_eq(out.content_type, in.content_type));
	assert_int_equal(out.tus.length, 4711);
	assert_int_equal(out.tus.offset, HTTP_NO_BYTES);
	assert_true(out.tus.summed);
	assert_true(str_eq(out.tus.words, in.tus.words));
	assert_true(str_eq(out.tus.name, in.tus.name));
	assert_int_equal(out.part.copy, 17);
	assert_memory_equal(out.part.mark, in.part.mark, BUNDLE_MARK);
	assert_int_equal(out.part.begins, 1000);
	assert_int_equal(out.n_query, 2);
	assert_true(str_eq(out.query[0].value, query[0].value));
	assert_int_equal(out.n_form, 1);
	assert_true(str_eq(out.form[0].value, form[0].value));
	assert_int_equal(out.n_file, 2);
	assert_int_equal(out.file[1].handle, UINT64_MAX);
	assert_int_equal(out.file[1].state, HTTP_FILE_CUT);
	assert_memory_equal(out.file[0].digest, file[0].digest, 32);
}

/* Every shorter message, and every longer one, is refused. */
static void
a_request_cut_anywhere_is_refused(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(65536);
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct http_request in = full_request(), out;
	struct err e;

	(void)state;
	http_request_write(&b, &in);
	for (size_t n = 0; n < b.n; n++) {
		str cut = {b.p, n};

		assert_false(http_request_read(a, cut, &out, &e));
		assert_int_equal(e.kind, ERR_CORRUPT);
		arena_reset(a);
	}
	buf_byte(&b, 0);
	assert_false(http_request_read(a, buf_view(&b), &out, &e));
}

static bool
request_passes(const struct http_request *q)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 20);
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct http_request out;
	struct err e;

	http_request_write(&b, q);
	return http_request_read(a, buf_view(&b), &out, &e);
}

static void
a_nul_in_a_path_a_value_or_a_file_name_is_refused(void **state)
{
	struct http_request q = full_request();
	struct http_pair p = {S("a"), S("b\0c")};
	struct http_file f = file[0];

	(void)state;
	q.path = S("/a\0b");
	assert_false(request_passes(&q));
	q = full_request();
	q.form = &p;
	assert_false(request_passes(&q));
	q = full_request();
	f.name = S("x\0.jpg");
	q.file = &f;
	q.n_file = 1;
	assert_false(request_passes(&q));
}

static void
a_line_end_in_a_header_is_refused(void **state)
{
	struct http_request q = full_request();

	(void)state;
	q.host = S("a\r\nb");
	assert_false(request_passes(&q));
}

static void
numbers_out_of_range_are_refused(void **state)
{
	struct http_request q = full_request();

	(void)state;
	q.method = HTTP_METHODS;
	assert_false(request_passes(&q));
	q = full_request();
	file[0].state = HTTP_FILE_STATES;
	assert_false(request_passes(&q));
	file[0].state = HTTP_FILE_WHOLE;
}

static void
a_request_larger_than_its_arena_is_refused(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(65536);
	OWNED(arena) a = arena_new(64);
	struct http_request in = full_request(), out;
	struct err e;

	(void)state;
	http_request_write(&b, &in);
	assert_false(http_request_read(a, buf_view(&b), &out, &e));
}

static bool
response_passes(const struct http_response *p, struct http_response *ret)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 20);
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct err e;

	http_response_write(&b, p);
	return http_response_read(a, buf_view(&b), ret, &e);
}

static struct http_response
blob_response(void)
{
	return (struct http_response){.tag = 5,
	    .status = 200,
	    .body = HTTP_BODY_BLOB,
	    .content_type = S("image/jpeg"),
	    .inline_bytes = S("\xff\xd8\xff\xe1"),
	    .key = {.b = {42, [31] = 43}},
	    .skip = 2,
	    .total = 1000,
	    .ranges = HTTP_RANGES_TAGGED};
}

static void
an_answer_arrives_as_it_was_sent(void **state)
{
	struct http_pair h[] = {{S("ETag"), S("\"1\"")}};
	struct http_response in = blob_response(), out;

	(void)state;
	in.header = h;
	in.n_header = 1;
	assert_true(response_passes(&in, &out));
	assert_int_equal(out.status, 200);
	assert_int_equal(out.body, HTTP_BODY_BLOB);
	assert_memory_equal(out.key.b, in.key.b, KEY_BYTES);
	assert_int_equal(out.skip, 2);
	assert_int_equal(out.total, 1000);
	assert_int_equal(out.ranges, HTTP_RANGES_TAGGED);
	assert_int_equal(out.n_header, 1);
}

static void
words_under_a_picture_come_with_a_picture_alone(void **state)
{
	static char many[HTTP_LINE_MAX + 1];
	struct http_response in = {.status = 200,
	    .body = HTTP_BODY_COMPOSED,
	    .content_type = S("image/jpeg"),
	    .code = S("\x5a"),
	    .line = {many, HTTP_LINE_MAX}};
	struct http_response out;

	(void)state;
	memset(many, 'a', sizeof(many));
	assert_true(response_passes(&in, &out));
	assert_int_equal(out.line.n, HTTP_LINE_MAX);
	in.line.n++;
	assert_false(response_passes(&in, &out));
	in.line.n = 3;
	in.code = (str){0};
	for (uint8_t body = 0; body < HTTP_BODIES; body++) {
		in.body = body;
		assert_false(response_passes(&in, &out));
	}
}

static void
an_answer_whose_lengths_disagree_is_refused(void **state)
{
	struct http_response p = blob_response(), out;

	(void)state;
	p.total = 3;
	assert_false(response_passes(&p, &out));
	p.body = HTTP_BODY_INLINE;
	p.total = 5;
	assert_false(response_passes(&p, &out));
	p.total = 4;
	assert_true(response_passes(&p, &out));
	p.status = 199;
	assert_false(response_passes(&p, &out));
}

static void
a_header_with_a_line_end_never_leaves_the_front(void **state)
{
	struct http_pair h[] = {{S("Location"), S("/a\r\nSet-Cookie: x")}};
	struct http_response p = blob_response(), out;

	(void)state;
	p.header = h;
	p.n_header = 1;
	assert_false(response_passes(&p, &out));
	h[0].value = S("/a");
	assert_true(response_passes(&p, &out));
	h[0].name = (str){0};
	assert_false(response_passes(&p, &out));
}

static void
a_leave_to_send_arrives_and_needs_a_handle(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	struct http_file_go in = {.tag = 1,
				.handle = 2,
				.max_bytes = 3,
				.from = 5,
				.total = 6,
				.key = {.b = {4}}},
			    out;
	struct err e;

	(void)state;
	http_file_go_write(&b, &in);
	assert_true(http_file_go_read(buf_view(&b), &out, &e));
	assert_int_equal(out.handle, 2);
	assert_int_equal(out.max_bytes, 3);
	assert_int_equal(out.from, 5);
	assert_int_equal(out.total, 6);
	assert_memory_equal(out.key.b, in.key.b, KEY_BYTES);
	in.from = 7;
	buf_clear(&b);
	http_file_go_write(&b, &in);
	assert_false(http_file_go_read(buf_view(&b), &out, &e));
	in.from = in.handle = 0;
	buf_clear(&b);
	http_file_go_write(&b, &in);
	assert_false(http_file_go_read(buf_view(&b), &out, &e));
}

static void
only_the_named_paths_take_files(void **state)
{
	(void)state;
	assert_int_equal(http_takes(S("/album/12/photos")), HTTP_TAKES_MEDIA);
	assert_int_equal(http_takes(S("/roster/import")), HTTP_TAKES_SHEET);
	assert_int_equal(http_takes(S("/album/12/pieces")), HTTP_TAKES_PIECES);
	assert_int_equal(
	    http_takes(S("/album/12/pieces/7")), HTTP_TAKES_PIECES);
	assert_int_equal(http_takes(S("/album/12/pieces/x")), HTTP_TAKES_FORM);
	assert_int_equal(http_takes(S("/album/12/photos/")), HTTP_TAKES_FORM);
	assert_int_equal(http_takes(S("/album/x/photos")), HTTP_TAKES_FORM);
	assert_int_equal(http_takes(S("/album//photos")), HTTP_TAKES_FORM);
	assert_int_equal(http_takes(S("/album/12")), HTTP_TAKES_FORM);
	assert_int_equal(http_takes(S("")), HTTP_TAKES_FORM);
	assert_int_equal(http_takes(S("/")), HTTP_TAKES_FORM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_arrives_as_it_was_sent),
	    cmocka_unit_test(a_request_cut_anywhere_is_refused),
	    cmocka_unit_test(a_nul_in_a_path_a_value_or_a_file_name_is_refused),
	    cmocka_unit_test(a_line_end_in_a_header_is_refused),
	    cmocka_unit_test(numbers_out_of_range_are_refused),
	    cmocka_unit_test(a_request_larger_than_its_arena_is_refused),
	    cmocka_unit_test(an_answer_arrives_as_it_was_sent),
	    cmocka_unit_test(words_under_a_picture_come_with_a_picture_alone),
	    cmocka_unit_test(an_answer_whose_lengths_disagree_is_refused),
	    cmocka_unit_test(a_header_with_a_line_end_never_leaves_the_front),
	    cmocka_unit_test(a_leave_to_send_arrives_and_needs_a_handle),
	    cmocka_unit_test(only_the_named_paths_take_files),
	};

	return cmocka_run_group_tests_name("ipc/http", tests, NULL, NULL);
}
