#include "consent/facts.h"

#include <inttypes.h>

#include "sql_consent.h"

static const char *const actions[CONSENT_ACTIONS] = {
    [CONSENT_GRANT] = "grant",
    [CONSENT_REFUSE] = "refuse",
    [CONSENT_WITHDRAW] = "withdraw",
    [CONSENT_EXPIRE] = "expire",
    [CONSENT_BLOCK] = "block",
    [CONSENT_LIFT] = "lift",
};
static const char *const speakers[CONSENT_SPEAKERS] = {
    [CONSENT_HOLDER] = "holder",
    [CONSENT_CHILD] = "child",
    [CONSENT_COURT] = "court",
};
static const char *const methods[CONSENT_METHODS] = {
    [CONSENT_SECOND_STEP] = "second-step",
    [CONSENT_SIGNED_IN] = "signed-in",
    [CONSENT_BESIDE] = "beside",
    [CONSENT_PAPER] = "paper",
    [CONSENT_RULE] = "rule",
};

const char *
consent_action_word(enum consent_action a)
{
	return actions[a];
}

const char *
consent_speaker_word(enum consent_speaker s)
{
	return speakers[s];
}

const char *
consent_method_word(enum consent_method m)
{
	return methods[m];
}

static int
word_index(str word, const char *const *words, int n)
{
	for (int i = 0; i < n; i++)
		if (str_eq(word, str_c(words[i])))
			return i;
	return -1;
}

static int64_t
some(int64_t id)
{
	return id == DB_NULL ? 0 : id;
}

static bool
event_of(const struct sql_consent_events_row *r, struct consent_event *ret,
    struct err *e)
{
	int action = word_index(r->action, actions, CONSENT_ACTIONS);
	int speaker = word_index(r->speaker, speakers, CONSENT_SPEAKERS);
	int method = word_index(r->method, methods, CONSENT_METHODS);

	if (action < 0 || speaker < 0 || method < 0)
		return err_set(e, ERR_CORRUPT, "consent %" PRId64, r->id);
	*ret = (struct consent_event){.id = r->id,
	    .action = (enum consent_action)action,
	    .speaker = (enum consent_speaker)speaker,
	    .method = (enum consent_method)method,
	    .guardian = some(r->guardian),
	    .purpose = some(r->purpose),
	    .media = (unsigned)r->media,
	    .group = some(r->activity_group),
	    .from_on = r->from_on,
	    .until_on = r->until_on,
	    .shown_at = some(r->shown_at),
	    .acted_at = r->acted_at,
	    .lifts = some(r->lifts)};
	return true;
}

static bool
read_events(
    struct house *h, struct arena *a, struct consent_child *c, struct err *e)
{
	struct sql_consent_events_rows rows;
	struct consent_event *v;

	if (!sql_consent_events(h->db, a, c->id, &rows, e))
		return false;
	v = NEW_N(a, struct consent_event, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many words of consent");
	for (size_t i = 0; i < rows.n; i++)
		if (!event_of(&rows.v[i], &v[i], e))
			return false;
	c->event = v;
	c->n_event = rows.n;
	return true;
}

static bool
read_holders(
    struct house *h, struct arena *a, struct consent_child *c, struct err *e)
{
	struct sql_consent_holders_rows rows;
	struct consent_holder *v;

	if (!sql_consent_holders(h->db, a, c->id, &rows, e))
		return false;
	v = NEW_N(a, struct consent_holder, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many holders");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct consent_holder){rows.v[i].guardian,
		    str_eq(rows.v[i].kind, S("tutor")), rows.v[i].from_on,
		    rows.v[i].until_on, rows.v[i].ended_at};
	c->holder = v;
	c->n_holder = rows.n;
	return true;
}

static bool
read_standings(
    struct house *h, struct arena *a, struct consent_child *c, struct err *e)
{
	struct sql_consent_standings_rows rows;
	struct consent_stands *v;

	if (!sql_consent_standings(h->db, a, c->id, &rows, e))
		return false;
	v = NEW_N(a, struct consent_stands, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many standings");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct consent_stands){rows.v[i].guardian,
		    str_eq(rows.v[i].kind, S("sole")) ? CONSENT_SOLE
						      : CONSENT_DELEGATED,
		    rows.v[i].from_on, rows.v[i].until_on, rows.v[i].ended_at};
	c->stands = v;
	c->n_stands = rows.n;
	return true;
}

static bool
read_groups(struct house *h, struct arena *a, int64_t today,
    struct consent_child *c, struct err *e)
{
	struct sql_consent_groups_rows rows;
	int64_t *v;

	if (!sql_consent_groups(h->db, a, c->id, today, &rows, e))
		return false;
	v = NEW_N(a, int64_t, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many groups");
	for (size_t i = 0; i < rows.n; i++) {
		v[i] = rows.v[i].activity_group;
		c->enrolled |= rows.v[i].until_on >= today;
	}
	c->group = v;
	c->n_group = rows.n;
	return true;
}

bool
consent_facts(struct house *h, struct arena *a, const struct organisation *org,
    int64_t child, int64_t today, struct consent_child *ret, struct err *e)
{
	struct consent_child c = {
	    .id = child, .profile = profile_of(org->profile)};
	struct sql_consent_child_row row;
	struct child_sealed sealed;
	bool found;

	if (!sql_consent_child(h->db, a, child, org->id, &found, &row, e))
		return err_wrap(e, "child %" PRId64, child);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "child %" PRId64, child);
	sealed = (struct child_sealed){
	    child, row.key_wrapped, {0}, {0}, row.born_enc};
	c.erased = row.erased_at != DB_NULL;
	c.born_on = child_open(a, org, &sealed).born_on;
	if (!read_events(h, a, &c, e) || !read_holders(h, a, &c, e) ||
	    !read_standings(h, a, &c, e) || !read_groups(h, a, today, &c, e))
		return err_wrap(e, "consents about child %" PRId64, child);
	*ret = c;
	return true;
}
