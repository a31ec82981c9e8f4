#include "people/csv.h"

#include "base/utf8.h"
#include "lang/lang.h"

struct reader {
	struct arena *a;
	char *p, *end; /* a copy of our own: quoted cells shrink in place */
	char separator;
	int64_t line;
	struct csv_fault fault;
	str cell[CSV_COLUMNS_MAX]; /* of the row at hand */
	size_t n;
	bool full; /* the arena is */
};

static bool
fault(struct csv_fault *f, const char *text, int64_t line, size_t column)
{
	*f = (struct csv_fault){text, line, (int)column};
	return false;
}

/* ---- letters ---- */

static unsigned char
byte_at(str s, size_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : 0;
}

static bool
is_continuation(unsigned char c)
{
	return c >= 0x80 && c <= 0xbf;
}

static bool
is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0xc0;
}

static int64_t
line_at(str s, size_t at)
{
	int64_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += s.p[i] == '\n' ||
			(s.p[i] == '\r' && byte_at(s, i + 1) != '\n');
	return line;
}

/* C3 before a continuation byte is an accented letter of UTF-8, and nothing
 * that anybody writes in the other two: two files were pasted together. */
static bool
is_mixed(str s, size_t *ret_at)
{
	for (size_t i = 0; i < s.n; i++)
		if (byte_at(s, i) == 0xc3 &&
		    is_continuation(byte_at(s, i + 1))) {
			*ret_at = i;
			return true;
		}
	return false;
}

/* œ, Œ and Ÿ of ISO-8859-15 are ½, ¼ and ¾ in the other: inside a word they
 * are letters.  80 to 9F are letters and signs in Windows-1252 only. */
static enum csv_charset
charset_of(str s)
{
	bool latin9 = false;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = byte_at(s, i);

		if (c >= 0x80 && c <= 0x9f)
			return CSV_WINDOWS_1252;
		if (c >= 0xbc && c <= 0xbe &&
		    (is_letter(byte_at(s, i + 1)) ||
			(i > 0 && is_letter(byte_at(s, i - 1)))))
			latin9 = true;
	}
	return latin9 ? CSV_ISO_8859_15 : CSV_WINDOWS_1252;
}

/* 0: no letter has this number. */
static uint32_t
letter_of(unsigned char c, enum csv_charset charset)
{
	static const uint16_t high[32] = {0x20ac, 0, 0x201a, 0x0192, 0x201e,
	    0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
	    0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013,
	    0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178};
	static const struct {
		unsigned char c;
		uint16_t letter;
	} latin9[] = {{0xa4, 0x20ac}, {0xa6, 0x160}, {0xa8, 0x161},
	    {0xb4, 0x17d}, {0xb8, 0x17e}, {0xbc, 0x152}, {0xbd, 0x153},
	    {0xbe, 0x178}};

	if (c >= 0x80 && c <= 0x9f)
		return charset == CSV_WINDOWS_1252 ? high[c - 0x80] : 0;
	if (charset == CSV_ISO_8859_15)
		for (size_t i = 0; i < sizeof(latin9) / sizeof(latin9[0]); i++)
			if (latin9[i].c == c)
				return latin9[i].letter;
	return c;
}

/* Writes one letter of at most 16 bits as UTF-8, and steps past it. */
static char *
put_letter(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

static bool
convert(struct reader *r, str s, enum csv_charset charset)
{
	char *to = r->p;

	for (size_t i = 0; i < s.n; i++) {
		uint32_t c = letter_of(byte_at(s, i), charset);

		if (c == 0)
			return fault(&r->fault,
			    N_("This file holds bytes that are no text. Save "
			       "it again as CSV in UTF-8."),
			    line_at(s, i), 0);
		to = put_letter(to, c);
	}
	r->end = to;
	return true;
}

/* What can be said of the file before a letter of it is read. */
static bool
looks_like_text(struct csv_fault *f, str s)
{
	const char *nul;

	if (s.n > CSV_BYTES_MAX)
		return fault(
		    f, N_("This file is too long: 4 MB is the most."), 0, 0);
	if (str_starts(s, S("\xff\xfe")) || str_starts(s, S("\xfe\xff")))
		return fault(f,
		    N_("This file is in UTF-16. Save it again as CSV in "
		       "UTF-8."),
		    0, 0);
	nul = s.n == 0 ? NULL : memchr(s.p, '\0', s.n);
	if (nul != NULL)
		return fault(f,
		    N_("This is not a CSV file. Save the sheet as CSV and "
		       "send that file."),
		    line_at(s, (size_t)(nul - s.p)), 0);
	return true;
}

/* Fills the reader with UTF-8. */
static bool
take_text(struct reader *r, str s, enum csv_charset *ret)
{
	bool marked = str_starts(s, S("\xef\xbb\xbf"));
	size_t at = 0;

	if (marked)
		s = str_sub(s, 3, s.n);
	*ret = utf8_valid(s) ? CSV_UTF8 : charset_of(s);
	if (*ret != CSV_UTF8 && (is_mixed(s, &at) || marked))
		return fault(&r->fault,
		    N_("This file mixes two ways to write accents. Save it "
		       "again as CSV in UTF-8."),
		    line_at(s, at), 0);
	r->p = NEW_N(r->a, char, (*ret == CSV_UTF8 ? s.n : 3 * s.n) + 1);
	if (r->p == NULL) {
		r->full = true;
		return false;
	}
	if (*ret != CSV_UTF8)
		return convert(r, s, *ret);
	if (s.n > 0)
		memcpy(r->p, s.p, s.n);
	r->end = r->p + s.n;
	return true;
}

/* ---- cells ---- */

/* A line end at the front: how many bytes it is made of, or 0. */
static size_t
line_end(const struct reader *r)
{
	if (r->p == r->end)
		return 0;
	if (*r->p == '\n')
		return 1;
	if (*r->p != '\r')
		return 0;
	return r->end - r->p > 1 && r->p[1] == '\n' ? 2 : 1;
}

/* The separator that the first row has most of, outside of quotes. */
static char
find_separator(const struct reader *r)
{
	static const char known[] = {';', ',', '\t'};
	size_t seen[sizeof(known)] = {0}, best = 0;
	bool quoted = false;

	for (const char *p = r->p; p < r->end; p++) {
		if (*p == '"' &&
		    (quoted || p == r->p || memchr(";,\t", p[-1], 3) != NULL))
			quoted = !quoted;
		if (!quoted && (*p == '\n' || *p == '\r'))
			break;
		for (size_t i = 0; !quoted && i < sizeof(known); i++)
			seen[i] += *p == known[i];
	}
	for (size_t i = 1; i < sizeof(known); i++)
		if (seen[i] > seen[best])
			best = i;
	return known[best];
}

/* `sep=;` on the first line is for us and no row. */
static void
take_separator(struct reader *r)
{
	str s = {r->p, (size_t)(r->end - r->p)};

	if (s.n > 4 && str_starts(s, S("sep=")) &&
	    memchr(";,\t", s.p[4], 3) != NULL &&
	    (s.n == 5 || s.p[5] == '\r' || s.p[5] == '\n')) {
		r->separator = s.p[4];
		r->p += 5;
		r->line += line_end(r) > 0;
		r->p += line_end(r);
		return;
	}
	r->separator = find_separator(r);
}

/* One cell in quotes; what it holds is written over its own beginning. */
static bool
quoted_cell(struct reader *r, str *ret)
{
	int64_t line = r->line;
	char *to = r->p++;

	*ret = (str){to, 0};
	for (; r->p < r->end; r->p++) {
		if (*r->p == '"' && r->end - r->p > 1 && r->p[1] == '"') {
			r->p++;
		} else if (*r->p == '"') {
			r->p++;
			ret->n = (size_t)(to - ret->p);
			return true;
		} else if (line_end(r) > 0) {
			r->p += line_end(r) - 1;
			r->line++;
			*to++ = '\n';
			continue;
		}
		*to++ = *r->p;
	}
	return fault(&r->fault,
	    N_("A quotation mark opens here and is never closed."), line,
	    r->n + 1);
}

static bool
at_cell_end(const struct reader *r)
{
	return r->p == r->end || *r->p == r->separator || line_end(r) > 0;
}

static bool
take_cell(struct reader *r)
{
	str s = {r->p, 0};

	if (r->n == CSV_COLUMNS_MAX)
		return fault(&r->fault,
		    N_("This line has more than 64 columns."), r->line, 0);
	if (r->p < r->end && *r->p == '"') {
		if (!quoted_cell(r, &s))
			return false;
		if (!at_cell_end(r))
			return fault(&r->fault,
			    N_("There is text after the closing quotation "
			       "mark."),
			    r->line, r->n + 1);
	} else {
		while (!at_cell_end(r))
			r->p++;
		s.n = (size_t)(r->p - s.p);
	}
	r->cell[r->n++] = s;
	return true;
}

static bool
take_row(struct reader *r)
{
	size_t end;

	for (r->n = 0;; r->p++) {
		if (!take_cell(r))
			return false;
		if (r->p == r->end || *r->p != r->separator)
			break;
	}
	end = line_end(r);
	r->p += end;
	r->line += end > 0;
	return true;
}

static bool
says_nothing(const struct reader *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->cell[i].n > 0)
			return false;
	return true;
}

/* The row at hand becomes the last one of the table. */
static bool
keep_row(struct reader *r, struct csv *csv, size_t *cap, int64_t line)
{
	struct csv_row *row;

	if (csv->n == CSV_ROWS_MAX)
		return fault(&r->fault,
		    N_("This file has more than 10,000 lines. Send the rest "
		       "in another one."),
		    line, 0);
	if (csv->n == *cap) {
		size_t more = *cap == 0 ? 64 : *cap * 2;
		struct csv_row *v = NEW_N(r->a, struct csv_row, more);

		if ((r->full = v == NULL))
			return false;
		if (csv->n > 0)
			memcpy(v, csv->v, csv->n * sizeof(*v));
		csv->v = v;
		*cap = more;
	}
	row = &csv->v[csv->n];
	*row = (struct csv_row){line, NEW_N(r->a, str, r->n), r->n};
	if ((r->full = row->cell == NULL))
		return false;
	memcpy(row->cell, r->cell, r->n * sizeof(str));
	csv->n++;
	return true;
}

static bool
take_rows(struct reader *r, struct csv *csv)
{
	size_t cap = 0;

	while (r->p < r->end) {
		int64_t line = r->line;

		if (!take_row(r) ||
		    (!says_nothing(r) && !keep_row(r, csv, &cap, line)))
			return false;
	}
	return true;
}

bool
csv_read(struct arena *a, str bytes, struct csv *ret, struct err *e)
{
	struct reader r = {.a = a, .line = 1};
	struct csv csv = {0};
	bool ok;

	ok = looks_like_text(&r.fault, bytes) &&
	     take_text(&r, bytes, &csv.charset);
	if (ok) {
		take_separator(&r);
		csv.separator = r.separator;
		ok = take_rows(&r, &csv);
	}
	if (r.full)
		return err_set(e, ERR_LIMIT, "no room for the sheet");
	if (!ok) {
		csv.n = 0;
		csv.fault = r.fault;
	}
	*ret = csv;
	return true;
}
