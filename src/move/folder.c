#include "move/folder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "sql_medium.h"
#include "sql_memories.h"
#include "sql_season.h"

#define SCRATCH_MAX ((size_t)8 << 20) /* one decision */
#define WEIGH_MAX ((size_t)64 << 20)  /* of one season */
#define LINES_LEAST 240               /* that every video has */

/* What one thing after the other is asked with. */
struct asking {
	const struct deed *d;
	struct arena *scratch; /* emptied for each */
	const struct viewer *viewer;
	int64_t child;
	struct sql_season_list_rows seasons;
	struct folder *to;
	size_t room;
};

/* ---- seasons ---- */

bool
folder_seasons(const struct deed *d, struct folder_season **ret, size_t *ret_n,
    struct err *e)
{
	struct sql_season_list_rows rows;
	struct folder_season *v;

	if (!sql_season_list(d->house->db, d->arena, d->org->id, &rows, e))
		return err_wrap(e, "seasons");
	v = NEW_N(d->arena, struct folder_season, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many seasons");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct folder_season){
		    .id = rows.v[i].id, .name = rows.v[i].name};
	v[rows.n] =
	    (struct folder_season){.id = FOLDER_NO_SEASON, .name = S("")};
	*ret = v;
	*ret_n = rows.n + 1;
	return true;
}

static int64_t
season_of(const struct sql_season_list_rows *l, int64_t day)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].from_on <= day && l->v[i].until_on >= day)
			return l->v[i].id;
	return FOLDER_NO_SEASON;
}

/* The first day from `day` on that is of no season. */
static int64_t
free_from(const struct sql_season_list_rows *l, int64_t day)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].from_on <= day && l->v[i].until_on >= day)
			return free_from(l, l->v[i].until_on + 1);
	return day;
}

/* The next days of no season from `day` on. */
static bool
next_gap(const struct sql_season_list_rows *l, int64_t day,
    struct memories_span *ret)
{
	int64_t until = memories_ever.until_on;

	day = free_from(l, day);
	if (day > until)
		return false;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].from_on > day && l->v[i].from_on <= until)
			until = l->v[i].from_on - 1;
	*ret = (struct memories_span){day, until};
	return true;
}

/* ---- what is listed ---- */

static bool
add(struct asking *q, const struct folder_item *it, struct err *e)
{
	struct folder *f = q->to;

	if (f->n == q->room) {
		size_t room = q->room == 0 ? 256 : 2 * q->room;
		struct folder_item *v =
		    NEW_N(q->d->arena, struct folder_item, room);

		if (v == NULL)
			return err_set(e, ERR_LIMIT, "too much at once");
		if (f->n > 0)
			memcpy(v, f->v, f->n * sizeof(*v));
		f->v = v;
		q->room = room;
	}
	f->v[f->n++] = *it;
	return true;
}

static bool
add_photos(struct asking *q, int64_t season, const struct memories_span *s,
    struct err *e)
{
	const struct deed *d = q->d;
	struct memories l;

	if (!memories_list(d->house, d->arena, d->org, q->viewer, q->child, s,
		d->now, d->today, &l, e))
		return false;
	q->to->left_out += l.waiting;
	for (size_t i = 0; i < l.n; i++) {
		const struct memory *m = &l.v[i];
		struct folder_item it = {.kind = MANIFEST_PHOTO,
		    .medium = m->medium,
		    .side = MEMORIES_SIDE,
		    .day = m->day,
		    .taken_at = m->taken_at,
		    .caption = m->caption,
		    .mark = m->mark,
		    .bytes = m->bytes};

		if (season_of(&q->seasons, m->day) == season && !add(q, &it, e))
			return false;
	}
	return true;
}

/* A caption as a manifest has it, or the title of where it stands. */
static str
caption_of(const struct deed *d, str caption_enc, str title_enc)
{
	str s = house_text(d->arena, d->org, "medium.caption_enc", caption_enc);

	if (s.n == 0)
		s = house_text(d->arena, d->org, "post.title_enc", title_enc);
	return utf8_clean(d->arena, s, MANIFEST_CAPTION_MAX, true, &s) ? s
								       : S("");
}

static bool
grant_of(const struct deed *d, struct arena *a, const struct viewer *v,
    int64_t medium, int side, enum permit_want want, const struct grant **ret,
    struct err *e)
{
	return permit_medium(
	    d->house, a, v, medium, side, want, d->now, d->today, ret, e);
}

/* One file, if it is this viewer's; *ret_not: not now. */
static bool
add_file(struct asking *q, struct folder_item *it, bool *ret_not, struct err *e)
{
	const struct grant *g;
	str mark;

	*ret_not = true;
	if (!grant_of(q->d, q->scratch, q->viewer, it->medium, it->side,
		PERMIT_DOWNLOAD, &g, e))
		return e->kind == ERR_BUSY || e->kind == ERR_NOT_FOUND;
	it->bytes = (uint64_t)grant_blob(g)->bytes;
	mark = grant_mark(q->scratch, q->d->org, g);
	if (it->bytes > manifest_kind_max(it->kind))
		return true;
	if (!arena_str(q->d->arena, mark.p, mark.n, &it->mark) || mark.n == 0)
		return err_set(e, ERR_LIMIT, "no room for a mark");
	*ret_not = false;
	return add(q, it, e);
}

/* The largest that there are; 0: none. */
static bool
best_lines(struct asking *q, int64_t video, int *ret, struct err *e)
{
	struct sql_medium_heights_rows rows;

	if (!sql_medium_heights(q->d->house->db, q->scratch, video, &rows, e))
		return err_wrap(e, "medium %" PRId64, video);
	*ret = rows.n == 0 ? 0 : (int)rows.v[rows.n - 1].side;
	return true;
}

/* A video that is withheld is not there for a family: not counted either. */
static bool
add_videos(struct asking *q, int64_t season, const struct memories_span *s,
    struct err *e)
{
	struct sql_memories_videos_rows rows;
	int64_t from, until;
	bool not ;

	memories_hours(q->d->org, s, &from, &until);
	if (!sql_memories_videos(q->d->house->db, q->d->arena, q->child, from,
		until, s->from_on, s->until_on, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_memories_videos_row *r = &rows.v[i];
		struct folder_item it = {.kind = MANIFEST_VIDEO,
		    .medium = r->id,
		    .day = r->taken_at == DB_NULL
			       ? r->day_on
			       : day_of(q->d->org->zone, r->taken_at),
		    .taken_at = r->taken_at};

		arena_reset(q->scratch);
		if (season_of(&q->seasons, it.day) != season)
			continue;
		it.caption = caption_of(q->d, r->caption_enc, r->title_enc);
		if (!best_lines(q, r->id, &it.side, e) ||
		    (it.side >= LINES_LEAST && !add_file(q, &it, &not, e)))
			return false;
	}
	return true;
}

/* What can be read page by page, and not be covered as a whole. */
static bool
is_read(struct asking *q, int64_t document)
{
	const struct grant *g;
	struct err ignored;

	return grant_of(q->d, q->scratch, q->viewer, document, MEDIUM_TEXT,
	    PERMIT_SEE, &g, &ignored);
}

static bool
add_documents(struct asking *q, int64_t season, const struct memories_span *s,
    struct err *e)
{
	struct sql_memories_documents_rows rows;
	bool not ;

	if (!sql_memories_documents(q->d->house->db, q->d->arena, q->child,
		q->d->today, s->from_on, s->until_on, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_memories_documents_row *r = &rows.v[i];
		struct folder_item it = {.kind = MANIFEST_DOCUMENT,
		    .medium = r->id,
		    .side = MEDIUM_PDF,
		    .day = r->day_on,
		    .taken_at = DB_NULL};

		arena_reset(q->scratch);
		if (season_of(&q->seasons, it.day) != season)
			continue;
		it.caption = caption_of(q->d, r->caption_enc, r->title_enc);
		if (!add_file(q, &it, &not, e))
			return false;
		q->to->left_out += not &&is_read(q, r->id);
	}
	return true;
}

static bool
add_span(struct asking *q, const struct folder_want *w, int64_t season,
    const struct memories_span *s, struct err *e)
{
	return (!w->photos || add_photos(q, season, s, e)) &&
	       (!w->videos || add_videos(q, season, s, e)) &&
	       (!w->documents || add_documents(q, season, s, e));
}

static bool
add_season(struct asking *q, const struct folder_want *w, int64_t season,
    struct err *e)
{
	struct memories_span s = {0, memories_ever.from_on - 1};

	for (size_t i = 0; i < q->seasons.n; i++)
		if (season != FOLDER_NO_SEASON && q->seasons.v[i].id == season)
			return add_span(q, w, season,
			    &(struct memories_span){q->seasons.v[i].from_on,
				q->seasons.v[i].until_on},
			    e);
	while (season == FOLDER_NO_SEASON &&
	       next_gap(&q->seasons, s.until_on + 1, &s))
		if (!add_span(q, w, season, &s, e))
			return false;
	return true;
}

static int
by_time(const void *a, const void *b)
{
	const struct folder_item *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->taken_at != y->taken_at)
		return x->taken_at < y->taken_at ? -1 : 1;
	return x->medium < y->medium ? -1 : x->medium > y->medium;
}

bool
folder_list(const struct deed *d, const struct viewer *v, int64_t child,
    const struct folder_want *w, struct folder *ret, struct err *e)
{
	OWNED(arena) scratch = arena_new(SCRATCH_MAX);
	struct folder f = {0};
	struct asking q = {
	    .d = d, .scratch = scratch, .viewer = v, .child = child, .to = &f};

	if (!memories_may(v, child))
		return err_set(
		    e, ERR_NOT_FOUND, "no such child for this viewer");
	if (!sql_season_list(d->house->db, d->arena, d->org->id, &q.seasons, e))
		return err_wrap(e, "seasons");
	for (size_t i = 0; i < w->n_season; i++)
		if (w->season[i].wanted &&
		    !add_season(&q, w, w->season[i].id, e))
			return false;
	if (f.n > 0)
		qsort(f.v, f.n, sizeof(f.v[0]), by_time);
	*ret = f;
	return true;
}

void
folder_count(const struct folder *f, struct folder_count *ret)
{
	*ret = (struct folder_count){0};
	for (size_t i = 0; i < f->n; i++) {
		enum manifest_kind k = f->v[i].kind;

		ret->photos += k == MANIFEST_PHOTO;
		ret->videos += k == MANIFEST_VIDEO;
		ret->documents += k == MANIFEST_DOCUMENT;
		ret->bytes += (int64_t)f->v[i].bytes;
	}
}

static bool
weigh_one(const struct deed *d, const struct viewer *v, int64_t child,
    struct folder_want w, struct folder_season *io, struct err *e)
{
	struct folder_season one = {.id = io->id, .wanted = true};
	struct folder f = {0};

	w.season = &one;
	w.n_season = 1;
	if (!folder_list(d, v, child, &w, &f, e) && e->kind != ERR_LIMIT)
		return false;
	folder_count(&f, &io->count);
	io->count.many = f.v == NULL && e->kind == ERR_LIMIT;
	return true;
}

bool
folder_weigh(const struct deed *d, const struct viewer *v, int64_t child,
    const struct folder_want *w, struct folder_season *io, size_t n,
    struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		OWNED(arena) a = arena_new(WEIGH_MAX);
		struct deed alone = *d;

		alone.arena = a;
		e->kind = ERR_NONE;
		if (!weigh_one(&alone, v, child, *w, &io[i], e))
			return false;
	}
	return true;
}

/* ---- one of them ---- */

void
folder_reading_done(struct folder_reading *r)
{
	if (r->blob == NULL)
		return;
	blob_reader_free(r->blob);
	(void)close(r->fd);
	*r = (struct folder_reading){0};
}

static bool
is_same(const struct deed *d, const struct grant *g,
    const struct folder_item *it, struct err *e)
{
	return str_eq(grant_mark(d->arena, d->org, g), it->mark) ||
	       err_set(e, ERR_CONFLICT, "it changed meanwhile");
}

static bool
read_photo(const struct deed *d, const struct viewer *v, int64_t child,
    const struct folder_item *it, memories_put *put, void *ctx, struct err *e)
{
	const struct grant *g;
	struct memory m;

	return memories_grant(d->house, d->arena, d->org, v, child, it->medium,
		   d->now, d->today, &g, &m, e) &&
	       is_same(d, g, it, e) &&
	       memories_copy(d->house, d->arena, d->org, g, put, ctx, e);
}

static bool
open_file(const struct deed *d, const struct viewer *v,
    const struct folder_item *it, struct folder_reading *r, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	const struct grant *g;
	OWNED_FD fd = -1;

	if (!grant_of(
		d, d->arena, v, it->medium, it->side, PERMIT_DOWNLOAD, &g, e) ||
	    !is_same(d, g, it, e) ||
	    !grant_open_blob(d->house, d->arena, d->org, g, &fd, &key, e) ||
	    (r->blob = blob_reader_new(fd, &key, e)) == NULL)
		return false;
	r->at = 0;
	r->fd = fd;
	fd = -1;
	return true;
}

static bool
read_file(struct folder_reading *r, memories_put *put, void *ctx, bool *ret_end,
    struct err *e)
{
	static char chunk[BLOB_CHUNK];
	size_t done = 0, n;

	do {
		if (!blob_read(r->blob, r->at, chunk, sizeof(chunk), &n, e) ||
		    (n > 0 && !put(ctx, chunk, n, e)))
			return false;
		r->at += (int64_t)n;
		done += n;
	} while (n > 0 && done < FOLDER_PIECE);
	*ret_end = n == 0;
	return true;
}

bool
folder_read(const struct deed *d, const struct viewer *v, int64_t child,
    const struct folder_item *it, struct folder_reading *r, memories_put *put,
    void *ctx, bool *ret_end, struct err *e)
{
	*ret_end = true;
	if (it->kind == MANIFEST_PHOTO)
		return read_photo(d, v, child, it, put, ctx, e);
	if (r->blob == NULL && !open_file(d, v, it, r, e))
		return false;
	if (!read_file(r, put, ctx, ret_end, e))
		return false;
	if (*ret_end)
		folder_reading_done(r);
	return true;
}
