-- The form_used table: a form has its effect once.

-- name: form_used_add :exec
-- ERR_CONFLICT: this form was sent before.
INSERT INTO form_used (nonce, used_at)
VALUES (:nonce, :used_at);

-- name: form_used_has :one
-- out: sent integer
SELECT EXISTS (SELECT 1 FROM form_used WHERE nonce = :nonce) AS sent;

-- name: form_used_purge :exec
-- in: before integer
DELETE FROM form_used WHERE used_at < :before;

-- name: form_used_made :opt
-- What was made of a word that counts once (sharing/once.h).
-- in: first blob
-- in: last blob
SELECT nonce FROM form_used WHERE nonce BETWEEN :first AND :last;
