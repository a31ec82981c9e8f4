#include "consent/effective.h"

#include "store/db.h"

static bool
over(int64_t until_on, int64_t today)
{
	return until_on != DB_NULL && until_on < today;
}

static bool
stands(int64_t from_on, int64_t until_on, int64_t ended_at, int64_t now,
    int64_t today)
{
	return from_on <= today && !over(until_on, today) &&
	       (ended_at == DB_NULL || ended_at > now);
}

bool
consent_holds(const struct consent_holder *h, int64_t now, int64_t today)
{
	return stands(h->from_on, h->until_on, h->ended_at, now, today);
}

bool
consent_stands_now(const struct consent_stands *s, int64_t now, int64_t today)
{
	bool noted = s->kind == CONSENT_SOLE ||
		     (s->confirmed_at != DB_NULL && s->confirmed_at <= now);

	return noted &&
	       stands(s->from_on, s->until_on, s->ended_at, now, today);
}

static bool
holds_now(
    const struct consent_child *c, int64_t guardian, int64_t now, int64_t today)
{
	for (size_t i = 0; i < c->n_holder; i++)
		if (c->holder[i].guardian == guardian &&
		    consent_holds(&c->holder[i], now, today))
			return true;
	return false;
}

/* Sole exercise is a holder's; a judge may give the say to anybody. */
static bool
stands_in(const struct consent_child *c, const struct consent_stands *s,
    int64_t now, int64_t today)
{
	return consent_stands_now(s, now, today) &&
	       (s->kind == CONSENT_DELEGATED ||
		   holds_now(c, s->guardian, now, today));
}

/* About that matter; purpose 0 is all of them, not one of several. */
static bool
is_matter(const struct consent_stands *s, int64_t purpose)
{
	return s->purpose == 0 || s->purpose == purpose;
}

static bool
has_standing(
    const struct consent_child *c, int64_t purpose, int64_t now, int64_t today)
{
	for (size_t i = 0; i < c->n_stands; i++)
		if (is_matter(&c->stands[i], purpose) &&
		    stands_in(c, &c->stands[i], now, today))
			return true;
	return false;
}

bool
consent_is_required(const struct consent_child *c, int64_t guardian,
    int64_t purpose, int64_t now, int64_t today)
{
	if (!has_standing(c, purpose, now, today) &&
	    holds_now(c, guardian, now, today))
		return true;
	for (size_t i = 0; i < c->n_stands; i++)
		if (c->stands[i].guardian == guardian &&
		    (purpose == 0 || is_matter(&c->stands[i], purpose)) &&
		    stands_in(c, &c->stands[i], now, today))
			return true;
	return false;
}

bool
consent_may_speak(const struct consent_child *c, int64_t guardian,
    int64_t purpose, int64_t now, int64_t today)
{
	return holds_now(c, guardian, now, today) ||
	       consent_is_required(c, guardian, purpose, now, today);
}

bool
consent_circle_known(
    const struct consent_child *c, int64_t purpose, int64_t now, int64_t today)
{
	int64_t first = 0;

	if (has_standing(c, purpose, now, today))
		return true;
	for (size_t i = 0; i < c->n_holder; i++) {
		const struct consent_holder *h = &c->holder[i];

		if (!consent_holds(h, now, today))
			continue;
		if (h->tutor || (first != 0 && first != h->guardian))
			return true;
		first = h->guardian;
	}
	return false;
}

/* ---- one outing ---- */

static bool
is_of_group(const struct consent_child *c, const struct consent_purpose *p)
{
	for (size_t i = 0; i < c->n_group; i++)
		if (c->group[i] == p->group)
			return true;
	return p->group == 0;
}

static bool
is_past(const struct consent_purpose *p, int64_t today)
{
	return p->group != 0 && (p->stopped || over(p->until_on, today));
}

bool
consent_is_asked(const struct consent_child *c, const struct consent_purpose *p,
    int64_t today)
{
	return p->asked && is_of_group(c, p) && !is_past(p, today);
}

bool
consent_is_called_off(const struct consent_child *c,
    const struct consent_purpose *p, int64_t today)
{
	return p->group != 0 && p->stopped && !over(p->until_on, today) &&
	       is_of_group(c, p);
}

bool
consent_own_age(const struct consent_child *c, int64_t today)
{
	return c->born_on != DB_NULL &&
	       profile_age(c->born_on, today) >= c->profile->own_from;
}

bool
consent_of_age(const struct consent_child *c, int64_t today)
{
	return c->born_on != DB_NULL &&
	       profile_age(c->born_on, today) >= c->profile->majority;
}

/* ---- words ---- */

static bool
stops(enum consent_action a)
{
	return a == CONSENT_REFUSE || a == CONSENT_WITHDRAW;
}

/* Where the groups are not known, a yes for one group says nothing (but to what
 * is asked of that group alone) and a no for one stops. */
static bool
in_scope(const struct consent_event *v, const struct consent_question *q)
{
	if (v->group == 0 || v->group == q->group ||
	    v->group == q->purpose->group)
		return true;
	return q->group == 0 && v->action != CONSENT_GRANT;
}

static bool
is_about(const struct consent_event *v, const struct consent_question *q)
{
	return (v->purpose == 0 || v->purpose == q->purpose->id) &&
	       (v->media & q->medium) != 0;
}

static bool
is_word_of(const struct consent_event *v, int64_t guardian)
{
	if (guardian == 0)
		return v->speaker == CONSENT_CHILD;
	return v->speaker == CONSENT_HOLDER && v->guardian == guardian;
}

/* On a guardian's telephone a child can say no at any age; the yes of one who
 * has come of age to speak must have been said in person. */
static bool
is_free(
    const struct consent_child *c, const struct consent_event *v, int64_t today)
{
	return v->speaker != CONSENT_CHILD || v->method != CONSENT_BESIDE ||
	       stops(v->action) || !consent_own_age(c, today);
}

static bool
later(const struct consent_event *a, const struct consent_event *b)
{
	return b == NULL || a->acted_at > b->acted_at ||
	       (a->acted_at == b->acted_at && a->id > b->id);
}

/* The server wrote down that this very yes is over. */
static bool
is_ended(const struct consent_child *c, const struct consent_event *grant)
{
	for (size_t i = 0; i < c->n_event; i++)
		if (c->event[i].action == CONSENT_EXPIRE &&
		    c->event[i].lifts == grant->id)
			return true;
	return false;
}

enum consent_said
consent_last_word(const struct consent_child *c,
    const struct consent_question *q, int64_t guardian,
    const struct consent_event **ret_last)
{
	const struct consent_event *last = NULL;

	for (size_t i = 0; i < c->n_event; i++) {
		const struct consent_event *v = &c->event[i];

		if (v->action != CONSENT_EXPIRE && is_word_of(v, guardian) &&
		    is_about(v, q) && in_scope(v, q) &&
		    is_free(c, v, q->today) && v->from_on <= q->today &&
		    v->acted_at <= q->now && later(v, last))
			last = v;
	}
	*ret_last = last;
	if (last == NULL)
		return CONSENT_SILENT;
	if (stops(last->action))
		return over(last->until_on, q->today) ? CONSENT_SILENT
						      : CONSENT_SAID_NO;
	if (over(last->until_on, q->today) || is_ended(c, last))
		return CONSENT_SAID_OVER;
	return last->shown_at < q->purpose->renew_at ? CONSENT_SAID_OLDER
						     : CONSENT_SAID_YES;
}

/* ---- the court ---- */

static bool
is_lifted(const struct consent_child *c, const struct consent_event *block,
    const struct consent_question *q)
{
	for (size_t i = 0; i < c->n_event; i++)
		if (c->event[i].action == CONSENT_LIFT &&
		    c->event[i].lifts == block->id &&
		    c->event[i].from_on <= q->today &&
		    c->event[i].acted_at <= q->now)
			return true;
	return false;
}

static bool
is_blocked(const struct consent_child *c, const struct consent_question *q)
{
	for (size_t i = 0; i < c->n_event; i++) {
		const struct consent_event *v = &c->event[i];

		if (v->action == CONSENT_BLOCK && is_about(v, q) &&
		    in_scope(v, q) && v->from_on <= q->today &&
		    !over(v->until_on, q->today) && !is_lifted(c, v, q))
			return true;
	}
	return false;
}

/* ---- the holders ---- */

static struct consent_answer
no(enum consent_why why, int64_t guardian)
{
	return (struct consent_answer){false, why, guardian};
}

static const struct consent_answer yes = {true, CONSENT_YES, 0};

/* Holders and who stands in for them, one after the other; 0 past the end. */
static int64_t
speaker_at(const struct consent_child *c, const struct consent_question *q,
    size_t i, bool *ret_more)
{
	*ret_more = i < c->n_holder + c->n_stands;
	if (i < c->n_holder)
		return consent_holds(&c->holder[i], q->now, q->today)
			   ? c->holder[i].guardian
			   : 0;
	if (!*ret_more)
		return 0;
	i -= c->n_holder;
	return is_matter(&c->stands[i], q->purpose->id) &&
		       stands_in(c, &c->stands[i], q->now, q->today)
		   ? c->stands[i].guardian
		   : 0;
}

/* Whoever holds authority can stop, whether it is needed for a yes or not. */
static int64_t
who_refuses(const struct consent_child *c, const struct consent_question *q)
{
	const struct consent_event *last;
	bool more = true;

	for (size_t i = 0; more; i++) {
		int64_t g = speaker_at(c, q, i, &more);

		if (g != 0 &&
		    consent_last_word(c, q, g, &last) == CONSENT_SAID_NO)
			return g;
	}
	return 0;
}

static const enum consent_why why_not[] = {
    [CONSENT_SILENT] = CONSENT_MISSING,
    [CONSENT_SAID_NO] = CONSENT_HOLDER_NO,
    [CONSENT_SAID_OVER] = CONSENT_EXPIRED,
    [CONSENT_SAID_OLDER] = CONSENT_RENEW,
};

/* One yes suffices where one does; else the first that is missing is named. */
static struct consent_answer
holders_say(const struct consent_child *c, const struct consent_question *q)
{
	bool every = q->purpose->every || q->purpose->publication;
	struct consent_answer missing = no(CONSENT_NO_HOLDER, 0);
	bool more = true, any = false;

	for (size_t i = 0; more; i++) {
		const struct consent_event *last;
		int64_t g = speaker_at(c, q, i, &more);
		enum consent_said said;

		if (g == 0 || !consent_is_required(
				  c, g, q->purpose->id, q->now, q->today))
			continue;
		said = consent_last_word(c, q, g, &last);
		any |= said == CONSENT_SAID_YES;
		if (said != CONSENT_SAID_YES &&
		    missing.why == CONSENT_NO_HOLDER)
			missing = no(why_not[said], g);
	}
	if (any && (!every || missing.why == CONSENT_NO_HOLDER))
		return every && !consent_circle_known(
				    c, q->purpose->id, q->now, q->today)
			   ? no(CONSENT_UNKNOWN, 0)
			   : yes;
	return missing;
}

/* ---- the child ---- */

static struct consent_answer
adult_says(enum consent_said own)
{
	if (own == CONSENT_SAID_YES)
		return yes;
	return no(
	    own == CONSENT_SAID_NO ? CONSENT_CHILD_NO : CONSENT_CHILD_MISSING,
	    0);
}

struct consent_answer
consent_effective(
    const struct consent_child *c, const struct consent_question *q)
{
	const struct consent_event *last;
	struct consent_answer holders;
	enum consent_said own;
	int64_t who;

	if (c->erased)
		return no(CONSENT_ERASED, 0);
	if (is_blocked(c, q))
		return no(CONSENT_COURT_BLOCK, 0);
	if (is_past(q->purpose, q->today))
		return no(CONSENT_EXPIRED, 0);
	if (!is_of_group(c, q->purpose))
		return no(CONSENT_MISSING, 0);
	own = consent_last_word(c, q, 0, &last);
	if (consent_of_age(c, q->today))
		return adult_says(own);
	if (own == CONSENT_SAID_NO)
		return no(CONSENT_CHILD_NO, 0);
	who = who_refuses(c, q);
	if (who != 0)
		return no(CONSENT_HOLDER_NO, who);
	if (own == CONSENT_SAID_YES && consent_own_age(c, q->today) &&
	    c->profile->own == PROFILE_OWN_ALONE)
		return yes;
	holders = holders_say(c, q);
	if (!holders.yes || !q->purpose->publication)
		return holders;
	if (c->born_on == DB_NULL)
		return no(CONSENT_BIRTH_UNKNOWN, 0);
	if (consent_own_age(c, q->today) &&
	    c->profile->own == PROFILE_OWN_TOO && own != CONSENT_SAID_YES)
		return no(CONSENT_CHILD_MISSING, 0);
	return yes;
}
