#include "report/roll.h"

#include <inttypes.h>

#include "sql_roll.h"

/* ---- days ---- */

static void
earlier(int64_t on, enum roll_end by, int64_t *io_on, enum roll_end *io_by)
{
	if (on == DB_NULL || (*io_on != DB_NULL && *io_on <= on))
		return;
	*io_on = on;
	*io_by = by;
}

enum roll_end
roll_last(int64_t checked_until_on, int64_t trained_until_on, int64_t ends_on,
    int64_t *ret_on)
{
	enum roll_end by = ROLL_OPEN;
	int64_t on = DB_NULL;

	earlier(checked_until_on, ROLL_BY_CHECK, &on, &by);
	earlier(trained_until_on, ROLL_BY_TRAINING, &on, &by);
	earlier(ends_on, ROLL_BY_END, &on, &by);
	*ret_on = on;
	return by;
}

static bool
is_between(int64_t day, int64_t since, int64_t today)
{
	return day > since && day <= today;
}

size_t
roll_ending(const struct roll *r, int64_t account, bool all, int64_t warn_days,
    int64_t since, int64_t today)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		int64_t last = r->v[i].last_on;

		if (last == DB_NULL || (!all && r->v[i].account != account))
			continue;
		n += is_between(last - warn_days, since, today) ||
		     is_between(last, since, today);
	}
	return n;
}

/* ---- reading ---- */

static str
text_of(const struct deed *d, const char *column, str sealed)
{
	return house_text(d->arena, d->org, column, sealed);
}

static void
fill_facts(const struct deed *d, const struct sql_roll_people_row *r,
    struct roll_line *io)
{
	io->written = true;
	io->written_at = r->written_at;
	io->writer = text_of(d, "account.name_enc", r->writer_enc);
	io->facts = (struct roll_facts){.paid = r->paid == 1,
	    .begins_on = r->begins_on,
	    .ends_on = r->ends_on,
	    .checked_until_on = r->checked_until_on,
	    .trained_on = r->trained_on,
	    .trained_until_on = r->trained_until_on,
	    .selected =
		text_of(d, "handler_entry.selected_enc", r->selected_enc),
	    .training =
		text_of(d, "handler_entry.training_enc", r->training_enc),
	    .clearance =
		text_of(d, "handler_entry.clearance_enc", r->clearance_enc),
	    .wellbeing =
		text_of(d, "handler_entry.wellbeing_enc", r->wellbeing_enc)};
}

static struct roll_line
line_of(const struct deed *d, const struct sql_roll_people_row *r)
{
	struct roll_line l = {.account = r->id,
	    .name = text_of(d, "account.name_enc", r->name_enc),
	    .role = r->role,
	    .standing = r->standing,
	    .writer = S(""),
	    .facts = {.begins_on = DB_NULL,
		.ends_on = DB_NULL,
		.checked_until_on = DB_NULL,
		.trained_on = DB_NULL,
		.trained_until_on = DB_NULL,
		.selected = S(""),
		.training = S(""),
		.clearance = S(""),
		.wellbeing = S("")},
	    .checked_until_on = r->named_until_on};
	enum roll_end by = ROLL_BY_CHECK;

	if (r->entry != DB_NULL)
		fill_facts(d, r, &l);
	earlier(l.facts.checked_until_on, by, &l.checked_until_on, &by);
	l.by = roll_last(l.checked_until_on, l.facts.trained_until_on,
	    l.facts.ends_on, &l.last_on);
	return l;
}

bool
roll_list(const struct deed *d, struct roll *ret, struct err *e)
{
	struct sql_roll_people_rows rows;
	struct roll l = {0};

	if (!sql_roll_people(d->house->db, d->arena, d->org->id, &rows, e))
		return err_wrap(e, "register of handlers");
	l.v = NEW_N(d->arena, struct roll_line, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many handlers");
	for (size_t i = 0; i < rows.n; i++)
		l.v[l.n++] = line_of(d, &rows.v[i]);
	*ret = l;
	return true;
}

bool
roll_get(
    const struct deed *d, int64_t account, struct roll_line *ret, struct err *e)
{
	struct roll l;

	if (!roll_list(d, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].account == account) {
			*ret = l.v[i];
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "no handler");
}

bool
roll_paid(
    struct house *h, struct arena *a, int64_t account, bool *ret, struct err *e)
{
	struct sql_roll_paid_row row;
	bool found;

	if (!sql_roll_paid(h->db, a, account, &found, &row, e))
		return err_wrap(e, "account %" PRId64, account);
	*ret = found && row.paid == 1;
	return true;
}

/* ---- writing ---- */

static bool
days_follow(const struct roll_facts *f)
{
	if (f->ends_on != DB_NULL && f->ends_on < f->begins_on)
		return false;
	return f->trained_until_on == DB_NULL ||
	       (f->trained_on != DB_NULL &&
		   f->trained_until_on >= f->trained_on);
}

bool
roll_write(const struct deed *d, int64_t account, const struct roll_facts *f,
    struct err *e)
{
	str selected, training, clearance, wellbeing;
	struct roll_line was;
	struct sql_roll_add_row row;

	if (!roll_get(d, account, &was, e))
		return false;
	if (!days_follow(f))
		return err_set(e, ERR_INPUT, "days that do not follow");
	return deed_seal(d, "handler_entry.selected_enc", f->selected,
		   &selected, e) &&
	       deed_seal(d, "handler_entry.training_enc", f->training,
		   &training, e) &&
	       deed_seal(d, "handler_entry.clearance_enc", f->clearance,
		   &clearance, e) &&
	       deed_seal(d, "handler_entry.wellbeing_enc", f->wellbeing,
		   &wellbeing, e) &&
	       sql_roll_add(d->house->db, d->arena, d->org->id, account,
		   d->actor, d->now, f->paid, f->begins_on, f->ends_on,
		   f->checked_until_on, f->trained_on, f->trained_until_on,
		   selected, training, clearance, wellbeing, &row, e) &&
	       deed_note_account(d, AUDIT_HANDLER_WRITTEN, account, e);
}
