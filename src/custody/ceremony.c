#include "custody/ceremony.h"

#include <inttypes.h>
#include <sodium.h>
#include <unistd.h>

#include "base/buf.h"
#include "ends/certificate.h"
#include "erasure/erasure.h"
#include "erasure/sealed.h"
#include "sharing/blob_key.h"
#include "sql_seal.h"

/* ---- opening ---- */

/* One without a name is told by her number. */
static str
name_able(const struct deed *d, const struct sql_seal_able_row *r)
{
	str name =
	    house_text(d->arena, d->org, "account.name_enc", r->name_enc);

	return str_eq(r->state, S("closed"))
		   ? arena_fmt(d->arena, STR_FMT " (%" PRId64 ")",
			 STR_ARG(name), r->id)
		   : name;
}

bool
ceremony_able(const struct deed *d, int64_t seal, struct ceremony_able *ret,
    struct err *e)
{
	struct sql_seal_able_rows rows;

	if (!sql_seal_able(d->house->db, d->arena, seal, &rows, e))
		return err_wrap(e, "seal %" PRId64, seal);
	*ret = (struct ceremony_able){
	    NEW_N(d->arena, struct ceremony_one, rows.n + 1), 0, 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many custodians");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_seal_able_row *r = &rows.v[i];

		if (r->about != 0 || str_eq(r->state, S("suspended")))
			continue;
		ret->pairs += (int64_t)ret->n;
		ret->v[ret->n++] = (struct ceremony_one){r->id, r->account,
		    name_able(d, r), str_eq(r->state, S("closed"))};
	}
	return true;
}

static bool
is_able(const struct ceremony_able *able, int64_t custodian)
{
	for (size_t i = 0; i < able->n; i++)
		if (able->v[i].id == custodian)
			return true;
	return false;
}

static bool
check_able(const struct deed *d, int64_t seal, const struct ceremony_two *two,
    struct err *e)
{
	struct ceremony_able able;

	return ceremony_able(d, seal, &able, e) &&
	       ((is_able(&able, two->one) && is_able(&able, two->other)) ||
		   err_set(e, ERR_INPUT, "not two of those who can"));
}

/* Her pair, if it is her passphrase. */
static bool
pair_of(const struct deed *d, int64_t custodian, str pass, struct box_pair *ret,
    struct err *e)
{
	struct sql_custodian_by_id_row row;
	bool found;

	if (!sql_custodian_by_id(
		d->house->db, d->arena, custodian, d->org->id, &found, &row, e))
		return false;
	if (!found || row.salt.n != BOX_SALT || row.public.n != BOX_PUBLIC)
		return err_set(e, ERR_INPUT, "no such custodian");
	if (!box_pair_of(pass, (const uint8_t *)row.salt.p, ret, e))
		return false;
	return sodium_memcmp(ret->public, row.public.p, BOX_PUBLIC) == 0 ||
	       err_set(e, ERR_DENIED, "not her passphrase");
}

bool
ceremony_open(const struct deed *d, const struct custody *c,
    const struct ceremony_two *two, struct key *ret, struct err *e)
{
	CLEANUP(box_pair_done) struct box_pair inner = {{0}, {{0}}};
	CLEANUP(box_pair_done) struct box_pair outer = {{0}, {{0}}};
	bool in_order = two->one < two->other;
	int64_t in = in_order ? two->one : two->other;
	int64_t out = in_order ? two->other : two->one;
	struct sql_seal_box_row box;
	bool found;

	if (!check_able(d, c->id, two, e) ||
	    !sql_seal_box(
		d->house->db, d->arena, c->id, in, out, &found, &box, e))
		return err_wrap(e, "seal %" PRId64, c->id);
	if (!found)
		return err_set(e, ERR_INPUT, "not two of those who can");
	return pair_of(d, in, in_order ? two->pass_one : two->pass_other,
		   &inner, e) &&
	       pair_of(d, out, in_order ? two->pass_other : two->pass_one,
		   &outer, e) &&
	       box_open_two(box.box, &inner, &outer, ret, e);
}

/* ---- handing over ---- */

/* Asked anew: since it was read two passphrases were tried. */
static bool
is_closed(const struct deed *d, const struct custody *c, struct err *e)
{
	struct sql_seal_closed_row row;
	bool found;

	return sql_seal_closed(
		   d->house->db, d->arena, c->id, &found, &row, e) &&
	       (found || err_set(e, ERR_CONFLICT,
			     "seal %" PRId64 " is not closed", c->id));
}

bool
ceremony_hand(const struct deed *d, const struct custody *c,
    const struct ceremony_two *two, const struct key *k,
    const struct ceremony_hand *h, int64_t *ret_id, struct err *e)
{
	struct sql_seal_hand_add_row row;
	str authority, person, receipt;
	uint8_t box[BOX_SEALED];

	if (!is_closed(d, c, e) || !box_to_one(k, h->public, box, e) ||
	    !deed_seal(
		d, "seal_hand.authority_enc", h->authority, &authority, e) ||
	    !deed_seal(d, "seal_hand.person_enc", h->person, &person, e) ||
	    !deed_seal(d, "seal_hand.receipt_enc", h->receipt, &receipt, e) ||
	    !sql_seal_hand_add(d->house->db, d->arena, c->id, d->now, d->actor,
		two->one, two->other, authority, person, receipt,
		(str){(const char *)h->public, BOX_PUBLIC},
		(str){(const char *)box, sizeof(box)}, &row, e))
		return err_wrap(e, "seal %" PRId64, c->id);
	*ret_id = row.id;
	return custody_write(
	    d, c, STORY_HANDED, arena_i64(d->arena, row.id), h->authority, e);
}

static bool
fill_handed(const struct deed *d, const struct sql_seal_hands_row *r,
    struct ceremony_handed *ret, struct err *e)
{
	if (r->public.n != BOX_PUBLIC || r->box.n != BOX_SEALED)
		return err_set(e, ERR_CORRUPT, "handing over %" PRId64, r->id);
	*ret = (struct ceremony_handed){.id = r->id,
	    .at = r->at,
	    .fetched_at = r->fetched_at,
	    .authority = house_text(
		d->arena, d->org, "seal_hand.authority_enc", r->authority_enc),
	    .person = house_text(
		d->arena, d->org, "seal_hand.person_enc", r->person_enc),
	    .receipt = house_text(
		d->arena, d->org, "seal_hand.receipt_enc", r->receipt_enc),
	    .one = house_text(d->arena, d->org, "account.name_enc", r->one_enc),
	    .other =
		house_text(d->arena, d->org, "account.name_enc", r->other_enc)};
	memcpy(ret->public, r->public.p, BOX_PUBLIC);
	memcpy(ret->box, r->box.p, BOX_SEALED);
	box_fingerprint(ret->public, ret->fingerprint);
	return true;
}

bool
ceremony_handed(const struct deed *d, const struct custody *c,
    struct ceremony_handeds *ret, struct err *e)
{
	struct sql_seal_hands_rows rows;

	if (!sql_seal_hands(d->house->db, d->arena, c->id, &rows, e))
		return err_wrap(e, "seal %" PRId64, c->id);
	*ret = (struct ceremony_handeds){
	    NEW_N(d->arena, struct ceremony_handed, rows.n + 1), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "handed over too often");
	for (size_t i = 0; i < rows.n; i++)
		if (!fill_handed(d, &rows.v[i], &ret->v[ret->n++], e))
			return false;
	return true;
}

void
ceremony_file_done(struct ceremony_file *f)
{
	key_done(&f->key);
	if (f->fd >= 0)
		(void)close(f->fd);
	f->fd = -1;
}

static bool
open_blob(const struct deed *d, const struct custody *c,
    struct ceremony_file *ret, struct err *e)
{
	struct sql_seal_file_row row;
	bool found;
	char *name;

	if (!sql_seal_file(d->house->db, d->arena, c->medium, &found, &row, e))
		return false;
	if (!found || c->state == CUSTODY_WANTED)
		return err_set(e, ERR_NOT_FOUND, "there is no file");
	name = arena_cstr(d->arena, row.name);
	ret->bytes = row.bytes;
	return name != NULL &&
	       blob_key_unwrap(
		   d->arena, d->org, row.name, row.key_wrapped, &ret->key, e) &&
	       blob_open(d->house->blobs, name, &ret->fd, e);
}

bool
ceremony_file(const struct deed *d, const struct custody *c, int64_t hand,
    struct ceremony_file *ret, struct err *e)
{
	struct ceremony_handeds all;
	int64_t rows;

	if (!ceremony_handed(d, c, &all, e))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		const struct ceremony_handed *h = &all.v[i];

		if (h->id != hand || d->now - h->at > CEREMONY_FETCH_S)
			continue;
		object_front(h->public, h->box, ret->front);
		return open_blob(d, c, ret, e) &&
		       sql_seal_hand_fetched(
			   d->house->db, d->now, hand, &rows, e);
	}
	return err_set(e, ERR_NOT_FOUND, "no such handing over, or long ago");
}

/* ---- the end ---- */

bool
ceremony_release(const struct deed *d, const struct custody *c, str authority,
    str reference, int64_t on, struct err *e)
{
	str authority_enc, reference_enc;
	int64_t rows;

	if (!deed_seal(d, "seal.authority_enc", authority, &authority_enc, e) ||
	    !deed_seal(d, "seal.reference_enc", reference, &reference_enc, e) ||
	    !sql_seal_release(d->house->db, d->actor, d->now, on, authority_enc,
		reference_enc, c->id, &rows, e))
		return err_wrap(e, "seal %" PRId64, c->id);
	if (rows != 1)
		return err_set(e, ERR_CONFLICT, "it is not sealed");
	return custody_write(d, c, STORY_SEAL_RELEASED, S(""),
	    arena_fmt(d->arena, STR_FMT ", " STR_FMT, STR_ARG(authority),
		STR_ARG(reference)),
	    e);
}

static void
put(struct buf *b, const char *word, str value)
{
	buf_printf(b, "%s: ", word);
	for (size_t i = 0; i < value.n; i++)
		buf_byte(b, (unsigned char)value.p[i] < ' ' ? ' ' : value.p[i]);
	buf_byte(b, '\n');
}

static str
time_text(struct arena *a, int64_t at)
{
	struct civil c = zone_local(NULL, at);

	return arena_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month,
	    c.day, c.hour, c.minute, c.second);
}

static str
name_of(const struct ceremony_able *able, int64_t custodian)
{
	for (size_t i = 0; i < able->n; i++)
		if (able->v[i].id == custodian)
			return able->v[i].name;
	return S("?");
}

static void
write_body(const struct deed *d, const struct custody *c,
    const struct ceremony_two *two, const struct ceremony_able *able,
    struct buf *b)
{
	uint8_t public[CERTIFICATE_KEY];
	int64_t on = c->released_on;

	certificate_key(d->org, public);
	buf_printf(b, "preau-certificate 1\n");
	put(b, "number", arena_i64(d->arena, c->id));
	put(b, "organisation", d->org->name);
	put(b, "organisation-number", arena_i64(d->arena, d->org->id));
	put(b, "subject", S("seal"));
	put(b, "subject-number", arena_i64(d->arena, c->id));
	put(b, "by-order-of", c->authority);
	put(b, "order", c->reference);
	put(b, "ordered-on", time_text(d->arena, on * 86400));
	put(b, "sha256", c->sha256);
	put(b, "bytes", arena_i64(d->arena, c->bytes));
	put(b, "sealed-at", time_text(d->arena, c->sealed_at));
	put(b, "destroyed-at", time_text(d->arena, d->now));
	put(b, "destroyed-by", name_of(able, two->one));
	put(b, "destroyed-by", name_of(able, two->other));
	put(b, "method",
	    S("the object's key and every box of it erased, then its file"));
	put(b, "backups",
	    S("hold ciphertext until they are gone; restored, it is destroyed "
	      "again"));
	buf_printf(b, "key: ");
	buf_hex(b, public, sizeof(public));
	buf_byte(b, '\n');
}

static bool
check_free(const struct deed *d, const struct custody *c, struct err *e)
{
	struct sql_seal_held_row row;
	bool held;

	if (c->state != CUSTODY_RELEASED)
		return err_set(e, ERR_CONFLICT, "no authority released it");
	return sql_seal_held(d->house->db, d->arena, c->id, &held, &row, e) &&
	       (!held || err_set(e, ERR_CONFLICT, "an order holds it"));
}

static bool
certify(const struct deed *d, const struct custody *c,
    const struct ceremony_two *two, const struct ceremony_able *able,
    struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CERTIFICATE_MAX);
	uint8_t signature[CERTIFICATE_SIGNATURE];
	int64_t rows;

	write_body(d, c, two, able, &b);
	if (b.full)
		return err_set(e, ERR_LIMIT, "certificate too long");
	certificate_sign(d->org, buf_view(&b), signature);
	return sql_seal_destroyed(d->house->db, d->now, buf_view(&b),
		   (str){(const char *)signature, sizeof(signature)}, c->id,
		   &rows, e) &&
	       (rows == 1 || err_set(e, ERR_CONFLICT, "it is destroyed"));
}

bool
ceremony_destroy(const struct deed *d, const struct custody *c,
    const struct ceremony_two *two, struct err *e)
{
	struct ceremony_able able;
	int64_t rows;
	str names;

	if (!check_free(d, c, e) || !ceremony_able(d, c->id, &able, e))
		return false;
	names = arena_fmt(d->arena, STR_FMT ", " STR_FMT,
	    STR_ARG(name_of(&able, two->one)),
	    STR_ARG(name_of(&able, two->other)));
	return erasure_seal_note(
		   d->house, ERASURE_SEAL_END, c->id, c->was, d->now, e) &&
	       erasure_sealed(d->house, d->arena, c->medium, d->now, e) &&
	       sql_seal_drop_boxes(d->house->db, c->id, &rows, e) &&
	       certify(d, c, two, &able, e) &&
	       custody_write(d, c, STORY_DESTROYED, S(""), names, e);
}

str
ceremony_certificate(const struct deed *d, const struct custody *c)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CERTIFICATE_MAX);
	str ret = {0};

	if (c->certificate.p == NULL)
		return ret;
	buf_str(&b, c->certificate);
	buf_printf(&b, "signature: ");
	buf_hex(&b, (const uint8_t *)c->signature.p, c->signature.n);
	buf_byte(&b, '\n');
	return !b.full && arena_str(d->arena, b.p, b.n, &ret) ? ret : (str){0};
}
