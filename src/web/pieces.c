/* pieces — a photo of an album in several requests: tus 1.0, whose heads the
 * front has read (front/tus.h). */
#include <inttypes.h>

#include "web/pieces.h"
#include "web/share.h"

/* What each answer is to a client of tus; the words are for whoever reads a
 * trace. */
static const struct {
	int status;
	const char *text;
} said[PIECES_ANSWERS] = {
    [PIECES_GO] = {204, NULL},
    [PIECES_WHOLE] = {204, NULL},
    [PIECES_OFFSET] = {409, "not where the file ends\n"},
    [PIECES_LONG] = {413, "more than was promised\n"},
    [PIECES_BUSY] = {423, "another piece is coming\n"},
    [PIECES_GONE] = {410, "too late: begin again\n"},
    [PIECES_WRONG] = {460, "not what the checksum says\n"},
};

/* "Sat, 28 Nov 2026 19:00:00 GMT" */
static str
http_date(struct request *r, int64_t at)
{
	static const char *const days[] = {
	    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int64_t day = at / 86400, s = at % 86400;
	struct civil c = day_to_civil(day);

	return arena_fmt(r->arena,
	    "%s, %02d %s %04d %02" PRId64 ":%02" PRId64 ":%02" PRId64 " GMT",
	    days[day_of_week(day)], (int)c.day, months[c.month - 1],
	    (int)c.year, s / 3600, s / 60 % 60, s % 60);
}

bool
pieces_say(struct request *r, struct response *out, const struct pieces *p,
    enum pieces_answer a)
{
	str text = str_c(said[a].text);

	(void)respond_bytes(
	    r, out, text.n > 0 ? S("text/plain; charset=utf-8") : S(""), text);
	out->status = said[a].status;
	if (a <= PIECES_WHOLE && p->medium != 0)
		respond_header(
		    r, out, "Upload-Offset", arena_i64(r->arena, p->offset));
	if (a <= PIECES_WHOLE && p->until != 0)
		respond_header(
		    r, out, "Upload-Expires", http_date(r, p->until));
	return true;
}

bool
pieces_told(struct request *r, struct response *out, const struct pieces *p,
    enum pieces_answer a)
{
	(void)pieces_say(r, out, p, a);
	if (a > PIECES_WHOLE)
		return true;
	out->status = 200;
	respond_header(r, out, "Cache-Control", S("no-store"));
	respond_header(r, out, "Upload-Length", arena_i64(r->arena, p->length));
	if (p->words.n > 0)
		respond_header(r, out, "Upload-Metadata", p->words);
	return true;
}

static bool
begin_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct pieces p;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !pieces_begin(&d, g, &r->http->tus, &p, e) ||
	    !share_origin(r, p.medium, e))
		return false;
	(void)pieces_say(r, out, &p, PIECES_GO);
	out->status = 201;
	respond_header(r, out, "Location",
	    arena_fmt(r->arena, "/album/%" PRId64 "/pieces/%" PRId64, r->id[0],
		p.medium));
	return true;
}

static bool
look_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	enum pieces_answer a;
	const struct grant *g;
	struct pieces p;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !pieces_look(&d, g, r->id[1], &p, &a, e))
		return false;
	return pieces_told(r, out, &p, a);
}

static bool
piece_open(struct request *r, struct http_file_go *ret, int *ret_fd,
    struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	uint64_t bytes =
	    r->http->n_file > 0 ? r->http->file[0].bytes : HTTP_NO_BYTES;
	enum pieces_answer a;
	const struct grant *g;
	struct pieces p;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !pieces_open(
		&d, g, r->id[1], &r->http->tus, bytes, &p, ret, ret_fd, &a, e))
		return false;
	return pieces_say(r, out, &p, a);
}

static bool
piece_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	enum upload_fate fate;
	enum pieces_answer a;
	const struct grant *g;
	struct pieces p;

	if (r->http->n_file != 1 ||
	    r->http->file[0].handle != (uint64_t)r->id[1])
		return err_set(e, ERR_NOT_FOUND, "no piece came");
	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !pieces_end(&d, g, &r->http->file[0], &p, &fate, &a, e))
		return false;
	(void)pieces_say(r, out, &p, a);
	if (a == PIECES_WHOLE)
		respond_header(
		    r, out, "X-Preau-State", str_c(upload_fate_word(fate)));
	return true;
}

static bool
drop_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct pieces none = {0};
	enum pieces_answer a;
	const struct grant *g;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !pieces_drop(&d, g, r->id[1], &a, e))
		return false;
	if (a == PIECES_WHOLE)
		return err_set(e, ERR_CONFLICT, "it is a photo now");
	(void)pieces_say(r, out, &none, a);
	return true;
}

/* clang-format off */
const struct route pieces_routes[] = {
	{ HTTP_POST, "/album/:id/pieces", begin_do, NEED_STAFF,
	    ROUTE_QUIET | ROUTE_REPEATABLE },
	{ HTTP_HEAD, "/album/:id/pieces/:id", look_show, NEED_STAFF,
	    ROUTE_QUIET },
	{ HTTP_PATCH, "/album/:id/pieces/:id", piece_do, NEED_STAFF,
	    ROUTE_QUIET | ROUTE_REPEATABLE | ROUTE_NO_TRANSACTION,
	    piece_open },
	{ HTTP_DELETE, "/album/:id/pieces/:id", drop_do, NEED_STAFF,
	    ROUTE_QUIET | ROUTE_REPEATABLE },
	{ 0 },
};
/* clang-format on */
