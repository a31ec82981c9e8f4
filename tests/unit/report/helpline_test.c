/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
/* clang-format on */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/helpline.h"

#define LINE(profile, number, tel)                          \
	"{\"profile\":\"" profile "\",\"number\":\"" number \
	"\",\"tel\":\"" tel "\",\"fr\":\"Pour tous\",\"en\":\"For all\"}"
#define BOOK(reviewed, lines)                                        \
	"{\"format\":\"preau-helplines-1\",\"reviewed\":\"" reviewed \
	"\",\"lines\":[" lines "]}"

static const char good[] =
    BOOK("2026-11-29", LINE("fr", "119", "119") "," LINE(
			   "fr", "17", "17") "," LINE("ca", "911", "911"));

static void
lines_of_a_profile_are_found_in_their_order(void **state)
{
	OWNED(arena) a = arena_new(1 << 20);
	struct helpline_book b;
	struct helpline_list l;
	struct err e;

	(void)state;
	assert_true(helpline_read(a, str_c(good), &b, &e));
	l = helpline_of(&b, S("fr"));
	assert_int_equal(l.n, 2);
	assert_true(str_eq(l.v[0].number, S("119")));
	assert_true(str_eq(l.v[0].what[LANG_EN], S("For all")));
	assert_int_equal(l.v[0].children[LANG_FR].n, 0);
	l = helpline_of(&b, S("ca"));
	assert_int_equal(l.n, 1);
	assert_true(str_eq(l.v[0].tel, S("911")));
	assert_true(
	    str_eq(helpline_of(&b, S("nowhere")).v[0].number, S("119")));
}

static void
a_review_lasts_seven_months(void **state)
{
	OWNED(arena) a = arena_new(1 << 20);
	struct helpline_book b;
	struct err e;

	(void)state;
	assert_true(helpline_read(a, str_c(good), &b, &e));
	assert_false(
	    helpline_overdue(&b, b.reviewed_on + HELPLINE_REVIEW_DAYS));
	assert_true(
	    helpline_overdue(&b, b.reviewed_on + HELPLINE_REVIEW_DAYS + 1));
}

static void
what_is_not_whole_is_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"format\":\"preau-helplines-1\"}",
	    BOOK("2026-11-31", LINE("fr", "119", "119")),
	    BOOK("2026-11-29", ""),
	    BOOK("2026-11-29", LINE("fr", "119", "1 19")),
	    BOOK("2026-11-29", LINE("fr", "119", "+33119")),
	    BOOK("2026-11-29", LINE("", "119", "119")),
	    BOOK("2026-11-29", "{\"profile\":\"fr\"}"),
	    BOOK("2026-11-29", LINE("fr", "119", "119") "," LINE("ca", "911",
				   "911") "," LINE("fr", "17", "17")),
	};
	OWNED(arena) a = arena_new(8 << 20);
	struct helpline_book b;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(helpline_read(a, str_c(bad[i]), &b, &e));
	for (size_t n = 0; n < sizeof(good) - 1; n++)
		assert_false(helpline_read(a, (str){good, n}, &b, &e));
}

/* ---- the file ---- */

static void
put(const char *folder, const char *name, const void *p, size_t n)
{
	char path[300];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void
a_file_is_taken_when_the_key_signed_it(void **state)
{
	char folder[] = "/tmp/preau-helplines-XXXXXX";
	uint8_t public[crypto_sign_PUBLICKEYBYTES];
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	uint8_t signature[crypto_sign_BYTES];
	OWNED(arena) a = arena_new(8 << 20);
	struct helpline_book b;
	struct conf c = {0};
	struct err e;

	(void)state;
	assert_true(sodium_init() >= 0);
	assert_non_null(mkdtemp(folder));
	(void)snprintf(c.data, sizeof(c.data), "%s", folder);
	crypto_sign_keypair(public, secret);
	sodium_bin2hex(
	    c.helplines_key, sizeof(c.helplines_key), public, sizeof(public));
	assert_false(helpline_file(a, &c, &b, &e));
	put(folder, "helplines.json", good, sizeof(good) - 1);
	assert_false(helpline_file(a, &c, &b, &e));
	assert_int_equal(e.kind, ERR_DENIED);
	crypto_sign_detached(
	    signature, NULL, (const uint8_t *)good, sizeof(good) - 1, secret);
	put(folder, "helplines.json.sig", signature, sizeof(signature));
	assert_true(helpline_file(a, &c, &b, &e));
	assert_int_equal(b.n, 3);
	signature[9] ^= 1;
	put(folder, "helplines.json.sig", signature, sizeof(signature));
	assert_false(helpline_file(a, &c, &b, &e));
	signature[9] ^= 1;
	put(folder, "helplines.json.sig", signature, sizeof(signature));
	c.helplines_key[3] = c.helplines_key[3] == '0' ? '1' : '0';
	assert_false(helpline_file(a, &c, &b, &e));
	assert_int_equal(e.kind, ERR_DENIED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_of_a_profile_are_found_in_their_order),
	    cmocka_unit_test(a_review_lasts_seven_months),
	    cmocka_unit_test(what_is_not_whole_is_refused),
	    cmocka_unit_test(a_file_is_taken_when_the_key_signed_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
