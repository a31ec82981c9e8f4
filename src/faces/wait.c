#include "faces/wait.h"

#include <inttypes.h>

#include "faces/word.h"
#include "sql_region.h"

static str
title_of(const struct deed *d, str sealed)
{
	return house_text(d->arena, d->org, "post.title_enc", sealed);
}

static void
add_published(const struct deed *d, const struct sql_region_waiting_rows *rows,
    struct face_waits *l)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct sql_region_waiting_row *r = &rows->v[i];
		bool asked = r->asked > 0;

		l->v[l->n++] = (struct face_wait){.post = r->id,
		    .day = r->day_on,
		    .what = asked ? FACE_WAIT_ASKED : FACE_WAIT_PHOTOS,
		    .n = asked ? r->asked : r->photos,
		    .title = title_of(d, r->title_enc)};
	}
}

/* Does anything wait still?  Answers come in, boxes are drawn. */
static bool
add_draft(const struct deed *d, const struct sql_region_seconds_row *r,
    struct face_waits *l, struct err *e)
{
	struct word_gate gate;
	struct face_wait w = {.post = r->id, .day = r->day_on, .n = r->photos};

	if (!word_gate(d, r->id, &gate, e))
		return false;
	if (word_gate_open(&gate) && r->author == d->actor)
		w.what = FACE_WAIT_READY;
	else if (!word_gate_open(&gate) && r->photos > 0)
		w.what = FACE_WAIT_SECOND;
	else
		return true;
	w.title = title_of(d, r->title_enc);
	l->v[l->n++] = w;
	return true;
}

bool
face_waiting(
    const struct deed *d, bool director, struct face_waits *ret, struct err *e)
{
	struct db *db = d->house->db;
	struct sql_region_waiting_rows rows;
	struct sql_region_seconds_rows drafts;
	struct face_waits l = {0};

	if (!sql_region_waiting(
		db, d->arena, d->org->id, director, d->actor, &rows, e) ||
	    !sql_region_seconds(db, d->arena, d->actor, d->org->id, director,
		d->today, &drafts, e))
		return err_wrap(e, "faces that wait");
	l.v = NEW_N(d->arena, struct face_wait, rows.n + drafts.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many albums");
	for (size_t i = 0; i < drafts.n; i++)
		if (!add_draft(d, &drafts.v[i], &l, e))
			return err_wrap(e, "post %" PRId64, drafts.v[i].id);
	add_published(d, &rows, &l);
	*ret = l;
	return true;
}

bool
face_lookers(
    const struct deed *d, int64_t post, struct face_lookers *ret, struct err *e)
{
	struct sql_region_lookers_rows rows;
	struct face_lookers l = {0};

	if (!sql_region_lookers(
		d->house->db, d->arena, d->org->id, post, &rows, e))
		return err_wrap(e, "who looks at post %" PRId64, post);
	l.v = NEW_N(d->arena, struct face_looker, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	for (size_t i = 0; i < rows.n; i++)
		l.v[l.n++] = (struct face_looker){
		    rows.v[i].id, house_text(d->arena, d->org,
				      "account.name_enc", rows.v[i].name_enc)};
	*ret = l;
	return true;
}
