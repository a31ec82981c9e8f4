-- The recovery_code table: ten codes for the day the telephone is lost.

-- name: recovery_code_insert :exec
INSERT INTO recovery_code (account, code_digest)
VALUES (:account, :code_digest);

-- name: recovery_code_use :exec
UPDATE recovery_code SET used_at = :used_at
 WHERE account = :account AND code_digest = :code_digest AND used_at IS NULL;

-- name: recovery_code_forget :exec
DELETE FROM recovery_code WHERE account = :account;

-- name: recovery_code_left :one
-- out: n integer
SELECT count(*) AS n
  FROM recovery_code
 WHERE account = :account AND used_at IS NULL;
