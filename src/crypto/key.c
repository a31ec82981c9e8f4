#include "crypto/key.h"

#include <openssl/crypto.h>
#include <sodium.h>

#include "base/rand.h"
#include "crypto/mac.h"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define CONTEXT_MAX 160

_Static_assert(NONCE + KEY_BYTES + TAG == KEY_WRAPPED_BYTES, "wrapped size");
_Static_assert(
    crypto_aead_xchacha20poly1305_ietf_KEYBYTES == KEY_BYTES, "key size");

/* BLAKE2b's own field for "what is this hash for": two uses of one key can
 * never give the same bytes. */
static const uint8_t for_derive[16] = "preau derive 1";

bool
crypto_init(struct err *e)
{
	/* libcrypto would read openssl.cnf at its first use, which is after
	 * the sandbox; what that file says is none of our business anyway. */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return err_set(e, ERR_IO, "libcrypto does not start");
	if (sodium_init() < 0)
		return err_set(e, ERR_IO, "libsodium does not start");
	return true;
}

void
key_random(struct key *k)
{
	rand_bytes(k->b, sizeof(k->b));
}

void
key_done(struct key *k)
{
	sodium_memzero(k, sizeof(*k));
}

void
key_derive(const struct key *k, const char *context, struct key *ret)
{
	struct key out;

	(void)crypto_generichash_blake2b_salt_personal(out.b, sizeof(out.b),
	    (const uint8_t *)context, strlen(context), k->b, sizeof(k->b), NULL,
	    for_derive);
	*ret = out;
	key_done(&out);
}

/* What is authenticated beside the secret: its use, then its place.  A wrapped
 * key thus never opens as a text, nor the other way. */
struct place {
	uint8_t b[5 + CONTEXT_MAX];
	size_t n;
};

static bool
place_of(struct place *p, const char use[5], str context, struct err *e)
{
	if (context.n > CONTEXT_MAX)
		return err_set(e, ERR_LIMIT, "context of %zu bytes", context.n);
	memcpy(p->b, use, 5);
	if (context.n > 0)
		memcpy(p->b + 5, context.p, context.n);
	p->n = 5 + context.n;
	return true;
}

static bool
seal(struct arena *a, const struct key *k, const struct place *at, str plain,
    str *ret, struct err *e)
{
	unsigned long long n;
	uint8_t *out;

	if (plain.n > SIZE_MAX - NONCE - TAG)
		return err_set(e, ERR_LIMIT, "text too long to seal");
	out = arena_alloc(a, 1, NONCE + plain.n + TAG);
	if (out == NULL)
		return err_set(e, ERR_LIMIT, "no room to seal");
	rand_bytes(out, NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, &n,
	    (const uint8_t *)plain.p, plain.n, at->b, at->n, NULL, out, k->b);
	*ret = (str){(const char *)out, NONCE + plain.n + TAG};
	return true;
}

/* sealed.n was checked; out has room for sealed.n - NONCE - TAG bytes. */
static bool
unseal(const struct key *k, const struct place *at, str sealed, uint8_t *out)
{
	const uint8_t *in = (const uint8_t *)sealed.p;
	unsigned long long n;

	return crypto_aead_xchacha20poly1305_ietf_decrypt(out, &n, NULL,
		   in + NONCE, sealed.n - NONCE, at->b, at->n, in, k->b) == 0;
}

bool
key_wrap(struct arena *a, const struct key *with, const struct key *k,
    str context, str *ret, struct err *e)
{
	struct place at;

	return place_of(&at, "wrap:", context, e) &&
	       seal(a, with, &at, (str){(const char *)k->b, sizeof(k->b)}, ret,
		   e);
}

bool
key_unwrap(const struct key *with, str wrapped, str context, struct key *ret,
    struct err *e)
{
	CLEANUP(key_done) struct key out = {{0}};
	struct place at;

	if (!place_of(&at, "wrap:", context, e))
		return false;
	if (wrapped.n != KEY_WRAPPED_BYTES ||
	    !unseal(with, &at, wrapped, out.b))
		return err_set(e, ERR_CORRUPT,
		    "wrapped key does not open: " STR_FMT, STR_ARG(context));
	*ret = out;
	return true;
}

bool
text_seal(struct arena *a, const struct key *k, const char *context, str text,
    str *ret, struct err *e)
{
	struct place at;

	if (text.p == NULL) {
		*ret = (str){0};
		return true;
	}
	return place_of(&at, "text:", str_c(context), e) &&
	       seal(a, k, &at, text, ret, e);
}

bool
text_open(struct arena *a, const struct key *k, const char *context, str sealed,
    str *ret, struct err *e)
{
	struct place at;
	uint8_t *out;

	if (sealed.p == NULL) {
		*ret = (str){0};
		return true;
	}
	if (!place_of(&at, "text:", str_c(context), e))
		return false;
	if (sealed.n < NONCE + TAG)
		return err_set(
		    e, ERR_CORRUPT, "%s: sealed text is too short", context);
	/* One byte more: an empty text still has an address. */
	out = arena_alloc(a, 1, sealed.n - NONCE - TAG + 1);
	if (out == NULL)
		return err_set(e, ERR_LIMIT, "%s: no room to open", context);
	if (!unseal(k, &at, sealed, out))
		return err_set(
		    e, ERR_CORRUPT, "%s: sealed text does not open", context);
	*ret = (str){(const char *)out, sealed.n - NONCE - TAG};
	return true;
}

str
key_digest(struct arena *a, const struct key *k, const char *context, str text)
{
	uint8_t *out = arena_alloc(a, 1, KEY_DIGEST_BYTES);
	struct mac m;

	if (out == NULL)
		return (str){0};
	mac_begin(&m, k, "preau digest 1");
	mac_put(&m, context, strlen(context) + 1);
	mac_put(&m, text.p, text.n);
	mac_end(&m, out);
	return (str){(const char *)out, KEY_DIGEST_BYTES};
}

bool
key_equal(str a, str b)
{
	return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}
