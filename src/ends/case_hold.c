#include "ends/case_hold.h"

#include "base/buf.h"
#include "report/casefile.h"

#define WORDS_MAX ((size_t)64 << 10)

/* The reason, and a line for each of whom it is about. */
static bool
words_of(const struct deed *d, int64_t case_file, str reason, str *ret,
    struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(WORDS_MAX);
	struct case_whom people;

	if (!case_whom(d, case_file, &people, e))
		return false;
	buf_str(&b, reason);
	for (size_t i = 0; i < people.n; i++) {
		buf_byte(&b, '\n');
		buf_str(&b, people.v[i].name);
	}
	return (!b.full && arena_str(d->arena, b.p, b.n, ret)) ||
	       err_set(e, ERR_LIMIT, "too many people");
}

bool
case_hold_place(const struct deed *d, int64_t case_file, str reason,
    int64_t until_on, struct err *e)
{
	int64_t id;
	str words;

	return words_of(d, case_file, reason, &words, e) &&
	       case_write(d, case_file, STORY_HELD,
		   arena_i64(d->arena, until_on), words, e) &&
	       hold_place(d, HOLD_CASE, case_file, reason, until_on, &id, e);
}

bool
case_hold_ask(
    const struct deed *d, int64_t case_file, int64_t id, struct err *e)
{
	return case_write(
		   d, case_file, STORY_RELEASE_ASKED, S(""), (str){0}, e) &&
	       hold_ask_of(d, HOLD_CASE, case_file, id, e);
}

bool
case_hold_release(
    const struct deed *d, int64_t case_file, int64_t id, struct err *e)
{
	return case_write(d, case_file, STORY_RELEASED, S(""), (str){0}, e) &&
	       hold_release_of(d, HOLD_CASE, case_file, id, e);
}
