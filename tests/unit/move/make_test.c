/* What one parcel takes of many things: the newest, as many as fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "move/make.h"

static struct folder_item items[MANIFEST_PARTS_MAX + 10];

static size_t
fits(size_t n, uint64_t each)
{
	for (size_t i = 0; i < n; i++)
		items[i] = (struct folder_item){.bytes = each};
	return make_fits(&(struct folder){.v = items, .n = n});
}

static void
what_fits_goes_along_whole(void **state)
{
	(void)state;
	assert_int_equal(fits(0, 0), 0);
	assert_int_equal(fits(12, 1 << 20), 12);
	assert_int_equal(
	    fits(MANIFEST_PARTS_MAX - 1, 1 << 10), MANIFEST_PARTS_MAX - 1);
	assert_int_equal(fits(64, MAKE_ITEMS_MAX / 64), 64);
}

static void
of_more_the_newest_that_fit(void **state)
{
	(void)state;
	assert_int_equal(
	    fits(MANIFEST_PARTS_MAX, 1 << 10), MANIFEST_PARTS_MAX - 1);
	assert_int_equal(
	    fits(MANIFEST_PARTS_MAX + 10, 1 << 10), MANIFEST_PARTS_MAX - 1);
	assert_int_equal(fits(64, MAKE_ITEMS_MAX / 64 + 1), 63);
	fits(3, 1);
	items[1].bytes = MAKE_ITEMS_MAX;
	assert_int_equal(make_fits(&(struct folder){.v = items, .n = 3}), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_fits_goes_along_whole),
	    cmocka_unit_test(of_more_the_newest_that_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
