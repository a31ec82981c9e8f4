#include "crypto/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>

#include "crypto/key.h"

#define STEP_S 30
#define DRIFT 1
#define MODULUS 1000000

void
totp_code(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step, char ret[7])
{
	uint8_t message[8], mac[EVP_MAX_MD_SIZE];
	unsigned mac_n = 0, at;
	uint32_t word;

	for (int i = 0; i < 8; i++)
		message[i] = (uint8_t)((uint64_t)step >> (8 * (7 - i)));
	if (HMAC(EVP_sha1(), secret, TOTP_SECRET_BYTES, message,
		sizeof(message), mac, &mac_n) == NULL ||
	    mac_n != 20)
		abort(); /* a code that is not one must never match */
	at = mac[19] & 15;
	word = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
	       (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	(void)snprintf(ret, 7, "%06u", (unsigned)(word % MODULUS));
	sodium_memzero(mac, sizeof(mac));
}

/* All steps are computed and compared whatever matches, so that the time says
 * nothing about which. */
bool
totp_check(const uint8_t secret[TOTP_SECRET_BYTES], str code, int64_t now,
    int64_t last_step, int64_t *ret_step)
{
	int64_t here = now / STEP_S, found = -1;
	char want[7];

	for (int64_t step = here - DRIFT; step <= here + DRIFT; step++) {
		totp_code(secret, step, want);
		if (key_equal(code, (str){want, 6}) && step > last_step)
			found = step;
	}
	sodium_memzero(want, sizeof(want));
	if (found < 0)
		return false;
	*ret_step = found;
	return true;
}

str
totp_base32(struct arena *a, const uint8_t secret[TOTP_SECRET_BYTES])
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	char *out = arena_alloc(a, 1, TOTP_SECRET_BYTES * 8 / 5);
	uint32_t bits = 0;
	size_t held = 0, n = 0;

	_Static_assert(TOTP_SECRET_BYTES % 5 == 0, "base32 without padding");
	if (out == NULL)
		return (str){0};
	for (size_t i = 0; i < TOTP_SECRET_BYTES; i++) {
		bits = bits << 8 | secret[i];
		for (held += 8; held >= 5; held -= 5)
			out[n++] = digit[bits >> (held - 5) & 31];
	}
	return (str){out, n};
}

/* Everything but RFC 3986's unreserved characters. */
static str
percent(struct arena *a, str s)
{
	static const char digit[] = "0123456789ABCDEF";
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-._~";
	char *out = arena_alloc(a, s.n + 1, 3);
	size_t n = 0;

	if (out == NULL)
		return (str){0};
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = (uint8_t)s.p[i];

		if (memchr(plain, c, sizeof(plain) - 1) != NULL) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '%';
		out[n++] = digit[c >> 4];
		out[n++] = digit[c & 15];
	}
	return (str){out, n};
}

str
totp_uri(struct arena *a, const uint8_t secret[TOTP_SECRET_BYTES], str label,
    str issuer)
{
	str by = percent(a, issuer), who = percent(a, label);
	str key = totp_base32(a, secret);

	if (by.p == NULL || who.p == NULL || key.p == NULL)
		return (str){0};
	return arena_fmt(a,
	    "otpauth://totp/" STR_FMT ":" STR_FMT "?secret=" STR_FMT
	    "&issuer=" STR_FMT "&algorithm=SHA1&digits=6&period=30",
	    STR_ARG(by), STR_ARG(who), STR_ARG(key), STR_ARG(by));
}
