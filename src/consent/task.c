#include "consent/task.h"

#include <inttypes.h>

#include "consent/record.h"
#include "sql_consent.h"
#include "sql_consent_task.h"

#define PROOF_DAYS 1826 /* after erasing, as the schema has it */
#define CHANGES_KEPT 10000
#define FOUND_MAX 128
#define CHILD_ARENA ((size_t)4 << 20)

/* clang-format off */
static const struct { const char *word, *sentence; } kinds[CONSENT_TASKS] = {
	[CONSENT_TASK_CONTRADICTION] = { "contradiction",
		N_("%1: those who hold authority do not say the same about “%2”.") },
	[CONSENT_TASK_UNKNOWN] = { "unknown",
		N_("%1: only one holder of authority is known. Is there another, or is there a document?") },
	[CONSENT_TASK_MISSING] = { "missing",
		N_("%1: somebody who holds authority has not answered yet.") },
	[CONSENT_TASK_EXPIRED] = { "expired",
		N_("%1: a yes to “%2” is over. Ask again.") },
	[CONSENT_TASK_EXPIRING] = { "expiring",
		N_("%1: a yes to “%2” ends within two weeks.") },
	[CONSENT_TASK_OWN_WORD] = { "own-word",
		N_("%1 is old enough to be asked in person, and has not been.") },
	[CONSENT_TASK_MAJORITY] = { "majority",
		N_("%1 is of age: what the parents said does not count any more. Ask in person.") },
	[CONSENT_TASK_BORN] = { "born",
		N_("%1: the birth date is missing, so nothing is published.") },
};
/* clang-format on */

const char *
consent_task_word(enum consent_task k)
{
	return kinds[k].word;
}

bool
consent_task_of_word(str word, enum consent_task *ret)
{
	for (int k = 0; k < CONSENT_TASKS; k++)
		if (str_eq(word, str_c(kinds[k].word))) {
			*ret = (enum consent_task)k;
			return true;
		}
	return false;
}

const char *
consent_task_sentence(enum consent_task k)
{
	return kinds[k].sentence;
}

/* ---- finding ---- */

struct found {
	enum consent_task kind;
	int64_t purpose;
};

struct finding {
	const struct consent_child *child;
	const struct deed *d;
	struct found v[FOUND_MAX];
	size_t n;
};

static void
find(struct finding *f, enum consent_task kind, int64_t purpose)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].kind == kind && f->v[i].purpose == purpose)
			return;
	if (f->n < FOUND_MAX)
		f->v[f->n++] = (struct found){kind, purpose};
}

/* An outing is meant to end. */
static bool
ends_soon(const struct finding *f, const struct consent_purpose *p,
    const struct consent_event *v)
{
	return p->group == 0 && v->until_on != DB_NULL &&
	       v->until_on < f->d->today + CONSENT_SOON;
}

struct heard {
	bool yes, no;
};

static void
hear(struct finding *f, const struct consent_question *q, int64_t guardian,
    bool required, struct heard *io)
{
	const struct consent_event *last;
	enum consent_said said =
	    consent_last_word(f->child, q, guardian, &last);

	io->yes |= said == CONSENT_SAID_YES;
	io->no |= said == CONSENT_SAID_NO;
	if (said == CONSENT_SAID_OVER)
		find(f, CONSENT_TASK_EXPIRED, q->purpose->id);
	else if (said == CONSENT_SAID_YES && ends_soon(f, q->purpose, last))
		find(f, CONSENT_TASK_EXPIRING, q->purpose->id);
	else if (required &&
		 (said == CONSENT_SILENT || said == CONSENT_SAID_OLDER))
		find(f, CONSENT_TASK_MISSING, 0);
}

static void
look_at_medium(
    struct finding *f, const struct consent_purpose *p, unsigned medium)
{
	const struct consent_child *c = f->child;
	struct consent_question q = {.purpose = p,
	    .medium = medium,
	    .now = f->d->now,
	    .today = f->d->today};
	struct heard heard = {0};

	for (size_t i = 0; i < c->n_holder; i++)
		if (consent_holds(&c->holder[i], q.now, q.today))
			hear(f, &q, c->holder[i].guardian,
			    consent_is_required(c, c->holder[i].guardian, p->id,
				q.now, q.today),
			    &heard);
	for (size_t i = 0; i < c->n_stands; i++)
		if (c->stands[i].kind == CONSENT_DELEGATED &&
		    (c->stands[i].purpose == 0 ||
			c->stands[i].purpose == p->id) &&
		    consent_stands_now(&c->stands[i], q.now, q.today))
			hear(f, &q, c->stands[i].guardian, true, &heard);
	if (heard.yes && heard.no)
		find(f, CONSENT_TASK_CONTRADICTION, p->id);
}

static void
look_at_own_word(struct finding *f, const struct consent_purpose *p)
{
	const struct consent_event *last;
	struct consent_question q = {.purpose = p,
	    .medium = p->media & (0u - p->media),
	    .now = f->d->now,
	    .today = f->d->today};

	if (q.medium != 0 && consent_own_age(f->child, f->d->today) &&
	    consent_last_word(f->child, &q, 0, &last) == CONSENT_SILENT)
		find(f,
		    consent_of_age(f->child, f->d->today)
			? CONSENT_TASK_MAJORITY
			: CONSENT_TASK_OWN_WORD,
		    0);
}

static void
look_at(struct finding *f, const struct consent_purposes *p)
{
	const struct consent_child *c = f->child;
	bool of_age = consent_of_age(c, f->d->today);

	if (!of_age && !consent_circle_known(c, 0, f->d->now, f->d->today))
		find(f, CONSENT_TASK_UNKNOWN, 0);
	if (c->born_on == DB_NULL)
		find(f, CONSENT_TASK_BORN, 0);
	for (size_t i = 0; i < p->n; i++) {
		if (!consent_is_asked(c, &p->v[i], f->d->today))
			continue;
		look_at_own_word(f, &p->v[i]);
		for (unsigned m = 1; m <= CONSENT_MEDIA && !of_age; m <<= 1)
			if ((m & (p->v[i].media | p->v[i].apart)) != 0)
				look_at_medium(f, &p->v[i], m);
	}
}

/* ---- opening and closing ---- */

typedef struct sql_consent_task_of_row open_task;
typedef struct sql_consent_task_of_rows open_tasks;

static bool
is_task(const struct found *v, const open_task *t)
{
	return v->purpose == t->purpose &&
	       str_eq(t->kind, str_c(kinds[v->kind].word));
}

static bool
is_found(const struct finding *f, const open_task *t)
{
	for (size_t i = 0; i < f->n; i++)
		if (is_task(&f->v[i], t))
			return true;
	return false;
}

static bool
is_open(const open_tasks *open, const struct found *v)
{
	for (size_t i = 0; i < open->n; i++)
		if (is_task(v, &open->v[i]))
			return true;
	return false;
}

static bool
is_settled(const struct finding *f, const open_tasks *open)
{
	for (size_t i = 0; i < open->n; i++)
		if (!is_found(f, &open->v[i]))
			return false;
	for (size_t i = 0; i < f->n; i++)
		if (!is_open(open, &f->v[i]))
			return false;
	return true;
}

static bool
settle(const struct finding *f, const open_tasks *open, struct err *e)
{
	struct db *db = f->d->house->db;
	int64_t rows;

	for (size_t i = 0; i < open->n; i++)
		if (!is_found(f, &open->v[i]) &&
		    !sql_consent_task_close(
			db, f->d->now, open->v[i].id, &rows, e))
			return false;
	for (size_t i = 0; i < f->n; i++)
		if (!is_open(open, &f->v[i]) &&
		    !sql_consent_task_open(db, f->d->org->id, f->child->id,
			str_c(kinds[f->v[i].kind].word), f->v[i].purpose,
			f->d->now, &rows, e))
			return false;
	return true;
}

/* ---- the end of a yes ---- */

static bool
is_written(const struct consent_child *c, const struct consent_event *v)
{
	for (size_t i = 0; i < c->n_event; i++)
		if (c->event[i].action == CONSENT_EXPIRE &&
		    c->event[i].lifts == v->id)
			return true;
	return false;
}

static bool
is_over(const struct deed *d, const struct consent_child *c,
    const struct consent_event *v)
{
	return v->action == CONSENT_GRANT && v->until_on != DB_NULL &&
	       v->until_on < d->today && !is_written(c, v);
}

static bool
any_over(const struct deed *d, const struct consent_child *c)
{
	for (size_t i = 0; i < c->n_event; i++)
		if (is_over(d, c, &c->event[i]))
			return true;
	return false;
}

static bool
write_end(const struct deed *d, int64_t child, const struct consent_event *v,
    struct err *e)
{
	struct consent_word w = {.child = child,
	    .guardian = v->guardian,
	    .purpose = v->purpose,
	    .group = v->group,
	    .media = v->media,
	    .speaker = v->speaker,
	    .action = CONSENT_EXPIRE,
	    .method = CONSENT_RULE,
	    .from_on = v->until_on + 1,
	    .until_on = DB_NULL,
	    .acted_at = d->now,
	    .lifts = v->id};
	int64_t id;

	return consent_record(d, &w, &id, e);
}

static bool
write_ends(const struct deed *d, const struct consent_child *c, struct err *e)
{
	for (size_t i = 0; i < c->n_event; i++)
		if (is_over(d, c, &c->event[i]) &&
		    !write_end(d, c->id, &c->event[i], e))
			return false;
	return true;
}

/* ---- going round ---- */

/* Children are read while everybody else writes; those of whom there is
 * something to write are read once more in the transaction that writes it, a
 * few at a time. */
#define WRITTEN_AT_ONCE 16

struct round {
	struct deed d; /* its arena is reset for each child */
	struct consent_purposes purposes;
	int64_t due[WRITTEN_AT_ONCE];
	size_t n_due;
};

static bool
sweep_child(
    struct round *r, int64_t child, bool writes, bool *ret_due, struct err *e)
{
	struct consent_child c;
	struct finding f = {.d = &r->d, .child = &c};
	open_tasks open;

	arena_reset(r->d.arena);
	if (!consent_facts(
		r->d.house, r->d.arena, r->d.org, child, r->d.today, &c, e) ||
	    !sql_consent_task_of(r->d.house->db, r->d.arena, child, &open, e))
		return err_wrap(e, "child %" PRId64, child);
	*ret_due = false;
	if (c.erased) /* meanwhile; note_round closes what is open */
		return true;
	look_at(&f, &r->purposes);
	*ret_due = !is_settled(&f, &open) || any_over(&r->d, &c);
	if (!writes || !*ret_due ||
	    (settle(&f, &open, e) && write_ends(&r->d, &c, e)))
		return true;
	return err_wrap(e, "child %" PRId64, child);
}

static bool
write_due(struct round *r, struct err *e)
{
	struct db *db = r->d.house->db;
	bool due, good = r->n_due == 0 || db_begin(db, e);

	if (!good || r->n_due == 0)
		return good;
	for (size_t i = 0; good && i < r->n_due; i++)
		good = sweep_child(r, r->due[i], true, &due, e);
	r->n_due = 0;
	if (good && db_commit(db, e))
		return true;
	db_rollback(db);
	return false;
}

static bool
sweep_children(const struct deed *d, struct err *e)
{
	OWNED(arena) a = arena_new(CHILD_ARENA);
	struct sql_consent_children_heard_rows rows;
	struct round r = {.d = *d};
	bool due;

	r.d.arena = a;
	if (!sql_consent_children_heard(
		d->house->db, d->arena, d->org->id, d->today, &rows, e) ||
	    !consent_purposes_load(d->house, d->arena, d->org, &r.purposes, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		if (!sweep_child(&r, rows.v[i].id, false, &due, e))
			return false;
		if (due)
			r.due[r.n_due++] = rows.v[i].id;
		if (r.n_due == WRITTEN_AT_ONCE && !write_due(&r, e))
			return false;
	}
	return write_due(&r, e);
}

/* Up to what there was when it began: what was written meanwhile may have come
 * after a child was read, and is looked at by the next round. */
static bool
note_round(const struct deed *d, int64_t newest, struct err *e)
{
	int64_t rows;

	return sql_consent_close_of_gone(
		   d->house->db, d->now, d->org->id, d->today, &rows, e) &&
	       sql_consent_swept_set(
		   d->house->db, d->org->id, d->today, newest, &rows, e) &&
	       sql_consent_forget_old(d->house->db, d->org->id,
		   (d->today - PROOF_DAYS) * 86400, &rows, e) &&
	       sql_consent_change_sweep(d->house->db, CHANGES_KEPT, &rows, e);
}

static bool
sweep_organisation(const struct deed *d, struct err *e)
{
	struct sql_consent_change_newest_row newest;
	struct sql_consent_swept_row swept;
	bool found;

	if (!sql_consent_swept(
		d->house->db, d->arena, d->org->id, &found, &swept, e) ||
	    !sql_consent_change_newest(d->house->db, d->arena, &newest, e))
		return false;
	if (found && swept.today_on == d->today &&
	    swept.change == newest.newest)
		return true;
	if (!sweep_children(d, e) || !db_begin(d->house->db, e))
		return err_wrap(
		    e, "consents of organisation %" PRId64, d->org->id);
	if (note_round(d, newest.newest, e) && db_commit(d->house->db, e))
		return true;
	db_rollback(d->house->db);
	return err_wrap(e, "consents of organisation %" PRId64, d->org->id);
}

bool
consent_sweep(struct house *h, struct arena *a, int64_t now, struct err *e)
{
	for (size_t i = 0; i < h->n_org; i++) {
		struct deed d = {.house = h,
		    .arena = a,
		    .org = &h->org[i],
		    .actor = AUDIT_SERVER,
		    .now = now,
		    .today = day_of(h->org[i].zone, now)};

		if (!sweep_organisation(&d, e))
			return false;
	}
	return true;
}
