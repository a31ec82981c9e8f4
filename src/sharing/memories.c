#include "sharing/memories.h"

#include <stdlib.h>
#include <unistd.h>

#include "line/line.h"
#include "sql_memories.h"

#define MEMORIES_VIDEO 240            /* lines that every video has */
#define SCRATCH_MAX ((size_t)8 << 20) /* one decision, one head of a file */

/* Before there was a camera, and when this one is forgotten. */
const struct memories_span memories_ever = {-100000, 200000};

/* What one picture after the other is asked with. */
struct asking {
	struct house *house;
	struct arena *arena, *scratch; /* what is kept; emptied for each */
	const struct organisation *org;
	const struct viewer *viewer;
	int64_t now, today;
	const struct memories_span *span;
};

void
memories_hours(const struct organisation *org, const struct memories_span *s,
    int64_t *ret_from, int64_t *ret_until)
{
	*ret_from = zone_utc(org->zone, day_to_civil(s->from_on));
	*ret_until = zone_utc(org->zone, day_to_civil(s->until_on + 1));
}

bool
memories_may(const struct viewer *v, int64_t child)
{
	int64_t need = RIGHT_SEE | RIGHT_DOWNLOAD;

	return viewer_is_family(v) && v->state == VIEWER_ACTIVE &&
	       (viewer_rights(v, child) & need) == need;
}

/* ---- how long a copy is ---- */

static bool
read_exactly(struct blob_reader *b, char *to, size_t n, struct err *e)
{
	for (size_t done = 0, got; done < n; done += got)
		if (!blob_read(
			b, (int64_t)done, to + done, n - done, &got, e) ||
		    got == 0)
			return false;
	return true;
}

static bool
read_head(
    struct arena *a, struct blob_reader *b, struct file *ret, struct err *e)
{
	char fixed[FILE_FIXED], *head;
	uint32_t n;

	(void)err_set(e, ERR_CORRUPT, "a rendition is cut short");
	if (!read_exactly(b, fixed, sizeof(fixed), e) ||
	    !file_head_bytes((str){fixed, sizeof(fixed)}, &n, e))
		return false;
	head = NEW_N(a, char, n);
	if (head == NULL)
		return err_set(e, ERR_LIMIT, "no room for a head");
	return read_exactly(b, head, n, e) &&
	       file_read(a, (str){head, n}, ret, e);
}

static bool
get_page(void *ctx, uint32_t page, bool covered, str *ret, struct err *e)
{
	(void)covered;
	return blob_chunk(ctx, page, NULL, ret, e);
}

static bool
measure_plan(const struct asking *q, const struct grant *g,
    const struct file *f, struct blob_reader *b, struct memory *ret,
    struct err *e)
{
	struct plan_pages pages = {get_page, b};
	struct plan_choice choice;
	OWNED(plan) p = NULL;
	str line;

	if (!grant_choice(q->scratch, q->org, g, &choice, e) ||
	    !grant_line(q->scratch, q->org, g, &line, e) ||
	    (p = plan_new(f, &choice, e)) == NULL ||
	    (line.n > 0 && !line_put(p, f, &pages, line, e)))
		return false;
	ret->bytes = plan_bytes(p);
	ret->copy_width = f->width;
	ret->copy_height = plan_height(p);
	ret->grey = f->parts == 1;
	return true;
}

static bool
measure(const struct asking *q, const struct grant *g, struct memory *ret,
    struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	OWNED(blob_reader) b = NULL;
	struct file file;
	OWNED_FD fd = -1;

	if (!grant_open_blob(q->house, q->scratch, q->org, g, &fd, &key, e) ||
	    (b = blob_reader_new(fd, &key, e)) == NULL ||
	    !read_head(q->scratch, b, &file, e))
		return false;
	return measure_plan(q, g, &file, b, ret, e);
}

/* ---- one after the other ---- */

static int64_t
day_taken(const struct organisation *org, int64_t taken_at, int64_t other)
{
	return taken_at == DB_NULL ? other : day_of(org->zone, taken_at);
}

/* Not drawn yet, damaged, lost: nothing of it is given, and the others are. */
static bool
is_one_picture(const struct err *e)
{
	return e->kind == ERR_CONFLICT || e->kind == ERR_CORRUPT ||
	       e->kind == ERR_NOT_FOUND;
}

/* One more, if it is this viewer's and does not wait. */
static bool
add(const struct asking *q, const struct sql_memories_of_child_row *row,
    struct memories *l, struct err *e)
{
	struct memory *m = &l->v[l->n];
	const struct grant *g;
	str mark;
	bool waits;

	arena_reset(q->scratch);
	if (!permit_medium(q->house, q->scratch, q->viewer, row->id,
		MEMORIES_SIDE, PERMIT_DOWNLOAD, q->now, q->today, &g, e)) {
		l->waiting += e->kind == ERR_BUSY;
		return e->kind == ERR_BUSY || e->kind == ERR_NOT_FOUND;
	}
	*m = (struct memory){.medium = row->id,
	    .taken_at = row->taken_at,
	    .day = day_taken(q->org, row->taken_at, row->day_on),
	    .width = row->width,
	    .height = row->height,
	    .masked = grant_hidden(g, &waits)};
	m->caption = house_text(
	    q->arena, q->org, "medium.caption_enc", row->caption_enc);
	m->title =
	    house_text(q->arena, q->org, "post.title_enc", row->title_enc);
	mark = grant_mark(q->scratch, q->org, g);
	if (!arena_str(q->arena, mark.p, mark.n, &m->mark) || mark.n == 0)
		return err_set(e, ERR_LIMIT, "no room for a mark");
	if (measure(q, g, m, e))
		l->n++;
	else if (is_one_picture(e))
		l->waiting++;
	else
		return false;
	return true;
}

/* They stay where they are, and are told of. */
static bool
count_videos(const struct asking *q, int64_t child, size_t *ret, struct err *e)
{
	struct sql_memories_videos_rows rows;
	const struct grant *g;
	int64_t from, until;

	memories_hours(q->org, q->span, &from, &until);
	if (!sql_memories_videos(q->house->db, q->arena, child, from, until,
		q->span->from_on, q->span->until_on, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		arena_reset(q->scratch);
		if (permit_medium(q->house, q->scratch, q->viewer, rows.v[i].id,
			MEMORIES_VIDEO, PERMIT_DOWNLOAD, q->now, q->today, &g,
			e))
			++*ret;
		else if (e->kind != ERR_NOT_FOUND)
			return false;
	}
	return true;
}

static int
by_time(const void *a, const void *b)
{
	const struct memory *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->taken_at != y->taken_at)
		return x->taken_at < y->taken_at ? -1 : 1;
	return x->medium < y->medium ? -1 : x->medium > y->medium;
}

bool
memories_list(struct house *h, struct arena *a, const struct organisation *org,
    const struct viewer *v, int64_t child, const struct memories_span *span,
    int64_t now, int64_t today, struct memories *ret, struct err *e)
{
	OWNED(arena) scratch = arena_new(SCRATCH_MAX);
	struct asking q = {h, a, scratch, org, v, now, today, span};
	struct sql_memories_of_child_rows rows;
	struct memories l = {0};
	int64_t from, until;

	if (!memories_may(v, child))
		return err_set(
		    e, ERR_NOT_FOUND, "no such child for this viewer");
	memories_hours(org, span, &from, &until);
	if (!sql_memories_of_child(h->db, a, child, from, until, span->from_on,
		span->until_on, &rows, e))
		return false;
	l.v = NEW_N(a, struct memory, rows.n + 1);
	if (l.v == NULL || rows.n > MEMORIES_MAX)
		return err_set(e, ERR_LIMIT, "too many pictures at once");
	for (size_t i = 0; i < rows.n; i++)
		if (!add(&q, &rows.v[i], &l, e))
			return false;
	if (!count_videos(&q, child, &l.videos, e))
		return false;
	qsort(l.v, l.n, sizeof(l.v[0]), by_time);
	*ret = l;
	return true;
}

bool
memories_grant(struct house *h, struct arena *a, const struct organisation *org,
    const struct viewer *v, int64_t child, int64_t medium, int64_t now,
    int64_t today, const struct grant **ret, struct memory *ret_memory,
    struct err *e)
{
	struct sql_memories_one_row row;
	const struct grant *g;
	bool found;

	if (!memories_may(v, child))
		return err_set(
		    e, ERR_NOT_FOUND, "no such child for this viewer");
	if (!sql_memories_one(h->db, a, medium, child, &found, &row, e) ||
	    !permit_medium(h, a, v, medium, MEMORIES_SIDE, PERMIT_DOWNLOAD, now,
		today, &g, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "the child is not in it");
	*ret_memory = (struct memory){.medium = medium,
	    .taken_at = row.taken_at,
	    .caption =
		house_text(a, org, "medium.caption_enc", row.caption_enc),
	    .mark = grant_mark(a, org, g)};
	*ret = g;
	return true;
}

/* ---- the copy itself ---- */

/* The page of each area that was opened last: they are read in turns. */
struct opened_page {
	bool there;
	uint32_t number;
	uint8_t work[BLOB_WORK];
	str bytes;
};

struct copying {
	struct blob_reader *blob;
	struct opened_page page[2];
};

static bool
get_any_page(void *ctx, uint32_t number, bool covered, str *ret, struct err *e)
{
	struct copying *c = ctx;
	struct opened_page *p = &c->page[covered ? 1 : 0];

	if (!p->there || p->number != number) {
		p->there = blob_chunk(c->blob, number, p->work, &p->bytes, e);
		p->number = number;
	}
	*ret = p->bytes;
	return p->there;
}

static bool
copy_plan(const struct asking *q, const struct grant *g, struct blob_reader *b,
    memories_put *put, void *ctx, struct err *e)
{
	static struct copying c;
	struct plan_pages pages = {get_any_page, &c};
	static char chunk[FILE_PAGE];
	struct plan_choice choice;
	OWNED(plan) p = NULL;
	struct file file;
	uint64_t at = 0;
	size_t n;
	str line;

	c = (struct copying){.blob = b};
	if (!read_head(q->scratch, b, &file, e) ||
	    !grant_choice(q->scratch, q->org, g, &choice, e) ||
	    !grant_line(q->scratch, q->org, g, &line, e) ||
	    (p = plan_new(&file, &choice, e)) == NULL ||
	    (line.n > 0 && !line_put(p, &file, &pages, line, e)))
		return false;
	do {
		if (!plan_read(p, &pages, at, chunk, sizeof(chunk), &n, e) ||
		    (n > 0 && !put(ctx, chunk, n, e)))
			return false;
		at += n;
	} while (n > 0);
	return at == plan_bytes(p) ||
	       err_set(e, ERR_CORRUPT, "a copy is cut short");
}

bool
memories_copy(struct house *h, struct arena *a, const struct organisation *org,
    const struct grant *g, memories_put *put, void *ctx, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	struct asking q = {.house = h, .arena = a, .scratch = a, .org = org};
	OWNED(blob_reader) b = NULL;
	OWNED_FD fd = -1;

	return grant_open_blob(h, a, org, g, &fd, &key, e) &&
	       (b = blob_reader_new(fd, &key, e)) != NULL &&
	       copy_plan(&q, g, b, put, ctx, e);
}
