/* place — an organisation in a folder of its own, for the tests of people/. */
#ifndef TEST_PEOPLE_PLACE_H
#define TEST_PEOPLE_PLACE_H

#include "people/deed.h"

#define PLACE_NOW 1795000000 /* 18 November 2026 */

struct place {
	char folder[64];
	struct conf conf;
	struct house house;
	struct arena *arena;
	struct deed d; /* the command line's */
	struct err e;
	int64_t season; /* 2026-09-01 to 2027-08-31 */
};

void place_open(struct place *);
void place_close(struct place *);
/* One number out of the database. */
int64_t place_number(struct place *, const char *sql);
void place_begin(struct place *);
void place_commit(struct place *);

/* An active account that signs in with that login and PLACE_PASS. */
#define PLACE_PASS S("quatre mots bien choisis")
int64_t place_account(struct place *, str kind, str role, str login);

#define DONE(p, x)                                  \
	do {                                        \
		if (!(x))                           \
			fail_msg("%s", (p)->e.msg); \
	} while (0)
/* The same in a transaction of its own. */
#define DID(p, x)                \
	do {                     \
		place_begin(p);  \
		DONE(p, x);      \
		place_commit(p); \
	} while (0)
#define REFUSED(p, x, why)                            \
	do {                                          \
		place_begin(p);                       \
		assert_false(x);                      \
		assert_int_equal((p)->e.kind, (why)); \
		db_rollback((p)->house.db);           \
	} while (0)

#endif
