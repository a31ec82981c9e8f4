#include "audit/anchor.h"

#include <inttypes.h>

#include "audit/chain.h"
#include "crypto/mac.h"
#include "store/db.h"

static void
seal_of(const struct key *k, int64_t organisation, const struct audit_anchor *a,
    uint8_t ret[KEY_DIGEST_BYTES])
{
	struct mac m;

	mac_begin(&m, k, "preau anchor 1");
	mac_i64(&m, organisation);
	mac_i64(&m, a->entry);
	mac_i64(&m, a->entries);
	mac_put(&m, a->hash, sizeof(a->hash));
	mac_end(&m, ret);
}

bool
audit_anchor_read(struct db *db, struct arena *a, const struct key *k,
    int64_t organisation, struct audit_anchor *ret, bool *ret_sound,
    struct err *e)
{
	struct sql_audit_anchor_get_row row;
	struct audit_anchor anchor = {0};
	uint8_t seal[KEY_DIGEST_BYTES];
	bool found;

	if (!sql_audit_anchor_get(db, a, organisation, &found, &row, e))
		return err_wrap(e, "anchor of the audit");
	*ret_sound = true;
	if (found) {
		*ret_sound = row.hash.n == sizeof(anchor.hash);
		anchor.entry = row.entry;
		anchor.entries = row.entries;
		if (*ret_sound)
			memcpy(anchor.hash, row.hash.p, sizeof(anchor.hash));
		seal_of(k, organisation, &anchor, seal);
		*ret_sound &= key_equal(
		    row.seal, (str){(const char *)seal, sizeof(seal)});
	}
	*ret = anchor;
	return true;
}

/* How many of the rows go: those that are old, but for the very last one. */
static bool
old_ones(const struct sql_audit_after_rows *rows, const struct key *k,
    const struct audit_ending *how, struct audit_anchor *io, struct err *e)
{
	uint8_t want[KEY_DIGEST_BYTES];

	for (size_t i = 0; i + 1 < rows->n && rows->v[i].at < how->before;
	     i++) {
		chain_hash(k, io->hash, &rows->v[i], want);
		if (!key_equal(rows->v[i].hash,
			(str){(const char *)want, sizeof(want)}))
			return err_set(e, ERR_CORRUPT,
			    "audit: entry %" PRId64 " was altered",
			    rows->v[i].id);
		memcpy(io->hash, want, sizeof(want));
		io->entry = rows->v[i].id;
		io->entries++;
	}
	return true;
}

bool
audit_end(struct db *db, struct arena *a, const struct key *k,
    const struct audit_ending *how, int64_t *ret_n, struct err *e)
{
	uint8_t seal[KEY_DIGEST_BYTES];
	struct sql_audit_after_rows rows;
	struct audit_anchor anchor;
	int64_t before, changed;
	bool sound;

	if (!audit_anchor_read(db, a, k, how->organisation, &anchor, &sound, e))
		return false;
	if (!sound)
		return err_set(e, ERR_CORRUPT, "audit: the anchor is not ours");
	before = anchor.entries;
	if (!sql_audit_after(db, a, how->organisation, anchor.entry,
		how->most + 1, &rows, e) ||
	    !old_ones(&rows, k, how, &anchor, e))
		return err_wrap(e, "end of the audit");
	*ret_n = anchor.entries - before;
	if (*ret_n == 0)
		return true;
	seal_of(k, how->organisation, &anchor, seal);
	return sql_audit_anchor_set(db, how->organisation, anchor.entry,
		   (str){(const char *)anchor.hash, sizeof(anchor.hash)},
		   anchor.entries, (str){(const char *)seal, sizeof(seal)},
		   how->now, &changed, e) &&
	       sql_audit_forget(
		   db, how->organisation, anchor.entry, &changed, e);
}
