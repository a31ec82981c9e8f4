#include "crypto/sum.h"

#include <openssl/evp.h>
#include <stdlib.h>

const char *const sum_names[SUM_KINDS] = {"sha1", "sha256", "sha512"};
const size_t sum_bytes[SUM_KINDS] = {20, 32, 64};

struct sum {
	EVP_MD_CTX *ctx;
	enum sum_kind kind;
};

/* Nothing here fails but for memory. */
static void
must(int done)
{
	if (done != 1)
		abort();
}

struct sum *
sum_new(enum sum_kind kind)
{
	const EVP_MD *md[SUM_KINDS] = {EVP_sha1(), EVP_sha256(), EVP_sha512()};
	struct sum *s = calloc(1, sizeof(*s));

	if (s == NULL || (s->ctx = EVP_MD_CTX_new()) == NULL)
		abort();
	s->kind = kind;
	must(EVP_DigestInit_ex(s->ctx, md[kind], NULL));
	return s;
}

void
sum_free(struct sum *s)
{
	if (s == NULL)
		return;
	EVP_MD_CTX_free(s->ctx);
	free(s);
}

void
sum_add(struct sum *s, const void *p, size_t n)
{
	must(EVP_DigestUpdate(s->ctx, p, n));
}

void
sum_end(struct sum *s, uint8_t *ret)
{
	must(EVP_DigestFinal_ex(s->ctx, ret, NULL));
}

bool
sum_is(struct sum *s, str digest)
{
	uint8_t mine[SUM_MAX];

	sum_end(s, mine);
	return digest.n == sum_bytes[s->kind] &&
	       memcmp(mine, digest.p, digest.n) == 0;
}
