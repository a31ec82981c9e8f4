/* cast — who is in the demonstration. */
#ifndef DEMO_CAST_H
#define DEMO_CAST_H

#include "people/deed.h"
#include "sql_child.h"

#define DEMO_NAME "Les Tilleuls"
#define DEMO_GROUP_SMALL "Les Écureuils"
#define DEMO_GROUP_BIG "Les Hérissons"

struct demo_staff {
	const char *login, *pass, *name, *role;
	const char *groups[2]; /* NULL: none */
	const char *who;
};

struct demo_family {
	const char *login, *pass;
	const char *name; /* as in the sheet */
	const char *who;
};

extern const struct demo_staff demo_staff[];     /* ends at NULL login */
extern const struct demo_family demo_families[]; /* ends at NULL login */
/* A roster in CSV; @from and @until stand for days that depend on today. */
extern const char demo_sheet[];

/* The child of that first name; 0: none. */
int64_t cast_child(
    const struct deed *, const struct sql_child_list_rows *, const char *first);

#endif
