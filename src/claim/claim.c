#include "claim/claim.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "people/child.h"
#include "sql_child.h"
#include "sql_claim.h"

/* clang-format off */
static const struct { const char *word, *label; } kinds[CLAIM_KINDS] = {
	[CLAIM_SEE] = { "see", N_("to see what is kept") },
	[CLAIM_EXPORT] = { "export", N_("to take along what is kept") },
	[CLAIM_CORRECT] = { "correct", N_("to have something corrected") },
	[CLAIM_OPPOSE] = { "oppose", N_("to object to something") },
	[CLAIM_ERASE] = { "erase", N_("to have something erased") },
};
static const struct { const char *word, *label, *tag; } states[CLAIM_STATES] = {
	[CLAIM_OPEN] = { "open", N_("waits for an answer"), "wait" },
	[CLAIM_GRANTED] = { "granted", N_("done"), "ok" },
	[CLAIM_REFUSED] = { "refused", N_("refused, with a reason"), "stop" },
	[CLAIM_WITHDRAWN] = { "withdrawn", N_("withdrawn"), "plain" },
};
/* clang-format on */

const char *
claim_word(enum claim_kind k)
{
	return kinds[k].word;
}

bool
claim_of_word(str word, enum claim_kind *ret)
{
	for (int i = 0; i < CLAIM_KINDS; i++)
		if (str_eq(word, str_c(kinds[i].word))) {
			*ret = (enum claim_kind)i;
			return true;
		}
	return false;
}

const char *
claim_label(enum claim_kind k)
{
	return kinds[k].label;
}

const char *
claim_state_label(enum claim_state s)
{
	return states[s].label;
}

const char *
claim_state_tag(enum claim_state s)
{
	return states[s].tag;
}

static enum claim_state
state_of(str word)
{
	int i = 0;

	while (i < CLAIM_STATES - 1 && !str_eq(word, str_c(states[i].word)))
		i++;
	return (enum claim_state)i;
}

/* ---- the words, under the key of whom they are about ---- */

static bool
key_of(const struct deed *d, int64_t child, struct key *ret, struct err *e)
{
	struct sql_child_by_id_row row;

	if (child == DB_NULL) {
		*ret = d->org->key;
		return true;
	}
	return sql_child_by_id(
		   d->house->db, d->arena, child, d->org->id, &row, e) &&
	       child_key(d->arena, d->org, child, row.key_wrapped, ret, e);
}

static bool
seal(const struct deed *d, int64_t child, const char *column, str text,
    str *ret, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};

	return key_of(d, child, &k, e) &&
	       text_seal(d->arena, &k, column, text, ret, e);
}

/* What cannot be read any more is "". */
static str
open_words(
    const struct deed *d, const struct key *k, const char *column, str sealed)
{
	struct err ignored;
	str ret = S("");

	if (k == NULL || sealed.p == NULL ||
	    !text_open(d->arena, k, column, sealed, &ret, &ignored))
		return S("");
	return ret;
}

/* ---- reading ---- */

static void
fill(const struct deed *d, const struct sql_claim_by_id_row *r,
    struct claim *ret)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct err ignored;
	const struct key *key = key_of(d, r->child, &k, &ignored) ? &k : NULL;
	enum ends_rule rule;

	*ret = (struct claim){.id = r->id,
	    .number = r->number,
	    .state = state_of(r->state),
	    .asker = r->asker,
	    .child = r->child,
	    .rule = r->rule.p != NULL && ends_rule_of(r->rule, &rule)
			? (int)rule
			: -1,
	    .name = house_text(d->arena, d->org, "claim.name_enc", r->name_enc),
	    .words = open_words(d, key, "claim.words_enc", r->words_enc),
	    .received_on = r->received_on,
	    .due_on = r->due_on,
	    .extended_at = r->extended_at,
	    .answered_at = r->answered_at,
	    .extended_why =
		open_words(d, key, "claim.extended_enc", r->extended_enc),
	    .answer = open_words(d, key, "claim.answer_enc", r->answer_enc),
	    .entered_by = r->entered_by,
	    .answered_by = r->answered_by};
	if (!claim_of_word(r->kind, &ret->kind))
		ret->kind = CLAIM_SEE;
}

bool
claim_load(const struct deed *d, int64_t id, struct claim *ret, struct err *e)
{
	struct sql_claim_by_id_row row;
	bool found;

	if (!sql_claim_by_id(
		d->house->db, d->arena, id, d->org->id, &found, &row, e))
		return err_wrap(e, "claim %" PRId64, id);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "claim %" PRId64, id);
	fill(d, &row, ret);
	return true;
}

static bool
load_all(const struct deed *d, const int64_t *id, size_t n, struct claims *ret,
    struct err *e)
{
	ret->v = NEW_N(d->arena, struct claim, n + 1);
	ret->n = 0;
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many claims");
	for (size_t i = 0; i < n; i++)
		if (!claim_load(d, id[i], &ret->v[ret->n++], e))
			return false;
	return true;
}

#define LIST_MAX 200

bool
claim_mine(
    const struct deed *d, int64_t account, struct claims *ret, struct err *e)
{
	struct sql_claim_mine_rows rows;
	int64_t id[LIST_MAX];

	if (!sql_claim_mine(d->house->db, d->arena, account, d->org->id,
		LIST_MAX, &rows, e))
		return err_wrap(e, "own claims");
	for (size_t i = 0; i < rows.n; i++)
		id[i] = rows.v[i].id;
	return load_all(d, id, rows.n, ret, e);
}

bool
claim_open(const struct deed *d, struct claims *ret, struct err *e)
{
	struct sql_claim_open_rows rows;
	int64_t id[LIST_MAX];

	if (!sql_claim_open(
		d->house->db, d->arena, d->org->id, LIST_MAX, &rows, e))
		return err_wrap(e, "open claims");
	for (size_t i = 0; i < rows.n; i++)
		id[i] = rows.v[i].id;
	return load_all(d, id, rows.n, ret, e);
}

bool
claim_done(const struct deed *d, struct claims *ret, struct err *e)
{
	struct sql_claim_done_rows rows;
	int64_t id[LIST_MAX];

	if (!sql_claim_done(
		d->house->db, d->arena, d->org->id, LIST_MAX, &rows, e))
		return err_wrap(e, "answered claims");
	for (size_t i = 0; i < rows.n; i++)
		id[i] = rows.v[i].id;
	return load_all(d, id, rows.n, ret, e);
}

bool
claim_count(const struct deed *d, struct claim_counts *ret, struct err *e)
{
	struct sql_claim_count_row row;

	if (!sql_claim_count(d->house->db, d->arena, d->today,
		d->today + CLAIM_NEAR_DAYS, d->org->id, &row, e))
		return err_wrap(e, "open claims");
	*ret = (struct claim_counts){row.waiting, row.near, row.late};
	return true;
}

/* ---- writing ---- */

static bool
note(const struct deed *d, enum audit_action action, const struct claim *c,
    const char *detail, struct err *e)
{
	struct deed_about about = {.kind = "claim",
	    .id = c->id,
	    .child = c->child == DB_NULL ? 0 : c->child,
	    .detail = str_c(detail)};

	return deed_note(d, action, &about, e);
}

static bool
words_fit(str words)
{
	size_t n = utf8_length(words);

	return n >= CLAIM_WORDS_MIN && n <= CLAIM_WORDS_MAX;
}

bool
claim_enter(const struct deed *d, const struct claim_new *n, int64_t *ret_id,
    struct err *e)
{
	const struct ends_law *law = ends_law_of(d->org->profile);
	struct claim c = {.child = n->child};
	struct sql_claim_insert_row row;
	str name, words;

	if (n->received_on > d->today ||
	    n->received_on < d->today - CLAIM_BACK_DAYS ||
	    !words_fit(n->words) || (n->asker == DB_NULL && n->name.n == 0))
		return err_set(e, ERR_INPUT, "a claim without its facts");
	if (!deed_seal(d, "claim.name_enc", n->name, &name, e) ||
	    !seal(d, n->child, "claim.words_enc", n->words, &words, e) ||
	    !sql_claim_insert(d->house->db, d->arena, d->org->id,
		str_c(kinds[n->kind].word), n->asker, n->child,
		n->rule < 0 ? (str){0} : str_c(ends_rows[n->rule].word), name,
		words, n->received_on, ends_law_due(law, n->received_on, false),
		d->actor, d->now, &row, e))
		return err_wrap(e, "new claim");
	*ret_id = c.id = row.id;
	return note(d, AUDIT_CLAIM_ENTERED, &c, kinds[n->kind].word, e);
}

bool
claim_may_extend(const struct deed *d, const struct claim *c)
{
	const struct ends_law *law = ends_law_of(d->org->profile);

	return c->state == CLAIM_OPEN && c->extended_at == DB_NULL &&
	       (law->more_months > 0 || law->more_days > 0);
}

bool
claim_extend(const struct deed *d, int64_t id, str why, struct err *e)
{
	const struct ends_law *law = ends_law_of(d->org->profile);
	struct claim c;
	int64_t rows;
	str sealed;

	if (!claim_load(d, id, &c, e))
		return false;
	if (!claim_may_extend(d, &c))
		return err_set(e, ERR_CONFLICT, "claim %" PRId64, id);
	if (!words_fit(why))
		return err_set(e, ERR_INPUT, "no reason");
	return (seal(d, c.child, "claim.extended_enc", why, &sealed, e) &&
		   sql_claim_extend(d->house->db,
		       ends_law_due(law, c.received_on, true), d->now, d->actor,
		       sealed, id, &rows, e) &&
		   note(d, AUDIT_CLAIM_EXTENDED, &c, "", e)) ||
	       err_wrap(e, "claim %" PRId64, id);
}

static bool
end(const struct deed *d, const struct claim *c, enum claim_state s, str answer,
    enum audit_action action, struct err *e)
{
	int64_t rows;
	str sealed = {0};

	/* Of a child that was erased meanwhile, no word can be kept. */
	if (answer.n > 0 &&
	    !seal(d, c->child, "claim.answer_enc", answer, &sealed, e) &&
	    e->kind != ERR_CORRUPT)
		return false;
	if (!sql_claim_end(d->house->db, str_c(states[s].word), d->now,
		d->actor, sealed, c->id, &rows, e))
		return err_wrap(e, "claim %" PRId64, c->id);
	if (rows != 1)
		return err_set(e, ERR_CONFLICT, "claim %" PRId64, c->id);
	return note(d, action, c, states[s].word, e);
}

bool
claim_answer(
    const struct deed *d, int64_t id, bool granted, str answer, struct err *e)
{
	struct claim c;

	if (!claim_load(d, id, &c, e))
		return false;
	if (!words_fit(answer))
		return err_set(e, ERR_INPUT, "no answer");
	return end(d, &c, granted ? CLAIM_GRANTED : CLAIM_REFUSED, answer,
	    AUDIT_CLAIM_ANSWERED, e);
}

bool
claim_withdraw(const struct deed *d, int64_t id, struct err *e)
{
	struct claim c;

	if (!claim_load(d, id, &c, e))
		return false;
	if (c.asker != d->actor)
		return err_set(e, ERR_NOT_FOUND, "another's claim");
	return end(d, &c, CLAIM_WITHDRAWN, S(""), AUDIT_CLAIM_WITHDRAWN, e);
}
