#include "web/memories.h"

#include <inttypes.h>

#include "base/log.h"
#include "html_memories.h"
#include "web/medium.h"
#include "web/share.h"

#define ZIP ".zip"
#define BOOK ".pdf" /* as long */

/* All of it in one ZIP, unless that would be too many. */
static bool
whole_of(struct request *r, struct memories_box *box,
    struct memories_page *page, struct err *e)
{
	struct memories_season *v = NULL;

	e->kind = ERR_NONE;
	if (!memories_box(r, r->id[0], box, e)) {
		page->many = e->kind == ERR_LIMIT;
		return page->many && memories_head(r, r->id[0], box, e);
	}
	if (box->list.n == 0)
		return true;
	if (!memories_sort(r, &box->list, &v, &page->n, e))
		return false;
	page->v = v;
	page->from = box->list.v[0].day;
	page->until = box->list.v[box->list.n - 1].day;
	for (size_t i = 0; i < box->list.n; i++) {
		page->bytes += (int64_t)box->list.v[i].bytes;
		page->masked += box->list.v[i].masked > 0;
	}
	return true;
}

static bool
page_show(struct request *r, struct response *out, struct err *e)
{
	struct memories_page page = {0};
	struct memories_box box;

	page.box = &box;
	if (!whole_of(r, &box, &page, e) ||
	    ((page.many || box.list.n > 0) &&
		!memories_parts(r, &box, page.many, &page.parts, e)))
		return false;
	if (page.many) {
		box.list.waiting = page.parts.waiting;
		box.list.videos = page.parts.videos;
		page.many = page.parts.n > 0;
	}
	html_memories_page(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- one picture, when its turn comes ---- */

static bool
note(struct request *r, int64_t child, struct err *e)
{
	struct deed d = share_deed(r);
	struct deed_about about = {.kind = "child",
	    .id = child,
	    .child = child,
	    .detail = arena_fmt(r->arena, "%" PRIu32, r->http->part.begins)};
	struct db *db = r->house->db;

	if (!db_begin(db, e))
		return false;
	if (deed_note(&d, AUDIT_MEMORIES_TAKEN, &about, e) && db_commit(db, e))
		return true;
	db_rollback(db);
	return false;
}

static bool
is_book(const struct request *r)
{
	return str_ends(r->word[0], S(BOOK));
}

static bool
find(struct request *r, const struct grant **ret, str *ret_words, struct err *e)
{
	int64_t medium = (int64_t)r->http->part.copy;
	uint8_t mark[BUNDLE_MARK];
	struct memory m;

	if (!memories_grant(r->house, r->arena, r->org, r->viewer, r->id[0],
		medium, r->now, r->today, ret, &m, e) ||
	    (!is_book(r) &&
		!medium_words(r, m.caption, m.taken_at, ret_words, e)) ||
	    !memories_mark(r, m.mark, *ret_words, mark, e))
		return false;
	return memcmp(mark, r->http->part.mark, sizeof(mark)) == 0 ||
	       err_set(e, ERR_CONFLICT, "it has changed since");
}

static bool
give_one(struct request *r, struct response *out, struct err *e)
{
	const struct grant *g;
	str words = {0};

	if (!find(r, &g, &words, e)) {
		log_err(LOG_LEVEL_WARN, e, "a memory box ends short");
		return false;
	}
	if ((r->http->part.begins > 0 && !note(r, r->id[0], e)) ||
	    !medium_answer(r, out, g, e))
		return false;
	if (words.n > 0)
		medium_put_words(out, words);
	return true;
}

/* ---- the whole ---- */

/* what: in the names of files of both languages; name: the rest of it. */
static str
disposition(struct request *r, const char *what, str name, const char *ending)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	struct view v = {.out = &b, .arena = r->arena};
	str plain =
	    arena_fmt(r->arena, "attachment; filename=\"%s%s\"", what, ending);
	str ret = {0};

	buf_str(&b, plain);
	buf_printf(&b, "; filename*=UTF-8''%s-", what);
	view_url_part(&v, name);
	buf_str(&b, str_c(ending));
	return arena_str(r->arena, b.p, b.n, &ret) && !b.full ? ret : plain;
}

static bool
send_bundle(struct request *r, struct response *out, const char *type,
    str version, str name)
{
	out->status = 200;
	out->http.body = HTTP_BODY_BUNDLE;
	out->http.content_type = str_c(type);
	respond_header(r, out, "ETag",
	    arena_fmt(r->arena, "\"" STR_FMT "\"", STR_ARG(version)));
	respond_header(r, out, "Content-Disposition", name);
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return true;
}

/* A range without proof that it is of this ZIP gets the whole. */
static bool
zip_show(struct request *r, struct response *out,
    const struct memories_box *box, str asked, str name, struct err *e)
{
	if (!memories_bundle(r, box, &out->fd, &out->http.total, e))
		return false;
	out->http.ranges =
	    str_eq(asked, box->version) ? HTTP_RANGES : HTTP_RANGES_TAGGED;
	return send_bundle(r, out, "application/zip", box->version,
	    disposition(r, "souvenirs", name, ZIP));
}

/* Its address says nothing of the bytes.  box: of one season. */
static bool
book_show(struct request *r, struct response *out,
    const struct memories_box *box, str name, struct err *e)
{
	struct memories_season *v;
	str version;
	size_t n;

	if (!memories_sort(r, &box->list, &v, &n, e) ||
	    !memories_book(
		r, box, &v[0], &out->fd, &out->http.total, &version, e))
		return false;
	out->http.ranges = HTTP_RANGES_TAGGED;
	return send_bundle(r, out, "application/pdf", version,
	    disposition(r, "livre", name, BOOK));
}

static bool
whole_zip(struct request *r, struct response *out, str asked, struct err *e)
{
	struct memories_box box;

	if (!memories_box(r, r->id[0], &box, e))
		return false;
	if (box.list.n == 0)
		return err_set(e, ERR_NOT_FOUND, "nothing to take home");
	return zip_show(r, out, &box, asked, box.first, e);
}

/* Of a season, or of a year, with something in it. */
static bool
load_part(struct request *r, str key, struct memories_box *ret, str *ret_name,
    struct err *e)
{
	str name;

	if (!memories_head(r, r->id[0], ret, e) ||
	    !memories_part_box(r, ret, key, ret, &name, e))
		return false;
	*ret_name = arena_fmt(
	    r->arena, STR_FMT "-" STR_FMT, STR_ARG(ret->first), STR_ARG(name));
	return ret->list.n > 0 ||
	       err_set(e, ERR_NOT_FOUND, "nothing to take home");
}

/* s12-0123….zip */
static bool
part_zip(
    struct request *r, struct response *out, str key, str asked, struct err *e)
{
	struct memories_box box;
	str name;

	return load_part(r, key, &box, &name, e) &&
	       zip_show(r, out, &box, asked, name, e);
}

/* s12.pdf */
static bool
part_book(struct request *r, struct response *out, str key, struct err *e)
{
	struct memories_box box;
	str name;

	return load_part(r, key, &box, &name, e) &&
	       book_show(r, out, &box, name, e);
}

static bool
whole_show(struct request *r, struct response *out, struct err *e)
{
	bool book = is_book(r);
	str asked = r->word[0], key;

	if (r->http->part.copy != 0)
		return give_one(r, out, e);
	if (!book && !str_ends(asked, S(ZIP)))
		return err_set(e, ERR_NOT_FOUND, "not a box");
	asked.n -= sizeof(ZIP) - 1;
	if (book)
		return part_book(r, out, asked, e);
	return str_cut(&asked, '-', &key) ? part_zip(r, out, key, asked, e)
					  : whole_zip(r, out, key, e);
}

const struct route memories_routes[] = {
    {HTTP_GET, "/memories/:id", page_show, NEED_FAMILY},
    {HTTP_GET, "/memories/:id/:word", whole_show, NEED_FAMILY, ROUTE_QUIET},
    {0},
};
