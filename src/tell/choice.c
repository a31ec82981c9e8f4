#include "tell/choice.h"

#include <inttypes.h>

#include "base/buf.h"
#include "mail/address.h"
#include "sql_account.h"
#include "sql_message.h"
#include "sql_tell.h"
#include "tell/digest.h"
#include "tell/when.h"

#define DAY 86400
#define HOURS(h) ((h)*60)

const char *const tell_way_words[TELL_WAYS] = {
    [TELL_BOTH] = "both", [TELL_MAIL] = "mail", [TELL_PUSH] = "push"};

enum tell_way
tell_way_of(str word)
{
	for (int i = 0; i < TELL_WAYS; i++)
		if (str_eq(word, str_c(tell_way_words[i])))
			return (enum tell_way)i;
	return TELL_BOTH;
}

bool
tell_by_mail(
    const struct conf *conf, const struct tell_choice *c, enum tell_address at)
{
	return conf->mail_server[0] != '\0' && c->daily &&
	       c->way != TELL_PUSH && at == TELL_CONFIRMED;
}

bool
tell_by_push(
    const struct conf *conf, const struct tell_choice *c, int64_t devices)
{
	return conf->push_services[0] != '\0' && c->daily &&
	       c->way != TELL_MAIL && devices > 0;
}

struct tell_choice
tell_default(bool staff)
{
	return (struct tell_choice){.daily = true,
	    .at_min = TELL_EVENING,
	    .quiet_from = staff ? HOURS(20) : HOURS(21),
	    .quiet_to = HOURS(7)};
}

/* ---- the address ---- */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

str
tell_address_digest(struct arena *a, const struct organisation *o, str address)
{
	char small[MAIL_ADDRESS_MAX];

	if (address.n > sizeof(small))
		return (str){0};
	for (size_t i = 0; i < address.n; i++)
		small[i] = lower(address.p[i]);
	return key_digest(
	    a, &o->digest, "tell.address_digest", (str){small, address.n});
}

enum tell_address
tell_address_is(struct arena *a, const struct organisation *o, str address,
    const struct tell_mark *m)
{
	str digest;

	if (address.n == 0)
		return TELL_NONE;
	if (!mail_address_fine(address))
		return TELL_UNFIT;
	digest = tell_address_digest(a, o, address);
	if (digest.p == NULL || m->digest.p == NULL ||
	    !key_equal(digest, m->digest))
		return TELL_NEW;
	if (m->broken)
		return TELL_BROKEN;
	if (m->confirmed_at != DB_NULL)
		return TELL_CONFIRMED;
	return m->asked_at != DB_NULL ? TELL_ASKED : TELL_NEW;
}

int64_t
tell_next_at(const struct organisation *o, const struct tell_choice *c,
    int64_t told_on, int64_t now)
{
	if (!c->daily)
		return DB_NULL;
	return when_next(o->zone,
	    c->at_min == TELL_EVENING ? o->evening_min : c->at_min, told_on,
	    c->pause_until, now);
}

/* ---- the row ---- */

static struct tell_choice
choice_of(const struct sql_tell_get_row *r)
{
	return (struct tell_choice){.daily = r->daily != 0,
	    .way = tell_way_of(r->ways),
	    .at_min = r->at_min == DB_NULL ? TELL_EVENING : r->at_min,
	    .quiet_from = r->quiet_from,
	    .quiet_to = r->quiet_to,
	    .pause_until = r->pause_until == DB_NULL ? 0 : r->pause_until};
}

static bool
address_of(const struct deed *d, int64_t account, str *ret, struct err *e)
{
	struct sql_account_by_id_row row;

	if (!sql_account_by_id(
		d->house->db, d->arena, account, d->org->id, &row, e))
		return false;
	*ret = str_eq(row.state, S("closed"))
		   ? (str){0}
		   : house_text(
			 d->arena, d->org, "account.email_enc", row.email_enc);
	return true;
}

bool
tell_load(const struct deed *d, int64_t account, bool staff,
    struct tell_state *ret, struct err *e)
{
	struct tell_mark m = {.asked_at = DB_NULL, .confirmed_at = DB_NULL};
	struct tell_state s = {.is = tell_default(staff)};
	struct sql_tell_get_row row;
	bool found;

	if (!address_of(d, account, &s.address, e) ||
	    !sql_tell_get(d->house->db, d->arena, account, &found, &row, e))
		return err_wrap(e, "account %" PRId64, account);
	if (found) {
		s.is = choice_of(&row);
		s.told_on = row.told_on;
		s.devices = row.devices;
		m = (struct tell_mark){row.address_digest, row.asked_at,
		    row.confirmed_at, row.broken.p != NULL};
	}
	s.at = tell_address_is(d->arena, d->org, s.address, &m);
	*ret = s;
	return true;
}

/* The day before: this evening's is the first. */
static bool
have_row(const struct deed *d, int64_t account, bool staff, struct err *e)
{
	struct tell_choice c = tell_default(staff);
	int64_t rows;

	return sql_tell_begin(d->house->db, account, d->org->id, c.quiet_from,
	    c.quiet_to, d->today - 1, d->now, &rows, e);
}

bool
tell_choose(const struct deed *d, int64_t account, bool staff,
    const struct tell_choice *c, struct err *e)
{
	const struct conf *conf = d->house->conf;
	struct tell_state s;
	int64_t rows, next;

	if (!have_row(d, account, staff, e) ||
	    !tell_load(d, account, staff, &s, e))
		return false;
	next = tell_by_mail(conf, c, s.at) || tell_by_push(conf, c, s.devices)
		   ? tell_next_at(d->org, c, s.told_on, d->now)
		   : DB_NULL;
	return sql_tell_set(d->house->db, c->daily,
	    str_c(tell_way_words[c->way]),
	    c->at_min == TELL_EVENING ? DB_NULL : c->at_min, c->quiet_from,
	    c->quiet_to, c->pause_until == 0 ? DB_NULL : c->pause_until, next,
	    account, &rows, e);
}

bool
tell_reached(const struct deed *d, int64_t account, bool staff, struct err *e)
{
	struct tell_state s;
	int64_t rows;

	if (!have_row(d, account, staff, e) ||
	    !tell_load(d, account, staff, &s, e))
		return false;
	return !tell_by_push(d->house->conf, &s.is, s.devices) ||
	       sql_tell_wake(d->house->db, d->now - DIGEST_SETTLE_S,
		   tell_next_at(d->org, &s.is, s.told_on, d->now), account,
		   &rows, e);
}

/* ---- links ---- */

str
tell_link_word(struct arena *a, const struct organisation *o,
    enum tell_link what, int64_t account, str address_digest, int64_t asked_at)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(256);
	CLEANUP(buf_done) struct buf hex = BUF_MAX(TELL_WORD_CHARS);
	str digest, ret = {0};

	buf_printf(&b, "%" PRId64 " ", account);
	if (what == TELL_LINK_CONFIRM) {
		buf_printf(&b, "%" PRId64 " ", asked_at);
		buf_str(&b, address_digest);
	}
	digest = key_digest(a, &o->digest,
	    what == TELL_LINK_CONFIRM ? "tell.confirm" : "tell.stop",
	    buf_view(&b));
	if (digest.p == NULL)
		return (str){0};
	buf_hex(&hex, digest.p, TELL_WORD_CHARS / 2);
	return arena_str(a, hex.p, hex.n, &ret) ? ret : (str){0};
}

bool
tell_ask(const struct deed *d, int64_t account, bool staff, enum tell_ask *ret,
    struct err *e)
{
	struct sql_message_confirms_since_row sent;
	struct db *db = d->house->db;
	struct tell_state s;
	int64_t rows;

	if (!tell_load(d, account, staff, &s, e) ||
	    !sql_message_confirms_since(
		db, d->arena, account, d->now - DAY, &sent, e))
		return false;
	*ret = s.at == TELL_NONE || s.at == TELL_UNFIT ? TELL_ASK_NO_ADDRESS
	       : sent.n >= TELL_LINKS_A_DAY            ? TELL_ASK_ENOUGH
						       : TELL_ASK_DONE;
	if (*ret != TELL_ASK_DONE)
		return true;
	return have_row(d, account, staff, e) &&
	       sql_tell_asked(db,
		   tell_address_digest(d->arena, d->org, s.address), d->now,
		   account, &rows, e) &&
	       sql_message_add_confirm(
		   db, d->org->id, account, d->today, d->now, &rows, e);
}

struct following {
	struct deed d;
	struct sql_tell_get_row row;
};

/* Whose it is: organisations are few. */
static bool
find(struct following *f, int64_t account, bool *ret, struct err *e)
{
	struct house *h = f->d.house;
	struct sql_account_by_id_row row;

	*ret = false;
	for (size_t i = 0; i < h->n_org && !*ret; i++) {
		f->d.org = &h->org[i];
		*ret = sql_account_by_id(
		    h->db, f->d.arena, account, f->d.org->id, &row, e);
		if (!*ret && e->kind != ERR_NOT_FOUND)
			return false;
	}
	if (!*ret)
		return true;
	f->d.today = day_of(f->d.org->zone, f->d.now);
	return sql_tell_get(h->db, f->d.arena, account, ret, &f->row, e);
}

/* The link is of this row, and not too old. */
static bool
fits(const struct following *f, enum tell_link what, int64_t account, str word)
{
	const struct sql_tell_get_row *r = &f->row;
	str want;

	if (what == TELL_LINK_CONFIRM &&
	    (r->asked_at == DB_NULL || r->address_digest.p == NULL ||
		f->d.now > r->asked_at + TELL_LINK_DAYS * DAY))
		return false;
	want = tell_link_word(f->d.arena, f->d.org, what, account,
	    r->address_digest, r->asked_at);
	return want.p != NULL && key_equal(want, word);
}

static bool
confirm(const struct following *f, int64_t account, bool *ret, struct err *e)
{
	struct tell_choice c = choice_of(&f->row);
	struct tell_state s;
	int64_t rows;

	if (!tell_load(&f->d, account, false, &s, e))
		return false;
	*ret = s.at == TELL_ASKED || s.at == TELL_CONFIRMED;
	if (s.at != TELL_ASKED)
		return true;
	/* What is published from now on is new. */
	return sql_tell_confirm(f->d.house->db, f->d.now,
	    f->d.now - DIGEST_SETTLE_S,
	    tell_next_at(f->d.org, &c, f->row.told_on, f->d.now), account,
	    &rows, e);
}

static bool
stop(const struct following *f, int64_t account, struct err *e)
{
	struct tell_choice c = choice_of(&f->row);

	/* It is the e-mails that are ended: who has a device has others. */
	if (tell_by_push(f->d.house->conf, &c, f->row.devices))
		c.way = TELL_PUSH;
	else
		c.daily = false;
	return tell_choose(&f->d, account, false, &c, e);
}

bool
tell_follow(struct house *h, struct arena *a, enum tell_link what,
    int64_t account, str word, bool act, int64_t now, bool *ret, struct err *e)
{
	struct following f = {
	    .d = {.house = h, .arena = a, .actor = -1, .now = now}};

	if (!find(&f, account, ret, e))
		return false;
	*ret = *ret && fits(&f, what, account, word);
	if (!*ret || !act)
		return true;
	return what == TELL_LINK_CONFIRM ? confirm(&f, account, ret, e)
					 : stop(&f, account, e);
}
