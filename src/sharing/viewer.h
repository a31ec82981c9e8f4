/*
 * viewer — who is asking, and what that person is to which children today.
 *
 * Loaded once per request by two or three statements, lives in the request's
 * arena, and is all that permit.h knows about the person.  Days are inclusive
 * at both ends: a right until the 30th still holds on the 30th.
 */
#ifndef SHARING_VIEWER_H
#define SHARING_VIEWER_H

#include "house/house.h"
#include "people/authority.h"
#include "people/child.h"

enum viewer_kind {
	VIEWER_STAFF,
	VIEWER_GUARDIAN,
	VIEWER_RELATIVE,
	VIEWER_CHILD
};
enum staff_role {
	STAFF_NONE,
	STAFF_DIRECTOR,
	STAFF_ANIMATEUR,
	STAFF_SAFEGUARDING
};
enum viewer_state {
	VIEWER_PENDING,
	VIEWER_ACTIVE,
	VIEWER_SUSPENDED,
	VIEWER_CLOSED
};

/* The bits of a right, as pages name them. */
enum right {
	RIGHT_SEE = AUTHORITY_SEE,
	RIGHT_DOWNLOAD = AUTHORITY_DOWNLOAD,
	RIGHT_WHO_LOOKED = AUTHORITY_WHO_LOOKED,
	RIGHT_TELL = AUTHORITY_TELL,
};

/* rights: bits RIGHT_SEE …
 * A family: by a child enrolled today, with the rights over that child.
 * Staff: a group they work with, rights 0. */
struct viewer_group {
	int64_t id;
	int64_t rights;
};

struct viewer_child {
	int64_t id;
	struct child_sealed sealed;
	int64_t rights;
	bool holder;    /* of authority */
	int64_t *group; /* enrolled today */
	size_t n_group;
};

struct viewer {
	int64_t account, organisation;
	enum viewer_kind kind;
	enum staff_role role;
	enum viewer_state state;
	enum lang lang;
	str name_enc;
	/* What was taken from it in a case (report/statement.h): silenced, it
	 * changes nothing of the team's; apart, it has no group, no child and
	 * no duty. */
	bool silenced, apart;
	bool decided; /* something about it that it has not read */
	bool lined; /* its organisation wants the visible line (line/line.h) */
	struct viewer_child *child;
	size_t n_child;
	struct viewer_group *group;
	size_t n_group;
	/* Orders of no contact in force: these children, and every group in
	 * which one of them is or was enrolled. */
	int64_t *barred_child, *barred_group;
	size_t n_barred_child, n_barred_group;
};

/* ERR_NOT_FOUND when this organisation has no such account. */
bool viewer_load(struct house *, struct arena *, const struct organisation *,
    int64_t account, int64_t today, struct viewer **ret, struct err *) MUST_USE;

/* Names are opened when they are shown, which most requests do not; "" when
 * they cannot be read. */
str viewer_own_name(
    struct arena *, const struct organisation *, const struct viewer *);
str viewer_child_first(
    struct arena *, const struct organisation *, const struct viewer_child *);

bool viewer_is_family(const struct viewer *);
bool viewer_is_staff(const struct viewer *);
bool viewer_is_director(const struct viewer *);
/* Directors and safeguarding leads, see trace/trace.h. */
bool viewer_may_trace(const struct viewer *);
/* The rights over a child; 0 for a child that is none of the viewer's. */
int64_t viewer_rights(const struct viewer *, int64_t child);
/* The rights in a group; -1 when the viewer has nothing to do with it. */
int64_t viewer_group_rights(const struct viewer *, int64_t group);

#endif
