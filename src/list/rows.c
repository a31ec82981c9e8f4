#include "list/rows.h"

#include <stdlib.h>

#define PIECE 65536

struct rows {
	struct source *source;
	char separator;
	size_t n, at;
	bool ended;
	int64_t line, offset;
	size_t used; /* of text */
	char piece[PIECE];
	char text[ROW_BYTES_MAX];
};

struct rows *
rows_new(struct source *s, char separator, struct err *e)
{
	struct rows *r = malloc(sizeof(*r));

	if (r == NULL) {
		err_set(e, ERR_LIMIT, "no memory");
		return NULL;
	}
	r->source = s;
	r->separator = separator;
	r->n = r->at = r->used = 0;
	r->ended = false;
	r->line = 1;
	r->offset = 0;
	return r;
}

void
rows_free(struct rows *r)
{
	free(r);
}

void
rows_set_separator(struct rows *r, char c)
{
	r->separator = c;
}

static bool
peek(struct rows *r, int *ret, struct err *e)
{
	if (r->at == r->n && !r->ended) {
		r->at = r->n = 0;
		if (!source_read(
			r->source, r->piece, sizeof(r->piece), &r->n, e))
			return false;
		r->ended = r->n == 0;
	}
	*ret = r->at == r->n ? -1 : (uint8_t)r->piece[r->at];
	return true;
}

static void
take(struct rows *r)
{
	r->at++;
	r->offset++;
}

static bool
skip_mark(struct rows *r, struct err *e)
{
	static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
	int c;

	for (size_t i = 0; i < sizeof(mark); i++) {
		if (!peek(r, &c, e))
			return false;
		if (i == 0 && (c == 0xff || c == 0xfe))
			return err_set(
			    e, ERR_INPUT, "UTF-16; only UTF-8 is read");
		if (c != mark[i])
			return true; /* a torn mark is part of the first cell */
		take(r);
	}
	return true;
}

/* The line end is next: \r\n is one. */
static bool
take_line_end(struct rows *r, struct err *e)
{
	int c;

	if (!peek(r, &c, e))
		return false;
	take(r);
	r->line++;
	if (c != '\r')
		return true;
	if (!peek(r, &c, e))
		return false;
	if (c == '\n')
		take(r);
	return true;
}

static void
put(struct rows *r, struct row *row, char c)
{
	if (r->used == sizeof(r->text))
		row->malformed = true;
	else
		r->text[r->used++] = c;
}

static void
end_cell(struct rows *r, struct row *row, size_t from)
{
	if (row->n == ROW_CELLS_MAX)
		row->malformed = true;
	else
		row->cell[row->n++] = (str){r->text + from, r->used - from};
}

/* What stands between quotes; the opening one was taken. */
static bool
read_quoted(struct rows *r, struct row *row, struct err *e)
{
	int c;

	for (;;) {
		if (!peek(r, &c, e))
			return false;
		if (c == -1) {
			row->malformed = true;
			return true;
		}
		if (c == '\n')
			r->line++;
		take(r);
		if (c != '"') {
			put(r, row, (char)c);
			continue;
		}
		if (!peek(r, &c, e))
			return false;
		if (c != '"')
			return true;
		put(r, row, '"');
		take(r);
	}
}

/* As many plain bytes as are here at once. */
static void
take_plain(struct rows *r, struct row *row)
{
	const char *p = r->piece + r->at;
	size_t n = 0, most = r->n - r->at;

	while (n < most && p[n] != '\n' && p[n] != '\r' && p[n] != '"' &&
	       p[n] != r->separator)
		n++;
	if (n > sizeof(r->text) - r->used) {
		row->malformed = true;
		r->used = sizeof(r->text);
	} else {
		memcpy(r->text + r->used, p, n);
		r->used += n;
	}
	r->at += n;
	r->offset += (int64_t)n;
}

/* Cells up to the line end, which stays. */
static bool
read_cells(struct rows *r, struct row *row, struct err *e)
{
	size_t from = 0;
	int c;

	for (;;) {
		if (!peek(r, &c, e))
			return false;
		if (c == -1 || c == '\n' || c == '\r')
			break;
		if (r->separator != 0 && c == r->separator) {
			take(r);
			end_cell(r, row, from);
			from = r->used;
		} else if (r->separator != 0 && c == '"' && r->used == from) {
			take(r);
			if (!read_quoted(r, row, e))
				return false;
		} else if (c == '"' || c == r->separator) {
			put(r, row, (char)c); /* 0 as separator: a NUL byte */
			take(r);
		} else {
			take_plain(r, row);
		}
	}
	end_cell(r, row, from);
	return true;
}

bool
rows_next(struct rows *r, struct row *ret, bool *ret_more, struct err *e)
{
	int c;

	if (r->offset == 0 && !skip_mark(r, e))
		return false;
	if (!peek(r, &c, e))
		return false;
	*ret_more = c != -1;
	if (c == -1)
		return true;
	ret->n = 0;
	ret->malformed = false;
	ret->line = r->line;
	ret->offset = r->offset;
	r->used = 0;
	if (!read_cells(r, ret, e) || !peek(r, &c, e))
		return false;
	return c == -1 || take_line_end(r, e);
}
