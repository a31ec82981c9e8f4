#include "tell/digest.h"

#include <inttypes.h>

#include "sharing/viewer.h"
#include "sql_message.h"
#include "sql_push.h"
#include "sql_tell.h"
#include "tell/choice.h"
#include "tell/news.h"
#include "tell/when.h"

#define AT_ONCE 100 /* accounts in one commit */
#define DAY 86400
#define BOARD_ARENA ((size_t)16 << 20)
#define VIEWER_ARENA ((size_t)4 << 20)

struct turn {
	struct house *house;
	struct arena *arena; /* of the whole turn */
	struct arena *one;   /* of one account */
	int64_t now;
	const struct organisation *org; /* the board is this one's */
	struct news_board board;
};

typedef struct sql_tell_due_row due_row;

static struct tell_choice
choice_of(const due_row *r)
{
	return (struct tell_choice){.daily = r->daily != 0,
	    .way = tell_way_of(r->ways),
	    .at_min = r->at_min == DB_NULL ? TELL_EVENING : r->at_min,
	    .quiet_from = r->quiet_from,
	    .quiet_to = r->quiet_to,
	    .pause_until = r->pause_until == DB_NULL ? 0 : r->pause_until};
}

struct reach {
	bool mail, push;
};

/* Is there anybody to tell, and by what ways? */
static struct reach
reached(const struct turn *t, const struct organisation *o, const due_row *r,
    const struct tell_choice *c)
{
	const struct conf *conf = t->house->conf;
	const struct tell_mark m = {
	    r->address_digest, DB_NULL, r->confirmed_at, r->broken.p != NULL};
	str address = house_text(t->one, o, "account.email_enc", r->email_enc);

	if (!str_eq(r->state, S("active")))
		return (struct reach){false, false};
	return (struct reach){
	    tell_by_mail(conf, c, tell_address_is(t->one, o, address, &m)),
	    tell_by_push(conf, c, r->devices)};
}

/* The board of this organisation, that goes back far enough. */
static bool
board_for(
    struct turn *t, const struct organisation *o, int64_t since, struct err *e)
{
	if (t->org == o && t->board.since <= since)
		return true;
	t->org = o;
	return news_open(t->house, t->arena, o, since, t->now, &t->board, e);
}

static bool
count(struct turn *t, const struct organisation *o, const due_row *r,
    struct news *ret, struct err *e)
{
	int64_t since = r->told_at, oldest = t->now - DIGEST_BACK_DAYS * DAY;
	struct viewer *v;

	if (since < oldest)
		since = oldest;
	return board_for(t, o, since, e) &&
	       viewer_load(t->house, t->one, o, r->account,
		   day_of(o->zone, t->now), &v, e) &&
	       news_for(t->house, t->one, o, &t->board, v, since, ret, e);
}

static bool
queue(struct turn *t, const struct organisation *o, const due_row *r,
    struct reach by, int64_t today, struct err *e)
{
	struct db *db = t->house->db;
	struct news news;
	int64_t rows;
	str what;

	if (!count(t, o, r, &news, e))
		return false;
	if (!news_any(&news))
		return true;
	what = news_word(t->one, &news);
	return (!by.mail || sql_message_add_digest(db, o->id, r->account, today,
				what, t->now, t->now, &rows, e)) &&
	       (!by.push || sql_push_add_digest(
				db, today, what, t->now, r->account, &rows, e));
}

static bool
later(struct turn *t, const due_row *r, int64_t at, struct err *e)
{
	int64_t rows;

	return sql_tell_later(t->house->db, at, r->account, &rows, e);
}

/* The row's hour came: is it still so, and what is new? */
static bool
take(struct turn *t, const due_row *r, struct err *e)
{
	struct tell_choice c = choice_of(r);
	const struct organisation *o;
	int64_t today, loud, next, rows;
	struct reach by;

	if (!house_org(t->house, r->organisation, &o, e))
		return false;
	today = day_of(o->zone, t->now);
	by = reached(t, o, r, &c);
	if (!by.mail && !by.push)
		return later(t, r, DB_NULL, e);
	loud = when_loud(o->zone, c.quiet_from, c.quiet_to, t->now);
	if (loud > t->now)
		return later(t, r, loud, e);
	/* The clock went back, or a pause was said meanwhile. */
	if (today <= r->told_on || today <= c.pause_until)
		return later(t, r, tell_next_at(o, &c, r->told_on, t->now), e);
	next = tell_next_at(o, &c, today, t->now);
	return queue(t, o, r, by, today, e) &&
	       sql_tell_told(
		   t->house->db, today, t->now, next, r->account, &rows, e);
}

static bool
take_all(struct turn *t, bool *ret_more, struct err *e)
{
	struct sql_tell_due_rows rows;

	if (!sql_tell_due(t->house->db, t->arena, t->now, AT_ONCE, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		arena_reset(t->one);
		if (!take(t, &rows.v[i], e))
			return err_wrap(
			    e, "account %" PRId64, rows.v[i].account);
	}
	*ret_more = rows.n == AT_ONCE;
	return true;
}

bool
digest_turn(struct house *h, int64_t now, bool *ret_more, struct err *e)
{
	OWNED(arena) whole = arena_new(BOARD_ARENA);
	OWNED(arena) one = arena_new(VIEWER_ARENA);
	struct turn t = {.house = h,
	    .arena = whole,
	    .one = one,
	    .now = now - DIGEST_SETTLE_S};

	if (whole == NULL || one == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	if (!db_begin(h->db, e))
		return false;
	if (take_all(&t, ret_more, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "digest");
}

bool
digest_due(struct house *h, struct arena *a, int64_t *ret, struct err *e)
{
	struct sql_tell_next_row row;

	if (!sql_tell_next(h->db, a, &row, e))
		return false;
	*ret = row.at == DB_NULL ? DB_NULL : row.at + DIGEST_SETTLE_S;
	return true;
}
