#include "sharing/permit.h"

#include <inttypes.h>

#include "base/buf.h"
#include "line/line.h"
#include "mark/code.h"
#include "sharing/blob_key.h"
#include "sharing/hidden.h"
#include "sql_permit.h"

#define SMALL \
	320 /* has no line: letters that can be read would be a tenth of it */

struct grant {
	int64_t post;
	enum permit_want want;
	struct post_facts facts;
	int64_t medium, account; /* of a video's picture: the still */
	int64_t video;           /* whose picture or bytes it is; 0 */
	int side;
	bool cleared; /* every face of it is boxed (faces/word.h) */
	bool withheld;
	struct grant_blob blob;
	uint8_t hidden[PLAN_HIDDEN_BYTES];
	int64_t masked; /* boxes */
	bool waits;
	str name, key_wrapped; /* p NULL: a grant without bytes */
	bool lined;
	str viewer_enc; /* the name in the line */
};

static bool
refuse(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "no such thing for this viewer");
}

static enum post_state
post_state_of(str word)
{
	if (str_eq(word, S("published")))
		return POST_PUBLISHED;
	if (str_eq(word, S("draft")))
		return POST_DRAFT;
	return str_eq(word, S("withdrawn")) ? POST_WITHDRAWN : POST_NONE;
}

/* A word that we do not know is a medium that nobody gets. */
static enum medium_state
medium_state_of(str word)
{
	static const struct {
		const char *word;
		enum medium_state state;
	} table[] = {
	    {"ready", MEDIUM_READY},
	    {"queued", MEDIUM_QUEUED},
	    {"receiving", MEDIUM_RECEIVING},
	    {"refused", MEDIUM_REFUSED},
	    {"locked", MEDIUM_LOCKED},
	    {"held", MEDIUM_HELD},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(word, str_c(table[i].word)))
			return table[i].state;
	return MEDIUM_DELETED;
}

enum medium_kind
medium_kind_of(str word)
{
	if (str_eq(word, S("video")))
		return MEDIUM_VIDEO;
	return str_eq(word, S("still")) ? MEDIUM_STILL : MEDIUM_PHOTO;
}

bool
medium_is_lines(int64_t side)
{
	return side == 240 || side == 480 || side == 720;
}

static int64_t
or_zero(int64_t id)
{
	return id == DB_NULL ? 0 : id;
}

bool
permit_near(struct house *h, struct arena *a, const struct viewer *v,
    int64_t post, int64_t today, struct audience *to, size_t n, struct err *e)
{
	struct sql_permit_near_rows rows;

	if (!viewer_is_staff(v))
		return true;
	if (!sql_permit_near(h->db, a, post, v->account, today, &rows, e))
		return false;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows.n && to[i].child != 0; k++)
			to[i].near |= to[i].child == rows.v[k].child;
	return true;
}

static bool
post_facts(struct arena *a, const struct sql_permit_post_rows *rows,
    struct post_facts *f, struct audience **ret, struct err *e)
{
	struct audience *v = NEW_N(a, struct audience, rows->n);
	const struct sql_permit_post_row *r = rows->v;
	size_t n = 0;

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many audiences");
	*ret = v;
	if (rows->n == 0)
		return true;
	for (size_t i = 0; i < rows->n; i++)
		if (r[i].activity_group != DB_NULL || r[i].child != DB_NULL)
			v[n++] = (struct audience){or_zero(r[i].activity_group),
			    or_zero(r[i].child), false};
	*f = (struct post_facts){r->organisation, r->author,
	    post_state_of(r->state), r->publish_at, f->medium, f->kind, v, n,
	    r->second_at != DB_NULL, r->paper != DB_NULL,
	    or_zero(r->paper_signer), or_zero(r->paper_witness),
	    r->notice != 0};
	return true;
}

/* g->post 0, of a medium that does not exist, is asked like any other. */
static bool
fetch_post(struct house *h, struct arena *a, const struct viewer *v,
    int64_t today, struct grant *g, struct err *e)
{
	struct sql_permit_post_rows rows;
	struct audience *to;

	if (!sql_permit_post(h->db, a, g->post, &rows, e) ||
	    !post_facts(a, &rows, &g->facts, &to, e) ||
	    !permit_near(h, a, v, g->post, today, to, g->facts.n_audience, e))
		return err_wrap(e, "post %" PRId64, g->post);
	return true;
}

/* ---- videos ---- */

/* One picture that is stopped stops the video that it is of, and its others. */
static bool
fetch_stills(struct house *h, struct arena *a, int64_t video, struct grant *g,
    struct sql_permit_stills_row *ret, struct err *e)
{
	if (!sql_permit_stills(h->db, a, video, ret, e))
		return err_wrap(e, "stills of medium %" PRId64, video);
	if (ret->stopped > 0 && g->facts.medium == MEDIUM_READY)
		g->facts.medium = MEDIUM_LOCKED;
	return true;
}

/* A still is what its video is. */
static bool
fetch_parent(struct house *h, struct arena *a, int64_t video, struct grant *g,
    struct err *e)
{
	struct sql_permit_medium_row row;
	struct sql_permit_stills_row n;
	bool found;

	if (!sql_permit_medium(h->db, a, 0, video, &found, &row, e))
		return err_wrap(e, "medium %" PRId64, video);
	if (!found)
		g->facts.medium = MEDIUM_DELETED;
	else if (g->facts.medium == MEDIUM_READY)
		g->facts.medium = medium_state_of(row.medium_state);
	return fetch_stills(h, a, video, g, &n, e);
}

/* The picture of a video is its first still. */
static bool
fetch_poster(
    struct house *h, struct arena *a, int side, struct grant *g, struct err *e)
{
	struct sql_permit_poster_row r;
	bool found;

	if (!sql_permit_poster(h->db, a, side, g->video, &found, &r, e))
		return err_wrap(e, "picture of medium %" PRId64, g->video);
	if (!found || r.name.p == NULL)
		return true;
	g->medium = r.id;
	g->name = r.name;
	g->key_wrapped = r.key_wrapped;
	g->blob =
	    (struct grant_blob){r.type, r.bytes, r.width, r.height, r.segments};
	return true;
}

/* It is looked through when each of its stills is, whatever its row says. */
static bool
fetch_video(struct house *h, struct arena *a, int64_t medium, int side,
    struct grant *g, struct err *e)
{
	struct sql_permit_stills_row n;

	g->video = medium;
	if (!fetch_stills(h, a, medium, g, &n, e))
		return false;
	g->cleared = g->cleared && n.stills > 0 && n.fine == n.stills;
	return side == 0 || medium_is_lines(side) ||
	       fetch_poster(h, a, side, g, e);
}

static bool
fetch_kind(struct house *h, struct arena *a,
    const struct sql_permit_medium_row *r, int64_t medium, int side,
    struct grant *g, struct err *e)
{
	switch (g->facts.kind) {
	case MEDIUM_VIDEO:
		return fetch_video(h, a, medium, side, g, e);
	case MEDIUM_STILL:
		return fetch_parent(h, a, r->video, g, e);
	case MEDIUM_PHOTO:
		break;
	}
	return true;
}

static void
medium_facts(const struct sql_permit_medium_row *r, struct grant *g)
{
	g->post = r->post;
	g->facts.kind = medium_kind_of(r->kind);
	g->facts.medium = medium_state_of(r->medium_state);
	g->cleared = r->cleared != 0;
	g->name = r->name;
	g->key_wrapped = r->key_wrapped;
	if (r->name.p != NULL)
		g->blob = (struct grant_blob){
		    r->type, r->bytes, r->width, r->height, r->segments};
}

static bool
fetch_medium(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int side, int64_t today, struct grant **ret, struct err *e)
{
	struct grant *g = NEW(a, struct grant);
	struct sql_permit_medium_row row;
	bool found;

	if (g == NULL)
		return err_set(e, ERR_LIMIT, "no room for a decision");
	if (!sql_permit_medium(h->db, a, side, medium, &found, &row, e))
		return err_wrap(e, "medium %" PRId64, medium);
	g->medium = medium;
	if (found)
		medium_facts(&row, g);
	if (found && !fetch_kind(h, a, &row, medium, side, g, e))
		return false;
	if (!fetch_post(h, a, v, today, g, e))
		return err_wrap(e, "medium %" PRId64, medium);
	/* The hour of a photo that is not cleared never comes; staff may work
	 * on it. */
	if (found && !g->cleared && g->facts.publish_at != DB_NULL)
		g->facts.publish_at = INT64_MAX;
	*ret = g;
	return true;
}

/* What is hidden in a video cannot be covered.  For a family it is not there;
 * staff are told, and get its picture as that of any photo. */
static bool
withhold(struct house *h, struct arena *a, const struct viewer *v, int64_t now,
    int64_t today, struct grant *g, struct err *e)
{
	if (!hidden_in_video(
		h, a, v, &g->facts, g->video, now, today, &g->masked, e))
		return false;
	g->withheld = g->masked > 0;
	return !g->withheld || viewer_is_staff(v) || refuse(e);
}

/* A photo that is not cleared is seen by those alone who box its faces. */
static bool
hide(struct house *h, struct arena *a, const struct viewer *v, int64_t now,
    int64_t today, struct grant *g, struct err *e)
{
	const struct cover_area *area;
	size_t n;

	if (!g->cleared)
		return true;
	if (g->video != 0 && !withhold(h, a, v, now, today, g, e))
		return false;
	if (medium_is_lines(g->side))
		return !g->withheld || refuse(e);
	if (!hidden_areas(
		h, a, v, &g->facts, g->medium, now, today, &area, &n, e))
		return false;
	if (g->video == 0)
		g->masked = (int64_t)n;
	return cover_slots(h, a, g->medium, area, n, g->hidden, &g->waits, e);
}

/* Leave for a medium that has this side; nothing is said yet about what is
 * hidden in it. */
static bool
decide_medium(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int side, enum permit_want want, int64_t now, int64_t today,
    struct grant **ret, struct err *e)
{
	struct grant *g;

	if (!fetch_medium(h, a, v, medium, side, today, &g, e))
		return false;
	if (!permit_decide(v, &g->facts, now, want) || g->name.p == NULL ||
	    g->key_wrapped.p == NULL ||
	    (side == 0) != (want == PERMIT_ORIGINAL) ||
	    (side == 0 || medium_is_lines(side)) != (g->blob.segments == 0))
		return refuse(e);
	g->want = want;
	g->account = v->account;
	g->side = side;
	g->lined = v->lined && side > SMALL && !medium_is_lines(side);
	g->viewer_enc = v->name_enc;
	*ret = g;
	return true;
}

bool
permit_medium(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int side, enum permit_want want, int64_t now, int64_t today,
    const struct grant **ret, struct err *e)
{
	struct grant *g;

	if (!decide_medium(h, a, v, medium, side, want, now, today, &g, e) ||
	    (side != 0 && !hide(h, a, v, now, today, g, e)))
		return false;
	if (g->waits)
		return err_set(e, ERR_BUSY,
		    "medium %" PRId64 " is being prepared", medium);
	*ret = g;
	return true;
}

bool
permit_medium_page(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int side, int64_t now, int64_t today,
    const struct grant **ret, struct err *e)
{
	struct grant *g;

	if (!decide_medium(
		h, a, v, medium, side, PERMIT_SEE, now, today, &g, e) ||
	    !hide(h, a, v, now, today, g, e))
		return false;
	/* Leave for the page is no leave to read. */
	g->name = g->key_wrapped = (str){0};
	*ret = g;
	return true;
}

bool
permit_medium_edit(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int64_t now, int64_t today, const struct grant **ret,
    struct err *e)
{
	struct grant *g;

	if (!fetch_medium(h, a, v, medium, 0, today, &g, e))
		return false;
	if (!permit_decide(v, &g->facts, now, PERMIT_EDIT))
		return refuse(e);
	/* Leave to change is no leave to read. */
	g->name = g->key_wrapped = (str){0};
	g->want = PERMIT_EDIT;
	*ret = g;
	return true;
}

bool
permit_post(struct house *h, struct arena *a, const struct viewer *v,
    int64_t post, enum permit_want want, int64_t now, int64_t today,
    const struct grant **ret, struct err *e)
{
	struct grant *g = NEW(a, struct grant);

	if (g == NULL)
		return err_set(e, ERR_LIMIT, "no room for a decision");
	g->post = post;
	if (!fetch_post(h, a, v, today, g, e))
		return false;
	if (!permit_decide(v, &g->facts, now, want))
		return refuse(e);
	g->want = want;
	*ret = g;
	return true;
}

int64_t
grant_post(const struct grant *g)
{
	return g->post;
}

const struct post_facts *
grant_facts(const struct grant *g)
{
	return &g->facts;
}

enum permit_want
grant_want(const struct grant *g)
{
	return g->want;
}

int64_t
grant_hidden(const struct grant *g, bool *ret_waits)
{
	*ret_waits = g->waits;
	return g->masked;
}

bool
grant_withheld(const struct grant *g)
{
	return g->withheld;
}

enum medium_kind
grant_kind(const struct grant *g)
{
	return g->facts.kind;
}

bool
grant_may_change(const struct grant *g)
{
	return g->want == PERMIT_EDIT || g->want == PERMIT_PAPER_EDIT;
}

const struct grant_blob *
grant_blob(const struct grant *g)
{
	return &g->blob;
}

/* Empty when nothing is hidden. */
static str
hidden_hex(struct arena *a, const struct grant *g)
{
	static const uint8_t none[PLAN_HIDDEN_BYTES];
	CLEANUP(buf_done) struct buf b = BUF_MAX(2 * PLAN_HIDDEN_BYTES);
	str ret = S("");

	if (memcmp(g->hidden, none, sizeof(none)) == 0)
		return ret;
	buf_hex(&b, g->hidden, sizeof(g->hidden));
	return arena_str(a, b.p, b.n, &ret) ? ret : (str){0};
}

bool
grant_choice(struct arena *a, const struct organisation *org,
    const struct grant *g, struct plan_choice *ret, struct err *e)
{
	size_t n = (size_t)g->blob.segments;
	CLEANUP(mark_code_done) struct mark_code code;
	uint8_t *bits, *packed;

	*ret = (struct plan_choice){
	    {0}, {(const char *)g->hidden, sizeof(g->hidden)}};
	if (n == 0)
		return true;
	bits = NEW_N(a, uint8_t, n);
	packed = NEW_N(a, uint8_t, (n + 7) / 8);
	if (n > FILE_SEGMENTS_MAX || bits == NULL || packed == NULL)
		return err_set(e, ERR_LIMIT, "no room for a code");
	mark_code_init(&code, &org->mark, g->medium, (uint32_t)g->side);
	mark_code_bits(&code, g->account, n, bits);
	for (size_t i = 0; i < n; i++)
		packed[i / 8] |= (uint8_t)(bits[i] << i % 8);
	ret->code = (str){(const char *)packed, (n + 7) / 8};
	return true;
}

/* Whole code points. */
static str
cut(str s, size_t max)
{
	size_t n = s.n < max ? s.n : max;

	while (n > 0 && n < s.n && ((uint8_t)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_sub(s, 0, n);
}

bool
grant_line(struct arena *a, const struct organisation *org,
    const struct grant *g, str *ret, struct err *e)
{
	str name, line;

	*ret = S("");
	if (!g->lined)
		return true;
	name = house_text(a, org, "account.name_enc", g->viewer_enc);
	if (name.n == 0)
		return err_set(e, ERR_CORRUPT,
		    "account %" PRId64 " has no name to show", g->account);
	line = arena_fmt(
	    a, STR_FMT " · " STR_FMT, STR_ARG(name), STR_ARG(org->name));
	if (line.n == 0)
		return err_set(e, ERR_LIMIT, "no room for a line");
	*ret = cut(line, LINE_BYTES_MAX);
	return true;
}

/* What of the bytes is this viewer's alone; {0}: nobody can say. */
static str
whose(struct arena *a, const struct organisation *org, const struct grant *g)
{
	str line;
	struct err ignored;

	if (!grant_line(a, org, g, &line, &ignored))
		return (str){0};
	return arena_fmt(a, "%" PRId64 " " STR_FMT " " STR_FMT " %d " STR_FMT,
	    g->side == 0 ? 0 : g->account, STR_ARG(g->name),
	    STR_ARG(hidden_hex(a, g)), LINE_LOOK, STR_ARG(line));
}

str
grant_mark(
    struct arena *a, const struct organisation *org, const struct grant *g)
{
	str who = whose(a, org, g);
	str digest = key_digest(a, &org->digest, "blob.mark", who);
	struct buf b = BUF_MAX(64);
	str ret = {0};

	if (digest.p != NULL && who.p != NULL) {
		buf_byte(&b, '"');
		buf_hex(&b, digest.p, 16);
		buf_byte(&b, '"');
		if (!arena_str(a, b.p, b.n, &ret))
			ret = (str){0};
	}
	buf_done(&b);
	return ret;
}

bool
grant_open_blob(struct house *h, struct arena *a,
    const struct organisation *org, const struct grant *g, int *ret_fd,
    struct key *ret_key, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	char *name = arena_cstr(a, g->name);
	int fd;

	if (g->name.p == NULL || g->key_wrapped.p == NULL || name == NULL ||
	    org->id != g->facts.organisation)
		return refuse(e);
	if (!blob_key_unwrap(a, org, g->name, g->key_wrapped, &k, e) ||
	    !blob_open(h->blobs, name, &fd, e))
		return err_wrap(e, "post %" PRId64, g->post);
	*ret_key = k;
	*ret_fd = fd;
	return true;
}
