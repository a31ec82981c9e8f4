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

/* Places of two, three and three bits. */
enum { SAID_ACTION = 2, SAID_METHOD = 5, SAID_END = 8 };

int64_t
consent_said_number(
    enum consent_speaker s, enum consent_action a, enum consent_method m)
{
	return (int64_t)((unsigned)s | (unsigned)a << SAID_ACTION |
			 (unsigned)m << SAID_METHOD);
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
	unsigned speaker = (unsigned)r->said & 3;
	unsigned action = (unsigned)r->said >> SAID_ACTION & 7;
	unsigned method = (unsigned)r->said >> SAID_METHOD;

	if (r->said < 0 || r->said >> SAID_END != 0 ||
	    speaker >= CONSENT_SPEAKERS || action >= CONSENT_ACTIONS ||
	    method >= CONSENT_METHODS)
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

/* ---- many at once: rows by child, then in the order of entry ---- */

struct reading {
	struct house *house;
	struct arena *arena;
	int64_t low, high, purpose, today;
	struct consent_child *v;
	size_t n, at; /* at: whose rows come */
};

/* Rows of a child that is not among them (of another organisation): NULL. */
static struct consent_child *
whose(struct reading *r, int64_t child)
{
	while (r->at < r->n && r->v[r->at].id < child)
		r->at++;
	return r->at < r->n && r->v[r->at].id == child ? &r->v[r->at] : NULL;
}

static bool
read_events(struct reading *r, struct err *e)
{
	struct sql_consent_events_rows rows;
	struct consent_event *v;

	if (!sql_consent_events(
		r->house->db, r->arena, r->low, r->high, r->purpose, &rows, e))
		return false;
	v = NEW_N(r->arena, struct consent_event, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many words of consent");
	r->at = 0;
	for (size_t i = 0; i < rows.n; i++) {
		struct consent_child *c = whose(r, rows.v[i].child);

		if (!event_of(&rows.v[i], &v[i], e))
			return false;
		if (c != NULL && c->n_event++ == 0)
			c->event = &v[i];
	}
	return true;
}

static bool
read_holders(struct reading *r, struct err *e)
{
	struct sql_consent_authority_rows rows;
	struct consent_holder *v;

	if (!sql_consent_authority(
		r->house->db, r->arena, r->low, r->high, &rows, e))
		return false;
	v = NEW_N(r->arena, struct consent_holder, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many holders");
	r->at = 0;
	for (size_t i = 0; i < rows.n; i++) {
		struct consent_child *c = whose(r, rows.v[i].child);

		v[i] = (struct consent_holder){rows.v[i].guardian,
		    rows.v[i].tutor != 0, rows.v[i].from_on, rows.v[i].until_on,
		    rows.v[i].ended_at};
		if (c != NULL && c->n_holder++ == 0)
			c->holder = &v[i];
	}
	return true;
}

static bool
read_standings(struct reading *r, struct err *e)
{
	struct sql_consent_stands_rows rows;
	struct consent_stands *v;

	if (!sql_consent_stands(
		r->house->db, r->arena, r->low, r->high, &rows, e))
		return false;
	v = NEW_N(r->arena, struct consent_stands, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many standings");
	r->at = 0;
	for (size_t i = 0; i < rows.n; i++) {
		struct consent_child *c = whose(r, rows.v[i].child);

		v[i] = (struct consent_stands){.guardian = rows.v[i].guardian,
		    .purpose = some(rows.v[i].purpose),
		    .kind = str_eq(rows.v[i].kind, S("sole"))
				? CONSENT_SOLE
				: CONSENT_DELEGATED,
		    .from_on = rows.v[i].from_on,
		    .until_on = rows.v[i].until_on,
		    .ended_at = rows.v[i].ended_at,
		    .confirmed_at = rows.v[i].confirmed_at};
		if (c != NULL && c->n_stands++ == 0)
			c->stands = &v[i];
	}
	return true;
}

/* A group that the child was in several times counts once: rows of one group
 * follow each other. */
static void
take_group(struct reading *r, const struct sql_consent_groups_row *row,
    int64_t *room, size_t *used)
{
	struct consent_child *c = whose(r, row->child);

	if (c == NULL)
		return;
	c->enrolled |= row->until_on >= r->today;
	if (c->n_group == 0)
		c->group = &room[*used];
	else if (room[*used - 1] == row->activity_group)
		return;
	c->n_group++;
	room[(*used)++] = row->activity_group;
}

static bool
read_groups(struct reading *r, struct err *e)
{
	struct sql_consent_groups_rows rows;
	size_t used = 0;
	int64_t *v;

	if (!sql_consent_groups(
		r->house->db, r->arena, r->low, r->high, r->today, &rows, e))
		return false;
	v = NEW_N(r->arena, int64_t, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many groups");
	r->at = 0;
	for (size_t i = 0; i < rows.n; i++)
		take_group(r, &rows.v[i], v, &used);
	return true;
}

bool
consent_facts_many(struct house *h, struct arena *a,
    const struct organisation *org, int64_t low, int64_t high, int64_t purpose,
    int64_t today, struct consent_many *ret, struct err *e)
{
	struct reading r = {.house = h,
	    .arena = a,
	    .low = low,
	    .high = high,
	    .purpose = purpose,
	    .today = today};
	struct sql_consent_children_rows rows;

	if (!sql_consent_children(h->db, a, low, high, org->id, &rows, e))
		return err_wrap(e, "children from %" PRId64, low);
	r.v = NEW_N(a, struct consent_child, rows.n + 1);
	if (r.v == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	r.n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		r.v[i] = (struct consent_child){.id = rows.v[i].id,
		    .erased = rows.v[i].erased_at != DB_NULL,
		    .born_on = DB_NULL,
		    .profile = profile_of(org->profile)};
	if (!read_events(&r, e) || !read_holders(&r, e) ||
	    !read_standings(&r, e) || !read_groups(&r, e))
		return err_wrap(
		    e, "consents about children from %" PRId64, low);
	*ret = (struct consent_many){r.v, rows.v, r.n, org};
	return true;
}

bool
consent_facts_of(const struct consent_many *m, struct arena *a, int64_t child,
    struct consent_child *ret)
{
	size_t low = 0, high = m->n;
	struct child_sealed sealed;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (m->v[mid].id < child)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == m->n || m->v[low].id != child)
		return false;
	sealed = (struct child_sealed){
	    child, m->row[low].key_wrapped, {0}, {0}, m->row[low].born_enc};
	*ret = m->v[low];
	ret->born_on = child_open(a, m->org, &sealed).born_on;
	return true;
}

bool
consent_facts(struct house *h, struct arena *a, const struct organisation *org,
    int64_t child, int64_t today, struct consent_child *ret, struct err *e)
{
	struct consent_many m;

	return consent_facts_many(h, a, org, child, child, 0, today, &m, e) &&
	       (consent_facts_of(&m, a, child, ret) ||
		   err_set(e, ERR_NOT_FOUND, "child %" PRId64, child));
}
