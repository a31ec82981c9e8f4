#include "hash/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>

/* So much is read by all three while it is in the nearest cache. */
#define PIECE ((size_t)16 << 10)

const char *const digest_names[DIGEST_KINDS] = {"md5", "sha1", "sha256"};
const size_t digest_bytes[DIGEST_KINDS] = {16, 20, 32};

struct digest {
	EVP_MD_CTX *ctx[DIGEST_KINDS];
};

struct digest *
digest_new(struct err *e)
{
	const EVP_MD *kind[DIGEST_KINDS] = {
	    EVP_md5(), EVP_sha1(), EVP_sha256()};
	OWNED(digest) d = calloc(1, sizeof(*d));

	for (int i = 0; d != NULL && i < DIGEST_KINDS; i++) {
		d->ctx[i] = EVP_MD_CTX_new();
		if (d->ctx[i] == NULL ||
		    EVP_DigestInit_ex(d->ctx[i], kind[i], NULL) != 1) {
			err_set(
			    e, ERR_IO, "%s is not to be had", digest_names[i]);
			return NULL;
		}
	}
	if (d == NULL)
		err_set(e, ERR_LIMIT, "no memory for digests");
	return TAKE(d);
}

void
digest_free(struct digest *d)
{
	if (d == NULL)
		return;
	for (int i = 0; i < DIGEST_KINDS; i++)
		EVP_MD_CTX_free(d->ctx[i]);
	free(d);
}

bool
digest_add(struct digest *d, const void *p, size_t n, struct err *e)
{
	for (size_t at = 0; at < n; at += PIECE) {
		size_t piece = n - at < PIECE ? n - at : PIECE;

		for (int i = 0; i < DIGEST_KINDS; i++)
			if (EVP_DigestUpdate(
				d->ctx[i], (const char *)p + at, piece) != 1)
				return err_set(
				    e, ERR_IO, "%s failed", digest_names[i]);
	}
	return true;
}

bool
digest_end(struct digest *d, uint8_t ret[DIGEST_KINDS][DIGEST_BYTES_MAX],
    struct err *e)
{
	for (int i = 0; i < DIGEST_KINDS; i++)
		if (EVP_DigestFinal_ex(d->ctx[i], ret[i], NULL) != 1)
			return err_set(e, ERR_IO, "%s failed", digest_names[i]);
	return true;
}
