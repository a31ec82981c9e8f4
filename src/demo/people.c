#include "demo/people.h"

#include <stdio.h>

#include "base/buf.h"
#include "crypto/pass.h"
#include "demo/cast.h"
#include "people/account.h"
#include "people/roster.h"
#include "people/second.h"
#include "sql_account.h"
#include "sql_activity_group.h"
#include "sql_authority.h"
#include "sql_guardian.h"
#include "sql_season.h"
#include "sql_staff_group.h"

#define SHEET_MAX ((size_t)64 * 1024)

struct season {
	int64_t id, from, until;
	int32_t year; /* in which it begins */
};

/*
 * A school year, from September to August, as long as it was old enough for
 * what the story tells of the last weeks and has weeks to go; around the
 * summer a year that began three months ago.
 */
static void
choose_season(int64_t today, struct season *ret)
{
	struct civil c = day_to_civil(today);
	bool is_summer = c.month >= 7 && c.month <= 10;
	int first = 9;
	int32_t year = c.month > 10 ? c.year : c.year - 1;

	if (is_summer) {
		first = c.month - 3;
		year = c.year;
	}
	ret->from = day_from_civil(year, first, 1);
	ret->until = day_from_civil(year + 1, first, 1) - 1;
	ret->year = year;
}

static bool
make_season(const struct deed *d, struct season *ret, struct err *e)
{
	struct sql_season_insert_row row;
	str name;

	choose_season(d->today, ret);
	name = arena_fmt(d->arena, "%d-%d", ret->year, ret->year + 1);
	if (!sql_season_insert(d->house->db, d->arena, d->org->id, name,
		ret->from, ret->until, &row, e))
		return false;
	ret->id = row.id;
	return deed_note(d, AUDIT_SEASON_CREATED,
	    &(struct deed_about){.kind = "season", .id = row.id}, e);
}

/* "@from" and "@until": an enrolment that was over a week ago. */
static str
fill_sheet(const struct deed *d, const struct season *s)
{
	struct buf b = BUF_MAX(SHEET_MAX);
	str rest = str_c(demo_sheet), ret = {0};

	while (rest.n > 0) {
		bool from = str_starts(rest, S("@from"));
		int64_t day = from ? s->from : d->today - 7;
		struct civil c = day_to_civil(day);

		if (!from && !str_starts(rest, S("@until"))) {
			buf_byte(&b, rest.p[0]);
			rest = str_sub(rest, 1, rest.n);
			continue;
		}
		buf_printf(&b, "%02d/%02d/%04d", c.day, c.month, c.year);
		rest = str_sub(rest, from ? 5 : 6, rest.n);
	}
	if (!arena_str(d->arena, b.p, b.n, &ret))
		ret = (str){0};
	buf_done(&b);
	return ret;
}

static bool
import_families(const struct deed *d, const struct season *s, struct err *e)
{
	struct roster_plan plan;

	if (!roster_plan(d, s->id, fill_sheet(d, s), &plan, e))
		return false;
	if (plan.errors > 0)
		return err_set(e, ERR_CORRUPT, "demo sheet, line %d: %s",
		    (int)plan.note[0].line, plan.note[0].text);
	return roster_apply(d, &plan, e);
}

void
demo_totp(
    const struct house *h, const char *login, uint8_t ret[TOTP_SECRET_BYTES])
{
	CLEANUP(key_done) struct key k;
	char context[64];

	(void)snprintf(context, sizeof(context), "demo totp %s", login);
	key_derive(&h->master, context, &k);
	memcpy(ret, k.b, TOTP_SECRET_BYTES);
}

static bool
make_account(const struct deed *d, const char *login, const char *pass,
    struct account_new *a, int64_t *ret_id, struct err *e)
{
	bool taken;

	a->login = str_c(login);
	a->state = S("active");
	if (!pass_hash(d->arena, str_c(pass), &a->pass_hash, e) ||
	    !account_create(d, a, ret_id, &taken, e))
		return err_wrap(e, "%s", login);
	return !taken || err_set(e, ERR_CONFLICT, "login %s is taken", login);
}

static bool
join_groups(const struct deed *d, const struct season *s,
    const struct demo_staff *p, int64_t account, struct err *e)
{
	struct sql_activity_group_of_season_rows groups;
	int64_t rows;

	if (!sql_activity_group_of_season(
		d->house->db, d->arena, s->id, &groups, e))
		return false;
	for (size_t i = 0; i < groups.n; i++)
		for (size_t k = 0; k < 2; k++)
			if (p->groups[k] != NULL &&
			    str_eq(groups.v[i].name, str_c(p->groups[k])) &&
			    (!sql_staff_group_insert(d->house->db, account,
				 groups.v[i].id, deed_author(d), d->now, &rows,
				 e) ||
				!deed_note(d, AUDIT_STAFF_ASSIGNED,
				    &(struct deed_about){.kind = "account",
					.id = account,
					.group = groups.v[i].id},
				    e)))
				return false;
	return true;
}

static bool
make_staff(const struct deed *d, const struct season *s, struct err *e)
{
	for (const struct demo_staff *p = demo_staff; p->login != NULL; p++) {
		uint8_t secret[TOTP_SECRET_BYTES];
		struct account_new a = {.kind = S("staff"),
		    .role = str_c(p->role),
		    .name = str_c(p->name),
		    .lang = LANG_FR};
		int64_t id;

		demo_totp(d->house, p->login, secret);
		if (!make_account(d, p->login, p->pass, &a, &id, e) ||
		    !second_set_secret(d, id, secret, e) ||
		    !join_groups(d, s, p, id, e))
			return false;
	}
	return true;
}

static bool
join_guardian(const struct deed *d, const struct demo_family *f,
    const struct sql_guardian_list_row *g, struct err *e)
{
	struct account_new a = {
	    .kind = S("guardian"), .name = str_c(f->name), .lang = LANG_FR};
	int64_t id, rows;

	(void)lang_of_code(g->lang, &a.lang);
	return make_account(d, f->login, f->pass, &a, &id, e) &&
	       sql_guardian_set_account(d->house->db, id, g->id, &rows, e) &&
	       sql_account_set_kind_of_guardian(d->house->db, g->id, &rows, e);
}

static bool
make_families(const struct deed *d, struct err *e)
{
	struct sql_guardian_list_rows g;

	if (!sql_guardian_list(d->house->db, d->arena, d->org->id, &g, e))
		return false;
	for (const struct demo_family *f = demo_families; f->login != NULL;
	     f++) {
		size_t i = 0;

		while (
		    i < g.n && !str_eq(str_c(f->name),
				   house_text(d->arena, d->org,
				       "guardian.name_enc", g.v[i].name_enc)))
			i++;
		if (i == g.n)
			return err_set(
			    e, ERR_CORRUPT, "no %s in the sheet", f->name);
		if (!join_guardian(d, f, &g.v[i], e))
			return false;
	}
	return true;
}

bool
demo_people(const struct deed *d, struct err *e)
{
	struct season s;

	return make_season(d, &s, e) && import_families(d, &s, e) &&
	       make_staff(d, &s, e) && make_families(d, e);
}
