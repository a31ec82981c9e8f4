#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/num.h"
#include "crypto/key.h"
#include "crypto/mac.h"
#include "crypto/pass.h"
#include "crypto/totp.h"

static struct arena *a;
static struct err e;

static int
arena_make(void **state)
{
	(void)state;
	a = arena_new(1 << 20);
	return 0;
}

static int
arena_drop(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* ---- key ---- */

static void
a_wrapped_key_opens_with_its_wrapper_and_context_only(void **state)
{
	struct key with, k, got, other;
	str w;

	(void)state;
	key_random(&with);
	key_random(&k);
	key_random(&other);
	assert_true(key_wrap(a, &with, &k, S("blob 17"), &w, &e));
	assert_int_equal(w.n, KEY_WRAPPED_BYTES);
	assert_true(key_unwrap(&with, w, S("blob 17"), &got, &e));
	assert_memory_equal(got.b, k.b, KEY_BYTES);
	assert_false(key_unwrap(&with, w, S("blob 18"), &got, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	assert_false(key_unwrap(&other, w, S("blob 17"), &got, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	assert_false(key_unwrap(&with, (str){0}, S("blob 17"), &got, &e));
	assert_false(
	    key_unwrap(&with, str_sub(w, 0, w.n - 1), S("blob 17"), &got, &e));
}

static void
every_changed_byte_of_a_wrapped_key_is_found(void **state)
{
	struct key with, k, got;
	char bytes[KEY_WRAPPED_BYTES];
	str w;

	(void)state;
	key_random(&with);
	key_random(&k);
	assert_true(key_wrap(a, &with, &k, S("x"), &w, &e));
	for (size_t i = 0; i < w.n; i++) {
		memcpy(bytes, w.p, w.n);
		bytes[i] ^= 1;
		assert_false(
		    key_unwrap(&with, (str){bytes, w.n}, S("x"), &got, &e));
	}
}

static void
a_text_opens_in_its_own_column_only(void **state)
{
	struct key k;
	str sealed, again, text;

	(void)state;
	key_random(&k);
	assert_true(text_seal(a, &k, "account.name", S("Zoé 🌻"), &sealed, &e));
	assert_true(text_seal(a, &k, "account.name", S("Zoé 🌻"), &again, &e));
	assert_false(str_eq(sealed, again));
	assert_true(text_open(a, &k, "account.name", sealed, &text, &e));
	assert_true(str_eq(text, S("Zoé 🌻")));
	assert_false(text_open(a, &k, "account.login", sealed, &text, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	assert_false(text_open(
	    a, &k, "account.name", str_sub(sealed, 0, 39), &text, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static void
no_text_stays_none_and_an_empty_one_stays_empty(void **state)
{
	struct key k;
	str sealed = S("x"), text = S("x");

	(void)state;
	key_random(&k);
	assert_true(text_seal(a, &k, "t.c", (str){0}, &sealed, &e));
	assert_null(sealed.p);
	assert_true(text_open(a, &k, "t.c", sealed, &text, &e));
	assert_null(text.p);
	assert_true(text_seal(a, &k, "t.c", S(""), &sealed, &e));
	assert_non_null(sealed.p);
	assert_true(text_open(a, &k, "t.c", sealed, &text, &e));
	assert_non_null(text.p);
	assert_int_equal(text.n, 0);
}

static void
a_wrapped_key_is_never_taken_for_a_text(void **state)
{
	struct key with, k;
	str w, text;

	(void)state;
	key_random(&with);
	key_random(&k);
	assert_true(key_wrap(a, &with, &k, S("t.c"), &w, &e));
	assert_false(text_open(a, &with, "t.c", w, &text, &e));
}

static void
a_full_arena_is_a_limit_not_a_crash(void **state)
{
	static const char big[5000];
	OWNED(arena) small = arena_new(4096);
	struct key k;
	str ret = S("untouched");

	(void)state;
	key_random(&k);
	assert_false(
	    text_seal(small, &k, "t.c", (str){big, sizeof(big)}, &ret, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_true(str_eq(ret, S("untouched")));
}

static void
a_digest_depends_on_key_context_and_text(void **state)
{
	struct key k, other;
	str d;

	(void)state;
	key_random(&k);
	key_random(&other);
	d = key_digest(a, &k, "login", S("ann"));
	assert_int_equal(d.n, KEY_DIGEST_BYTES);
	assert_true(key_equal(d, key_digest(a, &k, "login", S("ann"))));
	assert_false(key_equal(d, key_digest(a, &other, "login", S("ann"))));
	assert_false(key_equal(d, key_digest(a, &k, "token", S("ann"))));
	assert_false(key_equal(d, key_digest(a, &k, "login", S("anna"))));
	/* Where the context ends is part of what is hashed. */
	assert_false(key_equal(
	    key_digest(a, &k, "ab", S("c")), key_digest(a, &k, "a", S("bc"))));
}

/* As Python's hashlib.blake2b gives it with key, person and the same bytes. */
static void
a_mac_is_blake2b_with_its_purpose_and_leaves_nothing(void **state)
{
	static const uint8_t before[KEY_DIGEST_BYTES];
	uint8_t got[KEY_DIGEST_BYTES], want[KEY_DIGEST_BYTES];
	struct mac m, wiped = {0};
	struct key k;

	(void)state;
	for (int i = 0; i < KEY_BYTES; i++)
		k.b[i] = (uint8_t)i;
	assert_true(num_hex(S("7e70249ef6e1fd43fa09f7f903a742d4"
			      "e07480454022c128053d654e85846787"),
	    want, sizeof(want)));
	mac_begin(&m, &k, "preau audit 1");
	mac_put(&m, before, sizeof(before));
	mac_i64(&m, -2);
	mac_str(&m, S("Léa!"));
	mac_end(&m, got);
	assert_memory_equal(got, want, sizeof(want));
	assert_memory_equal(&m, &wiped, sizeof(m));
}

static void
derived_keys_differ_by_context(void **state)
{
	struct key k, one, two, again;

	(void)state;
	key_random(&k);
	key_derive(&k, "digest", &one);
	key_derive(&k, "audit", &two);
	key_derive(&k, "digest", &again);
	assert_memory_equal(one.b, again.b, KEY_BYTES);
	assert_memory_not_equal(one.b, two.b, KEY_BYTES);
	assert_memory_not_equal(one.b, k.b, KEY_BYTES);
	key_derive(&k, "digest", &k); /* in place */
	assert_memory_equal(one.b, k.b, KEY_BYTES);
}

static void
a_key_that_is_done_is_wiped(void **state)
{
	static const struct key zero;
	struct key k;

	(void)state;
	key_random(&k);
	key_done(&k);
	assert_memory_equal(k.b, zero.b, KEY_BYTES);
}

/* ---- totp ---- */

static const uint8_t rfc[TOTP_SECRET_BYTES] = "12345678901234567890";

static void
totp_agrees_with_rfc_6238(void **state)
{
	static const struct {
		int64_t at;
		const char *last6; /* the RFC shows eight digits */
	} vector[] = {
	    {59, "287082"},
	    {1111111109, "081804"},
	    {1111111111, "050471"},
	    {1234567890, "005924"},
	    {2000000000, "279037"},
	    {20000000000, "353130"},
	};
	char code[7];

	(void)state;
	for (size_t i = 0; i < sizeof(vector) / sizeof(*vector); i++) {
		totp_code(rfc, vector[i].at / 30, code);
		assert_string_equal(code, vector[i].last6);
	}
}

static void
a_code_is_good_one_step_around_and_only_once(void **state)
{
	int64_t step = 0, now = 1111111109, here = now / 30;
	char code[7];

	(void)state;
	for (int64_t d = -3; d <= 3; d++) {
		totp_code(rfc, here + d, code);
		assert_int_equal(totp_check(rfc, str_c(code), now, 0, &step),
		    d >= -1 && d <= 1);
		if (d >= -1 && d <= 1)
			assert_int_equal(step, here + d);
	}
	totp_code(rfc, here, code);
	assert_true(totp_check(rfc, str_c(code), now, here - 1, &step));
	assert_false(totp_check(rfc, str_c(code), now, here, &step));
	assert_false(totp_check(rfc, str_c(code), now, here + 1, &step));
	assert_false(totp_check(rfc, S("08180"), now, 0, &step));
	assert_false(totp_check(rfc, S("0818044"), now, 0, &step));
	assert_false(totp_check(rfc, (str){0}, now, 0, &step));
}

static void
the_uri_of_a_secret_is_percent_encoded(void **state)
{
	str uri = totp_uri(a, rfc, S("zoé@x"), S("Les Tilleuls"));

	(void)state;
	assert_true(
	    str_eq(totp_base32(a, rfc), S("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")));
	assert_true(str_eq(uri,
	    S("otpauth://totp/Les%20Tilleuls:zo%C3%A9%40x"
	      "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	      "&issuer=Les%20Tilleuls&algorithm=SHA1&digits=6&period=30")));
}

/* ---- pass ---- */

static void
what_everybody_chooses_is_common(void **state)
{
	static const char *const common[] = {
	    "motdepasse2024",
	    "MotDePasse!!!!",
	    "Mot de passe 1",
	    "azertyuiop123",
	    "123456789012",
	    "0987654321098",
	    "aaaaaaaaaaaa",
	    "121212121212",
	    "passwordpassword",
	    "soleilsoleil",
	    "Soleil-Soleil-12",
	    "azerty123456",
	    "qwertyqsdfgh",
	    "jetaimemaman",
	    "Je t’aime maman",
	    "jeanbaptiste75",
	    "Jean-Philippe 1980",
	    "centre de loisirs",
	    "Noël Noël Noël",
	    "Fevrier 202 6 6",
	    "2024-2025-décembre",
	    "abcdefghijkl",
	    "azerazerazer",
	    "CŒURCŒURCŒUR",
	    "Gohabsgo2026",
	    "correct horse battery staple",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++)
		if (pass_check(str_c(common[i]), S("ann")) != PASS_COMMON)
			fail_msg("taken for good: %s", common[i]);
}

static void
what_a_family_can_remember_is_good(void **state)
{
	static const char *const good[] = {
	    "le chat gris dort sur le toit",
	    "trois tortues vertes",
	    "Zoé adore la soupe",
	    "girafe-biscuit-orage",
	    "7kP2-9931-4421-88",
	    "четыре слова подряд",
	    "東京大阪名古屋札幌福岡仙台神戸",
	    "papillon et tracteur",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (pass_check(str_c(good[i]), S("ann")) != PASS_OK)
			fail_msg("refused: %s", good[i]);
}

static void
length_counts_signs_not_bytes(void **state)
{
	char long_one[PASS_MAX * 8];

	(void)state;
	assert_int_equal(pass_check(S("trois mots"), S("")), PASS_SHORT);
	assert_int_equal(pass_check(S("éééééêêêêêà"), S("")), PASS_SHORT);
	assert_int_equal(pass_check(S(""), S("")), PASS_SHORT);
	assert_int_equal(
	    pass_check(S("\xff\xfe not a text at all"), S("")), PASS_SHORT);
	memset(long_one, 'x', sizeof(long_one));
	assert_int_equal(
	    pass_check((str){long_one, PASS_MAX + 1}, S("")), PASS_LONG);
	assert_int_equal(
	    pass_check((str){long_one, sizeof(long_one)}, S("")), PASS_LONG);
}

static void
a_login_is_no_passphrase(void **state)
{
	(void)state;
	assert_int_equal(
	    pass_check(S("sophie.lemercier"), S("sophie.lemercier")),
	    PASS_IS_LOGIN);
	assert_int_equal(
	    pass_check(S("Sophie Lemercier 82"), S("sophie.lemercier")),
	    PASS_IS_LOGIN);
	assert_int_equal(
	    pass_check(S("lemerlemerlemer"), S("lemer")), PASS_IS_LOGIN);
	assert_int_equal(
	    pass_check(S("lemer aime la mer"), S("lemer")), PASS_OK);
}

static void
a_passphrase_verifies_against_its_hash_only(void **state)
{
	str hash, again;

	(void)state;
	assert_true(pass_hash(a, S("trois tortues vertes"), &hash, &e));
	assert_true(pass_hash(a, S("trois tortues vertes"), &again, &e));
	assert_false(str_eq(hash, again));
	assert_true(str_starts(hash, S("$argon2id$")));
	assert_true(pass_verify(hash, S("trois tortues vertes")));
	assert_false(pass_verify(hash, S("trois tortues verte")));
	assert_false(pass_verify(hash, S("")));
	assert_false(pass_verify(S("nonsense"), S("trois tortues vertes")));
}

/* Work that a verification costs, whatever else the machine does. */
static clock_t
work_of(str hash)
{
	clock_t from = clock();

	assert_false(pass_verify(hash, S("x")));
	return clock() - from;
}

static void
nobody_takes_as_long_as_somebody(void **state)
{
	clock_t some, none;
	str hash;

	(void)state;
	assert_true(pass_hash(a, S("trois tortues vertes"), &hash, &e));
	some = work_of(hash);
	none = work_of(S(""));
	assert_true(none * 3 >= some && some * 3 >= none);
}

#define in_arena(t) cmocka_unit_test_setup_teardown(t, arena_make, arena_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    in_arena(a_wrapped_key_opens_with_its_wrapper_and_context_only),
	    in_arena(every_changed_byte_of_a_wrapped_key_is_found),
	    in_arena(a_text_opens_in_its_own_column_only),
	    in_arena(no_text_stays_none_and_an_empty_one_stays_empty),
	    in_arena(a_wrapped_key_is_never_taken_for_a_text),
	    in_arena(a_full_arena_is_a_limit_not_a_crash),
	    in_arena(a_digest_depends_on_key_context_and_text),
	    in_arena(a_mac_is_blake2b_with_its_purpose_and_leaves_nothing),
	    in_arena(derived_keys_differ_by_context),
	    in_arena(a_key_that_is_done_is_wiped),
	    in_arena(totp_agrees_with_rfc_6238),
	    in_arena(a_code_is_good_one_step_around_and_only_once),
	    in_arena(the_uri_of_a_secret_is_percent_encoded),
	    in_arena(what_everybody_chooses_is_common),
	    in_arena(what_a_family_can_remember_is_good),
	    in_arena(length_counts_signs_not_bytes),
	    in_arena(a_login_is_no_passphrase),
	    in_arena(a_passphrase_verifies_against_its_hash_only),
	    in_arena(nobody_takes_as_long_as_somebody),
	};

	if (!crypto_init(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
