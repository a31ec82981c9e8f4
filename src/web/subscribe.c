/* subscribe — the calendar of a family in a program of its own: the secret
 * address, and what is fetched from it. */
#include <inttypes.h>

#include "base/buf.h"
#include "html_week.h"
#include "life/address.h"
#include "life/calendar.h"
#include "people/throttle.h"
#include "web/member.h"
#include "web/share.h"
#include "web/week.h"

/* ---- the page ---- */

static bool
page_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct subscribe_page page;
	struct address a;

	if (!address_of(&d, r->viewer->account, &a, e))
		return false;
	page = (struct subscribe_page){.made_at = a.made_at, .kinds = a.kinds};
	if (a.secret.n > 0)
		page.address = arena_fmt(r->arena, "%s/ical/" STR_FMT ".ics",
		    r->house->conf->url, STR_ARG(a.secret));
	html_subscribe_page(&r->view, &page);
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return respond_page(r, out, 200);
}

static bool
ticked(struct request *r, const char *name)
{
	return str_eq(request_field(r, name), S("1"));
}

static bool
page_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	str what = request_field(r, "do");
	struct address_kinds k = {.programme = ticked(r, "programme"),
	    .menus = ticked(r, "menus"),
	    .last_days = ticked(r, "last_days")};
	const char *said =
	    N_("This is your new address. The one before is over.");
	bool done;

	if (str_eq(what, S("end"))) {
		said = N_("The address is over: it gives nothing any more.");
		done = address_end(&d, e);
	} else if (str_eq(what, S("save"))) {
		said = N_("Saved.");
		done = address_set(&d, &k, e);
	} else
		done = address_make(&d, &k, e);
	if (!done)
		return false;
	respond_notice(r, out, said);
	return respond_see_other(r, out, S("/calendar/subscribe"));
}

/* ---- what is fetched ---- */

static bool
count_guess(struct request *r, struct err *e)
{
	return db_begin(r->house->db, e) &&
	       member_settle(r,
		   throttle_fail(r->house, r->arena, THROTTLE_LETTER,
		       throttle_address(r->http->address), r->now, e),
		   e);
}

/* Guesses cost what guesses at letters cost; an address that is known does not
 * wait for those of its neighbours. */
static bool
find(struct request *r, struct address_owner *ret, struct err *e)
{
	str secret = r->word[0];

	if (str_ends(secret, S(".ics")))
		secret = str_sub(secret, 0, secret.n - 4);
	if (!address_find(r->house, r->arena, secret, ret, e))
		return false;
	if (ret->account != 0)
		return house_org(r->house, ret->organisation, &r->org, e);
	return count_guess(r, e);
}

static bool
too_fast(struct request *r, struct response *out, int64_t wait_s)
{
	respond_header(r, out, "Retry-After", arena_i64(r->arena, wait_s));
	respond_header(r, out, "Cache-Control", S("no-store"));
	return respond_bytes(r, out, S("text/plain; charset=utf-8"), S("")) &&
	       (out->status = 429, true);
}

static bool
load_viewer(
    struct request *r, int64_t account, struct viewer **ret, struct err *e)
{
	r->view.org = r->org;
	r->today = day_of(r->org->zone, r->now);
	if (!viewer_load(r->house, r->arena, r->org, account, r->today, ret, e))
		return false;
	return ((*ret)->state == VIEWER_ACTIVE && viewer_is_family(*ret)) ||
	       err_set(e, ERR_NOT_FOUND, "no calendar for this account");
}

static str
mark_of(struct request *r, str bytes)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	str digest =
	    key_digest(r->arena, &r->org->digest, "calendar.mark", bytes);
	str ret = {0};

	if (digest.p == NULL)
		return ret;
	buf_byte(&b, '"');
	buf_hex(&b, digest.p, 16);
	buf_byte(&b, '"');
	return arena_str(r->arena, b.p, b.n, &ret) ? ret : (str){0};
}

static bool
send(struct request *r, struct response *out, const struct viewer *v,
    const struct address_kinds *k, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CALENDAR_BYTES_MAX);
	struct deed d = member_deed(r);
	str mark, bytes;

	if (!calendar_write(&d, v, k, &b, e))
		return false;
	if (!arena_str(r->arena, b.p, b.n, &bytes))
		return err_set(e, ERR_LIMIT, "too many events");
	mark = mark_of(r, bytes);
	respond_header(r, out, "ETag", mark);
	respond_header(r, out, "Cache-Control", S("private, no-cache"));
	if (mark.n > 0 && request_has(r, mark)) {
		out->status = 304;
		out->http.body = HTTP_BODY_INLINE;
		return true;
	}
	return respond_bytes(r, out, S("text/calendar; charset=utf-8"), bytes);
}

static bool
feed_show(struct request *r, struct response *out, struct err *e)
{
	struct address_owner who;
	struct viewer *v;
	int64_t wait_s;

	if (!find(r, &who, e))
		return false;
	if (who.account != 0)
		return load_viewer(r, who.account, &v, e) &&
		       send(r, out, v, &who.kinds, e);
	if (!throttle_wait(r->house, r->arena, THROTTLE_LETTER,
		throttle_address(r->http->address), r->now, &wait_s, e))
		return false;
	if (wait_s > 0)
		return too_fast(r, out, wait_s);
	return err_set(e, ERR_NOT_FOUND, "no such calendar");
}

const struct route subscribe_routes[] = {
    {HTTP_GET, "/calendar/subscribe", page_show, NEED_FAMILY},
    {HTTP_POST, "/calendar/subscribe", page_do, NEED_FAMILY},
    {HTTP_GET, "/ical/:word", feed_show, NEED_NOBODY, ROUTE_QUIET},
    {0},
};
