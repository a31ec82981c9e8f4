/* What is done in turns: one step each, nothing half that stays, tried again
 * after a while, or settled for good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "move/turn.h"

/* A kind of work that notes what it is asked to do, and fails where it is told
 * to. */
static struct {
	char said[64];
	size_t n;
	int64_t first, second; /* that wait, 0: none */
	int64_t waits;         /* the one that was found, 0: nothing */
	int steps, fails_at;
	enum err_kind with;
	bool over, cannot_say;
} w;

static void
say(char c)
{
	assert_true(w.n + 1 < sizeof(w.said));
	w.said[w.n++] = c;
	w.said[w.n] = '\0';
}

static bool
find(struct house *h, struct arena *a, int64_t after, int64_t *ret_id,
    int64_t *ret_org, struct err *e)
{
	(void)h;
	(void)a;
	(void)e;
	say('f');
	w.waits = w.first > after ? w.first : w.second > after ? w.second : 0;
	*ret_id = w.waits;
	*ret_org = 1;
	return true;
}

static void *
begin(int64_t id)
{
	assert_int_equal(id, w.waits);
	say('b');
	w.steps = 0;
	return &w;
}

static bool
step(const struct deed *d, void *work, bool *ret_done, struct err *e)
{
	assert_ptr_equal(work, &w);
	assert_int_equal(d->org->id, 1);
	say('s');
	if (++w.steps == w.fails_at)
		return err_set(e, w.with, "as told");
	*ret_done = w.steps == 3;
	if (*ret_done && w.waits == w.first)
		w.first = 0;
	else if (*ret_done)
		w.second = 0;
	return true;
}

static void
drop(struct house *h, void *work)
{
	assert_non_null(h);
	assert_ptr_equal(work, &w);
	say('d');
}

static bool
settle(const struct deed *d, const void *work, const struct err *why, bool *ret,
    struct err *e)
{
	assert_ptr_equal(work, &w);
	assert_non_null(d->house);
	assert_int_equal(why->kind, w.with);
	say('t');
	*ret = w.over;
	return !w.cannot_say || err_set(e, ERR_FULL, "no room for a word");
}

static void
end(void *work)
{
	assert_ptr_equal(work, &w);
	say('e');
}

static const struct turn_kind kind = {
    "work", find, begin, step, drop, settle, end};
static struct organisation org = {.id = 1};
static struct house house = {.org = &org, .n_org = 1};
static struct turn t;

static int
setup(void **state)
{
	(void)state;
	memset(&w, 0, sizeof(w));
	w.first = 7;
	t = (struct turn){.kind = &kind};
	return 0;
}

static bool
take(int64_t now_ms, bool *ret_more, struct err *e)
{
	OWNED(arena) a = arena_new((size_t)1 << 20);

	return turn_take(&t, &house, a, now_ms, ret_more, e);
}

static void
each_turn_is_one_step_until_it_is_done(void **state)
{
	struct err e;
	bool more;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_true(take(10, &more, &e));
		assert_true(more);
		assert_true(turn_due_ms(&t) == INT64_MAX);
	}
	assert_string_equal(w.said, "fbssse");
	assert_true(take(10, &more, &e));
	assert_false(more);
	assert_string_equal(w.said, "fbsssef");
}

static void
what_is_half_goes_before_anything_is_said_and_it_is_begun_anew(void **state)
{
	struct err e;
	bool more;

	(void)state;
	w.fails_at = 2;
	w.with = ERR_FULL;
	assert_true(take(10, &more, &e));
	assert_false(take(10, &more, &e));
	assert_int_equal(e.kind, ERR_FULL);
	assert_false(more);
	assert_string_equal(w.said, "fbssdte");
	assert_int_equal(turn_due_ms(&t), 10 + TURN_AGAIN_MS);
	assert_true(take(9 + TURN_AGAIN_MS, &more, &e));
	assert_string_equal(w.said, "fbssdte");
	w.fails_at = 0;
	for (int i = 0; i < 3; i++)
		assert_true(take(10 + TURN_AGAIN_MS, &more, &e));
	/* It looked for another behind it first. */
	assert_string_equal(w.said, "fbssdteffbssse");
	assert_true(turn_due_ms(&t) == INT64_MAX);
}

static void
what_is_settled_is_no_fault_and_the_next_is_found_at_once(void **state)
{
	struct err e;
	bool more;

	(void)state;
	w.fails_at = 1;
	w.with = ERR_CORRUPT;
	w.over = true;
	assert_true(take(10, &more, &e));
	assert_true(more);
	assert_string_equal(w.said, "fbsdte");
	w.first = 0;
	assert_true(take(10, &more, &e));
	assert_string_equal(w.said, "fbsdtef");
}

static void
the_first_fault_is_told_when_it_cannot_be_said(void **state)
{
	struct err e;
	bool more;

	(void)state;
	w.fails_at = 1;
	w.with = ERR_IO;
	w.over = w.cannot_say = true;
	assert_false(take(10, &more, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_string_equal(w.said, "fbsdte");
	assert_null(t.work);
}

static void
one_that_fails_again_and_again_is_not_in_the_way_of_the_next(void **state)
{
	int64_t now = 10;
	struct err e;
	bool more;

	(void)state;
	w.second = 9;
	w.fails_at = 1;
	w.with = ERR_IO;
	assert_false(take(now, &more, &e));
	assert_int_equal(w.waits, 7);
	w.fails_at = 0;
	now += TURN_AGAIN_MS;
	for (int i = 0; i < 3; i++)
		assert_true(take(now, &more, &e));
	assert_int_equal(w.first, 7);
	assert_int_equal(w.second, 0);
	assert_true(take(now, &more, &e));
	assert_int_equal(w.waits, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(
		each_turn_is_one_step_until_it_is_done, setup),
	    cmocka_unit_test_setup(
		what_is_half_goes_before_anything_is_said_and_it_is_begun_anew,
		setup),
	    cmocka_unit_test_setup(
		what_is_settled_is_no_fault_and_the_next_is_found_at_once,
		setup),
	    cmocka_unit_test_setup(
		the_first_fault_is_told_when_it_cannot_be_said, setup),
	    cmocka_unit_test_setup(
		one_that_fails_again_and_again_is_not_in_the_way_of_the_next,
		setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
