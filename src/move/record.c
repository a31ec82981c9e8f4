#include "move/record.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "consent/facts.h"
#include "consent/proof.h"
#include "people/child.h"
#include "sql_account.h"
#include "sql_child.h"
#include "sql_notice.h"

#define FIRST "preau-record 1"

const struct record_word record_words[] = {
    {"first-name", N_("First name")},
    {"last-name", N_("Name")},
    {"born", N_("Birth date")},
    {"contact-name", N_("Adult")},
    {"contact-email", N_("E-mail address")},
    {"contact-phone", N_("Telephone")},
    {"consent", N_("Consent, as it was said there")},
    {"notice", N_("Notice answered there")},
    {0},
};

/* ---- writing ---- */

static void
put(struct buf *b, const char *word, str value)
{
	if (value.n == 0)
		return;
	buf_printf(b, "%s: ", word);
	for (size_t i = 0; i < value.n; i++)
		buf_byte(b, (unsigned char)value.p[i] < ' ' ? ' ' : value.p[i]);
	buf_byte(b, '\n');
}

static str
day(struct arena *a, int64_t on)
{
	struct civil c = day_to_civil(on);

	return arena_fmt(a, "%04d-%02d-%02d", (int)c.year, c.month, c.day);
}

static bool
put_child(const struct deed *d, int64_t child, struct buf *b, struct err *e)
{
	struct sql_child_by_id_row row;
	struct child_name n;

	if (!sql_child_by_id(
		d->house->db, d->arena, child, d->org->id, &row, e))
		return false;
	n = child_open(d->arena, d->org,
	    &(struct child_sealed){child, row.key_wrapped, row.first_enc,
		row.last_enc, row.born_enc});
	put(b, "first-name", n.first);
	put(b, "last-name", n.last);
	if (n.born_on != DB_NULL)
		put(b, "born", day(d->arena, n.born_on));
	return true;
}

static bool
put_contact(
    const struct deed *d, const struct viewer *v, struct buf *b, struct err *e)
{
	struct sql_account_by_id_row row;

	if (!sql_account_by_id(
		d->house->db, d->arena, v->account, d->org->id, &row, e))
		return false;
	put(b, "contact-name",
	    house_text(d->arena, d->org, "account.name_enc", row.name_enc));
	put(b, "contact-email",
	    house_text(d->arena, d->org, "account.email_enc", row.email_enc));
	put(b, "contact-phone",
	    house_text(d->arena, d->org, "account.phone_enc", row.phone_enc));
	return true;
}

static const char *
said(enum consent_action a)
{
	static const char *const words[CONSENT_ACTIONS] = {
	    [CONSENT_GRANT] = N_("yes"),
	    [CONSENT_REFUSE] = N_("no"),
	    [CONSENT_WITHDRAW] = N_("withdrawn"),
	    [CONSENT_EXPIRE] = N_("ended"),
	    [CONSENT_BLOCK] = N_("blocked"),
	    [CONSENT_LIFT] = N_("lifted"),
	};

	return words[a];
}

static enum consent_action
action_of(str word)
{
	for (int i = 0; i < CONSENT_ACTIONS; i++)
		if (str_eq(word,
			str_c(consent_action_word((enum consent_action)i))))
			return (enum consent_action)i;
	return CONSENT_ACTIONS;
}

/* Without the names of those who said it. */
static bool
put_consents(const struct deed *d, int64_t child, enum lang lang, struct buf *b,
    struct err *e)
{
	struct consent_proofs l;

	if (!consent_proofs_load(d, child, lang, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		enum consent_action a = action_of(l.v[i].row->action);
		str purpose = l.v[i].purpose;

		if (a == CONSENT_ACTIONS)
			continue;
		if (purpose.n == 0)
			purpose = lang_text(lang, N_("all purposes"));
		put(b, "consent",
		    arena_fmt(d->arena, STR_FMT " · " STR_FMT " · " STR_FMT,
			STR_ARG(day(d->arena,
			    day_of(d->org->zone, l.v[i].row->acted_at))),
			STR_ARG(purpose), STR_ARG(lang_text(lang, said(a)))));
	}
	return true;
}

static bool
put_notices(const struct deed *d, const struct viewer *v, int64_t child,
    struct buf *b, struct err *e)
{
	struct sql_notice_answered_by_rows rows;

	if (!sql_notice_answered_by(
		d->house->db, d->arena, child, v->account, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		bool fr =
		    rows.v[i].title_fr_enc.p != NULL &&
		    (v->lang == LANG_FR || rows.v[i].title_en_enc.p == NULL);
		str title = house_text(d->arena, d->org,
		    fr ? "notice_text.title_fr_enc"
		       : "notice_text.title_en_enc",
		    fr ? rows.v[i].title_fr_enc : rows.v[i].title_en_enc);

		put(b, "notice",
		    arena_fmt(d->arena, STR_FMT " · " STR_FMT,
			STR_ARG(day(d->arena,
			    day_of(d->org->zone, rows.v[i].acted_at))),
			STR_ARG(title)));
	}
	return true;
}

bool
record_write(const struct deed *d, const struct viewer *v, int64_t child,
    const struct record_want *w, struct buf *b, struct err *e)
{
	buf_str(b, S(FIRST "\n"));
	if (!put_child(d, child, b, e) ||
	    (w->contact && !put_contact(d, v, b, e)) ||
	    (w->consents && !put_consents(d, child, v->lang, b, e)) ||
	    (w->notices && !put_notices(d, v, child, b, e)))
		return err_wrap(e, "record of child %" PRId64, child);
	return !b->full || err_set(e, ERR_LIMIT, "a record is too long");
}

/* ---- reading ---- */

static const char *
label_of(str word)
{
	for (const struct record_word *w = record_words; w->word != NULL; w++)
		if (str_eq(word, str_c(w->word)))
			return w->label;
	return NULL;
}

/* The next line; *ret_word empty: one to leave out. */
static bool
next(str *rest, str *ret_word, str *ret_value)
{
	str line;

	if (rest->n == 0)
		return false;
	(void)str_cut(rest, '\n', &line);
	*ret_value = line;
	if (!str_cut(ret_value, ':', ret_word))
		*ret_word = S("");
	*ret_value = str_trim(*ret_value);
	return true;
}

bool
record_read(
    struct arena *a, str record, struct record_lines *ret, struct err *e)
{
	struct record_lines l = {
	    NEW_N(a, struct record_line, RECORD_LINES_MAX), 0};
	str word, value, first;

	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "no room for a record");
	(void)str_cut(&record, '\n', &first);
	if (!str_eq(first, S(FIRST)))
		return err_set(e, ERR_INPUT, "this is no record");
	while (l.n < RECORD_LINES_MAX && next(&record, &word, &value)) {
		const char *label = label_of(word);
		str clean;

		if (label != NULL &&
		    utf8_clean(a, value, RECORD_VALUE_MAX, false, &clean) &&
		    clean.n > 0)
			l.v[l.n++] = (struct record_line){label, clean};
	}
	*ret = l;
	return true;
}

str
record_name(struct arena *a, str record)
{
	str word, value, first = S(""), last = S(""), ret;

	while (next(&record, &word, &value)) {
		if (str_eq(word, S("first-name")))
			first = value;
		if (str_eq(word, S("last-name")))
			last = value;
	}
	ret = arena_fmt(a, STR_FMT " " STR_FMT, STR_ARG(first), STR_ARG(last));
	return utf8_clean(a, ret, RECORD_VALUE_MAX, false, &ret) ? ret : S("");
}
