#include "push/sealed.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "base/rand.h"

#define TAG_BYTES 16
#define CEK_BYTES 16
#define NONCE_BYTES 12
#define LAST_RECORD 2 /* the delimiter of RFC 8188 */

static bool
hkdf(str salt, str ikm, str info, uint8_t *ret, size_t n)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *c = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
	char digest[] = "SHA256";
	OSSL_PARAM p[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)salt.p, salt.n),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)ikm.p, ikm.n),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info.p, info.n),
	    OSSL_PARAM_construct_end(),
	};
	bool done = c != NULL && EVP_KDF_derive(c, ret, n, p) == 1;

	EVP_KDF_CTX_free(c);
	EVP_KDF_free(kdf);
	return done;
}

static str
bytes(const void *p, size_t n)
{
	return (str){p, n};
}

struct keys {
	uint8_t cek[CEK_BYTES], nonce[NONCE_BYTES];
};

/* RFC 8291, 3.4. */
static bool
derive(const struct key *secret, const struct push_target *to,
    const uint8_t *from, const uint8_t *salt, struct keys *ret)
{
	static const char info[] = "WebPush: info";
	static const char cek[] = "Content-Encoding: aes128gcm";
	static const char nonce[] = "Content-Encoding: nonce";
	uint8_t about[sizeof(info) + 2 * CURVE_POINT_BYTES];
	CLEANUP(key_done) struct key ikm;
	str salted = bytes(salt, PUSH_SEAL_SALT_BYTES);

	memcpy(about, info, sizeof(info)); /* with its nought */
	memcpy(about + sizeof(info), to->point, CURVE_POINT_BYTES);
	memcpy(
	    about + sizeof(info) + CURVE_POINT_BYTES, from, CURVE_POINT_BYTES);
	return hkdf(bytes(to->auth, sizeof(to->auth)),
		   bytes(secret->b, sizeof(secret->b)),
		   bytes(about, sizeof(about)), ikm.b, sizeof(ikm.b)) &&
	       hkdf(salted, bytes(ikm.b, sizeof(ikm.b)),
		   bytes(cek, sizeof(cek)), ret->cek, sizeof(ret->cek)) &&
	       hkdf(salted, bytes(ikm.b, sizeof(ikm.b)),
		   bytes(nonce, sizeof(nonce)), ret->nonce, sizeof(ret->nonce));
}

static bool
encrypt(const struct keys *k, const uint8_t *plain, size_t n, uint8_t *ret)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int out = 0, end = 0;
	bool done = c != NULL &&
		    EVP_EncryptInit_ex(
			c, EVP_aes_128_gcm(), NULL, k->cek, k->nonce) == 1 &&
		    EVP_EncryptUpdate(c, ret, &out, plain, (int)n) == 1 &&
		    EVP_EncryptFinal_ex(c, ret + out, &end) == 1 &&
		    EVP_CIPHER_CTX_ctrl(
			c, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, ret + n) == 1;

	EVP_CIPHER_CTX_free(c);
	return done;
}

static void
put_head(struct buf *b, const uint8_t *salt, const uint8_t *from)
{
	static const char size[] = {0, 0, (char)(PUSH_SEAL_RECORD >> 8),
	    (char)(PUSH_SEAL_RECORD & 0xff), CURVE_POINT_BYTES};

	buf_put(b, salt, PUSH_SEAL_SALT_BYTES);
	buf_put(b, size, sizeof(size));
	buf_put(b, from, CURVE_POINT_BYTES);
}

bool
push_seal_with(struct buf *ret, const struct push_target *to, str text,
    const struct curve_key *mine, const uint8_t salt[PUSH_SEAL_SALT_BYTES],
    size_t fill, struct err *e)
{
	uint8_t plain[PUSH_SEAL_TEXT_MAX + 1] = {0};
	uint8_t sealed[PUSH_SEAL_TEXT_MAX + 1 + TAG_BYTES];
	uint8_t from[CURVE_POINT_BYTES];
	CLEANUP(key_done) struct key secret;
	struct keys k;
	size_t n = text.n + 1 + fill;

	if (text.n > PUSH_SEAL_TEXT_MAX || fill > PUSH_SEAL_TEXT_MAX - text.n)
		return err_set(e, ERR_LIMIT, "push: too long");
	if (!curve_agree(mine, to->point, &secret, e))
		return false;
	curve_point(mine, from);
	if (text.n > 0)
		memcpy(plain, text.p, text.n);
	plain[text.n] = LAST_RECORD;
	if (!derive(&secret, to, from, salt, &k) ||
	    !encrypt(&k, plain, n, sealed))
		return err_set(e, ERR_LIMIT, "push: cannot encrypt");
	explicit_bzero(&k, sizeof(k));
	put_head(ret, salt, from);
	buf_put(ret, sealed, n + TAG_BYTES);
	return !ret->full || err_set(e, ERR_LIMIT, "push: no room");
}

bool
push_seal(
    struct buf *ret, const struct push_target *to, str text, struct err *e)
{
	OWNED(curve_key) mine = curve_key_random(e);
	uint8_t salt[PUSH_SEAL_SALT_BYTES];

	if (mine == NULL)
		return false;
	if (text.n > PUSH_SEAL_TEXT_MAX)
		return err_set(e, ERR_LIMIT, "push: too long");
	rand_bytes(salt, sizeof(salt));
	return push_seal_with(
	    ret, to, text, mine, salt, PUSH_SEAL_TEXT_MAX - text.n, e);
}
