#include "jobs/index_build.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "jobs/index_file.h"
#include "list/list.h"
#include "list/reel.h"
#include "match/builder.h"
#include "sql_list.h"
#include "sql_match_index.h"
#include "sql_rescan.h"

#define ARENA_MAX ((size_t)64 << 20) /* rows of lists, entries that are off */
#define VALUES_MAX ((uint64_t)2 << 30)
#define SLICE_MS 20
#define SLICE_ENTRIES 2000
#define SYNC_BYTES ((off_t)32 << 20)

/* One list, as it was when the build began. */
struct part {
	int64_t list, generation;
	str file, made_of;
	struct list_off *off;
	str damaged; /* what is wrong with its file; "": nothing */
	str file_state;
};

/* The frames of one listed video: entries that stand side by side. */
struct film {
	struct vpdq_frame *v;
	size_t n, cap;
	char id[ENTRY_TEXT_MAX + 1];
	uint32_t record, entry;
};

struct index_build {
	struct arena *arena;
	struct match_builder *builder;
	uint8_t stamp[LIST_STAMP_BYTES];
	int64_t generation, seen_at;
	struct part *part;
	size_t n_parts, at;
	struct entries *file; /* of part[at], or NULL */
	uint64_t number;      /* of its next entry */
	struct film film;
	struct reel *reel; /* of part[at], the .tmk under way */
	uint64_t reel_entry;
	bool reel_off;
	uint64_t added, left_out;
	int fd; /* of the file under way, or -1 */
	off_t synced;
	bool written;
};

void
index_build_free(struct index_build *b)
{
	if (b == NULL)
		return;
	entries_free(b->file);
	if (b->fd != -1)
		(void)close(b->fd);
	match_builder_free(b->builder);
	arena_free(b->arena);
	free(b->film.v);
	free(b->reel);
	free(b);
}

DEFINE_OWNED(index_build)

/* ---- what goes into it ---- */

/* Thresholds for the index, and all that decides whom the list can hit. */
static bool
describe(struct index_build *b, struct db *db,
    const struct sql_list_enabled_row *l, struct match_index_list *ret,
    str *ret_made_of, struct err *e)
{
	CLEANUP(buf_done) struct buf text = BUF_MAX(4096);
	struct sql_list_kinds_rows kinds;
	struct sql_match_index_restored_row on;

	if (!sql_list_kinds(db, b->arena, l->id, &kinds, e) ||
	    !sql_match_index_restored(db, b->arena, l->id, &on, e))
		return false;
	match_index_list_init(ret, (uint32_t)l->id);
	(void)snprintf(ret->provenance, sizeof(ret->provenance), STR_FMT,
	    STR_ARG(l->name));
	buf_printf(&text, "%" PRId64 " %" PRId64, l->generation, on.at);
	for (size_t i = 0; i < kinds.n; i++) {
		int64_t k = kinds.v[i].hash_kind;

		buf_printf(
		    &text, " %" PRId64 ":%" PRId64, k, kinds.v[i].threshold);
		if (k > HASH_NONE && k < HASH_KINDS &&
		    kinds.v[i].threshold >= 0 &&
		    kinds.v[i].threshold <= UINT32_MAX)
			ret->distance[k] = (uint32_t)kinds.v[i].threshold;
		if (k == HASH_TMK)
			ret->level2 =
			    (float)(1 - (double)kinds.v[i].threshold / 1000);
	}
	if (text.full || !arena_str(b->arena, text.p, text.n, ret_made_of))
		return err_set(e, ERR_LIMIT, "a list of too many kinds");
	return true;
}

static bool
add_part(struct index_build *b, struct db *db,
    const struct sql_list_enabled_row *l, struct err *e)
{
	struct part *p = &b->part[b->n_parts];
	struct match_index_list facts;

	if (l->id <= 0 || l->id > UINT32_MAX)
		return err_set(e, ERR_LIMIT, "list %" PRId64, l->id);
	p->list = l->id;
	p->generation = l->generation;
	p->file = l->entries_file;
	p->damaged = p->file_state = S("");
	if (!describe(b, db, l, &facts, &p->made_of, e) ||
	    !list_off_read(db, b->arena, l->id, &p->off, e) ||
	    !match_builder_list(b->builder, &facts, e))
		return err_wrap(e, "list %" PRId64, l->id);
	b->n_parts++;
	return true;
}

/* All of one moment, so that the stamp is that of what is read. */
static bool
look(struct index_build *b, struct db *db, struct err *e)
{
	struct sql_list_enabled_rows lists;
	struct sql_match_index_now_row now;
	bool found;

	if (!list_stamp(db, b->arena, b->stamp, e) ||
	    !sql_list_enabled(db, b->arena, &lists, e) ||
	    !sql_match_index_now(db, b->arena, &found, &now, e))
		return false;
	b->generation = found ? now.generation + 1 : 1;
	b->part = NEW_N(b->arena, struct part, lists.n + 1);
	if (b->part == NULL)
		return err_set(e, ERR_LIMIT, "too many lists");
	for (size_t i = 0; i < lists.n; i++)
		if (!add_part(b, db, &lists.v[i], e))
			return false;
	return true;
}

struct index_build *
index_build_new(struct house *h, struct err *e)
{
	OWNED(index_build) b = calloc(1, sizeof(*b));
	bool good;

	if (b == NULL) {
		(void)err_sys(e, "index");
		return NULL;
	}
	b->fd = -1;
	b->arena = arena_new(ARENA_MAX);
	b->builder = match_builder_new(VALUES_MAX, e);
	b->reel = calloc(1, sizeof(*b->reel));
	if (b->reel == NULL)
		(void)err_sys(e, "index");
	if (b->reel == NULL || b->builder == NULL || !db_look(h->db, e))
		return NULL;
	b->seen_at = house_now(h);
	good = look(b, h->db, e);
	db_look_end(h->db);
	if (!good) {
		(void)err_wrap(e, "index of lists");
		return NULL;
	}
	return TAKE(b);
}

/* ---- reading ---- */

static bool
end_film(struct index_build *b, struct err *e)
{
	const struct vpdq video = {b->film.v, b->film.n};

	if (b->film.n == 0)
		return true;
	b->film.n = 0;
	/* Whoever made the list chose the frames. */
	return match_builder_video(b->builder, &video, 0,
	    (uint32_t)b->part[b->at].list, b->film.entry, e);
}

static bool
add_frame(struct index_build *b, const struct entry *n, struct err *e)
{
	struct film *f = &b->film;
	bool same =
	    f->n > 0 && f->record == n->record && str_eq(str_c(f->id), n->id);

	if (!same && !end_film(b, e))
		return false;
	if (!same) {
		f->record = n->record;
		f->entry = (uint32_t)b->number;
		(void)snprintf(f->id, sizeof(f->id), STR_FMT, STR_ARG(n->id));
	}
	if (f->n == f->cap) {
		size_t cap = f->cap == 0 ? 256 : 2 * f->cap;
		struct vpdq_frame *v = reallocarray(f->v, cap, sizeof(*v));

		if (v == NULL)
			return err_sys(e, "frames");
		f->v = v;
		f->cap = cap;
	}
	f->v[f->n] = (struct vpdq_frame){.number = (int64_t)f->n,
	    .quality = n->quality < 0 ? 100 : n->quality,
	    .hash = pdq_of_bytes((const uint8_t *)n->value.p)};
	f->n++;
	return true;
}

/* A video is off when its first part is. */
static bool
add_reel_part(struct index_build *b, const struct entry *n, struct err *e)
{
	const struct part *p = &b->part[b->at];
	struct reel *r = b->reel;

	if (reel_part_is_first(n->value)) {
		b->reel_off = list_off_has(p->off, n->kind, n->value);
		b->reel_entry = b->number;
	}
	if (b->reel_off)
		return true;
	if (!reel_add(r, n->value, e))
		return false;
	if (!reel_is_whole(r))
		return true;
	r->n = 0;
	b->added++;
	if (match_builder_add(b->builder, HASH_TMK,
		(str){(const char *)r->file, sizeof(r->file)},
		(uint32_t)p->list, (uint32_t)b->reel_entry, e))
		return true;
	if (e->kind == ERR_INPUT) /* it was checked when it was imported */
		e->kind = ERR_CORRUPT;
	return false;
}

/* What was gathered of one video is no part of the next list. */
static void
forget_reel(struct index_build *b)
{
	b->reel->n = 0;
	b->reel_off = false;
}

static bool
end_reel(struct index_build *b, struct err *e)
{
	return b->reel->n == 0 ||
	       err_set(e, ERR_CORRUPT, "parts of a video are missing");
}

static bool
add_entry(struct index_build *b, const struct entry *n, struct err *e)
{
	const struct part *p = &b->part[b->at];

	if (n->kind == HASH_TMK)
		return add_reel_part(b, n, e);
	if (list_off_has(p->off, n->kind, n->value))
		return true;
	if (n->kind == HASH_VPDQ && n->value.n == PDQ_BITS / 8) {
		b->added++;
		return add_frame(b, n, e);
	}
	/* Kept in the list, compared by nothing here. */
	if (!hash_kind_is_fixed((enum hash_kind)n->kind)) {
		b->left_out++;
		return true;
	}
	b->added++;
	return match_builder_add(b->builder, (enum hash_kind)n->kind, n->value,
	    (uint32_t)p->list, (uint32_t)b->number, e);
}

static bool
open_part(struct index_build *b, const struct house *h, struct err *e)
{
	const struct part *p = &b->part[b->at];
	str path = arena_fmt(b->arena, "%s/" LISTS_FOLDER "/" STR_FMT,
	    h->conf->data, STR_ARG(p->file));
	const char *name = path.p == NULL ? NULL : arena_cstr(b->arena, path);

	if (name == NULL)
		return err_set(e, ERR_LIMIT, "a long path");
	b->file = entries_open(name, e);
	if (b->file == NULL)
		return false;
	if (entries_list(b->file) != p->list ||
	    entries_generation(b->file) != p->generation)
		return err_set(
		    e, ERR_CORRUPT, "the file is of another list or time");
	b->number = 0;
	return true;
}

/* Some entries of the list that is open; at its end, the next one's turn. */
static bool
read_some(struct index_build *b, struct err *e)
{
	struct entry entry;
	bool more = true;

	for (int i = 0; i < SLICE_ENTRIES; i++) {
		if (!entries_next(b->file, &entry, &more, e))
			return false;
		if (!more)
			break;
		if (!add_entry(b, &entry, e))
			return err_wrap(e, "entry %" PRIu64, b->number);
		b->number++;
	}
	if (more)
		return true;
	if (!end_film(b, e) || !end_reel(b, e))
		return false;
	forget_reel(b);
	entries_free(b->file);
	b->file = NULL;
	b->at++;
	return true;
}

/* Our own data, or the disk that it lies on: not memory, and not a limit. */
static bool
is_of_file(const struct err *e)
{
	return e->kind == ERR_CORRUPT || e->kind == ERR_NOT_FOUND ||
	       (e->kind == ERR_IO && e->sys != ENOMEM && e->sys != EMFILE &&
		   e->sys != ENFILE);
}

/* The others count all the same, and what stands before the fault does. */
static bool
end_damaged(struct index_build *b, const struct conf *c, const struct err *why,
    struct err *e)
{
	struct part *p = &b->part[b->at];

	if (!is_of_file(why)) {
		*e = *why;
		return false;
	}
	log_err(LOG_LEVEL_ERROR, why, "index");
	if (!arena_str(b->arena, why->msg, strlen(why->msg), &p->damaged) ||
	    !index_file_state(c, b->arena, p->file, &p->file_state, e) ||
	    !end_film(b, e))
		return false;
	forget_reel(b);
	entries_free(b->file);
	b->file = NULL;
	b->at++;
	return true;
}

static bool
read_slice(struct index_build *b, const struct house *h, struct err *e)
{
	int64_t until = clock_ms() + SLICE_MS;
	struct err why;

	while (b->at < b->n_parts && clock_ms() < until) {
		if ((b->file != NULL || open_part(b, h, &why)) &&
		    read_some(b, &why))
			continue;
		(void)err_wrap(&why, "list %" PRId64, b->part[b->at].list);
		if (!end_damaged(b, h->conf, &why, e))
			return false;
	}
	return true;
}

/* ---- the file ---- */

static bool
begin_file(struct index_build *b, const struct conf *c, struct err *e)
{
	return index_file_begin(c, b->generation, &b->fd, e) &&
	       match_builder_begin(
		   b->builder, b->fd, (uint64_t)b->generation, e);
}

/* To the disk in pieces: all at the end would take seconds. */
static bool
sync_some(struct index_build *b, bool last, struct err *e)
{
	struct stat st;

	if (fstat(b->fd, &st) == -1)
		return err_sys(e, "index");
	if (!last && st.st_size - b->synced < SYNC_BYTES)
		return true;
	b->synced = st.st_size;
	return fsync(b->fd) == 0 || err_sys(e, "index");
}

static bool
write_slice(struct index_build *b, struct err *e)
{
	int64_t until = clock_ms() + SLICE_MS;

	do {
		if (!match_builder_step(b->builder, &b->written, e) ||
		    !sync_some(b, b->written, e))
			return false;
	} while (!b->written && clock_ms() < until);
	return true;
}

/* ---- what the database says of it ---- */

static bool
note_part(struct index_build *b, struct db *db, const struct part *p,
    int64_t now, struct err *e)
{
	struct sql_match_index_list_of_row old;
	int64_t rows;
	bool found;

	if (!sql_match_index_list_of(db, b->arena, p->list, &found, &old, e))
		return false;
	return (found && str_eq(old.made_of, p->made_of)) ||
	       sql_rescan_add(db, p->list, now, &rows, e);
}

static bool
note(struct index_build *b, struct db *db, int64_t now, struct err *e)
{
	int64_t rows;

	for (size_t i = 0; i < b->n_parts; i++)
		if (!note_part(b, db, &b->part[i], now, e))
			return false;
	if (!sql_match_index_list_clear(db, &rows, e))
		return false;
	for (size_t i = 0; i < b->n_parts; i++)
		if (!sql_match_index_list_add(db, b->part[i].list,
			b->part[i].generation, b->part[i].made_of,
			b->part[i].file, b->part[i].damaged,
			b->part[i].file_state, &rows, e))
			return false;
	return sql_rescan_drop_gone(db, &rows, e) &&
	       sql_match_index_set(db, b->generation,
		   (str){(const char *)b->stamp, sizeof(b->stamp)},
		   (int64_t)b->added, now, b->seen_at, &rows, e);
}

static bool
finish(struct index_build *b, struct house *h, struct err *e)
{
	if (!index_file_place(h->conf, b->generation, e) || !db_begin(h->db, e))
		return false;
	if (!note(b, h->db, house_now(h), e) || !db_commit(h->db, e)) {
		db_rollback(h->db);
		return false;
	}
	log_info("index generation=%" PRId64 " lists=%zu entries=%" PRIu64
		 " left_out=%" PRIu64,
	    b->generation, b->n_parts, b->added, b->left_out);
	return true;
}

/* Reading, then writing, then its place. */
static bool
step(struct index_build *b, struct house *h, bool *ret_done, struct err *e)
{
	*ret_done = false;
	if (b->at < b->n_parts)
		return read_slice(b, h, e);
	if (b->fd == -1)
		return begin_file(b, h->conf, e);
	if (!b->written)
		return write_slice(b, e);
	*ret_done = finish(b, h, e);
	return *ret_done;
}

bool
index_build_step(
    struct index_build *b, struct house *h, bool *ret_done, struct err *e)
{
	if (step(b, h, ret_done, e))
		return true;
	if (b->fd != -1)
		index_file_drop(h->conf, b->generation);
	return err_wrap(e, "index of lists");
}
