#include "web/token.h"

#include <assert.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/rand.h"
#include "web/origin.h"

#define NONCE 16
#define MAC 16
#define MINUTES 4 /* of the nonce: when it was made */
#define AHEAD 768
#define TEXT_MAX                   \
	sodium_base64_ENCODED_LEN( \
	    NONCE + MAC, sodium_base64_VARIANT_URLSAFE_NO_PADDING)

static bool
token_mac(struct arena *a, const struct key *form, str cookie,
    const uint8_t nonce[NONCE], uint8_t ret[MAC])
{
	char *text = NEW_N(a, char, NONCE + cookie.n);
	str digest;

	if (text == NULL)
		return false;
	memcpy(text, nonce, NONCE);
	if (cookie.n > 0)
		memcpy(text + NONCE, cookie.p, cookie.n);
	digest = key_digest(a, form, "form", (str){text, NONCE + cookie.n});
	if (digest.n < MAC)
		return false;
	memcpy(ret, digest.p, MAC);
	return true;
}

/* Fresh bytes for a nonce.  A page shows them to whoever reads it, so it does
 * no harm to ask the kernel for those of many pages at once; each is used once.
 */
static void
fresh(uint8_t *to, size_t n)
{
	static uint8_t ahead[AHEAD];
	static size_t left;

	assert(n <= AHEAD);
	if (left < n) {
		rand_bytes(ahead, AHEAD);
		left = AHEAD;
	}
	left -= n;
	memcpy(to, ahead + left, n);
}

str
token_make(struct arena *a, const struct house *h, str cookie, int64_t now)
{
	uint8_t raw[NONCE + MAC];
	uint32_t minutes = (uint32_t)(now / 60);
	char *text = NEW_N(a, char, TEXT_MAX);

	for (size_t i = 0; i < MINUTES; i++)
		raw[i] = (uint8_t)(minutes >> (8 * i));
	fresh(raw + MINUTES, NONCE - MINUTES);
	if (text == NULL || !token_mac(a, &h->form, cookie, raw, raw + NONCE))
		return (str){0};
	sodium_bin2base64(text, TEXT_MAX, raw, sizeof(raw),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return str_c(text);
}

/* A page that may send forms says where it came from; an old browser that
 * says nothing still needs the token. */
bool
token_origin_fine(const struct house *h, const struct http_request *q)
{
	if (q->fetch_site.n > 0 && !str_eq(q->fetch_site, S("same-origin")) &&
	    !str_eq(q->fetch_site, S("none")))
		return false;
	return q->origin.n == 0 || origin_is(q->origin, str_c(h->conf->url));
}

static bool
token_fresh(const uint8_t *raw, int64_t now)
{
	int64_t made =
	    (int64_t)((uint32_t)raw[0] | (uint32_t)raw[1] << 8 |
		      (uint32_t)raw[2] << 16 | (uint32_t)raw[3] << 24) *
	    60;

	/* A clock set back must not shut everybody out for long. */
	return now - made < TOKEN_DAYS * 86400 && made - now < 86400;
}

enum token_fault
token_check(struct arena *a, const struct house *h, str cookie, int64_t now,
    str token, str path, str *ret_nonce)
{
	uint8_t raw[NONCE + MAC], want[MAC];
	size_t n;
	char *spent;
	str digest;

	if (sodium_base642bin(raw, sizeof(raw), token.p, token.n, NULL, &n,
		NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    n != sizeof(raw) || !token_mac(a, &h->form, cookie, raw, want) ||
	    sodium_memcmp(want, raw + NONCE, MAC) != 0 ||
	    !token_fresh(raw, now))
		return TOKEN_WRONG;
	spent = NEW_N(a, char, NONCE + path.n);
	if (spent == NULL)
		return TOKEN_WRONG;
	memcpy(spent, raw, NONCE);
	memcpy(spent + NONCE, path.p, path.n);
	digest =
	    key_digest(a, &h->login, "spent", (str){spent, NONCE + path.n});
	if (digest.n < NONCE)
		return TOKEN_WRONG;
	*ret_nonce = str_sub(digest, 0, NONCE);
	return TOKEN_FINE;
}
