-- The throttle table: failures, and when the next try may come.

-- name: throttle_by_key :opt
SELECT failures, last_at, until_at
  FROM throttle
 WHERE key_digest = :key_digest;

-- name: throttle_put :exec
INSERT INTO throttle (key_digest, failures, last_at, until_at)
VALUES (:key_digest, :failures, :last_at, :until_at)
    ON CONFLICT (key_digest) DO UPDATE
   SET failures = excluded.failures, last_at = excluded.last_at,
       until_at = excluded.until_at;

-- name: throttle_clear :exec
DELETE FROM throttle WHERE key_digest = :key_digest;

-- name: throttle_purge :exec
-- in: before integer
DELETE FROM throttle WHERE last_at < :before AND until_at < :before;
