/* mine_more — of what is kept about somebody: what goes to her, what she
 * reported, and what was said, signed and chosen for a child. */
#include "life/address.h"
#include "life/item_words.h"
#include "report/report.h"
#include "safe/safe.h"
#include "sql_calendar_feed.h"
#include "sql_mine.h"
#include "sql_received.h"
#include "sql_report.h"
#include "sql_tell.h"
#include "web/item.h"
#include "web/member.h"
#include "web/mine_inside.h"

/* ---- of the account ---- */

static const char *
message_label(str kind)
{
	if (str_eq(kind, S("urgent")))
		return N_("Urgent message");
	return str_eq(kind, S("digest")) ? N_("Message of the day")
					 : N_("Link to confirm an address");
}

static const char *
state_label(str state)
{
	if (str_eq(state, S("sent")))
		return N_("sent");
	if (str_eq(state, S("failed")))
		return N_("did not arrive");
	return str_eq(state, S("dropped")) ? N_("not sent") : N_("on its way");
}

static bool
add_messages(struct making *k, struct err *e)
{
	struct request *r = k->r;
	struct sql_mine_messages_rows l;

	if (!sql_mine_messages(
		r->house->db, r->arena, r->viewer->account, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		mine_add(k, "message", message_label(l.v[i].kind),
		    mine_on_day(k, mine_text(k, state_label(l.v[i].state)),
			l.v[i].made_at));
	return true;
}

static bool
add_received(struct making *k, struct err *e)
{
	struct request *r = k->r;
	struct sql_received_mine_rows l;

	if (!sql_received_mine(
		r->house->db, r->arena, r->viewer->account, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		str of[3] = {arena_i64(r->arena, l.v[i].media),
		    say_date(&r->view, day_of(r->org->zone, l.v[i].first_at)),
		    say_date(&r->view, l.v[i].last_on)};

		mine_add(k, "received", N_("Sent to me"),
		    mine_told(k,
			house_text(r->arena, r->org, "post.title_enc",
			    l.v[i].title_enc),
			lang_fill(r->arena,
			    lang_plural(k->r->view.lang,
				N_P("%1 file, from %2 to %3",
				    "%1 files, from %2 to %3"),
				l.v[i].media),
			    of, 3)));
	}
	return true;
}

/* The address itself is a secret that only its page shows. */
static bool
add_telling(struct making *k, struct err *e)
{
	struct request *r = k->r;
	struct sql_calendar_feed_of_row feed;
	struct sql_mine_opened_rows opened;
	struct sql_tell_get_row t;
	bool has_feed, has_choice;

	if (!sql_calendar_feed_of(r->house->db, r->arena, r->viewer->account,
		&has_feed, &feed, e) ||
	    !sql_tell_get(r->house->db, r->arena, r->viewer->account,
		&has_choice, &t, e) ||
	    !sql_mine_opened(
		r->house->db, r->arena, r->viewer->account, &opened, e))
		return false;
	mine_begin(k, "telling", mine_text(k, N_("What goes to me")), 0);
	if (has_choice)
		mine_add(k, "choice", N_("Message of the day"),
		    mine_text(k, t.daily ? N_("yes") : N_("no")));
	if (has_choice && t.pause_until != DB_NULL)
		mine_add(k, "pause", N_("Pause until"),
		    say_date(&r->view, t.pause_until));
	if (has_choice && t.confirmed_at != DB_NULL)
		mine_add(k, "confirmed", N_("Address confirmed"),
		    say_date(&r->view, day_of(r->org->zone, t.confirmed_at)));
	if (has_feed)
		mine_add(k, "calendar", N_("Secret address of my calendar"),
		    mine_on_day(k, mine_text(k, N_("made")), feed.made_at));
	for (size_t i = 0; i < opened.n; i++)
		mine_add(k, "opened", N_("Document opened"),
		    mine_on_day(k,
			house_text(r->arena, r->org, "post.title_enc",
			    opened.v[i].title_enc),
			opened.v[i].opened_at));
	return add_received(k, e) && add_messages(k, e);
}

static bool
add_report(struct making *k, int64_t id, struct err *e)
{
	struct request *r = k->r;
	struct report_seen seen;

	if (!report_by_reporter(
		r->house, r->arena, r->org, r->viewer->account, id, &seen, e))
		return false;
	mine_add(k, "report", seen.category->label,
	    mine_on_day(k, seen.words, seen.made_at));
	for (size_t i = 0; i < seen.story.n; i++)
		if (seen.story.v[i].words.n > 0)
			mine_add(k, "report-word", N_("What was written since"),
			    mine_on_day(
				k, seen.story.v[i].words, seen.story.v[i].at));
	return true;
}

/* What somebody reported without saying who she is is not hers to be found. */
static bool
add_reports(struct making *k, struct err *e)
{
	struct request *r = k->r;
	struct sql_report_mine_rows l;

	if (!sql_report_mine(r->house->db, r->arena, r->viewer->account, &l, e))
		return false;
	mine_begin(k, "reports", mine_text(k, N_("What I have reported")), 0);
	for (size_t i = 0; i < l.n; i++)
		if (!add_report(k, l.v[i].id, e))
			return false;
	return true;
}

static bool
add_safe(struct making *k, struct err *e)
{
	struct request *r = k->r;
	struct deed d = member_deed(r);
	struct safe s;

	if (!safe_load(&d, &s, e))
		return false;
	mine_begin(k, "safe", mine_text(k, N_("My evidence safe")), 0);
	if (s.id != 0)
		mine_add(k, "opened", N_("Opened"),
		    say_date(&r->view, day_of(r->org->zone, s.opened_at)));
	mine_add(k, "entries", N_("Entries, which I take along on its page"),
	    arena_i64(r->arena, (int64_t)s.n));
	return true;
}

bool
mine_of_account(struct making *k, struct err *e)
{
	return add_telling(k, e) && add_reports(k, e) && add_safe(k, e);
}

/* ---- of a child ---- */

/* In the page's language, else in the other. */
static str
either(struct making *k, str fr, str en)
{
	str first = k->r->view.lang == LANG_FR ? fr : en;

	return first.n > 0 ? first : k->r->view.lang == LANG_FR ? en : fr;
}

static bool
add_answers(struct making *k, int64_t child, struct err *e)
{
	struct request *r = k->r;
	struct sql_mine_answers_rows l;

	if (!sql_mine_answers(r->house->db, r->arena, child, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		str title = either(k,
		    house_text(r->arena, r->org, "notice_text.title_fr_enc",
			l.v[i].title_fr_enc),
		    house_text(r->arena, r->org, "notice_text.title_en_enc",
			l.v[i].title_en_enc));

		mine_add(k, "notice-answer",
		    l.v[i].sign ? N_("Notice signed") : N_("Notice read"),
		    mine_on_day(k,
			mine_told(k,
			    house_text(r->arena, r->org, "guardian.name_enc",
				l.v[i].guardian_enc),
			    title),
			l.v[i].acted_at));
	}
	return true;
}

static const char *
item_label(str kind)
{
	enum item_kind of;

	return item_kind_label(item_of_word(kind, &of) ? of : ITEM_EVENT);
}

static bool
add_choices(struct making *k, int64_t child, struct err *e)
{
	struct deed d = member_deed(k->r);
	struct sql_mine_choices_rows l;

	if (!sql_mine_choices(d.house->db, d.arena, child, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		const str sealed[LANGS] = {
		    [LANG_FR] = l.v[i].fr_enc, [LANG_EN] = l.v[i].en_enc};
		struct item_line line = {0};

		item_line_open(&d, sealed, &line);
		mine_add(k, "choice", item_label(l.v[i].kind),
		    mine_on_day(k,
			either(k, line.text[LANG_FR], line.text[LANG_EN]),
			l.v[i].answered_at));
	}
	return true;
}

static bool
add_entries(struct making *k, int64_t child, struct err *e)
{
	struct deed d = member_deed(k->r);
	struct sql_mine_entries_rows l;

	if (!sql_mine_entries(d.house->db, d.arena, child, d.now, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		const str sealed[LANGS] = {
		    [LANG_FR] = l.v[i].fr_enc, [LANG_EN] = l.v[i].en_enc};
		str words[LANGS][ITEM_PARTS] = {0};

		item_words_open(&d, child, l.v[i].key_wrapped, sealed, words);
		mine_add(k, "entry", item_label(l.v[i].kind),
		    mine_told(k, say_date(&k->r->view, l.v[i].from_on),
			either(k, words[LANG_FR][ITEM_BODY],
			    words[LANG_EN][ITEM_BODY])));
	}
	return true;
}

bool
mine_of_child(struct making *k, int64_t child, struct err *e)
{
	return add_entries(k, child, e) && add_answers(k, child, e) &&
	       add_choices(k, child, e);
}
