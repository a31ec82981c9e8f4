#include "sharing/pieces.h"

#include <inttypes.h>

#include "sharing/blob_key.h"
#include "sql_blob.h"
#include "sql_medium.h"

static struct pieces
pieces_of(const struct deed *d, const struct sql_medium_pieces_row *row)
{
	bool coming = str_eq(row->state, S("receiving"));

	return (struct pieces){.medium = row->id,
	    .length = row->upload_bytes,
	    .offset = coming ? 0 : row->upload_bytes,
	    .until = coming ? row->upload_seen_at + PIECES_SILENT_S : 0,
	    .words = house_text(d->arena, d->org, "medium.upload_words_enc",
		row->upload_words_enc)};
}

bool
pieces_begin(const struct deed *d, const struct grant *g,
    const struct http_tus *tus, struct pieces *ret, struct err *e)
{
	struct upload_plan plan = {.name = tus->name, .words = tus->words};
	struct upload_made made;

	if (tus->length > UPLOAD_VIDEO_MAX)
		return err_set(e, ERR_LIMIT, "too much is promised");
	if (tus->length == 0)
		return err_set(e, ERR_INPUT, "nothing is promised");
	plan.bytes = (int64_t)tus->length;
	if (!upload_make(d, g, &plan, &made, e))
		return false;
	key_done(&made.key);
	(void)close(made.fd);
	*ret = (struct pieces){.medium = made.medium,
	    .length = plan.bytes,
	    .until = d->now + PIECES_SILENT_S,
	    .words = plan.words};
	return true;
}

/* ---- what is there ---- */

static bool
find(const struct deed *d, const struct grant *g, int64_t medium,
    struct sql_medium_pieces_row *ret, struct err *e)
{
	bool found;

	if (grant_want(g) != PERMIT_EDIT)
		return err_set(e, ERR_NOT_FOUND, "no leave to change");
	if (!sql_medium_pieces(d->house->db, d->arena, medium, grant_post(g),
		d->actor, &found, ret, e))
		return err_wrap(e, "post %" PRId64, grant_post(g));
	return found || err_set(e, ERR_NOT_FOUND, "no such upload");
}

/* Whole, too late, or still to come. */
static enum pieces_answer
stand(const struct deed *d, const struct sql_medium_pieces_row *row)
{
	if (!str_eq(row->state, S("receiving")))
		return PIECES_WHOLE;
	return row->upload_seen_at + PIECES_SILENT_S > d->now ? PIECES_GO
							      : PIECES_GONE;
}

static bool
open_file(const struct deed *d, const struct sql_medium_pieces_row *row,
    bool alone, int *ret_fd, struct key *ret_key, struct err *e)
{
	char *name = arena_cstr(d->arena, row->name);

	if (name == NULL)
		return err_set(e, ERR_LIMIT, "no room for a name");
	return blob_key_unwrap(
		   d->arena, d->org, row->name, row->key_wrapped, ret_key, e) &&
	       blob_open_incoming(d->house->blobs, name, alone, ret_fd, e);
}

/* A file that is busy or lost is an answer, not a failure. */
static bool
answer_open(enum pieces_answer *ret, struct err *e)
{
	if (e->kind != ERR_BUSY && e->kind != ERR_NOT_FOUND)
		return false;
	*ret = e->kind == ERR_BUSY ? PIECES_BUSY : PIECES_GONE;
	return true;
}

/* A file is put into its place before the rows that say so are committed: who
 * finds it gone asks again when nobody writes. */
static bool
ask_again(const struct deed *d, const struct grant *g, int64_t medium,
    struct pieces *p, enum pieces_answer *answer, struct err *e)
{
	struct sql_medium_pieces_row row;
	bool found;

	if (!db_begin(d->house->db, e))
		return false;
	found = find(d, g, medium, &row, e);
	db_rollback(d->house->db);
	if (!found)
		return false;
	*p = pieces_of(d, &row);
	if (stand(d, &row) == PIECES_WHOLE)
		*answer = PIECES_WHOLE;
	return true;
}

/* *answer stays, or says why there is no file. */
static bool
open_or_answer(const struct deed *d, const struct grant *g,
    const struct sql_medium_pieces_row *row, bool alone, int *ret_fd,
    struct key *ret_key, struct pieces *p, enum pieces_answer *answer,
    struct err *e)
{
	if (open_file(d, row, alone, ret_fd, ret_key, e))
		return true;
	return answer_open(answer, e) &&
	       (*answer != PIECES_GONE ||
		   ask_again(d, g, row->id, p, answer, e));
}

/* What was not compared with its checksum does not count. */
static int64_t
up_to_floor(const struct sql_medium_pieces_row *row, int64_t durable)
{
	return row->upload_floor != DB_NULL && row->upload_floor < durable
		   ? row->upload_floor
		   : durable;
}

bool
pieces_look(const struct deed *d, const struct grant *g, int64_t medium,
    struct pieces *ret, enum pieces_answer *answer, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	struct sql_medium_pieces_row row;
	int64_t durable;
	OWNED_FD fd = -1;

	if (!find(d, g, medium, &row, e))
		return false;
	*ret = pieces_of(d, &row);
	*answer = stand(d, &row);
	if (*answer != PIECES_GO)
		return true;
	if (!open_or_answer(d, g, &row, false, &fd, &key, ret, answer, e))
		return false;
	if (*answer != PIECES_GO)
		return true;
	if (!blob_durable(fd, &key, &durable, e))
		return false;
	ret->offset = up_to_floor(&row, durable);
	return true;
}

/* ---- a piece ---- */

/* The file ends where the next piece begins, also if we die now. */
static bool
cut_back(int fd, const struct key *key, int64_t at, struct err *e)
{
	OWNED(blob_writer) w = blob_writer_resume(fd, key, at, e);

	return w != NULL && blob_pause(w, e);
}

static bool
measure(const struct sql_medium_pieces_row *row, int fd, const struct key *key,
    int64_t *ret_offset, struct err *e)
{
	int64_t durable;

	if (!blob_durable(fd, key, &durable, e))
		return false;
	*ret_offset = up_to_floor(row, durable);
	return *ret_offset == durable || cut_back(fd, key, *ret_offset, e);
}

static bool
note_leave(const struct deed *d, int64_t medium, int64_t floor, struct err *e)
{
	struct db *db = d->house->db;
	int64_t rows;

	if (!db_begin(db, e))
		return false;
	if (sql_medium_pieces_go(db, d->now, floor, medium, &rows, e) &&
	    db_commit(db, e))
		return rows == 1 || err_set(e, ERR_NOT_FOUND, "no such upload");
	db_rollback(db);
	return false;
}

static enum pieces_answer
judge(const struct pieces *p, const struct http_tus *tus, uint64_t bytes)
{
	if (tus->offset != (uint64_t)p->offset)
		return PIECES_OFFSET;
	return bytes != HTTP_NO_BYTES &&
		       bytes > (uint64_t)(p->length - p->offset)
		   ? PIECES_LONG
		   : PIECES_GO;
}

/* Alone with the file: what the row said before may be old. */
static bool
measure_alone(const struct deed *d, const struct grant *g, int64_t medium,
    int fd, const struct key *key, struct pieces *p, enum pieces_answer *answer,
    struct err *e)
{
	struct sql_medium_pieces_row row;

	if (!find(d, g, medium, &row, e))
		return false;
	*answer = stand(d, &row);
	return *answer != PIECES_GO || measure(&row, fd, key, &p->offset, e);
}

bool
pieces_open(const struct deed *d, const struct grant *g, int64_t medium,
    const struct http_tus *tus, uint64_t bytes, struct pieces *p,
    struct http_file_go *ret, int *ret_fd, enum pieces_answer *answer,
    struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	struct sql_medium_pieces_row row;
	OWNED_FD fd = -1;

	if (!find(d, g, medium, &row, e))
		return false;
	*p = pieces_of(d, &row);
	*answer = stand(d, &row);
	if (*answer == PIECES_GO &&
	    !open_or_answer(d, g, &row, true, &fd, &key, p, answer, e))
		return false;
	if (*answer == PIECES_GO &&
	    !measure_alone(d, g, medium, fd, &key, p, answer, e))
		return false;
	if (*answer == PIECES_GO ||
	    (*answer == PIECES_WHOLE && tus->offset != (uint64_t)p->length))
		*answer = judge(p, tus, bytes);
	if (*answer != PIECES_GO)
		return true;
	if (!note_leave(d, medium, tus->summed ? p->offset : DB_NULL, e))
		return false;
	ret->handle = (uint64_t)medium;
	ret->max_bytes = ret->total = (uint64_t)p->length;
	ret->from = (uint64_t)p->offset;
	ret->key = key;
	*ret_fd = fd;
	fd = -1;
	return true;
}

static bool
forget(const struct deed *d, const struct sql_medium_pieces_row *row,
    struct err *e)
{
	char *name = arena_cstr(d->arena, row->name);
	int64_t rows;

	if (name == NULL)
		return err_set(e, ERR_LIMIT, "no room for a name");
	return sql_blob_forget(d->house->db, row->id, &rows, e) &&
	       sql_medium_forget(d->house->db, row->id, &rows, e) &&
	       blob_remove(d->house->blobs, name, e);
}

static bool
keep(const struct deed *d, struct pieces *p, const struct http_file *f,
    struct err *e)
{
	int64_t rows;

	p->offset = (int64_t)f->bytes;
	p->until = d->now + PIECES_SILENT_S;
	return sql_medium_pieces_kept(d->house->db, p->medium, &rows, e);
}

static bool
end_rows(const struct deed *d, const struct grant *g, const struct http_file *f,
    const struct sql_medium_pieces_row *row, struct pieces *p,
    enum upload_fate *ret_fate, enum pieces_answer *answer, struct err *e)
{
	switch ((enum http_file_state)f->state) {
	case HTTP_FILE_WHOLE:
		if (f->bytes != (uint64_t)p->length)
			return err_set(e, ERR_INPUT, "not what was promised");
		*answer = PIECES_WHOLE;
		p->offset = p->length;
		p->until = 0;
		return upload_end(d, g, f, ret_fate, e);
	case HTTP_FILE_PART:
		*answer = PIECES_GO;
		return keep(d, p, f, e);
	case HTTP_FILE_TOO_BIG:
		*answer = PIECES_LONG;
		return true;
	case HTTP_FILE_WRONG:
		*answer = PIECES_WRONG;
		return true;
	case HTTP_FILE_DAMAGED:
		*answer = PIECES_GONE;
		return forget(d, row, e);
	case HTTP_FILE_CUT:
	case HTTP_FILE_FAILED:
	case HTTP_FILE_STATES:
		break;
	}
	return err_set(e, ERR_FULL, "a piece was not kept");
}

static bool
end_piece(const struct deed *d, const struct grant *g,
    const struct http_file *f, struct pieces *p, enum upload_fate *ret_fate,
    enum pieces_answer *answer, struct err *e)
{
	struct sql_medium_pieces_row row;

	if (f->handle > INT64_MAX)
		return err_set(e, ERR_NOT_FOUND, "no such upload");
	if (!find(d, g, (int64_t)f->handle, &row, e))
		return false;
	*p = pieces_of(d, &row);
	if (p->until == 0 || f->bytes > (uint64_t)p->length)
		return err_set(e, ERR_NOT_FOUND, "nothing more is to come");
	return end_rows(d, g, f, &row, p, ret_fate, answer, e);
}

/* What came is on the disk before anybody hears of it. */
static bool
sync_piece(const struct deed *d, const struct grant *g,
    const struct http_file *f, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	struct sql_medium_pieces_row row;
	OWNED_FD fd = -1;

	if (f->state != HTTP_FILE_WHOLE && f->state != HTTP_FILE_PART)
		return true;
	if (f->handle > INT64_MAX)
		return err_set(e, ERR_NOT_FOUND, "no such upload");
	return find(d, g, (int64_t)f->handle, &row, e) &&
	       open_file(d, &row, false, &fd, &key, e) && blob_sync(fd, e);
}

bool
pieces_end(const struct deed *d, const struct grant *g,
    const struct http_file *f, struct pieces *p, enum upload_fate *ret_fate,
    enum pieces_answer *answer, struct err *e)
{
	struct db *db = d->house->db;

	if (!sync_piece(d, g, f, e) || !db_begin(db, e))
		return false;
	if (end_piece(d, g, f, p, ret_fate, answer, e) && db_commit(db, e))
		return true;
	db_rollback(db);
	return false;
}

bool
pieces_drop(const struct deed *d, const struct grant *g, int64_t medium,
    enum pieces_answer *answer, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	struct sql_medium_pieces_row row;
	OWNED_FD fd = -1;

	if (!find(d, g, medium, &row, e))
		return false;
	*answer = stand(d, &row);
	if (*answer == PIECES_WHOLE)
		return true;
	*answer = PIECES_GO;
	if (!open_file(d, &row, true, &fd, &key, e)) {
		if (!answer_open(answer, e))
			return false;
		if (*answer == PIECES_BUSY)
			return true;
	}
	*answer = PIECES_GO;
	return forget(d, &row, e);
}
