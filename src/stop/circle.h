/*
 * circle — who may look into a medium that was stopped.
 *
 * Handlers are the active safeguarding leads, and the staff whom a director
 * named, until the day their check ends.  Of them, never the uploader nor the
 * author of the album.  When fewer than two are left, the directors stand in,
 * under the same rule: a release needs two people.  Everybody in the circle is
 * told; nobody else learns more than that a photo is stopped.
 */
#ifndef STOP_CIRCLE_H
#define STOP_CIRCLE_H

#include "people/circle.h"
#include "people/deed.h"

bool circle_of(struct house *, struct arena *, const struct organisation *,
    int64_t stopping, int64_t today, struct circle *ret, struct err *) MUST_USE;

/* Would rather not look into it: somebody else is asked, unless all of the
 * circle would rather not.  No reason, and gone with the decision.  In the
 * caller's transaction; not in the circle: ERR_NOT_FOUND, decided:
 * ERR_CONFLICT. */
bool circle_pass(const struct deed *, int64_t stopping, struct err *) MUST_USE;

/* How many stopped media wait for this person; *ret_handler: whether she
 * handles them at all, be there some or none. */
bool circle_waiting(struct house *, struct arena *, int64_t organisation,
    int64_t account, int64_t today, bool *ret_handler, int64_t *ret_n,
    struct err *) MUST_USE;

/* How many stopped media too few people may decide about: a director is told,
 * whoever sent them. */
bool circle_unattended(struct house *, struct arena *, int64_t organisation,
    int64_t today, int64_t *ret_n, struct err *) MUST_USE;

/* ---- the handlers that a director names ---- */

struct handler {
	int64_t id, account, named_at, until;
	bool over; /* her check has ended: she handles nothing */
	str name;
	str standing; /* handler_standings */
};

struct handler_list {
	struct handler *v;
	size_t n;
};

bool handler_list(struct house *, struct arena *, const struct organisation *,
    int64_t today, struct handler_list *ret, struct err *) MUST_USE;
/* Where she stands: "inside", under the directors; "independent", named by who
 * governs the organisation; "outside", no part of it: reads reports alone. */
extern const str handler_standings[3];
/* until: the last day of her check.  No active staff: ERR_NOT_FOUND. */
bool handler_name(const struct deed *, int64_t account, int64_t until,
    str standing, struct err *) MUST_USE;
bool handler_end(const struct deed *, int64_t handler, struct err *) MUST_USE;

#endif
