/* case_safe — the evidence safes that are open to a case, for those to whom its
 * path leads; and what happened in the case, as a bundle. */
#include <inttypes.h>

#include "html_safe.h"
#include "html_safe_index.h"
#include "report/casefile.h"
#include "web/evidence.h"
#include "web/member.h"
#include "web/safe.h"
#include "web/safe_index.h"

static bool
load_all(struct request *r, const struct deed *d, struct safe_view *io,
    struct err *e)
{
	struct safe *v = NEW_N(r->arena, struct safe, SAFE_SHARES_MAX);
	int64_t id[SAFE_SHARES_MAX];

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many safes");
	if (!safe_of_case(d, io->case_file, id, SAFE_SHARES_MAX, &io->n, e))
		return false;
	for (size_t i = 0; i < io->n; i++)
		if (!safe_load_one(d, id[i], &v[i], e))
			return false;
	io->v = v;
	return io->n > 0 || err_set(e, ERR_NOT_FOUND, "no safe is open to it");
}

static bool
safes_show(struct request *r, struct response *out, struct err *e)
{
	struct safe_view view = {.case_file = r->id[0]};
	struct deed d = member_deed(r);
	struct case_head c;

	/* Law 7: whoever looks is written down, before anything is shown. */
	if (!case_enter(&d, r->id[0], &c, e) || !load_all(r, &d, &view, e) ||
	    !db_begin(r->house->db, e) ||
	    !member_settle(r, safe_was_read(&d, c.id, e), e))
		return false;
	view.number = c.number;
	html_safe_view(&r->view, &view);
	return respond_page(r, out, 200);
}

/* ---- what happened, to take along ---- */

static bool
write_lines(struct request *r, const struct story *s, str *line, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX((size_t)64 << 10);
	uint8_t before[EVIDENCE_DIGEST] = {0};

	for (size_t i = 0; i < s->n; i++) {
		const struct story_event *v = &s->v[i];

		buf_clear(&b);
		evidence_begin(&b, (int64_t)i + 1, before);
		evidence_time(&b, "at", v->at);
		evidence_text(&b, "kind", story_word(v->deed));
		evidence_text(&b, "who", v->actor);
		evidence_text(&b, "detail", v->detail);
		evidence_text(&b, "words", v->words);
		buf_byte(&b, '}');
		if (b.full || !arena_str(r->arena, b.p, b.n, &line[i]))
			return err_set(e, ERR_LIMIT, "too long a story");
		evidence_digest(line[i], before);
	}
	return true;
}

static bool
story_page(struct request *r, const struct story_index *x,
    struct evidence_part *ret, struct err *e)
{
	struct buf *page = r->view.out;
	str text;
	bool kept;

	buf_clear(page);
	html_story_index(&r->view, x);
	kept = !page->full && arena_str(r->arena, page->p, page->n, &text);
	buf_clear(page);
	if (!kept)
		return err_set(e, ERR_LIMIT, "too long a page");
	*ret = (struct evidence_part){
	    .file = evidence_file(S("index.html"), text), .bytes = text};
	return true;
}

static bool
pack_story(struct request *r, const struct case_page *c, int *ret_fd,
    uint64_t *ret_bytes, struct err *e)
{
	struct story_index x = {
	    c->head.number, &c->story, r->now, evidence_style(r)};
	struct evidence_part part[1 + EVIDENCE_OWN];
	str *line = NEW_N(r->arena, str, c->story.n + 1);
	struct evidence v = {.what = S("case"),
	    .title = c->head.number,
	    .house = r->org->name,
	    .made_at = r->now,
	    .entry = line,
	    .n_entry = c->story.n};

	if (line == NULL)
		return err_set(e, ERR_LIMIT, "too long a story");
	if (c->story.broken != 0)
		return err_set(e, ERR_CORRUPT,
		    "the story of case " STR_FMT " was altered",
		    STR_ARG(c->head.number));
	return write_lines(r, &c->story, line, e) &&
	       story_page(r, &x, &part[0], e) &&
	       evidence_pack(r, &v, part, 1, ret_fd, ret_bytes, e);
}

/* Whoever takes it along read it: that is written down, as for the page. */
static bool
story_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct case_page page;
	bool done;

	done = db_begin(r->house->db, e) &&
	       member_settle(r, case_read(&d, r->id[0], &page, e), e);
	return done && pack_story(r, &page, &out->fd, &out->http.total, e) &&
	       evidence_answer(r, out, page.head.number);
}

const struct route case_safe_routes[] = {
    {HTTP_GET, "/cases/:id/safe", safes_show, NEED_STAFF},
    {HTTP_GET, "/cases/:id/story.zip", story_show, NEED_STAFF, ROUTE_QUIET},
    {0},
};
