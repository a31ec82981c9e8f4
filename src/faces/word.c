#include "faces/word.h"

#include <inttypes.h>
#include <stdlib.h>

#include "faces/cover.h"
#include "faces/photo.h"
#include "people/child.h"
#include "people/fold.h"
#include "sql_medium.h"
#include "sql_post.h"

static bool
count_open(const struct deed *d, int64_t medium, int64_t *ret, struct err *e)
{
	struct sql_region_open_count_row row;

	if (!sql_region_open_count(d->house->db, d->arena, medium, &row, e))
		return err_wrap(e, "medium %" PRId64, medium);
	*ret = row.n;
	return true;
}

static bool
count_words(const struct deed *d, int64_t medium, size_t *ret, struct err *e)
{
	struct sql_face_word_of_medium_rows rows;

	if (!sql_face_word_of_medium(d->house->db, d->arena, medium, &rows, e))
		return err_wrap(e, "medium %" PRId64, medium);
	*ret = rows.n;
	return true;
}

static bool
clear_photo(const struct deed *d, int64_t medium, struct err *e)
{
	return face_clear(d->house, medium, true, e) &&
	       cover_regions(d->house, d->arena, medium, d->now, e);
}

static bool
clear(
    const struct deed *d, const struct sql_region_medium_row *m, struct err *e)
{
	int64_t rows;

	return clear_photo(d, m->id, e) &&
	       sql_post_recount(d->house->db, m->post, &rows, e);
}

bool
word_ask_second(const struct deed *d, int64_t post, struct err *e)
{
	struct word_gate gate;
	int64_t rows;

	if (!word_gate(d, post, &gate, e))
		return false;
	return !word_gate_waits(&gate) ||
	       sql_region_ask_second(d->house->db, d->now, post, &rows, e);
}

static bool
say(const struct deed *d, const struct sql_region_medium_row *m,
    enum word_answer *ret, struct err *e)
{
	struct deed_about about = {.kind = "medium", .id = m->id};
	bool second;
	size_t words;
	int64_t rows;

	if (!sql_face_word_say(
		d->house->db, m->id, d->actor, d->now, &rows, e) ||
	    !count_words(d, m->id, &words, e) ||
	    !region_second_look_needed(d, m->post, &second, e) ||
	    !deed_note(d, AUDIT_FACES_SAID, &about, e))
		return err_wrap(e, "medium %" PRId64, m->id);
	*ret = second && words < 2 ? WORD_SECOND : WORD_DONE;
	return *ret == WORD_SECOND ? word_ask_second(d, m->post, e)
				   : clear(d, m, e);
}

bool
word_say(const struct deed *d, int64_t post, int64_t medium,
    enum word_answer *ret, struct err *e)
{
	struct sql_region_medium_row m;
	int64_t open;

	if (!face_photo(d, post, medium, &m, e) ||
	    !count_open(d, medium, &open, e))
		return false;
	if (open > 0) {
		*ret = WORD_OPEN;
		return true;
	}
	return say(d, &m, ret, e);
}

bool
word_nobody(const struct deed *d, int64_t post, int64_t medium,
    enum word_answer *ret, struct err *e)
{
	struct sql_region_medium_row m;
	int64_t rows;

	return face_photo(d, post, medium, &m, e) &&
	       sql_region_dismiss_found(
		   d->house->db, deed_author(d), d->now, medium, &rows, e) &&
	       word_say(d, post, medium, ret, e);
}

/* ---- children ---- */

static int
by_name(const void *pa, const void *pb)
{
	const struct face_child *a = pa, *b = pb;

	return fold_order(a->key, b->key);
}

static str
name_of(const struct deed *d, int64_t id, str key, str first, str last)
{
	struct child_sealed s = {
	    .id = id, .key_wrapped = key, .first_enc = first, .last_enc = last};
	struct child_name name = child_open(d->arena, d->org, &s);

	return child_full_name(d->arena, &name);
}

/* Asked once for all of them, then in the order of a list on paper. */
static bool
ask_leave(const struct deed *d, int64_t post, int64_t group, unsigned medium,
    struct face_children *l, struct err *e)
{
	enum face_leave *leave = NEW_N(d->arena, enum face_leave, l->n + 1);
	int64_t *id = NEW_N(d->arena, int64_t, l->n + 1);

	if (leave == NULL || id == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < l->n; i++)
		id[i] = l->v[i].id;
	if (!faces_leave(d, post, group, medium, id, l->n, leave, e))
		return err_wrap(e, "consent");
	for (size_t i = 0; i < l->n; i++) {
		l->v[i].leave = leave[i];
		l->v[i].key = fold_name(d->arena, l->v[i].name);
	}
	if (l->n > 1)
		qsort(l->v, l->n, sizeof(l->v[0]), by_name);
	return true;
}

static bool
children_init(
    const struct deed *d, size_t n, struct face_children *ret, struct err *e)
{
	*ret = (struct face_children){
	    NEW_N(d->arena, struct face_child, n + 1), 0};
	return ret->v != NULL || err_set(e, ERR_LIMIT, "too many children");
}

bool
face_roster(const struct deed *d, int64_t post, bool director, unsigned medium,
    struct face_children *ret, struct err *e)
{
	struct sql_region_roster_rows rows;
	struct face_children l;

	if (!sql_region_roster(
		d->house->db, d->arena, post, director, d->actor, &rows, e) ||
	    !children_init(d, rows.n, &l, e))
		return err_wrap(e, "roster of post %" PRId64, post);
	for (size_t i = 0; i < rows.n; i++)
		l.v[l.n++] = (struct face_child){.id = rows.v[i].id,
		    .name = name_of(d, rows.v[i].id, rows.v[i].key_wrapped,
			rows.v[i].first_enc, rows.v[i].last_enc)};
	*ret = l;
	return ask_leave(d, post, 0, medium, ret, e);
}

bool
face_named(const struct deed *d, int64_t post, unsigned medium,
    struct face_children *ret, struct err *e)
{
	struct sql_region_children_of_post_rows rows;
	struct face_children l;

	if (!sql_region_children_of_post(d->house->db, d->arena, post,
		medium == CONSENT_VIDEO ? S("still") : S("photo"), &rows, e) ||
	    !children_init(d, rows.n, &l, e))
		return err_wrap(e, "children of post %" PRId64, post);
	for (size_t i = 0; i < rows.n; i++)
		l.v[l.n++] = (struct face_child){.id = rows.v[i].id,
		    .name = name_of(d, rows.v[i].id, rows.v[i].key_wrapped,
			rows.v[i].first_enc, rows.v[i].last_enc)};
	*ret = l;
	return ask_leave(d, post, 0, medium, ret, e);
}

bool
face_group(const struct deed *d, int64_t group, int64_t day, bool director,
    str *ret_name, struct face_children *ret, struct err *e)
{
	struct sql_region_roster_group_rows rows;
	struct face_children l;

	if (!sql_region_roster_group(d->house->db, d->arena, day, group,
		d->org->id, director, d->actor, &rows, e) ||
	    !children_init(d, rows.n, &l, e))
		return err_wrap(e, "group %" PRId64, group);
	if (rows.n == 0)
		return err_set(e, ERR_NOT_FOUND, "no such group today");
	for (size_t i = 0; i < rows.n; i++)
		l.v[l.n++] = (struct face_child){.id = rows.v[i].id,
		    .name = name_of(d, rows.v[i].id, rows.v[i].key_wrapped,
			rows.v[i].first_enc, rows.v[i].last_enc)};
	*ret_name = rows.v[0].name;
	*ret = l;
	return ask_leave(d, 0, group, CONSENT_PHOTO, ret, e);
}

bool
face_last(const struct deed *d, int64_t post, int64_t *ret, struct err *e)
{
	struct sql_region_last_child_row row;
	bool found;

	if (!sql_region_last_child(
		d->house->db, d->arena, post, d->actor, &found, &row, e))
		return err_wrap(e, "post %" PRId64, post);
	*ret = found ? row.child : 0;
	return true;
}

static bool
any_masked(const struct face_children *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (face_is_masked(l->v[i].leave))
			return true;
	return false;
}

bool
region_second_look_needed(
    const struct deed *d, int64_t post, bool *ret, struct err *e)
{
	struct sql_medium_videos_rows videos;
	struct face_children l;

	if (!face_roster(d, post, false, CONSENT_PHOTO, &l, e) ||
	    !sql_medium_videos(d->house->db, d->arena, post, &videos, e))
		return false;
	*ret = any_masked(&l);
	if (*ret || videos.n == 0)
		return true;
	if (!face_roster(d, post, false, CONSENT_VIDEO, &l, e))
		return false;
	*ret = any_masked(&l);
	return true;
}

/* ---- an album ---- */

static bool
is_for_second(const struct word_photo *p)
{
	return p->words > 0 && !p->own && p->open == 0;
}

static bool
has_work(const struct word_list *l, const struct word_photo *p)
{
	if (p->open > 0 || p->asked > 0)
		return true;
	return l->second ? p->words < 2 && !p->own : !p->cleared;
}

static int64_t
or_zero(int64_t id)
{
	return id == DB_NULL ? 0 : id;
}

bool
word_of_post(
    const struct deed *d, int64_t post, struct word_list *ret, struct err *e)
{
	struct sql_region_of_post_rows rows;
	struct word_list l = {0};

	if (!sql_region_of_post(
		d->house->db, d->arena, d->actor, post, &rows, e) ||
	    !region_second_look_needed(d, post, &l.second, e))
		return err_wrap(e, "post %" PRId64, post);
	l.v = NEW_N(d->arena, struct word_photo, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many photos");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_region_of_post_row *r = &rows.v[i];

		l.v[l.n++] = (struct word_photo){r->id, r->cleared != 0,
		    r->looked_at != DB_NULL, r->boxes, r->open, r->words,
		    r->own != 0, r->asked, or_zero(r->video),
		    r->video == DB_NULL ? 0 : r->at_ms, r->document != 0};
		l.n_cleared += r->cleared != 0;
		l.n_open += r->open;
	}
	for (size_t i = 0; i < l.n; i++) {
		l.n_second += l.second && is_for_second(&l.v[i]);
		l.n_mine += has_work(&l, &l.v[i]);
	}
	*ret = l;
	return true;
}

int64_t
word_next(const struct word_list *l, int64_t after)
{
	size_t from = 0;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == after)
			from = i + 1;
	for (size_t i = 0; i < l->n; i++) {
		const struct word_photo *p = &l->v[(from + i) % l->n];

		if (p->id != after && has_work(l, p))
			return p->id;
	}
	return 0;
}

bool
word_gate(
    const struct deed *d, int64_t post, struct word_gate *ret, struct err *e)
{
	struct sql_region_gate_row row;
	bool second;

	if (!region_second_look_needed(d, post, &second, e) ||
	    !sql_region_gate(d->house->db, d->arena, second, post, &row, e))
		return err_wrap(e, "post %" PRId64, post);
	*ret = (struct word_gate){
	    row.unsaid, row.open, row.unseconded, row.unlooked, row.unfound};
	return true;
}

bool
word_settle(const struct deed *d, int64_t post, struct err *e)
{
	struct sql_region_uncleared_rows rows;

	if (!sql_region_uncleared(d->house->db, d->arena, post, &rows, e))
		return err_wrap(e, "post %" PRId64, post);
	for (size_t i = 0; i < rows.n; i++)
		if (!clear_photo(d, rows.v[i].id, e))
			return err_wrap(e, "medium %" PRId64, rows.v[i].id);
	return true;
}

/* Those of an album that `wants` says; *ret: how many. */
static bool
say_each(const struct deed *d, int64_t post,
    bool (*wants)(const struct word_photo *, int64_t video), int64_t video,
    int64_t *ret, struct err *e)
{
	enum word_answer answer;
	struct word_list l;
	int64_t n = 0;

	if (!word_of_post(d, post, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		if (!wants(&l.v[i], video))
			continue;
		if (!word_say(d, post, l.v[i].id, &answer, e))
			return false;
		n++;
	}
	*ret = n;
	return true;
}

static bool
is_of_video(const struct word_photo *p, int64_t video)
{
	return p->video == video && p->open == 0 && !p->own && !p->cleared;
}

bool
word_say_video(const struct deed *d, int64_t post, int64_t video, int64_t *ret,
    struct err *e)
{
	return say_each(d, post, is_of_video, video, ret, e);
}

static bool
is_seconded(const struct word_photo *p, int64_t video)
{
	(void)video;
	return is_for_second(p);
}

bool
word_say_second(const struct deed *d, int64_t post, int64_t *ret, struct err *e)
{
	return say_each(d, post, is_seconded, 0, ret, e);
}
