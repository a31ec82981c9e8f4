-- The session table: one row per signed-in browser.

-- name: session_by_token :opt
-- Not revoked, and of an account that may be here.  Whether it has ended is
-- asked beside it, so that the answer can be kept for more than a second
-- (store/kept.h).
SELECT s.id AS id, s.account AS account, s.factor AS factor,
       s.expires_at AS expires_at,
       s.seen_at AS seen_at, s.locked_at AS locked_at,
       a.organisation AS organisation, a.kind AS kind, a.role AS role,
       a.lang AS lang
  FROM session s
  JOIN account a ON a.id = s.account
 WHERE s.token_digest = :token_digest AND s.revoked_at IS NULL
   AND a.state = 'active';

-- name: session_insert :one
INSERT INTO session (account, token_digest, factor, created_at, seen_at,
       expires_at, agent_enc, address_enc)
VALUES (:account, :token_digest, :factor, :created_at, :created_at,
       :expires_at, :agent_enc, :address_enc)
RETURNING id;

-- name: session_upgrade :exec
-- A new token with the new right: the old one is worth nothing any more.
UPDATE session SET token_digest = :token_digest, factor = 2, locked_at = NULL,
       seen_at = :seen_at, expires_at = :expires_at
 WHERE id = :id AND revoked_at IS NULL;

-- name: session_seen :exec
UPDATE session SET seen_at = :seen_at WHERE id = :id AND locked_at IS NULL;

-- name: session_lock :exec
UPDATE session SET locked_at = :locked_at WHERE id = :id AND locked_at IS NULL;

-- name: session_unlock :exec
UPDATE session SET locked_at = NULL, seen_at = :seen_at WHERE id = :id;

-- name: session_revoke :exec
UPDATE session SET revoked_at = :revoked_at
 WHERE id = :id AND account = :account AND revoked_at IS NULL;

-- name: session_revoke_all :exec
-- in: except integer
-- except: the session that stays, 0 for none.
UPDATE session SET revoked_at = :revoked_at
 WHERE account = :account AND id <> :except AND revoked_at IS NULL;

-- name: session_list :many
-- in: now integer
SELECT id, factor, created_at, seen_at, expires_at, locked_at, agent_enc,
       address_enc
  FROM session
 WHERE account = :account AND revoked_at IS NULL AND expires_at > :now
 ORDER BY seen_at DESC, id DESC;

-- name: session_past :many
-- Each sign-in that is still known, ended or not, the newest first.
SELECT created_at, agent_enc, address_enc
  FROM session
 WHERE account = :account
 ORDER BY id DESC
 LIMIT 200;

-- name: session_purge :exec
-- in: before integer
-- in: most integer
-- What ended long enough ago, of accounts that are not held.
DELETE FROM session
 WHERE id IN (
   SELECT s.id FROM session s
     JOIN account a ON a.id = s.account
    WHERE a.organisation = :organisation
      AND (s.expires_at < :before OR s.revoked_at < :before)
      AND NOT EXISTS (SELECT 1 FROM held_account h WHERE h.id = a.id)
    LIMIT :most);

-- name: session_devices_end :exec
-- in: organisation integer
-- in: before integer
-- in: most integer
-- Notifications end a while after the session that allowed them ran out; that
-- there was one is known for longer.
DELETE FROM push_device
 WHERE id IN (
   SELECT d.id FROM account a
     JOIN session s ON s.account = a.id
     JOIN push_device d ON d.session = s.id
    WHERE a.organisation = :organisation AND s.expires_at < :before
    LIMIT :most);
