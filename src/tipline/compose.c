/* compose — what a report says: its document and the list of digests. */
#include <inttypes.h>

#include "base/num.h"
#include "hash/kind.h"
#include "tipline/inside.h"
#include "tipline/law.h"

#define PDQ_BYTES 32
#define RECORDS_MAX ((size_t)512 << 10)

/* The columns of a digest, in their order. */
static const struct column {
	const char *name;
	enum hash_kind kind;
	size_t bytes;
} columns[] = {
    {"md5", HASH_MD5, 16},
    {"sha1", HASH_SHA1, 20},
    {"sha256", HASH_SHA256, 32},
    {"pdq", HASH_PDQ, PDQ_BYTES},
};

#define COLUMNS (sizeof(columns) / sizeof(*columns))

#define HEAD \
	"file,received,account,opened_by_staff,public,md5,sha1,sha256,pdq\n"

/* ---- the list ---- */

static void
put_digests(struct buf *b, const struct sql_tipline_hashes_rows *rows)
{
	for (size_t c = 0; c < COLUMNS; c++) {
		buf_byte(b, ',');
		for (size_t i = 0; i < rows->n; i++)
			if (rows->v[i].hash_kind == columns[c].kind &&
			    rows->v[i].hash.n >= columns[c].bytes) {
				buf_hex(b, rows->v[i].hash.p, columns[c].bytes);
				break;
			}
	}
}

static bool
put_medium(const struct deed *d, const struct sql_tipline_media_row *m,
    struct buf *b, struct err *e)
{
	struct sql_tipline_hashes_rows rows;
	bool viewed;

	if (!tipline_viewed(d, m->id, &viewed, e) ||
	    !sql_tipline_hashes(d->house->db, d->arena, m->id, &rows, e))
		return false;
	buf_printf(b, "%" PRId64 ",", m->id);
	buf_str(b, ncmec_time(d->arena, m->created_at));
	buf_printf(b, ",%" PRId64 ",%s,no", m->uploader, viewed ? "yes" : "no");
	put_digests(b, &rows);
	buf_byte(b, '\n');
	return true;
}

static bool
write_records(const struct deed *d, const struct sql_tipline_media_rows *media,
    str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(RECORDS_MAX);

	if (media->n > TIPLINE_MEDIA_MAX)
		return err_set(e, ERR_LIMIT, "more than %d media in one report",
		    TIPLINE_MEDIA_MAX);
	*ret = (str){0};
	if (media->n == 0)
		return true;
	buf_str(&b, S(HEAD));
	for (size_t i = 0; i < media->n; i++)
		if (!put_medium(d, &media->v[i], &b, e))
			return false;
	return (!b.full && arena_str(d->arena, b.p, b.n, ret)) ||
	       err_set(e, ERR_LIMIT, "list of a report");
}

str
tipline_part(struct arena *a, str records, int64_t i, str *ret_name)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(RECORDS_MAX);
	int64_t at = 0;
	str line, part;

	*ret_name = arena_fmt(a, "digests-%" PRId64 ".csv", i + 1);
	(void)str_cut(&records, '\n', &line); /* the head */
	buf_str(&b, S(HEAD));
	for (; records.n > 0; at++) {
		(void)str_cut(&records, '\n', &line);
		if (at / TIPLINE_LINES != i)
			continue;
		buf_str(&b, line);
		buf_byte(&b, '\n');
	}
	return !b.full && arena_str(a, b.p, b.n, &part) ? part : (str){0};
}

bool
tipline_fileinfo(struct arena *a, const struct tipline *f, int64_t now,
    str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(NCMEC_BYTES_MAX);
	struct ncmec_doc doc = ncmec_begin(a, &ncmec_file);
	struct ncmec_fault fault;
	str name;

	(void)tipline_part(a, f->records, f->run.file, &name);
	(void)ncmec_put(
	    &doc, doc.root, "reportId", arena_i64(a, f->run.report_id));
	(void)ncmec_put(&doc, doc.root, "fileId", str_c(f->run.file_id));
	(void)ncmec_put(&doc, doc.root, "originalFileName", name);
	(void)ncmec_put(&doc, doc.root, "publiclyAvailable", S("false"));
	(void)ncmec_put(
	    &doc, doc.root, "fileRelevance", S("Supplemental Reported"));
	(void)ncmec_put(&doc, doc.root, "additionalInfo",
	    S("List of the reported files by their digests. The files "
	      "themselves are not sent: the law of this organisation's country "
	      "does not allow it. They are hidden from everybody and kept."));
	if (!ncmec_check(&doc, now, &fault))
		return err_set(
		    e, ERR_INPUT, "fileDetails: %s", fault.field->name);
	ncmec_write(&b, &doc);
	return (!b.full && arena_str(a, b.p, b.n, ret)) ||
	       err_set(e, ERR_LIMIT, "fileDetails");
}

/* ---- the document ---- */

static void
put_summary(
    const struct deed *d, const struct tipline_draft *f, struct ncmec_doc *doc)
{
	struct ncmec_node *n =
	    ncmec_put(doc, doc->root, "incidentSummary", S(""));

	(void)ncmec_put(doc, n, "incidentType", str_c(f->incident->word));
	(void)ncmec_put(doc, n, "platform", str_c(d->house->conf->url));
	if (f->urgent.n > 0)
		(void)ncmec_put(doc, n, "escalateToHighPriority", f->urgent);
	(void)ncmec_put(
	    doc, n, "incidentDateTime", ncmec_time(d->arena, f->at));
	n = ncmec_put(doc, doc->root, "internetDetails", S(""));
	n = ncmec_put(doc, n, "webPageIncident", S(""));
	(void)ncmec_put(doc, n, "url", str_c(d->house->conf->url));
	n = ncmec_put(doc, doc->root, "reporter", S(""));
	n = ncmec_put(doc, n, "reportingPerson", S(""));
	(void)ncmec_put(doc, n, "email", str_c(d->house->conf->ncmec_email));
}

static void
put_words(const struct deed *d, const struct case_head *c,
    const struct tipline_draft *f, size_t media, size_t left,
    struct ncmec_doc *doc)
{
	str files = S(""), more = S("");

	if (media > 0)
		files = arena_fmt(d->arena,
		    " Files: %zu; none is sent, a list of digests is.", media);
	if (left > 0)
		more = arena_fmt(
		    d->arena, " Addresses of %zu more uploads are kept.", left);
	(void)ncmec_put(doc, doc->root, "additionalInfo",
	    arena_fmt(d->arena,
		STR_FMT "\n\nCase " STR_FMT
			" of a private platform for families." STR_FMT STR_FMT,
		STR_ARG(f->words), STR_ARG(c->number), STR_ARG(files),
		STR_ARG(more)));
}

static bool
write_doc(const struct deed *d, const struct ncmec_doc *doc, str *ret,
    struct ncmec_fault *ret_fault, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(NCMEC_BYTES_MAX);

	if (!ncmec_check(doc, d->now, ret_fault))
		return err_set(
		    e, ERR_INPUT, "report: %s", ret_fault->field->name);
	ncmec_write(&b, doc);
	return (!b.full && arena_str(d->arena, b.p, b.n, ret)) ||
	       err_set(e, ERR_LIMIT, "report");
}

bool
tipline_compose(const struct deed *d, const struct case_head *c,
    const struct tipline_draft *f, str *ret_doc, str *ret_records,
    int64_t *ret_files, struct ncmec_fault *ret_fault, struct err *e)
{
	struct ncmec_doc doc = ncmec_begin(d->arena, &ncmec_report);
	struct sql_tipline_media_rows media;
	size_t left;

	if (!sql_tipline_media(d->house->db, d->arena, c->id, &media, e) ||
	    !write_records(d, &media, ret_records, e))
		return err_wrap(e, "case %" PRId64, c->id);
	put_summary(d, f, &doc);
	if (!tipline_put_senders(d, c->id, f, &media, &doc, &left, e))
		return false;
	put_words(d, c, f, media.n, left, &doc);
	*ret_files = (int64_t)((media.n + TIPLINE_LINES - 1) / TIPLINE_LINES);
	return write_doc(d, &doc, ret_doc, ret_fault, e);
}

/* ---- what is read for it ---- */

bool
tipline_viewed(const struct deed *d, int64_t medium, bool *ret, struct err *e)
{
	struct sql_tipline_viewed_row row;

	return sql_tipline_viewed(
	    d->house->db, d->arena, d->org->id, medium, ret, &row, e);
}

/* "7,2026-11-29T10:00:00Z,3,no,…" */
static bool
read_line(str line, int64_t *ret_medium, bool *ret_opened, struct err *e)
{
	str cell[4];

	for (size_t i = 0; i < sizeof(cell) / sizeof(*cell); i++)
		if (!str_cut(&line, ',', &cell[i]))
			return err_set(e, ERR_CORRUPT, "list of a report");
	*ret_opened = str_eq(cell[3], S("yes"));
	return num_i64(cell[0], 1, INT64_MAX, ret_medium) ||
	       err_set(e, ERR_CORRUPT, "list of a report");
}

bool
tipline_outdated(
    const struct deed *d, const struct tipline *f, bool *ret, struct err *e)
{
	str records = f->records, line;
	bool outdated = false, opened, viewed;
	int64_t medium;

	(void)str_cut(&records, '\n', &line); /* the head */
	while (records.n > 0) {
		(void)str_cut(&records, '\n', &line);
		if (!read_line(line, &medium, &opened, e) ||
		    !tipline_viewed(d, medium, &viewed, e))
			return false;
		outdated |= viewed && !opened;
	}
	*ret = outdated;
	return true;
}

bool
tipline_first_at(
    const struct deed *d, int64_t case_file, int64_t *ret, struct err *e)
{
	struct sql_tipline_media_rows media;
	int64_t first = DB_NULL;

	if (!sql_tipline_media(d->house->db, d->arena, case_file, &media, e))
		return false;
	for (size_t i = 0; i < media.n; i++)
		if (first == DB_NULL || media.v[i].created_at < first)
			first = media.v[i].created_at;
	*ret = first;
	return true;
}
