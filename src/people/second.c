#include "people/second.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/rand.h"
#include "people/code.h"
#include "people/throttle.h"
#include "sql_account.h"
#include "sql_recovery_code.h"

#define OFFER_MAX 512
#define OFFER_LASTS_S 3600
#define RECOVERY_GROUP 5

void
second_offer_done(struct second_offer *o)
{
	sodium_memzero(o->secret, sizeof(o->secret));
}

/* What is sealed says for whom and until when. */
static str
offer_context(struct arena *a, int64_t account)
{
	return arena_fmt(a, "second.offer %" PRId64, account);
}

static bool
offer_describe(
    const struct deed *d, str login, struct second_offer *o, struct err *e)
{
	o->base32 = totp_base32(d->arena, o->secret);
	o->uri = totp_uri(d->arena, o->secret, login, d->org->name);
	if (o->base32.n == 0 || o->uri.n == 0)
		return err_set(e, ERR_LIMIT, "no room for the second factor");
	return true;
}

bool
second_offer_new(const struct deed *d, int64_t account, str login,
    struct second_offer *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf plain = BUF_MAX(OFFER_MAX);
	CLEANUP(buf_done) struct buf hex = BUF_MAX(OFFER_MAX);
	str context = offer_context(d->arena, account), sealed;

	rand_bytes(ret->secret, sizeof(ret->secret));
	buf_put(&plain, ret->secret, sizeof(ret->secret));
	buf_i64(&plain, d->now + OFFER_LASTS_S);
	if (context.n == 0 || !text_seal(d->arena, &d->org->key, context.p,
				  buf_view(&plain), &sealed, e))
		return err_wrap(e, "offer of a second factor");
	buf_hex(&hex, sealed.p, sealed.n);
	sodium_memzero(plain.p, plain.n);
	if (!arena_str(d->arena, hex.p, hex.n, &ret->sealed))
		return err_set(e, ERR_LIMIT, "no room for the second factor");
	return offer_describe(d, login, ret, e);
}

bool
second_offer_read(const struct deed *d, int64_t account, str login, str sealed,
    struct second_offer *ret, struct err *e)
{
	str context = offer_context(d->arena, account), plain;
	uint8_t raw[OFFER_MAX / 2];
	struct err forged;
	int64_t until;

	if (context.n == 0 || sealed.n % 2 != 0 || sealed.n > OFFER_MAX ||
	    !num_hex(sealed, raw, sealed.n / 2) ||
	    !text_open(d->arena, &d->org->key, context.p,
		(str){(const char *)raw, sealed.n / 2}, &plain, &forged) ||
	    plain.n <= TOTP_SECRET_BYTES ||
	    !num_i64(str_sub(plain, TOTP_SECRET_BYTES, plain.n), 0, INT64_MAX,
		&until) ||
	    until < d->now)
		return err_set(e, ERR_INPUT, "not an offer for this account");
	memcpy(ret->secret, plain.p, TOTP_SECRET_BYTES);
	ret->sealed = sealed;
	return offer_describe(d, login, ret, e);
}

static bool
keep_secret(const struct deed *d, int64_t account, const uint8_t *secret,
    int64_t step, struct err *e)
{
	int64_t rows;
	str sealed;

	return text_seal(d->arena, &d->org->key, "account.totp_enc",
		   (str){(const char *)secret, TOTP_SECRET_BYTES}, &sealed,
		   e) &&
	       sql_account_set_totp(
		   d->house->db, sealed, step, account, d->org->id, &rows, e) &&
	       deed_note_account(d, AUDIT_SECOND_FACTOR_SET, account, e);
}

bool
second_set(const struct deed *d, int64_t account, const struct second_offer *o,
    str code, bool *ret_fine, struct second_codes *ret, struct err *e)
{
	int64_t step;

	*ret_fine = totp_check(o->secret, code, d->now, 0, &step);
	if (!*ret_fine)
		return true;
	return keep_secret(d, account, o->secret, step, e) &&
	       second_codes_new(d, account, ret, e);
}

bool
second_set_secret(const struct deed *d, int64_t account,
    const uint8_t secret[TOTP_SECRET_BYTES], struct err *e)
{
	return keep_secret(d, account, secret, 0, e);
}

static str
recovery_digest(const struct deed *d, int64_t account, str code)
{
	str text =
	    arena_fmt(d->arena, "%" PRId64 " " STR_FMT, account, STR_ARG(code));

	return key_digest(d->arena, &d->house->login, "recovery.code", text);
}

bool
second_codes_new(const struct deed *d, int64_t account,
    struct second_codes *ret, struct err *e)
{
	int64_t rows;

	if (!sql_recovery_code_forget(d->house->db, account, &rows, e))
		return err_wrap(e, "recovery codes");
	for (int i = 0; i < SECOND_RECOVERY_CODES; i++) {
		str code = code_new(d->arena, CODE_RECOVERY_SIGNS);

		ret->v[i] = code_grouped(d->arena, code, RECOVERY_GROUP);
		if (ret->v[i].n == 0)
			return err_set(e, ERR_LIMIT, "no room for codes");
		if (!sql_recovery_code_insert(d->house->db, account,
			recovery_digest(d, account, code), &rows, e))
			return err_wrap(e, "recovery codes");
	}
	return true;
}

bool
second_codes_left(
    const struct deed *d, int64_t account, int64_t *ret, struct err *e)
{
	struct sql_recovery_code_left_row row;

	if (!sql_recovery_code_left(d->house->db, d->arena, account, &row, e))
		return err_wrap(e, "recovery codes");
	*ret = row.n;
	return true;
}

/* Digits as people type them: "123 456". */
static str
digits_of(struct arena *a, str typed)
{
	char *p = NEW_N(a, char, typed.n + 1);
	size_t n = 0;

	for (size_t i = 0; p != NULL && i < typed.n; i++)
		if (typed.p[i] != ' ' && typed.p[i] != '-')
			p[n++] = typed.p[i];
	return (str){p, p == NULL ? 0 : n};
}

static bool
check_totp(
    const struct deed *d, int64_t account, str typed, bool *ret, struct err *e)
{
	struct sql_account_by_id_row row;
	int64_t step, rows;
	str secret;

	*ret = false;
	if (!sql_account_by_id(
		d->house->db, d->arena, account, d->org->id, &row, e))
		return err_wrap(e, "second factor");
	if (row.totp_enc.p == NULL)
		return true;
	if (!text_open(d->arena, &d->org->key, "account.totp_enc", row.totp_enc,
		&secret, e))
		return err_wrap(e, "second factor");
	if (secret.n != TOTP_SECRET_BYTES)
		return err_set(e, ERR_CORRUPT, "second factor");
	if (!totp_check((const uint8_t *)secret.p, digits_of(d->arena, typed),
		d->now, row.totp_step, &step))
		return true;
	if (!sql_account_use_totp_step(
		d->house->db, step, account, d->org->id, &rows, e))
		return err_wrap(e, "second factor");
	*ret = rows == 1;
	return true;
}

static bool
check_recovery(
    const struct deed *d, int64_t account, str typed, bool *ret, struct err *e)
{
	int64_t rows;
	str code;

	*ret = false;
	if (!code_read(d->arena, typed, CODE_RECOVERY_SIGNS, &code))
		return true;
	if (!sql_recovery_code_use(d->house->db, d->now, account,
		recovery_digest(d, account, code), &rows, e))
		return err_wrap(e, "recovery code");
	*ret = rows == 1;
	return !*ret || deed_note_account(d, AUDIT_RECOVERY_USED, account, e);
}

bool
second_check(const struct deed *d, int64_t account, str typed,
    struct second_result *ret, struct err *e)
{
	str key = {(const char *)&account, sizeof(account)};
	struct house *h = d->house;
	bool fine;

	*ret = (struct second_result){SECOND_WAIT, 0};
	if (!throttle_wait(
		h, d->arena, THROTTLE_SECOND, key, d->now, &ret->wait_s, e))
		return false;
	if (ret->wait_s > 0)
		return true;
	if (!check_totp(d, account, typed, &fine, e) ||
	    (!fine && !check_recovery(d, account, typed, &fine, e)))
		return false;
	ret->answer = fine ? SECOND_FINE : SECOND_WRONG;
	if (fine)
		return throttle_clear(h, d->arena, THROTTLE_SECOND, key, e);
	return throttle_fail(h, d->arena, THROTTLE_SECOND, key, d->now, e) &&
	       deed_note_account(d, AUDIT_SIGN_IN_FAILED, account, e);
}
