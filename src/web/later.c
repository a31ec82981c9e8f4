/* later — what a telephone asks on behalf of photos that it kept while there
 * was no network: who is signed in, which albums there are, a new album made
 * once however often it is asked for, and whether a photo is in it already. */
#include <inttypes.h>

#include "base/num.h"
#include "sharing/feed.h"
#include "sharing/once.h"
#include "base/json_out.h"
#include "web/publish.h"
#include "web/share.h"

#define TAG 16 /* bytes of what stands for an account on a device */

static void
put_choice(struct buf *b, bool first, int64_t id, const char *what, str text)
{
	buf_printf(
	    b, "%s{\"id\":%" PRId64 ",\"%s\":", first ? "" : ",", id, what);
	json_out(b, text);
}

static void
put_groups(struct buf *b, const struct choice_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		put_choice(b, i == 0, l->v[i].id, "name", l->v[i].name);
		buf_byte(b, '}');
	}
}

static void
put_drafts(struct request *r, const struct draft_list *l)
{
	struct buf *b = r->view.out;

	for (size_t i = 0; i < l->n; i++) {
		put_choice(b, i == 0, l->v[i].id, "title", l->v[i].title);
		buf_printf(b, ",\"day\":\"" STR_FMT "\"}",
		    STR_ARG(iso_day(&r->view, l->v[i].day)));
	}
}

/* Says which of its files are whose, and nothing to anybody else. */
static bool
put_account(struct request *r, struct err *e)
{
	str digest = key_digest(r->arena, &r->house->login, "device",
	    arena_i64(r->arena, r->viewer->account));

	if (digest.n < TAG)
		return err_set(e, ERR_LIMIT, "no room for a digest");
	buf_str(r->view.out, S("{\"account\":\""));
	buf_hex(r->view.out, digest.p, TAG);
	buf_str(r->view.out, S("\",\"form\":"));
	json_out(r->view.out, r->view.form_token);
	return true;
}

static bool
state_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct buf *b = r->view.out;
	struct draft_list drafts;
	struct choices choices;

	if (!feed_drafts(r->house, r->arena, r->org, r->viewer, &drafts, e) ||
	    !publish_groups(&d, r->viewer, 0, &choices, e) ||
	    !put_account(r, e))
		return false;
	buf_printf(b, ",\"today\":\"" STR_FMT "\",\"groups\":[",
	    STR_ARG(iso_day(&r->view, r->today)));
	put_groups(b, &choices.group);
	buf_str(b, S("],\"albums\":["));
	put_drafts(r, &drafts);
	buf_str(b, S("]}"));
	return respond_bytes(r, out, S("application/json"), buf_view(b));
}

/* ---- a new album, once ---- */

static bool
create(struct request *r, int64_t *ret_id, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct choices choices;
	struct post_text text;

	if (!publish_groups(&d, r->viewer, 0, &choices, e))
		return false;
	publish_read_choices(r, &choices);
	if (!publish_read_text(r, &text))
		return err_set(e, ERR_INPUT, "no album");
	return post_create(&d, &text, ret_id, e) &&
	       share_post(r, *ret_id, PERMIT_EDIT, &g, e) &&
	       post_set_audience(&d, g, &choices, e);
}

static bool
album_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	str word = request_field(r, "once");
	int64_t id;

	if (!once_find(&d, word, &id, e))
		return false;
	if (id == 0 && (!create(r, &id, e) || !once_note(&d, word, id, e)))
		return false;
	return respond_bytes(r, out, S("application/json"),
	    arena_fmt(r->arena, "{\"post\":%" PRId64 "}", id));
}

/* ---- is it there already? ---- */

static bool
known_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	uint8_t digest[32];
	bool known;

	if (r->word[0].n != 2 * sizeof(digest) ||
	    !num_hex(r->word[0], digest, sizeof(digest)))
		return err_set(e, ERR_NOT_FOUND, "no digest");
	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !upload_known(&d, g, digest, &known, e))
		return false;
	respond_header(r, out, "Cache-Control", S("no-store"));
	return respond_bytes(r, out, S("application/json"),
	    known ? S("{\"known\":true}") : S("{\"known\":false}"));
}

const struct route later_routes[] = {
    {HTTP_GET, "/later", state_show, NEED_STAFF},
    {HTTP_POST, "/later", album_do, NEED_STAFF},
    {HTTP_GET, "/album/:id/known/:word", known_show, NEED_STAFF, ROUTE_QUIET},
    {0},
};
