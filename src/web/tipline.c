/* tipline — a report of a case to NCMEC: written, looked at, sent, followed. */
#include "web/tipline.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_tipline.h"
#include "tipline/law.h"
#include "web/member.h"

#define KINDS_MAX 8

static const struct field fields[] = {
    [TIPLINE_F_KIND] = {"kind", N_("What happened"), NULL, FIELD_CHOICE, true,
	0, 0, NULL, NULL},
    [TIPLINE_F_DAY] = {"day", N_("On which day"), NULL, FIELD_DAY, true, 0,
	INT64_MAX, NULL, NULL},
    [TIPLINE_F_TIME] = {"time", N_("At what time"),
	N_("As exactly as you know it, by the clock of this place."),
	FIELD_TIME, true, 0, 0, NULL, NULL},
    [TIPLINE_F_WORDS] = {"words", N_("What happened, in your words"),
	N_("What you know, without guessing. Describe no picture."), FIELD_TEXT,
	true, 3, TIPLINE_WORDS_MAX, NULL, NULL},
    [TIPLINE_F_URGENT] = {"urgent", N_("Why it is urgent"),
	N_("Only if a child is in danger now: call the police first. Leave it "
	   "empty otherwise."),
	FIELD_TEXT, false, 0, TIPLINE_URGENT_MAX, NULL, NULL},
    [TIPLINE_F_ACCOUNTS] = {"accounts",
	N_("Say by its number which account it is about"),
	N_("No name goes with it. The police can ask you for it."), FIELD_CHECK,
	false, 0, 1, NULL, NULL},
    [TIPLINE_F_ADDRESSES] = {"addresses",
	N_("Say from which internet addresses it was sent, and when"),
	N_("By them the police finds a line and whose it is. Only those that "
	   "are still kept here."),
	FIELD_CHECK, false, 0, 1, NULL, NULL},
    {0},
};

/* The kinds of incident are the table's of the other side. */
static const struct field *
fields_of(void)
{
	static struct field_option kinds[KINDS_MAX + 2] = {{"", N_("Choose…")}};
	static struct field own[sizeof(fields) / sizeof(*fields)];
	static const char *const values[KINDS_MAX] = {
	    "1", "2", "3", "4", "5", "6", "7", "8"};

	memcpy(own, fields, sizeof(fields));
	for (size_t i = 0; i < KINDS_MAX && i < ncmec_incidents_n; i++)
		kinds[i + 1] =
		    (struct field_option){values[i], ncmec_incidents[i].label};
	own[TIPLINE_F_KIND].options = kinds;
	return own;
}

/* ---- words ---- */

const char *
tipline_label(const struct tipline *f)
{
	static const char *const labels[TIPLINE_STATES] = {
	    [TIPLINE_CHECKING] = N_("not sent yet"),
	    [TIPLINE_SENDING] = N_("on its way"),
	    [TIPLINE_STUCK] = N_("stuck"),
	    [TIPLINE_FINISHED] = N_("received by NCMEC"),
	    [TIPLINE_RETRACTED] = N_("cancelled"),
	};

	return f->state == TIPLINE_SENDING && f->run.cancel
		   ? N_("being cancelled")
		   : labels[f->state];
}

const char *
tipline_tag(const struct tipline *f)
{
	static const char *const tags[TIPLINE_STATES] = {
	    [TIPLINE_CHECKING] = "wait",
	    [TIPLINE_SENDING] = "wait",
	    [TIPLINE_STUCK] = "stop",
	    [TIPLINE_FINISHED] = "ok",
	    [TIPLINE_RETRACTED] = "plain",
	};

	return tags[f->state];
}

static int64_t
count_lines(str records)
{
	int64_t n = 0;

	for (size_t i = 0; i < records.n; i++)
		n += records.p[i] == '\n';
	return n > 0 ? n - 1 : 0;
}

/* ---- the page ---- */

/* What was written for one environment goes to no other; there it can be
 * cancelled only where nothing can have been received. */
static void
say_what_may_be_done(struct tipline_card *io, bool test)
{
	const struct tipline *f = io->is;
	bool here = f->test == test;

	io->may_send = here && f->state == TIPLINE_CHECKING && !io->outdated;
	io->may_again = here && f->state == TIPLINE_STUCK;
	io->may_cancel =
	    here ? !f->run.cancel : f->test || f->run.step == NCMEC_SUBMIT;
}

static bool
fill_cards(struct request *r, const struct tiplines *all,
    struct tipline_page *io, struct err *e)
{
	struct deed d = member_deed(r);

	io->cards.v = NEW_N(r->arena, struct tipline_card, all->n + 1);
	if (io->cards.v == NULL)
		return err_set(e, ERR_LIMIT, "too many reports");
	for (size_t i = 0; i < all->n; i++) {
		const struct tipline *f = &all->v[i];
		struct tipline_card *c = &io->cards.v[io->cards.n++];

		c->is = f;
		c->listed = count_lines(f->records);
		if (f->state == TIPLINE_CHECKING &&
		    !tipline_outdated(&d, f, &c->outdated, e))
			return false;
		say_what_may_be_done(c, io->test);
		if (!tipline_text_lines(r, f->doc, &c->lines, e) ||
		    !tipline_text_calls(&d, f, &c->said, e))
			return false;
		if (c->said.n > 0)
			c->words = c->said.v[c->said.n - 1].words;
		io->open |= f->state <= TIPLINE_STUCK;
	}
	return true;
}

static bool
show(struct request *r, struct response *out, const struct form *f, str fault,
    struct err *e)
{
	struct deed d = member_deed(r);
	struct tipline_page p = {.id = r->id[0],
	    .test = r->house->conf->ncmec == CONF_NCMEC_TEST,
	    .no_file = tipline_law_of(r->org->profile)->no_file,
	    .form = f,
	    .fault = fault};
	struct tiplines all;
	struct case_head c;

	if (!tipline_of_case(&d, p.id, &all, e) ||
	    !case_enter(&d, p.id, &c, e) || !fill_cards(r, &all, &p, e) ||
	    !tipline_link_load(r, p.id, &p.link, e))
		return false;
	p.number = c.number;
	html_tipline_page(&r->view, &p);
	return f->bad ? member_again(r, out) : respond_page(r, out, 200);
}

/* When what was reported came here is what is known best. */
static bool
suggest_time(struct request *r, struct form *io, struct err *e)
{
	struct deed d = member_deed(r);
	struct civil c;
	int64_t at;

	if (!tipline_first_at(&d, r->id[0], &at, e))
		return false;
	if (at == DB_NULL)
		return true;
	c = zone_local(r->org->zone, at);
	io->value[TIPLINE_F_DAY] =
	    arena_fmt(r->arena, "%04d-%02d-%02d", (int)c.year, c.month, c.day);
	io->value[TIPLINE_F_TIME] =
	    arena_fmt(r->arena, "%02d:%02d", c.hour, c.minute);
	return true;
}

static bool
tipline_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct case_head c;
	struct form f;

	if (!tipline_on(r->house) || !case_enter(&d, r->id[0], &c, e))
		return err_set(e, ERR_NOT_FOUND, "no reports to NCMEC");
	form_start(fields_of(), &f);
	return suggest_time(r, &f, e) && show(r, out, &f, (str){0}, e);
}

static struct tipline_draft
draft_of(const struct request *r, const struct form *f)
{
	struct civil c = day_to_civil(f->number[TIPLINE_F_DAY]);
	int64_t minutes = f->number[TIPLINE_F_TIME], kind = 1;

	c.hour = (uint8_t)(minutes / 60);
	c.minute = (uint8_t)(minutes % 60);
	if (!num_i64(
		f->value[TIPLINE_F_KIND], 1, (int64_t)ncmec_incidents_n, &kind))
		kind = 1; /* the form has checked it */
	return (struct tipline_draft){.incident = &ncmec_incidents[kind - 1],
	    .at = zone_utc(r->org->zone, c),
	    .words = f->value[TIPLINE_F_WORDS],
	    .urgent = f->value[TIPLINE_F_URGENT],
	    .accounts = f->number[TIPLINE_F_ACCOUNTS] == 1,
	    .addresses = f->number[TIPLINE_F_ADDRESSES] == 1};
}

static bool
back(struct request *r, struct response *out)
{
	respond_notice(r, out, N_("It is noted."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/cases/%" PRId64 "/ncmec", r->id[0]));
}

static bool
tipline_write(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct ncmec_fault fault = {0};
	struct tipline_draft draft;
	struct form f;
	int64_t id;
	bool done;

	if (!tipline_on(r->house))
		return err_set(e, ERR_NOT_FOUND, "no reports to NCMEC");
	if (!form_read(r, fields_of(), &f))
		return show(r, out, &f, (str){0}, e);
	draft = draft_of(r, &f);
	if (!request_begin(r, e))
		return false;
	done = tipline_make(&d, r->id[0], &draft, &id, &fault, e);
	if (member_settle(r, done, e))
		return back(r, out);
	if (done || fault.field == NULL)
		return false;
	f.bad = true;
	return show(
	    r, out, &f, ncmec_fault_text(r->arena, r->view.lang, &fault), e);
}

static bool
tipline_do(struct request *r, struct response *out, struct err *e)
{
	str what = request_field(r, "what");
	struct deed d = member_deed(r);

	if (str_eq(what, S("send")))
		return tipline_send(&d, r->id[0], r->id[1], e) && back(r, out);
	if (str_eq(what, S("cancel")))
		return tipline_cancel(&d, r->id[0], r->id[1], e) &&
		       back(r, out);
	if (str_eq(what, S("again")))
		return tipline_again(&d, r->id[0], r->id[1], e) && back(r, out);
	return err_set(e, ERR_INPUT, "nothing to do");
}

const struct route tipline_routes[] = {
    {HTTP_GET, "/cases/:id/ncmec", tipline_show, NEED_STAFF},
    {HTTP_POST, "/cases/:id/ncmec", tipline_write, NEED_STAFF, ROUTE_SPENDS},
    {HTTP_POST, "/cases/:id/ncmec/:id", tipline_do, NEED_STAFF},
    {0},
};
