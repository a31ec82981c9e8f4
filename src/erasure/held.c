#include "erasure/held.h"

#include <inttypes.h>

#include "base/num.h"
#include "sql_erasure.h"

#define REASON N_("Placed again after a backup was restored")

/* kind.made_at.until_at.placed_by.placed_at */
static str
token_of(struct arena *a, const struct held *h, int64_t made_at)
{
	return arena_fmt(a, "%s.%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64,
	    h->kind, made_at, h->until_at, h->placed_by, h->placed_at);
}

bool
held_note(struct house *h, struct arena *a, enum erasure_kind kind,
    const struct held *v, int64_t now, struct err *e)
{
	struct erasure_entry entry = {now, kind, v->subject, {0}};
	struct sql_held_subject_row row;
	bool found;

	if (!sql_held_subject(
		h->db, a, str_c(v->kind), v->subject, &found, &row, e))
		return err_wrap(e, "hold %" PRId64, v->id);
	if (!found)
		return err_set(
		    e, ERR_NOT_FOUND, "%s %" PRId64, v->kind, v->subject);
	entry.token = token_of(a, v, row.at);
	return journal_add(h->conf->erasures, &h->master, &entry, 1, e) ||
	       err_wrap(e, "hold %" PRId64, v->id);
}

/* ---- again ---- */

struct again {
	struct house *h;
	struct arena *arena;
	str *released; /* tokens */
	int64_t *subject;
	size_t n_released, room;
	int64_t placed;
};

static bool
see_release(void *ctx, const struct erasure_entry *v, struct err *e)
{
	struct again *g = ctx;

	if (v->kind != ERASURE_RELEASE)
		return true;
	if (g->n_released == g->room) {
		size_t room = 2 * g->room + 16;
		str *more = NEW_N(g->arena, str, room);
		int64_t *ids = NEW_N(g->arena, int64_t, room);

		if (more == NULL || ids == NULL)
			return err_set(e, ERR_LIMIT, "too many releases");
		for (size_t i = 0; i < g->n_released; i++) {
			more[i] = g->released[i];
			ids[i] = g->subject[i];
		}
		g->released = more;
		g->subject = ids;
		g->room = room;
	}
	g->subject[g->n_released] = v->id;
	return arena_str(g->arena, v->token.p, v->token.n,
		   &g->released[g->n_released++]) ||
	       err_set(e, ERR_LIMIT, "too many releases");
}

static bool
was_released(const struct again *g, const struct erasure_entry *v)
{
	for (size_t i = 0; i < g->n_released; i++)
		if (g->subject[i] == v->id && str_eq(g->released[i], v->token))
			return true;
	return false;
}

static bool
parse(str token, str *ret_kind, int64_t *ret_made, struct held *ret)
{
	str made, until, by;

	return str_cut(&token, '.', ret_kind) && str_cut(&token, '.', &made) &&
	       str_cut(&token, '.', &until) && str_cut(&token, '.', &by) &&
	       num_i64(made, INT64_MIN, INT64_MAX, ret_made) &&
	       num_i64(until, INT64_MIN, INT64_MAX, &ret->until_at) &&
	       num_i64(by, INT64_MIN, INT64_MAX, &ret->placed_by) &&
	       num_i64(token, INT64_MIN, INT64_MAX, &ret->placed_at);
}

static bool
place(struct again *g, str kind, const struct held *v, int64_t organisation,
    struct err *e)
{
	const struct organisation *org;
	struct sql_held_placer_row by;
	struct sql_held_known_row known;
	bool is, found;
	int64_t rows;
	str reason;

	if (!sql_held_known(g->h->db, g->arena, organisation, kind, v->subject,
		v->placed_at, v->until_at, &is, &known, e))
		return false;
	if (is)
		return true;
	if (!house_org(g->h, organisation, &org, e) ||
	    !sql_held_placer(g->h->db, g->arena, v->placed_by, organisation,
		&found, &by, e) ||
	    !text_seal(g->arena, &org->key, "hold_order.reason_enc",
		lang_text(org->lang, REASON), &reason, e) ||
	    !sql_held_again(g->h->db, organisation, kind, v->subject, reason,
		by.id, v->placed_at, v->until_at, &rows, e))
		return false;
	g->placed++;
	return true;
}

static bool
see_hold(void *ctx, const struct erasure_entry *v, struct err *e)
{
	struct again *g = ctx;
	struct held h = {.subject = v->id};
	struct sql_held_subject_row row;
	int64_t made_at;
	bool found;
	str kind;

	if (v->kind != ERASURE_HOLD || was_released(g, v))
		return true;
	if (!parse(v->token, &kind, &made_at, &h))
		return err_set(e, ERR_CORRUPT,
		    "erasure journal: a hold that makes no sense");
	if (!sql_held_subject(g->h->db, g->arena, kind, v->id, &found, &row, e))
		return false;
	return !found || row.at != made_at ||
	       place(g, kind, &h, row.organisation, e);
}

bool
held_again(struct house *h, struct arena *a, const uint8_t *since,
    int64_t *ret_n, struct err *e)
{
	struct again g = {.h = h, .arena = a};
	struct journal_state state;

	if (!journal_read(h->conf->erasures, &h->master, since, see_release, &g,
		&state, e) ||
	    !journal_read(
		h->conf->erasures, &h->master, since, see_hold, &g, &state, e))
		return err_wrap(e, "holds");
	*ret_n = g.placed;
	return true;
}
