#include "crypto/mac.h"

#include <assert.h>
#include <string.h>

void
mac_begin(struct mac *m, const struct key *k, const char *purpose)
{
	uint8_t personal[crypto_generichash_blake2b_PERSONALBYTES] = {0};
	size_t n = strlen(purpose);

	assert(n <= sizeof(personal));
	memcpy(personal, purpose, n);
	(void)crypto_generichash_blake2b_init_salt_personal(
	    &m->h, k->b, sizeof(k->b), KEY_DIGEST_BYTES, NULL, personal);
}

void
mac_put(struct mac *m, const void *p, size_t n)
{
	(void)crypto_generichash_blake2b_update(&m->h, p, n);
}

void
mac_i64(struct mac *m, int64_t v)
{
	uint8_t b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t)((uint64_t)v >> (8 * i));
	mac_put(m, b, sizeof(b));
}

void
mac_str(struct mac *m, str s)
{
	mac_i64(m, (int64_t)s.n);
	mac_put(m, s.p, s.n);
}

void
mac_end(struct mac *m, uint8_t ret[KEY_DIGEST_BYTES])
{
	(void)crypto_generichash_blake2b_final(&m->h, ret, KEY_DIGEST_BYTES);
	mac_done(m);
}

void
mac_done(struct mac *m)
{
	sodium_memzero(m, sizeof(*m));
}
