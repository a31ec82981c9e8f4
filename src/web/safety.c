/* safety — one page for those who look after it: what waits for this person,
 * and where everything is. */
#include "web/safety.h"

#include "custody/custodian.h"
#include "html_safety.h"
#include "sharing/viewer.h"
#include "tipline/tipline.h"
#include "web/help.h"
#include "web/report.h"
#include "web/web.h"

static bool
may_read_reports(struct request *r, bool *ret, struct err *e)
{
	int64_t waits;

	return case_waiting(r->house, r->arena, r->org->id, r->viewer->account,
	    r->today, ret, &waits, e);
}

static bool
count_custodians(struct request *r, size_t *ret, struct err *e)
{
	struct custodians all;

	if (!custodian_list(r->house, r->arena, r->org, &all, e))
		return false;
	*ret = all.ready;
	return true;
}

static bool
safety_show(struct request *r, struct response *out, struct err *e)
{
	struct safety_page p = {.stopped = r->view.handles,
	    .lead = viewer_is_director(r->viewer) ||
		    r->viewer->role == STAFF_SAFEGUARDING};

	if (!report_waits(r, e) || !may_read_reports(r, &p.reports, e))
		return false;
	p.reports = p.reports || r->view.reports > 0;
	if (!p.reports && !p.stopped && !p.lead)
		return err_set(e, ERR_NOT_FOUND, "looks after no safety");
	p.ncmec = tipline_on(r->house) &&
		  (p.reports || viewer_is_director(r->viewer));
	if (p.lead && !count_custodians(r, &p.ready, e))
		return false;
	p.lines = helplines(r->house->conf, r->org->profile);
	html_safety_home(&r->view, &p);
	return respond_page(r, out, 200);
}

const struct route safety_routes[] = {
    {HTTP_GET, "/safety", safety_show, NEED_STAFF},
    {0},
};
