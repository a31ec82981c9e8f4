#include "tell/news.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/num.h"
#include "sharing/hidden.h"
#include "sql_tell.h"

#define WORD_MAX 256

struct news_post {
	int64_t id, photos, videos;
	bool item; /* of the calendar, the journal … (life/item.h) */
	struct post_facts facts;
};

struct ask {
	struct house *house;
	struct arena *arena;
	const struct news_board *board;
	const struct viewer *viewer;
	int64_t since;
};

/* Does this post count for who asks? */
typedef bool judge(
    const struct ask *, const struct news_post *, bool *ret, struct err *);

const struct news_text news_texts[NEWS_KINDS] = {
    [NEWS_ALBUM] = {N_P("%1 new album", "%1 new albums")},
    [NEWS_NOTICE] = {N_P("%1 new notice", "%1 new notices")},
    [NEWS_ITEM] = {N_P("%1 new entry of the calendar or the journal",
	"%1 new entries of the calendar or the journal")},
};

/* ---- the kinds ---- */

/* A family gets none of a video in which something would have to be hidden:
 * an album of nothing else is none for it. */
static bool
album_counts(
    const struct ask *q, const struct news_post *p, bool *ret, struct err *e)
{
	struct hidden_photos hidden;
	int64_t photos = p->photos;

	*ret = !p->facts.notice && photos > 0 &&
	       permit_decide(q->viewer, &p->facts, q->board->now, PERMIT_SEE);
	if (!*ret || p->videos == 0)
		return true;
	if (!hidden_of_post(q->house, q->arena, q->viewer, &p->facts, p->id,
		q->board->now, q->board->today, &hidden, e))
		return false;
	*ret = photos > hidden_videos(&hidden);
	return true;
}

/* Posts of words are read by one rule, whatever they are. */
static bool
may_read(const struct ask *q, const struct news_post *p)
{
	return p->facts.notice && permit_decide(q->viewer, &p->facts,
				      q->board->now, PERMIT_NOTICE);
}

static bool
notice_counts(
    const struct ask *q, const struct news_post *p, bool *ret, struct err *e)
{
	(void)e;
	*ret = !p->item && may_read(q, p);
	return true;
}

static bool
item_counts(
    const struct ask *q, const struct news_post *p, bool *ret, struct err *e)
{
	(void)e;
	*ret = p->item && may_read(q, p);
	return true;
}

static judge *const kinds[NEWS_KINDS] = {
    [NEWS_ALBUM] = album_counts,
    [NEWS_NOTICE] = notice_counts,
    [NEWS_ITEM] = item_counts,
};

/* ---- the board ---- */

static int64_t
or_zero(int64_t id)
{
	return id == DB_NULL ? 0 : id;
}

static void
fill_post(const struct organisation *o, const struct sql_tell_news_posts_row *r,
    struct audience *to, struct news_post *p)
{
	*p = (struct news_post){.id = r->id,
	    .photos = r->photos,
	    .videos = r->videos,
	    .item = r->items > 0};
	p->facts = (struct post_facts){.organisation = o->id,
	    .author = r->author,
	    .state = POST_PUBLISHED,
	    .publish_at = r->publish_at,
	    .audience = to,
	    .notice = r->notice != 0,
	    .brought = r->brought != DB_NULL};
}

bool
news_open(struct house *h, struct arena *a, const struct organisation *o,
    int64_t since, int64_t now, struct news_board *ret, struct err *e)
{
	struct sql_tell_news_posts_rows rows;
	struct audience *to;
	struct news_board b = {
	    .since = since, .now = now, .today = day_of(o->zone, now)};

	if (!sql_tell_news_posts(h->db, a, o->id, since, now, &rows, e))
		return err_wrap(e, "news");
	b.v = NEW_N(a, struct news_post, rows.n + 1);
	to = NEW_N(a, struct audience, rows.n + 1);
	if (b.v == NULL || to == NULL)
		return err_set(e, ERR_LIMIT, "too much is new");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_tell_news_posts_row *r = &rows.v[i];

		if (b.n == 0 || b.v[b.n - 1].id != r->id)
			fill_post(o, r, &to[i], &b.v[b.n++]);
		to[i] = (struct audience){
		    or_zero(r->activity_group), or_zero(r->child), false};
		b.v[b.n - 1].facts.n_audience++;
	}
	*ret = b;
	return true;
}

bool
news_for(struct house *h, struct arena *a, const struct news_board *b,
    const struct viewer *v, int64_t since, struct news *ret, struct err *e)
{
	struct ask q = {h, a, b, v, since};
	struct news n = {{0}};
	bool counts;

	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < NEWS_KINDS; k++) {
			if (b->v[i].facts.publish_at <= since)
				continue;
			if (!kinds[k](&q, &b->v[i], &counts, e))
				return err_wrap(
				    e, "news of account %" PRId64, v->account);
			n.n[k] += counts;
		}
	*ret = n;
	return true;
}

bool
news_any(const struct news *n)
{
	for (size_t k = 0; k < NEWS_KINDS; k++)
		if (n->n[k] > 0)
			return true;
	return false;
}

/* ---- as a word ---- */

str
news_word(struct arena *a, const struct news *n)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(WORD_MAX);
	str ret = {0};

	for (size_t k = 0; k < NEWS_KINDS; k++) {
		if (k > 0)
			buf_byte(&b, ' ');
		buf_i64(&b, n->n[k]);
	}
	if (b.full || !arena_str(a, b.p, b.n, &ret))
		return (str){0};
	return ret;
}

struct news
news_of_word(str word)
{
	struct news n = {{0}};
	bool more = true;
	str one;

	for (size_t k = 0; k < NEWS_KINDS && more; k++) {
		more = str_cut(&word, ' ', &one);
		if (!num_i64(one, 0, INT32_MAX, &n.n[k]))
			n.n[k] = 0;
	}
	return n;
}
