/* glance — a picture that was reported is asked for, shown small and grey for a
 * minute, and hidden; and a case is handed on. */
#include "web/glance.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_glance.h"
#include "tell/handlers.h"
#include "web/member.h"

#define SOON_S 2   /* to look again whether it is made */
#define CLOSER_S 5 /* without a script */

const char *
glance_kind_label(str kind)
{
	if (str_eq(kind, S("video")))
		return N_("Video, its first picture");
	return str_eq(kind, S("document")) ? N_("Document, its first page")
					   : N_("Photo");
}

const char *
glance_why_label(enum glance_why why)
{
	static const char *const labels[GLANCE_WHYS] = {
	    [GLANCE_DECIDED] =
		N_("It is decided: a second look is made on the decision, not "
		   "on the picture."),
	    [GLANCE_NOT_TAKEN] =
		N_("Only the person who has taken the report on may ask for "
		   "it."),
	    [GLANCE_NEVER] =
		N_("It is too near to known abuse material, or waits with what "
		   "is: nobody is shown it."),
	    [GLANCE_GONE] = N_("It is not here any more, or is sealed."),
	    [GLANCE_SEEN] =
		N_("Another person was shown it already. What they wrote may "
		   "be enough."),
	};

	return labels[why];
}

const char *
care_why_label(enum care_why why)
{
	static const char *const labels[] = {
	    [CARE_MAY] = N_("Pictures can be shown now."),
	    [CARE_HOURS] =
		N_("Pictures are not shown at this hour, to take care of you. "
		   "It goes on %1. The words are here at any time."),
	    [CARE_CAP] =
		N_("You have seen enough for today: thank you. It goes on %1. "
		   "The words are here at any time, and somebody else can take "
		   "it on."),
	    [CARE_BREAK] =
		N_("Time for a break: get up, drink something, talk to "
		   "somebody. It goes on %1."),
	};

	return labels[why];
}

/* ---- asking ---- */

static str
page_of(struct request *r, int64_t medium)
{
	return arena_fmt(
	    r->arena, "/cases/%" PRId64 "/look/%" PRId64, r->id[0], medium);
}

static bool
refuse(struct request *r, struct response *out, const struct deed *d,
    enum glance_why why, struct err *e)
{
	struct glance_refused p = {.case_file = r->id[0],
	    .why = why,
	    .rule = care_rule_of(r->org->profile)};
	struct care care;

	if (!glance_care(d, &care, e))
		return false;
	p.care = &care;
	html_glance_refused(&r->view, &p);
	out->rollback = true;
	return respond_page(r, out, 200);
}

static bool
look_ask(struct request *r, struct response *out, struct err *e)
{
	bool needed = request_field(r, "needed").n > 0;
	struct deed d = member_deed(r);
	enum glance_why why;
	int64_t medium;

	if (!num_i64(request_field(r, "medium"), 1, INT64_MAX, &medium))
		return err_set(e, ERR_INPUT, "which picture");
	if (!glance_ask(&d, r->id[0], medium, needed, &why, e))
		return false;
	return why == GLANCE_MAY ? respond_see_other(r, out, page_of(r, medium))
				 : refuse(r, out, &d, why, e);
}

/* ---- the page ---- */

static void
refresh(struct request *r, struct response *out, int64_t s, str to)
{
	respond_header(r, out, "Refresh",
	    arena_fmt(r->arena, "%" PRId64 "; url=" STR_FMT, s, STR_ARG(to)));
	respond_header(r, out, "Cache-Control", S("private, no-store"));
}

static bool
show(struct request *r, struct response *out, bool closer, struct err *e)
{
	struct glance_page p = {
	    .case_file = r->id[0], .medium = r->id[1], .closer = closer};
	str home = arena_fmt(r->arena, "/cases/%" PRId64, r->id[0]);
	struct deed d = member_deed(r);

	if (!glance_state(&d, r->id[0], r->id[1], &p.state, &p.left_s, e))
		return false;
	if (p.state == GLANCE_CLOSED)
		return respond_see_other(r, out, home);
	html_glance_page(&r->view, &p);
	if (p.state == GLANCE_SOON)
		refresh(r, out, SOON_S, page_of(r, r->id[1]));
	else if (closer && p.left_s > CLOSER_S)
		refresh(r, out, CLOSER_S, page_of(r, r->id[1]));
	else
		refresh(r, out, p.left_s, home);
	return respond_page(r, out, 200);
}

static bool
look_show(struct request *r, struct response *out, struct err *e)
{
	return show(r, out, false, e);
}

static bool
closer_show(struct request *r, struct response *out, struct err *e)
{
	return show(r, out, true, e);
}

/* Who is shown what is written down first. */
static bool
picture(struct request *r, struct response *out, bool sharp, struct err *e)
{
	struct deed d = member_deed(r);
	str bytes;

	if (!db_begin(r->house->db, e) ||
	    !member_settle(
		r, glance_show(&d, r->id[0], r->id[1], sharp, &bytes, e), e))
		return false;
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return respond_bytes(r, out, S("image/jpeg"), bytes);
}

static bool
soft_show(struct request *r, struct response *out, struct err *e)
{
	return picture(r, out, false, e);
}

static bool
sharp_show(struct request *r, struct response *out, struct err *e)
{
	return picture(r, out, true, e);
}

static bool
hide_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	return glance_close(&d, r->id[0], r->id[1], e) &&
	       respond_see_other(
		   r, out, arena_fmt(r->arena, "/cases/%" PRId64, r->id[0]));
}

/* ---- handing on ---- */

static bool
pass_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct case_head c;

	if (!case_enter(&d, r->id[0], &c, e) || !case_pass(&d, c.id, e) ||
	    !handlers_tell(&d, c.id, c.category->grave, e))
		return false;
	respond_notice(r, out,
	    N_("Thank you for saying so. Somebody else is asked; nobody counts "
	       "it."));
	return respond_see_other(r, out, S("/cases"));
}

const struct route glance_routes[] = {
    {HTTP_POST, "/cases/:id/look", look_ask, NEED_STAFF},
    {HTTP_GET, "/cases/:id/look/:id", look_show, NEED_STAFF},
    {HTTP_GET, "/cases/:id/look/:id/closer", closer_show, NEED_STAFF},
    {HTTP_GET, "/cases/:id/look/:id/soft", soft_show, NEED_STAFF, ROUTE_QUIET},
    {HTTP_GET, "/cases/:id/look/:id/sharp", sharp_show, NEED_STAFF,
	ROUTE_QUIET},
    {HTTP_POST, "/cases/:id/look/:id/hide", hide_do, NEED_STAFF},
    {HTTP_POST, "/cases/:id/pass", pass_do, NEED_STAFF},
    {0},
};
