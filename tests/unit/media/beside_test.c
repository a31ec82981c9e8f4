/* beside: a thread that does what it is given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "media/beside.h"

#define MANY 10000

struct told {
	int order[MANY], n;
	pthread_t by;
};

struct number {
	struct told *told;
	int i;
};

static void
tell(void *arg)
{
	struct number *k = arg;

	k->told->by = pthread_self();
	k->told->order[k->told->n] = k->i;
	(void)__atomic_add_fetch(&k->told->n, 1, __ATOMIC_RELEASE);
}

static void
tell_later(void *arg)
{
	(void)usleep(20000);
	tell(arg);
}

static void
what_is_given_is_done_in_order(void **state)
{
	static struct number number[MANY];
	static struct told told;
	struct beside *b = beside_new();

	(void)state;
	for (int i = 0; i < MANY; i++) {
		number[i] = (struct number){&told, i};
		beside_do(b, tell, &number[i]);
	}
	beside_wait(b);
	assert_int_equal(told.n, MANY);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(told.order[i], i);
	assert_false(pthread_equal(told.by, pthread_self()));
	beside_free(b);
}

/* What a giver may write anew after each call. */
static void
so_many_calls_ago_everything_is_done(void **state)
{
	static struct told told;
	struct number number[MANY / 100];
	struct beside *b = beside_new();
	int before;

	(void)state;
	for (int i = 0; i < MANY / 100; i++) {
		number[i] = (struct number){&told, i};
		beside_do(b, i % 10 == 0 ? tell_later : tell, &number[i]);
		before = __atomic_load_n(&told.n, __ATOMIC_ACQUIRE);
		assert_true(before >= i + 1 - (int)BESIDE_TASKS);
	}
	beside_free(b);
	assert_int_equal(told.n, MANY / 100);
}

static void
the_end_waits_for_what_was_given(void **state)
{
	static struct told told;
	struct number number[2] = {{&told, 7}, {&told, 8}};
	struct beside *b = beside_new();

	(void)state;
	beside_do(b, tell_later, &number[0]);
	beside_do(b, tell_later, &number[1]);
	beside_free(b);
	assert_int_equal(told.n, 2);
	assert_int_equal(told.order[1], 8);
}

static void
without_a_thread_the_giver_does_it(void **state)
{
	static struct told told;
	struct number number = {&told, 3};

	(void)state;
	beside_do(NULL, tell, &number);
	assert_int_equal(told.n, 1);
	assert_true(pthread_equal(told.by, pthread_self()));
	beside_wait(NULL);
	beside_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_given_is_done_in_order),
	    cmocka_unit_test(so_many_calls_ago_everything_is_done),
	    cmocka_unit_test(the_end_waits_for_what_was_given),
	    cmocka_unit_test(without_a_thread_the_giver_does_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
