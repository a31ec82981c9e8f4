#include "ends/certificate.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/num.h"
#include "ends/term.h"
#include "erasure/journal.h"
#include "sql_certificate.h"
#include "sql_claim.h"

#define FIRST "preau-certificate 1"

static const char *const words[CERTIFICATE_KINDS] = {
    "child", "account", "album", "season", "seal"};

const char *
certificate_word(enum certificate_kind k)
{
	return words[k];
}

bool
certificate_of_word(str word, enum certificate_kind *ret)
{
	for (int i = 0; i < CERTIFICATE_KINDS; i++)
		if (str_eq(word, str_c(words[i]))) {
			*ret = (enum certificate_kind)i;
			return true;
		}
	return false;
}

/* ---- the key ---- */

static void
keys_of(const struct organisation *org, uint8_t ret_public[CERTIFICATE_KEY],
    uint8_t ret_secret[crypto_sign_SECRETKEYBYTES])
{
	CLEANUP(key_done) struct key seed;

	key_derive(&org->key, "certificate", &seed);
	(void)crypto_sign_seed_keypair(ret_public, ret_secret, seed.b);
}

void
certificate_key(const struct organisation *org, uint8_t ret[CERTIFICATE_KEY])
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES];

	keys_of(org, ret, secret);
	sodium_memzero(secret, sizeof(secret));
}

void
certificate_sign(const struct organisation *org, str body,
    uint8_t ret[CERTIFICATE_SIGNATURE])
{
	uint8_t public[CERTIFICATE_KEY], secret[crypto_sign_SECRETKEYBYTES];

	keys_of(org, public, secret);
	(void)crypto_sign_detached(
	    ret, NULL, (const uint8_t *)body.p, body.n, secret);
	sodium_memzero(secret, sizeof(secret));
}

/* ---- what is so now ---- */

struct state {
	int64_t gone_at; /* of the subject; DB_NULL: it is still there */
	int64_t originals, renditions; /* whose keys are destroyed */
	int64_t readable, held;
};

static bool
find_subject(const struct deed *d, enum certificate_kind k, int64_t subject,
    bool *ret, int64_t *ret_at, struct err *e)
{
	struct db *db = d->house->db;
	struct sql_certificate_child_row child;
	struct sql_certificate_account_row account;
	struct sql_certificate_post_row post;
	struct sql_certificate_season_row season;
	struct sql_certificate_seal_row seal;
	bool done = false;

	if (k == CERTIFICATE_CHILD) {
		done = sql_certificate_child(
		    db, d->arena, subject, d->org->id, ret, &child, e);
		*ret_at = done && *ret ? child.erased_at : DB_NULL;
	} else if (k == CERTIFICATE_ACCOUNT) {
		done = sql_certificate_account(
		    db, d->arena, subject, d->org->id, ret, &account, e);
		*ret_at = done && *ret ? account.ended_at : DB_NULL;
	} else if (k == CERTIFICATE_ALBUM) {
		done = sql_certificate_post(
		    db, d->arena, subject, d->org->id, ret, &post, e);
		*ret_at = done && *ret ? post.changed_at : DB_NULL;
	} else if (k == CERTIFICATE_SEAL) {
		done = sql_certificate_seal(
		    db, d->arena, subject, d->org->id, ret, &seal, e);
		*ret_at = done && *ret && seal.readable == 0 ? seal.destroyed_at
							     : DB_NULL;
	} else {
		done = sql_certificate_season(
		    db, d->arena, subject, d->org->id, ret, &season, e);
		*ret_at = done && *ret ? season.gone_at : DB_NULL;
	}
	return done;
}

/* Of a child: what was for its family alone; an account owns no pictures. */
static bool
count_media(const struct deed *d, enum certificate_kind k, int64_t subject,
    struct state *io, struct err *e)
{
	struct sql_certificate_count_row row;

	if (!sql_certificate_count(d->house->db, d->arena, d->org->id,
		k == CERTIFICATE_CHILD ? subject : 0,
		k == CERTIFICATE_ALBUM ? subject : 0,
		k == CERTIFICATE_SEASON ? subject : 0, &row, e))
		return false;
	io->originals = row.originals;
	io->renditions = row.renditions;
	io->readable = row.readable;
	io->held = row.held;
	return true;
}

static bool
state_of(const struct deed *d, enum certificate_kind k, int64_t subject,
    struct state *ret, struct err *e)
{
	struct state s = {0};
	bool found;

	if (!find_subject(d, k, subject, &found, &s.gone_at, e))
		return err_wrap(e, "%s %" PRId64, words[k], subject);
	if (!found)
		return err_set(
		    e, ERR_NOT_FOUND, "%s %" PRId64, words[k], subject);
	if (!count_media(d, k, subject, &s, e))
		return err_wrap(e, "%s %" PRId64, words[k], subject);
	*ret = s;
	return true;
}

/* ---- the text ---- */

static void
put_time(struct buf *b, const char *word, int64_t at)
{
	struct civil c = zone_local(NULL, at);

	buf_printf(b, "%s: %04d-%02d-%02dT%02d:%02d:%02dZ\n", word, c.year,
	    c.month, c.day, c.hour, c.minute, c.second);
}

static void
put_i64(struct buf *b, const char *word, int64_t n)
{
	buf_printf(b, "%s: %" PRId64 "\n", word, n);
}

/* A name that people typed stays on its line. */
static void
put_text(struct buf *b, const char *word, str text)
{
	buf_printf(b, "%s: ", word);
	for (size_t i = 0; i < text.n; i++)
		buf_byte(b, (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i]);
	buf_byte(b, '\n');
}

static void
put_hex(struct buf *b, const char *word, const uint8_t *p, size_t n)
{
	buf_printf(b, "%s: ", word);
	buf_hex(b, p, n);
	buf_byte(b, '\n');
}

struct facts {
	enum certificate_kind kind;
	int64_t subject, claim, number;
	int64_t request; /* the claim's number, which the family has */
	struct state state;
	struct journal_state journal;
	int64_t backup_at; /* DB_NULL: none is known */
	int64_t backup_days;
};

static void
put_backups(struct buf *b, const struct facts *f)
{
	if (f->backup_at == DB_NULL) {
		buf_printf(b, "last-backup-with-unreadable-bytes: none\n");
		return;
	}
	put_time(b, "last-backup-with-unreadable-bytes", f->backup_at);
	put_time(
	    b, "backups-gone-by", f->backup_at + (f->backup_days + 1) * 86400);
	put_text(b, "backups-removed-by",
	    S("each backup that is made; copies elsewhere by who keeps them"));
}

static const char *
law_of(const struct deed *d, const struct facts *f)
{
	const struct ends_law *law = ends_law_of(d->org->profile);

	return f->claim == DB_NULL ? ends_rows[ENDS_PHOTOS].source[law->source]
				   : law->claims;
}

static void
write_body(const struct deed *d, const struct facts *f,
    const uint8_t public[CERTIFICATE_KEY], struct buf *b)
{
	buf_printf(b, FIRST "\n");
	put_i64(b, "number", f->number);
	put_text(b, "organisation", d->org->name);
	put_i64(b, "organisation-number", d->org->id);
	put_text(b, "subject", str_c(words[f->kind]));
	put_i64(b, "subject-number", f->subject);
	if (f->claim != DB_NULL)
		put_i64(b, "request", f->request);
	put_text(b, "by-order-of",
	    str_c(f->claim != DB_NULL        ? "request"
		  : d->actor == AUDIT_SERVER ? "rule"
					     : "director"));
	put_text(b, "law", str_c(law_of(d, f)));
	put_time(b, "erased-at", f->state.gone_at);
	put_time(b, "made-at", d->now);
	put_i64(b, "keys-of-originals-destroyed", f->state.originals);
	put_i64(b, "keys-of-renditions-destroyed", f->state.renditions);
	put_i64(b, "own-key-destroyed", f->kind == CERTIFICATE_CHILD);
	put_text(b, "exports", S("none are kept"));
	put_i64(b, "readable", f->state.readable);
	put_i64(b, "held-by-law", f->state.held);
	put_backups(b, f);
	if (f->kind == CERTIFICATE_ACCOUNT)
		put_text(b, "backups",
		    S("hold the name until they are gone; restored, it is "
		      "erased again"));
	put_i64(b, "erasure-journal-entries", f->journal.entries);
	put_hex(b, "erasure-journal-digest", f->journal.digest,
	    sizeof(f->journal.digest));
	put_hex(b, "key", public, CERTIFICATE_KEY);
}

/* ---- making ---- */

/* The number that the family has. */
static bool
read_request(const struct deed *d, struct facts *f, struct err *e)
{
	struct sql_claim_by_id_row row;
	bool found;

	if (f->claim == DB_NULL)
		return true;
	if (!sql_claim_by_id(
		d->house->db, d->arena, f->claim, d->org->id, &found, &row, e))
		return false;
	f->request = found ? row.number : 0;
	return found || err_set(e, ERR_NOT_FOUND, "request");
}

static bool
gather(const struct deed *d, struct facts *f, struct err *e)
{
	struct sql_certificate_backup_row backup;
	struct sql_certificate_next_row next;
	struct ends_term term[ENDS_RULES];

	if (!state_of(d, f->kind, f->subject, &f->state, e))
		return false;
	if (f->state.gone_at == DB_NULL || f->state.readable > 0)
		return err_set(e, ERR_CONFLICT,
		    "%s %" PRId64 " is not all erased", words[f->kind],
		    f->subject);
	if (!read_request(d, f, e) ||
	    !journal_read(d->house->conf->erasures, &d->house->master, NULL,
		NULL, NULL, &f->journal, e) ||
	    !ends_terms(d, term, e) ||
	    !sql_certificate_backup(d->house->db, d->arena, d->org->id,
		f->state.gone_at, &backup, e) ||
	    !sql_certificate_next(d->house->db, d->arena, d->org->id, &next, e))
		return err_wrap(e, "certificate");
	f->backup_at = backup.at;
	f->backup_days = term[ENDS_BACKUPS].days;
	f->number = next.number;
	return true;
}

static bool
sign_and_keep(
    const struct deed *d, const struct facts *f, int64_t *ret_id, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CERTIFICATE_MAX);
	uint8_t public[CERTIFICATE_KEY], signature[CERTIFICATE_SIGNATURE];
	struct sql_certificate_insert_row row;
	struct deed_about about = {.kind = "certificate",
	    .child = f->kind == CERTIFICATE_CHILD ? f->subject : 0,
	    .detail = arena_i64(d->arena, f->number)};

	certificate_key(d->org, public);
	write_body(d, f, public, &b);
	certificate_sign(d->org, buf_view(&b), signature);
	if (b.full)
		return err_set(e, ERR_LIMIT, "certificate too long");
	if (!sql_certificate_insert(d->house->db, d->arena, d->org->id,
		f->number, str_c(words[f->kind]), f->subject, f->claim, d->now,
		buf_view(&b), (str){(const char *)signature, sizeof(signature)},
		&row, e))
		return err_wrap(e, "certificate");
	*ret_id = about.id = row.id;
	return deed_note(d, AUDIT_CERTIFICATE_MADE, &about, e);
}

bool
certificate_make(const struct deed *d, enum certificate_kind k, int64_t subject,
    int64_t claim, int64_t *ret_id, struct err *e)
{
	struct facts f = {.kind = k, .subject = subject, .claim = claim};
	struct sql_certificate_of_row row;
	bool found;

	if (k == CERTIFICATE_SEAL)
		return err_set(e, ERR_INPUT, "that takes two custodians");
	if (!sql_certificate_of(d->house->db, d->arena, d->org->id,
		str_c(words[k]), subject, &found, &row, e))
		return err_wrap(e, "certificate");
	if (found) {
		*ret_id = row.id;
		return true;
	}
	return gather(d, &f, e) && sign_and_keep(d, &f, ret_id, e);
}

/* ---- reading ---- */

bool
certificate_load(
    const struct deed *d, int64_t id, struct certificate *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CERTIFICATE_MAX);
	struct sql_certificate_by_id_row row;
	bool found;

	if (!sql_certificate_by_id(
		d->house->db, d->arena, id, d->org->id, &found, &row, e))
		return err_wrap(e, "certificate %" PRId64, id);
	if (!found || !certificate_of_word(row.kind, &ret->kind))
		return err_set(e, ERR_NOT_FOUND, "certificate %" PRId64, id);
	buf_str(&b, row.body);
	put_hex(
	    &b, "signature", (const uint8_t *)row.signature.p, row.signature.n);
	ret->id = id;
	ret->number = row.number;
	ret->made_at = row.made_at;
	ret->claim = row.claim;
	return (!b.full && arena_str(d->arena, b.p, b.n, &ret->file)) ||
	       err_set(e, ERR_LIMIT, "certificate %" PRId64, id);
}

bool
certificate_list(const struct deed *d, struct certificates *ret, struct err *e)
{
	struct sql_certificate_list_rows rows;

	if (!sql_certificate_list(d->house->db, d->arena, d->org->id, &rows, e))
		return err_wrap(e, "certificates");
	ret->v = NEW_N(d->arena, struct certificate, rows.n + 1);
	ret->n = 0;
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many certificates");
	for (size_t i = 0; i < rows.n; i++)
		if (!certificate_load(d, rows.v[i].id, &ret->v[ret->n++], e))
			return false;
	return true;
}

bool
certificate_of_claim(const struct deed *d, int64_t claim, bool *ret_found,
    struct certificate *ret, struct err *e)
{
	struct sql_certificate_of_claim_row row;

	if (!sql_certificate_of_claim(
		d->house->db, d->arena, claim, d->org->id, ret_found, &row, e))
		return err_wrap(e, "certificate of a request");
	return !*ret_found || certificate_load(d, row.id, ret, e);
}

bool
certificate_line(str *io_body, str *ret_word, str *ret_value)
{
	str line;

	while (io_body->n > 0) {
		(void)str_cut(io_body, '\n', &line);
		*ret_value = line;
		if (str_cut(ret_value, ':', ret_word) && ret_value->n > 0 &&
		    ret_value->p[0] == ' ') {
			*ret_value = str_sub(*ret_value, 1, ret_value->n - 1);
			return true;
		}
	}
	return false;
}

bool
certificate_read(str file, struct certificate_parts *ret, struct err *e)
{
	static const char mark[] = "\nsignature: ";
	const size_t hex = (size_t)2 * CERTIFICATE_SIGNATURE;
	const size_t tail = sizeof(mark) - 1 + hex;
	str rest, word, value;

	if (file.n > 0 && file.p[file.n - 1] == '\n')
		file.n--;
	if (file.n > CERTIFICATE_MAX || file.n <= tail ||
	    !str_starts(file, S(FIRST "\n")) ||
	    memcmp(file.p + file.n - tail, mark, sizeof(mark) - 1) != 0 ||
	    !num_hex(str_sub(file, file.n - hex, hex), ret->signature,
		sizeof(ret->signature)))
		return err_set(e, ERR_CORRUPT, "this is no certificate");
	ret->body = str_sub(file, 0, file.n - tail + 1);
	ret->number = 0;
	for (rest = ret->body; certificate_line(&rest, &word, &value);)
		if (str_eq(word, S("number")) &&
		    !num_i64(value, 1, INT64_MAX, &ret->number))
			return err_set(e, ERR_CORRUPT, "its number is none");
	return ret->number > 0 || err_set(e, ERR_CORRUPT, "it has no number");
}

/* What it is about, as it says itself: an old backup does not know it. */
static bool
read_subject(str body, enum certificate_kind *ret_kind, int64_t *ret_subject,
    struct err *e)
{
	bool kind = false, subject = false;
	str word, value;

	while (certificate_line(&body, &word, &value)) {
		if (str_eq(word, S("subject")))
			kind = certificate_of_word(value, ret_kind);
		if (str_eq(word, S("subject-number")))
			subject = num_i64(value, 1, INT64_MAX, ret_subject);
	}
	return (kind && subject) ||
	       err_set(e, ERR_CORRUPT, "a certificate of nothing");
}

/* What it says is so now. */
static bool
still_so(const struct deed *d, str body, struct err *e)
{
	enum certificate_kind k = CERTIFICATE_CHILD;
	int64_t subject = 0;
	struct state s;

	if (!read_subject(body, &k, &subject, e) ||
	    !state_of(d, k, subject, &s, e))
		return false;
	if (s.gone_at == DB_NULL || s.readable > 0)
		return err_set(e, ERR_CORRUPT,
		    "something that it says to be erased can be read");
	return true;
}

bool
certificate_verify(
    const struct deed *d, str file, int64_t *ret_number, struct err *e)
{
	uint8_t public[CERTIFICATE_KEY];
	struct certificate_parts p;

	if (!certificate_read(file, &p, e))
		return false;
	certificate_key(d->org, public);
	if (crypto_sign_verify_detached(
		p.signature, (const uint8_t *)p.body.p, p.body.n, public) != 0)
		return err_set(
		    e, ERR_CORRUPT, "not signed by this organisation");
	*ret_number = p.number;
	return still_so(d, p.body, e);
}
