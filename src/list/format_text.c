/* Lists as text: a hash a line, or a table whose header names its columns. */
#include "list/format.h"
#include "list/rows.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void
begin(struct reading *g, const struct row *row)
{
	draft_begin(g, row->line, row->offset);
	if (row->malformed)
		draft_fault(g, LIST_FAULT_ROW, HASH_NONE);
}

/* « hash=VALUE,anything »: what tools of Meta write.  PhotoDNA as numbers has
 * commas of its own, frames of a video too. */
static str
value_of_line(const struct reading *g, str line)
{
	str head;

	if (str_starts(line, S("hash=")))
		line = str_sub(line, 5, line.n);
	if (g->ask.kind == HASH_PHOTODNA || g->ask.kind == HASH_VPDQ)
		return line;
	(void)str_cut(&line, ',', &head);
	return head;
}

static bool
read_line(struct reading *g, const struct row *row, struct err *e)
{
	const struct list_field hash = {
	    .what = DRAFT_HASH, .kind = g->ask.kind};
	str line = str_trim(row->cell[0]);

	if (!row->malformed && (line.n == 0 || line.p[0] == '#'))
		return true;
	begin(g, row);
	if (!row->malformed && !draft_set(g, &hash, value_of_line(g, line), e))
		return false;
	return draft_end(g, e);
}

bool
format_plain(struct reading *g, struct err *e)
{
	OWNED(rows) r = rows_new(g->source, 0, e);
	struct row row;
	bool more = true;

	if (r == NULL)
		return false;
	if (g->ask.kind == HASH_NONE)
		return err_set(
		    e, ERR_INPUT, "nobody said which kind of hash it holds");
	for (;;) {
		if (!rows_next(r, &row, &more, e))
			return false;
		if (!more)
			return true;
		if (!read_line(g, &row, e))
			return false;
	}
}

/* clang-format off */
static const struct list_field columns[] = {
	{ "id", DRAFT_ID },		{ "entryid", DRAFT_ID },
	{ "imageid", DRAFT_ID },	{ "reference", DRAFT_ID },
	{ "uid", DRAFT_ID },		{ "guid", DRAFT_ID },
	{ "member", DRAFT_MEMBER },	{ "memberid", DRAFT_MEMBER },
	{ "owner", DRAFT_MEMBER },	{ "hash", DRAFT_VALUE },
	{ "value", DRAFT_VALUE },	{ "hashvalue", DRAFT_VALUE },
	{ "signal", DRAFT_VALUE },	{ "indicator", DRAFT_VALUE },
	{ "type", DRAFT_TYPE },		{ "kind", DRAFT_TYPE },
	{ "alg", DRAFT_TYPE },		{ "algorithm", DRAFT_TYPE },
	{ "hashtype", DRAFT_TYPE },	{ "signaltype", DRAFT_TYPE },
	{ "pdna", DRAFT_HASH, HASH_PHOTODNA },
	{ "category", DRAFT_CATEGORY },	{ "severity", DRAFT_CATEGORY },
	{ "classification", DRAFT_CATEGORY },
	{ "baseline", DRAFT_CATEGORY },	{ "scheme", DRAFT_SCHEME },
	{ "quality", DRAFT_QUALITY },	{ "size", DRAFT_SIZE },
	{ "filesize", DRAFT_SIZE },	{ "mediatype", DRAFT_MEDIA },
	{ "mimetype", DRAFT_MEDIA },	{ "status", DRAFT_STATUS },
	{ "timestamp", DRAFT_STAMP },	{ "date", DRAFT_STAMP },
	{ "updated", DRAFT_STAMP },	{ "lastupdated", DRAFT_STAMP },
	{ "deleted", DRAFT_GONE },	{ "withdrawn", DRAFT_GONE },
	{ "age", DRAFT_DETAIL, .word = "age" },
	{ "ageband", DRAFT_DETAIL, .word = "age" },
	{ "agerange", DRAFT_DETAIL, .word = "age" },
	{ "isdistributed", DRAFT_DETAIL, .word = "distributed" },
	{ "victimidentified", DRAFT_DETAIL, .word = "victim_identified" },
	{ "offenderidentified", DRAFT_DETAIL, .word = "offender_identified" },
};
/* clang-format on */

/* What each column of this file is; a name may be that of a kind of hash. */
struct header {
	struct list_field field[ROW_CELLS_MAX];
	size_t n;
	bool useful; /* a column holds hashes */
};

static void
add_column(struct header *h, str name)
{
	const struct list_field *f =
	    reading_field(columns, COUNT(columns), name);
	char p[32];
	enum hash_kind kind;

	h->field[h->n] = f != NULL ? *f : (struct list_field){0};
	if (f == NULL && hash_kind_of(reading_plain(name, p, sizeof(p)), &kind))
		h->field[h->n] = (struct list_field){
		    .what = DRAFT_HASH, .kind = (uint8_t)kind};
	h->useful = h->useful || h->field[h->n].what == DRAFT_HASH ||
		    h->field[h->n].what == DRAFT_VALUE;
	h->n++;
}

/* The separator is the one that the header has most of. */
static char
separator_of(str line)
{
	static const char any[] = ",;\t|";
	size_t most = 0;
	char best = ',';

	for (const char *c = any; *c != '\0'; c++) {
		size_t n = 0;

		for (size_t i = 0; i < line.n; i++)
			n += line.p[i] == *c;
		if (n > most) {
			most = n;
			best = *c;
		}
	}
	return best;
}

static str
unquoted(str s)
{
	s = str_trim(s);
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = str_sub(s, 1, s.n - 2);
	return s;
}

/* A line « sep=; », which a spreadsheet writes for itself, says it too. */
static bool
read_header(struct rows *r, struct header *h, struct err *e)
{
	struct row row;
	char separator = 0;
	bool more = true, comes;
	str rest, name;

	do {
		if (!rows_next(r, &row, &more, e))
			return false;
		if (!more || row.malformed)
			return err_set(e, ERR_INPUT, "there is no header");
		rest = str_trim(row.cell[0]);
		comes = str_starts(rest, S("sep=")) && rest.n == 5;
		if (comes)
			separator = rest.p[4];
	} while (rest.n == 0 || comes);
	if (separator == 0)
		separator = separator_of(rest);
	rows_set_separator(r, separator);
	do {
		comes = str_cut(&rest, separator, &name);
		if (h->n == ROW_CELLS_MAX)
			return err_set(e, ERR_INPUT, "too many columns");
		add_column(h, unquoted(name));
	} while (comes);
	return h->useful ||
	       err_set(e, ERR_INPUT, "no column of the header holds hashes");
}

static bool
read_row(struct reading *g, const struct header *h, const struct row *row,
    struct err *e)
{
	if (!row->malformed && row->n == 1 && str_trim(row->cell[0]).n == 0)
		return true;
	begin(g, row);
	for (size_t i = 0; !row->malformed && i < row->n && i < h->n; i++)
		if (!draft_set(g, &h->field[i], row->cell[i], e))
			return false;
	return draft_end(g, e);
}

bool
format_table(struct reading *g, struct err *e)
{
	OWNED(rows) r = rows_new(g->source, 0, e);
	struct header h = {0};
	struct row row;
	bool more = true;

	if (r == NULL || !read_header(r, &h, e))
		return false;
	for (;;) {
		if (!rows_next(r, &row, &more, e))
			return false;
		if (!more)
			return true;
		if (!read_row(g, &h, &row, e))
			return false;
	}
}
