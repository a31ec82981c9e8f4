#include "web/rights.h"

#include "html_rights.h"
#include "web/web.h"

static bool
rights_show(struct request *r, struct response *out, struct err *e)
{
	struct right_list list = {r->viewer->child, r->viewer->n_child};
	struct claim_line_list claims;

	if (!claims_of_viewer(r, &claims, e))
		return false;
	html_rights_page(&r->view, &list, &claims);
	return respond_page(r, out, 200);
}

const struct route rights_routes[] = {
    {HTTP_GET, "/rights", rights_show, NEED_FAMILY},
    {0},
};
