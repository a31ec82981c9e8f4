#include "print/tidy.h"

#include "base/num.h"
#include "base/utf8.h"

#define FIGURE S(" 0 obj\n<< /Type /StructElem\n   /S /Figure\n")
#define CATALOG S(" 0 obj\n<< /Type /Catalog\n")
#define INFO S(" 0 obj\n<< /Producer ")
#define TITLE S("   /Title ")
#define END S("\n>>\nendobj\n")
#define TRAILER S("\ntrailer\n<< /Size ")
#define TAIL 1024u /* the trailer is not longer */
#define OBJECTS_MAX (1 << 23)

/* One object of cairo's: its number, and its dictionary without the end. */
struct object {
	int64_t number;
	str dictionary;
};

struct tidying {
	struct sheet_bytes bytes;
	struct buf *out;
	struct buf table; /* cross references */
};

static const char *
find(str s, str what)
{
	return s.n == 0 ? NULL : memmem(s.p, s.n, what.p, what.n);
}

/* The digits that end before p. */
static bool
number_before(str s, const char *p, int64_t *ret)
{
	const char *from = p;

	while (from > s.p && from[-1] >= '0' && from[-1] <= '9')
		from--;
	return from > s.p && from[-1] == '\n' &&
	       num_i64((str){from, (size_t)(p - from)}, 1, OBJECTS_MAX, ret);
}

/* The next one that begins like that; *at goes behind it. */
static bool
next_object(str s, size_t *at, str head, struct object *ret)
{
	const char *p = find(str_sub(s, *at, s.n), head), *end;
	str rest;

	if (p == NULL || !number_before(s, p, &ret->number))
		return false;
	p += sizeof(" 0 obj\n") - 1;
	rest = (str){p, s.n - (size_t)(p - s.p)};
	end = find(rest, END);
	if (end == NULL)
		return false;
	ret->dictionary = (str){p, (size_t)(end - p)};
	*at = (size_t)(end - s.p);
	return true;
}

/* Where the object that is about to be written will stand. */
static void
begin(struct tidying *t, int64_t number)
{
	uint64_t at = t->bytes.holes_bytes + t->out->n;

	buf_printf(&t->table, "%lld 1\n%010llu 00000 n \n", (long long)number,
	    (unsigned long long)at);
	buf_printf(t->out, "%lld 0 obj\n", (long long)number);
}

static void
put_unit(struct buf *b, uint32_t unit)
{
	const uint8_t two[] = {(uint8_t)(unit >> 8), (uint8_t)unit};

	buf_hex(b, two, sizeof(two));
}

/* A text string: UTF-16, big-endian, in hexadecimal. */
static void
put_text(struct buf *b, str s)
{
	buf_str(b, S("<feff"));
	while (s.n > 0) {
		uint32_t c = utf8_next(&s);

		if (c >= 0x10000) {
			put_unit(b, 0xd800 + ((c - 0x10000) >> 10));
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		put_unit(b, c);
	}
	buf_str(b, S(">"));
}

static bool
put_figures(struct tidying *t, const str *alt, size_t n_alt, struct err *e)
{
	struct object o;
	size_t at = 0, n = 0;

	while (next_object(t->bytes.text, &at, FIGURE, &o) && n < n_alt) {
		begin(t, o.number);
		buf_str(t->out, o.dictionary);
		buf_str(t->out, S("\n   /Alt "));
		put_text(t->out, alt[n++]);
		buf_str(t->out, END);
	}
	return n == n_alt ||
	       err_set(e, ERR_CORRUPT, "figures of a PDF are not as known");
}

static bool
put_catalog(struct tidying *t, str lang, int64_t *ret_number, struct err *e)
{
	struct object o;
	size_t at = 0;

	if (!next_object(t->bytes.text, &at, CATALOG, &o))
		return err_set(e, ERR_CORRUPT, "a PDF has no catalogue");
	begin(t, o.number);
	buf_str(t->out, o.dictionary);
	buf_str(t->out, S("\n   /Lang "));
	put_text(t->out, lang);
	buf_str(
	    t->out, S("\n   /ViewerPreferences << /DisplayDocTitle true >>"));
	buf_str(t->out, END);
	*ret_number = o.number;
	return true;
}

static bool
put_info(struct tidying *t, int64_t *ret_number, struct err *e)
{
	struct object o;
	size_t at = 0;
	const char *from, *end;

	if (!next_object(t->bytes.text, &at, INFO, &o) ||
	    (from = find(o.dictionary, TITLE)) == NULL)
		return err_set(e, ERR_CORRUPT, "a PDF has no title");
	o.dictionary.n -= (size_t)(from - o.dictionary.p);
	o.dictionary.p = from;
	end = memchr(from, '\n', o.dictionary.n);
	if (end != NULL)
		o.dictionary.n = (size_t)(end - from);
	begin(t, o.number);
	buf_str(t->out, S("<<\n"));
	buf_str(t->out, o.dictionary);
	buf_str(t->out, END);
	*ret_number = o.number;
	return true;
}

/* How many objects there are, and where the table of them begins. */
static bool
read_trailer(str s, int64_t *ret_size, int64_t *ret_table, struct err *e)
{
	const char *p;
	str rest, size, table;

	s = str_sub(s, s.n < TAIL ? 0 : s.n - TAIL, s.n);
	p = find(s, TRAILER);
	if (p == NULL)
		return err_set(e, ERR_CORRUPT, "a PDF has no trailer");
	p += TRAILER.n;
	rest = (str){p, s.n - (size_t)(p - s.p)};
	(void)str_cut(&rest, '\n', &size);
	p = find(rest, S("startxref\n"));
	if (p == NULL)
		return err_set(e, ERR_CORRUPT, "a PDF does not end");
	rest = (str){p + 10, rest.n - (size_t)(p + 10 - rest.p)};
	(void)str_cut(&rest, '\n', &table);
	return (num_i64(str_trim(size), 1, OBJECTS_MAX, ret_size) &&
		   num_i64(table, 1, INT64_MAX, ret_table)) ||
	       err_set(e, ERR_CORRUPT, "a PDF does not end as known");
}

static void
put_end(
    struct tidying *t, int64_t size, int64_t root, int64_t info, int64_t before)
{
	uint64_t at = t->bytes.holes_bytes + t->out->n;

	buf_str(t->out, S("xref\n"));
	buf_str(t->out, buf_view(&t->table));
	buf_printf(t->out,
	    "trailer\n<< /Size %lld\n   /Root %lld 0 R\n   /Info %lld 0 R\n"
	    "   /Prev %lld\n>>\nstartxref\n%llu\n%%%%EOF\n",
	    (long long)size, (long long)root, (long long)info,
	    (long long)before, (unsigned long long)at);
}

bool
tidy(const struct sheet_bytes *bytes, str lang, const str *alt, size_t n_alt,
    struct buf *ret, struct err *e)
{
	struct tidying t = {*bytes, ret, BUF_MAX(PRINT_PDF_MAX)};
	int64_t size, before, root, info;
	bool done = read_trailer(bytes->text, &size, &before, e) &&
		    put_figures(&t, alt, n_alt, e) &&
		    put_catalog(&t, lang, &root, e) && put_info(&t, &info, e);

	if (done)
		put_end(&t, size, root, info, before);
	done = done && (!(ret->full || t.table.full) ||
			   err_set(e, ERR_LIMIT, "too long a document"));
	buf_done(&t.table);
	return done;
}
