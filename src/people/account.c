#include "people/account.h"

#include <inttypes.h>

#include "base/rand.h"
#include "people/session.h"
#include "sql_account.h"
#include "sql_guardian.h"

str
account_login_digest(const struct house *h, struct arena *a, str login)
{
	str trimmed = str_trim(login);
	char *p = NEW_N(a, char, trimmed.n + 1);

	if (p == NULL)
		return (str){0};
	for (size_t i = 0; i < trimmed.n; i++) {
		char c = trimmed.p[i];

		p[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return key_digest(a, &h->login, "account.login", (str){p, trimmed.n});
}

static bool
login_taken(const struct deed *d, str digest, bool *ret, struct err *e)
{
	struct sql_account_by_login_row row;

	return sql_account_by_login(
	    d->house->db, d->arena, digest, ret, &row, e);
}

static bool
insert(const struct deed *d, const struct account_new *n, str digest,
    int64_t *ret_id, struct err *e)
{
	struct sql_account_insert_row row;
	bool active = str_eq(n->state, S("active"));
	str login, name, email, phone;

	if (!deed_seal(d, "account.login_enc", n->login, &login, e) ||
	    !deed_seal(d, "account.name_enc", n->name, &name, e) ||
	    !deed_seal(d, "account.email_enc", n->email, &email, e) ||
	    !deed_seal(d, "account.phone_enc", n->phone, &phone, e) ||
	    !sql_account_insert(d->house->db, d->arena, d->org->id, n->kind,
		n->role.n == 0 ? (str){0} : n->role, n->state, digest, login,
		name, email, phone, n->pass_hash, str_c(lang_codes[n->lang]),
		d->now, n->approved_by > 0 ? n->approved_by : DB_NULL,
		active ? d->now : DB_NULL, &row, e))
		return err_wrap(e, "new account");
	*ret_id = row.id;
	return true;
}

bool
account_create(const struct deed *d, const struct account_new *n,
    int64_t *ret_id, bool *ret_taken, struct err *e)
{
	str digest = account_login_digest(d->house, d->arena, n->login);
	struct deed by_itself = *d;
	bool taken;
	int64_t id;

	if (n->login.n == 0 || n->name.n == 0 || digest.n == 0)
		return err_set(e, ERR_INPUT, "an account needs name and login");
	if (!login_taken(d, digest, &taken, e))
		return err_wrap(e, "login");
	*ret_taken = taken;
	if (taken)
		return true;
	if (!insert(d, n, digest, &id, e))
		return false;
	if (d->actor < 0)
		by_itself.actor = id;
	*ret_id = id;
	return deed_note_account(&by_itself, AUDIT_ACCOUNT_CREATED, id, e);
}

static bool
changed(int64_t rows, int64_t id, struct err *e)
{
	return rows == 1 || err_set(e, ERR_CONFLICT,
				"account %" PRId64 " is not in that state", id);
}

bool
account_approve(const struct deed *d, int64_t id, struct err *e)
{
	int64_t rows;

	return sql_account_approve(d->house->db, deed_author(d), d->now, id,
		   d->org->id, &rows, e) &&
	       changed(rows, id, e) &&
	       deed_note_account(d, AUDIT_ACCOUNT_APPROVED, id, e);
}

/* Somebody must be left who can let others in. */
static bool
may_stop(const struct deed *d, int64_t id, struct err *e)
{
	struct sql_account_by_id_row account;
	struct sql_account_directors_row directors;

	if (!sql_account_by_id(
		d->house->db, d->arena, id, d->org->id, &account, e) ||
	    !sql_account_directors(
		d->house->db, d->arena, d->org->id, &directors, e))
		return err_wrap(e, "account %" PRId64, id);
	if (str_eq(account.role, S("director")) &&
	    str_eq(account.state, S("active")) && directors.n <= 1)
		return err_set(e, ERR_CONFLICT, "the last director stays");
	return true;
}

bool
account_suspend(const struct deed *d, int64_t id, struct err *e)
{
	int64_t rows;

	return may_stop(d, id, e) &&
	       sql_account_suspend(
		   d->house->db, d->now, id, d->org->id, &rows, e) &&
	       changed(rows, id, e) && session_revoke_all(d, id, 0, e) &&
	       deed_note_account(d, AUDIT_ACCOUNT_SUSPENDED, id, e);
}

bool
account_restore(const struct deed *d, int64_t id, struct err *e)
{
	int64_t rows;

	return sql_account_restore(d->house->db, id, d->org->id, &rows, e) &&
	       changed(rows, id, e) &&
	       deed_note_account(d, AUDIT_ACCOUNT_RESTORED, id, e);
}

/* The login is free again, and nobody can sign in with what is left. */
static bool
close_row(const struct deed *d, int64_t id, struct err *e)
{
	uint8_t nothing[KEY_DIGEST_BYTES];
	str digest = {(const char *)nothing, sizeof(nothing)};
	int64_t rows;

	rand_bytes(nothing, sizeof(nothing));
	return sql_account_close(
		   d->house->db, digest, d->now, id, d->org->id, &rows, e) &&
	       changed(rows, id, e) &&
	       sql_guardian_leave_account(d->house->db, id, &rows, e) &&
	       session_revoke_all(d, id, 0, e);
}

bool
account_refuse(const struct deed *d, int64_t id, struct err *e)
{
	struct sql_account_by_id_row row;

	if (!sql_account_by_id(d->house->db, d->arena, id, d->org->id, &row, e))
		return err_wrap(e, "account %" PRId64, id);
	return changed(str_eq(row.state, S("pending")) ? 1 : 0, id, e) &&
	       close_row(d, id, e) &&
	       deed_note_account(d, AUDIT_ACCOUNT_REFUSED, id, e);
}

bool
account_close(const struct deed *d, int64_t id, struct err *e)
{
	struct deed_about about = {
	    .kind = "account", .id = id, .detail = S("closed")};

	return may_stop(d, id, e) && close_row(d, id, e) &&
	       deed_note(d, AUDIT_ACCOUNT_SUSPENDED, &about, e);
}

bool
account_set_pass(
    const struct deed *d, int64_t id, str hash, int64_t keep, struct err *e)
{
	int64_t rows;

	return sql_account_set_pass(
		   d->house->db, hash, id, d->org->id, &rows, e) &&
	       changed(rows, id, e) && session_revoke_all(d, id, keep, e) &&
	       deed_note_account(d, AUDIT_PASSPHRASE_CHANGED, id, e);
}

bool
account_set_lang(
    const struct deed *d, int64_t id, enum lang lang, struct err *e)
{
	int64_t rows;

	return sql_account_set_lang(d->house->db, str_c(lang_codes[lang]), id,
		   d->org->id, &rows, e) &&
	       changed(rows, id, e);
}

bool
account_set_contact(
    const struct deed *d, int64_t id, str email, str phone, struct err *e)
{
	str email_enc, phone_enc;
	int64_t rows;

	if (!deed_seal(d, "account.email_enc", email, &email_enc, e) ||
	    !deed_seal(d, "account.phone_enc", phone, &phone_enc, e) ||
	    !sql_account_set_contact(
		d->house->db, email_enc, phone_enc, id, d->org->id, &rows, e))
		return err_wrap(e, "contact of account %" PRId64, id);
	if (!changed(rows, id, e))
		return false;
	return email.n > 0 || phone.n > 0 ||
	       sql_guardian_clear_contact(d->house->db, id, &rows, e);
}
