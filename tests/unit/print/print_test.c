/* What goes to the printer and what comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "print/print.h"

/* Pango looks for fonts in a thread of its own, which is still there at the
 * end, with what it found. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}

#define DOCUMENT_MAX ((size_t)1 << 20)

static const struct print_head head = {{"fr", 2}, {"Livre", 5}, {"Zoé", 4}};

static void
put(struct buf *b, enum print_block_kind kind, str text)
{
	const struct print_block k = {.kind = kind,
	    .text = text,
	    .alt = S("Photo 1"),
	    .width = 800,
	    .height = kind == PRINT_PICTURE ? 600 : 0,
	    .bytes = 123456};

	print_block_write(b, &k);
}

static bool
make(const struct buf *document, struct buf *out, struct err *e)
{
	return print_make(buf_view(document), out, e);
}

static void
the_holes_are_as_many_as_the_pictures_and_the_rest_is_small(void **state)
{
	CLEANUP(buf_done) struct buf d = BUF_MAX(DOCUMENT_MAX);
	CLEANUP(buf_done) struct buf out = BUF_MAX(PRINT_PDF_MAX);
	struct print_hole h = {0};
	struct print_pdf pdf;
	struct err e;

	(void)state;
	print_head_write(&d, &head);
	for (int i = 0; i < 100; i++)
		put(&d, PRINT_PICTURE, S("une légende"));
	assert_true(make(&d, &out, &e));
	assert_true(print_pdf_read(buf_view(&out), &pdf, &e));
	assert_int_equal(pdf.n_holes, 100);
	for (uint32_t i = 0; i < 100; i++) {
		assert_true(print_hole_read(&pdf, &h, &e));
		assert_int_equal(h.picture, i);
		assert_memory_equal(pdf.text.p + h.at - 7, "stream\n", 7);
		assert_memory_equal(pdf.text.p + h.at, "\nendstream", 10);
	}
	assert_true(pdf.text.n < 300000);
	assert_null(memmem(pdf.text.p, pdf.text.n, "\xff\xd8\xff", 3));
}

static void
a_document_that_is_cut_or_changed_is_refused(void **state)
{
	CLEANUP(buf_done) struct buf d = BUF_MAX(DOCUMENT_MAX);
	struct err e = {0};

	(void)state;
	print_head_write(&d, &head);
	put(&d, PRINT_TITLE, S("Zoé"));
	put(&d, PRINT_PICTURE, S("une légende"));
	for (size_t n = 1; n < d.n; n++) {
		CLEANUP(buf_done) struct buf out = BUF_MAX(PRINT_PDF_MAX);
		bool whole = n == 8 + 6 + 9 + 8 || n == 8 + 6 + 9 + 8 + 9;

		if (print_make((str){d.p, n}, &out, &e) != whole)
			fail_msg("cut at %zu", n);
	}
	d.p[0] = 'X';
	assert_false(make(&d, &d, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static void
text_that_is_no_text_and_sizes_beyond_the_limits_are_refused(void **state)
{
	static const struct {
		str text;
		uint32_t width, bytes;
	} wrong[] = {{{"\xff", 1}, 800, 1000}, {{"x", 1}, 0, 1000},
	    {{"x", 1}, PRINT_SIDE_MAX + 1, 1000}, {{"x", 1}, 800, 3},
	    {{"x", 1}, 800, PRINT_PICTURE_BYTES_MAX + 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		CLEANUP(buf_done) struct buf d = BUF_MAX(DOCUMENT_MAX);
		CLEANUP(buf_done) struct buf out = BUF_MAX(PRINT_PDF_MAX);
		const struct print_block k = {PRINT_PICTURE, wrong[i].text,
		    {"x", 1}, wrong[i].width, 10, wrong[i].bytes, false};
		struct err e;

		print_head_write(&d, &head);
		print_block_write(&d, &k);
		assert_false(make(&d, &out, &e));
	}
}

static void
an_answer_says_what_it_brings(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct print_made m = {7, 0}, got;
	struct err e;

	(void)state;
	print_made_write(&b, &m);
	assert_true(print_made_read(buf_view(&b), 1, &got, &e));
	assert_int_equal(got.id, 7);
	assert_false(print_made_read(buf_view(&b), 0, &got, &e));
	buf_clear(&b);
	m.failed = ERR_LIMIT;
	print_made_write(&b, &m);
	assert_true(print_made_read(buf_view(&b), 0, &got, &e));
	assert_false(print_made_read(buf_view(&b), 1, &got, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_holes_are_as_many_as_the_pictures_and_the_rest_is_small),
	    cmocka_unit_test(a_document_that_is_cut_or_changed_is_refused),
	    cmocka_unit_test(
		text_that_is_no_text_and_sizes_beyond_the_limits_are_refused),
	    cmocka_unit_test(an_answer_says_what_it_brings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
