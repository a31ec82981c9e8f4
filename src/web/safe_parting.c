/* What a family is told of its safe before it leaves. */
#include "sharing/viewer.h"
#include "web/member.h"
#include "web/safe.h"

bool
safe_parting(struct request *r, struct safe_parting *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct safe s;

	*ret = (struct safe_parting){.any = false};
	if (!viewer_is_family(r->viewer))
		return true;
	if (!safe_load(&d, &s, e))
		return false;
	ret->any = s.id != 0;
	return !ret->any || (safe_shares(&d, s.id, &ret->shares, e) &&
				safe_needed(&d, s.id, &ret->needed, e));
}
