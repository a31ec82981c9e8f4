#include "parcel/seal.h"

#include <sodium.h>
#include <stdlib.h>

#include "crypto/sum.h"

#define FRONT 96 /* magic, for whom, sealed key */
#define WHOM 8
#define MORE crypto_secretstream_xchacha20poly1305_ABYTES
#define HEADER crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define SIGNED "preau parcel 1\n"
#define SIGNATURE crypto_sign_BYTES

_Static_assert(FRONT + HEADER == SEAL_HEAD, "as the header says");
_Static_assert(8 + WHOM + crypto_box_SEALBYTES + KEY_BYTES == FRONT, "so too");

static const char *const words[SEAL_FAULTS] = {
    [SEAL_FINE] = "fine",
    [SEAL_NONE] = "no-parcel",
    [SEAL_OTHERS] = "others",
    [SEAL_ALTERED] = "altered",
    [SEAL_CUT] = "cut",
    [SEAL_FORGED] = "forged",
    [SEAL_EXPIRED] = "expired",
};

const char *
seal_fault_word(enum seal_fault f)
{
	return words[f];
}

bool
seal_fault_of(str word, enum seal_fault *ret)
{
	for (int f = 0; f < SEAL_FAULTS; f++)
		if (str_eq(word, str_c(words[f]))) {
			*ret = (enum seal_fault)f;
			return true;
		}
	return false;
}

void
seal_keys(const struct key *organisation, struct seal_keys *ret)
{
	CLEANUP(key_done) struct key seed;

	key_derive(organisation, "parcel.box", &seed);
	(void)crypto_box_seed_keypair(ret->box, ret->box_secret, seed.b);
	key_derive(organisation, "parcel.sign", &seed);
	(void)crypto_sign_seed_keypair(ret->sign, ret->sign_secret, seed.b);
}

void
seal_keys_done(struct seal_keys *k)
{
	sodium_memzero(k, sizeof(*k));
}

static void
whom(const uint8_t box[CARD_KEY], uint8_t ret[WHOM])
{
	uint8_t d[32];

	(void)crypto_generichash(d, sizeof(d), box, CARD_KEY, NULL, 0);
	memcpy(ret, d, WHOM);
}

/* Signature over a word of ours and the manifest: Ed25519ph would do the same
 * in pieces, and other programs can check this one. */
static uint8_t *
signed_bytes(str manifest, size_t *ret_n)
{
	uint8_t *p;

	*ret_n = sizeof(SIGNED) - 1 + manifest.n;
	p = malloc(*ret_n);
	if (p == NULL)
		abort();
	memcpy(p, SIGNED, sizeof(SIGNED) - 1);
	memcpy(p + sizeof(SIGNED) - 1, manifest.p, manifest.n);
	return p;
}

/* ---- writing ---- */

struct seal_writer {
	crypto_secretstream_xchacha20poly1305_state state;
	seal_put *put;
	void *ctx;
	bool begun;
	uint8_t head[SEAL_HEAD];
	size_t n;
	uint8_t plain[SEAL_CHUNK], out[SEAL_CHUNK + MORE];
};

struct seal_writer *
seal_writer_new(
    const uint8_t to[CARD_KEY], seal_put *put, void *ctx, struct err *e)
{
	struct seal_writer *w = calloc(1, sizeof(*w));
	CLEANUP(key_done) struct key k;

	if (w == NULL)
		abort();
	key_random(&k);
	w->put = put;
	w->ctx = ctx;
	memcpy(w->head, SEAL_MAGIC, 8);
	whom(to, w->head + 8);
	if (crypto_box_seal(w->head + 8 + WHOM, k.b, sizeof(k.b), to) != 0) {
		seal_writer_free(w);
		(void)err_set(e, ERR_INPUT, "this is no key of a house");
		return NULL;
	}
	(void)crypto_secretstream_xchacha20poly1305_init_push(
	    &w->state, w->head + FRONT, k.b);
	return w;
}

void
seal_writer_free(struct seal_writer *w)
{
	if (w == NULL)
		return;
	sodium_memzero(w, sizeof(*w));
	free(w);
}

static bool
push(struct seal_writer *w, uint8_t tag, struct err *e)
{
	unsigned long long n;

	if (!w->begun && !w->put(w->ctx, w->head, SEAL_HEAD, e))
		return false;
	(void)crypto_secretstream_xchacha20poly1305_push(&w->state, w->out, &n,
	    w->plain, w->n, w->begun ? NULL : w->head, w->begun ? 0 : FRONT,
	    tag);
	w->begun = true;
	w->n = 0;
	return w->put(w->ctx, w->out, (size_t)n, e);
}

bool
seal_write(struct seal_writer *w, const void *p, size_t n, struct err *e)
{
	while (n > 0) {
		size_t room = SEAL_CHUNK - w->n, some = n < room ? n : room;

		/* The last chunk is only known at the end. */
		if (room == 0) {
			if (!push(w, 0, e))
				return false;
			continue;
		}
		memcpy(w->plain + w->n, p, some);
		w->n += some;
		p = (const uint8_t *)p + some;
		n -= some;
	}
	return true;
}

bool
seal_end(struct seal_writer *w, struct err *e)
{
	return push(w, crypto_secretstream_xchacha20poly1305_TAG_FINAL, e);
}

bool
seal_write_head(struct seal_writer *w, const struct manifest *m,
    const struct seal_keys *k, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MANIFEST_BYTES_MAX);
	uint8_t length[4], signature[SIGNATURE], *p;
	size_t n;

	if (!parcel_manifest_write(m, &b, e))
		return false;
	for (size_t i = 0; i < sizeof(length); i++)
		length[i] = (uint8_t)(b.n >> 8 * i);
	p = signed_bytes(buf_view(&b), &n);
	(void)crypto_sign_detached(signature, NULL, p, n, k->sign_secret);
	free(p);
	return seal_write(w, length, sizeof(length), e) &&
	       seal_write(w, b.p, b.n, e) &&
	       seal_write(w, signature, sizeof(signature), e);
}

/* ---- reading ---- */

struct seal_reader {
	crypto_secretstream_xchacha20poly1305_state state;
	const struct seal_keys *keys;
	seal_get *get;
	void *ctx;
	enum seal_fault fault;
	uint64_t at, next; /* of the chunk that is open, behind it */
	bool begun, last;
	struct sum *sum; /* of the part that is read; NULL: it begins */
	uint64_t part;   /* bytes of it */
	uint8_t head[SEAL_HEAD];
	size_t from, n; /* of plain */
	uint8_t plain[SEAL_CHUNK], in[SEAL_CHUNK + MORE];
};

struct seal_reader *
seal_reader_new(const struct seal_keys *keys, seal_get *get, void *ctx)
{
	struct seal_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		abort();
	r->keys = keys;
	r->get = get;
	r->ctx = ctx;
	return r;
}

void
seal_reader_free(struct seal_reader *r)
{
	if (r == NULL)
		return;
	sum_free(r->sum);
	sodium_memzero(r, sizeof(*r));
	free(r);
}

enum seal_fault
seal_reader_fault(const struct seal_reader *r)
{
	return r->fault;
}

uint64_t
seal_reader_at(const struct seal_reader *r)
{
	return r->at;
}

static bool
fault(struct seal_reader *r, enum seal_fault f, struct err *e)
{
	if (r->fault == SEAL_FINE)
		r->fault = f;
	return err_set(e, ERR_CORRUPT, "a parcel: %s", words[r->fault]);
}

/* As many as there are, up to n. */
static bool
fill(struct seal_reader *r, uint8_t *p, size_t n, size_t *ret, struct err *e)
{
	size_t done = 0, got;

	while (done < n) {
		if (!r->get(r->ctx, p + done, n - done, &got, e))
			return false;
		if (got == 0)
			break;
		done += got;
	}
	*ret = done;
	return true;
}

static bool
begin(struct seal_reader *r, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	uint8_t us[WHOM];
	size_t n;

	if (!fill(r, r->head, SEAL_HEAD, &n, e))
		return false;
	r->next = n;
	if (n < 8 || memcmp(r->head, SEAL_MAGIC, 8) != 0)
		return fault(r, SEAL_NONE, e);
	if (n < SEAL_HEAD)
		return fault(r, SEAL_CUT, e);
	whom(r->keys->box, us);
	if (memcmp(r->head + 8, us, WHOM) != 0)
		return fault(r, SEAL_OTHERS, e);
	if (crypto_box_seal_open(k.b, r->head + 8 + WHOM,
		crypto_box_SEALBYTES + KEY_BYTES, r->keys->box,
		r->keys->box_secret) != 0 ||
	    crypto_secretstream_xchacha20poly1305_init_pull(
		&r->state, r->head + FRONT, k.b) != 0)
		return fault(r, SEAL_ALTERED, e);
	return true;
}

static bool
pull(struct seal_reader *r, struct err *e)
{
	unsigned long long plain;
	unsigned char tag;
	size_t n;

	if (r->next == 0 && !begin(r, e))
		return false;
	r->at = r->next;
	if (!fill(r, r->in, sizeof(r->in), &n, e))
		return false;
	/* What is missing at the end makes a last piece that does not open. */
	if (n < MORE)
		return fault(r, SEAL_CUT, e);
	if (crypto_secretstream_xchacha20poly1305_pull(&r->state, r->plain,
		&plain, &tag, r->in, n, r->begun ? NULL : r->head,
		r->begun ? 0 : FRONT) != 0)
		return fault(r, n < sizeof(r->in) ? SEAL_CUT : SEAL_ALTERED, e);
	r->begun = true;
	r->next += n;
	r->from = 0;
	r->n = (size_t)plain;
	r->last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	return true;
}

/* So many bytes, or it is cut. */
static bool
take(struct seal_reader *r, void *p, size_t n, struct err *e)
{
	if (r->fault != SEAL_FINE)
		return fault(r, r->fault, e);
	while (n > 0) {
		size_t some = r->n - r->from;

		if (some == 0) {
			if (r->last)
				return fault(r, SEAL_FORGED, e);
			if (!pull(r, e))
				return false;
			continue;
		}
		some = some < n ? some : n;
		memcpy(p, r->plain + r->from, some);
		r->from += some;
		p = (uint8_t *)p + some;
		n -= some;
	}
	return true;
}

static bool
take_manifest(struct seal_reader *r, struct arena *a, str *ret, struct err *e)
{
	uint8_t length[4];
	size_t n = 0;
	char *p;

	if (!take(r, length, sizeof(length), e))
		return false;
	for (size_t i = 0; i < sizeof(length); i++)
		n |= (size_t)length[i] << 8 * i;
	if (n > MANIFEST_BYTES_MAX)
		return fault(r, SEAL_FORGED, e);
	p = NEW_N(a, char, n + 1);
	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no room for a manifest");
	*ret = (str){p, n};
	return take(r, p, n, e);
}

static bool
is_signed(str manifest, const uint8_t *signature, const uint8_t *key)
{
	size_t n;
	uint8_t *p = signed_bytes(manifest, &n);
	bool ret = crypto_sign_verify_detached(signature, p, n, key) == 0;

	free(p);
	return ret;
}

bool
seal_read_head(struct seal_reader *r, struct arena *a, int64_t now,
    struct manifest *ret, struct err *e)
{
	uint8_t signature[SIGNATURE];
	struct manifest m;
	struct err why;
	str text;

	if (!take_manifest(r, a, &text, e) ||
	    !take(r, signature, sizeof(signature), e))
		return false;
	if (!parcel_manifest_read(a, text, &m, &why))
		return why.kind == ERR_CORRUPT
			   ? fault(r, SEAL_FORGED, e)
			   : err_set(e, why.kind, "%s", why.msg);
	if (!is_signed(text, signature, m.from.sign) ||
	    memcmp(m.to, r->keys->box, CARD_KEY) != 0)
		return fault(r, SEAL_FORGED, e);
	if (m.expires_at < now)
		return fault(r, SEAL_EXPIRED, e);
	*ret = m;
	return true;
}

static bool
end_part(struct seal_reader *r, const struct manifest_part *p, struct err *e)
{
	OWNED(sum) s = r->sum;

	r->sum = NULL;
	r->part = 0;
	return sum_is(s, (str){(const char *)p->sha256, MANIFEST_SHA}) ||
	       fault(r, SEAL_FORGED, e);
}

bool
seal_read_part(struct seal_reader *r, const struct manifest_part *p, void *to,
    size_t n, size_t *ret_n, bool *ret_whole, struct err *e)
{
	uint64_t rest = p->bytes - r->part;

	if (n > rest)
		n = (size_t)rest;
	if (r->sum == NULL)
		r->sum = sum_new(SUM_SHA256);
	if (!take(r, to, n, e))
		return false;
	sum_add(r->sum, to, n);
	r->part += n;
	*ret_n = n;
	*ret_whole = r->part == p->bytes;
	return !*ret_whole || end_part(r, p, e);
}

bool
seal_read_end(struct seal_reader *r, struct err *e)
{
	uint8_t more;
	size_t n;

	if (r->fault != SEAL_FINE)
		return fault(r, r->fault, e);
	/* An empty last piece stands alone. */
	if (r->from == r->n && !r->last && !pull(r, e))
		return false;
	if (r->from != r->n || !r->last)
		return fault(r, SEAL_FORGED, e);
	if (!fill(r, &more, 1, &n, e))
		return false;
	return n == 0 || fault(r, SEAL_ALTERED, e);
}
