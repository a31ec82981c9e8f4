#include "ends/hold.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "erasure/held.h"
#include "report/story.h"
#include "sql_ends.h"

static const char *const words[HOLD_KINDS] = {
    "child", "account", "post", "medium", "case"};

const char *
hold_word(enum hold_kind k)
{
	return words[k];
}

bool
hold_of_word(str word, enum hold_kind *ret)
{
	for (int i = 0; i < HOLD_KINDS; i++)
		if (str_eq(word, str_c(words[i]))) {
			*ret = (enum hold_kind)i;
			return true;
		}
	return false;
}

static bool
is_there(const struct deed *d, enum hold_kind k, int64_t id, bool *ret,
    struct err *e)
{
	struct db *db = d->house->db;
	union {
		struct sql_hold_subject_child_row child;
		struct sql_hold_subject_account_row account;
		struct sql_hold_subject_post_row post;
		struct sql_hold_subject_medium_row medium;
		struct sql_hold_subject_case_row of_case;
	} row;

	if (k == HOLD_CHILD)
		return sql_hold_subject_child(
		    db, d->arena, id, d->org->id, ret, &row.child, e);
	if (k == HOLD_ACCOUNT)
		return sql_hold_subject_account(
		    db, d->arena, id, d->org->id, ret, &row.account, e);
	if (k == HOLD_POST)
		return sql_hold_subject_post(
		    db, d->arena, id, d->org->id, ret, &row.post, e);
	if (k == HOLD_CASE)
		return sql_hold_subject_case(
		    db, d->arena, id, d->org->id, ret, &row.of_case, e);
	return sql_hold_subject_medium(
	    db, d->arena, id, d->org->id, ret, &row.medium, e);
}

/* The child's own register says it too. */
static bool
note(const struct deed *d, enum audit_action action, int64_t hold,
    enum hold_kind k, int64_t subject, struct err *e)
{
	struct deed_about about = {.kind = words[k],
	    .id = subject,
	    .child = k == HOLD_CHILD ? subject : 0,
	    .detail = arena_i64(d->arena, hold)};

	if (k == HOLD_CASE) /* its own story says it */
		return true;
	return deed_note(d, action, &about, e);
}

bool
hold_place(const struct deed *d, enum hold_kind k, int64_t subject, str reason,
    int64_t until_on, int64_t *ret_id, struct err *e)
{
	int64_t until_at = zone_utc(d->org->zone, day_to_civil(until_on + 1));
	size_t n = utf8_length(reason);
	struct sql_hold_place_row row;
	bool there;
	str sealed;

	if (until_on < d->today || until_on > d->today + HOLD_DAYS_MAX ||
	    n < HOLD_REASON_MIN || n > HOLD_REASON_MAX)
		return err_set(e, ERR_INPUT, "a hold's end, or its reason");
	if (!is_there(d, k, subject, &there, e))
		return err_wrap(e, "hold of %s %" PRId64, words[k], subject);
	if (!there)
		return err_set(
		    e, ERR_NOT_FOUND, "%s %" PRId64, words[k], subject);
	if (!deed_seal(d, "hold_order.reason_enc", reason, &sealed, e) ||
	    !sql_hold_place(d->house->db, d->arena, d->org->id, str_c(words[k]),
		subject, sealed, d->actor, d->now, until_at, &row, e) ||
	    !held_note(d->house, d->arena, ERASURE_HOLD,
		&(struct held){
		    row.id, words[k], subject, d->actor, d->now, until_at},
		d->now, e) ||
	    !note(d, AUDIT_HOLD_PLACED, row.id, k, subject, e))
		return err_wrap(e, "hold of %s %" PRId64, words[k], subject);
	*ret_id = row.id;
	return true;
}

static bool
load(const struct deed *d, int64_t id, struct sql_hold_by_id_row *ret,
    enum hold_kind *ret_kind, struct err *e)
{
	bool found;

	if (!sql_hold_by_id(
		d->house->db, d->arena, id, d->org->id, &found, ret, e))
		return err_wrap(e, "hold %" PRId64, id);
	if (!found || !hold_of_word(ret->subject_kind, ret_kind))
		return err_set(e, ERR_NOT_FOUND, "hold %" PRId64, id);
	return true;
}

/* Of any kind but a case's, or of that subject. */
static bool
load_of(const struct deed *d, const enum hold_kind *kind, int64_t subject,
    int64_t id, struct sql_hold_by_id_row *ret, enum hold_kind *ret_kind,
    struct err *e)
{
	if (!load(d, id, ret, ret_kind, e))
		return false;
	if (kind == NULL ? *ret_kind == HOLD_CASE
			 : *ret_kind != *kind || ret->subject != subject)
		return err_set(e, ERR_NOT_FOUND, "hold %" PRId64, id);
	return true;
}

static bool
ask(const struct deed *d, const enum hold_kind *kind, int64_t subject,
    int64_t id, struct err *e)
{
	struct sql_hold_by_id_row row;
	enum hold_kind k;
	int64_t rows;

	if (!load_of(d, kind, subject, id, &row, &k, e) ||
	    !sql_hold_ask(d->house->db, d->actor, d->now, id, &rows, e))
		return false;
	if (rows != 1)
		return err_set(e, ERR_CONFLICT, "hold %" PRId64, id);
	return note(d, AUDIT_HOLD_ASKED, id, k, row.subject, e);
}

static bool
release(const struct deed *d, const enum hold_kind *kind, int64_t subject,
    int64_t id, struct err *e)
{
	struct sql_hold_by_id_row row;
	enum hold_kind k;
	int64_t rows;

	if (!load_of(d, kind, subject, id, &row, &k, e))
		return false;
	if (row.asked_by == d->actor)
		return err_set(e, ERR_DENIED, "two people release a hold");
	if (!sql_hold_release(d->house->db, d->actor, d->now, id, &rows, e))
		return err_wrap(e, "hold %" PRId64, id);
	if (rows != 1)
		return err_set(e, ERR_CONFLICT, "hold %" PRId64, id);
	return held_note(d->house, d->arena, ERASURE_RELEASE,
		   &(struct held){id, words[k], row.subject, row.placed_by,
		       row.placed_at, row.until_at},
		   d->now, e) &&
	       note(d, AUDIT_HOLD_RELEASED, id, k, row.subject, e);
}

bool
hold_ask(const struct deed *d, int64_t id, struct err *e)
{
	return ask(d, NULL, 0, id, e);
}

bool
hold_release(const struct deed *d, int64_t id, struct err *e)
{
	return release(d, NULL, 0, id, e);
}

bool
hold_ask_of(const struct deed *d, enum hold_kind k, int64_t subject, int64_t id,
    struct err *e)
{
	return ask(d, &k, subject, id, e);
}

bool
hold_release_of(const struct deed *d, enum hold_kind k, int64_t subject,
    int64_t id, struct err *e)
{
	return release(d, &k, subject, id, e);
}

bool
hold_sweep(const struct deed *d, int64_t *ret_n, struct err *e)
{
	struct sql_hold_over_rows over;
	enum hold_kind k = HOLD_CHILD;
	int64_t rows;

	if (!sql_hold_over(
		d->house->db, d->arena, d->org->id, d->now, &over, e))
		return err_wrap(e, "holds that are over");
	for (size_t i = 0; i < over.n; i++)
		if (!sql_hold_end(
			d->house->db, d->now, over.v[i].id, &rows, e) ||
		    !hold_of_word(over.v[i].subject_kind, &k) ||
		    !note(d, AUDIT_HOLD_RELEASED, over.v[i].id, k,
			over.v[i].subject, e) ||
		    (k == HOLD_CASE &&
			!story_add(d, over.v[i].subject, STORY_RELEASED,
			    STORY_INSIDE, S("date"), (str){0}, e)))
			return err_wrap(e, "hold %" PRId64, over.v[i].id);
	*ret_n = (int64_t)over.n;
	return true;
}

/* Both lists have the same columns. */
#define FILL(rows)                                                            \
	do {                                                                  \
		l.v = NEW_N(d->arena, struct hold, (rows).n + 1);             \
		if (l.v == NULL)                                              \
			return err_set(e, ERR_LIMIT, "too many holds");       \
		for (size_t i = 0; i < (rows).n; i++) {                       \
			struct hold *h = &l.v[l.n];                           \
                                                                              \
			*h = (struct hold){.id = (rows).v[i].id,              \
			    .subject = (rows).v[i].subject,                   \
			    .reason = house_text(d->arena, d->org,            \
				"hold_order.reason_enc",                      \
				(rows).v[i].reason_enc),                      \
			    .placed_by = (rows).v[i].placed_by,               \
			    .placed_at = (rows).v[i].placed_at,               \
			    .until_at = (rows).v[i].until_at,                 \
			    .asked_by = (rows).v[i].asked_by,                 \
			    .asked_at = (rows).v[i].asked_at,                 \
			    .released_by = (rows).v[i].released_by,           \
			    .released_at = (rows).v[i].released_at};          \
			l.n +=                                                \
			    hold_of_word((rows).v[i].subject_kind, &h->kind); \
		}                                                             \
	} while (0)

bool
hold_list(const struct deed *d, struct holds *ret, struct err *e)
{
	struct sql_hold_list_rows rows;
	struct holds l = {0};

	if (!sql_hold_list(d->house->db, d->arena, d->org->id, &rows, e))
		return err_wrap(e, "holds");
	FILL(rows);
	*ret = l;
	return true;
}

bool
hold_list_of_case(
    const struct deed *d, int64_t case_file, struct holds *ret, struct err *e)
{
	struct sql_hold_of_case_rows rows;
	struct holds l = {0};

	if (!sql_hold_of_case(
		d->house->db, d->arena, d->org->id, case_file, &rows, e))
		return err_wrap(e, "holds of case %" PRId64, case_file);
	FILL(rows);
	*ret = l;
	return true;
}
