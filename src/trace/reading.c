#include "trace/reading.h"

#include <inttypes.h>
#include <math.h>

#include "audit/audit.h"
#include "hash/pdq.h"
#include "mark/accuse.h"
#include "mark/code.h"
#include "people/deed.h"
#include "sql_job.h"
#include "sql_trace.h"
#include "trace/trace.h"

#define SIDES 3
#define LARGE_PX 1100 /* a copy of more is of the largest size, likely */
#define SCORE_UNIT 1000.0
#define JUDGE_ARENA ((size_t)96 << 20)
#define STEP 500

static const int64_t sides[2][SIDES] = {{1024, 2048, 320}, {2048, 1024, 320}};

static const char *const words[TRACE_ANSWERS] = {
    [TRACE_NAMED] = "named",
    [TRACE_UNREADABLE] = "unreadable",
    [TRACE_UNKNOWN] = "unknown",
    [TRACE_SMALL] = "small",
    [TRACE_SMOOTH] = "smooth",
    [TRACE_UNMARKED] = "unmarked",
    [TRACE_WEAK] = "weak",
};

const char *
trace_answer_word(enum trace_answer t)
{
	return words[t];
}

bool
trace_answer_of(str word, enum trace_answer *ret)
{
	for (int i = 0; i < TRACE_ANSWERS; i++)
		if (str_eq(word, str_c(words[i]))) {
			*ret = (enum trace_answer)i;
			return true;
		}
	return false;
}

/* ---- what is next ---- */

static bool
find_copy(struct house *h, struct arena *a, int64_t trace,
    struct trace_step *ret, bool *ret_hashed, struct err *e)
{
	struct sql_trace_to_do_row row;
	bool found;

	if (!sql_trace_to_do(h->db, a, trace, &found, &row, e))
		return err_wrap(e, "trace %" PRId64, trace);
	if (!found)
		return err_set(
		    e, ERR_NOT_FOUND, "trace %" PRId64 " does not wait", trace);
	*ret = (struct trace_step){.what = TRACE_HASH,
	    .copy = {row.id, row.organisation,
		row.post == DB_NULL ? 0 : row.post,
		row.width == DB_NULL ? 0 : row.width,
		row.height == DB_NULL ? 0 : row.height,
		row.quality == DB_NULL ? 0 : row.quality},
	    .copy_name = row.blob_name,
	    .copy_key = row.key_wrapped};
	*ret_hashed = str_eq(row.state, S("reading"));
	return true;
}

static const struct sql_trace_readings_row *
reading_of(
    const struct sql_trace_readings_rows *r, int64_t medium, int64_t side)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].medium == medium && r->v[i].side == side)
			return &r->v[i];
	return NULL;
}

/* The next size of one photo; false: all that is worth it was read.
 * *io_present: a mark was read. */
static bool
next_side(const struct sql_trace_readings_rows *r, const struct trace_copy *c,
    int64_t medium, int64_t *ret_side, bool *io_present)
{
	bool large = c->width > LARGE_PX || c->height > LARGE_PX;

	for (size_t i = 0; i < SIDES && !*io_present; i++) {
		const struct sql_trace_readings_row *had =
		    reading_of(r, medium, sides[large][i]);

		if (had == NULL) {
			*ret_side = sides[large][i];
			return true;
		}
		if (i == 0 && !had->shown)
			return false;
		*io_present = had->shown && had->presence >= TRACE_PRESENT;
	}
	return false;
}

/* A size that is not there any more counts as not shown. */
static bool
find_rendition(struct house *h, struct arena *a, struct trace_step *s,
    bool *ret_found, struct err *e)
{
	struct sql_trace_rendition_row row;

	if (!sql_trace_rendition(
		h->db, a, s->medium, s->side, ret_found, &row, e))
		return false;
	if (*ret_found) {
		s->name = row.name;
		s->key = row.key_wrapped;
		s->segments = row.segments;
	}
	return true;
}

static bool
next_reading(struct house *h, struct arena *a, struct trace_step *s,
    bool *ret_skipped, struct err *e)
{
	struct sql_trace_candidates_rows c;
	struct sql_trace_readings_rows r;
	bool present = false, found;

	*ret_skipped = false;
	s->what = TRACE_TELL;
	if (!sql_trace_candidates(h->db, a, s->copy.id, &c, e) ||
	    !sql_trace_readings(h->db, a, s->copy.id, &r, e))
		return false;
	for (size_t i = 0; i < c.n && !present; i++) {
		if (!next_side(&r, &s->copy, c.v[i].medium, &s->side, &present))
			continue;
		s->what = TRACE_READ;
		s->medium = c.v[i].medium;
		s->turn = (uint8_t)c.v[i].turn;
		if (!find_rendition(h, a, s, &found, e))
			return false;
		*ret_skipped = !found;
		return true;
	}
	return true;
}

bool
trace_next(struct house *h, struct arena *a, int64_t trace,
    struct trace_step *ret, struct err *e)
{
	static const struct trace_read nothing = {.shown = false};
	bool hashed, skipped;

	if (!find_copy(h, a, trace, ret, &hashed, e))
		return false;
	if (!hashed)
		return true;
	do {
		if (!next_reading(h, a, ret, &skipped, e) ||
		    (skipped && !trace_read_store(
				    h, a, ret, &nothing, house_now(h), e)))
			return err_wrap(e, "trace %" PRId64, trace);
	} while (skipped);
	return true;
}

/* ---- what was read ---- */

static int64_t
strength_of(const struct mark_reading *r)
{
	double sum = 0;

	for (size_t i = 0; i < r->n; i++)
		sum += (double)r->full[i] * (double)r->full[i];
	return sum < 1e12 ? (int64_t)sum : (int64_t)1e12;
}

struct judging {
	struct house *h;
	const struct trace_step *step;
	const struct mark_judge *judge;
	struct mark_code code;
	uint8_t *bits;
	int64_t accounts;
};

/* What cannot be named, however few readings there will have been, is not
 * written down at all. */
static bool
judge_one(const struct judging *j, int64_t account, struct err *e)
{
	const struct trace_step *s = j->step;
	int64_t rows;
	double score;

	mark_code_bits(&j->code, account, (size_t)s->segments, j->bits);
	score = mark_judge_score(j->judge, j->bits);
	if (!(mark_judge_wrong(score, (size_t)j->accounts, 1) <=
		MARK_WRONG_MAX))
		return true;
	score = fmin(floor(score * SCORE_UNIT), 1e12);
	return sql_trace_score_add(j->h->db, s->copy.id, s->medium, s->side,
	    account, (int64_t)score, &rows, e);
}

static bool
judge_all(const struct judging *j, struct err *e)
{
	OWNED(arena) a = arena_new((size_t)1 << 20);
	struct sql_trace_accounts_after_rows rows;
	int64_t after = 0;

	do {
		arena_reset(a);
		if (!sql_trace_accounts_after(j->h->db, a,
			j->step->copy.organisation, after, STEP, &rows, e))
			return false;
		for (size_t i = 0; i < rows.n; i++) {
			after = rows.v[i].id;
			if (!judge_one(j, after, e))
				return false;
		}
	} while (rows.n == STEP);
	return true;
}

static void
judging_done(struct judging *j)
{
	mark_code_done(&j->code);
}

static bool
judge(struct house *h, const struct trace_step *s, const struct mark_reading *r,
    struct err *e)
{
	OWNED(arena) a = arena_new(JUDGE_ARENA);
	CLEANUP(judging_done) struct judging j = {.h = h, .step = s};
	struct sql_trace_accounts_row all;
	const struct organisation *org;

	if (!house_org(h, s->copy.organisation, &org, e) ||
	    !sql_trace_accounts(h->db, a, org->id, &all, e))
		return false;
	j.accounts = all.n;
	mark_code_init(&j.code, &org->mark, s->medium, (uint32_t)s->side);
	j.bits = NEW_N(a, uint8_t, (size_t)s->segments + 1);
	if (j.bits == NULL)
		return err_set(e, ERR_LIMIT, "no room to judge");
	j.judge = mark_judge_new(a, &j.code, r, e);
	return j.judge != NULL && judge_all(&j, e);
}

static bool
write_reading(struct house *h, const struct trace_step *s,
    const struct trace_read *r, int64_t now, struct err *e)
{
	int64_t rows, strength = r->shown ? strength_of(&r->reading) : 0;

	return (!r->shown || judge(h, s, &r->reading, e)) &&
	       sql_trace_reading_add(h->db, s->copy.id, s->medium, s->side,
		   r->shown, r->presence, r->likeness, r->share, strength, now,
		   &rows, e) &&
	       /* It begins anew to count who died of it. */
	       sql_job_done(h->db, S(TRACE_JOB), s->copy.id, &rows, e) &&
	       sql_job_add(h->db, S(TRACE_JOB), s->copy.id, now, &rows, e);
}

bool
trace_read_store(struct house *h, struct arena *a, const struct trace_step *s,
    const struct trace_read *r, int64_t now, struct err *e)
{
	struct trace_step still;
	bool hashed;

	if (r->shown && r->reading.n != (size_t)s->segments)
		return err_set(
		    e, ERR_CORRUPT, "a reading of %zu segments", r->reading.n);
	if (!db_begin(h->db, e))
		return false;
	if (find_copy(h, a, s->copy.id, &still, &hashed, e) &&
	    write_reading(h, s, r, now, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "trace %" PRId64, s->copy.id);
}

/* ---- what it says ---- */

struct telling {
	struct house *h;
	struct arena *arena;
	int64_t trace, now;
	int64_t accounts, readings, named;
	int64_t presence, strength; /* the best of what was read */
};

static void
sum_up(struct telling *t, const struct sql_trace_readings_rows *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct sql_trace_readings_row *one = &r->v[i];

		if (!one->shown)
			continue;
		t->readings++;
		t->presence =
		    one->presence > t->presence ? one->presence : t->presence;
		t->strength =
		    one->strength > t->strength ? one->strength : t->strength;
	}
}

/* With all that was judged counted in. */
static bool
name_accounts(struct telling *t, struct err *e)
{
	struct sql_trace_scores_rows s;
	int64_t rows;

	if (!sql_trace_scores(t->h->db, t->arena, t->trace, &s, e))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		double score = (double)s.v[i].score / SCORE_UNIT;

		if (!(mark_judge_wrong(score, (size_t)t->accounts,
			  (size_t)t->readings) <= MARK_WRONG_MAX))
			continue;
		t->named++;
		if (!sql_trace_name(t->h->db, t->trace, s.v[i].medium,
			s.v[i].side, s.v[i].account, &rows, e))
			return false;
	}
	return sql_trace_forget_scores(t->h->db, t->trace, &rows, e);
}

static enum trace_answer
answer_of(const struct telling *t, const struct trace_copy *c)
{
	bool small = c->width < TRACE_SMALL_PX && c->height < TRACE_SMALL_PX;

	if (t->named > 0)
		return TRACE_NAMED;
	if (t->readings == 0 && small)
		return TRACE_SMALL;
	if (t->readings == 0)
		return c->quality < PDQ_QUALITY_MIN ? TRACE_SMOOTH
						    : TRACE_UNKNOWN;
	if (t->presence >= TRACE_PRESENT)
		return TRACE_WEAK;
	if (small)
		return TRACE_SMALL;
	return t->strength < TRACE_STRONG ? TRACE_SMOOTH : TRACE_UNMARKED;
}

static bool
write_answer(struct telling *t, const struct trace_copy *c,
    enum trace_answer answer, struct err *e)
{
	struct deed d = {.house = t->h,
	    .arena = t->arena,
	    .actor = AUDIT_SERVER,
	    .now = t->now};
	struct deed_about about = {.kind = "trace",
	    .id = t->trace,
	    .detail = str_c(trace_answer_word(answer))};
	int64_t rows;

	return house_org(t->h, c->organisation, &d.org, e) &&
	       sql_trace_tell(t->h->db, str_c(trace_answer_word(answer)),
		   t->accounts, t->readings, t->now, t->trace, &rows, e) &&
	       sql_trace_event_add(t->h->db, t->trace, t->now, DB_NULL,
		   S("told"), (str){0}, &rows, e) &&
	       deed_note(&d, AUDIT_TRACE_TOLD, &about, e) &&
	       sql_job_done(t->h->db, S(TRACE_JOB), t->trace, &rows, e);
}

static bool
tell(struct telling *t, bool unreadable, struct err *e)
{
	struct sql_trace_accounts_row all;
	struct sql_trace_readings_rows r;
	struct trace_step s;
	bool hashed;

	if (!find_copy(t->h, t->arena, t->trace, &s, &hashed, e) ||
	    !sql_trace_accounts(
		t->h->db, t->arena, s.copy.organisation, &all, e) ||
	    !sql_trace_readings(t->h->db, t->arena, t->trace, &r, e))
		return false;
	t->accounts = all.n;
	sum_up(t, &r);
	return name_accounts(t, e) &&
	       write_answer(t, &s.copy,
		   unreadable ? TRACE_UNREADABLE : answer_of(t, &s.copy), e);
}

bool
trace_tell(struct house *h, struct arena *a, int64_t trace, bool unreadable,
    int64_t now, struct err *e)
{
	struct telling t = {h, a, trace, now, 0, 0, 0, 0, 0};

	if (!db_begin(h->db, e))
		return false;
	if (tell(&t, unreadable, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "trace %" PRId64, trace);
}
