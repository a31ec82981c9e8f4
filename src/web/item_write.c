/* item_write — the team writes an event, a poll, a bring-list or an entry, says
 * for whom and from when, withdraws it, keeps it as a template. */
#include <inttypes.h>

#include "base/num.h"
#include "html_items.h"
#include "web/item_form.h"
#include "web/member.h"
#include "web/pattern.h"
#include "web/share.h"
#include "web/week.h"
#include "web/words.h"

static bool
see(struct request *r, struct response *out, int64_t id, const char *end)
{
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/item/%" PRId64 "%s", id, end));
}

/* ---- what it says ---- */

static void
add_album(const struct feed_card *c, struct album_choices *io)
{
	if (io->n > 0 && io->v[0].id == c->id)
		io->v[0].title = c->title;
	else
		io->v[io->n++] = (struct album_choice){c->id, c->title};
}

/* The newest albums that this person may see, for an entry to stand beside. */
static bool
load_albums(struct request *r, struct item_text_page *io, struct err *e)
{
	struct feed_query q = {.before_day = FEED_NEWEST,
	    .before_post = FEED_NEWEST,
	    .now = r->now,
	    .today = r->today};
	struct album_choices *to = &io->albums;
	struct feed feed;

	if (io->kind != ITEM_ENTRY)
		return true;
	if (!feed_load(r->house, r->arena, r->org, r->viewer, &q, &feed, e))
		return false;
	to->v = NEW_N(r->arena, struct album_choice, FEED_PAGE + 1);
	if (to->v == NULL)
		return err_set(e, ERR_LIMIT, "too many albums");
	if (io->album > 0)
		to->v[to->n++] = (struct album_choice){io->album,
		    lang_text(r->view.lang, N_("The photos beside it"))};
	for (size_t i = 0; i < feed.n; i++)
		for (size_t k = 0; k < feed.v[i].n && to->n <= FEED_PAGE; k++)
			add_album(&feed.v[i].v[k], to);
	return true;
}

static bool
text_page(struct request *r, struct item_text_page *p, const struct form *f,
    struct err *e)
{
	struct deed d = share_deed(r);

	p->form = f;
	if (!load_albums(r, p, e) ||
	    (p->id == 0 &&
		!pattern_list(&d, item_word(p->kind), &p->patterns, e)))
		return false;
	html_item_text(&r->view, p);
	return true;
}

static bool
kind_of(struct request *r, struct item_text_page *ret, struct err *e)
{
	*ret = (struct item_text_page){0};
	return (item_of_word(r->word[0], &ret->kind) &&
		   item_fields(ret->kind) != NULL) ||
	       err_set(e, ERR_NOT_FOUND, "no such kind");
}

static bool
new_show(struct request *r, struct response *out, struct err *e)
{
	struct item_text_page page;
	struct form f;

	if (!kind_of(r, &page, e))
		return false;
	item_form_start(r, page.kind, &f);
	return pattern_begin(r, item_word(page.kind), &f, e) &&
	       text_page(r, &page, &f, e) && respond_page(r, out, 200);
}

/* An album that this person may see; anything else is none. */
static bool
read_album(struct request *r, struct item_text_page *io, struct item_new *n,
    struct err *e)
{
	const struct grant *g;

	n->album = DB_NULL;
	if (n->kind != ITEM_ENTRY ||
	    !num_i64(request_field(r, "album"), 1, INT64_MAX, &io->album))
		return true;
	if (!share_post(r, io->album, PERMIT_SEE, &g, e))
		return e->kind == ERR_NOT_FOUND;
	n->album = io->album;
	return true;
}

static bool
new_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct item_text_page page;
	struct item_new n;
	struct form f;
	int64_t id;

	if (!kind_of(r, &page, e))
		return false;
	if (!item_form_read(r, page.kind, &f, &n) ||
	    !read_album(r, &page, &n, e))
		return f.bad && text_page(r, &page, &f, e) &&
		       member_again(r, out);
	return item_create(&d, &n, &id, e) && see(r, out, id, "/send");
}

static bool
text_begin(struct request *r, const struct grant **ret_g, struct item *ret,
    struct item_text_page *page, struct err *e)
{
	if (!item_of(r, PERMIT_NOTICE_EDIT, ret_g, ret, e))
		return false;
	if (item_fields(ret->is.kind) == NULL)
		return err_set(e, ERR_NOT_FOUND, "it is a grid");
	*page = (struct item_text_page){.kind = ret->is.kind,
	    .id = ret->id,
	    .published = ret->state != POST_DRAFT,
	    .album = ret->is.album};
	return true;
}

static bool
text_show(struct request *r, struct response *out, struct err *e)
{
	struct item_text_page page;
	const struct grant *g;
	struct item i;
	struct form f;

	if (!text_begin(r, &g, &i, &page, e))
		return false;
	item_form_fill(r, &i, &f);
	return text_page(r, &page, &f, e) && respond_page(r, out, 200);
}

static bool
text_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct item_text_page page;
	const struct grant *g;
	struct item_new n;
	struct item i;
	struct form f;

	if (!text_begin(r, &g, &i, &page, e))
		return false;
	if (!item_form_read(r, page.kind, &f, &n) ||
	    !read_album(r, &page, &n, e))
		return f.bad && text_page(r, &page, &f, e) &&
		       member_again(r, out);
	if (!item_change(&d, g, &n, e))
		return false;
	respond_notice(r, out, N_("Saved."));
	return see(r, out, i.id, page.published ? "" : "/send");
}

/* ---- for whom, and when ---- */

static bool
hour_of(struct request *r, struct words_send_page *ret, struct err *e)
{
	const struct grant *g;
	struct item i;
	str title;

	if (!item_of(r, PERMIT_NOTICE_EDIT, &g, &i, e))
		return false;
	title = item_title(&r->view, &i);
	*ret = (struct words_send_page){.id = i.id,
	    .title = title.n > 0
			 ? title
			 : lang_text(r->view.lang, item_kind_label(i.is.kind)),
	    .item = true,
	    .publish = item_publish,
	    .done = N_("It is published.")};
	return true;
}

static bool
hour_show(struct request *r, struct response *out, struct err *e)
{
	struct words_send_page page;

	return hour_of(r, &page, e) && words_send_show(r, out, &page, e);
}

static bool
hour_do(struct request *r, struct response *out, struct err *e)
{
	struct words_send_page page;

	return hour_of(r, &page, e) && words_send_do(r, out, &page, e);
}

/* ---- and no more ---- */

static bool
take_back(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;

	if (!share_post(r, r->id[0], PERMIT_NOTICE_EDIT, &g, e) ||
	    !item_withdraw(&d, g, e))
		return false;
	respond_notice(r, out, N_("Withdrawn: no family sees it any more."));
	return see(r, out, r->id[0], "");
}

/* One week of a weekly event alone, by a day of it. */
static bool
week_do(struct request *r, struct response *out, struct err *e)
{
	bool on = str_eq(request_field(r, "do"), S("on"));
	struct deed d = share_deed(r);
	const struct grant *g;
	int64_t day;

	if (!share_post(r, r->id[0], PERMIT_NOTICE_EDIT, &g, e))
		return false;
	if (!day_parse(request_field(r, "week"), &day))
		return err_set(e, ERR_NOT_FOUND, "no such week");
	if (!item_week(&d, g, item_monday(day), !on, e))
		return false;
	respond_notice(r, out,
	    on ? N_("It takes place again.")
	       : N_("Cancelled for that week alone."));
	return see(r, out, r->id[0], "");
}

static bool
throw_away(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct item i;

	if (!item_of(r, PERMIT_NOTICE_EDIT, &g, &i, e) ||
	    !item_discard(&d, g, e))
		return false;
	respond_notice(r, out, N_("The draft is gone."));
	return respond_see_other(r, out, str_c(item_list_path(i.is.kind)));
}

/* ---- templates ---- */

static bool
fields_of(struct request *r, const struct item *i, struct pattern_fields *ret,
    struct err *e)
{
	struct form f;

	if (item_fields(i->is.kind) == NULL)
		return week_keep(r, i, ret, e);
	item_form_fill(r, i, &f);
	return pattern_of_form(r, &f, ret, e);
}

static bool
keep(struct request *r, struct response *out, struct err *e)
{
	struct pattern_fields l;
	const struct grant *g;
	struct item i;

	if (!item_of(r, PERMIT_NOTICE_EDIT, &g, &i, e))
		return false;
	/* What is said about one child is for that child alone. */
	if (i.child != DB_NULL)
		return err_set(e, ERR_NOT_FOUND, "a child's");
	return fields_of(r, &i, &l, e) &&
	       pattern_save(r, out, item_word(i.is.kind), &l, e) &&
	       see(r, out, i.id, "");
}

const struct route item_write_routes[] = {
    {HTTP_GET, "/items/new/:word", new_show, NEED_STAFF},
    {HTTP_POST, "/items/new/:word", new_do, NEED_STAFF},
    {HTTP_GET, "/item/:id/text", text_show, NEED_STAFF},
    {HTTP_POST, "/item/:id/text", text_do, NEED_STAFF},
    {HTTP_GET, "/item/:id/send", hour_show, NEED_STAFF},
    {HTTP_POST, "/item/:id/send", hour_do, NEED_STAFF},
    {HTTP_POST, "/item/:id/withdraw", take_back, NEED_STAFF},
    {HTTP_POST, "/item/:id/week", week_do, NEED_STAFF},
    {HTTP_POST, "/item/:id/discard", throw_away, NEED_STAFF},
    {HTTP_POST, "/item/:id/pattern", keep, NEED_STAFF},
    {0},
};
