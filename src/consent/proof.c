#include "consent/proof.h"

#include <inttypes.h>

#include "hash/kind.h"
#include "sql_consent_paper.h"

struct opening {
	const struct deed *d;
	enum lang lang;
	struct consent_purposes purposes;
	struct key key; /* the child's */
	bool readable;
};

static void
opening_done(struct opening *o)
{
	key_done(&o->key);
}

static bool
begin(struct opening *o, int64_t child, struct err *e)
{
	const struct deed *d = o->d;
	struct sql_consent_child_row row;
	struct err ignored;
	bool found;

	if (!sql_consent_child(
		d->house->db, d->arena, child, d->org->id, &found, &row, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "child %" PRId64, child);
	o->readable = row.key_wrapped.p != NULL &&
		      child_key(d->arena, d->org, child, row.key_wrapped,
			  &o->key, &ignored);
	return consent_purposes_load(
	    d->house, d->arena, d->org, &o->purposes, e);
}

static str
note_of(const struct opening *o, str sealed)
{
	struct err ignored;
	str ret;

	if (sealed.p == NULL || !o->readable ||
	    !text_open(o->d->arena, &o->key, "consent_event.note_enc", sealed,
		&ret, &ignored))
		return S("");
	return ret;
}

static struct consent_proof
open_one(const struct opening *o, const struct sql_consent_proofs_row *r)
{
	const struct deed *d = o->d;
	const struct consent_purpose *p =
	    consent_purpose_by_id(&o->purposes, r->purpose);

	return (struct consent_proof){
	    .row = r,
	    .guardian = house_text(
		d->arena, d->org, "guardian.name_enc", r->guardian_name),
	    .actor =
		house_text(d->arena, d->org, "account.name_enc", r->actor_name),
	    .witness = house_text(
		d->arena, d->org, "account.name_enc", r->witness_name),
	    .note = note_of(o, r->note_enc),
	    .purpose = p == NULL ? S("") : p->name[o->lang],
	};
}

static bool
is_from(const struct sql_consent_proofs_row *r,
    const struct sql_consent_paper_digests_row *k)
{
	return str_eq(r->method, S("paper")) && r->guardian == k->guardian &&
	       r->from_on == k->signed_on && r->witness == k->witness;
}

/* The pictures of one sheet stand together. */
static bool
find_scans(const struct deed *d,
    const struct sql_consent_paper_digests_rows *all, struct consent_proof *p,
    struct err *e)
{
	str *v = NEW_N(d->arena, str, all->n + 1);

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many pictures of papers");
	p->scan = v;
	for (size_t i = 0; i < all->n; i++)
		if (is_from(p->row, &all->v[i])) {
			p->paper = all->v[i].post;
			v[p->n_scan++] = all->v[i].sha256;
		}
	return true;
}

static int64_t
first_bad(const struct deed *d, const struct sql_consent_proofs_rows *rows)
{
	uint8_t before[KEY_DIGEST_BYTES] = {0}, want[KEY_DIGEST_BYTES];

	for (size_t i = 0; i < rows->n; i++) {
		consent_chain(&d->org->chain, before, &rows->v[i], want);
		if (!key_equal(rows->v[i].hash,
			(str){(const char *)want, sizeof(want)}))
			return rows->v[i].id;
		memcpy(before, want, sizeof(want));
	}
	return 0;
}

bool
consent_proofs_load(const struct deed *d, int64_t child, enum lang lang,
    struct consent_proofs *ret, struct err *e)
{
	CLEANUP(opening_done) struct opening o = {.d = d, .lang = lang};
	struct sql_consent_paper_digests_rows scans;
	struct sql_consent_proofs_rows rows;
	struct consent_proof *v;

	if (!begin(&o, child, e) ||
	    !sql_consent_proofs(d->house->db, d->arena, child, &rows, e) ||
	    !sql_consent_paper_digests(
		d->house->db, d->arena, HASH_SHA256, child, &scans, e))
		return err_wrap(e, "proofs about child %" PRId64, child);
	v = NEW_N(d->arena, struct consent_proof, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many proofs");
	for (size_t i = 0; i < rows.n; i++) {
		v[i] = open_one(&o, &rows.v[i]);
		if (!find_scans(d, &scans, &v[i], e))
			return false;
	}
	*ret = (struct consent_proofs){v, rows.n, first_bad(d, &rows)};
	return true;
}
