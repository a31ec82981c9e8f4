/*
 * circle — those of the staff who may act in one matter: look into what was
 * stopped (stop/circle.h), trace a copy (trace/trace.h).
 */
#ifndef PEOPLE_CIRCLE_H
#define PEOPLE_CIRCLE_H

#include "house/house.h"

struct circle_member {
	int64_t account;
	str name;
	bool director;
};

struct circle {
	struct circle_member *v;
	size_t n;
};

/* NULL: not in it. */
const struct circle_member *circle_find(const struct circle *, int64_t account);
bool circle_has(const struct circle *, int64_t account);
/* Empty: not in it. */
str circle_name(const struct circle *, int64_t account);

#endif
