#include "stop/checking.h"

#include "sql_stop.h"

bool
checking_of(struct house *h, struct arena *a, int64_t organisation, int64_t now,
    struct checking *ret, struct err *e)
{
	struct checking c = {.shield = h->conf->shield_user[0] != '\0'};
	struct sql_stop_unchecked_row photos;
	struct sql_stop_lists_unloaded_row lists;

	if (!sql_stop_unchecked(h->db, a, organisation, &photos, e) ||
	    !sql_stop_lists_unloaded(h->db, a, &lists, e))
		return err_wrap(e, "what waits to be checked");
	if (photos.n > 0 && photos.since <= now - CHECKING_PHOTO_S) {
		c.photos = photos.n;
		c.photos_since = photos.since;
	}
	if (lists.n > 0 && lists.since <= now - CHECKING_LIST_S) {
		c.lists = lists.n;
		c.lists_since = lists.since;
	}
	*ret = c;
	return true;
}
