#include "life/item.h"

#include <inttypes.h>

#include "life/entry.h"
#include "life/item_words.h"
#include "sharing/looked.h"
#include "sql_item.h"

#define DAY ((int64_t)86400)
#define ITEMS_MAX 300

static const char *const words[ITEM_KINDS] = {
    "event", "programme", "menu", "poll", "bring", "entry"};

str
item_word(enum item_kind k)
{
	return str_c(words[k]);
}

bool
item_of_word(str word, enum item_kind *ret)
{
	for (int i = 0; i < ITEM_KINDS; i++)
		if (str_eq(word, str_c(words[i]))) {
			*ret = (enum item_kind)i;
			return true;
		}
	return false;
}

/* ---- what it says ---- */

enum lang
item_lang(const struct item *i, enum lang l)
{
	if (i->is.words[l][ITEM_TITLE].n > 0)
		return l;
	return l == LANG_FR ? LANG_EN : LANG_FR;
}

str
item_part(const struct item *i, enum lang l, enum item_part part)
{
	return i->is.words[item_lang(i, l)][part];
}

static str
either(const str of[LANGS], enum lang l)
{
	return of[l].n > 0 ? of[l] : of[l == LANG_FR ? LANG_EN : LANG_FR];
}

str
item_line_text(const struct item_line *line, enum lang l)
{
	return either(line->text, l);
}

str
item_line_more(const struct item_line *line, enum lang l)
{
	return either(line->more, l);
}

int64_t
item_monday(int64_t day)
{
	return day - day_of_week(day);
}

bool
item_is_on(const struct item *i, int64_t day)
{
	int64_t long_days = i->is.until_on - i->is.from_on, since;

	if (day < i->is.from_on || day > i->last_on)
		return false;
	since = day - i->is.from_on;
	if (i->is.weekly_until == DB_NULL)
		return since <= long_days;
	return since % 7 <= long_days;
}

bool
item_is_off(const struct item *i, int64_t day)
{
	int64_t monday;

	if (i->n_off == 0 || !item_is_on(i, day))
		return false;
	monday = item_monday(day - (day - i->is.from_on) % 7);
	for (size_t k = 0; k < i->n_off; k++)
		if (i->off[k] == monday)
			return true;
	return false;
}

/* ---- reading ---- */

static bool
load_off(const struct deed *d, struct item *io, struct err *e)
{
	struct sql_item_off_rows rows;
	int64_t *off;

	if (io->is.weekly_until == DB_NULL)
		return true;
	if (!sql_item_off(d->house->db, d->arena, io->id, &rows, e))
		return false;
	off = NEW_N(d->arena, int64_t, rows.n + 1);
	if (off == NULL)
		return err_set(e, ERR_LIMIT, "too many weeks");
	for (size_t i = 0; i < rows.n; i++)
		off[i] = rows.v[i].week_on;
	io->off = off;
	io->n_off = rows.n;
	return true;
}

static bool
load_lines(const struct deed *d, int64_t id, bool open, struct item_new *io,
    struct err *e)
{
	struct sql_item_lines_rows rows;
	struct item_line *v;

	if (!sql_item_lines(d->house->db, d->arena, id, &rows, e))
		return false;
	v = NEW_N(d->arena, struct item_line, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many lines");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_item_lines_row *r = &rows.v[i];
		const str sealed[LANGS] = {
		    [LANG_FR] = r->fr_enc, [LANG_EN] = r->en_enc};

		v[i] = (struct item_line){.id = r->id,
		    .day = r->day_on,
		    .half = r->half,
		    .wanted = r->wanted};
		if (open)
			item_line_open(d, sealed, &v[i]);
	}
	io->line = v;
	io->n_line = rows.n;
	return true;
}

static bool
fill(const struct deed *d, int64_t id, const struct sql_item_by_post_row *r,
    struct item *ret, struct err *e)
{
	*ret = (struct item){.id = id,
	    .is = {.from_on = r->from_on,
		.until_on = r->until_on,
		.from_min = r->from_min,
		.until_min = r->until_min,
		.weekly_until = r->weekly_until,
		.closed = r->closed != 0,
		.many = r->many != 0,
		.each = r->each_adult != 0,
		.shown = r->shown != 0,
		.album = r->album},
	    .last_on = r->last_on,
	    .changes = r->changes,
	    .changed_at = r->changed_at,
	    .child = r->child,
	    .state = words_state(r->state),
	    .publish_at = r->publish_at,
	    .author_name = house_text(
		d->arena, d->org, "account.name_enc", r->author_name_enc)};
	return item_of_word(r->kind, &ret->is.kind) ||
	       err_set(e, ERR_CORRUPT, "item %" PRId64, id);
}

bool
item_load(const struct deed *d, const struct grant *g, struct item *ret,
    struct err *e)
{
	bool found, open = grant_want(g) != PERMIT_NOTICE_GONE;
	struct sql_item_by_post_row r;
	int64_t id = grant_post(g);

	if (!sql_item_by_post(d->house->db, d->arena, id, &found, &r, e))
		return err_wrap(e, "item %" PRId64, id);
	if (!found || !grant_facts(g)->notice)
		return err_set(e, ERR_NOT_FOUND, "not an item");
	if (!fill(d, id, &r, ret, e))
		return false;
	if (open)
		item_words_open(d, r.child, r.key_wrapped,
		    (const str[LANGS]){
			[LANG_FR] = r.fr_enc, [LANG_EN] = r.en_enc},
		    ret->is.words);
	return load_lines(d, id, open, &ret->is, e) && load_off(d, ret, e);
}

/* One of the candidates, if it is for this viewer. */
static bool
add_seen(const struct deed *d, const struct viewer *v, int64_t post,
    enum permit_want want, struct items *io, struct err *e)
{
	struct item_seen *s = &io->v[io->n];

	if (!permit_post(d->house, d->arena, v, post, want, d->now, d->today,
		&s->grant, e))
		return e->kind == ERR_NOT_FOUND;
	io->n++;
	return item_load(d, s->grant, &s->item, e);
}

bool
items_between(const struct deed *d, const struct viewer *v, enum item_kind kind,
    int64_t from_on, int64_t until_on, enum permit_want want, struct items *ret,
    struct err *e)
{
	struct sql_item_between_rows rows;
	struct items l = {0};

	if (!sql_item_between(d->house->db, d->arena, d->org->id,
		item_word(kind), from_on, until_on, ITEMS_MAX, &rows, e))
		return err_wrap(e, "items of some days");
	l.v = NEW_N(d->arena, struct item_seen, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many items");
	for (size_t i = 0; i < rows.n; i++) {
		if (!add_seen(d, v, rows.v[i].post, want, &l, e))
			return false;
		if (rows.v[i].publish_at > d->now)
			l.later = words_sooner(l.later, rows.v[i].publish_at);
	}
	*ret = l;
	return true;
}

bool
items_list(const struct deed *d, const struct viewer *v, enum item_kind kind,
    int64_t before, struct items *ret, int64_t *ret_next, struct err *e)
{
	const size_t page = 20;
	struct sql_item_list_rows rows;
	struct items l = {0};

	if (!sql_item_list(d->house->db, d->arena, d->org->id, item_word(kind),
		before, (int64_t)page + 1, &rows, e))
		return err_wrap(e, "items of a kind");
	l.v = NEW_N(d->arena, struct item_seen, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many items");
	for (size_t i = 0; i < rows.n && i < page; i++)
		if (!add_seen(d, v, rows.v[i].post, PERMIT_NOTICE, &l, e))
			return false;
	*ret_next = rows.n > page ? rows.v[page - 1].post : 0;
	*ret = l;
	return true;
}

static bool
is_of_group(const struct item_seen *s, int64_t group)
{
	const struct post_facts *f = grant_facts(s->grant);

	for (size_t i = 0; i < f->n_audience; i++)
		if (f->audience[i].group == group)
			return true;
	return false;
}

bool
items_week(const struct deed *d, const struct viewer *v, enum item_kind kind,
    int64_t group, int64_t monday, const struct item_seen **ret, struct err *e)
{
	struct items l;

	if (!items_between(
		d, v, kind, monday, monday + 6, PERMIT_NOTICE, &l, e))
		return false;
	*ret = NULL;
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].item.state != POST_WITHDRAWN &&
		    (group == 0 || is_of_group(&l.v[i], group)))
			*ret = &l.v[i];
	return true;
}

/* ---- writing ---- */

static int64_t
last_of(const struct item_new *n)
{
	int64_t weeks;

	if (n->weekly_until == DB_NULL || n->weekly_until < n->from_on)
		return n->until_on;
	weeks = (n->weekly_until - n->from_on) / 7;
	return n->until_on + weeks * 7;
}

static bool
write_lines(
    const struct deed *d, int64_t id, const struct item_new *n, struct err *e)
{
	int64_t rows;

	if (n->n_line > ITEM_LINES_MAX)
		return err_set(e, ERR_LIMIT, "too many lines");
	if (!sql_item_lines_drop(d->house->db, id, &rows, e))
		return false;
	for (size_t i = 0; i < n->n_line; i++) {
		const struct item_line *l = &n->line[i];
		str sealed[LANGS];

		if (!item_line_seal(d, l, sealed, e) ||
		    !sql_item_line_add(d->house->db, id, (int64_t)i + 1, l->day,
			l->half, l->wanted, sealed[LANG_FR], sealed[LANG_EN],
			&rows, e))
			return false;
	}
	return true;
}

static bool
note(const struct deed *d, const struct grant *g, enum audit_action action,
    enum item_kind kind, struct err *e)
{
	return looked_note(
	    d, action, "item", grant_post(g), g, item_word(kind), e);
}

bool
item_create(const struct deed *d, const struct item_new *n, int64_t *ret_id,
    struct err *e)
{
	str sealed[LANGS];
	int64_t id, rows;

	if (!item_words_seal(d, &d->org->key, n, sealed, e) ||
	    !words_post(d, &id, e) ||
	    !sql_item_create(d->house->db, id, d->org->id, item_word(n->kind),
		n->from_on, n->until_on, n->from_min, n->until_min,
		n->weekly_until, last_of(n), n->closed, n->many, n->each,
		n->shown, n->album, d->now, sealed[LANG_FR], sealed[LANG_EN],
		&rows, e) ||
	    !write_lines(d, id, n, e))
		return err_wrap(e, "new item");
	*ret_id = id;
	return true;
}

static bool
is_answered(enum item_kind k)
{
	return k == ITEM_POLL || k == ITEM_BRING;
}

/* Under the child's own key where the item has one already. */
static bool
seal_again(const struct deed *d, const struct item *was,
    const struct item_new *n, str ret[LANGS], struct err *e)
{
	return was->child != DB_NULL
		   ? entry_seal(d, was->child, n, ret, e)
		   : item_words_seal(d, &d->org->key, n, ret, e);
}

bool
item_change(const struct deed *d, const struct grant *g,
    const struct item_new *n, struct err *e)
{
	struct item was;
	str sealed[LANGS];
	int64_t rows;
	bool draft, fixed;

	if (!words_may_change(g, e) || !item_load(d, g, &was, e) ||
	    !seal_again(d, &was, n, sealed, e))
		return false;
	draft = was.state == POST_DRAFT;
	fixed = !draft && is_answered(was.is.kind);
	if (!sql_item_set(d->house->db, n->from_on, n->until_on, n->from_min,
		n->until_min, n->weekly_until, last_of(n), n->closed,
		fixed ? was.is.many : n->many, fixed ? was.is.each : n->each,
		n->shown, n->album, !draft, d->now, sealed[LANG_FR],
		sealed[LANG_EN], was.id, &rows, e) ||
	    !(fixed || write_lines(d, was.id, n, e)))
		return err_wrap(e, "item %" PRId64, was.id);
	return draft || note(d, g, AUDIT_ITEM_CHANGED, was.is.kind, e);
}

static bool
has_week(const struct item *i, int64_t monday)
{
	int64_t since = monday - item_monday(i->is.from_on);

	return i->is.weekly_until != DB_NULL && since % 7 == 0 &&
	       item_is_on(i, i->is.from_on + since);
}

bool
item_week(const struct deed *d, const struct grant *g, int64_t monday, bool off,
    struct err *e)
{
	struct db *db = d->house->db;
	struct item i;
	int64_t rows;

	if (!words_may_change(g, e) || !item_load(d, g, &i, e))
		return false;
	if (!has_week(&i, monday))
		return err_set(e, ERR_NOT_FOUND, "no such week");
	return ((off ? sql_item_off_add(db, i.id, monday, &rows, e)
		     : sql_item_off_drop(db, i.id, monday, &rows, e)) &&
		   sql_item_touch(db, d->now, i.id, &rows, e) &&
		   note(d, g, AUDIT_ITEM_CHANGED, i.is.kind, e)) ||
	       err_wrap(e, "item %" PRId64, i.id);
}

bool
item_withdraw(const struct deed *d, const struct grant *g, struct err *e)
{
	struct item i;
	int64_t rows;

	return item_load(d, g, &i, e) && words_withdraw(d, g, e) &&
	       sql_item_touch(d->house->db, d->now, i.id, &rows, e) &&
	       note(d, g, AUDIT_ITEM_WITHDRAWN, i.is.kind, e);
}

bool
item_discard(const struct deed *d, const struct grant *g, struct err *e)
{
	int64_t rows, id = grant_post(g);
	struct db *db = d->house->db;

	return (words_is_draft(g, e) && sql_item_lines_drop(db, id, &rows, e) &&
		   sql_item_off_end(db, id, &rows, e) &&
		   sql_item_drop(db, id, &rows, e) && words_drop(d, g, e)) ||
	       err_wrap(e, "item %" PRId64, id);
}

/* ---- publishing ---- */

static bool
publish_one(const struct deed *d, const struct grant *g, const struct item *i,
    int64_t at, enum words_hour *ret, struct err *e)
{
	int64_t last = is_answered(i->is.kind) ? i->is.until_on : INT64_MAX;

	return words_publish(d, g, at, last, ret, e) &&
	       (*ret != WORDS_DONE ||
		   note(d, g, AUDIT_ITEM_PUBLISHED, i->is.kind, e));
}

bool
item_publish(const struct deed *d, const struct grant *g, int64_t at,
    enum words_hour *ret, struct err *e)
{
	struct item i;

	if (!item_load(d, g, &i, e) || !words_may_change(g, e))
		return false;
	if (i.is.kind == ITEM_ENTRY && entry_is_by_name(grant_facts(g)))
		return entry_publish(d, g, &i, at, ret, e);
	return publish_one(d, g, &i, at, ret, e);
}

/* ---- jobs ---- */

bool
item_end(struct house *h, int64_t post, struct err *e)
{
	int64_t rows;

	return (sql_item_answers_end(h->db, post, &rows, e) &&
		   sql_item_lines_drop(h->db, post, &rows, e) &&
		   sql_item_off_end(h->db, post, &rows, e) &&
		   sql_item_drop(h->db, post, &rows, e)) ||
	       err_wrap(e, "item %" PRId64, post);
}
