/* tipline_link — how it stands with NCMEC itself, for those who may handle
 * reports and those who direct: whether it answers, and whether its form is
 * still the one that somebody has looked at. */
#include <inttypes.h>

#include "base/num.h"
#include "conf/hosts.h"
#include "html_tipline.h"
#include "web/member.h"
#include "web/tipline.h"

const char *
tipline_link_label(const struct tipline_link *l)
{
	if (l->wanted_at != DB_NULL)
		return N_("being tried");
	if (l->status_at == DB_NULL)
		return N_("not tried yet");
	return l->status_why == NCMEC_NO_TROUBLE ? N_("it works")
						 : N_("it does not work");
}

const char *
tipline_link_tag(const struct tipline_link *l)
{
	if (l->wanted_at != DB_NULL || l->status_at == DB_NULL)
		return "plain";
	return l->status_why == NCMEC_NO_TROUBLE ? "ok" : "stop";
}

bool
tipline_link_load(struct request *r, int64_t case_file,
    struct tipline_link_card *ret, struct err *e)
{
	const struct conf *c = r->house->conf;
	struct deed d = member_deed(r);
	struct conf_host at;
	str path;

	*ret = (struct tipline_link_card){
	    .case_file = case_file, .test = c->ncmec == CONF_NCMEC_TEST};
	if (!tipline_link_read(r->house, r->arena, &ret->is, e) ||
	    (case_file != 0 &&
		!tipline_link_of_case(&d, case_file, &ret->is, e)) ||
	    !conf_url_read(str_c(c->ncmec_url), &at, &path, e))
		return false;
	return arena_str(r->arena, at.name, strlen(at.name), &ret->host) ||
	       err_set(e, ERR_LIMIT, "a host");
}

bool
tipline_news(struct request *r, bool handles, struct err *e)
{
	struct deed d = member_deed(r);
	struct tipline_lates *l = NEW(r->arena, struct tipline_lates);
	struct tipline_link link;

	if (!tipline_on(r->house))
		return true;
	if (l == NULL)
		return err_set(e, ERR_LIMIT, "reports to NCMEC");
	if (!tipline_late(&d, l, e) ||
	    !tipline_link_read(r->house, r->arena, &link, e))
		return false;
	r->view.ncmec = l->n > 0 ? l : NULL;
	r->view.ncmec_changed = (handles || viewer_is_director(r->viewer)) &&
				(link.changed || link.lacks.n > 0);
	return true;
}

/* ---- its page ---- */

/* Whoever else is of the team finds nothing. */
static bool
enter(struct request *r, struct err *e)
{
	bool handles = false;
	int64_t waits;

	if (!tipline_on(r->house))
		return err_set(e, ERR_NOT_FOUND, "no reports to NCMEC");
	if (!case_waiting(r->house, r->arena, r->org->id, r->viewer->account,
		r->today, &handles, &waits, e))
		return false;
	return handles || viewer_is_director(r->viewer) ||
	       err_set(e, ERR_NOT_FOUND, "handles no reports");
}

static bool
link_show(struct request *r, struct response *out, struct err *e)
{
	struct tipline_link_card c;

	if (!enter(r, e) || !tipline_link_load(r, 0, &c, e))
		return false;
	html_tipline_link_page(&r->view, &c);
	return respond_page(r, out, 200);
}

/* Where it was asked for: on the page of a case, or on its own. */
static bool
back(struct request *r, struct response *out, const char *notice)
{
	int64_t id;

	respond_notice(r, out, notice);
	if (num_i64(request_field(r, "case"), 1, INT64_MAX, &id))
		return respond_see_other(r, out,
		    arena_fmt(r->arena, "/cases/%" PRId64 "/ncmec", id));
	return respond_see_other(r, out, S("/ncmec"));
}

static bool
link_do(struct request *r, struct response *out, struct err *e)
{
	str what = request_field(r, "what");
	struct deed d = member_deed(r);

	if (!enter(r, e))
		return false;
	if (str_eq(what, S("try")))
		return tipline_link_want(&d, e) &&
		       back(r, out, N_("NCMEC is being asked."));
	if (str_eq(what, S("known")))
		return tipline_link_known(&d, request_field(r, "digest"), e) &&
		       back(r, out, N_("It is noted."));
	return err_set(e, ERR_INPUT, "nothing to do");
}

const struct route tipline_link_routes[] = {
    {HTTP_GET, "/ncmec", link_show, NEED_STAFF},
    {HTTP_POST, "/ncmec", link_do, NEED_STAFF},
    {0},
};
