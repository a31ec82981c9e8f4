#include "audit/chain.h"

#include "crypto/mac.h"

void
chain_hash(const struct key *k, const uint8_t before[KEY_DIGEST_BYTES],
    const struct sql_audit_after_row *r, uint8_t ret[KEY_DIGEST_BYTES])
{
	struct mac m;

	mac_begin(&m, k, "preau audit 1");
	mac_put(&m, before, KEY_DIGEST_BYTES);
	mac_i64(&m, r->id);
	mac_i64(&m, r->organisation);
	mac_i64(&m, r->at);
	mac_i64(&m, r->actor);
	mac_str(&m, r->action);
	mac_str(&m, r->subject_kind);
	mac_i64(&m, r->subject);
	mac_i64(&m, r->child);
	mac_i64(&m, r->activity_group);
	mac_str(&m, r->detail);
	mac_end(&m, ret);
}
