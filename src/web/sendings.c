/*
 * sendings — « Envois »: what went, whom it did not reach and why, and the
 * sheets for those to whom no e-mail goes.
 */
#include <inttypes.h>

#include "html_sendings.h"
#include "sharing/viewer.h"
#include "sql_message.h"
#include "tell/outbox.h"
#include "web/member.h"
#include "web/telling.h"

#define DAY 86400

/* clang-format off */
static const struct {
	const char *word, *text, *todo;
} whys[] = {
	{ "refused", N_("the mail server refused it for good"),
	    N_("Ask for another address.") },
	{ "not_taken", N_("the mail server put it off too often"),
	    N_("Telephone, and try the address again later.") },
	{ "broke", N_("the conversation with the mail server broke off"),
	    N_("Tell whoever looks after this server.") },
	{ "no_server", N_("the mail server could not be reached for days"),
	    N_("Tell whoever looks after this server.") },
	{ "no_address", N_("there is no confirmed address"),
	    N_("Telephone, or give the sheet.") },
	{ "gone", N_("the browser takes no notifications any more"),
	    N_("It can be allowed anew on that device.") },
	{ "push_refused", N_("the push service refused it"),
	    N_("Tell whoever looks after this server.") },
	{ "push_put_off", N_("the push service put it off"), "" },
	{ "push_broke", N_("the conversation with the push service broke off"),
	    "" },
	{ "no_service", N_("the push service could not be reached"), "" },
	{ "not_allowed", N_("this server may not call that push service"),
	    N_("Tell whoever looks after this server.") },
	{ "not_wanted", N_("the account is closed or wants none"), "" },
	{ "bounced", N_("it came back: there is no such mailbox"),
	    N_("Ask for another address.") },
	{ "returned", N_("it came back undelivered"),
	    N_("Telephone, and try the address again later.") },
	{ "restored", N_("a backup was restored"), "" },
};

static const struct {
	const char *word, *text;
} kinds[] = {
	{ "confirm", N_("link to confirm an address") },
	{ "digest", N_("message of the day") },
	{ "urgent", N_("urgent message") },
	{ "waits", N_("something waits") },
};
/* clang-format on */

#define COUNT(t) (sizeof(t) / sizeof(*(t)))

/* Anything else is a word of the egress process: the server is away. */
static void
explain(str why, struct sending *s)
{
	s->why = N_("the mail server is not reached, or takes nothing from us");
	s->todo = N_("Tell whoever looks after this server.");
	for (size_t i = 0; i < COUNT(whys); i++)
		if (str_eq(why, str_c(whys[i].word))) {
			s->why = whys[i].text;
			s->todo = whys[i].todo;
		}
}

static const char *
kind_text(str word)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_eq(word, str_c(kinds[i].word)))
			return kinds[i].text;
	return kinds[0].text;
}

static const char *
way_text(str channel)
{
	return str_eq(channel, S("push")) ? N_("notification") : N_("e-mail");
}

/* ---- what went ---- */

static bool
count_states(struct request *r, struct sendings_page *p, struct err *e)
{
	struct sql_message_counts_rows rows;

	if (!sql_message_counts(r->house->db, r->arena, r->org->id,
		r->now - OUTBOX_SHOWN_DAYS * DAY, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		str state = rows.v[i].state;
		struct sendings_count *c = str_eq(rows.v[i].channel, S("push"))
					       ? &p->pushes
					       : &p->mails;

		if (str_eq(state, S("sent")))
			c->sent += rows.v[i].n;
		else if (str_eq(state, S("failed")))
			c->failed += rows.v[i].n;
		else if (!str_eq(state, S("dropped")))
			c->queued += rows.v[i].n;
	}
	return true;
}

/* The generated row types differ by name only. */
#define SENDING(r, row, when)                                       \
	((struct sending){.name = house_text((r)->arena, (r)->org,  \
			      "account.name_enc", (row)->name_enc), \
	    .kind = kind_text((row)->kind),                         \
	    .way = way_text((row)->channel),                        \
	    .at = (when),                                           \
	    .status = (row)->status})

static bool
load_failures(struct request *r, struct sendings *ret, struct err *e)
{
	struct sql_message_failures_rows rows;

	if (!sql_message_failures(r->house->db, r->arena, r->org->id,
		r->now - OUTBOX_SHOWN_DAYS * DAY, &rows, e))
		return false;
	ret->v = NEW_N(r->arena, struct sending, rows.n + 1);
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many failures");
	for (size_t i = 0; i < rows.n; i++) {
		ret->v[i] = SENDING(r, &rows.v[i], rows.v[i].ended_at);
		explain(rows.v[i].why, &ret->v[i]);
	}
	ret->n = rows.n;
	return true;
}

static bool
load_waiting(struct request *r, struct sendings *ret, struct err *e)
{
	struct sql_message_waiting_rows rows;

	if (!sql_message_waiting(r->house->db, r->arena, r->org->id, &rows, e))
		return false;
	ret->v = NEW_N(r->arena, struct sending, rows.n + 1);
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many wait");
	for (size_t i = 0; i < rows.n; i++) {
		ret->v[i] = SENDING(r, &rows.v[i], rows.v[i].next_at);
		explain(rows.v[i].why, &ret->v[i]);
	}
	ret->n = rows.n;
	return true;
}

static bool
sendings_show(struct request *r, struct response *out, struct err *e)
{
	const struct conf *c = r->house->conf;
	struct sendings_page p = {.mail = c->mail_server[0] != '\0',
	    .clear = c->mail_tls == CONF_MAIL_NONE,
	    .push = c->push_services[0] != '\0'};

	if (!count_states(r, &p, e) || !load_failures(r, &p.failures, e) ||
	    !load_waiting(r, &p.waiting, e))
		return false;
	html_sendings_page(&r->view, &p);
	return respond_page(r, out, 200);
}

/* ---- for paper ---- */

/* What a push service took may lie on a telephone that is off: whoever wants
 * notifications alone is on the sheet, with what is known of them. */
static const char *
why_not_certain(const struct sql_message_unreached_row *u)
{
	if (!str_eq(u->ways, S("push")))
		return NULL;
	/* The last one failed and took its device along: the same. */
	if (u->push_failed_at != DB_NULL &&
	    (u->pushed_at == DB_NULL || u->push_failed_at >= u->pushed_at))
		return N_("notifications alone, and the last one failed");
	if (u->pushed_at == DB_NULL)
		return N_("notifications alone, and none has arrived yet");
	return N_("notifications alone");
}

static const char *
why_unreached(struct request *r, const struct sql_message_unreached_row *u)
{
	const struct tell_mark m = {
	    u->address_digest, DB_NULL, u->confirmed_at, u->broken.p != NULL};
	str address;

	if (u->account == DB_NULL)
		return N_("no account");
	address =
	    house_text(r->arena, r->org, "account.email_enc", u->email_enc);
	switch (tell_address_is(r->arena, r->org, address, &m)) {
	case TELL_NONE:
		return N_("no e-mail address");
	case TELL_UNFIT:
	case TELL_BROKEN:
		return N_("the address does not work");
	case TELL_NEW:
	case TELL_ASKED:
		return N_("address not confirmed");
	case TELL_CONFIRMED:
		break;
	}
	return why_not_certain(u);
}

static str
phone_of(struct request *r, const struct sql_message_unreached_row *u)
{
	if (u->account_phone_enc.p != NULL)
		return house_text(r->arena, r->org, "account.phone_enc",
		    u->account_phone_enc);
	return house_text(r->arena, r->org, "guardian.phone_enc", u->phone_enc);
}

static bool
load_unreached(
    struct request *r, int64_t group, struct unreached_page *p, struct err *e)
{
	struct sql_message_unreached_rows rows;

	if (!sql_message_unreached(
		r->house->db, r->arena, r->today, r->org->id, &rows, e))
		return false;
	p->v = NEW_N(r->arena, struct unreached, rows.n + 1);
	if (p->v == NULL)
		return err_set(e, ERR_LIMIT, "too many adults");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_message_unreached_row *u = &rows.v[i];
		const char *why = why_unreached(r, u);

		if (why == NULL || (group != 0 && u->activity_group != group) ||
		    !permit_day(r->viewer, u->activity_group))
			continue;
		p->v[p->n++] =
		    (struct unreached){u->activity_group, u->group_name,
			house_text(
			    r->arena, r->org, "guardian.name_enc", u->name_enc),
			phone_of(r, u), why};
	}
	return true;
}

static str
title_of(struct request *r, const struct sql_message_day_posts_row *p)
{
	bool fr = r->view.lang == LANG_FR;
	bool first = fr ? p->title_fr_enc.p != NULL : p->title_en_enc.p == NULL;

	if (p->notice == 0)
		return house_text(
		    r->arena, r->org, "post.title_enc", p->title_enc);
	return first ? house_text(r->arena, r->org, "notice_text.title_fr_enc",
			   p->title_fr_enc)
		     : house_text(r->arena, r->org, "notice_text.title_en_enc",
			   p->title_en_enc);
}

static bool
load_day(struct request *r, struct unreached_page *p, struct err *e)
{
	struct sql_message_day_posts_rows rows;
	struct choices groups;
	struct deed d = share_deed(r);

	if (!permit_day(r->viewer, p->group) ||
	    !publish_groups(&d, r->viewer, 0, &groups, e))
		return err_set(e, ERR_NOT_FOUND, "no group of this viewer");
	for (size_t i = 0; i < groups.group.n; i++)
		if (groups.group.v[i].id == p->group)
			p->group_name = groups.group.v[i].name;
	if (p->group_name.p == NULL)
		return err_set(e, ERR_NOT_FOUND, "no group of today");
	if (!sql_message_day_posts(
		r->house->db, r->arena, p->group, r->today, r->now, &rows, e))
		return false;
	p->title = NEW_N(r->arena, str, rows.n + 1);
	if (p->title == NULL)
		return err_set(e, ERR_LIMIT, "too much is new");
	for (size_t i = 0; i < rows.n; i++)
		p->title[p->n_title++] = title_of(r, &rows.v[i]);
	return true;
}

static bool
note_read(struct request *r, int64_t group, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {
	    .kind = "group", .id = group, .group = group};

	return db_begin(r->house->db, e) &&
	       member_settle(
		   r, deed_note(&d, AUDIT_UNREACHED_VIEWED, &about, e), e);
}

static bool
sheet_show(struct request *r, struct response *out, struct err *e)
{
	struct unreached_page p = {.group = r->id[0], .today = r->today};

	if ((p.group != 0 && !load_day(r, &p, e)) ||
	    !load_unreached(r, p.group, &p, e) || !note_read(r, p.group, e))
		return false;
	html_sendings_sheet(&r->view, &p);
	return respond_page(r, out, 200);
}

const struct route sendings_routes[] = {
    {HTTP_GET, "/sendings", sendings_show, NEED_STAFF},
    {HTTP_GET, "/sendings/sheet", sheet_show, NEED_STAFF},
    {HTTP_GET, "/sendings/sheet/:id", sheet_show, NEED_STAFF},
    {0},
};
