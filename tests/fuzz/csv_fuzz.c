/* A table that was read, written out in quotes and read again is the same; no
 * cell is anything but UTF-8; a fault names a line of the file. */
#include "people/csv.h"

#include "base/buf.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
write_cell(struct buf *b, str s)
{
	buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_byte(b, '"');
		buf_byte(b, s.p[i]);
	}
	buf_byte(b, '"');
}

static void
write_table(struct buf *b, const struct csv *csv)
{
	buf_printf(b, "sep=%c\n", csv->separator);
	for (size_t i = 0; i < csv->n; i++)
		for (size_t k = 0; k < csv->v[i].n; k++) {
			write_cell(b, csv->v[i].cell[k]);
			buf_byte(
			    b, k + 1 < csv->v[i].n ? csv->separator : '\n');
		}
}

static void
must_be_same(const struct csv *a, const struct csv *b)
{
	must(b->fault.text == NULL && a->n == b->n);
	for (size_t i = 0; i < a->n; i++) {
		must(a->v[i].n == b->v[i].n);
		for (size_t k = 0; k < a->v[i].n; k++)
			must(str_eq(a->v[i].cell[k], b->v[i].cell[k]));
	}
}

static void
check_table(const struct csv *csv, size_t size)
{
	must(csv->n <= CSV_ROWS_MAX);
	for (size_t i = 0; i < csv->n; i++) {
		must(csv->v[i].n >= 1 && csv->v[i].n <= CSV_COLUMNS_MAX);
		must(csv->v[i].line >= 1 && csv->v[i].line <= (int64_t)size);
		for (size_t k = 0; k < csv->v[i].n; k++)
			must(utf8_valid(csv->v[i].cell[k]));
	}
	if (csv->fault.text == NULL)
		return;
	must(csv->n == 0 && csv->fault.line >= 0 &&
	     csv->fault.line <= (int64_t)size);
	must(csv->fault.column >= 0 && csv->fault.column <= CSV_COLUMNS_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OWNED(arena) a = arena_new(CSV_ARENA_MAX);
	CLEANUP(buf_done) struct buf b = BUF_MAX(CSV_BYTES_MAX);
	struct csv csv, again;
	struct err e;

	must(csv_read(a, (str){(const char *)data, size}, &csv, &e));
	check_table(&csv, size);
	if (csv.n == 0)
		return 0;
	write_table(&b, &csv);
	if (b.full)
		return 0;
	must(csv_read(a, buf_view(&b), &again, &e));
	must_be_same(&csv, &again);
	return 0;
}
