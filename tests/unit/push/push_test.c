/* Notifications by the letter of RFC 8291 and RFC 8292, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include "push/sealed.h"
#include "push/vapid.h"

static struct arena *arena;
static struct conf_services services;
static struct err e;

/* RFC 8291, 5 and appendix A. */
#define TEXT "When I grow up, I want to be a watermelon"
#define AS_PRIVATE "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
#define AS_PUBLIC                                                      \
	"BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY" \
	"WAmS6TlzAC8wEqKK6PBru3jl7A8"
#define UA_PRIVATE "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
#define UA_PUBLIC                                                      \
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4" \
	"bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
#define SALT "DGv6ra1nlYgDCS1FRnbzlw"
#define AUTH "BTBZMqHH6r4Tts7J_aSIgg"
#define SECRET "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"
#define BODY                                                           \
	"DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy" \
	"27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95b" \
	"Qpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxs" \
	"j_Qulcy4a-fN"

#define ADDRESS "https://push.example.net/p/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"

/* RFC 8292, 2.4. */
#define CLAIMED                                                       \
	"eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3" \
	"B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1ha" \
	"Wx0bzpwdXNoQGV4YW1wbGUuY29tIn0"
#define CLAIMED_BY                                                      \
	"BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU" \
	"_RCPCfA5aq9ojSwk5Y2EmClBPs"
#define CLAIMED_PROOF                                                   \
	"i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErt" \
	"mysazNjjvW2L9OkSSHzvoD1oA"

static int
begin(void **state)
{
	(void)state;
	arena = arena_new((size_t)1 << 20);
	assert_true(crypto_init(&e));
	assert_true(
	    conf_services_read(S("browsers,push.example.net"), &services, &e));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void
bytes(const char *text, void *ret, size_t n)
{
	size_t got;

	assert_int_equal(
	    sodium_base642bin(ret, n, text, strlen(text), NULL, &got, NULL,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING),
	    0);
	assert_int_equal(got, n);
}

static struct curve_key *
key_of(const char *text)
{
	struct curve_key *ret;
	struct key k;

	bytes(text, k.b, sizeof(k.b));
	ret = curve_key_new(&k, &e);
	assert_non_null(ret);
	return ret;
}

static struct push_target
target(void)
{
	struct push_target t;

	if (!push_target_read(
		&services, S(ADDRESS), S(UA_PUBLIC), S(AUTH), &t, &e))
		fail_msg("%s", e.msg);
	return t;
}

static void
assert_text(str got, const char *want)
{
	if (!str_eq(got, str_c(want)))
		fail_msg(STR_FMT " is not %s", STR_ARG(got), want);
}

static void
the_message_of_the_standard_comes_out_byte_for_byte(void **state)
{
	OWNED(curve_key) as = key_of(AS_PRIVATE);
	CLEANUP(buf_done) struct buf b = BUF_MAX(PUSH_SEAL_MAX);
	struct push_target t = target();
	uint8_t salt[PUSH_SEAL_SALT_BYTES], point[CURVE_POINT_BYTES];
	struct key secret;

	(void)state;
	curve_point(as, point);
	assert_text(push_base64(arena, point, sizeof(point)), AS_PUBLIC);
	assert_true(curve_agree(as, t.point, &secret, &e));
	assert_text(push_base64(arena, secret.b, sizeof(secret.b)), SECRET);
	bytes(SALT, salt, sizeof(salt));
	assert_true(push_seal_with(&b, &t, S(TEXT), as, salt, 0, &e));
	assert_text(push_base64(arena, b.p, b.n), BODY);
}

static void
both_sides_agree_on_the_secret(void **state)
{
	OWNED(curve_key) as = key_of(AS_PRIVATE);
	OWNED(curve_key) ua = key_of(UA_PRIVATE);
	uint8_t theirs[CURVE_POINT_BYTES];
	struct key one, other;

	(void)state;
	curve_point(ua, theirs);
	assert_text(push_base64(arena, theirs, sizeof(theirs)), UA_PUBLIC);
	assert_true(curve_agree(as, theirs, &one, &e));
	curve_point(as, theirs);
	assert_true(curve_agree(ua, theirs, &other, &e));
	assert_memory_equal(one.b, other.b, sizeof(one.b));
}

static void
every_message_is_of_one_length_and_none_is_like_another(void **state)
{
	CLEANUP(buf_done) struct buf a = BUF_MAX(PUSH_SEAL_MAX);
	CLEANUP(buf_done) struct buf b = BUF_MAX(PUSH_SEAL_MAX);
	struct push_target t = target();
	char much[PUSH_SEAL_TEXT_MAX + 1] = {0};

	(void)state;
	assert_true(push_seal(&a, &t, S("a"), &e));
	assert_true(push_seal(&b, &t, (str){much, PUSH_SEAL_TEXT_MAX}, &e));
	assert_int_equal(a.n, PUSH_SEAL_MAX);
	assert_int_equal(b.n, PUSH_SEAL_MAX);
	buf_clear(&b);
	assert_true(push_seal(&b, &t, S("a"), &e));
	assert_memory_not_equal(a.p, b.p, PUSH_SEAL_SALT_BYTES);
	assert_memory_not_equal(
	    a.p + PUSH_SEAL_HEAD_BYTES, b.p + PUSH_SEAL_HEAD_BYTES, 32);
	assert_false(push_seal(&b, &t, (str){much, sizeof(much)}, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
}

/* ---- who sends ---- */

/* Written anew, so that a fault of curve.c is not believed. */
static bool
verify(const char *by, str text, const uint8_t *proof)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_MD_CTX *m = EVP_MD_CTX_new();
	ECDSA_SIG *s = ECDSA_SIG_new();
	uint8_t point[CURVE_POINT_BYTES], *der = NULL;
	char group[] = "P-256";
	EVP_PKEY *k = NULL;
	OSSL_PARAM p[] = {
	    OSSL_PARAM_construct_utf8_string(
		OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
	    OSSL_PARAM_construct_octet_string(
		OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
	    OSSL_PARAM_construct_end(),
	};
	int n;
	bool ret;

	bytes(by, point, sizeof(point));
	assert_int_equal(EVP_PKEY_fromdata_init(c), 1);
	assert_int_equal(EVP_PKEY_fromdata(c, &k, EVP_PKEY_PUBLIC_KEY, p), 1);
	assert_int_equal(ECDSA_SIG_set0(s, BN_bin2bn(proof, 32, NULL),
			     BN_bin2bn(proof + 32, 32, NULL)),
	    1);
	n = i2d_ECDSA_SIG(s, &der);
	assert_int_equal(
	    EVP_DigestVerifyInit(m, NULL, EVP_sha256(), NULL, k), 1);
	ret = EVP_DigestVerify(
		  m, der, (size_t)n, (const uint8_t *)text.p, text.n) == 1;
	OPENSSL_free(der);
	ECDSA_SIG_free(s);
	EVP_MD_CTX_free(m);
	EVP_PKEY_free(k);
	EVP_PKEY_CTX_free(c);
	return ret;
}

static void
the_token_of_the_standard_is_the_one_that_is_written(void **state)
{
	OWNED(curve_key) k = key_of(AS_PRIVATE);
	uint8_t proof[CURVE_SIGNATURE_BYTES];
	str token, claims, head, rest;

	(void)state;
	bytes(CLAIMED_PROOF, proof, sizeof(proof));
	assert_true(verify(CLAIMED_BY, S(CLAIMED), proof));
	assert_true(vapid_write(arena, k, S("https://push.example.net"),
	    S("mailto:push@example.com"), 1453523768 - VAPID_LASTS_S, &token,
	    &e));
	assert_true(str_starts(token, S("vapid t=" CLAIMED ".")));
	assert_true(str_ends(token, S(", k=" AS_PUBLIC)));
	rest = str_sub(token, sizeof("vapid t=") - 1, token.n);
	(void)str_cut(&rest, ',', &head);
	claims = str_sub(head, 0, sizeof(CLAIMED) - 1);
	head = str_sub(head, sizeof(CLAIMED), head.n);
	assert_int_equal(head.n, PUSH_CHARS(CURVE_SIGNATURE_BYTES));
	bytes(arena_fmt(arena, STR_FMT, STR_ARG(head)).p, proof, sizeof(proof));
	assert_true(verify(AS_PUBLIC, claims, proof));
	proof[5] ^= 1;
	assert_false(verify(AS_PUBLIC, claims, proof));
}

static void
a_token_says_nothing_but_addresses(void **state)
{
	OWNED(curve_key) k = key_of(AS_PRIVATE);
	str ret;

	(void)state;
	assert_false(vapid_write(arena, k, S("https://a\",\"b\":\"c"),
	    S("mailto:a@b.fr"), 0, &ret, &e));
	assert_false(vapid_write(
	    arena, k, S("https://a"), S("mailto:a\\@b.fr"), 0, &ret, &e));
	assert_false(vapid_write(arena, k, S("https://a"), S(""), 0, &ret, &e));
}

static void
the_key_of_a_house_is_always_the_same_and_no_other_houses(void **state)
{
	struct key one, other;

	(void)state;
	key_random(&one);
	key_random(&other);
	{
		OWNED(curve_key) a = vapid_key(&one, 0, &e);
		OWNED(curve_key) b = vapid_key(&one, 0, &e);
		OWNED(curve_key) c = vapid_key(&other, 0, &e);
		OWNED(curve_key) d = vapid_key(&one, 1, &e);
		OWNED(curve_key) f = vapid_key(&one, 2, &e);

		assert_true(
		    str_eq(vapid_public(arena, a), vapid_public(arena, b)));
		assert_false(
		    str_eq(vapid_public(arena, a), vapid_public(arena, c)));
		assert_false(
		    str_eq(vapid_public(arena, a), vapid_public(arena, d)));
		assert_false(
		    str_eq(vapid_public(arena, d), vapid_public(arena, f)));
	}
}

static void
nought_and_the_order_of_the_curve_are_no_keys(void **state)
{
	static const char order[] =
	    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
	struct key k = {{0}};

	(void)state;
	assert_null(curve_key_new(&k, &e));
	assert_int_equal(sodium_hex2bin(k.b, sizeof(k.b), order,
			     sizeof(order) - 1, NULL, NULL, NULL),
	    0);
	assert_null(curve_key_new(&k, &e));
	k.b[31]--;
	{
		OWNED(curve_key) last = curve_key_new(&k, &e);

		assert_non_null(last);
	}
}

/* ---- where to ---- */

static enum err_kind
refused(str address, str point, str auth)
{
	struct push_target t;

	e = (struct err){0};
	assert_false(push_target_read(&services, address, point, auth, &t, &e));
	return e.kind;
}

static void
what_a_browser_gives_is_kept_and_read_back(void **state)
{
	struct push_target t = target(), back;
	str text = push_target_text(arena, &t);

	(void)state;
	assert_true(push_target_of_text(&services, text, &back, &e));
	assert_text(back.address, ADDRESS);
	assert_memory_equal(t.point, back.point, sizeof(t.point));
	assert_memory_equal(t.auth, back.auth, sizeof(t.auth));
	assert_text(push_target_origin(&t), "https://push.example.net");
}

static void
only_services_of_browsers_are_called(void **state)
{
	static const char *const known[] = {
	    "https://fcm.googleapis.com/fcm/send/abc:def",
	    "https://updates.push.services.mozilla.com/wpush/v2/g",
	    "https://web.push.apple.com/Q",
	    "https://wns2-par02p.notify.windows.com/w/?token=B%2f",
	};
	static const char *const unknown[] = {
	    "https://127.0.0.1/p/1",
	    "https://[::1]/p/1",
	    "https://localhost/p",
	    "https://evil.example/fcm.googleapis.com/",
	    "https://fcm.googleapis.com.evil.example/p",
	    "https://xnotify.windows.com/p",
	    "https://notify.windows.com/p",
	    "https://fcm.googleapis.com:8443/p",
	    "http://fcm.googleapis.com/p",
	    "https://fcm.googleapis.com",
	    "https://fcm.googleapis.com/",
	    "https://u@fcm.googleapis.com/p",
	    "https://fcm.googleapis.com/p q",
	    "https://fcm.googleapis.com/p#q",
	    "https://fcm.googleapis.com/p\r\nX: y",
	    "ftp://fcm.googleapis.com/p",
	    "//fcm.googleapis.com/p",
	    "",
	    "https://",
	};
	struct push_target t;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		assert_true(push_target_read(
		    &services, str_c(known[i]), S(UA_PUBLIC), S(AUTH), &t, &e));
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		(void)refused(str_c(unknown[i]), S(UA_PUBLIC), S(AUTH));
	assert_int_equal(
	    refused(S("https://evil.example/p"), S(UA_PUBLIC), S(AUTH)),
	    ERR_DENIED);
}

static void
a_house_that_names_no_service_calls_none(void **state)
{
	struct conf_services none;
	struct push_target t;

	(void)state;
	assert_true(conf_services_read(S(""), &none, &e));
	assert_false(conf_services_any(&none));
	assert_false(push_target_read(&none,
	    S("https://fcm.googleapis.com/fcm/send/abc"), S(UA_PUBLIC), S(AUTH),
	    &t, &e));
	assert_false(conf_services_read(S("browsers,not a name"), &none, &e));
}

static void
a_point_that_is_not_on_the_curve_is_refused(void **state)
{
	static const char other[] = /* its last byte is another */
	    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4"
	    "bjyPjs7Vd8pZGH6SRpkNtoIAiw8";

	(void)state;
	assert_int_equal(refused(S(ADDRESS), str_c(other), S(AUTH)), ERR_INPUT);
	assert_int_equal(refused(S(ADDRESS), S(""), S(AUTH)), ERR_INPUT);
	assert_int_equal(
	    refused(S(ADDRESS), S(UA_PUBLIC "A"), S(AUTH)), ERR_INPUT);
	assert_int_equal(
	    refused(S(ADDRESS), S(UA_PUBLIC), S("BTBZ")), ERR_INPUT);
	assert_int_equal(
	    refused(S(ADDRESS), S(UA_PUBLIC), S(AUTH "=")), ERR_INPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_message_of_the_standard_comes_out_byte_for_byte),
	    cmocka_unit_test(both_sides_agree_on_the_secret),
	    cmocka_unit_test(
		every_message_is_of_one_length_and_none_is_like_another),
	    cmocka_unit_test(
		the_token_of_the_standard_is_the_one_that_is_written),
	    cmocka_unit_test(a_token_says_nothing_but_addresses),
	    cmocka_unit_test(
		the_key_of_a_house_is_always_the_same_and_no_other_houses),
	    cmocka_unit_test(nought_and_the_order_of_the_curve_are_no_keys),
	    cmocka_unit_test(what_a_browser_gives_is_kept_and_read_back),
	    cmocka_unit_test(only_services_of_browsers_are_called),
	    cmocka_unit_test(a_house_that_names_no_service_calls_none),
	    cmocka_unit_test(a_point_that_is_not_on_the_curve_is_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
