#include "audit/chain.h"

#include <sodium.h>

#define HASH crypto_generichash_blake2b_state

static const uint8_t for_audit[16] = "preau audit 1";

static void
put_i64(HASH *h, int64_t v)
{
	uint8_t b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t)((uint64_t)v >> (8 * i));
	(void)crypto_generichash_blake2b_update(h, b, sizeof(b));
}

static void
put_str(HASH *h, str s)
{
	put_i64(h, (int64_t)s.n);
	(void)crypto_generichash_blake2b_update(h, (const uint8_t *)s.p, s.n);
}

void
chain_hash(const struct key *k, const uint8_t before[KEY_DIGEST_BYTES],
    const struct sql_audit_after_row *r, uint8_t ret[KEY_DIGEST_BYTES])
{
	HASH h;

	(void)crypto_generichash_blake2b_init_salt_personal(
	    &h, k->b, sizeof(k->b), KEY_DIGEST_BYTES, NULL, for_audit);
	(void)crypto_generichash_blake2b_update(&h, before, KEY_DIGEST_BYTES);
	put_i64(&h, r->id);
	put_i64(&h, r->organisation);
	put_i64(&h, r->at);
	put_i64(&h, r->actor);
	put_str(&h, r->action);
	put_str(&h, r->subject_kind);
	put_i64(&h, r->subject);
	put_i64(&h, r->child);
	put_i64(&h, r->activity_group);
	put_str(&h, r->detail);
	(void)crypto_generichash_blake2b_final(&h, ret, KEY_DIGEST_BYTES);
	sodium_memzero(&h, sizeof(h));
}
