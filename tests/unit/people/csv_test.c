#include "people/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"

static struct arena *arena;

static struct csv
read_bytes(str bytes)
{
	struct csv csv;
	struct err e;

	arena_reset(arena);
	assert_true(csv_read(arena, bytes, &csv, &e));
	return csv;
}

#define READ(lit) read_bytes(S(lit))

static void
cell_is(const struct csv *csv, size_t row, size_t column, const char *text)
{
	assert_true(row < csv->n && column < csv->v[row].n);
	str s = csv->v[row].cell[column];

	if (!str_eq(s, str_c(text)))
		fail_msg("\"" STR_FMT "\" is not \"%s\"", STR_ARG(s), text);
}

static void
fault_is(struct csv csv, const char *part, int64_t line, int column)
{
	if (csv.fault.text == NULL || strstr(csv.fault.text, part) == NULL)
		fail_msg("\"%s\" is not about \"%s\"",
		    csv.fault.text == NULL ? "" : csv.fault.text, part);
	assert_int_equal(csv.fault.line, line);
	assert_int_equal(csv.fault.column, column);
	assert_int_equal(csv.n, 0);
}

static void
plain_cells_come_out(void **state)
{
	struct csv csv = READ("first,last\nLou,Petit\n");

	(void)state;
	assert_null(csv.fault.text);
	assert_int_equal(csv.n, 2);
	assert_int_equal(csv.separator, ',');
	assert_int_equal(csv.v[1].n, 2);
	assert_int_equal(csv.v[1].line, 2);
	cell_is(&csv, 0, 0, "first");
	cell_is(&csv, 1, 1, "Petit");
}

static void
the_separator_is_found_out(void **state)
{
	struct csv csv = READ("a;b, c;d\n1;2;3\n");

	(void)state;
	assert_int_equal(csv.separator, ';');
	assert_int_equal(csv.v[0].n, 3);
	csv = READ("a\tb;c\td\n");
	assert_int_equal(csv.separator, '\t');
	csv = READ("\"a;b;c;d\",e,f\n");
	assert_int_equal(csv.separator, ',');
	assert_int_equal(csv.v[0].n, 3);
	csv = READ("alone\n");
	assert_int_equal(csv.v[0].n, 1);
	csv = READ("sep=,\r\na,b;c;d\r\n");
	assert_int_equal(csv.separator, ',');
	assert_int_equal(csv.n, 1);
	assert_int_equal(csv.v[0].line, 2);
	cell_is(&csv, 0, 1, "b;c;d");
}

static void
line_ends_of_all_kinds_are_counted(void **state)
{
	struct csv csv = READ("a,b\r\nc,d\re,f\n\n\r\ng,h");

	(void)state;
	assert_int_equal(csv.n, 4);
	assert_int_equal(csv.v[1].line, 2);
	assert_int_equal(csv.v[2].line, 3);
	assert_int_equal(csv.v[3].line, 6);
	cell_is(&csv, 3, 1, "h");
}

static void
quotes_hold_separators_quotes_and_lines(void **state)
{
	struct csv csv =
	    READ("a;b\n\"x;\"\"y\"\"\";\"one\r\ntwo\rthree\"\n\"\";\"z\"\n");

	(void)state;
	assert_null(csv.fault.text);
	assert_int_equal(csv.n, 3);
	cell_is(&csv, 1, 0, "x;\"y\"");
	cell_is(&csv, 1, 1, "one\ntwo\nthree");
	assert_int_equal(csv.v[2].line, 5);
	cell_is(&csv, 2, 0, "");
	cell_is(&csv, 2, 1, "z");
	csv = READ("5\" wheel,Jean \"Jeannot\"\n");
	cell_is(&csv, 0, 0, "5\" wheel");
	cell_is(&csv, 0, 1, "Jean \"Jeannot\"");
}

static void
empty_rows_are_left_out(void **state)
{
	struct csv csv = READ("a;b\n;;;\n\n\"\"\n;x\n");

	(void)state;
	assert_int_equal(csv.n, 2);
	assert_int_equal(csv.v[1].line, 5);
	assert_int_equal(csv.v[1].n, 2);
	csv = READ("");
	assert_int_equal(csv.n, 0);
	assert_null(csv.fault.text);
	csv = READ("\n\n");
	assert_int_equal(csv.n, 0);
	assert_null(csv.fault.text);
}

static void
quotes_out_of_place_are_named(void **state)
{
	(void)state;
	fault_is(READ("a,b\n1,\"never\n\nclosed"), "never closed", 2, 2);
	fault_is(READ("a,b\n\"1\" ,2\n"), "after the closing", 2, 1);
	fault_is(READ("a,b\n1,2\n3,\"x\"y\n"), "after the closing", 3, 2);
	fault_is(READ("\""), "never closed", 1, 1);
}

static void
every_encoding_becomes_utf8(void **state)
{
	struct csv csv = READ("\xef\xbb\xbfNo\xc3\xabl,\xf0\x9f\x90\xa6\n");

	(void)state;
	assert_int_equal(csv.charset, CSV_UTF8);
	cell_is(&csv, 0, 0, "No\xc3\xabl");
	cell_is(&csv, 0, 1, "\xf0\x9f\x90\xa6");
	csv = READ("No\xebl;\x80 5;\x9cuvre;\"d\x92\xe9t\xe9\"\n");
	assert_int_equal(csv.charset, CSV_WINDOWS_1252);
	cell_is(&csv, 0, 0, "No\xc3\xabl");
	cell_is(&csv, 0, 1, "\xe2\x82\xac 5");
	cell_is(&csv, 0, 2, "\xc5\x93uvre");
	cell_is(&csv, 0, 3, "d\xe2\x80\x99\xc3\xa9t\xc3\xa9");
	csv = READ("S\xbdur No\xebl;5 \xa4\n");
	assert_int_equal(csv.charset, CSV_ISO_8859_15);
	cell_is(&csv, 0, 0, "S\xc5\x93ur No\xc3\xabl");
	cell_is(&csv, 0, 1, "5 \xe2\x82\xac");
	csv = READ("1 \xbd heure;\xe9t\xe9\n");
	assert_int_equal(csv.charset, CSV_WINDOWS_1252);
	cell_is(&csv, 0, 0, "1 \xc2\xbd heure");
}

static void
two_encodings_in_one_file_are_refused(void **state)
{
	(void)state;
	fault_is(READ("nom\nNo\xebl\nZo\xc3\xa9\n"), "mixes", 3, 0);
	fault_is(READ("\xef\xbb\xbfnom\nNo\xebl\n"), "mixes", 1, 0);
}

static void
what_is_no_text_is_refused(void **state)
{
	(void)state;
	fault_is(READ("a,b\nc\0,d\n"), "not a CSV", 2, 0);
	fault_is(READ("PK\x03\x04\0\0"), "not a CSV", 1, 0);
	fault_is(READ("\xff\xfe"
		      "a\0,\0b\0"),
	    "UTF-16", 0, 0);
	fault_is(READ("\xfe\xff\0a"), "UTF-16", 0, 0);
	fault_is(READ("nom\nNo\xebl\n\x81\n"), "no text", 3, 0);
}

static void
broken_utf8_never_comes_out(void **state)
{
	/* Too long, a surrogate, past the last: read as Windows-1252. */
	static const char *const broken[] = {
	    "\xc0\xaf", "\xed\xa0\x80x", "\xf5\x80\x80\x80", "\xe2\x82"};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct csv csv = read_bytes(str_c(broken[i]));

		assert_null(csv.fault.text);
		assert_int_equal(csv.charset, CSV_WINDOWS_1252);
		assert_true(utf8_valid(csv.v[0].cell[0]));
	}
}

static void
formulas_are_only_text(void **state)
{
	struct csv csv = READ("=1+1,@x,-2,\"=HYPERLINK(\"\"a\"\")\"\n");

	(void)state;
	cell_is(&csv, 0, 0, "=1+1");
	cell_is(&csv, 0, 3, "=HYPERLINK(\"a\")");
}

static struct csv
of_rows(struct buf *b, int rows, const char *before, const char *after)
{
	buf_clear(b);
	for (int i = 0; i < rows; i++)
		buf_printf(b, "%s%d%s", before, i, after);
	return read_bytes(buf_view(b));
}

static void
ten_thousand_lines_and_not_one_more(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CSV_BYTES_MAX);
	struct csv csv = of_rows(&b, CSV_ROWS_MAX, "child ", ";\"a\";;b\r\n");

	(void)state;
	assert_null(csv.fault.text);
	assert_int_equal(csv.n, CSV_ROWS_MAX);
	cell_is(&csv, 10000, 0, "child 10000");
	assert_int_equal(csv.v[10000].line, 10001);
	csv = of_rows(&b, CSV_ROWS_MAX + 1, "child ", ";\"a\";;b\r\n");
	fault_is(csv, "10,000 lines", 10002, 0);
}

static void
wide_and_long_files_have_an_end(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CSV_BYTES_MAX + 16);
	struct csv csv;

	(void)state;
	csv = of_rows(&b, CSV_COLUMNS_MAX - 1, ";", "");
	assert_int_equal(csv.n, 1);
	assert_int_equal(csv.v[0].n, CSV_COLUMNS_MAX);
	fault_is(of_rows(&b, CSV_COLUMNS_MAX, ";", ""), "64 columns", 1, 0);
	buf_clear(&b);
	for (size_t i = 0; i < CSV_BYTES_MAX; i++)
		buf_byte(&b, 'x');
	csv = read_bytes(buf_view(&b));
	assert_int_equal(csv.v[0].cell[0].n, CSV_BYTES_MAX);
	buf_byte(&b, 'x');
	fault_is(read_bytes(buf_view(&b)), "4 MB", 0, 0);
}

static void
the_worst_file_fits_its_arena(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CSV_BYTES_MAX);
	struct csv csv;

	(void)state;
	for (int i = 0; i < CSV_ROWS_MAX; i++) {
		for (int k = 1; k < CSV_COLUMNS_MAX; k++)
			buf_printf(&b, k < 60 ? "\x80;" : "%d;", i);
		buf_byte(&b, '\n');
	}
	assert_false(b.full);
	csv = read_bytes(buf_view(&b));
	assert_null(csv.fault.text);
	assert_int_equal(csv.n, CSV_ROWS_MAX);
}

static void
a_small_arena_is_a_limit(void **state)
{
	OWNED(arena) small = arena_new(4096);
	CLEANUP(buf_done) struct buf b = BUF_MAX(CSV_BYTES_MAX);
	struct csv csv = {.n = 7};
	struct err e;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "a,b\n");
	assert_false(csv_read(small, buf_view(&b), &csv, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(csv.n, 7);
}

static int
begin(void **state)
{
	(void)state;
	arena = arena_new(CSV_ARENA_MAX);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_cells_come_out),
	    cmocka_unit_test(the_separator_is_found_out),
	    cmocka_unit_test(line_ends_of_all_kinds_are_counted),
	    cmocka_unit_test(quotes_hold_separators_quotes_and_lines),
	    cmocka_unit_test(empty_rows_are_left_out),
	    cmocka_unit_test(quotes_out_of_place_are_named),
	    cmocka_unit_test(every_encoding_becomes_utf8),
	    cmocka_unit_test(two_encodings_in_one_file_are_refused),
	    cmocka_unit_test(what_is_no_text_is_refused),
	    cmocka_unit_test(broken_utf8_never_comes_out),
	    cmocka_unit_test(formulas_are_only_text),
	    cmocka_unit_test(ten_thousand_lines_and_not_one_more),
	    cmocka_unit_test(wide_and_long_files_have_an_end),
	    cmocka_unit_test(the_worst_file_fits_its_arena),
	    cmocka_unit_test(a_small_arena_is_a_limit),
	};

	return cmocka_run_group_tests_name("csv", tests, begin, end);
}
