#include "tell/urgent.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "people/child.h"
#include "sharing/permit.h"
#include "sql_message.h"
#include "sql_push.h"
#include "sql_urgent.h"

#define HOUR 3600
#define DAY (24 * HOUR)

static bool
may(const struct viewer *v, int64_t group, struct err *e)
{
	return permit_day(v, group) ||
	       err_set(e, ERR_NOT_FOUND, "no group of this viewer");
}

static bool
note(const struct deed *d, enum audit_action action, int64_t id, int64_t group,
    struct err *e)
{
	struct deed_about about = {.kind = "urgent", .id = id, .group = group};

	return deed_note(d, action, &about, e);
}

/* ---- reading ---- */

static enum urgent_state
state_of(int64_t second_at, int64_t ended_at, int64_t until_at, int64_t now)
{
	if (ended_at != DB_NULL)
		return URGENT_ENDED;
	if (until_at <= now)
		return URGENT_OVER;
	return second_at == DB_NULL ? URGENT_WAITS : URGENT_GOES;
}

/* The generated row types differ by name only. */
#define FILL(d, r)                                                          \
	((struct urgent){.id = (r)->id,                                     \
	    .group = (r)->activity_group,                                   \
	    .day = (r)->day_on == DB_NULL ? 0 : (r)->day_on,                \
	    .author = (r)->author,                                          \
	    .written_at = (r)->written_at,                                  \
	    .second_at = (r)->second_at,                                    \
	    .until_at = (r)->until_at,                                      \
	    .state = state_of(                                              \
		(r)->second_at, (r)->ended_at, (r)->until_at, (d)->now),    \
	    .group_name = (r)->group_name,                                  \
	    .text = house_text(                                             \
		(d)->arena, (d)->org, "urgent.text_enc", (r)->text_enc),    \
	    .author_name = house_text(                                      \
		(d)->arena, (d)->org, "account.name_enc", (r)->author_enc), \
	    .second_name = house_text(                                      \
		(d)->arena, (d)->org, "account.name_enc", (r)->second_enc), \
	    .mine = (r)->author == (d)->actor})

bool
urgent_get(const struct deed *d, const struct viewer *v, int64_t id,
    struct urgent *ret, struct err *e)
{
	struct sql_urgent_by_id_row row;
	bool found;

	if (!sql_urgent_by_id(
		d->house->db, d->arena, id, d->org->id, &found, &row, e))
		return false;
	if (!found || !viewer_is_staff(v))
		return err_set(e, ERR_NOT_FOUND, "no such urgent message");
	*ret = FILL(d, &row);
	return true;
}

bool
urgent_all(const struct deed *d, const struct viewer *v,
    struct urgent_list *ret, struct err *e)
{
	struct sql_urgent_list_rows rows;
	struct urgent_list l = {0};

	if (!viewer_is_staff(v))
		return err_set(e, ERR_NOT_FOUND, "not of the team");
	if (!sql_urgent_list(d->house->db, d->arena, d->org->id,
		d->now - URGENT_SHOWN_DAYS * DAY, &rows, e))
		return false;
	l.v = NEW_N(d->arena, struct urgent, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many urgent messages");
	for (size_t i = 0; i < rows.n; i++)
		l.v[l.n++] = FILL(d, &rows.v[i]);
	*ret = l;
	return true;
}

/* ---- a family ---- */

/* Of one day: for whoever has a child of that group who is said to come. */
static bool
add_group(const struct deed *d, int64_t group, struct urgent_list *l,
    size_t most, struct err *e)
{
	struct sql_urgent_of_group_rows rows;

	if (!sql_urgent_of_group(
		d->house->db, d->arena, group, d->now, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n && l->n < most; i++)
		l->v[l->n++] = (struct urgent){.id = rows.v[i].id,
		    .group = group,
		    .second_at = rows.v[i].second_at,
		    .until_at = rows.v[i].until_at,
		    .state = URGENT_GOES,
		    .text = house_text(d->arena, d->org, "urgent.text_enc",
			rows.v[i].text_enc)};
	return true;
}

#define FIRST_PAGE_MAX 8

bool
urgent_for(const struct deed *d, const struct viewer *v,
    struct urgent_list *ret, struct err *e)
{
	struct urgent_list l = {
	    NEW_N(d->arena, struct urgent, FIRST_PAGE_MAX), 0};

	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	for (size_t i = 0; i < v->n_group; i++)
		if (permit_urgent(v, v->group[i].id) &&
		    !add_group(d, v->group[i].id, &l, FIRST_PAGE_MAX, e))
			return err_wrap(
			    e, "urgent of group %" PRId64, v->group[i].id);
	*ret = l;
	return true;
}

/* ---- whom ---- */

typedef struct sql_urgent_recipients_row row;

static bool
recipients(const struct deed *d, const struct urgent *u,
    struct sql_urgent_recipients_rows *ret, struct err *e)
{
	int64_t day = u->day == 0 ? d->today : u->day;

	return sql_urgent_recipients(
	    d->house->db, d->arena, day, u->group, ret, e);
}

/* Said not to come: not meant, when it is about that day. */
static bool
is_meant(const struct urgent *u, const row *r)
{
	return u->day == 0 || r->absent == 0;
}

static bool
queue_for(const struct deed *d, const struct urgent *u, int64_t account,
    struct err *e)
{
	struct house *h = d->house;
	int64_t done;

	return (h->conf->mail_server[0] == '\0' ||
		   sql_message_add_urgent(h->db, d->org->id, account, u->id,
		       d->today, d->now, &done, e)) &&
	       (h->conf->push_services[0] == '\0' ||
		   sql_push_add_urgent(
		       h->db, u->id, d->today, d->now, account, &done, e));
}

static bool
queue_all(const struct deed *d, const struct urgent *u, struct err *e)
{
	struct sql_urgent_recipients_rows rows;

	if (!recipients(d, u, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		const row *r = &rows.v[i];

		if (!is_meant(u, r) || r->account == DB_NULL ||
		    !str_eq(r->account_state, S("active")))
			continue;
		if (!queue_for(d, u, r->account, e))
			return false;
	}
	return true;
}

/* ---- deeds ---- */

bool
urgent_write(const struct deed *d, const struct viewer *v,
    const struct urgent_new *n, int64_t *ret_id, struct err *e)
{
	struct sql_urgent_insert_row in;
	str text;

	if (!may(v, n->group, e) ||
	    !deed_seal(d, "urgent.text_enc", n->text, &text, e) ||
	    !sql_urgent_insert(d->house->db, d->arena,
		n->day == 0 ? DB_NULL : n->day, text, d->actor, d->now,
		d->now + n->hours * HOUR, n->group, d->org->id, &in, e) ||
	    !note(d, AUDIT_URGENT_WRITTEN, in.id, n->group, e))
		return false;
	*ret_id = in.id;
	return true;
}

bool
urgent_approve(const struct deed *d, const struct viewer *v, int64_t id,
    bool *ret, struct err *e)
{
	struct urgent u;
	int64_t rows;

	if (!urgent_get(d, v, id, &u, e))
		return false;
	*ret = false;
	if (u.mine || u.state != URGENT_WAITS)
		return true;
	if (!sql_urgent_approve(
		d->house->db, d->actor, d->now, id, d->org->id, &rows, e))
		return false;
	if (rows == 0)
		return true;
	*ret = true;
	return queue_all(d, &u, e) &&
	       note(d, AUDIT_URGENT_APPROVED, id, u.group, e);
}

bool
urgent_end(
    const struct deed *d, const struct viewer *v, int64_t id, struct err *e)
{
	struct urgent u;
	int64_t rows;

	if (!urgent_get(d, v, id, &u, e) ||
	    !sql_urgent_end(
		d->house->db, d->actor, d->now, id, d->org->id, &rows, e))
		return false;
	return rows == 0 || note(d, AUDIT_URGENT_ENDED, id, u.group, e);
}

/* ---- who has it not ---- */

/* By whatever way. */
static void
add_messages(const struct sql_urgent_messages_rows *m, int64_t account,
    struct urgent_adult *a)
{
	for (size_t i = 0; i < m->n && account != DB_NULL; i++) {
		str state = m->v[i].state;

		if (m->v[i].account != account)
			continue;
		a->sent |= str_eq(state, S("sent"));
		a->on_its_way |=
		    str_eq(state, S("queued")) || str_eq(state, S("sending"));
	}
	a->on_its_way &= !a->sent;
}

static str
phone_of(const struct deed *d, const row *r)
{
	if (r->account_phone_enc.p != NULL)
		return house_text(d->arena, d->org, "account.phone_enc",
		    r->account_phone_enc);
	return house_text(d->arena, d->org, "guardian.phone_enc", r->phone_enc);
}

static str
child_name(const struct deed *d, const row *r)
{
	const struct child_sealed s = {.id = r->child,
	    .key_wrapped = r->key_wrapped,
	    .first_enc = r->first_enc,
	    .last_enc = r->last_enc};
	struct child_name name = child_open(d->arena, d->org, &s);

	return child_full_name(d->arena, &name);
}

static bool
add_child(const struct deed *d, const row *r, struct urgent_adult *a)
{
	str name = child_name(d, r);

	if (a->children.n == 0)
		a->children = name;
	else
		a->children = arena_fmt(d->arena, STR_FMT ", " STR_FMT,
		    STR_ARG(a->children), STR_ARG(name));
	return a->children.p != NULL;
}

static void
begin_adult(const struct deed *d, const row *r,
    const struct sql_urgent_messages_rows *sent, struct urgent_adult *ret)
{
	*ret = (struct urgent_adult){.guardian = r->guardian,
	    .name =
		house_text(d->arena, d->org, "guardian.name_enc", r->name_enc),
	    .phone = phone_of(d, r)};
	add_messages(sent, r->account, ret);
}

static int
unreached_first(const void *pa, const void *pb)
{
	const struct urgent_adult *a = pa, *b = pb;
	int ra = a->sent * 2 + a->on_its_way, rb = b->sent * 2 + b->on_its_way;

	if (ra != rb)
		return ra - rb;
	return (a->guardian > b->guardian) - (a->guardian < b->guardian);
}

bool
urgent_adults(const struct deed *d, const struct urgent *u,
    struct urgent_adults *ret, struct err *e)
{
	struct sql_urgent_recipients_rows rows;
	struct sql_urgent_messages_rows sent;
	struct urgent_adults l = {0};

	if (!recipients(d, u, &rows, e) ||
	    !sql_urgent_messages(d->house->db, d->arena, u->id, &sent, e))
		return false;
	l.v = NEW_N(d->arena, struct urgent_adult, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many adults");
	for (size_t i = 0; i < rows.n; i++) {
		const row *r = &rows.v[i];

		if (!is_meant(u, r))
			continue;
		if (l.n == 0 || l.v[l.n - 1].guardian != r->guardian)
			begin_adult(d, r, &sent, &l.v[l.n++]);
		if (!add_child(d, r, &l.v[l.n - 1]))
			return err_set(e, ERR_LIMIT, "too many children");
	}
	for (size_t i = 0; i < l.n; i++)
		l.sent += l.v[i].sent;
	if (l.n > 1)
		qsort(l.v, l.n, sizeof(*l.v), unreached_first);
	*ret = l;
	return true;
}
