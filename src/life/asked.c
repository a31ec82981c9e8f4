#include "life/asked.h"

#include <inttypes.h>
#include <stdlib.h>

#include "life/absence.h"
#include "people/child.h"
#include "people/fold.h"
#include "sql_consent.h"
#include "sql_notice.h"

/* ---- a member of a family ---- */

bool
asked_for(const struct post_facts *f, const struct viewer_child *c)
{
	for (size_t i = 0; i < f->n_audience; i++) {
		if (f->audience[i].child == c->id)
			return true;
		for (size_t k = 0; k < c->n_group; k++)
			if (f->audience[i].group == c->group[k])
				return true;
	}
	return false;
}

bool
asked_of(const struct post_facts *f, const struct viewer_child *c)
{
	return c->holder && c->n_group > 0 && asked_for(f, c);
}

bool
asked_guardian(
    const struct deed *d, const struct viewer *v, int64_t *ret, struct err *e)
{
	struct sql_consent_guardian_of_row who;
	bool found = false;

	if (viewer_is_family(v) &&
	    !sql_consent_guardian_of(d->house->db, d->arena, v->account,
		d->org->id, &found, &who, e))
		return false;
	*ret = found ? who.id : 0;
	return true;
}

static bool
read_child(const struct deed *d, const struct notice *n, int64_t guardian,
    struct asked_child *io, struct err *e)
{
	struct sql_notice_answers_of_child_rows rows;

	if (!sql_notice_answers_of_child(d->house->db, d->arena, n->id,
		n->version, io->child->id, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].guardian == guardian)
			io->mine_at = rows.v[i].acted_at;
		else
			io->other = true;
	return true;
}

static void
sum_up(const struct notice *n, struct asked_mine *io)
{
	io->all = io->n > 0;
	for (size_t i = 0; i < io->n; i++) {
		const struct asked_child *c = &io->v[i];

		io->all = io->all && c->mine_at != 0;
		io->waits |= c->mine_at == 0 && (n->is.each || !c->other);
		if (c->mine_at > io->mine_at)
			io->mine_at = c->mine_at;
	}
}

bool
asked_mine(const struct deed *d, const struct viewer *v, const struct grant *g,
    const struct notice *n, struct asked_mine *ret, struct err *e)
{
	struct asked_mine m = {0};

	m.v = NEW_N(d->arena, struct asked_child, v->n_child + 1);
	if (m.v == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	if (!asked_guardian(d, v, &m.guardian, e))
		return false;
	for (size_t i = 0; m.guardian != 0 && i < v->n_child; i++) {
		const struct viewer_child *c = &v->child[i];

		if (!asked_of(grant_facts(g), c))
			continue;
		m.v[m.n] = (struct asked_child){.child = c};
		if (!read_child(d, n, m.guardian, &m.v[m.n++], e))
			return err_wrap(e, "notice %" PRId64, n->id);
	}
	sum_up(n, &m);
	*ret = m;
	return true;
}

static bool
write_answer(const struct deed *d, const struct notice *n, int64_t child,
    const struct asked_mine *m, bool second, struct err *e)
{
	struct deed_about about = {.kind = "notice",
	    .id = n->id,
	    .child = child,
	    .detail = arena_i64(d->arena, n->version)};
	int64_t rows;

	return sql_notice_answer_add(d->house->db, n->id, n->version, child,
		   m->guardian, second ? S("second-step") : S("signed-in"),
		   d->actor, DB_NULL, d->now, d->now, &rows, e) &&
	       deed_note(d,
		   n->is.sign ? AUDIT_NOTICE_SIGNED : AUDIT_NOTICE_READ, &about,
		   e);
}

bool
asked_answer(const struct deed *d, const struct viewer *v,
    const struct grant *g, const struct notice *n, str digest, bool second,
    bool *ret, struct err *e)
{
	struct asked_mine m;

	if (!asked_mine(d, v, g, n, &m, e))
		return false;
	if (m.n == 0)
		return err_set(e, ERR_NOT_FOUND, "nobody is asked");
	*ret = key_equal(
	    digest, (str){(const char *)n->digest, sizeof(n->digest)});
	for (size_t i = 0; *ret && i < m.n; i++)
		if (m.v[i].mine_at == 0 &&
		    !write_answer(d, n, m.v[i].child->id, &m, second, e))
			return err_wrap(e, "notice %" PRId64, n->id);
	return true;
}

/* ---- what waits ---- */

static bool
concerns(const struct asked_mine *m, const struct notice *n, int64_t child)
{
	for (size_t i = 0; i < m->n; i++)
		if ((child == 0 || m->v[i].child->id == child) &&
		    m->v[i].mine_at == 0 && (n->is.each || !m->v[i].other))
			return true;
	return false;
}

static bool
add_wait(const struct deed *d, const struct viewer *v, int64_t post,
    int64_t child, enum lang lang, struct asked_waits *io, struct err *e)
{
	const struct grant *g;
	struct asked_mine m;
	struct notice n;

	if (!permit_post(d->house, d->arena, v, post, PERMIT_NOTICE, d->now,
		d->today, &g, e))
		return e->kind == ERR_NOT_FOUND;
	if (!notice_load(d, g, &n, e) || !asked_mine(d, v, g, &n, &m, e))
		return false;
	if (concerns(&m, &n, child))
		io->v[io->n++] = (struct asked_wait){n.id, n.is.by_on,
		    n.is.sign, n.reminded_at != DB_NULL,
		    n.is.words.title[notice_lang(&n.is.words, lang)]};
	return true;
}

bool
asked_waits(const struct deed *d, const struct viewer *v, int64_t child,
    enum lang lang, struct asked_waits *ret, struct err *e)
{
	struct sql_notice_waiting_rows rows;
	struct asked_waits l = {0};

	if (!sql_notice_waiting(
		d->house->db, d->arena, d->org->id, d->today, &rows, e))
		return err_wrap(e, "notices that wait");
	l.v = NEW_N(d->arena, struct asked_wait, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many notices");
	for (size_t i = 0; i < rows.n; i++) {
		if (!add_wait(d, v, rows.v[i].post, child, lang, &l, e))
			return false;
		if (rows.v[i].publish_at > d->now)
			l.later = words_sooner(l.later, rows.v[i].publish_at);
	}
	*ret = l;
	return true;
}

/* ---- the team ---- */

/* Of the named ones, a team member reads those that it is near. */
static bool
may_read(const struct viewer *v, const struct post_facts *f, int64_t child)
{
	if (viewer_is_director(v))
		return true;
	for (size_t i = 0; i < f->n_audience; i++)
		if (f->audience[i].child == child)
			return f->audience[i].near;
	return false;
}

static bool
is_group_of(const struct viewer *v, const struct post_facts *f, int64_t group)
{
	for (size_t i = 0; i < f->n_audience; i++)
		if (f->audience[i].group == group)
			return permit_day(v, group);
	return false;
}

/* One row per child and adult, children together. */
static void
add_line(const struct deed *d, const struct sql_notice_asked_row *l,
    size_t room, struct asked_rows *io)
{
	const struct child_sealed sealed = {.id = l->child,
	    .key_wrapped = l->key_wrapped,
	    .first_enc = l->first_enc,
	    .last_enc = l->last_enc};
	struct asked_row *row = io->n == 0 ? NULL : &io->v[io->n - 1];
	struct child_name name;

	if (row == NULL || row->child != l->child) {
		name = child_open(d->arena, d->org, &sealed);
		row = &io->v[io->n++];
		*row = (struct asked_row){.child = l->child,
		    .name = child_full_name(d->arena, &name),
		    .v = NEW_N(d->arena, struct asked_adult, room)};
		row->key = fold_name(d->arena, row->name);
	}
	if (l->guardian == DB_NULL || row->v == NULL)
		return;
	row->v[row->n++] = (struct asked_adult){l->guardian,
	    l->acted_at == DB_NULL ? 0 : l->acted_at,
	    house_text(
		d->arena, d->org, "guardian.name_enc", l->guardian_name_enc),
	    str_eq(l->method, S("paper"))};
}

static size_t
lines_of(const struct sql_notice_asked_row *l, size_t n)
{
	size_t same = 1;

	while (same < n && l[same].child == l->child)
		same++;
	return same;
}

static bool
is_done(const struct notice *n, const struct asked_row *r)
{
	size_t answered = 0;

	for (size_t i = 0; i < r->n; i++)
		answered += r->v[i].acted_at != 0;
	return answered > 0 && (!n->is.each || answered == r->n);
}

static int
by_name(const void *pa, const void *pb)
{
	const struct asked_row *a = pa, *b = pb;

	return fold_order(a->key, b->key);
}

bool
asked_rows(const struct deed *d, const struct viewer *v, const struct grant *g,
    const struct notice *n, int64_t group, struct asked_rows *ret,
    struct err *e)
{
	const struct post_facts *f = grant_facts(g);
	struct sql_notice_asked_rows rows;
	struct asked_rows l = {0};

	if (!viewer_is_staff(v) || (group != 0 && !is_group_of(v, f, group)))
		return err_set(e, ERR_NOT_FOUND, "not for this group");
	if (!sql_notice_asked(d->house->db, d->arena, group, d->today,
		group == 0 ? n->id : 0, n->id, n->version, d->org->id, &rows,
		e))
		return err_wrap(e, "notice %" PRId64, n->id);
	l.v = NEW_N(d->arena, struct asked_row, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < rows.n; i++)
		if (group != 0 || may_read(v, f, rows.v[i].child))
			add_line(d, &rows.v[i],
			    lines_of(&rows.v[i], rows.n - i), &l);
	for (size_t i = 0; i < l.n; i++) {
		l.v[i].done = is_done(n, &l.v[i]);
		l.done += l.v[i].done;
	}
	if (l.n > 1)
		qsort(l.v, l.n, sizeof(*l.v), by_name);
	*ret = l;
	return true;
}

/* ---- paper ---- */

static bool
is_asked(const struct asked_rows *l, const struct asked_paper *p)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->v[i].n; k++)
			if (l->v[i].child == p->child &&
			    l->v[i].v[k].guardian == p->guardian)
				return true;
	return false;
}

static bool
is_witness(const struct deed *d, int64_t account, bool *ret, struct err *e)
{
	struct sql_consent_witnesses_rows rows;

	*ret = false;
	if (!sql_consent_witnesses(
		d->house->db, d->arena, d->org->id, d->actor, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		*ret |= rows.v[i].id == account;
	return true;
}

/* What was signed on a day was said at its end, or now. */
static int64_t
end_of(const struct deed *d, int64_t day)
{
	int64_t at = zone_utc(d->org->zone, day_to_civil(day + 1)) - 1;

	return at > d->now ? d->now : at;
}

static bool
write_paper(const struct deed *d, const struct notice *n,
    const struct asked_paper *p, struct err *e)
{
	struct deed_about about = {.kind = "notice",
	    .id = n->id,
	    .child = p->child,
	    .detail = arena_i64(d->arena, n->version)};
	int64_t rows;

	return sql_notice_answer_add(d->house->db, n->id, n->version, p->child,
		   p->guardian, S("paper"), d->actor, p->witness,
		   end_of(d, p->signed_on), d->now, &rows, e) &&
	       deed_note(d, AUDIT_NOTICE_PAPER, &about, e);
}

bool
asked_enter(const struct deed *d, const struct viewer *v, const struct grant *g,
    const struct notice *n, const struct asked_paper *p, enum asked_fault *ret,
    struct err *e)
{
	struct asked_rows l;
	bool seen;

	if (grant_want(g) != PERMIT_NOTICE_EDIT || n->state != POST_PUBLISHED)
		return err_set(e, ERR_NOT_FOUND, "no leave to enter");
	if (!asked_rows(d, v, g, n, p->group, &l, e) ||
	    !is_witness(d, p->witness, &seen, e))
		return false;
	*ret = ASKED_DONE;
	if (!is_asked(&l, p))
		*ret = ASKED_NOBODY;
	else if (p->signed_on > d->today ||
		 p->signed_on < day_of(d->org->zone, n->made_at))
		*ret = ASKED_DAY;
	else if (!seen)
		*ret = ASKED_WITNESS;
	return *ret != ASKED_DONE || write_paper(d, n, p, e);
}

bool
notice_sweep(struct house *h, int64_t organisation, int64_t before_on,
    int64_t most, int64_t *ret_n, struct err *e)
{
	return sql_notice_purge(
		   h->db, organisation, before_on, most, ret_n, e) ||
	       err_wrap(e, "answers of old");
}
