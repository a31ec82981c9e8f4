#include "stop/circle.h"

#include <inttypes.h>

#include "sql_account.h"
#include "sql_handler.h"
#include "sql_stop.h"
#include "sql_stop_look.h"

#define ENOUGH 2 /* people: a release needs a second one */

const str handler_standings[] = {S("inside"), S("independent"), S("outside")};

/* Whom a case is about. */
struct about {
	int64_t uploader, author;
};

static bool
is_about(const struct about *b, int64_t account)
{
	return account == b->uploader || account == b->author;
}

static bool
is_director(const struct sql_handler_staff_row *s)
{
	return str_eq(s->role, S("director"));
}

static size_t
count_handlers(
    const struct sql_handler_staff_rows *staff, const struct about *b)
{
	size_t n = 0;

	for (size_t i = 0; i < staff->n; i++)
		n += staff->v[i].handles && !is_about(b, staff->v[i].id);
	return n;
}

/* Is this member of the staff in the circle of that case. */
static bool
belongs(const struct sql_handler_staff_row *s, size_t handlers,
    const struct about *b)
{
	if (is_about(b, s->id))
		return false;
	return s->handles || (is_director(s) && handlers < ENOUGH);
}

static bool
load_staff(struct house *h, struct arena *a, int64_t organisation,
    int64_t today, struct sql_handler_staff_rows *ret, struct err *e)
{
	return sql_handler_staff(h->db, a, today, organisation, ret, e) ||
	       err_wrap(e, "who handles what is stopped");
}

bool
circle_of(struct house *h, struct arena *a, const struct organisation *org,
    int64_t stopping, int64_t today, struct circle *ret, struct err *e)
{
	struct sql_stop_people_row people;
	struct sql_handler_staff_rows staff;
	struct circle c = {0};
	struct about about;
	size_t handlers;

	if (!sql_stop_people(h->db, a, stopping, &people, e))
		return err_wrap(e, "stop %" PRId64, stopping);
	if (people.organisation != org->id)
		return err_set(e, ERR_NOT_FOUND, "of another organisation");
	if (!load_staff(h, a, org->id, today, &staff, e))
		return false;
	c.v = NEW_N(a, struct circle_member, staff.n + 1);
	if (c.v == NULL)
		return err_set(e, ERR_LIMIT, "too many staff");
	about = (struct about){people.uploader, people.author};
	handlers = count_handlers(&staff, &about);
	for (size_t i = 0; i < staff.n; i++)
		if (belongs(&staff.v[i], handlers, &about))
			c.v[c.n++] = (struct circle_member){staff.v[i].id,
			    house_text(a, org, "account.name_enc",
				staff.v[i].name_enc),
			    is_director(&staff.v[i])};
	*ret = c;
	return true;
}

static const struct sql_handler_staff_row *
find(const struct sql_handler_staff_rows *staff, int64_t account)
{
	for (size_t i = 0; i < staff->n; i++)
		if (staff->v[i].id == account)
			return &staff->v[i];
	return NULL;
}

static bool
is_aside(const struct sql_stop_aside_of_rows *aside, int64_t account)
{
	for (size_t i = 0; i < aside->n; i++)
		if (aside->v[i].account == account)
			return true;
	return false;
}

/* Who handed it on is asked again only when everybody else did too. */
static bool
is_asked(struct house *h, struct arena *a, int64_t stopping,
    const struct sql_handler_staff_rows *staff, const struct about *b,
    const struct sql_handler_staff_row *own, bool *ret, struct err *e)
{
	size_t handlers = count_handlers(staff, b);
	struct sql_stop_aside_of_rows aside;
	bool others = false;

	*ret = belongs(own, handlers, b);
	if (!*ret)
		return true;
	if (!sql_stop_aside_of(h->db, a, stopping, &aside, e))
		return err_wrap(e, "stop %" PRId64, stopping);
	for (size_t i = 0; i < staff->n; i++)
		others |= belongs(&staff->v[i], handlers, b) &&
			  !is_aside(&aside, staff->v[i].id);
	*ret = !others || !is_aside(&aside, own->id);
	return true;
}

bool
circle_waiting(struct house *h, struct arena *a, int64_t organisation,
    int64_t account, int64_t today, bool *ret_handler, int64_t *ret_n,
    struct err *e)
{
	const struct sql_handler_staff_row *own;
	struct sql_handler_staff_rows staff;
	struct sql_stop_waiting_rows cases;
	int64_t n = 0;

	if (!load_staff(h, a, organisation, today, &staff, e))
		return false;
	own = find(&staff, account);
	if (own == NULL || (!own->handles && !is_director(own))) {
		*ret_handler = false;
		*ret_n = 0;
		return true;
	}
	if (!sql_stop_waiting(h->db, a, organisation, &cases, e))
		return err_wrap(e, "what is stopped");
	for (size_t i = 0; i < cases.n; i++) {
		struct about b = {cases.v[i].uploader, cases.v[i].author};
		bool asked;

		if (!is_asked(h, a, cases.v[i].id, &staff, &b, own, &asked, e))
			return false;
		n += asked;
	}
	*ret_handler = own->handles || n > 0;
	*ret_n = n;
	return true;
}

static size_t
count_circle(const struct sql_handler_staff_rows *staff, const struct about *b)
{
	size_t handlers = count_handlers(staff, b), n = 0;

	for (size_t i = 0; i < staff->n; i++)
		n += belongs(&staff->v[i], handlers, b);
	return n;
}

bool
circle_unattended(struct house *h, struct arena *a, int64_t organisation,
    int64_t today, int64_t *ret_n, struct err *e)
{
	struct sql_handler_staff_rows staff;
	struct sql_stop_waiting_rows cases;
	int64_t n = 0;

	if (!load_staff(h, a, organisation, today, &staff, e) ||
	    !sql_stop_waiting(h->db, a, organisation, &cases, e))
		return false;
	for (size_t i = 0; i < cases.n; i++) {
		struct about b = {cases.v[i].uploader, cases.v[i].author};

		n += count_circle(&staff, &b) < ENOUGH;
	}
	*ret_n = n;
	return true;
}

bool
circle_pass(const struct deed *d, int64_t stopping, struct err *e)
{
	struct sql_stop_by_id_row s;
	struct circle c;
	int64_t rows;

	if (!circle_of(d->house, d->arena, d->org, stopping, d->today, &c, e))
		return false;
	if (!circle_has(&c, d->actor))
		return err_set(e, ERR_NOT_FOUND, "not in the circle");
	if (!sql_stop_by_id(
		d->house->db, d->arena, stopping, d->org->id, &s, e))
		return err_wrap(e, "stop %" PRId64, stopping);
	if (s.outcome.p != NULL)
		return err_set(e, ERR_CONFLICT, "it is decided");
	return sql_stop_aside_add(d->house->db, stopping, d->actor, &rows, e);
}

/* ---- those whom a director names ---- */

bool
handler_list(struct house *h, struct arena *a, const struct organisation *org,
    int64_t today, struct handler_list *ret, struct err *e)
{
	struct sql_handler_list_rows rows;
	struct handler *v;

	if (!sql_handler_list(h->db, a, org->id, &rows, e))
		return err_wrap(e, "handlers");
	v = NEW_N(a, struct handler, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many handlers");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct handler){rows.v[i].id, rows.v[i].account,
		    rows.v[i].named_at, rows.v[i].checked_until_on,
		    rows.v[i].checked_until_on < today,
		    house_text(a, org, "account.name_enc", rows.v[i].name_enc),
		    rows.v[i].standing};
	*ret = (struct handler_list){v, rows.n};
	return true;
}

bool
handler_name(const struct deed *d, int64_t account, int64_t until, str standing,
    struct err *e)
{
	struct sql_account_by_id_row row;
	struct sql_handler_add_row made;
	struct db *db = d->house->db;
	int64_t rows;

	if (!sql_account_by_id(db, d->arena, account, d->org->id, &row, e))
		return err_wrap(e, "account %" PRId64, account);
	if (!str_eq(row.kind, S("staff")) || !str_eq(row.state, S("active")))
		return err_set(e, ERR_NOT_FOUND, "not of the staff");
	if (until < d->today)
		return err_set(e, ERR_INPUT, "a check that has ended");
	/* Named again: the new day counts, the old row stays for the record. */
	return sql_handler_end_account(
		   db, d->now, d->actor, account, &rows, e) &&
	       sql_handler_add(db, d->arena, d->org->id, account, d->actor,
		   d->now, until, standing, &made, e) &&
	       deed_note_account(d, AUDIT_HANDLER_NAMED, account, e);
}

bool
handler_end(const struct deed *d, int64_t handler, struct err *e)
{
	struct sql_handler_account_row row;
	int64_t rows;

	if (!sql_handler_account(
		d->house->db, d->arena, handler, d->org->id, &row, e) ||
	    !sql_handler_end(
		d->house->db, d->now, d->actor, handler, d->org->id, &rows, e))
		return err_wrap(e, "handler %" PRId64, handler);
	if (rows == 0)
		return err_set(e, ERR_NOT_FOUND, "no such handler");
	return deed_note_account(d, AUDIT_HANDLER_ENDED, row.account, e);
}
