#include "tell/news.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "ends/term.h"
#include "sharing/hidden.h"
#include "sharing/viewer.h"
#include "sql_message.h"
#include "sql_tell.h"
#include "tell/waits.h"

#define WORD_MAX 256

struct news_post {
	int64_t id, photos, videos;
	bool item; /* of the calendar, the journal … (life/item.h) */
	struct post_facts facts;
};

struct ask {
	struct house *house;
	struct arena *arena;
	const struct organisation *org;
	const struct news_board *board;
	const struct viewer *viewer;
	int64_t since;
};

/* For what is counted by who does something: one that does nothing. */
static struct deed
deed_of(const struct ask *q)
{
	return (struct deed){.house = q->house,
	    .arena = q->arena,
	    .org = q->org,
	    .actor = q->viewer->account,
	    .now = q->board->now,
	    .today = q->board->today};
}

/* Does this post count for who asks? */
typedef bool judge(
    const struct ask *, const struct news_post *, bool *ret, struct err *);

const struct news_text news_texts[NEWS_KINDS] = {
    [NEWS_ALBUM] = {N_P("%1 new album", "%1 new albums")},
    [NEWS_NOTICE] = {N_P("%1 new notice", "%1 new notices")},
    [NEWS_ITEM] = {N_P("%1 new entry of the calendar or the journal",
	"%1 new entries of the calendar or the journal")},
    [NEWS_FAREWELL] = {N_P("photos of %1 season that end soon",
	"photos of %1 seasons that end soon")},
    [NEWS_MASKS] = {N_P("%1 face that a family asks to hide",
	"%1 faces that families ask to hide")},
    [NEWS_ALBUMS] = {N_P("%1 album that waits for a look at its faces",
	"%1 albums that wait for a look at their faces")},
    [NEWS_UNSIGNED] = {N_P("%1 notice that not everybody answered",
	"%1 notices that not everybody answered")},
    [NEWS_CLAIMS] = {N_P("%1 demand of a family to answer within days",
	"%1 demands of families to answer within days")},
    [NEWS_WAITS] = {N_P(
	"something that waits for you", "things that wait for you")},
    [NEWS_OUTCOMES] = {N_P("something that you worked on is settled",
	"%1 things that you worked on are settled")},
    [NEWS_HANDLERS] = {N_P("%1 person whose right to handle reports ends soon",
	"%1 people whose right to handle reports ends soon")},
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

/* NULL: no post. */
static judge *const kinds[NEWS_KINDS] = {
    [NEWS_ALBUM] = album_counts,
    [NEWS_NOTICE] = notice_counts,
    [NEWS_ITEM] = item_counts,
};

/* ---- what ends ---- */

/* A day that cannot be known is not told, as on the first page. */
static int64_t
photos_last(void *ctx, int64_t until_on)
{
	int64_t on;
	struct err e;

	return ends_season_last(ctx, until_on, &on, &e) ? on : DB_NULL;
}

static bool
names_season(const struct news *n, int64_t season)
{
	for (size_t i = 0; i < n->n_ends; i++)
		if (n->ends[i].season == season)
			return true;
	return false;
}

/* One season of two children is one season. */
static void
add_end(const struct farewell *f, struct news *io)
{
	if (names_season(io, f->season) || io->n_ends == NEWS_ENDS_MAX)
		return;
	io->ends[io->n_ends++] =
	    (struct news_end){f->season, f->window == FAREWELL_LAST};
	io->n[NEWS_FAREWELL]++;
	if (io->end_on == 0 || f->last_on < io->end_on)
		io->end_on = f->last_on;
}

/* What is on its way, or did not arrive a moment ago, is not said again. */
static bool
said_of_late(const struct sql_message_not_gone_rows *rows, int64_t season)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct news n = news_of_word(rows->v[i].what);

		if (names_season(&n, season))
			return true;
	}
	return false;
}

static bool
add_ends(const struct ask *q, struct news *io, struct err *e)
{
	struct sql_message_not_gone_rows late;
	int64_t account = q->viewer->account, today = q->board->today;
	struct deed d = deed_of(q);
	struct farewells l;

	if (!farewell_list(q->house, q->arena, q->org, q->viewer, today,
		photos_last, &d, &l, e) ||
	    !farewell_due(&d, account, &l, &l, e))
		return false;
	if (l.n == 0)
		return true;
	if (!sql_message_not_gone(q->house->db, q->arena, account,
		today - NEWS_AGAIN_DAYS, &late, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (!said_of_late(&late, l.v[i].season))
			add_end(&l.v[i], io);
	return true;
}

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

	if (!sql_tell_news_posts(h->db, a, o->id, since, now, &rows, e) ||
	    !farewell_any(h, a, o, b.today, photos_last,
		&(struct deed){.house = h,
		    .arena = a,
		    .org = o,
		    .now = now,
		    .today = b.today},
		&b.farewell, e))
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

static bool
add_posts(const struct ask *q, struct news *io, struct err *e)
{
	const struct news_board *b = q->board;
	bool counts;

	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < NEWS_KINDS; k++) {
			if (kinds[k] == NULL ||
			    b->v[i].facts.publish_at <= q->since)
				continue;
			if (!kinds[k](q, &b->v[i], &counts, e))
				return false;
			io->n[k] += counts;
		}
	return true;
}

static bool
add_waits(const struct ask *q, struct news *io, struct err *e)
{
	struct deed d = deed_of(q);

	return waits_for(&d, q->viewer, q->since, io, e);
}

bool
news_for(struct house *h, struct arena *a, const struct organisation *o,
    const struct news_board *b, const struct viewer *v, int64_t since,
    struct news *ret, struct err *e)
{
	struct ask q = {h, a, o, b, v, since};
	struct news n = {{0}};

	if (!add_posts(&q, &n, e) || (b->farewell && !add_ends(&q, &n, e)) ||
	    (viewer_is_staff(v) && !add_waits(&q, &n, e)))
		return err_wrap(e, "news of account %" PRId64, v->account);
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

/* The counts, then what ends: « e » and the first day, « f » or « l » and each
 * season, by how often it is told. */
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
	if (n->end_on > 0)
		buf_printf(&b, " e%" PRId64, n->end_on);
	for (size_t i = 0; i < n->n_ends; i++)
		buf_printf(&b, " %c%" PRId64, n->ends[i].last ? 'l' : 'f',
		    n->ends[i].season);
	if (b.full || !arena_str(a, b.p, b.n, &ret))
		return (str){0};
	return ret;
}

static void
read_end(str one, struct news *io)
{
	int64_t number;

	if (!num_i64(str_sub(one, 1, one.n), 1, INT64_MAX, &number))
		return;
	if (one.p[0] == 'e')
		io->end_on = number;
	else if (io->n_ends < NEWS_ENDS_MAX)
		io->ends[io->n_ends++] =
		    (struct news_end){number, one.p[0] == 'l'};
}

struct news
news_of_word(str word)
{
	struct news n = {{0}};
	bool more = true;
	str one;

	for (size_t k = 0; more; k++) {
		more = str_cut(&word, ' ', &one);
		if (one.n > 1 && strchr("efl", one.p[0]) != NULL)
			read_end(one, &n);
		else if (k < NEWS_KINDS && !num_i64(one, 0, INT32_MAX, &n.n[k]))
			n.n[k] = 0;
	}
	return n;
}
