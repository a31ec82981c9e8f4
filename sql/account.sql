-- The account table: who may sign in, and whether they may now.

-- name: account_by_login :opt
SELECT id, organisation, kind, role, state, pass_hash, totp_enc, totp_step, lang
  FROM account
 WHERE login_digest = :login_digest;

-- name: account_by_id :one
SELECT id, organisation, kind, role, state, login_enc, name_enc, email_enc,
       phone_enc, pass_hash, totp_enc, totp_step, lang, created_at,
       approved_by, approved_at, suspended_at
  FROM account
 WHERE id = :id AND organisation = :organisation;

-- name: account_insert :one
INSERT INTO account (organisation, kind, role, state, login_digest, login_enc,
       name_enc, email_enc, phone_enc, pass_hash, lang, created_at,
       approved_by, approved_at)
VALUES (:organisation, :kind, :role, :state, :login_digest, :login_enc,
       :name_enc, :email_enc, :phone_enc, :pass_hash, :lang, :created_at,
       :approved_by, :approved_at)
RETURNING id;

-- name: account_list :many
-- Everybody but the closed, staff first.
SELECT id, kind, role, state, login_enc, name_enc, lang, created_at,
       approved_at, suspended_at
  FROM account
 WHERE organisation = :organisation AND state <> 'closed'
 ORDER BY CASE kind WHEN 'staff' THEN 0 ELSE 1 END, id;

-- name: account_waiting :many
-- Families whose account is to be approved or refused, oldest first.
SELECT a.id AS id, a.kind AS kind, a.name_enc AS name_enc,
       a.login_enc AS login_enc, a.created_at AS created_at, g.id AS guardian
  FROM account a
  JOIN guardian g ON g.account = a.id
 WHERE a.organisation = :organisation AND a.state = 'pending'
 ORDER BY a.id;

-- name: account_directors :one
-- out: n integer
SELECT count(*) AS n
  FROM account
 WHERE organisation = :organisation AND role = 'director' AND state = 'active';

-- name: account_approve :exec
UPDATE account
   SET state = 'active', approved_by = :approved_by, approved_at = :approved_at
 WHERE id = :id AND organisation = :organisation AND state = 'pending';

-- name: account_suspend :exec
UPDATE account
   SET state = 'suspended', suspended_at = :suspended_at
 WHERE id = :id AND organisation = :organisation AND state = 'active';

-- name: account_restore :exec
UPDATE account
   SET state = 'active', suspended_at = NULL
 WHERE id = :id AND organisation = :organisation AND state = 'suspended';

-- name: account_close :exec
-- What signs in and what reaches the person goes; the row stays for the audit.
UPDATE account
   SET state = 'closed', login_digest = :login_digest, pass_hash = '',
       totp_enc = NULL, email_enc = NULL, phone_enc = NULL,
       closed_at = :closed_at
 WHERE id = :id AND organisation = :organisation AND state <> 'closed';

-- name: account_set_pass :exec
UPDATE account SET pass_hash = :pass_hash
 WHERE id = :id AND organisation = :organisation;

-- name: account_set_totp :exec
UPDATE account SET totp_enc = :totp_enc, totp_step = :totp_step
 WHERE id = :id AND organisation = :organisation;

-- name: account_use_totp_step :exec
-- No row: that step, or a later one, was used already.
UPDATE account SET totp_step = :totp_step
 WHERE id = :id AND organisation = :organisation AND totp_step < :totp_step;

-- name: account_set_lang :exec
UPDATE account SET lang = :lang
 WHERE id = :id AND organisation = :organisation;

-- name: account_set_contact :exec
UPDATE account SET email_enc = :email_enc, phone_enc = :phone_enc
 WHERE id = :id AND organisation = :organisation;

-- name: account_set_kind_of_guardian :exec
-- A holder of authority is a guardian, anybody else of a family a relative.
UPDATE account
   SET kind = CASE WHEN (SELECT count(*)
                           FROM authority t
                           JOIN guardian g ON g.id = t.guardian
                          WHERE g.account = account.id AND t.ended_at IS NULL
                            AND t.kind IN ('parental', 'tutor')) > 0
                   THEN 'guardian' ELSE 'relative' END
 WHERE kind IN ('guardian', 'relative')
   AND id = (SELECT account FROM guardian WHERE guardian.id = :guardian);
