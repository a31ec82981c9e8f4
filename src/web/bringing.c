/* bringing — a family brings a file from another house: whole or in pieces;
 * confirms, and takes it back. */
#include <inttypes.h>

#include "erasure/erasure.h"
#include "sql_arriving.h"
#include "sql_medium.h"
#include "web/member.h"
#include "web/moving.h"
#include "web/pieces.h"
#include "web/share.h"

static bool
own_arriving(struct request *r, int64_t id, struct arriving *ret, struct err *e)
{
	struct deed d = member_deed(r);
	bool found = true;

	if (!arrive_may(r->viewer, r->id[0]))
		return err_set(e, ERR_NOT_FOUND, "no child of this viewer");
	if (!(id != 0 ? arrive_load(&d, id, ret, e)
		      : arrive_of_child(&d, r->id[0], &found, ret, e)))
		return false;
	return (found && ret->child == r->id[0] &&
		   ret->bringer == r->viewer->account) ||
	       err_set(e, ERR_NOT_FOUND, "another's");
}

/* In a transaction of its own: the form comes behind the file. */
static bool
file_open(struct request *r, struct http_file_go *ret, int *ret_fd,
    struct response *out, struct err *e)
{
	CLEANUP(parcel_file_done) struct parcel_file f = PARCEL_FILE;
	struct deed d = member_deed(r);
	struct db *db = r->house->db;
	int64_t id;

	(void)out;
	if (!arrive_may(r->viewer, r->id[0]))
		return err_set(e, ERR_NOT_FOUND, "no child of this viewer");
	if (!db_begin(db, e))
		return false;
	if (!arrive_begin(&d, r->id[0], DB_NULL, &id, &f, e) ||
	    !db_commit(db, e)) {
		db_rollback(db);
		return false;
	}
	ret->handle = (uint64_t)id;
	ret->max_bytes = ARRIVE_SMALL_MAX;
	ret->key = f.key;
	*ret_fd = f.fd;
	f.fd = -1;
	return true;
}

static bool
file_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	enum pieces_answer a;
	struct arriving m;
	struct pieces p;

	if (r->http->n_file != 1 || r->http->file[0].handle > INT64_MAX)
		return moving_see(r, out, N_("Choose the file first."));
	if (!own_arriving(r, (int64_t)r->http->file[0].handle, &m, e) ||
	    !arrive_came(&d, &m, &r->http->file[0], &p, &a, e))
		return false;
	if (a == PIECES_LONG)
		return moving_see(r, out,
		    N_("Without scripts a file may have 40 MB at most. Allow "
		       "this page its script, and send it again."));
	return moving_see(r, out,
	    a == PIECES_WHOLE
		? N_("The file is here, and is being checked.")
		: N_("The file did not come whole. Send it again."));
}

static bool
confirm_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct arriving m;

	return own_arriving(r, 0, &m, e) && arrive_confirm(&d, &m, e) &&
	       moving_see(r, out,
		   N_("Agreed. The folder is being taken in, picture by "
		      "picture."));
}

/* Its albums, by permit.h; held by law: ERR_CONFLICT. */
static bool
erase_albums(struct request *r, const struct arriving *m,
    struct photos_gone *gone, struct err *e)
{
	struct sql_arriving_posts_rows posts;
	struct sql_medium_of_post_rows media;
	struct deed d = member_deed(r);
	const struct grant *g;
	int64_t *v = NEW_N(r->arena, int64_t, MANIFEST_PARTS_MAX);

	gone->medium = v;
	gone->n = 0;
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the pictures");
	if (!sql_arriving_posts(r->house->db, r->arena, m->id, &posts, e))
		return false;
	for (size_t i = 0; i < posts.n; i++) {
		if (!str_eq(posts.v[i].state, S("published")))
			continue;
		if (!share_post(r, posts.v[i].id, PERMIT_EDIT, &g, e) ||
		    !sql_medium_of_post(
			r->house->db, r->arena, posts.v[i].id, &media, e))
			return false;
		for (size_t k = 0; k < media.n && gone->n < MANIFEST_PARTS_MAX;
		     k++) {
			if (!erasure_medium(
				r->house, r->arena, media.v[k].id, r->now, e))
				return false;
			v[gone->n++] = media.v[k].id;
		}
		if (!post_withdraw(&d, g, false, e))
			return false;
	}
	return true;
}

static bool
forget_do(struct request *r, struct response *out, struct err *e)
{
	struct photos_gone *gone = NEW(r->arena, struct photos_gone);
	struct deed d = member_deed(r);
	struct arriving m;

	if (gone == NULL)
		return err_set(e, ERR_LIMIT, "no room for the pictures");
	if (!own_arriving(r, 0, &m, e))
		return false;
	if (m.state == ARRIVE_CONFIRMED)
		return err_set(e, ERR_CONFLICT, "it is being taken in");
	if (!erase_albums(r, &m, gone, e) || !arrive_end(&d, &m, e))
		return false;
	if (gone->n > 0)
		share_photos_go(out, gone);
	else
		(void)moving_goes(r, out, m.name);
	return moving_see(
	    r, out, N_("What was brought is gone from here for good."));
}

/* ---- in pieces ---- */

static bool
begin_do(struct request *r, struct response *out, struct err *e)
{
	CLEANUP(parcel_file_done) struct parcel_file f = PARCEL_FILE;
	struct deed d = member_deed(r);
	struct pieces p = {0};
	uint64_t length = r->http->tus.length;

	if (!arrive_may(r->viewer, r->id[0]))
		return err_set(e, ERR_NOT_FOUND, "no child of this viewer");
	if (length > (uint64_t)ARRIVE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "too much is promised");
	p.length = (int64_t)length;
	p.until = r->now + ARRIVE_COMING_S;
	if (!arrive_begin(&d, r->id[0], p.length, &p.medium, &f, e))
		return false;
	(void)pieces_say(r, out, &p, PIECES_GO);
	out->status = 201;
	respond_header(r, out, "Location",
	    arena_fmt(r->arena, "/moving/%" PRId64 "/pieces/%" PRId64, r->id[0],
		p.medium));
	return true;
}

static bool
look_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	enum pieces_answer a;
	struct arriving m;
	struct pieces p;

	return own_arriving(r, r->id[1], &m, e) &&
	       arrive_look(&d, &m, &p, &a, e) && pieces_told(r, out, &p, a);
}

static bool
piece_open(struct request *r, struct http_file_go *ret, int *ret_fd,
    struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	uint64_t bytes =
	    r->http->n_file > 0 ? r->http->file[0].bytes : HTTP_NO_BYTES;
	enum pieces_answer a;
	struct arriving m;
	struct pieces p;

	return own_arriving(r, r->id[1], &m, e) &&
	       arrive_piece(
		   &d, &m, &r->http->tus, bytes, &p, ret, ret_fd, &a, e) &&
	       pieces_say(r, out, &p, a);
}

static bool
piece_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct db *db = r->house->db;
	enum pieces_answer a;
	struct arriving m;
	struct pieces p;

	if (r->http->n_file != 1 ||
	    r->http->file[0].handle != (uint64_t)r->id[1])
		return err_set(e, ERR_NOT_FOUND, "no piece came");
	if (!db_begin(db, e))
		return false;
	if (!own_arriving(r, r->id[1], &m, e) ||
	    !arrive_came(&d, &m, &r->http->file[0], &p, &a, e) ||
	    !db_commit(db, e)) {
		db_rollback(db);
		return false;
	}
	return pieces_say(r, out, &p, a);
}

/* clang-format off */
const struct route bringing_routes[] = {
	{ HTTP_POST, "/moving/:id/file", file_do, NEED_FAMILY,
	    ROUTE_REPEATABLE, file_open },
	{ HTTP_POST, "/moving/:id/confirm", confirm_do, NEED_FAMILY },
	{ HTTP_POST, "/moving/:id/forget", forget_do, NEED_FAMILY },
	{ HTTP_POST, "/moving/:id/pieces", begin_do, NEED_FAMILY,
	    ROUTE_QUIET | ROUTE_REPEATABLE },
	{ HTTP_HEAD, "/moving/:id/pieces/:id", look_show, NEED_FAMILY,
	    ROUTE_QUIET },
	{ HTTP_PATCH, "/moving/:id/pieces/:id", piece_do, NEED_FAMILY,
	    ROUTE_QUIET | ROUTE_REPEATABLE | ROUTE_NO_TRANSACTION,
	    piece_open },
	{ 0 },
};
/* clang-format on */
