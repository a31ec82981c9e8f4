#include "consent/board.h"

#include <inttypes.h>
#include <stdlib.h>

#include "sql_consent.h"

#define PLACES 4096u /* a power of two */
#define SEATS (PLACES * 3 / 4)
#define SLOTS 8
#define CHANGES 500 /* more: all are asked again */
#define WINDOW 128  /* children that are read together; a power of two */

struct slot {
	int64_t purpose, group;
	unsigned medium;
	enum consent_why why;
};

struct seat {
	int64_t child;
	int64_t today; /* the day of the answers; another: none */
	bool of_age, enrolled;
	bool known; /* answered once: its neighbours are here too */
	uint8_t n, next;
	struct slot slot[SLOTS];
};

/* Seats stand close together, in the order of asking: a new process touches as
 * little memory as it needs. */
struct consent_board {
	uint16_t
	    place[PLACES]; /* by child: the seat's index and one; 0: none */
	struct seat seat[SEATS];
	size_t n;
	int64_t seen; /* the last change that was followed */
};

/* ---- keeping up ---- */

static void
board_free(struct consent_board *b)
{
	free(b);
}

static void
clear(struct consent_board *b)
{
	memset(b->place, 0, sizeof(b->place));
	b->n = 0;
}

/* Where the seat of a child is noted, or would be. */
static uint16_t *
place_of(struct consent_board *b, int64_t child)
{
	size_t i = (size_t)((uint64_t)child * 0x9e3779b97f4a7c15u >> 40);

	for (i &= PLACES - 1;
	     b->place[i] != 0 && b->seat[b->place[i] - 1].child != child;)
		i = (i + 1) & (PLACES - 1);
	return &b->place[i];
}

static struct seat *
seat_of(struct consent_board *b, int64_t child)
{
	uint16_t at = *place_of(b, child);

	return at == 0 ? NULL : &b->seat[at - 1];
}

static struct seat *
new_seat(struct consent_board *b, int64_t child)
{
	struct seat *s;

	if (b->n == SEATS)
		clear(b);
	s = &b->seat[b->n++];
	*s = (struct seat){.child = child};
	*place_of(b, child) = (uint16_t)b->n;
	return s;
}

static void
follow(struct consent_board *b, const struct sql_consent_changes_rows *rows)
{
	bool all =
	    rows->n == CHANGES || (rows->n > 0 && rows->v[0].id != b->seen + 1);

	for (size_t i = 0; i < rows->n; i++) {
		struct seat *s = seat_of(b, rows->v[i].child);

		b->seen = rows->v[i].id;
		all |= rows->v[i].child == 0;
		if (s != NULL)
			s->today = 0;
	}
	if (all)
		clear(b);
}

static bool
start(struct consent_look *l, struct err *e)
{
	struct sql_consent_change_newest_row row;

	if (!sql_consent_change_newest(l->house->db, l->arena, &row, e))
		return false;
	/* A seat is written when it is taken. */
	l->board = malloc(sizeof(*l->board));
	if (l->board == NULL)
		abort();
	clear(l->board);
	l->board->seen = row.newest;
	l->house->consent = l->board;
	l->house->consent_free = board_free;
	return true;
}

/* What is older than CHANGES was read in part: the newest is what counts. */
static bool
catch_up(struct consent_look *l, struct err *e)
{
	struct sql_consent_change_newest_row newest;
	struct sql_consent_changes_rows rows;

	if (!sql_consent_changes(
		l->house->db, l->arena, l->board->seen, CHANGES, &rows, e))
		return false;
	follow(l->board, &rows);
	if (rows.n < CHANGES)
		return true;
	if (!sql_consent_change_newest(l->house->db, l->arena, &newest, e))
		return false;
	l->board->seen = newest.newest;
	return true;
}

bool
consent_look_begin(struct house *h, struct arena *a,
    const struct organisation *org, const struct consent_viewer *viewer,
    int64_t now, int64_t today, struct consent_look *ret, struct err *e)
{
	static const struct consent_viewer nobody;
	struct consent_look l = {.house = h,
	    .arena = a,
	    .org = org,
	    .viewer = viewer == NULL ? &nobody : viewer,
	    .now = now,
	    .today = today};

	if (!db_in_transaction(h->db)) {
		l.board = h->consent;
		if (!(l.board == NULL ? start(&l, e) : catch_up(&l, e)))
			return err_wrap(e, "changes of consent");
	}
	*ret = l;
	return true;
}

/* ---- working out ---- */

struct asked {
	int64_t child;
	enum consent_reach reach;
	int64_t purpose, group;
	unsigned medium;
};

static bool
is_in(const struct consent_child *c, int64_t group)
{
	for (size_t i = 0; i < c->n_group; i++)
		if (c->group[i] == group)
			return true;
	return false;
}

/* Facts about children of near numbers, as far as one purpose needs them. */
struct consent_window {
	struct consent_window *next;
	int64_t low, high, purpose;
	struct consent_many many;
};

static struct consent_window *
find_window(const struct consent_look *l, int64_t child, int64_t purpose)
{
	struct consent_window *w = l->window;

	while (w != NULL &&
	       (w->purpose != purpose || child < w->low || child > w->high))
		w = w->next;
	return w;
}

/* alone: the others are known to the board. */
static bool
read_child(struct consent_look *l, int64_t child, bool alone, int64_t purpose,
    struct consent_child *ret, struct err *e)
{
	struct consent_window *w = find_window(l, child, purpose);

	if (w == NULL) {
		w = NEW(l->arena, struct consent_window);
		if (w == NULL)
			return err_set(e, ERR_LIMIT, "no room for consents");
		*w = (struct consent_window){.next = l->window,
		    .low = alone ? child : child & -(int64_t)WINDOW,
		    .high = alone ? child : child | (WINDOW - 1),
		    .purpose = purpose};
		if (!consent_facts_many(l->house, l->arena, l->org, w->low,
			w->high, purpose, l->today, &w->many, e))
			return false;
		/* Without a board, who asks may write meanwhile. */
		if (l->board != NULL)
			l->window = w;
	}
	return consent_facts_of(&w->many, l->arena, child, ret) ||
	       err_set(e, ERR_NOT_FOUND, "child %" PRId64, child);
}

static const struct consent_purpose *
purpose_of(const struct consent_look *l, const struct asked *q,
    enum consent_reach reach)
{
	if (q->purpose != 0)
		return consent_purpose_by_id(&l->purposes, q->purpose);
	if (q->medium == CONSENT_VOICE)
		return consent_purpose_voice(&l->purposes);
	return consent_purpose_for(&l->purposes, reach);
}

/* *ret_child: whom it is about. */
static bool
decide(struct consent_look *l, const struct asked *q, bool alone,
    struct consent_child *ret_child, enum consent_why *ret, struct err *e)
{
	struct consent_question asked = {.medium = q->medium,
	    .group = q->group,
	    .now = l->now,
	    .today = l->today};

	if (l->purposes.n == 0 &&
	    !consent_purposes_load(l->house, l->arena, l->org, &l->purposes, e))
		return false;
	asked.purpose = purpose_of(l, q, q->reach);
	if (!read_child(l, q->child, alone,
		asked.purpose == NULL ? 0 : asked.purpose->id, ret_child, e))
		return false;
	if (q->purpose == 0 && q->reach == CONSENT_GROUP &&
	    !is_in(ret_child, q->group)) {
		asked.purpose = purpose_of(l, q, CONSENT_EVERYBODY);
		if (!read_child(
			l, q->child, alone, asked.purpose->id, ret_child, e))
			return false;
	}
	*ret = asked.purpose == NULL ? CONSENT_MISSING
				     : consent_effective(ret_child, &asked).why;
	return true;
}

static struct slot *
slot_of(struct seat *s, const struct asked *q, int64_t purpose)
{
	for (uint8_t i = 0; i < s->n; i++)
		if (s->slot[i].purpose == purpose &&
		    s->slot[i].group == q->group &&
		    s->slot[i].medium == q->medium)
			return &s->slot[i];
	return NULL;
}

/* Where the answer of a look goes; without a board, a seat for this once. */
static struct seat *
take_seat(struct consent_look *l, int64_t child, struct seat *once)
{
	struct seat *s = once;

	if (l->board != NULL) {
		s = seat_of(l->board, child);
		if (s == NULL)
			s = new_seat(l->board, child);
	}
	if (s->child != child || s->today != l->today)
		*s = (struct seat){
		    .child = child, .known = s->known && s->today == 0};
	return s;
}

static bool
work_out(struct consent_look *l, const struct asked *q, int64_t purpose,
    struct seat *s, struct err *e)
{
	bool alone = l->board == NULL || s->known;
	struct consent_child c;
	enum consent_why why;
	struct slot *slot;

	s->today = 0; /* until it is all there */
	if (!decide(l, q, alone, &c, &why, e))
		return false;
	s->known = true;
	s->of_age = c.erased || consent_of_age(&c, l->today);
	s->enrolled = c.enrolled;
	slot = &s->slot[s->next];
	*slot = (struct slot){purpose, q->group, q->medium, why};
	s->next = (uint8_t)((s->next + 1) % SLOTS);
	if (s->n < SLOTS)
		s->n++;
	s->today = l->today;
	return true;
}

struct verdict {
	enum consent_why why;
	bool of_age;
};

/* Ours are asked for by what they reach: the number is not known yet. */
static bool
ask(struct consent_look *l, const struct asked *q, struct verdict *ret,
    struct err *e)
{
	int64_t purpose = q->purpose != 0 ? q->purpose : -1 - (int64_t)q->reach;
	struct seat once = {0}, *s = take_seat(l, q->child, &once);
	const struct slot *slot = slot_of(s, q, purpose);

	if (slot == NULL) {
		if (!work_out(l, q, purpose, s, e)) {
			if (e->kind != ERR_NOT_FOUND)
				return false;
			*ret = (struct verdict){CONSENT_ERASED, true};
			return true;
		}
		slot = slot_of(s, q, purpose);
	}
	*ret =
	    (struct verdict){s->enrolled ? slot->why : CONSENT_LEFT, s->of_age};
	return true;
}

/* ---- one face ---- */

static bool
has(const int64_t *v, size_t n, int64_t x)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == x)
			return true;
	return false;
}

/* In every group, by name, or as the reach says. */
static bool
ask_medium(struct consent_look *l, const struct consent_audience *a,
    int64_t child, unsigned medium, struct verdict *ret, struct err *e)
{
	struct asked q = {.child = child,
	    .reach = a->reach,
	    .purpose = a->reach == CONSENT_OUTSIDE ? a->purpose : 0,
	    .medium = medium};
	struct verdict all = {CONSENT_YES, true}, one;

	if (a->n_family > 0) {
		bool named = has(a->family, a->n_family, child);

		q.reach = named ? CONSENT_FAMILY : CONSENT_EVERYBODY;
		if (!ask(l, &q, &all, e))
			return false;
	}
	for (size_t i = 0; i < a->n_group; i++) {
		q.reach = CONSENT_GROUP;
		q.group = a->group[i];
		if (!ask(l, &q, &one, e))
			return false;
		all = (struct verdict){
		    all.why != CONSENT_YES ? all.why : one.why, one.of_age};
	}
	if (a->n_family == 0 && a->n_group == 0) {
		/* A group that is not named is not known to be the child's. */
		if (q.reach == CONSENT_GROUP)
			q.reach = CONSENT_EVERYBODY;
		if (!ask(l, &q, &all, e))
			return false;
	}
	*ret = all;
	return true;
}

/* A voice is heard here by those who may see the child in videos. */
static bool
ask_all(struct consent_look *l, const struct consent_audience *a, int64_t child,
    struct verdict *ret, struct err *e)
{
	struct asked voice = {.child = child,
	    .reach = CONSENT_EVERYBODY,
	    .medium = CONSENT_VOICE};

	if (a->medium != CONSENT_VOICE || a->reach == CONSENT_OUTSIDE)
		return ask_medium(l, a, child,
		    a->medium == 0 ? CONSENT_PHOTO : a->medium, ret, e);
	if (!ask_medium(l, a, child, CONSENT_VIDEO, ret, e))
		return false;
	return ret->why != CONSENT_YES || ask(l, &voice, ret, e);
}

static bool
is_masked(struct consent_look *l, const struct consent_audience *a,
    int64_t child, bool *ret, struct err *e)
{
	const struct consent_viewer *v = l->viewer;
	struct verdict verdict;

	*ret = true;
	if (has(v->barred, v->n_barred, child))
		return true;
	if (!ask_all(l, a, child, &verdict, e))
		return false;
	*ret = verdict.why != CONSENT_YES &&
	       (verdict.of_age || !has(v->own, v->n_own, child));
	return true;
}

bool
consent_why_for_audience(struct consent_look *l,
    const struct consent_audience *a, const int64_t *child, size_t n,
    enum consent_why *ret, struct err *e)
{
	struct verdict verdict;

	for (size_t i = 0; i < n; i++) {
		if (!ask_all(l, a, child[i], &verdict, e))
			return err_wrap(
			    e, "consent about child %" PRId64, child[i]);
		ret[i] = verdict.why;
	}
	return true;
}

bool
consent_for_audience(struct consent_look *l, const struct consent_audience *a,
    const int64_t *child, size_t n, bool *ret_masked, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		ret_masked[i] = true;
	for (size_t i = 0; i < n; i++)
		if (!is_masked(l, a, child[i], &ret_masked[i], e)) {
			for (size_t k = 0; k < n; k++)
				ret_masked[k] = true;
			return err_wrap(
			    e, "consent about child %" PRId64, child[i]);
		}
	return true;
}
