#include "sharing/feed.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "sql_medium.h"
#include "sql_post.h"
#include "sql_post_audience.h"

#define CANDIDATES_MAX 512

struct candidate {
	int64_t day, post;
};

struct search {
	struct house *house;
	struct arena *arena;
	const struct organisation *org;
	const struct viewer *viewer;
	const struct feed_query *q;
	struct candidate found[CANDIDATES_MAX];
	size_t n;
	int64_t author; /* of the last card, and the name; 0: none yet */
	str author_name;
};

static void
add(struct search *s, int64_t post, int64_t day)
{
	if (s->n < CANDIDATES_MAX)
		s->found[s->n++] = (struct candidate){day, post};
}

/* One more than a page shows: that is how the page knows of the next. */
#define MOST (FEED_PAGE + 1)

/* The generated row types differ by name only. */
#define ADD_ROWS(s, rows)                        \
	for (size_t i_ = 0; i_ < (rows).n; i_++) \
	add((s), (rows).v[i_].post, (rows).v[i_].day_on)

static bool
add_group(struct search *s, int64_t group, struct err *e)
{
	const struct feed_query *q = s->q;
	struct sql_feed_by_group_rows rows;

	if (!sql_feed_by_group(s->house->db, s->arena, group, q->before_day,
		q->before_post, q->now, MOST, &rows, e))
		return err_wrap(e, "feed of group %" PRId64, group);
	ADD_ROWS(s, rows);
	return true;
}

static bool
add_child(struct search *s, int64_t child, struct err *e)
{
	const struct feed_query *q = s->q;
	struct sql_feed_by_child_rows rows;

	if (!sql_feed_by_child(s->house->db, s->arena, child, q->before_day,
		q->before_post, q->now, MOST, &rows, e))
		return err_wrap(e, "feed of child %" PRId64, child);
	ADD_ROWS(s, rows);
	return true;
}

static bool
has_group(const struct viewer_child *c, int64_t group)
{
	for (size_t i = 0; i < c->n_group; i++)
		if (c->group[i] == group)
			return true;
	return false;
}

/* With a child named, the groups of that child alone. */
static bool
group_wanted(const struct search *s, int64_t group)
{
	const struct viewer *v = s->viewer;

	if (s->q->child == 0)
		return true;
	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].id == s->q->child)
			return has_group(&v->child[i], group);
	return false;
}

static bool
search_family(struct search *s, struct err *e)
{
	const struct viewer *v = s->viewer;

	for (size_t i = 0; i < v->n_group; i++)
		if ((v->group[i].rights & RIGHT_SEE) != 0 &&
		    group_wanted(s, v->group[i].id) &&
		    !add_group(s, v->group[i].id, e))
			return false;
	for (size_t i = 0; i < v->n_child; i++)
		if ((v->child[i].rights & RIGHT_SEE) != 0 &&
		    v->child[i].n_group > 0 &&
		    (s->q->child == 0 || s->q->child == v->child[i].id) &&
		    !add_child(s, v->child[i].id, e))
			return false;
	return true;
}

/* What an author or, with all, the organisation has in that state. */
static bool
add_state(struct search *s, str state, bool all, struct err *e)
{
	const struct feed_query *q = s->q;
	struct sql_feed_by_organisation_rows every;
	struct sql_feed_by_author_rows own;

	if (all) {
		if (!sql_feed_by_organisation(s->house->db, s->arena,
			s->org->id, state, q->before_day, q->before_post, MOST,
			&every, e))
			return err_wrap(e, "feed of the organisation");
		ADD_ROWS(s, every);
		return true;
	}
	if (!sql_feed_by_author(s->house->db, s->arena, s->viewer->account,
		state, q->before_day, q->before_post, MOST, &own, e))
		return err_wrap(
		    e, "feed of author %" PRId64, s->viewer->account);
	ADD_ROWS(s, own);
	return true;
}

static bool
search_staff(struct search *s, struct err *e)
{
	const struct viewer *v = s->viewer;
	const struct feed_query *q = s->q;
	bool all = viewer_is_director(v);

	for (size_t i = 0; i < v->n_group && !all; i++) {
		struct sql_feed_by_group_all_rows rows;

		if (!sql_feed_by_group_all(s->house->db, s->arena,
			v->group[i].id, q->before_day, q->before_post, MOST,
			&rows, e))
			return err_wrap(
			    e, "feed of group %" PRId64, v->group[i].id);
		ADD_ROWS(s, rows);
	}
	return add_state(s, S("published"), all, e) &&
	       add_state(s, S("withdrawn"), all, e);
}

static int
newest_first(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;

	if (a->day != b->day)
		return a->day < b->day ? 1 : -1;
	return (a->post < b->post) - (a->post > b->post);
}

/* Sorted, each once, and no more than a page of them. */
static void
settle(struct search *s, struct feed *f)
{
	size_t kept = 0;

	if (s->n > 1)
		qsort(s->found, s->n, sizeof(s->found[0]), newest_first);
	for (size_t i = 0; i < s->n; i++)
		if (kept == 0 || s->found[i].post != s->found[kept - 1].post)
			s->found[kept++] = s->found[i];
	f->more = kept > FEED_PAGE;
	s->n = f->more ? FEED_PAGE : kept;
	if (f->more) {
		f->next_day = s->found[s->n - 1].day;
		f->next_post = s->found[s->n - 1].post;
	}
}

/* ---- from candidates to cards ---- */

static enum post_state
state_of(str word)
{
	if (str_eq(word, S("published")))
		return POST_PUBLISHED;
	return str_eq(word, S("draft")) ? POST_DRAFT : POST_WITHDRAWN;
}

static int64_t
or_zero(int64_t id)
{
	return id == DB_NULL ? 0 : id;
}

/* The rows of one post, r[0] to r[n - 1]: may this viewer see it? */
static bool
may_see(const struct search *s, const struct sql_feed_card_row *r, size_t n,
    bool *ret, struct post_facts *ret_facts, struct err *e)
{
	struct audience *to = NEW_N(s->arena, struct audience, n);
	struct post_facts f = {r->organisation, r->author, state_of(r->state),
	    r->publish_at, MEDIUM_NONE, MEDIUM_PHOTO, to, 0};

	f.notice = r->notice != 0;
	f.brought = r->brought != DB_NULL;
	if (to == NULL)
		return err_set(e, ERR_LIMIT, "too many audiences");
	for (size_t i = 0; i < n; i++)
		if (r[i].activity_group != DB_NULL || r[i].child != DB_NULL)
			to[f.n_audience++] =
			    (struct audience){or_zero(r[i].activity_group),
				or_zero(r[i].child), false};
	if (!permit_near(s->house, s->arena, s->viewer, r->id, s->q->today, to,
		f.n_audience, e))
		return false;
	*ret = permit_decide(s->viewer, &f, s->q->now, PERMIT_SEE);
	*ret_facts = f;
	return true;
}

static bool
join_groups(struct arena *a, const struct sql_feed_card_row *r, size_t n,
    struct feed_card *c)
{
	struct buf b = BUF_MAX(4096);
	bool fits;

	c->groups = S("");
	for (size_t i = 0; i < n; i++) {
		if (r[i].child != DB_NULL)
			c->n_child++;
		if (r[i].group_name.p == NULL)
			continue;
		if (c->groups.n == 0 && b.n == 0) {
			c->groups = r[i].group_name;
			continue;
		}
		if (b.n == 0)
			buf_str(&b, c->groups);
		buf_put(&b, ", ", 2);
		buf_str(&b, r[i].group_name);
	}
	fits = b.n == 0 || arena_str(a, b.p, b.n, &c->groups);
	buf_done(&b);
	return fits;
}

static bool
fill_thumb(const struct search *s, const struct sql_medium_first_five_row *r,
    struct hidden_photo hidden, struct feed_thumb *t, struct err *e)
{
	struct sql_medium_for_page_row m;

	*t = (struct feed_thumb){.hidden = hidden,
	    .video = medium_kind_of(r->kind) == MEDIUM_VIDEO,
	    .document = medium_kind_of(r->kind) == MEDIUM_DOCUMENT};
	if (!t->video)
		return true;
	if (!sql_medium_for_page(s->house->db, s->arena, r->id, &m, e))
		return false;
	t->duration_ms = m.duration_ms;
	return true;
}

static bool
count_documents(const struct search *s, struct feed_card *c, struct err *e)
{
	struct sql_medium_documents_count_row row;

	if (!sql_medium_documents_count(s->house->db, s->arena, c->id,
		c->state == POST_PUBLISHED, &row, e))
		return false;
	c->documents = row.n;
	return true;
}

/* A video that a family gets none of is not there, nor counted. */
static bool
fill_thumbs(const struct search *s, const struct post_facts *f,
    struct feed_card *c, struct err *e)
{
	bool family = !viewer_is_staff(s->viewer);
	struct sql_medium_first_five_rows rows;
	struct hidden_photos hidden;
	int64_t gone;

	if (!hidden_of_post(s->house, s->arena, s->viewer, f, c->id, s->q->now,
		s->q->today, &hidden, e))
		return err_wrap(e, "pictures of the feed");
	gone = family ? hidden_videos(&hidden) : 0;
	c->photos -= gone < c->photos ? gone : c->photos;
	c->videos = hidden.videos - gone;
	if (!count_documents(s, c, e) ||
	    !sql_medium_first_five(s->house->db, s->arena, c->id,
		c->state == POST_PUBLISHED, FEED_THUMBS + gone, &rows, e))
		return err_wrap(e, "pictures of the feed");
	for (size_t i = 0; i < rows.n && c->thumb.n < FEED_THUMBS; i++) {
		struct hidden_photo one = hidden_in(&hidden, rows.v[i].id);

		if (family && one.withheld)
			continue;
		c->waits |= one.waits;
		if (!fill_thumb(
			s, &rows.v[i], one, &c->thumb.v[c->thumb.n++], e))
			return err_wrap(e, "pictures of the feed");
	}
	return true;
}

/* Most often the same person for a whole page: the name is opened once. */
static str
author_name(struct search *s, const struct sql_feed_card_row *r)
{
	if (r->author != s->author) {
		s->author = r->author;
		s->author_name = house_text(
		    s->arena, s->org, "account.name_enc", r->author_name_enc);
	}
	return s->author_name;
}

static bool
fill_card(struct search *s, const struct sql_feed_card_row *r, size_t n,
    struct feed_card *c, struct err *e)
{
	*c = (struct feed_card){
	    .id = r->id,
	    .day = r->day_on,
	    .state = state_of(r->state),
	    .publish_at = r->publish_at,
	    .title =
		house_text(s->arena, s->org, "post.title_enc", r->title_enc),
	    .body = house_text(s->arena, s->org, "post.body_enc", r->body_enc),
	    .author = author_name(s, r),
	    .photos = r->photos,
	};
	return join_groups(s->arena, r, n, c) ||
	       err_set(e, ERR_LIMIT, "too many groups");
}

/* A draft that was thrown away; its row only stays for its deleted media. */
static bool
is_given_up(const struct sql_feed_card_row *r)
{
	return r->photos == 0 && state_of(r->state) == POST_WITHDRAWN;
}

/* One post, if it is for this viewer. */
static bool
add_card(struct search *s, int64_t post, struct feed_card *card, size_t *n,
    struct err *e)
{
	struct sql_feed_card_rows rows;
	struct post_facts facts;
	bool may = false;

	if (!sql_feed_card(s->house->db, s->arena, post, &rows, e))
		return err_wrap(e, "post %" PRId64, post);
	if (rows.n == 0 || is_given_up(rows.v))
		return true;
	if (!may_see(s, rows.v, rows.n, &may, &facts, e))
		return err_wrap(e, "post %" PRId64, post);
	if (!may)
		return true;
	return fill_card(s, rows.v, rows.n, &card[*n], e) &&
	       fill_thumbs(s, &facts, &card[(*n)++], e);
}

static bool
by_day(
    struct arena *a, const struct feed_card *card, size_t n, struct feed *ret)
{
	struct feed_day *day = NEW_N(a, struct feed_day, n);

	if (day == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || card[i].day != card[i - 1].day)
			day[ret->n++] =
			    (struct feed_day){card[i].day, &card[i], 0};
		day[ret->n - 1].n++;
	}
	ret->v = day;
	return true;
}

static bool
load_page(struct search *s, struct feed *ret, struct err *e)
{
	struct feed_card *card = NEW_N(s->arena, struct feed_card, s->n);
	size_t n = 0;

	if (card == NULL)
		return err_set(e, ERR_LIMIT, "no room for a feed");
	for (size_t i = 0; i < s->n; i++)
		if (!add_card(s, s->found[i].post, card, &n, e))
			return false;
	return by_day(s->arena, card, n, ret) ||
	       err_set(e, ERR_LIMIT, "no room for a feed");
}

bool
feed_load(struct house *h, struct arena *a, const struct organisation *org,
    const struct viewer *v, const struct feed_query *q, struct feed *ret,
    struct err *e)
{
	struct search *s = NEW(a, struct search);
	struct feed f = {0};
	bool staff = viewer_is_staff(v);

	if (s == NULL)
		return err_set(e, ERR_LIMIT, "no room for a feed");
	*s = (struct search){
	    .house = h, .arena = a, .org = org, .viewer = v, .q = q};
	if (staff || viewer_is_family(v))
		if (!(staff ? search_staff(s, e) : search_family(s, e)))
			return false;
	settle(s, &f);
	if (!load_page(s, &f, e))
		return false;
	*ret = f;
	return true;
}

bool
feed_drafts(struct house *h, struct arena *a, const struct organisation *org,
    const struct viewer *v, struct draft_list *ret, struct err *e)
{
	struct sql_post_drafts_rows rows;
	struct feed_card *card;

	if (!sql_post_drafts(h->db, a, v->account, &rows, e))
		return err_wrap(e, "drafts of account %" PRId64, v->account);
	card = NEW_N(a, struct feed_card, rows.n);
	if (card == NULL)
		return err_set(e, ERR_LIMIT, "too many drafts");
	for (size_t i = 0; i < rows.n; i++)
		card[i] = (struct feed_card){.id = rows.v[i].id,
		    .day = rows.v[i].day_on,
		    .state = POST_DRAFT,
		    .publish_at = DB_NULL,
		    .photos = rows.v[i].photos,
		    .title = house_text(
			a, org, "post.title_enc", rows.v[i].title_enc)};
	*ret = (struct draft_list){card, rows.n};
	return true;
}
