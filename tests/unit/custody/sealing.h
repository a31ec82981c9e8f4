/* sealing — a village where a photo is shown, reported and sealed. */
#ifndef TESTS_SEALING_H
#define TESTS_SEALING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "custody/ceremony.h"
#include "custody/work.h"
#include "village.h"

extern struct village v;
extern enum err_kind answer; /* of DO */

#define PLAIN "un motif de carreaux bleus"

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define count(what) village_count(&v, what)
#define DO(call)                                           \
	do {                                               \
		DONE(db_begin(v.house.db, &v.e));          \
		answer = (call) ? ERR_NONE : v.e.kind;     \
		if (answer == ERR_NONE)                    \
			DONE(db_commit(v.house.db, &v.e)); \
		else                                       \
			db_rollback(v.house.db);           \
	} while (0)

str pass_of(int64_t account);
void name_custodian(int64_t by, int64_t account);
int64_t shown(void);
int64_t reported_of(int64_t medium);
int64_t reported(int64_t *ret_medium);
void seal(int64_t case_file);
bool anybody_sees(int64_t medium);
bool work(struct custody_work *w);
void work_all(void);
struct custody loaded(int64_t case_file);
struct ceremony_two both(const struct deed *d, int64_t seal_id);
int64_t sealed_case(int64_t *ret_medium);

#endif
