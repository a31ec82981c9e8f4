#include "push/curve.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <stdlib.h>

#include "base/own.h"

#define GROUP "P-256"
#define DER_MAX 80 /* of a signature */

struct curve_key {
	EVP_PKEY *pkey;
	uint8_t point[CURVE_POINT_BYTES];
};

#define CLEANER(type, fn)                  \
	static void clean_##type(type **p) \
	{                                  \
		fn(*p);                    \
	}                                  \
	_Static_assert(1, "")
CLEANER(EC_GROUP, EC_GROUP_free);
CLEANER(EC_POINT, EC_POINT_free);
CLEANER(BIGNUM, BN_clear_free);
CLEANER(EVP_PKEY, EVP_PKEY_free);
CLEANER(EVP_PKEY_CTX, EVP_PKEY_CTX_free);
CLEANER(EVP_MD_CTX, EVP_MD_CTX_free);
CLEANER(ECDSA_SIG, ECDSA_SIG_free);
CLEANER(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free);
CLEANER(OSSL_PARAM, OSSL_PARAM_free);
#define SCOPED(type) CLEANUP(clean_##type) type *

static bool
failed(struct err *e, const char *what)
{
	return err_set(e, ERR_INPUT, "P-256: %s", what);
}

/* The point of a private number, which is below the order. */
static bool
point_of(const BIGNUM *d, uint8_t ret[CURVE_POINT_BYTES])
{
	SCOPED(EC_GROUP)
	group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	SCOPED(EC_POINT) q = group == NULL ? NULL : EC_POINT_new(group);

	return q != NULL && !BN_is_zero(d) &&
	       BN_cmp(d, EC_GROUP_get0_order(group)) < 0 &&
	       EC_POINT_mul(group, q, d, NULL, NULL, NULL) == 1 &&
	       EC_POINT_point2oct(group, q, POINT_CONVERSION_UNCOMPRESSED, ret,
		   CURVE_POINT_BYTES, NULL) == CURVE_POINT_BYTES;
}

/* d NULL: of a public one. */
static EVP_PKEY *
key_of(const BIGNUM *d, const uint8_t point[CURVE_POINT_BYTES])
{
	SCOPED(OSSL_PARAM_BLD) b = OSSL_PARAM_BLD_new();
	SCOPED(EVP_PKEY_CTX) c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	SCOPED(OSSL_PARAM) p = NULL;
	EVP_PKEY *ret = NULL;

	if (b == NULL || c == NULL || EVP_PKEY_fromdata_init(c) != 1 ||
	    OSSL_PARAM_BLD_push_utf8_string(
		b, OSSL_PKEY_PARAM_GROUP_NAME, GROUP, 0) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(
		b, OSSL_PKEY_PARAM_PUB_KEY, point, CURVE_POINT_BYTES) != 1 ||
	    (d != NULL &&
		OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_PRIV_KEY, d) != 1))
		return NULL;
	p = OSSL_PARAM_BLD_to_param(b);
	if (p == NULL ||
	    EVP_PKEY_fromdata(c, &ret,
		d == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR, p) != 1)
		return NULL;
	return ret;
}

static EVP_PKEY *
public_of(const uint8_t point[CURVE_POINT_BYTES])
{
	SCOPED(EVP_PKEY_CTX) c = NULL;
	EVP_PKEY *k;

	if (point[0] != 4 || (k = key_of(NULL, point)) == NULL)
		return NULL;
	c = EVP_PKEY_CTX_new_from_pkey(NULL, k, NULL);
	if (c != NULL && EVP_PKEY_public_check(c) == 1)
		return k;
	EVP_PKEY_free(k);
	return NULL;
}

struct curve_key *
curve_key_new(const struct key *secret, struct err *e)
{
	OWNED(curve_key) k = calloc(1, sizeof(*k));
	SCOPED(BIGNUM) d = BN_secure_new();

	if (k == NULL || d == NULL ||
	    BN_bin2bn(secret->b, sizeof(secret->b), d) == NULL ||
	    !point_of(d, k->point) || (k->pkey = key_of(d, k->point)) == NULL) {
		failed(e, "no private key");
		return NULL;
	}
	return TAKE(k);
}

void
curve_key_free(struct curve_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	free(k);
}

struct curve_key *
curve_key_random(struct err *e)
{
	struct curve_key *ret = NULL;

	for (int i = 0; ret == NULL && i < 8; i++) {
		CLEANUP(key_done) struct key k;

		key_random(&k);
		ret = curve_key_new(&k, e);
	}
	return ret;
}

void
curve_point(const struct curve_key *k, uint8_t ret[CURVE_POINT_BYTES])
{
	memcpy(ret, k->point, CURVE_POINT_BYTES);
}

bool
curve_point_fine(const uint8_t point[CURVE_POINT_BYTES])
{
	SCOPED(EVP_PKEY) k = public_of(point);

	return k != NULL;
}

bool
curve_agree(const struct curve_key *k, const uint8_t point[CURVE_POINT_BYTES],
    struct key *ret, struct err *e)
{
	SCOPED(EVP_PKEY) theirs = public_of(point);
	SCOPED(EVP_PKEY_CTX)
	c = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
	size_t n = sizeof(ret->b);

	if (theirs == NULL || c == NULL || EVP_PKEY_derive_init(c) != 1 ||
	    EVP_PKEY_derive_set_peer(c, theirs) != 1 ||
	    EVP_PKEY_derive(c, ret->b, &n) != 1 || n != sizeof(ret->b))
		return failed(e, "no secret with this point");
	return true;
}

bool
curve_sign(const struct curve_key *k, str text,
    uint8_t ret[CURVE_SIGNATURE_BYTES], struct err *e)
{
	SCOPED(EVP_MD_CTX) c = EVP_MD_CTX_new();
	SCOPED(ECDSA_SIG) s = NULL;
	uint8_t der[DER_MAX];
	const uint8_t *at = der;
	size_t n = sizeof(der);

	if (c == NULL ||
	    EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, k->pkey) != 1 ||
	    EVP_DigestSign(c, der, &n, (const uint8_t *)text.p, text.n) != 1 ||
	    (s = d2i_ECDSA_SIG(NULL, &at, (long)n)) == NULL ||
	    BN_bn2binpad(ECDSA_SIG_get0_r(s), ret, 32) != 32 ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(s), ret + 32, 32) != 32)
		return failed(e, "cannot sign");
	return true;
}
