/* telling — how an account is told: its hours, its address, and the links of
 * the e-mails. */
#include "web/telling.h"

#include "base/num.h"
#include "html_telling.h"
#include "sharing/viewer.h"
#include "web/member.h"

#define PAUSE_MAX_DAYS 366

/* clang-format off */
static const struct field_option yes_no[] = {
	{ "yes", N_("Yes") }, { "no", N_("No") }, { 0 },
};

/* Hours are written the same in both languages. */
#define HOUR_OF(h) { h, h ":00" }
#define HOURS \
	HOUR_OF("00"), HOUR_OF("01"), HOUR_OF("02"), HOUR_OF("03"), \
	HOUR_OF("04"), HOUR_OF("05"), HOUR_OF("06"), HOUR_OF("07"), \
	HOUR_OF("08"), HOUR_OF("09"), HOUR_OF("10"), HOUR_OF("11"), \
	HOUR_OF("12"), HOUR_OF("13"), HOUR_OF("14"), HOUR_OF("15"), \
	HOUR_OF("16"), HOUR_OF("17"), HOUR_OF("18"), HOUR_OF("19"), \
	HOUR_OF("20"), HOUR_OF("21"), HOUR_OF("22"), HOUR_OF("23"), { 0 }

static const struct field_option hours[] = { HOURS };
static const struct field_option at_hours[] = {
	{ "evening", N_("In the evening, when the team publishes") }, HOURS };

static const struct field_option ways[] = {
	{ "both", N_("By e-mail and on the devices below") },
	{ "mail", N_("By e-mail only") },
	{ "push", N_("On the devices below only") },
	{ 0 },
};

static const struct field fields[] = {
	[TELL_F_DAILY] = { "daily", N_("One message a day, when there is something new"),
	    NULL, FIELD_CHOICE, .required = true, .options = yes_no },
	[TELL_F_WAY] = { "way", N_("By what way"), NULL, FIELD_CHOICE,
	    .options = ways },
	[TELL_F_AT] = { "at", N_("At what time"), NULL, FIELD_CHOICE,
	    .required = true, .options = at_hours },
	[TELL_F_FROM] = { "from", N_("Quiet from"),
	    N_("In quiet hours only what is urgent comes. The same hour twice: "
	       "never quiet."),
	    FIELD_CHOICE, .required = true, .options = hours },
	[TELL_F_TO] = { "to", N_("Quiet until"), NULL, FIELD_CHOICE,
	    .required = true, .options = hours },
	[TELL_F_PAUSE] = { "pause", N_("Nothing until and with (leave empty: no pause)"),
	    NULL, FIELD_DAY },
	{ 0 },
};
/* clang-format on */

static str
hour_word(struct request *r, int64_t minute)
{
	return arena_fmt(r->arena, "%02d", (int)(minute / 60));
}

static void
fill(struct request *r, const struct tell_choice *c, struct form *f)
{
	form_start(fields, f);
	f->value[TELL_F_DAILY] = str_c(yes_no[c->daily ? 0 : 1].value);
	f->value[TELL_F_WAY] = str_c(tell_way_words[c->way]);
	f->value[TELL_F_AT] =
	    c->at_min == TELL_EVENING ? S("evening") : hour_word(r, c->at_min);
	f->value[TELL_F_FROM] = hour_word(r, c->quiet_from);
	f->value[TELL_F_TO] = hour_word(r, c->quiet_to);
	if (c->pause_until >= r->today)
		f->value[TELL_F_PAUSE] = iso_day(&r->view, c->pause_until);
}

static bool
page_of(struct request *r, struct form *f, struct err *e)
{
	struct deed d = member_deed(r);
	struct telling_page p = {.form = f,
	    .staff = viewer_is_staff(r->viewer),
	    .mail = r->house->conf->mail_server[0] != '\0'};

	if (!tell_load(&d, r->session.account, p.staff, &p.state, e) ||
	    !devices_load(r, &p.devices, e))
		return false;
	if (f->field == NULL)
		fill(r, &p.state.is, f);
	html_telling_page(&r->view, &p);
	return true;
}

static bool
telling_show(struct request *r, struct response *out, struct err *e)
{
	struct form f = {0};

	return page_of(r, &f, e) && respond_page(r, out, 200);
}

static int64_t
minute_of(str hour)
{
	int64_t h;

	return num_i64(hour, 0, 23, &h) ? h * 60 : TELL_EVENING;
}

static bool
read_choice(struct request *r, struct form *f, struct tell_choice *ret)
{
	struct tell_choice c = {0};

	if (!form_read(r, fields, f))
		return false;
	c.daily = str_eq(f->value[TELL_F_DAILY], S("yes"));
	c.way = tell_way_of(f->value[TELL_F_WAY]);
	c.at_min = minute_of(f->value[TELL_F_AT]);
	c.quiet_from = minute_of(f->value[TELL_F_FROM]);
	c.quiet_to = minute_of(f->value[TELL_F_TO]);
	c.pause_until = f->number[TELL_F_PAUSE];
	if (f->value[TELL_F_PAUSE].n > 0 &&
	    (c.pause_until < r->today ||
		c.pause_until > r->today + PAUSE_MAX_DAYS)) {
		form_fault(f, TELL_F_PAUSE,
		    N_("Choose a day from today on, within a year."));
		return false;
	}
	*ret = c;
	return true;
}

static bool
telling_set(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct tell_choice c;
	struct form f;

	if (!read_choice(r, &f, &c))
		return page_of(r, &f, e) && member_again(r, out);
	if (!tell_choose(
		&d, r->session.account, viewer_is_staff(r->viewer), &c, e))
		return false;
	respond_notice(r, out, N_("It is noted."));
	return respond_see_other(r, out, S("/account/telling"));
}

static bool
telling_ask(struct request *r, struct response *out, struct err *e)
{
	static const char *const said[] = {
	    [TELL_ASK_DONE] =
		N_("An e-mail is on its way to you: open its link."),
	    [TELL_ASK_NO_ADDRESS] =
		N_("There is no address that can be written to: change it on "
		   "the page of your account."),
	    [TELL_ASK_ENOUGH] =
		N_("Several e-mails went already today: look among the "
		   "unwanted ones, or try again tomorrow."),
	};
	struct deed d = member_deed(r);
	enum tell_ask asked;

	if (!tell_ask(
		&d, r->session.account, viewer_is_staff(r->viewer), &asked, e))
		return false;
	respond_notice(r, out, said[asked]);
	return respond_see_other(r, out, S("/account/telling"));
}

/* ---- the links of the e-mails: whoever has one, signed in or not ---- */

static bool
follow(
    struct request *r, enum tell_link what, bool act, bool *ret, struct err *e)
{
	return tell_follow(r->house, r->arena, what, r->id[0], r->word[0], act,
	    r->now, ret, e);
}

static bool
link_show(
    struct request *r, struct response *out, enum tell_link what, struct err *e)
{
	bool fits;

	if (!follow(r, what, false, &fits, e))
		return false;
	html_telling_link(&r->view, what == TELL_LINK_CONFIRM, fits, false,
	    r->id[0], r->word[0]);
	return respond_page(r, out, fits ? 200 : 404);
}

static bool
link_act(
    struct request *r, struct response *out, enum tell_link what, struct err *e)
{
	bool fits;

	if (!follow(r, what, true, &fits, e))
		return false;
	html_telling_link(&r->view, what == TELL_LINK_CONFIRM, fits, true,
	    r->id[0], r->word[0]);
	return respond_page(r, out, fits ? 200 : 404);
}

static bool
confirm_show(struct request *r, struct response *out, struct err *e)
{
	return link_show(r, out, TELL_LINK_CONFIRM, e);
}

static bool
confirm_act(struct request *r, struct response *out, struct err *e)
{
	return link_act(r, out, TELL_LINK_CONFIRM, e);
}

static bool
stop_show(struct request *r, struct response *out, struct err *e)
{
	return link_show(r, out, TELL_LINK_STOP, e);
}

/* One click in a mail program (RFC 8058) comes from its server: without our
 * cookie, token or origin.  What it proves stands in its path. */
static bool
stop_act(struct request *r, struct response *out, struct err *e)
{
	return link_act(r, out, TELL_LINK_STOP, e);
}

const struct route telling_routes[] = {
    {HTTP_GET, "/account/telling", telling_show, NEED_MEMBER},
    {HTTP_POST, "/account/telling", telling_set, NEED_MEMBER},
    {HTTP_POST, "/account/telling/address", telling_ask, NEED_MEMBER},
    {HTTP_GET, "/told/confirm/:id/:word", confirm_show, NEED_NOBODY},
    {HTTP_POST, "/told/confirm/:id/:word", confirm_act, NEED_NOBODY},
    {HTTP_GET, "/told/stop/:id/:word", stop_show, NEED_NOBODY},
    {HTTP_POST, "/told/stop/:id/:word", stop_act, NEED_NOBODY,
	ROUTE_REPEATABLE | ROUTE_PROVEN, NULL},
    {0},
};
